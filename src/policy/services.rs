//! Services as policies list them: as in a flow, a transport alone for all of its ports, or in the form of Tufin's matrices.

use crate::model::ports::PortRange;
use crate::model::services::Services;
use crate::model::traffic::{PortSpec, Service, Traffic, Transport};

/// The services of one entry: `tcp/443`, `tcp/80,443`, `tcp`, `tcp 80`, `icmp 8`, `any`.
///
/// # Errors
/// If the text is not a service: what to write.
pub fn parse_services(text: &str) -> Result<Services, String> {
    let text = text.trim();
    let written = match text.split_once(char::is_whitespace) {
        // `tcp 80` is how Tufin writes it, and only where a transport is in front; in `tcp/80, 443` the space is after a comma.
        Some((transport, ports)) if !transport.contains(['/', ',']) => {
            format!("{}/{}", transport.to_lowercase(), ports.trim())
        }
        _ => text.to_owned(),
    };
    let lower = written.to_lowercase();
    let whole = lower.split('+').map(|word| {
        let ported = [Transport::Tcp, Transport::Udp, Transport::Sctp];
        let found = ported.into_iter().find(|it| it.as_str() == word);
        found.map(|it| Traffic::Ports(it, PortRange::ALL))
    });
    if let Some(whole) = whole.collect::<Option<Vec<Traffic>>>() {
        return Ok(Services::of(whole));
    }
    let is_word = !written.contains('/');
    let service = Service::parse(if is_word { &lower } else { &written })?;
    if service.parameters().next().is_some() {
        return Err(format!(
            "`{text}` names a port parameter, which only product files support; write the port, e.g. `tcp/443`"
        ));
    }
    Ok(match &service {
        Service::Fixed(traffic) => Services::of_rule(*traffic),
        Service::Ports(transports, specs) => {
            Services::of(transports.iter().flat_map(|transport| {
                specs.iter().filter_map(|spec| match spec {
                    PortSpec::Range(range) => Some(Traffic::Ports(*transport, *range)),
                    PortSpec::Parameter(_) => None,
                })
            }))
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn services_are_read_in_each_form() {
        for (text, expected) in [
            ("tcp/443", "tcp/443"),
            ("tcp/80,443", "tcp/80, tcp/443"),
            ("tcp/80, 443", "tcp/80, tcp/443"),
            ("tcp+udp/53", "tcp/53, udp/53"),
            ("tcp", "tcp/0-65535"),
            ("TCP", "tcp/0-65535"),
            ("tcp+udp", "tcp/0-65535, udp/0-65535"),
            ("tcp 80", "tcp/80"),
            ("TCP  67-68", "tcp/67-68"),
            ("icmp 8", "icmp/8"),
            ("icmp", "icmp, icmpv6"),
            ("icmpv6/128", "icmpv6/128"),
            ("esp", "esp"),
            ("any", "any"),
            ("Any", "any"),
        ] {
            assert_eq!(
                parse_services(text).unwrap().to_string(),
                expected,
                "{text}"
            );
        }
        for text in [
            "",
            "http",
            "tcp/{port}",
            "443",
            "tcp/99999",
            "tpc 80",
            "any 80",
        ] {
            assert!(parse_services(text).is_err(), "{text}");
        }
    }
}
