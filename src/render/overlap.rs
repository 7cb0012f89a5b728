//! Zones that share addresses: a rule that admits one of them by address admits members of the other.

use super::problems::first_few;
use super::table::PLATFORMS;
use crate::model::address::{Addresses, Cidr, Family};
use crate::model::code::Code;
use crate::model::finding::{ConfigPath, Finding};
use crate::model::rules::{RuleKey, Rules};
use crate::model::traffic::Traffic;
use crate::model::words::Direction;
use std::collections::{BTreeMap, BTreeSet};

/// Two zones, the first of which holds or is held by a block of the second.
type Pairs<'z> = BTreeMap<(&'z str, &'z str), Cidr>;

/// What shared addresses grant beyond the matrix: one finding for each pair of zones, never where both ends are named by group.
/// A zone that is every address means everybody, so it shares nothing that was not meant.
pub fn overlaps(rules: &Rules, zones: &BTreeMap<String, Addresses>) -> Vec<Finding> {
    findings(rules, zones, &shared(zones))
}

/// Whether an address that is not known yet may bring such a finding.
pub fn may_come(rules: &Rules, zones: &BTreeMap<String, Addresses>) -> bool {
    let mut pairs = Pairs::new();
    for (name, _) in zones.iter().filter(|(_, it)| it.is_pending()) {
        for other in zones.keys().filter(|it| *it != name) {
            // Which block it is does not matter.
            let any = Cidr::all(Family::V4);
            pairs.insert((name, other), any);
            pairs.insert((other, name), any);
        }
    }
    !findings(rules, zones, &pairs).is_empty()
}

fn findings(rules: &Rules, zones: &BTreeMap<String, Addresses>, pairs: &Pairs<'_>) -> Vec<Finding> {
    if pairs.is_empty() {
        return Vec::new();
    }
    let everybody: BTreeSet<&str> = zones
        .iter()
        .filter(|(_, it)| it.covers_all_addresses())
        .map(|(name, _)| name.as_str())
        .collect();
    let mut at: BTreeMap<(&str, &str), Vec<&RuleKey>> = BTreeMap::new();
    for key in rules.keys().filter(|it| it.direction == Direction::Ingress) {
        at.entry((&key.zone, &key.peer)).or_default().push(key);
    }
    // Merge ports first: several rules may together cover a rule that none of them covers alone.
    let merged = super::merge::ports(rules);
    let entitled = entitled(&merged, &everybody);
    let mut granted: BTreeMap<(&str, &str), (Cidr, BTreeSet<String>)> = BTreeMap::new();
    for ((zone, admitted), keys) in &at {
        let peer = zones.get(*admitted);
        if everybody.contains(admitted) || !peer.is_some_and(|it| by_address(&zones[*zone], it)) {
            continue;
        }
        let others = pairs
            .range((*admitted, "")..)
            .take_while(|((it, _), _)| it == admitted);
        for ((_, other), block) in others {
            let of = |peer| entitled.get(&(*zone, peer)).into_iter().flatten();
            let granted_anyway = |it: &RuleKey| {
                of(*other)
                    .chain(of(EVERYBODY))
                    .any(|all| all.covers(it.traffic))
            };
            let beyond = keys.iter().filter(|it| !granted_anyway(it));
            let beyond: Vec<String> = beyond.map(|it| it.text()).collect();
            if !beyond.is_empty() && zone != other {
                let pair = if admitted < other {
                    (*admitted, *other)
                } else {
                    (*other, *admitted)
                };
                let (_, found) = granted.entry(pair).or_insert((*block, BTreeSet::new()));
                found.extend(beyond);
            }
        }
    }
    granted.into_iter().map(finding).collect()
}

/// What the rules let in, by zone and peer.
fn entitled<'r>(
    rules: &'r Rules,
    everybody: &BTreeSet<&str>,
) -> BTreeMap<(&'r str, &'r str), Vec<Traffic>> {
    let mut entitled: BTreeMap<_, Vec<Traffic>> = BTreeMap::new();
    for key in rules.keys().filter(|it| it.direction == Direction::Ingress) {
        let peer = if everybody.contains(&*key.peer) {
            EVERYBODY
        } else {
            &*key.peer
        };
        let here = entitled.entry((&*key.zone, peer)).or_default();
        here.push(key.traffic);
    }
    entitled
}

fn finding(((a, b), (block, keys)): ((&str, &str), (Cidr, BTreeSet<String>))) -> Finding {
    let message = format!(
        "zones `{a}` and `{b}` share addresses, e.g. `{block}`; each of these rules also allows members of the other zone, which no flow needs: {}",
        first_few(keys.iter().map(|it| format!("`{it}`"))),
    );
    Finding::new(Code::ZonesOverlap, format!("{a}, {b}"), message).at(&ConfigPath::zone(b))
}

/// Stands for every peer that is all addresses; no zone has this name.
const EVERYBODY: &str = "*";

/// Whether a rule at a zone names another by its addresses, on some platform where the zone is enforced.
fn by_address(zone: &Addresses, peer: &Addresses) -> bool {
    if peer.ipv4.is_empty() && peer.ipv6.is_empty() {
        return false;
    }
    let mut enforcing = PLATFORMS.iter().filter(|it| it.enforces(zone));
    enforcing.any(|it| it.matches_by_address(zone, peer))
}

/// The pairs of zones that share addresses, both ways round. Blocks nest or are apart, so a stack of those around is enough.
fn shared(zones: &BTreeMap<String, Addresses>) -> Pairs<'_> {
    let mut blocks: Vec<(Family, u128, std::cmp::Reverse<u128>, &str, Cidr)> = Vec::new();
    for (name, it) in zones.iter().filter(|(_, it)| !it.covers_all_addresses()) {
        let known = it
            .ipv4
            .values()
            .chain(it.ipv6.values())
            .filter_map(|it| it.known());
        blocks.extend(known.map(|it| {
            let (first, last) = it.bounds();
            (
                it.family(),
                first,
                std::cmp::Reverse(last),
                name.as_str(),
                *it,
            )
        }));
    }
    blocks.sort_unstable();
    let mut pairs = Pairs::new();
    let mut around: Vec<(&str, Cidr)> = Vec::new();
    for (_, _, _, name, block) in blocks {
        while around.last().is_some_and(|(_, it)| !it.contains(block)) {
            around.pop();
        }
        for (outer, _) in around.iter().filter(|(it, _)| *it != name) {
            pairs.entry((outer, name)).or_insert(block);
            pairs.entry((name, outer)).or_insert(block);
        }
        around.push((name, block));
    }
    pairs
}
