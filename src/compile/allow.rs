//! Connections to rules: an egress rule at the source, an ingress rule at the listener; one rule for the same
//! traffic, with all the reasons for it.

use super::connect::{Connection, Flow, Peer};
use crate::model::layout::Layout;
use crate::model::rules::{Rule, RuleKey, Rules, TranslatedTraffic};
use crate::model::traffic::Traffic;
use crate::model::words::{Direction, Exposure, Need};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The rules that the connections need.
pub(super) fn allow(layout: &Layout, connections: &[Connection<'_, '_>]) -> Rules {
    let mut rules = Vec::new();
    for connection in connections {
        // The source connects to what is advertised; the listener sees the port that it listens on.
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
    joined(rules)
}

/// Ingress rules for what sources connect to, of the flows whose listeners listen on something else.
pub(super) fn untranslated(layout: &Layout, connections: &[Connection<'_, '_>]) -> Rules {
    let mut rules = Vec::new();
    let translated = connections.iter();
    for it in translated.filter(|it| it.flow.dials != it.flow.listens) {
        let (to, from, ingress) = (it.to, it.from, Direction::Ingress);
        rule_at(
            layout,
            &mut rules,
            to,
            ingress,
            from,
            &it.flow.dials,
            it.flow,
        );
    }
    joined(rules)
}

/// Rules in order, those with the same key as one.
fn joined(mut rules: Vec<(RuleKey, Rule)>) -> Rules {
    // The rules of a connection are in order, so sorting all at once is faster than inserting each.
    rules.sort_by(|(a, _), (b, _)| a.cmp(b));
    rules.dedup_by(|(next, rule), (key, kept)| {
        let is_same = next == key;
        if is_same {
            kept.join(rule);
        }
        is_same
    });
    rules.into_iter().collect()
}

fn rule_at(
    layout: &Layout,
    rules: &mut Vec<(RuleKey, Rule)>,
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
        let rule = Rule {
            peer_trust,
            plane: flow.plane,
            required: flow.need == Need::Required,
            public: flow.exposure == Some(Exposure::Public),
            flows: BTreeSet::from([Arc::clone(&flow.id)]),
        };
        rules.push((key, rule));
    }
}

/// What is listened on between two zones, if a source of one of their flows connects to other ports.
pub(super) fn listened(connections: &[Connection<'_, '_>]) -> TranslatedTraffic {
    let pair = |it: &Connection<'_, '_>| match (it.from, it.to) {
        (Peer::Zone(from), Peer::Zone(to)) => Some((Arc::clone(from), Arc::clone(to))),
        _ => None,
    };
    let mut listened: TranslatedTraffic = connections
        .iter()
        .filter(|it| it.flow.dials != it.flow.listens)
        .filter_map(pair)
        .map(|it| (it, BTreeMap::new()))
        .collect();
    if listened.is_empty() {
        return listened;
    }
    for connection in connections {
        let Some(traffic) = pair(connection).and_then(|it| listened.get_mut(&it)) else {
            continue;
        };
        for it in &connection.flow.listens {
            let flows = traffic.entry(*it).or_default();
            flows.insert(Arc::clone(&connection.flow.id));
        }
    }
    listened
}
