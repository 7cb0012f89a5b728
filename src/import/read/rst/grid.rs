//! Tables that are drawn with `+`, `-` and `|`. Cells may cover several rows and columns.

use super::{RawCell, RawRow, RawTable};
use crate::import::read::lines::Lines;
use unicode_width::UnicodeWidthChar;

/// A line as its columns: a wide character is followed by a filler.
type Columns = Vec<char>;

const FILLER: char = '\0';
/// The most columns, and the most cells: what has more is not a table of ports.
const MAX_COLUMNS: usize = 100;
const MAX_CELLS: usize = 1_000_000;

/// The table that begins at a line, and the line after it.
pub(in crate::import::read) fn read(lines: &Lines, at: usize) -> Option<(RawTable, usize)> {
    let first = lines.get(at).trim();
    if !(first.starts_with("+-") || first.starts_with("+=")) || !first.ends_with('+') {
        return None;
    }
    let drawn = |it: &usize| lines.get(*it).trim_start().starts_with(['+', '|']);
    let end = (at..lines.count())
        .find(|it| !drawn(it))
        .unwrap_or(lines.count());
    if end < at + 3 {
        return None;
    }
    let Some(drawing) = Drawing::new((at..end).map(|it| columns(lines.get(it).trim())).collect())
    else {
        // A large drawing that is not a table is not looked at again from each of its lines.
        return (end > at + 200).then(|| (RawTable::default(), end));
    };
    Some((drawing.table(at), end))
}

fn columns(line: &str) -> Columns {
    let mut columns = Vec::with_capacity(line.len());
    for it in line.chars() {
        match it.width() {
            Some(0) | None => {}
            Some(width) => {
                columns.push(it);
                columns.extend(std::iter::repeat_n(FILLER, width - 1));
            }
        }
    }
    columns
}

/// A drawing, cut into the smallest rows and columns.
struct Drawing {
    lines: Vec<Columns>,
    /// The columns in which vertical borders are, and the lines in which horizontal ones are.
    across: Vec<usize>,
    down: Vec<usize>,
}

impl Drawing {
    fn new(lines: Vec<Columns>) -> Option<Self> {
        let is_line = |it: Option<&char>| matches!(it, Some('-' | '='));
        let mut across: Vec<usize> = Vec::new();
        for line in &lines {
            let corners = line
                .iter()
                .enumerate()
                .filter(|it| *it.1 == '+')
                .map(|it| it.0);
            let corners: Vec<usize> = corners
                .filter(|at| is_line(line.get(at + 1)) || (*at > 0 && is_line(line.get(at - 1))))
                .collect();
            // Only a line that begins as a border names columns: text may have a `+-`, too.
            if line.first() == Some(&'+') && corners.len() <= MAX_COLUMNS + 1 {
                across.extend(corners);
                across.sort_unstable();
                across.dedup();
            }
            if across.len() > MAX_COLUMNS + 1 {
                return None;
            }
        }
        let mut drawing = Drawing {
            lines,
            across,
            down: Vec::new(),
        };
        if drawing.across.len() < 2 {
            return None;
        }
        drawing.down = (0..drawing.lines.len())
            .filter(|line| (0..drawing.width()).any(|it| drawing.border(*line, it).is_some()))
            .collect();
        let good = drawing.down.len() > 1
            && drawing.down[0] == 0
            && drawing.down.len() * drawing.width() <= MAX_CELLS;
        good.then_some(drawing)
    }

    fn width(&self) -> usize {
        self.across.len() - 1
    }

    fn height(&self) -> usize {
        self.down.len() - 1
    }

    /// What a border in a line over a column is drawn with.
    fn border(&self, line: usize, column: usize) -> Option<char> {
        let part = self.lines[line].get(self.across[column] + 1..self.across[column + 1])?;
        let first = *part.first().filter(|it| matches!(it, '-' | '='))?;
        part.iter()
            .all(|it| *it == first || *it == '+')
            .then_some(first)
    }

    /// Whether a border is between a column and the one before, along a row.
    fn wall(&self, row: usize, column: usize) -> bool {
        let at = self.across[column];
        let within = self.down[row] + 1..self.down[row + 1];
        self.lines[within]
            .iter()
            .all(|it| matches!(it.get(at), Some('|' | '+')))
    }

    /// The texts of a row whose borders are not below each other, from the pipes in its lines.
    fn by_pipes(&self, row: usize) -> Option<Vec<String>> {
        let mut texts = vec![String::new(); self.width()];
        for line in &self.lines[self.down[row] + 1..self.down[row + 1]] {
            let text: String = line.iter().filter(|it| **it != FILLER).collect();
            let inner = text.trim().strip_prefix('|')?.strip_suffix('|')?;
            let parts: Vec<&str> = inner.split('|').collect();
            if parts.len() != texts.len() {
                return None;
            }
            for (text, part) in texts.iter_mut().zip(parts) {
                text.push_str(part.trim());
                text.push('\n');
            }
        }
        Some(texts)
    }

    fn table(&self, at: usize) -> RawTable {
        let mut taken = vec![vec![false; self.width()]; self.height()];
        let mut rows = Vec::with_capacity(self.height());
        for row in 0..self.height() {
            let line = at + self.down[row] + 2;
            let mut cells = Vec::new();
            let straight = (0..=self.width()).all(|it| self.wall(row, it));
            if let Some(texts) = (!straight).then(|| self.by_pipes(row)).flatten() {
                taken[row].fill(true);
                cells.extend(texts.into_iter().map(|it| RawCell::one(it, line)));
            }
            for column in 0..self.width() {
                if taken[row][column] {
                    continue;
                }
                let mut right = column + 1;
                while right < self.width() && !taken[row][right] && !self.wall(row, right) {
                    right += 1;
                }
                let mut below = row + 1;
                while below < self.height()
                    && (column..right).all(|it| self.border(self.down[below], it).is_none())
                {
                    below += 1;
                }
                for row in &mut taken[row..below] {
                    row[column..right].fill(true);
                }
                cells.push(RawCell {
                    text: self.text(row..below, column..right),
                    line,
                    columns: right - column,
                    rows: below - row,
                });
            }
            rows.push(RawRow { line, cells });
        }
        let double = |it: &usize| {
            (0..self.width()).any(|column| self.border(self.down[*it], column) == Some('='))
        };
        let header = (1..self.height()).find(double);
        RawTable {
            line: at + 1,
            caption: None,
            header,
            rows,
            remarks: Vec::new(),
        }
    }

    fn text(&self, rows: std::ops::Range<usize>, columns: std::ops::Range<usize>) -> String {
        let mut text = String::new();
        let (left, right) = (self.across[columns.start] + 1, self.across[columns.end]);
        for line in &self.lines[self.down[rows.start] + 1..self.down[rows.end]] {
            let part = line.get(left..right.min(line.len())).unwrap_or(&[]);
            let part: String = part.iter().filter(|it| **it != FILLER).collect();
            text.push_str(part.trim());
            text.push('\n');
        }
        text
    }
}
