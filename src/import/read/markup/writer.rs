//! Text of which markup is removed when all of it is known.

use super::{Markup, is_item};
use crate::import::read::lines::beginning;
use crate::import::read::plain::Plain;
use crate::import::read::tags::decoded;
use std::collections::BTreeMap;
use std::ops::Range;

/// The longest shortcode, expression or address of a link. What is longer is text.
const MAX_SHORT: usize = 1000;

/// Writes text, and remembers what has to be removed from it again.
#[derive(Debug, Default)]
pub(super) struct Writer<'t> {
    pub(super) raw: &'t str,
    /// Up to where `raw` was read.
    pub(super) at: usize,
    pub(super) out: String,
    /// Ranges of `out` that are markup or struck out.
    pub(super) holes: Vec<Range<usize>>,
    /// Where `[` are in `out`.
    brackets: Vec<usize>,
    /// Runs of `*`, `_` and `~` in `out` that may open emphasis.
    openers: BTreeMap<char, Vec<Range<usize>>>,
    /// Where `<sup>` is in `out`.
    pub(super) sup: Option<usize>,
    /// Where the outermost tag that strikes text out is in `out`, and how many are open.
    pub(super) struck: Option<(usize, usize)>,
    pub(super) notes: Vec<Range<usize>>,
    marks: Vec<String>,
    /// Where code begins in `raw`: its text, and its end.
    code: BTreeMap<usize, (Range<usize>, usize)>,
}

impl<'t> Writer<'t> {
    pub(super) fn new(raw: &'t str) -> Self {
        Writer {
            raw,
            out: String::with_capacity(raw.len()),
            ..Writer::default()
        }
    }

    /// Finds code between runs of backticks of one length.
    pub(super) fn find_code(&mut self) {
        let mut runs: Vec<Range<usize>> = Vec::new();
        for (at, _) in self.raw.match_indices('`') {
            match runs.last_mut() {
                Some(last) if last.end == at => last.end += 1,
                _ => runs.push(at..at + 1),
            }
        }
        let mut next: BTreeMap<usize, usize> = BTreeMap::new();
        let mut partner = vec![None; runs.len()];
        for (index, run) in runs.iter().enumerate().rev() {
            partner[index] = next.insert(run.len(), index);
        }
        let mut index = 0;
        while let Some(run) = runs.get(index) {
            match partner[index] {
                Some(other) => {
                    self.code
                        .insert(run.start, (run.end..runs[other].start, runs[other].end));
                    index = other + 1;
                }
                None => index += 1,
            }
        }
    }

    /// Text between tags.
    pub(super) fn run(&mut self, range: Range<usize>, markup: Markup, keeps_lines: bool) {
        self.at = range.start;
        if markup == Markup::Html {
            let text = decoded(&self.raw[range.clone()]).into_owned();
            let text = if keeps_lines {
                text
            } else {
                text.replace('\n', " ")
            };
            self.out.push_str(&text);
            self.at = range.end;
            return;
        }
        while self.at < range.end {
            let rest = &self.raw[self.at..];
            let Some(first) = rest.chars().next() else {
                return;
            };
            if let Some((text, end)) = self.code.get(&self.at).cloned() {
                self.out.push_str(&self.raw[text].replace('\n', " "));
                self.at = end;
            } else if let Some(taken) = self.special(first, rest, keeps_lines) {
                self.at += taken;
            } else {
                let end = rest
                    .find(SPECIAL)
                    .unwrap_or(rest.len())
                    .max(first.len_utf8());
                let end = end.min(range.end - self.at).max(first.len_utf8());
                self.out.push_str(&rest[..end]);
                self.at += end;
            }
        }
    }

    /// Handles a character with a meaning, and returns how much of `rest` that was.
    fn special(&mut self, first: char, rest: &str, keeps_lines: bool) -> Option<usize> {
        match first {
            '\\' => {
                let escaped = rest[1..].chars().next()?;
                if escaped == '\n' {
                    self.out.push('\n');
                    return Some(2);
                }
                escaped.is_ascii_punctuation().then(|| {
                    self.out.push(escaped);
                    2
                })
            }
            '&' => {
                let end = rest.bytes().take(40).position(|it| it == b';')? + 1;
                self.out.push_str(&decoded(&rest[..end]));
                Some(end)
            }
            '\n' => {
                let next = rest[1..].lines().next().unwrap_or("").trim();
                let ends = keeps_lines || next.is_empty() || is_item(next);
                self.out.push(if ends { '\n' } else { ' ' });
                Some(1)
            }
            '{' => self.braces(rest),
            '!' if rest.starts_with("![") => Some(1),
            '[' => {
                if let Some(mark) = rest.strip_prefix("[^") {
                    let end = mark.bytes().take(60).position(|it| it == b']')?;
                    self.marks.push(mark[..end].to_owned());
                    return Some(end + 3);
                }
                self.brackets.push(self.out.len());
                self.out.push('[');
                Some(1)
            }
            ']' => Some(self.bracket(rest)),
            '*' | '_' | '~' => Some(self.emphasis(first, rest)),
            _ => None,
        }
    }

