//! What Azure knows about a zone.

use crate::model::cell::{ByName, MaybeKnown, MaybeKnownText};
use crate::model::platform::{Part, PeerBy};
use std::sync::Arc;

/// What Azure knows about a zone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Azure {
    /// The network security group; a zone without one is not enforced on Azure.
    pub security_group: Option<MaybeKnownText>,
    /// The resource group that it is in.
    pub resource_group: Option<MaybeKnownText>,
    /// Application security groups of the zone's network interfaces, by name.
    pub application_groups: ByName<Arc<str>>,
    /// The service tag that represents the zone as a peer.
    pub service_tag: Option<MaybeKnownText>,
    /// How rules name this zone if it has application security groups.
    pub peer_by: PeerBy,
}

impl Azure {
    /// The application security groups by which rules name this zone, if they do.
    pub(super) fn peer_groups(&self) -> Option<Vec<MaybeKnownText>> {
        let is_used = self.peer_by.uses_group() && !self.application_groups.is_empty();
        is_used.then(|| self.application_groups.values().cloned().collect())
    }

    /// Whether rules name this zone by its addresses.
    pub(super) fn is_named_by_addresses(&self) -> bool {
        let is_whole = self.service_tag.is_some();
        !is_whole && (self.peer_by.uses_addresses() || self.peer_groups().is_none())
    }
}

impl Part for Azure {
    fn is_enforced(&self) -> bool {
        self.security_group.is_some()
    }

    /// Azure's tag for the internet means every address.
    fn covers_all_addresses(&self) -> bool {
        let tag = self.service_tag.as_ref().and_then(MaybeKnown::known);
        tag.is_some_and(|it| it.eq_ignore_ascii_case("Internet"))
    }

    /// Azure's tag for its whole cloud, or a region of it, has the machines of all customers.
    fn is_anyones(&self) -> bool {
        let tag = self.service_tag.as_ref().and_then(MaybeKnown::known);
        let cloud = tag.and_then(|it| it.split('.').next());
        cloud.is_some_and(|it| it.eq_ignore_ascii_case("AzureCloud"))
    }

    fn is_pending(&self) -> bool {
        let tag = self.service_tag.as_ref();
        tag.is_some_and(|it| it.known().is_none())
    }

    fn has_own_services(&self) -> bool {
        true
    }
}
