//! What OpenStack's rows allow, read from their cells and tried with every packet of the small world, in both families.

use crate::promise::compiled;
use crate::promise::gcp::{Packet, needs};
use crate::support::random::spec;
use crate::support::spec::{Member, PORTS, PROTOCOLS, Spec};
use portmatrix::compile::Compiled;
use portmatrix::model::address::{Addresses, Cidr, Family};
use portmatrix::model::cell::MaybeKnown;
use portmatrix::model::platform::Parts;
use portmatrix::model::words::Direction;
use portmatrix::render::openstack::{OpenStack, Rendered, Row, render};
use portmatrix::render::platform::Row as _;
use portmatrix::render::{RowCell, Zones};
use proptest::collection::vec;
use proptest::prelude::*;
use std::collections::BTreeMap;

/// What is random of a zone on OpenStack: the families of its addresses, and whether it has a group of someone else.
pub(crate) type Shape = ([bool; 2], bool);

pub(crate) fn shapes() -> impl Strategy<Value = Vec<Shape>> {
    vec((any::<[bool; 2]>(), any::<bool>()), 4)
}

/// The spec's zones, with addresses of none, one or both families.
pub(crate) fn zones(spec: &Spec, shapes: &[Shape]) -> BTreeMap<String, Addresses> {
    let mut zones = spec.addresses();
    for (at, zone) in zones.values_mut().enumerate() {
        let (families, shared) = shapes[at];
        for (named, family) in [(&mut zone.ipv4, Family::V4), (&mut zone.ipv6, Family::V6)] {
            let block = Cidr::parse(&blocks(at)[usize::from(family == Family::V6)], family);
            named.clear();
            if families[usize::from(family == Family::V6)] {
                named.insert("net".into(), MaybeKnown::Known(block.unwrap()));
            }
        }
        let id = |text: String| MaybeKnown::Known(text.into());
        let peer_groups = shared.then(|| ("shared".into(), id(format!("shared-{at}"))));
        let it = &spec.zones[at];
        zone.parts = Parts::of(OpenStack {
            group: it.grouped.then(|| id(format!("own-{at}"))),
            peer_groups: peer_groups.into_iter().collect(),
            peer_by: it.by,
            ..OpenStack::default()
        });
    }
    zones
}

fn blocks(zone: usize) -> [String; 2] {
    let texts = [format!("10.0.{zone}.0/24"), format!("2001:db8:{zone}::/48")];
    texts.map(|it| Cidr::meant_by(&it).unwrap().to_string())
}

pub(crate) fn rendered(
    spec: &Spec,
    compiled: &Compiled,
    zones: &BTreeMap<String, Addresses>,
) -> Rendered {
    let zones = Zones {
        addresses: zones,
        fixed: &compiled.fixed,
    };
    render(&compiled.rules, zones, &spec.directions)
}

/// By what a member of a zone may be told: each of its groups is one of a member of its own, an address another.
fn members(spec: &Spec, shapes: &[Shape], zone: usize, family: Family) -> Vec<String> {
    let (families, shared) = shapes[zone];
    let six = usize::from(family == Family::V6);
    let has_family = families[six] || families == [false; 2];
    let it = &spec.zones[zone];
    let own = it.grouped.then(|| format!("own-{zone}"));
    let shared = shared.then(|| format!("shared-{zone}"));
    let groups: Vec<String> = own.into_iter().chain(shared).collect();
    let has_group = !groups.is_empty();
    let by_group = has_family && it.names(Member::Group, has_group);
    // Nothing names a zone without addresses, and a finding says so.
    let by_address = families[six] && it.names(Member::Address, has_group);
    let block = by_address.then(|| blocks(zone)[six].clone());
    let groups = groups.into_iter().filter(|_| by_group);
    groups.chain(block).collect()
}

