//! reStructuredText.

pub(super) mod directive;
pub(super) mod grid;
mod inline;
pub(super) mod simple;

use super::Error;
use super::code;
use super::grid::{Rough, RoughCell, RoughRow};
use super::html::table::Tables;
use super::lines::{Lines, indent};
use super::markup::{Markup, item, plain};
use super::outline::Outline;
use super::plain::Plain;
use super::tags::Tokens;
use crate::import::table::{Document, Format, Remark};
use directive::Directive;
use inline::Substitutions;

/// A table whose cells are still markup.
#[derive(Debug, Default)]
pub(super) struct RawTable {
    pub(super) line: usize,
    pub(super) caption: Option<String>,
    pub(super) header: Option<usize>,
    pub(super) rows: Vec<RawRow>,
    pub(super) remarks: Vec<Remark>,
}

#[derive(Debug, Default)]
pub(super) struct RawRow {
    pub(super) line: usize,
    pub(super) cells: Vec<RawCell>,
}

#[derive(Debug)]
pub(super) struct RawCell {
    pub(super) text: String,
    pub(super) line: usize,
    pub(super) columns: usize,
    pub(super) rows: usize,
}

/// A table with its markup made plain.
pub(super) fn table(raw: RawTable, plain: &dyn Fn(&str) -> Plain) -> Rough {
    let rows = raw.rows.into_iter().map(|row| RoughRow {
        line: row.line,
        cells: row
            .cells
            .into_iter()
            .map(|it| RoughCell {
                columns: it.columns,
                rows: it.rows,
                ..RoughCell::new(plain(&it.text), it.line)
            })
            .collect(),
    });
    Rough {
        line: raw.line,
        caption: raw.caption.map(|it| plain(&it).text),
        header: raw.header,
        rows: rows.collect(),
        remarks: raw.remarks,
    }
}

/// A directive between the fences of another format: ```` ```{list-table} ````.
pub(super) fn fenced(info: &str, lines: &Lines, at: usize, end: usize) -> Option<RawTable> {
    let (name, argument) = info.strip_prefix('{')?.split_once('}')?;
    let directive = Directive {
        name,
        argument: argument.trim(),
        first: at + 1,
        end,
    };
    directive.table(lines)
}

/// What follows the name of a directive between the fences of another format whose lines are text: ```` ```{note} ````.
pub(super) fn text_between_fences(info: &str) -> Option<&str> {
    // Names of languages, by which notebooks mark code that runs.
    #[rustfmt::skip]
    const CODE: &[&str] = &[
        "r", "python", "julia", "bash", "sh", "shell", "sql", "ojs", "js", "javascript", "yaml", "json", "console", "dot",
        "code-cell", "ipython", "ipython3", "jupyter-execute", "plantuml", "doctest", "testcode",
    ];
    let (name, argument) = info.strip_prefix('{')?.split_once('}')?;
    let is_name = !name.is_empty()
        && name
            .bytes()
            .all(|it| it.is_ascii_alphanumeric() || matches!(it, b'-' | b'_' | b':'));
    let lower = name.to_ascii_lowercase();
    (is_name && !directive::is_opaque(&lower) && !CODE.contains(&lower.as_str()))
        .then(|| argument.trim())
}

/// Reads a document.
pub(super) fn read(text: &str) -> Result<Document, Error> {
    let lines = Lines::new(text);
    let mut reader = Reader {
        substitutions: Substitutions::find(&lines),
        outline: Outline::new(Format::ReStructuredText),
        styles: Vec::new(),
        tabs: Vec::new(),
        paragraph: None,
        caption: None,
        card: None,
        lines: &lines,
    };
    let mut at = super::front::skip(&lines, &mut reader.outline);
    while at < lines.count() && !reader.outline.is_full() {
        at = reader.block(at);
    }
    reader.flush(lines.count());
    reader.outline.finish()
}

