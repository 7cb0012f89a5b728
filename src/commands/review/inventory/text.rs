//! An inventory for people: the worst first, and no more than can be read.

use super::{NEXT, Outcome, count};
use crate::commands::table;
use crate::model::words::Severity;
use crate::review::inventory::Entry;
use std::fmt::Write as _;

/// The number of lines without an error or a warning that are printed.
const MAX_INFOS: usize = 40;

/// The number of points with an error or a warning that are printed.
const MAX_POINTS: usize = 20;

fn head(it: &Entry, out: &mut String) {
    // Writing to a string does not fail.
    let _ = writeln!(out, "{}: {}: {}", it.severity(), it.kind, it.message);
}

pub(super) fn write(outcome: &Outcome, out: &mut String) {
    // Writing to a string does not fail.
    let entries = &outcome.inventory.entries;
    let (bad, infos): (Vec<&Entry>, Vec<&Entry>) =
        (entries.iter()).partition(|it| it.severity() != Severity::Info);
    for entry in bad {
        head(entry, out);
        if let [rule] = &entry.rules[..]
            && let Some(name) = outcome.names.get(&rule.id)
        {
            let _ = writeln!(out, "    {} is {name}", rule.id);
        }
        if !entry.meaning.is_empty() {
            let _ = writeln!(out, "    {}", entry.meaning);
        }
        let _ = writeln!(out, "    remedy: {}\n", entry.remedy);
    }
    for entry in infos.iter().take(MAX_INFOS) {
        head(entry, out);
        if entry.kind.is_traffic() && !entry.meaning.is_empty() {
            let _ = writeln!(out, "    {}", entry.meaning);
        }
    }
    if infos.len() > MAX_INFOS {
        let left = count(&infos[MAX_INFOS..]);
        let _ = writeln!(out, "and {left}: `--format json` has every line");
    }
    if !infos.is_empty() {
        out.push('\n');
    }
    points(outcome, out);
    let _ = writeln!(out, "{}", outcome.inventory.summary);
    for note in &outcome.notes {
        let _ = writeln!(out, "{note}");
    }
    let _ = writeln!(out, "{NEXT}");
}

/// The points with errors or warnings, if there are several points.
fn points(outcome: &Outcome, out: &mut String) {
    let points = &outcome.inventory.points;
    let bad = points.iter().filter(|it| it.entries[0] + it.entries[1] > 0);
    let bad: Vec<_> = bad.collect();
    if points.len() < 2 || bad.is_empty() {
        return;
    }
    let row = |point: String, numbers: [usize; 3]| {
        let numbers = numbers.map(|it| it.to_string());
        [point].into_iter().chain(numbers).collect::<Vec<_>>()
    };
    let rows = bad.iter().take(MAX_POINTS);
    let rows = rows.map(|it| {
        row(
            it.point.to_string(),
            [it.rules, it.entries[0], it.entries[1]],
        )
    });
    table(
        &["POINT", "RULES", "ERRORS", "WARNINGS"],
        &rows.collect::<Vec<_>>(),
        out,
    );
    if bad.len() > MAX_POINTS {
        let _ = writeln!(out, "and {} more", bad.len() - MAX_POINTS);
    }
    out.push('\n');
}
