//! Which flows connect two zones, and which would: those that are off, and those of which an end is in no zone.

use super::connect::{self, Peer};
use super::instances::{self, Instances, Resolved};
use crate::catalog::Catalog;
use crate::catalog::product::{self, in_language};
use crate::model::layout::Layout;
use crate::model::services::Services;
use crate::model::traffic::Traffic;
use crate::model::words::{Exposure, Need};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A question about traffic: ends by the names of zones, or `<label>.<component>` for a fixed address. None is everyone, which finds
/// out who else may.
#[derive(Clone, Copy)]
pub struct Question<'q> {
    /// Who opens the connection.
    pub from: &'q BTreeSet<Arc<str>>,
    /// Who listens.
    pub to: &'q BTreeSet<Arc<str>>,
    /// What the source connects to.
    pub services: &'q Services,
}

/// A flow that has to do with a question.
#[derive(Clone, Debug)]
pub struct Reason {
    /// `label.flow`, or the name of a flow block.
    pub flow: Arc<str>,
    /// The source component as `label.component`; none for a flow block.
    pub source: Option<String>,
    /// The listening component as `label.component`; none for a flow block.
    pub listener: Option<String>,
    /// What the source connects to.
    pub dials: Services,
    /// What the listener listens on.
    pub listens: Services,
    /// Whether it is required, as far as a product says so.
    pub need: Option<Need>,
    /// What it is for.
    pub purpose: String,
    /// Title, place and address of the documents that say so.
    pub sources: Vec<[String; 3]>,
    /// Its part in the layout.
    pub state: State,
}

/// The part of a flow in a layout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// It is on, and connects the two ends.
    On,
    /// It is on, but the source has to connect to other ports: an address translation is in between.
    Translated,
    /// It would connect the two ends, and is off.
    Off(Off),
    /// This component, at the other end, is in no zone; it may be off, too.
    Unplaced(String, Option<Off>),
    /// It is on, and connects others to the same listener: the zones that it lets connect.
    Others(BTreeSet<Arc<str>>),
}

/// Why a flow is off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Off {
    /// `disable` lists it.
    Disabled {
        /// The label of the product.
        label: String,
        /// What `disable` lists: the flow or a feature.
        name: String,
    },
    /// It must be enabled by name.
    Optional {
        /// The label of the product.
        label: String,
        /// What to list in `enable`: the flow or a feature.
        name: String,
    },
    /// An option of a choice has to be chosen.
    Choice {
        /// The label of the product.
        label: String,
        /// The choice.
        choice: String,
        /// The option.
        option: String,
    },
    /// Something that is on excludes it.
    Excluded {
        /// The label of the product.
        label: String,
        /// The feature or option.
        by: String,
    },
}

/// The flows that have to do with a question, those that are on first. Texts are in the layout's language.
pub fn why(layout: &Layout, catalog: &Catalog, question: Question<'_>) -> Vec<Reason> {
    let mut ignored = Vec::new();
    let instances = instances::resolve(layout, catalog, &mut ignored);
    let placed = instances::place(layout, &instances, &mut ignored);
    let flows = connect::flows(layout, &instances, &placed, &mut ignored);
    let mut reasons = Vec::new();
    for flow in &flows {
        if flow.exposure == Some(Exposure::Local) {
            continue;
        }
        let (dials, listens) = (all(&flow.dials), all(&flow.listens));
        let is_dialled = dials.overlaps(question.services);
        if !is_dialled && !listens.overlaps(question.services) {
            continue;
        }
        let mut of_flow = Found::new(layout, &instances, &flow.id, flow.origin, dials, listens);
        for from in &flow.from {
            for to in &flow.to {
                let ends = [&from.peers, &to.peers].map(|it| names(it));
                let here = [meet(&ends[0], question.from), meet(&ends[1], question.to)];
                let components = [from.component, to.component];
                let state = match here {
                    [true, true] if is_dialled => State::On,
                    [true, true] => State::Translated,
                    [true, false] if ends[1].is_empty() => {
                        State::Unplaced(of_flow.called(to.component), None)
                    }
                    [false, true] if ends[0].is_empty() => {
                        State::Unplaced(of_flow.called(from.component), None)
                    }
                    [false, true] => State::Others(ends[0].clone()),
                    _ => continue,
                };
                of_flow.add(components, state);
            }
        }
        reasons.extend(of_flow.reasons);
    }
    for (label, resolved) in &instances {
        let matrix = &resolved.matrix;
        for (id, state) in matrix.flows.iter().filter(|(_, it)| !it.enabled) {
            let flow = &matrix.product.flows[id];
            let (dials, listens) = (all(&state.dials), all(&state.listens));
            if flow.exposure == Some(Exposure::Local) || !dials.overlaps(question.services) {
                continue;
            }
            let name: Arc<str> = format!("{label}.{id}").into();
            let mut of_flow =
                Found::new(layout, &instances, &name, Some((label, id)), dials, listens);
            let zones = |component: &str| -> BTreeSet<Arc<str>> {
                placed.zones(label, component).map(Arc::from).collect()
            };
            for from in &flow.from {
                for to in &flow.to {
                    let Some(why) = off(label, id, flow, resolved) else {
                        continue;
                    };
                    let ends = [zones(from), zones(to)];
                    let is_fixed = |it: &str| !matrix.product.components[it].addresses.is_empty();
                    let state = match [meet(&ends[0], question.from), meet(&ends[1], question.to)] {
                        [true, true] => State::Off(why),
                        [true, false] if ends[1].is_empty() && !is_fixed(to) => {
                            State::Unplaced(of_flow.called(to), Some(why))
                        }
                        [false, true] if ends[0].is_empty() && !is_fixed(from) => {
                            State::Unplaced(of_flow.called(from), Some(why))
                        }
                        _ => continue,
                    };
                    of_flow.add([from, to], state);
                }
            }
            reasons.extend(of_flow.reasons);
        }
    }
    reasons.sort_by_key(|it| rank(&it.state));
    reasons
}

