//! What a policy cannot express, gathered while rendering.

use super::super::problems::{ADD_OWN, Inexpressible, Nameless, Names};
use crate::model::address::Addresses;
use crate::model::code::Code;
use crate::model::finding::{Finding, Place};
use crate::model::name::quoted;
use crate::model::rules::RuleKey;
use crate::model::traffic::Traffic;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What went wrong, gathered so that each thing is said once.
#[derive(Default)]
pub(super) struct Problems {
    inexpressible: Inexpressible,
    nameless: Nameless,
}

impl Problems {
    pub(super) fn inexpressible(&mut self, zone: &Arc<str>, traffic: Traffic, flows: &Names) {
        self.inexpressible.add(zone, traffic, flows);
    }

    pub(super) fn nameless(&mut self, key: &RuleKey) {
        self.nameless.add(key);
    }

    pub(super) fn findings(self, addresses: &BTreeMap<String, Addresses>) -> Vec<Finding> {
        let none = "a network policy supports only TCP, UDP, SCTP or everything, so it has no rule";
        let mut findings: Vec<Finding> = self
            .inexpressible
            .findings("kubernetes", none, "")
            .collect();
        for (peer, zones) in self.nameless.iter() {
            let here = &addresses[peer];
            // Pod labels without a namespace are a mistake of their own.
            if here.kubernetes.is_some() {
                continue;
            }
            let message = format!(
                "zone `{peer}` is a peer of {} on Kubernetes, but has no address or namespace for a policy to match",
                quoted(zones)
            );
            let remedy = if here.is_advertised() {
                ADD_OWN
            } else {
                "add `ipv4 = { name = \"…\" }`, `ipv6` or `kubernetes { namespace = \"…\" }` to it, or remove its components"
            };
            let subject = format!("{peer}/kubernetes");
            let finding = Finding::new(Code::ZoneEmpty, subject, message);
            findings.push(finding.remedy(remedy).point(&Place::zone(peer)));
        }
        findings
    }
}
