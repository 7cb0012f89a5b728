//! From bytes to values and back, always against a [`Type`]: what does not fit is an error that names the place.
//!
//! [`msgpack`](super::msgpack) is how values travel, [`json`](super::json) how they lie in the state file. Both follow the
//! type down, so no input can lead them deeper than the type goes. A value of dynamic type brings its own type, so both
//! also count the levels.

use super::diagnostic::{Path, Step};
use super::value::Type;
use std::fmt;

/// A value that does not fit its type, or bytes that are not a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValueError {
    /// Innermost step first: it is put together on the way up.
    steps: Vec<Step>,
    what: String,
}

impl ValueError {
    pub(super) fn new(what: impl Into<String>) -> Self {
        ValueError {
            steps: Vec::new(),
            what: what.into(),
        }
    }

    pub(super) fn expected(ty: &Type, found: &str) -> Self {
        let expected = match ty {
            Type::String => "a string",
            Type::Number => "a number",
            Type::Bool => "true or false",
            Type::List(_) => "a list",
            Type::Set(_) => "a set",
            Type::Tuple(_) => "a tuple",
            Type::Dynamic => "a value with its type",
            Type::Map(_) => "a map",
            Type::Object(_) => "an object",
        };
        ValueError::new(format!("expected {expected}, found {found}"))
    }

    pub(super) fn attribute(self, name: &str) -> Self {
        self.below(Step::Attribute(name.to_owned()))
    }

    pub(super) fn key(self, key: &str) -> Self {
        self.below(Step::Key(key.to_owned()))
    }

    pub(super) fn index(self, index: usize) -> Self {
        self.below(Step::Index(i64::try_from(index).unwrap_or(i64::MAX)))
    }

    fn below(mut self, step: Step) -> Self {
        self.steps.push(step);
        self
    }

    /// Where.
    pub fn path(&self) -> Path {
        Path(self.steps.iter().rev().cloned().collect())
    }
}

impl fmt::Display for ValueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.steps.is_empty() {
            f.write_str(&self.what)
        } else {
            write!(f, "at `{}`: {}", self.path(), self.what)
        }
    }
}

impl std::error::Error for ValueError {}

/// The most levels of a value. Those of the schemas have less than ten, and no configuration that a person writes comes near.
pub(super) const MOST_DEPTH: usize = 64;

/// What goes deeper than [`MOST_DEPTH`]: it could use up the stack.
pub(super) fn too_deep() -> ValueError {
    ValueError::new(format!("the value has more than {MOST_DEPTH} levels"))
}

/// Whether the text is a decimal number, as the CLIs write numbers that do not fit a machine number: as in JSON, without
/// leading zeros.
pub(super) fn is_decimal(text: &str) -> bool {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    let is_whole = whole == "0" || !whole.starts_with('0');
    is_whole
        && [whole, fraction, exponent]
            .iter()
            .all(|it| !it.is_empty() && it.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Every digit of a finite float; `0.1` as a float is not one tenth.
pub(super) fn every_digit(float: f64) -> String {
    // The smallest float has 1074 binary places, hence as many decimal ones.
    let text = format!("{float:.1074}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" {
        "0".to_owned()
    } else {
        text.to_owned()
    }
}
