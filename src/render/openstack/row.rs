//! One security-group rule, and its cells.

use super::super::RowCell;
use crate::model::address::{Cidr, Family};
use crate::model::cell::{MaybeKnown, MaybeKnownText};
use crate::model::ports::PortRange;
use crate::model::traffic::{IcmpType, Traffic};
use crate::model::words::Direction;
use std::sync::Arc;

/// The peer of a row; its kind decides which column it fills.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Peer {
    /// `remote_ip_prefix`.
    Block(MaybeKnown<Cidr>),
    /// `remote_group_id`.
    Group(MaybeKnownText),
}

/// One security-group rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Seen from the group.
    pub direction: Direction,
    /// `ethertype`: a rule is of one family.
    pub family: Family,
    /// The group.
    pub group: MaybeKnownText,
    /// The other end.
    pub peer: Peer,
    /// What is allowed. ICMP is of one family here.
    pub traffic: Traffic,
    /// Flow ids.
    pub description: Arc<str>,
}

impl super::super::platform::Row for Row {
    fn cell(&self, column: &str) -> RowCell {
        match column {
            "direction" => RowCell::Text(self.direction.as_str().into()),
            "ethertype" => RowCell::Text(ethertype(self.family).into()),
            "protocol" => protocol(self.traffic).map_or(RowCell::Null, RowCell::Text),
            "port_range_min" => number(ports(self.traffic).map(|it| it.0)),
            "port_range_max" => number(ports(self.traffic).map(|it| it.1)),
            "remote_ip_prefix" => match &self.peer {
                Peer::Block(cidr) => RowCell::block(cidr),
                Peer::Group(_) => RowCell::Null,
            },
            "remote_group_id" => match &self.peer {
                Peer::Block(_) => RowCell::Null,
                Peer::Group(id) => RowCell::text(id),
            },
            "security_group_id" => RowCell::text(&self.group),
            "description" => RowCell::Text(Arc::clone(&self.description)),
            other => unreachable!("`{other}` is in no row of COLUMNS"),
        }
    }
}

const fn ethertype(family: Family) -> &'static str {
    match family {
        Family::V4 => "IPv4",
        Family::V6 => "IPv6",
    }
}

/// Source: terraform-provider-openstack, `openstack_networking_secgroup_rule_v2`, `protocol`.
fn protocol(traffic: Traffic) -> Option<Arc<str>> {
    Some(match traffic {
        Traffic::Ports(transport, _) => transport.as_str().into(),
        Traffic::Icmp(_) => "icmp".into(),
        Traffic::Icmpv6(_) => "ipv6-icmp".into(),
        Traffic::Ip(50) => "esp".into(),
        Traffic::Ip(number) => number.to_string().into(),
        Traffic::Any => return None,
    })
}

/// `port_range_min` and `port_range_max`; `None` for the full range. Neutron stores that as null, so setting it would cause a diff
/// in every plan.
/// Source: neutron, `securitygroups_db.py`, `_make_canonical_port_range`.
fn ports(traffic: Traffic) -> Option<(u16, u16)> {
    match traffic {
        Traffic::Ports(_, range) if is_whole(range) => None,
        Traffic::Ports(_, range) => Some((range.from, range.to)),
        // The provider omits a zero in its request, which means every code, and reads a zero back.
        // Source: gophercloud, networking/v2/extensions/security/rules, `CreateOpts`, `omitempty`.
        Traffic::Icmp(Some(kind)) | Traffic::Icmpv6(Some(kind)) => {
            Some((kind.number.into(), kind.code.unwrap_or(0).into()))
        }
        _ => None,
    }
}

/// Whether a range has every port. Neutron rejects port 0.
pub(super) const fn is_whole(range: PortRange) -> bool {
    range.from <= 1 && range.to == u16::MAX
}

/// Whether a rule can allow exactly this traffic. The provider omits zeros, so a type or a code 0 would become every one of them.
pub(super) const fn can_express(traffic: Traffic) -> bool {
    match traffic {
        Traffic::Icmp(Some(kind)) | Traffic::Icmpv6(Some(kind)) => {
            let IcmpType { number, code } = kind;
            number != 0 && !matches!(code, Some(0))
        }
        _ => true,
    }
}

fn number(cell: Option<u16>) -> RowCell {
    cell.map_or(RowCell::Null, |it| RowCell::Number(it.into()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::traffic::Transport;

    #[test]
    fn cells_mean_to_openstack_what_the_traffic_is() {
        let kind = |number, code| Some(IcmpType { number, code });
        let tcp = |from, to| Traffic::Ports(Transport::Tcp, PortRange { from, to });
        for (traffic, name, range) in [
            (tcp(443, 443), Some("tcp"), Some((443, 443))),
            (tcp(1, 65534), Some("tcp"), Some((1, 65534))),
            (tcp(1, 65535), Some("tcp"), None),
            (tcp(0, 65535), Some("tcp"), None),
            (Traffic::Icmp(None), Some("icmp"), None),
            (Traffic::Icmp(kind(8, None)), Some("icmp"), Some((8, 0))),
            (Traffic::Icmp(kind(3, Some(4))), Some("icmp"), Some((3, 4))),
            (
                Traffic::Icmpv6(kind(128, None)),
                Some("ipv6-icmp"),
                Some((128, 0)),
            ),
            (Traffic::Ip(50), Some("esp"), None),
            (Traffic::Ip(47), Some("47"), None),
            (Traffic::Any, None, None),
        ] {
            assert!(can_express(traffic), "{traffic}");
            assert_eq!(protocol(traffic).as_deref(), name, "{traffic}");
            assert_eq!(ports(traffic), range, "{traffic}");
        }
    }

    #[test]
    fn a_zero_that_would_be_omitted_is_not_expressible() {
        for (number, code) in [(0, None), (0, Some(0)), (0, Some(4)), (3, Some(0))] {
            let kind = Some(IcmpType { number, code });
            assert!(!can_express(Traffic::Icmp(kind)), "{kind:?}");
            assert!(!can_express(Traffic::Icmpv6(kind)), "{kind:?}");
        }
    }
}
