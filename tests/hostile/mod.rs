//! A hostile client against the real program: every call with every value that no CLI sends, in every order, many at a time, and
//! cut off. Whatever comes, the process answers in words or refuses, never mentions another client's call, never makes a rule wider,
//! keeps its memory in bounds, and answers the next good call as before.
//!
//! Ends with the number of cases of each kind. `PORTMATRIX_HOSTILE_CASES=20` sends twenty times as many.

pub(crate) mod count;
mod cut;
mod dice;
mod fire;
mod frames;
mod good;
mod host;
mod huge;
mod judge;
mod life;
mod messages;
mod odd;
mod order;
mod rpc;
mod together;
mod tree;
mod values;

use libtest_mimic::Trial;

/// A test: its name and what it does.
type Test = (&'static str, fn());

pub(crate) fn trials() -> Vec<Trial> {
    let rooms: [(&'static str, &[Test]); 7] = [
        ("values", values::TESTS),
        ("messages", messages::TESTS),
        ("order", order::TESTS),
        ("together", together::TESTS),
        ("cut", cut::TESTS),
        ("life", life::TESTS),
        ("huge", huge::TESTS),
    ];
    let trials = rooms.into_iter().flat_map(|(room, tests)| {
        tests.iter().map(move |(name, test)| {
            let run = move || {
                count::begin(room);
                test();
                Ok(())
            };
            Trial::test(format!("hostile::{room}::{name}"), run)
        })
    });
    if !cfg!(target_os = "linux") {
        eprintln!(
            "SKIPPED: how much memory the process takes, because only Linux says so in `/proc`"
        );
    }
    trials.collect()
}

/// How many cases to send where `usual` is the number for every day.
fn budget(usual: usize) -> usize {
    let times = std::env::var("PORTMATRIX_HOSTILE_CASES");
    let times = times.map_or(1, |it| {
        it.parse().expect("`PORTMATRIX_HOSTILE_CASES` is a number")
    });
    usual * times
}

/// Runs the asynchronous part of a test, on this thread.
fn block_on<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.expect("a runtime").block_on(future)
}
