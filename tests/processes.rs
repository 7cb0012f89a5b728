//! The tests that start the provider as a process, as one program: an index of its rooms.
//!
//! Started as a plugin, this program is the provider that the tests in `wire` start, or a stand-in for the providers of clouds.
//! `cargo test --test processes wire::` runs one room. What cannot be run is shown as ignored, with a line that says why.

// Real CLIs, the real AWS provider, real state files.
mod end_to_end;
// A client that sends what no CLI sends.
mod hostile;
// Rulesets are given to `nft`.
mod nftables;
// What more than one room needs. It has no tests.
#[allow(dead_code, reason = "`in_process` uses all of it")]
mod support;
// The protocol, with a provider made for the purpose.
mod wire;

use libtest_mimic::Arguments;
use std::process::ExitCode;

fn main() -> ExitCode {
    if let Some(code) = wire::provide() {
        return code;
    }
    if portmatrix::terraform::started_by_cli() {
        return end_to_end::snippets::stand_in::run();
    }
    let trials = [
        end_to_end::trials(),
        hostile::trials(),
        wire::trials(),
        nftables::trials(),
    ];
    // Folders of the CLIs go with the last reference, so nothing is left when this returns.
    let conclusion = libtest_mimic::run(
        &Arguments::from_args(),
        trials.into_iter().flatten().collect(),
    );
    hostile::count::print();
    conclusion.exit_code()
}
