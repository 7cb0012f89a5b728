//! The rules of both ends of a connection as one.

use super::Side;
use super::zones::{filters, zones};
use crate::compile::DescribedFlow;
use crate::model::services::Services;
use crate::model::traffic::Traffic;
use crate::model::words::{Direction, Need, Plane};
use crate::policy::End;
use crate::report::{AtEnd, Connection, Exempt, Flow, Source, Zone};
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};

/// A row of `rules`.
struct Rule {
    from: String,
    to: String,
    direction: Direction,
    traffic: Traffic,
    plane: Plane,
    is_required: bool,
    flows: Vec<String>,
}

/// What is known of a connection while its rules are read.
#[derive(Default)]
struct Half {
    plane: Option<Plane>,
    is_required: bool,
    flows: BTreeSet<String>,
    listens: Option<Traffic>,
    ends: BTreeSet<Direction>,
}

impl Side<'_> {
    /// The zones, and the connections between them.
    pub(super) fn shown(
        &self,
        sources: &mut Vec<Source>,
        unknown: &Json,
        exceptions: &[Exempt],
    ) -> (Vec<Zone>, Vec<Connection>) {
        let rules = self.rules();
        let names = rules.iter().flat_map(|it| [it.from.clone(), it.to.clone()]);
        let zones = zones(self, unknown, &names.collect());
        let at: BTreeMap<&str, usize> = zones
            .iter()
            .enumerate()
            .map(|(at, it)| (it.name.as_str(), at))
            .collect();
        let mut halves: BTreeMap<(usize, usize, Traffic), Half> = BTreeMap::new();
        for rule in &rules {
            let (Some(from), Some(to)) = (at.get(rule.from.as_str()), at.get(rule.to.as_str()))
            else {
                continue;
            };
            for (dialled, listens) in self.dialled(rule) {
                let half = halves.entry((*from, *to, dialled)).or_default();
                half.plane = Some(half.plane.map_or(rule.plane, |it| it.min(rule.plane)));
                half.is_required |= rule.is_required;
                half.flows.extend(rule.flows.iter().cloned());
                half.ends.insert(rule.direction);
                half.listens = half.listens.or(listens);
            }
        }
        let mut documents: BTreeMap<String, usize> = BTreeMap::new();
        let connections = halves.into_iter().map(|((from, to, traffic), half)| {
            let end = |zone: usize, direction| {
                if half.ends.contains(&direction) {
                    AtEnd::Rule
                } else if filters(&zones[zone], direction) {
                    AtEnd::Refused
                } else {
                    AtEnd::Unfiltered
                }
            };
            let flows: Vec<Flow> = half
                .flows
                .iter()
                .map(|id| self.flow(id, sources, &mut documents))
                .collect();
            let needs = half
                .flows
                .iter()
                .filter_map(|id| self.described.flows.get(id.as_str())?.need);
            Connection {
                from,
                to,
                transport: traffic.transport(),
                ports: traffic.detail().unwrap_or_default(),
                translated: half.listens.map(|it| it.to_string()),
                plane: half.plane.unwrap_or(Plane::Data),
                need: needs
                    .chain(half.is_required.then_some(Need::Required))
                    .min_by_key(|it| strength(*it)),
                flows,
                out: end(from, Direction::Egress),
                into: end(to, Direction::Ingress),
                exempt: self.exempt([&zones[from], &zones[to]], traffic, exceptions.len()),
            }
        });
        let connections = connections.collect();
        (zones, connections)
    }

    fn rules(&self) -> Vec<Rule> {
        let rows = self.values["rules"].as_object().into_iter().flatten();
        let rules = rows.filter_map(|(key, row)| {
            let text = |name: &str| row[name].as_str();
            let direction = Direction::parse(text("direction")?)?;
            let (zone, peer) = (text("zone")?.to_owned(), text("peer_zone")?.to_owned());
            let (from, to) = match direction {
                Direction::Egress => (zone, peer),
                Direction::Ingress => (peer, zone),
            };
            let traffic = key.rsplit('/').nth(1)?.replacen('-', "/", 1);
            let flows = row["flows"].as_array().into_iter().flatten();
            Some(Rule {
                from,
                to,
                direction,
                traffic: Traffic::parse(&traffic)?,
                plane: Plane::parse(text("plane")?)?,
                is_required: row["required"] == Json::Bool(true),
                flows: flows
                    .filter_map(|it| Some(it.as_str()?.to_owned()))
                    .collect(),
            })
        });
        rules.collect()
    }

    /// What the source connects to, and what the listener listens on if that differs. An ingress rule says what is listened on only; its
    /// flows say what peers connect to.
    fn dialled(&self, rule: &Rule) -> Vec<(Traffic, Option<Traffic>)> {
        let pair = (rule.from.as_str().into(), rule.to.as_str().into());
        if !self.compiled.listened.contains_key(&pair) {
            return vec![(rule.traffic, None)];
        }
        let mut found = Vec::new();
        for flow in rule
            .flows
            .iter()
            .filter_map(|id| self.described.flows.get(id.as_str()))
        {
            let (own, other) = match rule.direction {
                Direction::Ingress => (&flow.listens, &flow.dials),
                Direction::Egress => (&flow.dials, &flow.listens),
            };
            let matched = own
                .iter()
                .zip(other)
                .find(|(own, _)| **own == rule.traffic && own_is_alike(flow));
            let matched = matched.map(|(_, other)| match rule.direction {
                Direction::Ingress => (*other, rule.traffic),
                Direction::Egress => (rule.traffic, *other),
            });
            let (dialled, listens) = matched.unwrap_or((rule.traffic, rule.traffic));
            let it = (dialled, (dialled != listens).then_some(listens));
            if !found.contains(&it) {
                found.push(it);
            }
        }
        if found.is_empty() {
            found.push((rule.traffic, None));
        }
        found
    }

    /// A flow with what it is for.
    fn flow(
        &self,
        id: &str,
        sources: &mut Vec<Source>,
        documents: &mut BTreeMap<String, usize>,
    ) -> Flow {
        let described = self.described.flows.get(id);
        let cited = described
            .iter()
            .flat_map(|it| &it.sources)
            .map(|(source, at)| {
                let index = *documents.entry(source.url.clone()).or_insert_with(|| {
                    sources.push(Source {
                        title: source.title.clone(),
                        url: source.url.clone(),
                        read: source.retrieved.clone(),
                    });
                    sources.len() - 1
                });
                (index, at.clone())
            });
        let cited = cited.collect();
        let purpose = described
            .map(|it| it.purpose.clone())
            .filter(|it| !it.is_empty());
        let own = ["flow", "flows"].map(|it| self.values[it][id]["purpose"].as_str());
        let own = own.into_iter().flatten().next().map(str::to_owned);
        Flow {
            id: id.to_owned(),
            purpose: purpose.or(own).unwrap_or_default(),
            sources: cited,
        }
    }

    /// The exception under which a connection is permitted, as an index. Those of the policy are the first.
    fn exempt(&self, [from, to]: [&Zone; 2], traffic: Traffic, count: usize) -> Option<usize> {
        let services = Services::of_rule(traffic);
        let names = |end: &End, zone: &Zone| match end {
            End::Any => true,
            End::Trust(level) => zone.trust == Some(*level),
            End::Name(name) => {
                let segment = self
                    .planned
                    .layout
                    .zones
                    .get(&zone.name)
                    .and_then(|it| it.segment.as_deref());
                **name == *zone.name || segment == Some(&**name)
            }
        };
        let exceptions = self.planned.policy.exceptions.iter();
        let found = exceptions.enumerate().find(|(_, it)| {
            names(&it.from, from) && names(&it.to, to) && it.services.overlaps(&services)
        });
        found.map(|(at, _)| at).filter(|at| *at < count)
    }
}

/// Whether both lists of a flow are in the same order.
fn own_is_alike(flow: &DescribedFlow) -> bool {
    flow.dials.len() == flow.listens.len()
}

/// What is required comes first, what is off by default last.
const fn strength(need: Need) -> u8 {
    match need {
        Need::Required => 0,
        Need::Unstated => 1,
        Need::Optional => 2,
    }
}
