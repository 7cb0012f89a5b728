//! Estates of every shape that costs a review something.

use portmatrix::model::address::{Cidr, Family};
use portmatrix::model::platform::PlatformId;
use portmatrix::model::ports::PortRange;
use portmatrix::model::services::Services;
use portmatrix::model::traffic::{Traffic, Transport};
use portmatrix::model::words::Direction;
use portmatrix::review::ReviewInput;
use portmatrix::review::rule::{
    EndpointSet, EnforcementPoint, Precedence, Reference, Rule, TrafficSet, Zones,
};
use std::fmt::Write;
use std::net::Ipv4Addr;

/// How the rules of an estate lie, and what is found where they are wanted.
pub(crate) struct Shape {
    pub(crate) name: &'static str,
    /// Rules at one point.
    at_one: u32,
    /// The port of a rule, and its peer: as many of them as rules, or as few as a real table has.
    what: fn(u32) -> (u16, Cidr),
    found: fn(&Rule) -> Vec<Rule>,
}

pub(crate) const SHAPES: [Shape; 6] = [
    Shape {
        name: "in sync, 50 rules a group",
        at_one: 50,
        what: spread,
        found: |it| vec![it.clone()],
    },
    Shape {
        name: "in sync, all in one group",
        at_one: u32::MAX,
        what: spread,
        found: |it| vec![it.clone()],
    },
    Shape {
        name: "each found as two halves",
        at_one: 50,
        what: spread,
        found: halves,
    },
    Shape {
        name: "halves, all in one group",
        at_one: u32::MAX,
        what: spread,
        found: halves,
    },
    Shape {
        name: "one peer, many ports, shifted",
        at_one: u32::MAX,
        what: |it| (port(it), block(0x0a00_0000 + it / 65_000 * 256, 24)),
        found: |it| vec![changed(it, |it| it.services = shifted(&it.services))],
    },
    Shape {
        name: "each found too wide",
        at_one: 50,
        what: spread,
        found: |it| {
            vec![changed(it, |it| {
                it.peers = EndpointSet::these([block(0x0a00_0000, 8)], []);
            })]
        },
    },
];

/// So many wanted rules, and what is found.
pub(crate) fn estate(shape: &Shape, count: u32) -> ReviewInput {
    let wanted: Vec<Rule> = (0..count).map(|at| rule(shape, at)).collect();
    let found: Vec<Rule> = wanted.iter().flat_map(|it| (shape.found)(it)).collect();
    ReviewInput {
        found: found.into_iter().rev().collect(),
        reviewed: [(PlatformId::Aws, Direction::Ingress)].into(),
        wanted,
        ..ReviewInput::default()
    }
}

/// An estate in the form that `sets.py` reads.
pub(crate) fn tuples(estate: &ReviewInput) -> String {
    let mut text = String::new();
    for (side, rules) in [("w", &estate.wanted), ("f", &estate.found)] {
        for it in rules {
            let EndpointSet::Only { blocks, .. } = &it.extent.peers else {
                unreachable!("a rule has a block");
            };
            let (services, block) = (&it.extent.services, blocks[0]);
            let _ = writeln!(text, "{side} {} {services} {block}", it.point);
        }
    }
    text
}

fn rule(shape: &Shape, at: u32) -> Rule {
    let (port, peer) = (shape.what)(at);
    let services = Services::of([Traffic::Ports(Transport::Tcp, PortRange::single(port))]);
    Rule {
        id: format!("rule-{at:06}"),
        point: EnforcementPoint::new(PlatformId::Aws, format!("sg-{:06}", at / shape.at_one)),
        direction: Direction::Ingress,
        extent: TrafficSet::new(services, EndpointSet::these([peer], [])),
        order: Precedence::NONE,
        zones: None,
        written: None,
    }
}

/// Ten ports towards as many blocks as there are.
fn spread(at: u32) -> (u16, Cidr) {
    (port(at % 10), block(0x0a00_0000 + at / 10 * 256, 24))
}

fn port(at: u32) -> u16 {
    u16::try_from(at % 65_000).unwrap() + 1
}

fn block(bits: u32, length: u32) -> Cidr {
    Cidr::parse(&format!("{}/{length}", Ipv4Addr::from(bits)), Family::V4).unwrap()
}

fn changed(rule: &Rule, change: impl FnOnce(&mut TrafficSet)) -> Rule {
    let mut rule = rule.clone();
    change(&mut rule.extent);
    rule
}

