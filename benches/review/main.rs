//! Comparing wanted with found rules at 1,000, 10,000 and 100,000 of each: one table, growth and ratios in one run.
//!
//! `cargo bench --bench review`. Python compares the same rules as sets of tuples, which knows neither splits nor wider rules;
//! it is measured where `python3` (or `PORTMATRIX_PYTHON`) is here.

#![allow(clippy::unwrap_used, reason = "a bench that cannot go on fails")]
#![allow(clippy::print_stdout, reason = "the table is the result")]

use portmatrix::catalog::Catalog;
use portmatrix::model::address::{Cidr, Family};
use portmatrix::model::ports::PortRange;
use portmatrix::model::traffic::{Ported, Traffic};
use portmatrix::model::words::Direction;
use portmatrix::review::rule::{Ends, Extent, Order, Platform, Point, Rule};
use portmatrix::review::services::Services;
use portmatrix::review::{Estate, review};
use std::fmt::Write;
use std::hint::black_box;
use std::net::Ipv4Addr;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const COUNTS: [u32; 3] = [1_000, 10_000, 100_000];
const RUNS: usize = 3;

/// How the rules of an estate lie, and what is found where they are wanted.
struct Shape {
    name: &'static str,
    /// Rules at one point.
    at_one: u32,
    /// The port of a rule, and its peer: as many of them as rules, or as few as a real table has.
    what: fn(u32) -> (u16, Cidr),
    found: fn(&Rule) -> Vec<Rule>,
}

const SHAPES: [Shape; 6] = [
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
                it.peers = Ends::these([block(0x0a00_0000, 8)], []);
            })]
        },
    },
];

fn main() {
    // `cargo test --benches` asks for a list of tests; there is none.
    if std::env::args().any(|it| it == "--list") {
        return;
    }
    println!(
        "{:<32} {:>10} {:>10} {:>10}   {:>8}   {:>12}",
        "WANTED AGAINST FOUND RULES", "1,000", "10,000", "100,000", "GROWTH", "PYTHON SETS"
    );
    let catalog = Catalog::default();
    for shape in &SHAPES {
        let times = COUNTS.map(|count| {
            let estate = estate(shape, count);
            median(|| review(black_box(&estate), &catalog, "en").findings.len())
        });
        let milliseconds = times.map(|it| it.as_secs_f64() * 1e3);
        // 1 is linear.
        let growth = milliseconds[2] / milliseconds[1] / 10.0;
        let python = python(&estate(shape, COUNTS[2])).map_or_else(
            || "not here".to_owned(),
            |it| format!("{:.2} x", it.as_secs_f64() / times[2].as_secs_f64()),
        );
        let [a, b, c] = milliseconds.map(|it| format!("{it:.1} ms"));
        println!(
            "{:<32} {a:>10} {b:>10} {c:>10}   {growth:>8.2}   {python:>12}",
            shape.name
        );
    }
}

fn estate(shape: &Shape, count: u32) -> Estate {
    let wanted: Vec<Rule> = (0..count).map(|at| rule(shape, at)).collect();
    let found: Vec<Rule> = wanted.iter().flat_map(|it| (shape.found)(it)).collect();
    Estate {
        found: found.into_iter().rev().collect(),
        reviewed: [(Platform::Aws, Direction::Ingress)].into(),
        wanted,
        ..Estate::default()
    }
}

fn rule(shape: &Shape, at: u32) -> Rule {
    let (port, peer) = (shape.what)(at);
    let services = Services::of([Traffic::Ports(Ported::Tcp, PortRange::single(port))]);
    Rule {
        id: format!("rule-{at:06}"),
        point: Point::SecurityGroup(format!("sg-{:06}", at / shape.at_one)),
        direction: Direction::Ingress,
        extent: Extent::new(services, Ends::these([peer], [])),
        order: Order::NONE,
        zones: None,
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

fn changed(rule: &Rule, change: impl FnOnce(&mut Extent)) -> Rule {
    let mut rule = rule.clone();
    change(&mut rule.extent);
    rule
}

fn halves(rule: &Rule) -> Vec<Rule> {
    let Ends::These { blocks, .. } = &rule.extent.peers else {
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
    half.map(|it| changed(rule, |extent| extent.peers = Ends::these([it], [])))
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

fn median(mut run: impl FnMut() -> usize) -> Duration {
    let mut times: Vec<Duration> = (0..RUNS)
        .map(|_| {
            let start = Instant::now();
            black_box(run());
            start.elapsed()
        })
        .collect();
    times.sort_unstable();
    times[RUNS / 2]
}

/// The time in which Python finds what two sets of tuples do not have in common, sets from lists included, reading excluded.
fn python(estate: &Estate) -> Option<Duration> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("rules");
    let mut text = String::new();
    for (side, rules) in [("w", &estate.wanted), ("f", &estate.found)] {
        for it in rules {
            let Ends::These { blocks, .. } = &it.extent.peers else {
                unreachable!("a rule has a block");
            };
            let _ = writeln!(
                text,
                "{side} {} {} {}",
                it.point, it.extent.services, blocks[0]
            );
        }
    }
    std::fs::write(&file, text).unwrap();
    let script = "import sys,time\n\
                  t=[tuple(x.split()) for x in open(sys.argv[1])]\n\
                  w=[x[1:] for x in t if x[0]=='w']\nf=[x[1:] for x in t if x[0]=='f']\n\
                  s=time.perf_counter()\na,b=set(w),set(f)\nd=(sorted(a-b),sorted(b-a))\nprint(time.perf_counter()-s)";
    let program = std::env::var("PORTMATRIX_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let output = Command::new(program)
        .args(["-c", script])
        .arg(&file)
        .stderr(Stdio::null())
        .output()
        .ok()?;
    let said = String::from_utf8(output.stdout).ok()?;
    Some(Duration::from_secs_f64(said.trim().parse().ok()?))
}
