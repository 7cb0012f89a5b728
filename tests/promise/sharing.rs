//! What zones get of each other's rules, by brute force over the rows: a member of a zone has all that the zone has, at an address
//! that belongs to it.

use crate::promise::{number, packets, permitted_by_rules};
use crate::support::random::spec;
use crate::support::spec::{Packet, Spec};
use portmatrix::compile::{Compiled, compile};
use portmatrix::model::address::{Addresses, Cidr, Family};
use portmatrix::model::cell::{ByName, MaybeKnown, MaybeKnownText};
use portmatrix::model::key::RowKey;
use portmatrix::model::platform::{Parts, PeerBy};
use portmatrix::model::rules::{RuleKey, Rules};
use portmatrix::model::words::Direction;
use portmatrix::render::Zones;
use portmatrix::render::aws::{self, Aws, PriorGroups};
use portmatrix::render::azure::{self, Azure, Endpoint};
use portmatrix::render::grants::{By, Entitled, visit};
use portmatrix::render::identity::{Match, World};
use portmatrix::render::sharing::{self, Sharing};
use proptest::collection::{btree_set, vec};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::sync::Arc;

/// A grant, in words of its own.
pub(crate) struct Granted {
    pub(crate) rule: RuleKey,
    pub(crate) zone: String,
    pub(crate) peer: String,
    pub(crate) by: &'static str,
}

fn world<'w>(compiled: &'w Compiled, addresses: &'w BTreeMap<String, Addresses>) -> World<'w> {
    let fixed = &compiled.fixed;
    World::new(&compiled.rules, Zones { addresses, fixed })
}

/// Everything that rules surely grant beyond what is needed.
pub(crate) fn grants(
    compiled: &Compiled,
    needed: &Rules,
    addresses: &BTreeMap<String, Addresses>,
) -> Vec<Granted> {
    let world = world(compiled, addresses);
    let entitled = Entitled::of(needed, &world);
    let mut found = Vec::new();
    let all = visit(
        &world,
        &entitled,
        Match::Yes,
        &[Direction::Ingress],
        |grant| {
            found.push(Granted {
                rule: grant.rule.clone(),
                zone: grant.zone.to_owned(),
                peer: grant.peer.to_owned(),
                by: match grant.by {
                    By::At(_) => "at",
                    By::Named(_) => "named",
                    By::Address => "address",
                },
            });
            ControlFlow::Continue(())
        },
    );
    assert!(all.is_continue());
    found
}

pub(crate) fn said(
    compiled: &Compiled,
    spec: &Spec,
    addresses: &BTreeMap<String, Addresses>,
) -> Sharing {
    sharing::judge(&world(compiled, addresses), &compiled.rules, &spec.layout())
}

pub(crate) fn may_change(
    compiled: &Compiled,
    addresses: &BTreeMap<String, Addresses>,
    said: &Sharing,
) -> bool {
    sharing::may_change(&world(compiled, addresses), said)
}

/// Blocks of the small world.
pub(crate) const BLOCKS: [&str; 7] = [
    "10.0.0.0/23",
    "10.0.0.0/24",
    "10.0.1.0/24",
    "10.0.0.0/25",
    "10.0.0.128/25",
    "10.0.0.64/26",
    "10.0.1.128/25",
];

/// One address of each piece into which the blocks divide the small world.
const POINTS: [&str; 5] = [
    "10.0.0.1/32",
    "10.0.0.65/32",
    "10.0.0.129/32",
    "10.0.1.1/32",
    "10.0.1.129/32",
];

/// What a zone has.
#[derive(Clone, Debug)]
pub(crate) struct Has {
    pub(crate) blocks: BTreeSet<usize>,
    pub(crate) own: Option<u8>,
    pub(crate) groups: BTreeSet<u8>,
    pub(crate) lists: BTreeSet<u8>,
    pub(crate) by: PeerBy,
}

