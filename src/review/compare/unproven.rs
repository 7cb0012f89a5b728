//! What cannot be compared: the two sides refer to one zone in two ways, and its addresses are unknown.

use super::region::{Index, TrafficBox, Universe, limited, services};
use super::tree::Tree;
use super::{Cells, Difference, Place, rank};
use crate::model::address::{Cidr, Family};
use crate::model::blocks::subtracted;
use crate::review::Kind;
use crate::review::read::platform;
use crate::review::rule::{EndpointSet, Reference, Rule, TrafficSet};
use crate::review::services::{Service, Services};
use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

/// What wanted rules show about the members of zones. Computed at the first use.
pub(super) struct Known<'r> {
    wanted: &'r [Rule],
    zones: OnceCell<BTreeMap<&'r str, Members<'r>>>,
    /// Pairs of zones between which a wanted rule is for IPv6 addresses.
    ipv6: OnceCell<BTreeSet<Pair<'r>>>,
}

/// Two zones in the order of their names; `None` for rules without zones.
type Pair<'r> = Option<(&'r str, &'r str)>;

fn pair(rule: &Rule) -> Pair<'_> {
    let zones = rule.zones.as_ref()?;
    let (own, peer) = (zones.own.as_str(), zones.peer.as_str());
    Some((own.min(peer), own.max(peer)))
}

/// Whether a rule is for IPv6: it names IPv6 addresses, or allows ICMP of IPv6 only.
fn is_for_ipv6(rule: &Rule) -> bool {
    let of_ends = |it: &EndpointSet| match it {
        EndpointSet::Any => false,
        EndpointSet::Only { blocks, named } => {
            blocks.iter().any(|it| it.family() == Family::V6)
                || named.iter().any(|it| it.family == Some(Family::V6))
        }
    };
    let TrafficSet {
        own,
        peers,
        services,
        ..
    } = &rule.extent;
    of_ends(own) || of_ends(peers) || services.ranges_of(Some(Family::V4)).is_empty()
}

/// Everything that refers to one zone.
#[derive(Default)]
struct Members<'r> {
    blocks: Vec<Cidr>,
    named: BTreeSet<&'r Reference>,
    /// The kinds and names of its own points, which rules may refer to.
    points: BTreeSet<(&'static str, &'r str)>,
}

impl<'r> Known<'r> {
    pub(super) const fn new(wanted: &'r [Rule]) -> Self {
        Known {
            wanted,
            zones: OnceCell::new(),
            ipv6: OnceCell::new(),
        }
    }

    /// Whether a wanted rule between the zones of this one is for IPv6. Otherwise nothing is known to use the IPv6 addresses of a
    /// reference, and they are not reported if its IPv4 addresses are allowed.
    pub(super) fn wants_ipv6(&self, rule: &Rule) -> bool {
        let pairs = self.ipv6.get_or_init(|| {
            let allows = self.wanted.iter().filter(|it| !it.order.denies);
            allows.filter(|it| is_for_ipv6(it)).map(pair).collect()
        });
        !pairs.is_empty() && pairs.contains(&pair(rule))
    }

    /// The zones that all of an end is known to belong to.
    fn zones_of(&self, ends: &EndpointSet) -> Vec<&'r str> {
        let EndpointSet::Only { blocks, named } = ends else {
            return Vec::new();
        };
        let belongs = |(_, it): &(&&str, &Members)| {
            let named_there = named
                .iter()
                .all(|name| it.points.contains(&(name.kind, &*name.id)) || it.named.contains(name));
            named_there && subtracted(blocks.iter().copied(), it.blocks.iter().copied()).is_empty()
        };
        let zones = self.zones.get_or_init(|| members(self.wanted));
        zones
            .iter()
            .filter(belongs)
            .map(|(name, _)| *name)
            .collect()
    }
}

