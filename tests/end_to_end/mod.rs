//! The provider as a user meets it: real CLIs, the real AWS provider, real state files.
//!
//! The short run uses one CLI and skips long tests. With `PORTMATRIX_LONG=1` everything runs, once with Terraform and once
//! with OpenTofu, and the examples also with the programs that `PORTMATRIX_FURTHER_CLIS` names. Nothing that is left out counts as
//! passed: its tests are shown as ignored, and a line that begins with `SKIPPED` says why, and what is missing if anything is.

mod applied;
mod attached;
mod azure;
mod cli;
mod clients;
mod cloud;
mod data;
mod endpoint;
mod estate;
mod examples;
mod faults;
mod first_plan;
mod folders;
mod hosts;
mod install;
mod judgements;
mod kept;
mod known;
mod layouts;
mod life;
mod load;
mod mistakes;
mod modules;
mod pages;
mod peers;
mod plan;
mod plans;
mod process;
mod products;
mod programs;
mod release;
mod review;
mod running;
mod schema;
mod server;
mod size;
pub(crate) mod snippets;
mod surroundings;
mod traced;
mod unknown;

use crate::nftables::nft;
use crate::support::is_long;
use cli::Cli;
use libtest_mimic::Trial;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// A test: its name and what it does with a CLI.
pub(crate) type Test = (&'static str, fn(&Cli));

/// Tests that need the same.
struct Room {
    name: &'static str,
    tests: &'static [Test],
    runs: Runs,
    /// What must be there in addition to a CLI.
    needs: fn(&Machine) -> &Needed,
}

/// When a room is run, and with which CLIs.
#[derive(Clone, Copy, PartialEq)]
enum Runs {
    /// In the short run with the first CLI; in the long run with all of them, further ones too.
    Always,
    /// In the short run with the first CLI, in the long run with both.
    Short,
    /// In the long run with both.
    Long,
    /// In the long run with the first CLI: both would do the same.
    Once,
}

/// Slow rooms come first, or the last of them runs alone.
const ROOMS: &[Room] = &[
    room("cloud", cloud::TESTS, Runs::Long, |it| &it.cloud),
    room("clouds", cloud::ONCE, Runs::Once, |it| &it.cloud),
    room("layouts", layouts::TESTS, Runs::Long, |it| &it.cloud),
    room("layout", layouts::FIRST, Runs::Short, |it| &it.cloud),
    room("applied", applied::TESTS, Runs::Once, |it| &it.cloud),
    room("peers", peers::TESTS, Runs::Once, |it| &it.cloud),
    room("estate", estate::TESTS, Runs::Long, |it| &it.cloud),
    room("first_plan", first_plan::TESTS, Runs::Long, |it| &it.cloud),
    room("size", size::TESTS, Runs::Once, |_| &NOTHING),
    room("load", load::TESTS, Runs::Once, |it| &it.processes),
    room("faults", faults::TESTS, Runs::Long, |it| &it.processes),
    room("surroundings", surroundings::TESTS, Runs::Long, |it| {
        &it.processes
    }),
    room("full", surroundings::FULL, Runs::Long, |it| &it.full),
    room("snippets_on_aws", snippets::ON_AWS, Runs::Long, |it| {
        &it.cloud
    }),
    room("snippets", snippets::TESTS, Runs::Long, |_| &NOTHING),
    room("first", snippets::FIRST, Runs::Short, |_| &NOTHING),
    room("install", install::TESTS, Runs::Long, |it| &it.python),
    room("examples", examples::TESTS, Runs::Always, |_| &NOTHING),
    room("modules_on_aws", modules::ON_AWS, Runs::Once, |it| {
        &it.cloud
    }),
    room("modules", modules::TESTS, Runs::Short, |_| &NOTHING),
    room("data", data::TESTS, Runs::Always, |_| &NOTHING),
    room("hosts", hosts::TESTS, Runs::Short, |it| &it.nft),
    room("life", life::TESTS, Runs::Long, |_| &NOTHING),
    room("azure", azure::TESTS, Runs::Long, |_| &NOTHING),
    room("unknown", unknown::TESTS, Runs::Long, |_| &NOTHING),
    room("known", known::TESTS, Runs::Short, |_| &NOTHING),
    room("products", products::TESTS, Runs::Long, |_| &NOTHING),
    room("schema", schema::TESTS, Runs::Once, |it| &it.cloud),
    room("plans", plans::TESTS, Runs::Once, |it| &it.plans),
    room("review", review::TESTS, Runs::Long, |_| &NOTHING),
    room("process", process::TESTS, Runs::Short, |_| &NOTHING),
    room("traced", traced::TESTS, Runs::Long, |it| &it.strace),
    room("pages", pages::TESTS, Runs::Once, |it| &it.browser),
    room("bindings", clients::CDKTF, Runs::Once, |it| &it.cdktf),
    room("checkov", clients::CHECKOV, Runs::Once, |it| &it.checkov),
    room("release", release::TESTS, Runs::Once, |it| &it.python),
    room("signature", release::SIGNED, Runs::Once, |it| &it.gpg),
    room("mistakes", mistakes::TESTS, Runs::Long, |_| &NOTHING),
    room("judgements", judgements::TESTS, Runs::Short, |_| &NOTHING),
];

const fn room(
    name: &'static str,
    tests: &'static [Test],
    runs: Runs,
    needs: fn(&Machine) -> &Needed,
) -> Room {
    Room {
        name,
        tests,
        runs,
        needs,
    }
}

/// Nothing, or what is missing.
type Needed = Result<(), String>;
const NOTHING: Needed = Ok(());

/// What this machine has.
struct Machine {
    cloud: Needed,
    processes: Needed,
    full: Needed,
    nft: Needed,
    python: Needed,
    gpg: Needed,
    strace: Needed,
    cdktf: Needed,
    checkov: Needed,
    plans: Needed,
    browser: Needed,
}

impl Machine {
    fn new() -> Machine {
        let processes = running::is_possible();
        Machine {
            cloud: cloud::is_possible(),
            full: processes.clone().and_then(|()| surroundings::can_fill()),
            processes,
            nft: nft::Nft::find().map(drop),
            python: release::python().map(drop),
            gpg: release::python().and(release::gpg()).map(drop),
            strace: traced::strace(),
            cdktf: clients::cdktf().map(drop),
            checkov: clients::checkov().map(drop),
            plans: plans::is_possible(),
            browser: pages::browser().map(drop),
        }
    }
}

/// The two CLIs, whether they are there or not, and the further ones that are named.
fn clis() -> Vec<(String, Result<Arc<Cli>, String>)> {
    let all = cli::kinds().into_iter();
    all.map(|kind| (kind.name.clone(), Cli::find(kind).map(Arc::new)))
        .collect()
}

pub(crate) fn trials() -> Vec<Trial> {
    let (machine, clis) = (Machine::new(), clis());
    let first = clis.iter().position(|(_, it)| it.is_ok()).unwrap_or(0);
    let mut trials = Vec::new();
    let mut skipped: BTreeMap<(&str, String), Vec<&str>> = BTreeMap::new();
    for room in ROOMS {
        for (at, (cli_name, cli)) in clis.iter().enumerate() {
            let fits = match room.runs {
                Runs::Always => true,
                Runs::Once => at == first,
                Runs::Short | Runs::Long => at < cli::TWO,
            };
            if !fits {
                continue;
            }
            let possible = may_run(room, at == first)
                .and_then(|()| cli.clone())
                .and_then(|cli| (room.needs)(&machine).clone().map(|()| cli));
            if let Err(why) = &possible {
                let rooms = skipped.entry((cli_name, why.clone())).or_default();
                rooms.push(room.name);
            }
            for (name, test) in room.tests {
                let name = format!("end_to_end::{cli_name}::{}::{name}", room.name);
                let (possible, test, timed) = (possible.clone(), *test, name.clone());
                let is_ignored = possible.is_err();
                let run = move || {
                    let (cli, begin) = (possible?, Instant::now());
                    test(&cli);
                    TIMES
                        .lock()
                        .expect("no test panics while it adds its time")
                        .push((begin.elapsed(), timed));
                    Ok(())
                };
                trials.push(Trial::test(name, run).with_ignored_flag(is_ignored));
            }
        }
    }
    for ((cli_name, why), rooms) in skipped {
        eprintln!(
            "SKIPPED: with {cli_name}: {}, because {why}",
            rooms.join(", ")
        );
    }
    trials
}

/// How long each test that passed took.
static TIMES: Mutex<Vec<(Duration, String)>> = Mutex::new(Vec::new());

/// Says after a long run which tests took longest: they decide how long `.ci/run` takes.
pub(crate) fn print_slowest() {
    let mut times = TIMES.lock().expect("no test panics while it adds its time");
    times.sort_by(|a, b| b.cmp(a));
    if is_long() {
        for (took, name) in times.iter().take(25) {
            eprintln!("slow: {:>4} s {name}", took.as_secs());
        }
    }
}

/// Whether a room is part of this run.
fn may_run(room: &Room, is_first: bool) -> Needed {
    let why = if is_long() {
        return Ok(());
    } else if matches!(room.runs, Runs::Long | Runs::Once) {
        "it takes long"
    } else if is_first {
        return Ok(());
    } else {
        "the short run has one CLI"
    };
    Err(format!("{why}; run it with PORTMATRIX_LONG=1"))
}
