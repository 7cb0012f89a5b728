//! Rules held against a matrix: each connection once for a pair of ends, and each cell that refuses some of it.

use super::cells::{Cells, Names};
use super::words::{Because, Violation, excepted, expiring, overlap, unused};
use super::{Cell, End, Exception, Policy};
use crate::model::code::Code;
use crate::model::day::Dates;
use crate::model::finding::Finding;
use crate::model::layout::Zone;
use crate::model::rules::{Beyond, RuleKey, Rules};
use crate::model::services::Services;
use crate::model::traffic::Traffic;
use crate::model::words::{Direction, Severity, Trust};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What is judged, and by what.
#[derive(Clone, Copy)]
pub struct Inputs<'i> {
    /// The matrix.
    pub policy: &'i Policy,
    /// The rules, before any are combined.
    pub rules: &'i Rules,
    /// What rules permit beyond their own ends.
    pub beyond: &'i [Beyond],
    /// The zones.
    pub zones: &'i BTreeMap<Arc<str>, Named>,
    /// When exceptions are judged.
    pub dates: Dates,
}

/// What a company calls a zone, and how far it is trusted.
#[derive(Clone, Debug)]
pub struct Named {
    /// Its name in policies, if it is another than the zone's own.
    pub segment: Option<Arc<str>>,
    /// Its trust.
    pub trust: Trust,
}

impl Named {
    /// The zones of a layout.
    pub fn all(zones: &BTreeMap<String, Zone>) -> BTreeMap<Arc<str>, Named> {
        let named = zones.iter().map(|(name, it)| {
            let segment = it.segment.as_deref().map(Into::into);
            let trust = it.trust;
            (name.as_str().into(), Named { segment, trust })
        });
        named.collect()
    }
}

/// Traffic that rules permit between two ends.
#[derive(Default)]
struct Permitted<'i> {
    because: Because<'i>,
    /// The ends at which the rules mean another zone. Only cells that name such an end or its trust speak for it.
    beyond: [bool; 2],
}

/// The findings about the rules, and about the exceptions.
pub fn judge(inputs: &Inputs<'_>) -> Vec<Finding> {
    if inputs.policy.is_empty() {
        return Vec::new();
    }
    let mut findings = Vec::new();
    let mut overlaps: BTreeMap<[(&End, &End); 2], Finding> = BTreeMap::new();
    let names = |it: &Arc<str>| {
        let zone = inputs.zones.get(it);
        let segment = zone.and_then(|it| it.segment.as_deref());
        Names::of(it, segment, zone.map(|it| it.trust))
    };
    let cells = Cells::of(&inputs.policy.cells);
    let exceptions = Exceptions::of(&inputs.policy.exceptions, inputs.dates);
    let mut used: BTreeSet<usize> = BTreeSet::new();
    for ((from, to), traffic) in permitted(inputs) {
        let ends = [names(from), names(to)];
        let holding = cells.between(&ends[0], &ends[1]);
        if holding.is_empty() {
            continue;
        }
        for (at, one) in holding.iter().enumerate() {
            for other in &holding[at + 1..] {
                let pair = [one, other].map(|it| (&it.from, &it.to));
                let fresh = || overlap(one, other, (from, to));
                overlaps.entry(pair).or_insert_with(fresh);
            }
        }
        let exceptions = exceptions.between(&ends);
        for (traffic, it) in traffic {
            for cell in holding.iter().filter(|cell| speaks(cell, it.beyond)) {
                let refused = Refused::of(cell, traffic, &exceptions);
                used.extend(&refused.used);
                let violation = Violation {
                    ends: (from, to),
                    traffic,
                    cell,
                    because: &it.because,
                };
                match &refused.ended {
                    // Both are only reported, so they are one.
                    Some((exception, services)) if cell.monitor => {
                        let all = refused.rest.union(services);
                        findings.push(violation.finding(&all, Some(exception)));
                    }
                    ended => {
                        if !refused.rest.is_empty() {
                            findings.push(violation.finding(&refused.rest, None));
                        }
                        if let Some((exception, services)) = ended {
                            findings.push(violation.finding(services, Some(exception)));
                        }
                    }
                }
                for (exception, services) in refused.exempt {
                    findings.push(excepted((from, to), traffic, exception, &services));
                }
            }
        }
    }
    findings.extend(overlaps.into_values());
    for (at, exception) in inputs.policy.exceptions.iter().enumerate() {
        if used.contains(&at) {
            findings.extend(expiring(exception, inputs.dates));
        } else if is_here(exception, inputs, names) {
            findings.push(unused(exception));
        }
    }
    findings.sort();
    findings.dedup();
    findings
}

