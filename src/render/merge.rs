//! Fewer rules that allow the same: ports between the same two ends are merged, and addresses of one peer.
//!
//! Nothing is joined over two peers, or a rule's key would lose its peer, and one zone's end would narrow another's rule. As every
//! rule of a peer names all of its addresses, ports and addresses can be joined one after the other, in either order.

use super::hash;
use crate::model::address::{Addresses, Cidr, Family};
use crate::model::blocks::aggregated;
use crate::model::cell::{ByName, MaybeKnown};
use crate::model::ports::PortRange;
use crate::model::rules::{Rule, RuleKey, Rules};
use crate::model::traffic::{Traffic, Transport};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;

/// A zone, its peer and a transport.
type Ends = (Arc<str>, Arc<str>, Transport);

/// Rules whose ports are the fewest ranges for each pair of ends, direction and transport. Gaps are never bridged, so they permit
/// the same packets; a merged rule has the flows of all its parts.
pub fn ports(rules: &Rules) -> Rules {
    let mut merged = Rules::new();
    // The rule that grows, for each of the ends and transports. Keys come sorted by zone, direction, traffic and peer.
    let mut growing: BTreeMap<Ends, (RuleKey, Rule)> = BTreeMap::new();
    for (key, rule) in rules {
        let Traffic::Ports(transport, range) = key.traffic else {
            merged.insert(key.clone(), rule.clone());
            continue;
        };
        let ends = (Arc::clone(&key.zone), Arc::clone(&key.peer), transport);
        let fresh = || (key.clone(), rule.clone());
        match growing.entry(ends) {
            Entry::Vacant(entry) => {
                entry.insert(fresh());
            }
            Entry::Occupied(mut entry) => {
                let (before, all) = entry.get_mut();
                let touching = match before.traffic {
                    Traffic::Ports(_, it) if before.direction == key.direction => {
                        Some(it).filter(|it| u32::from(range.from) <= u32::from(it.to) + 1)
                    }
                    _ => None,
                };
                if let Some(it) = touching {
                    let joined = PortRange {
                        from: it.from,
                        to: it.to.max(range.to),
                    };
                    before.traffic = Traffic::Ports(transport, joined);
                    // Planes are declared from the most sensitive on.
                    all.plane = all.plane.min(rule.plane);
                    all.required |= rule.required;
                    all.public &= rule.public;
                    all.flows.extend(rule.flows.iter().cloned());
                } else {
                    let (key, rule) = std::mem::replace(entry.get_mut(), fresh());
                    merged.insert(key, rule);
                }
            }
        }
    }
    merged.extend(growing.into_values());
    merged
}

/// The zones with the addresses of each family as the fewest blocks. A block that combines several has all of their names, joined by `+`.
///
/// A family with an address that is not known yet stays as it is: [`is_pending`] says so beforehand.
pub fn addresses(zones: &BTreeMap<String, Addresses>) -> BTreeMap<String, Addresses> {
    let joined = |it: &Addresses| Addresses {
        ipv4: named(&it.ipv4),
        ipv6: named(&it.ipv6),
        advertised_ipv4: named(&it.advertised_ipv4),
        advertised_ipv6: named(&it.advertised_ipv6),
        ..it.clone()
    };
    zones
        .iter()
        .map(|(name, it)| (name.clone(), joined(it)))
        .collect()
}

/// Whether it is not known yet which addresses of a zone will be joined: one of several is known only after apply.
pub fn is_pending(zone: &Addresses) -> bool {
    Family::ALL.iter().any(|family| {
        [zone.family(*family), zone.advertised(*family)]
            .into_iter()
            .any(|it| it.len() > 1 && it.values().any(|it| it.known().is_none()))
    })
}

/// Characters of the names in a key that are kept; a hash replaces the rest.
const MAX_NAMES: usize = 64;

fn named(blocks: &ByName<Cidr>) -> ByName<Cidr> {
    let known: Option<Vec<(&Arc<str>, Cidr)>> = blocks
        .iter()
        .map(|(name, cell)| cell.known().map(|it| (name, *it)))
        .collect();
    let Some(known) = known else {
        return blocks.clone();
    };
    let covers = aggregated(known.iter().map(|(_, block)| *block));
    let mut names: Vec<Vec<&Arc<str>>> = vec![Vec::new(); covers.len()];
    for (name, block) in known {
        // Blocks of the cover are disjoint, so the last that begins by then is the one that contains this.
        let at = covers.partition_point(|it| it.bounds().0 <= block.bounds().0);
        names[at - 1].push(name);
    }
    let mut joined = ByName::new();
    for (cover, names) in covers.into_iter().zip(names) {
        let name = match names.as_slice() {
            [only] => Arc::clone(only),
            several => joined_name(several, blocks),
        };
        let twice = joined.insert(name, MaybeKnown::Known(cover));
        assert!(twice.is_none(), "two joined blocks have one name");
    }
    joined
}

/// Names joined by `+`, with a hash if that is too long, or is the name of another block.
fn joined_name(names: &[&Arc<str>], taken: &ByName<Cidr>) -> Arc<str> {
    let names: Vec<&str> = names.iter().map(|it| &***it).collect();
    let text = names.join("+");
    let ambiguous = names.iter().any(|it| it.contains('+')) || taken.contains_key(text.as_str());
    if text.chars().count() <= MAX_NAMES && !ambiguous {
        return text.into();
    }
    let hex = hash::short(&names.join("\0"));
    let kept: String = text.chars().take(MAX_NAMES - hex.len() - 1).collect();
    format!("{kept}~{hex}").into()
}
