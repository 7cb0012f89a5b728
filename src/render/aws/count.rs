//! How full security groups are, as AWS counts.

use super::super::{Count, total};
use super::Aws;
use super::{Peer, Row, Rows, max_rules};
use crate::model::address::{Addresses, Family};
use crate::model::cell::MaybeKnown;
use crate::model::key::RowKey;
use crate::model::rules::RuleKey;
use crate::model::words::Direction;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Nothing yet, for each zone with a security group. Its rules may be in any of its groups.
pub(super) fn empty(addresses: &BTreeMap<String, Addresses>) -> BTreeMap<String, Count> {
    let mut counts = BTreeMap::new();
    for (zone, it) in addresses {
        let Some(aws) = it.enforced_by::<Aws>() else {
            continue;
        };
        let groups = u32::try_from(aws.groups.len()).unwrap_or(u32::MAX).max(1);
        let limit = max_rules(aws).saturating_mul(groups);
        for family in Family::ALL {
            let count = Count {
                limit,
                ..Count::default()
            };
            counts.insert(format!("{zone}/aws/{}", family.as_str()), count);
        }
    }
    counts
}

/// Adds one row of a rule to the count of its zone.
pub(super) fn count(counts: &mut BTreeMap<String, Count>, key: &RuleKey, row: &Row) {
    for family in families(&row.peer) {
        let count = counts.get_mut(&format!("{}/aws/{}", key.zone, family.as_str()));
        if let Some(count) = count {
            count.add(key.direction, row.entries);
        }
    }
}

/// The families in which a row counts: a block in its own, a group or a prefix list in both.
pub(super) fn families(peer: &Peer) -> impl Iterator<Item = Family> + '_ {
    let counts = |it: &Family| !matches!(peer, Peer::Block(found, _) if found != it);
    Family::ALL.iter().copied().filter(counts)
}

/// A security group as far as it can be told from others.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Group {
    /// By its id, whichever zones have it.
    Known(Arc<str>),
    /// By the zone and the name there, and taken for one that no other zone has.
    Own(String, Arc<str>),
}

/// What each zone takes of a group in one family and direction.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Load {
    /// The name of the group among several of one zone, empty where it has but one.
    pub(super) name: Arc<str>,
    /// Entries by zone.
    pub(super) zones: BTreeMap<String, u32>,
}

impl Load {
    pub(super) fn used(&self) -> u32 {
        total(self.zones.values().copied())
    }
}

/// The loads of all groups that have rows.
#[derive(Clone, Debug, Default)]
pub(super) struct Loads {
    pub(super) of: BTreeMap<(Family, Direction, Group), Load>,
    /// Whether it is open in which group some row will be.
    pub(super) is_open: bool,
}

impl Loads {
    /// Adds the rows of one direction. `names` are those of the groups of rows that are spread over several, by key.
    pub(super) fn add(
        &mut self,
        direction: Direction,
        rows: &Rows,
        names: &BTreeMap<String, Arc<str>>,
        addresses: &BTreeMap<String, Addresses>,
    ) {
        for (key, row) in rows {
            let zone = RowKey::parse(key).map_or("", |it| it.zone);
            let aws = addresses.get(zone).and_then(|it| it.part::<Aws>());
            let name = match names.get(key) {
                Some(name) => Arc::clone(name),
                None if aws.is_some_and(|it| it.groups.len() > 1) => {
                    self.is_open = true;
                    continue;
                }
                None => Arc::default(),
            };
            self.take(direction, zone, &name, row);
        }
    }

    fn take(&mut self, direction: Direction, zone: &str, name: &Arc<str>, row: &Row) {
        let group = match &row.group {
            MaybeKnown::Known(id) => Group::Known(Arc::clone(id)),
            MaybeKnown::Unknown => Group::Own(zone.to_owned(), Arc::clone(name)),
        };
        for family in families(&row.peer) {
            let load = self.of.entry((family, direction, group.clone()));
            let load = load.or_insert_with(|| Load {
                name: Arc::clone(name),
                ..Load::default()
            });
            let used = load.zones.entry(zone.to_owned()).or_default();
            *used = used.saturating_add(row.entries);
        }
    }
}
