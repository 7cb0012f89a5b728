//! Tables of pipes, with a row of dashes below the header or without.

use super::content;
use super::fences::fence;
use crate::import::header_words::role_of;
use crate::import::read::grid::{Rough, RoughCell, RoughRow};
use crate::import::read::lines::{Lines, indent};
use crate::import::read::markup::{Markup, plain};
use crate::import::read::plain::has_port;
use crate::import::table::Remark;
use crate::import::words::Role;

/// The table that begins at a line, and the line after it.
pub(in crate::import::read) fn read(lines: &Lines, at: usize) -> Option<(Rough, usize)> {
    let first = content(lines.get(at));
    let separated = is_separator(content(lines.get(at + 1)));
    if is_separator(first) {
        // A table whose header is missing.
        let next = content(lines.get(at + 1));
        if !next.contains('|') || separated {
            return None;
        }
        let below = rows(lines, at + 1, cells(first, 0).len());
        return table(at, None, below);
    }
    if separated {
        let columns = cells(content(lines.get(at + 1)), 0).len();
        let mut below = rows(lines, at + 2, columns);
        below.rows.insert(0, row(first, at + 1, columns));
        return table(at, Some(1), below);
    }
    bare(lines, at)
}

/// Whether a line is a row with a number that may be a port.
pub(super) fn is_alone(line: &str) -> bool {
    let inner = line.strip_prefix('|').and_then(|it| it.strip_suffix('|'));
    inner.is_some_and(|it| it.contains('|') && has_port(it))
}

fn table(at: usize, header: Option<usize>, rows: Body) -> Option<(Rough, usize)> {
    let blank = |it: &RoughRow| it.cells.iter().all(|it| it.plain.text.is_empty());
    let header = header.filter(|_| !rows.rows.first().is_none_or(blank));
    let rough = Rough {
        line: at + 1,
        header,
        rows: rows.rows,
        remarks: rows.remarks,
        ..Rough::default()
    };
    (!rough.rows.is_empty()).then_some((rough, rows.end))
}

/// Rows, and the line after them.
#[derive(Default)]
struct Body {
    rows: Vec<RoughRow>,
    remarks: Vec<Remark>,
    end: usize,
}

/// Rows up to a line that is not one.
fn rows(lines: &Lines, from: usize, columns: usize) -> Body {
    let mut found = Body::default();
    let mut at = from;
    while at < lines.count() {
        let line = content(lines.get(at));
        if is_separator(line) {
            // Some put dashes between rows.
            at += 1;
            continue;
        }
        if let Some(next) = after_directives(lines, at) {
            at = next;
            continue;
        }
        if let Some(end) = broken(lines, at, columns) {
            let parts: Vec<&str> = (at..end).map(|it| content(lines.get(it))).collect();
            found.rows.push(row(&parts.join(" "), at + 1, columns));
            at = end;
            continue;
        }
        if continues(line) {
            let is_open = line.starts_with('|') && !line.ends_with('|');
            if is_open && cells(line, columns).len() < columns {
                found.remarks.push(Remark {
                    line: at + 1,
                    text: "the row is not closed, and has fewer cells than the header",
                });
            }
            found.rows.push(row(line, at + 1, columns));
            at += 1;
            continue;
        }
        let Some(next) =
            after_gap(lines, at, columns).filter(|_| line.is_empty() || !found.rows.is_empty())
        else {
            break;
        };
        if !line.is_empty() {
            found.remarks.push(Remark {
                line: at + 1,
                text: "the line is between rows of a table, and is not read",
            });
        }
        at = next;
    }
    found.end = at;
    found
}

/// Whether a line is a tag, a shortcode or a condition of a template around rows, which is not a row.
fn is_directive(line: &str) -> bool {
    let marks = [("<%", "%>"), ("{%", "%}"), ("{{", "}}")];
    let is_template = marks
        .iter()
        .any(|(open, close)| line.starts_with(open) && line.ends_with(close));
    is_template || line.starts_with('<') && line.ends_with('>') && !line.contains('|')
}

/// The row with which a table goes on after such lines.
fn after_directives(lines: &Lines, at: usize) -> Option<usize> {
    let next = (at..lines.count()).find(|it| !is_directive(content(lines.get(*it))))?;
    let is_row = continues(content(lines.get(next))) && !is_separator(content(lines.get(next + 1)));
    (next > at && is_row).then_some(next)
}

/// The most lines of a row that is broken over lines.
const MOST_BROKEN: usize = 60;

/// The line after a row that goes on in the next lines, up to the pipe with which it has all cells.
fn broken(lines: &Lines, at: usize, columns: usize) -> Option<usize> {
    let first = content(lines.get(at));
    let is_closed = first.ends_with('|');
    let is_whole = is_closed && cells(first, columns).len() >= columns;
    if !first.starts_with('|') || is_whole {
        return None;
    }
    let mut joined = first.to_owned();
    for end in at + 1..lines.count().min(at + MOST_BROKEN) {
        let line = content(lines.get(end));
        let is_apart = line.is_empty() || line.starts_with('|');
        if is_closed && is_apart || line.starts_with(['#', '<', '{']) || fence(line).is_some() {
            return None;
        }
        joined.push(' ');
        joined.push_str(line);
        if line.ends_with('|') {
            let is_row = cells(&joined, columns).len() == columns
                && !is_separator(content(lines.get(end + 1)));
            return is_row.then_some(end + 1);
        }
    }
    None
}

