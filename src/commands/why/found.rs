//! What existing rules permit at the place of a zone.

use super::ends::End;
use super::world::World;
use crate::model::services::Services;
use crate::model::words::Direction;
use crate::provider::known_blocks;
use crate::review::rule::{EndpointSet, Rule};

/// What existing rules say at a zone in a direction.
pub(super) enum Existing<'w> {
    /// None is known there.
    Unknown,
    /// This one permits the traffic.
    Permits(&'w Rule),
    /// None permits it.
    Refuses,
}

/// What the existing rules of a zone say of traffic with a peer.
pub(super) fn existing<'w>(
    world: &'w World,
    (zone, direction): (&str, Direction),
    peer: &End,
    services: &Services,
) -> Existing<'w> {
    let places = world.places.get(zone);
    let points: Vec<_> = places
        .into_iter()
        .flatten()
        .map(|it| it.point.without_scope())
        .collect();
    let here = world.found.iter();
    let here =
        here.filter(|it| it.direction == direction && points.contains(&it.point.without_scope()));
    let mut here: Vec<&Rule> = here.collect();
    if here.is_empty() {
        return Existing::Unknown;
    }
    // A deny comes before an allow of the same priority.
    here.sort_by_key(|it| (it.order.priority, !it.order.denies));
    for rule in here.iter().filter(|it| is_for(it, peer, world)) {
        if rule.order.denies && rule.extent.services.overlaps(services) {
            return Existing::Refuses;
        }
        if !rule.order.denies && rule.extent.services.covers(services) {
            return Existing::Permits(rule);
        }
    }
    Existing::Refuses
}

/// Whether a rule is for all of a peer.
fn is_for(rule: &Rule, peer: &End, world: &World) -> bool {
    let EndpointSet::Only { blocks, named } = &rule.extent.peers else {
        return true;
    };
    if let Some(address) = peer.address {
        return blocks.iter().any(|it| it.contains(address));
    }
    peer.zones.iter().any(|(zone, _)| {
        let groups = world.places.get(zone).into_iter().flatten();
        let mut groups = groups.map(|it| &it.point.name);
        if groups.any(|group| named.iter().any(|it| it.id == **group)) {
            return true;
        }
        let addresses = world.planned.addresses.get(zone);
        let mut all = addresses.into_iter().flat_map(known_blocks).peekable();
        let is_known = all.peek().is_some();
        // Everything is for whatever a group has.
        let everyone = blocks.iter().any(|it| it.length() == 0);
        everyone || (is_known && all.all(|(_, it)| blocks.iter().any(|block| block.contains(it))))
    })
}

/// A rule in words: what it is called, where it is, and what it admits.
pub(super) fn in_words(rule: &Rule, zone: &str, world: &World) -> String {
    let name = world.names.get(&rule.id).unwrap_or(&rule.id);
    let peers = match &rule.extent.peers {
        EndpointSet::Any => "everyone".to_owned(),
        EndpointSet::Only { blocks, named } => {
            let blocks = blocks.iter().map(ToString::to_string);
            let all = blocks.chain(named.iter().map(ToString::to_string));
            let all: Vec<String> = all.take(3).collect();
            all.join(", ")
        }
    };
    let (verb, whence) = match rule.direction {
        Direction::Ingress => ("admits", ""),
        Direction::Egress => ("lets out", "to "),
    };
    format!(
        "{name} in {} ({zone}) {verb} {whence}{peers} on {}",
        rule.point, rule.extent.services
    )
}
