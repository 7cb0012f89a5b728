//! Comparing wanted with found rules at 1,000, 10,000 and 100,000 of each, and platforms with everything different: tables of
//! times and growth.
//!
//! `cargo bench --bench review`, or with one of `shapes` and `platforms` after `--`. `cargo bench --bench peers` compares it with
//! its peers.

#![allow(clippy::unwrap_used, reason = "a bench that cannot go on fails")]
#![allow(clippy::print_stdout, reason = "the table is the result")]

#[allow(dead_code, reason = "nothing is compared with Python here")]
mod estates;

use estates::{CHANGES, SHAPES, all_different, estate};
use portmatrix::catalog::Catalog;
use portmatrix::model::platform::PlatformId;
use portmatrix::review::review;
use std::hint::black_box;
use std::time::{Duration, Instant};

const COUNTS: [u32; 3] = [1_000, 10_000, 100_000];
const RUNS: usize = 3;

fn main() {
    // `cargo test --benches` asks for a list of tests; there is none.
    if std::env::args().any(|it| it == "--list") {
        return;
    }
    let catalog = Catalog::default();
    let is_asked = |part: &str| !std::env::args().any(|it| PARTS.contains(&&*it) && it != part);
    if is_asked(PARTS[0]) {
        shapes(&catalog);
    }
    if is_asked(PARTS[1]) {
        platforms(&catalog);
    }
}

const PARTS: [&str; 2] = ["shapes", "platforms"];

/// Everything on AWS, in several shapes.
fn shapes(catalog: &Catalog) {
    println!(
        "{:<32} {:>10} {:>10} {:>10}   {:>8}",
        "WANTED AGAINST FOUND RULES", "1,000", "10,000", "100,000", "GROWTH"
    );
    for shape in &SHAPES {
        let times = COUNTS.map(|count| {
            let estate = estate(shape, count);
            median(|| review(black_box(&estate), catalog, "en").findings.len())
        });
        let milliseconds = times.map(|it| it.as_secs_f64() * 1e3);
        // 1 is linear.
        let growth = milliseconds[2] / milliseconds[1] / 10.0;
        let [a, b, c] = milliseconds.map(|it| format!("{it:.1} ms"));
        println!("{:<32} {a:>10} {b:>10} {c:>10}   {growth:>8.2}", shape.name);
    }
}

/// The platforms with everything different: time should grow with the number of rules, and be at most twice that of AWS.
fn platforms(catalog: &Catalog) {
    const COUNTS: [u32; 2] = [500, 4_000];
    println!(
        "\n{:<32} {:>10} {:>10}   {:>8} {:>8}",
        "EVERYTHING DIFFERENT, ONE POINT", "500", "4,000", "GROWTH", "TO AWS"
    );
    for (name, change) in CHANGES {
        let mut of_aws = None;
        for platform in [PlatformId::Aws, PlatformId::Azure, PlatformId::Gcp] {
            let times = COUNTS.map(|count| {
                let estate = all_different(platform, count, change);
                let once = || review(black_box(&estate), catalog, "en").findings.len();
                median(once).as_secs_f64() * 1e3
            });
            let growth = times[1] / times[0] * f64::from(COUNTS[0]) / f64::from(COUNTS[1]);
            let to_aws = times[1] / *of_aws.get_or_insert(times[1]);
            let [a, b] = times.map(|it| format!("{it:.1} ms"));
            let what = format!("{platform:?}, {name}");
            println!("{what:<32} {a:>10} {b:>10}   {growth:>8.2} {to_aws:>8.2}");
        }
    }
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