/// For each connection, the valid exceptions without which the policy would refuse some of it: indices into those of the policy.
pub fn exempting<'c>(
    policy: &Policy,
    zones: &BTreeMap<Arc<str>, Named>,
    dates: Dates,
    connections: impl IntoIterator<Item = (&'c Arc<str>, &'c Arc<str>, Traffic)>,
) -> Vec<BTreeSet<usize>> {
    let cells = Cells::of(&policy.cells);
    let exceptions = Exceptions::of(&policy.exceptions, dates);
    let valid = |it: &Judged<'_>| it.is_valid;
    let of_connection = |(from, to, traffic)| {
        let names = |it: &Arc<str>| {
            let zone = zones.get(it);
            let segment = zone.and_then(|it| it.segment.as_deref());
            Names::of(it, segment, zone.map(|it| it.trust))
        };
        let ends = [names(from), names(to)];
        let mut here = exceptions.between(&ends);
        here.retain(valid);
        let holding = cells.between(&ends[0], &ends[1]);
        // What is only reported refuses nothing.
        let used = holding
            .iter()
            .filter(|cell| !cell.monitor)
            .flat_map(|cell| Refused::of(cell, traffic, &here).used);
        used.collect()
    };
    connections.into_iter().map(of_connection).collect()
}

/// What a cell refuses of some traffic, by what exceptions say of it.
#[derive(Default)]
struct Refused<'p> {
    /// What no exception is about.
    rest: Services,
    /// What valid ones permit.
    exempt: Vec<(&'p Exception, Services)>,
    /// What only those permitted that are over, with the first of them.
    ended: Option<(&'p Exception, Services)>,
    /// The exceptions that are about some of it.
    used: Vec<usize>,
}

impl<'p> Refused<'p> {
    fn of(cell: &Cell, traffic: Traffic, exceptions: &[Judged<'p>]) -> Self {
        let refused = cell.refused(&Services::of_rule(traffic));
        let mut found = Refused {
            rest: refused.clone(),
            ..Refused::default()
        };
        let (mut permitted, mut over) = (Services::default(), Vec::new());
        for exception in exceptions {
            let here = refused.intersection(&exception.it.services);
            if here.is_empty() {
                continue;
            }
            found.used.push(exception.at);
            found.rest = found.rest.difference(&here);
            if exception.is_valid {
                permitted = permitted.union(&here);
                found.exempt.push((exception.it, here));
            } else {
                over.push((exception.it, here));
            }
        }
        let of_ended = |all: Services, (_, it): &(_, Services)| all.union(it);
        let ended = over.iter().fold(Services::default(), of_ended);
        let ended = ended.difference(&permitted);
        over.retain(|(_, it)| it.overlaps(&ended));
        found.ended = over.first().map(|(it, _)| (*it, ended));
        found
    }
}

/// Whether a cell speaks for traffic that some rule permits beyond its own ends.
fn speaks(cell: &Cell, beyond: [bool; 2]) -> bool {
    let is_named = |end: &End| !matches!(end, End::Any);
    (!beyond[0] || is_named(&cell.from)) && (!beyond[1] || is_named(&cell.to))
}

/// Traffic by the ends between which it is permitted.
type ByEnds<'i> = BTreeMap<(&'i Arc<str>, &'i Arc<str>), BTreeMap<Traffic, Permitted<'i>>>;

/// What rules permit: the traffic that a source sends, and that a listener admits.
fn permitted<'i>(inputs: &Inputs<'i>) -> ByEnds<'i> {
    let mut all: ByEnds<'_> = BTreeMap::new();
    for (key, rule) in inputs.rules {
        let ends = ends(key.direction, &key.zone, &key.peer);
        let permitted = all.entry(ends).or_default().entry(key.traffic).or_default();
        permitted.because.rules.push(key);
        permitted
            .because
            .flows
            .extend(rule.flows.iter().map(|it| &**it));
    }
    for it in inputs.beyond {
        let ends = ends(it.rule.direction, &it.zone, &it.peer);
        let own = self::ends(it.rule.direction, &it.rule.zone, &it.rule.peer);
        let of_pair = all.entry(ends).or_default();
        // What a rule of its own permits is judged by that.
        let is_own = |it: &Permitted<'_>| it.beyond == [false; 2];
        let permitted = of_pair.entry(it.rule.traffic).or_default();
        if permitted.because.rules.is_empty() {
            permitted.beyond = [ends.0 != own.0, ends.1 != own.1];
        } else if is_own(permitted) {
            continue;
        }
        permitted.because.rules.push(&it.rule);
        permitted.because.why.get_or_insert(&it.why);
        let flows = inputs
            .rules
            .get(&it.rule)
            .into_iter()
            .flat_map(|it| &it.flows);
        permitted.because.flows.extend(flows.map(|it| &**it));
    }
    all
}