struct Reader<'t, 'l> {
    lines: &'l Lines<'t>,
    substitutions: Substitutions,
    outline: Outline,
    /// How headings are underlined, and whether they are overlined, in the order of levels.
    styles: Vec<(char, bool)>,
    /// The column of each open tab, and its title.
    tabs: Vec<(usize, Option<String>)>,
    paragraph: Option<usize>,
    /// The caption of the table that follows, from a directive around it.
    caption: Option<String>,
    /// The column of the card that is open, and its title.
    card: Option<(usize, String)>,
}

impl Reader<'_, '_> {
    fn plain(&self, raw: &str) -> Plain {
        inline::plain(raw, &self.substitutions)
    }

    /// Reads what begins at a line, and returns the line after it.
    fn block(&mut self, at: usize) -> usize {
        let raw = self.lines.get(at);
        let line = raw.trim();
        if line.is_empty() {
            let literal = self.paragraph.is_some_and(|_| {
                self.lines
                    .get(at.saturating_sub(1))
                    .trim_end()
                    .ends_with("::")
            });
            let column = self.paragraph.map_or(0, |it| indent(self.lines.get(it)));
            self.flush(at);
            if !literal {
                return at + 1;
            }
            let end = self.indented(at, column);
            code::name_tables(self.lines, at, end, &mut self.outline);
            return end;
        }
        let column = indent(raw);
        self.card.take_if(|it| it.0 >= column);
        let before = self.tabs.len();
        self.tabs.retain(|it| it.0 < column);
        if self.tabs.len() < before {
            self.show();
        }
        if let Some(end) = self.section(at) {
            return end;
        }
        if let Some((raw, end)) =
            grid::read(self.lines, at).or_else(|| simple::read(self.lines, at))
        {
            self.flush(at);
            self.add(raw);
            return end;
        }
        if let Some(rest) = line
            .strip_prefix("..")
            .filter(|it| it.is_empty() || it.starts_with(' '))
        {
            self.flush(at);
            self.outline.leave(column);
            return self.explicit(at, column, rest.trim());
        }
        if let Some(text) = item(line).or_else(|| line.strip_prefix("#. ")) {
            self.flush(at);
            // A table can begin in an item.
            if !text.is_empty() {
                self.paragraph = Some(at);
            }
            return at + 1;
        }
        self.paragraph.get_or_insert(at);
        at + 1
    }

    fn add(&mut self, mut raw: RawTable) {
        if let Some(caption) = self.caption.take() {
            raw.caption.get_or_insert(caption);
        }
        if let Some((_, title)) = &self.card {
            raw.caption.get_or_insert_with(|| title.clone());
        }
        let rough = table(raw, &|it| self.plain(it));
        self.outline.table(rough);
    }

    fn show(&mut self) {
        self.outline
            .tabs(self.tabs.iter().filter_map(|it| it.1.clone()));
    }

    /// The end of a paragraph or an item of a list.
    fn flush(&mut self, end: usize) {
        let Some(start) = self.paragraph.take() else {
            return;
        };
        let text = self.lines.joined(start, end).trim();
        let listed = item(text).or_else(|| text.strip_prefix("#. "));
        let text = listed.unwrap_or(text);
        // A paragraph before literal lines ends with two colons, of which one is shown.
        let text = text
            .strip_suffix("::")
            .map_or(text, |it| &text[..=it.len()]);
        let plain = self.plain(text);
        let column = indent(self.lines.get(start));
        if listed.is_some() {
            self.outline.item(&plain, start + 1, column);
        } else {
            self.outline.paragraph(&plain, start + 1, Some(column));
        }
    }

    /// The line after lines that are indented further than a column.
    fn indented(&self, at: usize, column: usize) -> usize {
        let deeper = |it: &usize| {
            let line = self.lines.get(*it);
            line.trim().is_empty() || indent(line) > column
        };
        (at..self.lines.count())
            .find(|it| !deeper(it))
            .unwrap_or(self.lines.count())
    }

