//! Kubernetes: one `NetworkPolicy` manifest for each zone.

mod identity;
mod platform;
mod policy;
mod problems;
mod yaml;
mod zone;
pub use platform::Platform;
pub use zone::Kubernetes;

use super::dns::no_dns;
use super::label::label;
use super::peers::{blocks, is_covered, uses_advertised};
use super::{Count, RowCell, Zones};
use crate::model::address::{Addresses, Family};
use crate::model::cell::{MaybeKnown, MaybeKnownText};
use crate::model::finding::Finding;
use crate::model::rules::{Forwarding, RuleKey, Rules, TranslatedTraffic};
use crate::model::traffic::Traffic;
use crate::model::words::Direction;
use policy::{Element, Labels, Naming, Policy, Way, can_express};
use problems::Problems;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The label that Kubernetes itself gives to every namespace.
/// Source: Kubernetes documentation, "Network Policies", targeting a namespace by its name.
pub(super) const NAMESPACE_NAME: &str = "kubernetes.io/metadata.name";

/// Ports of one protocol in one rule of a policy that Amazon EKS enforces.
/// Source: Amazon EKS User Guide, "Limit Pod traffic with Kubernetes network policies", considerations: unique combinations of ports for
/// each protocol in each selector.
const MAX_PORTS_ON_EKS: u32 = 24;

/// What a user sets for all of a resource's policies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// The resource's name, which begins the names of policies.
    pub name: MaybeKnownText,
    /// The directions in which rules are wanted.
    pub directions: BTreeSet<Direction>,
    /// What zones listen on, if peers connect to something else: a policy sees packets after the translation of a service.
    pub listened: TranslatedTraffic,
    /// Zones with hosts that run pods: nodes.
    pub forwarding: Forwarding,
}

/// What rendering for Kubernetes produces.
#[derive(Clone, Debug, Default)]
pub struct Rendered {
    /// Manifests by zone, as text or pending.
    pub policies: BTreeMap<String, RowCell>,
    /// By `<zone>/kubernetes/eks-ports`.
    pub counts: BTreeMap<String, Count>,
    /// What a policy cannot express.
    pub findings: Vec<Finding>,
}

/// Renders the rules at the zones that have a namespace. A manifest is pending as a whole where it needs something that is not
/// known yet; its findings need nothing of that.
pub fn render(rules: &Rules, zones: Zones<'_>, options: &Options) -> Rendered {
    let mut policies: BTreeMap<&str, Policy<'_>> = zones
        .addresses
        .iter()
        .filter_map(|(zone, it)| Some((zone.as_str(), policy(zone, it, options)?)))
        .collect();
    let mut problems = Problems::default();
    let mut translated = BTreeSet::new();
    for (key, rule) in rules {
        let Some(policy) = policies.get_mut(&*key.zone) else {
            continue;
        };
        let ways = ways(key, zones);
        if ways.is_empty() && can_express(key.traffic) {
            problems.unmatchable(key);
        }
        problems.named(key, &ways, zones);
        for way in ways {
            let pair = (Arc::clone(&key.zone), Arc::clone(&key.peer));
            let listened = options.listened.get(&pair).filter(|_| way.is_translated);
            let permitted: Vec<(Traffic, &BTreeSet<Arc<str>>)> = match listened {
                None => vec![(key.traffic, &rule.flows)],
                // The first rule of a pair brings all that the peer listens on for the zone.
                Some(it) if translated.insert((pair, way.naming)) => {
                    it.iter().map(|(it, by)| (*it, by)).collect()
                }
                Some(_) => continue,
            };
            // Traffic that a policy cannot express on its own may be part of what another rule of the same ends allows.
            let is_covered = || match listened {
                None => is_covered(key, rules, can_express),
                Some(it) => it.contains_key(&Traffic::Any),
            };
            for (traffic, flows) in permitted {
                if can_express(traffic) {
                    policy.permit(key, &way, traffic, flows);
                } else if !is_covered() {
                    problems.unsupported(&key.zone, traffic, flows);
                }
            }
        }
    }
    let egress = options.directions.contains(&Direction::Egress);
    let silent = policies.keys().copied().filter(|_| egress);
    let mut findings = no_dns(rules, silent, "kubernetes");
    findings.extend(problems.findings(zones.addresses, &options.forwarding));
    let mut counts = BTreeMap::new();
    for (zone, it) in &policies {
        let count = it.count();
        findings.extend(problems::many_ports(zone, count));
        counts.insert(format!("{zone}/kubernetes/eks-ports"), count);
    }
    let cells = policies.into_iter();
    Rendered {
        counts,
        policies: cells
            .map(|(zone, it)| (zone.to_owned(), it.cell()))
            .collect(),
        findings,
    }
}

/// The policy of a zone that has a namespace; it allows nothing yet.
fn policy<'z>(zone: &str, addresses: &'z Addresses, options: &'z Options) -> Option<Policy<'z>> {
    let kubernetes = addresses.enforced_by::<Kubernetes>()?;
    let namespace = kubernetes.namespace.as_ref()?;
    let name = match &options.name {
        MaybeKnown::Known(name) => MaybeKnown::Known(label(&[name, zone], 1..2)),
        MaybeKnown::Unknown => MaybeKnown::Unknown,
    };
    let (pods, directions) = (&kubernetes.pod_labels, &options.directions);
    Some(Policy::new(name, namespace, pods, directions))
}

/// The ways in which policies name the peer of a rule, each with at least one element: its pods if it has a `kubernetes` block, its
/// addresses if it has none or `peer_by` says so.
fn ways(key: &RuleKey, zones: Zones<'_>) -> Vec<Way> {
    if let Some(fixed) = zones.fixed.get(&key.peer) {
        let blocks = fixed.values().map(|it| MaybeKnown::Known(*it));
        return vec![Way {
            naming: Naming::Blocks,
            elements: blocks.map(Element::Block).collect(),
            is_translated: false,
        }];
    }
    let peer = &zones.addresses[&*key.peer];
    let kubernetes = peer.part::<Kubernetes>();
    // What connects to a pod arrives at the port on which the pod listens, whatever service is in between.
    let is_translated = key.direction == Direction::Egress && kubernetes.is_some();
    let mut ways = Vec::new();
    if let Some(it) = kubernetes.filter(|it| it.peer_by.uses_group()) {
        ways.push(Way {
            naming: Naming::Pods,
            elements: pods(it).into_iter().collect(),
            is_translated,
        });
    }
    if kubernetes.is_none_or(|it| it.peer_by.uses_addresses()) {
        ways.push(Way {
            naming: Naming::Blocks,
            elements: ip_blocks(key, peer),
            is_translated: is_translated && !uses_advertised(key, peer),
        });
    }
    ways.retain(|it| !it.elements.is_empty());
    ways
}

fn ip_blocks(key: &RuleKey, peer: &Addresses) -> Vec<Element> {
    Family::ALL
        .iter()
        .flat_map(|it| blocks(key, peer, *it).values().cloned())
        .map(Element::Block)
        .collect()
}

/// The pods of a zone, as policies of any namespace refer to them. Pod labels alone do not: they would mean the pods of the
/// namespace of the policy.
fn pods(kubernetes: &Kubernetes) -> Option<Element> {
    let namespace = if kubernetes.namespace_labels.is_empty() {
        let name = kubernetes.namespace.clone()?;
        Labels::from([(NAMESPACE_NAME.into(), name)])
    } else {
        kubernetes.namespace_labels.clone()
    };
    Some(Element::Pods {
        namespace,
        pods: kubernetes.pod_labels.clone(),
    })
}
