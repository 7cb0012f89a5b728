//! How full a security group is, as AWS counts.

use super::{Peer, Row, Zones};
use crate::model::address::{Aws, Cell, Family};
use crate::model::rules::RuleKey;
use crate::model::words::Direction;
use std::collections::BTreeMap;
use std::sync::Arc;

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

/// A block counts once in its family, a group once in both, a prefix list with its size in both.
pub(super) fn count(
    counts: &mut BTreeMap<String, Count>,
    key: &RuleKey,
    row: &Row,
    zones: Zones<'_>,
) {
    let weight = |family: Family| match &row.peer {
        Peer::Block(found, _) => u32::from(*found == family),
        Peer::Group(_) => 1,
        Peer::PrefixList(id) => zones
            .addresses
            .get(&*key.peer)
            .and_then(|it| it.aws.as_ref())
            .map_or(1, |it| size(it, id)),
    };
    for family in Family::ALL {
        if let Some(count) = counts.get_mut(&format!("{}/aws/{}", key.zone, family.as_str())) {
            match key.direction {
                Direction::Ingress => count.ingress += weight(family),
                Direction::Egress => count.egress += weight(family),
            }
        }
    }
}

fn size(aws: &Aws, id: &Cell<Arc<str>>) -> u32 {
    let name = aws
        .prefix_lists
        .iter()
        .find(|(_, it)| *it == id)
        .map(|(name, _)| name);
    name.and_then(|it| aws.prefix_list_sizes.get(it))
        .copied()
        .unwrap_or(1)
}
