//! What a source states: who connects to whom, on what. A row of a check file, or a row of a page.

use crate::import::Carrier;
use crate::model::ports::{PortRange, port_list};
use crate::model::traffic::{IcmpType, Service, Traffic, Transport};

/// One fact of a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// Who connects; none where the source does not say.
    pub from: Option<Vec<String>>,
    /// Who listens; none where the source does not say.
    pub to: Option<Vec<String>>,
    /// Whether the source itself says who connects. An answer of a person is not the source.
    pub from_stated: bool,
    /// Whether the source itself says who listens.
    pub to_stated: bool,
    /// What is carried.
    pub services: Vec<Printed>,
}

/// A service as a source prints it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Printed {
    /// As printed.
    pub text: String,
    /// The protocol, as far as the source names it.
    pub protocol: Protocol,
    /// Its ports, or its ICMP types and codes as numbers. None: the user's own port.
    pub ports: Option<PortRange>,
}

/// The protocol of a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// The source does not say.
    Unstated,
    /// The source names only an application protocol, which uses this transport.
    Implied(Transport),
    /// A transport with ports.
    Of(Transport),
    /// ICMP.
    Icmp,
    /// `ICMPv6`.
    Icmpv6,
    /// Another IP protocol, by number.
    Ip(u8),
    /// Every protocol.
    Any,
}

impl Protocol {
    /// The protocol of traffic, and its ports.
    pub fn of(traffic: Traffic) -> (Protocol, PortRange) {
        match traffic {
            Traffic::Ports(transport, range) => (Protocol::Of(transport), range),
            Traffic::Icmp(kind) => (Protocol::Icmp, icmp_range(kind)),
            Traffic::Icmpv6(kind) => (Protocol::Icmpv6, icmp_range(kind)),
            Traffic::Ip(number) => (Protocol::Ip(number), PortRange::ALL),
            Traffic::Any => (Protocol::Any, PortRange::ALL),
        }
    }

    /// The protocol that a page names. An application protocol on a page does not tell its transport.
    pub(super) fn of_page(carrier: Carrier) -> Protocol {
        match carrier {
            Carrier::Of(transport) => Protocol::Of(transport),
            Carrier::Icmp => Protocol::Icmp,
            Carrier::Icmpv6 => Protocol::Icmpv6,
            Carrier::Ip(number) => Protocol::Ip(number),
            Carrier::Any => Protocol::Any,
            Carrier::Named | Carrier::Unstated => Protocol::Unstated,
        }
    }

    /// Whether a source names it.
    pub(super) fn is_stated(self) -> bool {
        !matches!(self, Protocol::Unstated | Protocol::Implied(_))
    }

    /// Whether a service that a source prints can be what a flow carries, ports aside.
    pub(super) fn fits(self, carried: Protocol) -> bool {
        match (self, carried) {
            (Protocol::Unstated, Protocol::Of(_) | Protocol::Any) => true,
            (Protocol::Implied(a), Protocol::Of(b)) => a == b,
            _ => self == carried,
        }
    }

    /// The protocol with some of its ports, as a product file writes it.
    pub(super) fn with(self, ports: &[Option<PortRange>]) -> String {
        let head = match self {
            Protocol::Unstated => "?".to_owned(),
            Protocol::Implied(transport) => format!("{}~", transport.as_str()),
            Protocol::Of(transport) => transport.as_str().to_owned(),
            Protocol::Icmp => "icmp".to_owned(),
            Protocol::Icmpv6 => "icmpv6".to_owned(),
            Protocol::Ip(number) => Traffic::Ip(number).transport(),
            Protocol::Any => "any".to_owned(),
        };
        let mut texts: Vec<String> = Vec::new();
        let ranges: Vec<PortRange> = ports.iter().copied().flatten().collect();
        match self {
            Protocol::Ip(_) | Protocol::Any => {}
            Protocol::Icmp | Protocol::Icmpv6 => {
                texts.extend(ranges.iter().filter_map(|it| icmp_text(*it)));
            }
            _ if !ranges.is_empty() => texts.push(port_list(&ranges)),
            _ => {}
        }
        if ports.contains(&None) {
            texts.push("*".to_owned());
        }
        if texts.is_empty() {
            head
        } else {
            format!("{head}/{}", texts.join(", "))
        }
    }
}

/// ICMP types and codes as numbers of an interval: `8` is 2048 to 2303, `3.4` is 772.
pub(super) fn icmp_range(kind: Option<IcmpType>) -> PortRange {
    let Some(IcmpType { number, code }) = kind else {
        return PortRange::ALL;
    };
    let number = u16::from(number) << 8;
    PortRange {
        from: number | code.map_or(0, u16::from),
        to: number | code.map_or(0xff, u16::from),
    }
}

/// Types and codes as a product file writes them; `None` for all.
fn icmp_text(range: PortRange) -> Option<String> {
    if range == PortRange::ALL {
        return None;
    }
    let end = |it: u16, open: u16| match it & 0xff {
        code if code == open => (it >> 8).to_string(),
        code => format!("{}.{code}", it >> 8),
    };
    let (low, high) = (end(range.from, 0), end(range.to, 0xff));
    Some(if low == high {
        low
    } else {
        format!("{low}-{high}")
    })
}

impl Printed {
    /// A service as a check file writes it: `tcp/443`, `?/443`, `tcp~/8001`, `tcp/*`, `icmp`, `esp`.
    ///
    /// # Errors
    /// If it is not a service.
    pub fn parse(text: &str) -> Result<Printed, String> {
        let wrong = || format!("`{text}` is not a service");
        let ported = text
            .split_once('/')
            .filter(|(head, _)| !head.starts_with("icmp") && *head != "ip");
        let Some((protocol, ports)) = ported else {
            let Ok(Service::Fixed(traffic)) = Service::parse(text) else {
                return Err(wrong());
            };
            let (protocol, ports) = Protocol::of(traffic);
            return Ok(Printed {
                text: text.to_owned(),
                protocol,
                ports: Some(ports),
            });
        };
        let transport = |name: &str| {
            [Transport::Tcp, Transport::Udp, Transport::Sctp]
                .into_iter()
                .find(|it| it.as_str() == name)
                .ok_or_else(wrong)
        };
        let protocol = match protocol.strip_suffix('~') {
            None if protocol == "?" => Protocol::Unstated,
            None => Protocol::Of(transport(protocol)?),
            Some(name) => Protocol::Implied(transport(name)?),
        };
        let ports = (ports != "*").then(|| PortRange::parse(ports));
        Ok(Printed {
            text: text.to_owned(),
            protocol,
            ports: ports.transpose()?,
        })
    }
}
