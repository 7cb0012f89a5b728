//! What AWS knows about a zone.

use crate::model::cell::{ByName, MaybeKnownText};
use crate::model::platform::{Part, PeerBy};
use crate::render::peers::{NamedGroup, groups};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What AWS knows about a zone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Aws {
    /// The security group; a zone without one is not enforced on AWS.
    pub group: Option<MaybeKnownText>,
    /// All of its groups by name, where the rules are spread over several; `group` is the first of them.
    pub groups: ByName<Arc<str>>,
    /// More groups that members of the zone may have. Rules that name the zone name them too; no rules are created for them.
    pub peer_groups: ByName<Arc<str>>,
    /// Managed prefix lists that hold the zone's addresses.
    pub prefix_lists: ByName<Arc<str>>,
    /// The number of entries that each of them counts for against the quota of a group.
    pub prefix_list_sizes: BTreeMap<Arc<str>, u32>,
    /// How the rules of other zones name this one.
    pub peer_by: PeerBy,
    /// Rules that the group may hold in each direction; `None` is AWS's default.
    pub max_rules: Option<u32>,
}

impl Aws {
    /// The groups by which rules name this zone, if they do.
    pub(super) fn named_by(&self) -> impl Iterator<Item = NamedGroup<'_>> {
        groups(self.peer_by, self.group.as_ref(), &self.peer_groups)
    }

    /// Whether rules name this zone by its addresses.
    pub(super) fn is_named_by_addresses(&self) -> bool {
        self.peer_by.uses_addresses() || self.named_by().next().is_none()
    }
}

impl Part for Aws {
    fn is_enforced(&self) -> bool {
        self.group.is_some()
    }

    fn has_own_services(&self) -> bool {
        true
    }
}
