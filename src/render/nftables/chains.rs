//! The chains of a ruleset: what they begin with, which hooks they are at, and how packets that a host translates come to them.

use super::Translated;
use super::line;
use super::ruleset::Ruleset;
use crate::model::address::Family;
use crate::model::words::Direction;
use std::fmt::{self, Write};

/// What IPv6 needs and no matrix contains: errors such as `packet-too-big`, neighbours, routers, multicast groups. Hosts are
/// not routers, so they receive advertisements and listeners' queries, and send solicitations and reports.
/// Source: RFC 4890, "Recommendations for Filtering `ICMPv6` Messages in Firewalls", section 4.4.
const IPV6_IN: [&str; 2] = [
    "icmpv6 type { destination-unreachable, packet-too-big, time-exceeded, parameter-problem } accept",
    "icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert, nd-router-advert, mld-listener-query } accept",
];
const IPV6_OUT: [&str; 2] = [
    IPV6_IN[0],
    "icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert, nd-router-solicit, mld-listener-report, mld-listener-done, mld2-listener-report } accept",
];

/// The answers of `DHCPv6`, from a server or relay of the link. The question went out by multicast, so they belong to no connection;
/// without them a host loses its address when the lease ends.
/// Source: RFC 8415, "Dynamic Host Configuration Protocol for IPv6 (`DHCPv6`)", section 7.2; IANA, Service Name and Transport
/// Protocol Port Number Registry, `dhcpv6-client`, `dhcpv6-server`.
const DHCPV6_IN: &str = "ip6 daddr fe80::/10 udp sport 547 udp dport 546 accept";

/// The rest of a host's own DHCP, where what it sends is filtered too.
/// Source: IANA, Service Name and Transport Protocol Port Number Registry, `bootps`, `bootpc`.
const DHCP_IN: &str = "meta nfproto ipv4 udp sport 67 udp dport 68 accept";
const DHCP_OUT: [&str; 2] = [
    "meta nfproto ipv4 udp sport 68 udp dport 67 accept",
    "meta nfproto ipv6 udp sport 546 udp dport 547 accept",
];

/// The last lines of a ruleset that rejects the rest. What is neither, such as multicast, is dropped by the policy.
const REJECT: [&str; 2] = [
    "meta l4proto tcp reject with tcp reset",
    "reject with icmpx type admin-prohibited",
];

/// Packets for the hosts, before the destination is translated. What is for others passes.
const BEFORE_TRANSLATION: &str = "type filter hook prerouting priority dstnat - 10; policy accept;";
const TO_HOST: [&str; 2] = [
    "fib daddr type local jump to_host",
    "fib daddr type local drop",
];

/// New connections that leave with an address of the host, after the source is translated.
const AFTER_TRANSLATION: &str = "type filter hook postrouting priority srcnat + 10; policy accept;";
const FROM_HOST: [&str; 2] = [
    "ct direction original ct status snat jump from_host",
    "ct direction original ct status snat drop",
];

