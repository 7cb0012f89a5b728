//! Protocols that speak to a group of routers as well as to each other: the lines that let their multicast packets out and in.

use crate::model::address::Family;
use crate::model::traffic::Traffic;
use crate::model::words::Direction;
use crate::render::multicast::Groups;
use std::fmt::Write;

/// The lines' words before `accept`, if the traffic is one of these protocols in this family. `peer` matches the other end's addresses.
///
/// Multicast packets of IPv6 come from link-local addresses, which say nothing about the zone of their sender: any neighbour on the
/// link is let in.
pub(super) fn line(
    traffic: Traffic,
    family: Family,
    direction: Direction,
    peer: &str,
) -> Option<String> {
    let groups = Groups::of(traffic)?;
    let addresses = match groups.addresses(family) {
        [one] => (*one).to_owned(),
        more => format!("{{ {} }}", more.join(", ")),
    };
    let mut words = match (family, direction) {
        (Family::V4, Direction::Egress) => format!("ip daddr {addresses}"),
        (Family::V6, Direction::Egress) => format!("ip6 daddr {addresses}"),
        (Family::V4, Direction::Ingress) => format!("{peer} ip daddr {addresses}"),
        (Family::V6, Direction::Ingress) => format!("ip6 saddr fe80::/10 ip6 daddr {addresses}"),
    };
    if direction == Direction::Ingress && groups.is_hop_limited {
        words.push_str(match family {
            Family::V4 => " ip ttl 255",
            Family::V6 => " ip6 hoplimit 255",
        });
    }
    // Writing to a string does not fail.
    let _ = write!(words, " meta l4proto {}", groups.protocol);
    Some(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adverts_go_out_and_come_in() {
        let words = |protocol, family, direction| {
            line(Traffic::Ip(protocol), family, direction, "ip saddr @s")
        };
        for (protocol, family, direction, expected) in [
            (
                112,
                Family::V4,
                Direction::Egress,
                "ip daddr 224.0.0.18 meta l4proto 112",
            ),
            (
                112,
                Family::V6,
                Direction::Egress,
                "ip6 daddr ff02::12 meta l4proto 112",
            ),
            (
                112,
                Family::V4,
                Direction::Ingress,
                "ip saddr @s ip daddr 224.0.0.18 ip ttl 255 meta l4proto 112",
            ),
            (
                112,
                Family::V6,
                Direction::Ingress,
                "ip6 saddr fe80::/10 ip6 daddr ff02::12 ip6 hoplimit 255 meta l4proto 112",
            ),
            (
                89,
                Family::V4,
                Direction::Egress,
                "ip daddr { 224.0.0.5, 224.0.0.6 } meta l4proto 89",
            ),
        ] {
            assert_eq!(
                words(protocol, family, direction).as_deref(),
                Some(expected)
            );
        }
        assert_eq!(words(47, Family::V4, Direction::Egress), None);
    }
}
