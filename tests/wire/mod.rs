//! The protocol edge from outside: real processes, real TLS over a real socket, and a provider made for the purpose.
//!
//! Started as a plugin this executable is that provider; started by cargo it runs the tests, which start it as a plugin.

mod calls;
pub(crate) mod certificate;
pub(crate) mod client;
mod failures;
mod handshake;
mod life;
mod logging;
mod peers;
mod provider;
mod request;
mod state;
mod values;

use libtest_mimic::Trial;
use std::process::ExitCode;

/// A test: its name and what it does.
type Test = (&'static str, fn());

/// Is the provider, where this was started as one.
pub(crate) fn provide() -> Option<ExitCode> {
    std::env::var_os(client::AS_PROVIDER)?;
    let debug = std::env::args().any(|it| it == "--debug");
    Some(portmatrix::terraform::serve(
        "portmatrix/portmatrix",
        provider::TestProvider::new(),
        debug,
    ))
}

pub(crate) fn trials() -> Vec<Trial> {
    let rooms: [(&str, &[Test]); 8] = [
        ("handshake", handshake::TESTS),
        ("peers", peers::TESTS),
        ("life", life::TESTS),
        ("calls", calls::TESTS),
        ("state", state::TESTS),
        ("failures", failures::TESTS),
        ("values", values::TESTS),
        ("logging", logging::TESTS),
    ];
    let trials = rooms.into_iter().flat_map(|(room, tests)| {
        tests.iter().map(move |(name, test)| {
            Trial::test(format!("wire::{room}::{name}"), || {
                test();
                Ok(())
            })
        })
    });
    trials.collect()
}
