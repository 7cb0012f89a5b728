//! What AWS cannot express or would reject, collected while rendering.

use super::super::problems::{
    ADD_OWN_ADDRESSES, Names, UnmatchablePeers, UnsupportedTraffic, first_few,
};
use super::Aws;
use super::{Peer, Rendered};
use crate::model::address::Addresses;
use crate::model::cell::MaybeKnown;
use crate::model::code::Code;
use crate::model::finding::{ConfigPath, Finding};
use crate::model::key::RowKey;
use crate::model::name::backticked;
use crate::model::platform::PeerBy;
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
    /// Pairs of key heads, each with the rules that would be the same.
    duplicates: BTreeMap<(String, String), (ConfigPath, Vec<String>)>,
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

    /// Rows of one group that say the same. Groups and peers that are not known yet are compared by where they come from: the
    /// same zone is the same group.
    pub(super) fn duplicates(&mut self, rendered: &Rendered) {
        for rows in [&rendered.ingress, &rendered.egress] {
            let mut seen: HashMap<(Point<'_>, &Peer, Traffic), &str> =
                HashMap::with_capacity(rows.len());
            for (key, row) in rows {
                if matches!(
                    row.peer,
                    Peer::Block(_, MaybeKnown::Unknown)
                        | Peer::Group(MaybeKnown::Unknown)
                        | Peer::PrefixList(MaybeKnown::Unknown)
                ) {
                    continue;
                }
                let point = row
                    .group
                    .known()
                    .map_or_else(|| Point::Zone(zone_of(key)), |it| Point::Group(it));
                if let Some(first) = seen.insert((point, &row.peer, row.traffic), key) {
                    let (pair, place) = differing(first, key);
                    let duplicates = self.duplicates.entry(pair).or_insert((place, Vec::new()));
                    duplicates.1.push(key.clone());
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
                "security groups do not filter traffic to the address of `{peer}`; no rule is created for {}",
                backticked(flows)
            );
            findings.push(Finding::new(Code::LinkLocalSkipped, &**peer, message));
        }
        for (peer, zones) in self.unmatchable.iter() {
            findings.push(unmatchable_peer(peer, zones, &addresses[peer]));
        }
        for peer in self.grouped.difference(&self.named_by_address) {
            let message = format!(
                "no AWS rule uses the addresses of zone `{peer}`, because rules refer to it by its group"
            );
            let finding = Finding::new(Code::AddressesUnused, &**peer, message);
            findings.push(finding.at(&ConfigPath::zone(peer)));
        }
        for ((a, b), (place, keys)) in &self.duplicates {
            let message = format!(
                "{a} and {b} are the same to AWS, so it would reject one of the rules {}",
                first_few(keys.iter().map(|it| format!("`{it}`")))
            );
            let finding = Finding::new(Code::DuplicateAddress, format!("{a}, {b}"), message);
            findings.push(finding.at(place));
        }
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
    let by_cidr = here
        .part::<Aws>()
        .is_some_and(|it| it.peer_by == PeerBy::Cidr && it.group.is_some());
    let remedy = if by_cidr {
        "it has a group, but `peer_by = \"cidr\"` keeps rules from using it; add `ipv4` or `ipv6`"
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
        Finding::for_argument(Code::PrefixListUnsized, &place, message).remedy(remedy)
    })
}

/// The block `aws` of a zone.
fn block(zone: &str) -> ConfigPath {
    ConfigPath::zone(zone).field("aws").index(0)
}

#[derive(PartialEq, Eq, Hash)]
enum Point<'p> {
    Group(&'p str),
    Zone(&'p str),
}

/// The zone of a key.
fn zone_of(key: &str) -> &str {
    RowKey::parse(key).map_or("", |it| it.zone)
}

/// The parts of two keys that differ, in words: two zones with one group, or two names of one address; and the place of the
/// second.
fn differing(a: &str, b: &str) -> ((String, String), ConfigPath) {
    let keys = RowKey::parse(a).zip(RowKey::parse(b));
    let (first, second) = keys.expect("these are keys of rows");
    let zone = second.zone;
    if first.zone != zone {
        let words = (
            format!("the groups of zones `{}`", first.zone),
            format!("`{zone}`"),
        );
        return (words, block(zone).field("security_group_id"));
    }
    let words = |it: &RowKey<'_>| match it.name {
        None => format!("the {} of zone `{}`", it.kind, it.peer),
        Some(name) => format!("`{name}` in `{}` of zone `{}`", it.kind, it.peer),
    };
    let (peer, name) = (second.peer, second.name.unwrap_or_default());
    let place = match second.kind {
        "ipv4" => ConfigPath::zone(peer).field("ipv4").key(name),
        "ipv6" => ConfigPath::zone(peer).field("ipv6").key(name),
        "prefix-list" => block(peer).field("prefix_list_ids").key(name),
        _ => block(peer).field("security_group_id"),
    };
    ((words(&first), words(&second)), place)
}
