//! Firewall rules of Google Cloud, read from their cells and tried with every packet of the small world, in both families.

use crate::promise::compiled;
use crate::promise::sharing::{Granted, grants, may_change, said};
use crate::support::random::spec;
use crate::support::spec::{Member, PORTS, PROTOCOLS, Spec};
use portmatrix::compile::Compiled;
use portmatrix::model::address::{Addresses, Cidr, Family};
use portmatrix::model::cell::MaybeKnown;
use portmatrix::model::platform::Parts;
use portmatrix::model::rules::RuleKey;
use portmatrix::model::traffic::Traffic;
use portmatrix::model::words::Direction;
use portmatrix::render::gcp::Gcp;
use portmatrix::render::gcp::{self, Options, Rendered, Row};
use portmatrix::render::platform::Row as _;
use portmatrix::render::{RowCell, Zones};
use proptest::collection::vec;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// What is random of a zone on Google Cloud: whether it has service accounts rather than tags, and its network.
pub(crate) type Instance = (bool, bool);

pub(crate) fn instances() -> impl Strategy<Value = Vec<Instance>> {
    vec((any::<bool>(), any::<bool>()), 4)
}

/// The spec's zones: what has a group has a network, and of the others every second says how it is named.
pub(crate) fn zones(spec: &Spec, instances: &[Instance]) -> BTreeMap<String, Addresses> {
    let mut zones = spec.addresses();
    for (at, zone) in zones.values_mut().enumerate() {
        let (accounts, other) = instances[at];
        let known = |text: String| MaybeKnown::Known(text.into());
        let network = known(if other { "other" } else { "one" }.to_owned());
        let grouped = spec.zones[at].grouped;
        zone.parts = Parts::default();
        if grouped || spec.zones[at].spare {
            zone.parts = Parts::of(Gcp {
                network: grouped.then_some(network),
                project: None,
                target_tags: if accounts {
                    vec![]
                } else {
                    vec![known(format!("t{at}"))]
                },
                service_accounts: if accounts {
                    vec![known(format!("z{at}@p"))]
                } else {
                    vec![]
                },
                peer_by: spec.zones[at].by,
            });
        }
    }
    zones
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
    let options = Options {
        deny_rest: true,
        name: MaybeKnown::Known("edge".into()),
        directions: spec.directions.clone(),
    };
    gcp::render(&compiled.rules, zones, &options)
}

/// The first packet of a connection, seen from the zone whose firewall it meets.
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

/// Every packet between zones that have addresses of its family.
pub(crate) fn world(spec: &Spec) -> Vec<Packet> {
    let mut world = Vec::new();
    let has = |zone: usize, family| family == Family::V4 || spec.zones[zone].six;
    let zones = 0..spec.zones.len();
    for (zone, peer) in zones
        .clone()
        .flat_map(|a| zones.clone().map(move |b| (a, b)))
    {
        for family in Family::ALL
            .into_iter()
            .filter(|it| has(zone, *it) && has(peer, *it))
        {
            for protocol in PROTOCOLS {
                let other = match family {
                    Family::V4 => "icmpv6",
                    Family::V6 => "icmp",
                };
                let ported = protocol == "tcp" || protocol == "udp";
                for port in if ported { 1..=PORTS } else { 0..=0 } {
                    for direction in spec.directions.iter().filter(|_| protocol != other) {
                        // Egress is told by addresses alone.
                        let members = Member::ALL.into_iter();
                        let members = members
                            .filter(|it| *direction == Direction::Ingress || *it != Member::Group);
                        world.extend(members.map(|member| Packet {
                            zone,
                            direction: *direction,
                            peer,
                            family,
                            protocol,
                            port,
                            member,
                        }));
                    }
                }
            }
        }
    }
    world
}

