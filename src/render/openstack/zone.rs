//! What OpenStack knows about a zone.

use crate::model::cell::{ByName, MaybeKnownText};
use crate::model::platform::{Part, PeerBy};
use crate::render::peers::{NamedGroup, groups};
use std::sync::Arc;

/// What OpenStack knows about a zone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OpenStack {
    /// The security group; a zone without one is not enforced on OpenStack.
    pub group: Option<MaybeKnownText>,
    /// More groups that members of the zone may have. Rules that name the zone name them too; no rules are created for them.
    pub peer_groups: ByName<Arc<str>>,
    /// How the rules of other zones name this one.
    pub peer_by: PeerBy,
    /// Rules that the project may have; `None` is OpenStack's default.
    pub max_rules: Option<u32>,
    /// Whether the group was created without OpenStack's default egress rules.
    pub default_rules_deleted: bool,
}

impl OpenStack {
    /// The groups by which rules name this zone, if they do.
    pub(super) fn named_by(&self) -> impl Iterator<Item = NamedGroup<'_>> {
        groups(self.peer_by, self.group.as_ref(), &self.peer_groups)
    }

    /// Whether rules name this zone by its addresses.
    pub(super) fn is_named_by_addresses(&self) -> bool {
        self.peer_by.uses_addresses() || self.named_by().next().is_none()
    }
}

impl Part for OpenStack {
    fn is_enforced(&self) -> bool {
        self.group.is_some()
    }
}
