//! A ruleset: the sets with the addresses of peers, and a chain for each direction that is enforced.

use super::super::RowCell;
use super::super::describe::{describe, is_of_id};
use super::line::{self, MAX_COMMENT};
use super::{Options, identifier};
use crate::model::address::{Cidr, Family, covers_all_addresses};
use crate::model::cell::MaybeKnown;
use crate::model::rules::Rule;
use crate::model::words::{Direction, Plane};
use std::collections::{BTreeMap, BTreeSet};
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

/// The peer of a rule in one family.
pub(super) struct Peer<'p> {
    /// The zone, or `<label>.<component>`.
    pub(super) name: &'p str,
    /// Which of its addresses these are; empty for its own.
    pub(super) kind: &'static str,
    pub(super) family: Family,
}

/// One zone's ruleset, not yet as text.
pub(super) struct Ruleset<'r> {
    pub(super) zone: &'r str,
    rejects: bool,
    /// Whether an address is not known yet.
    pending: bool,
    /// Whether another zone is allowed to operate the hosts.
    pub(super) has_way_in: bool,
    sets: BTreeMap<String, (Family, BTreeSet<Cidr>)>,
    /// Own lines by direction, for those that are enforced.
    chains: BTreeMap<Direction, Vec<String>>,
}

impl<'r> Ruleset<'r> {
    pub(super) fn new(zone: &'r str, options: &Options, rejects: bool) -> Self {
        let directions = options.directions.iter();
        Ruleset {
            zone,
            rejects,
            pending: false,
            has_way_in: false,
            sets: BTreeMap::new(),
            chains: directions.map(|it| (*it, Vec::new())).collect(),
        }
    }

    /// Adds the line of a rule for the peer's blocks of one family, of which there is at least one.
    pub(super) fn permit(
        &mut self,
        direction: Direction,
        rule: &Rule,
        peer: &Peer<'_>,
        traffic: &str,
        cells: &[MaybeKnown<Cidr>],
    ) {
        self.has_way_in |=
            direction == Direction::Ingress && rule.plane == Plane::Admin && peer.name != self.zone;
        let known: BTreeSet<Cidr> = cells
            .iter()
            .filter_map(MaybeKnown::known)
            .copied()
            .collect();
        self.pending |= cells.iter().any(|it| it.known().is_none());
        let set = (!covers_all_addresses(known.iter().copied())).then(|| {
            let (kind, family) = (peer.kind, peer.family.as_str());
            let name = format!("s_{kind}{family}_{}", identifier(peer.name));
            self.sets.insert(name.clone(), (peer.family, known));
            name
        });
        let peer = line::peer(peer.family, direction, set.as_deref());
        let space = if traffic.is_empty() { "" } else { " " };
        let comment = describe(&rule.flows, MAX_COMMENT, is_of_id);
        let line = format!("{peer}{space}{traffic} accept comment \"{comment}\"");
        let chain = self.chains.get_mut(&direction);
        chain
            .expect("rules are of the wanted directions")
            .push(line);
    }

    /// The whole as text, or pending if an address is.
    pub(super) fn cell(&self) -> RowCell {
        if self.pending {
            RowCell::Unknown
        } else {
            RowCell::Text(self.to_string().into())
        }
    }
}

/// A file for `nft -f`. In one transaction it creates the table (so that the delete cannot fail), deletes it and creates it again.
/// It may be loaded over an older one, and does not touch other tables.
impl fmt::Display for Ruleset<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let table = format!("inet pm_{}", identifier(self.zone));
        writeln!(
            f,
            "# Hosts of zone `{}`. Load this file with `nft -f`; it replaces only this table.",
            self.zone
        )?;
        writeln!(f, "table {table}\ndelete table {table}\ntable {table} {{")?;
        for (name, (family, blocks)) in &self.sets {
            let kind = match family {
                Family::V4 => "ipv4_addr",
                Family::V6 => "ipv6_addr",
            };
            writeln!(
                f,
                "\tset {name} {{\n\t\ttype {kind}\n\t\tflags interval\n\t\tauto-merge\n\t\telements = {{"
            )?;
            // One on a line, so that a difference shows what came and what went.
            for block in blocks {
                writeln!(f, "\t\t\t{block},")?;
            }
            writeln!(f, "\t\t}}\n\t}}\n")?;
        }
        let egress = self.chains.contains_key(&Direction::Egress);
        let mut chains = Vec::new();
        for (direction, own) in &self.chains {
            chains.push(chain(*direction, own, egress, self.rejects));
        }
        writeln!(f, "{}}}", chains.join("\n"))
    }
}

/// One chain: what is under way, the host itself, what IPv6 and leases need, the rules, and the end of all else.
fn chain(direction: Direction, own: &[String], egress: bool, rejects: bool) -> String {
    let mut lines = vec![
        "ct state established,related accept",
        "ct state invalid drop",
    ];
    let name = match direction {
        Direction::Ingress => {
            lines.push("iif \"lo\" accept");
            lines.extend(IPV6_IN);
            lines.push(DHCPV6_IN);
            lines.extend(egress.then_some(DHCP_IN));
            "input"
        }
        Direction::Egress => {
            lines.push("oif \"lo\" accept");
            lines.extend(IPV6_OUT);
            lines.extend(DHCP_OUT);
            "output"
        }
    };
    lines.extend(own.iter().map(String::as_str));
    if rejects {
        lines.extend(REJECT);
    }
    let mut text =
        format!("\tchain {name} {{\n\t\ttype filter hook {name} priority filter; policy drop;\n");
    for line in lines {
        // Writing to a string does not fail.
        let _ = writeln!(text, "\t\t{line}");
    }
    text + "\t}\n"
}
