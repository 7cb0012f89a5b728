//! Empty cells that repeat the name above them, as in a printed list.

use super::cell::port_cell;
use super::policy::{denies, is_example};
use super::roles::Columns;
use super::table::{Cell, Row, Table};
use super::words::{Role, without_marks};
use std::borrow::Cow;

/// The longest text in bytes that empty cells below it repeat. What is longer is not a name.
const MAX_REPEATED: usize = 500;

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
    let ends = [Role::From, Role::To, Role::Host, Role::Peer];
    columns.roles.get(at).is_some_and(|it| ends.contains(it))
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
