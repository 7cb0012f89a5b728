//! One security-group rule, and its cells.

use super::super::RowCell;
use crate::model::address::{Cidr, Family};
use crate::model::cell::{MaybeKnown, MaybeKnownText};
use crate::model::traffic::{IcmpType, Traffic};
use std::sync::Arc;

/// The peer of a row; its kind decides which column it fills.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Peer {
    /// `cidr_ipv4` or `cidr_ipv6`.
    Block(Family, MaybeKnown<Cidr>),
    /// `referenced_security_group_id`.
    Group(MaybeKnownText),
    /// `prefix_list_id`.
    PrefixList(MaybeKnownText),
}

/// One security-group rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The group.
    pub group: MaybeKnownText,
    /// The other end.
    pub peer: Peer,
    /// What is permitted. ICMP is of one family here.
    pub traffic: Traffic,
    /// What it counts for against the quota of its group, in each family that it counts in.
    pub entries: u32,
    /// Flow ids in AWS's alphabet.
    pub description: Arc<str>,
}

impl super::super::platform::Row for Row {
    fn cell(&self, column: &str) -> RowCell {
        let block = |family: Family| match &self.peer {
            Peer::Block(found, cidr) if *found == family => RowCell::block(cidr),
            _ => RowCell::Null,
        };
        match column {
            "security_group_id" => RowCell::text(&self.group),
            "cidr_ipv4" => block(Family::V4),
            "cidr_ipv6" => block(Family::V6),
            "referenced_security_group_id" => match &self.peer {
                Peer::Group(id) => RowCell::text(id),
                _ => RowCell::Null,
            },
            "prefix_list_id" => match &self.peer {
                Peer::PrefixList(id) => RowCell::text(id),
                _ => RowCell::Null,
            },
            "ip_protocol" => RowCell::Text(protocol(self.traffic).0),
            "from_port" => number(protocol(self.traffic).1),
            "to_port" => number(protocol(self.traffic).2),
            "description" => RowCell::Text(Arc::clone(&self.description)),
            other => unreachable!("`{other}` is in no row of COLUMNS"),
        }
    }
}

/// `ip_protocol`, `from_port` and `to_port`.
fn protocol(traffic: Traffic) -> (Arc<str>, Option<i64>, Option<i64>) {
    let icmp = |kind: Option<IcmpType>| match kind {
        None => (Some(-1), Some(-1)),
        Some(kind) => (
            Some(i64::from(kind.number)),
            Some(kind.code.map_or(-1, i64::from)),
        ),
    };
    let (name, (from, to)) = match traffic {
        Traffic::Ports(transport, range) => (
            transport.as_str().into(),
            (Some(i64::from(range.from)), Some(i64::from(range.to))),
        ),
        Traffic::Icmp(kind) => ("icmp".into(), icmp(kind)),
        Traffic::Icmpv6(kind) => ("icmpv6".into(), icmp(kind)),
        Traffic::Ip(number) => (number.to_string().into(), (Some(-1), Some(-1))),
        Traffic::Any => ("-1".into(), (None, None)),
    };
    (name, from, to)
}

fn number(cell: Option<i64>) -> RowCell {
    cell.map_or(RowCell::Null, RowCell::Number)
}
