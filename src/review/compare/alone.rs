//! Existing rules without a wanted side: the traffic that each of them allows, and the rules that can be removed.

use super::hygiene::redundant_rules;
use super::region::Universe;
use super::side::{Cells, Side};
use super::{Difference, Place};
use crate::model::words::Direction;
use crate::review::rule::{EnforcementPoint, Rule, TrafficSet};
use std::collections::BTreeMap;

/// What existing rules do. Rules are given as their places in the list.
#[derive(Clone, Debug, Default)]
pub struct Alone {
    /// The traffic that each rule allows: without what a rule with an earlier priority denies. Nothing for rules that deny.
    pub allowed: Vec<Vec<TrafficSet>>,
    /// Duplicates and shadowed rules, by point and direction.
    pub redundant: Vec<Difference>,
}

/// What existing rules do; rules that are `silent` are never redundant.
pub fn alone(found: &[Rule], silent: impl Fn(&Rule) -> bool) -> Alone {
    let mut places: BTreeMap<(&EnforcementPoint, Direction), Vec<usize>> = BTreeMap::new();
    for (at, it) in found.iter().enumerate() {
        places
            .entry((&it.point, it.direction))
            .or_default()
            .push(at);
    }
    let mut out = Alone {
        allowed: vec![Vec::new(); found.len()],
        redundant: Vec::new(),
    };
    // Nothing is compared, so nothing is left out of it.
    let none = vec![false; found.len()];
    for ((point, direction), rules) in places {
        let found = Side::new(found, &rules, [&none, &none], &silent);
        let universe = Universe::new(found.rules.iter().map(|(_, it)| *it));
        let cells = Cells::new(&found, &universe);
        for (at, (source, rule)) in found.rules.iter().enumerate() {
            out.allowed[*source] = match &cells.undenied {
                None => vec![rule.extent.clone()],
                Some(undenied) if undenied[at] == cells.matched[at] => vec![rule.extent.clone()],
                Some(undenied) => universe.extents(&undenied[at]),
            };
        }
        let sound: Vec<bool> = (0..found.rules.len())
            .map(|at| !found.denies_at(at) && !found.silent[at])
            .collect();
        let place = Place {
            ordered: found.denies(),
            wanted: Side::new(&[], &[], [&[], &[]], &silent),
            found,
        };
        let redundant = redundant_rules(&place, &cells, &sound).into_iter();
        out.redundant.extend(redundant.map(|it| Difference {
            point: point.clone(),
            direction,
            ..it
        }));
    }
    out
}
