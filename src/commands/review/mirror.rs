//! Which rules count of those that a platform has once and a document prints more than once.
//!
//! Separate resources *are* rules. Inline blocks and data sources *mirror* what the platform has: AWS and Azure print separate
//! rules in the blocks of their group too, as they were when they were last read. So a mirrored rule counts only where no other
//! is it, or was it before the plan; a block that the plan itself adds, only where no other will be exactly it.

use crate::model::words::Direction;
use crate::review::rule::{EnforcementPoint, Platform, Precedence, Rule, TrafficSet};
use std::collections::{BTreeMap, BTreeSet};

/// Where a rule stands; those in front are the rule, those behind mirror it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Origin {
    /// As a resource.
    Separate,
    /// In a block that its group had before.
    Kept,
    /// In a block that the plan adds.
    New,
    /// In what a data source read before the plan.
    Read,
}

/// A rule that a document prints.
pub(super) struct PrintedRule {
    pub(super) rule: Rule,
    /// The platform's own id or name of it.
    pub(super) name: Option<String>,
    /// What tells it from others of its address.
    pub(super) detail: Option<String>,
    pub(super) stands: Origin,
}

/// What makes a rule the same as another.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Same {
    /// AWS has no two rules for one traffic, and Azure none of one direction and priority.
    Traffic(EnforcementPoint, Direction, TrafficSet, Precedence),
    /// No platform has two rules of one id or name. Azure ignores case.
    Name(EnforcementPoint, String),
}

fn traffic(rule: &Rule) -> Option<Same> {
    (rule.point.platform() != Platform::Gcp).then(|| {
        let Rule {
            point,
            direction,
            extent,
            order,
            ..
        } = rule.clone();
        Same::Traffic(point, direction, extent, order)
    })
}

fn same(rule: &Rule, name: Option<&String>) -> Vec<Same> {
    let name = name.map(|it| Same::Name(rule.point.clone(), it.to_lowercase()));
    traffic(rule).into_iter().chain(name).collect()
}

/// Every rule that a document prints.
#[derive(Default)]
pub(super) struct PrintedRules {
    seen: Vec<PrintedRule>,
    /// What separate rules were before the plan.
    separate: BTreeSet<Same>,
    /// What blocks were.
    blocks: BTreeSet<Same>,
}

/// What a resource held before the plan.
#[derive(Default)]
pub(super) struct PriorRules(BTreeSet<Same>);

impl PriorRules {
    pub(super) fn holds(&self, rule: &Rule) -> bool {
        traffic(rule).is_some_and(|it| self.0.contains(&it))
    }
}

impl PrintedRules {
    pub(super) fn see(&mut self, seen: PrintedRule) {
        self.seen.push(seen);
    }

    /// Keeps in mind what a rule was before the plan.
    pub(super) fn record_prior(
        &mut self,
        rule: &Rule,
        name: Option<&String>,
        mirrors: bool,
        past: &mut PriorRules,
    ) {
        past.0.extend(traffic(rule));
        let all = if mirrors {
            &mut self.blocks
        } else {
            &mut self.separate
        };
        all.extend(same(rule, name));
    }

    /// Each rule once.
    pub(super) fn deduplicated(mut self) -> Vec<PrintedRule> {
        self.seen.sort_by_key(|it| it.stands);
        let mut settled: Vec<PrintedRule> = Vec::new();
        let mut known: BTreeMap<Same, usize> = BTreeMap::new();
        for it in self.seen {
            let same = match it.stands {
                Origin::New => traffic(&it.rule).into_iter().collect(),
                _ => same(&it.rule, it.name.as_ref()),
            };
            let was = |past: &BTreeSet<Same>| same.iter().any(|it| past.contains(it));
            let (twin, gone) = match it.stands {
                Origin::Separate => (None, false),
                Origin::Kept => (Some(()), was(&self.separate)),
                Origin::New => (Some(()), false),
                Origin::Read => (Some(()), was(&self.separate) || was(&self.blocks)),
            };
            let twin = twin.and_then(|()| same.iter().find_map(|it| known.get(it).copied()));
            if let Some(twin) = twin {
                let twin = &mut settled[twin];
                twin.name = twin.name.take().or(it.name);
            } else if !gone {
                for same in same {
                    known.entry(same).or_insert(settled.len());
                }
                settled.push(it);
            }
        }
        settled
    }
}
