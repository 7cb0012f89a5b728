//! Enough of Rust to see what a file names and what it tells its readers: comments, strings and code apart, no parser.

/// What a piece of Rust is.
#[derive(Clone, Copy, PartialEq)]
enum Piece {
    Comment,
    String,
    Character,
    Code,
}

/// The pieces of a text, which together are all of it; code comes one character at a time.
fn pieces(text: &str) -> impl Iterator<Item = (Piece, &str)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let next = rest.chars().next()?;
        let (piece, length) = if rest.starts_with("//") {
            (Piece::Comment, rest.find('\n').unwrap_or(rest.len()))
        } else if rest.starts_with("/*") {
            let end = rest.find("*/").map_or(rest.len(), |at| at + 2);
            (Piece::Comment, end)
        } else if let Some(raw) = raw_string(rest) {
            (Piece::String, raw)
        } else if next == '"' {
            (Piece::String, string(rest))
        } else if next == '\'' {
            (Piece::Character, character(rest))
        } else {
            (Piece::Code, next.len_utf8())
        };
        let (this, after) = rest.split_at(length);
        rest = after;
        Some((piece, this))
    })
}

/// Rust without comments, strings and characters.
pub(crate) fn code(text: &str) -> String {
    code_with(text, |_| false)
}

/// The same, but with the strings that `keeps` wants, in their quotes.
pub(crate) fn code_with(text: &str, keeps: fn(&str) -> bool) -> String {
    pieces(text)
        .map(|(piece, text)| match piece {
            Piece::Code => text,
            Piece::String if keeps(text) => text,
            _ => " ",
        })
        .collect()
}

/// What people read in Rust: comments, and strings of several words if `strings`. Lines keep their numbers. Everything else
/// becomes full stops, so that no sentence runs across it.
pub(crate) fn prose(text: &str, strings: bool) -> String {
    let mut prose = String::new();
    for (piece, text) in pieces(text) {
        match piece {
            Piece::Comment => prose.push_str(text.trim_start_matches(['/', '!', '*'])),
            Piece::String if strings && text.contains(' ') => {
                prose.push_str(&text.replace("\\\n", "\n"));
            }
            _ => prose.extend(
                text.chars()
                    .map(|it| if it.is_whitespace() { it } else { '.' }),
            ),
        }
    }
    prose
}

/// The length of `"…"`.
fn string(text: &str) -> usize {
    let mut escaped = false;
    for (at, it) in text.char_indices().skip(1) {
        match it {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// The length of `r"…"` or `r#"…"#`.
fn raw_string(text: &str) -> Option<usize> {
    let hashes = text.strip_prefix('r')?;
    let open = hashes
        .find('"')
        .filter(|at| hashes[..*at].bytes().all(|it| it == b'#'))?;
    let end = format!("\"{}", &hashes[..open]);
    let body = open + 2;
    text[body..].find(&end).map(|at| body + at + end.len())
}

/// The length of `'c'`, or of the dash of a lifetime.
fn character(text: &str) -> usize {
    let inside = &text[1..];
    if inside.starts_with('\\') {
        return inside[2..].find('\'').map_or(1, |at| at + 4);
    }
    let first = inside.chars().next().map_or(0, char::len_utf8);
    if inside[first..].starts_with('\'') {
        first + 2
    } else {
        1
    }
}

/// Whether a word occurs: `word` not as a part of a longer one, and followed by the rest of `pattern` if that ends in `::`.
pub(crate) fn names(code: &str, pattern: &str) -> bool {
    let is_word = |it: char| it.is_alphanumeric() || it == '_';
    code.match_indices(pattern).any(|(at, _)| {
        let before = code[..at].chars().next_back();
        let after = code[at + pattern.len()..].chars().next();
        !before.is_some_and(is_word) && (pattern.ends_with(':') || !after.is_some_and(is_word))
    })
}

/// The part of a file before its unit tests.
pub(crate) fn without_tests(code: &str) -> &str {
    code.split("#[cfg(test)]").next().unwrap_or_default()
}

/// The paths after `crate::`, with groups such as `crate::{a, b::c}` taken apart.
pub(crate) fn own_paths(code: &str) -> Vec<String> {
    let path = |text: &str| {
        let end = text
            .find(|it: char| !(it.is_alphanumeric() || it == '_' || it == ':'))
            .unwrap_or(text.len());
        text[..end].trim_end_matches(':').to_owned()
    };
    let mut paths = Vec::new();
    for (at, _) in code
        .match_indices("crate::")
        .filter(|(at, _)| !code[..*at].ends_with('$'))
    {
        let rest = &code[at + "crate::".len()..];
        if let Some(group) = rest.strip_prefix('{') {
            let group = &group[..group.find("};").unwrap_or(group.len())];
            paths.extend(group.split(',').map(|it| path(it.trim())));
        } else {
            paths.push(path(rest));
        }
    }
    paths
}

#[test]
fn comments_and_strings_are_not_code() {
    let text = r##"use a; // b::c
        /* d */ let e = "f \" g"; let h: &'i str = r#"j " k"#; let l = ['m', '\'', '\u{6e}']; o::p"##;
    let words: Vec<String> = code(text)
        .split(|it: char| !it.is_alphanumeric())
        .filter(|it| !it.is_empty())
        .map(str::to_owned)
        .collect();
    assert_eq!(
        words,
        [
            "use", "a", "let", "e", "let", "h", "i", "str", "let", "l", "o", "p"
        ]
    );
}

#[test]
fn names_are_matched_as_whole_words() {
    assert!(names("use std::fs::File", "fs::") && names("HashMap<A, B>", "HashMap"));
    assert!(!names("offs::x", "fs::") && !names("HashMapping", "HashMap"));
    assert_eq!(
        own_paths("use crate::{a::b, c}; x(crate::d::E::f(), $crate::g)"),
        ["a::b", "c", "d::E::f"]
    );
}
