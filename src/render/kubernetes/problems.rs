//! What a policy cannot express, gathered while rendering.

use super::super::problems::{ADD_OWN_ADDRESSES, Names, UnmatchablePeers, UnsupportedTraffic};
use super::Kubernetes;
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
}

impl Problems {
    pub(super) fn unsupported(&mut self, zone: &Arc<str>, traffic: Traffic, flows: &Names) {
        self.unsupported.add(zone, traffic, flows);
    }

    pub(super) fn unmatchable(&mut self, key: &RuleKey) {
        self.unmatchable.add(key);
    }

    pub(super) fn findings(self, addresses: &BTreeMap<String, Addresses>) -> Vec<Finding> {
        let none = "a network policy supports only TCP, UDP, SCTP or everything, so it has no rule";
        let mut findings: Vec<Finding> =
            self.unsupported.findings("kubernetes", none, "").collect();
        for (peer, zones) in self.unmatchable.iter() {
            let here = &addresses[peer];
            // Pod labels without a namespace are an error of their own.
            if here.part::<Kubernetes>().is_some() {
                continue;
            }
            let message = format!(
                "zone `{peer}` is a peer of {} on Kubernetes, but has no address or namespace for a policy to match",
                backticked(zones)
            );
            let remedy = if here.is_advertised() {
                ADD_OWN_ADDRESSES
            } else {
                "add `ipv4 = { name = \"…\" }`, `ipv6` or `kubernetes { namespace = \"…\" }` to it, or remove its components"
            };
            let subject = format!("{peer}/kubernetes");
            let finding = Finding::new(Code::ZoneEmpty, subject, message);
            findings.push(finding.remedy(remedy).at(&ConfigPath::zone(peer)));
        }
        findings
    }
}
