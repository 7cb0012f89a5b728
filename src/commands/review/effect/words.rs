//! What a review says of rules that groups remove: in this plan, and in the next.

use super::super::pending::may_overlap;
use super::Taken;
use crate::model::name::backticked;
use crate::model::words::Direction;
use crate::review::gather::Gathered;
use crate::review::globs::Globs;
use crate::review::rule::{EnforcementPoint, Rule};
use crate::review::{Finding, Kind, Report, compare};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// Names the resources that take wanted rules away.
pub(in super::super) fn explain(report: &mut Report, gathered: &Gathered, taken: &[Taken]) {
    if taken.is_empty() {
        return;
    }
    let mut at: BTreeMap<(&EnforcementPoint, Direction), Vec<&Taken>> = BTreeMap::new();
    for it in taken {
        let place = (&it.rule.point, it.rule.direction);
        at.entry(place).or_default().push(it);
    }
    let wanted: BTreeMap<(&EnforcementPoint, Direction, &str), &Rule> = (gathered.input.wanted)
        .iter()
        .map(|it| ((&it.point, it.direction, it.id.as_str()), it))
        .collect();
    let lacks = |it: &&mut Finding| matches!(it.kind, Kind::Missing | Kind::Narrower);
    for finding in report.findings.iter_mut().filter(lacks) {
        let (point, direction) = (&finding.point, finding.direction);
        let Some(taken) = at.get(&(point, direction)) else {
            continue;
        };
        let rows = finding.keys.iter();
        let wanted: Vec<Rule> = rows
            .filter_map(|it| wanted.get(&(point, direction, it.as_str())))
            .map(|it| (*it).clone())
            .collect();
        let is_wanted = |it: &&Taken| {
            let rule = std::slice::from_ref(&it.rule);
            wanted
                .iter()
                .any(|wanted| may_overlap(&wanted.extent, &it.rule.extent))
                && !compare(&wanted, rule)
                    .iter()
                    .any(|it| it.kind == Kind::Extra)
        };
        let mut removed: BTreeMap<(&str, Option<&str>), BTreeSet<&str>> = BTreeMap::new();
        for it in taken.iter().copied().filter(is_wanted) {
            let owner = (it.by.as_str(), it.inline);
            removed.entry(owner).or_default().insert(&it.rule.id);
        }
        for ((by, inline), ids) in removed {
            let ids = backticked(ids);
            match inline {
                Some(inline) => {
                    let _ = write!(
                        finding.message,
                        "; `{by}` removes {ids}, which its `{inline}` does not have"
                    );
                    finding.remedy = either(by, inline, "the rule");
                }
                None => {
                    let _ = write!(
                        finding.message,
                        "; the plan destroys the group `{by}`, and {ids} with it"
                    );
                }
            }
        }
    }
}

/// What ends the fight for the rules of a group.
fn either(by: &str, inline: &str, rules: &str) -> String {
    format!(
        "delete the argument `{inline}` of `{by}`, so that separate resources have its rules, or add {rules} to `{inline}`"
    )
}

/// A group whose blocks remove separate rules again.
pub(in super::super) struct Contested {
    /// Its address.
    pub(in super::super) by: String,
    /// The attribute with its blocks.
    pub(in super::super) argument: &'static str,
    /// The addresses of the rules.
    pub(in super::super) rules: Vec<String>,
    pub(in super::super) message: String,
    pub(in super::super) remedy: String,
}

/// What the word means, for code scanning.
pub(in super::super) const CONTESTED: &str =
    "a group has all rules of a direction in its blocks, so it removes separate rules again";

impl Contested {
    /// The warning in one line.
    pub(in super::super) fn warning(&self) -> String {
        format!("warning: contested: {}; {}", self.message, self.remedy)
    }
}

/// The groups whose blocks remove separate rules again, with those rules that are compared.
pub(in super::super) fn contested(contested: &[Taken], gathered: &Gathered) -> Vec<Contested> {
    let globs = Globs::new(&gathered.input.ignore);
    let found = gathered.input.found.iter();
    let found: BTreeSet<&str> = found.map(|it| it.id.as_str()).collect();
    let is_compared = |it: &&Taken| {
        let rule = &it.rule;
        let platform = Some(rule.point.platform);
        !globs.fit(&rule.id, platform)
            && !globs.fit(&rule.point.to_string(), platform)
            && found.contains(rule.id.as_str())
    };
    let mut all: BTreeMap<(&str, &'static str), BTreeSet<&str>> = BTreeMap::new();
    for it in contested.iter().filter(is_compared) {
        if let Some(inline) = it.inline {
            all.entry((&it.by, inline)).or_default().insert(&it.rule.id);
        }
    }
    let all = all.into_iter();
    all.map(|((by, argument), ids)| Contested {
        by: by.to_owned(),
        argument,
        rules: ids.iter().map(|it| (*it).to_owned()).collect(),
        message: format!(
            "`{by}` has all rules of its `{argument}` inline, so the next plan removes {}; the plan after that creates what was removed",
            backticked(ids)
        ),
        remedy: either(by, argument, "the rules"),
    })
    .collect()
}
