//! Comparing wanted with found rules at 1,000, 10,000 and 100,000 of each: one table of times and growth.
//!
//! `cargo bench --bench review`. `cargo bench --bench peers` compares it with its peers.

#![allow(clippy::unwrap_used, reason = "a bench that cannot go on fails")]
#![allow(clippy::print_stdout, reason = "the table is the result")]

mod estates;

use estates::{SHAPES, estate};
use portmatrix::catalog::Catalog;
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
    println!(
        "{:<32} {:>10} {:>10} {:>10}   {:>8}",
        "WANTED AGAINST FOUND RULES", "1,000", "10,000", "100,000", "GROWTH"
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
        let [a, b, c] = milliseconds.map(|it| format!("{it:.1} ms"));
        println!("{:<32} {a:>10} {b:>10} {c:>10}   {growth:>8.2}", shape.name);
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
