//! Boxes back into traffic as people write it: the few products of sets that they are together.

use super::names::{Names, ends};
use super::region::{End, TrafficBox, Universe, family, is_named};
use crate::model::address::Family;
use crate::model::blocks::split;
use crate::model::ports::PortRange;
use crate::model::services::{Service, Services, foreign_icmp};
use crate::review::rule::{EndpointSet, TrafficSet};

impl Universe<'_> {
    /// Boxes that do not overlap as few sets of traffic: boxes that differ on one side only become one, until no two do. This is
    /// not always the smallest number.
    pub(super) fn extents(&self, cells: &[TrafficBox]) -> Vec<TrafficSet> {
        let shapes = cells.iter().map(|it| {
            let end = |it: End| vec![(it.space, it.first, it.last)];
            let [services, sources, ..] = it.sides();
            let one = |(first, last)| vec![(0, first, last)];
            [one(services), one(sources), end(it.own), end(it.peer)]
        });
        let mut shapes = joined(joined(shapes.collect(), OWN), SERVICES);
        for shape in &mut shapes {
            self.complete(shape);
        }
        loop {
            let before = shapes.len();
            for side in [PEERS, SERVICES, SOURCES, OWN] {
                shapes = joined(shapes, side);
            }
            if shapes.len() == before {
                break;
            }
        }
        shapes.into_iter().map(|it| self.extent(it)).collect()
    }

    /// Restores the other family, which the only peer of a shape excluded.
    fn complete(&self, [services, _, own, peers]: &mut Shape) {
        let everyone = ends(&EndpointSet::Any, &self.own);
        let peer = family(peers[0].0);
        let possible = |it: &&End| it.family().is_none() || peer.is_none() || it.family() == peer;
        let holds = |it: &End| own.contains(&(it.space, it.first, it.last));
        if everyone.iter().filter(possible).all(holds) {
            *own = vec![(End::ANYONE.space, 0, 0)];
        } else {
            let named = own.iter().filter_map(|it| self.own.in_other_family(*it));
            let named: Vec<_> = named.collect();
            own.extend(named);
            normalise(own);
        }
        let own_family =
            family(own[0].0).filter(|it| own.iter().all(|end| family(end.0) == Some(*it)));
        if let Some(family) = peer.or(own_family) {
            let (first, last) = foreign_icmp(family);
            let (first, last) = (u128::from(first), u128::from(last));
            let holds = |at| services.iter().any(|(_, a, b)| *a <= at && at <= *b);
            if holds(first - 1) && holds(last + 1) {
                services.push((0, first, last));
                normalise(services);
            }
        }
    }

    fn extent(&self, [services, sources, own, peers]: Shape) -> TrafficSet {
        let services = services.iter().map(|(_, a, b)| (service(*a), service(*b)));
        let sources = sources.iter().map(|(_, a, b)| PortRange {
            from: port(*a),
            to: port(*b),
        });
        let services = Services::from_ranges(services.collect());
        // Which families packets with the other end, and with these services, can have.
        let possible = |other: &[(u32, u128, u128)], it: Family| {
            let reaches = |other: Option<Family>| other.is_none_or(|other| other == it);
            other.iter().any(|(space, ..)| reaches(family(*space)))
                && !services.ranges_of(Some(it)).is_empty()
        };
        let everyone = ends(&EndpointSet::Any, &self.peers);
        let holds = |it: &End| peers.contains(&(it.space, it.first, it.last));
        let mut others = everyone.iter();
        let all_peers = others
            .all(|it| holds(it) || (it.family()).is_some_and(|family| !possible(&own, family)));
        TrafficSet {
            own: if own[0].0 == End::ANYONE.space {
                EndpointSet::Any
            } else {
                named_ends(&own, &self.own, |it| possible(&peers, it))
            },
            peers: if self.everyone && all_peers {
                EndpointSet::Any
            } else {
                named_ends(&peers, &self.peers, |it| possible(&own, it))
            },
            services: services.clone(),
            source_ports: sources.collect(),
        }
    }
}

/// The sides of a shape, in the order of those of a box.
const SERVICES: usize = 0;
const SOURCES: usize = 1;
const OWN: usize = 2;
const PEERS: usize = 3;

/// Boxes that are a product: on each side ranges in spaces, sorted, which neither overlap nor touch.
type Shape = [Vec<(u32, u128, u128)>; 4];

/// Shapes without two that differ on one side only.
fn joined(shapes: Vec<Shape>, side: usize) -> Vec<Shape> {
    let mut apart: Vec<(Shape, Vec<_>)> = shapes
        .into_iter()
        .map(|mut rest| {
            let of_it = std::mem::take(&mut rest[side]);
            (rest, of_it)
        })
        .collect();
    apart.sort_unstable();
    let mut joined: Vec<Shape> = Vec::with_capacity(apart.len());
    for of_them in apart.chunk_by_mut(|(a, _), (b, _)| a == b) {
        let mut shape = std::mem::take(&mut of_them[0].0);
        shape[side] = of_them
            .iter()
            .flat_map(|(_, it)| it.iter().copied())
            .collect();
        normalise(&mut shape[side]);
        joined.push(shape);
    }
    joined
}

/// Sorts ranges, and joins those that overlap or touch.
fn normalise(ranges: &mut Vec<(u32, u128, u128)>) {
    ranges.sort_unstable();
    ranges.dedup_by(|next, before| {
        let touches = next.0 == before.0 && next.1 <= before.2.saturating_add(1);
        if touches {
            before.2 = before.2.max(next.2);
        }
        touches
    });
}

fn service(number: u128) -> Service {
    Service::try_from(number).unwrap_or(Service::MAX)
}

fn port(number: u128) -> u16 {
    u16::try_from(number).unwrap_or(u16::MAX)
}

/// Ranges of ends as people write them.
fn named_ends(
    ranges: &[(u32, u128, u128)],
    names: &Names,
    possible: impl Fn(Family) -> bool,
) -> EndpointSet {
    let mut blocks = Vec::new();
    let mut numbers = Vec::new();
    for &(space, first, last) in ranges {
        match family(space) {
            Some(family) if is_named(space) => numbers.push((family, first, last)),
            Some(family) => split(first, last, family, &mut blocks),
            None => {}
        }
    }
    EndpointSet::these(blocks, names.references(&numbers, possible))
}
