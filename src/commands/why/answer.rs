//! The answer: what holds at each end, and why.

use super::ends::End;
use super::found::{Existing, existing, in_words};
use super::words;
use super::world::World;
use crate::compile::{Question, Reason, State, why};
use crate::model::finding::Finding;
use crate::model::services::Services;
use crate::model::words::Direction;
use crate::policy::{self, Inputs, Named};
use crate::review::rule::Intent;
use std::collections::{BTreeMap, BTreeSet};

/// How it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Every end that is filtered has a rule.
    Permitted,
    /// An end that is filtered has none.
    Refused,
    /// These rules filter neither end.
    Unfiltered,
    /// An address may be a member of a zone.
    Undecided,
}

/// What holds at one end.
pub(super) enum AtEnd {
    /// These rules do not filter here, and why.
    Unfiltered(String),
    /// Rules of the layout, with the rows of platforms.
    Rules(Vec<(String, Vec<(&'static str, String)>)>),
    /// An existing rule, where the layout does not filter.
    Existing(String),
    /// Nothing permits it.
    Nothing,
}

/// One end of the answer.
pub(super) struct Side {
    pub(super) zone: String,
    pub(super) direction: Direction,
    pub(super) state: AtEnd,
    /// An existing rule that permits what the layout does not.
    pub(super) open: Option<String>,
}

/// The whole answer.
pub(super) struct Answer {
    pub(super) verdict: Verdict,
    /// The answer in one sentence.
    pub(super) line: String,
    pub(super) sides: Vec<Side>,
    /// Each reason, in lines.
    pub(super) because: Vec<Vec<String>>,
    pub(super) change: Vec<String>,
    pub(super) notes: Vec<String>,
    pub(super) question: [String; 3],
}

/// Answers a question.
pub(super) fn answer(
    world: &World,
    from: &End,
    to: &End,
    service: &str,
    asked: &Services,
) -> Answer {
    let answer = decided(world, from, to, service, asked);
    let open = || perhaps(world, from, to, service, asked);
    match answer.verdict {
        Verdict::Refused => open().unwrap_or(answer),
        _ => answer,
    }
}

/// The answer by the zones that ends are surely in.
fn decided(world: &World, from: &End, to: &End, service: &str, asked: &Services) -> Answer {
    let question = Question {
        from: &from.names(),
        to: &to.names(),
        services: asked,
    };
    let reasons = why(&world.planned.layout, &world.planned.catalog, question);
    let listened = listened(&reasons);
    let out = side(world, from, (to, Direction::Egress), asked);
    let inside = side(
        world,
        to,
        (from, Direction::Ingress),
        listened.as_ref().unwrap_or(asked),
    );
    let sides = [out, inside];
    let lacks = sides
        .each_ref()
        .map(|it| matches!(it.state, AtEnd::Nothing));
    let unfiltered = sides
        .each_ref()
        .map(|it| matches!(it.state, AtEnd::Unfiltered(_)));
    let verdict = match (lacks, unfiltered) {
        _ if from.zones.is_empty() || to.zones.is_empty() => Verdict::Refused,
        ([false, false], [true, true]) => Verdict::Unfiltered,
        ([false, false], _) => Verdict::Permitted,
        _ => Verdict::Refused,
    };
    let mut answer = Answer {
        verdict,
        line: String::new(),
        because: Vec::new(),
        change: Vec::new(),
        notes: Vec::new(),
        question: [from.asked.clone(), to.asked.clone(), service.to_owned()],
        sides: sides.into(),
    };
    let told = words::Told {
        world,
        from,
        to,
        service,
        asked,
        listened: listened.as_ref(),
        reasons: &reasons,
    };
    told.tell(&mut answer, lacks, unfiltered);
    answer.notes.extend(by_policy(world, from, to, asked));
    answer.notes.extend(world.changed.iter().map(|[label, then, now]| {
        format!("the digest of {label} is {then} in the file and {now} in this program: the reasons are those of this program")
    }));
    answer
}

/// What the listener listens on, if every flow that needs the traffic connects to other ports.
fn listened(reasons: &[Reason]) -> Option<Services> {
    let on: Vec<&Reason> = reasons.iter().filter(|it| it.state == State::On).collect();
    if on.iter().any(|it| it.dials == it.listens) {
        return None;
    }
    let all = on
        .iter()
        .fold(Services::default(), |all, it| all.union(&it.listens));
    Some(all).filter(|it| !it.is_empty())
}

/// What holds at an end: of several zones that an address is in, what permits most.
fn side(
    world: &World,
    own: &End,
    (peer, direction): (&End, Direction),
    services: &Services,
) -> Side {
    let mut best: Option<(u8, Side)> = None;
    for (zone, _) in &own.zones {
        let state = at_end(world, zone, (peer, direction), services);
        let open = match &state {
            AtEnd::Nothing => match existing(world, (zone, direction), peer, services) {
                Existing::Permits(rule) => Some(in_words(rule, zone, world)),
                _ => None,
            },
            _ => None,
        };
        let rank = match &state {
            AtEnd::Rules(_) => 0,
            AtEnd::Existing(_) => 1,
            AtEnd::Unfiltered(_) => 2,
            AtEnd::Nothing => 3,
        };
        let side = Side {
            zone: zone.clone(),
            direction,
            state,
            open,
        };
        if best.as_ref().is_none_or(|(known, _)| rank < *known) {
            best = Some((rank, side));
        }
    }
    best.map_or_else(
        || Side {
            zone: own.asked.clone(),
            direction,
            state: AtEnd::Unfiltered(format!("{} is in no zone", own.asked)),
            open: None,
        },
        |(_, it)| it,
    )
}

fn at_end(
    world: &World,
    zone: &str,
    (peer, direction): (&End, Direction),
    services: &Services,
) -> AtEnd {
    let layout = &world.planned.layout;
    let Some(it) = layout.zones.get(zone) else {
        return AtEnd::Unfiltered(format!("{zone} is outside the layout"));
    };
    let why = match (it.enforced, layout.directions.contains(&direction)) {
        (true, true) => return by_rules(world, zone, (peer, direction), services),
        (false, _) => format!("{zone} is a peer only"),
        (_, false) => format!("the layout makes no {direction} rules"),
    };
    match existing(world, (zone, direction), peer, services) {
        Existing::Permits(rule) => AtEnd::Existing(in_words(rule, zone, world)),
        Existing::Refuses => AtEnd::Nothing,
        Existing::Unknown => AtEnd::Unfiltered(why),
    }
}

fn by_rules(
    world: &World,
    zone: &str,
    (peer, direction): (&End, Direction),
    services: &Services,
) -> AtEnd {
    let peers: BTreeSet<&str> = peer.zones.iter().map(|(name, _)| name.as_str()).collect();
    let is_here = |it: &Intent| {
        it.zone == zone
            && it.direction == direction
            && peers.contains(it.peer_zone.as_str())
            && it.services.overlaps(services)
    };
    let here: Vec<&(String, Intent)> = world.rules.iter().filter(|(_, it)| is_here(it)).collect();
    let all = here
        .iter()
        .fold(Services::default(), |all, (_, it)| all.union(&it.services));
    if !all.covers(services) {
        return AtEnd::Nothing;
    }
    let rules = here.into_iter().map(|(key, rule)| {
        let rows = world.rows_of(key, rule).into_iter();
        let rows = rows.map(|(platform, row)| (platform, words::row(row, world)));
        (key.clone(), rows.collect())
    });
    AtEnd::Rules(rules.collect())
}

/// The answer about an address that may be a member of a zone whose addresses are not known, if it would be permitted as such.
fn perhaps(world: &World, from: &End, to: &End, service: &str, asked: &Services) -> Option<Answer> {
    let is_open = |it: &End| it.address.is_some() && !it.perhaps.is_empty();
    let (open, is_source) = match (is_open(from), is_open(to)) {
        (true, _) => (from, true),
        (_, true) => (to, false),
        _ => return None,
    };
    let mut permitted: Vec<(&str, Vec<String>)> = Vec::new();
    for zone in &open.perhaps {
        let member = open.as_member(zone);
        let (from, to) = if is_source {
            (&member, to)
        } else {
            (from, &member)
        };
        let answer = decided(world, from, to, service, asked);
        if answer.verdict == Verdict::Permitted {
            let keys = answer.sides.iter().filter_map(|it| match &it.state {
                AtEnd::Rules(rules) => rules.first().map(|(key, _)| key.clone()),
                _ => None,
            });
            permitted.push((zone, keys.collect()));
        }
    }
    let (zone, keys) = permitted.first()?;
    let zones: Vec<&str> = permitted.iter().map(|(it, _)| *it).collect();
    let known_by = if zones.len() == 1 {
        "which is known by its group only"
    } else {
        "which are known by their groups only"
    };
    Some(Answer {
        verdict: Verdict::Undecided,
        line: format!(
            "Undecided: {} may be a member of {}, {known_by}. As {zone} it would be permitted ({}). Ask again with the zone's name.",
            open.asked,
            zones.join(" or "),
            keys.join(", ")
        ),
        sides: Vec::new(),
        because: Vec::new(),
        change: Vec::new(),
        notes: Vec::new(),
        question: [from.asked.clone(), to.asked.clone(), service.to_owned()],
    })
}

/// What the resource's own policy says of the traffic.
fn by_policy(world: &World, from: &End, to: &End, asked: &Services) -> Vec<String> {
    let planned = &world.planned;
    if planned.policy.is_empty() {
        return Vec::new();
    }
    let zones = planned.layout.zones.iter().map(|(name, it)| {
        let segment = it.segment.as_deref().map(Into::into);
        let trust = it.trust;
        (name.as_str().into(), Named { segment, trust })
    });
    let zones: BTreeMap<_, _> = zones.collect();
    let compiled = crate::compile::compile(&planned.layout, &planned.catalog);
    let rules = compiled.rules.iter().filter(|(key, _)| {
        let (source, listener) = match key.direction {
            Direction::Egress => (&key.zone, &key.peer),
            Direction::Ingress => (&key.peer, &key.zone),
        };
        from.names().contains(source)
            && to.names().contains(listener)
            && policy::of_traffic(key.traffic).overlaps(asked)
    });
    let rules = rules
        .map(|(key, rule)| (key.clone(), rule.clone()))
        .collect();
    let judged = policy::judge(&Inputs {
        policy: &planned.policy,
        rules: &rules,
        beyond: &[],
        zones: &zones,
        dates: planned.dates,
    });
    let is_about_rules = |it: &&Finding| it.subject.matches('/').count() >= 2;
    judged
        .iter()
        .filter(is_about_rules)
        .map(|it| it.message.replace('`', ""))
        .collect()
}
