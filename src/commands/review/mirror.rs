//! Which rules count if a document prints one rule of a platform several times.
//!
//! Separate resources *are* rules. Inline blocks and data sources *mirror* the rules of the platform: AWS and Azure print separate
//! rules in the blocks of their group too, as they were at the last refresh. So a mirrored rule counts only if no other resource
//! is the same rule, or was before the plan; a block that the plan itself adds, only if no other will be exactly the same.

use super::effect::Effect;
use crate::model::words::Direction;
use crate::review::read::platform;
use crate::review::rule::{EnforcementPoint, Precedence, Rule, TrafficSet};
use std::collections::{BTreeMap, BTreeSet};

/// Where a rule comes from, the most reliable origin first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Origin {
    /// A resource of its own.
    Separate,
    /// The same, which the plan creates, perhaps in the place of another.
    Created,
    /// A block that its group had before.
    Kept,
    /// A block that the plan adds.
    New,
    /// A data source, which was read before the plan.
    Read,
}

/// A rule that a document prints.
pub(super) struct PrintedRule {
    pub(super) rule: Rule,
    /// Its id or name on the platform.
    pub(super) name: Option<String>,
    /// What tells it from other rules of its address.
    pub(super) detail: Option<String>,
    pub(super) origin: Origin,
}

/// What makes a rule the same as another.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Same {
    /// Each traffic has one rule on AWS, and each direction and priority on Azure.
    Traffic(Box<(EnforcementPoint, Direction, TrafficSet, Precedence)>),
    /// Each id or name has one rule on every platform. Azure ignores case.
    Name(Box<(EnforcementPoint, String)>),
}

/// A rule as its traffic, on platforms where each traffic has one rule.
pub(super) fn traffic(rule: &Rule) -> Option<Same> {
    platform(rule.point.platform)
        .facts
        .has_unique_rules
        .then(|| {
            let Rule {
                point,
                direction,
                extent,
                order,
                ..
            } = rule.clone();
            Same::Traffic(Box::new((point, direction, extent, order)))
        })
}

/// A rule as its id or name.
pub(super) fn by_name(rule: &Rule, name: Option<&String>) -> Option<Same> {
    name.map(|it| Same::Name(Box::new((rule.point.clone(), it.to_lowercase()))))
}

fn same(rule: &Rule, name: Option<&String>) -> Vec<Same> {
    let name = by_name(rule, name);
    traffic(rule).into_iter().chain(name).collect()
}

/// Every rule that a document prints.
#[derive(Default)]
pub(super) struct PrintedRules {
    rules: Vec<PrintedRule>,
    /// Separate rules before the plan.
    separate: BTreeSet<Same>,
    /// Blocks before the plan.
    blocks: BTreeSet<Same>,
}

/// The rules of a resource before the plan.
#[derive(Default)]
pub(super) struct PriorRules(BTreeSet<Same>);

impl PriorRules {
    pub(super) fn has(&self, rule: &Rule) -> bool {
        traffic(rule).is_some_and(|it| self.0.contains(&it))
    }
}

impl PrintedRules {
    pub(super) fn add(&mut self, rule: PrintedRule) {
        self.rules.push(rule);
    }

    /// Records a rule as it was before the plan.
    pub(super) fn record_prior(
        &mut self,
        rule: &Rule,
        name: Option<&String>,
        mirrors: bool,
        prior: &mut PriorRules,
    ) {
        prior.0.extend(traffic(rule));
        let all = if mirrors {
            &mut self.blocks
        } else {
            &mut self.separate
        };
        all.extend(same(rule, name));
    }

    /// Each rule once, apart from those that the plan takes away.
    pub(super) fn deduplicated(mut self, effect: &mut Effect) -> Vec<PrintedRule> {
        self.rules.sort_by_key(|it| it.origin);
        // Separate rules repeat no other.
        let repeats = |it: &PrintedRule| !matches!(it.origin, Origin::Separate | Origin::Created);
        let some_repeat = self.rules.iter().any(repeats);
        let mut known: BTreeMap<Same, usize> = BTreeMap::new();
        let mut stay = vec![false; self.rules.len()];
        for (at, stays) in stay.iter_mut().enumerate() {
            let it = &self.rules[at];
            let same = match it.origin {
                Origin::New => traffic(&it.rule).into_iter().collect(),
                _ => same(&it.rule, it.name.as_ref()),
            };
            let was = |prior: &BTreeSet<Same>| same.iter().any(|it| prior.contains(it));
            let (twin, is_removed) = match it.origin {
                Origin::Separate => (None, !effect.keeps(&it.rule, &same, was(&self.separate))),
                Origin::Created => (None, !effect.keeps(&it.rule, &same, false)),
                Origin::Kept => (Some(()), was(&self.separate)),
                Origin::New => (Some(()), false),
                Origin::Read => (Some(()), was(&self.separate) || was(&self.blocks)),
            };
            let twin = twin.and_then(|()| same.iter().find_map(|it| known.get(it).copied()));
            if let Some(twin) = twin {
                let name = self.rules[at].name.take();
                let twin = &mut self.rules[twin];
                twin.name = twin.name.take().or(name);
            } else if !is_removed {
                *stays = true;
                for same in same.into_iter().filter(|_| some_repeat) {
                    known.entry(same).or_insert(at);
                }
            }
        }
        let mut stay = stay.into_iter();
        self.rules.retain(|_| stay.next() == Some(true));
        self.rules
    }
}
