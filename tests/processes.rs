//! The tests that start the provider as a process, as one program: an index of its rooms.
//!
//! Started as a plugin, this program is the provider that the tests in `wire` start, or a stand-in for the providers of clouds.
//! `cargo test --test processes wire::` runs one room. What cannot be run is shown as ignored, with a line that says why.

// Real CLIs, the real AWS provider, real state files.
mod end_to_end;
// A client that sends what no CLI sends.
mod hostile;
// `import` in a terminal, with real pages and with huge ones.
mod import_pages;
// Rulesets are given to `nft`.
mod nftables;
// Rulesets on hosts that exchange real packets.
#[cfg(target_os = "linux")]
mod packets;
// What more than one room needs. It has no tests.
#[allow(
    dead_code,
    unused_imports,
    unused_macros,
    reason = "`in_process` uses all of it"
)]
mod support;
// The protocol, with a provider made for the purpose.
mod wire;

use libtest_mimic::{Arguments, Trial};
use std::process::ExitCode;

/// Makes the tests of a room.
type Trials = fn() -> Vec<Trial>;

fn main() -> ExitCode {
    if let Some(code) = wire::provide() {
        return code;
    }
    if portmatrix::terraform::started_by_cli() {
        return end_to_end::snippets::stand_in::run();
    }
    let arguments = Arguments::from_args();
    let rooms: &[(&str, Trials)] = &[
        ("end_to_end::", end_to_end::trials),
        ("hostile::", hostile::trials),
        ("import_pages::", import_pages::trials),
        ("wire::", wire::trials),
        ("nftables::", nftables::trials),
        #[cfg(target_os = "linux")]
        ("packets::", packets::trials),
    ];
    // One room that is asked for does not say what others lack.
    let asked = arguments.filter.as_deref().unwrap_or_default();
    let asked = rooms.iter().find(|(name, _)| asked.starts_with(name));
    let trials = match asked {
        Some((_, trials)) => trials(),
        None => rooms.iter().flat_map(|(_, trials)| trials()).collect(),
    };
    // Folders of the CLIs go with the last reference, so nothing is left when this returns.
    let conclusion = libtest_mimic::run(&arguments, trials);
    hostile::count::print();
    end_to_end::print_slowest();
    conclusion.exit_code()
}
