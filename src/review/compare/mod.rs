//! Where wanted and existing rules differ.
//!
//! Rules of one point and direction are compared at a time, in three steps: the traffic that each rule allows, as boxes; the part
//! that the other side does not allow; and the rule that this part is charged to, so that each piece of traffic is reported once.

mod alone;
mod hygiene;
mod members;
mod names;
mod region;
mod shape;
mod side;
mod tree;
mod unproven;

pub use alone::{Alone, alone};

use crate::model::platform::PlatformId;
use crate::model::words::Direction;
use crate::review::Kind;
use crate::review::pairs::Pairs;
use crate::review::rule::{EndpointSet, EnforcementPoint, Rule, TrafficSet};
use hygiene::{duplicates, redundant_rules};
use members::Known;
use names::without_ipv6_of_references;
use region::{Index, TrafficBox, Universe};
use side::{Cells, Side};
use std::collections::BTreeMap;
use unproven::{Related, undecidable, unproven};

/// One difference. Rules are given as their places in the two lists that were compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// How the two differ.
    pub kind: Kind,
    /// Where the rules are enforced.
    pub point: EnforcementPoint,
    /// Seen from there.
    pub direction: Direction,
    /// The wanted rules involved: the rule that is `missing` or `narrower`, then others that lack part of the same traffic; those
    /// that a `wider` rule overlaps; the wanted side of `unproven`.
    pub wanted: Vec<usize>,
    /// The existing rules involved: the rule that is `extra`, `wider`, `duplicate` or `shadowed`; the found side of
    /// `unproven`; the rules that allow the rest of a `narrower` one.
    pub found: Vec<usize>,
    /// Other existing rules: those that allow part of the traffic of an `extra` or `wider` one; the one that a `duplicate` repeats;
    /// those that cover a `shadowed` one, empty if it has no effect.
    pub others: Vec<usize>,
    /// Found rules that deny the traffic of a `missing` or `narrower` rule.
    pub blocked_by: Vec<usize>,
    /// Whether existing rules that stay as they are allow everything wanted that a `wider` rule allows, so that it can be deleted.
    pub is_covered: bool,
    /// The traffic that differs, in few pieces that do not overlap; empty for `duplicate` and `shadowed`.
    pub traffic: Vec<TrafficSet>,
}

impl Difference {
    /// One without rules. Its place is set when all places are compared.
    const fn new(kind: Kind) -> Difference {
        Difference {
            kind,
            point: EnforcementPoint {
                platform: PlatformId::Aws,
                scope: None,
                name: String::new(),
            },
            direction: Direction::Ingress,
            wanted: Vec::new(),
            found: Vec::new(),
            others: Vec::new(),
            blocked_by: Vec::new(),
            is_covered: false,
            traffic: Vec::new(),
        }
    }
}

/// Every difference, by point and direction, then in the order in which traffic was charged.
///
/// Both lists must have rules of reviewed directions only. Needs n log n steps for rules that are the same on both sides or
/// overlap few others.
pub fn compare(wanted: &[Rule], found: &[Rule]) -> Vec<Difference> {
    compare_but(wanted, found, |_| false)
}

/// The same, with some rules that are not reported. The traffic that they allow counts, but none is charged to them.
pub fn compare_but(
    wanted: &[Rule],
    found: &[Rule],
    silent: impl Fn(&Rule) -> bool,
) -> Vec<Difference> {
    compare_paired(wanted, found, &Pairs::new(wanted, found), silent)
}

