//! References as ends of boxes, and what a rule says of them itself.
//!
//! A rule for every address of a family includes the addresses of every reference of that family. That decides what it allows, but
//! none of it is reported as its own traffic: every address of the family says it already.

use super::region::{End, Index, TrafficBox, Universe, family, is_named};
use crate::model::address::Family;
use crate::model::services::foreign_icmp;
use crate::review::rule::{EndpointSet, Reference, TrafficSet};
use std::collections::BTreeMap;

/// The references that the rules at a place name on one side, each with a number and whether some rule names it without a family.
#[derive(Default)]
pub(super) struct Names<'r> {
    known: BTreeMap<(&'static str, &'r str), (usize, bool)>,
    by_number: Vec<(&'static str, &'r str)>,
}

impl<'r> Names<'r> {
    /// Adds what an end refers to.
    pub(super) fn add(&mut self, ends: &'r EndpointSet) {
        if let EndpointSet::Only { named, .. } = ends {
            for it in named {
                let known = self.known.entry((it.kind, &it.id)).or_default();
                known.1 |= it.family.is_none();
            }
        }
    }

    /// Gives each a number, in their order.
    pub(super) fn number(&mut self) {
        self.by_number = self.known.keys().copied().collect();
        for (number, known) in self.known.values_mut().enumerate() {
            known.0 = number;
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.by_number.is_empty()
    }

    /// All of them, as far as their addresses are of a family.
    fn all(&self, family: Family) -> Option<End> {
        let last = self.by_number.len().checked_sub(1)?;
        Some(End::named(family, 0, last))
    }

    /// The same references in the other family, if they are named without one.
    pub(super) fn in_other_family(
        &self,
        (space, first, last): (u32, u128, u128),
    ) -> Option<(u32, u128, u128)> {
        let family = family(space).filter(|_| is_named(space))?;
        let all = (first..=last).all(|it| self.is_whole(it));
        let space = End::named(other(family), 0, 0).space;
        all.then_some((space, first, last))
    }

    /// Whether some rule names a reference without a family.
    fn is_whole(&self, number: u128) -> bool {
        let number = usize::try_from(number).expect("a number of a name");
        self.known[&self.by_number[number]].1
    }

    fn number_of(&self, it: &Reference) -> usize {
        let known = self.known.get(&(it.kind, &*it.id));
        known.expect("a name of the universe").0
    }

    /// The references of some numbers, each with the family that it is limited to. `other` says whether traffic with the other
    /// family is possible at all: if not, a reference needs no family.
    pub(super) fn references(
        &self,
        numbers: &[(Family, u128, u128)],
        possible: impl Fn(Family) -> bool,
    ) -> Vec<Reference> {
        let mut named = Vec::new();
        for &(family, first, last) in numbers {
            for number in first..=last {
                let both = self.is_whole(number) && !possible(other(family));
                let (kind, id) = self.by_number[usize::try_from(number).expect("a number")];
                let it = Reference::new(kind, id);
                named.push(if both { it } else { it.of(family) });
            }
        }
        named
    }
}

const fn other(family: Family) -> Family {
    match family {
        Family::V4 => Family::V6,
        Family::V6 => Family::V4,
    }
}

/// The ranges of an end, none of which overlap.
pub(super) fn ends(ends: &EndpointSet, names: &Names) -> Vec<End> {
    let mut all = Vec::new();
    match ends {
        EndpointSet::Only { blocks, named } => {
            all.extend(blocks.iter().map(|it| End::block(*it)));
            for it in named {
                let number = names.number_of(it);
                let families = it.families().filter(|it| !ends.has_all(*it));
                all.extend(families.map(|it| End::named(it, number, number)));
            }
        }
        EndpointSet::Any => all.extend(Family::ALL.map(End::family_of)),
    }
    let whole = Family::ALL.into_iter().filter(|it| ends.has_all(*it));
    all.extend(whole.filter_map(|it| names.all(it)));
    all
}

impl Universe<'_> {
    /// The part of some boxes of a rule that the rule says itself: references that it names or, if it is for everyone, all.
    pub(super) fn said(&self, rule: &TrafficSet, cells: Vec<TrafficBox>) -> Vec<TrafficBox> {
        let implies = |it: &EndpointSet| {
            *it != EndpointSet::Any && Family::ALL.iter().any(|family| it.has_all(*family))
        };
        let mut cells = cells;
        if !self.peers.is_empty() && implies(&rule.peers) {
            cells = named_only(cells, |it| &mut it.peer, &rule.peers, &self.peers);
        }
        if !self.own.is_empty() && implies(&rule.own) {
            cells = named_only(cells, |it| &mut it.own, &rule.own, &self.own);
        }
        cells
    }
}

/// Boxes without the references that an end does not name.
fn named_only(
    cells: Vec<TrafficBox>,
    side: fn(&mut TrafficBox) -> &mut End,
    ends: &EndpointSet,
    names: &Names,
) -> Vec<TrafficBox> {
    let EndpointSet::Only { named, .. } = ends else {
        return cells;
    };
    let mut kept = Vec::with_capacity(cells.len());
    for mut cell in cells {
        let end = *side(&mut cell);
        if !end.is_named() {
            kept.push(cell);
            continue;
        }
        let of_family = |it: &&Reference| it.families().any(|it| Some(it) == end.family());
        for it in named.iter().filter(of_family) {
            let number = names.number_of(it);
            let within = (end.first..=end.last).contains(&(number as u128));
            if let (true, Some(family)) = (within, end.family()) {
                *side(&mut cell) = End::named(family, number, number);
                kept.push(cell);
            }
        }
    }
    kept
}

/// The lack of a wanted rule without the IPv6 addresses of references whose IPv4 addresses are allowed.
pub(super) fn without_ipv6_of_references(lack: Vec<TrafficBox>) -> Vec<TrafficBox> {
    let is_six = |it: &TrafficBox| it.peer.is_named() && it.peer.family() == Some(Family::V6);
    let (six, rest): (Vec<_>, Vec<_>) = lack.into_iter().partition(is_six);
    if six.is_empty() {
        return rest;
    }
    let icmp = foreign_icmp(Family::V6);
    let mut lacking = Vec::new();
    for it in rest.iter().filter(|it| it.peer.is_named()) {
        let mut same = *it;
        (same.own, same.peer) = (in_ipv6(it.own), in_ipv6(it.peer));
        lacking.push(same);
        // ICMP has another number in IPv6.
        if it.services.0 <= icmp.1 && icmp.0 <= it.services.1 {
            same.services = foreign_icmp(Family::V4);
            lacking.push(same);
        }
    }
    let alone = Index::new([(0, lacking.as_slice())]).outside(&six, |_| true);
    let reported = Index::new([(0, alone.as_slice())]).outside(&six, |_| true);
    [rest, reported].concat()
}

/// The same references in IPv6; for addresses, every address.
fn in_ipv6(end: End) -> End {
    if end.is_named() {
        let (first, last) = (end.first, end.last);
        End {
            first,
            last,
            ..End::named(Family::V6, 0, 0)
        }
    } else if end.family() == Some(Family::V4) {
        End::family_of(Family::V6)
    } else {
        end
    }
}
