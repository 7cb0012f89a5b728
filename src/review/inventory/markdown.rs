//! The inventory as Markdown, for a pull request or a summary of a run.

use super::{Entry, Inventory, Kind};
use crate::review::explain::markdown::{MAX_ROWS, code, prose};
use crate::review::explain::words::list;
use std::fmt::Write;

/// The number of points of the table.
const MAX_POINTS: usize = 20;

/// The heading, the summary, a table for each kind, and the worst points.
pub fn markdown(inventory: &Inventory) -> String {
    // Writing to a string does not fail.
    let mut text = format!("## Firewall inventory\n\n{}\n", prose(&inventory.summary));
    let mut room = MAX_ROWS;
    for kind in Kind::ALL {
        let of_kind = inventory.entries.iter().filter(|it| it.kind == *kind);
        let of_kind: Vec<&Entry> = of_kind.collect();
        if of_kind.is_empty() {
            continue;
        }
        let shown = of_kind.len().min(room);
        room -= shown;
        let _ = write!(
            text,
            "\n### {kind}: {}\n\n{}.\n",
            of_kind.len(),
            prose(kind.description())
        );
        if shown > 0 {
            text.push_str("\n| severity | points | rules | traffic | what it means | what to do |\n|---|---|---|---|---|---|\n");
            text.extend(of_kind[..shown].iter().map(|it| row(it)));
        }
        if shown < of_kind.len() {
            let _ = write!(text, "\nand {} more\n", of_kind.len() - shown);
        }
    }
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
