//! What Azure's rows permit, by the words of Azure: the first rule by priority that matches a packet decides it.

use crate::promise::{compiled, number};
use crate::support::random::spec;
use crate::support::spec::{Member, PORTS, PROTOCOLS, Spec};
use portmatrix::compile::Compiled;
use portmatrix::model::address::{Addresses, Cidr, Family};
use portmatrix::model::cell::MaybeKnown;
use portmatrix::model::platform::Parts;
use portmatrix::model::ports::PortRange;
use portmatrix::model::traffic::Traffic;
use portmatrix::model::words::Direction;
use portmatrix::render::Zones;
use portmatrix::render::azure::Azure;
use portmatrix::render::azure::{Access, Endpoint, Options, Rendered, Row, render};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Where a packet comes from, or goes to: somewhere in a zone.
#[derive(Clone, Copy)]
pub(crate) struct End {
    pub(crate) zone: usize,
    pub(crate) address: Option<Cidr>,
    pub(crate) groups: bool,
    pub(crate) tag: bool,
}

/// A packet that one zone lets in or out.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Packet {
    pub(crate) zone: usize,
    pub(crate) direction: Direction,
    pub(crate) peer: usize,
    pub(crate) family: Family,
    pub(crate) protocol: &'static str,
    pub(crate) port: u16,
    /// What there is to tell the peer by.
    pub(crate) member: Member,
}

/// Two network security groups guard all zones but those which have one to themselves: a zone that has neither groups nor
/// addresses of a family stands for all that its network security group guards (the finding `selectors-overlap` says where another
/// zone is there too).
pub(crate) fn nsg(spec: &Spec, zone: usize) -> String {
    let it = &spec.zones[zone];
    if it.spare && !it.six {
        format!("alone-{zone}")
    } else {
        format!("nsg-{}", zone % 2)
    }
}

/// A zone that is enforced has groups or addresses; one that is not has addresses or is named by a tag.
pub(crate) fn addresses(spec: &Spec) -> BTreeMap<String, Addresses> {
    let known = |text: String| MaybeKnown::Known(Arc::<str>::from(text));
    let plain = spec.addresses().into_iter().enumerate();
    plain
        .map(|(at, (name, it))| {
            let zone = &spec.zones[at];
            let tagged = !zone.grouped && !zone.spare;
            let azure = Azure {
                security_group: zone.grouped.then(|| known(nsg(spec, at))),
                resource_group: zone.grouped.then(|| known("net".to_owned())),
                application_groups: if zone.grouped && !zone.spare {
                    [("all".into(), known(format!("asg-{at}")))].into()
                } else {
                    BTreeMap::new()
                },
                service_tag: tagged.then(|| known(format!("Tag{at}"))),
                peer_by: zone.by,
                ..Azure::default()
            };
            let (ipv4, ipv6) = if tagged {
                (BTreeMap::new(), BTreeMap::new())
            } else {
                (it.ipv4, it.ipv6)
            };
            let here = Addresses {
                ipv4,
                ipv6,
                parts: Parts::of(azure),
                peer_only: zone.peer_only,
                ..Addresses::default()
            };
            (name, here)
        })
        .collect()
}

pub(crate) fn rendered(
    compiled: &Compiled,
    addresses: &BTreeMap<String, Addresses>,
    spec: &Spec,
) -> Rendered {
    let options = Options {
        directions: spec.directions.clone(),
        ..Options::default()
    };
    let zones = Zones {
        addresses,
        fixed: &compiled.fixed,
    };
    render(&compiled.rules, zones, &options, &BTreeMap::new())
}

fn end(spec: &Spec, zone: usize, family: Family) -> Option<End> {
    let it = &spec.zones[zone];
    let tag = !it.grouped && !it.spare;
    if family == Family::V6 && !it.six && !tag {
        return None;
    }
    let text = match family {
        Family::V4 => format!("10.0.{zone}.7/32"),
        Family::V6 => format!("2001:db8:{zone}::7/128"),
    };
    Some(End {
        zone,
        address: (!tag).then(|| Cidr::parse(&text, family).unwrap()),
        groups: it.grouped && !it.spare,
        tag,
    })
}

