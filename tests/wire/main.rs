//! The protocol edge from outside: real processes, real TLS over a real socket, and a provider made for the purpose.
//!
//! Started as a plugin this executable is that provider; started by cargo it runs the tests, which start it as a plugin.

mod calls;
mod certificate;
mod client;
mod failures;
mod handshake;
mod life;
mod logging;
mod peers;
mod provider;
mod request;
mod state;
mod values;

use libtest_mimic::{Arguments, Trial};
use std::process::ExitCode;

/// A test: its name and what it does.
type Test = (&'static str, fn());

fn main() -> ExitCode {
    if std::env::var_os(client::AS_PROVIDER).is_some() {
        let debug = std::env::args().any(|it| it == "--debug");
        return portmatrix::terraform::serve(
            "portmatrix/portmatrix",
            provider::TestProvider::new(),
            debug,
        );
    }
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
            Trial::test(format!("{room}::{name}"), || {
                test();
                Ok(())
            })
        })
    });
    libtest_mimic::run(&Arguments::from_args(), trials.collect()).exit_code()
}
