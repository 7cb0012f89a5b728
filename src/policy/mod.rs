//! Who may talk to whom: a matrix of zones, held against the rules of a layout. Pure; it knows no product and no platform.
//!
//! A cell says what one end may send to another. It beats another cell if it names both ends at least as closely, and one of them
//! more closely. All cells that are not beaten hold: traffic needs the permission of each.

mod cells;
mod judge;
mod names;
mod services;
mod words;

pub use judge::{Inputs, Named, exempting, judge};
pub use names::{duplicate, duplicates, unknown_names};
pub use services::parse_services;

use crate::model::day::Day;
use crate::model::finding::ConfigPath;
use crate::model::services::Services;
use crate::model::words::{Severity, Trust, vocabulary};
use std::fmt;
use std::sync::Arc;

/// Days before the end of an exception from which on it is reported, unless the user says otherwise.
pub const WARN_DAYS: u32 = 30;

/// A matrix, and what is exempt from it.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    /// The cells. Their order does not matter.
    pub cells: Vec<Cell>,
    /// The exceptions. Their order does not matter.
    pub exceptions: Vec<Exception>,
}

impl Policy {
    /// Whether there is nothing to judge by.
    pub fn is_empty(&self) -> bool {
        self.cells.is_empty() && self.exceptions.is_empty()
    }

    /// The cells and exceptions of both.
    #[must_use]
    pub fn with(&self, other: &Policy) -> Policy {
        Policy {
            cells: [&self.cells[..], &other.cells].concat(),
            exceptions: [&self.exceptions[..], &other.exceptions].concat(),
        }
    }
}

/// What one end may send to another.
#[derive(Clone, Debug)]
pub struct Cell {
    /// Who opens the connection.
    pub from: End,
    /// Who listens.
    pub to: End,
    /// What is allowed.
    pub access: Access,
    /// The services of [`Access::AllowOnly`] and [`Access::BlockOnly`].
    pub services: Services,
    /// How bad a violation is.
    pub severity: Severity,
    /// Whether a violation is only reported.
    pub monitor: bool,
    /// Why.
    pub reason: Option<String>,
    /// Where it is written.
    pub origin: Origin,
}

/// Traffic that is permitted although a policy refuses it.
#[derive(Clone, Debug)]
pub struct Exception {
    /// Who opens the connection.
    pub from: End,
    /// Who listens.
    pub to: End,
    /// What is permitted.
    pub services: Services,
    /// Why.
    pub reason: String,
    /// Where it was approved.
    pub ticket: Option<String>,
    /// Who asked for it.
    pub requester: Option<String>,
    /// Who approved it.
    pub approver: Option<String>,
    /// The last day on which it is valid. If there is none, it stays valid.
    pub expires: Option<Day>,
    /// Where it is written.
    pub origin: Origin,
}

/// One end of a cell.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum End {
    /// `*`, also written `any`: everyone.
    Any,
    /// `trust:<level>`: every zone of this trust.
    Trust(Trust),
    /// A zone, a segment, or `<label>.<component>` of a product's component with a fixed address.
    Name(Arc<str>),
}

impl End {
    /// Reads an end.
    ///
    /// # Errors
    /// If a level of trust is unknown: its name.
    pub fn parse(text: &str) -> Result<End, &str> {
        match (text, text.strip_prefix("trust:")) {
            ("*", _) => Ok(End::Any),
            // The word of Tufin's matrices.
            (any, _) if any.eq_ignore_ascii_case("any") => Ok(End::Any),
            (_, Some(level)) => Trust::parse(level).map(End::Trust).ok_or(level),
            (name, None) => Ok(End::Name(name.into())),
        }
    }

    /// How closely it names an end.
    const fn closeness(&self) -> u8 {
        match self {
            End::Any => 0,
            End::Trust(_) => 1,
            End::Name(_) => 2,
        }
    }
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            End::Any => f.write_str("*"),
            End::Trust(level) => write!(f, "trust:{level}"),
            End::Name(name) => f.write_str(name),
        }
    }
}

/// Where a cell or an exception is written.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    /// The place in the resource, if it is there.
    pub place: ConfigPath,
    /// The place in words, if it is elsewhere: in the provider block, or in a file.
    pub elsewhere: Option<String>,
    /// Whether it is one of many in data, which may serve other layouts too.
    pub in_data: bool,
}

impl Origin {
    /// For a message.
    fn words(&self) -> String {
        self.elsewhere
            .clone()
            .unwrap_or_else(|| format!("`{}`", self.place))
    }
}

vocabulary! {
    /// What a cell allows.
    Access {
        Allow = "allow": "everything",
        Block = "block": "nothing",
        AllowOnly = "allow-only": "the services listed, and nothing else",
        BlockOnly = "block-only": "everything but the services listed",
    }
}

impl Access {
    /// Whether the access depends on a list of services.
    pub const fn has_services(self) -> bool {
        matches!(self, Access::AllowOnly | Access::BlockOnly)
    }
}
