//! How a row of AWS becomes a rule, as resources, data sources and inline blocks print it.

use super::super::mistake::Mistake;
use super::super::spelling::{Protocol, non_empty};
use crate::model::address::Cidr;
use crate::model::platform::PlatformId;
use crate::model::traffic::Transport;
use crate::model::words::Direction;
use crate::render::aws::without_account;
use crate::review::rule::{EndpointSet, EnforcementPoint, Precedence, Reference, Rule, TrafficSet};

/// A rule as it is printed. A text is absent if it is null or empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// `security_group_rule_id`, or the key of a wanted row.
    pub id: String,
    /// `security_group_id`; for an inline block, the id of its group.
    pub security_group_id: Option<String>,
    /// The direction of its map or block, `is_egress`, or `type`.
    pub direction: Option<Direction>,
    /// `ip_protocol`, or `protocol`.
    pub ip_protocol: Option<String>,
    /// `from_port`: a port, or a type of ICMP.
    pub from_port: Option<i64>,
    /// `to_port`: a port, or a code of ICMP.
    pub to_port: Option<i64>,
    /// `cidr_ipv4`, or `cidr_blocks`.
    pub cidr_ipv4: Vec<String>,
    /// `cidr_ipv6`, or `ipv6_cidr_blocks`.
    pub cidr_ipv6: Vec<String>,
    /// `prefix_list_id`, or `prefix_list_ids`.
    pub prefix_list_id: Vec<String>,
    /// `referenced_security_group_id`, `source_security_group_id`, or `security_groups`.
    pub referenced_security_group_id: Vec<String>,
    /// `self`: the group itself.
    pub itself: bool,
}

/// The rule of a row.
///
/// ICMP of one family with CIDR blocks of the other is kept: it allows nothing, and the review reports that.
pub fn read(row: &Row) -> Result<Rule, Mistake> {
    let mistake = |field, what: &str, remedy: &str| Mistake::new(&row.id, field, what, remedy);
    let group = row.security_group_id.as_deref().filter(|it| !it.is_empty());
    let group = group.ok_or_else(|| {
        let remedy = "set the id of the group that has the rule";
        mistake("security_group_id", "has no `security_group_id`", remedy)
    })?;
    let direction = row.direction.ok_or_else(|| {
        let remedy = "set `is_egress` to `true` or `false`";
        mistake("is_egress", "does not say whether it is for egress", remedy)
    })?;
    let text = row.ip_protocol.as_deref().unwrap_or_default();
    let protocol = match Protocol::parse(text) {
        // AWS uses ports with TCP, UDP and ICMP only; any other protocol is opened with all ports.
        // Source: Amazon EC2 API Reference, `AuthorizeSecurityGroupIngress`, `IpProtocol`.
        Some(Protocol::Transport(Transport::Sctp)) => Protocol::Other(132),
        Some(it) => it,
        None => {
            let what = format!("has `{text}` as `ip_protocol`");
            let remedy = "protocols are `tcp`, `udp`, `icmp`, `icmpv6`, a number from 0 to 255, or `-1` for all";
            return Err(mistake("ip_protocol", &what, remedy));
        }
    };
    let services = protocol.between(row.from_port, row.to_port).map_err(|it| {
        let remedy =
            "set the lowest and highest port; for ICMP, a type and a code; null or -1 means all";
        mistake("from_port", &it, remedy)
    })?;
    let mut blocks = Vec::new();
    for (field, texts) in [("cidr_ipv4", &row.cidr_ipv4), ("cidr_ipv6", &row.cidr_ipv6)] {
        for text in non_empty(texts) {
            blocks.push(Cidr::meant_by(text).ok_or_else(|| {
                let what = format!("has `{text}` as `{field}`");
                let remedy = "write a CIDR block, e.g. `10.0.0.0/8` or `2001:db8::/32`";
                mistake(field, &what, remedy)
            })?);
        }
    }
    let groups = non_empty(&row.referenced_security_group_id).chain(row.itself.then_some(group));
    let lists = non_empty(&row.prefix_list_id).map(prefix_list);
    let named: Vec<Reference> = groups.map(security_group).chain(lists).collect();
    if blocks.is_empty() && named.is_empty() {
        let remedy = "set one of `cidr_ipv4`, `cidr_ipv6`, `referenced_security_group_id` and `prefix_list_id`";
        return Err(mistake("cidr_ipv4", "has no peer", remedy));
    }
    Ok(Rule {
        id: row.id.clone(),
        point: point(group),
        direction,
        extent: TrafficSet::new(services, EndpointSet::these(blocks, named)),
        order: Precedence::NONE,
        zones: None,
        written: None,
    })
}

/// The kind of references to security groups.
pub(super) const GROUP: &str = "group";

/// A security group as a peer.
pub fn security_group(id: &str) -> Reference {
    Reference::new(GROUP, without_account(id))
}