fn is_at(side: &Endpoint, end: &End) -> bool {
    match side {
        Endpoint::Any => true,
        Endpoint::Tag(tag) => end.tag && **tag.known().unwrap() == *format!("Tag{}", end.zone),
        Endpoint::Groups(ids) => {
            let own = format!("asg-{}", end.zone);
            end.groups && ids.iter().any(|it| **it.known().unwrap() == *own)
        }
        Endpoint::Blocks(blocks) => end.address.is_some_and(|it| {
            let (first, last) = it.bounds();
            blocks.iter().any(|block| {
                let block = *block.known().unwrap();
                let (from, to) = block.bounds();
                block.family() == it.family() && from <= first && last <= to
            })
        }),
    }
}

fn carries(row: &Row, protocol: &str, port: u16) -> bool {
    let word = match protocol {
        "tcp" => "Tcp",
        "udp" => "Udp",
        "icmp" => "Icmp",
        "esp" => "Esp",
        _ => "none",
    };
    let single = || PortRange::single(port);
    row.protocol == "*"
        || (row.protocol == word && row.ports.is_none_or(|it| it.contains(single())))
}

/// Every packet between two zones that can be there at all.
pub(crate) fn world(spec: &Spec) -> Vec<(Packet, End, End)> {
    let mut packets = Vec::new();
    for zone in (0..spec.zones.len()).filter(|it| spec.zones[*it].is_enforced()) {
        for peer in 0..spec.zones.len() {
            for (family, direction) in Family::ALL
                .iter()
                .flat_map(|it| spec.directions.iter().map(move |d| (*it, *d)))
            {
                for protocol in PROTOCOLS {
                    let of_family = match protocol {
                        "icmp" => family == Family::V4,
                        "icmpv6" => family == Family::V6,
                        _ => true,
                    };
                    let ported = protocol == "tcp" || protocol == "udp";
                    for port in if ported { 1..=PORTS } else { 0..=0 } {
                        let ends = end(spec, zone, family).zip(end(spec, peer, family));
                        let Some((own, other)) = ends.filter(|_| of_family) else {
                            continue;
                        };
                        let members = if other.groups {
                            &Member::ALL[..]
                        } else {
                            &[Member::All]
                        };
                        for member in members.iter().copied() {
                            let packet = Packet {
                                zone,
                                direction,
                                peer,
                                family,
                                protocol,
                                port,
                                member,
                            };
                            let other = End {
                                address: other.address.filter(|_| member != Member::Group),
                                groups: other.groups && member != Member::Address,
                                ..other
                            };
                            packets.push((packet, own, other));
                        }
                    }
                }
            }
        }
    }
    packets
}

/// What the rows of a zone's network security group permit. None but the final rules has another zone of it on its own side.
fn permitted(spec: &Spec, rendered: &Rendered) -> BTreeSet<Packet> {
    let permits = |packet: &Packet, own: &End, other: &End| {
        let nsg = nsg(spec, packet.zone);
        let rows = rendered.rows.values().filter(|it| {
            let (source, destination) = match packet.direction {
                Direction::Ingress => (other, own),
                Direction::Egress => (own, other),
            };
            it.direction == packet.direction
                && **it.point.security_group.known().unwrap() == *nsg
                && carries(it, packet.protocol, packet.port)
                && is_at(&it.source, source)
                && is_at(&it.destination, destination)
        });
        let first = rows.min_by_key(|it| *it.priority.known().unwrap());
        first.expect("the rest is denied").access == Access::Allow
    };
    let world = world(spec).into_iter();
    world
        .filter(|(packet, own, other)| permits(packet, own, other))
        .map(|it| it.0)
        .collect()
}

