//! The provider as a user meets it: real CLIs, the real AWS provider, real state files.
//!
//! Every test runs once with Terraform and once with OpenTofu. What cannot be had on a machine is not counted as passed: its tests
//! are shown as ignored, and a line that begins with `SKIPPED` says what is missing and how to give it. So it is with the loads,
//! which take minutes and are run with `PORTMATRIX_LONG=1`.

mod azure;
mod cli;
mod cloud;
mod data;
mod endpoint;
mod estate;
mod examples;
mod faults;
mod hosts;
mod install;
mod judgements;
mod kept;
mod known;
mod layouts;
mod life;
mod load;
mod mistakes;
mod plan;
mod process;
mod products;
mod programs;
mod release;
mod review;
mod running;
mod size;
pub(crate) mod snippets;
mod surroundings;
mod traced;
mod unknown;

use crate::nftables::nft;
use cli::Cli;
use libtest_mimic::Trial;
use std::sync::Arc;

/// A test: its name and what it does with a CLI.
pub(crate) type Test = (&'static str, fn(&Cli));

pub(crate) fn trials() -> Vec<Trial> {
    // The slow ones first, or the last of them runs alone.
    let rooms: &[(&str, &[Test])] = &[
        ("cloud", cloud::TESTS),
        ("layouts", layouts::TESTS),
        ("estate", estate::TESTS),
        ("size", size::TESTS),
        ("load", load::TESTS),
        ("faults", faults::TESTS),
        ("surroundings", surroundings::TESTS),
        ("full", surroundings::FULL),
        ("snippets_on_aws", snippets::ON_AWS),
        ("snippets", snippets::TESTS),
        ("install", install::TESTS),
        ("examples", examples::TESTS),
        ("data", data::TESTS),
        ("hosts", hosts::TESTS),
        ("life", life::TESTS),
        ("azure", azure::TESTS),
        ("unknown", unknown::TESTS),
        ("known", known::TESTS),
        ("products", products::TESTS),
        ("review", review::TESTS),
        ("process", process::TESTS),
        ("traced", traced::TESTS),
        ("release", release::TESTS),
        ("signature", release::SIGNED),
        ("mistakes", mistakes::TESTS),
        ("judgements", judgements::TESTS),
    ];
    let clis: Vec<(&str, Result<Arc<Cli>, String>)> = cli::KINDS
        .iter()
        .map(|kind| (kind.name, Cli::find(kind).map(Arc::new)))
        .collect();
    let cloud = cloud::is_possible();
    let processes = running::is_possible();
    let full = processes.clone().and_then(|()| surroundings::can_fill());
    let nft = nft::Nft::find().map(drop);
    let python = release::python().map(drop);
    let gpg = release::python().and(release::gpg()).map(drop);
    let strace = traced::strace();
    let long = match std::env::var_os("PORTMATRIX_LONG") {
        Some(_) => Ok(()),
        None => Err("it takes minutes; with PORTMATRIX_LONG=1 it is run".to_owned()),
    };
    let loads = processes.clone().and(long.clone());
    let mut trials = Vec::new();
    for &(room, tests) in rooms {
        for (cli_name, cli) in &clis {
            // Loads are long, and both CLIs set the same limit to messages, so one is enough; the files of a release need none.
            let first = clis.iter().find(|(_, it)| it.is_ok());
            let once = ["size", "load", "release", "signature"].contains(&room);
            if once && first.is_some_and(|(it, _)| it != cli_name) {
                continue;
            }
            let needed = match room {
                "cloud" | "layouts" | "estate" | "snippets_on_aws" => cloud.as_ref().err(),
                "hosts" => nft.as_ref().err(),
                "full" => full.as_ref().err(),
                "size" => long.as_ref().err(),
                "load" => loads.as_ref().err(),
                "faults" | "surroundings" => processes.as_ref().err(),
                "install" | "release" => python.as_ref().err(),
                "signature" => gpg.as_ref().err(),
                "traced" => strace.as_ref().err(),
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
                let name = format!("end_to_end::{cli_name}::{room}::{name}");
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
    trials
}
