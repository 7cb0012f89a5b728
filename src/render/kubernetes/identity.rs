//! By what policies select pods: labels, in a namespace. A pod that has all the labels of a zone is one of its pods, whatever labels
//! it has in addition.

use super::super::identity::{Identity, Match, Selector};
use super::{Kubernetes, NAMESPACE_NAME};
use crate::model::cell::{ByName, MaybeKnown, MaybeKnownText};
use crate::model::finding::ConfigPath;
use std::sync::Arc;

/// Pods of a namespace that is given by name.
const OF_NAMESPACE: &str = "pods";
/// Pods of all namespaces that have some labels. Any pods may be among them, so they all have the same identity.
const OF_LABELLED: &str = "pods of labelled namespaces";

/// What pods of a zone have.
pub(super) fn identities(kubernetes: &Kubernetes) -> Vec<Identity> {
    let by_label = kubernetes.namespace_labels.get(NAMESPACE_NAME);
    let namespace = kubernetes.namespace.as_ref().or(by_label).into_iter();
    let place = || ConfigPath::default().field("namespace");
    let of_namespace = namespace.map(|it| Identity::new(OF_NAMESPACE, it, place()));
    let any = Identity::new(OF_LABELLED, &MaybeKnown::Known("".into()), place());
    of_namespace.chain([any]).collect()
}

/// The pods of a zone, as its own policy selects them.
pub(super) fn of_namespace(zone: &Arc<str>, kubernetes: &Kubernetes) -> Option<Selector> {
    let namespace = kubernetes.namespace.clone()?;
    Some(selector(OF_NAMESPACE, namespace, zone))
}

/// The pods of a zone, as policies of others select them.
pub(super) fn of_peer(zone: &Arc<str>, kubernetes: &Kubernetes) -> Option<Selector> {
    if kubernetes.namespace_labels.is_empty() {
        return of_namespace(zone, kubernetes);
    }
    Some(selector(OF_LABELLED, MaybeKnown::Known("".into()), zone))
}

fn selector(what: &'static str, id: MaybeKnownText, zone: &Arc<str>) -> Selector {
    Selector {
        what,
        id,
        within: vec![Some(MaybeKnown::Known(Arc::clone(zone)))],
    }
}

/// Whether pods of a zone have the labels by which another is selected.
pub(super) fn has_labels(selector: &Selector, wider: &Kubernetes, it: &Kubernetes) -> Match {
    let pods = all_of(&wider.pod_labels, |name| it.pod_labels.get(name));
    if selector.what == OF_NAMESPACE {
        return pods;
    }
    let of_namespace = |name: &str| match &it.namespace {
        Some(namespace) if name == NAMESPACE_NAME => Some(namespace),
        _ => it.namespace_labels.get(name),
    };
    pods.min(all_of(&wider.namespace_labels, of_namespace))
}

fn all_of<'z>(
    wanted: &ByName<Arc<str>>,
    has: impl Fn(&str) -> Option<&'z MaybeKnownText>,
) -> Match {
    let one = |(name, value): (&Arc<str>, &MaybeKnownText)| {
        let Some(here) = has(name) else {
            return Match::No;
        };
        match value.known().zip(here.known()) {
            Some((a, b)) if a == b => Match::Yes,
            Some(_) => Match::No,
            None => Match::Open,
        }
    };
    wanted.iter().map(one).min().unwrap_or(Match::Yes)
}