/// Whether rules tell the peer of a packet by what there is: by tags or service accounts within one network, if both zones have them.
fn is_named(spec: &Spec, instances: &[Instance], packet: &Packet) -> bool {
    let (zone, peer) = (packet.zone, packet.peer);
    let carries = |it: usize| spec.zones[it].grouped || spec.zones[it].spare;
    let is_in_network = !spec.zones[peer].grouped || instances[zone].1 == instances[peer].1;
    let is_alike = instances[zone].0 == instances[peer].0;
    let has_group = packet.direction == Direction::Ingress
        && carries(peer)
        && (zone == peer || (is_in_network && is_alike));
    spec.zones[peer].names(packet.member, has_group)
}

pub(crate) fn needs(key: &RuleKey, packet: &Packet) -> bool {
    key.zone.as_ref() == format!("z{}", packet.zone)
        && key.peer.as_ref() == format!("z{}", packet.peer)
        && key.direction == packet.direction
        && match key.traffic {
            Traffic::Any => true,
            Traffic::Ports(transport, range) => {
                transport.as_str() == packet.protocol
                    && (range.from..=range.to).contains(&packet.port)
            }
            Traffic::Icmp(_) => packet.protocol.starts_with("icmp"),
            other => other.transport() == packet.protocol,
        }
}

fn texts(row: &Row, column: &str) -> Option<Vec<String>> {
    let text = |it: &RowCell| match it {
        RowCell::Text(text) => text.to_string(),
        other => panic!("{other:?}"),
    };
    match row.cell(column) {
        RowCell::Null => None,
        RowCell::Texts(cells) => Some(cells.iter().map(text).collect()),
        RowCell::Text(text) => Some(vec![text.to_string()]),
        other => panic!("{column}: {other:?}"),
    }
}

/// Whether one of the ranges holds the one address of a zone in this family.
fn holds(ranges: &[String], zone: usize, family: Family) -> bool {
    let address = match family {
        Family::V4 => format!("10.0.{zone}.1/32"),
        Family::V6 => format!("2001:db8:{zone}::1/128"),
    };
    let address = Cidr::parse(&address, family).unwrap().bounds().0;
    let blocks = ranges.iter().filter_map(|it| Cidr::parse(it, family).ok());
    blocks
        .map(Cidr::bounds)
        .any(|(first, last)| (first..=last).contains(&address))
}

/// Whether a rule of this network is for an instance, by what it carries.
fn carries(row: &Row, side: &str, gcp: Option<&Gcp>) -> bool {
    let Some(gcp) = gcp else { return false };
    let has = |column: &str, cells: &[MaybeKnown<std::sync::Arc<str>>]| {
        let named = texts(row, column).unwrap_or_default();
        cells
            .iter()
            .any(|it| named.contains(&it.known().unwrap().to_string()))
    };
    has(&format!("{side}_tags"), &gcp.target_tags)
        || has(&format!("{side}_service_accounts"), &gcp.service_accounts)
}

/// The protocol and the ports of the one block that a rule has.
fn matches(row: &Row, packet: &Packet) -> bool {
    let blocks = |column| match row.cell(column) {
        RowCell::Blocks(blocks) => blocks,
        other => panic!("{other:?}"),
    };
    let both = [blocks("allow"), blocks("deny")].concat();
    let [block] = both.as_slice() else {
        panic!("{row:?}")
    };
    let RowCell::Text(protocol) = &block[0].1 else {
        panic!("{row:?}")
    };
    let number = match packet.protocol {
        "icmpv6" => "58",
        "gre" => "47",
        named => named,
    };
    let in_ports = match &block[1].1 {
        RowCell::Null => true,
        RowCell::Texts(cells) => cells.iter().any(|it| {
            let RowCell::Text(text) = it else {
                panic!("{it:?}")
            };
            let (from, to) = text.split_once('-').unwrap_or((text, text));
            (from.parse().unwrap()..=to.parse().unwrap()).contains(&packet.port)
        }),
        other => panic!("{other:?}"),
    };
    (**protocol == *"all" || **protocol == *number) && in_ports
}

