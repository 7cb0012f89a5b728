//! How full a security group is, as AWS counts.

use super::Peer;
use crate::model::address::Family;
use crate::model::rules::RuleKey;
use crate::model::words::Direction;
use std::collections::BTreeMap;

/// How full the groups of a zone are in one family.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Entries that ingress rules count for.
    pub ingress: u32,
    /// Entries that egress rules count for.
    pub egress: u32,
    /// Entries that a group may hold in each direction.
    pub limit: u32,
}

impl Count {
    /// What is left in the fuller direction; below zero where it is too full.
    pub fn headroom(self) -> i64 {
        i64::from(self.limit) - i64::from(self.ingress.max(self.egress))
    }
}

/// A block counts in its family, a group or a prefix list in both.
pub(super) fn count(
    counts: &mut BTreeMap<String, Count>,
    key: &RuleKey,
    peer: &Peer,
    entries: u32,
) {
    for family in Family::ALL {
        let counts_here = !matches!(peer, Peer::Block(found, _) if *found != family);
        let count = counts.get_mut(&format!("{}/aws/{}", key.zone, family.as_str()));
        if let Some(count) = count.filter(|_| counts_here) {
            match key.direction {
                Direction::Ingress => count.ingress += entries,
                Direction::Egress => count.egress += entries,
            }
        }
    }
}
