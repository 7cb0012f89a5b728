//! Traffic in words: by its own pieces, or as a rule's traffic with exceptions, whichever is shorter.

use crate::model::address::{Cidr, Family};
use crate::model::blocks::{intersected, subtracted};
use crate::model::ports::{PortRange, port_list};
use crate::model::services::Services;
use crate::model::traffic::Traffic;
use crate::model::words::Direction;
use crate::review::rule::{EndpointSet, Reference, TrafficSet};
use std::collections::BTreeMap;
use std::fmt::Display;

/// The number of items of a list that are named before the rest is counted.
const SHOWN: usize = 5;

/// The number of pieces, or of kinds of service, above which no exceptions are searched.
const MAX_PIECES: usize = 64;

/// A set of traffic: `tcp/443 from 10.0.0.0/24`.
pub(in crate::review) fn extent(it: &TrafficSet, direction: Direction) -> String {
    part(it, &services(&it.services), &ends(&it.peers), direction)
}

/// A part of a rule's traffic, in pieces that do not overlap.
pub(super) fn part_of(rule: &TrafficSet, pieces: &[TrafficSet], direction: Direction) -> String {
    let pieces = grouped(pieces);
    let plain: usize = pieces.iter().map(weight).sum();
    match exceptions(rule, &pieces) {
        Some(kept) if kept.is_empty() => extent(rule, direction),
        Some(kept) if weight(rule) + kept.iter().map(weight_apart(rule)).sum::<usize>() < plain => {
            except(rule, &kept, direction)
        }
        _ => list(&pieces, "; ", |it| extent(it, direction)),
    }
}

/// A part of a rule's traffic after the words for the rule itself: only services, only peers, or both.
pub(super) fn less(rule: &TrafficSet, pieces: &[TrafficSet], direction: Direction) -> String {
    let all_services = pieces.iter().all(|it| it.services == rule.services);
    let all_peers = pieces.iter().all(|it| it.peers == rule.peers);
    let whole = |it: &TrafficSet| it.own == rule.own && it.source_ports == rule.source_ports;
    let (plain, weight) = if !pieces.iter().all(whole) || !(all_services || all_peers) {
        return part_of(rule, pieces, direction);
    } else if all_peers {
        let together = union(pieces.iter().map(|it| &it.services));
        (services(&together), services_weight(&together))
    } else {
        let peers: Vec<&EndpointSet> = pieces.iter().map(|it| &it.peers).collect();
        let together = joined(&peers);
        (ends(&together), ends_weight(&together))
    };
    match exceptions(rule, pieces).as_deref() {
        Some([kept]) if weight_apart(rule)(kept) + 1 < weight => {
            if all_peers {
                format!(
                    "{} except {}",
                    services(&rule.services),
                    services(&kept.services)
                )
            } else {
                format!("{} except {}", ends(&rule.peers), ends(&kept.peers))
            }
        }
        _ => plain,
    }
}

/// The traffic in both, as far as ends can be compared.
pub(super) fn meet(a: &TrafficSet, b: &TrafficSet) -> Option<TrafficSet> {
    let services = a.services.intersection(&b.services);
    let source_ports: Vec<PortRange> = (a.source_ports.iter())
        .flat_map(|x| b.source_ports.iter().map(move |y| (x, y)))
        .filter(|(x, y)| x.overlaps(**y))
        .map(|(x, y)| PortRange {
            from: x.from.max(y.from),
            to: x.to.min(y.to),
        })
        .collect();
    let met = TrafficSet {
        services,
        source_ports,
        own: common(&a.own, &b.own),
        peers: common(&a.peers, &b.peers),
    };
    let empty = met.services.is_empty()
        || met.source_ports.is_empty()
        || is_empty(&met.own)
        || is_empty(&met.peers);
    (!empty).then_some(met)
}

/// Source ports, unless they are all ports.
pub(super) fn source_ports(it: &TrafficSet) -> Option<String> {
    (it.source_ports != [PortRange::ALL]).then(|| {
        let one = matches!(&it.source_ports[..], [range] if range.from == range.to);
        let noun = if one { "source port" } else { "source ports" };
        format!("{noun} {}", port_list(&it.source_ports))
    })
}

/// At most a few items in words, then how many more there are.
pub(in crate::review) fn list<T>(
    items: impl IntoIterator<Item = T>,
    separator: &str,
    one: impl Fn(T) -> String,
) -> String {
    let mut items = items.into_iter();
    let mut shown: Vec<String> = items.by_ref().take(SHOWN).map(&one).collect();
    if let Some(next) = items.next() {
        match items.count() {
            // One more item is as short as the words for it.
            0 => shown.push(one(next)),
            more => return format!("{} and {} more", shown.join(separator), more + 1),
        }
    }
    shown.join(separator)
}

