//! Products and layouts at random, small enough that every packet can be tried.

use super::spec::{Component, Flow, PORTS, Param, ServiceSpec, Spec, ZoneSpec};
use portmatrix::model::platform::PeerBy;
use portmatrix::model::words::{Direction, Trust};
use proptest::collection::{btree_set, vec};
use proptest::prelude::*;
use std::collections::BTreeSet;

fn range() -> impl Strategy<Value = (u16, u16)> {
    (1..=PORTS, 1..=PORTS).prop_map(|(a, b)| (a.min(b), a.max(b)))
}

fn service(params: usize) -> impl Strategy<Value = ServiceSpec> {
    let transport = prop::sample::select(vec!["tcp", "udp", "tcp+udp"]);
    prop_oneof![
        4 => (transport.clone(), range()).prop_map(|(it, (a, b))| ServiceSpec::Range(it, a, b)),
        4 => (transport, 0..params).prop_map(|(it, param)| ServiceSpec::Param(it, param)),
        1 => prop::sample::select(vec!["icmp", "icmpv6", "esp", "gre", "any"]).prop_map(ServiceSpec::Word),
    ]
}

fn flow(components: usize, params: usize, features: usize) -> impl Strategy<Value = Flow> {
    let ends = || btree_set(0..components, 1..=2);
    (
        ends(),
        ends(),
        btree_set(service(params), 1..=2),
        0..4u8,
        any::<bool>(),
        btree_set(0..features, 0..=2),
        0..3u8,
    )
        .prop_map(|(from, to, services, exposure, optional, when, choice)| {
            // A `group` flow is among the members of one component.
            let one: BTreeSet<usize> = from.iter().copied().take(1).collect();
            let (from, to) = if exposure == 2 {
                (one.clone(), one)
            } else {
                (from, to)
            };
            Flow {
                from,
                to,
                services,
                exposure,
                optional,
                when,
                choice,
            }
        })
}

fn zone(labels: usize, components: usize) -> impl Strategy<Value = ZoneSpec> {
    (
        btree_set((0..labels, 0..components), 0..=3),
        any::<[bool; 4]>(),
        prop::bool::weighted(0.25),
        prop::sample::select(vec![PeerBy::Group, PeerBy::Cidr, PeerBy::Both]),
        prop::sample::select(Trust::ALL),
        any::<bool>(),
    )
        .prop_map(|(components, switches, peer_only, by, trust, six)| {
            let [exact, grouped, foreign, spare] = switches;
            ZoneSpec {
                components,
                exact,
                grouped,
                foreign,
                peer_only,
                by,
                spare,
                trust,
                six,
            }
        })
}

pub(crate) fn spec() -> impl Strategy<Value = Spec> {
    let shape = (2..=4usize, 1..=3usize, 1..=2usize, 1..=2usize);
    shape.prop_flat_map(|(components, params, features, labels)| {
        let related = vec(
            (
                btree_set(0..components, 0..=1),
                btree_set(0..components, 0..=1),
            ),
            components,
        );
        let related = related.prop_map(|all| {
            let below =
                |set: BTreeSet<usize>, at: usize| set.into_iter().filter(|it| *it < at).collect();
            all.into_iter()
                .enumerate()
                .map(|(at, (is, on))| Component {
                    is: below(is, at),
                    on: below(on, at),
                })
                .collect::<Vec<_>>()
        });
        let param = (
            prop::option::weighted(0.8, range()),
            prop::option::of(range()),
            prop::option::of(range()),
        )
            .prop_map(|(default, given, advertised)| Param {
                default,
                given,
                advertised,
            });
        let directions = prop::sample::select(vec![
            BTreeSet::from([Direction::Ingress, Direction::Egress]),
            BTreeSet::from([Direction::Ingress]),
            BTreeSet::from([Direction::Egress]),
        ]);
        (
            related,
            vec(param, params),
            vec((any::<bool>(), 0..3u8), features),
            vec(flow(components, params, features), 1..=4),
            vec(zone(labels, components), 1..=4),
            Just(labels),
            directions,
        )
            .prop_map(
                |(components, params, features, flows, zones, labels, directions)| Spec {
                    components,
                    params,
                    features,
                    flows,
                    zones,
                    labels,
                    directions,
                },
            )
    })
}
