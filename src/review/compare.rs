//! Where what is wanted and what is found differ.

use super::Kind;
use super::rule::{Extent, Point, Rule};
use crate::model::words::Direction;

/// One difference. Rules are named by their places in the two lists that were compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// How the two differ.
    pub kind: Kind,
    /// Where.
    pub point: Point,
    /// Seen from there.
    pub direction: Direction,
    /// The wanted rules that it is about: the rule that is `missing` or `narrower`; what a `wider` rule meets; the wanted side of `unproven`.
    pub wanted: Vec<usize>,
    /// The found rules that it is about: the rule that is `extra`, `wider`, `duplicate` or `shadowed`; the found side of
    /// `unproven`; what permits the rest of a `narrower` one.
    pub found: Vec<usize>,
    /// Further found rules: those that permit some of the same traffic beside an `extra` or `wider` one; the one that stays beside a `duplicate`
    /// one; those that permit all of a `shadowed` one.
    pub others: Vec<usize>,
    /// Found rules that deny what is `missing` or `narrower`.
    pub blocked_by: Vec<usize>,
    /// The traffic in which the two differ, in few words; none for `duplicate` and `shadowed`. Pieces do not overlap.
    pub traffic: Vec<Extent>,
}

/// Every difference, by point and direction. Of both lists only rules in the directions that are reviewed count.
pub fn compare(wanted: &[Rule], found: &[Rule]) -> Vec<Difference> {
    todo!()
}
