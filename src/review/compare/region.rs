//! Traffic at one point and in one direction as boxes: a range of services, of source ports, of own ends and of peers each.

use super::names::{Names, ends};
use super::tree::Tree;
use crate::model::address::{Cidr, Family, host_bits};
use crate::model::services::{Service, Services};
use crate::review::rule::{EndpointSet, Rule, TrafficSet};
use std::cmp::Reverse;
use std::collections::BTreeSet;

/// A range of ends, in one of four spaces: the addresses of each family, and the references of the universe by their numbers, as
/// far as their addresses are of that family.
///
/// A reference represents addresses, so every address of a family includes its addresses of that family: `0.0.0.0/0` covers the
/// IPv4 addresses of a group, a prefix list, a service tag or a network tag. No other block is compared with a reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct End {
    pub(super) space: u32,
    pub(super) first: u128,
    pub(super) last: u128,
}

/// The spaces.
const V4: u32 = 0;
const V6: u32 = 1;
const NAMED_V4: u32 = 2;
const NAMED_V6: u32 = 3;

impl End {
    /// The own end, if no rule distinguishes own ends.
    pub(super) const ANYONE: End = End {
        space: u32::MAX,
        first: 0,
        last: 0,
    };

    /// The family of its addresses; `None` for [`End::ANYONE`].
    pub(super) const fn family(self) -> Option<Family> {
        family(self.space)
    }

    /// Every address of a family.
    pub(super) fn family_of(family: Family) -> End {
        End {
            space: if family == Family::V4 { V4 } else { V6 },
            first: 0,
            last: host_bits(0, family.width()),
        }
    }

    pub(super) fn block(block: Cidr) -> End {
        let (first, last) = block.bounds();
        End {
            first,
            last,
            ..End::family_of(block.family())
        }
    }

    /// Some references, as far as their addresses are of a family.
    pub(super) const fn named(family: Family, first: usize, last: usize) -> End {
        End {
            space: match family {
                Family::V4 => NAMED_V4,
                Family::V6 => NAMED_V6,
            },
            first: first as u128,
            last: last as u128,
        }
    }

    /// Whether it is references rather than addresses.
    pub(super) const fn is_named(self) -> bool {
        is_named(self.space)
    }
}

/// One box.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct TrafficBox {
    pub(super) services: (Service, Service),
    sources: (u16, u16),
    pub(super) own: End,
    pub(super) peer: End,
}

/// How much an edge of each side counts when the side to cut is chosen. Cuts by service read best: all peers on one port, then
/// some of them on another.
const WEIGHTS: [usize; 4] = [4, 4, 1, 1];

/// The sides of a box as ranges of numbers.
type Sides = [(u128, u128); 4];

impl TrafficBox {
    pub(super) fn sides(&self) -> Sides {
        [
            (self.services.0.into(), self.services.1.into()),
            (self.sources.0.into(), self.sources.1.into()),
            (self.own.first, self.own.last),
            (self.peer.first, self.peer.last),
        ]
    }

