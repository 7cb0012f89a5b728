//! The sentences of an answer.

use super::answer::{Answer, AtEnd, Verdict};
use super::ends::End;
use super::world::World;
use crate::compile::{Reason, State};
use crate::model::address::Cidr;
use crate::model::key::RowKey;
use crate::model::services::Services;
use crate::model::words::{Direction, Need};
use std::collections::BTreeSet;

/// What an answer is told of.
pub(super) struct Told<'t> {
    pub(super) world: &'t World,
    pub(super) from: &'t End,
    pub(super) to: &'t End,
    pub(super) service: &'t str,
    pub(super) asked: &'t Services,
    /// What every end that is filtered permits of it.
    pub(super) common: &'t Services,
    pub(super) listened: Option<&'t Services>,
    pub(super) reasons: &'t [Reason],
}

/// The most reasons that are given.
pub(super) const MOST: usize = 2;

impl Told<'_> {
    pub(super) fn tell(&self, answer: &mut Answer, lacks: [bool; 2], unfiltered: [bool; 2]) {
        answer.line = self.line(answer, lacks, unfiltered);
        if matches!(answer.verdict, Verdict::Permitted | Verdict::Unfiltered) {
            let of = |wanted: State| self.reasons.iter().filter(move |it| it.state == wanted);
            answer.because = of(State::On).take(MOST).map(reason).collect();
            if answer.because.is_empty() && answer.verdict == Verdict::Permitted {
                let translated = of(State::Translated).map(translated);
                answer.because = translated.take(MOST).collect();
            }
            if answer.because.is_empty() && answer.verdict == Verdict::Permitted {
                answer.because = self.by_file();
            }
        } else {
            self.refused(answer, lacks);
        }
        for end in [self.from, self.to] {
            answer.notes.extend(placed(end));
        }
        answer.notes.extend(self.for_others(answer));
    }

    /// The zones of rules that are for an end because its addresses are in them.
    fn for_others(&self, answer: &Answer) -> Vec<String> {
        let ends = [self.to, self.from];
        let notes = answer.sides.iter().zip(ends).filter_map(|(side, end)| {
            let (AtEnd::Rules(rules) | AtEnd::Part(_, rules)) = &side.state else {
                return None;
            };
            let peer = |key: &str| key.rsplit('/').next().map(str::to_owned);
            let peers: BTreeSet<String> = rules.iter().filter_map(|(key, _)| peer(key)).collect();
            let others: Vec<&String> = end.around.iter().filter(|it| peers.contains(*it)).collect();
            let first = others.first()?;
            Some(format!(
                "all addresses of {} are in {first}, so the rules for {first} are for {}, too",
                end.asked, end.asked
            ))
        });
        notes.collect()
    }

    fn line(&self, answer: &Answer, lacks: [bool; 2], unfiltered: [bool; 2]) -> String {
        let (from, to, service) = (&self.from.asked, &self.to.asked, self.service);
        let open = answer.sides.iter().find_map(|it| it.open.as_ref());
        let all_open = answer
            .sides
            .iter()
            .all(|it| !matches!(it.state, AtEnd::Nothing | AtEnd::Part(..)) || it.open.is_some());
        match answer.verdict {
            Verdict::Permitted => {
                let as_far = if unfiltered.contains(&true) {
                    ", as far as these rules decide"
                } else {
                    ""
                };
                let listened = self.listened.map_or_else(String::new, |it| {
                    format!("; {} listens on {it} (advertised_ports)", zone(1, answer))
                });
                format!("Permitted: {from} may connect to {to} on {service}{as_far}{listened}.")
            }
            Verdict::InPart => match open.filter(|_| all_open) {
                Some(open) => format!("Refused in part by the layout, but open anyway: {open}."),
                None => format!(
                    "Refused in part: {from} may connect to {to} on {}, not on {}.",
                    self.common,
                    self.asked.difference(self.common)
                ),
            },
            Verdict::Unfiltered => {
                format!(
                    "Not filtered: these rules decide neither at {from} nor at {to} on {service}."
                )
            }
            Verdict::Undecided => String::new(),
            Verdict::Refused => {
                let nowhere = [self.from, self.to]
                    .into_iter()
                    .find(|it| self.is_nowhere(it));
                if let Some(end) = nowhere.filter(|_| open.is_none()) {
                    let own = if end.zones.is_empty() {
                        ""
                    } else {
                        " of its own"
                    };
                    return format!("Refused: {} is in no zone{own}.", end.asked);
                }
                let translated = self.reasons.iter().find(|it| it.state == State::Translated);
                match (open.filter(|_| all_open), translated, lacks) {
                    (Some(open), _, _) => {
                        format!("Refused by the layout, but open anyway: {open}.")
                    }
                    (_, Some(it), _) => format!(
                        "Refused: {from} has to connect to {to} on {}, not on {service}.",
                        it.dials
                    ),
                    (_, _, [true, false]) if !unfiltered[1] => {
                        format!("Refused: {to} admits it, {from} does not send it.")
                    }
                    (_, _, [false, true]) if !unfiltered[0] => {
                        format!("Refused: {from} sends it, {to} does not admit it.")
                    }
                    _ => format!("Refused: {from} may not connect to {to} on {service}."),
                }
            }
        }
    }

    /// Whether an address is in no zone, or only in those of everyone although a component would be there.
    fn is_nowhere(&self, end: &End) -> bool {
        let is_everyone = |(_, block): &(_, Option<Cidr>)| block.is_some_and(|it| it.length() == 0);
        let is_missed = self.reasons.iter().any(|it| match &it.state {
            State::Unplaced(component, _) => {
                let at = if it.listener.as_ref() == Some(component) {
                    self.to
                } else {
                    self.from
                };
                at.asked == end.asked
            }
            _ => false,
        });
        end.zones.is_empty() || (is_missed && end.zones.iter().all(is_everyone))
    }

    /// The flows that the file names, where this program knows none.
    fn by_file(&self) -> Vec<Vec<String>> {
        let (from, to) = (self.from.names(), self.to.names());
        let rules = self.world.rules.iter().filter(|(_, it)| {
            let (source, listener) = match it.direction {
                Direction::Egress => (&it.zone, &it.peer_zone),
                Direction::Ingress => (&it.peer_zone, &it.zone),
            };
            from.contains(source.as_str())
                && to.contains(listener.as_str())
                && it.services.overlaps(self.asked)
        });
        let flows: BTreeSet<&str> = rules
            .flat_map(|(_, it)| &it.flows)
            .map(String::as_str)
            .collect();
        let of_flow = |flow: &str| {
            let label = flow.split_once('.').map_or("", |(label, _)| label);
            let why = if self.world.is_unknown_product(label) {
                "purpose not known: give its product file with --definitions"
            } else {
                "this program's matrix does not have it for these ends"
            };
            vec![format!("{flow} ({why})")]
        };
        flows.into_iter().take(MOST).map(of_flow).collect()
    }
}

