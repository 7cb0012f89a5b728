//! What a policy cannot express, gathered while rendering.

use crate::model::address::Addresses;
use crate::model::code::Code;
use crate::model::finding::{Finding, Place};
use crate::model::name::quoted;
use crate::model::rules::RuleKey;
use crate::model::traffic::Traffic;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Names of zones or flows.
type Names = BTreeSet<Arc<str>>;

/// What went wrong, gathered so that each thing is said once.
#[derive(Default)]
pub(super) struct Problems {
    inexpressible: BTreeMap<(Arc<str>, Traffic), Names>,
    nameless: BTreeMap<Arc<str>, Names>,
}

impl Problems {
    pub(super) fn inexpressible(&mut self, zone: &Arc<str>, traffic: Traffic, flows: &Names) {
        let at = (Arc::clone(zone), traffic);
        let of_traffic = self.inexpressible.entry(at).or_default();
        of_traffic.extend(flows.iter().cloned());
    }

    pub(super) fn nameless(&mut self, key: &RuleKey) {
        let zones = self.nameless.entry(Arc::clone(&key.peer)).or_default();
        zones.insert(Arc::clone(&key.zone));
    }

    pub(super) fn findings(self, addresses: &BTreeMap<String, Addresses>) -> Vec<Finding> {
        let place = |zone: &str| Place::default().field("zone").key(zone);
        let list = |names: &Names| quoted(names.iter().map(|it| &**it));
        let mut findings = Vec::new();
        for ((zone, traffic), flows) in &self.inexpressible {
            let message = format!(
                "a network policy knows TCP, UDP, SCTP and everything, so there is none for just `{traffic}` at zone `{zone}`, which {} needs",
                list(flows)
            );
            let subject = format!("{zone}/kubernetes/{}", traffic.key());
            findings.push(Finding::new(Code::NotExpressible, subject, message).point(&place(zone)));
        }
        for (peer, zones) in &self.nameless {
            let here = &addresses[&**peer];
            // Pod labels without a namespace are a mistake of their own.
            if here.kubernetes.is_some() {
                continue;
            }
            let message = format!(
                "zone `{peer}` is a peer of {} on Kubernetes, and has no address or namespace by which a policy could name it",
                list(zones)
            );
            let remedy = if here.is_advertised() {
                "`advertised_ipv4` and `advertised_ipv6` are what peers dial; add `ipv4` or `ipv6` for what it dials from"
            } else {
                "add `ipv4 = { name = \"…\" }`, `ipv6` or `kubernetes { namespace = \"…\" }` to it, or take its components out"
            };
            let subject = format!("{peer}/kubernetes");
            let finding = Finding::new(Code::ZoneEmpty, subject, message);
            findings.push(finding.remedy(remedy).point(&place(peer)));
        }
        findings
    }
}