/// The order in which reasons are given.
const fn rank(state: &State) -> u8 {
    match state {
        State::On => 0,
        State::Translated => 1,
        State::Off(_) => 2,
        State::Unplaced(..) => 3,
        State::Others(_) => 4,
    }
}

fn names(peers: &[Peer]) -> BTreeSet<Arc<str>> {
    peers.iter().map(|it| Arc::clone(it.name())).collect()
}

fn meet(a: &BTreeSet<Arc<str>>, b: &BTreeSet<Arc<str>>) -> bool {
    a.iter().any(|it| b.contains(it))
}

fn all(traffic: &[Traffic]) -> Services {
    let each = traffic.iter().map(|it| Services::of_rule(*it));
    each.fold(Services::default(), |all, it| all.union(&it))
}

/// The reasons of one flow.
struct Found<'f> {
    origin: Option<(&'f str, &'f str)>,
    pattern: Reason,
    reasons: Vec<Reason>,
}

impl<'f> Found<'f> {
    fn new(
        layout: &Layout,
        instances: &Instances<'_>,
        name: &Arc<str>,
        origin: Option<(&'f str, &'f str)>,
        dials: Services,
        listens: Services,
    ) -> Self {
        let product = origin.map(|(label, id)| (&instances[label].matrix.product, id));
        let flow = product.map(|(product, id)| (product, &product.flows[id]));
        let sources = flow.iter().flat_map(|(product, flow)| product.cited(flow));
        let sources = sources.map(|(it, at)| [it.title.clone(), at.to_owned(), it.url.clone()]);
        let purpose = flow.map(|(_, it)| in_language(&it.purpose, &layout.language).to_owned());
        Found {
            origin,
            pattern: Reason {
                flow: Arc::clone(name),
                source: None,
                listener: None,
                dials,
                listens,
                need: flow.map(|(_, it)| it.need),
                purpose: purpose.unwrap_or_default(),
                sources: sources.collect(),
                state: State::On,
            },
            reasons: Vec::new(),
        }
    }

    /// `label.component`; the name of a flow block has no label.
    fn called(&self, component: &str) -> String {
        match self.origin {
            Some((label, _)) => format!("{label}.{component}"),
            None => component.to_owned(),
        }
    }

    fn add(&mut self, [from, to]: [&str; 2], state: State) {
        let known = self
            .reasons
            .iter_mut()
            .find(|it| rank(&it.state) == rank(&state));
        if let (
            Some(Reason {
                state: State::Others(zones),
                ..
            }),
            State::Others(more),
        ) = (known, &state)
        {
            zones.extend(more.iter().cloned());
            return;
        }
        let of_product = self.origin.is_some();
        self.reasons.push(Reason {
            source: of_product.then(|| self.called(from)),
            listener: of_product.then(|| self.called(to)),
            state,
            ..self.pattern.clone()
        });
    }
}

/// Why a flow is off; none if the release does not have it.
fn off(label: &str, id: &str, flow: &product::Flow, resolved: &Resolved<'_>) -> Option<Off> {
    let overrides = &resolved.instance.overrides;
    let product = &resolved.matrix.product;
    let label = label.to_owned();
    let terms: BTreeMap<&str, bool> = flow
        .when
        .iter()
        .flat_map(|it| it.split('+'))
        .map(|it| (it, resolved.matrix.switches.hold(&[it.to_owned()], &[])))
        .collect();
    let disabled = |name: &&str| overrides.disable.iter().any(|it| it == name);
    if let Some(name) = std::iter::once(id)
        .chain(terms.keys().copied())
        .find(disabled)
    {
        let name = name.to_owned();
        return Some(Off::Disabled { label, name });
    }
    if let Some((name, _)) = terms.iter().find(|(_, is_on)| !**is_on) {
        return Some(match name.split_once('.') {
            Some((choice, option)) => Off::Choice {
                label,
                choice: choice.to_owned(),
                option: option.to_owned(),
            },
            None => Off::Optional {
                label,
                name: (*name).to_owned(),
            },
        });
    }
    let holds = |it: &&String| {
        resolved
            .matrix
            .switches
            .hold(std::slice::from_ref(*it), &[])
    };
    if let Some(by) = flow.unless.iter().find(holds) {
        let by = by.clone();
        return Some(Off::Excluded { label, by });
    }
    (flow.need == Need::Optional && product.flows.contains_key(id)).then(|| Off::Optional {
        label,
        name: id.to_owned(),
    })
}
