//! The inventory: what existing rules allow, whom, and how bad that is, without any wanted rules.
//!
//! Each piece of traffic that a rule allows is in exactly one entry. An entry has all rules that allow the same services in the same
//! way, so that an estate of thousands of rules stays readable.

mod entries;
mod judge;
pub mod markdown;
mod ports;
mod quota;
mod reach;

pub use crate::review::explain::known::Named;
pub use quota::QuotaUse;

use crate::catalog::Catalog;
use crate::model::platform::PlatformId;
use crate::model::words::{Direction, Severity, vocabulary};
use crate::review::rule::{EnforcementPoint, Rule, TrafficSet};
use std::collections::BTreeSet;

vocabulary! {
    /// What an entry of the inventory is about, the worst first.
    Kind {
        Exposed = "exposed": "everyone can reach every port, a port for administration, or a listener that is not for everyone",
        Open = "open": "everyone can reach ports for which no listener for everyone is known",
        Wide = "wide": "a very wide range, such as 10.0.0.0/8, can reach every port, a port for administration, or a listener of a sensitive plane",
        QuotaExceeded = "quota-exceeded": "there are more rules than the platform's default quota allows",
        Public = "public": "everyone can reach ports that are made for everyone, such as tcp/443",
        Allowed = "allowed": "some addresses or groups can connect, or connections to others are allowed",
        QuotaNear = "quota-near": "90 % or more of the platform's default quota is used",
        Duplicate = "duplicate": "two rules allow exactly the same, so one of them can be removed",
        Shadowed = "shadowed": "other rules decide everything that a rule matches, so it can be removed",
    }
}

impl Kind {
    /// How bad it is.
    pub const fn severity(self) -> Severity {
        match self {
            Kind::Exposed => Severity::Error,
            Kind::Open | Kind::Wide | Kind::QuotaExceeded => Severity::Warning,
            Kind::Public | Kind::Allowed | Kind::QuotaNear | Kind::Duplicate | Kind::Shadowed => {
                Severity::Info
            }
        }
    }

    /// Whether its entries are allowed traffic.
    pub const fn is_traffic(self) -> bool {
        matches!(
            self,
            Kind::Exposed | Kind::Open | Kind::Wide | Kind::Public | Kind::Allowed
        )
    }
}

/// What is listed.
#[derive(Clone, Copy, Debug)]
pub struct InventoryInput<'i> {
    /// Existing rules.
    pub rules: &'i [Rule],
    /// Globs of points that are left out, and of ids of rules that are not reported.
    pub ignore: &'i [String],
    /// Where a rule is sensitive: no words about traffic there are made.
    pub hidden: &'i BTreeSet<(EnforcementPoint, Direction)>,
    /// The number of rules that are known only after apply, which are not among the existing ones.
    pub unknown: usize,
}

/// A rule of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryRule {
    /// Its place in the list; `None` for a point as a whole.
    pub at: Option<usize>,
    /// Its id; empty for a point as a whole.
    pub id: String,
    /// Where it is enforced.
    pub point: EnforcementPoint,
    /// The part of its traffic that the entry is about, in words.
    pub traffic: String,
}

/// A line of the inventory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What it is about.
    pub kind: Kind,
    /// The platform of its rules.
    pub platform: PlatformId,
    /// Seen from the points.
    pub direction: Option<Direction>,
    /// The rules, by point, then by id.
    pub rules: Vec<EntryRule>,
    /// The traffic of each rule, in the same order; empty for kinds without traffic.
    pub parts: Vec<TrafficSet>,
    /// The traffic in few words.
    pub traffic: String,
    /// What there is, in one sentence.
    pub message: String,
    /// What it means. May be empty.
    pub meaning: String,
    /// What to do. Empty if nothing is wrong.
    pub remedy: String,
    /// The listeners that the catalogue has for it.
    pub listeners: Vec<Named>,
    /// What stays the same while rules and addresses change.
    pub fingerprint: String,
    /// Whether a rule at one of its points is sensitive, so that it has no words about traffic.
    pub hidden: bool,
}

impl Entry {
    fn new(kind: Kind, platform: PlatformId) -> Entry {
        Entry {
            kind,
            platform,
            direction: None,
            rules: Vec::new(),
            parts: Vec::new(),
            traffic: String::new(),
            message: String::new(),
            meaning: String::new(),
            remedy: String::new(),
            listeners: Vec::new(),
            fingerprint: String::new(),
            hidden: false,
        }
    }

    /// How bad it is.
    pub const fn severity(&self) -> Severity {
        self.kind.severity()
    }

    /// The points of its rules, each once.
    pub fn points(&self) -> BTreeSet<&EnforcementPoint> {
        self.rules.iter().map(|it| &it.point).collect()
    }
}

/// A place where rules are enforced, and what it has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PointRow {
    /// The point.
    pub point: EnforcementPoint,
    /// The number of its rules.
    pub rules: usize,
    /// The number of entries of each severity, in the order of [`Severity::ALL`].
    pub entries: [usize; 3],
}

/// Everything that is allowed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inventory {
    /// The lines, the worst first.
    pub entries: Vec<Entry>,
    /// The points, those with the worst entries first.
    pub points: Vec<PointRow>,
    /// How much of each limit is used.
    pub quotas: Vec<QuotaUse>,
    /// The number of rules at points that are ignored.
    pub ignored: usize,
    /// The inventory in one line.
    pub summary: String,
}

/// Lists what existing rules allow.
pub fn inventory(input: InventoryInput<'_>, catalog: &Catalog, language: &str) -> Inventory {
    entries::inventory(input, catalog, language)
}
