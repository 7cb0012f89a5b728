//! Differences in words: what is in scope, what the traffic means, how severe it is, and what to do.

pub(super) mod known;
pub mod markdown;
mod remedy;
mod severity;
mod wording;
pub(super) mod words;

use crate::catalog::Catalog;
use crate::model::address::Family;
use crate::model::platform::PlatformId;
use crate::model::services::Services;
use crate::model::words::Direction;
use crate::review::compare::compare_paired;
use crate::review::globs::Globs;
use crate::review::pairs::Pairs;
use crate::review::rule::{EndpointSet, EnforcementPoint, Rule};
use crate::review::{Difference, Finding, Kind, Report, ReviewInput};
use known::Known;
use severity::ZoneAddresses;
use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use wording::{Explainer, all_egress};

pub use remedy::Step;

/// Compares an estate and explains every difference.
pub fn report(estate: &ReviewInput, catalog: &Catalog, language: &str) -> Report {
    with_steps(estate, catalog, language).0
}

/// The report, and for each finding the first steps of its remedy: rules as their places in the two lists of the estate.
pub fn with_steps(
    estate: &ReviewInput,
    catalog: &Catalog,
    language: &str,
) -> (Report, Vec<Vec<Step>>) {
    let globs = Globs::new(&estate.ignore);
    let mut scope = Scope::new(estate, &globs);
    let wanted = scope.within(&estate.wanted);
    let found = scope.within(&estate.found);
    let (wanted_rules, found_rules) =
        (rules(&estate.wanted, &wanted), rules(&estate.found, &found));
    let silent = |it: &Rule| globs.fit(&it.id, Some(it.point.platform));
    let pairs = Pairs::new(&wanted_rules, &found_rules);
    let differences = compare_paired(&wanted_rules, &found_rules, &pairs, silent);
    let findings = explained(
        differences,
        &wanted_rules,
        &found_rules,
        estate,
        catalog,
        language,
    );
    let (findings, steps): (Vec<Finding>, Vec<Vec<Step>>) = findings.into_iter().unzip();
    let differs = findings.iter().any(|it| it.kind.is_traffic());
    let mut report = Report {
        in_sync: !differs && !estate.incomplete,
        not_reviewed: estate.found.len() - found.len(),
        matched: (pairs.matched.into_iter())
            .map(|(ours, theirs)| (wanted[ours], found[theirs]))
            .collect(),
        summary: String::new(),
        findings,
    };
    let both = || wanted_rules.iter().chain(found_rules.iter());
    let points = count_points(both());
    let ignored = both().filter(|it| !globs.is_empty() && silent(it)).count();
    report.summary = summary(&report, differs, found.len(), points, ignored);
    let at = |places: Vec<usize>, list: &[usize]| places.into_iter().map(|it| list[it]).collect();
    let in_estate = |it| match it {
        Step::Create(rules) => Step::Create(at(rules, &wanted)),
        Step::Remove(rules) => Step::Remove(at(rules, &found)),
        Step::Narrow(rule, to) => Step::Narrow(found[rule], to),
    };
    let steps = (steps.into_iter()).map(|it| it.into_iter().map(in_estate).collect());
    (report, steps.collect())
}

/// Every difference in words, in the order of reports.
fn explained(
    differences: Vec<Difference>,
    wanted: &[Rule],
    found: &[Rule],
    estate: &ReviewInput,
    catalog: &Catalog,
    language: &str,
) -> Vec<(Finding, Vec<Step>)> {
    if differences.is_empty() {
        return Vec::new();
    }
    let differences = one_default_egress(differences, found);
    let hints = Hints::new(&differences, wanted, found);
    let mut explainer = Explainer {
        wanted,
        found,
        known: Known::new(wanted, &estate.intents, catalog, language),
        places: ZoneAddresses::new(wanted, &estate.intents, found),
        planned: estate.planned,
        existing: OnceCell::new(),
    };
    let mut findings: Vec<(Finding, Vec<Step>)> = (differences.iter())
        .map(|it| {
            let hint = hints.of(it, explainer.primary(it));
            explainer.finding(it, hint)
        })
        .collect();
    findings.sort_by(|a, b| place(&a.0).cmp(&place(&b.0)));
    findings
}

