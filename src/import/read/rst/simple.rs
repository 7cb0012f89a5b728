//! Tables whose columns are under lines of `=`.

use super::{RawCell, RawRow, RawTable};
use crate::import::read::lines::{Lines, indent};
use std::ops::Range;

/// The table that begins at a line, and the line after it.
pub(in crate::import::read) fn read(lines: &Lines, at: usize) -> Option<(RawTable, usize)> {
    let columns = runs(lines.get(at), '=').filter(|it| it.len() > 1)?;
    let column = indent(lines.get(at));
    let mut borders = Vec::new();
    let mut end = lines.count();
    for it in at + 1..lines.count() {
        let line = lines.get(it);
        if runs(line, '=').is_some() {
            borders.push(it);
            let next = lines.get(it + 1);
            if next.trim().is_empty() || indent(next) < column {
                end = it;
                break;
            }
        }
    }
    let last = *borders.last()?;
    let end = end.min(last);
    let mut rows = Vec::new();
    let mut row: Option<(usize, Vec<&str>)> = None;
    let mut header = None;
    for it in at + 1..end {
        let line = lines.get(it);
        if line.trim().is_empty() {
            continue;
        }
        if borders.binary_search(&it).is_ok() {
            rows.extend(row.take().map(|row| cut(&row, &columns, &columns)));
            header.get_or_insert(rows.len());
        } else if let Some(spans) = runs(line, '-') {
            rows.extend(row.take().map(|row| cut(&row, &spans, &columns)));
        } else if let Some((_, texts)) = row
            .as_mut()
            .filter(|_| part(line, &(0..columns[0].end)).is_empty())
        {
            texts.push(line);
        } else {
            rows.extend(
                row.replace((it + 1, vec![line]))
                    .map(|row| cut(&row, &columns, &columns)),
            );
        }
    }
    rows.extend(row.map(|row| cut(&row, &columns, &columns)));
    let table = RawTable {
        line: at + 1,
        caption: None,
        header,
        rows,
        remarks: Vec::new(),
    };
    Some((table, last + 1))
}

/// Where the runs of a line of one character and spaces are.
fn runs(line: &str, mark: char) -> Option<Vec<Range<usize>>> {
    let text = line.trim_end();
    let start = text.trim_start();
    if !start.starts_with(mark)
        || start.len() < 3
        || !start.chars().all(|it| it == mark || it == ' ')
    {
        return None;
    }
    let mut runs: Vec<Range<usize>> = Vec::new();
    for (at, _) in text.char_indices().filter(|it| it.1 == mark) {
        match runs.last_mut() {
            Some(last) if last.end == at => last.end += 1,
            _ => runs.push(at..at + 1),
        }
    }
    Some(runs)
}

/// The characters of a line in some columns.
fn part(line: &str, columns: &Range<usize>) -> String {
    let text: String = line
        .chars()
        .skip(columns.start)
        .take(columns.len())
        .collect();
    text.trim().to_owned()
}

/// A row as its cells, of which each may cover several columns.
fn cut(
    (line, texts): &(usize, Vec<&str>),
    spans: &[Range<usize>],
    columns: &[Range<usize>],
) -> RawRow {
    let mut cells = Vec::new();
    for (index, span) in spans.iter().enumerate() {
        // The last column goes on to the end of the line, and others up to the next.
        let end = spans.get(index + 1).map_or(usize::MAX, |it| it.start);
        let all: Vec<String> = texts
            .iter()
            .map(|it| part(it, &(span.start..end)))
            .collect();
        let covered = columns
            .iter()
            .filter(|it| span.start <= it.start && it.start < span.end)
            .count();
        cells.push(RawCell {
            columns: covered.max(1),
            ..RawCell::one(all.join("\n"), *line)
        });
    }
    RawRow { line: *line, cells }
}
