//! Rules at the level of zones: the traffic that is allowed, and the flows that need it.

use super::traffic::Traffic;
use super::words::{Direction, Plane, Trust};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What identifies a rule. Ordered, so that rules are in one order everywhere.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RuleKey {
    /// The zone in which it is enforced.
    pub zone: Arc<str>,
    /// Seen from that zone.
    pub direction: Direction,
    /// What it allows.
    pub traffic: Traffic,
    /// The zone at the other end, or `<label>.<component>` for a fixed address.
    pub peer: Arc<str>,
}

/// Why a rule exists and how it is judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The trust of the peer zone; `None` for a fixed address.
    pub peer_trust: Option<Trust>,
    /// The most sensitive plane among its flows.
    pub plane: Plane,
    /// Whether one of its flows is required.
    pub required: bool,
    /// Whether every one of its flows is for everyone.
    pub public: bool,
    /// `label.flow`, or the name of a flow block.
    pub flows: BTreeSet<Arc<str>>,
}

impl Rule {
    /// Adds the flows of another rule with the same key.
    pub fn join(&mut self, other: &mut Rule) {
        // Planes are declared from the most sensitive on.
        self.plane = self.plane.min(other.plane);
        self.required |= other.required;
        self.public &= other.public;
        self.flows.append(&mut other.flows);
    }
}

/// What a rule allows beyond its two ends, because a platform cannot tell members of some zones apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beyond {
    /// The rule.
    pub rule: RuleKey,
    /// The zone for which it holds.
    pub zone: Arc<str>,
    /// The zone that it allows.
    pub peer: Arc<str>,
    /// Why, in words.
    pub why: String,
}

/// Rules in order.
pub type Rules = BTreeMap<RuleKey, Rule>;

/// Zones with hosts that run pods or containers and forward packets to them, each with the components, as `<label>.<component>`, that
/// say so.
pub type Forwarding = BTreeMap<String, BTreeSet<String>>;

/// What zones listen on for others, if an address translation makes it differ from what those connect to: by source and
/// destination zone, with the flows that need each traffic. Such a pair has all of its traffic here.
pub type TranslatedTraffic = BTreeMap<(Arc<str>, Arc<str>), BTreeMap<Traffic, BTreeSet<Arc<str>>>>;
