//! What Google Cloud cannot express or would reject, collected while rendering.

use super::super::peers::uses_advertised;
use super::super::problems::{
    ADD_ADDRESSES_OR_GROUP, ADD_OWN_ADDRESSES, Names, UnsupportedTraffic, addresses_unused,
};
use super::{Gcp, MAX_RANGES, MAX_SOURCE_TAGS};
use crate::model::address::{Addresses, Family};
use crate::model::code::Code;
use crate::model::finding::{ConfigPath, Finding};
use crate::model::name::backticked;
use crate::model::rules::{Rule, RuleKey};
use crate::model::words::Direction;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What went wrong, collected so that each problem is reported once.
#[derive(Default)]
pub(super) struct Problems {
    unsupported: UnsupportedTraffic,
    /// Peers, with the zones and the flows that connect to them.
    unfiltered: BTreeMap<Arc<str>, (Names, Names)>,
    /// Zones that a direction of others cannot name.
    unmatchable: BTreeMap<(Arc<str>, Direction), Names>,
    grouped: Names,
    named_by_address: Names,
    /// Peers with more blocks or tags than a rule may have.
    crowded: BTreeSet<(Arc<str>, &'static str, usize, usize)>,
}

impl Problems {
    pub(super) fn unsupported(&mut self, key: &RuleKey, rule: &Rule) {
        self.unsupported.add(&key.zone, key.traffic, &rule.flows);
    }

    pub(super) fn unfiltered(&mut self, key: &RuleKey, rule: &Rule) {
        let at = self.unfiltered.entry(Arc::clone(&key.peer));
        let (zones, flows) = at.or_default();
        zones.insert(Arc::clone(&key.zone));
        flows.extend(rule.flows.iter().cloned());
    }

    pub(super) fn unmatchable(&mut self, key: &RuleKey) {
        let at = (Arc::clone(&key.peer), key.direction);
        let zones = self.unmatchable.entry(at).or_default();
        zones.insert(Arc::clone(&key.zone));
    }

    pub(super) fn grouped(&mut self, key: &RuleKey) {
        self.grouped.insert(Arc::clone(&key.peer));
    }

    pub(super) fn named_by_address(&mut self, key: &RuleKey, peer: &Addresses) {
        if !uses_advertised(key, peer) {
            self.named_by_address.insert(Arc::clone(&key.peer));
        }
    }

    /// A peer with as many blocks of a family.
    pub(super) fn ranges(&mut self, key: &RuleKey, family: Family, count: usize) {
        self.crowd(key, family.as_str(), count, MAX_RANGES);
    }

    /// A peer with as many tags.
    pub(super) fn source_tags(&mut self, key: &RuleKey, count: usize) {
        self.crowd(key, "target_tags", count, MAX_SOURCE_TAGS);
    }

    fn crowd(&mut self, key: &RuleKey, what: &'static str, count: usize, limit: usize) {
        if count > limit {
            let peer = Arc::clone(&key.peer);
            self.crowded.insert((peer, what, count, limit));
        }
    }

    pub(super) fn findings(self, addresses: &BTreeMap<String, Addresses>) -> Vec<Finding> {
        let mut findings: Vec<Finding> = self
            .unsupported
            .findings(
                "gcp",
                "Google Cloud cannot express a rule",
                " with these peers",
            )
            .collect();
        for (peer, (zones, flows)) in &self.unfiltered {
            let message = format!(
                "`{peer}` has the address of the metadata server, which Google Cloud always allows from {}; no rule is created for it in {}",
                backticked(zones),
                backticked(flows)
            );
            findings.push(Finding::new(Code::LinkLocalSkipped, &**peer, message));
        }
        for ((peer, direction), zones) in &self.unmatchable {
            findings.push(unmatchable_peer(
                peer,
                *direction,
                zones,
                &addresses[&**peer],
            ));
        }
        let unused = self.grouped.difference(&self.named_by_address);
        findings.extend(unused.map(|it| {
            let subject = format!("{it}/gcp");
            addresses_unused(it, subject, "Google Cloud", "tags or service accounts")
        }));
        for (peer, what, count, limit) in &self.crowded {
            let message = format!(
                "zone `{peer}` has {count} entries in `{what}`, but a firewall rule can name at most {limit}"
            );
            let finding = Finding::new(Code::QuotaExceeded, format!("{peer}/gcp/{what}"), message);
            let remedy = "combine adjacent entries, or split the zone";
            findings.push(finding.remedy(remedy).at(&ConfigPath::zone(peer)));
        }
        findings
    }
}

/// A peer that rules of this direction cannot name.
fn unmatchable_peer(peer: &str, direction: Direction, zones: &Names, here: &Addresses) -> Finding {
    let message = match direction {
        Direction::Ingress => format!(
            "zone `{peer}` connects to {} on Google Cloud, but a rule cannot match it: it has no address, and no tags or service accounts like that zone's in the same network",
            backticked(zones)
        ),
        Direction::Egress => format!(
            "zone `{peer}` receives connections from {} on Google Cloud, where egress rules match only addresses, but has none",
            backticked(zones)
        ),
    };
    let is_by_cidr = here
        .part::<Gcp>()
        .is_some_and(|it| !it.peer_by.uses_group());
    let remedy = if is_by_cidr && direction == Direction::Ingress {
        ADD_ADDRESSES_OR_GROUP
    } else if here.is_advertised() {
        ADD_OWN_ADDRESSES
    } else if direction == Direction::Egress {
        "add `ipv4 = { name = \"…\" }` or `ipv6` to it, e.g. the range of its subnet, or remove its components"
    } else {
        "add `ipv4 = { name = \"…\" }` or `ipv6` to it, or remove its components"
    };
    let subject = format!("{peer}/gcp/{direction}");
    Finding::new(Code::ZoneEmpty, subject, message)
        .remedy(remedy)
        .at(&ConfigPath::zone(peer))
}

/// A zone whose egress no rule denies.
pub(super) fn open(zone: &str) -> Finding {
    let message = format!(
        "`deny_rest` is off, so Google Cloud still allows egress of zone `{zone}` that no flow needs"
    );
    Finding::new(Code::DefaultOpen, format!("{zone}/gcp/egress"), message)
        .at(&ConfigPath::zone(zone))
}

/// Zones on Google Cloud of which only an apply will tell whether they are in one network, and so how their rules name each
/// other.
pub(super) fn undecided(pairs: &BTreeSet<(Arc<str>, Arc<str>)>) -> Option<Finding> {
    let (first, _) = pairs.first()?;
    let pairs = pairs.iter();
    let pairs: Vec<String> = pairs.map(|(a, b)| format!("`{a}` and `{b}`")).collect();
    let message = format!(
        "whether {} are in one network is known only after apply, so it is undecided whether rules refer to them by tags and service accounts, or by \
            addresses; until then `gcp_rules` is unknown, and a `for_each` over it fails",
        pairs.join(", ")
    );
    let place = ConfigPath::zone(first);
    let place = place.field("gcp").index(0).field("network");
    let finding = Finding::new(Code::CollectionUnknown, "gcp_rules", message);
    Some(finding.at(&place).remedy(
        "use the network's name, which is known at plan, instead of its id, e.g. `network = google_compute_network.this.name`",
    ))
}
