//! The sentences of an answer.

use super::answer::{Answer, AtEnd, Verdict};
use super::ends::End;
use super::world::World;
use crate::compile::{Off, Question, Reason, State, why};
use crate::model::address::Cidr;
use crate::model::key::RowKey;
use crate::model::services::Services;
use crate::model::words::{Direction, Need};
use std::collections::BTreeSet;
use std::sync::Arc;

/// What an answer is told of.
pub(super) struct Told<'t> {
    pub(super) world: &'t World,
    pub(super) from: &'t End,
    pub(super) to: &'t End,
    pub(super) service: &'t str,
    pub(super) asked: &'t Services,
    pub(super) listened: Option<&'t Services>,
    pub(super) reasons: &'t [Reason],
}

/// The most reasons that are given.
const MOST: usize = 2;

impl Told<'_> {
    pub(super) fn tell(&self, answer: &mut Answer, lacks: [bool; 2], unfiltered: [bool; 2]) {
        answer.line = self.line(answer, lacks, unfiltered);
        let is_permitted = matches!(answer.verdict, Verdict::Permitted | Verdict::Unfiltered);
        let on = |it: &&Reason| it.state == State::On;
        if is_permitted {
            let on: Vec<&Reason> = self.reasons.iter().filter(on).collect();
            answer.because = on.iter().take(MOST).map(|it| reason(it)).collect();
            if on.is_empty() && answer.verdict == Verdict::Permitted {
                answer.because.extend(self.by_file());
            }
        } else {
            self.refused(answer, lacks);
        }
        for end in [self.from, self.to] {
            answer.notes.extend(placed(end));
        }
    }

    fn line(&self, answer: &Answer, lacks: [bool; 2], unfiltered: [bool; 2]) -> String {
        let (from, to, service) = (&self.from.asked, &self.to.asked, self.service);
        let open = answer.sides.iter().find_map(|it| it.open.as_ref());
        let all_open = answer
            .sides
            .iter()
            .all(|it| !matches!(it.state, AtEnd::Nothing) || it.open.is_some());
        match answer.verdict {
            Verdict::Permitted => match self.listened {
                Some(listened) => {
                    let at = zone(1, answer);
                    format!(
                        "Permitted: {from} may connect to {to} on {service}; {at} listens on {listened} (advertised_ports)."
                    )
                }
                None if unfiltered.contains(&true) => {
                    format!(
                        "Permitted: {from} may connect to {to} on {service}, as far as these rules decide."
                    )
                }
                None => format!("Permitted: {from} may connect to {to} on {service}."),
            },
            Verdict::Unfiltered => {
                format!(
                    "Not filtered: these rules decide neither at {from} nor at {to} on {service}."
                )
            }
            Verdict::Undecided => String::new(),
            Verdict::Refused => {
                let is_nowhere = |it: &&&End| own_zone(it).is_none();
                let nowhere = [self.from, self.to];
                let nowhere = nowhere.iter().find(is_nowhere);
                if let Some(end) = nowhere.filter(|_| open.is_none()) {
                    return format!("Refused: {} is in no zone.", end.asked);
                }
                let translated = self.reasons.iter().find(|it| it.state == State::Translated);
                match (open.filter(|_| all_open), translated, lacks) {
                    (Some(open), _, _) => {
                        format!("Refused by the layout, and open all the same: {open}.")
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

    /// What listens where an existing rule admits what the layout does not want.
    fn listening(&self) -> Vec<String> {
        let layout = &self.world.planned.layout;
        let everyone: BTreeSet<Arc<str>> =
            layout.zones.keys().map(|it| it.as_str().into()).collect();
        let question = Question {
            from: &everyone,
            to: &self.to.names(),
            services: self.asked,
        };
        let found = why(layout, &self.world.planned.catalog, question);
        let there = found.iter().filter(|it| it.listens.overlaps(self.asked));
        let there = there.filter(|it| !matches!(&it.state, State::Unplaced(component, _) if Some(component) == it.listener.as_ref()));
        let mut lines: Vec<String> = there
            .map(|it| match &*it.purpose {
                "" => format!("{} listens there", it.flow),
                purpose => format!("{} listens there: {purpose}", it.flow),
            })
            .collect();
        lines.dedup();
        lines.truncate(MOST);
        lines.push("not wanted; the apply does not remove it (see `review`)".to_owned());
        lines
    }

    fn refused(&self, answer: &mut Answer, lacks: [bool; 2]) {
        let all_open = answer
            .sides
            .iter()
            .all(|it| !matches!(it.state, AtEnd::Nothing) || it.open.is_some());
        if all_open && answer.sides.iter().any(|it| it.open.is_some()) {
            answer.because.push(self.listening());
            return;
        }
        let of =
            |wanted: fn(&State) -> bool| self.reasons.iter().filter(move |it| wanted(&it.state));
        if let Some(it) = of(|it| *it == State::Translated).next() {
            answer.because.push(vec![format!(
                "{}: peers connect to other ports, by `advertised_ports`",
                it.flow
            )]);
            return;
        }
        let on: Vec<&Reason> = of(|it| *it == State::On).collect();
        if !on.is_empty() {
            answer.because = on.iter().take(MOST).map(|it| reason(it)).collect();
            let end = if lacks[0] {
                zone(0, answer)
            } else {
                zone(1, answer)
            };
            let parts = on
                .iter()
                .fold(Services::default(), |all, it| all.union(&it.dials));
            let rest = self.asked.difference(&parts);
            if rest.is_empty() {
                answer.change.push(format!(
                    "add a rule to {end}: the layout has none of this direction there"
                ));
            } else {
                answer.because.push(vec![format!("no flow needs {rest}")]);
            }
            return;
        }
        let off = self.reasons.iter().filter_map(|it| match &it.state {
            State::Off(off) => Some((it, off)),
            _ => None,
        });
        let off: Vec<(&Reason, &Off)> = off.collect();
        if let Some((_, first)) = off.first() {
            for (it, it_off) in off.iter().take(MOST) {
                answer.because.push(vec![format!(
                    "{} would permit it, and {}",
                    it.flow,
                    why_off(it_off)
                )]);
            }
            answer.change.push(to_change(first));
            return;
        }
        let unplaced: Vec<&Reason> = of(|it| matches!(it, State::Unplaced(..))).collect();
        for it in unplaced.iter().take(MOST) {
            let State::Unplaced(component, off) = &it.state else {
                continue;
            };
            let (way, end) = if it.listener.as_ref() == Some(component) {
                ("goes to", self.to)
            } else {
                ("comes from", self.from)
            };
            let off = off
                .as_ref()
                .map_or_else(String::new, |it| format!(", and {}", why_off(it)));
            answer.because.push(vec![format!(
                "{} ({}) {way} {component}, which is placed in no zone{off}",
                it.flow, it.dials
            )]);
            if answer.change.is_empty() {
                let with = match own_zone(end) {
                    Some(zone) => format!("add \"{component}\" to `components` of zone \"{zone}\""),
                    None => format!("a zone with components = [\"{component}\"] and this address"),
                };
                answer.change.push(with);
            }
        }
        if unplaced.is_empty() {
            self.no_flow(answer);
        }
    }

    /// That nothing needs it, and who else may connect to the listener.
    fn no_flow(&self, answer: &mut Answer) {
        let layout = &self.world.planned.layout;
        let components = |end: &End| {
            let zones = end
                .zones
                .iter()
                .filter_map(|(name, _)| layout.zones.get(name));
            let all = zones
                .flat_map(|it| &it.components)
                .map(|it| format!("{}.{}", it.label, it.component));
            let all: Vec<String> = all.collect();
            match &all[..] {
                [] => end.asked.clone(),
                few if few.len() <= 3 => format!("{} ({})", end.asked, few.join(", ")),
                many => format!(
                    "{} ({} and {} more)",
                    end.asked,
                    many[..2].join(", "),
                    many.len() - 2
                ),
            }
        };
        let ends = [components(self.from), components(self.to)];
        let mut lines = vec![format!(
            "no flow connects {} with {} on {}.",
            ends[0], ends[1], self.service
        )];
        let mut others: BTreeSet<String> = BTreeSet::new();
        let mut flows: BTreeSet<&str> = BTreeSet::new();
        for it in self.reasons {
            if let State::Others(zones) = &it.state {
                others.extend(zones.iter().map(ToString::to_string));
                flows.insert(&it.flow);
            }
        }
        let to = &self.to.asked;
        let flows: Vec<&str> = flows.into_iter().take(3).collect();
        let others: Vec<String> = others.into_iter().collect();
        match &others[..] {
            [] => {}
            [only] => lines.push(format!(
                "{only} is the only zone that may connect to {to} on {} ({}).",
                self.service,
                flows.join(", ")
            )),
            few if few.len() <= 4 => {
                lines.push(format!(
                    "only {} may connect to {to} on {} ({}).",
                    few.join(", "),
                    self.service,
                    flows.join(", ")
                ));
            }
            many => {
                lines.push(format!(
                    "{} zones may connect to {to} on {} ({}).",
                    many.len(),
                    self.service,
                    flows.join(", ")
                ));
            }
        }
        answer.because.push(lines);
        if let (true, Some(from), Some(to)) =
            (others.is_empty(), own_zone(self.from), own_zone(self.to))
        {
            answer.change.push(format!(
                "if it is needed all the same, a `flow` block with from = [\"{from}\"], to = [\"{to}\"], services = [\"{}\"]",
                self.service
            ));
        }
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

/// The zone of an end that a layout can be changed by. One that has every address is not that of an address in it: what is placed there
/// would be opened to everyone.
fn own_zone(end: &End) -> Option<&str> {
    let (zone, block) = end.zones.first()?;
    block.is_none_or(|it| it.length() > 0).then_some(zone)
}

/// The zone of a side.
fn zone(at: usize, answer: &Answer) -> &str {
    answer.sides.get(at).map_or("", |it| it.zone.as_str())
}

/// A flow with its purpose, and what says so.
fn reason(it: &Reason) -> Vec<String> {
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

fn why_off(off: &Off) -> String {
    match off {
        Off::Disabled { label, name } => {
            format!("`disable` in product \"{label}\" switches \"{name}\" off")
        }
        Off::Optional { name, .. } => format!("is off until \"{name}\" is enabled"),
        Off::Choice { choice, option, .. } => {
            format!("is for {choice} = \"{option}\", which is not chosen")
        }
        Off::Excluded { by, .. } => format!("\"{by}\" excludes it"),
    }
}

fn to_change(off: &Off) -> String {
    match off {
        Off::Disabled { label, name } => {
            format!("remove \"{name}\" from `disable` in product \"{label}\"")
        }
        Off::Optional { label, name } => format!("enable = [\"{name}\"] in product \"{label}\""),
        Off::Choice {
            label,
            choice,
            option,
        } => format!("choices = {{ {choice} = \"{option}\" }} in product \"{label}\""),
        Off::Excluded { label, by } => format!("switch \"{by}\" off in product \"{label}\""),
    }
}

/// Where an address is.
fn placed(end: &End) -> Option<String> {
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
            "{asked} is in {}; a packet filter asks the rules of all",
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
