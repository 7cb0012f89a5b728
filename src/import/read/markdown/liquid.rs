//! Tables between `{% table %}` and its end: columns and rows in YAML, or lists with a line of dashes between rows.

use super::content;
use crate::import::read::grid::{Rough, RoughCell, RoughRow};
use crate::import::read::lines::{Lines, indent};
use crate::import::read::markup::{Markup, plain};
use std::collections::BTreeMap;

/// Whether a line begins a table.
pub(super) fn begins(line: &str) -> bool {
    let inner = line.trim_start_matches(['{', '%', '-']).trim_start();
    inner
        .strip_prefix("table")
        .is_some_and(|it| it.starts_with([' ', '%', '-', '\t']))
}

fn ends(line: &str) -> bool {
    let inner = line
        .strip_prefix("{%")
        .map_or("", |it| it.trim_start_matches('-').trim_start());
    inner.starts_with("endtable") || inner.starts_with("/table")
}

/// The table that begins at a line, and the line after it.
pub(super) fn read(lines: &Lines, at: usize) -> (Rough, usize) {
    let mut end = at + 1;
    while end < lines.count() && !ends(content(lines.get(end))) {
        end += 1;
    }
    let is_list = (at + 1..end)
        .map(|it| content(lines.get(it)))
        .find(|it| !it.is_empty())
        .is_some_and(|it| it.starts_with(['*', '-']));
    let (header, rows) = if is_list {
        list(lines, at + 1, end)
    } else {
        yaml(lines, at + 1, end)
    };
    let rough = Rough {
        line: at + 1,
        header: Some(header),
        rows,
        ..Rough::default()
    };
    (rough, end + 1)
}

/// Rows of list items, separated by `---`.
fn list(lines: &Lines, from: usize, end: usize) -> (usize, Vec<RoughRow>) {
    let mut rows: Vec<(usize, Vec<(usize, String)>)> = vec![(from + 1, Vec::new())];
    for at in from..end {
        let line = lines.get(at);
        let text = content(line);
        let last = rows.len() - 1;
        let row = &mut rows[last];
        if text == "---" {
            rows.push((at + 2, Vec::new()));
        } else if let Some(rest) = text
            .strip_prefix(['*', '-'])
            .filter(|it| indent(line) < 2 && (it.is_empty() || it.starts_with(' ')))
        {
            row.1.push((at + 1, rest.trim().to_owned()));
        } else if let Some((_, cell)) = row.1.last_mut() {
            cell.push('\n');
            cell.push_str(text);
        }
    }
    let rows = rows.into_iter().map(|(line, cells)| RoughRow {
        line,
        cells: cells
            .into_iter()
            .map(|(line, it)| RoughCell::new(plain(&it, Markup::Markdown), line))
            .collect(),
    });
    (1, rows.collect())
}

/// The values of a row by key, each with its line.
type Values = BTreeMap<String, (usize, String)>;

/// A line of YAML: how far it is indented, whether it begins an item, its key and its value.
struct Entry<'t> {
    column: usize,
    item: bool,
    key: &'t str,
    value: &'t str,
}

fn entry(line: &str) -> Option<Entry<'_>> {
    let column = indent(line);
    let text = line.trim();
    let rest = text.strip_prefix("- ").map(str::trim_start);
    let (key, value) = rest
        .unwrap_or(text)
        .split_once(':')
        .filter(|it| it.1.is_empty() || it.1.starts_with([' ', '\t']))?;
    let key = key.trim().trim_matches(['"', '\'']);
    (!key.is_empty() && !key.contains(' ')).then_some(Entry {
        column,
        item: rest.is_some(),
        key,
        value: value.trim(),
    })
}

/// Rows under `rows:`, whose keys are named under `columns:`.
fn yaml(lines: &Lines, from: usize, end: usize) -> (usize, Vec<RoughRow>) {
    let mut section = "";
    let mut columns: Vec<(String, String)> = Vec::new();
    let mut records: Vec<(usize, Values)> = Vec::new();
    let mut at = from;
    while at < end {
        let line = lines.get(at);
        let Some(found) = entry(line) else {
            at += 1;
            continue;
        };
        let start = at;
        at += 1;
        if !found.item
            && matches!(found.key, "columns" | "rows" | "features")
            && found.value.is_empty()
        {
            section = found.key;
            continue;
        }
        // The value goes on in lines that are indented further than the key.
        let key_column = found.column + if found.item { 2 } else { 0 };
        let block = found.value.starts_with(['|', '>']) && found.value.len() < 4;
        let mut value = if block {
            String::new()
        } else {
            found.value.to_owned()
        };
        while at < end {
            let next = lines.get(at);
            let further = indent(next) > key_column || (next.trim().is_empty() && block);
            if !further || (!block && next.trim().is_empty()) {
                break;
            }
            value.push(if found.value.starts_with('|') {
                '\n'
            } else {
                ' '
            });
            value.push_str(next.trim());
            at += 1;
        }
        let value = if block {
            value.trim().to_owned()
        } else {
            unquoted(&value)
        };
        if section == "columns" {
            if found.item {
                columns.push((String::new(), String::new()));
            }
            if let Some(column) = columns.last_mut() {
                match found.key {
                    "title" => column.0 = value,
                    "key" => column.1 = value,
                    _ => {}
                }
            }
        } else if section == "rows" {
            if found.item {
                records.push((start + 1, BTreeMap::new()));
            }
            if let Some(record) = records.last_mut() {
                record.1.insert(found.key.to_owned(), (start + 1, value));
            }
        }
    }
    let cell = |text: &str, line| RoughCell::new(plain(text, Markup::Markdown), line);
    let header = RoughRow {
        line: from + 1,
        cells: columns
            .iter()
            .map(|it| cell(if it.0.is_empty() { &it.1 } else { &it.0 }, from + 1))
            .collect(),
    };
    let rows = records.into_iter().map(|(line, mut record)| {
        let cells = columns.iter().map(|(_, key)| {
            let (line, text) = record.remove(key).unwrap_or((line, String::new()));
            cell(&text.replace('\n', "<br>"), line)
        });
        RoughRow {
            line,
            cells: cells.collect(),
        }
    });
    (1, std::iter::once(header).chain(rows).collect())
}

/// A scalar without its quotes.
fn unquoted(value: &str) -> String {
    let value = value.trim();
    for quote in ['"', '\''] {
        if let Some(inner) = value
            .strip_prefix(quote)
            .and_then(|it| it.strip_suffix(quote))
        {
            return if quote == '"' {
                inner.replace("\\\"", "\"")
            } else {
                inner.replace("''", "'")
            };
        }
    }
    // A comment.
    value.split(" #").next().unwrap_or(value).trim().to_owned()
}
