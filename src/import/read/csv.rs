//! Values separated by commas, semicolons or tabs.

use super::Error;
use super::grid::{Rough, RoughCell, RoughRow};
use super::outline::Outline;
use super::plain::Plain;
use crate::import::table::{Document, Format, Remark};

/// A record: its line, and its values.
pub(super) type Record = (usize, Vec<String>);

/// Reads a document.
pub(super) fn read(text: &str, name: &str) -> Result<Document, Error> {
    let tabs = name.to_ascii_lowercase().ends_with(".tsv");
    let separator = if tabs {
        '\t'
    } else {
        separator(text).unwrap_or(',')
    };
    let mut outline = Outline::new(Format::Csv);
    let records = records(text, separator, 1);
    outline.table(rough(1, records, None, &|it| Plain::new(it)));
    outline.finish()
}

/// Records as a table.
pub(super) fn rough(
    line: usize,
    records: Records,
    header: Option<usize>,
    plain: &dyn Fn(&str) -> Plain,
) -> Rough {
    let rows = records.all.into_iter().map(|(line, values)| RoughRow {
        line,
        cells: values
            .iter()
            .map(|it| RoughCell::new(plain(it), line))
            .collect(),
    });
    let rows: Vec<_> = rows.collect();
    Rough {
        line: rows.first().map_or(line, |it| it.line),
        header,
        rows,
        remarks: records.remarks,
        ..Rough::default()
    }
}

/// The separator that makes the same number of values, more than one, in each of the first lines; in most of them, if quoted
/// values go over lines.
pub(super) fn separator(text: &str) -> Option<char> {
    let lines: Vec<&str> = text
        .lines()
        .filter(|it| !it.trim().is_empty())
        .take(20)
        .collect();
    let candidates = [';', '\t', ','];
    let fits = candidates.into_iter().filter_map(|separator| {
        let counts: Vec<usize> = lines
            .iter()
            .map(|it| {
                records(it, separator, 1)
                    .all
                    .first()
                    .map_or(0, |it| it.1.len())
            })
            .collect();
        let first = *counts.first()?;
        let same = counts.iter().filter(|it| **it == first).count();
        (first > 1 && lines.len() > 1 && same * 2 > counts.len())
            .then_some((same, first, separator))
    });
    fits.max_by_key(|it| (it.0, it.1)).map(|it| it.2)
}

/// The records of a text, and what was odd about their quotes.
#[derive(Debug, Default)]
pub(super) struct Records {
    pub(super) all: Vec<Record>,
    pub(super) remarks: Vec<Remark>,
}

/// After so many open quotes, quotes mean nothing.
const MOST_OPEN: usize = 100;

/// The records of a text that begins at a line. Values may be quoted, and then go over lines. A quote that is not closed is a
/// character like any other, so that it does not swallow the rows below it.
pub(super) fn records(text: &str, separator: char, first: usize) -> Records {
    let mut records = Records::default();
    let mut values = Vec::new();
    let mut value = String::new();
    let (mut line, mut begun) = (first, first);
    let mut was_quoted = false;
    let mut width = 0;
    let mut rest = text;
    let mut open = 0;
    loop {
        let next = rest.chars().next();
        rest = rest.get(next.map_or(0, char::len_utf8)..).unwrap_or("");
        match next {
            Some('"') if value.trim().is_empty() && !was_quoted && open < MOST_OPEN => {
                let Some((quoted, length)) = quoted(rest, separator) else {
                    open += 1;
                    let text = if open < MOST_OPEN {
                        "the quote that opens a value is not closed, so it is read as a character"
                    } else {
                        "100 quotes are not closed: from here on, quotes are read as characters"
                    };
                    records.remarks.push(Remark { line, text });
                    value.push('"');
                    continue;
                };
                if has_rows(&quoted, separator, width) {
                    records.remarks.push(Remark {
                        line,
                        text: "a quoted value goes on over lines that look like rows",
                    });
                }
                line += quoted.matches('\n').count();
                value = quoted;
                was_quoted = true;
                rest = rest.get(length..).unwrap_or("");
            }
            Some(it) if it == separator => {
                values.push(std::mem::take(&mut value));
                was_quoted = false;
            }
            Some('\n') | None => {
                values.push(std::mem::take(&mut value));
                was_quoted = false;
                width = width.max(values.len());
                if values.iter().any(|it| !it.trim().is_empty()) {
                    records.all.push((begun, std::mem::take(&mut values)));
                }
                values.clear();
                line += 1;
                begun = line;
                if next.is_none() {
                    return records;
                }
            }
            Some(it) => value.push(it),
        }
    }
}

/// The value after an opening quote, and its length with the closing one. `None` if that is missing, or if it is on another line
/// and text follows it: then it is the opening quote of another value.
fn quoted(text: &str, separator: char) -> Option<(String, usize)> {
    let mut value = String::new();
    let mut chars = text.char_indices().peekable();
    loop {
        match chars.next()? {
            (_, '"') if chars.peek().is_some_and(|it| it.1 == '"') => {
                value.push('"');
                chars.next();
            }
            (at, '"') => {
                let after = &text[at + 1..];
                let ends = [after, after.trim_start_matches(' ')]
                    .iter()
                    .any(|it| it.is_empty() || it.starts_with([separator, '\n']));
                return (ends || !value.contains('\n')).then_some((value, at + 1));
            }
            (_, it) => value.push(it),
        }
    }
}

/// Whether a quoted value has lines with the values of whole rows: as many as others have, with no space before any.
fn has_rows(value: &str, separator: char, width: usize) -> bool {
    let is_row = |line: &str| {
        let mut values = line.split(separator);
        line.split(separator).count() == width && !values.any(|it| it.starts_with(' '))
    };
    width > 2 && value.lines().skip(1).any(is_row)
}
