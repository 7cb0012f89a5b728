//! The product's promise, against a naive oracle: a packet is permitted exactly when the matrix needs it.
//!
//! | property | equation |
//! | --- | --- |
//! | complete and least | `permitted(compile(layout)) == needed(layout)` |
//! | rendering loses and adds nothing | `permitted(render(rules)) == permitted(rules)`, for each name of a peer that `peer_by` allows |
//! | order does not matter | `compile(shuffled(layout)) == compile(layout)` |
//! | keys are injective | as many keys as rules, as many AWS keys as rows |
//! | Google Cloud | `admitted(render(rules)) == permitted(rules)`, in both families, with its implied rules |
//! | OpenStack | `allowed(render(rules)) == permitted(rules)`, in both families, for each group of a peer |
//! | Kubernetes | `admitted(manifests(render(rules))) == permitted(rules)`, for what a policy can express |
//! | known keys | `keys(render(rules, unknown addresses)) == keys(render(rules, addresses))` |
//! | joining | `permitted(merged(rules)) == permitted(rules)`, in the fewest ranges and blocks |
//! | reading loses nothing | `decided(read(render(rules))) == permitted(rules)`, on AWS, Azure and Google Cloud |
//! | shared identities | `granted(rules) == admitted(rows) - needed(layout)`, on AWS, Azure, OpenStack and Kubernetes, by groups, lists, tags, labels and nested blocks |
//! | rulesets for hosts | `accepted(text(render(rules))) == permitted(rules)`, in both families |

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod azure;
mod gcp;
mod kubernetes;
mod manifest;
mod merging;
mod nftables;
mod openstack;
mod review;
mod shared_groups;
mod shared_pods;
mod sharing;

use crate::support::random::spec;
use crate::support::spec::{Member, PORTS, PROTOCOLS, Packet, Spec};
use portmatrix::compile::{Compiled, compile};
use portmatrix::model::address::{Addresses, Cidr};
use portmatrix::model::cell::MaybeKnown;
use portmatrix::model::platform::Parts;
use portmatrix::model::ports::PortRange;
use portmatrix::model::rules::{RuleKey, Rules};
use portmatrix::model::traffic::Traffic;
use portmatrix::model::words::Direction;
use portmatrix::render::Zones;
use portmatrix::render::aws::Aws;
use portmatrix::render::aws::{self, Peer, Rendered, Row, Rows};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

fn compiled(spec: &Spec) -> Compiled {
    compile(&spec.layout(), &spec.catalog())
}

fn rendered(compiled: &Compiled, addresses: &BTreeMap<String, Addresses>) -> Rendered {
    aws::render(
        &compiled.rules,
        Zones {
            addresses,
            fixed: &compiled.fixed,
        },
        [&aws::PriorGroups::new(), &aws::PriorGroups::new()],
    )
}

fn number(zone: &str) -> usize {
    zone.trim_start_matches('z').parse().unwrap()
}

/// Every packet of the small world that a piece of traffic holds. Neutral ICMP is both families.
fn packets(traffic: Traffic, neutral: bool) -> Vec<(&'static str, u16)> {
    let mut packets = Vec::new();
    for protocol in PROTOCOLS {
        let ported = protocol == "tcp" || protocol == "udp";
        for port in if ported { 1..=PORTS } else { 0..=0 } {
            let holds = match traffic {
                Traffic::Any => true,
                Traffic::Ports(transport, range) => {
                    transport.as_str() == protocol && range.contains(PortRange::single(port))
                }
                Traffic::Icmp(_) => protocol == "icmp" || (neutral && protocol == "icmpv6"),
                other => other.transport() == protocol,
            };
            if holds {
                packets.push((protocol, port));
            }
        }
    }
    packets
}

fn permitted_by_rules(rules: &Rules) -> BTreeSet<Packet> {
    rules
        .keys()
        .flat_map(|key| {
            packets(key.traffic, true)
                .into_iter()
                .map(|(protocol, port)| Packet {
                    zone: number(&key.zone),
                    direction: key.direction,
                    peer: number(&key.peer),
                    protocol,
                    port,
                })
        })
        .collect()
}

/// What rows permit, read from their groups and peers alone, never from their keys: packets, each with the words for the peer.
fn permitted_by_rows(rendered: &Rendered) -> BTreeSet<(Packet, String)> {
    let by = |rows: &Rows, direction: Direction| -> Vec<(Packet, String)> {
        let packets = rows.values().flat_map(|row| {
            let (peer, name) = peer(row);
            let packet = move |(protocol, port)| Packet {
                zone: number(row.group.known().unwrap().strip_prefix("sg-").unwrap()),
                direction,
                peer,
                protocol,
                port,
            };
            let packets = packets(row.traffic, false).into_iter().map(packet);
            packets.map(move |it| (it, name.clone()))
        });
        packets.collect()
    };
    by(&rendered.ingress, Direction::Ingress)
        .into_iter()
        .chain(by(&rendered.egress, Direction::Egress))
        .collect()
}

