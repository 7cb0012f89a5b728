//! What rules open beyond their own ends, since a platform cannot tell members of some zones apart: the same judgement as on what is
//! opened directly.

use super::connect::{Connection, Flow, Peer};
use super::everyone::alone;
use super::exposure::{Doors, exposed_by_neighbour, exposure};
use crate::model::finding::Finding;
use crate::model::layout::Layout;
use crate::model::rules::Beyond;
use std::collections::BTreeMap;

/// Judges what is opened to zones that anyone may be in.
pub(super) fn judge(
    layout: &Layout,
    flows: &[Flow<'_>],
    connections: &[Connection<'_, '_>],
    opened: &[Beyond],
    findings: &mut Vec<Finding>,
) {
    let mut between: BTreeMap<(&str, &str), Vec<&Connection<'_, '_>>> = BTreeMap::new();
    for connection in connections {
        if let (Peer::Zone(to), from) = (connection.to, connection.from) {
            between
                .entry((to, from.name()))
                .or_default()
                .push(connection);
        }
    }
    let mut doors = Doors::default();
    for it in opened {
        let Some(words) = alone(&layout.zones[&*it.peer]) else {
            continue;
        };
        let ends = (&*it.rule.zone, &*it.rule.peer);
        let for_rule = between.get(&ends).into_iter().flatten();
        for connection in for_rule.filter(|c| c.flow.listens.contains(&it.rule.traffic)) {
            if it.zone == it.rule.zone {
                let why = format!(": {}", it.why);
                let from = (&*it.peer, &*words);
                findings.extend(exposure(layout, connection, &it.zone, from, &why));
            }
            let door = (&*it.zone, &*it.peer, words.clone());
            let beyond = Some((&*it.rule.zone, &*it.why));
            doors.open(connection, it.rule.traffic, door, beyond);
        }
    }
    exposed_by_neighbour(layout, flows, &doors, findings);
}
