//! The cells of a table: what is after each separator, with what is before it: `2+|`, `.3+^.>a|`, `3*|`.

use crate::import::read::lines::Lines;

/// A cell, of which there may be several alike.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) text: String,
    pub(super) line: usize,
    pub(super) columns: usize,
    pub(super) rows: usize,
    pub(super) times: usize,
    /// A letter that says what is in the cell: `h` a header, `a` blocks.
    pub(super) style: Option<char>,
}

/// The cells in the lines of a table. What is before the first separator belongs to none.
pub(super) fn pieces(lines: &Lines, from: usize, end: usize, separator: char) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    for at in from..end {
        let line = lines.get(at);
        let trimmed = line.trim();
        if super::is_macro(trimmed) || (trimmed.starts_with("//") && !trimmed.starts_with("///")) {
            continue;
        }
        let mut rest = line;
        let mut text = String::new();
        while let Some(found) = rest.find(separator) {
            let before = &rest[..found];
            rest = &rest[found + separator.len_utf8()..];
            if let Some(head) = before.strip_suffix('\\') {
                text.push_str(head);
                text.push(separator);
                continue;
            }
            text.push_str(before);
            let (spec, length) = spec(&text);
            text.truncate(text.len() - length);
            append(&mut pieces, &text);
            text.clear();
            pieces.push(Piece {
                line: at + 1,
                ..spec
            });
        }
        text.push_str(rest);
        append(&mut pieces, &text);
        if let Some(last) = pieces.last_mut() {
            last.text.push('\n');
        }
    }
    pieces
}

fn append(pieces: &mut [Piece], text: &str) {
    if let Some(last) = pieces.last_mut() {
        last.text.push_str(text);
    }
}

/// What is said at the end of a text of the cell that follows, and how long that is.
fn spec(text: &str) -> (Piece, usize) {
    let mut piece = Piece {
        text: String::new(),
        line: 0,
        columns: 1,
        rows: 1,
        times: 1,
        style: None,
    };
    let start = text.rfind(char::is_whitespace).map_or(0, |at| {
        at + text[at..].chars().next().map_or(1, char::len_utf8)
    });
    let word = &text[start..];
    let mut rest = word;
    let number = |rest: &mut &str| {
        let digits = rest.len()
            - rest
                .trim_start_matches(|it: char| it.is_ascii_digit())
                .len();
        let (number, after) = rest.split_at(digits);
        *rest = after;
        number.parse::<usize>().ok().map(|it| it.min(65534))
    };
    let wide = number(&mut rest);
    let mut high = None;
    if let Some(after) = rest
        .strip_prefix('.')
        .filter(|it| it.starts_with(|it: char| it.is_ascii_digit()))
    {
        rest = after;
        high = number(&mut rest);
    }
    if wide.is_some() || high.is_some() {
        if let Some(after) = rest.strip_prefix('+') {
            rest = after;
            piece.columns = wide.unwrap_or(1).max(1);
            piece.rows = high.unwrap_or(1).max(1);
        } else if let Some(after) = rest.strip_prefix('*') {
            rest = after;
            piece.times = wide.unwrap_or(1).max(1);
        } else {
            return (piece, 0);
        }
    }
    // Where text is in the cell.
    rest = rest.trim_start_matches(['<', '^', '>']);
    if let Some(after) = rest
        .strip_prefix('.')
        .filter(|it| it.starts_with(['<', '^', '>']))
    {
        rest = &after[1..];
    }
    if let Some(style) = rest.chars().next().filter(|it| "adehlmsv".contains(*it)) {
        piece.style = Some(style);
        rest = &rest[1..];
    }
    if rest.is_empty() {
        return (piece, word.len());
    }
    let none = Piece {
        columns: 1,
        rows: 1,
        times: 1,
        style: None,
        ..piece
    };
    (none, 0)
}
