//! Rows as a document has them, with spans, become rows with one cell a column, below a header and headings within the table.

use super::plain::{Plain, has_port};
use crate::import::protocols::is_protocol_name;
use crate::import::table::{Cell, Remark, Row};

/// A table as it is in the document.
#[derive(Debug, Default)]
pub(super) struct Rough {
    pub(super) line: usize,
    pub(super) caption: Option<String>,
    /// How many rows are the header, where the document says so.
    pub(super) header: Option<usize>,
    pub(super) rows: Vec<RoughRow>,
    /// What the reader noticed.
    pub(super) remarks: Vec<Remark>,
}

#[derive(Debug, Default)]
pub(super) struct RoughRow {
    pub(super) line: usize,
    pub(super) cells: Vec<RoughCell>,
}

#[derive(Debug)]
pub(super) struct RoughCell {
    pub(super) plain: Plain,
    pub(super) line: usize,
    /// How many columns and rows it covers. 0 rows: all that follow.
    pub(super) columns: usize,
    pub(super) rows: usize,
    /// The document marks it as a header.
    pub(super) header: bool,
}

impl RoughCell {
    pub(super) fn new(plain: Plain, line: usize) -> Self {
        RoughCell {
            plain,
            line,
            columns: 1,
            rows: 1,
            header: false,
        }
    }
}

/// A table of which every row has the same number of cells.
#[derive(Debug, Default)]
pub(super) struct Filled {
    pub(super) line: usize,
    pub(super) caption: Option<String>,
    pub(super) header: Vec<Cell>,
    pub(super) rows: Vec<Row>,
}

/// The most columns, as in browsers.
const MAX_COLUMNS: usize = 1000;
/// The longest text of a cell in a row that is a header although the document does not say so.
const MAX_HEADER: usize = 60;

/// The longest text in bytes that a ditto mark repeats. What is longer is not a name or a list of ports.
const MAX_REPEATED: usize = 500;
/// The longest text of a heading within a table.
const MAX_SECTION: usize = 120;

/// A row in which spans are filled.
#[derive(Debug)]
struct Flat {
    line: usize,
    cells: Vec<Cell>,
    /// Cells that begin in this row.
    own: usize,
    /// The first cell covers this many columns.
    first_columns: usize,
    header: bool,
    strong: bool,
}

impl Flat {
    /// The text of a row that has only one.
    fn only_text(&self) -> Option<&str> {
        let mut texts = self
            .cells
            .iter()
            .filter(|it| !it.filled && !it.text.is_empty());
        let first = texts.next()?;
        (texts.next().is_none() && first.text == self.cells[0].text).then_some(first.text.as_str())
    }

    /// Whether a row is a heading for those below: one cell over all columns, or one text that cannot be a row by itself. A single
    /// word can be a row, unless the first column has ports.
    fn is_section(&self, columns: usize, ports_first: bool) -> bool {
        if columns < 2 {
            return false;
        }
        let text = &self.cells[0].text;
        if text.contains('\n') || text.chars().count() > MAX_SECTION {
            return false;
        }
        if self.own == 1 && self.first_columns >= columns {
            return true;
        }
        if self.cells.iter().any(|it| it.filled) {
            return false;
        }
        self.only_text().is_some_and(|text| {
            let words = text
                .split(|it: char| !it.is_alphanumeric())
                .filter(|it| !it.is_empty());
            let protocol = |it: &str| {
                [
                    "tcp", "udp", "icmp", "icmpv6", "esp", "ah", "gre", "vrrp", "sctp", "igmp",
                    "ipip", "any",
                ]
                .contains(&it.to_ascii_lowercase().as_str())
            };
            let open = ["dynamic", "ephemeral", "random", "various", "all", "none"];
            let is_open = |it: &str| open.contains(&it.to_ascii_lowercase().as_str());
            let is_name = ports_first && !words.clone().any(is_open) && !is_protocol_name(text);
            let is_title =
                is_name || self.strong || text.ends_with(':') || words.clone().count() > 1;
            is_title && columns > 2 && !has_port(text) && !words.clone().any(protocol)
        })
    }
}