pub(crate) fn has() -> impl Strategy<Value = Has> {
    let by = prop::sample::select(vec![PeerBy::Group, PeerBy::Cidr, PeerBy::Both]);
    let own = prop::option::weighted(0.7, 0..3_u8);
    let blocks = btree_set(0..BLOCKS.len(), 0..3);
    (
        blocks,
        own,
        btree_set(0..3_u8, 0..2),
        btree_set(0..2_u8, 0..2),
        by,
    )
        .prop_map(|(mut blocks, own, groups, lists, by)| {
            // A peer that no rule can name is an error of its own.
            let by_group = by != PeerBy::Cidr && (own.is_some() || !groups.is_empty());
            if blocks.is_empty() && lists.is_empty() && !by_group {
                blocks.insert(5);
            }
            Has {
                blocks,
                own,
                groups,
                lists,
                by,
            }
        })
}

pub(crate) fn cidr(text: &str) -> Cidr {
    Cidr::parse(text, Family::V4).unwrap()
}

pub(crate) fn text(text: String) -> MaybeKnownText {
    MaybeKnown::Known(text.into())
}

pub(crate) fn named(ids: &BTreeSet<u8>, prefix: &str) -> ByName<Arc<str>> {
    let ids = ids.iter();
    ids.map(|it| (it.to_string().into(), text(format!("{prefix}{it}"))))
        .collect()
}

impl Has {
    fn contains(&self, point: usize) -> bool {
        let point = cidr(POINTS[point]);
        self.blocks
            .iter()
            .any(|it| cidr(BLOCKS[*it]).contains(point))
    }

    /// The length of the widest block around a point of which the zone has every address.
    fn length(&self, point: usize) -> Option<u8> {
        let around = ["10.0.0.0/26", "10.0.1.0/25"]
            .into_iter()
            .chain(BLOCKS)
            .map(cidr);
        let whole = |block: &Cidr| {
            let inside = |it: &usize| block.contains(cidr(POINTS[*it]));
            inside(&point) && (0..POINTS.len()).filter(inside).all(|it| self.contains(it))
        };
        around.filter(whole).map(Cidr::length).min()
    }

    pub(crate) fn addresses(&self, parts: Parts) -> Addresses {
        let blocks = self.blocks.iter();
        let cell = |it: &usize| (it.to_string().into(), MaybeKnown::Known(cidr(BLOCKS[*it])));
        Addresses {
            ipv4: blocks.map(cell).collect(),
            parts,
            ..Addresses::default()
        }
    }

    fn aws(&self) -> Addresses {
        self.addresses(Parts::of(Aws {
            group: self.own.map(|it| text(format!("sg-{it}"))),
            peer_groups: named(&self.groups, "sg-"),
            prefix_lists: named(&self.lists, "pl-"),
            peer_by: self.by,
            ..Aws::default()
        }))
    }

    fn tag(&self) -> Option<String> {
        let tags = ["Storage", "storage.WestEurope"];
        let tag = self
            .lists
            .first()
            .map(|it| tags[usize::from(*it)].to_owned());
        tag.filter(|_| self.blocks.is_empty() && self.groups.is_empty())
    }

    fn azure(&self) -> Addresses {
        self.addresses(Parts::of(Azure {
            security_group: self.own.map(|it| text(format!("nsg-{it}"))),
            resource_group: self.own.map(|_| text("net".to_owned())),
            application_groups: named(&self.groups, "asg-"),
            service_tag: self.tag().map(text),
            peer_by: self.by,
            ..Azure::default()
        }))
    }
}

/// The zones to which an address belongs.
fn owners(zones: &[Has], point: usize) -> BTreeSet<usize> {
    let lengths = || zones.iter().map(|it| it.length(point));
    let longest = lengths().flatten().max();
    let all = lengths().enumerate();
    all.filter(|(_, it)| it.is_some() && *it == longest)
        .map(|(at, _)| at)
        .collect()
}

