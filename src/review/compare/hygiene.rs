//! Rules that can be removed because the allowed traffic stays the same without them. Only rules that allow nothing beyond the
//! wanted traffic, and deny rules, are considered: a rule that is too wide has to be fixed first.

use super::region::{Index, TrafficBox};
use super::side::{Cells, Side};
use super::{Difference, Place};
use crate::review::Kind;
use crate::review::rule::TrafficSet;
use std::collections::BTreeMap;

/// Duplicates and shadowed rules. Removing all of them together does not change the allowed traffic.
///
/// `sound` are the existing rules that allow nothing beyond the wanted traffic. Those with the same effect as a wanted rule are
/// never shadowed.
pub(super) fn redundant_rules(place: &Place, found: &Cells, sound: &[bool]) -> Vec<Difference> {
    let denies = |at: usize| place.found.denies_at(at) && !place.found.silent[at];
    let counts = |at: usize| sound[at] || denies(at);
    let mut differences = duplicates(&place.found, counts);
    let mut kept: Vec<bool> = (0..sound.len()).map(counts).collect();
    let places: BTreeMap<usize, usize> = (place.found.rules.iter().enumerate())
        .map(|(at, (source, _))| (*source, at))
        .collect();
    for it in &differences {
        kept[places[&it.found[0]]] = false;
    }
    let mut candidates: Vec<usize> = (0..sound.len())
        .filter(|it| kept[*it] && !place.found.equal[*it])
        .collect();
    if candidates.is_empty() {
        return differences;
    }
    if !place.ordered {
        let size = |at: usize| found.matched[at].iter().map(TrafficBox::size).sum::<f64>();
        let mut sized: Vec<(f64, usize)> = candidates.iter().map(|at| (size(*at), *at)).collect();
        sized.sort_by(|(a, at), (b, other)| a.total_cmp(b).then(at.cmp(other)));
        candidates = sized.into_iter().map(|(_, at)| at).collect();
    }
    let all = found.matched.iter().map(Vec::as_slice).enumerate();
    let index = Index::new(all.filter(|(at, _)| kept[*at]));
    for at in candidates {
        // If rules have an order, only an earlier rule decides traffic before another.
        let takes = |other: usize| other != at && kept[other] && (!place.ordered || other < at);
        if !index.outside(&found.matched[at], takes).is_empty() {
            continue;
        }
        let others = index.rules_meeting(&found.matched[at]);
        differences.push(Difference {
            found: place.found.sources([at]),
            others: place
                .found
                .sources(others.into_iter().filter(|it| takes(*it))),
            ..Difference::new(Kind::Shadowed)
        });
        kept[at] = false;
    }
    differences
}

/// Rules with the same effect as an earlier one, of those that count.
pub(super) fn duplicates(side: &Side, counts: impl Fn(usize) -> bool) -> Vec<Difference> {
    let mut first: BTreeMap<(&TrafficSet, bool), usize> = BTreeMap::new();
    let mut duplicates = Vec::new();
    for (at, (source, rule)) in side.rules.iter().enumerate().filter(|(at, _)| counts(*at)) {
        let stays = *first.entry((&rule.extent, rule.order.denies)).or_insert(at);
        if stays != at {
            duplicates.push(Difference {
                found: vec![*source],
                others: side.sources([stays]),
                ..Difference::new(Kind::Duplicate)
            });
        }
    }
    duplicates
}
