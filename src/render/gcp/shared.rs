//! Zones that share instances.

use super::super::platform::{Cause, Match, Shared};
use super::{Gcp, NetworkMatch, same};
use crate::model::cell::MaybeKnownText;

/// Instances carry any of the tags or service accounts that represent a zone, so one in common puts instances in both zones.
pub(super) fn carried_by_both(a: &Gcp, b: &Gcp) -> Option<Shared> {
    let kinds = [
        ("network tag", &a.target_tags, &b.target_tags),
        ("service account", &a.service_accounts, &b.service_accounts),
    ];
    let (what, a_has, b_has) = kinds
        .into_iter()
        .find(|(_, a, b)| !a.is_empty() && !b.is_empty())?;
    let common = a_has
        .iter()
        .filter_map(MaybeKnownText::known)
        .filter(|it| b_has.iter().any(|other| other.known() == Some(it)))
        .min();
    let open = a_has.iter().chain(b_has).any(|it| it.known().is_none());
    let carried = match common {
        Some(_) => Match::Yes,
        None if open => Match::Open,
        None => return None,
    };
    let network = match same(a, b) {
        NetworkMatch::Yes => Match::Yes,
        NetworkMatch::Open => Match::Open,
        NetworkMatch::No => return None,
    };
    let common = common.map_or("", |it| &**it);
    Some(Shared {
        as_zone: carried.min(network),
        as_peer: if a.peer_by.uses_group() {
            carried.min(network)
        } else {
            Match::No
        },
        cause: Cause {
            subject: format!("gcp/{common}"),
            zone: None,
            before: "zones ".to_owned(),
            after: format!(" share the {what} `{common}`, so Google Cloud"),
        },
        open,
    })
}
