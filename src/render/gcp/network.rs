//! Whether two zones are in one network, so that rules of one may name the other by tags or service accounts.

use super::Gcp;
use super::row::Instances;
use crate::model::cell::{MaybeKnown, MaybeKnownText};

/// Whether two zones are in one network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::render) enum NetworkMatch {
    /// They are.
    Yes,
    /// They are not, or are named as if they were not.
    No,
    /// Only an apply will tell.
    Open,
}

/// What the instances of a zone carry, if the zone says so.
pub(super) fn instances(gcp: &Gcp) -> Option<Instances> {
    if !gcp.target_tags.is_empty() {
        Some(Instances::Tags(gcp.target_tags.clone()))
    } else if !gcp.service_accounts.is_empty() {
        Some(Instances::Accounts(gcp.service_accounts.clone()))
    } else {
        None
    }
}

/// Whether ingress rules at `here` name `peer`, another zone, by tags or service accounts: where both are in one network and
/// both have the same kind, since a rule takes one kind at both ends, unless `peer_by` is for addresses only.
pub(in crate::render) fn by_instances(here: &Gcp, peer: &Gcp) -> NetworkMatch {
    if !peer.peer_by.uses_group() {
        return NetworkMatch::No;
    }
    match (instances(here), instances(peer)) {
        (Some(Instances::Tags(_)), Some(Instances::Tags(_)))
        | (Some(Instances::Accounts(_)), Some(Instances::Accounts(_))) => same(here, peer),
        _ => NetworkMatch::No,
    }
}

/// Whether the network of `peer` is that of `here`, another zone. Tags mean other instances in another network, so a doubt is
/// a no. A peer that names neither network nor project has a block for no other purpose than to be named by it.
///
/// INVARIANT: a yes or a no stays when what is not known yet becomes known, since the keys of rules depend on it.
pub(in crate::render) fn same(here: &Gcp, peer: &Gcp) -> NetworkMatch {
    let says_nothing = |it: &Gcp| it.network.is_none() && it.project.is_none();
    if says_nothing(here) || says_nothing(peer) {
        return NetworkMatch::Yes;
    }
    match (&here.network, &peer.network) {
        (Some(MaybeKnown::Known(a)), Some(MaybeKnown::Known(b))) if a != b => NetworkMatch::No,
        // A self link contains its project.
        (Some(MaybeKnown::Known(link)), Some(MaybeKnown::Known(_))) if link.contains('/') => {
            NetworkMatch::Yes
        }
        (Some(MaybeKnown::Unknown), Some(_)) | (Some(_), Some(MaybeKnown::Unknown)) => {
            NetworkMatch::Open
        }
        _ => same_project(here.project.as_ref(), peer.project.as_ref()),
    }
}

fn same_project(a: Option<&MaybeKnownText>, b: Option<&MaybeKnownText>) -> NetworkMatch {
    match (a, b) {
        (None, None) => NetworkMatch::Yes,
        (Some(MaybeKnown::Known(a)), Some(MaybeKnown::Known(b))) if a == b => NetworkMatch::Yes,
        // What is not known yet may turn out null.
        (Some(MaybeKnown::Unknown), _) | (_, Some(MaybeKnown::Unknown)) => NetworkMatch::Open,
        // The provider's own project may be the other's or not.
        _ => NetworkMatch::No,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gcp(network: Option<&str>, project: Option<&str>) -> Gcp {
        let cell = |text: &str| match text {
            "?" => MaybeKnown::Unknown,
            text => MaybeKnown::Known(text.into()),
        };
        Gcp {
            network: network.map(cell),
            project: project.map(cell),
            ..Gcp::default()
        }
    }

    #[test]
    fn one_network_is_one_name_in_one_project() {
        let link = Some("projects/p/global/networks/n");
        for (a, b, wanted) in [
            ((Some("n"), None), (Some("n"), None), NetworkMatch::Yes),
            ((Some("n"), None), (Some("m"), None), NetworkMatch::No),
            ((Some("n"), None), (None, None), NetworkMatch::Yes),
            ((Some("n"), Some("p")), (None, None), NetworkMatch::Yes),
            ((Some("n"), Some("p")), (None, Some("p")), NetworkMatch::Yes),
            ((Some("n"), Some("p")), (None, Some("q")), NetworkMatch::No),
            ((Some("n"), None), (None, Some("q")), NetworkMatch::No),
            ((Some("n"), None), (None, Some("?")), NetworkMatch::Open),
            (
                (Some("n"), Some("?")),
                (Some("n"), None),
                NetworkMatch::Open,
            ),
            (
                (Some("n"), Some("p")),
                (Some("n"), Some("p")),
                NetworkMatch::Yes,
            ),
            (
                (Some("n"), Some("p")),
                (Some("n"), Some("q")),
                NetworkMatch::No,
            ),
            ((Some("n"), Some("p")), (Some("n"), None), NetworkMatch::No),
            (
                (Some("n"), Some("?")),
                (Some("n"), Some("q")),
                NetworkMatch::Open,
            ),
            (
                (Some("n"), Some("?")),
                (Some("m"), Some("q")),
                NetworkMatch::No,
            ),
            ((link, Some("p")), (link, None), NetworkMatch::Yes),
            ((link, None), (Some("n"), None), NetworkMatch::No),
            ((Some("?"), None), (Some("n"), None), NetworkMatch::Open),
            ((Some("?"), None), (Some("?"), None), NetworkMatch::Open),
        ] {
            assert_eq!(same(&gcp(a.0, a.1), &gcp(b.0, b.1)), wanted, "{a:?} {b:?}");
            if b.0.is_some() {
                assert_eq!(same(&gcp(b.0, b.1), &gcp(a.0, a.1)), wanted, "{a:?} {b:?}");
            }
        }
    }

    #[test]
    fn what_is_decided_stays_when_more_is_known() {
        let texts = [None, Some("?"), Some("n"), Some("m"), Some("a/n")];
        let not_null = |it: Option<&'static str>| match it {
            Some("?") => vec![Some("n"), Some("m"), Some("a/n")],
            other => vec![other],
        };
        let known = |it: Option<&'static str>| match it {
            Some("?") => [not_null(it), vec![None]].concat(),
            other => vec![other],
        };
        for a in texts.into_iter().skip(1) {
            for p in texts {
                for b in texts {
                    for q in texts {
                        let planned = same(&gcp(a, p), &gcp(b, q));
                        // A zone whose own network turns out null has no rules at all.
                        for (a, p) in not_null(a)
                            .into_iter()
                            .flat_map(|a| known(p).into_iter().map(move |p| (a, p)))
                        {
                            for (b, q) in known(b)
                                .into_iter()
                                .flat_map(|b| known(q).into_iter().map(move |q| (b, q)))
                            {
                                let applied = same(&gcp(a, p), &gcp(b, q));
                                assert!(applied != NetworkMatch::Open);
                                assert!(planned == NetworkMatch::Open || planned == applied);
                            }
                        }
                    }
                }
            }
        }
    }
}
