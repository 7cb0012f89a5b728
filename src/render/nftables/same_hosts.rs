//! Zones that are the same hosts by their addresses. A host loads the ruleset of one zone: two tables would each drop what the other
//! allows.

use super::super::Zones;
use super::Host;
use crate::model::address::{Addresses, Cidr, Family};
use crate::model::cell::MaybeKnown;
use crate::model::code::Code;
use crate::model::finding::{ConfigPath, Finding};
use std::collections::{BTreeMap, BTreeSet};

/// The addresses of single hosts of a zone, each with its name.
type Hosts<'z> = BTreeMap<Cidr, (Family, &'z str)>;

/// An error for each two zones with rulesets of which one has no host that the other does not have. Zones with some address in common
/// are fine: hosts share one that moves between them.
pub(super) fn same_hosts(zones: Zones<'_>) -> Vec<Finding> {
    let hosts = zones.addresses.iter();
    let hosts = hosts.filter(|(_, it)| it.enforced_by::<Host>().is_some());
    let hosts: BTreeMap<&str, (Hosts<'_>, bool)> = hosts
        .map(|(zone, it)| (zone.as_str(), of_zone(it)))
        .collect();
    let mut by_address: BTreeMap<Cidr, BTreeSet<&str>> = BTreeMap::new();
    for (zone, (addresses, _)) in &hosts {
        for it in addresses.keys() {
            by_address.entry(*it).or_default().insert(zone);
        }
    }
    let mut pairs = BTreeMap::new();
    for (zone, (addresses, is_all)) in &hosts {
        let Some(first) = addresses.keys().next().filter(|_| *is_all) else {
            continue;
        };
        let mut others = by_address[first].clone();
        others.remove(zone);
        for it in addresses.keys() {
            others.retain(|other| by_address[it].contains(other));
        }
        for other in others {
            pairs.insert((*zone.min(&other), *zone.max(&other)), *first);
        }
    }
    let finding = |((a, b), address): ((&str, &str), Cidr)| {
        let message = format!(
            "zones `{a}` and `{b}` are the same hosts, e.g. `{address}`, and a host loads the ruleset of one zone only: two would each drop what the other allows"
        );
        let (family, name) = hosts[b].0[&address];
        let place = ConfigPath::zone(b).field(family.as_str()).key(name);
        Finding::new(Code::DuplicateAddress, format!("{a}, {b}"), message).at(&place)
    };
    pairs.into_iter().map(finding).collect()
}

/// The addresses of single hosts, and whether these are all that the zone has.
fn of_zone(zone: &Addresses) -> (Hosts<'_>, bool) {
    let mut hosts = Hosts::new();
    let mut is_all = true;
    for family in Family::ALL {
        for (name, cell) in zone.family(family) {
            match cell {
                MaybeKnown::Known(it) if it.bounds().0 == it.bounds().1 => {
                    hosts.insert(*it, (family, &**name));
                }
                _ => is_all = false,
            }
        }
    }
    (hosts, is_all)
}