/// Fills the spans of a table and finds its headers. `charge` counts bytes, and is false when there have been too many.
pub(super) fn filled(rough: Rough, charge: &mut dyn FnMut(usize) -> bool) -> Vec<Filled> {
    let header = rough.header;
    let mut flat = flat(rough.rows, charge);
    let columns = flat.iter().map(|it| it.cells.len()).max().unwrap_or(0);
    for row in &mut flat {
        if !charge((columns - row.cells.len()) * size_of::<Cell>()) {
            return Vec::new();
        }
        let line = row.line;
        row.cells.resize_with(columns, || Cell {
            line,
            ..Cell::default()
        });
    }
    let empty = (0..columns)
        .rev()
        .take_while(|it| flat.iter().all(|row| row.cells[*it].text.is_empty()));
    let columns = columns - empty.count();
    for row in &mut flat {
        row.cells.truncate(columns);
    }
    parts(flat, columns, header)
}

/// The rows with their spans filled. Rows of which nothing is their own are dropped.
fn flat(rows: Vec<RoughRow>, charge: &mut dyn FnMut(usize) -> bool) -> Vec<Flat> {
    // What cells above leave in each column: for how many rows yet.
    let mut carried: Vec<Option<(usize, Cell)>> = Vec::new();
    let mut flat = Vec::new();
    for row in rows {
        let mut cells: Vec<Cell> = Vec::new();
        let own = row.cells.len();
        let first_columns = row.cells.first().map_or(0, |it| it.columns);
        let mut given = row.cells.into_iter();
        let (mut header, mut strong, mut blank) = (own > 0, true, true);
        loop {
            let column = cells.len();
            if column >= MAX_COLUMNS {
                break;
            }
            if let Some((left, cell)) = carried.get_mut(column).and_then(Option::take) {
                if !charge(size_of::<Cell>() + cell.text.len()) {
                    return Vec::new();
                }
                cells.push(cell.clone());
                if left > 1 {
                    carried[column] = Some((left - 1, cell));
                }
                continue;
            }
            let Some(cell) = given.next() else {
                if column < carried.len() {
                    cells.push(Cell {
                        line: row.line,
                        ..Cell::default()
                    });
                    continue;
                }
                break;
            };
            let plain = cell.plain.without_symbols();
            header &= cell.header;
            strong &= plain.strong || plain.text.is_empty();
            blank &= plain.text.is_empty();
            let mut one = Cell {
                text: plain.text,
                line: cell.line,
                filled: false,
                footnotes: plain.marks,
            };
            let span = if cell.rows == 0 {
                usize::MAX
            } else {
                cell.rows
            };
            for _ in 0..cell.columns.clamp(1, MAX_COLUMNS - column) {
                let place = cells.len();
                if !charge(size_of::<Cell>() + one.text.len()) {
                    return Vec::new();
                }
                cells.push(one.clone());
                one.filled = true;
                if span > 1 {
                    if carried.len() <= place {
                        carried.resize(place + 1, None);
                    }
                    carried[place] = Some((span - 1, one.clone()));
                }
            }
        }
        while carried.last().is_some_and(Option::is_none) {
            carried.pop();
        }
        if !blank {
            flat.push(Flat {
                line: row.line,
                cells,
                own,
                first_columns,
                header,
                strong,
            });
        }
    }
    flat
}

