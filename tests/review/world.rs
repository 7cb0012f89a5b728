//! A world so small that every packet can be looked at, and what rules do with a packet.

use crate::review::rules::{block, ends};
use portmatrix::model::address::{Cidr, Family};
use portmatrix::model::ports::PortRange;
use portmatrix::model::services::Services;
use portmatrix::model::traffic::{Traffic, Transport};
use portmatrix::review::rule::{EndpointSet, Precedence, Reference, Rule, TrafficSet};

/// One end of a packet.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Who {
    Address(Cidr),
    /// The addresses of a reference in one family.
    Reference(Reference, Family),
}

/// A packet that opens a connection, seen from the point where it is judged.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Packet {
    pub(crate) service: Traffic,
    pub(crate) source: u16,
    pub(crate) own: Who,
    pub(crate) peer: Who,
}

/// Every packet that there is.
pub(crate) type World = Vec<Packet>;

pub(crate) fn is_in(who: &Who, ends: &EndpointSet) -> bool {
    match (who, ends) {
        (_, EndpointSet::Any) => true,
        (Who::Address(it), EndpointSet::Only { blocks, .. }) => {
            blocks.iter().any(|b| b.contains(*it))
        }
        (Who::Reference(it, family), EndpointSet::Only { blocks, named }) => {
            let every = |b: &Cidr| b.length() == 0 && b.family() == *family;
            names_it(it, *family, named) || blocks.iter().any(every)
        }
    }
}

pub(crate) fn names_it(it: &Reference, family: Family, named: &[Reference]) -> bool {
    named.iter().any(|named| {
        (named.kind, &named.id) == (it.kind, &it.id) && named.family.is_none_or(|it| it == family)
    })
}

/// Whether an end says a member itself: 0.0.0.0/0 includes those of a group, but does not name them.
pub(crate) fn says(ends: &EndpointSet, who: &Who) -> bool {
    match (who, ends) {
        (Who::Reference(it, family), EndpointSet::Only { named, .. }) => {
            names_it(it, *family, named)
        }
        _ => is_in(who, ends),
    }
}

/// Whether a set speaks of a packet and says both of its ends itself.
pub(crate) fn names(extent: &TrafficSet, packet: &Packet) -> bool {
    speaks_of(extent, packet) && says(&extent.own, &packet.own) && says(&extent.peers, &packet.peer)
}

pub(crate) fn speaks_of(extent: &TrafficSet, packet: &Packet) -> bool {
    // In text and back: what people read is what is meant.
    let pieces = extent.services.traffic();
    pieces.iter().any(|it| match (it, packet.service) {
        (Traffic::Icmp(None), Traffic::Icmpv6(_)) => false,
        (it, service) => it.covers(service),
    }) && extent
        .source_ports
        .iter()
        .any(|it| it.contains(PortRange::single(packet.source)))
        && is_in(&packet.own, &extent.own)
        && is_in(&packet.peer, &extent.peers)
}

/// The rules in the order in which they apply.
pub(crate) fn in_order(rules: &[Rule]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..rules.len()).collect();
    let rank = |it: &usize| {
        let Precedence { priority, denies } = rules[*it].order;
        (priority, !denies, rules[*it].id.clone())
    };
    order.sort_by_key(rank);
    order
}

/// The first rule that speaks of a packet.
pub(crate) fn decides(rules: &[Rule], packet: &Packet) -> Option<usize> {
    in_order(rules)
        .into_iter()
        .find(|it| speaks_of(&rules[*it].extent, packet))
}

pub(crate) fn permits(rules: &[Rule], packet: &Packet) -> bool {
    if rules.iter().any(|it| it.order.denies) {
        return decides(rules, packet).is_some_and(|it| !rules[it].order.denies);
    }
    rules.iter().any(|it| speaks_of(&it.extent, packet))
}

/// Where an allow rule has the last word if allow rules do not block each other.
pub(crate) fn permitted_by(rules: &[Rule], at: usize, packet: &Packet) -> bool {
    if rules[at].order.denies || !speaks_of(&rules[at].extent, packet) {
        return false;
    }
    let order = in_order(rules);
    let before = order.iter().take_while(|it| **it != at);
    !before
        .into_iter()
        .any(|it| rules[*it].order.denies && speaks_of(&rules[*it].extent, packet))
}

/// Whether a rule allows a packet and names it itself.
pub(crate) fn says_so(rules: &[Rule], packet: &Packet) -> bool {
    let mut all = 0..rules.len();
    all.any(|at| permitted_by(rules, at, packet) && names(&rules[at].extent, packet))
}

/// Whether a wanted packet is not allowed, by the rules that want it: IPv6 addresses of a reference count only if its IPv4
/// addresses are not allowed either, or a wanted rule is for IPv6.
pub(crate) fn lacks(world: &World, wanted: &[Rule], found: &[Rule], packet: &Packet) -> bool {
    let mut all = 0..wanted.len();
    all.any(|at| lacked_by(world, wanted, found, at, packet))
}