/// What a network does with a packet: the rule of the lowest priority decides, and without one ingress is denied and egress is
/// admitted.
fn admits(rows: &[Row], packet: &Packet, zones: &BTreeMap<String, Addresses>, spec: &Spec) -> bool {
    let gcp = |zone: usize| zones[&format!("z{zone}")].part::<Gcp>();
    let Some(here) = gcp(packet.zone).filter(|_| spec.zones[packet.zone].is_enforced()) else {
        return false;
    };
    let network = here.network.as_ref().unwrap().known().unwrap();
    let in_network = |zone: usize| {
        gcp(zone).is_some_and(|it| match &it.network {
            Some(it) => it.known().unwrap() == network,
            // A zone without a network is in the network of the zone that refers to it.
            None => true,
        })
    };
    let direction = match packet.direction {
        Direction::Ingress => "INGRESS",
        Direction::Egress => "EGRESS",
    };
    let decides = |row: &&Row| {
        if texts(row, "direction").unwrap() != [direction] {
            return false;
        }
        let other = match packet.direction {
            Direction::Ingress => {
                let ranges = texts(row, "source_ranges").unwrap_or_default();
                assert_eq!(texts(row, "destination_ranges"), None);
                let by_address = packet.member != Member::Group;
                let by_group = packet.member != Member::Address && in_network(packet.peer);
                (by_address && holds(&ranges, packet.peer, packet.family))
                    || (by_group && carries(row, "source", gcp(packet.peer)))
            }
            Direction::Egress => {
                for column in ["source_ranges", "source_tags", "source_service_accounts"] {
                    assert_eq!(texts(row, column), None);
                }
                holds(
                    &texts(row, "destination_ranges").unwrap(),
                    packet.peer,
                    packet.family,
                )
            }
        };
        texts(row, "network").unwrap() == [network.to_string()]
            && carries(row, "target", Some(here))
            && other
            && matches(row, packet)
    };
    let priority = |row: &&Row| match row.cell("priority") {
        RowCell::Number(it) => it,
        other => panic!("{other:?}"),
    };
    // Of two rules of one priority, the one that denies goes before.
    let first = rows
        .iter()
        .filter(decides)
        .min_by_key(|it| (priority(it), it.traffic.is_some()));
    first.map_or(packet.direction == Direction::Egress, |it| {
        it.traffic.is_some()
    })
}

