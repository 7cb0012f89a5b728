//! What OpenStack knows about a zone.

use crate::model::cell::{ByName, MaybeKnownText};
use crate::model::platform::{Part, PeerBy};
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
    /// The groups by which rules name this zone, if they do: its own one, and the others with their names.
    pub fn named_by(&self) -> impl Iterator<Item = (Option<&Arc<str>>, &MaybeKnownText)> {
        let own = self.group.iter().map(|id| (None, id));
        let others = self.peer_groups.iter().map(|(name, id)| (Some(name), id));
        own.chain(others).filter(|_| self.peer_by == PeerBy::Group)
    }

    /// Whether rules name this zone by groups.
    pub fn is_named_by_groups(&self) -> bool {
        self.named_by().next().is_some()
    }
}

impl Part for OpenStack {
    fn is_enforced(&self) -> bool {
        self.group.is_some()
    }
}
