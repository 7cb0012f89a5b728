//! Values separated by commas, semicolons or tabs.

use super::Error;
use super::grid::{Rough, RoughCell, RoughRow};
use super::outline::Outline;
use super::plain::Plain;
use crate::import::table::{Document, Format};

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
    records: Vec<Record>,
    header: Option<usize>,
    plain: &dyn Fn(&str) -> Plain,
) -> Rough {
    let rows = records.into_iter().map(|(line, values)| RoughRow {
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
            .map(|it| records(it, separator, 1).first().map_or(0, |it| it.1.len()))
            .collect();
        let first = *counts.first()?;
        let same = counts.iter().filter(|it| **it == first).count();
        (first > 1 && lines.len() > 1 && same * 2 > counts.len())
            .then_some((same, first, separator))
    });
    fits.max_by_key(|it| (it.0, it.1)).map(|it| it.2)
}

/// The records of a text that begins at a line. Values may be quoted, and then go over lines.
pub(super) fn records(text: &str, separator: char, first: usize) -> Vec<Record> {
    let mut records: Vec<Record> = Vec::new();
    let mut values = Vec::new();
    let mut value = String::new();
    let (mut line, mut begun) = (first, first);
    let (mut quoted, mut was_quoted) = (false, false);
    let mut chars = text.chars().peekable();
    loop {
        let next = chars.next();
        if next == Some('\n') {
            line += 1;
        }
        match next {
            Some('"') if quoted && chars.peek() == Some(&'"') => {
                value.push('"');
                chars.next();
            }
            Some('"') if quoted => quoted = false,
            Some(it) if quoted => value.push(it),
            Some('"') if value.trim().is_empty() && !was_quoted => {
                value.clear();
                (quoted, was_quoted) = (true, true);
            }
            Some(it) if it == separator => {
                values.push(std::mem::take(&mut value));
                was_quoted = false;
            }
            Some('\n') | None => {
                values.push(std::mem::take(&mut value));
                was_quoted = false;
                if values.iter().any(|it| !it.trim().is_empty()) {
                    records.push((begun, std::mem::take(&mut values)));
                }
                values.clear();
                begun = line;
                if next.is_none() {
                    return records;
                }
            }
            Some(it) => value.push(it),
        }
    }
}
