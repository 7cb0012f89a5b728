//! Which differences fail a review.

use super::Kind;
use crate::model::words::vocabulary;

vocabulary! {
    /// On which differences a review fails.
    FailOnDifference {
        Never = "never": "differences are warnings",
        Extra = "extra": "unwanted traffic that is allowed fails, kinds `extra` and `wider`",
        Missing = "missing": "wanted traffic that is not allowed fails, kinds `missing` and `narrower`",
        Any = "any": "both fail, and so does `unproven`",
    }
}

impl FailOnDifference {
    /// Whether a difference of this kind is an error.
    pub const fn fails(self, kind: Kind) -> bool {
        match self {
            FailOnDifference::Never => false,
            FailOnDifference::Extra => matches!(kind, Kind::Extra | Kind::Wider),
            FailOnDifference::Missing => matches!(kind, Kind::Missing | Kind::Narrower),
            FailOnDifference::Any => kind.is_traffic(),
        }
    }
}
