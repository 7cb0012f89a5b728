//! Findings: everything that the provider has to say, each under a stable code.

use super::code::Code;
use super::words::Severity;
use std::fmt;

/// A place in the user's configuration, in its own words: `zone["dmz"].ipv4["a"]`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place(Vec<Part>);

/// One step of a [`Place`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// An argument or a block.
    Field(&'static str),
    /// A label or the key of a map.
    Key(String),
    /// An element of a list.
    Index(usize),
}

impl Place {
    /// The block of a zone.
    pub fn zone(name: &str) -> Place {
        Place::default().field("zone").key(name)
    }

    /// The argument or block below this place.
    #[must_use]
    pub fn field(&self, name: &'static str) -> Place {
        self.join(Part::Field(name))
    }

    /// The labelled block or map element below this place.
    #[must_use]
    pub fn key(&self, key: &str) -> Place {
        self.join(Part::Key(key.to_owned()))
    }

    /// The list element below this place.
    #[must_use]
    pub fn index(&self, index: usize) -> Place {
        self.join(Part::Index(index))
    }

    /// The steps from the top.
    pub fn parts(&self) -> &[Part] {
        &self.0
    }

    fn join(&self, part: Part) -> Place {
        Place(self.0.iter().cloned().chain([part]).collect())
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, part) in self.0.iter().enumerate() {
            match part {
                Part::Field(name) if at == 0 => f.write_str(name)?,
                Part::Field(name) => write!(f, ".{name}")?,
                Part::Key(key) => write!(f, "[{key:?}]")?,
                Part::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

/// A sentence of the documentation as messages have it: lower case, no full stop.
pub fn in_line(sentence: &str) -> String {
    let mut rest = sentence.trim_end_matches('.').chars();
    let first = rest
        .next()
        .map(|it| it.to_lowercase().to_string())
        .unwrap_or_default();
    // A word in capitals, such as AWS, stays.
    if rest.clone().next().is_some_and(char::is_uppercase) {
        return sentence.trim_end_matches('.').to_owned();
    }
    first + rest.as_str()
}

/// One thing to say.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// Under which code.
    pub code: Code,
    /// How bad it is here.
    pub severity: Severity,
    /// What it is about, in a form that an `accept` block can name.
    pub subject: String,
    /// What is wrong: lower case, no full stop, the user's own words in backticks.
    pub message: String,
    /// What to do.
    pub remedy: String,
    /// Where.
    pub place: Place,
}

impl Finding {
    /// A finding of the code's own severity, with the code's own remedy.
    pub fn new(code: Code, subject: impl Into<String>, message: impl Into<String>) -> Finding {
        let about = code.about();
        Finding {
            code,
            severity: about.severity,
            subject: subject.into(),
            message: message.into(),
            remedy: in_line(about.remedy),
            place: Place::default(),
        }
    }

    /// A mistake in one argument; the place is its subject.
    pub fn at(code: Code, place: &Place, message: impl Into<String>) -> Finding {
        Finding {
            place: place.clone(),
            ..Finding::new(code, place.to_string(), message)
        }
    }

    /// The same with a remedy for just this case.
    #[must_use]
    pub fn remedy(self, remedy: impl Into<String>) -> Finding {
        Finding {
            remedy: remedy.into(),
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
    pub fn point(self, place: &Place) -> Finding {
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
    fn places_read_like_the_configuration() {
        let place = Place::default()
            .field("zone")
            .key("dmz")
            .field("components")
            .index(2);
        assert_eq!(place.to_string(), "zone[\"dmz\"].components[2]");
    }
}
