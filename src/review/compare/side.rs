//! The rules of one side at a place: in the order in which they apply, and as boxes.

use super::region::{Index, TrafficBox, Universe};
use crate::review::rule::{Precedence, Rule};

/// The rules of one side at one point and in one direction.
pub(super) struct Side<'r> {
    /// The rules with their places in the list that they came from, in the order in which they apply, then by id.
    pub(super) rules: Vec<(usize, &'r Rule)>,
    /// Whether each rule is not reported.
    pub(super) silent: Vec<bool>,
    /// Whether each rule has the same effect as one of the other side.
    pub(super) equal: Vec<bool>,
    /// Whether each rule may have the same effect as another one of this side.
    pub(super) twins: Vec<bool>,
}

impl<'r> Side<'r> {
    /// The rules at some places of a list, for each of which it is known whether it has an equal one on the other side, and whether
    /// it may have one on its own.
    pub(super) fn new(
        rules: &'r [Rule],
        of_it: &[usize],
        [equal, twins]: [&[bool]; 2],
        silent: impl Fn(&Rule) -> bool,
    ) -> Self {
        let mut rules: Vec<_> = of_it.iter().map(|it| (*it, &rules[*it])).collect();
        rules.sort_by_key(|(_, it)| (rank(it.order), &it.id));
        let silent = rules.iter().map(|(_, it)| silent(it)).collect();
        let of = |all: &[bool]| rules.iter().map(|(source, _)| all[*source]).collect();
        Side {
            silent,
            equal: of(equal),
            twins: of(twins),
            rules,
        }
    }

    /// Those of the rules that count.
    pub(super) fn only(&self, counts: impl Fn(usize) -> bool) -> Side<'r> {
        let kept: Vec<usize> = (0..self.rules.len()).filter(|it| counts(*it)).collect();
        let of = |all: &[bool]| kept.iter().map(|it| all[*it]).collect();
        Side {
            rules: kept.iter().map(|it| self.rules[*it]).collect(),
            silent: of(&self.silent),
            equal: of(&self.equal),
            twins: of(&self.twins),
        }
    }

    /// Whether priorities matter: they do if some rule denies.
    pub(super) fn denies(&self) -> bool {
        self.rules.iter().any(|(_, it)| it.order.denies)
    }

    /// Whether a rule denies.
    pub(super) fn denies_at(&self, at: usize) -> bool {
        self.rules[at].1.order.denies
    }

    /// The places of rules in the list that they came from.
    pub(super) fn sources(&self, rules: impl IntoIterator<Item = usize>) -> Vec<usize> {
        rules.into_iter().map(|it| self.rules[it].0).collect()
    }
}

/// What decides which of two rules comes first: the priority; if it is equal, deny rules come first.
pub(super) const fn rank(order: Precedence) -> (u32, bool) {
    (order.priority, !order.denies)
}

/// The rules of a side as boxes.
pub(super) struct Cells {
    /// The traffic that each rule matches.
    pub(super) matched: Vec<Vec<TrafficBox>>,
    /// The traffic that each rule allows, if some rule denies. Otherwise it allows all that it matches.
    pub(super) undenied: Option<Vec<Vec<TrafficBox>>>,
}

impl Cells {
    pub(super) fn new(side: &Side, universe: &Universe) -> Cells {
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
    pub(super) fn permitted(&self) -> &[Vec<TrafficBox>] {
        self.undenied.as_ref().unwrap_or(&self.matched)
    }

    /// An index of the allowed traffic.
    pub(super) fn index(&self) -> Index {
        Index::new(self.permitted().iter().map(Vec::as_slice).enumerate())
    }
}
