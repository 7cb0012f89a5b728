//! Azure network security groups: rows for `azurerm_network_security_rule`.
//!
//! Keys are `<zone>/<direction>/<transport>-<ports>/<peer>:<kind>`. The final rules of `deny_rest` are
//! `<zone>/<direction>/any/*:deny` and `<zone>/ingress/any/AzureLoadBalancer:tag`: no zone is called `*`, nor by capitals.

mod columns;
mod count;
mod finals;
mod identity;
mod names;
mod platform;
mod point;
mod priorities;
mod problems;
mod row;
mod sides;
mod zone;

pub use columns::COLUMNS;
pub use platform::Platform;
pub use row::{Access, Endpoint, Row};
pub use zone::{Azure, Own};

use super::describe::{Descriptions, is_plain};
use super::{Count, Zones, by_key};
use crate::model::cell::MaybeKnown;
use crate::model::finding::Finding;
use crate::model::key::RowKey;
use crate::model::rules::{RuleKey, Rules};
use crate::model::words::Direction;
use point::Point;
use problems::Problems;
use sides::Draft;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;
use std::sync::Arc;

/// Priorities of custom rules, unique in each direction of a network security group; the lowest is looked at first.
/// Source: Microsoft Learn, "Azure network security groups overview", security rules, priority.
pub const PRIORITIES: RangeInclusive<u16> = 100..=4096;

/// Characters of a rule's description.
/// Source: Microsoft Learn, REST API "Security Rules - Create Or Update", `properties.description`.
pub const MAX_DESCRIPTION: usize = 140;

/// Rules that a network security group may have, both directions together.
/// Source: Microsoft Learn, "Azure subscription and service limits", networking limits, NSG rules per NSG.
pub const MAX_RULES: u32 = 1000;

/// Addresses and ranges that the rules of a network security group name as sources, and as many as destinations.
/// Source: Microsoft Learn, "Azure subscription and service limits", networking limits, IP addresses and ranges specified for
/// source or destination in a security group (the limit applies separately to source and destination).
pub const MAX_ADDRESSES: u32 = 4000;

/// Application security groups on one side of a rule.
/// Source: Microsoft Learn, "Azure subscription and service limits", networking limits, application security groups
/// referenced as source/destination per NSG rule.
pub const MAX_APPLICATION_GROUPS: usize = 10;

/// What a user sets for all of a resource's rules on Azure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// The lowest priority that rules get.
    pub priority_first: u16,
    /// The highest priority that rules get.
    pub priority_last: u16,
    /// The distance between priorities.
    pub priority_step: u16,
    /// Whether a final rule denies what no other rule allows.
    pub deny_rest: bool,
    /// Whether a rule before that one allows the balancer's probes.
    pub allow_probes: bool,
    /// Priorities to begin with, by key.
    pub priorities: BTreeMap<String, u16>,
    /// The directions in which rules are wanted.
    pub directions: BTreeSet<Direction>,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            priority_first: *PRIORITIES.start(),
            // The two above are those of the final rules.
            priority_last: *PRIORITIES.end() - 2,
            priority_step: 10,
            deny_rest: true,
            allow_probes: true,
            priorities: BTreeMap::new(),
            directions: Direction::ALL.iter().copied().collect(),
        }
    }
}

/// A rule of the state, by key: what its priority depends on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PriorRule {
    /// Its priority.
    pub priority: u16,
    /// The resource group and the name of its network security group; `None` if one is known only after apply.
    pub security_group: Option<(String, String)>,
    /// Whether it is for inbound traffic.
    pub inbound: bool,
}

/// What rendering for Azure produces.
#[derive(Clone, Debug, Default)]
pub struct Rendered {
    /// Rows by key.
    pub rows: BTreeMap<String, Row>,
    /// By `<zone>/azure/<what>`.
    pub counts: BTreeMap<String, Count>,
    /// What Azure cannot express or would reject.
    pub findings: Vec<Finding>,
    /// Whether names of network security groups that are not known yet may add findings that do not stop an apply.
    pub findings_may_change: bool,
}

/// Renders the rules at the zones that have a network security group: one row for each kind of peer and family.
///
/// INVARIANT: keys, names and sides do not depend on any name, id or address that may be known only after apply, nor on whether
/// two of them are equal; nor do priorities of permitting rules while there are any that no other rule of the resource has.
/// Only the priority of a final rule, or of one beyond those, may be pending.
pub fn render(
    rules: &Rules,
    zones: Zones<'_>,
    options: &Options,
    kept: &BTreeMap<String, PriorRule>,
) -> Rendered {
    let mut problems = Problems::default();
    let mut rows: Vec<(String, Row)> = Vec::with_capacity(rules.len());
    let mut descriptions = Descriptions::new(MAX_DESCRIPTION, is_plain);
    let points: BTreeMap<&str, Point> = point::points(zones.addresses).collect();
    for (key, rule) in rules {
        let Some(point) = points.get(&*key.zone) else {
            continue;
        };
        for draft in sides::drafts(key, rule, rules, zones, &mut problems) {
            let (text, name) = (
                key_of(key, &draft),
                names::of_rule(key, draft.kind, draft.name),
            );
            let (source, destination) = match key.direction {
                Direction::Ingress => (draft.peer, draft.own),
                Direction::Egress => (draft.own, draft.peer),
            };
            let row = Row {
                name,
                zone: Arc::clone(&key.zone),
                point: point.clone(),
                description: descriptions.of(&rule.flows),
                protocol: draft.protocol,
                ports: key.traffic.ports(),
                source,
                destination,
                access: Access::Allow,
                is_final: false,
                direction: key.direction,
                priority: MaybeKnown::Unknown,
            };
            rows.push((text, row));
        }
    }
    for (zone, point) in &points {
        rows.extend(finals::rows(zone, point, options));
    }
    let mut rows = by_key(rows);
    priorities::assign(&mut rows, options, kept, &mut problems);
    problems.unused(&rows, options);
    let counts = count::counts(&rows, zones.addresses);
    let quotas = count::quotas(&counts, zones.addresses);
    let findings_may_change = count::may_change(&counts, zones.addresses);
    let mut findings = problems.findings(zones.addresses, options);
    findings.extend(quotas);
    Rendered {
        rows,
        counts,
        findings,
        findings_may_change,
    }
}

fn key_of(key: &RuleKey, draft: &Draft) -> String {
    RowKey {
        zone: &key.zone,
        direction: Some(key.direction),
        traffic: key.traffic.key(),
        peer: &key.peer,
        kind: draft.kind,
        name: draft.name,
    }
    .text()
}