/// Whether some address of a block belongs to a zone.
pub(crate) fn is_in(zones: &[Has], zone: usize, block: Cidr) -> bool {
    let within = (0..POINTS.len()).filter(|it| block.contains(cidr(POINTS[*it])));
    within
        .into_iter()
        .any(|it| owners(zones, it).contains(&zone))
}

pub(crate) fn id(cell: &MaybeKnownText, prefix: &str) -> Option<u8> {
    cell.known()?.strip_prefix(prefix)?.parse().ok()
}

/// The layout with zones as they are enforced, and what it compiles to; then the rules if all were enforced.
pub(crate) fn compiled(spec: &Spec, addresses: &BTreeMap<String, Addresses>) -> (Compiled, Rules) {
    let mut layout = spec.layout();
    for (name, zone) in &mut layout.zones {
        zone.enforced = addresses[name].is_enforced();
    }
    let some = compile(&layout, &spec.catalog());
    layout.zones.values_mut().for_each(|it| it.enforced = true);
    (some, compile(&layout, &spec.catalog()).rules)
}

pub(crate) fn by_name(
    spec: &Spec,
    zones: &[Has],
    of: fn(&Has) -> Addresses,
) -> BTreeMap<String, Addresses> {
    let names = spec.addresses().into_keys();
    names.zip(zones).map(|(name, it)| (name, of(it))).collect()
}

/// What is granted, as packets of protocols that have ports and that no flow needs.
pub(crate) fn found(
    compiled: &Compiled,
    needed: &Rules,
    addresses: &BTreeMap<String, Addresses>,
) -> BTreeSet<Packet> {
    let mut found = BTreeSet::new();
    for it in grants(compiled, needed, addresses) {
        for (protocol, port) in packets(it.rule.traffic, true) {
            found.insert(Packet {
                zone: number(&it.zone),
                direction: it.rule.direction,
                peer: number(&it.peer),
                protocol,
                port,
            });
        }
    }
    beyond(found, needed)
}

pub(crate) fn beyond(packets: BTreeSet<Packet>, needed: &Rules) -> BTreeSet<Packet> {
    let needed = permitted_by_rules(needed);
    let ported = |it: &Packet| it.protocol == "tcp" || it.protocol == "udp";
    let packets = packets.into_iter().filter(ported);
    packets.filter(|it| !needed.contains(it)).collect()
}

/// Every pair of zones that a row allows. What a block allows among the members of one zone is not judged.
pub(crate) fn pairs(
    zones: usize,
    at: impl Fn(usize) -> bool,
    peer: impl Fn(usize) -> bool,
    nested_in: Option<usize>,
) -> Vec<(usize, usize)> {
    let all = (0..zones).flat_map(|a| (0..zones).map(move |b| (a, b)));
    let allowed = all.filter(|(zone, it)| at(*zone) && peer(*it));
    allowed
        .filter(|(zone, it)| zone != it || nested_in.is_none_or(|own| own == *it))
        .collect()
}

