//! What a ruleset for hosts cannot express, and what its reader has to know.

use super::super::Zones;
use super::super::dns::no_dns;
use super::super::problems::{ADD_OWN_ADDRESSES, UnmatchablePeers, UnsupportedTraffic};
use super::Options;
use super::ruleset::Ruleset;
use crate::model::address::Addresses;
use crate::model::code::Code;
use crate::model::finding::{ConfigPath, Finding};
use crate::model::name::backticked;
use crate::model::rules::{Rule, RuleKey, Rules};
use crate::model::words::Direction;

/// The name of the platform in subjects.
const PLATFORM: &str = "nftables";

/// What went wrong, collected so that each problem is reported once.
#[derive(Default)]
pub(super) struct Problems {
    unsupported: UnsupportedTraffic,
    unmatchable: UnmatchablePeers,
}

impl Problems {
    /// Traffic that has no words in the families of the peer's addresses.
    pub(super) fn unsupported(&mut self, key: &RuleKey, rule: &Rule) {
        self.unsupported.add(&key.zone, key.traffic, &rule.flows);
    }

    /// A peer without an address.
    pub(super) fn unmatchable(&mut self, key: &RuleKey) {
        self.unmatchable.add(key);
    }

    pub(super) fn findings<'r>(
        self,
        rules: &Rules,
        zones: Zones<'_>,
        options: &Options,
        rulesets: impl Iterator<Item = &'r Ruleset<'r>>,
    ) -> Vec<Finding> {
        let mut findings: Vec<Finding> = self
            .unsupported
            .findings(
                PLATFORM,
                "nftables cannot express a rule",
                " with these peers",
            )
            .collect();
        for (peer, zones_of) in self.unmatchable.iter() {
            let message = format!(
                "zone `{peer}` is a peer of {}, whose hosts filter their own traffic, but has no address for a ruleset to match",
                backticked(zones_of)
            );
            let finding = Finding::new(Code::ZoneEmpty, format!("{peer}/{PLATFORM}"), message);
            let remedy = remedy(&zones.addresses[peer]);
            findings.push(finding.remedy(remedy).at(&ConfigPath::zone(peer)));
        }
        let enforces = |direction| options.directions.contains(&direction);
        let mut hosts = Vec::new();
        for ruleset in rulesets {
            let zone = ruleset.zone;
            hosts.push(zone);
            if enforces(Direction::Ingress) && !ruleset.has_way_in {
                let message = format!(
                    "no rule allows admin access to the hosts of zone `{zone}`, which accept only what a rule allows"
                );
                let remedy = format!(
                    "add a `flow` block from your operators' zone to `{zone}` with `services = [\"tcp/22\"]` and `plane = \"admin\"`, or `accept` this if there is a console"
                );
                let finding = Finding::new(Code::NoWayIn, zone, message);
                findings.push(finding.remedy(remedy).at(&ConfigPath::zone(zone)));
            }
            let what = if enforces(Direction::Egress) {
                "its hosts' own DHCP (`udp/67-68`, `udp/546-547`)"
            } else {
                "answers to its hosts' own DHCPv6 (`udp/546`)"
            };
            let message =
                format!("the ruleset of zone `{zone}` allows {what}, which no flow asks for");
            findings
                .push(Finding::new(Code::DhcpAllowed, zone, message).at(&ConfigPath::zone(zone)));
        }
        if enforces(Direction::Egress) {
            findings.extend(no_dns(rules, hosts, PLATFORM));
        }
        findings
    }
}

fn remedy(peer: &Addresses) -> &'static str {
    if peer.is_advertised() {
        ADD_OWN_ADDRESSES
    } else if peer.parts.iter().any(|it| !it.is_on_hosts()) {
        "a host firewall cannot use groups, tags or labels; add `ipv4 = { name = \"…\" }` or `ipv6` to it, or remove its components"
    } else {
        "add `ipv4 = { name = \"…\" }` or `ipv6` to it, or remove its components"
    }
}
