//! The rules of a zone over several groups of its interfaces, each within its quota.

use super::count::families;
use super::{Row, Rows};
use crate::model::address::Family;
use crate::model::cell::{ByName, MaybeKnown};
use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

/// The group that a row had in the last state, by key.
pub type PriorGroups = BTreeMap<String, Arc<str>>;

/// Gives each row of a zone one of its groups. A row that stays keeps the group that it had; a new one takes the first with room,
/// in the order of names. Where none has room it takes the emptiest, and the count is beyond the limit.
///
/// While the id of a group is not known, it may be the one that a row had: such a row waits, and so do those for which it
/// would take up room. The names of the groups come back by the keys of the rows that do not wait.
pub(super) fn spread(
    rows: &mut Rows,
    zone: &str,
    groups: &ByName<Arc<str>>,
    limit: u32,
    kept: &PriorGroups,
) -> BTreeMap<String, Arc<str>> {
    let mut used: BTreeMap<&str, [u32; 2]> = groups.keys().map(|it| (&**it, [0, 0])).collect();
    let by_id: BTreeMap<&str, &str> = groups
        .iter()
        .filter_map(|(name, id)| Some((&**id.known()?, &**name)))
        .collect();
    let first = format!("{zone}/");
    let last = format!("{zone}0");
    let range = (Bound::Included(first), Bound::Excluded(last));
    let mut open = Vec::new();
    let mut chosen: BTreeMap<String, &str> = BTreeMap::new();
    for (key, row) in rows.range(range.clone()) {
        let weight = weight(row);
        match kept.get(key).and_then(|id| by_id.get(&**id)) {
            Some(name) => {
                add(used.entry(name).or_default(), weight);
                chosen.insert(key.clone(), name);
            }
            None => open.push((key.clone(), weight)),
        }
    }
    let is_pending = groups.values().any(|it| it.known().is_none());
    let waits = is_pending && open.iter().any(|(key, _)| kept.contains_key(key));
    for (key, weight) in open.into_iter().filter(|_| !waits) {
        let fits = |used: &[u32; 2]| {
            used.iter()
                .zip(weight)
                .all(|(used, more)| used.saturating_add(more) <= limit)
        };
        let with_room = used.iter().find(|(_, it)| fits(it)).map(|(name, _)| *name);
        let emptiest = || {
            used.iter()
                .min_by_key(|(_, it)| it.iter().max())
                .map(|(name, _)| *name)
        };
        if let Some(name) = with_room.or_else(emptiest) {
            add(used.entry(name).or_default(), weight);
            chosen.insert(key, name);
        }
    }
    for (key, row) in rows.range_mut(range) {
        let id = chosen.get(key).and_then(|name| groups.get(*name));
        row.group = id.cloned().unwrap_or(MaybeKnown::Unknown);
    }
    let names = chosen.into_iter();
    names.map(|(key, name)| (key, name.into())).collect()
}

/// What a row counts for in each family.
fn weight(row: &Row) -> [u32; 2] {
    Family::ALL.map(|it| {
        if families(&row.peer).any(|family| family == it) {
            row.entries
        } else {
            0
        }
    })
}

fn add(used: &mut [u32; 2], weight: [u32; 2]) {
    for (used, more) in used.iter_mut().zip(weight) {
        *used = used.saturating_add(more);
    }
}

#[cfg(test)]
mod tests {
    use super::super::Peer;
    use super::*;
    use crate::model::address::Cidr;
    use crate::model::ports::PortRange;
    use crate::model::traffic::{Traffic, Transport};
    use proptest::prelude::*;

    fn rows(ports: &[u16]) -> Rows {
        let block = Cidr::parse("10.0.0.0/8", Family::V4).unwrap();
        let row = |port: &u16| {
            let row = Row {
                group: MaybeKnown::Unknown,
                peer: Peer::Block(Family::V4, MaybeKnown::Known(block)),
                traffic: Traffic::Ports(Transport::Tcp, PortRange::single(*port)),
                entries: 1,
                description: "x".into(),
            };
            (format!("z/tcp-{port}/peer:ipv4:a"), row)
        };
        ports.iter().map(row).collect()
    }

    fn groups() -> ByName<Arc<str>> {
        ["a", "b", "c"]
            .map(|it| (it.into(), MaybeKnown::Known(format!("sg-{it}").into())))
            .into()
    }

    fn taken(rows: &Rows) -> PriorGroups {
        let known = rows.iter();
        known
            .filter_map(|(key, row)| Some((key.clone(), Arc::clone(row.group.known()?))))
            .collect()
    }

    proptest! {
        /// Rules come and go in any order: who stays keeps its group, and while there is room for all no group is too full.
        #[test]
        fn who_stays_keeps_its_group(steps in proptest::collection::vec(proptest::collection::btree_set(1..40u16, 0..12), 1..8)) {
            let mut before = PriorGroups::new();
            for ports in steps {
                let ports: Vec<u16> = ports.into_iter().collect();
                let mut now = rows(&ports);
                spread(&mut now, "z", &groups(), 4, &before);
                let after = taken(&now);
                prop_assert_eq!(after.len(), ports.len(), "every row has a group");
                for (key, group) in &after {
                    prop_assert!(before.get(key).is_none_or(|it| it == group), "{} moved", key);
                }
                for group in ["sg-a", "sg-b", "sg-c"] {
                    prop_assert!(after.values().filter(|it| &***it == group).count() <= 4);
                }
                before = after;
            }
        }
    }

    /// What is known while an id is not stays as it comes to be known, whatever the id is.
    #[test]
    fn rows_that_may_have_been_in_a_pending_group_wait() {
        let before = |id: &str| -> PriorGroups {
            let mut all = rows(&[1, 2, 3, 4, 5]);
            spread(&mut all, "z", &groups(), 3, &PriorGroups::new());
            let taken = taken(&all).into_iter();
            let moved = taken.map(|(key, it)| (key, if &*it == "sg-b" { id.into() } else { it }));
            moved.collect()
        };
        let mut pending = groups();
        pending.insert("b".into(), MaybeKnown::Unknown);
        for id in ["sg-b", "sg-old"] {
            let mut planned = rows(&[2, 3, 4, 5, 6]);
            spread(&mut planned, "z", &pending, 3, &before(id));
            let mut applied = rows(&[2, 3, 4, 5, 6]);
            spread(&mut applied, "z", &groups(), 3, &before(id));
            for (key, row) in &planned {
                assert!(
                    row.group == MaybeKnown::Unknown || row.group == applied[key].group,
                    "{key}"
                );
            }
            assert_eq!(taken(&planned).len(), 2);
        }
    }

    #[test]
    fn ids_that_are_not_known_yet_are_filled_in_order() {
        let pending: ByName<Arc<str>> =
            ["a", "b"].map(|it| (it.into(), MaybeKnown::Unknown)).into();
        let mut now = rows(&[1, 2, 3, 4, 5]);
        spread(&mut now, "z", &pending, 3, &PriorGroups::new());
        assert!(now.values().all(|it| it.group == MaybeKnown::Unknown));
        let mut known = rows(&[1, 2, 3, 4, 5]);
        spread(&mut known, "z", &groups(), 3, &PriorGroups::new());
        let ids: Vec<_> = known
            .values()
            .filter_map(|it| it.group.known().cloned())
            .collect();
        assert_eq!(
            ids.iter().map(|it| &**it).collect::<Vec<_>>(),
            ["sg-a", "sg-a", "sg-a", "sg-b", "sg-b"]
        );
    }
}