/// A managed prefix list as a peer.
pub fn prefix_list(id: &str) -> Reference {
    Reference::new("prefix list", id)
}

/// A security group as the place where rules are enforced.
pub(super) fn point(group: &str) -> EnforcementPoint {
    EnforcementPoint::new(PlatformId::Aws, without_account(group))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|it| (*it).to_owned()).collect()
    }

    /// A rule as a data source prints it.
    fn row() -> Row {
        Row {
            id: "sgr-1".to_owned(),
            security_group_id: Some("sg-1".to_owned()),
            direction: Some(Direction::Ingress),
            ip_protocol: Some("tcp".to_owned()),
            from_port: Some(443),
            to_port: Some(443),
            cidr_ipv4: texts(&["10.0.0.0/24"]),
            ..Row::default()
        }
    }

    fn blocks(texts: &[&str]) -> Vec<Cidr> {
        texts.iter().map(|it| Cidr::meant_by(it).unwrap()).collect()
    }

    #[test]
    fn peers_of_every_kind_are_one_set() {
        let peers = |row: Row| read(&row).unwrap().extent.peers;
        assert_eq!(
            peers(row()),
            EndpointSet::these(blocks(&["10.0.0.0/24"]), [])
        );
        let list = prefix_list("pl-1");
        let inline = Row {
            cidr_ipv4: texts(&["10.0.0.0/25", "10.0.0.200/25", ""]),
            cidr_ipv6: texts(&["2001:DB8::/32"]),
            prefix_list_id: texts(&["pl-1"]),
            referenced_security_group_id: texts(&["123456789012/sg-2"]),
            itself: true,
            ..row()
        };
        let both = blocks(&["10.0.0.0/24", "2001:db8::/32"]);
        let named = [security_group("sg-1"), security_group("sg-2"), list];
        assert_eq!(peers(inline), EndpointSet::these(both, named));
    }

    #[test]
    fn a_rule_is_read_the_same_in_every_spelling() {
        let plain = read(&row()).unwrap();
        let spelt = Row {
            security_group_id: Some("123456789012/sg-1".to_owned()),
            ip_protocol: Some("6".to_owned()),
            cidr_ipv4: texts(&["10.0.0.77/24"]),
            cidr_ipv6: texts(&[""]),
            ..row()
        };
        assert_eq!(read(&spelt).unwrap(), plain);
        assert_eq!(plain.point.to_string(), "sg-1");
        assert_eq!((plain.order, plain.zones), (Precedence::NONE, None));
    }

    #[test]
    fn services_are_what_aws_opens() {
        for (protocol, from, to, services) in [
            ("TCP", Some(-1), Some(-1), "tcp/0-65535"),
            ("-1", Some(0), Some(0), "any"),
            ("all", None, None, "any"),
            ("icmp", Some(8), Some(-1), "icmp/8"),
            ("58", Some(-1), Some(-1), "icmpv6"),
            ("50", Some(0), Some(65535), "esp"),
            // Ports of SCTP have no effect.
            ("132", Some(3868), Some(3868), "sctp/0-65535"),
        ] {
            let row = Row {
                ip_protocol: Some(protocol.to_owned()),
                from_port: from,
                to_port: to,
                ..row()
            };
            let found = read(&row).unwrap().extent.services.to_string();
            assert_eq!(found, services, "{protocol}");
        }
    }

    #[test]
    fn a_row_that_is_not_a_rule_is_explained() {
        let text = |it: &str| Some(it.to_owned());
        #[rustfmt::skip]
        let rows = [
            (Row { security_group_id: None, ..row() }, "security_group_id", "has no"),
            (Row { security_group_id: text(""), ..row() }, "security_group_id", "has no"),
            (Row { direction: None, ..row() }, "is_egress", "egress"),
            (Row { ip_protocol: None, ..row() }, "ip_protocol", "``"),
            (Row { ip_protocol: text("tpc"), ..row() }, "ip_protocol", "`tpc`"),
            (Row { to_port: None, ..row() }, "from_port", "`443` to `null`"),
            (Row { to_port: Some(442), ..row() }, "from_port", "`443` to `442`"),
            (Row { cidr_ipv4: texts(&["10.0.0/8"]), ..row() }, "cidr_ipv4", "`10.0.0/8`"),
            (Row { cidr_ipv6: texts(&["::/129"]), ..row() }, "cidr_ipv6", "`::/129`"),
            (Row { cidr_ipv4: vec![], ..row() }, "cidr_ipv4", "has no peer"),
            (Row { cidr_ipv4: texts(&[""]), ..row() }, "cidr_ipv4", "has no peer"),
        ];
        for (row, field, word) in rows {
            let mistake = read(&row).unwrap_err();
            assert_eq!(mistake.field, field, "{mistake:?}");
            assert!(mistake.message.starts_with("rule `sgr-1` "), "{mistake:?}");
            assert!(mistake.message.contains(word), "{mistake:?}");
        }
    }
}
