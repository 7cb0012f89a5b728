//! Addresses that may be members of zones whose addresses are not all known.

use super::answer::{Answer, AtEnd, Verdict, decided};
use super::ends::End;
use super::world::World;
use crate::model::services::Services;
use crate::model::words::Direction;
use std::collections::BTreeSet;

/// The most zones that are named.
const MOST: usize = 3;

/// The answer, if it would be another for a member of a zone that an end may be in.
pub(super) fn perhaps(
    world: &World,
    ends: [&End; 2],
    sure: &Answer,
    service: &str,
    asked: &Services,
) -> Option<Answer> {
    if !matches!(
        sure.verdict,
        Verdict::Refused | Verdict::InPart | Verdict::Unfiltered
    ) {
        return None;
    }
    let [from, to] = ends.map(|end| {
        let members = end.perhaps.iter().map(|zone| Some(zone.as_str()));
        std::iter::once(None).chain(members)
    });
    let pairs = from.flat_map(|from| to.clone().map(move |to| [from, to]));
    let pairs = pairs.filter(|it| *it != [None, None]);
    let pairs: Vec<[Option<&str>; 2]> = pairs.filter(|it| has_rule(world, *it, asked)).collect();
    let mut permitted = Vec::new();
    for pair in pairs {
        let [from, to] = [0, 1].map(|at| pair[at].map(|zone| ends[at].as_member(zone)));
        let [from, to] = [
            from.as_ref().unwrap_or(ends[0]),
            to.as_ref().unwrap_or(ends[1]),
        ];
        let answer = decided(world, from, to, service, asked);
        if answer.verdict == Verdict::Permitted {
            permitted.push((pair, answer));
        }
        if permitted.len() == MOST {
            break;
        }
    }
    let line = if let Some((first, answer)) = permitted.first() {
        let zones_of = |at: usize| -> BTreeSet<&str> {
            let zones = permitted.iter().filter_map(|(pair, _)| pair[at]);
            zones.collect()
        };
        let may_be = [0, 1].into_iter().filter_map(|at| {
            let zones: Vec<&str> = zones_of(at).into_iter().collect();
            let is_some = !zones.is_empty();
            is_some.then(|| {
                format!(
                    "{} may be a member of {}",
                    ends[at].asked,
                    zones.join(" or ")
                )
            })
        });
        let may_be: Vec<String> = may_be.collect();
        let keys = answer.sides.iter().filter_map(|it| match &it.state {
            AtEnd::Rules(rules) => rules.first().map(|(key, _)| key.clone()),
            _ => None,
        });
        let keys: Vec<String> = keys.collect();
        let zones: Vec<&str> = first.iter().flatten().copied().collect();
        let names = match zones.len() {
            1 => "the zone's name",
            _ => "the zones' names",
        };
        let otherwise = match sure.verdict {
            Verdict::Unfiltered => "",
            Verdict::InPart => ", otherwise in part",
            _ => ", otherwise refused",
        };
        format!(
            "Undecided: {}, whose addresses are not all known. As {} it would be permitted ({}){otherwise}. Ask again with {names}.",
            may_be.join(", and "),
            zones.join(" and "),
            keys.join(", "),
        )
    } else {
        let filtered = |at: usize| {
            let direction = [Direction::Egress, Direction::Ingress][at];
            let layout = &world.planned.layout;
            let is_filtered = |it: &&String| {
                layout.directions.contains(&direction)
                    && layout.zones.get(*it).is_some_and(|it| it.enforced)
            };
            ends[at].perhaps.iter().find(is_filtered)
        };
        let (at, zone) = [0, 1]
            .into_iter()
            .find_map(|at| Some((at, filtered(at)?)))?;
        if sure.verdict != Verdict::Unfiltered {
            return None;
        }
        format!(
            "Undecided: {} may be a member of {zone}, whose addresses are not all known. As {zone} it would be refused. Ask again with the zone's name.",
            ends[at].asked
        )
    };
    Some(Answer {
        verdict: Verdict::Undecided,
        line,
        sides: Vec::new(),
        because: Vec::new(),
        change: Vec::new(),
        notes: Vec::new(),
        question: sure.question.clone(),
    })
}

/// Whether a rule has to do with the zones of a pair. Where ports are translated, any rule of these zones may.
fn has_rule(world: &World, pair: [Option<&str>; 2], asked: &Services) -> bool {
    let mut instances = world.planned.layout.instances.values();
    let is_translated = instances.any(|it| !it.overrides.advertised_ports.is_empty());
    world.rules.iter().any(|(_, rule)| {
        let ends = [rule.zone.as_str(), rule.peer_zone.as_str()];
        pair.iter().flatten().all(|zone| ends.contains(zone))
            && (is_translated || rule.services.overlaps(asked))
    })
}
