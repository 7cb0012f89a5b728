//! The limits of the design, measured in one run and printed next to the numbers. `cargo bench` runs it; it needs `terraform`
//! or `tofu` on PATH for the lines about plans, and `python3` for one about reviews, and says so where it has none.
//!
//! `cargo bench --bench bars`, or with one of `rules`, `reviews` and `plans` after `--`.

#![allow(clippy::unwrap_used, reason = "a bench that cannot go on fails")]
#![allow(clippy::print_stdout, reason = "the table is the result")]

#[allow(dead_code, reason = "the bars apply nothing")]
mod cli;
mod clock;
mod compared;
mod configurations;
#[path = "../peers/contest.rs"]
#[allow(dead_code, reason = "the bars have a table of their own")]
mod contest;
#[path = "../review/estates.rs"]
mod estates;
mod in_process;
mod plans;
mod platforms;
mod policy;
#[path = "../../tests/end_to_end/programs.rs"]
#[allow(dead_code, reason = "the bars need no other provider")]
mod programs;
mod report;
mod reviews;
mod start;
#[allow(dead_code, reason = "of a CLI itself only the time is shown")]
mod watch;
#[path = "../peers/worker.rs"]
#[allow(dead_code, reason = "only Python is a worker here")]
mod worker;

use cli::Cli;
use clock::{median, milliseconds, timed};

/// One line of the table.
struct Bar {
    what: String,
    measured: String,
    limit: &'static str,
    met: bool,
}

/// What can be measured alone.
const PARTS: [&str; 3] = ["rules", "reviews", "plans"];

fn main() {
    // `cargo test --benches` asks for a list of tests; there is none.
    if std::env::args().any(|it| it == "--list") {
        return;
    }
    let is_asked = |part: &str| !std::env::args().any(|it| PARTS.contains(&&*it) && it != part);
    let [rules, reviews, commands] = PARTS.map(is_asked);
    let mut bars = Vec::new();
    if rules {
        bars.extend(in_process::bars());
        bars.extend(platforms::bars());
        bars.extend(policy::bars());
        bars.extend(report::bars());
    }
    if reviews {
        bars.extend(compared::bars());
        bars.extend(reviews::bars());
    }
    if commands {
        bars.push(binary_size());
        match Cli::all().into_iter().find_map(Result::ok) {
            Some(cli) => bars.extend(plans::bars(&cli)),
            None => println!(
                "SKIPPED: every bar about plans, because neither `terraform` nor `tofu` is on PATH"
            ),
        }
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
        limit: "<= 11 MB",
        met: megabytes <= 11.0,
    }
}