    /// A heading: a line of text with a line of punctuation below, and perhaps above.
    fn section(&mut self, at: usize) -> Option<usize> {
        let over = adornment(self.lines.get(at));
        let title = if over.is_some() { at + 1 } else { at };
        let text = self.lines.get(title);
        let under = adornment(self.lines.get(title + 1))?;
        let long = self.lines.get(title + 1).trim_end().chars().count();
        let fits = long >= 4 || long >= text.trim().chars().count();
        let at_margin = over.is_some() || !text.starts_with([' ', '\t']);
        if text.trim().is_empty()
            || !fits
            || !at_margin
            || over.is_some_and(|it| it != under)
            || adornment(text).is_some()
        {
            return None;
        }
        if over.is_none() && self.paragraph.is_some() {
            return None;
        }
        self.flush(at);
        let style = (under, over.is_some());
        let level = self
            .styles
            .iter()
            .position(|it| *it == style)
            .unwrap_or_else(|| {
                self.styles.push(style);
                self.styles.len() - 1
            });
        let plain = self.plain(text.trim());
        self.outline.heading(
            u8::try_from(level + 1).unwrap_or(u8::MAX),
            &plain,
            title + 1,
        );
        Some(title + 2)
    }

    /// What begins with `..`: directives, footnotes, and comments.
    fn explicit(&mut self, at: usize, column: usize, rest: &str) -> usize {
        let end = self.indented(at + 1, column);
        if let Some((mark, text)) = rest.strip_prefix('[').and_then(|it| it.split_once(']')) {
            let below = self.lines.joined(at + 1, end);
            let note = self.plain(&format!("{text}\n{below}"));
            self.outline
                .note(mark, &note.text.replace('\n', " "), at + 1);
            return end;
        }
        let Some(directive) = Directive::read(rest, at + 1, end) else {
            // A comment, or the target of a link, below which paragraphs go on.
            return if rest.starts_with('_') { at + 1 } else { end };
        };
        if let Some(raw) = directive.table(self.lines) {
            self.add(raw);
            return end;
        }
        let argument = directive.argument;
        match directive.name {
            "table" => {
                self.caption = Some(argument.to_owned()).filter(|it| !it.is_empty());
                directive.content(self.lines)
            }
            "tab" | "tab-item" | "group-tab" | "dropdown" | "collapse" | "details" => {
                if self.tabs.len() < 32 {
                    let title = self.plain(argument).text;
                    self.tabs
                        .push((column, Some(title).filter(|it| !it.is_empty())));
                }
                self.show();
                directive.content(self.lines)
            }
            "card" | "grid-item-card" if !argument.is_empty() => {
                self.card = Some((column, argument.to_owned()));
                directive.content(self.lines)
            }
            "rubric" => {
                let level = self.styles.len() + 1;
                let plain = self.plain(argument);
                self.outline
                    .heading(u8::try_from(level).unwrap_or(u8::MAX), &plain, at + 1);
                end
            }
            "raw" if argument == "html" => {
                let text = self.lines.joined(0, end);
                let mut tables = Tables::new(self.lines, Markup::Html);
                for token in Tokens::new(text, self.lines.start(at + 1)) {
                    tables.feed(token, &mut self.outline);
                }
                tables.finish(text.len(), &mut self.outline);
                code::name_tables(self.lines, at + 1, end, &mut self.outline);
                end
            }
            it if directive::is_opaque(it) => {
                code::name_tables(self.lines, at + 1, end, &mut self.outline);
                end
            }
            _ => {
                if !argument.is_empty() && directive::has_text(directive.name) {
                    let plain = plain(argument, Markup::Markdown);
                    self.outline.paragraph(&plain, at + 1, Some(0));
                }
                directive.content(self.lines)
            }
        }
    }
}

/// The character of a line of punctuation.
fn adornment(line: &str) -> Option<char> {
    let line = line.trim_end();
    let first = line.chars().next().filter(char::is_ascii_punctuation)?;
    (line.len() > 2 && line.chars().all(|it| it == first)).then_some(first)
}
