//! Zones that share pods.

use super::super::platform::{Cause, Match, Shared};
use super::{Kubernetes, NAMESPACE_NAME};
use crate::model::cell::{ByName, MaybeKnownText};
use std::sync::Arc;

/// Pods that have all the labels of one zone, in its namespace, are its pods, whatever labels they have besides.
pub(super) fn labelled_as_both(wider: &str, a: &Kubernetes, b: &Kubernetes) -> Option<Shared> {
    let pods = all_of(labels(&a.pod_labels), |it| b.pod_labels.get(it));
    let of_namespace = |it: &str| match &b.namespace {
        Some(name) if it == NAMESPACE_NAME => Some(name),
        _ => b.namespace_labels.get(it),
    };
    let by_name = a.namespace.iter().map(|it| (NAMESPACE_NAME, it));
    let as_zone = all_of(by_name, of_namespace);
    let as_peer = if a.namespace_labels.is_empty() {
        as_zone
    } else {
        all_of(labels(&a.namespace_labels), of_namespace)
    };
    let as_peer = if a.peer_by.uses_group() {
        as_peer.min(pods)
    } else {
        Match::No
    };
    let as_zone = as_zone.min(pods);
    (as_zone.max(as_peer) > Match::No).then(|| Shared {
        as_zone,
        as_peer,
        cause: Cause {
            subject: format!("{wider}/kubernetes"),
            zone: Some(wider.to_owned()),
            before: format!("zone `{wider}` also selects the pods of "),
            after: ", so Kubernetes".to_owned(),
        },
        open: false,
    })
}

fn labels(named: &ByName<Arc<str>>) -> impl Iterator<Item = (&str, &MaybeKnownText)> {
    named.iter().map(|(name, value)| (&**name, value))
}

fn all_of<'z>(
    wanted: impl Iterator<Item = (&'z str, &'z MaybeKnownText)>,
    has: impl Fn(&str) -> Option<&'z MaybeKnownText>,
) -> Match {
    let one = |(name, value): (&str, &MaybeKnownText)| {
        let Some(here) = has(name) else {
            return Match::No;
        };
        match value.known().zip(here.known()) {
            Some((a, b)) if a == b => Match::Yes,
            Some(_) => Match::No,
            None => Match::Open,
        }
    };
    wanted.map(one).min().unwrap_or(Match::Yes)
}
