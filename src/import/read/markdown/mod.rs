//! Markdown and MDX, with HTML, Liquid, Hugo's shortcodes and pipe rows in it. Plain text is read like this, too.

mod fences;
mod liquid;
pub(super) mod pipes;
mod tabs;

use super::Error;
use super::front;
use super::html::heading_level;
use super::html::table::Tables;
use super::lines::{Lines, indent};
use super::markup::{Markup, item, plain};
use super::outline::Outline;
use super::rst;
use super::tags::{Piece, Tokens};
use crate::import::table::{Document, Format};
use fences::fence;
use std::borrow::Cow;
use tabs::Tabs;

/// Reads a document.
pub(super) fn read(text: &str) -> Result<Document, Error> {
    let text = without_comments(text);
    let lines = Lines::new(&text);
    let mut reader = Reader {
        outline: Outline::new(Format::Markdown),
        tabs: Tabs::default(),
        paragraph: None,
        lines: &lines,
        open_code: false,
        last_end: text.rfind("</table").max(text.rfind("</TABLE")),
    };
    let mut at = front::skip(&lines, &mut reader.outline);
    while at < lines.count() && !reader.outline.is_full() {
        at = reader.block(at);
    }
    reader.flush(lines.count());
    reader.outline.finish()
}

struct Reader<'t, 'l> {
    lines: &'l Lines<'t>,
    outline: Outline,
    tabs: Tabs,
    /// The first line of the paragraph that is not at its end.
    paragraph: Option<usize>,
    /// Code between shortcodes has no end.
    open_code: bool,
    /// Where the last end of a table in tags is.
    last_end: Option<usize>,
}

impl Reader<'_, '_> {
    /// Reads what begins at a line, and returns the line after it.
    fn block(&mut self, at: usize) -> usize {
        let raw = self.lines.get(at);
        let line = content(raw);
        let is_code = line.starts_with("import ") && line.ends_with(['\'', '"', ';']);
        if line.is_empty() || is_code {
            self.flush(at);
            return at + 1;
        }
        if self.tabs.indented(raw) {
            self.tabs.show(&mut self.outline);
        }
        if let Some(fence) = fence(line) {
            self.flush(at);
            return self.fenced(at, fence);
        }
        if let Some(end) = self.code_in_shortcode(at, line) {
            self.flush(at);
            return end;
        }
        if line.starts_with("{%") && liquid::begins(line) {
            self.flush(at);
            let (table, end) = liquid::read(self.lines, at);
            self.outline.table(table);
            return end;
        }
        let tagged = line.contains('<');
        if tagged && let Some(end) = self.table_in_tags(at) {
            return end;
        }
        if let Some(end) = self.tabs.line(self.lines, at, line) {
            self.flush(at);
            self.tabs.show(&mut self.outline);
            self.rest_of_tags(at, line);
            return end;
        }
        if let Some(level) = atx(line) {
            self.flush(at);
            let text = line[usize::from(level)..].trim().trim_end_matches('#');
            self.outline
                .heading(level, &plain(heading_text(text), Markup::Markdown), at + 1);
            return at + 1;
        }
        if let Some((rough, end)) = rst::grid::read(self.lines, at) {
            self.flush(at);
            self.outline
                .table(rst::table(rough, &|it| plain(it, Markup::Markdown)));
            return end;
        }
        if line.contains('|')
            && let Some((table, end)) = pipes::read(self.lines, at)
        {
            // Where rows are pasted, the line before them is a paragraph.
            if let Some(start) = self
                .paragraph
                .filter(|it| table.header.is_none() && it + 1 < at)
            {
                self.flush(at - 1);
                self.paragraph = Some(at - 1).filter(|it| *it > start);
            }
            self.flush(at);
            self.outline.table(table);
            return end;
        }
        if pipes::is_alone(line) {
            self.outline.remark(
                at + 1,
                "a row with ports has no header, and is not read; perhaps it belongs to a table near it",
            );
        }
        if let Some(level) = setext(line)
            && let Some(start) = self.paragraph.take_if(|it| *it + 1 == at)
        {
            let text = content(self.lines.get(start));
            self.outline.heading(
                level,
                &plain(heading_text(text), Markup::Markdown),
                start + 1,
            );
            return at + 1;
        }
        if item(line).is_some() {
            self.flush(at);
        }
        if tagged && let Some(level) = self.heading_in_tags(at, line) {
            return level;
        }
        if is_rule(line) {
            self.flush(at);
        } else {
            self.paragraph.get_or_insert(at);
        }
        at + 1
    }