proptest! {
    #![proptest_config(crate::support::properties!(300))]

    #[test]
    fn a_network_allows_exactly_what_the_rules_allow((spec, instances) in (spec(), instances())) {
        let compiled = compiled(&spec);
        let zones = zones(&spec, &instances);
        let rendered = rendered(&spec, &compiled, &zones);
        let rows: Vec<Row> = rendered.rows.values().cloned().collect();
        for packet in world(&spec) {
            let needed = compiled.rules.keys().any(|it| needs(it, &packet));
            let wanted = needed && is_named(&spec, &instances, &packet);
            prop_assert_eq!(admits(&rows, &packet, &zones, &spec), wanted, "{:?}", packet);
        }
        let names: BTreeSet<String> = rows.iter().map(|it| texts(it, "name").unwrap().concat()).collect();
        prop_assert_eq!(names.len(), rows.len());
        prop_assert!(names.iter().all(|it| is_name(it)), "{:?}", names);
    }

    #[test]
    fn keys_depend_on_nothing_that_may_be_unknown((spec, instances) in (spec(), instances())) {
        let compiled = compiled(&spec);
        let zones = zones(&spec, &instances);
        let known = rendered(&spec, &compiled, &zones);
        let mut pending = zones.clone();
        for zone in pending.values_mut() {
            for named in [&mut zone.ipv4, &mut zone.ipv6] {
                for it in named.values_mut() {
                    *it = MaybeKnown::Unknown;
                }
            }
            zone.parts.change(|gcp: &mut Gcp| {
                for it in gcp.target_tags.iter_mut().chain(&mut gcp.service_accounts) {
                    *it = MaybeKnown::Unknown;
                }
            });
        }
        let keys = |it: &Rendered| it.rows.keys().cloned().collect::<Vec<_>>();
        let planned = rendered(&spec, &compiled, &pending);
        prop_assert_eq!(keys(&planned), keys(&known));
        prop_assert_eq!(&planned.findings, &known.findings);
        prop_assert_eq!(&planned.counts, &known.counts);
        // Without the networks the rules between zones may be open, and that is said.
        for zone in pending.values_mut() {
            zone.parts.change(|gcp: &mut Gcp| {
                gcp.network = gcp.network.as_ref().map(|_| MaybeKnown::Unknown);
            });
        }
        let planned = rendered(&spec, &compiled, &pending);
        if planned.undecided.is_empty() {
            prop_assert_eq!(keys(&planned), keys(&known));
            prop_assert_eq!(&planned.findings, &known.findings);
        }
    }

    #[test]
    fn shared_identities_are_reported_exactly_where_they_allow_more(
        (spec, instances) in (spec(), instances()),
        carried in vec(vec(0..5_u8, 1..3), 4),
        unknown in 0..4_usize,
    ) {
        let compiled = compiled(&spec);
        let mut zones = zones(&spec, &instances);
        for (zone, carried) in zones.values_mut().zip(&carried) {
            zone.parts.change(|gcp: &mut Gcp| {
                for cells in [&mut gcp.target_tags, &mut gcp.service_accounts] {
                    if !cells.is_empty() {
                        *cells = carried.iter().map(|it| MaybeKnown::Known(format!("c{it}").into())).collect();
                    }
                }
            });
        }
        let rows: Vec<Row> = rendered(&spec, &compiled, &zones).rows.into_values().collect();
        let mut beyond = false;
        for packet in world(&spec).into_iter().filter(|it| it.member == Member::All) {
            let wanted = compiled.rules.keys().any(|it| needs(it, &packet));
            let admitted = admits(&rows, &packet, &zones, &spec);
            prop_assert!(admitted || !wanted, "{:?}", packet);
            beyond |= admitted && !wanted;
        }
        let enforced = |it: &str| spec.layout().zones[it].enforced;
        let granted = grants(&compiled, &compiled.rules, &zones);
        // A rule by tag matches ICMPv6 between zones that declare no IPv6, too, but the world has no such packets.
        let has_six = |zone: &str| {
            let at: Option<usize> = zone.strip_prefix('z').and_then(|it| it.parse().ok());
            at.is_some_and(|it| spec.zones[it].six)
        };
        let is_in_world = |it: &Granted| {
            let is_six = matches!(it.rule.traffic, Traffic::Icmpv6(_));
            !is_six || (has_six(&it.zone) && has_six(&it.peer))
        };
        let granted = granted
            .iter()
            .any(|it| it.by != "address" && enforced(&it.zone) && is_in_world(it));
        prop_assert_eq!(beyond, granted);
        let said = said(&compiled, &spec, &zones).findings;
        // What is not known yet changes nothing, or it is said that it may.
        let mut pending = zones.clone();
        if let Some(zone) = pending.values_mut().nth(unknown) {
            zone.parts.change(|gcp: &mut Gcp| {
                gcp.target_tags.fill(MaybeKnown::Unknown);
                gcp.service_accounts.fill(MaybeKnown::Unknown);
            });
        }
        let planned = crate::promise::sharing::said(&compiled, &spec, &pending);
        if !may_change(&compiled, &pending, &planned) {
            prop_assert_eq!(planned.findings, said);
        }
    }
}

/// `[a-z]([-a-z0-9]{0,61}[a-z0-9])?`
fn is_name(text: &str) -> bool {
    let allowed = |it: u8| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'-';
    (1..=63).contains(&text.len())
        && text.bytes().all(allowed)
        && text.as_bytes()[0].is_ascii_lowercase()
        && !text.ends_with('-')
}
