//! A hostile client against the real program: every call with every value that no CLI sends, in every order, many at a time, and
//! cut off. Whatever comes, the process answers in words or refuses, never mentions another client's call, never makes a rule wider,
//! keeps its memory in bounds, and answers the next good call as before.
//!
//! Ends with the number of cases of each kind. The short run sends a tenth; `PORTMATRIX_HOSTILE_CASES=20` sends twenty times as many as
//! the long one.

mod batch;
mod check;
pub(crate) mod count;
mod cut;
mod frames;
mod functions;
mod good;
mod host;
mod huge;
mod life;
mod messages;
mod odd;
mod order;
mod random;
mod rpc;
mod together;
mod tree;
mod values;

use crate::support::is_long;
use libtest_mimic::Trial;

/// The room of tests that only the long run has.
const HUGE_AND_LONG: &str = "huge_and_long";

/// A test: its name and what it does.
type Test = (&'static str, fn());

pub(crate) fn trials() -> Vec<Trial> {
    let rooms: [(&'static str, &[Test]); 9] = [
        ("values", values::TESTS),
        ("messages", messages::TESTS),
        ("functions", functions::TESTS),
        ("order", order::TESTS),
        ("together", together::TESTS),
        ("cut", cut::TESTS),
        ("life", life::TESTS),
        ("huge", huge::TESTS),
        (HUGE_AND_LONG, huge::LONG),
    ];
    let trials = rooms.into_iter().flat_map(|(room, tests)| {
        tests.iter().map(move |(name, test)| {
            let run = move || {
                count::begin(room);
                test();
                Ok(())
            };
            let trial = Trial::test(format!("hostile::{room}::{name}"), run);
            trial.with_ignored_flag(room == HUGE_AND_LONG && !is_long())
        })
    });
    if !cfg!(target_os = "linux") {
        eprintln!(
            "SKIPPED: how much memory the process takes, because only Linux says so in `/proc`"
        );
    }
    if !is_long() {
        eprintln!(
            "SKIPPED: {HUGE_AND_LONG} tests of `hostile` and nine tenths of its cases, because they take long; run them with PORTMATRIX_LONG=1"
        );
    }
    trials.collect()
}

/// How many cases to send where `usual` is the number of the long run. The short run sends a tenth, which has harm of every kind.
fn budget(usual: usize) -> usize {
    let times = std::env::var("PORTMATRIX_HOSTILE_CASES").ok().map(|it| {
        it.parse::<usize>()
            .expect("`PORTMATRIX_HOSTILE_CASES` is a number")
    });
    match times {
        Some(times) => usual * times,
        None if is_long() => usual,
        None => usual.div_ceil(10),
    }
}

/// Runs the asynchronous part of a test, on this thread.
fn block_on<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.expect("a runtime").block_on(future)
}