/// The zone of a side.
pub(super) fn zone(at: usize, answer: &Answer) -> &str {
    answer.sides.get(at).map_or("", |it| it.zone.as_str())
}

/// That a flow is for other ports.
pub(super) fn translated(it: &Reason) -> Vec<String> {
    vec![format!(
        "{}: peers connect to {}, by `advertised_ports`",
        it.flow, it.dials
    )]
}

/// A flow with its purpose, and what says so.
pub(super) fn reason(it: &Reason) -> Vec<String> {
    let need = match it.need {
        Some(Need::Required) => " (required)",
        Some(Need::Optional) => " (optional)",
        _ => "",
    };
    let purpose = if it.purpose.is_empty() {
        " (a flow block of the layout)".to_owned()
    } else {
        format!(": {}", it.purpose)
    };
    let mut lines = vec![format!("{}{need}{purpose}", it.flow)];
    if let Some([title, at, url]) = it.sources.first() {
        lines.push(format!("{title}: {at}   {url}"));
    }
    lines
}

/// Where an address is.
fn placed(end: &End) -> Vec<String> {
    let inside = (!end.inside.is_empty()).then(|| {
        let zones = end.inside.iter().take(3);
        let zones: Vec<String> = zones.map(|(name, it)| format!("{name} ({it})")).collect();
        format!(
            "a part of {} is in {}, which this does not answer for; ask for that zone",
            end.asked,
            zones.join(", ")
        )
    });
    within(end).into_iter().chain(inside).collect()
}

/// The zones that have an address.
fn within(end: &End) -> Option<String> {
    end.address?;
    let is_everyone = |block: &Option<Cidr>| block.is_some_and(|it| it.length() == 0);
    let with = |(name, block): &(String, Option<Cidr>)| match block {
        Some(block) => format!("{name} ({block})"),
        None => name.clone(),
    };
    let (everyone, own): (Vec<_>, Vec<_>) = end.zones.iter().partition(|(_, it)| is_everyone(it));
    let asked = &end.asked;
    let names = |zones: &[&(String, Option<Cidr>)]| {
        zones
            .iter()
            .map(|it| with(it))
            .collect::<Vec<_>>()
            .join(" and in ")
    };
    match (&own[..], &everyone[..]) {
        ([], []) => None,
        ([], everyone) => Some(format!(
            "{asked} is in no zone of its own; {} has every address",
            names(everyone)
        )),
        ([one], _) => Some(format!("{asked} is in {}", with(one))),
        (several, _) => Some(format!(
            "{asked} is in {}; the rules of all of them apply",
            names(several)
        )),
    }
}

/// The key of a row, with the address that it stands for.
pub(super) fn row(key: &str, world: &World) -> String {
    let block = RowKey::parse(key).and_then(|it| {
        let addresses = world.planned.addresses.get(it.peer)?;
        let all = if it.kind == "ipv6" {
            &addresses.ipv6
        } else {
            &addresses.ipv4
        };
        all.get(it.name?)?.known().copied()
    });
    block.map_or_else(|| key.to_owned(), |it| format!("{key} ({it})"))
}