    /// The end of a paragraph or an item of a list.
    fn flush(&mut self, end: usize) {
        let Some(start) = self.paragraph.take() else {
            return;
        };
        let first = content(self.lines.get(start));
        let mut text = item(first).unwrap_or(first).to_owned();
        for at in start + 1..end {
            text.push('\n');
            text.push_str(content(self.lines.get(at)));
        }
        // `[^1]: only with TLS`
        if let Some((mark, note)) = text.strip_prefix("[^").and_then(|it| it.split_once("]:")) {
            let note = plain(note, Markup::Markdown).text;
            self.outline.note(mark, &note, start + 1);
            return;
        }
        // `[1]: https://…`, the addresses of links.
        if is_address(&text) {
            return;
        }
        // `<sup>1</sup> with TLS<br><sup>2</sup> without`: several footnotes.
        let notes = text.matches("<sup>").count();
        if notes > 1
            && text
                .split("<sup>")
                .next()
                .is_some_and(|it| plain(it, Markup::Html).text.is_empty())
        {
            for note in text.split("<sup>").skip(1) {
                let note = plain(&format!("<sup>{note}"), Markup::Markdown);
                self.outline.text(&note, start + 1, Some(0));
            }
            return;
        }
        let plain = plain(&text, Markup::Markdown);
        let column = indent(self.lines.get(start));
        if item(first).is_some() {
            self.outline.item(&plain, start + 1, column);
        } else {
            self.outline.paragraph(&plain, start + 1, Some(column));
        }
    }

    /// A table in tags that begins in a line.
    fn table_in_tags(&mut self, at: usize) -> Option<usize> {
        let raw = self.lines.get(at);
        let lower = raw.to_ascii_lowercase();
        let tag = lower
            .find("<table")
            .filter(|it| raw[..*it].matches('`').count().is_multiple_of(2))
            // The shortcode `{{<table>}}`.
            .filter(|it| !raw[..*it].ends_with("{{"))?;
        // Another name may begin in this way.
        let next = raw[tag..].chars().nth("<table".len());
        if next.is_some_and(|it| !it.is_whitespace() && !['>', '/'].contains(&it)) {
            return None;
        }
        let start = self.lines.start(at) + tag;
        self.flush(at);
        let mut tables = Tables::new(self.lines, Markup::Markdown);
        // A table without an end is at its end where a heading begins.
        let ends = self.last_end.is_some_and(|it| it > start);
        let heading = self.lines.text[start..].find("\n#").filter(|_| !ends);
        let text = heading.map_or(self.lines.text, |it| &self.lines.text[..start + it]);
        let mut end = text.len();
        for token in Tokens::new(text, start) {
            if !tables.feed(token, &mut self.outline) && token.start == start {
                // Another name that begins in this way.
                return None;
            }
            if !tables.is_open() {
                end = token.end;
                break;
            }
            if self.outline.is_full() {
                break;
            }
        }
        tables.finish(end, &mut self.outline);
        Some(self.lines.index(end) + 1)
    }

    /// What a line says next to the tag of a tab, such as `<summary>`.
    fn rest_of_tags(&mut self, at: usize, line: &str) {
        if line.ends_with('>') {
            self.heading_in_tags(at, line);
        }
    }