pub(crate) fn lacked_by(
    world: &World,
    wanted: &[Rule],
    found: &[Rule],
    at: usize,
    packet: &Packet,
) -> bool {
    let lacks = |it: &Packet| {
        permitted_by(wanted, at, it) && names(&wanted[at].extent, it) && !permits(found, it)
    };
    lacks(packet)
        && (!is_ipv6_member(packet)
            || wanted[at].extent.peers == EndpointSet::Any
            || wants_ipv6(wanted)
            || in_ipv4(world, packet, lacks))
}

pub(crate) fn is_ipv6_member(packet: &Packet) -> bool {
    matches!(packet.peer, Who::Reference(_, Family::V6))
}

/// Whether an allow rule is for IPv6 by its addresses, or allows `ICMPv6` only. These rules have no zones, so they are a pair of
/// zones together.
pub(crate) fn wants_ipv6(rules: &[Rule]) -> bool {
    let six = |it: &EndpointSet| match it {
        EndpointSet::Any => false,
        EndpointSet::Only { blocks, .. } => blocks.iter().any(|it| it.family() == Family::V6),
    };
    let only = |it: &Services| {
        let pieces = it.traffic();
        pieces.iter().all(|it| matches!(it, Traffic::Icmpv6(_)))
    };
    rules.iter().filter(|it| !it.order.denies).any(|it| {
        let TrafficSet {
            own,
            peers,
            services,
            ..
        } = &it.extent;
        six(own) || six(peers) || only(services)
    })
}

/// Whether something is so of the same packet in IPv4: `ICMPv6` is so if any ICMP is.
pub(crate) fn in_ipv4(world: &World, packet: &Packet, is_so: impl Fn(&Packet) -> bool) -> bool {
    let is_icmp = matches!(packet.service, Traffic::Icmpv6(_));
    let four = |six: &Who, four: &Who| match (six, four) {
        (Who::Reference(a, Family::V6), Who::Reference(b, Family::V4)) => a == b,
        (Who::Address(a), Who::Address(b)) => a.family() == Family::V6 && b.family() == Family::V4,
        _ => false,
    };
    world.iter().any(|it| {
        let service = match it.service {
            Traffic::Icmp(_) => is_icmp,
            other => other == packet.service,
        };
        let own = it.own == packet.own || four(&packet.own, &it.own);
        service && it.source == packet.source && own && four(&packet.peer, &it.peer) && is_so(it)
    })
}

pub(crate) fn addresses() -> Vec<Who> {
    let four = (0..8).map(|it| block(&format!("10.0.0.{it}/32")));
    let six = (0..4).map(|it| block(&format!("2001:db8::{it:x}/128")));
    four.chain(six).map(Who::Address).collect()
}

/// An address of each family that no block of the small world has, so that whatever rules for everyone do there is seen.
pub(crate) fn beyond() -> [Who; 2] {
    ["10.0.0.8/32", "2001:db8::4/128"].map(|it| Who::Address(block(it)))
}

pub(crate) fn world(services: &[Traffic], sources: &[u16], own: &[Who], peers: &[Who]) -> World {
    let mut world = Vec::new();
    let six = |it: &Who| match it {
        Who::Address(it) => Some(it.family() == Family::V6),
        Who::Reference(it, _) if it.id == ANYONE => None,
        Who::Reference(_, family) => Some(*family == Family::V6),
    };
    for (own, peer) in own
        .iter()
        .flat_map(|own| peers.iter().map(move |it| (own, it)))
    {
        let (a, b) = (six(own), six(peer));
        if a.is_some() && b.is_some() && a != b {
            continue;
        }
        for service in services {
            let foreign = match a.or(b) {
                Some(true) => matches!(service, Traffic::Icmp(_)),
                Some(false) => matches!(service, Traffic::Icmpv6(_)),
                None => false,
            };
            for source in sources.iter().filter(|_| !foreign) {
                world.push(Packet {
                    service: *service,
                    source: *source,
                    own: own.clone(),
                    peer: peer.clone(),
                });
            }
        }
    }
    world
}

pub(crate) fn tcp(from: u16, to: u16) -> Traffic {
    Traffic::Ports(Transport::Tcp, PortRange { from, to })
}

pub(crate) fn udp(port: u16) -> Traffic {
    Traffic::Ports(Transport::Udp, PortRange::single(port))
}

pub(crate) fn members(ends: &EndpointSet) -> Vec<Who> {
    let of = |it: &Reference| Family::ALL.map(|family| Who::Reference(it.clone(), family));
    match ends {
        EndpointSet::Only { named, .. } => named.iter().flat_map(of).collect(),
        EndpointSet::Any => Vec::new(),
    }
}

pub(crate) fn named(ids: &[&str]) -> Vec<Who> {
    ids.iter().flat_map(|it| members(&ends(it))).collect()
}

/// The own end where no rule tells own ends apart.
pub(crate) fn anyone() -> Vec<Who> {
    named(&[ANYONE])[..1].to_vec()
}

pub(crate) const ANYONE: &str = "anyone";
pub(crate) const GROUPS: &[&str] = &["sg-2", "sg-3"];
