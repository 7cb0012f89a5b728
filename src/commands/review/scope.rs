//! Where something is said of what is wanted.

use crate::model::words::Direction;
use crate::review::rule::{EndpointSet, EnforcementPoint, Reference, Rule};
use std::collections::BTreeSet;

pub(super) struct Scope {
    pub(super) points: BTreeSet<(EnforcementPoint, Direction)>,
    /// The targets on Google Cloud, where one network is shared by many.
    targets: BTreeSet<Reference>,
}

impl Scope {
    pub(super) fn of<'r>(rules: impl Iterator<Item = &'r Rule>) -> Scope {
        let mut scope = Scope {
            points: BTreeSet::new(),
            targets: BTreeSet::new(),
        };
        for rule in rules {
            scope.points.insert((rule.point.clone(), rule.direction));
            if let EndpointSet::Only { named, .. } = &rule.extent.own {
                scope.targets.extend(named.iter().cloned());
            }
        }
        scope
    }

    pub(super) fn holds(&self, rule: &Rule) -> bool {
        let shared = matches!(rule.point, EnforcementPoint::Network { .. });
        let is_target = match &rule.extent.own {
            EndpointSet::Only { named, .. } if shared => {
                named.iter().any(|it| self.targets.contains(it))
            }
            _ => true,
        };
        is_target && self.points.contains(&(rule.point.clone(), rule.direction))
    }

    /// Whether a point is one of them, whatever the direction.
    pub(super) fn names(&self, point: &EnforcementPoint) -> bool {
        self.points.iter().any(|it| it.0 == *point)
    }
}
