//! What cannot be compared: the two sides refer to one zone in two ways, and its addresses are unknown.

use super::members::Known;
use super::region::{Index, TrafficBox, Universe, limited, services};
use super::side::{Cells, rank};
use super::tree::Tree;
use super::{Difference, Place};
use crate::model::services::{Service, Services};
use crate::review::Kind;
use crate::review::rule::{EndpointSet, Reference};
use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

/// Wanted and existing rules that refer to one zone in two ways: as far as can be known, they overlap.
#[derive(Default)]
pub(super) struct Related {
    /// The existing rules of each wanted one.
    pub(super) wanted: BTreeMap<usize, Vec<usize>>,
    /// The wanted rules of each existing one.
    pub(super) found: BTreeMap<usize, Vec<usize>>,
}

/// Wanted rules of one peer zone that are not allowed, by these services.
struct Lacking {
    /// Rules with addresses as peers.
    addresses: Tree<Service, usize>,
    /// Rules with references only.
    names: Tree<Service, usize>,
}

impl Lacking {
    fn new(place: &Place, of_zone: &[usize], lack: &[Vec<TrafficBox>]) -> Lacking {
        let is_named = |w: &usize| {
            let peers = &place.wanted.rules[*w].1.extent.peers;
            matches!(peers, EndpointSet::Only { blocks, .. } if blocks.is_empty())
        };
        let (names, addresses): (Vec<_>, Vec<_>) = of_zone.iter().copied().partition(is_named);
        let tree = |of_them: Vec<usize>| {
            let ranges = of_them.into_iter().flat_map(|w| {
                let ranges = services(&lack[w]).ranges().to_vec().into_iter();
                ranges.map(move |(first, last)| (first, last, w))
            });
            Tree::new(ranges.collect())
        };
        Lacking {
            addresses: tree(addresses),
            names: tree(names),
        }
    }

    /// Those that may name the peer of an existing rule in another way: addresses are compared with addresses.
    fn related(&self, peers: &EndpointSet, services: &Services) -> BTreeSet<usize> {
        let mut related = speaking(&self.names, services, |it| Some(*it));
        if matches!(peers, EndpointSet::Only { blocks, .. } if blocks.is_empty()) {
            related.append(&mut speaking(&self.addresses, services, |it| Some(*it)));
        }
        related
    }
}

/// Removes, from the traffic that only one side allows, the part where both sides refer to one zone in different ways. Returns
/// these differences, and the rules that they relate.
pub(super) fn unproven<'r>(
    place: &Place<'r>,
    known: &Known<'r>,
    universe: &Universe,
    excess: &mut [Vec<TrafficBox>],
    lack: &mut [Vec<TrafficBox>],
) -> (Vec<Difference>, Related) {
    let mut lacking: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, (_, rule)) in place.wanted.rules.iter().enumerate() {
        if let (Some(zones), false) = (&rule.zones, lack[at].is_empty()) {
            lacking.entry(&zones.peer).or_default().push(at);
        }
    }
    if lacking.is_empty() {
        return (Vec::new(), Related::default());
    }
    let by_zone = lacking.iter();
    let by_zone: BTreeMap<&str, Lacking> = by_zone
        .map(|(zone, of_it)| (*zone, Lacking::new(place, of_it, lack)))
        .collect();
    let mut pairs: BTreeMap<usize, BTreeMap<usize, Services>> = BTreeMap::new();
    for (f, (_, found)) in place.found.rules.iter().enumerate() {
        if excess[f].is_empty() {
            continue;
        }
        let permitted = services(&excess[f]);
        for zone in known.zones_of(&found.extent.peers) {
            let Some(lacking) = by_zone.get(zone) else {
                continue;
            };
            for w in lacking.related(&found.extent.peers, &permitted) {
                let (ours, theirs) = (&place.wanted.rules[w].1.extent, &found.extent);
                // Only the peer may be written in another way.
                if ours.own != theirs.own || ours.source_ports != theirs.source_ports {
                    continue;
                }
                if are_incomparable([&ours.peers, &theirs.peers]) {
                    let both = permitted.intersection(&services(&lack[w]));
                    pairs.entry(w).or_default().insert(f, both);
                }
            }
        }
    }
    // All rows of one peer zone and of the same ports are one difference: also those that are written like the found rules, since
    // the found rules may be meant for any of them.
    let key = |w: usize| {
        let rule = place.wanted.rules[w].1;
        let zones = rule.zones.as_ref();
        (zones.map(|it| (&it.own, &it.peer)), &rule.extent.services)
    };
    let mut groups: BTreeMap<_, BTreeMap<usize, Services>> = BTreeMap::new();
    for (w, of_it) in &pairs {
        let group = groups.entry(key(*w)).or_default();
        for (f, both) in of_it {
            let known = group.entry(*f).or_default();
            *known = known.union(both);
        }
    }
    let mut rows: BTreeMap<_, Vec<usize>> = BTreeMap::new();
    for w in lacking.into_values().flatten() {
        if groups.contains_key(&key(w)) {
            rows.entry(key(w)).or_default().push(w);
        }
    }
    let mut differences = Vec::new();
    for (key, found) in groups {
        let both = found.values().fold(Services::default(), |a, b| a.union(b));
        let wanted = rows.remove(&key).unwrap_or_default().into_iter();
        let wanted = wanted.filter(|w| !limited(&lack[*w], &both).is_empty());
        let wanted: Vec<usize> = wanted.collect();
        let boxes = wanted.iter().flat_map(|it| limited(&lack[*it], &both));
        differences.push(Difference {
            traffic: universe.extents(&boxes.collect::<Vec<_>>()),
            wanted: place.wanted.sources(wanted.iter().copied()),
            found: place.found.sources(found.keys().copied()),
            ..Difference::new(Kind::Unproven)
        });
        for w in wanted {
            lack[w] = limited(&lack[w], &both.complement());
        }
        for (f, both) in found {
            excess[f] = limited(&excess[f], &both.complement());
        }
    }
    let mut related = Related::default();
    for (w, found) in pairs {
        for f in found.keys() {
            related.found.entry(*f).or_default().push(w);
        }
        related.wanted.insert(w, found.into_keys().collect());
    }
    (differences, related)
}

