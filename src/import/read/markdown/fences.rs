//! What is between fences, or between shortcodes like them: code, or the text of a directive.

use super::{Reader, content};
use crate::import::read::code;
use crate::import::read::markup::{Markup, plain};
use crate::import::read::rst;

impl Reader<'_, '_> {
    /// Reads what a fence opens or closes, and returns the line from which to read on.
    pub(super) fn fenced(&mut self, at: usize, fence: &str) -> usize {
        let info = content(self.lines.get(at))[fence.len()..].trim();
        if info.is_empty() && self.tabs.end_fence(fence) {
            self.tabs.show(&mut self.outline);
            return at + 1;
        }
        let mark = fence.chars().next().unwrap_or('`');
        let closes = |line: &str| {
            let rest = content(line).trim_start_matches(mark);
            rest.trim().is_empty() && content(line).len() - rest.len() >= fence.len()
        };
        let mut end = at + 1;
        while end < self.lines.count() && !closes(self.lines.get(end)) {
            end += 1;
        }
        if let Some(table) = rst::fenced(info, self.lines, at, end) {
            self.outline
                .table(rst::table(table, &|it| plain(it, Markup::Markdown)));
            return end + 1;
        }
        if let Some(argument) = rst::text_between_fences(info) {
            let is_title = self.tabs.begin_fence(info, fence);
            self.tabs.show(&mut self.outline);
            if !is_title {
                self.outline
                    .paragraph(&plain(argument, Markup::Markdown), at + 1, Some(0));
            }
            return self.after_options(at + 1);
        }
        self.code(at + 1, end);
        end + 1
    }

    /// The first line of a directive after its options: `:sync: linux`, or lines between `---`.
    fn after_options(&self, from: usize) -> usize {
        let line = |at: usize| content(self.lines.get(at));
        if line(from) == "---" {
            let end = (from + 1..self.lines.count()).take(MOST_OPTIONS);
            return end
                .into_iter()
                .find(|it| line(*it) == "---")
                .map_or(from, |it| it + 1);
        }
        let is_option = |line: &str| {
            let name = line.strip_prefix(':').and_then(|it| it.split_once(':'));
            name.is_some_and(|(name, _)| !name.is_empty() && !name.contains([' ', '`']))
        };
        let mut at = from;
        while is_option(line(at)) {
            at += 1;
        }
        at
    }

    /// Code, of which only lists by arrows are read. Tables with ports are named.
    fn code(&mut self, from: usize, end: usize) {
        let end = end.min(self.lines.count());
        // `Web → Database: 5432` is a list in all but its marks.
        for line in from..end {
            let text = content(self.lines.get(line));
            let arrow = ["→", "->", "↔"].iter().find_map(|it| text.find(it));
            if arrow.is_some_and(|it| text[it..].contains(": ")) {
                self.outline
                    .text(&plain(text, Markup::Markdown), line + 1, Some(0));
            }
        }
        code::name_tables(self.lines, from, end, &mut self.outline);
    }

    /// The line after code between shortcodes: `{{< highlight bash >}}`.
    pub(super) fn code_in_shortcode(&mut self, at: usize, line: &str) -> Option<usize> {
        let opens = |line: &str, name: &str| {
            let rest = line.trim_start_matches(['{', '<', '%', '-', ' ']);
            rest.len() < line.len() && rest.starts_with(name)
        };
        let names = ["code", "highlight"];
        let name = names
            .into_iter()
            .find(|it| line.starts_with('{') && opens(line, it))?;
        let end = [format!("/{name}"), format!("end{name}")];
        let ends = |at: &usize| {
            let line = self.lines.get(*at);
            let last = line.rfind('{').map_or("", |it| &line[it..]);
            end.iter().any(|it| opens(last, it))
        };
        // Without an end it is not a block, and the next is not, either.
        let found = (at..self.lines.count())
            .filter(|_| !self.open_code)
            .find(ends);
        self.open_code = found.is_none();
        let end = found?;
        code::name_tables(self.lines, at + 1, end, &mut self.outline);
        Some(end + 1)
    }
}

/// The most lines of options of a directive.
const MOST_OPTIONS: usize = 20;

/// The marks with which code begins.
pub(super) fn fence(line: &str) -> Option<&str> {
    let mark = line.chars().next().filter(|it| matches!(it, '`' | '~'))?;
    let length = line
        .bytes()
        .take_while(|it| char::from(*it) == mark)
        .count();
    (length >= 3 && !(mark == '`' && line[length..].contains('`'))).then(|| &line[..length])
}
