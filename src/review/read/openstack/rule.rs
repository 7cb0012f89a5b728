//! How a row of OpenStack becomes a rule.

use super::super::mistake::Mistake;
use super::super::spelling::Protocol;
use crate::model::address::{Cidr, Family};
use crate::model::platform::PlatformId;
use crate::model::words::Direction;
use crate::review::rule::{EndpointSet, EnforcementPoint, Precedence, Reference, Rule, TrafficSet};

/// A rule as it is printed. A text is absent if it is null or empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// `id`, the address of the resource, or the key of a wanted row.
    pub id: String,
    /// The group that has the rule.
    pub security_group_id: Option<String>,
    /// `ingress` or `egress`.
    pub direction: Option<String>,
    /// `IPv4` or `IPv6`.
    pub ethertype: Option<String>,
    /// A name or a number; absent for every protocol.
    pub protocol: Option<String>,
    /// A port, or a type of ICMP.
    pub port_range_min: Option<i64>,
    /// A port, or a code of ICMP.
    pub port_range_max: Option<i64>,
    /// A CIDR block or an address.
    pub remote_ip_prefix: Option<String>,
    /// A security group.
    pub remote_group_id: Option<String>,
    /// An address group.
    pub remote_address_group_id: Option<String>,
}

/// The rule of a row.
pub fn read(row: &Row) -> Result<Rule, Mistake> {
    let mistake = |field, what: &str, remedy: &str| Mistake::new(&row.id, field, what, remedy);
    let group = row.security_group_id.as_deref().ok_or_else(|| {
        let remedy = "set the id of the group that has the rule";
        mistake("security_group_id", "has no `security_group_id`", remedy)
    })?;
    let text = row.direction.as_deref().unwrap_or_default();
    let direction = Direction::parse(text).ok_or_else(|| {
        let what = format!("has `{text}` as `direction`");
        mistake("direction", &what, "write `ingress` or `egress`")
    })?;
    let family = match row.ethertype.as_deref().unwrap_or_default() {
        it if it.eq_ignore_ascii_case("IPv4") => Family::V4,
        it if it.eq_ignore_ascii_case("IPv6") => Family::V6,
        it => {
            let what = format!("has `{it}` as `ethertype`");
            return Err(mistake("ethertype", &what, "write `IPv4` or `IPv6`"));
        }
    };
    let text = row.protocol.as_deref();
    let protocol = text.map_or(Some(Protocol::Any), protocol).ok_or_else(|| {
        let what = format!("has `{}` as `protocol`", text.unwrap_or_default());
        let remedy =
            "write a protocol as OpenStack names it, e.g. `tcp`, or a number from 0 to 255";
        mistake("protocol", &what, remedy)
    })?;
    // The provider prints 0 for what is absent: no ports, every type of ICMP, or every code of a type.
    let given = |it: Option<i64>| it.filter(|it| *it != 0);
    let max = match protocol {
        Protocol::Icmp(_) => given(row.port_range_max),
        _ => row.port_range_max,
    };
    let ports = given(row.port_range_min).map(|it| (Some(it), max));
    let ports = ports.unwrap_or((None, given(row.port_range_max)));
    let services = protocol.between(ports.0, ports.1).map_err(|it| {
        let remedy =
            "set the lowest and highest port; for ICMP, a type and a code; null or 0 means all";
        mistake("port_range_min", &it, remedy)
    })?;
    Ok(Rule {
        id: row.id.clone(),
        point: point(group),
        direction,
        extent: TrafficSet::new(services, peers(row, family)?),
        order: Precedence::NONE,
        zones: None,
        written: None,
    })
}

/// The other end. A rule without one is for every address of its family.
fn peers(row: &Row, family: Family) -> Result<EndpointSet, Mistake> {
    let kinds = [GROUP, "address group"];
    let ids = [&row.remote_group_id, &row.remote_address_group_id];
    let named = kinds.into_iter().zip(ids);
    let named =
        named.filter_map(|(kind, id)| Some(Reference::new(kind, id.as_deref()?).of(family)));
    let named: Vec<Reference> = named.collect();
    let block = match &row.remote_ip_prefix {
        Some(text) => {
            let block = Cidr::meant_by(text).filter(|it| it.family() == family);
            Some(block.ok_or_else(|| {
                let what = format!("has `{text}` as `remote_ip_prefix`");
                let remedy = "write a CIDR block of the family in `ethertype`";
                Mistake::new(&row.id, "remote_ip_prefix", &what, remedy)
            })?)
        }
        None => named.is_empty().then(|| Cidr::all(family)),
    };
    Ok(EndpointSet::these(block, named))
}

/// The kind of references to security groups.
pub(super) const GROUP: &str = "group";

/// A security group as the place where rules are enforced.
pub(super) fn point(group: &str) -> EnforcementPoint {
    EnforcementPoint::new(PlatformId::OpenStack, group)
}

