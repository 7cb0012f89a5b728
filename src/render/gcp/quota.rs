//! Projects that are full or nearly so, and what joining rules would save.

use super::super::Count;
use super::super::problems::quota_level;
use super::Gcp;
use super::MAX_RULES;
use crate::model::address::Addresses;
use crate::model::cell::MaybeKnown;
use crate::model::finding::{ConfigPath, Finding};
use crate::model::name::backticked;
use std::collections::BTreeMap;

/// The project in which a zone's rules count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Project<'z> {
    /// That of the provider that creates the rules.
    Own,
    /// The one of this name.
    ByName(&'z str),
    /// Only an apply will tell: the zone is judged alone until then.
    Open(&'z str),
}

impl<'z> Project<'z> {
    fn of(zone: &'z str, gcp: &'z Gcp) -> Self {
        match (&gcp.project, &gcp.network) {
            (Some(MaybeKnown::Known(project)), _) => Project::ByName(project),
            (Some(MaybeKnown::Unknown), _) | (None, Some(MaybeKnown::Unknown)) => {
                Project::Open(zone)
            }
            // A self link contains its project.
            (None, Some(MaybeKnown::Known(network))) => network
                .split_once("projects/")
                .and_then(|(_, rest)| rest.split_once('/'))
                .map_or(Project::Own, |(project, _)| Project::ByName(project)),
            (None, None) => Project::Own,
        }
    }
}

/// What there is to say of projects, one finding for each. `merged` are the counts with ports joined, if they are not yet.
pub fn quota(
    zones: &BTreeMap<String, Addresses>,
    counts: &BTreeMap<String, Count>,
    merged: Option<&BTreeMap<String, Count>>,
) -> Vec<Finding> {
    let of_zone = |counts: &BTreeMap<String, Count>, zone: &str| {
        let count = counts.get(&format!("{zone}/gcp/rules"));
        count.map_or(0, |it| it.used())
    };
    let mut projects: BTreeMap<Project<'_>, Vec<&str>> = BTreeMap::new();
    for (zone, it) in zones {
        let gcp = it.part::<Gcp>().filter(|_| of_zone(counts, zone) > 0);
        if let Some(gcp) = gcp {
            let project = projects.entry(Project::of(zone, gcp));
            project.or_default().push(zone);
        }
    }
    let mut findings = Vec::new();
    for (project, zones) in projects {
        let sum = |counts| zones.iter().map(|it| of_zone(counts, it)).sum::<u32>();
        let used = sum(counts);
        let Some(code) = quota_level(used, MAX_RULES) else {
            continue;
        };
        let merging = match merged.map(sum) {
            Some(joined) if joined < used => format!("; `merge = \"ports\"` makes it {joined}"),
            _ => String::new(),
        };
        let (subject, place) = match project {
            Project::Own => (
                "gcp/rules".to_owned(),
                "the provider's own project".to_owned(),
            ),
            Project::ByName(it) => (format!("gcp/rules/{it}"), format!("the project `{it}`")),
            Project::Open(it) => (format!("{it}/gcp/rules"), "its project".to_owned()),
        };
        let message = format!(
            "{used} firewall rules of {} count in {place}, which can have {MAX_RULES} across all networks unless its quota was raised{merging}",
            backticked(zones.iter().copied())
        );
        let remedy = "combine rules with `merge = \"ports\"` or `\"all\"`; if the quota was raised, add an `accept` block";
        let first = ConfigPath::zone(zones[0]);
        let finding = Finding::new(code, subject, message).remedy(remedy);
        findings.push(finding.at(&first.field("gcp").index(0)));
    }
    findings
}

/// Whether a project that is not known yet may change these findings.
pub fn may_change(zones: &BTreeMap<String, Addresses>, counts: &BTreeMap<String, Count>) -> bool {
    let open = |(zone, it): (&String, &Addresses)| {
        let gcp = it.enforced_by::<Gcp>();
        gcp.is_some_and(|it| matches!(Project::of(zone, it), Project::Open(_)))
    };
    let used: u32 = counts.values().map(|it| it.used()).sum();
    quota_level(used, MAX_RULES).is_some() && zones.iter().any(open)
}
