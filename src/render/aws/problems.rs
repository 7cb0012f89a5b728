//! What AWS cannot express or would reject, collected while rendering.

use super::super::duplicates::{Duplicates, zone_of};
use super::super::problems::{
    ADD_ADDRESSES_OR_GROUP, ADD_OWN_ADDRESSES, Names, UnmatchablePeers, UnsupportedTraffic,
    addresses_unused,
};
use super::{Aws, Peer, Rendered, without_account};
use crate::model::address::{Addresses, Cidr, Family};
use crate::model::code::Code;
use crate::model::finding::{ConfigPath, Finding};
use crate::model::name::backticked;
use crate::model::rules::{Rule, RuleKey};
use crate::model::traffic::Traffic;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// What went wrong, collected so that each problem is reported once.
#[derive(Default)]
pub(super) struct Problems {
    unsupported: UnsupportedTraffic,
    unfiltered: BTreeMap<Arc<str>, Names>,
    unmatchable: UnmatchablePeers,
    grouped: Names,
    named_by_address: Names,
    duplicates: Duplicates,
}

impl Problems {
    /// Traffic that no row could say, such as ICMP of the one family towards addresses of the other.
    pub(super) fn unsupported(&mut self, key: &RuleKey, rule: &Rule) {
        self.unsupported.add(&key.zone, key.traffic, &rule.flows);
    }

    pub(super) fn unfiltered(&mut self, key: &RuleKey, rule: &Rule) {
        let flows = self.unfiltered.entry(Arc::clone(&key.peer)).or_default();
        flows.extend(rule.flows.iter().cloned());
    }

    pub(super) fn unmatchable(&mut self, key: &RuleKey) {
        self.unmatchable.add(key);
    }

    pub(super) fn grouped(&mut self, key: &RuleKey) {
        self.grouped.insert(Arc::clone(&key.peer));
    }

    pub(super) fn named_by_address(&mut self, key: &RuleKey) {
        self.named_by_address.insert(Arc::clone(&key.peer));
    }

    /// Rows of one group that are one rule to AWS. Groups that are not known yet are told apart by their zones: the same zone is
    /// the same group. A group of another account is the same with and without that account's number.
    pub(super) fn duplicates(&mut self, rendered: &Rendered) {
        for rows in [&rendered.ingress, &rendered.egress] {
            let mut seen: HashMap<(Result<&str, &str>, Same<'_>, Traffic), &str> =
                HashMap::with_capacity(rows.len());
            for (key, row) in rows {
                let Some(peer) = Same::of(&row.peer) else {
                    continue;
                };
                let group = row.group.known().map(|it| without_account(it));
                let group = group.ok_or_else(|| zone_of(key));
                if let Some(first) = seen.insert((group, peer, row.traffic), key) {
                    self.duplicates.add("aws", first, key);
                }
            }
        }
    }

    pub(super) fn findings(self, addresses: &BTreeMap<String, Addresses>) -> Vec<Finding> {
        let mut findings: Vec<Finding> = self
            .unsupported
            .findings("aws", "AWS cannot express a rule", " with these peers")
            .collect();
        for (peer, flows) in &self.unfiltered {
            let message = format!(
                "security groups do not filter traffic to link-local addresses of `{peer}`; no rule is created for them in {}",
                backticked(flows)
            );
            findings.push(Finding::new(Code::LinkLocalSkipped, &**peer, message));
        }
        for (peer, zones) in self.unmatchable.iter() {
            findings.push(unmatchable_peer(peer, zones, &addresses[peer]));
        }
        let unused = self.grouped.difference(&self.named_by_address);
        findings.extend(unused.map(|it| addresses_unused(it, it.to_string(), "AWS", "group")));
        findings.extend(self.duplicates.findings("AWS"));
        findings.extend(
            addresses
                .iter()
                .flat_map(|(zone, it)| unsized_lists(zone, it)),
        );
        findings
    }
}

fn unmatchable_peer(peer: &str, zones: &Names, here: &Addresses) -> Finding {
    let message = format!(
        "zone `{peer}` is a peer of {}, but has no address, group or prefix list for a rule to match",
        backticked(zones)
    );
    let has_group = |it: &Aws| it.group.is_some() || !it.peer_groups.is_empty();
    let remedy = if here.part::<Aws>().is_some_and(has_group) {
        ADD_ADDRESSES_OR_GROUP
    } else if here.is_advertised() {
        ADD_OWN_ADDRESSES
    } else {
        "add `ipv4 = { name = \"…\" }`, `ipv6` or `aws { security_group_id = … }` to it, or remove its components"
    };
    Finding::new(Code::ZoneEmpty, format!("{peer}/aws"), message)
        .remedy(remedy)
        .at(&ConfigPath::zone(peer))
}

/// Prefix lists of a zone for which the number of entries is not set.
fn unsized_lists<'z>(zone: &'z str, here: &'z Addresses) -> impl Iterator<Item = Finding> + 'z {
    let lists = here.part::<Aws>().into_iter().flat_map(|aws| {
        let names = aws.prefix_lists.keys();
        names.filter(|it| !aws.prefix_list_sizes.contains_key(*it))
    });
    lists.map(move |name| {
        let message = format!(
            "prefix list `{name}` of zone `{zone}` is counted as one entry, but AWS counts its maximum number of entries"
        );
        let remedy = format!("add `prefix_list_sizes = {{ {name} = … }}`");
        let place = block(zone).field("prefix_list_ids").key(name);
        let subject = format!("{zone}/aws/{name}");
        let finding = Finding::new(Code::PrefixListUnsized, subject, message);
        finding.remedy(remedy).at(&place)
    })
}

/// The block `aws` of a zone.
fn block(zone: &str) -> ConfigPath {
    ConfigPath::zone(zone).field("aws").index(0)
}

/// What AWS compares of the peers of two rules.
#[derive(PartialEq, Eq, Hash)]
enum Same<'r> {
    Block(Family, Cidr),
    Group(&'r str),
    PrefixList(&'r str),
}

impl<'r> Same<'r> {
    /// `None` for a peer that is not known yet.
    fn of(peer: &'r Peer) -> Option<Self> {
        Some(match peer {
            Peer::Block(family, block) => Same::Block(*family, *block.known()?),
            Peer::Group(id) => Same::Group(without_account(id.known()?)),
            Peer::PrefixList(id) => Same::PrefixList(id.known()?),
        })
    }
}
