//! Documents in the formats that vendors publish, as tables.
//!
//! The readers are our own: what vendors publish is rarely what a strict parser of the format accepts. They read in one pass,
//! without recursion, and give up on what is larger than any page with ports.

mod asciidoc;
mod code;
mod csv;
mod front;
mod grid;
mod html;
mod lines;
mod markdown;
mod markup;
mod outline;
mod plain;
mod rst;
mod tags;

use crate::import::table::{Document, Format};
use std::borrow::Cow;
use std::fmt;

/// Why a document cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// From 1.
    pub line: usize,
    /// What is wrong, and what to do.
    pub message: String,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.line, self.message)
    }
}

/// The largest document in bytes and in lines, which is far more than a large page.
pub const MAX_BYTES: usize = 8 << 20;
/// See [`MAX_BYTES`].
pub const MAX_LINES: usize = 200_000;

/// The error for a document of so many bytes, if it is too large.
pub fn too_large(bytes: usize) -> Option<Error> {
    (bytes > MAX_BYTES).then(|| Error {
        line: 1,
        message: format!(
            "the document has {} MB, and at most {} MB are read: import a file with only the part about ports",
            bytes >> 20,
            MAX_BYTES >> 20
        ),
    })
}

/// Reads a document. `name` is its file name, whose extension decides the format; without a known extension, the contents do.
pub fn read(text: &str, name: &str) -> Result<Document, Error> {
    let error = |line, message: String| Err(Error { line, message });
    if let Some(error) = too_large(text.len()) {
        return Err(error);
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if let Some(at) = text.find('\0') {
        let line = text[..at].matches('\n').count() + 1;
        return error(
            line,
            "the document is not text: save the page as HTML, Markdown or CSV, and import that"
                .to_owned(),
        );
    }
    if text.matches(['\n', '\r']).count() > MAX_LINES {
        return error(
            MAX_LINES,
            format!(
                "at most {MAX_LINES} lines are read: import a file with only the part about ports"
            ),
        );
    }
    let text = if text.contains('\r') {
        Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n"))
    } else {
        Cow::Borrowed(text)
    };
    // They print nothing, and a heading of nothing else names nothing.
    let is_control = |it: char| it.is_control() && !matches!(it, '\n' | '\t');
    let text = if text.contains(is_control) {
        Cow::Owned(text.replace(is_control, " "))
    } else {
        text
    };
    let extension = name
        .rsplit(['/', '\\'])
        .next()
        .and_then(|it| it.rsplit_once('.'))
        .map_or("", |it| it.1)
        .to_ascii_lowercase();
    let known = match extension.as_str() {
        "md" | "mdx" | "markdown" | "mkd" | "mdown" | "qmd" => Some(Format::Markdown),
        "html" | "htm" | "xhtml" => Some(Format::Html),
        "adoc" | "asciidoc" | "asc" => Some(Format::AsciiDoc),
        "rst" | "rest" => Some(Format::ReStructuredText),
        "csv" | "tsv" => Some(Format::Csv),
        _ => None,
    };
    match known.unwrap_or_else(|| by_contents(&text)) {
        Format::Markdown => markdown::read(&text),
        Format::Html => html::read(&text),
        Format::AsciiDoc => asciidoc::read(&text),
        Format::ReStructuredText => rst::read(&text),
        Format::Csv => csv::read(&text, name),
    }
}

/// The format that a text looks like.
fn by_contents(text: &str) -> Format {
    let start = text.trim_start();
    let head: String = start
        .chars()
        .take(20)
        .collect::<String>()
        .to_ascii_lowercase();
    if ["<!doctype", "<html", "<table", "<head", "<body", "<?xml"]
        .iter()
        .any(|it| head.starts_with(it))
    {
        return Format::Html;
    }
    let has = |test: &dyn Fn(&str) -> bool| text.lines().any(|it| test(it.trim()));
    if has(&|it| it == "|===") {
        Format::AsciiDoc
    } else if has(&|it| it.starts_with(".. ") && it.contains("::"))
        || has(&|it| it.starts_with("+==") && it.ends_with('+'))
    {
        Format::ReStructuredText
    } else if !has(&|it| it.starts_with('|')) && csv::separator(text).is_some() {
        Format::Csv
    } else {
        Format::Markdown
    }
}
