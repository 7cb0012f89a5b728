//! One line of a chain: what a rule allows, in the words of nftables.

use crate::model::address::Family;
use crate::model::ports::PortRange;
use crate::model::traffic::{IcmpType, Traffic};
use crate::model::words::Direction;

/// Bytes of a rule's comment.
/// Source: libnftnl, `include/libnftnl/udata.h`, `NFTNL_UDATA_COMMENT_MAXLEN`.
pub(super) const MAX_COMMENT: usize = 128;

/// The authentication header. To IPv6 it is an extension header: `meta l4proto` names what follows it, so it is matched
/// by its presence.
/// Source: netfilter.org, `nft(8)`, payload expressions, IPv6 header; Linux, `ipv6_find_hdr`.
const AH: u8 = 51;

/// Numbers that are extension headers of IPv6 and carry other protocols: hop-by-hop options, routing, fragment, destination
/// options. There is no traffic that is just these.
/// Source: IANA, IPv6 Extension Header Types.
const CARRIERS: [u8; 4] = [0, 43, 44, 60];

/// The words that match a piece of traffic of one family; empty if everything matches, `None` if no words do.
pub(super) fn traffic(traffic: Traffic, family: Family) -> Option<String> {
    let kind = |name: &str, kind: IcmpType| {
        let code = kind
            .code
            .map_or_else(String::new, |it| format!(" {name} code {it}"));
        format!("{name} type {}{code}", kind.number)
    };
    Some(match (traffic, family) {
        (Traffic::Ports(transport, PortRange::ALL), _) => {
            format!("meta l4proto {}", transport.as_str())
        }
        (Traffic::Ports(transport, range), _) => format!("{} dport {range}", transport.as_str()),
        (Traffic::Icmp(None), Family::V4) => "meta l4proto icmp".to_owned(),
        (Traffic::Icmp(Some(it)), Family::V4) => kind("icmp", it),
        (Traffic::Icmpv6(None), Family::V6) => "meta l4proto ipv6-icmp".to_owned(),
        (Traffic::Icmpv6(Some(it)), Family::V6) => kind("icmpv6", it),
        (Traffic::Icmp(_), Family::V6) | (Traffic::Icmpv6(_), Family::V4) => return None,
        (Traffic::Ip(AH), Family::V6) => format!("ip6 nexthdr {AH}"),
        (Traffic::Ip(number), Family::V6) if CARRIERS.contains(&number) => return None,
        (Traffic::Ip(number), _) => format!("meta l4proto {number}"),
        (Traffic::Any, _) => String::new(),
    })
}

/// The words that match a peer: the set with its addresses, or every address of the family if it has no set.
pub(super) fn peer(family: Family, direction: Direction, set: Option<&str>) -> String {
    let Some(set) = set else {
        return format!("meta nfproto {}", family.as_str());
    };
    let header = header(family);
    let side = match direction {
        Direction::Ingress => "saddr",
        Direction::Egress => "daddr",
    };
    format!("{header} {side} @{set}")
}

/// The word for the header of a family.
pub(super) const fn header(family: Family) -> &'static str {
    match family {
        Family::V4 => "ip",
        Family::V6 => "ip6",
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::peers::in_family;
    use super::*;
    use crate::model::traffic::{PortSpec, Service};

    fn words(text: &str, family: Family) -> Option<String> {
        let found = match Service::parse(text).unwrap() {
            Service::Fixed(it) => it,
            Service::Ports(transports, specs) => match &specs[0] {
                PortSpec::Range(range) => Traffic::Ports(transports[0], *range),
                PortSpec::Parameter(_) => unreachable!(),
            },
        };
        in_family(found, family).and_then(|it| traffic(it, family))
    }

    #[test]
    fn traffic_has_its_words_in_each_family() {
        for (text, four, six) in [
            ("tcp/443", Some("tcp dport 443"), Some("tcp dport 443")),
            (
                "sctp/3868-3870",
                Some("sctp dport 3868-3870"),
                Some("sctp dport 3868-3870"),
            ),
            (
                "udp/0-65535",
                Some("meta l4proto udp"),
                Some("meta l4proto udp"),
            ),
            (
                "icmp",
                Some("meta l4proto icmp"),
                Some("meta l4proto ipv6-icmp"),
            ),
            ("icmp/3.4", Some("icmp type 3 icmp code 4"), None),
            ("icmpv6/128", None, Some("icmpv6 type 128")),
            ("gre", Some("meta l4proto 47"), Some("meta l4proto 47")),
            ("ah", Some("meta l4proto 51"), Some("ip6 nexthdr 51")),
            ("ip/33", Some("meta l4proto 33"), Some("meta l4proto 33")),
            ("ip/44", Some("meta l4proto 44"), None),
            ("any", Some(""), Some("")),
        ] {
            assert_eq!(words(text, Family::V4).as_deref(), four, "{text}");
            assert_eq!(words(text, Family::V6).as_deref(), six, "{text}");
        }
    }
}
