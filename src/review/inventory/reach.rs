//! Who can use a rule: everyone, a very wide range, or some.

use crate::model::address::{Cidr, Family, covers_all_addresses};
use crate::model::global::{are_nearly_all, has_global};
use crate::model::services::Services;
use crate::model::words::Direction;
use crate::review::read::platform;
use crate::review::rule::{EndpointSet, EnforcementPoint, Reference, Rule, TrafficSet};
use std::collections::BTreeMap;

/// Who the peers of a rule are, from the most to the least.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reach {
    /// Everyone: all or nearly all global addresses of a family, or a word of the platform for them.
    Everyone,
    /// A very wide range of addresses.
    Wide,
    /// Some addresses or references.
    Some,
}

/// The longest prefixes of a very wide range: a whole private network such as 10.0.0.0/8, or that much of the internet.
const WIDE: [u8; 2] = [8, 16];

/// The longest prefixes of blocks that may be nearly all addresses together with those of other rules.
const LARGE: [u8; 2] = [12, 16];

/// Peers that several rules of one place have together, by their services.
pub(super) struct Together<'r>(BTreeMap<Place<'r>, Vec<(&'r Services, Vec<Cidr>)>>);

/// A point and a direction.
type Place<'r> = (&'r EnforcementPoint, Direction);

impl<'r> Together<'r> {
    /// From every rule with its allowed traffic.
    pub(super) fn new(allowed: impl Iterator<Item = (&'r Rule, &'r [TrafficSet])>) -> Self {
        let mut large: BTreeMap<Place<'r>, Vec<(&Services, Vec<Cidr>)>> = BTreeMap::new();
        for (rule, pieces) in allowed {
            for piece in pieces {
                let blocks: Vec<Cidr> = blocks(&piece.peers)
                    .filter(|it| it.length() <= LARGE[family(it)] && has_global(*it))
                    .collect();
                // What is everyone by itself does not make everyone of others.
                let alone = |of| is_everyone(&of_family(blocks.iter().copied(), of), of);
                if Family::ALL.into_iter().any(alone) {
                    continue;
                }
                if !blocks.is_empty() {
                    let place = large.entry((&rule.point, rule.direction)).or_default();
                    place.push((&piece.services, blocks));
                }
            }
        }
        large.retain(|_, it| it.len() > 1);
        Together(large)
    }

    /// The peers of a piece of a rule's traffic, split by who they are.
    pub(super) fn split(&self, rule: &Rule, piece: &TrafficSet) -> Vec<(Reach, EndpointSet)> {
        let EndpointSet::Only { blocks, named } = &piece.peers else {
            return vec![(Reach::Everyone, EndpointSet::Any)];
        };
        let is_internet = platform(rule.point.platform).facts.is_internet;
        let mut parts: BTreeMap<Reach, (Vec<Cidr>, Vec<Reference>)> = BTreeMap::new();
        for it in named {
            let reach = if is_internet(it) {
                Reach::Everyone
            } else {
                Reach::Some
            };
            parts.entry(reach).or_default().1.push(it.clone());
        }
        for of in Family::ALL {
            let own: Vec<Cidr> = of_family(blocks.iter().copied(), of);
            if own.is_empty() {
                continue;
            }
            let alone = is_everyone(&own, of);
            let together = !alone && self.is_everyone(rule, piece, &own, of);
            for it in own {
                let reach = if alone || (together && has_global(it)) {
                    Reach::Everyone
                } else if it.length() <= WIDE[family(&it)] {
                    Reach::Wide
                } else {
                    Reach::Some
                };
                parts.entry(reach).or_default().0.push(it);
            }
        }
        let ends = |(reach, (blocks, named))| (reach, EndpointSet::these(blocks, named));
        parts.into_iter().map(ends).collect()
    }

    /// Whether a piece and others of its place that have the same services or more are nearly all addresses together.
    fn is_everyone(&self, rule: &Rule, piece: &TrafficSet, own: &[Cidr], of: Family) -> bool {
        let is_large = |it: &Cidr| it.length() <= LARGE[family(it)] && has_global(*it);
        let Some(there) = self.0.get(&(&rule.point, rule.direction)) else {
            return false;
        };
        if !own.iter().any(is_large) {
            return false;
        }
        let same = there.iter().filter(|(it, _)| it.covers(&piece.services));
        let all = same.flat_map(|(_, blocks)| blocks.iter().copied());
        let EndpointSet::Only { blocks, .. } = EndpointSet::these(of_family(all, of), []) else {
            return false;
        };
        is_everyone(&blocks, of)
    }
}

/// Whether joined blocks of a family are all or nearly all of its addresses.
fn is_everyone(blocks: &[Cidr], of: Family) -> bool {
    covers_all_addresses(blocks.iter().copied()) || are_nearly_all(blocks, of)
}

fn blocks(it: &EndpointSet) -> impl Iterator<Item = Cidr> {
    let blocks = match it {
        EndpointSet::Any => &[][..],
        EndpointSet::Only { blocks, .. } => blocks,
    };
    blocks.iter().copied()
}

fn of_family(blocks: impl Iterator<Item = Cidr>, of: Family) -> Vec<Cidr> {
    blocks.filter(|it| it.family() == of).collect()
}

/// The place of a block's family in tables.
fn family(it: &Cidr) -> usize {
    usize::from(it.family() == Family::V6)
}
