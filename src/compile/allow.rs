//! Connections to rules: an egress rule where it is dialled, an ingress rule where it is listened; one rule for the same
//! traffic, with all the reasons for it.

use super::connect::{Connection, Flow, Peer};
use crate::model::layout::Layout;
use crate::model::rules::{Rule, RuleKey, Rules};
use crate::model::traffic::Traffic;
use crate::model::words::{Direction, Need};
use std::collections::BTreeSet;
use std::collections::btree_map::Entry;
use std::sync::Arc;

/// The rules that the connections need.
pub(super) fn allow(layout: &Layout, connections: &[Connection<'_, '_>]) -> Rules {
    let mut rules = Rules::new();
    for connection in connections {
        // The initiator dials what is advertised; the listener sees the port that it listens on.
        rule_at(
            layout,
            &mut rules,
            connection.from,
            Direction::Egress,
            connection.to,
            &connection.flow.dials,
            connection.flow,
        );
        rule_at(
            layout,
            &mut rules,
            connection.to,
            Direction::Ingress,
            connection.from,
            &connection.flow.listens,
            connection.flow,
        );
    }
    rules
}

fn rule_at(
    layout: &Layout,
    rules: &mut Rules,
    at: &Peer,
    direction: Direction,
    peer: &Peer,
    traffic: &[Traffic],
    flow: &Flow<'_>,
) {
    let Peer::Zone(zone) = at else { return };
    if !layout.zones[&**zone].enforced || !layout.directions.contains(&direction) {
        return;
    }
    let peer_trust = match peer {
        Peer::Zone(name) => Some(layout.zones[&**name].trust),
        Peer::Fixed(..) => None,
    };
    for traffic in traffic {
        let key = RuleKey {
            zone: Arc::clone(zone),
            direction,
            traffic: *traffic,
            peer: Arc::clone(peer.name()),
        };
        match rules.entry(key) {
            Entry::Vacant(entry) => {
                let required = flow.need == Need::Required;
                entry.insert(Rule {
                    peer_trust,
                    plane: flow.plane,
                    required,
                    flows: BTreeSet::from([Arc::clone(&flow.id)]),
                });
            }
            Entry::Occupied(mut entry) => {
                let rule = entry.get_mut();
                // Planes are declared from the most sensitive on.
                rule.plane = rule.plane.min(flow.plane);
                rule.required |= flow.need == Need::Required;
                rule.flows.insert(Arc::clone(&flow.id));
            }
        }
    }
}
