//! The provider as a user meets it: real CLIs, the real AWS provider, real state files.
//!
//! Every test runs once with Terraform and once with OpenTofu. What cannot be had on a machine is not counted as passed: its tests
//! are shown as ignored, and a line that begins with `SKIPPED` says what is missing and how to give it.

mod azure;
mod cli;
mod cloud;
mod endpoint;
mod estate;
mod examples;
mod hosts;
mod judgements;
mod known;
mod layouts;
mod life;
mod mistakes;
#[path = "../nftables/nft.rs"]
mod nft;
mod plan;
mod process;
mod products;
mod programs;
mod review;
mod size;
mod unknown;

use cli::Cli;
use libtest_mimic::{Arguments, Conclusion, Trial};
use std::process::ExitCode;
use std::sync::Arc;

/// A test: its name and what it does with a CLI.
pub(crate) type Test = (&'static str, fn(&Cli));

fn main() -> ExitCode {
    // Folders of the CLIs go with the last reference, so nothing is left when this returns.
    run().exit_code()
}

fn run() -> Conclusion {
    // The slow ones first, or the last of them runs alone.
    let rooms: [(&str, &[Test]); 15] = [
        ("cloud", cloud::TESTS),
        ("layouts", layouts::TESTS),
        ("estate", estate::TESTS),
        ("size", size::TESTS),
        ("examples", examples::TESTS),
        ("hosts", hosts::TESTS),
        ("life", life::TESTS),
        ("azure", azure::TESTS),
        ("unknown", unknown::TESTS),
        ("known", known::TESTS),
        ("products", products::TESTS),
        ("review", review::TESTS),
        ("process", process::TESTS),
        ("mistakes", mistakes::TESTS),
        ("judgements", judgements::TESTS),
    ];
    let clis: Vec<(&str, Result<Arc<Cli>, String>)> = cli::KINDS
        .iter()
        .map(|kind| (kind.name, Cli::find(kind).map(Arc::new)))
        .collect();
    let cloud = cloud::is_possible();
    let nft = nft::Nft::find().map(drop);
    let mut trials = Vec::new();
    for (room, tests) in rooms {
        for (cli_name, cli) in &clis {
            // Both CLIs set the same limit to messages, so one is enough to try it.
            let first = clis.iter().find(|(_, it)| it.is_ok());
            if room == "size" && first.is_some_and(|(it, _)| it != cli_name) {
                continue;
            }
            let needed = match room {
                "cloud" | "layouts" | "estate" => cloud.as_ref().err(),
                "hosts" => nft.as_ref().err(),
                _ => None,
            };
            let refused = cli.as_ref().err().or(needed);
            if let Some(why) = refused {
                eprintln!(
                    "SKIPPED: {} tests of `{room}` with {cli_name} because {why}",
                    tests.len()
                );
            }
            for (name, test) in tests {
                let name = format!("{cli_name}::{room}::{name}");
                trials.push(match (cli, refused) {
                    (Ok(cli), None) => {
                        let (cli, test) = (Arc::clone(cli), *test);
                        Trial::test(name, move || {
                            test(&cli);
                            Ok(())
                        })
                    }
                    (_, why) => {
                        let why = why.cloned().unwrap_or_default();
                        Trial::test(name, move || Err(why.into())).with_ignored_flag(true)
                    }
                });
            }
        }
    }
    libtest_mimic::run(&Arguments::from_args(), trials)
}