/// The place of a finding in a report.
fn place(it: &Finding) -> (&EnforcementPoint, Direction, Kind, Option<&String>) {
    let primary = it.ids.first().or(it.keys.first());
    (&it.point, it.direction, it.kind, primary)
}

/// What is reviewed, by point.
struct Scope<'s> {
    reviewed: &'s BTreeSet<(PlatformId, Direction)>,
    globs: &'s Globs,
    ignored: BTreeMap<&'s EnforcementPoint, bool>,
}

impl<'s> Scope<'s> {
    fn new(estate: &'s ReviewInput, globs: &'s Globs) -> Scope<'s> {
        Scope {
            reviewed: &estate.reviewed,
            globs,
            ignored: BTreeMap::new(),
        }
    }

    /// The places of the rules that are reviewed.
    fn within(&mut self, rules: &'s [Rule]) -> Vec<usize> {
        let reviewed = self.reviewed;
        (rules.iter().enumerate())
            .filter(|(_, it)| reviewed.contains(&(it.point.platform, it.direction)))
            .filter(|(_, it)| !self.is_ignored(&it.point))
            .map(|(at, _)| at)
            .collect()
    }

    fn is_ignored(&mut self, point: &'s EnforcementPoint) -> bool {
        let globs = self.globs;
        let fit = || globs.fit(&point.to_string(), Some(point.platform));
        !globs.is_empty() && *self.ignored.entry(point).or_insert_with(fit)
    }
}

/// The rules at some places; nothing is copied if these are all.
fn rules<'r>(all: &'r [Rule], places: &[usize]) -> Cow<'r, [Rule]> {
    if places.len() == all.len() {
        Cow::Borrowed(all)
    } else {
        places.iter().map(|at| all[*at].clone()).collect()
    }
}

/// AWS adds its rule for all egress once for each family; both are one finding of a group.
fn one_default_egress(differences: Vec<Difference>, found: &[Rule]) -> Vec<Difference> {
    let mut merged: Vec<Difference> = Vec::with_capacity(differences.len());
    let mut groups: BTreeMap<EnforcementPoint, usize> = BTreeMap::new();
    for it in differences {
        if all_egress(&it, found).is_none_or(|_| is_written(&it, found)) {
            merged.push(it);
            continue;
        }
        let Some(first) = groups.get(&it.point).map(|at| &mut merged[*at]) else {
            groups.insert(it.point.clone(), merged.len());
            merged.push(it);
            continue;
        };
        let is_covered = |it: &Difference| it.kind == Kind::Extra || it.is_covered;
        first.is_covered = is_covered(first) && is_covered(&it);
        // Wanted traffic in either of them makes the finding wider.
        first.kind = first.kind.max(it.kind);
        first.found.extend(it.found);
        first.wanted.extend(it.wanted);
        first.others.extend(it.others);
        first.traffic.extend(it.traffic);
    }
    merged
}

/// Whether the configuration writes the rule of a difference, so that the platform did not add it.
fn is_written(it: &Difference, found: &[Rule]) -> bool {
    found[it.found[0]].written.is_some()
}

/// Extra and missing rules by what they have in common: the place and the service.
struct Hints<'h> {
    extra: BTreeMap<Common<'h>, Vec<&'h Rule>>,
    missing: BTreeMap<Common<'h>, Vec<&'h Rule>>,
}

type Common<'h> = (&'h EnforcementPoint, Direction, &'h Services);