/// Services as people write them, `everything` for all of them.
pub(in crate::review) fn services(it: &Services) -> String {
    if it.is_all() {
        return "everything".to_owned();
    }
    let words = |pieces: &[Traffic]| list(pieces, ", ", ToString::to_string);
    let plain = it.traffic();
    if plain.len() > SHOWN {
        let rest = it.complement().traffic();
        if rest.len() + 1 < plain.len() {
            return format!("everything except {}", words(&rest));
        }
    }
    words(&plain)
}

/// One end: `anyone`, or CIDR blocks and references.
pub(in crate::review) fn ends(it: &EndpointSet) -> String {
    match it {
        EndpointSet::Any => "anyone".to_owned(),
        EndpointSet::Only { blocks, named } if blocks.is_empty() && named.is_empty() => {
            "no one".to_owned()
        }
        EndpointSet::Only { blocks, named } => {
            let blocks = blocks.iter().map(|it| it as &dyn Display);
            let named = named.iter().map(|it| it as &dyn Display);
            list(blocks.chain(named), ", ", ToString::to_string)
        }
    }
}

/// Words for services and peers, completed with the rest of a set of traffic.
fn part(it: &TrafficSet, services: &str, peers: &str, direction: Direction) -> String {
    // An exception among the services ends with a comma, or the peers would read as a part of it.
    let comma = if services.contains(" except ") {
        ","
    } else {
        ""
    };
    let (first, last) = match direction {
        Direction::Ingress => ("from", "to"),
        Direction::Egress => ("to", "from"),
    };
    let own = match &it.own {
        EndpointSet::Any => String::new(),
        own @ EndpointSet::Only { .. } => format!(" {last} {}", ends(own)),
    };
    let source = source_ports(it).map_or_else(String::new, |it| format!(", {it}"));
    format!("{services}{comma} {first} {peers}{own}{source}")
}

/// A rule's traffic with exceptions.
fn except(rule: &TrafficSet, kept: &[TrafficSet], direction: Direction) -> String {
    let one = |it: &TrafficSet| {
        if it.peers == rule.peers {
            services(&it.services)
        } else if it.services == rule.services {
            ends(&it.peers)
        } else {
            extent(it, direction)
        }
    };
    match kept {
        [it] if it.peers == rule.peers => {
            let services = format!("{} except {}", services(&rule.services), one(it));
            part(rule, &services, &ends(&rule.peers), direction)
        }
        _ => format!(
            "{} except {}",
            extent(rule, direction),
            list(kept, "; ", one)
        ),
    }
}

/// Pieces, joined if they differ in their peers only.
pub(super) fn grouped(pieces: &[TrafficSet]) -> Vec<TrafficSet> {
    let mut groups: BTreeMap<_, Vec<&EndpointSet>> = BTreeMap::new();
    for it in pieces {
        let alike = (&it.services, &it.source_ports, &it.own);
        groups.entry(alike).or_default().push(&it.peers);
    }
    let group = |((services, source_ports, own), peers): (
        (&Services, &Vec<PortRange>, &EndpointSet),
        Vec<&EndpointSet>,
    )| TrafficSet {
        services: services.clone(),
        source_ports: source_ports.clone(),
        own: own.clone(),
        peers: joined(&peers),
    };
    groups.into_iter().map(group).collect()
}

/// The part of a rule's traffic outside some pieces of it; `None` if there are no words for it.
fn exceptions(rule: &TrafficSet, pieces: &[TrafficSet]) -> Option<Vec<TrafficSet>> {
    let comparable = |it: &TrafficSet| it.own == rule.own && it.source_ports == rule.source_ports;
    if pieces.len() > MAX_PIECES || !pieces.iter().all(comparable) {
        return None;
    }
    let mut classes = vec![rule.services.clone()];
    for piece in pieces {
        classes = classes
            .iter()
            .flat_map(|it| {
                [
                    it.intersection(&piece.services),
                    it.difference(&piece.services),
                ]
            })
            .filter(|it| !it.is_empty())
            .collect();
        if classes.len() > MAX_PIECES {
            return None;
        }
    }
    let mut kept: Vec<(EndpointSet, Services)> = Vec::new();
    for class in classes {
        let speaking = pieces.iter().filter(|it| it.services.overlaps(&class));
        let peers: Vec<&EndpointSet> = speaking.map(|it| &it.peers).collect();
        let peers = without(&rule.peers, &peers)?;
        if is_empty(&peers) {
            continue;
        }
        match kept.iter_mut().find(|(ends, _)| *ends == peers) {
            Some((_, services)) => *services = union([&*services, &class]),
            None => kept.push((peers, class)),
        }
    }
    let extents = kept.into_iter().map(|(peers, services)| TrafficSet {
        services,
        peers,
        ..rule.clone()
    });
    Some(extents.collect())
}

