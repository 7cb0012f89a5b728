//! Network policies, read back from their text and tried with every packet of the small world.

use crate::promise::manifest::{self, LabelSelector, NetworkPolicy, Peer, PolicyPort};
use crate::promise::{compiled, number};
use crate::support::random::spec;
use crate::support::spec::{Member, PORTS, PROTOCOLS, Packet, ServiceSpec, Spec};
use portmatrix::compile::Compiled;
use portmatrix::model::address::{Addresses, Cidr, Family};
use portmatrix::model::cell::MaybeKnown;
use portmatrix::model::platform::Parts;
use portmatrix::model::rules::Forwarding;
use portmatrix::model::words::Direction;
use portmatrix::render::kubernetes::Kubernetes;
use portmatrix::render::kubernetes::{self, Options, Rendered};
use portmatrix::render::{RowCell, Zones};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

type Labels = BTreeMap<Arc<str>, MaybeKnown<Arc<str>>>;

fn labels(pairs: &[(&str, &str)]) -> Labels {
    let pairs = pairs.iter();
    pairs
        .map(|(name, value)| ((*name).into(), MaybeKnown::Known((*value).into())))
        .collect()
}

/// The spec's zones: what has a group has a namespace, some with labels; some of the others are pods elsewhere, named by the
/// labels of their namespaces; the rest are addresses.
fn zones(spec: &Spec) -> BTreeMap<String, Addresses> {
    let mut zones = spec.addresses();
    for (name, zone) in &mut zones {
        let it = &spec.zones[number(name)];
        let pods = if it.six {
            labels(&[("app", name)])
        } else {
            Labels::new()
        };
        let kubernetes = match (it.grouped, it.spare) {
            (true, by_labels) => Some(Kubernetes {
                namespace: Some(MaybeKnown::Known(format!("ns-{name}").into())),
                namespace_labels: if by_labels {
                    labels(&[("team", name)])
                } else {
                    Labels::new()
                },
                pod_labels: pods,
                peer_by: it.by,
            }),
            (false, true) => Some(Kubernetes {
                namespace: None,
                namespace_labels: labels(&[("team", name)]),
                pod_labels: pods,
                peer_by: it.by,
            }),
            (false, false) => None,
        };
        zone.parts = kubernetes.map_or_else(Parts::default, Parts::of);
    }
    zones
}

fn rendered(spec: &Spec, compiled: &Compiled, zones: &BTreeMap<String, Addresses>) -> Rendered {
    let zones = Zones {
        addresses: zones,
        fixed: &compiled.fixed,
    };
    let options = Options {
        name: MaybeKnown::Known("edge".into()),
        directions: spec.directions.clone(),
        listened: compiled.listened.clone(),
        forwarding: Forwarding::new(),
    };
    kubernetes::render(&compiled.rules, zones, &options)
}

/// One end of a connection: a pod of the cluster, or an address.
struct End {
    pod: Option<(BTreeMap<String, String>, BTreeMap<String, String>)>,
    addresses: Vec<Cidr>,
}

/// A member of a zone: a pod with all labels that it and its namespace have, or an address.
fn end(zone: usize, zones: &BTreeMap<String, Addresses>, member: Member) -> End {
    let name = format!("z{zone}");
    let addresses = &zones[&name];
    let label = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let kubernetes = addresses.part::<Kubernetes>();
    let kubernetes = kubernetes.filter(|_| member == Member::Group);
    let pod = kubernetes.map(|it| {
        let namespace = [
            label("kubernetes.io/metadata.name", &format!("ns-{name}")),
            label("team", &name),
        ];
        let pod = it.pod_labels.keys().map(|it| label(it, &name));
        (namespace.into(), pod.collect())
    });
    let blocks = addresses.ipv4.values().chain(addresses.ipv6.values());
    End {
        // What a cluster sees of its own pods are pods.
        addresses: if pod.is_some() {
            Vec::new()
        } else {
            blocks.filter_map(MaybeKnown::known).copied().collect()
        },
        pod,
    }
}

fn is_pod(zones: &BTreeMap<String, Addresses>, zone: usize) -> bool {
    zones[&format!("z{zone}")].part::<Kubernetes>().is_some()
}

