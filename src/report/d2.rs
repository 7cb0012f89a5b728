//! The zones as a diagram in D2.

use super::zones::called;
use super::{Report, zones};
use std::fmt::Write;

/// Zones in containers by trust; peers that these rules do not filter are dashed.
pub(super) fn diagram(report: &Report) -> String {
    let graph = zones::graph(report);
    let mut out = "direction: right\n".to_owned();
    // Writing to a string does not fail, here and below.
    for (column, it) in graph.columns.iter().enumerate() {
        let _ = writeln!(out, "t{column}: {} {{", quoted(&it.title));
        for (at, node) in graph
            .boxes
            .iter()
            .enumerate()
            .filter(|(_, it)| it.column == column)
        {
            let dashed = if node.solid {
                ""
            } else {
                " { style.stroke-dash: 4 }"
            };
            let _ = writeln!(out, "  z{at}: {}{dashed}", quoted(&called(node)));
        }
        let _ = writeln!(out, "}}");
    }
    let name = |at: usize| format!("t{}.z{at}", graph.boxes[at].column);
    for it in &graph.edges {
        let _ = writeln!(
            out,
            "{} -> {}: {}",
            name(it.from),
            name(it.to),
            quoted(&it.label)
        );
    }
    out
}

/// A quoted text for D2. `$` would begin a variable.
fn quoted(text: &str) -> String {
    let mut safe = String::new();
    for it in text.chars() {
        match it {
            '"' | '\\' | '$' => {
                safe.push('\\');
                safe.push(it);
            }
            '\n' | '\r' | '\t' => safe.push(' '),
            it => safe.push(it),
        }
    }
    format!("\"{safe}\"")
}
