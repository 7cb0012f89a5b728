//! Matrices: who connects in one direction of the table, who listens in the other, and ports in the cells.

use super::cell::{Carrier, port_cell};
use super::claim::Claim;
use super::header_words::{names_port, role_of};
use super::table::{Cell, Row, Table};
use super::text::{has_any, is_blank, stems, words};
use super::words::Role;

/// A matrix as a table with a row for each cell that says something.
pub(super) struct Matrix {
    /// Its columns are the source, the destination and the ports.
    pub(super) table: Table,
    /// Of each row of the table: the row of the matrix, from 1, and the header of the column.
    pub(super) places: Vec<(usize, String)>,
    /// Whether the page says which direction of the matrix connects.
    pub(super) is_stated: bool,
}

const DIRECTION: &str =
    "the page does not say whether the rows of the matrix connect, or its columns";

impl Matrix {
    /// Puts a claim of a row of the table where the matrix has it.
    pub(super) fn place(&self, claim: &mut Claim, at: &str) {
        let place = claim.row.checked_sub(1).and_then(|it| self.places.get(it));
        if let Some((row, column)) = place {
            claim.row = *row;
            claim.at = format!("{at}, row {row}, column {column}");
        }
        if !self.is_stated {
            claim.doubts.push(DIRECTION.to_owned());
        }
    }
}

/// The most columns of a matrix.
const MOST_COLUMNS: usize = 60;
/// The most cells of a matrix that are used.
const MOST_CELLS: usize = 2_000;

#[rustfmt::skip]
const SOURCES: &[&str] = &["source", "sources", "from", "src", "origin", "client", "initiator", "источник", "откуда", "源", "送信元", "kaynak", "quelle", "von"];
#[rustfmt::skip]
const TARGETS: &[&str] = &["destination", "destinations", "to", "dst", "target", "targets", "server", "назначение", "куда", "目标", "宛先", "hedef", "ziel", "nach"];

/// Whether rows connect, or columns do.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sources {
    Rows,
    Columns,
}

/// The table as a matrix, if it is one. Headers and first cells have to be names, most other cells ports; the page says who connects, or
/// the same names are at both sides; and it says that it is about ports.
pub(super) fn unfolded(table: &Table) -> Option<Matrix> {
    let columns = table.header.len();
    if !(3..=MOST_COLUMNS).contains(&columns) || !(2..=MOST_CELLS).contains(&table.rows.len()) {
        return None;
    }
    let names: Vec<&str> = table
        .header
        .iter()
        .skip(1)
        .map(|it| it.text.trim())
        .collect();
    let is_name = |it: &str| {
        !is_blank(it)
            && words(it)
                .iter()
                .any(|it| it.chars().any(char::is_alphabetic))
    };
    let is_column = |it: &&str| {
        let role = role_of(it, false);
        matches!(
            role,
            Role::Port
                | Role::PortOf(_)
                | Role::SourcePort
                | Role::Transport
                | Role::Direction
                | Role::Note
        )
    };
    let first = |row: &Row| {
        row.cells
            .first()
            .map(|it| it.text.trim().to_owned())
            .unwrap_or_default()
    };
    let rows: Vec<String> = table.rows.iter().map(first).collect();
    if !names.iter().all(|it| is_name(it)) || !rows.iter().all(|it| is_name(it)) {
        return None;
    }
    let (names, of_header) = without_end(names);
    let corner = &table.header[0].text;
    let stated = by_corner(corner)
        .or(of_header)
        .or_else(|| by_sentence(&table.lead));
    if names.iter().any(is_column) && by_corner(corner).is_none() {
        return None;
    }
    if stated.is_none() && !shares_names(&names, &rows) {
        return None;
    }
    let cells = || {
        let rows = table.rows.iter().flat_map(|it| it.cells.iter().skip(1));
        rows.filter(|it| !is_blank(&it.text))
    };
    let has_digit = |it: &&Cell| it.text.chars().any(|it| it.is_ascii_digit());
    let with_ports = cells().filter(|it| !port_cell(&it.text, &[]).pieces.is_empty());
    let all = cells().count();
    if all > MOST_CELLS
        || with_ports.clone().count() * 3 < all * 2
        || with_ports.filter(has_digit).count() < 2
    {
        return None;
    }
    if !is_about_ports(table) && !cells().any(|it| names_transport(&it.text)) {
        return None;
    }
    let mut matrix = Matrix {
        table: Table {
            header: ["Source", "Destination", "Port"]
                .map(|it| cell(it, table.line))
                .to_vec(),
            rows: Vec::new(),
            ..table.clone()
        },
        places: Vec::new(),
        is_stated: stated.is_some(),
    };
    for (number, row) in table.rows.iter().enumerate() {
        let across = row.cells.iter().skip(1).zip(&names);
        for (ports, name) in across.filter(|(it, _)| !is_blank(&it.text)) {
            let ends = [row.cells[0].clone(), cell(name, row.line)];
            let [own, other] = ends;
            let (from, to) = match stated {
                Some(Sources::Columns) => (other, own),
                _ => (own, other),
            };
            matrix.places.push((number + 1, (*name).to_owned()));
            matrix.table.rows.push(Row {
                cells: vec![from, to, ports.clone()],
                ..row.clone()
            });
        }
    }
    Some(matrix)
}