proptest! {
    #![proptest_config(crate::support::properties!(1500))]

    #[test]
    fn aws_grants_exactly_what_is_found(spec in spec(), zones in vec(has(), 4)) {
        let zones = &zones[..spec.zones.len()];
        let addresses = by_name(&spec, zones, Has::aws);
        let (compiled, needed) = compiled(&spec, &addresses);
        let of = Zones { addresses: &addresses, fixed: &compiled.fixed };
        let none = PriorGroups::new();
        let rendered = aws::render(&compiled.rules, of, [&none, &none]);
        let has_group = |zone: usize, group: u8| zones[zone].own == Some(group) || zones[zone].groups.contains(&group);
        let mut admitted = BTreeSet::new();
        for (rows, direction) in [(&rendered.ingress, Direction::Ingress), (&rendered.egress, Direction::Egress)] {
            for (key, row) in rows {
                let own_peer = number(RowKey::parse(key).unwrap().peer);
                let at = |zone| id(&row.group, "sg-").is_some_and(|it| has_group(zone, it));
                let peer = |zone: usize| match &row.peer {
                    aws::Peer::Group(it) => has_group(zone, id(it, "sg-").unwrap()),
                    aws::Peer::PrefixList(it) => zones[zone].lists.contains(&id(it, "pl-").unwrap()),
                    aws::Peer::Block(..) if direction == Direction::Egress => zone == own_peer,
                    aws::Peer::Block(_, it) => zone == own_peer || is_in(zones, zone, *it.known().unwrap()),

                };
                for (zone, peer) in pairs(zones.len(), at, peer, matches!(row.peer, aws::Peer::Block(..)).then_some(own_peer)) {
                    for (protocol, port) in packets(row.traffic, false) {
                        admitted.insert(Packet { zone, direction, peer, protocol, port });
                    }
                }
            }
        }
        prop_assert_eq!(found(&compiled, &needed, &addresses), beyond(admitted, &needed));
    }

    #[test]
    fn azure_grants_exactly_what_is_found(spec in spec(), zones in vec(has(), 4)) {
        let mut zones = zones;
        zones.truncate(spec.zones.len());
        for it in &mut zones {
            // As on AWS; a network security group does not name a zone.
            let by_group = it.by != PeerBy::Cidr && !it.groups.is_empty();
            if it.blocks.is_empty() && it.tag().is_none() && !by_group {
                it.blocks.insert(5);
            }
        }
        let zones = &zones[..];
        let addresses = by_name(&spec, zones, Has::azure);
        let (compiled, needed) = compiled(&spec, &addresses);
        let of = Zones { addresses: &addresses, fixed: &compiled.fixed };
        let options = azure::Options { directions: spec.directions.clone(), ..azure::Options::default() };
        let rendered = azure::render(&compiled.rules, of, &options, &BTreeMap::new());
        let mut admitted = BTreeSet::new();
        for (key, row) in rendered.rows.iter().filter(|(_, it)| !it.is_final) {
            let key = RowKey::parse(key).unwrap();
            let (own_zone, own_peer) = (number(key.zone), number(key.peer));
            let ingress = row.direction == Direction::Ingress;
            let guard = id(&row.point.security_group, "nsg-");
            let (own, other) = if ingress { (&row.destination, &row.source) } else { (&row.source, &row.destination) };
            let blocks = |zone: usize, blocks: &[MaybeKnown<Cidr>]| blocks.iter().any(|it| is_in(zones, zone, *it.known().unwrap()));
            let groups = |zone: usize, ids: &[MaybeKnownText]| ids.iter().any(|it| zones[zone].groups.contains(&id(it, "asg-").unwrap()));
            let at = |zone: usize| match own {
                Endpoint::Groups(ids) => groups(zone, ids) && (zones[zone].own.is_none() || zones[zone].own == guard),
                Endpoint::Blocks(it) => zones[zone].own == guard && (zone == own_zone || blocks(zone, it)),
                _ => zones[zone].own == guard,
            };
            let peer = |zone: usize| match other {
                Endpoint::Groups(ids) => groups(zone, ids),
                Endpoint::Blocks(_) if !ingress => zone == own_peer,
                Endpoint::Blocks(it) => zone == own_peer || blocks(zone, it),
                Endpoint::Tag(tag) => zones[zone].tag().is_some_and(|it| it.to_lowercase().starts_with(&tag.known().unwrap().to_lowercase())),
                Endpoint::Any => false,
            };
            for (zone, peer) in pairs(zones.len(), at, peer, matches!(other, Endpoint::Blocks(_)).then_some(own_peer)) {
                for protocol in ["tcp", "udp"].into_iter().filter(|it| row.protocol == "*" || row.protocol.eq_ignore_ascii_case(it)) {
                    for port in 1..=crate::support::spec::PORTS {
                        let carries = row.ports.is_none_or(|it| it.from <= port && port <= it.to);
                        if carries {
                            admitted.insert(Packet { zone, direction: row.direction, peer, protocol, port });
                        }
                    }
                }
            }
        }
        prop_assert_eq!(found(&compiled, &needed, &addresses), beyond(admitted, &needed));
    }
}
