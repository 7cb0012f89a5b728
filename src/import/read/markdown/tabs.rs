//! Tabs and collapsible blocks, as the generators of sites write them.

use super::content;
use crate::import::read::lines::{Lines, indent};
use crate::import::read::markup::{Markup, plain};
use crate::import::read::outline::Outline;
use crate::import::read::tags::{Piece, Tokens, attribute};

/// What is open at a line.
#[derive(Debug, Default)]
pub(super) struct Tabs {
    open: Vec<Tab>,
}

#[derive(Debug)]
struct Tab {
    title: Option<String>,
    until: Until,
}

/// What ends a tab.
#[derive(Debug, PartialEq, Eq)]
enum Until {
    /// The end of this tag or shortcode.
    Name(String),
    /// A line that is not indented further than this.
    Indent(usize),
    /// As many colons.
    Colons(usize),
    /// A fence of this mark, at least as long.
    Fence(char, usize),
    /// A horizontal rule, or the next tab: `# [Linux](#tab/linux)`.
    Rule,
}

/// Tags and shortcodes that can be closed, or contain those that can.
const NAMES: &[&str] = &[
    "tab",
    "tabs",
    "tabitem",
    "tabpanel",
    "tabbed",
    "navtab",
    "navtabs",
    "tabpane",
    "accordion",
    "accordionitem",
    "accordiongroup",
    "expand",
    "expandable",
    "expander",
    "details",
    "collapse",
    "collapsible",
    "collapsed",
];
const TITLES: [&str; 6] = ["label", "title", "name", "header", "tabName", "value"];
/// The most blocks in each other; deeper ones are not tabs.
const MAX_DEPTH: usize = 32;

impl Tabs {
    /// Ends what a line that is not indented ends, and is true where that changes anything.
    pub(super) fn indented(&mut self, raw: &str) -> bool {
        let column = indent(raw);
        let before = self.open.len();
        while matches!(self.open.last(), Some(Tab { until: Until::Indent(it), .. }) if column <= *it)
        {
            self.open.pop();
        }
        self.open.len() != before
    }

    /// Tells the outline which tabs are open.
    pub(super) fn show(&self, outline: &mut Outline) {
        outline.tabs(self.open.iter().filter_map(|it| it.title.clone()));
    }

    /// Reads a line that opens or closes something, and returns the line after it.
    pub(super) fn line(&mut self, lines: &Lines, at: usize, line: &str) -> Option<usize> {
        if line.starts_with('<') {
            return self.tags(lines, at);
        }
        if line.starts_with("{{<") || line.starts_with("{{%") || line.starts_with("{%") {
            return self.shortcodes(line).then_some(at + 1);
        }
        if line.starts_with(":::") {
            let name = line.trim_start_matches(':').trim();
            let colons = line.len() - line.trim_start_matches(':').len();
            if name.is_empty() {
                let open = self
                    .open
                    .iter()
                    .rposition(|it| matches!(it.until, Until::Colons(it) if it <= colons));
                self.open.truncate(open.unwrap_or(self.open.len()));
            } else {
                self.push(colon_title(name), Until::Colons(colons));
            }
            return Some(at + 1);
        }
        let folds = line.starts_with("=== ") || line.starts_with("???");
        if folds && let Some(quote) = line.find(['"', '\'']) {
            let title = line[quote + 1..].trim_end_matches(['"', '\'']);
            self.push(
                Some(plain(title, Markup::Markdown).text),
                Until::Indent(indent(lines.get(at))),
            );
            return Some(at + 1);
        }
        // DocFX and Microsoft Learn.
        if line.starts_with('#') && line.ends_with(')') && line.contains("](#tab/") {
            self.end(&Until::Rule);
            let title = line.trim_start_matches('#').trim();
            self.push(Some(plain(title, Markup::Markdown).text), Until::Rule);
            return Some(at + 1);
        }
        (matches!(line, "---" | "***" | "* * *") && self.end(&Until::Rule)).then_some(at + 1)
    }

    /// Begins a directive between fences. Returns whether its argument is the title of a tab.
    pub(super) fn begin_fence(&mut self, info: &str, fence: &str) -> bool {
        let title = colon_title(info);
        let is_title = title.is_some();
        let mark = fence.chars().next().unwrap_or('`');
        self.push(title, Until::Fence(mark, fence.len()));
        is_title
    }

    /// Ends the innermost directive that a fence closes, and what is in it.
    pub(super) fn end_fence(&mut self, fence: &str) -> bool {
        let closes = |it: &Tab| matches!(it.until, Until::Fence(mark, length) if fence.starts_with(mark) && length <= fence.len());
        let at = self.open.iter().rposition(closes);
        self.open.truncate(at.unwrap_or(self.open.len()));
        at.is_some()
    }

