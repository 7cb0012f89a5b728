//! What zones get of each other's network policies, as in `sharing`: by namespaces, labels and addresses, read from the manifests.

use crate::promise::kubernetes::{carries, selects};
use crate::promise::manifest::{self, Peer};
use crate::promise::sharing::{
    BLOCKS, Has, beyond, by_name, cidr, compiled, found, has, is_in, text,
};
use crate::promise::{number, permitted_by_rules};
use crate::support::random::spec;
use crate::support::spec::{PORTS, Packet};
use portmatrix::model::address::Addresses;
use portmatrix::model::cell::{ByName, MaybeKnown};
use portmatrix::model::platform::{Parts, PeerBy};
use portmatrix::model::rules::Forwarding;
use portmatrix::model::words::Direction;
use portmatrix::render::kubernetes::{Kubernetes, Options, render};
use portmatrix::render::{RowCell, Zones};
use proptest::collection::vec;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Labels of pods by the groups of a zone, of its namespace by its lists.
fn labels(ids: &BTreeSet<u8>) -> ByName<Arc<str>> {
    let ids = ids.iter();
    ids.map(|it| (format!("l{it}").into(), text("yes".to_owned())))
        .collect()
}

fn is_pods(it: &Has) -> bool {
    it.own.is_some() || !it.lists.is_empty()
}

fn kubernetes(it: &Has) -> Addresses {
    let part = Kubernetes {
        namespace: it.own.map(|it| text(format!("ns-{it}"))),
        namespace_labels: labels(&it.lists),
        pod_labels: labels(&it.groups),
        peer_by: it.by,
    };
    it.addresses(if is_pods(it) {
        Parts::of(part)
    } else {
        Parts::default()
    })
}

/// All labels that pods of a zone and their namespace surely have.
struct Pods {
    namespace: BTreeMap<String, String>,
    own: BTreeMap<String, String>,
}

fn pods(it: &Has) -> Option<Pods> {
    let label = |id: &u8| (format!("l{id}"), "yes".to_owned());
    let name = it
        .own
        .map(|it| ("kubernetes.io/metadata.name".to_owned(), format!("ns-{it}")));
    is_pods(it).then(|| Pods {
        namespace: it.lists.iter().map(label).chain(name).collect(),
        own: it.groups.iter().map(label).collect(),
    })
}

/// Whether a rule of a policy allows members of a zone by their labels, or by addresses that belong to them. Where blocks lead to is
/// what the other zone decides.
fn allows(peer: &Peer, zones: &[Has], (at, zone): (usize, usize), direction: Direction) -> bool {
    match &peer.ip_block {
        Some(_) if direction == Direction::Egress || at == zone => false,
        Some(block) => is_in(zones, zone, cidr(&block.cidr)),
        None => pods(&zones[zone]).is_some_and(|it| {
            selects(peer.namespace_selector.as_ref().unwrap(), &it.namespace)
                && selects(peer.pod_selector.as_ref().unwrap(), &it.own)
        }),
    }
}

/// Whether a block of a policy is one of a zone.
fn has_block(zone: &Has, peer: &Peer) -> bool {
    let mut blocks = zone.blocks.iter();
    let block = peer.ip_block.as_ref();
    block.is_some_and(|block| blocks.any(|it| BLOCKS[*it] == block.cidr))
}

proptest! {
    #![proptest_config(crate::support::properties!(1000))]

    #[test]
    fn kubernetes_grants_exactly_what_is_found(spec in spec(), zones in vec(has(), 4)) {
        let (mut spec, mut zones) = (spec, zones);
        zones.truncate(spec.zones.len());
        for it in &mut zones {
            // A peer that no rule can name is an error of its own.
            if it.blocks.is_empty() && (it.by == PeerBy::Cidr || !is_pods(it)) {
                it.blocks.insert(5);
            }
        }
        // Rules are judged by the ports that peers connect to.
        for it in &mut spec.params {
            it.advertised = None;
        }
        let addresses = by_name(&spec, &zones, kubernetes);
        let (compiled, needed) = compiled(&spec, &addresses);
        let of = Zones { addresses: &addresses, fixed: &compiled.fixed };
        let options = Options {
            name: MaybeKnown::Known("edge".into()),
            directions: spec.directions.clone(),
            listened: compiled.listened.clone(),
            forwarding: Forwarding::new(),
        };
        let entitled = permitted_by_rules(&needed);
        let mut admitted = BTreeSet::new();
        for (own, cell) in &render(&compiled.rules, of, &options).policies {
            let RowCell::Text(manifest) = cell else { panic!("{own} is pending") };
            let policy = manifest::read(manifest).spec;
            let is_at = |zone: &usize| {
                zones[*zone].own == zones[number(own)].own
                    && pods(&zones[*zone]).is_some_and(|it| selects(&policy.pod_selector, &it.own))
            };
            let ingress = policy.ingress.iter().flatten().map(|it| (Direction::Ingress, &it.from, &it.ports));
            let egress = policy.egress.iter().flatten().map(|it| (Direction::Egress, &it.to, &it.ports));
            for (direction, peers, ports) in ingress.chain(egress) {
                for zone in (0..zones.len()).filter(is_at) {
                    for (peer, protocol) in (0..zones.len()).flat_map(|it| [(it, "tcp"), (it, "udp")]) {
                        let by_labels_or_address = peers.iter().any(|it| allows(it, &zones, (zone, peer), direction));
                        let has_block = peers.iter().any(|it| has_block(&zones[peer], it));
                        for port in (1..=PORTS).filter(|it| carries(ports.as_deref(), protocol, *it)) {
                            let own = Packet { zone: number(own), direction, peer, protocol, port };
                            if by_labels_or_address || (has_block && entitled.contains(&own)) {
                                admitted.insert(Packet { zone, ..own });
                            }
                        }
                    }
                }
            }
        }
        prop_assert_eq!(found(&compiled, &needed, &addresses), beyond(admitted, &needed));
    }
}
