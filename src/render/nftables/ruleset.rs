//! A ruleset: the sets with the addresses of peers, and a chain for each direction that is enforced.

use super::super::RowCell;
use super::super::describe::{describe, is_of_id};
use super::line::{self, MAX_COMMENT};
use super::{Host, Options, Translated, identifier, multicast};
use crate::model::address::{Addresses, Cidr, Family, covers_all_addresses};
use crate::model::cell::MaybeKnown;
use crate::model::rules::{Rule, RuleKey};
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

/// What to know before a host loads a ruleset.
const BEFORE: &str = "\
# What this table accepts, another table can still refuse: firewalld and ufw have such tables.
# On a host that did not track connections, open ones can stall at the first load: see the guide on host firewalls.";

/// The peer of a rule in one family.
pub(super) struct Peer<'p> {
    /// The zone, or `<label>.<component>`.
    pub(super) name: &'p str,
    /// Which of its addresses these are; empty for its own.
    pub(super) kind: &'static str,
    pub(super) family: Family,
    /// Whether it is a zone, rather than a component with fixed addresses.
    pub(super) is_zone: bool,
}

/// One zone's ruleset, not yet as text.
pub(super) struct Ruleset<'r> {
    pub(super) zone: &'r str,
    rejects: bool,
    /// For what else than packets of the hosts' own processes the rules hold.
    translated: Option<Translated>,
    /// Whether an address is not known yet.
    pending: bool,
    /// Whether another zone is allowed to operate the hosts.
    pub(super) has_way_in: bool,
    sets: BTreeMap<String, (Family, BTreeSet<Cidr>)>,
    /// Own lines by direction, for those that are enforced.
    chains: BTreeMap<Direction, Vec<String>>,
}

impl<'r> Ruleset<'r> {
    pub(super) fn new(zone: &'r str, addresses: &Addresses, options: &Options) -> Self {
        let directions = options.directions.iter();
        let host = addresses.enforced_by::<Host>();
        let mut ruleset = Ruleset {
            zone,
            rejects: options.rejecting.contains(zone),
            translated: host.and_then(|it| it.translated),
            pending: false,
            has_way_in: false,
            sets: BTreeMap::new(),
            chains: directions.map(|it| (*it, Vec::new())).collect(),
        };
        if ruleset.judges_translated() {
            for family in Family::ALL {
                let cells: Vec<_> = addresses.advertised(family).values().cloned().collect();
                if !cells.is_empty() {
                    let known = ruleset.known(&cells);
                    ruleset.sets.insert(advertised(family), (family, known));
                }
            }
        }
        ruleset
    }

    /// Whether its ingress rules hold for packets before the host translates them.
    pub(super) fn judges_translated(&self) -> bool {
        self.translated.is_some() && self.chains.contains_key(&Direction::Ingress)
    }

    /// The blocks that are known; the ruleset is pending if one is not.
    fn known(&mut self, cells: &[MaybeKnown<Cidr>]) -> BTreeSet<Cidr> {
        self.pending |= cells.iter().any(|it| it.known().is_none());
        let known = cells.iter().filter_map(MaybeKnown::known);
        known.copied().collect()
    }

    /// Adds the line of a rule for the peer's blocks of one family, of which there is at least one.
    pub(super) fn permit(
        &mut self,
        key: &RuleKey,
        rule: &Rule,
        peer: &Peer<'_>,
        traffic: &str,
        cells: &[MaybeKnown<Cidr>],
    ) {
        let direction = key.direction;
        self.has_way_in |=
            direction == Direction::Ingress && rule.plane == Plane::Admin && peer.name != self.zone;
        let known = self.known(cells);
        let set = (!covers_all_addresses(known.iter().copied())).then(|| {
            let (kind, family) = (peer.kind, peer.family.as_str());
            let name = format!("s_{kind}{family}_{}", identifier(peer.name));
            self.sets.insert(name.clone(), (peer.family, known));
            name
        });
        let other = line::peer(peer.family, direction, set.as_deref());
        let space = if traffic.is_empty() { "" } else { " " };
        let mut lines = vec![format!("{other}{space}{traffic}")];
        if peer.is_zone {
            lines.extend(multicast::line(key.traffic, peer.family, direction, &other));
        }
        let comment = describe(&rule.flows, MAX_COMMENT, is_of_id);
        let chain = self.chains.get_mut(&direction);
        let chain = chain.expect("rules are of the wanted directions");
        for line in lines {
            let line = format!("{line} accept comment \"{comment}\"");
            // A port that peers connect to may be one that the hosts listen on as well, and a group that of several peers.
            if !chain.contains(&line) {
                chain.push(line);
            }
        }
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
            "# Hosts of zone `{}`. Load this file with `nft -f`; it replaces only this table.\n{BEFORE}",
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
        writeln!(f, "{}}}", self.chains().join("\n"))
    }
}

impl Ruleset<'_> {
    fn chains(&self) -> Vec<String> {
        let egress = self.chains.contains_key(&Direction::Egress);
        let mut chains = Vec::new();
        for (direction, own) in &self.chains {
            let lines = lines(*direction, own, egress);
            let rest = if self.rejects { &REJECT[..] } else { &[] };
            let hook = match direction {
                Direction::Ingress => "input",
                Direction::Egress => "output",
            };
            let name = match (direction, self.translated) {
                (Direction::Ingress, Some(_)) => "to_host",
                (Direction::Egress, Some(Translated::Both)) => "from_host",
                _ => {
                    chains.push(chain(hook, &filter(hook), lines.iter().chain(rest)));
                    continue;
                }
            };
            chains.push(chain(name, "", lines.iter()));
            let jump = format!("jump {name}");
            let judged = (*direction == Direction::Ingress).then_some(JUDGED);
            let own = judged.into_iter().chain([jump.as_str()]);
            chains.push(chain(hook, &filter(hook), own.chain(rest.iter().copied())));
            chains.push(match direction {
                Direction::Ingress => {
                    let mut lines = Vec::from(TO_HOST.map(str::to_owned));
                    for family in Family::ALL {
                        let set = advertised(family);
                        if self.sets.contains_key(&set) {
                            let to = line::peer(family, Direction::Egress, Some(&set));
                            lines.extend([format!("{to} jump {name}"), format!("{to} drop")]);
                        }
                    }
                    chain("translated", BEFORE_TRANSLATION, lines.iter())
                }
                Direction::Egress => chain("masqueraded", AFTER_TRANSLATION, FROM_HOST.iter()),
            });
        }
        chains
    }
}

/// The set with a zone's advertised addresses of a family.
fn advertised(family: Family) -> String {
    format!("advertised_{}", family.as_str())
}

/// The first line of a chain that sees packets of the hosts' own processes.
fn filter(hook: &str) -> String {
    format!("type filter hook {hook} priority filter; policy drop;")
}

/// What came through translation was judged before it.
const JUDGED: &str = "ct status dnat accept";

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
