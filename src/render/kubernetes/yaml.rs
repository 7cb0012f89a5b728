//! Enough of YAML to write a manifest: every text quoted, every key in its place.

use std::fmt::Write;

/// Lines of block style, two spaces for each level.
#[derive(Default)]
pub(super) struct Yaml(String);

impl Yaml {
    /// A line of its own at a level, such as `spec:`.
    pub(super) fn line(&mut self, level: usize, text: &str) {
        // Writing to a string does not fail.
        let _ = writeln!(self.0, "{:indent$}{text}", "", indent = 2 * level);
    }

    /// `key: "text"`.
    pub(super) fn text(&mut self, level: usize, key: &str, text: &str) {
        self.line(level, &format!("{key}: {}", quoted(text)));
    }

    /// The whole.
    pub(super) fn finish(self) -> String {
        self.0
    }
}

/// A text in double quotes. It contains only printable ASCII, so no reader can mistake it for anything else.
pub(super) fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for it in text.chars() {
        match it {
            '"' | '\\' => quoted.extend(['\\', it]),
            ' '..='~' => quoted.push(it),
            other => {
                let _ = write!(quoted, "\\U{:08x}", u32::from(other));
            }
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_stay_texts() {
        assert_eq!(quoted("true"), "\"true\"");
        assert_eq!(quoted("a\"b\\c: #d"), "\"a\\\"b\\\\c: #d\"");
        assert_eq!(quoted("a\né🙂"), "\"a\\U0000000a\\U000000e9\\U0001f642\"");
    }
}
