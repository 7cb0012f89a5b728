//! What wanted rules show about zones: who belongs to them, and which of them use IPv6.

use super::tree::Tree;
use crate::model::address::{Cidr, Family};
use crate::model::blocks::{aggregated, covers};
use crate::review::read::platform;
use crate::review::rule::{EndpointSet, Reference, Rule, TrafficSet};
use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

/// What wanted rules show about the members of zones. Computed at the first use.
pub(super) struct Known<'r> {
    wanted: &'r [Rule],
    zones: OnceCell<Zones<'r>>,
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
    /// Sorted and without overlap.
    blocks: Vec<Cidr>,
    named: BTreeSet<&'r Reference>,
    /// The kinds and names of its own points, which rules may refer to.
    points: BTreeSet<(&'static str, &'r str)>,
}

impl Members<'_> {
    /// Whether all of an end belongs to the zone.
    fn have(&self, blocks: &[Cidr], named: &[Reference]) -> bool {
        let is_point = |it: &Reference| self.points.contains(&(it.kind, &*it.id));
        (named.iter()).all(|it| is_point(it) || self.named.contains(it))
            && blocks.iter().all(|it| covers(&self.blocks, *it))
    }
}

/// Zones by their members, so that those of an end are found without a look at all of them.
struct Zones<'r> {
    all: Vec<(&'r str, Members<'r>)>,
    blocks: Tree<(Family, u128), usize>,
    /// By the kinds and names of references and points.
    named: BTreeMap<(&'static str, &'r str), BTreeSet<usize>>,
}

impl<'r> Zones<'r> {
    fn new(all: BTreeMap<&'r str, Members<'r>>) -> Zones<'r> {
        let mut ranges = Vec::new();
        let mut named: BTreeMap<_, BTreeSet<usize>> = BTreeMap::new();
        for (zone, it) in all.values().enumerate() {
            ranges.extend(it.blocks.iter().map(|it| {
                let (first, last) = it.bounds();
                ((it.family(), first), (it.family(), last), zone)
            }));
            let references = it.named.iter().map(|it| (it.kind, &*it.id));
            for name in references.chain(it.points.iter().copied()) {
                named.entry(name).or_default().insert(zone);
            }
        }
        Zones {
            all: all.into_iter().collect(),
            blocks: Tree::new(ranges),
            named,
        }
    }

    /// The zones with the first member of an end, which is enough to look at.
    fn with_first(&self, blocks: &[Cidr], named: &[Reference]) -> Vec<usize> {
        let mut zones = Vec::new();
        if let Some(it) = blocks.first() {
            let first = (it.family(), it.bounds().0);
            self.blocks.meeting(first, first, &mut |it| {
                zones.push(*it);
                true
            });
        } else if let Some(it) = named.first() {
            zones.extend(self.named.get(&(it.kind, &*it.id)).into_iter().flatten());
        }
        zones
    }
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
    pub(super) fn zones_of(&self, ends: &EndpointSet) -> Vec<&'r str> {
        let EndpointSet::Only { blocks, named } = ends else {
            return Vec::new();
        };
        let zones = self.zones.get_or_init(|| Zones::new(members(self.wanted)));
        let all = zones.with_first(blocks, named).into_iter();
        let all = all.map(|it| &zones.all[it]);
        let there = all.filter(|(_, it)| it.have(blocks, named));
        there.map(|(name, _)| *name).collect()
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
        it.blocks = aggregated(it.blocks.drain(..));
    }
    found
}
