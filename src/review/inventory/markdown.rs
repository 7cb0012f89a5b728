//! The inventory as Markdown, for a pull request or a summary of a run.

use super::{Entry, Inventory, Kind};
use crate::review::explain::markdown::{code, prose, tables};
use crate::review::explain::words::list;
use std::fmt::Write;

/// The number of points of the table.
const MAX_POINTS: usize = 20;

/// The heading, the summary, a table for each kind, and the worst points.
pub fn markdown(inventory: &Inventory) -> String {
    let mut text = format!("## Firewall inventory\n\n{}\n", prose(&inventory.summary));
    let kinds = Kind::ALL.iter().map(|kind| {
        let of_kind = inventory.entries.iter().filter(|it| it.kind == *kind);
        (
            [kind.to_string(), prose(kind.description())],
            of_kind.collect(),
        )
    });
    tables(&mut text, "points", kinds, row);
    let bad = inventory.points.iter();
    let bad = bad.filter(|it| it.entries[0] + it.entries[1] > 0);
    let bad: Vec<_> = bad.take(MAX_POINTS).collect();
    if !bad.is_empty() {
        text.push_str(
            "\n### By point\n\n| point | rules | errors | warnings |\n|---|---|---|---|\n",
        );
        for it in bad {
            let _ = writeln!(
                text,
                "| {} | {} | {} | {} |",
                code(&it.point.to_string()),
                it.rules,
                it.entries[0],
                it.entries[1]
            );
        }
    }
    text
}

fn row(it: &Entry) -> String {
    let direction = it.direction.map_or_else(String::new, |it| format!(" {it}"));
    let points = list(it.points(), ", ", |it| code(&it.to_string()));
    let named = it.rules.iter().filter(|it| !it.id.is_empty());
    let traffic = if it.traffic.is_empty() {
        &it.message
    } else {
        &it.traffic
    };
    format!(
        "| {} | {points}{direction} | {} | {} | {} | {} |\n",
        it.severity(),
        list(named, ", ", |it| code(&it.id)),
        prose(traffic),
        prose(&it.meaning),
        prose(&it.remedy),
    )
}
