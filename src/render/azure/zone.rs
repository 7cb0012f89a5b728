//! What Azure knows about a zone.

use crate::model::cell::{ByName, MaybeKnown, MaybeKnownText};
use crate::model::platform::Part;
use std::sync::Arc;

/// What Azure knows about a zone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Azure {
    /// The network security group; a zone without one is not enforced on Azure.
    pub security_group: Option<MaybeKnownText>,
    /// The resource group that holds it.
    pub resource_group: Option<MaybeKnownText>,
    /// Application security groups that hold the zone's network interfaces, by name.
    pub application_groups: ByName<Arc<str>>,
    /// The service tag that stands for the zone as a peer.
    pub service_tag: Option<MaybeKnownText>,
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

    fn is_pending(&self) -> bool {
        let tag = self.service_tag.as_ref();
        tag.is_some_and(|it| it.known().is_none())
    }

    fn has_own_services(&self) -> bool {
        true
    }
}