/// What the rules permit, less what Azure has no word for: `ICMPv6` and GRE for themselves.
pub(crate) fn wanted(spec: &Spec, compiled: &Compiled) -> BTreeSet<Packet> {
    let wants = |packet: &Packet| {
        compiled.rules.keys().any(|key| {
            let traffic = match key.traffic {
                Traffic::Any => true,
                Traffic::Ports(transport, range) => {
                    transport.as_str() == packet.protocol
                        && range.contains(PortRange::single(packet.port))
                }
                Traffic::Icmp(None) => packet.protocol == "icmp",
                Traffic::Ip(50) => packet.protocol == "esp",
                _ => false,
            };
            let has_group = spec.zones[packet.peer].grouped && !spec.zones[packet.peer].spare;
            traffic
                && spec.zones[packet.peer].names(packet.member, has_group)
                && number(&key.zone) == packet.zone
                && key.direction == packet.direction
                && number(&key.peer) == packet.peer
        })
    };
    let world = world(spec).into_iter().map(|it| it.0);
    world.filter(wants).collect()
}

proptest! {
    #![proptest_config(crate::support::properties!(600))]

    #[test]
    fn azure_allows_what_the_rules_allow(spec in spec()) {
        let compiled = compiled(&spec);
        let rendered = rendered(&compiled, &addresses(&spec), &spec);
        prop_assert_eq!(permitted(&spec, &rendered), wanted(&spec, &compiled));
    }

    #[test]
    fn azure_refuses_no_row(spec in spec()) {
        let compiled = compiled(&spec);
        let rendered = rendered(&compiled, &addresses(&spec), &spec);
        let mut names = BTreeSet::new();
        let mut numbers = BTreeSet::new();
        for (key, row) in &rendered.rows {
            let nsg = row.point.security_group.known().unwrap();
            prop_assert!(names.insert((nsg, row.name.to_lowercase())), "{}", key);
            prop_assert!(numbers.insert((nsg, row.direction, *row.priority.known().unwrap())), "{}", key);
            prop_assert!(row.name.len() <= 80 && row.description.len() <= 140);
            for side in [&row.source, &row.destination] {
                if let Endpoint::Blocks(blocks) = side {
                    let families: BTreeSet<Family> = blocks.iter().map(|it| it.known().unwrap().family()).collect();
                    prop_assert_eq!(families.len(), 1, "{}", key);
                }
            }
        }
    }

    #[test]
    fn azure_knows_its_rows_before_the_addresses(spec in spec()) {
        let compiled = compiled(&spec);
        let known = addresses(&spec);
        let unknown = known.iter().map(|(zone, it)| {
            let azure = it.part::<Azure>().unwrap();
            let pending = |it: &Option<_>| it.as_ref().map(|_: &MaybeKnown<Arc<str>>| MaybeKnown::Unknown);
            let azure = Azure {
                security_group: pending(&azure.security_group),
                resource_group: pending(&azure.resource_group),
                service_tag: pending(&azure.service_tag),
                application_groups: azure.application_groups.keys().map(|it| (Arc::clone(it), MaybeKnown::Unknown)).collect(),
                peer_by: azure.peer_by,
                ..Azure::default()
            };
            let blocks = |named: &BTreeMap<Arc<str>, MaybeKnown<Cidr>>| named.keys().map(|it| (Arc::clone(it), MaybeKnown::Unknown)).collect();
            let here = Addresses { ipv4: blocks(&it.ipv4), ipv6: blocks(&it.ipv6), parts: Parts::of(azure), peer_only: it.peer_only, ..Addresses::default() };
            (zone.clone(), here)
        });
        let (at_plan, at_apply) = (rendered(&compiled, &unknown.collect(), &spec), rendered(&compiled, &known, &spec));
        prop_assert!(at_plan.rows.keys().eq(at_apply.rows.keys()));
        for (key, planned) in &at_plan.rows {
            let applied = &at_apply.rows[key];
            prop_assert_eq!((&planned.name, &planned.description), (&applied.name, &applied.description));
            prop_assert!(planned.priority == MaybeKnown::Unknown || planned.priority == applied.priority, "{}", key);
            // Only final rules wait for the names of network security groups.
            prop_assert!(planned.priority != MaybeKnown::Unknown || key.contains("/any/"), "{}", key);
        }
        prop_assert_eq!(at_plan.counts, at_apply.counts);
    }
}