/// A protocol by the name or the number that OpenStack gives it.
/// Source: terraform-provider-openstack, `openstack_networking_secgroup_rule_v2`, `protocol`; IANA, Assigned Internet Protocol
/// Numbers.
fn protocol(text: &str) -> Option<Protocol> {
    const NAMES: [(&str, u8); 13] = [
        ("dccp", 33),
        ("egp", 8),
        ("igmp", 2),
        ("ipv6-encap", 41),
        ("ipv6-frag", 44),
        ("ipv6-icmp", 58),
        ("ipv6-nonxt", 59),
        ("ipv6-opts", 60),
        ("ipv6-route", 43),
        ("ospf", 89),
        ("pgm", 113),
        ("rsvp", 46),
        ("udplite", 136),
    ];
    match NAMES.iter().find(|(name, _)| *name == text) {
        Some((_, number)) => Protocol::parse(&number.to_string()),
        None => Protocol::parse(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row() -> Row {
        Row {
            id: "r-1".to_owned(),
            security_group_id: Some("g-1".to_owned()),
            direction: Some("ingress".to_owned()),
            ethertype: Some("IPv4".to_owned()),
            protocol: Some("tcp".to_owned()),
            port_range_min: Some(443),
            port_range_max: Some(443),
            remote_ip_prefix: Some("10.0.0.0/24".to_owned()),
            ..Row::default()
        }
    }

    #[test]
    fn services_are_what_openstack_allows() {
        let text = |it: &str| Some(it.to_owned());
        for (protocol, min, max, services) in [
            (Some("tcp"), Some(443), Some(444), "tcp/443-444"),
            (Some("6"), Some(1), Some(65535), "tcp/0-65535"),
            (Some("udp"), Some(0), Some(0), "udp/0-65535"),
            (Some("sctp"), None, None, "sctp/0-65535"),
            (Some("icmp"), Some(8), Some(0), "icmp/8"),
            (Some("icmp"), Some(3), Some(4), "icmp/3.4"),
            (Some("icmp"), Some(0), Some(0), "icmp"),
            (Some("ipv6-icmp"), Some(128), None, "icmpv6/128"),
            (Some("ospf"), None, None, "ip/89"),
            (Some("esp"), Some(0), Some(0), "esp"),
            (None, None, None, "any"),
        ] {
            let row = Row {
                protocol: protocol.and_then(text),
                port_range_min: min,
                port_range_max: max,
                ..row()
            };
            let found = read(&row).unwrap().extent.services.to_string();
            assert_eq!(found, services, "{protocol:?} {min:?} {max:?}");
        }
    }

    #[test]
    fn peers_are_of_the_family_of_the_rule() {
        let text = |it: &str| Some(it.to_owned());
        let peers = |ethertype, prefix: Option<&str>, group: Option<&str>| {
            let row = Row {
                ethertype: text(ethertype),
                remote_ip_prefix: prefix.and_then(text),
                remote_group_id: group.and_then(text),
                ..row()
            };
            read(&row).map(|it| it.extent.peers)
        };
        let all = |family| EndpointSet::these([Cidr::all(family)], []);
        assert_eq!(peers("IPv4", None, None), Ok(all(Family::V4)));
        assert_eq!(peers("ipv6", None, None), Ok(all(Family::V6)));
        assert_eq!(peers("IPv6", Some("::/0"), None), Ok(all(Family::V6)));
        let four = peers("IPv4", None, Some("g-2")).unwrap();
        let group = Reference::new(GROUP, "g-2").of(Family::V4);
        assert_eq!(four, EndpointSet::these([], [group]));
        assert_ne!(peers("IPv6", None, Some("g-2")).unwrap(), four);
        let wrong = peers("IPv6", Some("10.0.0.0/8"), None).unwrap_err();
        assert_eq!(wrong.field, "remote_ip_prefix");
    }

    #[test]
    fn what_is_no_rule_says_why() {
        let text = |it: &str| Some(it.to_owned());
        #[rustfmt::skip]
        let rows = [
            (Row { security_group_id: None, ..row() }, "security_group_id"),
            (Row { direction: text("in"), ..row() }, "direction"),
            (Row { ethertype: None, ..row() }, "ethertype"),
            (Row { protocol: text("tpc"), ..row() }, "protocol"),
            (Row { port_range_max: None, ..row() }, "port_range_min"),
            (Row { port_range_min: None, ..row() }, "port_range_min"),
            (Row { remote_ip_prefix: text("10.0.0/8"), ..row() }, "remote_ip_prefix"),
        ];
        for (row, field) in rows {
            let mistake = read(&row).unwrap_err();
            assert_eq!(mistake.field, field, "{mistake:?}");
            assert!(mistake.message.starts_with("rule `r-1` "), "{mistake:?}");
        }
    }
}
