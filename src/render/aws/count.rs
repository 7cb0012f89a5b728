//! How full a security group is, as AWS counts.

use super::super::Count;
use super::Peer;
use crate::model::address::Family;
use crate::model::rules::RuleKey;
use crate::model::words::Direction;
use std::collections::BTreeMap;

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
