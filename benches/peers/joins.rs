//! Merging a million CIDR blocks, compared with the libraries that do the same.

use crate::contest::{Contestant, contest, skipped};
use crate::python::Python;
use crate::worker::{measure, ours, script};
use portmatrix::model::address::{Cidr, Family};
use portmatrix::model::blocks::aggregated;
use std::collections::BTreeSet;
use std::fmt::{Display, Write};
use std::fs;
use std::net::Ipv4Addr;
use std::path::Path;

const COUNT: u32 = 1_000_000;
const RUNS: usize = 5;

type Net = ipnet::Ipv4Net;

/// The contestants of this program, with the name of their work.
const LIBRARIES: [(&str, &str); 3] = [
    ("this provider", "portmatrix"),
    ("ipnet, `Ipv4Net::aggregate`", "ipnet"),
    ("iprange, collect and simplify", "iprange"),
];

/// Those of Python.
const MODULES: [(&str, &str); 2] = [
    ("`ipaddress.collapse_addresses`", "ipaddress"),
    ("`netaddr.cidr_merge`", "netaddr"),
];

/// What makes blocks.
type Blocks = fn() -> Vec<Cidr>;

/// How the blocks lie.
const SHAPES: [(&str, Blocks); 2] = [("random blocks", random), ("addresses in a row", adjacent)];

pub(crate) fn lines(python: Result<&Python, &String>) {
    let folder = tempfile::tempdir().unwrap();
    if let Err(why) = python {
        skipped("joining blocks in Python", why);
    }
    for (shape, blocks) in SHAPES {
        let file = folder.path().join("blocks");
        fs::write(&file, lines_of(&blocks())).unwrap();
        let file = file.to_str().unwrap();
        let results = LIBRARIES.map(|(_, it)| folder.path().join(it));
        let mut contestants = Vec::new();
        for ((name, library), result) in LIBRARIES.iter().zip(&results) {
            let result = result.to_str().unwrap();
            contestants.push(Contestant::new(*name, move || {
                ours(&["join", library, file, result])
            }));
        }
        let mut written = results.to_vec();
        for (name, module) in MODULES {
            let Ok(python) = python else { continue };
            let result = folder.path().join(module);
            written.push(result.clone());
            let version = match module {
                "ipaddress" => python.version("Python"),
                _ => python.version(module),
            };
            contestants.push(Contestant::new(format!("{name}, {version}"), move || {
                let result = result.to_str().unwrap();
                script(&python.program, "join.py", &[module, file, result])
            }));
        }
        contest(
            &format!("join 1,000,000 IPv4 blocks, {shape}"),
            RUNS,
            contestants,
        );
        let joined = |it: &Path| -> BTreeSet<String> {
            let text = fs::read_to_string(it).unwrap();
            text.lines().map(str::to_owned).collect()
        };
        let expected = joined(&written[0]);
        for other in &written[1..] {
            assert!(
                expected == joined(other),
                "other blocks in {}",
                other.display()
            );
        }
    }
}

/// The work of one library: the file with the blocks, and the one for what they become.
pub(crate) fn work(library: &str, file: &str, result: &str) {
    let text = fs::read_to_string(file).unwrap();
    let nets = || text.lines().map(|it| it.parse().unwrap());
    let joined = match library {
        "portmatrix" => {
            let parse = |it| Cidr::parse(it, Family::V4).unwrap();
            let blocks: Vec<Cidr> = text.lines().map(parse).collect();
            lines_of(&measure(|| aggregated(blocks.iter().copied())))
        }
        "ipnet" => {
            let blocks: Vec<Net> = nets().collect();
            lines_of(&measure(|| Net::aggregate(&blocks)))
        }
        "iprange" => {
            let blocks: Vec<Net> = nets().collect();
            lines_of(&measure(|| {
                let mut range: iprange::IpRange<Net> = blocks.iter().copied().collect();
                range.simplify();
                range.iter().collect::<Vec<Net>>()
            }))
        }
        other => panic!("no library `{other}`"),
    };
    fs::write(result, joined).unwrap();
}

fn lines_of(items: &[impl Display]) -> String {
    items.iter().fold(String::new(), |mut text, it| {
        let _ = writeln!(text, "{it}");
        text
    })
}

/// Blocks of 16 to 32 bits anywhere, from a generator that is the same in every run.
fn random() -> Vec<Cidr> {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        u32::try_from(state >> 32).unwrap()
    };
    (0..COUNT)
        .map(|_| {
            let length = 16 + next() % 17;
            block(next() & (u32::MAX << (32 - length)), length)
        })
        .collect()
}

/// Single addresses in a row, which become few blocks.
fn adjacent() -> Vec<Cidr> {
    (0..COUNT).map(|it| block(0x0a00_0000 + it, 32)).collect()
}

fn block(bits: u32, length: u32) -> Cidr {
    Cidr::parse(&format!("{}/{length}", Ipv4Addr::from(bits)), Family::V4).unwrap()
}