/// Separates headers and headings from rows. A header with other columns in the middle begins another table.
fn parts(flat: Vec<Flat>, columns: usize, header: Option<usize>) -> Vec<Filled> {
    let mut parts = vec![Filled::default()];
    let mut section: Option<String> = None;
    let whole = flat.iter().filter(|it| it.only_text().is_none());
    let first = whole.clone().filter(|it| has_port(&it.cells[0].text));
    let ports_first = first.count() * 2 > whole.count();
    let is_section = |it: &Flat| it.is_section(columns, ports_first);
    let titles = flat.iter().take_while(|it| is_section(it)).count();
    // A header row that is a title over all columns counts as one of the header.
    let header = header
        .filter(|it| *it > 0)
        .map(|it| it.saturating_sub(titles));
    let header = header
        .filter(|it| *it > 0)
        .unwrap_or_else(|| guessed(&flat[titles..]));
    for (index, row) in flat.into_iter().enumerate() {
        let last = parts.len() - 1;
        let part = &mut parts[last];
        let text = row.cells[0].text.clone();
        if index < titles {
            part.caption.get_or_insert_with(|| text.clone());
            section = (index > 0 || titles == 1).then_some(text);
        } else if index < titles + header {
            join(&mut part.header, row.cells);
        } else if is_section(&row) {
            section = Some(text);
        } else if same(&part.header, &row.cells) {
        } else if row.header && row.own > 1 && !row.cells.iter().any(|it| has_port(&it.text)) {
            let mut next = Filled {
                line: row.line,
                ..Filled::default()
            };
            join(&mut next.header, row.cells);
            // Several rows of one header follow each other.
            if part.rows.is_empty() && !part.header.is_empty() {
                join(&mut part.header, next.header);
            } else {
                parts.push(next);
            }
        } else {
            let mut cells = row.cells;
            if let Some(above) = part.rows.last() {
                repeat(&mut cells, &above.cells);
            }
            part.rows.push(Row {
                line: row.line,
                cells,
                section: section.clone(),
            });
        }
    }
    parts
}

/// Cells that say "the same as above".
const DITTO: [&str; 13] = [
    "\"",
    "''",
    "″",
    "〃",
    "ditto",
    "dito",
    "idem",
    "same as above",
    "as above",
    "wie oben",
    "то же",
    "同上",
    "yukarıdaki ile aynı",
];

/// Fills cells that repeat the one above.
fn repeat(cells: &mut [Cell], above: &[Cell]) {
    for (cell, above) in cells.iter_mut().zip(above) {
        let says_so = cell.text.len() <= 40 && DITTO.contains(&cell.text.to_lowercase().as_str());
        if says_so && (1..=MAX_REPEATED).contains(&above.text.len()) {
            cell.text.clone_from(&above.text);
            cell.footnotes.extend(above.footnotes.iter().cloned());
        }
    }
}

/// How many rows are the header where the document does not say.
fn guessed(rows: &[Flat]) -> usize {
    let marked = rows.iter().take_while(|it| it.header).count();
    if marked > 0 {
        return marked.min(3);
    }
    let Some((first, others)) = rows.split_first() else {
        return 0;
    };
    let mut texts = first.cells.iter().filter(|it| !it.text.is_empty());
    let words = texts.clone().count() > 1
        && texts.all(|it| {
            it.text.chars().count() <= MAX_HEADER
                && !it.text.contains(|it: char| it.is_ascii_digit())
        });
    let strong = first.strong && !others.iter().all(|it| it.strong);
    let ports = others
        .iter()
        .any(|it| it.cells.iter().any(|it| has_port(&it.text)));
    usize::from(words && (strong || ports))
}

/// Adds a row to a header, column by column.
fn join(header: &mut Vec<Cell>, row: Vec<Cell>) {
    for (column, mut cell) in row.into_iter().enumerate() {
        cell.text = cell.text.replace('\n', " ");
        match header.get_mut(column) {
            None => header.push(cell),
            Some(above) if above.text == cell.text || cell.text.is_empty() => {}
            Some(above) => {
                if !above.text.is_empty() {
                    above.text.push(' ');
                }
                above.text.push_str(&cell.text);
                above.footnotes.extend(cell.footnotes);
                above.filled = false;
            }
        }
    }
}

fn same(header: &[Cell], row: &[Cell]) -> bool {
    !header.is_empty()
        && header.len() == row.len()
        && header
            .iter()
            .zip(row)
            .all(|(it, other)| it.text == other.text.replace('\n', " "))
}
