//! Zones inside zones: a packet filter knows no longest prefix, so a rule that allows a block allows whatever is in it.

use super::identity::Match;
use crate::model::address::{Addresses, Cidr, Family};
use crate::model::blocks::aggregated;
use crate::model::cell::MaybeKnown;
use crate::model::ranges::joined;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// Whose addresses are among those of which zone.
///
/// An address belongs to the zone with the longest block that contains it, after the blocks of each zone are joined; equal blocks
/// belong to all of their zones. A zone that is every address means everyone, so it contains no one in particular.
#[derive(Default)]
pub struct Nested<'z> {
    /// By the zone around: the zones to which some of its addresses belong, each with such a block in each family.
    inside: BTreeMap<&'z str, BTreeMap<&'z str, [Option<Cidr>; 2]>>,
    /// Zones with a block that is not known yet.
    pending: BTreeSet<&'z str>,
    everyone: BTreeSet<&'z str>,
    all: Vec<&'z str>,
}

/// A block, the zones that have it, and the blocks in it.
struct Node<'z> {
    block: Cidr,
    zones: Vec<&'z str>,
    around: Option<usize>,
    /// The bounds of the widest blocks inside, sorted.
    inside: Vec<(u128, u128)>,
}

impl Node<'_> {
    /// Whether some address has no longer block.
    fn has_own_addresses(&self) -> bool {
        let inside = joined(self.inside.iter().copied(), |it| it.checked_add(1));
        inside != [self.block.bounds()]
    }
}

impl<'z> Nested<'z> {
    /// For all zones.
    pub fn of(zones: &'z BTreeMap<String, Addresses>) -> Self {
        let mut nested = Nested::default();
        let mut blocks: Vec<(Family, u128, Reverse<u128>, &str, Cidr)> = Vec::new();
        for (name, it) in zones {
            nested.all.push(name);
            let cells = || it.ipv4.values().chain(it.ipv6.values());
            if cells().any(|it| it.known().is_none()) {
                nested.pending.insert(name);
            }
            if it.covers_all_addresses() {
                nested.everyone.insert(name);
                continue;
            }
            let joined = aggregated(cells().filter_map(MaybeKnown::known).copied());
            blocks.extend(joined.into_iter().map(|it| {
                let (first, last) = it.bounds();
                (it.family(), first, Reverse(last), name.as_str(), it)
            }));
        }
        blocks.sort_unstable();
        let nodes = forest(
            blocks
                .into_iter()
                .map(|(_, _, _, name, block)| (name, block)),
        );
        for (at, node) in nodes.iter().enumerate() {
            if node.has_own_addresses() {
                nested.add(&nodes, at);
            }
        }
        nested
    }

    /// The owners of a block's addresses are inside every zone that has the block or one around it.
    fn add(&mut self, nodes: &[Node<'z>], at: usize) {
        let node = &nodes[at];
        let family = usize::from(node.block.family() == Family::V6);
        let mut around = Some(at);
        while let Some(outer) = around {
            let outer = &nodes[outer];
            for zone in &outer.zones {
                for owner in node.zones.iter().filter(|it| *it != zone) {
                    let inside = self.inside.entry(zone).or_default();
                    let blocks = inside.entry(owner).or_default();
                    blocks[family].get_or_insert(node.block);
                }
            }
            around = outer.around;
        }
    }

    /// The zones that a rule allows as well if it refers to a zone by its own addresses.
    pub(super) fn inside(&self, zone: &str, least: Match) -> Vec<(&'z str, Match)> {
        if self.everyone.contains(zone) {
            return Vec::new();
        }
        let surely = self.inside.get(zone);
        let known = surely.into_iter().flat_map(|it| it.keys().copied());
        let mut inside: Vec<_> = known.map(|it| (it, Match::Yes)).collect();
        if least <= Match::Open && !self.pending.is_empty() {
            let is_open = |it: &&str| {
                (self.pending.contains(zone) || self.pending.contains(it))
                    && **it != *zone
                    && !self.everyone.contains(it)
                    && !surely.is_some_and(|known| known.contains_key(it))
            };
            let open = self.all.iter().copied().filter(is_open);
            inside.extend(open.map(|it| (it, Match::Open)));
        }
        inside
    }

    /// Whether a zone's blocks of a family contain an address that belongs to another.
    pub(super) fn contains(&self, zone: &str, other: &str, family: Family) -> Match {
        let blocks = self.inside.get(zone).and_then(|it| it.get(other));
        let family = usize::from(family == Family::V6);
        if blocks.is_some_and(|it| it[family].is_some()) {
            Match::Yes
        } else if self.pending.contains(zone) || self.pending.contains(other) {
            Match::Open
        } else {
            Match::No
        }
    }

    /// A block of a zone's addresses that belong to another.
    pub(super) fn example(&self, zone: &str, other: &str) -> Option<Cidr> {
        let blocks = self.inside.get(zone)?.get(other)?;
        blocks.iter().find_map(|it| *it)
    }

    /// Whether the zone is every address.
    pub(super) fn is_everyone(&self, zone: &str) -> bool {
        self.everyone.contains(zone)
    }

    /// Whether zones share no address, and none will turn out to.
    pub(super) fn is_empty(&self, least: Match) -> bool {
        self.inside.is_empty() && (least == Match::Yes || self.pending.is_empty())
    }
}

/// Blocks, of which each is apart from another or inside it, as trees. They come with the outer one first.
fn forest<'z>(blocks: impl Iterator<Item = (&'z str, Cidr)>) -> Vec<Node<'z>> {
    let mut nodes: Vec<Node<'_>> = Vec::new();
    let mut around: Vec<usize> = Vec::new();
    for (zone, block) in blocks {
        while around
            .last()
            .is_some_and(|it| !nodes[*it].block.contains(block))
        {
            around.pop();
        }
        match around.last() {
            Some(same) if nodes[*same].block == block => nodes[*same].zones.push(zone),
            outer => {
                let outer = outer.copied();
                if let Some(outer) = outer {
                    nodes[outer].inside.push(block.bounds());
                }
                around.push(nodes.len());
                nodes.push(Node {
                    block,
                    zones: vec![zone],
                    around: outer,
                    inside: Vec::new(),
                });
            }
        }
    }
    nodes
}
