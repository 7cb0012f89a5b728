//! Drafts of product files from pages with port tables.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod against;
mod alike;
mod answers;
mod around;
mod directions;
mod examples;
mod kinds;
mod left;
mod listeners;
mod lists;
mod matrices;
mod named;
mod pages;
mod sides;
mod transports;

use crate::support::page::read;
use portmatrix::import::answers::Answers;
use portmatrix::import::{Carrier, Flow, Ports, settle};
use portmatrix::model::ports::PortRange;

/// The flows of a page as `from > to: services`, and what is left.
fn shown(page: &str, name: &str) -> (Vec<String>, Vec<(usize, &'static str)>) {
    let (facts, answers) = read(page, name, Answers::default());
    let all = |ranges: &[PortRange]| {
        let texts: Vec<String> = ranges.iter().map(PortRange::to_string).collect();
        texts.join(",")
    };
    let services = |flow: &Flow| -> Vec<String> {
        let one = flow.pieces.iter().map(|it| match (&it.ports, it.carrier) {
            (Ports::Ranges(ranges), Carrier::Unstated) => format!("?/{}", all(ranges)),
            (Ports::Ranges(ranges), carrier) => format!("{carrier}/{}", all(ranges)),
            (_, carrier) => carrier.to_string(),
        });
        one.collect()
    };
    let shown = settle(&facts, &answers).into_iter().map(|it| {
        let services = services(&it).join(" ");
        format!("{} > {}: {services}", it.from.join(","), it.to.join(","))
    });
    let left = facts.skipped.iter().map(|it| (it.line, it.why)).collect();
    (shown.collect(), left)
}

/// The flows of a page in Markdown.
fn flows(page: &str) -> Vec<String> {
    shown(page, "parrot.md").0
}