/// What members of each zone may be.
fn members(spec: &Spec, zones: &BTreeMap<String, Addresses>) -> Vec<(usize, Member)> {
    let all = (0..spec.zones.len()).flat_map(|it| [(it, Member::Group), (it, Member::Address)]);
    all.filter(|(zone, member)| *member == Member::Address || is_pod(zones, *zone))
        .collect()
}

pub(crate) fn selects(selector: &LabelSelector, labels: &BTreeMap<String, String>) -> bool {
    selector
        .match_labels
        .iter()
        .all(|(name, value)| labels.get(name) == Some(value))
}

fn is_peer(peer: &Peer, end: &End) -> bool {
    if let Some(block) = &peer.ip_block {
        let family = if block.cidr.contains(':') {
            Family::V6
        } else {
            Family::V4
        };
        return end
            .addresses
            .contains(&Cidr::parse(&block.cidr, family).unwrap());
    }
    let Some((namespace, pod)) = &end.pod else {
        return false;
    };
    selects(peer.namespace_selector.as_ref().unwrap(), namespace)
        && selects(peer.pod_selector.as_ref().unwrap(), pod)
}

pub(crate) fn carries(ports: Option<&[PolicyPort]>, protocol: &str, port: u16) -> bool {
    ports.is_none_or(|ports| {
        ports.iter().any(|it| {
            let from = it.port.unwrap_or(1);
            let to = it.end_port.or(it.port).unwrap_or(65_535);
            it.protocol.to_lowercase() == protocol && (from..=to).contains(&i32::from(port))
        })
    })
}

fn admits(
    policy: &NetworkPolicy,
    direction: Direction,
    peer: &End,
    protocol: &str,
    port: u16,
) -> bool {
    let spec = &policy.spec;
    let any = |peers: &[Peer], ports: Option<&[PolicyPort]>| {
        peers.iter().any(|it| is_peer(it, peer)) && carries(ports, protocol, port)
    };
    match direction {
        Direction::Ingress => spec
            .ingress
            .iter()
            .flatten()
            .any(|it| any(&it.from, it.ports.as_deref())),
        Direction::Egress => spec
            .egress
            .iter()
            .flatten()
            .any(|it| any(&it.to, it.ports.as_deref())),
    }
}

/// What pods of a zone need with another zone, as their own node sees it: towards pods the port on which those listen. Single
/// protocols without ports are left out, since a policy has nothing for them.
fn needed(
    spec: &Spec,
    zones: &BTreeMap<String, Addresses>,
) -> BTreeSet<(usize, Direction, usize, &'static str, u16)> {
    let mut untranslated = spec.clone();
    for flow in &mut untranslated.flows {
        let word = |it: &ServiceSpec| matches!(it, ServiceSpec::Word(it) if *it != "any");
        flow.services.retain(|it| !word(it));
    }
    let mut listened = untranslated.clone();
    for param in &mut listened.params {
        param.advertised = None;
    }
    let to_pods = |it: &Packet| it.direction == Direction::Egress && is_pod(zones, it.peer);
    let untranslated = untranslated.needed().into_iter().filter(|it| !to_pods(it));
    let listened = listened.needed().into_iter().filter(to_pods);
    untranslated
        .chain(listened)
        .map(|it| (it.zone, it.direction, it.peer, it.protocol, it.port))
        .collect()
}

