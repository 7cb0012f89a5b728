//! What a ruleset for hosts cannot express, and what its reader has to know.

use super::super::Zones;
use super::super::dns::no_dns;
use super::Options;
use super::ruleset::Ruleset;
use crate::model::address::Addresses;
use crate::model::code::Code;
use crate::model::finding::{Finding, Place};
use crate::model::name::quoted;
use crate::model::rules::{Rule, RuleKey, Rules};
use crate::model::traffic::Traffic;
use crate::model::words::Direction;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The name of the platform in subjects.
const PLATFORM: &str = "nftables";

/// What went wrong, gathered so that each thing is said once.
#[derive(Default)]
pub(super) struct Problems {
    inexpressible: BTreeMap<(Arc<str>, Traffic), BTreeSet<Arc<str>>>,
    nameless: BTreeMap<Arc<str>, BTreeSet<Arc<str>>>,
}

impl Problems {
    /// Traffic that has no words in the families of the peer's addresses.
    pub(super) fn inexpressible(&mut self, key: &RuleKey, rule: &Rule) {
        let flows = self
            .inexpressible
            .entry((Arc::clone(&key.zone), key.traffic));
        flows.or_default().extend(rule.flows.iter().cloned());
    }

    /// A peer without an address.
    pub(super) fn nameless(&mut self, key: &RuleKey) {
        let zones = self.nameless.entry(Arc::clone(&key.peer));
        zones.or_default().insert(Arc::clone(&key.zone));
    }

    pub(super) fn findings<'r>(
        self,
        rules: &Rules,
        zones: Zones<'_>,
        options: &Options,
        rulesets: impl Iterator<Item = &'r Ruleset<'r>>,
    ) -> Vec<Finding> {
        let place = |zone: &str| Place::default().field("zone").key(zone);
        let list = |names: &BTreeSet<Arc<str>>| quoted(names.iter().map(|it| &**it));
        let mut findings = Vec::new();
        for ((zone, traffic), flows) in &self.inexpressible {
            let message = format!(
                "nftables has no rule for just `{traffic}` at zone `{zone}` and these peers, which {} needs",
                list(flows)
            );
            let subject = format!("{zone}/{PLATFORM}/{}", traffic.key());
            findings.push(Finding::new(Code::NotExpressible, subject, message).point(&place(zone)));
        }
        for (peer, zones_of) in &self.nameless {
            let message = format!(
                "zone `{peer}` is a peer of {}, whose hosts filter for themselves, and has no address by which a ruleset could name it",
                list(zones_of)
            );
            let finding = Finding::new(Code::ZoneEmpty, format!("{peer}/{PLATFORM}"), message);
            let remedy = remedy(&zones.addresses[&**peer]);
            findings.push(finding.remedy(remedy).point(&place(peer)));
        }
        let enforces = |direction| options.directions.contains(&direction);
        let mut hosts = Vec::new();
        for ruleset in rulesets {
            let zone = ruleset.zone;
            hosts.push(zone);
            if enforces(Direction::Ingress) && !ruleset.has_way_in {
                let message = format!(
                    "no rule lets anybody in to operate the hosts of zone `{zone}`, which let nothing in that no rule permits"
                );
                let remedy = format!(
                    "add a `flow` block from your operators' zone to `{zone}` with `services = [\"tcp/22\"]` and `plane = \"admin\"`, or `accept` it where there is a console"
                );
                let finding = Finding::new(Code::NoWayIn, zone, message);
                findings.push(finding.remedy(remedy).point(&place(zone)));
            }
            let what = if enforces(Direction::Egress) {
                "its hosts' own DHCP through (`udp/67-68`, `udp/546-547`)"
            } else {
                "answers to its hosts' own DHCPv6 in (`udp/546`)"
            };
            let message =
                format!("the ruleset of zone `{zone}` lets {what}, which no flow asks for");
            findings.push(Finding::new(Code::DhcpAllowed, zone, message).point(&place(zone)));
        }
        if enforces(Direction::Egress) {
            findings.extend(no_dns(rules, hosts, PLATFORM));
        }
        findings
    }
}

fn remedy(peer: &Addresses) -> &'static str {
    if peer.is_advertised() {
        "`advertised_ipv4` and `advertised_ipv6` are what peers dial; add `ipv4` or `ipv6` for what it dials from"
    } else if peer.aws.is_some()
        || peer.azure.is_some()
        || peer.gcp.is_some()
        || peer.kubernetes.is_some()
    {
        "a group, tag or label names nobody to a host; add `ipv4 = { name = \"…\" }` or `ipv6` to it, or take its components out"
    } else {
        "add `ipv4 = { name = \"…\" }` or `ipv6` to it, or take its components out"
    }
}