/// Every packet between a zone with a group of its own and a member of another.
pub(crate) fn world(spec: &Spec, shapes: &[Shape]) -> Vec<(Packet, String)> {
    let mut world = Vec::new();
    let zones = 0..spec.zones.len();
    let pairs = zones
        .clone()
        .flat_map(|a| zones.clone().map(move |b| (a, b)));
    for (zone, peer) in pairs.filter(|it| spec.zones[it.0].is_enforced()) {
        for family in Family::ALL {
            let (families, six) = (shapes[zone].0, usize::from(family == Family::V6));
            if !families[six] && families != [false; 2] {
                continue;
            }
            for protocol in PROTOCOLS {
                let other = ["icmpv6", "icmp"][six];
                let ported = protocol == "tcp" || protocol == "udp";
                for port in if ported { 1..=PORTS } else { 0..=0 } {
                    for direction in spec.directions.iter().filter(|_| protocol != other) {
                        let packet = Packet {
                            zone,
                            direction: *direction,
                            peer,
                            family,
                            protocol,
                            port,
                            member: Member::All,
                        };
                        let members = members(spec, shapes, peer, family).into_iter();
                        world.extend(members.map(|it| (packet.clone(), it)));
                    }
                }
            }
        }
    }
    world
}

fn text(row: &Row, column: &str) -> Option<String> {
    match row.cell(column) {
        RowCell::Null => None,
        RowCell::Text(text) => Some(text.to_string()),
        RowCell::Number(number) => Some(number.to_string()),
        other => panic!("{column}: {other:?}"),
    }
}

/// Whether a rule allows a packet from or to this member, by the words of OpenStack.
fn allows(row: &Row, packet: &Packet, member: &str) -> bool {
    let is = |column: &str, wanted: &str| text(row, column).as_deref() == Some(wanted);
    let name = match packet.protocol {
        "icmpv6" => "ipv6-icmp",
        "gre" => "47",
        other => other,
    };
    let (min, max) = (text(row, "port_range_min"), text(row, "port_range_max"));
    let ports = min
        .zip(max)
        .map(|(min, max)| min.parse().unwrap()..=max.parse().unwrap());
    let has_peer = match (text(row, "remote_ip_prefix"), text(row, "remote_group_id")) {
        (Some(it), None) | (None, Some(it)) => it == member,
        other => panic!("{other:?}"),
    };
    let direction = match packet.direction {
        Direction::Ingress => "ingress",
        Direction::Egress => "egress",
    };
    let ethertype = match packet.family {
        Family::V4 => "IPv4",
        Family::V6 => "IPv6",
    };
    is("security_group_id", &format!("own-{}", packet.zone))
        && is("direction", direction)
        && is("ethertype", ethertype)
        && text(row, "protocol").is_none_or(|it| it == name)
        && ports.is_none_or(|it: std::ops::RangeInclusive<u16>| it.contains(&packet.port))
        && has_peer
}

proptest! {
    #![proptest_config(crate::support::properties!(500))]

    #[test]
    fn openstack_allows_exactly_what_is_needed((spec, shapes) in (spec(), shapes())) {
        let compiled = compiled(&spec);
        let rendered = rendered(&spec, &compiled, &zones(&spec, &shapes));
        for (packet, member) in world(&spec, &shapes) {
            let wanted = compiled.rules.keys().any(|it| needs(it, &packet));
            let mut rows = rendered.rows.values();
            let found = rows.any(|it| allows(it, &packet, &member));
            prop_assert_eq!(found, wanted, "{:?} {}", packet, member);
        }
    }

    #[test]
    fn openstack_keys_are_known_without_addresses_and_ids((spec, shapes) in (spec(), shapes())) {
        let compiled = compiled(&spec);
        let zones = zones(&spec, &shapes);
        let known = rendered(&spec, &compiled, &zones);
        let mut pending = zones.clone();
        for zone in pending.values_mut() {
            zone.ipv4.values_mut().chain(zone.ipv6.values_mut()).for_each(|it| *it = MaybeKnown::Unknown);
            zone.parts.change(|it: &mut OpenStack| {
                it.group.iter_mut().chain(it.peer_groups.values_mut()).for_each(|it| *it = MaybeKnown::Unknown);
            });
        }
        let planned = rendered(&spec, &compiled, &pending);
        let keys = |it: &Rendered| it.rows.keys().cloned().collect::<Vec<_>>();
        prop_assert_eq!(keys(&planned), keys(&known));
        prop_assert_eq!(&planned.findings, &known.findings);
        prop_assert_eq!(&planned.counts, &known.counts);
    }
}
