//! Where wanted and existing rules differ.
//!
//! Rules of one point and direction are compared at a time, in three steps: the traffic that each rule allows, as boxes; the part
//! that the other side does not allow; and the rule that this part is charged to, so that each piece of traffic is reported once.

mod alone;
mod hygiene;
mod names;
mod region;
mod shape;
mod tree;
mod unproven;

pub use alone::{Alone, alone};

use crate::model::platform::PlatformId;
use crate::model::words::Direction;
use crate::review::Kind;
use crate::review::rule::{EndpointSet, EnforcementPoint, Precedence, Rule, TrafficSet};
use hygiene::{duplicates, redundant_rules};
use names::without_ipv6_of_references;
use region::{Index, TrafficBox, Universe};
use std::collections::{BTreeMap, BTreeSet};
use unproven::{Known, undecidable, unproven};

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
    let mut places: BTreeMap<(&EnforcementPoint, Direction), [Vec<usize>; 2]> = BTreeMap::new();
    for (side, rules) in [wanted, found].into_iter().enumerate() {
        for (index, rule) in rules.iter().enumerate() {
            let place = places.entry((&rule.point, rule.direction)).or_default();
            place[side].push(index);
        }
    }
    let known = Known::new(wanted);
    let mut differences = Vec::new();
    for ((point, direction), [w, f]) in places {
        let (wanted, found) = (
            Side::new(wanted, &w, &silent),
            Side::new(found, &f, &silent),
        );
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

/// The rules of one side at one point and in one direction.
struct Side<'r> {
    /// The rules with their places in the list that they came from, in the order in which they apply, then by id.
    rules: Vec<(usize, &'r Rule)>,
    /// Whether the rule at each place is not reported.
    silent: Vec<bool>,
}

impl<'r> Side<'r> {
    fn new(rules: &'r [Rule], of_it: &[usize], silent: impl Fn(&Rule) -> bool) -> Self {
        let mut rules: Vec<_> = of_it.iter().map(|it| (*it, &rules[*it])).collect();
        rules.sort_by_key(|(_, it)| (rank(it.order), &it.id));
        let silent = rules.iter().map(|(_, it)| silent(it)).collect();
        Side { rules, silent }
    }

    /// Whether priorities matter: they do if some rule denies.
    fn denies(&self) -> bool {
        self.rules.iter().any(|(_, it)| it.order.denies)
    }

    /// Whether a rule denies.
    fn denies_at(&self, at: usize) -> bool {
        self.rules[at].1.order.denies
    }

    /// The effect of each rule.
    fn extents(&self) -> BTreeSet<(&'r TrafficSet, bool)> {
        let does = |(_, it): &(usize, &'r Rule)| (&it.extent, it.order.denies);
        self.rules.iter().map(does).collect()
    }

    /// Whether each rule has the same effect as one of the other side.
    fn are_in(&self, other: &BTreeSet<(&TrafficSet, bool)>) -> Vec<bool> {
        let does = |(_, it): &(usize, &'r Rule)| other.contains(&(&it.extent, it.order.denies));
        self.rules.iter().map(does).collect()
    }

    /// The places of rules in the list that they came from.
    fn sources(&self, rules: impl IntoIterator<Item = usize>) -> Vec<usize> {
        rules.into_iter().map(|it| self.rules[it].0).collect()
    }
}

/// What decides which of two rules comes first: the priority; if it is equal, deny rules come first.
const fn rank(order: Precedence) -> (u32, bool) {
    (order.priority, !order.denies)
}

/// The rules of a side as boxes.
struct Cells {
    /// The traffic that each rule matches.
    matched: Vec<Vec<TrafficBox>>,
    /// The traffic that each rule allows, if some rule denies. Otherwise it allows all that it matches.
    undenied: Option<Vec<Vec<TrafficBox>>>,
}

impl Cells {
    fn new(side: &Side, universe: &Universe) -> Cells {
        let matched = side.rules.iter().map(|(_, it)| universe.cells(&it.extent));
        let matched: Vec<Vec<TrafficBox>> = matched.collect();
        let undenied = side.denies().then(|| {
            let all = matched.iter().map(Vec::as_slice).enumerate();
            let denying = Index::new(all.filter(|(at, _)| side.denies_at(*at)));
            let undenied = matched.iter().enumerate().map(|(at, cells)| {
                if side.denies_at(at) {
                    Vec::new()
                } else {
                    denying.outside(cells, |other| other < at)
                }
            });
            undenied.collect()
        });
        Cells { matched, undenied }
    }

    /// The traffic that each rule allows: nothing if it denies, and nothing that an earlier rule denies.
    fn permitted(&self) -> &[Vec<TrafficBox>] {
        self.undenied.as_ref().unwrap_or(&self.matched)
    }

    /// An index of the allowed traffic.
    fn index(&self) -> Index {
        Index::new(self.permitted().iter().map(Vec::as_slice).enumerate())
    }
}

/// Both sides at one point and in one direction. Rules are given as their places in the sides.
struct Place<'r> {
    wanted: Side<'r>,
    found: Side<'r>,
    /// Whether the order of rules matters on either side.
    ordered: bool,
}

impl<'r> Place<'r> {
    fn differences(&self, known: &Known<'r>) -> Vec<Difference> {
        let (in_found, in_wanted) = (self.found.extents(), self.wanted.extents());
        let wanted_equal = self.wanted.are_in(&in_found);
        let found_equal = self.found.are_in(&in_wanted);
        let all_equal = || wanted_equal.iter().chain(&found_equal).all(|it| *it);
        if !self.ordered && all_equal() {
            return duplicates(&self.found, |at| !self.found.silent[at]);
        }
        let rules = self.wanted.rules.iter().chain(&self.found.rules);
        let universe = Universe::new(rules.map(|(_, it)| *it));
        let wanted = Cells::new(&self.wanted, &universe);
        let found = Cells::new(&self.found, &universe);
        let (in_wanted, in_found) = (wanted.index(), found.index());
        let said = |side: &Side, at: usize, cells| universe.said(&side.rules[at].1.extent, cells);
        let beyond = |side: &Side, cells: &Cells, other: &Index, equal: &[bool]| {
            let beyond = self.beyond(side, cells, other, equal).into_iter();
            let said = beyond.enumerate().map(|(at, it)| said(side, at, it));
            said.collect::<Vec<_>>()
        };
        let mut excess = beyond(&self.found, &found, &in_wanted, &found_equal);
        let mut lack = beyond(&self.wanted, &wanted, &in_found, &wanted_equal);
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

        let (mut differences, pairs) = unproven(self, known, &universe, &mut excess, &mut lack);
        differences.extend(undecidable(self, &wanted, &in_found, &universe));
        let both = Both {
            place: self,
            universe: &universe,
            wanted: &wanted,
            found: &found,
            in_wanted,
            in_found,
            pairs,
            sound: &sound,
        };
        differences.extend(both.too_much(&excess));
        differences.extend(both.too_little(&lack));
        differences.extend(redundant_rules(self, &found, &sound, &found_equal));
        differences
    }

    /// The traffic that each rule of a side allows but the other side does not. A rule that both sides have has no such traffic,
    /// unless another rule denies it.
    fn beyond(
        &self,
        side: &Side,
        cells: &Cells,
        other: &Index,
        equal: &[bool],
    ) -> Vec<Vec<TrafficBox>> {
        let quiet = |at: usize| (equal[at] && !self.ordered) || side.silent[at];
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
        let missing = denies.into_iter().map(|at| {
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
    /// Wanted and existing rules that refer to one zone in two ways: as far as can be known, they overlap.
    pairs: BTreeSet<(usize, usize)>,
    /// The existing rules that allow nothing beyond the wanted traffic.
    sound: &'b [bool],
}

impl Both<'_, '_> {
    /// The unwanted traffic that existing rules allow.
    fn too_much(&self, excess: &[Vec<TrafficBox>]) -> Vec<Difference> {
        let charged = self.place.charged(excess, |at| {
            self.in_wanted.meets(&self.found.permitted()[at])
                || self.pairs.iter().any(|(_, it)| *it == at)
        });
        let difference = |(at, left): (usize, Vec<TrafficBox>)| {
            let mut meets = self.in_wanted.rules_meeting(&self.found.permitted()[at]);
            let paired = self.pairs.iter().filter(|(_, found)| *found == at);
            meets.extend(paired.map(|(wanted, _)| *wanted));
            let mut others = self.in_found.rules_meeting(&left);
            others.remove(&at);
            let kind = if meets.is_empty() {
                Kind::Extra
            } else {
                Kind::Wider
            };
            let is_paired = self.pairs.iter().any(|(_, found)| *found == at);
            Difference {
                is_covered: kind == Kind::Wider && !is_paired && self.is_covered(at),
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
            self.in_found.meets(&self.wanted.permitted()[at])
                || self.pairs.iter().any(|(it, _)| *it == at)
        });
        let denies_missing = self.place.denies_missing(self.wanted, self.found);
        charged.extend(denies_missing.into_iter().filter_map(|(at, left)| {
            let extent = &self.place.wanted.rules[at].1.extent;
            let left = self.universe.said(extent, left);
            (!left.is_empty()).then_some((at, left))
        }));
        let difference = |(at, left): (usize, Vec<TrafficBox>)| {
            let mut rest = self.in_found.rules_meeting(&self.wanted.permitted()[at]);
            let paired = self.pairs.iter().filter(|(wanted, _)| *wanted == at);
            rest.extend(paired.map(|(_, found)| *found));
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
