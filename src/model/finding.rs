//! Findings: everything that the provider reports, each with a stable code.

use super::code::Code;
use super::words::Severity;
use std::fmt;

/// A place in the user's configuration, written as there: `zone["dmz"].ipv4["a"]`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct ConfigPath(Vec<Step>);

/// One step of a [`ConfigPath`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// An argument or a block.
    Field(&'static str),
    /// A label or the key of a map.
    Key(String),
    /// An element of a list.
    Index(usize),
}

impl ConfigPath {
    /// The block of a zone.
    pub fn zone(name: &str) -> ConfigPath {
        ConfigPath::default().field("zone").key(name)
    }

    /// The argument or block below this place.
    #[must_use]
    pub fn field(&self, name: &'static str) -> ConfigPath {
        self.join(Step::Field(name))
    }

    /// The labelled block or map element below this place.
    #[must_use]
    pub fn key(&self, key: &str) -> ConfigPath {
        self.join(Step::Key(key.to_owned()))
    }

    /// The list element below this place.
    #[must_use]
    pub fn index(&self, index: usize) -> ConfigPath {
        self.join(Step::Index(index))
    }

    /// The place that further steps lead to.
    #[must_use]
    pub fn then(&self, steps: &[Step]) -> ConfigPath {
        ConfigPath(self.0.iter().chain(steps).cloned().collect())
    }

    /// The steps from the top.
    pub fn parts(&self) -> &[Step] {
        &self.0
    }

    fn join(&self, part: Step) -> ConfigPath {
        ConfigPath(self.0.iter().cloned().chain([part]).collect())
    }
}

impl fmt::Display for ConfigPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, part) in self.0.iter().enumerate() {
            match part {
                Step::Field(name) if at == 0 => f.write_str(name)?,
                Step::Field(name) => write!(f, ".{name}")?,
                Step::Key(key) => write!(f, "[{key:?}]")?,
                Step::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

/// Advice as a sentence of its own: a capital letter first, a full stop last. Names in the vendors' spelling stay as they are,
/// and so does what ends in punctuation or in a line of configuration.
fn sentence(text: &str) -> String {
    let mut rest = text.chars();
    let first = rest.next().filter(char::is_ascii_lowercase);
    let mut sentence = first.map_or_else(
        || text.to_owned(),
        |it| it.to_ascii_uppercase().to_string() + rest.as_str(),
    );
    if !text.is_empty() && !text.contains('\n') && !text.ends_with(['.', '?', '!', ':']) {
        sentence.push('.');
    }
    sentence
}

/// A note of the catalogue inside a message that continues after it: one sentence without its full stop, several unchanged.
pub fn as_note(text: &str) -> &str {
    if text.contains(". ") {
        text
    } else {
        text.trim_end_matches('.')
    }
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// Its code.
    pub code: Code,
    /// Its severity here.
    pub severity: Severity,
    /// What it is about, in the form that `accept` blocks match.
    pub subject: String,
    /// What is wrong: lower case, no full stop, the user's own words in backticks.
    pub message: String,
    /// What to do, as sentences.
    pub remedy: String,
    /// Where in the configuration.
    pub place: ConfigPath,
}

impl Finding {
    /// A finding of the code's own severity, with the code's own remedy.
    pub fn new(code: Code, subject: impl Into<String>, message: impl Into<String>) -> Finding {
        let about = code.doc();
        Finding {
            code,
            severity: about.severity,
            subject: subject.into(),
            message: message.into(),
            remedy: about.remedy.to_owned(),
            place: ConfigPath::default(),
        }
    }

    /// An error in one argument; the place is its subject.
    pub fn for_argument(code: Code, place: &ConfigPath, message: impl Into<String>) -> Finding {
        Finding {
            place: place.clone(),
            ..Finding::new(code, place.to_string(), message)
        }
    }

    /// The same with a remedy for just this case.
    #[must_use]
    pub fn remedy(self, remedy: impl Into<String>) -> Finding {
        Finding {
            remedy: sentence(&remedy.into()),
            ..self
        }
    }

    /// The same with another severity.
    #[must_use]
    pub fn severity(self, severity: Severity) -> Finding {
        Finding { severity, ..self }
    }

    /// The same, pointing at a place.
    #[must_use]
    pub fn at(self, place: &ConfigPath) -> Finding {
        Finding {
            place: place.clone(),
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn advice_is_a_sentence_and_keeps_the_case_of_names() {
        for (text, expected) in [
            ("write `443`", "Write `443`."),
            ("`ipv4` is missing", "`ipv4` is missing."),
            ("did you mean `kong`?", "Did you mean `kong`?"),
            ("İki kez", "İki kez."),
            ("NodePort first. Then kong", "NodePort first. Then kong."),
            ("add this:\nmoved {}", "Add this:\nmoved {}"),
        ] {
            assert_eq!(sentence(text), expected);
        }
        assert_eq!(as_note("Kong says so."), "Kong says so");
        assert_eq!(as_note("One. Two."), "One. Two.");
    }

    #[test]
    fn places_read_like_the_configuration() {
        let place = ConfigPath::default()
            .field("zone")
            .key("dmz")
            .field("components")
            .index(2);
        assert_eq!(place.to_string(), "zone[\"dmz\"].components[2]");
    }
}
