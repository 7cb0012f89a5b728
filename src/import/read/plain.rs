//! Plain text: what is left of a cell or a paragraph without its markup.

/// A text without markup.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Plain {
    pub(super) text: String,
    /// The marks of footnotes that were in it, such as `1` or `*`.
    pub(super) marks: Vec<String>,
    /// The whole text was strong, as headers are.
    pub(super) strong: bool,
}

/// The characters that mark footnotes.
const SYMBOLS: [char; 4] = ['*', '†', '‡', '§'];

impl Plain {
    /// Text from which markup was removed: spaces are joined, empty lines dropped, and list items lose their bullets.
    pub(super) fn new(text: &str) -> Self {
        let mut lines: Vec<String> = Vec::new();
        for line in text.lines() {
            let visible = line.replace(['\u{200b}', '\u{ad}', '\u{feff}'], "");
            let mut joined = String::with_capacity(visible.len());
            for word in visible.split_whitespace() {
                if !joined.is_empty() {
                    joined.push(' ');
                }
                joined.push_str(word);
            }
            if !joined.is_empty() {
                lines.push(joined);
            }
        }
        let bullets: &[&str] = if lines.len() > 1 {
            &["• ", "· ", "- ", "* "]
        } else {
            &["• "]
        };
        for line in &mut lines {
            if let Some(rest) = bullets.iter().find_map(|it| line.strip_prefix(it)) {
                *line = rest.to_owned();
            }
        }
        Plain {
            text: lines.join("\n"),
            ..Plain::default()
        }
    }

    /// Moves symbols of footnotes from the text of a cell to its marks: `50000*`, `0, 8 *`, `(8501)*`. A `*` in `*.example.com` or
    /// `kube-*` is part of a name, and a `*` by itself is a value.
    pub(super) fn without_symbols(mut self) -> Self {
        if !self.text.contains(SYMBOLS) {
            return self;
        }
        let mut kept = String::with_capacity(self.text.len());
        for (number, line) in self.text.split('\n').enumerate() {
            if number > 0 {
                kept.push('\n');
            }
            let words: Vec<&str> = line.split(' ').collect();
            let mut first = true;
            for (place, word) in words.iter().enumerate() {
                // Punctuation may follow the mark.
                let bare = word.trim_end_matches([',', ';', '.']);
                let stem = bare.trim_end_matches(SYMBOLS);
                let mark = &bare[stem.len()..];
                let at_edge = place == 0 || place + 1 == words.len();
                let is_mark = !mark.is_empty()
                    && mark.chars().count() <= 3
                    && if stem.is_empty() {
                        at_edge && words.len() > 1
                    } else {
                        stem.ends_with(|it: char| it.is_alphanumeric() || it == ')')
                    };
                let left = if is_mark {
                    self.marks.push(mark.to_owned());
                    format!("{stem}{}", &word[bare.len()..])
                } else {
                    (*word).to_owned()
                };
                if left.is_empty() {
                    continue;
                }
                if !first {
                    kept.push(' ');
                }
                first = false;
                kept.push_str(&left);
            }
        }
        self.text = kept;
        self
    }
}

/// The mark with which the text of a footnote begins, and the footnote.
pub(super) fn footnote(text: &str) -> Option<(&str, &str)> {
    let stem = text.trim_start_matches(SYMBOLS);
    if stem.len() < text.len() {
        let mark = &text[..text.len() - stem.len()];
        return (mark.chars().count() <= 3 && !stem.trim().is_empty()).then(|| (mark, stem.trim()));
    }
    // `[3] …`
    if let Some(end) = text
        .strip_prefix('[')
        .and_then(|it| it.find(']'))
        .filter(|it| (1..=3).contains(it))
    {
        let body = text[end + 2..].trim_start_matches(':').trim();
        let number = text[1..=end].bytes().all(|it| it.is_ascii_digit());
        return (number && !body.is_empty()).then(|| (&text[..end + 2], body));
    }
    // `Note 2: …`
    let (head, body) = text.split_once(':')?;
    let number = head
        .strip_prefix("Note ")
        .or_else(|| head.strip_prefix("note "))?;
    let is_number =
        !number.is_empty() && number.len() <= 3 && number.bytes().all(|it| it.is_ascii_digit());
    (is_number && !body.trim().is_empty()).then(|| (head, body.trim()))
}

/// Whether a text has a number that could be a port: two to five digits up to 65535 that are not part of a word, a version or an
/// address.
pub(super) fn has_port(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if !bytes[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        let start = at;
        while at < bytes.len() && bytes[at].is_ascii_digit() {
            at += 1;
        }
        let joined = |it: Option<&u8>| it.is_some_and(|it| it.is_ascii_alphabetic() || *it == b'_');
        let dotted = |point: Option<&u8>, digit: Option<&u8>| {
            point == Some(&b'.') && digit.is_some_and(u8::is_ascii_digit)
        };
        let before = |back: usize| start.checked_sub(back).and_then(|it| bytes.get(it));
        let good = (2..=5).contains(&(at - start))
            && text[start..at].parse::<u32>().is_ok_and(|it| it <= 65535)
            && !joined(before(1))
            && !joined(bytes.get(at))
            && !dotted(before(1), before(2))
            && !dotted(bytes.get(at), bytes.get(at + 1));
        if good {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::{Plain, footnote, has_port};

    #[test]
    fn spaces_are_joined_and_items_lose_their_bullets() {
        assert_eq!(
            Plain::new(" a \u{a0} b\n\n - c\n-\u{200b} d ").text,
            "a b\nc\nd"
        );
        assert_eq!(Plain::new(" - ").text, "-");
        assert_eq!(Plain::new("- 443").text, "- 443");
    }

    #[test]
    fn symbols_of_footnotes_are_marks_and_globs_are_names() {
        for (text, left, marks) in [
            ("50000*", "50000", "*"),
            ("0, 8 *", "0, 8", "*"),
            ("disabled (8501)**", "disabled (8501)", "**"),
            ("443*, 80", "443, 80", "*"),
            ("* HTTP access", "HTTP access", "*"),
            ("9†", "9", "†"),
            ("*", "*", ""),
            ("*.example.com", "*.example.com", ""),
            ("kube-*", "kube-*", ""),
            ("a * b", "a * b", ""),
        ] {
            let plain = Plain::new(text).without_symbols();
            assert_eq!(
                (plain.text.as_str(), plain.marks.join(" ").as_str()),
                (left, marks)
            );
        }
    }

    #[test]
    fn footnotes_begin_with_their_mark() {
        assert_eq!(footnote("* only with TLS"), Some(("*", "only with TLS")));
        assert_eq!(
            footnote("Note 2: another port"),
            Some(("Note 2", "another port"))
        );
        assert_eq!(footnote("[3] with TLS"), Some(("[3]", "with TLS")));
        assert_eq!(footnote("Note that: x"), None);
        assert_eq!(footnote("*"), None);
    }

    #[test]
    fn ports_are_numbers_by_themselves() {
        for text in ["TCP/443", "port 22.", "8000-8100", "a:9092"] {
            assert!(has_port(text), "{text}");
        }
        for text in [
            "1.26.5", "10.0.0.1", "x86", "port 7", "64GB", "70000", "IPv4",
        ] {
            assert!(!has_port(text), "{text}");
        }
    }
}