impl<'h> Hints<'h> {
    fn new(differences: &[Difference], wanted: &'h [Rule], found: &'h [Rule]) -> Hints<'h> {
        let of = |kind: Kind, rule: fn(&Difference) -> Option<&usize>, rules: &'h [Rule]| {
            let mut all: BTreeMap<Common<'_>, Vec<&Rule>> = BTreeMap::new();
            for it in differences.iter().filter(|it| it.kind == kind) {
                if let Some(rule) = rule(it).map(|at| &rules[*at]) {
                    all.entry(common(rule)).or_default().push(rule);
                }
            }
            all
        };
        Hints {
            extra: of(Kind::Extra, |it| it.found.first(), found),
            missing: of(Kind::Missing, |it| it.wanted.first(), wanted),
        }
    }

    /// A rule of the other side with the same service whose peer is of another sort.
    fn of(&self, it: &Difference, primary: &Rule) -> Option<&'h Rule> {
        let others = match it.kind {
            Kind::Extra => &self.missing,
            Kind::Missing if !primary.order.denies => &self.extra,
            _ => return None,
        };
        let sorts = sorts(&primary.extent.peers)?;
        let apart = |it: &&&Rule| {
            let others = self::sorts(&it.extent.peers);
            others.is_some_and(|it| sorts.is_disjoint(&it))
        };
        others
            .get(&common(primary))?
            .iter()
            .take(MAX_LOOKED_AT)
            .find(apart)
            .copied()
    }
}

/// The number of rules with the same service that are checked for a hint.
const MAX_LOOKED_AT: usize = 8;

fn common(rule: &Rule) -> Common<'_> {
    (&rule.point, rule.direction, &rule.extent.services)
}

/// The address families and kinds of reference at an end; `None` for everyone, which is of every sort.
fn sorts(it: &EndpointSet) -> Option<BTreeSet<&'static str>> {
    let EndpointSet::Only { blocks, named } = it else {
        return None;
    };
    let families = blocks.iter().map(|it| match it.family() {
        Family::V4 => "IPv4",
        Family::V6 => "IPv6",
    });
    Some(families.chain(named.iter().map(|it| it.kind)).collect())
}

fn count_points<'r>(rules: impl Iterator<Item = &'r Rule>) -> usize {
    let mut points = BTreeSet::new();
    let mut last = None;
    for rule in rules {
        // Rules are sorted by point, so most need no look-up.
        if last != Some(&rule.point) {
            points.insert(&rule.point);
            last = Some(&rule.point);
        }
    }
    points.len()
}

/// `3 differences at 2 of 5 points: 1 missing, 2 extra; 12 rules not reviewed`.
fn summary(report: &Report, differs: bool, rules: usize, points: usize, ignored: usize) -> String {
    let count = |kind: Kind| report.findings.iter().filter(|it| it.kind == kind).count();
    let counts = |traffic: bool| {
        let kinds = Kind::ALL.iter().filter(|it| it.is_traffic() == traffic);
        let counts = kinds.map(|it| (count(*it), it)).filter(|(n, _)| *n > 0);
        let (mut sum, mut words) = (0, Vec::new());
        for (n, kind) in counts {
            sum += n;
            words.push(format!("{n} {kind}"));
        }
        (sum, words.join(", "))
    };
    let (differences, kinds) = counts(true);
    let verdict = if differs {
        let traffic = report.findings.iter().filter(|it| it.kind.is_traffic());
        let at: BTreeSet<&EnforcementPoint> = traffic.map(|it| &it.point).collect();
        let differences = count_of(differences, "difference");
        let points = count_of(points, "point");
        format!("{differences} at {} of {points}: {kinds}", at.len())
    } else {
        let verdict = if report.in_sync {
            "in sync"
        } else {
            "no differences in what could be compared"
        };
        let (rules, points) = (count_of(rules, "rule"), count_of(points, "point"));
        format!("{verdict}: {rules} at {points}")
    };
    let mut parts = vec![verdict];
    let (spare, kinds) = counts(false);
    if spare > 0 {
        parts.push(format!(
            "{} can be removed: {kinds}",
            count_of(spare, "rule")
        ));
    }
    if ignored > 0 {
        parts.push(format!("{} ignored", count_of(ignored, "rule")));
    }
    if report.not_reviewed > 0 {
        parts.push(format!(
            "{} not reviewed",
            count_of(report.not_reviewed, "rule")
        ));
    }
    parts.join("; ")
}

/// `1 rule`, `2 rules`.
pub(super) fn count_of(count: usize, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{plural}")
}

#[cfg(test)]
mod golden;