/// The same, if it is known which rules are equal.
pub(super) fn compare_paired(
    wanted: &[Rule],
    found: &[Rule],
    pairs: &Pairs,
    silent: impl Fn(&Rule) -> bool,
) -> Vec<Difference> {
    let sides = [wanted, found];
    let mut places: BTreeMap<(&EnforcementPoint, Direction), [Vec<usize>; 2]> = BTreeMap::new();
    // Where each rule has exactly one equal rule on the other side, and none denies, nothing differs.
    for (side, rules) in sides.into_iter().enumerate() {
        let (equal, twins) = (&pairs.equal[side], &pairs.twins[side]);
        let rules = rules.iter().enumerate();
        let odd = rules.filter(|(at, it)| !equal[*at] || twins[*at] || it.order.denies);
        places.extend(odd.map(|(_, it)| ((&it.point, it.direction), <[Vec<usize>; 2]>::default())));
    }
    if places.is_empty() {
        return Vec::new();
    }
    for (side, rules) in sides.into_iter().enumerate() {
        for (at, rule) in rules.iter().enumerate() {
            if let Some(place) = places.get_mut(&(&rule.point, rule.direction)) {
                place[side].push(at);
            }
        }
    }
    let known = Known::new(wanted);
    let mut differences = Vec::new();
    for ((point, direction), [w, f]) in places {
        let [wanted, found] = [(0, w), (1, f)].map(|(side, of_it)| {
            let known = [&*pairs.equal[side], &*pairs.twins[side]];
            Side::new(sides[side], &of_it, known, &silent)
        });
        let place = Place {
            ordered: wanted.denies() || found.denies(),
            wanted,
            found,
        };
        let of_it = place.differences(&known).into_iter();
        differences.extend(of_it.map(|it| Difference {
            point: point.clone(),
            direction,
            ..it
        }));
    }
    differences
}

/// Both sides at one point and in one direction. Rules are given as their places in the sides.
struct Place<'r> {
    wanted: Side<'r>,
    found: Side<'r>,
    /// Whether the order of rules matters on either side.
    ordered: bool,
}

/// Where fewer than one in so many rules differ, equal rules are left out of the set arithmetic if that is possible.
const FEW: usize = 4;

impl<'r> Place<'r> {
    fn differences(&self, known: &Known<'r>) -> Vec<Difference> {
        let equal = || self.wanted.equal.iter().chain(&self.found.equal);
        let (all, odd) = (equal().count(), equal().filter(|it| !**it).count());
        if !self.ordered && odd == 0 {
            return duplicates(&self.found, |at| !self.found.silent[at]);
        }
        let rules = self.wanted.rules.iter().chain(&self.found.rules);
        let universe = Universe::new(rules.map(|(_, it)| *it));
        if !self.ordered && odd < all / FEW {
            self.near(&universe).compared(known, &universe)
        } else {
            self.compared(known, &universe)
        }
    }

