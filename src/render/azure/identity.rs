//! By what rules of Azure select members of zones: application security groups, service tags, and what one network security group
//! protects.

use super::super::identity::{Identity, Match, Selector, World};
use super::Azure;
use super::point::known;
use super::problems::Problems;
use super::row::Endpoint;
use super::sides::drafts;
use crate::model::address::Family;
use crate::model::cell::{ByName, MaybeKnown, MaybeKnownText};
use crate::model::finding::ConfigPath;
use crate::model::rules::RuleKey;
use crate::model::words::Direction;

const GROUP: &str = "application security group";
const TAG: &str = "service tag";
const GUARD: &str = "network security group";

/// What a selector of a zone's addresses says of its frontends: they are selected as well, or nothing else is.
const FRONTENDS: &str = "frontends";
const ONLY_FRONTENDS: &str = "only frontends";

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
    let groups = here.own_groups();
    let mut selectors: Vec<Selector> = groups
        .iter()
        .flatten()
        .map(|id| Selector {
            what: GROUP,
            id: comparable(id),
            within: vec![Some(guard.clone())],
        })
        .collect();
    let has_frontends =
        |family| rule.direction == Direction::Ingress && !here.frontends(family).is_empty();
    if groups.is_some() && !Family::ALL.into_iter().any(has_frontends) {
        return selectors;
    }
    let Some(of) = world.rules.get(rule) else {
        return selectors;
    };
    let mut problems = Problems::default();
    let drafts = drafts(rule, of, world.rules, world.zones, &mut problems);
    let within = drafts.iter().filter_map(|it| match it.own {
        Endpoint::Blocks(_) => {
            let mut words = [Some(it.kind), it.name].into_iter().flatten();
            let is_six = words.any(|it| it.ends_with(Family::V6.as_str()));
            let family = if is_six { Family::V6 } else { Family::V4 };
            let known = |text: &str| Some(MaybeKnown::Known(text.into()));
            let mut within = vec![known(&rule.zone), known(family.as_str())];
            let frontends = if groups.is_some() {
                ONLY_FRONTENDS
            } else {
                FRONTENDS
            };
            within.extend(has_frontends(family).then(|| known(frontends)));
            Some(within)
        }
        Endpoint::Groups(_) => None,
        _ => Some(Vec::new()),
    });
    let mut within: Vec<_> = within.collect();
    within.sort();
    within.dedup();
    let selector = |within| Selector {
        what: GUARD,
        id: guard.clone(),
        within,
    };
    selectors.extend(within.into_iter().map(selector));
    selectors
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
                more @ ..,
            ],
        ) => {
            let six = **family == *Family::V6.as_str();
            let family = if six { Family::V6 } else { Family::V4 };
            if **own == *zone {
                return Match::Yes;
            }
            let more = more.first().and_then(|it| it.as_ref()?.known());
            let of_frontends =
                more.map_or(Match::No, |_| meets_frontends(own, zone, family, world));
            match more.map(|it| &**it) {
                Some(ONLY_FRONTENDS) => of_frontends,
                _ => world.nested.contains(own, zone, family).max(of_frontends),
            }
        }
        _ => Match::Yes,
    }
}

/// Whether packets for a zone can arrive with a frontend of another as their destination.
fn meets_frontends(own: &str, zone: &str, family: Family, world: &World<'_>) -> Match {
    let addresses = |zone: &str| &world.zones.addresses[zone];
    let frontends = |zone: &str| {
        addresses(zone)
            .part::<Azure>()
            .map(|it| it.frontends(family))
    };
    let theirs = addresses(zone).family(family).values();
    let theirs: Vec<_> = theirs
        .chain(frontends(zone).into_iter().flat_map(ByName::values))
        .collect();
    let mut found = Match::No;
    for frontend in frontends(own).into_iter().flat_map(ByName::values) {
        for it in &theirs {
            found = found.max(match frontend.known().zip(it.known()) {
                Some((a, b)) if a.contains(*b) || b.contains(*a) => Match::Yes,
                Some(_) => Match::No,
                None => Match::Open,
            });
        }
    }
    found
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
