//! Documents in `AsciiDoc`.

mod cells;
mod inline;
pub(super) mod table;

use super::Error;
use super::code;
use super::front;
use super::html::table::Tables;
use super::lines::Lines;
use super::markup::{Markup, item};
use super::outline::Outline;
use super::plain::Plain;
use super::tags::Tokens;
use crate::import::table::{Document, Format};
use inline::Attributes;

/// Reads a document.
pub(super) fn read(text: &str) -> Result<Document, Error> {
    let lines = Lines::new(text);
    let mut reader = Reader {
        lines: &lines,
        outline: Outline::new(Format::AsciiDoc),
        attributes: Attributes::default(),
        paragraph: None,
        block: Block::default(),
        open: Vec::new(),
    };
    let mut at = front::skip(&lines, &mut reader.outline);
    while at < lines.count() && !reader.outline.is_full() {
        at = reader.line(at);
    }
    reader.flush(lines.count());
    reader.outline.finish()
}

/// What the lines just above say of the block that follows.
#[derive(Debug, Default)]
struct Block {
    title: Option<String>,
    attributes: String,
}

/// A block between lines of its own, such as `====`.
#[derive(Debug)]
struct Open {
    line: String,
    title: Option<String>,
    /// Whether the blocks in it are tabs.
    tabs: bool,
}

struct Reader<'t, 'l> {
    lines: &'l Lines<'t>,
    outline: Outline,
    attributes: Attributes,
    paragraph: Option<usize>,
    block: Block,
    open: Vec<Open>,
}

impl Reader<'_, '_> {
    fn plain(&self, raw: &str) -> Plain {
        inline::plain(raw, &self.attributes)
    }

    /// Reads what begins at a line, and returns the line after it.
    fn line(&mut self, at: usize) -> usize {
        let raw = self.lines.get(at);
        let line = raw.trim();
        if line.is_empty() {
            self.flush(at);
            return at + 1;
        }
        if is_ignored(line) {
            return if line.starts_with("////") && line.bytes().all(|it| it == b'/') {
                self.closing(at, line)
            } else {
                at + 1
            };
        }
        if let Some((name, value)) = attribute(line) {
            self.attributes.set(name, value);
            return at + 1;
        }
        if table::is_fence(line) {
            self.flush(at);
            return self.table(at, line);
        }
        if let Some(level) = heading(line) {
            self.flush(at);
            let plain = self.plain(line[usize::from(level)..].trim());
            self.outline.heading(level, &plain, at + 1);
            self.block = Block::default();
            return at + 1;
        }
        // Attributes and a title directly above a table end a paragraph.
        let above = line.starts_with(['[', '.']) && self.is_above_table(at);
        if above {
            self.flush(at);
        }
        if line.starts_with('[') && line.ends_with(']') && self.paragraph.is_none() {
            self.block.attributes.push_str(&line[1..line.len() - 1]);
            self.block.attributes.push(',');
            return at + 1;
        }
        if let Some(title) = line
            .strip_prefix('.')
            .filter(|it| !it.starts_with(['.', ' ']) && !it.is_empty())
            && self.paragraph.is_none()
        {
            self.block.title = Some(title.to_owned());
            return at + 1;
        }
        if let Some(level) = self.underline(at, line) {
            let title = self.plain(self.lines.get(at - 1).trim());
            self.paragraph = None;
            self.outline.heading(level, &title, at);
            self.block = Block::default();
            return at + 1;
        }
        if let Some(end) = self.delimiter(at, line) {
            return end;
        }
        // `Linux::` in a block of tabs.
        if let Some(title) = line.strip_suffix("::")
            && let Some(tabs) = self.open.last_mut().filter(|it| it.tabs)
        {
            tabs.title = Some(inline::plain(title, &self.attributes).text);
            self.flush(at);
            self.show();
            return at + 1;
        }
        if list_item(line).is_some() {
            self.flush(at);
        }
        if line == "+" {
            self.flush(at);
        } else {
            self.paragraph.get_or_insert(at);
        }
        at + 1
    }

    /// Whether a table follows, after nothing but its attributes and its title.
    fn is_above_table(&self, at: usize) -> bool {
        let next = (at + 1..at + 4).map(|it| self.lines.get(it).trim());
        let mut next = next.skip_while(|it| it.starts_with(['[', '.']));
        next.next().is_some_and(table::is_fence)
    }

    /// The end of a paragraph or an item of a list.
    fn flush(&mut self, end: usize) {
        let Some(start) = self.paragraph.take() else {
            return;
        };
        let mut text = String::new();
        for at in start..end {
            let line = self.lines.get(at).trim();
            if !is_ignored(line) {
                text.push_str(line);
                text.push('\n');
            }
        }
        let text = text.trim_end();
        let listed = list_item(text);
        let plain = self.plain(listed.unwrap_or(text));
        if listed.is_some() {
            self.outline.item(&plain, start + 1, depth(text));
        } else {
            let is_attached = start > 0 && self.lines.get(start - 1).trim() == "+";
            let column = if is_attached { None } else { Some(0) };
            self.outline.paragraph(&plain, start + 1, column);
        }
        self.block = Block::default();
    }

