//! What a policy cannot express, gathered while rendering.

use super::super::Zones;
use super::super::problems::{
    ADD_ADDRESSES_OR_GROUP, ADD_OWN_ADDRESSES, Names, UnmatchablePeers, UnsupportedTraffic,
    addresses_unused,
};
use super::Kubernetes;
use super::policy::{Naming, Way};
use crate::model::address::Addresses;
use crate::model::code::Code;
use crate::model::finding::{ConfigPath, Finding};
use crate::model::name::backticked;
use crate::model::rules::RuleKey;
use crate::model::traffic::Traffic;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What went wrong, collected so that each problem is reported once.
#[derive(Default)]
pub(super) struct Problems {
    unsupported: UnsupportedTraffic,
    unmatchable: UnmatchablePeers,
    labelled: Names,
}

impl Problems {
    pub(super) fn unsupported(&mut self, zone: &Arc<str>, traffic: Traffic, flows: &Names) {
        self.unsupported.add(zone, traffic, flows);
    }

    pub(super) fn unmatchable(&mut self, key: &RuleKey) {
        self.unmatchable.add(key);
    }

    /// Notes a peer whose addresses are left out.
    pub(super) fn named(&mut self, key: &RuleKey, ways: &[Way], zones: Zones<'_>) {
        let by_labels = |it: &Way| it.naming == Naming::Pods;
        let peer = zones.addresses.get(&*key.peer);
        let has_addresses = peer.is_some_and(|it| !(it.ipv4.is_empty() && it.ipv6.is_empty()));
        if has_addresses && !ways.is_empty() && ways.iter().all(by_labels) {
            self.labelled.insert(Arc::clone(&key.peer));
        }
    }

    pub(super) fn findings(self, addresses: &BTreeMap<String, Addresses>) -> Vec<Finding> {
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
        findings
    }
}
