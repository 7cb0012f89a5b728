//! Tables of pipes, with a row of dashes below the header or without.

use super::content;
use crate::import::read::grid::{Rough, RoughCell, RoughRow};
use crate::import::read::lines::Lines;
use crate::import::read::markup::{Markup, plain};

/// The table that begins at a line, and the line after it.
pub(super) fn read(lines: &Lines, at: usize) -> Option<(Rough, usize)> {
    let first = content(lines.get(at));
    let separated = is_separator(content(lines.get(at + 1)));
    if is_separator(first) {
        // A table whose header is missing.
        let next = content(lines.get(at + 1));
        if !next.contains('|') || separated {
            return None;
        }
        let (rows, end) = rows(lines, at + 1, cells(first, 0).len());
        return table(at, None, rows, end);
    }
    if separated {
        let columns = cells(content(lines.get(at + 1)), 0).len();
        let (mut all, _) = rows(lines, at, columns);
        all.truncate(1);
        let (below, end) = rows(lines, at + 2, columns);
        all.extend(below);
        return table(at, Some(1), all, end);
    }
    bare(lines, at)
}

fn table(
    at: usize,
    header: Option<usize>,
    rows: Vec<RoughRow>,
    end: usize,
) -> Option<(Rough, usize)> {
    let blank = |it: &RoughRow| it.cells.iter().all(|it| it.plain.text.is_empty());
    let header = header.filter(|_| !rows.first().is_none_or(blank));
    let rough = Rough {
        line: at + 1,
        header,
        rows,
        ..Rough::default()
    };
    (!rough.rows.is_empty()).then_some((rough, end))
}

/// Rows up to a line that is not one.
fn rows(lines: &Lines, from: usize, columns: usize) -> (Vec<RoughRow>, usize) {
    let mut rows = Vec::new();
    let mut at = from;
    while at < lines.count() {
        let line = content(lines.get(at));
        if is_separator(line) {
            // Some put dashes between rows.
            at += 1;
            continue;
        }
        // A tag or a shortcode around rows is not a row.
        let wraps = (line.starts_with('<') && line.ends_with('>'))
            || (line.starts_with("{%") && line.ends_with("%}"));
        if wraps && !line.contains('|') && continues(content(lines.get(at + 1))) {
            at += 1;
            continue;
        }
        if !continues(line) {
            break;
        }
        rows.push(row(line, at + 1, columns));
        at += 1;
    }
    (rows, at)
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
    table(at, None, rows, end)
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