/// The row with which a table goes on after blank lines or a line of text: it has all cells, and is not the header of another table.
fn after_gap(lines: &Lines, at: usize, columns: usize) -> Option<usize> {
    let is_blank = |at: &usize| content(lines.get(*at)).is_empty();
    let is_text = content(lines.get(at)).starts_with(char::is_alphanumeric);
    let next = if is_text {
        at + 1
    } else {
        (at..lines.count()).find(|it| !is_blank(it))?
    };
    let line = content(lines.get(next));
    let its = cells(line, columns);
    let is_row = line.starts_with('|')
        && indent(lines.get(next)) == indent(lines.get(at.saturating_sub(1)))
        && (its.len() == columns || broken(lines, next, columns).is_some())
        && !is_separator(line)
        && !is_separator(content(lines.get(next + 1)));
    let has_number = line.contains(|it: char| it.is_ascii_digit());
    let is_header = || {
        let roles = its.iter().map(|it| role_of(it, false));
        !has_number && roles.filter(|it| *it != Role::Other).count() > 1
    };
    (is_row && !is_header()).then_some(next)
}

fn continues(line: &str) -> bool {
    line.contains('|') && !line.starts_with("```")
}

fn row(line: &str, number: usize, columns: usize) -> RoughRow {
    let cells = cells(line, columns).into_iter();
    RoughRow {
        line: number,
        cells: cells
            .map(|it| RoughCell::new(plain(it.trim(), Markup::Markdown), number))
            .collect(),
    }
}

/// Rows without dashes below the header: two lines that begin with a pipe, or three with the same number of pipes between words.
fn bare(lines: &Lines, at: usize) -> Option<(Rough, usize)> {
    let first = content(lines.get(at));
    let columns = cells(first, 0).len();
    let piped = first.starts_with('|') && !first.starts_with("||");
    let belongs = |line: &str| {
        if piped {
            line.starts_with('|') && cells(line, 0).len() > 1
        } else {
            line.contains(" | ") && cells(line, 0).len() == columns
        }
    };
    let needed = if piped { 2 } else { 3 };
    if columns < 2 || !(at..at + needed).all(|it| belongs(content(lines.get(it)))) {
        return None;
    }
    let mut rows = Vec::new();
    let mut end = at;
    while end < lines.count() {
        let line = content(lines.get(end));
        if belongs(line) {
            rows.push(row(line, end + 1, columns));
            end += 1;
            continue;
        }
        // Rows that were pasted with a blank line between them; a line without numbers would be the next header.
        let next = content(lines.get(end + 1));
        if !(line.is_empty()
            && piped
            && belongs(next)
            && next.contains(|it: char| it.is_ascii_digit()))
        {
            break;
        }
        end += 1;
    }
    let rows = Body {
        rows,
        end,
        ..Body::default()
    };
    table(at, None, rows)
}

/// A row of dashes and colons.
fn is_separator(line: &str) -> bool {
    if !(line.contains('-') && line.contains('|')) {
        return false;
    }
    line.bytes()
        .all(|it| matches!(it, b'|' | b'-' | b':' | b' ' | b'\t' | b'+' | b'='))
        && cells(line, 0)
            .iter()
            .all(|it| it.trim().is_empty() || it.contains('-'))
}

/// The cells of a row. A pipe within code or an expression separates, unless that makes more cells than `columns`.
fn cells(line: &str, columns: usize) -> Vec<String> {
    let all = split(line, false);
    if columns > 0 && all.len() > columns {
        let fewer = split(line, true);
        if fewer.len() == columns {
            return fewer;
        }
    }
    all
}

fn split(line: &str, guards: bool) -> Vec<String> {
    let line = line.trim();
    let line = line.strip_prefix('|').unwrap_or(line);
    let mut cells = vec![String::new()];
    let mut code = 0_usize;
    let mut braces = 0_usize;
    let mut chars = line.chars().peekable();
    while let Some(it) = chars.next() {
        let last = cells.len() - 1;
        match it {
            '\\' if chars.peek() == Some(&'|') => {
                chars.next();
                // Code keeps its pipe, and elsewhere it is one, too.
                cells[last].push('|');
                continue;
            }
            '`' if guards => code ^= 1,
            '{' if guards && chars.peek().is_some_and(|it| matches!(it, '{' | '%')) => braces += 1,
            '}' if guards && braces > 0 => braces -= 1,
            '|' if code == 0 && braces == 0 => {
                cells.push(String::new());
                continue;
            }
            _ => {}
        }
        cells[last].push(it);
    }
    if cells.len() > 1
        && cells.last().is_some_and(|it| it.trim().is_empty())
        && line.trim_end().ends_with('|')
    {
        cells.pop();
    }
    cells
}
