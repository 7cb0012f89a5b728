//! Which wanted and existing rules are the same. They are found by a digest, so that they need no set arithmetic.

use super::rule::Rule;
use std::cmp::Ordering;
use std::hash::{Hash, Hasher};

/// The rules that are the same on both sides, as places in the two lists.
pub(super) struct Pairs {
    /// Pairs of a wanted and an existing rule with the same traffic, sorted. Each rule is in at most one pair; equal rules are
    /// paired in the order of their ids.
    pub(super) matched: Vec<(usize, usize)>,
    /// Whether each rule, wanted and existing, has the same effect as one of the other side.
    pub(super) equal: [Vec<bool>; 2],
    /// Whether each rule, wanted and existing, may have the same effect as another one of its side.
    pub(super) twins: [Vec<bool>; 2],
}

impl Pairs {
    pub(super) fn new(wanted: &[Rule], found: &[Rule]) -> Pairs {
        let none = |rules: &[Rule]| vec![false; rules.len()];
        let (ours, theirs) = (digests(wanted), digests(found));
        let mut it = Pairs {
            matched: Vec::with_capacity(wanted.len().min(found.len())),
            equal: [none(wanted), none(found)],
            twins: [twins(&ours), twins(&theirs)],
        };
        let mut single = Vec::with_capacity(wanted.len().min(found.len()));
        let mut groups = ours.chunk_by(is_one).peekable();
        for of_them in theirs.chunk_by(is_one) {
            while groups.next_if(|it| it[0].0 < of_them[0].0).is_some() {}
            match (groups.next_if(|it| is_one(&it[0], &of_them[0])), of_them) {
                (Some([(_, ours)]), [(_, theirs)]) => single.push((*ours, *theirs)),
                (Some(of_us), _) => {
                    let groups = [in_order(wanted, of_us), in_order(found, of_them)];
                    it.add(wanted, found, &groups);
                }
                (None, _) => {}
            }
        }
        // Memory is read fastest in the order of the list.
        single.sort_unstable();
        for (ours, theirs) in single {
            it.add(wanted, found, &[vec![ours], vec![theirs]]);
        }
        it.matched.sort_unstable();
        it
    }

    /// Adds those that are the same in two groups of one digest, which are in order.
    fn add(&mut self, wanted: &[Rule], found: &[Rule], [ours, theirs]: &[Vec<usize>; 2]) {
        let chunk = |rules| move |a: &usize, b: &usize| same(rules, *a, rules, *b).is_eq();
        let mut ours = ours.chunk_by(chunk(wanted)).peekable();
        for theirs in theirs.chunk_by(chunk(found)) {
            let order = |ours: &[usize]| same(wanted, ours[0], found, theirs[0]);
            while ours.next_if(|it| order(it).is_lt()).is_some() {}
            let Some(ours) = ours.next_if(|it| order(it).is_eq()) else {
                continue;
            };
            for (side, of_it) in [ours, theirs].into_iter().enumerate() {
                for at in of_it {
                    self.equal[side][*at] = true;
                }
            }
            let pairs = ours.iter().copied().zip(theirs.iter().copied());
            self.matched.extend(pairs);
        }
    }
}

/// Digests of rules and their places, sorted.
fn digests(rules: &[Rule]) -> Vec<(u64, usize)> {
    let digests = rules.iter().map(digest).enumerate();
    let mut digests: Vec<(u64, usize)> = digests.map(|(at, it)| (it, at)).collect();
    digests.sort_unstable();
    digests
}

/// Whether two rules have one digest.
fn is_one(a: &(u64, usize), b: &(u64, usize)) -> bool {
    a.0 == b.0
}

fn twins(digests: &[(u64, usize)]) -> Vec<bool> {
    let mut twins = vec![false; digests.len()];
    for of_it in digests.chunk_by(is_one).filter(|it| it.len() > 1) {
        for (_, at) in of_it {
            twins[*at] = true;
        }
    }
    twins
}

/// The rules of a group by their traffic, then by id.
fn in_order(rules: &[Rule], group: &[(u64, usize)]) -> Vec<usize> {
    let mut group: Vec<usize> = group.iter().map(|(_, at)| *at).collect();
    group.sort_unstable_by(|a, b| {
        let by_id = || (&rules[*a].id, a).cmp(&(&rules[*b].id, b));
        same(rules, *a, rules, *b).then_with(by_id)
    });
    group
}

/// The order of two rules by their place and traffic; equal if both are the same.
fn same(rules: &[Rule], a: usize, others: &[Rule], b: usize) -> Ordering {
    let (a, b) = (&rules[a], &others[b]);
    let does = |it: &Rule| (it.direction, it.order.denies);
    does(a)
        .cmp(&does(b))
        .then_with(|| a.point.cmp(&b.point))
        .then_with(|| a.extent.cmp(&b.extent))
}

fn digest(rule: &Rule) -> u64 {
    let mut digest = Digest::default();
    rule.point.hash(&mut digest);
    rule.direction.hash(&mut digest);
    rule.extent.hash(&mut digest);
    rule.order.denies.hash(&mut digest);
    digest.0
}

/// A digest that is computed fast and is the same in every run. Rules that are not the same may have one digest, which only costs
/// time.
#[derive(Default)]
struct Digest(u64);

impl Hasher for Digest {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for part in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..part.len()].copy_from_slice(part);
            self.write_u64(u64::from_le_bytes(word));
        }
    }

    fn write_u8(&mut self, number: u8) {
        self.write_u64(number.into());
    }

    fn write_u16(&mut self, number: u16) {
        self.write_u64(number.into());
    }

    fn write_u32(&mut self, number: u32) {
        self.write_u64(number.into());
    }

    fn write_u64(&mut self, number: u64) {
        /// An odd number without a pattern: the golden ratio.
        const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
        self.0 = (self.0.rotate_left(23) ^ number).wrapping_mul(FACTOR);
    }

    fn write_usize(&mut self, number: usize) {
        self.write_u64(number as u64);
    }
}