/// The source and the destination of a rule.
fn ends<'n>(
    direction: Direction,
    zone: &'n Arc<str>,
    peer: &'n Arc<str>,
) -> (&'n Arc<str>, &'n Arc<str>) {
    match direction {
        Direction::Egress => (zone, peer),
        Direction::Ingress => (peer, zone),
    }
}

/// An exception on the day of the judgement.
#[derive(Clone, Copy)]
struct Judged<'p> {
    at: usize,
    it: &'p Exception,
    is_valid: bool,
}

/// Exceptions by their ends.
struct Exceptions<'p>(BTreeMap<(&'p End, &'p End), Vec<Judged<'p>>>);

impl<'p> Exceptions<'p> {
    fn of(exceptions: &'p [Exception], dates: Dates) -> Exceptions<'p> {
        let mut by_ends: BTreeMap<_, Vec<Judged<'_>>> = BTreeMap::new();
        for (at, it) in exceptions.iter().enumerate() {
            by_ends.entry((&it.from, &it.to)).or_default().push(Judged {
                at,
                it,
                is_valid: !dates.is_over(it.expires),
            });
        }
        Exceptions(by_ends)
    }

    /// Those that mean two ends.
    fn between(&self, [from, to]: &[Names; 2]) -> Vec<Judged<'p>> {
        let pairs = from.ends().flat_map(|a| to.ends().map(move |b| (a, b)));
        pairs
            .filter_map(|it| self.0.get(&it))
            .flatten()
            .copied()
            .collect()
    }
}

/// Whether both ends of an exception are in this layout.
fn is_here(exception: &Exception, inputs: &Inputs<'_>, names: impl Fn(&Arc<str>) -> Names) -> bool {
    let peers = inputs.rules.keys().map(|it| &it.peer);
    let all: BTreeSet<&Arc<str>> = inputs.zones.keys().chain(peers).collect();
    let is_here = |end: &End| *end == End::Any || all.iter().any(|it| names(it).is_meant_by(end));
    is_here(&exception.from) && is_here(&exception.to)
}

impl Violation<'_> {
    /// The finding about the part of the traffic that the cell refuses; `ended` is the exception that permitted it.
    fn finding(&self, refused: &Services, ended: Option<&Exception>) -> Finding {
        let (code, severity) = match (self.cell.monitor, ended) {
            (true, _) => (
                Code::PolicyMonitored,
                Severity::Warning.max(self.cell.severity),
            ),
            (false, Some(_)) => (Code::ExceptionExpired, self.cell.severity),
            (false, None) => (Code::PolicyViolated, self.cell.severity),
        };
        self.as_finding(code, refused, ended).severity(severity)
    }
}

/// The rule of a finding's subject.
pub(super) fn subject((from, to): (&str, &str), traffic: Traffic) -> String {
    format!("{from}/{to}/{}", traffic.key())
}

/// Keys of rules for a message.
pub(super) fn texts(rules: &[&RuleKey]) -> Vec<String> {
    let mut texts: Vec<String> = rules.iter().map(|it| it.text()).collect();
    texts.sort();
    texts.dedup();
    texts
}
