//! Why traffic is refused, and what to change.

use super::answer::{Answer, AtEnd};
use super::ends::End;
use super::words::{MOST, Told, reason, translated, zone};
use crate::compile::{Off, Question, Reason, State, why};
use crate::model::services::Services;
use crate::model::words::{Direction, Trust};
use crate::provider::known_blocks;
use std::collections::BTreeSet;
use std::sync::Arc;

impl Told<'_> {
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
        lines.push("no wanted rule matches it; `terraform apply` does not remove it".to_owned());
        lines
    }

    pub(super) fn refused(&self, answer: &mut Answer, lacks: [bool; 2]) {
        let all_open = answer
            .sides
            .iter()
            .all(|it| !matches!(it.state, AtEnd::Nothing | AtEnd::Part(..)) || it.open.is_some());
        if all_open && answer.sides.iter().any(|it| it.open.is_some()) {
            answer.because.push(self.listening());
            let what = "delete that rule where it was made, unless something else needs it";
            answer.change.push(what.to_owned());
            return;
        }
        let of =
            |wanted: fn(&State) -> bool| self.reasons.iter().filter(move |it| wanted(&it.state));
        if let Some(it) = of(|it| *it == State::Translated).next() {
            answer.because.push(translated(it));
            return;
        }
        let on: Vec<&Reason> = of(|it| *it == State::On).collect();
        if !on.is_empty() {
            answer.because = on.iter().take(MOST).map(|it| reason(it)).collect();
            let at = usize::from(!lacks[0]);
            let (end, direction) = (
                zone(at, answer),
                [Direction::Egress, Direction::Ingress][at],
            );
            let parts = on
                .iter()
                .fold(Services::default(), |all, it| all.union(&it.dials));
            let rest = self.asked.difference(&parts);
            if !rest.is_empty() {
                answer.because.push(vec![format!("no flow needs {rest}")]);
            } else if self.world.planned.layout.directions.contains(&direction) {
                answer.because.push(vec![format!(
                    "no flow for {end}: these flows are for other zones with that address"
                )]);
            } else {
                let peer = zone(1 - at, answer);
                answer.change.push(format!(
                    "add an {direction} rule to {end} for {peer} and {} only: the layout makes no {direction} rules",
                    self.asked
                ));
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
            if let Some(twin) = self.twin(off[0].0)
                && let Some(last) = answer.because.last_mut()
            {
                last.push(twin);
            }
            answer.change.push(self.to_change(first));
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
            let line = vec![format!(
                "{} ({}) {way} {component}, which is placed in no zone{off}",
                it.flow, it.dials
            )];
            if answer.because.contains(&line) {
                continue;
            }
            answer.because.push(line);
            if answer.change.is_empty() {
                let with = match self.own_zone(end) {
                    Some(zone) => format!("add \"{component}\" to `components` of zone \"{zone}\""),
                    None if end.address.is_some() => {
                        format!("a zone with components = [\"{component}\"] and this address")
                    }
                    None => {
                        format!("a zone with components = [\"{component}\"] and its own addresses")
                    }
                };
                answer.change.push(with);
                let State::Unplaced(_, off) = &it.state else {
                    continue;
                };
                answer
                    .change
                    .extend(off.as_ref().map(|it| self.to_change(it)));
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
            let zone = end.zones.first();
            let zone = zone.and_then(|(name, _)| layout.zones.get(name));
            let all = zone
                .into_iter()
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
            (others.is_empty(), self.from.own_zone(), self.to.own_zone())
        {
            answer.change.push(format!(
                "if you need it anyway, a `flow` block with from = [\"{from}\"], to = [\"{to}\"], services = [\"{}\"]",
                self.service
            ));
        }
    }

    /// The zone of an end that a component can be added to: in one that everyone is in, it would be everyone.
    fn own_zone<'e>(&self, end: &'e End) -> Option<&'e str> {
        let zone = end.own_zone()?;
        let planned = &self.world.planned;
        let is_public = planned.layout.zones.get(zone)?.trust == Trust::Public;
        let addresses = planned.addresses.get(zone).into_iter();
        let is_open = addresses
            .flat_map(known_blocks)
            .any(|(_, it)| it.length() == 0);
        (!is_public && !is_open).then_some(zone)
    }

    /// A flow between the same components that is on: another port that is permitted.
    fn twin(&self, off: &Reason) -> Option<String> {
        let question = Question {
            from: &self.from.names(),
            to: &self.to.names(),
            services: &Services::all(),
        };
        let found = why(
            &self.world.planned.layout,
            &self.world.planned.catalog,
            question,
        );
        let ends = |it: &Reason| (it.source.clone(), it.listener.clone());
        let found = found
            .into_iter()
            .find(|it| it.state == State::On && it.source.is_some() && ends(it) == ends(off))?;
        Some(format!("{} is permitted on {}", found.flow, found.dials))
    }

    /// What to write in the layout.
    fn to_change(&self, off: &Off) -> String {
        match off {
            Off::Disabled { label, name } => {
                format!("remove \"{name}\" from `disable` in product \"{label}\"")
            }
            Off::Optional { label, name } => {
                let instance = self.world.planned.layout.instances.get(label);
                let enabled = instance.into_iter().flat_map(|it| &it.overrides.enable);
                let all: Vec<String> = enabled
                    .chain([name])
                    .map(|it| format!("\"{it}\""))
                    .collect();
                format!("enable = [{}] in product \"{label}\"", all.join(", "))
            }
            Off::Choice {
                label,
                choice,
                option,
            } => format!("choices = {{ {choice} = \"{option}\" }} in product \"{label}\""),
            Off::Excluded { label, by } => format!("switch \"{by}\" off in product \"{label}\""),
        }
    }
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
