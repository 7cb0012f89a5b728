//! Sensitive texts, and whether they are in others.

use super::address::Cidr;
use std::collections::BTreeSet;

/// The replacement of a sensitive text.
pub const HIDDEN: &str = "(sensitive)";

/// The shortest sensitive text, in bytes, that is searched for within words. Shorter ones are parts of many words.
const WITHIN_WORDS: usize = 4;

/// Texts that must not be shown: as they are written, and as rules have them. That is, an address in its canonical form, and the ports
/// of a service without their transport.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Secrets(BTreeSet<String>);

impl Secrets {
    /// Whether every text may be shown.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds other secrets.
    pub fn merge(&mut self, other: &Secrets) {
        self.0.extend(other.0.iter().cloned());
    }

    /// Whether a text is a secret.
    pub fn contain(&self, text: &str) -> bool {
        self.0.contains(text)
    }

    /// Whether a secret of four bytes or more is anywhere in a text.
    pub fn are_in(&self, text: &str) -> bool {
        let mut long = self.0.iter().filter(|it| it.len() >= WITHIN_WORDS);
        long.any(|it| text.contains(it.as_str()))
    }

    /// The same; shorter secrets count where they are a word of the text.
    pub fn are_in_words_of(&self, text: &str) -> bool {
        let mut words = text.split(|it: char| !it.is_alphanumeric());
        self.contain(text) || self.are_in(text) || words.any(|it| self.contain(it))
    }
}

impl Extend<String> for Secrets {
    fn extend<T: IntoIterator<Item = String>>(&mut self, texts: T) {
        for text in texts.into_iter().filter(|it| !it.is_empty()) {
            self.0
                .extend(Cidr::meant_by(&text).map(|it| it.to_string()));
            self.0.extend(ports(&text).map(str::to_owned));
            self.0.insert(text);
        }
    }
}

impl FromIterator<String> for Secrets {
    fn from_iter<T: IntoIterator<Item = String>>(texts: T) -> Secrets {
        let mut secrets = Secrets::default();
        secrets.extend(texts);
        secrets
    }
}

/// The ports of a service, e.g. `7001` and `7002` of `tcp/7001,7002`.
fn ports(service: &str) -> impl Iterator<Item = &str> {
    let is_transport = |it: &str| it.chars().all(|it| it.is_ascii_lowercase() || it == '+');
    let halves = service.split_once('/').filter(|it| is_transport(it.0));
    let ports = halves.into_iter().flat_map(|(_, tail)| tail.split(','));
    ports.map(str::trim).filter(|it| !it.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_found_however_they_are_shown() {
        let texts = [
            "FD00:0077:0::/64",
            "10.1.2.3",
            "bob",
            "tcp/7001,22",
            "quartz",
            "",
        ];
        let secrets: Secrets = texts.map(str::to_owned).into_iter().collect();
        for text in [
            "from fd00:77::/64",
            "10.1.2.3/32",
            "the quartz-net",
            "FD00:0077:0::/64",
            "web/tcp-7001/dmz",
        ] {
            assert!(
                secrets.are_in(text) && secrets.are_in_words_of(text),
                "{text}"
            );
        }
        for text in ["requested by bob", "tcp 22", "bob"] {
            assert!(
                !secrets.are_in(text) && secrets.are_in_words_of(text),
                "{text}"
            );
        }
        for text in ["bobsled", "tcp", "10.0.0.0/8", "220", ""] {
            assert!(!secrets.are_in_words_of(text), "{text}");
        }
        let none: Secrets = [String::new()].into_iter().collect();
        assert!(none.is_empty());
    }
}
