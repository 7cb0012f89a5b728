//! What OpenStack cannot express or would reject, collected while rendering.

use super::super::duplicates::{Duplicates, zone_of};
use super::super::problems::{
    ADD_ADDRESSES_OR_GROUP, ADD_OWN_ADDRESSES, Names, UnmatchablePeers, UnsupportedTraffic,
    addresses_unused, first_few,
};
use super::row::is_whole;
use super::{OpenStack, Peer, Row, Rows};
use crate::model::address::{Addresses, Cidr, Family};
use crate::model::cell::MaybeKnown;
use crate::model::code::Code;
use crate::model::finding::{ConfigPath, Finding};
use crate::model::name::backticked;
use crate::model::ports::PortRange;
use crate::model::rules::{Rule, RuleKey};
use crate::model::traffic::Traffic;
use crate::model::words::Direction;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// What went wrong, gathered so that each thing is reported once.
#[derive(Default)]
pub(super) struct Problems {
    unsupported: UnsupportedTraffic,
    unmatchable: UnmatchablePeers,
    grouped: Names,
    named_by_address: Names,
    duplicates: Duplicates,
    /// Zones that have OpenStack's default egress rules, each with the rules that would be the same as one of these.
    open: BTreeMap<String, Vec<String>>,
}

impl Problems {
    pub(super) fn unsupported(&mut self, key: &RuleKey, rule: &Rule) {
        self.unsupported.add(&key.zone, key.traffic, &rule.flows);
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

    /// Rows that are one rule to OpenStack. Groups whose IDs are known only after apply are told apart by their zones.
    /// Source: neutron, `securitygroups_db.py`, `_check_for_duplicate_rules`.
    pub(super) fn duplicates(&mut self, rows: &Rows) {
        let mut seen: HashMap<Same<'_>, &str> = HashMap::with_capacity(rows.len());
        for (key, row) in rows {
            let unknown = [
                Peer::Block(MaybeKnown::Unknown),
                Peer::Group(MaybeKnown::Unknown),
            ];
            if unknown.contains(&row.peer) {
                continue;
            }
            if let Some(first) = seen.insert(Same::of(key, row), key) {
                self.duplicates.add("openstack", first, key);
            }
        }
    }

    /// Zones that have OpenStack's default egress rules, one for everything in each family.
    pub(super) fn open(&mut self, zones: Vec<&str>, rows: &Rows) {
        for zone in zones {
            let same = rows.iter().filter(|(key, row)| {
                let all = Peer::Block(MaybeKnown::Known(Cidr::all(row.family)));
                zone_of(key) == zone
                    && row.direction == Direction::Egress
                    && row.traffic == Traffic::Any
                    && row.peer == all
            });
            let same = same.map(|(key, _)| key.clone()).collect();
            self.open.insert(zone.to_owned(), same);
        }
    }

    pub(super) fn findings(self, addresses: &BTreeMap<String, Addresses>) -> Vec<Finding> {
        let none = "OpenStack cannot express a rule";
        let mut findings: Vec<Finding> = self
            .unsupported
            .findings("openstack", none, " with these peers")
            .collect();
        for (peer, zones) in self.unmatchable.iter() {
            findings.push(unmatchable_peer(peer, zones, &addresses[peer]));
        }
        let unused = self.grouped.difference(&self.named_by_address);
        findings
            .extend(unused.map(|it| addresses_unused(it, it.to_string(), "OpenStack", "group")));
        findings.extend(self.duplicates.findings("OpenStack"));
        for (zone, same) in &self.open {
            findings.push(default_open(zone));
            findings.extend(same_as_default(zone, same));
        }
        findings
    }
}

/// What OpenStack compares of two rules.
#[derive(PartialEq, Eq, Hash)]
struct Same<'r> {
    /// The group, or the zone of one that is not known yet.
    group: Result<&'r str, &'r str>,
    direction: Direction,
    family: Family,
    traffic: Traffic,
    peer: &'r Peer,
}

impl<'r> Same<'r> {
    fn of(key: &'r str, row: &'r Row) -> Self {
        let group = row.group.known().map(|it| &**it);
        Same {
            group: group.ok_or_else(|| zone_of(key)),
            direction: row.direction,
            family: row.family,
            traffic: match row.traffic {
                Traffic::Ports(transport, range) if is_whole(range) => {
                    Traffic::Ports(transport, PortRange::ALL)
                }
                other => other,
            },
            peer: &row.peer,
        }
    }
}

fn unmatchable_peer(peer: &str, zones: &Names, here: &Addresses) -> Finding {
    let message = format!(
        "zone `{peer}` is a peer of {}, but has no address or group for a rule to match",
        backticked(zones)
    );
    let has_group = |it: &OpenStack| it.group.is_some() || !it.peer_groups.is_empty();
    let remedy = if here.part::<OpenStack>().is_some_and(has_group) {
        ADD_ADDRESSES_OR_GROUP
    } else if here.is_advertised() {
        ADD_OWN_ADDRESSES
    } else {
        "add `ipv4 = { name = \"…\" }`, `ipv6` or `openstack { security_group_id = … }` to it, or remove its components"
    };
    Finding::new(Code::ZoneEmpty, format!("{peer}/openstack"), message)
        .remedy(remedy)
        .at(&ConfigPath::zone(peer))
}

const DELETE_DEFAULTS: &str = "set `delete_default_rules = true` in `openstack_networking_secgroup_v2`, which works only when it creates the group, and in the zone's `openstack` block";

/// A zone whose egress OpenStack's default rules allow.
fn default_open(zone: &str) -> Finding {
    let message = format!(
        "OpenStack gives a new security group two rules that allow all egress, so egress of zone `{zone}` that no flow needs is allowed too"
    );
    let subject = format!("{zone}/openstack/egress");
    let finding = Finding::new(Code::DefaultOpen, subject, message);
    finding.remedy(DELETE_DEFAULTS).at(&block(zone))
}

/// Rules of ours that OpenStack's default rules already are.
fn same_as_default(zone: &str, same: &[String]) -> Option<Finding> {
    if same.is_empty() {
        return None;
    }
    let message = format!(
        "OpenStack's default egress rules of a new security group are the same as {}, so it would reject these",
        first_few(same.iter().map(|it| format!("`{it}`")))
    );
    let subject = format!("{zone}/openstack/egress");
    let finding = Finding::new(Code::DuplicateAddress, subject, message);
    Some(finding.remedy(DELETE_DEFAULTS).at(&block(zone)))
}

/// The block `openstack` of a zone.
fn block(zone: &str) -> ConfigPath {
    ConfigPath::zone(zone).field("openstack").index(0)
}