    /// The box with another range on one side, which must be within the old one.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a part of a range of that width"
    )]
    fn with_side(mut self, side: usize, (first, last): (u128, u128)) -> TrafficBox {
        match side {
            0 => self.services = (first as u32, last as u32),
            1 => self.sources = (first as u16, last as u16),
            2 => (self.own.first, self.own.last) = (first, last),
            _ => (self.peer.first, self.peer.last) = (first, last),
        }
        self
    }

    pub(super) fn meets(&self, other: &TrafficBox) -> bool {
        let meet = |((a, b), (c, d)): (&(u128, u128), &(u128, u128))| a <= d && c <= b;
        (self.own.space, self.peer.space) == (other.own.space, other.peer.space)
            && self.sides().iter().zip(&other.sides()).all(meet)
    }

    /// Whether it covers another box that it overlaps.
    fn covers(&self, other: &TrafficBox) -> bool {
        let covers = |((a, b), (c, d)): (&(u128, u128), &(u128, u128))| a <= c && d <= b;
        self.sides().iter().zip(&other.sides()).all(covers)
    }

    /// Its size, for sorting.
    #[expect(clippy::cast_precision_loss, reason = "only sizes are compared")]
    pub(super) fn size(&self) -> f64 {
        let length = |(first, last): &(u128, u128)| (last - first) as f64 + 1.0;
        self.sides().iter().map(length).product()
    }

    /// Appends the rest of it without some boxes, all of which it overlaps.
    ///
    /// Cuts it in two along the side with the most edges of the others, at the middle edge, until each part is inside one of
    /// them or overlaps none.
    fn without(self, others: &[TrafficBox], left: &mut Vec<TrafficBox>) {
        if others.is_empty() {
            return left.push(self);
        }
        if others.iter().any(|it| it.covers(&self)) {
            return;
        }
        let sides = self.sides();
        let edges = |side: usize| {
            let (first, last) = sides[side];
            let mut edges: Vec<u128> = Vec::new();
            for (from, to) in others.iter().map(|it| it.sides()[side]) {
                edges.extend((first < from).then_some(from));
                edges.extend((to < last).then(|| to + 1));
            }
            edges
        };
        let (side, mut edges) = (0..4)
            .map(|side| (side, edges(side)))
            .max_by_key(|(side, edges)| (edges.len() * WEIGHTS[*side], Reverse(*side)))
            .expect("a box has sides");
        let middle = edges.len() / 2;
        let at = *edges.select_nth_unstable(middle).1;
        let (first, last) = sides[side];
        for part in [(first, at - 1), (at, last)] {
            let part = self.with_side(side, part);
            let others: Vec<TrafficBox> = others
                .iter()
                .filter(|it| it.meets(&part))
                .copied()
                .collect();
            part.without(&others, left);
        }
    }
}

/// The services of some boxes together.
pub(super) fn services(cells: &[TrafficBox]) -> Services {
    Services::from_ranges(cells.iter().map(|it| it.services).collect())
}

/// The part of some boxes that has some services.
pub(super) fn limited(cells: &[TrafficBox], services: &Services) -> Vec<TrafficBox> {
    let within = |cell: &TrafficBox| {
        let both = Services::from_ranges(vec![cell.services]).intersection(services);
        let cell = *cell;
        let ranges = both.ranges().to_vec().into_iter();
        ranges.map(move |services| TrafficBox { services, ..cell })
    };
    cells.iter().flat_map(within).collect()
}

/// The first or the last point of an end.
type Edge = (u32, u128);

impl End {
    const fn edges(self) -> (Edge, Edge) {
        ((self.space, self.first), (self.space, self.last))
    }
}

/// Boxes with their rules, by services.
type Boxes = Tree<Service, (TrafficBox, usize)>;

/// An index of boxes with their rules: by own end, then peer, then services.
pub(super) struct Index {
    owns: Tree<Edge, Tree<Edge, Boxes>>,
}

impl Index {
    pub(super) fn new<'c>(rules: impl IntoIterator<Item = (usize, &'c [TrafficBox])>) -> Index {
        let mut cells: Vec<(TrafficBox, usize)> = Vec::new();
        for (rule, of_it) in rules {
            cells.extend(of_it.iter().map(|it| (*it, rule)));
        }
        cells.sort_unstable_by_key(|(it, rule)| (it.own, it.peer, it.services, *rule));
        let services = |of_it: &[(TrafficBox, usize)]| {
            let ranges = of_it.iter().map(|(cell, rule)| {
                let (first, last) = cell.services;
                (first, last, (*cell, *rule))
            });
            Tree::new(ranges.collect())
        };
        let peers = |of_it: &[(TrafficBox, usize)]| by_end(of_it, |it| it.peer, services);
        Index {
            owns: by_end(&cells, |it| it.own, peers),
        }
    }

    /// Calls a function with each overlapping box and its rule until it returns `false`. Returns whether it went to the end.
    fn meeting(&self, cell: &TrafficBox, mut each: impl FnMut(&TrafficBox, usize) -> bool) -> bool {
        let (own, peer) = (cell.own.edges(), cell.peer.edges());
        let (from, to) = cell.services;
        self.owns.meeting(own.0, own.1, &mut |peers| {
            peers.meeting(peer.0, peer.1, &mut |services| {
                services.meeting(from, to, &mut |(other, rule)| {
                    !other.meets(cell) || each(other, *rule)
                })
            })
        })
    }

    /// The part of some boxes that is in no box of this index whose rule counts.
    pub(super) fn outside(
        &self,
        cells: &[TrafficBox],
        counts: impl Fn(usize) -> bool,
    ) -> Vec<TrafficBox> {
        let mut left = Vec::new();
        for cell in cells {
            let mut others = Vec::new();
            let open = self.meeting(cell, |other, rule| {
                let counts = counts(rule);
                if counts {
                    others.push(*other);
                }
                !(counts && other.covers(cell))
            });
            if open {
                cell.without(&others, &mut left);
            }
        }
        left
    }

    /// The rules with a box that overlaps one of these.
    pub(super) fn rules_meeting(&self, cells: &[TrafficBox]) -> BTreeSet<usize> {
        let mut rules = BTreeSet::new();
        for cell in cells {
            self.meeting(cell, |_, rule| {
                rules.insert(rule);
                true
            });
        }
        rules
    }

    /// The last of the rules with a box that overlaps one of these.
    pub(super) fn last_meeting(&self, cells: &[TrafficBox]) -> Option<usize> {
        let mut last = None;
        for cell in cells {
            self.meeting(cell, |_, rule| {
                last = last.max(Some(rule));
                true
            });
        }
        last
    }

    /// Whether a box overlaps one of these.
    pub(super) fn meets(&self, cells: &[TrafficBox]) -> bool {
        !cells.iter().all(|cell| self.meeting(cell, |_, _| false))
    }
}