    /// The place without equal rules that overlap no other rule, which do not change what is reported; no rule denies.
    fn near(&self, universe: &Universe) -> Place<'r> {
        let sides = [&self.wanted, &self.found];
        let rules = sides.iter().flat_map(|it| it.rules.iter().zip(&it.equal));
        let odd: Vec<Vec<TrafficBox>> = rules
            .filter(|(_, equal)| !**equal)
            .map(|((_, it), _)| universe.cells(&it.extent))
            .collect();
        let odd = Index::new(odd.iter().map(Vec::as_slice).enumerate());
        let [wanted, found] = sides.map(|side| {
            side.only(|at| {
                let meets = || odd.meets(&universe.cells(&side.rules[at].1.extent));
                !side.equal[at] || side.twins[at] || meets()
            })
        });
        Place {
            wanted,
            found,
            ordered: false,
        }
    }

    fn compared(&self, known: &Known<'r>, universe: &Universe<'r>) -> Vec<Difference> {
        let wanted = Cells::new(&self.wanted, universe);
        let found = Cells::new(&self.found, universe);
        let (in_wanted, in_found) = (wanted.index(), found.index());
        let said = |side: &Side, at: usize, cells| universe.said(&side.rules[at].1.extent, cells);
        let beyond = |side: &Side, cells: &Cells, other: &Index| {
            let beyond = self.beyond(side, cells, other).into_iter();
            let said = beyond.enumerate().map(|(at, it)| said(side, at, it));
            said.collect::<Vec<_>>()
        };
        let mut excess = beyond(&self.found, &found, &in_wanted);
        let mut lack = beyond(&self.wanted, &wanted, &in_found);
        for (at, (_, rule)) in self.wanted.rules.iter().enumerate() {
            let names = rule.extent.peers != EndpointSet::Any;
            if names && !lack[at].is_empty() && !known.wants_ipv6(rule) {
                lack[at] = without_ipv6_of_references(std::mem::take(&mut lack[at]));
            }
        }
        let is_sound = |at: usize| {
            !self.found.denies_at(at) && !self.found.silent[at] && excess[at].is_empty()
        };
        let sound: Vec<bool> = (0..excess.len()).map(is_sound).collect();

        let (mut differences, related) = unproven(self, known, universe, &mut excess, &mut lack);
        differences.extend(undecidable(self, &wanted, &in_found, universe));
        let both = Both {
            place: self,
            universe,
            wanted: &wanted,
            found: &found,
            in_wanted,
            in_found,
            related,
            sound: &sound,
        };
        differences.extend(both.too_much(&excess));
        differences.extend(both.too_little(&lack));
        differences.extend(redundant_rules(self, &found, &sound));
        differences
    }

    /// The traffic that each rule of a side allows but the other side does not. A rule that both sides have has no such traffic,
    /// unless another rule denies it.
    fn beyond(&self, side: &Side, cells: &Cells, other: &Index) -> Vec<Vec<TrafficBox>> {
        let quiet = |at: usize| (side.equal[at] && !self.ordered) || side.silent[at];
        let beyond = cells.permitted().iter().enumerate().map(|(at, it)| {
            if quiet(at) {
                Vec::new()
            } else {
                other.outside(it, |_| true)
            }
        });
        beyond.collect()
    }

    /// The traffic that each rule of a side allows but the other side does not, without what an earlier rule is charged with. Earlier
    /// is by order if there is one; otherwise rules that overlap the other side come first, then those with more such traffic.
    fn charged(
        &self,
        beyond: &[Vec<TrafficBox>],
        meets: impl Fn(usize) -> bool,
    ) -> Vec<(usize, Vec<TrafficBox>)> {
        let concerned = (0..beyond.len()).filter(|at| !beyond[*at].is_empty());
        let mut order: Vec<(bool, f64, usize)> = concerned
            .map(|at| {
                if self.ordered {
                    return (false, 0.0, at);
                }
                let goes_beyond = beyond[at].iter().map(TrafficBox::size).sum::<f64>();
                (!meets(at), -goes_beyond, at)
            })
            .collect();
        order.sort_by(|a, b| {
            (a.0.cmp(&b.0))
                .then(a.1.total_cmp(&b.1))
                .then(a.2.cmp(&b.2))
        });
        let ranked = order.iter().enumerate();
        let index = Index::new(ranked.map(|(rank, (.., at))| (rank, beyond[*at].as_slice())));
        let charged = order.iter().enumerate().map(|(rank, (.., at))| {
            let left = index.outside(&beyond[*at], |earlier| earlier < rank);
            (*at, left)
        });
        charged.filter(|(_, left)| !left.is_empty()).collect()
    }

    /// The traffic that wanted rules deny and no existing rule matches, so that the platform's defaults apply.
    fn denies_missing(&self, wanted: &Cells, found: &Cells) -> Vec<(usize, Vec<TrafficBox>)> {
        let all = |cells: &Cells| Index::new(cells.matched.iter().map(Vec::as_slice).enumerate());
        let is_reported = |at: &usize| self.wanted.denies_at(*at) && !self.wanted.silent[*at];
        let denies = (0..wanted.matched.len()).filter(is_reported);
        let denies: Vec<usize> = denies.collect();
        if denies.is_empty() {
            return Vec::new();
        }
        let (earlier, decided) = (all(wanted), all(found));
        let is_open = |at: &usize| !decided.outside(&wanted.matched[*at], |_| true).is_empty();
        let missing = denies.into_iter().filter(is_open).map(|at| {
            let own = earlier.outside(&wanted.matched[at], |other| other < at);
            (at, decided.outside(&own, |_| true))
        });
        missing.filter(|(_, left)| !left.is_empty()).collect()
    }
}

