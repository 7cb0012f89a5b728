//! The comparison against brute force, over worlds so small that every packet can be looked at.

use crate::review::rules::{ends, rule};
use crate::review::world::{
    GROUPS, Packet, Who, World, addresses, anyone, beyond, decides, lacked_by, lacks, members,
    named, names, permits, permitted_by, says_so, speaks_of, tcp, udp, world,
};
use portmatrix::model::ports::PortRange;
use portmatrix::model::services::Services;
use portmatrix::model::traffic::{IcmpType, Traffic, Transport};
use portmatrix::review::rule::{EndpointSet, Rule, TrafficSet};
use portmatrix::review::{Difference, Kind, compare};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

fn of_kinds(differences: &[Difference], kinds: &[Kind]) -> Vec<Difference> {
    let of_them = differences.iter().filter(|it| kinds.contains(&it.kind));
    of_them.cloned().collect()
}

fn packets(world: &World, extents: &[TrafficSet]) -> Vec<usize> {
    let all = 0..world.len();
    all.flat_map(|at| {
        let holding = extents.iter().filter(move |it| names(it, &world[at]));
        holding.map(move |_| at)
    })
    .collect()
}

/// Everything that has to hold of what was found, whatever the rules.
fn check(world: &World, wanted: &[Rule], found: &[Rule]) -> Result<(), TestCaseError> {
    let differences = compare(wanted, found);
    // Rules for everything may also meet outside a small world.
    let whole = |it: &Rule| it.extent.services.is_all();
    let beyond = wanted.iter().chain(found).any(whole);
    let agrees = |seen: bool, said: bool| seen == said || (said && beyond);
    let all = || 0..world.len();
    let excess: BTreeSet<usize> = all()
        .filter(|it| says_so(found, &world[*it]) && !permits(wanted, &world[*it]))
        .collect();
    let denied = |it: &usize| {
        let deny = decides(wanted, &world[*it]);
        let deny = deny
            .is_some_and(|at| wanted[at].order.denies && names(&wanted[at].extent, &world[*it]));
        deny && decides(found, &world[*it]).is_none()
    };
    let lack: BTreeSet<usize> = all()
        .filter(|it| lacks(world, wanted, found, &world[*it]) || denied(it))
        .collect();
    // A partition: each packet is reported once, and nothing else is.
    for (kinds, expected) in [
        ([Kind::Extra, Kind::Wider], &excess),
        ([Kind::Missing, Kind::Narrower], &lack),
    ] {
        let reported: Vec<usize> = of_kinds(&differences, &kinds)
            .iter()
            .flat_map(|it| packets(world, &it.traffic))
            .collect();
        prop_assert_eq!(
            reported.iter().copied().collect::<BTreeSet<_>>(),
            expected.clone()
        );
        prop_assert_eq!(reported.len(), expected.len());
    }
    for it in &differences {
        let packets = packets(world, &it.traffic);
        let meets = |rules: &[Rule], at: usize, others: &[Rule]| {
            let mut packets = world.iter();
            packets.any(|it| permitted_by(rules, at, it) && permits(others, it))
        };
        match it.kind {
            Kind::Extra | Kind::Wider => {
                let at = it.found[0];
                prop_assert!(
                    packets
                        .iter()
                        .all(|it| permitted_by(found, at, &world[*it]))
                );
                prop_assert!(agrees(meets(found, at, wanted), it.kind == Kind::Wider));
                let same: Vec<usize> = (0..found.len())
                    .filter(|other| *other != at)
                    .filter(|at| {
                        packets
                            .iter()
                            .any(|it| permitted_by(found, *at, &world[*it]))
                    })
                    .collect();
                let others: BTreeSet<usize> = it.others.iter().copied().collect();
                prop_assert_eq!(others, same.into_iter().collect());
            }
            Kind::Missing | Kind::Narrower => {
                let at = it.wanted[0];
                prop_assert!(agrees(meets(wanted, at, found), it.kind == Kind::Narrower));
                let speaks = |it: &usize| speaks_of(&wanted[at].extent, &world[*it]);
                prop_assert!(packets.iter().all(speaks));
                for blocker in &it.blocked_by {
                    // It may block traffic that this small world does not have.
                    prop_assert!(found[*blocker].order.denies);
                }
            }
            Kind::Unproven | Kind::Duplicate | Kind::Shadowed => {}
        }
    }
    hygiene(world, wanted, found, &differences)
}

