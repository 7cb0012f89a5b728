//! What Kubernetes knows about a zone.

use crate::model::cell::{ByName, MaybeKnownText};
use crate::model::platform::{Part, PeerBy};
use std::sync::Arc;

/// What Kubernetes knows about a zone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kubernetes {
    /// The namespace; a zone without one is not enforced on Kubernetes.
    pub namespace: Option<MaybeKnownText>,
    /// Labels of the namespace by which peers name it, in place of its name.
    pub namespace_labels: ByName<Arc<str>>,
    /// Labels of the zone's pods; all pods of the namespace if there are no labels.
    pub pod_labels: ByName<Arc<str>>,
    /// How policies name this zone.
    pub peer_by: PeerBy,
}

impl Part for Kubernetes {
    fn is_enforced(&self) -> bool {
        self.namespace.is_some()
    }
}
