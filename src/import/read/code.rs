//! Code, in which tables are not read: those with ports are named, so that nothing is lost in silence.

use super::asciidoc::table as asciidoc;
use super::grid::Rough;
use super::lines::Lines;
use super::markdown::pipes;
use super::markup::{Markup, plain};
use super::outline::Outline;
use super::plain::has_port;
use super::rst;
use crate::import::header_words::names_port;

/// Names the tables with ports in some lines of code, whatever their format is.
pub(super) fn name_tables(lines: &Lines, from: usize, end: usize, outline: &mut Outline) {
    // What is below the code does not end a table in it.
    let code = Lines::new(lines.joined(from, end));
    let mut at = 0;
    while at < code.count() {
        let Some((table, after)) = table(&code, at) else {
            at += 1;
            continue;
        };
        if has_ports(&table) {
            let line = from + at + 1;
            outline.remark(line, "a table with ports within code is not read");
        }
        at = after.max(at + 1);
    }
}

/// The table that begins at a line, and the line after it.
fn table(lines: &Lines, at: usize) -> Option<(Rough, usize)> {
    let text = |it: &str| plain(it, Markup::Markdown);
    let fence = lines.get(at).trim();
    if asciidoc::is_fence(fence) {
        let close = (at + 1..lines.count()).find(|it| lines.get(*it).trim() == fence)?;
        return Some((asciidoc::read(lines, at, close, "", &text), close + 1));
    }
    let drawn = rst::grid::read(lines, at).or_else(|| rst::simple::read(lines, at));
    let drawn = drawn.map(|(table, after)| (rst::table(table, &text), after));
    drawn.or_else(|| pipes::read(lines, at))
}

/// Whether a table has a header for ports, and numbers that may be ports.
fn has_ports(table: &Rough) -> bool {
    let mut rows = table.rows.iter().map(|it| &it.cells);
    let header = rows.next();
    header.is_some_and(|it| it.iter().any(|it| names_port(&it.plain.text)))
        && rows.flatten().any(|it| has_port(&it.plain.text))
}