impl Ruleset<'_> {
    /// The chains as text, in the order of the file.
    pub(super) fn text_of_chains(&self) -> Vec<String> {
        let egress = self.chains.contains_key(&Direction::Egress);
        let rest: &[&str] = if self.rejects { &REJECT } else { &[] };
        let mut chains = Vec::new();
        for (direction, own) in &self.chains {
            let lines = lines(*direction, own, egress);
            let hook = match direction {
                Direction::Ingress => "input",
                Direction::Egress => "output",
            };
            match (direction, self.translated) {
                (Direction::Ingress, Some(_)) => {
                    chains.push(chain("to_host", "", lines.iter()));
                    // What is left was dropped before its translation, so there is nothing to reject.
                    let lines = self.judged().chain(["jump to_host".to_owned()]);
                    chains.push(chain(hook, &filter(hook), lines));
                    chains.push(chain("translated", BEFORE_TRANSLATION, self.to_host()));
                }
                (Direction::Egress, Some(Translated::Both)) => {
                    chains.push(chain("from_host", "", lines.iter()));
                    let lines = ["jump from_host"].into_iter().chain(rest.iter().copied());
                    chains.push(chain(hook, &filter(hook), lines));
                    let lines = self.judged().chain(FROM_HOST.map(str::to_owned));
                    chains.push(chain("masqueraded", AFTER_TRANSLATION, lines));
                }
                _ => chains.push(chain(hook, &filter(hook), lines.iter().chain(rest))),
            }
        }
        chains
    }

    /// The lines that accept what was judged before its destination was translated: first packets came to the chain `translated` with an
    /// own or an advertised address. A connection that came to another address, such as that of a service, was not judged.
    fn judged(&self) -> impl Iterator<Item = String> + '_ {
        let families = Family::ALL.into_iter();
        let families = families.filter(|_| self.judges_translated());
        families.flat_map(|family| {
            let sets = [Some(own(family)), self.advertised(family)];
            let header = line::header(family);
            sets.into_iter()
                .flatten()
                .map(move |set| format!("ct status dnat ct original {header} daddr @{set} accept"))
        })
    }

    /// The lines before translation. The set of own addresses learns those that arrive for the host, also those that the layout does not
    /// know.
    fn to_host(&self) -> Vec<String> {
        let learn = Family::ALL.map(|family| {
            let (header, set, name) = (line::header(family), own(family), family.as_str());
            format!(
                "ct state new meta nfproto {name} fib daddr type local add @{set} {{ {header} daddr }}"
            )
        });
        let mut lines: Vec<String> = learn
            .into_iter()
            .chain(TO_HOST.map(str::to_owned))
            .collect();
        for family in Family::ALL {
            if let Some(set) = self.advertised(family) {
                let to = line::peer(family, Direction::Egress, Some(&set));
                lines.extend([format!("{to} jump to_host"), format!("{to} drop")]);
            }
        }
        lines
    }

    /// The set with the zone's advertised addresses of a family, if it has any.
    fn advertised(&self, family: Family) -> Option<String> {
        let set = advertised(family);
        self.sets.contains_key(&set).then_some(set)
    }
}

/// What the set with a zone's advertised addresses of a family is called.
pub(super) fn advertised(family: Family) -> String {
    format!("advertised_{}", family.as_str())
}

/// What the set with own addresses of a family is called, which a host fills itself.
pub(super) fn own(family: Family) -> String {
    format!("own_{}", family.as_str())
}

/// The first line of a chain that sees packets of the hosts' own processes.
fn filter(hook: &str) -> String {
    format!("type filter hook {hook} priority filter; policy drop;")
}

/// What a direction allows: what is under way, the host itself, what IPv6 and leases need, and the rules.
fn lines(direction: Direction, own: &[String], egress: bool) -> Vec<&str> {
    let mut lines = vec![
        "ct state established,related accept",
        "ct state invalid drop",
    ];
    match direction {
        Direction::Ingress => {
            lines.push("iif \"lo\" accept");
            lines.extend(IPV6_IN);
            lines.push(DHCPV6_IN);
            lines.extend(egress.then_some(DHCP_IN));
        }
        Direction::Egress => {
            lines.push("oif \"lo\" accept");
            lines.extend(IPV6_OUT);
            lines.extend(DHCP_OUT);
        }
    }
    lines.extend(own.iter().map(String::as_str));
    lines
}

/// One chain. The first line hooks it up; a chain that others jump to has none.
fn chain(name: &str, first: &str, lines: impl IntoIterator<Item = impl fmt::Display>) -> String {
    let mut text = format!("\tchain {name} {{\n");
    if !first.is_empty() {
        let _ = writeln!(text, "\t\t{first}");
    }
    for line in lines {
        // Writing to a string does not fail.
        let _ = writeln!(text, "\t\t{line}");
    }
    text + "\t}\n"
}
