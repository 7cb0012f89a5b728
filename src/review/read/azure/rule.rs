//! How a row of Azure becomes a rule, as resources, data sources and inline blocks print it.

use super::super::mistake::Mistake;
use super::super::spelling::{self, Protocol, non_empty};
use crate::model::address::Cidr;
use crate::model::platform::PlatformId;
use crate::model::ports::PortRange;
use crate::model::services::Services;
use crate::model::traffic::Transport;
use crate::model::words::Direction;
use crate::review::rule::{EndpointSet, EnforcementPoint, Precedence, Reference, Rule, TrafficSet};

/// A rule as it is printed. A text is absent if it is null or empty. A list has the values of the singular and the plural field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// `name`, or the key of a wanted row.
    pub id: String,
    /// `resource_group_name`; for an inline block, that of its group.
    pub resource_group_name: Option<String>,
    /// `network_security_group_name`; for an inline block, the `name` of its group.
    pub network_security_group_name: Option<String>,
    /// `Inbound` or `Outbound`.
    pub direction: Option<String>,
    /// `Allow` or `Deny`.
    pub access: Option<String>,
    /// `priority`.
    pub priority: Option<i64>,
    /// `protocol`.
    pub protocol: Option<String>,
    /// `source_port_range` and `source_port_ranges`.
    pub source_port_ranges: Vec<String>,
    /// `destination_port_range` and `destination_port_ranges`.
    pub destination_port_ranges: Vec<String>,
    /// `source_address_prefix` and `source_address_prefixes`.
    pub source_address_prefixes: Vec<String>,
    /// `destination_address_prefix` and `destination_address_prefixes`.
    pub destination_address_prefixes: Vec<String>,
    /// `source_application_security_group_ids`.
    pub source_application_security_group_ids: Vec<String>,
    /// `destination_application_security_group_ids`.
    pub destination_application_security_group_ids: Vec<String>,
}

impl Row {
    /// A row with its group only, from the key `<resource group>/<network security group>`.
    pub fn at(key: &str) -> Result<Row, Mistake> {
        match key.split_once('/') {
            Some((group, name)) if !group.is_empty() && !name.is_empty() && !name.contains('/') => {
                Ok(Row {
                    resource_group_name: Some(group.to_owned()),
                    network_security_group_name: Some(name.to_owned()),
                    ..Row::default()
                })
            }
            _ => Err(Mistake {
                field: "network_security_group_name",
                message: format!("`{key}` is not a network security group"),
                remedy: "write keys as `<resource group>/<network security group>`".to_owned(),
            }),
        }
    }
}

/// The rule of a row.
pub fn read(row: &Row) -> Result<Rule, Mistake> {
    let directions = ("direction", ["Inbound", "Outbound"]);
    let is_outbound = is_second(row, directions, row.direction.as_deref())?;
    let denies = is_second(row, ("access", ["Allow", "Deny"]), row.access.as_deref())?;
    let priority = row.priority.and_then(|it| u32::try_from(it).ok());
    let priority = priority.ok_or_else(|| {
        let remedy = "priorities are whole numbers from 100 to 4096";
        Mistake::new(&row.id, "priority", "has no `priority`", remedy)
    })?;
    let source = ends(
        row,
        ("source_address_prefix", &row.source_address_prefixes),
        &row.source_application_security_group_ids,
    )?;
    let destination = ends(
        row,
        (
            "destination_address_prefix",
            &row.destination_address_prefixes,
        ),
        &row.destination_application_security_group_ids,
    )?;
    let (direction, own, peers) = if is_outbound {
        (Direction::Egress, source, destination)
    } else {
        (Direction::Ingress, destination, source)
    };
    let (services, source_ports) = traffic(row)?;
    Ok(Rule {
        id: row.id.clone(),
        point: point(row)?,
        direction,
        extent: TrafficSet {
            services,
            source_ports,
            own,
            peers,
        },
        order: Precedence { priority, denies },
        zones: None,
        written: None,
    })
}