/// Whether headings or sentences around a matrix say that its numbers are ports, not times or sizes.
fn is_about_ports(table: &Table) -> bool {
    let headings = table.stack.iter().map(|it| it.text.as_str());
    let near = headings
        .chain([table.lead.as_str()])
        .chain(table.caption.as_deref());
    let mut near = near.chain(table.tabs.iter().map(String::as_str));
    near.any(|it| names_port(it) || has_any(&words(it), &["firewall", "firewalls", "tcp", "udp"]))
}

fn names_transport(text: &str) -> bool {
    let pieces = port_cell(text, &[]).pieces;
    pieces.iter().any(|it| matches!(it.carrier, Carrier::Of(_)))
}

fn cell(text: &str, line: usize) -> Cell {
    Cell {
        text: text.to_owned(),
        line,
        ..Cell::default()
    }
}

/// What the cell over the first column says: `From \ To`, `Source / Destination`. The first word is about the rows, unless an arrow
/// points down after the other one.
fn by_corner(corner: &str) -> Option<Sources> {
    let its = words(corner);
    let at = |list: &[&str]| its.iter().position(|it| list.contains(&it.as_str()));
    let (source, target) = (at(SOURCES)?, at(TARGETS)?);
    if its.len() > 8 {
        return None;
    }
    let arrow = corner.find(['↓', '⬇']);
    let rows_first = arrow.is_none_or(|at| words(&corner[..at]).len() <= 1 + source.min(target));
    let source_first = source < target;
    Some(if source_first == rows_first {
        Sources::Rows
    } else {
        Sources::Columns
    })
}

/// The headers without the word for an end with which all begin, because one cell over all of them has it: `Destination Parrot`. And what
/// that word says.
fn without_end(names: Vec<&str>) -> (Vec<&str>, Option<Sources>) {
    let word = |list: &[&str]| {
        names.iter().all(|it| {
            let first = it.split_once(' ').map(|it| it.0.to_lowercase());
            // `Server A` and `Client B` are names.
            first.is_some_and(|it| list.contains(&it.as_str()) && it != "server" && it != "client")
        })
    };
    let sources = if word(TARGETS) {
        Sources::Rows
    } else if word(SOURCES) {
        Sources::Columns
    } else {
        return (names, None);
    };
    let names = (names.into_iter()).map(|it| it.split_once(' ').map_or(it, |it| it.1.trim()));
    (names.collect(), Some(sources))
}

/// What the sentences before the table say: that its rows, or its first column, are sources and its columns destinations, or the reverse.
fn by_sentence(lead: &str) -> Option<Sources> {
    let its = words(lead);
    let find = |list: &[&str], from: usize| {
        let rest = its.get(from..)?;
        rest.iter()
            .position(|it| list.contains(&it.as_str()))
            .map(|it| it + from)
    };
    let sources = [
        "source",
        "sources",
        "initiator",
        "initiators",
        "client",
        "clients",
    ];
    let targets = [
        "destination",
        "destinations",
        "target",
        "targets",
        "listener",
        "listeners",
    ];
    let columns = find(&["column", "columns"], 0)?;
    let rows = find(&["row", "rows", "first", "left"], 0)?;
    let start = rows.min(columns);
    let (source, target) = (find(&sources, start)?, find(&targets, start)?);
    Some(if (source < target) == (rows < columns) {
        Sources::Rows
    } else {
        Sources::Columns
    })
}

/// Whether the headers and the first cells have names in common: two, and half of the fewer ones.
fn shares_names(names: &[&str], rows: &[String]) -> bool {
    let names: Vec<Vec<String>> = names.iter().map(|it| stems(it)).collect();
    let shared = rows.iter().filter(|it| names.contains(&stems(it))).count();
    shared >= 2 && shared * 2 >= names.len().min(rows.len())
}
