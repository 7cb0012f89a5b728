//! Rules wanted against rules found, compared as sets of traffic. Splits, order, duplicates and descriptions do not matter;
//! traffic does.
//!
//! What is permitted is a set of (point of enforcement, direction, service, source port, own end, peer). [`compare`] tells
//! where two such sets differ, and which rules have to do with it; [`explain`] says what that means.

pub mod compare;
pub mod explain;
pub mod fail_on;
pub mod globs;
pub mod read;
pub mod rule;
pub mod services;

pub use compare::{Difference, compare, compare_but};

use crate::catalog::Catalog;
use crate::model::words::{Direction, Severity, vocabulary};
use rule::{EnforcementPoint, Intent, Platform, Rule};
use std::collections::BTreeSet;

vocabulary! {
    /// How what is found differs from what is wanted.
    Kind {
        Missing = "missing": "wanted traffic is not allowed, and neither is any other traffic of its rule",
        Extra = "extra": "unwanted traffic is allowed, by a rule that allows nothing wanted",
        Wider = "wider": "a rule allows wanted traffic, and more",
        Narrower = "narrower": "a wanted rule's traffic is allowed only in part",
        Unproven = "unproven": "the two sides name one zone in ways that cannot be compared",
        Duplicate = "duplicate": "two rules allow exactly the same, so one of them can be removed",
        Shadowed = "shadowed": "other rules allow everything that a rule does, so it can be removed",
    }
}

impl Kind {
    /// Whether what is permitted differs, or may; the rest is housekeeping.
    pub const fn is_traffic(self) -> bool {
        !matches!(self, Kind::Duplicate | Kind::Shadowed)
    }
}

/// What is reviewed.
#[derive(Clone, Debug, Default)]
pub struct ReviewInput {
    /// Rules as they should be.
    pub wanted: Vec<Rule>,
    /// Rules as they are.
    pub found: Vec<Rule>,
    /// Why what is wanted is wanted.
    pub intents: Vec<Intent>,
    /// Where something was said of what is wanted, be it that nothing is. Rules found elsewhere are counted only.
    pub reviewed: BTreeSet<(Platform, Direction)>,
    /// Globs of points that are not reviewed, and of ids and keys of rules of which nothing is reported.
    pub ignore: Vec<String>,
    /// Whether what is found is what a plan leaves, so that to apply it mends nothing.
    pub planned: bool,
}

/// A difference in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// How the two sides differ.
    pub kind: Kind,
    /// How bad it is.
    pub severity: Severity,
    /// Where.
    pub point: EnforcementPoint,
    /// Seen from there.
    pub direction: Direction,
    /// Found rules that it is about, the one that it is reported for in front.
    pub ids: Vec<String>,
    /// Keys of wanted rules that it is about, likewise.
    pub keys: Vec<String>,
    /// The traffic in question, in few words.
    pub traffic: String,
    /// What is wrong, in one sentence.
    pub message: String,
    /// What the traffic is for: the flows that it belongs to, or who is known to listen there. May be empty.
    pub meaning: String,
    /// What to do.
    pub remedy: String,
}

/// The outcome.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Every difference that is not ignored, by point, direction, then kind.
    pub findings: Vec<Finding>,
    /// Whether exactly what is wanted is permitted, as far as was reviewed and not ignored.
    pub in_sync: bool,
    /// Rules found where nothing was said of what is wanted, or at a point that is ignored.
    pub not_reviewed: usize,
    /// Pairs of a wanted and a found rule that are the same set of traffic, as places in the two lists. Each is in one pair at most.
    pub matched: Vec<(usize, usize)>,
    /// The whole in one line.
    pub summary: String,
}

/// Compares an estate and explains every difference.
pub fn review(estate: &ReviewInput, catalog: &Catalog, language: &str) -> Report {
    explain::report(estate, catalog, language)
}
