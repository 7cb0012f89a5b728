//! Which zones are everyone for a listener, on their own or together with others that connect to it.

use super::connect::{Connection, Flow, Peer};
use crate::model::global::{are_nearly_everything, share};
use crate::model::layout::{Layout, Zone};
use crate::model::name::backticked;
use crate::model::traffic::Traffic;
use crate::model::words::Trust;
use std::collections::{BTreeMap, BTreeSet};

/// What listens: a zone, the label of a product or the name of a flow block, a component, and the traffic.
type Listener<'l> = (&'l str, &'l str, &'l str, Traffic);

/// The zones that are everyone.
pub(super) struct Everyone<'l> {
    layout: &'l Layout,
    /// Listeners of which no peer is everyone on its own, but all peers together are: the peer with the largest share, and why.
    together: BTreeMap<Listener<'l>, (&'l str, String)>,
}

impl<'l> Everyone<'l> {
    pub(super) fn of(layout: &'l Layout, connections: &'l [Connection<'_, '_>]) -> Self {
        let mut together = BTreeMap::new();
        if !layout.parts.is_empty() {
            let mut peers: BTreeMap<Listener<'_>, BTreeSet<&str>> = BTreeMap::new();
            for connection in connections {
                let Peer::Zone(from) = connection.from else {
                    continue;
                };
                for listener in listeners(connection) {
                    peers.entry(listener).or_default().insert(from);
                }
            }
            let found = peers.into_iter();
            let found = found.filter_map(|(it, peers)| Some((it, largest(layout, &peers)?)));
            together = found.collect();
        }
        Everyone { layout, together }
    }

    /// In words, why the source of a connection is everyone.
    pub(super) fn from(&self, connection: &Connection<'_, '_>) -> Option<String> {
        let Peer::Zone(from) = connection.from else {
            return None;
        };
        if let Some(words) = alone(&self.layout.zones[&**from]) {
            return Some(words);
        }
        if self.together.is_empty() {
            return None;
        }
        let mut found = listeners(connection).filter_map(|it| self.together.get(&it));
        let found = found.find(|(largest, _)| *largest == &**from);
        found.map(|(_, words)| words.clone())
    }
}

/// In words, why a zone is everyone on its own.
pub(super) fn alone(zone: &Zone) -> Option<String> {
    match zone.everyone {
        _ if zone.trust == Trust::Public => Some("trust `public`".to_owned()),
        words => words.map(str::to_owned),
    }
}

/// The listeners of a connection.
fn listeners<'c>(connection: &'c Connection<'_, '_>) -> impl Iterator<Item = Listener<'c>> {
    let Flow {
        origin,
        id,
        listens,
        ..
    } = connection.flow;
    let label = origin.map_or(&**id, |(label, _)| label);
    let zone = match connection.to {
        Peer::Zone(zone) => Some(&**zone),
        Peer::Fixed(..) => None,
    };
    let traffic = zone
        .into_iter()
        .flat_map(|zone| listens.iter().map(move |it| (zone, it)));
    traffic.map(move |(zone, it)| (zone, label, connection.to_component, *it))
}

/// Of zones none of which is everyone, but which are nearly everything together: the one with the most, and why.
fn largest<'l>(layout: &'l Layout, peers: &BTreeSet<&'l str>) -> Option<(&'l str, String)> {
    if peers.iter().any(|it| layout.zones[*it].is_open()) {
        return None;
    }
    let parts = |zone: &str| layout.zones[zone].parts.iter().copied();
    let sized = |parts: BTreeSet<usize>| parts.into_iter().map(|it| &layout.parts[it]);
    let all: BTreeSet<usize> = peers.iter().flat_map(|it| parts(it)).collect();
    if !are_nearly_everything(sized(all)) {
        return None;
    }
    let mut largest = None;
    for peer in peers {
        let share = share(sized(parts(peer).collect()));
        if largest.is_none_or(|(_, most)| share > most) {
            largest = Some((*peer, share));
        }
    }
    let (largest, _) = largest?;
    let others = peers
        .iter()
        .filter(|it| **it != largest && parts(it).next().is_some());
    let words = format!(
        "nearly every address, together with {}",
        backticked(others.copied())
    );
    Some((largest, words))
}