/// Rules that can go can all go at once, and none of them is where the fault is another's.
fn hygiene(
    world: &World,
    wanted: &[Rule],
    found: &[Rule],
    differences: &[Difference],
) -> Result<(), TestCaseError> {
    let gone = of_kinds(differences, &[Kind::Duplicate, Kind::Shadowed]);
    let gone: BTreeSet<usize> = gone.iter().map(|it| it.found[0]).collect();
    let left: Vec<Rule> = (0..found.len())
        .filter(|it| !gone.contains(it))
        .map(|it| found[it].clone())
        .collect();
    for packet in world {
        prop_assert_eq!(permits(&left, packet), permits(found, packet));
    }
    let sound = |rules: &[Rule], at: usize| {
        let mut packets = world.iter();
        packets.all(|it| !permitted_by(rules, at, it) || permits(wanted, it))
    };
    let does = |it: &Rule| (it.extent.clone(), it.order.denies);
    for it in of_kinds(differences, &[Kind::Duplicate, Kind::Shadowed]) {
        let at = it.found[0];
        prop_assert!(found[at].order.denies || sound(found, at));
        if it.kind == Kind::Shadowed {
            prop_assert!(!wanted.iter().any(|other| does(other) == does(&found[at])));
        }
    }
    // None was overlooked: of those that stay, none that could be shadowed is inside the others.
    if !found.iter().any(|it| it.order.denies) {
        for (at, rule) in left.iter().enumerate() {
            let others: Vec<Rule> = (0..left.len())
                .filter(|it| *it != at && sound(&left, *it))
                .map(|it| left[it].clone())
                .collect();
            let speaks = |it: &&Packet| speaks_of(&rule.extent, it);
            let mut packets = world.iter().filter(speaks);
            let inside = sound(&left, at) && packets.all(|it| permits(&others, it));
            prop_assert!(!inside || wanted.iter().any(|other| does(other) == does(rule)));
        }
    }
    Ok(())
}

/// Whom traffic is charged to, by the definition: those that meet the other side before those that do not, then those that go
/// further beyond, then by id. Only where each packet of the world weighs the same.
fn charged(
    world: &World,
    side: &[Rule],
    other: &[Rule],
    lacks: bool,
) -> BTreeMap<usize, BTreeSet<usize>> {
    let beyond = |at: usize| -> BTreeSet<usize> {
        let all = 0..world.len();
        let is_beyond = |it: &Packet| {
            if lacks {
                lacked_by(world, side, other, at, it)
            } else {
                names(&side[at].extent, it) && !permits(other, it)
            }
        };
        all.filter(|it| is_beyond(&world[*it])).collect()
    };
    let meets = |at: usize| {
        let mut packets = world.iter();
        packets.any(|it| speaks_of(&side[at].extent, it) && permits(other, it))
    };
    let mut order: Vec<usize> = (0..side.len()).collect();
    order.sort_by_key(|at| {
        (
            !meets(*at),
            usize::MAX - beyond(*at).len(),
            side[*at].id.clone(),
        )
    });
    let mut taken = BTreeSet::new();
    let mut charged = BTreeMap::new();
    for at in order {
        let own: BTreeSet<usize> = beyond(at).difference(&taken).copied().collect();
        taken.extend(&own);
        if !own.is_empty() {
            charged.insert(at, own);
        }
    }
    charged
}