fn halves(rule: &Rule) -> Vec<Rule> {
    let EndpointSet::Only { blocks, .. } = &rule.extent.peers else {
        unreachable!("a rule has a block");
    };
    let (first, last) = blocks[0].bounds();
    let half = [first, first + (last - first) / 2 + 1];
    let half = half.map(|it| {
        block(
            u32::try_from(it).unwrap(),
            u32::from(blocks[0].length()) + 1,
        )
    });
    half.map(|it| changed(rule, |extent| extent.peers = EndpointSet::these([it], [])))
        .into()
}

fn shifted(services: &Services) -> Services {
    Services::of(services.traffic().into_iter().map(|it| match it {
        Traffic::Ports(transport, range) => Traffic::Ports(
            transport,
            PortRange {
                from: range.from,
                to: range.to + 1,
            },
        ),
        other => other,
    }))
}

/// Makes what is found of what is wanted.
type Change = fn(&Rule) -> Rule;

/// How far everything found is from what is wanted at its point.
pub(crate) const CHANGES: [(&str, Change); 3] = [
    ("on another port", |it| {
        changed(it, |it| it.services = shifted(&it.services))
    }),
    ("from another block", |it| {
        changed(it, |it| {
            it.peers = with_blocks(&it.peers, |at| block(at + 0x0100_0000, 24));
        })
    }),
    ("from a larger block", |it| {
        changed(it, |it| {
            it.peers = with_blocks(&it.peers, |at| block(at & 0xffff_f000, 20));
        })
    }),
];

/// So many wanted rules at one point in the form of a platform, with the rules that deny the rest, and as many that are
/// different.
pub(crate) fn all_different(platform: PlatformId, count: u32, change: Change) -> ReviewInput {
    let wanted: Vec<Rule> = (0..count).map(|at| of_platform(platform, at)).collect();
    let found: Vec<Rule> = wanted.iter().map(change).collect();
    let finals = finals(platform, count);
    ReviewInput {
        found: [found, finals.clone()].concat(),
        reviewed: [(platform, Direction::Egress)].into(),
        wanted: [wanted, finals].concat(),
        ..ReviewInput::default()
    }
}

/// Rules of one zone on Google Cloud.
const OF_A_ZONE: u32 = 50;

fn of_platform(platform: PlatformId, at: u32) -> Rule {
    // Two ports for each block, with room for others between them.
    let traffic = Traffic::Ports(Transport::Tcp, PortRange::single(port(at % 2 * 2)));
    let peer = block(0x0a00_0000 + at / 2 * 256, 24);
    let services = Services::of([traffic]);
    let priority = match platform {
        PlatformId::Azure => 100 + at,
        PlatformId::Gcp => 1000,
        _ => 0,
    };
    Rule {
        id: format!("rule-{at:06}"),
        point: EnforcementPoint::new(platform, "point"),
        direction: Direction::Egress,
        extent: TrafficSet {
            own: own(platform, at / OF_A_ZONE),
            ..TrafficSet::new(services, EndpointSet::these([peer], []))
        },
        order: Precedence {
            priority,
            denies: false,
        },
        zones: Some(Zones {
            own: format!("own-{}", at / OF_A_ZONE),
            peer: format!("peer-{}", at / 2),
        }),
        written: None,
    }
}

/// The members of a zone of a network, by their tag.
fn own(platform: PlatformId, zone: u32) -> EndpointSet {
    if platform == PlatformId::Gcp {
        EndpointSet::these([], [Reference::new("tag", format!("zone-{zone}"))])
    } else {
        EndpointSet::Any
    }
}

/// The rules that deny the rest: of a group, or of each zone.
fn finals(platform: PlatformId, count: u32) -> Vec<Rule> {
    let zones = match platform {
        PlatformId::Azure => 1,
        PlatformId::Gcp => count.div_ceil(OF_A_ZONE),
        _ => 0,
    };
    let denies = |zone| {
        let extent = TrafficSet {
            own: own(platform, zone),
            ..TrafficSet::new(Services::all(), EndpointSet::Any)
        };
        Rule {
            id: format!("deny-{zone:06}"),
            extent,
            order: Precedence {
                priority: 65_000,
                denies: true,
            },
            ..of_platform(platform, zone * OF_A_ZONE)
        }
    };
    (0..zones).map(denies).collect()
}

fn with_blocks(ends: &EndpointSet, change: fn(u32) -> Cidr) -> EndpointSet {
    let EndpointSet::Only { blocks, .. } = ends else {
        unreachable!("a rule has a block");
    };
    let first = |it: &Cidr| u32::try_from(it.bounds().0).unwrap();
    EndpointSet::these(blocks.iter().map(|it| change(first(it))), [])
}
