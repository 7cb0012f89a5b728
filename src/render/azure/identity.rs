//! By what rules of Azure select members of zones: application security groups, service tags, and what one network security group
//! protects.

use super::super::identity::{Identity, Match, Selector, World};
use super::Azure;
use super::point::known;
use super::problems::Problems;
use super::row::Endpoint;
use super::sides::drafts;
use crate::model::address::Family;
use crate::model::cell::{MaybeKnown, MaybeKnownText};
use crate::model::finding::ConfigPath;
use crate::model::rules::RuleKey;
use std::sync::Arc;

const GROUP: &str = "application security group";
const TAG: &str = "service tag";
const GUARD: &str = "network security group";

/// What members of a zone have.
pub(super) fn identities(azure: &Azure) -> Vec<Identity> {
    let place = |argument| ConfigPath::default().field(argument);
    let mut found = Vec::new();
    for (name, id) in &azure.application_groups {
        let place = place("application_security_group_ids").key(name);
        found.push(Identity {
            id: comparable(id),
            ..Identity::new(GROUP, id, place)
        });
    }
    if let Some(tag) = &azure.service_tag {
        let identity = Identity::new(TAG, tag, place("service_tag"));
        let id = comparable(tag);
        // A tag of one region is part of the tag of all.
        let part = id.known().and_then(|it| it.split_once('.'));
        found.extend(part.map(|(whole, _)| Identity {
            id: MaybeKnown::Known(whole.into()),
            ..identity.clone()
        }));
        found.push(Identity { id, ..identity });
    }
    if let Some(id) = guard(azure) {
        let names = [&azure.resource_group, &azure.security_group];
        let names = names.map(|it| it.as_ref().and_then(MaybeKnown::known));
        let shown = match names {
            [Some(group), Some(name)] => format!("{group}/{name}"),
            _ => String::new(),
        };
        found.push(Identity {
            what: GUARD,
            id,
            shown: shown.into(),
            place: place("network_security_group_name"),
        });
    }
    found
}

/// By what a rule selects those for which it holds: application security groups, else the zone's own blocks, else all that the
/// network security group protects.
pub(super) fn at(rule: &RuleKey, here: &Azure, world: &World<'_>) -> Vec<Selector> {
    let Some(guard) = guard(here) else {
        return Vec::new();
    };
    if let Some(groups) = here.own_groups() {
        let within = vec![Some(guard)];
        let selector = |id| Selector {
            what: GROUP,
            id: comparable(id),
            within: within.clone(),
        };
        return groups.iter().map(selector).collect();
    }
    let Some(of) = world.rules.get(rule) else {
        return Vec::new();
    };
    let mut problems = Problems::default();
    let drafts = drafts(rule, of, world.rules, world.zones, &mut problems);
    let within = drafts.iter().map(|it| match it.own {
        Endpoint::Blocks(_) => {
            let six = Family::V6.as_str();
            let family = if it.kind == six || it.name == Some(six) {
                six
            } else {
                Family::V4.as_str()
            };
            let known = |text: Arc<str>| Some(MaybeKnown::Known(text));
            vec![known(Arc::clone(&rule.zone)), known(family.into())]
        }
        _ => Vec::new(),
    });
    let mut within: Vec<_> = within.collect();
    within.sort();
    within.dedup();
    let selector = |within| Selector {
        what: GUARD,
        id: guard.clone(),
        within,
    };
    within.into_iter().map(selector).collect()
}

/// By what rules refer to a zone.
pub(super) fn named_by(azure: &Azure) -> Vec<Selector> {
    if let Some(tag) = &azure.service_tag {
        return vec![Selector::new(TAG, &comparable(tag))];
    }
    let groups = azure.peer_groups().unwrap_or_default();
    let selector = |id| Selector::new(GROUP, &comparable(id));
    groups.iter().map(selector).collect()
}

/// Whether a zone with the id of a selector is where the selector selects its members: in the network security group, if the zone
/// says in which it is; or among the addresses of a zone.
pub(super) fn is_guarded(selector: &Selector, zone: &str, world: &World<'_>) -> Match {
    match (selector.what, selector.within.as_slice()) {
        (GROUP, [Some(guarded)]) => {
            let azure = world.zones.addresses[zone].part::<Azure>();
            let Some(other) = azure.and_then(guard) else {
                return Match::Yes;
            };
            match guarded.known().zip(other.known()) {
                Some((a, b)) if a == b => Match::Yes,
                Some(_) => Match::No,
                None => Match::Open,
            }
        }
        (
            GUARD,
            [
                Some(MaybeKnown::Known(own)),
                Some(MaybeKnown::Known(family)),
            ],
        ) => {
            let six = **family == *Family::V6.as_str();
            let family = if six { Family::V6 } else { Family::V4 };
            if **own == *zone {
                Match::Yes
            } else {
                world.nested.contains(own, zone, family)
            }
        }
        _ => Match::Yes,
    }
}

/// The network security group of a zone.
fn guard(azure: &Azure) -> Option<MaybeKnownText> {
    let name = azure.security_group.as_ref()?;
    let group = azure.resource_group.as_ref().and_then(MaybeKnown::known);
    Some(match group.zip(name.known()) {
        Some((group, name)) => {
            let (group, name) = known(group, name);
            MaybeKnown::Known(format!("{group}/{name}").into())
        }
        None => MaybeKnown::Unknown,
    })
}

/// Azure does not tell upper from lower case in ids.
fn comparable(id: &MaybeKnownText) -> MaybeKnownText {
    match id {
        MaybeKnown::Known(id) => MaybeKnown::Known(id.to_lowercase().into()),
        MaybeKnown::Unknown => MaybeKnown::Unknown,
    }
}