/// Sorted boxes as ranges of one end, with what becomes of those that have the same.
fn by_end<T>(
    cells: &[(TrafficBox, usize)],
    end: fn(&TrafficBox) -> End,
    below: impl Fn(&[(TrafficBox, usize)]) -> T,
) -> Tree<Edge, T> {
    let groups = cells.chunk_by(|(a, _), (b, _)| end(a) == end(b));
    let ranges = groups.map(|of_it| {
        let (first, last) = end(&of_it[0].0).edges();
        (first, last, below(of_it))
    });
    Tree::new(ranges.collect())
}

/// What the rules of one point and direction match in addition to addresses: it decides what "everyone" means there.
pub(super) struct Universe<'r> {
    pub(super) own: Names<'r>,
    pub(super) peers: Names<'r>,
    /// Whether some rule distinguishes own ends.
    tells_own: bool,
    /// Whether some rule matches every peer.
    pub(super) everyone: bool,
}

impl<'r> Universe<'r> {
    pub(super) fn new(rules: impl Iterator<Item = &'r Rule>) -> Universe<'r> {
        let (mut own, mut peers) = (Names::default(), Names::default());
        let (mut tells_own, mut everyone) = (false, false);
        for TrafficSet {
            own: o, peers: p, ..
        } in rules.map(|it| &it.extent)
        {
            tells_own |= *o != EndpointSet::Any;
            everyone |= *p == EndpointSet::Any;
            own.add(o);
            peers.add(p);
        }
        own.number();
        peers.number();
        Universe {
            own,
            peers,
            tells_own,
            everyone,
        }
    }

    /// The boxes of a rule's traffic. No packet goes from one family to the other, or carries the other's ICMP.
    pub(super) fn cells(&self, extent: &TrafficSet) -> Vec<TrafficBox> {
        let own = if self.tells_own {
            ends(&extent.own, &self.own)
        } else {
            vec![End::ANYONE]
        };
        let mut cells = Vec::new();
        for peer in ends(&extent.peers, &self.peers) {
            for own in &own {
                let family = match (own.family(), peer.family()) {
                    (Some(a), Some(b)) if a != b => continue,
                    (a, b) => a.or(b),
                };
                for services in extent.services.ranges_of(family) {
                    cells.extend(extent.source_ports.iter().map(|sources| TrafficBox {
                        services,
                        sources: (sources.from, sources.to),
                        own: *own,
                        peer,
                    }));
                }
            }
        }
        cells
    }
}

/// The family of the addresses of a space.
pub(super) const fn family(space: u32) -> Option<Family> {
    match space {
        V4 | NAMED_V4 => Some(Family::V4),
        V6 | NAMED_V6 => Some(Family::V6),
        _ => None,
    }
}

/// Whether a space is of references.
pub(super) const fn is_named(space: u32) -> bool {
    matches!(space, NAMED_V4 | NAMED_V6)
}
