//! Pairs of a wanted and an existing rule with the same traffic.

use crate::review::rule::Rule;
use std::cmp::Ordering;
use std::hash::{DefaultHasher, Hash, Hasher};

/// Pairs of places in the two lists, each place in at most one pair; equal rules are paired in the order of their ids.
///
/// Rules are sorted by a digest, which is faster than sorting by their traffic; only rules of one digest are compared in full.
pub(super) fn matched(wanted: &[Rule], found: &[Rule]) -> Vec<(usize, usize)> {
    let (ours, theirs) = (sorted(wanted), sorted(found));
    let mut pairs = Vec::new();
    let (mut ours, mut theirs) = (ours.into_iter().peekable(), theirs.into_iter().peekable());
    while let (Some(&(a, at)), Some(&(b, other))) = (ours.peek(), theirs.peek()) {
        let order = a.cmp(&b).then_with(|| same(&wanted[at], &found[other]));
        if order.is_eq() {
            pairs.push((at, other));
        }
        if order.is_le() {
            ours.next();
        }
        if order.is_ge() {
            theirs.next();
        }
    }
    pairs.sort_unstable();
    pairs
}

/// Digests and places, by digest, then by traffic, then by id.
fn sorted(rules: &[Rule]) -> Vec<(u64, usize)> {
    let mut digests: Vec<(u64, usize)> = rules
        .iter()
        .map(digest)
        .enumerate()
        .map(|(at, it)| (it, at))
        .collect();
    digests.sort_unstable_by(|(a, at), (b, other)| {
        let (rule, another) = (&rules[*at], &rules[*other]);
        a.cmp(b)
            .then_with(|| same(rule, another))
            .then_with(|| (&rule.id, at).cmp(&(&another.id, other)))
    });
    digests
}

/// The order of two rules by their traffic; equal if it is the same.
fn same(a: &Rule, b: &Rule) -> Ordering {
    let set = |it: &Rule| (it.direction, it.order.denies);
    set(a)
        .cmp(&set(b))
        .then_with(|| a.point.cmp(&b.point))
        .then_with(|| a.extent.cmp(&b.extent))
}

/// The same in every run, as the keys of this hasher are fixed.
fn digest(rule: &Rule) -> u64 {
    let mut hasher = DefaultHasher::new();
    rule.point.hash(&mut hasher);
    rule.direction.hash(&mut hasher);
    rule.extent.hash(&mut hasher);
    rule.order.denies.hash(&mut hasher);
    hasher.finish()
}