/// From port 2 on: port 0 goes with port 1, which would weigh two.
fn of_ports(limit: u16) -> impl Strategy<Value = Traffic> {
    let range =
        (2..=limit, 0..=3u16).prop_map(move |(from, more)| (from, (from + more).min(limit)));
    (range, any::<bool>()).prop_map(|((from, to), udp)| {
        let transport = if udp { Transport::Udp } else { Transport::Tcp };
        Traffic::Ports(transport, PortRange { from, to })
    })
}

/// Blocks of the small world, and what stands for addresses.
fn peer(tags: &'static [&'static str]) -> impl Strategy<Value = EndpointSet> {
    let four = (0..8u32, 29..=32u8).prop_map(|(at, length)| {
        let at = at & !((1 << (32 - length)) - 1);
        ends(&format!("10.0.0.{at}/{length}"))
    });
    let six = (0..4u32, 126..=128u8).prop_map(|(at, length)| {
        let at = at & !((1 << (128 - length)) - 1);
        ends(&format!("2001:db8::{at:x}/{length}"))
    });
    prop_oneof![6 => four, 2 => six, 2 => proptest::sample::select(tags).prop_map(ends)]
}

/// The same, or every address of a family.
fn peer_or_all(tags: &'static [&'static str]) -> impl Strategy<Value = EndpointSet> {
    let all = proptest::sample::select(vec!["0.0.0.0/0", "0.0.0.0/0", "::/0"]).prop_map(ends);
    prop_oneof![5 => peer(tags), 1 => all]
}

/// Several ends at once.
fn peers(tags: &'static [&'static str]) -> impl Strategy<Value = EndpointSet> {
    several(peer(tags))
}

fn several(one: impl Strategy<Value = EndpointSet>) -> impl Strategy<Value = EndpointSet> {
    proptest::collection::vec(one, 1..3).prop_map(|of_them| {
        let (mut all, mut names) = (Vec::new(), Vec::new());
        for it in of_them {
            if let EndpointSet::Only { blocks, named } = it {
                all.extend(blocks);
                names.extend(named);
            }
        }
        EndpointSet::these(all, names)
    })
}

fn allow(
    services: impl Strategy<Value = Traffic>,
    peers: impl Strategy<Value = EndpointSet>,
) -> impl Strategy<Value = Vec<Rule>> {
    let one = (proptest::collection::vec(services, 1..3), peers);
    proptest::collection::vec(one, 0..7).prop_map(|rules| {
        let each = rules
            .into_iter()
            .enumerate()
            .map(|(at, (services, peers))| Rule {
                extent: TrafficSet::new(Services::of(services), peers),
                ..rule(&format!("r{at}"), "tcp/1", "*", 0, false)
            });
        each.collect()
    })
}

fn ordered() -> impl Strategy<Value = Vec<Rule>> {
    let everyone =
        || prop_oneof![2 => Just(EndpointSet::Any), 5 => several(peer_or_all(&["tag", "other"]))];
    let services =
        prop_oneof![4 => of_ports(4), 1 => Just(Traffic::Any), 1 => Just(Traffic::Icmp(None))];
    let sources = prop_oneof![5 => Just(PortRange::ALL), 1 => Just(PortRange::single(443))];
    let one = (services, sources, everyone(), everyone(), any::<bool>());
    proptest::collection::vec(one, 0..6).prop_map(|rules| {
        let each =
            rules
                .into_iter()
                .enumerate()
                .map(|(at, (services, source, own, peers, denies))| Rule {
                    extent: TrafficSet {
                        services: Services::of([services]),
                        source_ports: vec![source],
                        own,
                        peers,
                    },
                    ..rule(
                        &format!("r{at}"),
                        "tcp/1",
                        "*",
                        100 + u32::try_from(at / 2).unwrap(),
                        denies,
                    )
                });
        each.collect()
    })
}

