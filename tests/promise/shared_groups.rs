//! What zones get of each other's rules on OpenStack, as in `sharing`: by security groups and by addresses.

use crate::promise::sharing::{
    Has, beyond, by_name, compiled, found, has, id, is_in, named, pairs, text,
};
use crate::promise::{number, packets};
use crate::support::random::spec;
use crate::support::spec::Packet;
use portmatrix::model::address::Addresses;
use portmatrix::model::key::RowKey;
use portmatrix::model::platform::{Parts, PeerBy};
use portmatrix::model::words::Direction;
use portmatrix::render::Zones;
use portmatrix::render::openstack::{OpenStack, Peer, render};
use proptest::collection::vec;
use proptest::prelude::*;
use std::collections::BTreeSet;

fn openstack(it: &Has) -> Addresses {
    it.addresses(Parts::of(OpenStack {
        group: it.own.map(|it| text(format!("sg-{it}"))),
        peer_groups: named(&it.groups, "sg-"),
        peer_by: it.by,
        ..OpenStack::default()
    }))
}

proptest! {
    #![proptest_config(crate::support::properties!(1000))]

    #[test]
    fn openstack_grants_exactly_what_is_found(spec in spec(), zones in vec(has(), 4)) {
        let mut zones = zones;
        zones.truncate(spec.zones.len());
        for it in &mut zones {
            // A peer that no rule can name is an error of its own.
            let by_group = it.by != PeerBy::Cidr && (it.own.is_some() || !it.groups.is_empty());
            if it.blocks.is_empty() && !by_group {
                it.blocks.insert(5);
            }
        }
        let addresses = by_name(&spec, &zones, openstack);
        let (compiled, needed) = compiled(&spec, &addresses);
        let of = Zones { addresses: &addresses, fixed: &compiled.fixed };
        let rendered = render(&compiled.rules, of, &spec.directions);
        let has_group = |zone: usize, group: Option<u8>| group.is_some_and(|it| zones[zone].own == Some(it) || zones[zone].groups.contains(&it));
        let mut admitted = BTreeSet::new();
        for (key, row) in &rendered.rows {
            let own_peer = number(RowKey::parse(key).unwrap().peer);
            let direction = row.direction;
            let at = |zone| has_group(zone, id(&row.group, "sg-"));
            let peer = |zone: usize| match &row.peer {
                Peer::Group(it) => has_group(zone, id(it, "sg-")),
                Peer::Block(_) if direction == Direction::Egress => zone == own_peer,
                Peer::Block(it) => zone == own_peer || is_in(&zones, zone, *it.known().unwrap()),
            };
            let nested_in = matches!(row.peer, Peer::Block(_)).then_some(own_peer);
            for (zone, peer) in pairs(zones.len(), at, peer, nested_in) {
                for (protocol, port) in packets(row.traffic, false) {
                    admitted.insert(Packet { zone, direction, peer, protocol, port });
                }
            }
        }
        prop_assert_eq!(found(&compiled, &needed, &addresses), beyond(admitted, &needed));
    }
}