    fn table(&mut self, at: usize, fence: &str) -> usize {
        let mut end = at + 1;
        while end < self.lines.count() && self.lines.get(end).trim() != fence {
            end += 1;
        }
        let block = std::mem::take(&mut self.block);
        let attributes = &self.attributes;
        let mut rough = table::read(self.lines, at, end, &block.attributes, &|it| {
            inline::plain(it, attributes)
        });
        rough.caption = block.title.map(|it| self.plain(&it).text);
        self.outline.table(rough);
        end + 1
    }

    /// The line after the one that closes a block, or the end.
    fn closing(&self, at: usize, line: &str) -> usize {
        (at + 1..self.lines.count())
            .find(|it| self.lines.get(*it).trim() == line)
            .map_or(self.lines.count(), |it| it + 1)
    }

    /// The level of the title above a line that underlines it.
    fn underline(&self, at: usize, line: &str) -> Option<u8> {
        let mark = line.chars().next()?;
        let level = ['=', '-', '~', '^', '+']
            .iter()
            .position(|it| *it == mark)?;
        let length = line.chars().count();
        if self.paragraph != Some(at.checked_sub(1)?)
            || length < 3
            || !line.chars().all(|it| it == mark)
        {
            return None;
        }
        let title = self.lines.get(at - 1).trim();
        let fits =
            title.chars().any(char::is_alphanumeric) && title.chars().count().abs_diff(length) <= 2;
        fits.then(|| u8::try_from(level + 1).unwrap_or(u8::MAX))
    }

    /// A line that opens or closes a block.
    fn delimiter(&mut self, at: usize, line: &str) -> Option<usize> {
        let mark = line.bytes().next().unwrap_or(0);
        let all = line.bytes().all(|it| it == mark);
        let fenced = line.starts_with("```");
        let verbatim = fenced || (all && line.len() >= 4 && matches!(mark, b'-' | b'.' | b'+'));
        if verbatim {
            self.flush(at);
            let end = self.closing(at, if fenced { "```" } else { line });
            if mark == b'+' {
                let mut tables = Tables::new(self.lines, Markup::Html);
                for token in Tokens::new(self.lines.joined(0, end), self.lines.start(at + 1)) {
                    tables.feed(token, &mut self.outline);
                }
                tables.finish(self.lines.joined(0, end).len(), &mut self.outline);
            }
            code::name_tables(self.lines, at + 1, end - 1, &mut self.outline);
            self.block = Block::default();
            return Some(end);
        }
        let delimits =
            line == "--" || (all && line.len() >= 4 && matches!(mark, b'=' | b'*' | b'_'));
        if !delimits {
            return None;
        }
        self.flush(at);
        if let Some(open) = self.open.iter().rposition(|it| it.line == line) {
            self.open.truncate(open);
        } else if self.open.len() < 32 {
            let block = std::mem::take(&mut self.block);
            let within = self.open.last().is_some_and(|it| it.tabs);
            let tabs = ["tabs", "tabbed-block", "tabset"]
                .iter()
                .any(|it| block.attributes.contains(it));
            let folds = tabs || within || block.attributes.contains("collapsible");
            // The title of a block that contains tabs is not the title of a tab.
            let title = block
                .title
                .filter(|_| folds && !tabs)
                .map(|it| self.plain(&it).text);
            self.open.push(Open {
                line: line.to_owned(),
                title,
                tabs,
            });
        }
        self.block = Block::default();
        self.show();
        Some(at + 1)
    }

    fn show(&mut self) {
        self.outline
            .tabs(self.open.iter().filter_map(|it| it.title.clone()));
    }
}

/// Comments, and what includes other files or depends on how a page is made.
fn is_ignored(line: &str) -> bool {
    (line.starts_with("//") && !line.starts_with("///"))
        || (line.starts_with("////") && line.bytes().all(|it| it == b'/'))
        || is_macro(line)
}

fn is_macro(line: &str) -> bool {
    [
        "include::",
        "ifdef::",
        "ifndef::",
        "ifeval::",
        "endif::",
        "toc::",
        "tag::",
        "end::",
    ]
    .iter()
    .any(|it| line.starts_with(it))
        && line.ends_with(']')
}

/// `:name: value`
fn attribute(line: &str) -> Option<(&str, &str)> {
    let (name, value) = line.strip_prefix(':')?.split_once(':')?;
    let good = !name.is_empty()
        && name
            .bytes()
            .all(|it| it.is_ascii_alphanumeric() || matches!(it, b'-' | b'_' | b'!'));
    (good && (value.is_empty() || value.starts_with(' '))).then(|| (name, value.trim()))
}

/// The level of a heading, with `=` or `#`.
fn heading(line: &str) -> Option<u8> {
    let mark = line.bytes().next().filter(|it| matches!(it, b'=' | b'#'))?;
    let level = line.bytes().take_while(|it| *it == mark).count();
    (level <= 6 && line[level..].starts_with(' ')).then(|| u8::try_from(level).unwrap_or(6))
}

/// How deep an item of a list is: `**` is in an item with `*`.
fn depth(line: &str) -> usize {
    line.len() - line.trim_start_matches(['*', '.']).len()
}

/// The text of an item of a list, however deep.
fn list_item(line: &str) -> Option<&str> {
    let depth = depth(line);
    if (1..=6).contains(&depth) && line[depth..].starts_with(' ') {
        return Some(line[depth..].trim());
    }
    item(line).filter(|it| !it.is_empty())
}