proptest! {
    #![proptest_config(crate::support::properties!(60))]

    #[test]
    fn groups_that_only_allow(
        wanted in allow(of_ports(6), peers(GROUPS)),
        found in allow(of_ports(6), peers(GROUPS)),
    ) {
        let services: Vec<Traffic> = (1..=6)
            .flat_map(|it| [tcp(it, it), udp(it)])
            .collect();
        let peers = [addresses(), named(&["sg-2", "sg-3"])].concat();
        let world = world(&services, &[1], &anyone(), &peers);
        check(&world, &wanted, &found)?;
        let differences = compare(&wanted, &found);
        for (kinds, side, other) in [
            ([Kind::Extra, Kind::Wider], &found, &wanted),
            ([Kind::Missing, Kind::Narrower], &wanted, &found),
        ] {
            let reported: BTreeMap<usize, BTreeSet<usize>> = of_kinds(&differences, &kinds)
                .iter()
                .map(|it| {
                    let about = if kinds[0] == Kind::Extra { it.found[0] } else { it.wanted[0] };
                    (about, packets(&world, &it.traffic).into_iter().collect())
                })
                .collect();
            prop_assert_eq!(reported, charged(&world, side, other, kinds[0] == Kind::Missing));
        }
    }

    #[test]
    fn everything_and_icmp_of_both_families(
        wanted in allow(prop_oneof![of_ports(3), whole()], several(peer_or_all(GROUPS))),
        found in allow(prop_oneof![of_ports(3), whole()], several(peer_or_all(GROUPS))),
    ) {
        let kind = |number, code| IcmpType { number, code: Some(code) };
        let services = [
            tcp(1, 1), tcp(2, 2), tcp(3, 3), tcp(60000, 60000), udp(1), udp(2), udp(3), Traffic::Ip(50),
            Traffic::Icmp(Some(kind(8, 0))), Traffic::Icmp(Some(kind(3, 4))), Traffic::Icmp(Some(kind(3, 5))),
            Traffic::Icmpv6(Some(kind(128, 0))),
        ];
        let peers = [addresses(), beyond().to_vec(), named(&["sg-2", "sg-3"])].concat();
        check(&world(&services, &[1], &anyone(), &peers), &wanted, &found)?;
    }

    #[test]
    fn rules_with_an_order(wanted in ordered(), found in ordered()) {
        let kind = IcmpType { number: 8, code: Some(0) };
        let ports = (1..=4).flat_map(|it| [tcp(it, it), udp(it)]);
        let services: Vec<Traffic> = ports.chain([Traffic::Icmp(Some(kind)), Traffic::Ip(50)]).collect();
        // Everyone is every address, and whatever else the rules at the point name on that end.
        let rules = || wanted.iter().chain(&found).map(|it| &it.extent);
        let with = |named: &mut dyn Iterator<Item = &EndpointSet>| {
            let names: BTreeSet<Who> = named.flat_map(members).collect();
            addresses().into_iter().chain(beyond()).chain(names).collect::<Vec<_>>()
        };
        let own = with(&mut rules().map(|it| &it.own));
        let peers = with(&mut rules().map(|it| &it.peers));
        check(&world(&services, &[443, 1024], &own, &peers), &wanted, &found)?;
    }

    #[test]
    fn a_side_does_not_differ_from_itself(rules in ordered()) {
        let differences = compare(&rules, &rules);
        prop_assert!(differences.iter().all(|it| !it.kind.is_traffic() || it.kind == Kind::Unproven));
    }
}

/// Traffic without ports.
fn whole() -> impl Strategy<Value = Traffic> {
    let kind = |number, code| Some(IcmpType { number, code });
    proptest::sample::select(vec![
        Traffic::Any,
        Traffic::Ip(50),
        Traffic::Icmp(None),
        Traffic::Icmp(kind(3, None)),
        Traffic::Icmp(kind(3, Some(4))),
        Traffic::Icmpv6(None),
        tcp(0, u16::MAX),
    ])
}