/// The rest of an end without others; `None` if a reference would have to be subtracted from everyone.
fn without(from: &EndpointSet, others: &[&EndpointSet]) -> Option<EndpointSet> {
    match from {
        EndpointSet::Any if others.is_empty() => Some(EndpointSet::Any),
        // Everyone, as far as they have addresses.
        EndpointSet::Any => {
            let together = joined(others);
            match &together {
                EndpointSet::Any => Some(EndpointSet::these([], [])),
                EndpointSet::Only { blocks, named } if named.is_empty() && !blocks.is_empty() => {
                    let all = Family::ALL.map(Cidr::all);
                    let rest = subtracted(all, blocks.iter().copied());
                    Some(EndpointSet::these(rest, []))
                }
                EndpointSet::Only { .. } => None,
            }
        }
        EndpointSet::Only { blocks, named } => {
            let mut removed = Vec::new();
            let mut named = named.clone();
            for other in others {
                match other {
                    EndpointSet::Any => return Some(EndpointSet::these([], [])),
                    EndpointSet::Only {
                        blocks,
                        named: known,
                    } => {
                        removed.extend(blocks.iter().copied());
                        named = (named.into_iter())
                            .filter_map(|it| reference_without(it, known))
                            .collect();
                    }
                }
            }
            Some(EndpointSet::these(
                subtracted(blocks.iter().copied(), removed),
                named,
            ))
        }
    }
}

/// A reference as far as its addresses are of the families that others do not have.
fn reference_without(it: Reference, others: &[Reference]) -> Option<Reference> {
    let overlaps = |family| {
        let it = it.clone().of(family);
        others.iter().any(|other| other.overlaps(&it))
    };
    let left: Vec<Family> = (it.families())
        .filter(|family| !overlaps(*family))
        .collect();
    match left[..] {
        [] => None,
        [family] => Some(it.of(family)),
        _ => Some(it),
    }
}

/// Several ends as one.
pub(in crate::review) fn joined(all: &[&EndpointSet]) -> EndpointSet {
    let (mut blocks, mut named) = (Vec::new(), Vec::new());
    for it in all {
        match it {
            EndpointSet::Any => return EndpointSet::Any,
            EndpointSet::Only {
                blocks: more,
                named: known,
            } => {
                blocks.extend(more.iter().copied());
                named.extend(known.iter().cloned());
            }
        }
    }
    EndpointSet::these(blocks, named)
}

/// What two ends have in common.
fn common(a: &EndpointSet, b: &EndpointSet) -> EndpointSet {
    match (a, b) {
        (EndpointSet::Any, it) | (it, EndpointSet::Any) => it.clone(),
        (
            EndpointSet::Only { blocks, named },
            EndpointSet::Only {
                blocks: others,
                named: known,
            },
        ) => {
            let narrower = |it: &Reference, other: &Reference| {
                it.overlaps(other) && (it.family.is_some() || other.family.is_none())
            };
            // Every address of a family has part of a reference; it is named whole, as the rule that names it does.
            let both = (named.iter())
                .filter(|it| b.covers_part_of(it) || known.iter().any(|other| narrower(it, other)));
            let too = (known.iter())
                .filter(|it| a.covers_part_of(it) || named.iter().any(|other| narrower(it, other)));
            EndpointSet::these(intersected(blocks, others), both.chain(too).cloned())
        }
    }
}

/// Services of several sets together.
pub(in crate::review) fn union<'s>(all: impl IntoIterator<Item = &'s Services>) -> Services {
    let ranges = all.into_iter().flat_map(Services::ranges).copied();
    Services::from_ranges(ranges.collect())
}

/// Whether an end is empty.
pub(super) fn is_empty(it: &EndpointSet) -> bool {
    matches!(it, EndpointSet::Only { blocks, named } if blocks.is_empty() && named.is_empty())
}

/// The number of items in the words for a set of traffic.
fn weight(it: &TrafficSet) -> usize {
    services_weight(&it.services) + ends_weight(&it.peers)
}

/// The number of items that an exception from a rule adds.
fn weight_apart(rule: &TrafficSet) -> impl Fn(&TrafficSet) -> usize {
    |it| {
        let services = if it.services == rule.services {
            0
        } else {
            services_weight(&it.services)
        };
        let peers = if it.peers == rule.peers {
            0
        } else {
            ends_weight(&it.peers)
        };
        services + peers
    }
}

fn services_weight(it: &Services) -> usize {
    let plain = it.traffic().len();
    if plain > SHOWN {
        plain.min(it.complement().traffic().len() + 1)
    } else {
        plain
    }
}

fn ends_weight(it: &EndpointSet) -> usize {
    match it {
        EndpointSet::Any => 1,
        EndpointSet::Only { blocks, named } => blocks.len() + named.len(),
    }
}
