//! The answer: what holds at each end, and why.

use super::by_policy::by_policy;
use super::ends::End;
use super::found::{Existing, existing, in_words};
use super::perhaps::perhaps;
use super::words;
use super::world::World;
use crate::compile::{Question, Reason, State, why};
use crate::model::services::Services;
use crate::model::words::Direction;
use crate::review::rule::Intent;
use std::collections::BTreeSet;

/// How it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Every end that is filtered has a rule.
    Permitted,
    /// Every end that is filtered has a rule for the same part of it.
    InPart,
    /// An end that is filtered has none.
    Refused,
    /// These rules filter neither end.
    Unfiltered,
    /// An address may be a member of a zone.
    Undecided,
}

/// The key of a rule, and its rows: the platform and the row.
pub(super) type Shown = (String, Vec<(&'static str, String)>);

/// What holds at one end.
pub(super) enum AtEnd {
    /// These rules do not filter here, and why.
    Unfiltered(String),
    /// Rules of the layout, with the rows of platforms.
    Rules(Vec<Shown>),
    /// Rules of the layout for this part only.
    Part(Services, Vec<Shown>),
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
    let mut answer = decided(world, from, to, service, asked);
    let open = || perhaps(world, [from, to], &answer, service, asked);
    if let Some(open) = open() {
        return open;
    }
    answer.notes.extend(by_policy(world, from, to, asked));
    answer.notes.extend(world.changed.iter().map(|[label, then, now]| {
        format!("the digest of {label} is {then} in the file and {now} in this program: the reasons are those of this program")
    }));
    answer
}

/// The answer by the zones that ends are surely in.
pub(super) fn decided(
    world: &World,
    from: &End,
    to: &End,
    service: &str,
    asked: &Services,
) -> Answer {
    let question = Question {
        from: &from.all_names(),
        to: &to.all_names(),
        services: asked,
    };
    let mut reasons = why(&world.planned.layout, &world.planned.catalog, question);
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
        .map(|it| matches!(it.state, AtEnd::Nothing | AtEnd::Part(..)));
    let unfiltered = sides
        .each_ref()
        .map(|it| matches!(it.state, AtEnd::Unfiltered(_)));
    let common = sides.iter().fold(asked.clone(), |all, it| match &it.state {
        AtEnd::Nothing => Services::default(),
        AtEnd::Part(part, _) => all.intersection(part),
        _ => all,
    });
    let verdict = match (lacks, unfiltered) {
        ([false, false], [true, true]) => Verdict::Unfiltered,
        ([false, false], _) => Verdict::Permitted,
        _ if !common.is_empty() && listened.is_none() => Verdict::InPart,
        _ => Verdict::Refused,
    };
    if verdict == Verdict::Refused && !(from.around.is_empty() && to.around.is_empty()) {
        // What others may do explains nothing.
        let question = Question {
            from: &from.names(),
            to: &to.names(),
            services: asked,
        };
        reasons = why(&world.planned.layout, &world.planned.catalog, question);
    }
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
        common: &common,
        listened: listened.as_ref(),
        reasons: &reasons,
    };
    told.tell(&mut answer, lacks, unfiltered);
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
            AtEnd::Nothing | AtEnd::Part(..) => {
                match existing(world, (zone, direction), peer, services) {
                    Existing::Permits(rule) => Some(in_words(rule, zone, world)),
                    _ => None,
                }
            }
            _ => None,
        };
        // An end is filtered if a zone that it is in is.
        let rank = match &state {
            AtEnd::Rules(_) => 0,
            AtEnd::Existing(_) => 1,
            AtEnd::Part(..) => 2,
            AtEnd::Nothing => 3,
            AtEnd::Unfiltered(_) => 4,
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
    let of = |is_of_peer: &dyn Fn(&str, &Intent) -> bool| {
        let found = world.rules.iter().filter(|(key, it)| {
            it.zone == zone
                && it.direction == direction
                && it.services.overlaps(services)
                && is_of_peer(key, it)
        });
        found.collect::<Vec<&(String, Intent)>>()
    };
    let all = |here: &[&(String, Intent)]| {
        here.iter()
            .fold(Services::default(), |all, (_, it)| all.union(&it.services))
    };
    let own = peer.zones.first().map(|(name, _)| name);
    let is_own = |it: &Intent| own == Some(&it.peer_zone);
    let mut here = of(&|_, it| is_own(it));
    if !all(&here).covers(services) {
        // Who has an address of a zone is not in its groups.
        let wider = peer.zones.iter().skip(1).map(|(name, _)| name);
        let wider: BTreeSet<&String> = wider.chain(&peer.around).collect();
        here = of(&|key, it| {
            is_own(it) || (wider.contains(&it.peer_zone) && world.is_by_address(key, it))
        });
    }
    let all = all(&here);
    let rules = here.into_iter().map(|(key, rule)| {
        let rows = world.rows_of(key, rule).into_iter();
        let rows = rows.map(|(platform, row)| (platform, words::row(row, world)));
        (key.clone(), rows.collect())
    });
    let rules: Vec<Shown> = rules.collect();
    if all.covers(services) {
        AtEnd::Rules(rules)
    } else if rules.is_empty() {
        AtEnd::Nothing
    } else {
        AtEnd::Part(all.intersection(services), rules)
    }
}
