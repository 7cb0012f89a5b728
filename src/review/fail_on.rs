//! Which differences whoever asks for a review wants to fail on.

use super::Kind;
use crate::model::words::vocabulary;

vocabulary! {
    /// On which differences a review fails.
    FailOn {
        Never = "never": "differences are warnings",
        Extra = "extra": "unwanted traffic that is allowed fails, kinds `extra` and `wider`",
        Missing = "missing": "wanted traffic that is not allowed fails, kinds `missing` and `narrower`",
        Any = "any": "both fail, and so does `unproven`",
    }
}

impl FailOn {
    /// Whether a difference of this kind is an error.
    pub const fn fails(self, kind: Kind) -> bool {
        match self {
            FailOn::Never => false,
            FailOn::Extra => matches!(kind, Kind::Extra | Kind::Wider),
            FailOn::Missing => matches!(kind, Kind::Missing | Kind::Narrower),
            FailOn::Any => kind.is_traffic(),
        }
    }
}
