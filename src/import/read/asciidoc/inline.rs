//! Inline markup of `AsciiDoc`, which is rewritten as Markdown where both differ.

use crate::import::read::lines::beginning;
use crate::import::read::markup::{Markup, plain as markdown};
use crate::import::read::plain::Plain;
use std::collections::BTreeMap;

/// Values that are used by name: `{product}`.
#[derive(Debug, Default)]
pub(super) struct Attributes {
    values: BTreeMap<String, String>,
    /// Lines in the source are lines of the page.
    hard_breaks: bool,
}

/// The longest value that is used, and the longest macro.
const MAX_VALUE: usize = 200;
const MAX_MACRO: usize = 1000;

impl Attributes {
    pub(super) fn set(&mut self, name: &str, value: &str) {
        if name == "hardbreaks" || name == "hardbreaks-option" {
            self.hard_breaks = true;
        }
        let value: String = value.chars().take(MAX_VALUE).collect();
        self.values.insert(name.to_owned(), value);
    }

    fn get(&self, name: &str) -> Option<&str> {
        let built_in = match name {
            "blank" | "empty" | "zwsp" | "wj" => "",
            "sp" | "nbsp" => " ",
            "plus" => "+",
            "asterisk" => "*",
            "vbar" => "|",
            "caret" => "^",
            "startsb" => "[",
            "endsb" => "]",
            "tilde" => "~",
            "backslash" => "\\",
            "backtick" => "`",
            "lt" => "<",
            "gt" => ">",
            "amp" => "&",
            "apos" => "'",
            "quot" => "\"",
            _ => return self.values.get(name).map(String::as_str),
        };
        Some(built_in)
    }
}

/// Macros of which the text in brackets is shown.
const SHOWN: &[&str] = &[
    "link:", "xref:", "http://", "https://", "mailto:", "kbd:", "btn:", "menu:", "pass:", "icon:",
    "image:", "term:",
];

/// The plain text of a piece of a document.
pub(super) fn plain(raw: &str, attributes: &Attributes) -> Plain {
    let mut out = String::with_capacity(raw.len());
    let mut marks = Vec::new();
    let mut rest = raw;
    while let Some(first) = rest.chars().next() {
        let after_word = out.ends_with(|it: char| it.is_alphanumeric());
        if let Some((shown, mark, taken)) = (!after_word || rest.starts_with("footnote"))
            .then(|| bracketed(rest))
            .flatten()
        {
            marks.extend(mark);
            escape(&mut out, shown, attributes);
            rest = &rest[taken..];
            continue;
        }
        let mut taken = first.len_utf8();
        match first {
            '{' => taken = attribute(&mut out, rest, attributes),
            '<' if rest.starts_with("<<") => {
                let end = beginning(rest, MAX_MACRO).find(">>");
                if let Some(end) = end {
                    let inner = &rest[2..end];
                    escape(
                        &mut out,
                        inner.split_once(',').map_or(inner, |it| it.1).trim(),
                        attributes,
                    );
                    taken = end + 2;
                } else {
                    out.push_str("&lt;");
                }
            }
            '<' => out.push_str("&lt;"),
            // Escapes, unlike the backslash of a path.
            '\\' if rest[1..].starts_with("http")
                || rest[1..].starts_with(['{', '<', '[', '*', '_', '`', '+', '#']) => {}
            // Monospace, which may have macros in it.
            '`' => {}
            '+' if rest.starts_with("+++") => taken = 3,
            // A line that ends with ` +` is a line of the page.
            '+' if out.ends_with(' ')
                && rest[1..].trim_start_matches([' ', '\t']).starts_with('\n') =>
            {
                out.push_str("\\\n");
                taken = 1 + rest[1..].find('\n').unwrap_or(0) + 1;
            }
            '+' if rest[1..].trim().is_empty() && out.ends_with(' ') => {}
            '\n' if attributes.hard_breaks => out.push_str("\\\n"),
            '\n' => taken = line_break(rest, &mut out),
            '^' => {
                let end = rest[1..]
                    .bytes()
                    .take(20)
                    .position(|it| it == b'^')
                    .filter(|it| *it > 0);
                if let Some(end) = end.filter(|it| !rest[1..=*it].contains([' ', '\n'])) {
                    marks.push(rest[1..=end].to_owned());
                    taken = end + 2;
                } else {
                    out.push('^');
                }
            }
            // `[.role]#text#`
            '[' if role(rest).is_some() => taken = role(rest).unwrap_or(1),
            '[' | ']' | '!' | '~' => {
                out.push('\\');
                out.push(first);
            }
            _ => out.push(first),
        }
        rest = &rest[taken..];
    }
    let mut plain = markdown(&out, Markup::Markdown);
    plain.marks.extend(marks);
    let trimmed = raw.trim();
    plain.strong = trimmed.len() > 2
        && trimmed.starts_with('*')
        && trimmed.ends_with('*')
        && !trimmed.starts_with("* ");
    plain
}