    fn push(&mut self, title: Option<String>, until: Until) {
        if self.open.len() < MAX_DEPTH {
            self.open.push(Tab { title, until });
        }
    }

    /// Ends the innermost of its kind and what is in it.
    fn end(&mut self, until: &Until) -> bool {
        let Some(at) = self.open.iter().rposition(|it| it.until == *until) else {
            return false;
        };
        self.open.truncate(at);
        true
    }

    fn begin(&mut self, name: String, title: Option<String>) {
        let until = Until::Name(name);
        // Shortcodes that have no end follow each other.
        if self
            .open
            .last()
            .is_some_and(|it| it.until == until && it.title.is_some() && title.is_some())
        {
            self.open.pop();
        }
        self.push(title, until);
    }

    /// A line of tags, whose attributes may go on in the next lines.
    fn tags(&mut self, lines: &Lines, at: usize) -> Option<usize> {
        let mut end = at + 1;
        while end < at + 10 && end < lines.count() && !lines.joined(at, end).contains('>') {
            end += 1;
        }
        let text = content(lines.joined(at, end));
        let mut found = false;
        let mut summary = None;
        for token in Tokens::new(text, 0) {
            match token.piece {
                Piece::Open {
                    name,
                    attributes,
                    closed,
                } => {
                    let lower = name.to_ascii_lowercase();
                    if lower == "summary" {
                        summary = Some(token.end);
                    } else if NAMES.contains(&lower.as_str()) && !closed {
                        found = true;
                        self.begin(lower, attribute(attributes, &TITLES));
                    }
                }
                Piece::Close(name) => {
                    let lower = name.to_ascii_lowercase();
                    if lower == "summary" {
                        let start = summary.take().unwrap_or(0);
                        self.summarize(&text[start..token.start]);
                        found = true;
                    } else if NAMES.contains(&lower.as_str()) {
                        found = true;
                        self.end(&Until::Name(lower));
                    }
                }
                _ => {}
            }
        }
        if let Some(start) = summary {
            self.summarize(&text[start..]);
            found = true;
        }
        found.then_some(end)
    }

    /// The title of `<details>`, which follows it.
    fn summarize(&mut self, raw: &str) {
        let title = plain(raw, Markup::Markdown).text;
        let details = Until::Name("details".to_owned());
        if let Some(open) = self
            .open
            .iter_mut()
            .rev()
            .find(|it| it.until == details && it.title.is_none())
            && !title.is_empty()
        {
            open.title = Some(title.replace('\n', " "));
        }
    }

    /// `{{< tab "Linux" >}}`, `{% navtab Linux %}`
    fn shortcodes(&mut self, line: &str) -> bool {
        let mut found = false;
        let mut rest = line;
        while let Some(at) = rest
            .find("{{<")
            .or_else(|| rest.find("{{%"))
            .or_else(|| rest.find("{%"))
        {
            let inner = rest[at..].trim_start_matches(['{', '<', '%']);
            let end = inner
                .find("}}")
                .or_else(|| inner.find("%}"))
                .unwrap_or(inner.len());
            let code = inner[..end].trim_matches(['>', '%', ' ', '-', '\t']);
            rest = &inner[end..];
            let (name, arguments) = code.split_once(char::is_whitespace).unwrap_or((code, ""));
            let lower = name.to_ascii_lowercase();
            if NAMES.contains(&lower.as_str()) {
                found = true;
                let plural = lower.ends_with("tabs") || lower == "tabpane";
                let bare = || {
                    let first = arguments.split('|').next()?.trim();
                    let quote = first.chars().next()?;
                    let inner = if matches!(quote, '"' | '\'') {
                        first[1..].split(quote).next()?
                    } else {
                        first
                    };
                    (!inner.is_empty() && !first.contains('=')).then(|| inner.to_owned())
                };
                let title = attribute(arguments, &TITLES)
                    .or_else(bare)
                    .filter(|_| !plural);
                self.begin(lower, title);
            } else if let Some(name) = lower
                .strip_prefix('/')
                .or_else(|| lower.strip_prefix("end"))
                .map(str::trim)
                && NAMES.contains(&name)
            {
                found = true;
                self.end(&Until::Name(name.to_owned()));
            }
        }
        found
    }
}

/// The title of a block of colons: `tab Linux`, `{tab-item} Linux`, `details Title`; a note has none.
fn colon_title(name: &str) -> Option<String> {
    let name = name.trim_start_matches('{');
    let (kind, title) = name.split_once([' ', '}', '[']).unwrap_or((name, ""));
    let title = title.trim_matches(['}', ']', ' ', '"']);
    let folds = matches!(
        kind,
        "tab" | "tab-item" | "details" | "dropdown" | "collapse" | "zone"
    );
    (folds && !title.is_empty()).then(|| title.to_owned())
}
