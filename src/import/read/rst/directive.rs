//! Directives of reStructuredText: `.. name:: argument`, options, and indented lines.

use super::{RawCell, RawRow, RawTable};
use crate::import::read::csv;
use crate::import::read::lines::{Lines, indent};

/// A directive, and the lines below that belong to it.
#[derive(Clone, Copy, Debug)]
pub(in crate::import::read) struct Directive<'t> {
    pub(in crate::import::read) name: &'t str,
    pub(in crate::import::read) argument: &'t str,
    /// The first line below, and the line after the last.
    pub(in crate::import::read) first: usize,
    pub(in crate::import::read) end: usize,
}

/// Directives whose lines are not text.
pub(super) fn is_opaque(name: &str) -> bool {
    const OPAQUE: &[&str] = &[
        "code",
        "code-block",
        "sourcecode",
        "highlight",
        "literalinclude",
        "parsed-literal",
        "prompt",
        "math",
        "graphviz",
        "mermaid",
        "uml",
        "toctree",
        "meta",
        "image",
        "figure",
        "index",
        "include",
        "raw",
        "contents",
        "replace",
        "unicode",
        "default-role",
        "role",
        "video",
    ];
    OPAQUE.contains(&name)
}

/// Directives whose argument is text.
pub(super) fn has_text(name: &str) -> bool {
    const TEXT: &[&str] = &[
        "note",
        "warning",
        "tip",
        "hint",
        "important",
        "caution",
        "attention",
        "danger",
        "error",
        "seealso",
        "admonition",
        "topic",
    ];
    TEXT.contains(&name.to_ascii_lowercase().as_str())
}

impl<'t> Directive<'t> {
    /// What follows `..`.
    pub(super) fn read(rest: &'t str, first: usize, end: usize) -> Option<Self> {
        let (name, argument) = rest.split_once("::")?;
        // A substitution: `|x| image:: …`
        let name = if name.starts_with('|') {
            "replace"
        } else {
            name.rsplit(':').next().unwrap_or(name)
        };
        let good = !name.is_empty()
            && name
                .bytes()
                .all(|it| it.is_ascii_alphanumeric() || matches!(it, b'-' | b'_' | b'.'));
        (good && (argument.is_empty() || argument.starts_with(' '))).then(|| Directive {
            name,
            argument: argument.trim(),
            first,
            end,
        })
    }

    /// The first line after the options.
    pub(super) fn content(&self, lines: &Lines) -> usize {
        (self.first..self.end)
            .find(|it| option(lines.get(*it)).is_none())
            .unwrap_or(self.end)
    }

    fn option<'l>(&self, lines: &Lines<'l>, name: &str) -> Option<&'l str> {
        let options = (self.first..self.content(lines)).filter_map(|it| option(lines.get(it)));
        options.into_iter().find(|it| it.0 == name).map(|it| it.1)
    }

    /// The table that a directive is.
    pub(super) fn table(&self, lines: &Lines) -> Option<RawTable> {
        let number = |name| {
            self.option(lines, name)
                .and_then(|it| it.parse::<usize>().ok())
        };
        let mut table = match self.name.to_ascii_lowercase().as_str() {
            "list-table" | "flat-table" => RawTable {
                header: number("header-rows"),
                rows: list(lines, self.content(lines), self.end),
                ..RawTable::default()
            },
            "csv-table" => self.csv(lines, number("header-rows")),
            _ => return None,
        };
        table.line = self.first;
        table.caption = Some(self.argument.to_owned()).filter(|it| !it.is_empty());
        Some(table)
    }

    fn csv(&self, lines: &Lines, header: Option<usize>) -> RawTable {
        let separator = match self.option(lines, "delim") {
            Some("tab") => '\t',
            Some("space") => ' ',
            it => it.and_then(|it| it.chars().next()).unwrap_or(','),
        };
        let row = |(line, values): csv::Record| RawRow {
            line,
            cells: values
                .into_iter()
                .map(|it| RawCell::one(it.trim().to_owned(), line))
                .collect(),
        };
        let from = self.content(lines);
        let given = self
            .option(lines, "header")
            .map(|it| csv::records(it, separator, self.first + 1));
        let given = given.unwrap_or_default();
        let count = given.all.len() + header.unwrap_or(0);
        let below = csv::records(lines.joined(from, self.end), separator, from + 1);
        RawTable {
            header: (count > 0).then_some(count),
            rows: given.all.into_iter().chain(below.all).map(row).collect(),
            remarks: given.remarks.into_iter().chain(below.remarks).collect(),
            ..RawTable::default()
        }
    }
}

impl RawCell {
    pub(super) fn one(text: String, line: usize) -> Self {
        RawCell {
            text,
            line,
            columns: 1,
            rows: 1,
        }
    }
}

/// `:name: value`
fn option(line: &str) -> Option<(&str, &str)> {
    let (name, value) = line.trim().strip_prefix(':')?.split_once(':')?;
    (!name.is_empty() && !name.contains(['`', ' ']) && (value.is_empty() || value.starts_with(' ')))
        .then(|| (name, value.trim()))
}

/// Rows as items of a list, and cells as items of the lists in them.
fn list(lines: &Lines, from: usize, end: usize) -> Vec<RawRow> {
    let mut rows: Vec<RawRow> = Vec::new();
    let mut row_column = None;
    let mut cell_column = 0;
    for at in from..end {
        let line = lines.get(at);
        let mut text = line.trim();
        let column = indent(line);
        let is_row = text.starts_with("* ") && row_column.is_none_or(|it| it == column);
        if is_row {
            row_column = Some(column);
            let inner = text[1..].trim_start();
            cell_column = column + text.len() - inner.len();
            text = inner;
            rows.push(RawRow {
                line: at + 1,
                cells: Vec::new(),
            });
        }
        let Some(row) = rows.last_mut() else { continue };
        let cell = text.strip_prefix('-').filter(|it| {
            (is_row || column == cell_column) && (it.is_empty() || it.starts_with([' ', '\t']))
        });
        if let Some(text) = cell {
            row.cells.push(spanned(text.trim(), at + 1));
        } else if let Some(cell) = row.cells.last_mut() {
            cell.text.push('\n');
            cell.text.push_str(text);
        }
    }
    rows
}

/// A cell of a `flat-table`, which may say how many more rows and columns it covers.
fn spanned(text: &str, line: usize) -> RawCell {
    let mut cell = RawCell::one(String::new(), line);
    let mut rest = text;
    loop {
        let (role, columns) = match rest {
            it if it.starts_with(":cspan:`") => (":cspan:`", true),
            it if it.starts_with(":rspan:`") => (":rspan:`", false),
            _ => break,
        };
        let Some((number, after)) = rest[role.len()..].split_once('`') else {
            break;
        };
        let more = number.trim().parse::<usize>().unwrap_or(0).min(65534);
        if columns {
            cell.columns = more + 1;
        } else {
            cell.rows = more + 1;
        }
        rest = after.trim_start();
    }
    rest.clone_into(&mut cell.text);
    cell
}