/// Both sides at one place, as boxes with their indexes.
struct Both<'b, 'r> {
    place: &'b Place<'r>,
    universe: &'b Universe<'r>,
    wanted: &'b Cells,
    found: &'b Cells,
    in_wanted: Index,
    in_found: Index,
    related: Related,
    /// The existing rules that allow nothing beyond the wanted traffic.
    sound: &'b [bool],
}

impl Both<'_, '_> {
    /// The unwanted traffic that existing rules allow.
    fn too_much(&self, excess: &[Vec<TrafficBox>]) -> Vec<Difference> {
        let charged = self.place.charged(excess, |at| {
            self.related.found.contains_key(&at)
                || self.in_wanted.meets(&self.found.permitted()[at])
        });
        let difference = |(at, left): (usize, Vec<TrafficBox>)| {
            let mut meets = self.in_wanted.rules_meeting(&self.found.permitted()[at]);
            let related = self.related.found.get(&at);
            meets.extend(related.into_iter().flatten());
            let mut others = self.in_found.rules_meeting(&left);
            others.remove(&at);
            let kind = if meets.is_empty() {
                Kind::Extra
            } else {
                Kind::Wider
            };
            Difference {
                is_covered: kind == Kind::Wider && related.is_none() && self.is_covered(at),
                wanted: self.place.wanted.sources(meets),
                found: self.place.found.sources([at]),
                others: self.place.found.sources(others),
                traffic: self.universe.extents(&left),
                ..Difference::new(kind)
            }
        };
        charged.into_iter().map(difference).collect()
    }

    /// Whether sound rules allow everything wanted that a rule allows. They stay, or others that allow the same do.
    fn is_covered(&self, at: usize) -> bool {
        let permitted = &self.found.permitted()[at];
        let unwanted = self.in_wanted.outside(permitted, |_| true);
        let wanted = Index::new([(0, unwanted.as_slice())]).outside(permitted, |_| true);
        let left = self.in_found.outside(&wanted, |it| self.sound[it]);
        left.is_empty()
    }

    /// The traffic that wanted rules allow but no existing rule does, and that they deny but no existing rule matches.
    fn too_little(&self, lack: &[Vec<TrafficBox>]) -> Vec<Difference> {
        let denies = self.found.matched.iter().map(Vec::as_slice).enumerate();
        let denies = Index::new(denies.filter(|(at, _)| self.place.found.denies_at(*at)));
        let lacking = Index::new(lack.iter().map(Vec::as_slice).enumerate());
        let mut charged = self.place.charged(lack, |at| {
            self.related.wanted.contains_key(&at)
                || self.in_found.meets(&self.wanted.permitted()[at])
        });
        let denies_missing = self.place.denies_missing(self.wanted, self.found);
        charged.extend(denies_missing.into_iter().filter_map(|(at, left)| {
            let extent = &self.place.wanted.rules[at].1.extent;
            let left = self.universe.said(extent, left);
            (!left.is_empty()).then_some((at, left))
        }));
        let difference = |(at, left): (usize, Vec<TrafficBox>)| {
            let mut rest = self.in_found.rules_meeting(&self.wanted.permitted()[at]);
            let related = self.related.wanted.get(&at);
            rest.extend(related.into_iter().flatten());
            let kind = if rest.is_empty() {
                Kind::Missing
            } else {
                Kind::Narrower
            };
            let others = lacking.rules_meeting(&left).into_iter();
            let others = others.filter(|it| *it != at);
            Difference {
                wanted: self.place.wanted.sources([at].into_iter().chain(others)),
                found: self.place.found.sources(rest),
                blocked_by: self.place.found.sources(denies.rules_meeting(&left)),
                traffic: self.universe.extents(&left),
                ..Difference::new(kind)
            }
        };
        charged.into_iter().map(difference).collect()
    }
}