/// Found rules that deny by a reference what wanted rules allow by addresses, or the reverse, and come before the rules that allow
/// it: whether they block it depends on the members of the reference.
pub(super) fn undecidable(
    place: &Place,
    wanted: &Cells,
    found: &Index,
    universe: &Universe,
) -> Vec<Difference> {
    let mut differences = Vec::new();
    if universe.own.is_empty() && universe.peers.is_empty() {
        return differences; // There are no references.
    }
    let wants = OnceCell::new();
    let rank_of = |at: usize| rank(place.found.rules[at].1.order);
    for (d, (source, deny)) in place.found.rules.iter().enumerate() {
        if !deny.order.denies || place.found.silent[d] {
            continue;
        }
        let mut about = Vec::new();
        let mut cells = Vec::new();
        let wants = wants.get_or_init(|| met(place, wanted, found));
        // Traffic that earlier rules allow is decided before this rule.
        let is_open =
            |(w, last): &(usize, usize)| (rank_of(*last) > rank(deny.order)).then_some(*w);
        for w in speaking(wants, &deny.extent.services, is_open) {
            let (a, b) = (&place.wanted.rules[w].1.extent, &deny.extent);
            if !(are_incomparable([&a.peers, &b.peers]) || are_incomparable([&a.own, &b.own])) {
                continue;
            }
            let concerned = limited(&wanted.permitted()[w], &b.services);
            // Traffic that no rule allows is missing anyway.
            let earlier = |other: usize| rank_of(other) < rank(deny.order);
            let later = found.outside(&concerned, earlier);
            let missing = found.outside(&later, |_| true);
            let decided = Index::new([(d, missing.as_slice())]).outside(&later, |_| true);
            let decided = universe.said(a, decided);
            if !decided.is_empty() {
                about.push(w);
                cells.extend(decided);
            }
        }
        if !about.is_empty() {
            differences.push(Difference {
                wanted: place.wanted.sources(about),
                found: vec![*source],
                blocked_by: vec![*source],
                traffic: universe.extents(&cells),
                ..Difference::new(Kind::Unproven)
            });
        }
    }
    differences
}

/// Wanted rules that are allowed in part and are reported, by their services, each with the last rule that allows some of it.
fn met(place: &Place, wanted: &Cells, found: &Index) -> Tree<Service, (usize, usize)> {
    let rules = place.wanted.rules.iter().enumerate();
    let reported = rules.filter(|(w, (_, it))| !it.order.denies && !place.wanted.silent[*w]);
    let met = reported.filter_map(|(w, (_, rule))| {
        let last = found.last_meeting(&wanted.permitted()[w])?;
        Some((w, last, rule))
    });
    let ranges = met.flat_map(|(w, last, rule)| {
        let ranges = rule.extent.services.ranges().iter();
        ranges.map(move |(first, end)| (*first, *end, (w, last)))
    });
    Tree::new(ranges.collect())
}

/// Those of some rules that overlap some services, in order.
fn speaking<T>(
    rules: &Tree<Service, T>,
    services: &Services,
    counts: impl Fn(&T) -> Option<usize>,
) -> BTreeSet<usize> {
    let mut speaking = BTreeSet::new();
    for (first, last) in services.ranges() {
        rules.meeting(*first, *last, &mut |it| {
            speaking.extend(counts(it));
            true
        });
    }
    speaking
}

/// Whether at least one of two ends has a reference, and they have no space in common. Every address of a family has one in common
/// with every reference.
fn are_incomparable(ends: [&EndpointSet; 2]) -> bool {
    let [
        EndpointSet::Only { blocks, named },
        EndpointSet::Only {
            blocks: addresses,
            named: names,
        },
    ] = ends
    else {
        return false;
    };
    let both_addresses = !blocks.is_empty() && !addresses.is_empty();
    let one_named = !named.is_empty() || !names.is_empty();
    let meet = |it: &Reference| names.iter().any(|other| other.overlaps(it));
    let covered = named.iter().any(|it| ends[1].covers_part_of(it))
        || names.iter().any(|it| ends[0].covers_part_of(it));
    one_named && !both_addresses && !covered && !named.iter().any(meet)
}
