//! Protocols that speak to a group of routers as well as to each other: the lines that let their multicast packets out and in.

use super::line;
use crate::model::address::Family;
use crate::model::traffic::Traffic;
use crate::model::words::Direction;
use crate::render::multicast::Groups;

/// The words that keep multicast packets out of a line for unicast peers: they have a line of their own.
pub(super) fn except(traffic: Traffic, family: Family, direction: Direction) -> &'static str {
    match (Groups::of(traffic), family, direction) {
        (Some(_), Family::V4, Direction::Ingress) => "ip daddr != 224.0.0.0/4",
        (Some(_), Family::V6, Direction::Ingress) => "ip6 daddr != ff00::/8",
        _ => "",
    }
}

/// The words for what the hosts send to the groups of the traffic, if it has any.
pub(super) fn sent(traffic: Traffic, family: Family) -> Option<String> {
    let groups = Groups::of(traffic)?;
    let (header, addresses) = (line::header(family), addresses(groups, family));
    let protocol = groups.protocol;
    Some(format!(
        "{header} daddr {addresses} meta l4proto {protocol}"
    ))
}

/// The words for what the hosts receive, if the traffic has groups. `peer` matches the addresses of the other end.
///
/// Multicast packets of IPv6 come from link-local addresses, which say nothing about the zone of their sender: any neighbour on the
/// link is let in.
pub(super) fn received(traffic: Traffic, family: Family, peer: &str) -> Option<String> {
    let sent = sent(traffic, family)?;
    let (from, hops) = match family {
        Family::V4 => (peer, "ip ttl 255 "),
        Family::V6 => ("ip6 saddr fe80::/10", "ip6 hoplimit 255 "),
    };
    let (to, protocol) = sent.split_once("meta ")?;
    let hops = if Groups::of(traffic)?.is_hop_limited {
        hops
    } else {
        ""
    };
    Some(format!("{from} {to}{hops}meta {protocol}"))
}

fn addresses(groups: &Groups, family: Family) -> String {
    match groups.addresses(family) {
        [one] => (*one).to_owned(),
        more => format!("{{ {} }}", more.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adverts_go_out_and_come_in() {
        let (vrrp, ospf) = (Traffic::Ip(112), Traffic::Ip(89));
        let out = |traffic, family| sent(traffic, family).unwrap();
        let into = |traffic, family| received(traffic, family, "ip saddr @s").unwrap();
        for (found, expected) in [
            (
                out(vrrp, Family::V4),
                "ip daddr 224.0.0.18 meta l4proto 112",
            ),
            (out(vrrp, Family::V6), "ip6 daddr ff02::12 meta l4proto 112"),
            (
                out(ospf, Family::V4),
                "ip daddr { 224.0.0.5, 224.0.0.6 } meta l4proto 89",
            ),
            (
                into(vrrp, Family::V4),
                "ip saddr @s ip daddr 224.0.0.18 ip ttl 255 meta l4proto 112",
            ),
            (
                into(vrrp, Family::V6),
                "ip6 saddr fe80::/10 ip6 daddr ff02::12 ip6 hoplimit 255 meta l4proto 112",
            ),
            (
                into(ospf, Family::V6),
                "ip6 saddr fe80::/10 ip6 daddr { ff02::5, ff02::6 } meta l4proto 89",
            ),
        ] {
            assert_eq!(found, expected);
        }
        assert_eq!(sent(Traffic::Ip(47), Family::V4), None);
        assert_eq!(received(Traffic::Any, Family::V4, ""), None);
    }
}
