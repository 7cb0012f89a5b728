//! A ruleset: the sets with the addresses of peers, and a chain for each direction that is enforced.

use super::super::RowCell;
use super::super::describe::{describe, is_of_id};
use super::line::{self, MAX_COMMENT};
use super::{Host, Options, Translated, chains, identifier, multicast};
use crate::model::address::{Addresses, Cidr, Family, covers_all_addresses};
use crate::model::cell::MaybeKnown;
use crate::model::rules::{Rule, RuleKey};
use crate::model::words::{Direction, Plane};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

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
}

/// One zone's ruleset, not yet as text.
pub(super) struct Ruleset<'r> {
    pub(super) zone: &'r str,
    pub(super) rejects: bool,
    /// For what else than packets of the hosts' own processes the rules hold.
    pub(super) translated: Option<Translated>,
    /// Whether an address is not known yet.
    pending: bool,
    /// Whether another zone is allowed to operate the hosts.
    pub(super) has_way_in: bool,
    pub(super) sets: BTreeMap<String, (Family, BTreeSet<Cidr>)>,
    /// Own lines by direction, for those that are enforced.
    pub(super) chains: BTreeMap<Direction, Vec<String>>,
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
                    ruleset
                        .sets
                        .insert(chains::advertised(family), (family, known));
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
        let unicast = multicast::except(key.traffic, peer.family, direction);
        let words = [other.as_str(), unicast, traffic];
        let words = words.into_iter().filter(|it| !it.is_empty());
        self.accept(key, rule, &words.collect::<Vec<_>>().join(" "));
        if direction == Direction::Ingress
            && let Some(line) = multicast::received(key.traffic, peer.family, &other)
        {
            self.accept(key, rule, &line);
        }
    }

    /// Adds the line that lets out what a rule means to be sent to multicast groups of one family. Rules for several peers have it once.
    pub(super) fn permit_groups(&mut self, key: &RuleKey, rule: &Rule, family: Family) {
        let Some(line) = multicast::sent(key.traffic, family) else {
            return;
        };
        let begin = format!("{line} accept");
        if !self.chains[&key.direction]
            .iter()
            .any(|it| it.starts_with(&begin))
        {
            self.accept(key, rule, &line);
        }
    }

    fn accept(&mut self, key: &RuleKey, rule: &Rule, words: &str) {
        let comment = describe(&rule.flows, MAX_COMMENT, is_of_id);
        let line = format!("{words} accept comment \"{comment}\"");
        let chain = self.chains.get_mut(&key.direction);
        let chain = chain.expect("rules are of the wanted directions");
        chain.push(line);
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
        let families = Family::ALL.into_iter();
        for family in families.filter(|_| self.judges_translated()) {
            let (name, kind) = (chains::own(family), set_type(family));
            writeln!(
                f,
                "\tset {name} {{\n\t\ttype {kind}\n\t\tflags dynamic\n\t\tsize 65535\n\t}}\n"
            )?;
        }
        for (name, (family, blocks)) in &self.sets {
            let kind = set_type(*family);
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
        writeln!(f, "{}}}", self.text_of_chains().join("\n"))
    }
}

/// The type of a set's elements.
const fn set_type(family: Family) -> &'static str {
    match family {
        Family::V4 => "ipv4_addr",
        Family::V6 => "ipv6_addr",
    }
}
