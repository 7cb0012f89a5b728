//! The rules of both ends of a connection as one.

use super::Side;
use super::zones::zones;
use crate::model::rules::RuleKey;
use crate::model::traffic::Traffic;
use crate::model::words::{Direction, Need, Plane};
use crate::policy::{Named, exempting};
use crate::report::{AtEnd, Connection, Flow, Source, Zone};
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A row of `rules`.
struct Rule {
    from: Arc<str>,
    to: Arc<str>,
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

/// What the source of a rule connects to, for some of its flows.
struct Dialled<'r> {
    connects: Traffic,
    /// What is listened on, if that differs.
    listens: Option<Traffic>,
    flows: Vec<&'r str>,
}

impl Side<'_> {
    /// The zones, and the connections between them.
    pub(super) fn shown(
        &self,
        sources: &mut Vec<Source>,
        unknown: &Json,
    ) -> (Vec<Zone>, Vec<Connection>) {
        let rules = self.rules();
        let names = rules.iter().flat_map(|it| [&*it.from, &*it.to]);
        let zones = zones(self, unknown, &names.collect());
        let at: BTreeMap<&str, usize> = zones
            .iter()
            .enumerate()
            .map(|(at, it)| (it.name.as_str(), at))
            .collect();
        let mut halves: BTreeMap<(usize, usize, Traffic), Half> = BTreeMap::new();
        for rule in &rules {
            let (Some(from), Some(to)) = (at.get(&*rule.from), at.get(&*rule.to)) else {
                continue;
            };
            for it in self.dialled(rule) {
                let half = halves.entry((*from, *to, it.connects)).or_default();
                half.plane = Some(half.plane.map_or(rule.plane, |plane| plane.min(rule.plane)));
                half.is_required |= rule.is_required;
                half.flows.extend(it.flows.into_iter().map(str::to_owned));
                half.ends.insert(rule.direction);
                half.listens = half.listens.or(it.listens);
            }
        }
        let mut documents: BTreeMap<String, usize> = BTreeMap::new();
        let exempt = self.exempt(&zones, halves.keys());
        let connections =
            halves
                .into_iter()
                .zip(exempt)
                .map(|(((from, to, traffic), half), exempt)| {
                    let end = |zone: usize, direction| {
                        if half.ends.contains(&direction) {
                            AtEnd::Rule
                        } else if zones[zone].filters.contains(&direction) {
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
                        exempt,
                    }
                });
        let connections = connections.collect();
        (zones, connections)
    }

    fn rules(&self) -> Vec<Rule> {
        let rows = self.values["rules"].as_object().into_iter().flatten();
        let rules = rows.filter_map(|(key, row)| {
            let key = RuleKey::parse(key)?;
            let (from, to) = match key.direction {
                Direction::Egress => (key.zone, key.peer),
                Direction::Ingress => (key.peer, key.zone),
            };
            let flows = row["flows"].as_array().into_iter().flatten();
            Some(Rule {
                from,
                to,
                direction: key.direction,
                traffic: key.traffic,
                plane: Plane::parse(row["plane"].as_str()?)?,
                is_required: row["required"] == Json::Bool(true),
                flows: flows
                    .filter_map(|it| Some(it.as_str()?.to_owned()))
                    .collect(),
            })
        });
        rules.collect()
    }

    /// What the source connects to, and what the listener listens on if that differs. An ingress rule says what is listened on only; its
    /// flows say what peers connect to, each for itself: a rule may have the combined ports of several.
    fn dialled<'r>(&self, rule: &'r Rule) -> Vec<Dialled<'r>> {
        let as_it_is = Dialled {
            connects: rule.traffic,
            listens: None,
            flows: rule.flows.iter().map(String::as_str).collect(),
        };
        let pair = (Arc::clone(&rule.from), Arc::clone(&rule.to));
        if !self.compiled.listened.contains_key(&pair) {
            return vec![as_it_is];
        }
        let mut found = Vec::new();
        for id in &rule.flows {
            let Some(flow) = self.described.flows.get(id.as_str()) else {
                continue;
            };
            let own = match rule.direction {
                Direction::Ingress => &flow.listens,
                Direction::Egress => &flow.dials,
            };
            for at in (0..own.len()).filter(|at| rule.traffic.covers(own[*at])) {
                // Both lists are in one order, unless the numbers of ports differ.
                let is_paired = flow.dials.len() == flow.listens.len();
                let [dialled, listens] = if is_paired {
                    [flow.dials[at], flow.listens[at]]
                } else {
                    [own[at], own[at]]
                };
                found.push(Dialled {
                    connects: dialled,
                    listens: (dialled != listens).then_some(listens),
                    flows: vec![id],
                });
            }
        }
        if found.is_empty() {
            vec![as_it_is]
        } else {
            found
        }
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

    /// The exceptions without which the policy would refuse each connection.
    fn exempt<'k>(
        &self,
        zones: &[Zone],
        connections: impl ExactSizeIterator<Item = &'k (usize, usize, Traffic)>,
    ) -> Vec<Vec<usize>> {
        if self.policy.exceptions.is_empty() {
            return vec![Vec::new(); connections.len()];
        }
        let named = Named::all(&self.planned.layout.zones);
        let ends: Vec<Arc<str>> = zones.iter().map(|it| it.name.as_str().into()).collect();
        let connections =
            connections.map(|(from, to, traffic)| (&ends[*from], &ends[*to], *traffic));
        let found = exempting(&self.policy, &named, self.planned.dates, connections);
        found
            .into_iter()
            .map(|it| it.into_iter().collect())
            .collect()
    }
}

/// What is required comes first, what is off by default last.
const fn strength(need: Need) -> u8 {
    match need {
        Need::Required => 0,
        Need::Unstated => 1,
        Need::Optional => 2,
    }
}