    /// `<h2>Ports</h2>`
    fn heading_in_tags(&mut self, at: usize, line: &str) -> Option<usize> {
        let mut open: Option<(u8, usize)> = None;
        for token in Tokens::new(line, 0) {
            match token.piece {
                Piece::Open { name, .. } => {
                    if let Some(level) = heading_level(name) {
                        open = Some((level, token.end));
                    }
                }
                Piece::Close(name) => {
                    if let Some((level, start)) =
                        open.take_if(|it| heading_level(name) == Some(it.0))
                    {
                        self.flush(at);
                        let text = plain(&line[start..token.start], Markup::Markdown);
                        self.outline.heading(level, &text, at + 1);
                        return Some(at + 1);
                    }
                }
                _ => {}
            }
        }
        None
    }
}

/// A line without the marks of the quotations and list items that it is in.
fn content(line: &str) -> &str {
    let mut rest = line.trim();
    while let Some(inner) = rest.strip_prefix('>') {
        rest = inner.trim_start();
    }
    rest
}

/// Whether a text is the address that a link in another place uses.
fn is_address(text: &str) -> bool {
    let target = text
        .strip_prefix('[')
        .and_then(|it| it.split_once("]: "))
        .map(|it| it.1.trim_start());
    target.is_some_and(|it| it.starts_with(['<', '/', '.', '#']) || it.starts_with("http"))
}

/// The level of a heading with `#`.
fn atx(line: &str) -> Option<u8> {
    let level = line.bytes().take_while(|it| *it == b'#').count();
    let rest = &line[level..];
    let good = (1..=6).contains(&level) && (rest.is_empty() || rest.starts_with([' ', '\t']));
    good.then(|| u8::try_from(level).unwrap_or(6))
}

/// The level of the heading that a line underlines.
fn setext(line: &str) -> Option<u8> {
    let all = |mark| line.len() > 1 && line.bytes().all(|it| it == mark);
    if all(b'=') {
        Some(1)
    } else {
        all(b'-').then_some(2)
    }
}

/// A heading without `{#anchor}` and numbers of sections that are not there to be read.
fn heading_text(text: &str) -> &str {
    let text = text.trim();
    match text.rfind('{').filter(|_| text.ends_with('}')) {
        Some(at)
            if text[at..].starts_with("{#")
                || text[at..].starts_with("{:")
                || text[at..].starts_with("{ #") =>
        {
            text[..at].trim()
        }
        _ => text,
    }
}

/// `***`, `---` or `___`.
fn is_rule(line: &str) -> bool {
    let marks = line.bytes().filter(|it| *it != b' ');
    let first = line.bytes().next();
    line.len() > 2
        && matches!(first, Some(b'*' | b'-' | b'_'))
        && marks.clone().count() > 2
        && marks.clone().all(|it| Some(it) == first)
}

/// A text in which comments are spaces, so that all places stay.
fn without_comments(text: &str) -> Cow<'_, str> {
    const KINDS: [(&str, &str); 3] = [
        ("<!--", "-->"),
        ("{/*", "*/}"),
        ("{% comment %}", "{% endcomment %}"),
    ];
    if !KINDS.iter().any(|it| text.contains(it.0)) {
        return Cow::Borrowed(text);
    }
    let mut left = String::with_capacity(text.len());
    let mut ends = [true; 3];
    let mut rest = text;
    while let Some(at) = rest.find(['<', '{']) {
        left.push_str(&rest[..at]);
        rest = &rest[at..];
        let kind = (0..KINDS.len()).find(|it| ends[*it] && rest.starts_with(KINDS[*it].0));
        let end = kind.and_then(|kind| {
            let found = rest.find(KINDS[kind].1).map(|it| it + KINDS[kind].1.len());
            ends[kind] = found.is_some();
            found
        });
        let taken = end.unwrap_or(1);
        if end.is_some() {
            left.extend(
                rest[..taken]
                    .bytes()
                    .map(|it| if it == b'\n' { '\n' } else { ' ' }),
            );
        } else {
            left.push_str(&rest[..taken]);
        }
        rest = &rest[taken..];
    }
    left.push_str(rest);
    Cow::Owned(left)
}
