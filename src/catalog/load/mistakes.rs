//! The mistakes in a product file, each with line and column.

use crate::model::name::suggest;
use std::fmt;

/// One mistake in a product file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mistake {
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
    /// What was found and what is allowed.
    pub message: String,
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.line, self.column, self.message)
    }
}

/// Errors up to which a known name is suggested for an unknown one. Longer lists are not read, and many searches are slow.
const MAX_HELPED: usize = 1000;

/// The characters of the longest message. What is longer quotes a text that has no place in a message.
const MAX_MESSAGE: usize = 2000;

/// The mistakes of one file, gathered by byte offset.
#[derive(Debug)]
pub(super) struct Mistakes<'t> {
    text: &'t str,
    found: Vec<(usize, String)>,
}

impl<'t> Mistakes<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Mistakes {
            text,
            found: Vec::new(),
        }
    }

    pub(super) fn add(&mut self, at: usize, message: impl Into<String>) {
        let mut message = message.into();
        if message.len() > MAX_MESSAGE && message.chars().count() > MAX_MESSAGE {
            let part = MAX_MESSAGE / 2;
            let head = message.chars().take(part);
            let tail = message.chars().skip(message.chars().count() - part);
            message = head.chain(" … ".chars()).chain(tail).collect();
        }
        self.found.push((at.min(self.text.len()), message));
    }

    /// An unknown name, with what is most likely meant.
    pub(super) fn add_unknown<'a>(
        &mut self,
        at: usize,
        message: String,
        name: &str,
        known: impl IntoIterator<Item = &'a str> + Clone,
    ) {
        let helped = self.found.len() < MAX_HELPED;
        let help = helped.then(|| format!("; {}", suggest(name, known)));
        self.add(at, message + &help.unwrap_or_default());
    }

    pub(super) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// In the order of the file, each once.
    pub(super) fn into_sorted(mut self) -> Vec<Mistake> {
        self.found.sort();
        self.found.dedup();
        let (mut line, mut column, mut seen) = (1, 1, 0);
        self.found
            .into_iter()
            .map(|(at, message)| {
                for byte in &self.text.as_bytes()[seen..at] {
                    if *byte == b'\n' {
                        (line, column) = (line + 1, 1);
                    } else if byte & 0b1100_0000 != 0b1000_0000 {
                        // The first byte of a character.
                        column += 1;
                    }
                }
                seen = at;
                Mistake {
                    line,
                    column,
                    message,
                }
            })
            .collect()
    }
}
