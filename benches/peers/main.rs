//! This provider compared with other tools that do the same work: a table in Markdown on stdout, as in `benches/README.md`.
//!
//! `cargo bench --bench peers`, or with some of `plans`, `starts`, `policies`, `joins`, `reviews` after `--`. Contestants run in
//! turn and the medians are shown with ratios. What is not on this machine is skipped, and said.

#![allow(clippy::unwrap_used, reason = "a bench that cannot go on fails")]
#![allow(clippy::print_stdout, reason = "the table is the result")]

#[path = "../bars/cli.rs"]
mod cli;
#[path = "../bars/clock.rs"]
#[allow(dead_code, reason = "medians are those of whole samples here")]
mod clock;
#[path = "../bars/configurations.rs"]
#[allow(dead_code, reason = "the small ones are for the bars")]
mod configurations;
mod contest;
#[path = "../review/estates.rs"]
#[allow(dead_code, reason = "other platforms have no peers here")]
mod estates;
mod joins;
mod plans;
mod policies;
#[path = "../../tests/end_to_end/programs.rs"]
mod programs;
mod python;
mod reviews;
#[path = "../bars/start.rs"]
mod start;
mod starts;
#[path = "../bars/watch.rs"]
mod watch;
mod worker;

use cli::Cli;
use contest::{head, skipped};
use python::Python;
use std::{env, fs, thread};

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match *words {
        [worker::MARK, "join", library, file, result] => joins::work(library, file, result),
        [worker::MARK, "review", shape] => reviews::work(shape),
        [worker::MARK, "policy", output, layout, result] => policies::work(output, layout, result),
        // `cargo test --benches` asks for a list of tests; there is none.
        _ if words.contains(&"--list") => {}
        _ => tables(&words),
    }
}

fn tables(words: &[&str]) {
    let some: Vec<&str> = words
        .iter()
        .copied()
        .filter(|it| !it.starts_with('-'))
        .collect();
    let wanted = |part: &str| some.is_empty() || some.contains(&part);
    let (clis, missing): (Vec<_>, Vec<_>) = Cli::all().into_iter().partition(Result::is_ok);
    let clis: Vec<Cli> = clis.into_iter().flatten().collect();
    let python = if ["policies", "joins", "reviews"].into_iter().any(wanted) {
        Python::find()
    } else {
        Err("it was not asked for".to_owned())
    };
    versions(&clis, &python);
    head();
    for why in missing.iter().filter_map(|it| it.as_ref().err()) {
        skipped("plans with a CLI", why);
    }
    if wanted("plans") {
        clis.iter().for_each(plans::lines);
    }
    if wanted("starts") {
        starts::lines();
    }
    if wanted("policies") {
        policies::lines(python.as_ref(), &clis);
    }
    if wanted("joins") {
        joins::lines(python.as_ref());
    }
    if wanted("reviews") {
        reviews::lines(python.as_ref());
    }
}

/// What took part, and where.
fn versions(clis: &[Cli], python: &Result<Python, String>) {
    let version = env!("CARGO_PKG_VERSION");
    let mut all = vec![format!("terraform-provider-portmatrix {version}")];
    all.extend(clis.iter().map(|it| it.version.clone()));
    all.extend(python.iter().flat_map(|it| it.versions.clone()));
    let lock = include_str!("../../Cargo.lock");
    all.extend(["ipnet", "iprange"].map(|it| format!("{it} {}", locked(lock, it))));
    let processor = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let processor = processor
        .lines()
        .find_map(|it| it.strip_prefix("model name")?.split_once(": "))
        .map_or("an unknown processor", |(_, it)| it);
    let cores = thread::available_parallelism().map_or(1, usize::from);
    println!("{}; {cores} cores of {processor}.\n", all.join(", "));
}

/// The version of a package in the lock file.
fn locked<'l>(lock: &'l str, package: &str) -> &'l str {
    let head = format!("name = \"{package}\"\nversion = \"");
    let rest = lock.split_once(&head).map_or("", |(_, it)| it);
    rest.split('"').next().unwrap_or_default()
}