/// A line end: items of a list, and blocks, begin lines.
fn line_break(rest: &str, out: &mut String) -> usize {
    let next = rest[1..].trim_start_matches([' ', '\t']);
    let stars = next.trim_start_matches(['*', '.']);
    let depth = next.len() - stars.len();
    if (1..=6).contains(&depth) && stars.starts_with(' ') {
        out.push_str("\\\n");
        return rest.len() - stars.trim_start().len();
    }
    // A line that only continues an item.
    if let Some(after) = next
        .strip_prefix('+')
        .filter(|it| it.trim_start_matches([' ', '\t']).starts_with('\n'))
    {
        out.push_str("\\\n");
        return rest.len() - after.len();
    }
    out.push('\n');
    1
}

/// Where the attributes of a link begin: `Text,window=_blank`, `Text,type="documentation"`.
fn attributes_at(inner: &str) -> usize {
    let begins = |at: &usize| {
        let rest = inner[at + 1..].trim_start();
        let name = rest
            .find(|it: char| !it.is_ascii_alphanumeric())
            .unwrap_or(rest.len());
        name > 0 && rest[name..].starts_with('=')
    };
    let commas = inner.match_indices(',').map(|it| it.0).take(20);
    commas.into_iter().find(begins).unwrap_or(inner.len())
}

/// The length of a role before marked text, such as `[.noloc]`.
fn role(rest: &str) -> Option<usize> {
    let inner = rest.strip_prefix("[.")?;
    let end =
        inner.find(|it: char| !(it.is_ascii_alphanumeric() || matches!(it, '-' | '_' | '.')))?;
    let marked = inner[end..]
        .strip_prefix(']')?
        .starts_with(['`', '#', '*', '_']);
    (end > 0 && marked).then_some(end + 3)
}

/// A macro at the beginning of a text: what is shown, the mark of a footnote, and how long it is.
fn bracketed(rest: &str) -> Option<(&str, Option<String>, usize)> {
    let is_note = rest.starts_with("footnote:") || rest.starts_with("footnoteref:");
    if !is_note && !SHOWN.iter().any(|it| rest.starts_with(it)) {
        return None;
    }
    let part = &rest.as_bytes()[..rest.len().min(MAX_MACRO)];
    let open = part
        .iter()
        .position(|it| *it == b'[' || it.is_ascii_whitespace())
        .filter(|it| part[*it] == b'[')?;
    let mut depth = 0_usize;
    let close = part[open..].iter().position(|it| {
        match it {
            b'[' => depth += 1,
            b']' => depth -= 1,
            _ => {}
        }
        depth == 0
    })?;
    let (target, inner) = (&rest[..open], &rest[open + 1..open + close]);
    let taken = open + close + 1;
    if is_note {
        // Another reference to a footnote has its name alone.
        let name = target.split_once(':').map_or("", |it| it.1);
        let text = if inner.trim().is_empty() { name } else { inner };
        return Some((
            "",
            Some(text.trim().to_owned()).filter(|it| !it.is_empty()),
            taken,
        ));
    }
    let shown = inner[..attributes_at(inner)]
        .trim_end_matches('^')
        .trim_matches('"');
    let shown = if target.starts_with("image:") || target.starts_with("icon:") {
        shown.split(',').next().unwrap_or("")
    } else {
        shown
    };
    let address = target
        .strip_prefix("link:")
        .or_else(|| target.strip_prefix("xref:"))
        .unwrap_or(target);
    let image = target.starts_with("image:") || target.starts_with("icon:");
    Some((
        if shown.is_empty() && !image {
            address
        } else {
            shown
        },
        None,
        taken,
    ))
}

/// Writes the value of the attribute that a text begins with, and how much of the text that was; a brace alone stays a brace.
fn attribute(out: &mut String, text: &str, attributes: &Attributes) -> usize {
    let end = text.bytes().take(61).position(|it| it == b'}');
    let value = end.and_then(|end| Some((attributes.get(text.get(1..end)?)?, end)));
    if let Some((value, end)) = value {
        escape(out, value, &Attributes::default());
        end + 1
    } else {
        out.push_str("\\{");
        1
    }
}

/// Writes text that keeps emphasis, and has no other markup; with its attributes, one level deep.
fn escape(out: &mut String, text: &str, attributes: &Attributes) {
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let mut taken = first.len_utf8();
        match first {
            '{' => taken = attribute(out, rest, attributes),
            '<' => out.push_str("&lt;"),
            '`' => {}
            '+' if rest.starts_with("+++") => taken = 3,
            '[' | ']' | '!' | '~' | '_' | '\\' => {
                out.push('\\');
                out.push(first);
            }
            _ => out.push(first),
        }
        rest = &rest[taken..];
    }
}
