//! Compares wanted rules with existing rules as sets of traffic. Splits, order, duplicates and descriptions do not matter;
//! traffic does.
//!
//! The allowed traffic is a set of (enforcement point, direction, service, source port, own end, peer). [`read`] turns rows into
//! rules, [`gather`] selects what is compared, [`compare`] finds where the two sets differ and which rules are involved, and
//! [`explain`] says what that means.

pub mod compare;
pub mod explain;
pub mod fail_on;
pub mod gather;
pub mod globs;
pub mod inventory;
mod pairs;
pub mod read;
pub mod rule;

pub use compare::{Difference, compare, compare_but};

use crate::catalog::Catalog;
use crate::model::platform::PlatformId;
use crate::model::words::{Direction, Severity, vocabulary};
use rule::{EnforcementPoint, Intent, Rule};
use std::collections::BTreeSet;

vocabulary! {
    /// How existing rules differ from the wanted ones.
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
    /// Whether the allowed traffic differs, or may differ. The other kinds are housekeeping.
    pub const fn is_traffic(self) -> bool {
        !matches!(self, Kind::Duplicate | Kind::Shadowed)
    }
}

/// The two sides of a review.
#[derive(Clone, Debug, Default)]
pub struct ReviewInput {
    /// Wanted rules.
    pub wanted: Vec<Rule>,
    /// Existing rules.
    pub found: Vec<Rule>,
    /// Why rules are wanted.
    pub intents: Vec<Intent>,
    /// Where the wanted rules are known, even if there are none. Other existing rules are only counted.
    pub reviewed: BTreeSet<(PlatformId, Direction)>,
    /// Globs of points that are not reviewed, and of ids and keys of rules that are not reported.
    pub ignore: Vec<String>,
    /// Whether the existing rules are those that a plan leaves, so that applying it does not help.
    pub planned: bool,
    /// Whether something could not be compared, so that the two sides are never in sync.
    pub incomplete: bool,
}

/// A difference in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// How the two sides differ.
    pub kind: Kind,
    /// Its severity.
    pub severity: Severity,
    /// Where the rules are enforced.
    pub point: EnforcementPoint,
    /// Seen from there.
    pub direction: Direction,
    /// Ids of the existing rules involved. The one that the finding reports comes first.
    pub ids: Vec<String>,
    /// Keys of the wanted rules involved, in the same order.
    pub keys: Vec<String>,
    /// The traffic that differs, in few words.
    pub traffic: String,
    /// What is wrong, in one sentence.
    pub message: String,
    /// The flows that the traffic belongs to, or the known listeners. May be empty.
    pub meaning: String,
    /// What to do.
    pub remedy: String,
}

/// The outcome.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Every difference that is not ignored, by point, direction, then kind.
    pub findings: Vec<Finding>,
    /// Whether exactly the wanted traffic is allowed, apart from what is not reviewed or ignored.
    pub in_sync: bool,
    /// The number of existing rules that are not in `reviewed`, or at a point that is ignored.
    pub not_reviewed: usize,
    /// Pairs of a wanted and an existing rule with the same traffic, as places in the two lists. Each rule is in at most one pair.
    pub matched: Vec<(usize, usize)>,
    /// The review in one line.
    pub summary: String,
}

/// Compares an estate and explains every difference.
pub fn review(estate: &ReviewInput, catalog: &Catalog, language: &str) -> Report {
    explain::report(estate, catalog, language)
}