proptest! {
    #![proptest_config(crate::support::properties!(500))]

    #[test]
    fn a_policy_allows_exactly_what_the_matrix_needs(spec in spec()) {
        let zones = zones(&spec);
        let rendered = rendered(&spec, &compiled(&spec), &zones);
        let needed = needed(&spec, &zones);
        let mut found = BTreeSet::new();
        for (zone, cell) in &rendered.policies {
            let RowCell::Text(text) = cell else { panic!("{zone} is pending") };
            let (policy, zone) = (manifest::read(text), number(zone));
            prop_assert_eq!(&policy.metadata.name, &format!("edge--z{zone}"));
            prop_assert_eq!(&policy.metadata.namespace, &format!("ns-z{zone}"));
            prop_assert_eq!(policy.spec.policy_types.len(), spec.directions.len());
            prop_assert!(selects(&policy.spec.pod_selector, &end(zone, &zones, Member::Group).pod.unwrap().1));
            for (peer, member) in members(&spec, &zones) {
                let end = end(peer, &zones, member);
                for protocol in PROTOCOLS {
                    let ported = protocol == "tcp" || protocol == "udp";
                    for port in if ported { 1..=PORTS } else { 0..=0 } {
                        let admitted = spec.directions.iter().filter(|it| admits(&policy, **it, &end, protocol, port));
                        found.extend(admitted.map(|it| (zone, *it, peer, protocol, port, member)));
                    }
                }
            }
        }
        let named: BTreeSet<_> = members(&spec, &zones)
            .into_iter()
            .filter(|(peer, member)| spec.zones[*peer].names(*member, is_pod(&zones, *peer)))
            .collect();
        let wanted = needed.into_iter().flat_map(|(zone, direction, peer, protocol, port)| {
            let members = named.iter().filter(move |it| it.0 == peer);
            members.map(move |it| (zone, direction, peer, protocol, port, it.1))
        });
        prop_assert_eq!(found, wanted.collect());
        let enforced: Vec<String> = zones.keys().filter(|it| spec.zones[number(it)].is_enforced()).cloned().collect();
        prop_assert_eq!(rendered.policies.keys().cloned().collect::<Vec<_>>(), enforced);
    }

    #[test]
    fn a_manifest_waits_for_what_it_needs_and_its_findings_do_not(spec in spec()) {
        let compiled = compiled(&spec);
        let known = zones(&spec);
        let mut pending = known.clone();
        for zone in pending.values_mut() {
            for named in [&mut zone.ipv4, &mut zone.ipv6] {
                for it in named.values_mut() {
                    *it = MaybeKnown::Unknown;
                }
            }
            zone.parts.change(|it: &mut Kubernetes| {
                it.namespace = it.namespace.as_ref().map(|_| MaybeKnown::Unknown);
                for it in it.namespace_labels.values_mut().chain(it.pod_labels.values_mut()) {
                    *it = MaybeKnown::Unknown;
                }
            });
        }
        let (planned, applied) = (rendered(&spec, &compiled, &pending), rendered(&spec, &compiled, &known));
        prop_assert!(planned.policies.keys().eq(applied.policies.keys()));
        prop_assert!(planned.policies.values().all(|it| *it == RowCell::Unknown));
        prop_assert_eq!(planned.findings, applied.findings);
    }
}

/// Names from the outside, at their worst.
#[test]
fn no_name_breaks_a_manifest() {
    let zone = Addresses {
        parts: Parts::of(Kubernetes {
            namespace: Some(MaybeKnown::Known("apps".into())),
            namespace_labels: Labels::new(),
            pod_labels: labels(&[("a", "x\"\n- y: #"), ("b", "true"), ("c", "")]),
            ..Kubernetes::default()
        }),
        ..Addresses::default()
    };
    let zones = BTreeMap::from([("web".to_owned(), zone)]);
    let long = "long ".repeat(2_000);
    for name in [
        "a: b",
        "Büro \"Köln\"",
        "🙂",
        "-",
        "yes",
        "1",
        "a\u{0}b\nc",
        &long,
    ] {
        let options = Options {
            name: MaybeKnown::Known(name.into()),
            directions: Direction::ALL.iter().copied().collect(),
            listened: BTreeMap::new(),
            forwarding: Forwarding::new(),
        };
        let fixed = BTreeMap::new();
        let all = Zones {
            addresses: &zones,
            fixed: &fixed,
        };
        let rendered = kubernetes::render(&BTreeMap::new(), all, &options);
        let RowCell::Text(text) = &rendered.policies["web"] else {
            panic!("{name}")
        };
        let policy = manifest::read(text);
        let found = &policy.spec.pod_selector.match_labels;
        assert_eq!(found["a"], "x\"\n- y: #");
        assert_eq!((&*found["b"], &*found["c"]), ("true", ""));
        // Both types without a rule: nothing passes.
        assert_eq!(policy.spec.policy_types, ["Ingress", "Egress"]);
        assert!(policy.spec.ingress.is_none() && policy.spec.egress.is_none());
    }
}