fn members(wanted: &[Rule]) -> BTreeMap<&str, Members<'_>> {
    let mut found: BTreeMap<&str, Members> = BTreeMap::new();
    for rule in wanted {
        let Some(zones) = &rule.zones else { continue };
        if let Some(kind) = platform(rule.point.platform).facts.members {
            let members = found.entry(&zones.own).or_default();
            members.points.insert((kind, &rule.point.name));
        }
        let ends = [
            (&zones.own, &rule.extent.own),
            (&zones.peer, &rule.extent.peers),
        ];
        for (zone, ends) in ends {
            if let EndpointSet::Only { blocks, named } = ends {
                let members = found.entry(zone).or_default();
                members.blocks.extend(blocks);
                members.named.extend(named);
            }
        }
    }
    for it in found.values_mut() {
        it.blocks.sort_unstable();
        it.blocks.dedup();
    }
    found
}

/// Removes, from the traffic that only one side allows, the part where both sides refer to one zone in different ways. Returns
/// these differences, and the pairs of rules that they relate, wanted ones first.
pub(super) fn unproven<'r>(
    place: &Place<'r>,
    known: &Known<'r>,
    universe: &Universe,
    excess: &mut [Vec<TrafficBox>],
    lack: &mut [Vec<TrafficBox>],
) -> (Vec<Difference>, BTreeSet<(usize, usize)>) {
    let mut lacking: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, (_, rule)) in place.wanted.rules.iter().enumerate() {
        if let (Some(zones), false) = (&rule.zones, lack[at].is_empty()) {
            lacking.entry(&zones.peer).or_default().push(at);
        }
    }
    if lacking.is_empty() {
        return (Vec::new(), BTreeSet::new());
    }
    let mut pairs: BTreeMap<usize, BTreeMap<usize, Services>> = BTreeMap::new();
    for (f, (_, found)) in place.found.rules.iter().enumerate() {
        if excess[f].is_empty() {
            continue;
        }
        let permitted = services(&excess[f]);
        for zone in known.zones_of(&found.extent.peers) {
            for &w in lacking.get(zone).into_iter().flatten() {
                let both = permitted.intersection(&services(&lack[w]));
                let (ours, theirs) = (&place.wanted.rules[w].1.extent, &found.extent);
                // Only the peer may be written in another way.
                if ours.own != theirs.own || ours.source_ports != theirs.source_ports {
                    continue;
                }
                let peers = [&ours.peers, &theirs.peers];
                if !both.is_empty() && are_incomparable(peers) {
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
    let pairs = pairs
        .iter()
        .flat_map(|(w, found)| found.keys().map(|f| (*w, *f)));
    (differences, pairs.collect())
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
    for (d, (source, deny)) in place.found.rules.iter().enumerate() {
        if !deny.order.denies || place.found.silent[d] {
            continue;
        }
        let mut about = Vec::new();
        let mut cells = Vec::new();
        let wants = wants.get_or_init(|| met(place, wanted, found));
        for w in speaking(wants, &deny.extent.services) {
            let (a, b) = (&place.wanted.rules[w].1.extent, &deny.extent);
            if !(are_incomparable([&a.peers, &b.peers]) || are_incomparable([&a.own, &b.own])) {
                continue;
            }
            let concerned = limited(&wanted.permitted()[w], &b.services);
            // Traffic that earlier rules allow is decided before this rule, and traffic that none allows is missing anyway.
            let earlier = |other: usize| rank(place.found.rules[other].1.order) < rank(deny.order);
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

/// Wanted rules that are allowed in part and are reported, by their services.
fn met(place: &Place, wanted: &Cells, found: &Index) -> Tree<Service, usize> {
    let rules = place.wanted.rules.iter().enumerate();
    let reported = rules.filter(|(w, (_, it))| {
        !it.order.denies && !place.wanted.silent[*w] && found.meets(&wanted.permitted()[*w])
    });
    let ranges = reported.flat_map(|(w, (_, rule))| {
        let ranges = rule.extent.services.ranges().iter();
        ranges.map(move |(first, last)| (*first, *last, w))
    });
    Tree::new(ranges.collect())
}

/// Those of them that overlap some services, in order.
fn speaking(rules: &Tree<Service, usize>, services: &Services) -> BTreeSet<usize> {
    let mut speaking = BTreeSet::new();
    for (first, last) in services.ranges() {
        rules.meeting(*first, *last, &mut |it| {
            speaking.insert(*it);
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
