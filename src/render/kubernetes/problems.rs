//! What a policy cannot express, gathered while rendering.

use super::super::Count;
use super::super::Zones;
use super::super::problems::{
    ADD_ADDRESSES_OR_GROUP, ADD_OWN_ADDRESSES, Names, UnmatchablePeers, UnsupportedTraffic,
    addresses_unused,
};
use super::policy::{Naming, Way};
use super::{Kubernetes, MAX_PORTS_ON_EKS};
use crate::model::address::{Addresses, Cidr, Family};
use crate::model::blocks::subtracted;
use crate::model::cell::MaybeKnown;
use crate::model::code::Code;
use crate::model::finding::{ConfigPath, Finding};
use crate::model::name::backticked;
use crate::model::rules::{Forwarding, RuleKey};
use crate::model::traffic::Traffic;
use crate::model::words::Severity;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What went wrong, collected so that each problem is reported once.
#[derive(Default)]
pub(super) struct Problems {
    unsupported: UnsupportedTraffic,
    unmatchable: UnmatchablePeers,
    labelled: Names,
    /// Peers that policies refer to by addresses only, with the zones of the policies.
    addressed: BTreeMap<Arc<str>, Names>,
}

impl Problems {
    pub(super) fn unsupported(&mut self, zone: &Arc<str>, traffic: Traffic, flows: &Names) {
        self.unsupported.add(zone, traffic, flows);
    }

    pub(super) fn unmatchable(&mut self, key: &RuleKey) {
        self.unmatchable.add(key);
    }

    /// Notes a zone to which policies refer in one way: its addresses are left out, or nothing else is used.
    pub(super) fn named(&mut self, key: &RuleKey, ways: &[Way], zones: Zones<'_>) {
        let by_labels = |it: &Way| it.naming == Naming::Pods;
        let peer = zones.addresses.get(&*key.peer);
        if peer.is_some() && !ways.is_empty() && !ways.iter().any(by_labels) {
            let zones = self.addressed.entry(Arc::clone(&key.peer)).or_default();
            zones.insert(Arc::clone(&key.zone));
        }
        let has_addresses = peer.is_some_and(|it| !(it.ipv4.is_empty() && it.ipv6.is_empty()));
        if has_addresses && !ways.is_empty() && ways.iter().all(by_labels) {
            self.labelled.insert(Arc::clone(&key.peer));
        }
    }

    pub(super) fn findings(
        self,
        addresses: &BTreeMap<String, Addresses>,
        forwarding: &Forwarding,
    ) -> Vec<Finding> {
        let none = "a network policy supports only TCP, UDP, SCTP or everything, so it has no rule";
        let mut findings: Vec<Finding> =
            self.unsupported.findings("kubernetes", none, "").collect();
        for (peer, zones) in self.unmatchable.iter() {
            let here = &addresses[peer];
            let kubernetes = here.part::<Kubernetes>();
            // Pod labels without a namespace are an error of their own.
            if kubernetes.is_some_and(|it| it.peer_by.uses_group()) {
                continue;
            }
            let message = format!(
                "zone `{peer}` is a peer of {} on Kubernetes, but has no address or namespace for a policy to match",
                backticked(zones)
            );
            let remedy = if kubernetes.is_some() {
                ADD_ADDRESSES_OR_GROUP
            } else if here.is_advertised() {
                ADD_OWN_ADDRESSES
            } else {
                "add `ipv4 = { name = \"…\" }`, `ipv6` or `kubernetes { namespace = \"…\" }` to it, or remove its components"
            };
            let subject = format!("{peer}/kubernetes");
            let finding = Finding::new(Code::ZoneEmpty, subject, message);
            findings.push(finding.remedy(remedy).at(&ConfigPath::zone(peer)));
        }
        findings.extend(self.labelled.iter().map(|it| {
            let subject = format!("{it}/kubernetes");
            addresses_unused(it, subject, "Kubernetes", "labels")
        }));
        let nodes = forwarding.keys().filter_map(|it| addresses.get(it));
        let nodes: Vec<&Addresses> = nodes.collect();
        findings.extend(
            self.addressed
                .iter()
                .filter_map(|(peer, zones)| in_cluster(peer, &addresses[&**peer], &nodes, zones)),
        );
        findings
    }
}

/// A warning of a peer that is nodes or pods of the cluster, to which policies refer by addresses.
/// Source: Cilium documentation, "Layer 3 Policies", selecting nodes with CIDR / `ipBlock`.
fn in_cluster(
    peer: &str,
    here: &Addresses,
    nodes: &[&Addresses],
    zones: &Names,
) -> Option<Finding> {
    let (whose, remedy) = if here.part::<Kubernetes>().is_some() {
        (
            "is pods of the cluster",
            "refer to it by labels, without `peer_by = \"cidr\"`; or accept this if the cluster does not use Cilium",
        )
    } else if nodes.iter().any(|it| is_part_of(here, it)) {
        (
            "has addresses among those of the cluster's nodes",
            "with Cilium, allow it with a `CiliumNetworkPolicy` and the entities `host` and `remote-node`; otherwise accept this",
        )
    } else {
        return None;
    };
    let message = format!(
        "zone `{peer}` {whose}, and policies of {} refer to it by CIDR blocks; if the cluster uses Cilium, these match no node or pod, and the traffic is dropped",
        backticked(zones)
    );
    let finding = Finding::new(
        Code::CidrPeerInCluster,
        format!("{peer}/kubernetes"),
        message,
    );
    Some(finding.remedy(remedy).at(&ConfigPath::zone(peer)))
}

/// Whether a zone is the other one, or all of its addresses that are known are among those of the other.
fn is_part_of(zone: &Addresses, whole: &Addresses) -> bool {
    let known = |zone: &Addresses| -> Vec<Cidr> {
        let families = Family::ALL.into_iter();
        let blocks = families.flat_map(|it| zone.family(it).values());
        blocks.filter_map(MaybeKnown::known).copied().collect()
    };
    let (own, wider) = (known(zone), known(whole));
    std::ptr::eq(zone, whole) || !own.is_empty() && subtracted(own, wider).is_empty()
}

/// A note where a policy has more ports for a peer than Amazon EKS enforces.
pub(super) fn many_ports(zone: &str, count: Count) -> Option<Finding> {
    let most = count.ingress.max(count.egress);
    let message = format!(
        "the policy of zone `{zone}` has {most} ports of one protocol for one peer; Amazon EKS enforces at most {MAX_PORTS_ON_EKS}, other network plugins have no limit"
    );
    let finding = Finding::new(
        Code::QuotaExceeded,
        format!("{zone}/kubernetes/eks-ports"),
        message,
    );
    let finding = finding
        .severity(Severity::Info)
        .remedy("on Amazon EKS with its own network policies, put the components into several zones, or use ranges of ports")
        .at(&ConfigPath::zone(zone));
    (most > MAX_PORTS_ON_EKS).then_some(finding)
}
