//! Joining a million blocks of addresses, beside the libraries that do the same.

use portmatrix::model::address::{Cidr, Family};
use portmatrix::model::blocks::aggregated;
use std::fmt::Write;
use std::hint::black_box;
use std::net::Ipv4Addr;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const COUNT: u32 = 1_000_000;
const RUNS: usize = 5;

pub(crate) fn table() {
    let folder = tempfile::tempdir().unwrap();
    println!(
        "{:<36} {:>12} {:>12}   {:>9} {:>9}",
        "JOINING 1,000,000 IPv4 BLOCKS", "RANDOM", "ADJACENT", "", ""
    );
    let mut table: Vec<(String, [Option<Duration>; 2])> = Vec::new();
    for (column, blocks) in [random(), adjacent()].into_iter().enumerate() {
        let file = folder.path().join("blocks");
        let lines: String = blocks.iter().fold(String::new(), |mut text, it| {
            let _ = writeln!(text, "{it}");
            text
        });
        std::fs::write(&file, lines).unwrap();
        let mut measure = |what: &str, time: Option<Duration>| {
            let at = table.iter().position(|it| it.0 == what).unwrap_or_else(|| {
                table.push((what.to_owned(), [None, None]));
                table.len() - 1
            });
            table[at].1[column] = time;
        };
        let ours = aggregated(blocks.iter().copied());
        measure(
            "this provider",
            Some(median(|| {
                aggregated(black_box(&blocks).iter().copied()).len()
            })),
        );

        let nets: Vec<ipnet::Ipv4Net> = blocks
            .iter()
            .map(|it| it.to_string().parse().unwrap())
            .collect();
        assert_eq!(ipnet::Ipv4Net::aggregate(&nets).len(), ours.len());
        measure(
            "ipnet, Ipv4Net::aggregate",
            Some(median(|| ipnet::Ipv4Net::aggregate(black_box(&nets)).len())),
        );

        let range = |nets: &[ipnet::Ipv4Net]| {
            let mut range: iprange::IpRange<ipnet::Ipv4Net> = nets.iter().copied().collect();
            range.simplify();
            range.iter().count()
        };
        assert_eq!(range(&nets), ours.len());
        measure(
            "iprange, collect and simplify",
            Some(median(|| range(black_box(&nets)))),
        );

        for (what, body) in [
            (
                "Python ipaddress.collapse_addresses",
                "import ipaddress as m\nb=[m.ip_network(x) for x in t]\nf=lambda: list(m.collapse_addresses(b))",
            ),
            (
                "Python netaddr.cidr_merge",
                "import netaddr as m\nb=[m.IPNetwork(x) for x in t]\nf=lambda: m.cidr_merge(b)",
            ),
        ] {
            measure(what, python(body, &file, ours.len()));
        }
    }
    let ours = table[0].1;
    for (what, times) in &table {
        let shown = times.map(|it| {
            it.map_or_else(
                || "not here".to_owned(),
                |it| format!("{:.1} ms", it.as_secs_f64() * 1e3),
            )
        });
        let ratio = |at: usize| match (times[at], ours[at]) {
            (Some(it), Some(ours)) => format!("{:.1} x", it.as_secs_f64() / ours.as_secs_f64()),
            _ => String::new(),
        };
        println!(
            "{what:<36} {:>12} {:>12}   {:>9} {:>9}",
            shown[0],
            shown[1],
            ratio(0),
            ratio(1)
        );
    }
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

/// The time of one run in Python, without reading and parsing.
fn python(body: &str, file: &std::path::Path, found: usize) -> Option<Duration> {
    let script = format!(
        "import sys,time\nt=open(sys.argv[1]).read().split()\n{body}\ns=time.perf_counter()\nn=len(f())\nprint(time.perf_counter()-s,n)"
    );
    let program = std::env::var("PORTMATRIX_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let output = Command::new(program)
        .arg("-c")
        .arg(script)
        .arg(file)
        .stderr(Stdio::null())
        .output()
        .ok()?;
    let said = String::from_utf8(output.stdout).ok()?;
    let (time, count) = said.trim().split_once(' ')?;
    assert_eq!(count.parse(), Ok(found), "another number of blocks");
    Some(Duration::from_secs_f64(time.parse().ok()?))
}
