//! Values of which only an apply may tell what they are.

use std::collections::BTreeMap;
use std::sync::Arc;

/// A value that may be known only after apply.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cell<T> {
    /// Known now.
    Known(T),
    /// Known after apply.
    Pending,
}

impl<T> Cell<T> {
    /// The value, if it is known.
    pub const fn known(&self) -> Option<&T> {
        match self {
            Cell::Known(value) => Some(value),
            Cell::Pending => None,
        }
    }
}

/// A text that may be known only after apply.
pub type TextCell = Cell<Arc<str>>;

/// Cells by the names that a user gives them: addresses of one family, groups, prefix lists, labels.
pub type Named<T> = BTreeMap<Arc<str>, Cell<T>>;
