//! Tables between lines of `|===`.

use super::cells::{Piece, pieces};
use crate::import::read::csv;
use crate::import::read::grid::{Rough, RoughCell, RoughRow};
use crate::import::read::lines::Lines;
use crate::import::read::plain::Plain;
use crate::import::read::tags::all_attributes;

/// The most columns that a table may say it has.
const MAX_COLUMNS: usize = 1000;
/// The most cells that `3*|` may make in one table.
const MAX_COPIES: usize = 10_000;

/// Whether a line opens a table: of cells, or of values with separators.
pub(in crate::import::read) fn is_fence(line: &str) -> bool {
    let rest = line.strip_prefix(['|', ',', ':', '!']);
    rest.is_some_and(|it| it.len() >= 3 && it.bytes().all(|it| it == b'='))
}

/// The table whose opening line is `at`, and whose closing line is `end`.
pub(in crate::import::read) fn read(
    lines: &Lines,
    at: usize,
    end: usize,
    attributes: &str,
    plain: &dyn Fn(&str) -> Plain,
) -> Rough {
    let fence = lines.get(at).trim();
    let given = all_attributes(attributes);
    let value = |name: &str| given.iter().find(|it| it.0 == name).map(|it| it.1.trim());
    let says = |option: &str| {
        attributes.contains(&format!("%{option}"))
            || given.iter().any(|it| {
                matches!(it.0, "options" | "opts") && it.1.split([',', ' ']).any(|it| it == option)
            })
    };
    let implicit = implicit_header(lines, at + 1, end) && !says("noheader");
    let header = usize::from(says("header") || implicit);
    let header = (header > 0).then_some(1);
    let format = value("format").unwrap_or(match fence.as_bytes().first() {
        Some(b',') => "csv",
        Some(b':') => "dsv",
        _ => "psv",
    });
    if format != "psv" {
        let separator = match (format, value("separator")) {
            (_, Some(it)) if !it.is_empty() => {
                if it == "\\t" {
                    '\t'
                } else {
                    it.chars().next().unwrap_or(',')
                }
            }
            ("tsv", _) => '\t',
            ("dsv", _) => ':',
            _ => ',',
        };
        let records = csv::records(lines.joined(at + 1, end), separator, at + 2);
        return Rough {
            line: at + 1,
            ..csv::rough(at + 1, records, header, plain)
        };
    }
    let separator = value("separator")
        .and_then(|it| it.chars().next())
        .unwrap_or(if fence.starts_with('!') { '!' } else { '|' });
    let pieces = pieces(lines, at + 1, end, separator);
    let columns = value("cols").map_or(0, columns);
    let columns = if columns > 0 {
        columns
    } else {
        first_row(&pieces)
    };
    Rough {
        line: at + 1,
        caption: None,
        header,
        rows: rows(pieces, columns.clamp(1, MAX_COLUMNS), plain),
        remarks: Vec::new(),
    }
}

/// How many columns `cols` names: `1,2a`, `3*`, `1,2*a`, `;` for `,`.
fn columns(cols: &str) -> usize {
    let parts = cols.split([',', ';']);
    let count = parts.map(|it| {
        let times = it
            .trim()
            .split_once('*')
            .and_then(|it| it.0.trim().parse::<usize>().ok());
        times.map_or(1, |it| it.min(MAX_COLUMNS))
    });
    count.fold(0, usize::saturating_add).min(MAX_COLUMNS)
}

/// How many columns the cells in the first line cover.
fn first_row(pieces: &[Piece]) -> usize {
    let line = pieces.first().map_or(0, |it| it.line);
    let first = pieces.iter().take_while(|it| it.line == line);
    first
        .map(|it| it.columns.saturating_mul(it.times))
        .fold(0, usize::saturating_add)
}

/// A first line of cells, directly below the opening line, that a blank line follows.
fn implicit_header(lines: &Lines, from: usize, end: usize) -> bool {
    from + 1 < end && lines.get(from).contains('|') && lines.get(from + 1).trim().is_empty()
}

/// Cells in rows. Cells that cover several rows leave room in those below.
fn rows(pieces: Vec<Piece>, columns: usize, plain: &dyn Fn(&str) -> Plain) -> Vec<RoughRow> {
    let mut rows: Vec<RoughRow> = Vec::new();
    // For how many rows yet each column is covered from above.
    let mut covered = vec![0_usize; columns];
    let mut column = columns;
    let mut left = MAX_COPIES;
    for piece in pieces {
        let text = plain(&piece.text);
        left = left.saturating_sub(piece.times);
        for _ in 0..piece.times.min(left).max(1) {
            while column < columns && covered[column] > 0 {
                covered[column] -= 1;
                column += 1;
            }
            if column >= columns {
                rows.push(RoughRow {
                    line: piece.line,
                    cells: Vec::new(),
                });
                column = 0;
                while column < columns && covered[column] > 0 {
                    covered[column] -= 1;
                    column += 1;
                }
                // A row that is covered whole.
                if column >= columns {
                    continue;
                }
            }
            let wide = piece.columns.clamp(1, columns - column);
            let cell = RoughCell {
                columns: wide,
                rows: piece.rows.max(1),
                header: piece.style == Some('h'),
                ..RoughCell::new(text.clone(), piece.line)
            };
            covered[column..column + wide].fill(piece.rows.max(1) - 1);
            column += wide;
            if let Some(row) = rows.last_mut() {
                row.cells.push(cell);
            }
        }
    }
    rows
}
