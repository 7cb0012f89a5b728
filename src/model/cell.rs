//! Values of which only an apply may tell what they are.

use std::collections::BTreeMap;
use std::sync::Arc;

/// A value that may be known only after apply.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MaybeKnown<T> {
    /// Known now.
    Known(T),
    /// Known after apply.
    Unknown,
}

impl<T> MaybeKnown<T> {
    /// The value, if it is known.
    pub const fn known(&self) -> Option<&T> {
        match self {
            MaybeKnown::Known(value) => Some(value),
            MaybeKnown::Unknown => None,
        }
    }
}

/// A text that may be known only after apply.
pub type MaybeKnownText = MaybeKnown<Arc<str>>;

/// Cells by the names that a user gives them: addresses of one family, groups, prefix lists, labels.
pub type ByName<T> = BTreeMap<Arc<str>, MaybeKnown<T>>;
