//! Rows that leave out what the row above says: empty cells that repeat its names, and cells that are lost.

use super::cell::{port_cell, transports_in};
use super::policy::{denies, is_example};
use super::protocols::is_protocol_name;
use super::roles::{Columns, by_headers, is_port_list};
use super::table::{Cell, Row, Table};
use super::text::{has_any, words};
use super::words::{Role, is_any, way_of_heading, without_marks};
use std::borrow::Cow;
use std::collections::BTreeSet;

/// The longest text in bytes that empty cells below it repeat. What is longer is not a name.
const MAX_REPEATED: usize = 500;

/// A table in which rows that lack the first cells of a printed one have them again, empty: what spans rows is often lost, and the
/// rest of the row is then further left. That is sure where the ports and the transport are as far from their columns.
pub(super) fn shifted(table: &Table) -> Cow<'_, Table> {
    let roles = by_headers(table);
    let only = |role| {
        let mut all = (0..roles.len()).filter(|at| roles[*at] == role);
        all.next().filter(|_| all.next().is_none())
    };
    let Some((ports, transport)) = only(Role::Port).zip(only(Role::Transport)) else {
        return Cow::Borrowed(table);
    };
    let is_port = |row: &Row, at: usize| is_port_list(text(row, at));
    let is_transport = |row: &Row, at: usize| {
        let text = text(row, at);
        let its = words(text);
        // `HTTP(S)` is two words.
        let is_one =
            |it: &String| it == "s" || !transports_in(it).is_empty() || is_protocol_name(it);
        text.contains(char::is_alphabetic) && its.len() <= 4 && its.iter().all(is_one)
    };
    let is_name = |text: &str| {
        let not_names = [
            "version",
            "new",
            "both",
            "note",
            "optional",
            "required",
            "deprecated",
            "blocked",
        ];
        !is_any(text) && way_of_heading(text).is_none() && !has_any(&words(text), &not_names)
    };
    let shift = |row: &Row| {
        let empty = (0..row.cells.len()).rev();
        let empty = empty.take_while(|at| text(row, *at).is_empty());
        let most = empty.count().min(ports).min(transport);
        let is_whole = is_port(row, ports) || is_transport(row, transport);
        let fits = |by: &usize| is_port(row, ports - by) && is_transport(row, transport - by);
        let by = (1..=most).find(fits).filter(|_| !is_whole)?;
        let lacks_ends = roles.iter().take(by).all(|it| it.is_end());
        (lacks_ends && is_name(text(row, 0))).then_some(by)
    };
    let is_moved = |it: &&Row| shift(it).is_some();
    let firsts: BTreeSet<&str> = table
        .rows
        .iter()
        .filter(|it| !is_moved(it))
        .map(|it| text(it, 0))
        .collect();
    let mut moved = table.rows.iter().filter(is_moved).peekable();
    // A row that begins with a name of the first column lacks another one.
    if moved.peek().is_none() || moved.any(|it| firsts.contains(text(it, 0))) {
        return Cow::Borrowed(table);
    }
    let mut table = table.clone();
    for row in &mut table.rows {
        if let Some(by) = shift(row) {
            row.cells.rotate_right(by);
        }
    }
    Cow::Owned(table)
}

/// A table in which names at the beginning of a row hold for the rows below that leave their first cells empty. A sum and a policy give
/// no names, and neither does a column with spans, in which empty means empty.
pub(super) fn filled_down<'t>(table: &'t Table, columns: &Columns) -> Cow<'t, Table> {
    let is_label = |at: usize| columns.roles.get(at) == Some(&Role::Label);
    let starts = names(columns, 0) || is_label(0);
    if !starts || !table.rows.iter().any(|it| text(it, 0).is_empty()) {
        return Cow::Borrowed(table);
    }
    let mut spans = vec![false; columns.roles.len()];
    for row in &table.rows {
        for (has, cell) in spans.iter_mut().zip(&row.cells) {
            *has |= cell.filled;
        }
    }
    let mut table = table.clone();
    for at in 1..table.rows.len() {
        let (above, row) = table.rows.split_at_mut(at);
        let (Some(above), Some(row)) = (above.last(), row.first_mut()) else {
            continue;
        };
        if above.section != row.section || !gives_names(above, columns) {
            continue;
        }
        let is_open = |at: &usize| names(columns, *at) || is_label(*at);
        let count = row.cells.len().min(columns.roles.len());
        let empty = (0..count).take_while(|at| is_open(at) && text(row, *at).is_empty());
        for at in empty
            .filter(|at| names(columns, *at) && !spans[*at])
            .collect::<Vec<_>>()
        {
            let name = text(above, at);
            if name.len() <= MAX_REPEATED {
                row.cells[at] = Cell {
                    text: without_marks(name),
                    line: row.line,
                    ..Cell::default()
                };
            }
        }
    }
    Cow::Owned(table)
}

/// Whether a column names an end.
fn names(columns: &Columns, at: usize) -> bool {
    columns.roles.get(at).is_some_and(|it| it.is_end())
}

fn text(row: &Row, at: usize) -> &str {
    row.cells.get(at).map_or("", |it| it.text.trim())
}

/// Whether a row is one with ports, or a name alone.
fn gives_names(row: &Row, columns: &Columns) -> bool {
    let mut ports = columns.all(Role::Port).map(|at| text(row, at));
    let has_ports = ports.any(|it| !port_cell(it, &[]).pieces.is_empty());
    let filled = (0..row.cells.len()).filter(|at| !text(row, *at).is_empty());
    let is_policy = |it: &Cell| denies(&it.text) || is_example(&it.text);
    (has_ports || filled.count() == 1) && !row.cells.iter().any(is_policy)
}
