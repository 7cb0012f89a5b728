//! Places in a text as lines.

/// The lines of a text, and where they begin.
#[derive(Debug)]
pub(super) struct Lines<'t> {
    pub(super) text: &'t str,
    starts: Vec<usize>,
}

impl<'t> Lines<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let after = text.match_indices('\n').map(|(at, _)| at + 1);
        let starts = std::iter::once(0).chain(after).collect();
        Lines { text, starts }
    }

    pub(super) fn count(&self) -> usize {
        self.starts.len()
    }

    /// A line without its end, or "" after the last. From 0.
    pub(super) fn get(&self, index: usize) -> &'t str {
        let Some(start) = self.starts.get(index) else {
            return "";
        };
        let end = self
            .starts
            .get(index + 1)
            .map_or(self.text.len(), |it| it - 1);
        &self.text[*start..end]
    }

    /// Where a line begins.
    pub(super) fn start(&self, index: usize) -> usize {
        self.starts.get(index).copied().unwrap_or(self.text.len())
    }

    /// The line of a place, from 0.
    pub(super) fn index(&self, at: usize) -> usize {
        self.starts.partition_point(|it| *it <= at) - 1
    }

    /// The line of a place, from 1.
    pub(super) fn number(&self, at: usize) -> usize {
        self.index(at) + 1
    }

    /// Lines, joined by line ends.
    pub(super) fn joined(&self, from: usize, to: usize) -> &'t str {
        let end = if to >= self.count() {
            self.text.len()
        } else {
            self.start(to)
        };
        &self.text[self.start(from).min(end)..end]
    }
}

/// The first bytes of a text, as far as they are whole characters.
pub(super) fn beginning(text: &str, bytes: usize) -> &str {
    let end = (0..=bytes.min(text.len()))
        .rev()
        .find(|it| text.is_char_boundary(*it));
    &text[..end.unwrap_or(0)]
}

/// How many columns a line is indented. A tab counts to the next multiple of four.
pub(super) fn indent(line: &str) -> usize {
    line.bytes()
        .take_while(|it| matches!(it, b' ' | b'\t'))
        .fold(0, |column, it| {
            if it == b'\t' {
                (column / 4 + 1) * 4
            } else {
                column + 1
            }
        })
}
