//! What the CLI shows a person: a severity, a headline, a text and the place in the configuration.

use std::fmt;

/// How bad it is. Warnings never stop a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Stops the run.
    Error,
    /// Shown to the user; does not stop the run.
    Warning,
}

/// One step of a path into a configuration.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// An attribute or a block, by name.
    Attribute(String),
    /// An element of a map, or a labelled block.
    Key(String),
    /// An element of a list.
    Index(i64),
}

/// A place in a configuration. Empty means the whole block.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Path(pub Vec<Step>);

impl Path {
    /// The whole block.
    pub const ROOT: Path = Path(Vec::new());

    /// This path and an attribute or block below it.
    #[must_use]
    pub fn attribute(&self, name: impl Into<String>) -> Path {
        self.join(Step::Attribute(name.into()))
    }

    /// This path and a map element or labelled block below it.
    #[must_use]
    pub fn key(&self, key: impl Into<String>) -> Path {
        self.join(Step::Key(key.into()))
    }

    /// This path and a list element below it.
    #[must_use]
    pub fn index(&self, index: usize) -> Path {
        self.join(Step::Index(i64::try_from(index).unwrap_or(i64::MAX)))
    }

    fn join(&self, step: Step) -> Path {
        let mut steps = self.0.clone();
        steps.push(step);
        Path(steps)
    }
}

/// As the CLIs write a place: `zone["web"].ports[0]`.
impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, step) in self.0.iter().enumerate() {
            match step {
                Step::Attribute(name) if at == 0 => write!(f, "{name}")?,
                Step::Attribute(name) => write!(f, ".{name}")?,
                Step::Key(key) => write!(f, "[{key:?}]")?,
                Step::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

/// One message to the person at the CLI.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Whether it stops the run.
    pub severity: Level,
    /// The headline. The CLI folds warnings of one headline into one.
    pub summary: String,
    /// What is wrong and what to do.
    pub detail: String,
    /// Where; the CLI points at the line.
    pub path: Path,
}

impl Diagnostic {
    /// An error about the whole block.
    pub fn error(summary: impl Into<String>, detail: impl Into<String>) -> Self {
        Diagnostic {
            severity: Level::Error,
            summary: summary.into(),
            detail: detail.into(),
            path: Path::ROOT,
        }
    }

    /// The same, at a place.
    #[must_use]
    pub fn at(self, path: Path) -> Self {
        Diagnostic { path, ..self }
    }
}