    /// The end of a link, after which its address is dropped; or a bracket.
    fn bracket(&mut self, rest: &str) -> usize {
        let open = self.brackets.pop();
        let target = if rest[1..].starts_with('(') {
            link_end(&rest[1..], '(', ')')
        } else if rest[1..].starts_with('[') {
            link_end(&rest[1..], '[', ']')
        } else {
            None
        };
        let (Some(open), Some(end)) = (open, target) else {
            self.out.push(']');
            return 1;
        };
        self.holes.push(open..open + 1);
        let mut end = 1 + end;
        // `[text](address){target="_blank"}`
        if rest[end..].starts_with("{:")
            || rest[end..].starts_with("{ ")
            || rest[end..].starts_with("{target")
        {
            end += short(&rest[end..], "}").unwrap_or(0);
        }
        end
    }

    /// Shortcodes and expressions: what is shown of them.
    fn braces(&mut self, rest: &str) -> Option<usize> {
        for (open, close) in [
            ("{{<", ">}}"),
            ("{{%", "%}}"),
            ("{%", "%}"),
            ("{/*", "*/}"),
            ("{:", "}"),
        ] {
            if let Some(inner) = rest.strip_prefix(open) {
                let end = short(rest, close);
                // `{{< param manager_name >}}` shows a value of the site, in the place of which its name is read.
                let name = inner.trim_start().strip_prefix("param ");
                if let (Some(name), Some(_)) = (name, end) {
                    let name = name.split([' ', '>', '%']).find(|it| !it.is_empty());
                    let name = name.unwrap_or_default().trim_matches('"');
                    let name = name.trim_end_matches("_name");
                    self.out.push_str(&name.replace(['_', '.'], " "));
                }
                return end;
            }
        }
        let quote = rest[1..]
            .chars()
            .next()
            .filter(|it| matches!(it, '"' | '\'' | '`'))?;
        let end = short(
            &rest[2..],
            if quote == '`' {
                "`}"
            } else if quote == '"' {
                "\"}"
            } else {
                "'}"
            },
        )?;
        self.out.push_str(&rest[2..end]);
        Some(2 + end)
    }

    /// A run of characters that may begin or end emphasis.
    fn emphasis(&mut self, mark: char, rest: &str) -> usize {
        let length = rest
            .bytes()
            .take_while(|it| char::from(*it) == mark)
            .count();
        let before = self.raw[..self.at].chars().next_back().unwrap_or(' ');
        let after = rest[length..].chars().next().unwrap_or(' ');
        let odd =
            |it: char| it.is_ascii_punctuation() || (!it.is_alphanumeric() && !it.is_whitespace());
        let left = !after.is_whitespace() && (!odd(after) || before.is_whitespace() || odd(before));
        let right =
            !before.is_whitespace() && (!odd(before) || after.is_whitespace() || odd(after));
        let (opens, closes) = match mark {
            '_' => (
                left && (!right || odd(before)),
                right && (!left || odd(after)),
            ),
            '~' => (left && length > 1, right && length > 1),
            _ => (left, right),
        };
        let start = self.out.len();
        self.out.push_str(&rest[..length]);
        let mut run = start..start + length;
        let openers = self.openers.entry(mark).or_default();
        while closes && !run.is_empty() {
            let Some(mut opener) = openers.pop() else {
                break;
            };
            let both = run.len().min(opener.len());
            if mark == '~' {
                // What is struck out does not hold.
                self.holes.push(opener.start..run.start + both);
            } else {
                self.holes.push(opener.end - both..opener.end);
                self.holes.push(run.start..run.start + both);
            }
            run.start += both;
            opener.end -= both;
            if !opener.is_empty() {
                openers.push(opener);
            }
        }
        if opens && !run.is_empty() {
            openers.push(run);
        }
        length
    }

    pub(super) fn finish(mut self) -> Plain {
        self.holes.sort_by_key(|it| (it.start, it.end));
        let mut marks = self.marks;
        for note in &self.notes {
            let text = Plain::new(&without(&self.out, note.clone(), &self.holes)).text;
            if !text.is_empty() {
                marks.push(text.replace('\n', " "));
            }
        }
        let mut all = self.holes;
        all.extend(self.notes);
        all.sort_by_key(|it| (it.start, it.end));
        Plain {
            marks,
            ..Plain::new(&without(&self.out, 0..self.out.len(), &all))
        }
    }
}

/// Characters that `special` knows, and backticks.
const SPECIAL: [char; 12] = ['\\', '&', '\n', '{', '!', '[', ']', '*', '_', '~', '`', '<'];

/// A part of a text without some of its parts, which are sorted.
fn without(text: &str, part: Range<usize>, holes: &[Range<usize>]) -> String {
    let mut kept = String::with_capacity(part.len());
    let mut at = part.start;
    let first = holes.partition_point(|it| it.start < part.start);
    for hole in holes[first..].iter().take_while(|it| it.start < part.end) {
        if hole.start > at {
            kept.push_str(&text[at..hole.start]);
        }
        at = at.max(hole.end.min(part.end));
    }
    kept.push_str(&text[at..part.end]);
    kept
}

/// Where a short piece ends, with its end.
fn short(rest: &str, end: &str) -> Option<usize> {
    Some(beginning(rest, MAX_SHORT).find(end)? + end.len())
}

/// Where the address of a link ends, which may have brackets in pairs and shortcodes.
fn link_end(rest: &str, open: char, close: char) -> Option<usize> {
    let mut depth = 0_usize;
    let line = beginning(rest, MAX_SHORT);
    let line = line.find('\n').map_or(line, |it| &line[..it]);
    for (at, it) in line.match_indices([open, close]) {
        if it.starts_with(open) {
            depth += 1;
        } else {
            depth -= 1;
            if depth == 0 {
                return Some(at + 1);
            }
        }
    }
    None
}
