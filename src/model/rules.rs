//! Rules at the level of zones: one permission, and the flows that it is there for.

use super::traffic::Traffic;
use super::words::{Direction, Plane, Trust};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What makes a rule the rule that it is. Ordered, so that rules come out in one order everywhere.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RuleKey {
    /// The zone at which it is enforced.
    pub zone: Arc<str>,
    /// Seen from that zone.
    pub direction: Direction,
    /// What it permits.
    pub traffic: Traffic,
    /// The zone at the other end, or `<label>.<component>` for a fixed address.
    pub peer: Arc<str>,
}

/// Why a rule is there and how it is judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The trust of the peer zone; `None` for a fixed address, which has none.
    pub peer_trust: Option<Trust>,
    /// The most sensitive plane among its flows.
    pub plane: Plane,
    /// Whether one of its flows must be there.
    pub required: bool,
    /// `label.flow`, or the name of a flow block.
    pub flows: BTreeSet<Arc<str>>,
}

impl Rule {
    /// Takes over from another rule with the same key why it is there.
    pub fn join(&mut self, other: &mut Rule) {
        // Planes are declared from the most sensitive on.
        self.plane = self.plane.min(other.plane);
        self.required |= other.required;
        self.flows.append(&mut other.flows);
    }
}

/// Rules in order.
pub type Rules = BTreeMap<RuleKey, Rule>;

/// What zones listen on for others, where an address translation makes it differ from what those dial: by the zone that dials
/// and the one that is dialled, with the flows that each traffic is there for. Such a pair has all of its traffic here.
pub type TranslatedTraffic = BTreeMap<(Arc<str>, Arc<str>), BTreeMap<Traffic, BTreeSet<Arc<str>>>>;