/// The zone of a row's peer, and the row's words for it.
fn peer(row: &Row) -> (usize, String) {
    let text = match &row.peer {
        Peer::Group(id) => {
            let id = id.known().unwrap();
            return (
                number(id.trim_start_matches("sg-").trim_start_matches('f')),
                id.to_string(),
            );
        }
        Peer::Block(_, cidr) => cidr.known().unwrap().to_string(),
        Peer::PrefixList(_) => unreachable!("the small world has no prefix lists"),
    };
    // 10.0.<zone>.0/24 and 2001:db8:<zone>::/48; zone 0 is written without its zero.
    let part = if text.contains(':') {
        text.split(':').nth(2)
    } else {
        text.split('.').nth(2)
    };
    let zone = part.filter(|it| !it.is_empty());
    (zone.map_or(0, |it| it.parse().unwrap()), text)
}

/// The words by which rules of AWS name a zone, each with what ICMP is between it and a zone: of IPv4, of IPv6.
fn names(spec: &Spec, zone: usize, peer: usize) -> Vec<(String, [bool; 2])> {
    let it = &spec.zones[peer];
    let groups = [
        (it.grouped, format!("sg-{peer}")),
        (it.foreign, format!("sg-f{peer}")),
    ];
    let groups: Vec<String> = groups
        .into_iter()
        .filter(|it| it.0)
        .map(|it| it.1)
        .collect();
    let has_group = !groups.is_empty();
    let mut names = Vec::new();
    if it.names(Member::Group, has_group) {
        let six = it.six || spec.zones[zone].six;
        names.extend(groups.into_iter().map(|it| (it, [true, six])));
    }
    if it.names(Member::Address, has_group) {
        names.push((format!("10.0.{peer}.0/24"), [true, false]));
        if it.six {
            let block = Cidr::meant_by(&format!("2001:db8:{peer}::/48")).unwrap();
            names.push((block.to_string(), [false, true]));
        }
    }
    names
}

/// The same layout with every id and address known only after apply.
fn unknown(addresses: &BTreeMap<String, Addresses>) -> BTreeMap<String, Addresses> {
    addresses
        .iter()
        .map(|(zone, it)| {
            let blocks = |named: &BTreeMap<_, _>| {
                named
                    .keys()
                    .map(|it| (std::sync::Arc::clone(it), MaybeKnown::Unknown))
                    .collect()
            };
            let aws = it.part::<Aws>().map(|aws| Aws {
                group: aws.group.as_ref().map(|_| MaybeKnown::Unknown),
                peer_groups: (aws.peer_groups.keys())
                    .map(|it| (std::sync::Arc::clone(it), MaybeKnown::Unknown))
                    .collect(),
                ..aws.clone()
            });
            (
                zone.clone(),
                Addresses {
                    ipv4: blocks(&it.ipv4),
                    ipv6: blocks(&it.ipv6),
                    parts: aws.map_or_else(Parts::default, Parts::of),
                    peer_only: it.peer_only,
                    ..Addresses::default()
                },
            )
        })
        .collect()
}

proptest! {
    #![proptest_config(crate::support::properties!(1500))]

    #[test]
    fn a_packet_is_allowed_exactly_when_the_matrix_needs_it(spec in spec()) {
        prop_assert_eq!(permitted_by_rules(&compiled(&spec).rules), spec.needed());
    }

    #[test]
    fn rendering_loses_and_adds_nothing(spec in spec()) {
        let compiled = compiled(&spec);
        let rendered = rendered(&compiled, &spec.addresses());
        // ICMP of a family has no row if the peer's name has nothing of it.
        let reachable = |packet: &Packet, [four, six]: [bool; 2]| match packet.protocol {
            "icmp" => four,
            "icmpv6" => six,
            _ => true,
        };
        let is_reachable = |(packet, name): &(Packet, String)| {
            let names = names(&spec, packet.zone, packet.peer);
            names.into_iter().all(|(it, families)| it != *name || reachable(packet, families))
        };
        let wanted: BTreeSet<(Packet, String)> = permitted_by_rules(&compiled.rules)
            .into_iter()
            .flat_map(|packet| names(&spec, packet.zone, packet.peer).into_iter().map(move |it| (packet.clone(), it.0)))
            .filter(is_reachable)
            .collect();
        let found: BTreeSet<(Packet, String)> = permitted_by_rows(&rendered).into_iter().filter(is_reachable).collect();
        prop_assert_eq!(found, wanted);
    }

    #[test]
    fn order_does_not_matter(spec in spec(), seed in any::<u64>()) {
        let rotate = usize::try_from(seed % 7).unwrap();
        let mut layout = spec.layout();
        for zone in layout.zones.values_mut() {
            let count = zone.components.len().max(1);
            zone.components.rotate_left(rotate % count);
            zone.components.reverse();
        }
        let (a, b) = (compiled(&spec), compile(&layout, &spec.catalog()));
        prop_assert_eq!(a.rules, b.rules);
        prop_assert_eq!(a.findings, b.findings);
    }

    #[test]
    fn keys_are_injective_and_known_without_addresses(spec in spec()) {
        let compiled = compiled(&spec);
        let keys: BTreeSet<String> = compiled.rules.keys().map(RuleKey::text).collect();
        prop_assert_eq!(keys.len(), compiled.rules.len());
        let (known, pending) = (rendered(&compiled, &spec.addresses()), rendered(&compiled, &unknown(&spec.addresses())));
        let keys = |it: &Rendered| (it.ingress.keys().cloned().collect::<Vec<_>>(), it.egress.keys().cloned().collect::<Vec<_>>());
        prop_assert_eq!(keys(&known), keys(&pending));
        prop_assert_eq!(known.counts, pending.counts);
    }
}
