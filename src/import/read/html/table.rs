//! Tables in tags, one within the other, however broken.

use crate::import::read::grid::{Rough, RoughCell, RoughRow};
use crate::import::read::lines::Lines;
use crate::import::read::markup::{Markup, plain};
use crate::import::read::outline::Outline;
use crate::import::read::tags::{Piece, Token, attribute};
use std::ops::Range;

/// Tables that are open.
#[derive(Debug)]
pub(in crate::import::read) struct Tables<'t, 'l> {
    lines: &'l Lines<'t>,
    markup: Markup,
    open: Vec<Open>,
    /// Tables that are too deep to be read, of which only the end counts.
    deeper: usize,
}

/// A table whose end is not reached.
#[derive(Debug, Default)]
struct Open {
    rough: Rough,
    caption: Option<usize>,
    head: bool,
    cell: Option<OpenCell>,
}

/// A cell whose end is not reached: its contents are everything but the tables in it.
#[derive(Debug)]
struct OpenCell {
    cell: RoughCell,
    pieces: Vec<Range<usize>>,
    from: usize,
}

/// The most tables in each other.
const MAX_DEPTH: usize = 32;

impl<'t, 'l> Tables<'t, 'l> {
    pub(in crate::import::read) fn new(lines: &'l Lines<'t>, markup: Markup) -> Self {
        Tables {
            lines,
            markup,
            open: Vec::new(),
            deeper: 0,
        }
    }

    pub(in crate::import::read) fn is_open(&self) -> bool {
        !self.open.is_empty()
    }

    /// Reads on, and is true where the token is part of a table.
    pub(in crate::import::read) fn feed(&mut self, token: Token, outline: &mut Outline) -> bool {
        let (name, attributes, opens) = match token.piece {
            Piece::Open {
                name,
                attributes,
                closed: false,
            } => (name, attributes, true),
            Piece::Close(name) => (name, "", false),
            _ => return self.is_open(),
        };
        let name = name.to_ascii_lowercase();
        if name == "table" {
            match (opens, self.deeper) {
                (true, _) if self.open.len() >= MAX_DEPTH => self.deeper += 1,
                (true, _) => {
                    if let Some(cell) = self.open.last_mut().and_then(|it| it.cell.as_mut()) {
                        cell.pieces.push(cell.from..token.start);
                    }
                    let mut open = Open::default();
                    open.rough.line = self.lines.number(token.start);
                    self.open.push(open);
                }
                (false, 0) => self.close(token, outline),
                (false, _) => self.deeper -= 1,
            }
            return opens || self.is_open() || name == "table";
        }
        if self.deeper > 0 {
            return true;
        }
        let Some(table) = self.open.last_mut() else {
            return false;
        };
        let line = self.lines.number(token.start);
        let text = self.lines.text;
        match (name.as_str(), opens) {
            ("caption", true) => table.caption = Some(token.end),
            ("caption", false) => {
                if let Some(start) = table.caption.take() {
                    table.rough.caption = Some(plain(&text[start..token.start], self.markup).text);
                }
            }
            ("thead", _) => {
                table.end_cell(token.start, text, self.markup);
                table.head = opens;
            }
            ("tbody" | "tfoot", _) => {
                table.end_cell(token.start, text, self.markup);
                table.head = false;
            }
            ("tr", true) => {
                table.end_cell(token.start, text, self.markup);
                table.rough.rows.push(RoughRow {
                    line,
                    cells: Vec::new(),
                });
            }
            ("tr" | "td" | "th", false) => table.end_cell(token.start, text, self.markup),
            ("td" | "th", true) => {
                table.end_cell(token.start, text, self.markup);
                let number = |name| {
                    let value = attribute(attributes, &[name])?;
                    value
                        .trim_matches(['{', '}', ' '])
                        .parse::<usize>()
                        .ok()
                        .map(|it| it.min(65534))
                };
                let mut cell = RoughCell::new(super::super::plain::Plain::default(), line);
                cell.columns = number("colspan").unwrap_or(1).max(1);
                cell.rows = number("rowspan").unwrap_or(1);
                cell.header = name == "th" || table.head;
                table.cell = Some(OpenCell {
                    cell,
                    pieces: Vec::new(),
                    from: token.end,
                });
            }
            _ => {}
        }
        true
    }

    /// The end of the innermost table.
    fn close(&mut self, token: Token, outline: &mut Outline) {
        let Some(mut table) = self.open.pop() else {
            return;
        };
        table.end_cell(token.start, self.lines.text, self.markup);
        // What is in the row around it says what the inner table is about.
        let around = self.open.last_mut().map(|outer| {
            if let Some(cell) = &mut outer.cell {
                cell.from = token.end;
            }
            let row = outer.rough.rows.last();
            let texts = row
                .into_iter()
                .flat_map(|it| &it.cells)
                .map(|it| it.plain.text.as_str());
            texts.collect::<Vec<_>>().join(" ")
        });
        outline.table_after(table.rough, around.filter(|it| !it.is_empty()));
    }

    /// The end of the document, which ends all tables.
    pub(in crate::import::read) fn finish(&mut self, end: usize, outline: &mut Outline) {
        while self.is_open() {
            let end = Token {
                piece: Piece::Other,
                start: end,
                end,
            };
            self.close(end, outline);
        }
    }
}

impl Open {
    fn end_cell(&mut self, end: usize, text: &str, markup: Markup) {
        let Some(mut open) = self.cell.take() else {
            return;
        };
        let mut raw = String::new();
        for piece in open.pieces {
            raw.push_str(&text[piece]);
            raw.push('\n');
        }
        raw.push_str(&text[open.from.min(end)..end]);
        open.cell.plain = plain(&raw, markup);
        // Cells without a row begin one.
        if self.rough.rows.is_empty() {
            self.rough.rows.push(RoughRow {
                line: open.cell.line,
                cells: Vec::new(),
            });
        }
        if let Some(row) = self.rough.rows.last_mut() {
            row.cells.push(open.cell);
        }
    }
}
