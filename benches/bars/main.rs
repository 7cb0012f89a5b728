//! The bars of the design, measured in one run and printed beside their numbers. `cargo bench` runs it; it needs `terraform`
//! or `tofu` on PATH for the lines about plans, and says so where it has none.

#![allow(clippy::unwrap_used, reason = "a bench that cannot go on fails")]
#![allow(clippy::print_stdout, reason = "the table is the result")]

mod cli;
mod configurations;
mod in_process;
mod platforms;
mod watch;

use cli::Cli;
use std::time::{Duration, Instant};

/// One line of the table.
struct Bar {
    what: String,
    measured: String,
    limit: &'static str,
    met: bool,
}

fn main() {
    // `cargo test --benches` asks for a list of tests; there is none.
    if std::env::args().any(|it| it == "--list") {
        return;
    }
    let mut bars = in_process::bars();
    bars.extend(platforms::bars());
    bars.push(binary_size());
    match Cli::find() {
        Some(cli) => bars.extend(cli.bars()),
        None => println!(
            "SKIPPED: every bar about plans, because neither `terraform` nor `tofu` is on PATH"
        ),
    }
    println!("{:<74} {:>22}   {:<12}", "WHAT", "MEASURED", "BAR");
    for it in bars {
        let mark = if it.met { "" } else { "  MISSED" };
        println!(
            "{:<74} {:>22}   {:<12}{mark}",
            it.what, it.measured, it.limit
        );
    }
}

fn binary_size() -> Bar {
    let bytes = std::fs::metadata(env!("CARGO_BIN_EXE_terraform-provider-portmatrix"))
        .unwrap()
        .len();
    #[expect(clippy::cast_precision_loss, reason = "two digits are shown")]
    let megabytes = bytes as f64 / 1e6;
    Bar {
        what: "release binary, stripped".to_owned(),
        measured: format!("{megabytes:.1} MB"),
        limit: "<= 8 MB",
        met: megabytes <= 8.0,
    }
}

/// The median of some runs.
fn median(runs: usize, mut run: impl FnMut() -> Duration) -> Duration {
    let mut times: Vec<Duration> = (0..runs).map(|_| run()).collect();
    times.sort_unstable();
    times[runs / 2]
}

/// How long something takes.
fn timed<T>(work: impl FnOnce() -> T) -> (Duration, T) {
    let start = Instant::now();
    let done = work();
    (start.elapsed(), done)
}

fn milliseconds(time: Duration) -> String {
    let number = time.as_secs_f64() * 1e3;
    if number < 10.0 {
        format!("{number:.2} ms")
    } else {
        format!("{number:.0} ms")
    }
}
