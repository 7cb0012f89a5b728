//! What Google Cloud knows about a zone.

use crate::model::cell::MaybeKnownText;
use crate::model::platform::{Part, PeerBy};

/// What Google Cloud knows about a zone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gcp {
    /// The VPC network; a zone without one is not enforced on Google Cloud.
    pub network: Option<MaybeKnownText>,
    /// The project of the network; the provider's own when absent.
    pub project: Option<MaybeKnownText>,
    /// Network tags of the zone's instances.
    pub target_tags: Vec<MaybeKnownText>,
    /// Service accounts of the zone's instances.
    pub service_accounts: Vec<MaybeKnownText>,
    /// How ingress rules name this zone if it has tags or service accounts.
    pub peer_by: PeerBy,
}

impl Part for Gcp {
    fn is_enforced(&self) -> bool {
        self.network.is_some()
    }

    fn has_own_services(&self) -> bool {
        true
    }
}
