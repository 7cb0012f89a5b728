//! By what rules of Google Cloud select instances: network tags and service accounts, in one network.

use super::super::identity::{Identity, Match, Selector};
use super::network::instances;
use super::row::Instances;
use super::{Gcp, NetworkMatch, same};
use crate::model::finding::ConfigPath;

const TAG: &str = "network tag";
const ACCOUNT: &str = "service account";

/// What instances of a zone have.
pub(super) fn identities(gcp: &Gcp) -> Vec<Identity> {
    let lists = [
        (TAG, "target_tags", &gcp.target_tags),
        (ACCOUNT, "service_accounts", &gcp.service_accounts),
    ];
    let of = |(what, argument, ids): (_, _, &Vec<_>)| {
        let place = ConfigPath::default().field(argument);
        let ids = ids.iter().enumerate();
        let all = ids.map(|(at, it)| Identity::new(what, it, place.index(at)));
        all.collect::<Vec<_>>()
    };
    lists.into_iter().flat_map(of).collect()
}

/// A rule at `here` selects instances of a zone that have any of its tags or service accounts, in the rule's network.
pub(super) fn selectors(here: &Gcp, zone: &Gcp) -> Vec<Selector> {
    let (what, ids) = match instances(zone) {
        Some(Instances::Tags(ids)) => (TAG, ids),
        Some(Instances::Accounts(ids)) => (ACCOUNT, ids),
        None => return Vec::new(),
    };
    let within = vec![here.network.clone(), here.project.clone()];
    let selector = |id| Selector {
        what,
        id,
        within: within.clone(),
    };
    ids.into_iter().map(selector).collect()
}

/// Whether a zone is in the network of a selector.
pub(super) fn is_in_network(selector: &Selector, zone: &Gcp) -> Match {
    let within = |at: usize| selector.within.get(at).cloned().flatten();
    let here = Gcp {
        network: within(0),
        project: within(1),
        ..Gcp::default()
    };
    match same(&here, zone) {
        NetworkMatch::Yes => Match::Yes,
        NetworkMatch::Open => Match::Open,
        NetworkMatch::No => Match::No,
    }
}