/// The network security group of a row. Azure ignores the case of both names.
pub(super) fn point(row: &Row) -> Result<EnforcementPoint, Mistake> {
    let name = |field, text: &Option<String>| match text.as_deref() {
        None | Some("") => {
            let remedy = "a network security group is identified by its name and its resource group; set both";
            let what = format!("has no `{field}`");
            Err(Mistake::new(&row.id, field, &what, remedy))
        }
        Some(text) => Ok(text.to_lowercase()),
    };
    let resource_group = name("resource_group_name", &row.resource_group_name)?;
    let group = name(
        "network_security_group_name",
        &row.network_security_group_name,
    )?;
    Ok(EnforcementPoint::new(PlatformId::Azure, group).within(resource_group))
}

/// Whether a field has the second of two words.
fn is_second(
    row: &Row,
    (field, words): (&'static str, [&str; 2]),
    text: Option<&str>,
) -> Result<bool, Mistake> {
    let text = text.unwrap_or_default();
    spelling::is_second(text, words).ok_or_else(|| {
        let what = format!("has `{text}` as `{field}`");
        let remedy = format!("write `{}` or `{}`", words[0], words[1]);
        Mistake::new(&row.id, field, &what, &remedy)
    })
}

/// Services and source ports.
///
/// Every protocol with some ports is TCP and UDP with these ports, since no other protocol of Azure has ports. `Icmp` is IPv4's,
/// whatever the peer: Azure documents no word for `ICMPv6`, so the renderer writes no rule for it. Azure has no ICMP types.
fn traffic(row: &Row) -> Result<(Services, Vec<PortRange>), Mistake> {
    let text = row.protocol.as_deref().unwrap_or_default();
    let protocol = Protocol::parse(text).ok_or_else(|| {
        let what = format!("has `{text}` as `protocol`");
        let remedy = "protocols are `Tcp`, `Udp`, `Icmp`, `Esp`, `Ah`, or `*` for all";
        Mistake::new(&row.id, "protocol", &what, remedy)
    })?;
    let sources = ports(row, "source_port_range", &row.source_port_ranges)?;
    let ports = ports(row, "destination_port_range", &row.destination_port_ranges)?;
    let all = [PortRange::ALL];
    let (traffic, sources) = match protocol {
        Protocol::Any if sources != all || ports != all => {
            let both = [Transport::Tcp, Transport::Udp].map(Protocol::Transport);
            let both = both.into_iter().flat_map(|it| it.with_ports(&ports));
            (both.collect(), sources)
        }
        Protocol::Transport(_) => (protocol.with_ports(&ports), sources),
        _ => (protocol.with_ports(&[]), all.to_vec()),
    };
    Ok((Services::of(traffic), sources))
}

/// Ranges of ports, sorted; no two of them overlap or touch.
fn ports(row: &Row, field: &'static str, texts: &[String]) -> Result<Vec<PortRange>, Mistake> {
    let remedy = "write a port, a range such as `7000-7999`, or `*` for all";
    let mut ranges = Vec::new();
    for text in non_empty(texts) {
        ranges.push(spelling::port_range(text).ok_or_else(|| {
            let what = format!("has `{text}` as `{field}`");
            Mistake::new(&row.id, field, &what, remedy)
        })?);
    }
    if ranges.is_empty() {
        let what = format!("has no `{field}`");
        return Err(Mistake::new(&row.id, field, &what, remedy));
    }
    Ok(spelling::joined(ranges))
}

/// One end. `*` is everyone. A word is a service tag, which represents addresses that it does not list.
fn ends(
    row: &Row,
    (field, prefixes): (&'static str, &[String]),
    groups: &[String],
) -> Result<EndpointSet, Mistake> {
    if prefixes.iter().any(|it| it == "*") {
        return Ok(EndpointSet::Any);
    }
    let (mut blocks, mut named) = (Vec::new(), Vec::new());
    for text in non_empty(prefixes) {
        match Cidr::meant_by(text) {
            Some(it) => blocks.push(it),
            None if is_tag(text) => named.push(service_tag(text)),
            None => {
                let what = format!("has `{text}` as `{field}`");
                let remedy = "write an address, a CIDR block, a service tag such as `VirtualNetwork`, or `*` for all";
                return Err(Mistake::new(&row.id, field, &what, remedy));
            }
        }
    }
    named.extend(non_empty(groups).map(application_security_group));
    if blocks.is_empty() && named.is_empty() {
        let what = format!("has no `{field}`");
        let remedy = "set an address, a service tag or `*`, or application security groups";
        return Err(Mistake::new(&row.id, field, &what, remedy));
    }
    Ok(EndpointSet::these(blocks, named))
}

/// A service tag as an end.
pub fn service_tag(tag: &str) -> Reference {
    Reference::new("service tag", tag.to_lowercase())
}

/// Whether a service tag is for the whole internet, or for a cloud with the machines of all customers, such as `AzureCloud` or
/// `AzureCloud.westeurope`.
pub(super) fn is_of_everyone(it: &Reference) -> bool {
    let word = it.id.split('.').next().unwrap_or_default();
    *it == service_tag(&it.id) && ["internet", "azurecloud"].contains(&word)
}

/// An application security group as an end, by its id.
pub fn application_security_group(id: &str) -> Reference {
    Reference::new("application security group", id.to_lowercase())
}

/// Tags are words, some with a region after a dot: `Storage.WestEurope`.
fn is_tag(text: &str) -> bool {
    text.starts_with(|it: char| it.is_ascii_alphabetic())
        && (text.chars()).all(|it| it.is_ascii_alphanumeric() || matches!(it, '.' | '_' | '-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|it| (*it).to_owned()).collect()
    }

    /// A rule as a data source prints it.
    fn row() -> Row {
        let any = || texts(&["*"]);
        Row {
            id: "in".to_owned(),
            direction: Some("Inbound".to_owned()),
            access: Some("Allow".to_owned()),
            priority: Some(100),
            protocol: Some("Tcp".to_owned()),
            source_port_ranges: any(),
            destination_port_ranges: texts(&["443", ""]),
            source_address_prefixes: texts(&["10.0.0.0/8", ""]),
            destination_address_prefixes: any(),
            ..Row::at("Net/Edge").unwrap()
        }
    }

    fn blocks(texts: &[&str]) -> Vec<Cidr> {
        texts.iter().map(|it| Cidr::meant_by(it).unwrap()).collect()
    }

    #[test]
    fn a_rule_is_seen_from_its_group() {
        let inbound = read(&row()).unwrap();
        assert_eq!(inbound.point.to_string(), "net/edge");
        assert_eq!(inbound.direction, Direction::Ingress);
        assert_eq!(inbound.extent.services.to_string(), "tcp/443");
        assert_eq!(inbound.extent.own, EndpointSet::Any);
        assert_eq!(
            inbound.extent.peers,
            EndpointSet::these(blocks(&["10.0.0.0/8"]), [])
        );
        assert_eq!(inbound.extent.source_ports, [PortRange::ALL]);
        let outbound = read(&Row {
            direction: Some("OUTBOUND".to_owned()),
            access: Some("deny".to_owned()),
            priority: Some(4096),
            ..row()
        });
        let outbound = outbound.unwrap();
        assert_eq!(outbound.direction, Direction::Egress);
        assert_eq!(outbound.extent.peers, EndpointSet::Any);
        assert_eq!(outbound.extent.own, inbound.extent.peers);
        let order = Precedence {
            priority: 4096,
            denies: true,
        };
        assert_eq!(outbound.order, order);
    }

    #[test]
    fn ends_are_addresses_tags_or_groups() {
        let ends = |prefixes: &[&str], groups: &[&str]| {
            let row = Row {
                source_address_prefixes: texts(prefixes),
                source_application_security_group_ids: texts(groups),
                ..row()
            };
            read(&row).unwrap().extent.peers
        };
        assert_eq!(ends(&["*"], &[]), EndpointSet::Any);
        assert_eq!(
            ends(&["10.0.0.9/8", "11.0.0.1"], &[]),
            EndpointSet::these(blocks(&["10.0.0.0/8", "11.0.0.1/32"]), [])
        );
        assert_eq!(
            ends(&["Internet"], &[]),
            EndpointSet::these([], [service_tag("internet")])
        );
        assert_eq!(
            ends(&["2001:DB8::1", "Storage.WestEurope"], &[]),
            EndpointSet::these(
                blocks(&["2001:db8::1/128"]),
                [service_tag("storage.westeurope")]
            )
        );
        // Everyone and every address differ: everyone includes what tags represent.
        assert_eq!(
            ends(&["0.0.0.0/0"], &[]),
            EndpointSet::these(blocks(&["0.0.0.0/0"]), [])
        );
        assert_eq!(
            ends(&[], &["/Sub/ASG-1"]),
            EndpointSet::these([], [application_security_group("/sub/asg-1")])
        );
    }

    #[test]
    fn traffic_is_protocols_and_ports_on_both_ends() {
        for (protocol, sources, ports, services, from) in [
            (
                "TCP",
                &["*"][..],
                &["443", "80-90"][..],
                "tcp/80-90, tcp/443",
                "0-65535",
            ),
            ("Udp", &["0-65535"], &["1-65535"], "udp/0-65535", "0-65535"),
            ("Tcp", &["443"], &["*"], "tcp/0-65535", "443"),
            ("Tcp", &["2", "3-4", "4-9"], &["5"], "tcp/5", "2-9"),
            ("Icmp", &["*"], &["*"], "icmp", "0-65535"),
            ("icmp", &["8"], &["8"], "icmp", "0-65535"),
            ("Esp", &["*"], &["*"], "esp", "0-65535"),
            ("Ah", &["*"], &["*"], "ah", "0-65535"),
            ("*", &["*"], &["*"], "any", "0-65535"),
            ("*", &["*"], &["53"], "tcp/53, udp/53", "0-65535"),
            ("*", &["53"], &["*"], "tcp/0-65535, udp/0-65535", "53"),
        ] {
            let row = Row {
                protocol: Some(protocol.to_owned()),
                source_port_ranges: texts(sources),
                destination_port_ranges: texts(ports),
                ..row()
            };
            let extent = read(&row).unwrap().extent;
            assert_eq!(extent.services.to_string(), services, "{row:?}");
            let found: Vec<String> = extent
                .source_ports
                .iter()
                .map(ToString::to_string)
                .collect();
            assert_eq!(found, [from], "{row:?}");
        }
    }

    #[test]
    fn a_row_that_is_not_a_rule_is_explained() {
        let text = |it: &str| Some(it.to_owned());
        #[rustfmt::skip]
        let rows = [
            (Row { direction: None, ..row() }, "direction"),
            (Row { direction: text("in"), ..row() }, "direction"),
            (Row { access: text("Permit"), ..row() }, "access"),
            (Row { priority: None, ..row() }, "priority"),
            (Row { priority: Some(-1), ..row() }, "priority"),
            (Row { protocol: None, ..row() }, "protocol"),
            (Row { protocol: text("Tpc"), ..row() }, "protocol"),
            (Row { source_port_ranges: vec![], ..row() }, "source_port_range"),
            (Row { destination_port_ranges: texts(&["", ""]), ..row() }, "destination_port_range"),
            (Row { destination_port_ranges: texts(&["https"]), ..row() }, "destination_port_range"),
            (Row { source_address_prefixes: vec![], ..row() }, "source_address_prefix"),
            (Row { source_address_prefixes: texts(&["10.0.0.0/33"]), ..row() }, "source_address_prefix"),
            (Row { destination_address_prefixes: texts(&["fe80::g"]), ..row() }, "destination_address_prefix"),
            (Row { resource_group_name: text(""), ..row() }, "resource_group_name"),
            (Row { network_security_group_name: None, ..row() }, "network_security_group_name"),
        ];
        for (row, field) in rows {
            let mistake = read(&row).unwrap_err();
            assert_eq!(mistake.field, field, "{mistake:?}");
            assert!(mistake.message.starts_with("rule `in` "), "{mistake:?}");
        }
        for key in ["", "edge", "/edge", "net/", "net/edge/in"] {
            assert!(Row::at(key).is_err(), "{key}");
        }
    }
}
