//! How full a network security group is, as Azure counts.

use super::super::Count;
use super::point;
use super::problems::quota;
use super::{MAX_ADDRESSES, MAX_RULES, Row};
use crate::model::address::Addresses;
use crate::model::finding::Finding;
use std::collections::BTreeMap;

/// What is counted, and how much of it a network security group may have. Sources and destinations have their own limits.
const LIMITS: [(&str, u32); 3] = [
    ("rules", MAX_RULES),
    ("sources", MAX_ADDRESSES),
    ("destinations", MAX_ADDRESSES),
];

/// The counts of the zones that are enforced on Azure, each zone with its own rules.
pub(super) fn counts(
    rows: &BTreeMap<String, Row>,
    addresses: &BTreeMap<String, Addresses>,
) -> BTreeMap<String, Count> {
    let mut zones: BTreeMap<&str, [Count; LIMITS.len()]> = BTreeMap::new();
    for (zone, _) in point::points(addresses) {
        let empty = LIMITS.map(|(_, limit)| Count {
            limit,
            together: true,
            ..Count::default()
        });
        zones.insert(zone, empty);
    }
    for row in rows.values() {
        let uses = [1, row.source.addresses(), row.destination.addresses()];
        let counts = zones.get_mut(&*row.zone).into_iter().flatten();
        for (count, used) in counts.zip(uses) {
            count.add(row.direction, used);
        }
    }
    let keyed = |(zone, counts): (&str, [Count; LIMITS.len()])| {
        let named = LIMITS.map(|(what, _)| format!("{zone}/azure/{what}"));
        named.into_iter().zip(counts)
    };
    zones.into_iter().flat_map(keyed).collect()
}

/// What is full or nearly so, of each network security group: zones that are known to share one fill it together.
pub(super) fn quotas(
    counts: &BTreeMap<String, Count>,
    addresses: &BTreeMap<String, Addresses>,
) -> Vec<Finding> {
    let guarded = point::guarded(addresses);
    guarded.iter().flat_map(|it| full(it, counts)).collect()
}

/// Whether names that are not known yet could bring a finding of [`quotas`]: they could if all zones shared one group.
pub(super) fn may_change(
    counts: &BTreeMap<String, Count>,
    addresses: &BTreeMap<String, Addresses>,
) -> bool {
    let zones: Vec<&str> = point::points(addresses).map(|(zone, _)| zone).collect();
    point::may_be_shared(addresses) && full(&zones, counts).next().is_some()
}

fn full<'c>(
    zones: &'c [&str],
    counts: &'c BTreeMap<String, Count>,
) -> impl Iterator<Item = Finding> + 'c {
    LIMITS.iter().filter_map(move |(what, limit)| {
        let of_zone = |zone: &&str| counts.get(&format!("{zone}/azure/{what}"));
        let used = zones.iter().filter_map(of_zone).map(|it| it.used()).sum();
        quota(zones, what, used, *limit)
    })
}
