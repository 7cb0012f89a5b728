//! Which rules count if a document prints one rule of a platform several times.
//!
//! Separate resources *are* rules. Inline blocks and data sources *mirror* the rules of the platform: AWS and Azure print separate
//! rules in the blocks of their group too, as they were at the last refresh. So a mirrored rule counts only if no other resource
//! is the same rule, or was before the plan; a block that the plan itself adds, only if no other will be exactly the same.

use super::effect::Effect;
use crate::review::read::platform;
use crate::review::rule::Rule;
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{Hash, Hasher};

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

/// What is known of a printed rule in addition to the rule.
pub(super) struct Printed {
    /// Its id or name on the platform.
    pub(super) name: Option<String>,
    /// What tells it from other rules of its address.
    pub(super) detail: Option<String>,
    pub(super) origin: Origin,
}

/// What makes a rule the same as another: the first half of the SHA-256 of its parts, which only equal parts have. It needs a
/// fraction of the memory of the parts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Same(u128);

impl Same {
    fn new(of: impl Hash) -> Same {
        let mut digest = Digest::default();
        of.hash(&mut digest);
        let half = digest.0.finalize().first_chunk().copied();
        Same(u128::from_le_bytes(half.unwrap_or_default()))
    }
}

#[derive(Default)]
struct Digest(Sha256);

impl Hasher for Digest {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// Not used: a digest is longer.
    fn finish(&self) -> u64 {
        0
    }
}

/// A rule as its traffic, on platforms where each traffic has one rule: AWS; on Azure each direction and priority.
pub(super) fn traffic(rule: &Rule) -> Option<Same> {
    let is_unique = platform(rule.point.platform).facts.has_unique_rules;
    is_unique.then(|| Same::new((0_u8, &rule.point, rule.direction, &rule.extent, rule.order)))
}

/// A rule as its id or name, of which each has one rule on every platform. Azure ignores case.
pub(super) fn by_name(rule: &Rule, name: Option<&String>) -> Option<Same> {
    name.map(|it| Same::new((1_u8, &rule.point, it.to_lowercase())))
}

fn same(rule: &Rule, name: Option<&String>) -> Vec<Same> {
    let name = by_name(rule, name);
    traffic(rule).into_iter().chain(name).collect()
}

/// Every rule that a document prints.
#[derive(Default)]
pub(super) struct PrintedRules {
    rules: Vec<Rule>,
    /// The same for each rule.
    about: Vec<Printed>,
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
    /// With room for a number of rules.
    pub(super) fn with_capacity(count: usize) -> PrintedRules {
        PrintedRules {
            rules: Vec::with_capacity(count),
            about: Vec::with_capacity(count),
            ..PrintedRules::default()
        }
    }

    pub(super) fn add(&mut self, rule: Rule, about: Printed) {
        self.rules.push(rule);
        self.about.push(about);
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
    pub(super) fn deduplicated(mut self, effect: &mut Effect) -> (Vec<Rule>, Vec<Printed>) {
        let mut order: Vec<usize> = (0..self.rules.len()).collect();
        order.sort_by_key(|at| self.about[*at].origin);
        // Separate rules repeat no other.
        let repeats = |it: &Printed| !matches!(it.origin, Origin::Separate | Origin::Created);
        let some_repeat = self.about.iter().any(repeats);
        let mut known: BTreeMap<Same, usize> = BTreeMap::new();
        let mut stay = vec![false; self.rules.len()];
        for at in order {
            let (rule, it) = (&self.rules[at], &self.about[at]);
            let same = match it.origin {
                Origin::New => traffic(rule).into_iter().collect(),
                _ => same(rule, it.name.as_ref()),
            };
            let was = |prior: &BTreeSet<Same>| same.iter().any(|it| prior.contains(it));
            let (twin, is_removed) = match it.origin {
                Origin::Separate => (None, !effect.keeps(rule, &same, was(&self.separate))),
                Origin::Created => (None, !effect.keeps(rule, &same, false)),
                Origin::Kept => (Some(()), was(&self.separate)),
                Origin::New => (Some(()), false),
                Origin::Read => (Some(()), was(&self.separate) || was(&self.blocks)),
            };
            let twin = twin.and_then(|()| same.iter().find_map(|it| known.get(it).copied()));
            if let Some(twin) = twin {
                let name = self.about[at].name.take();
                let twin = &mut self.about[twin];
                twin.name = twin.name.take().or(name);
            } else if !is_removed {
                stay[at] = true;
                for same in same.into_iter().filter(|_| some_repeat) {
                    known.entry(same).or_insert(at);
                }
            }
        }
        let mut stays = stay.iter();
        self.rules.retain(|_| stays.next() == Some(&true));
        let mut stays = stay.iter();
        self.about.retain(|_| stays.next() == Some(&true));
        (self.rules, self.about)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::address::Cidr;
    use crate::model::platform::PlatformId;
    use crate::model::ports::PortRange;
    use crate::model::services::Services;
    use crate::model::traffic::{Traffic, Transport};
    use crate::model::words::Direction;
    use crate::review::rule::{EndpointSet, EnforcementPoint, Precedence, Reference, TrafficSet};

    /// Rules of which each two differ in something.
    fn all() -> Vec<Rule> {
        let end = |blocks: &[&str], named: &[&str]| {
            let blocks = blocks.iter().map(|it| Cidr::meant_by(it).unwrap());
            EndpointSet::these(blocks, named.iter().map(|it| Reference::new("group", *it)))
        };
        let many = "x".repeat(300);
        let points = ["sg-1", "sg-1sg-2", "", many.as_str()];
        let points = points.map(|it| EnforcementPoint::new(PlatformId::Aws, it));
        let within = points[0].clone().within("sg-1");
        let ends = [
            EndpointSet::Any,
            end(&["10.0.0.0/8"], &[]),
            end(&["10.0.0.0/8", "a00::/8"], &[]),
            end(&[], &["a", "b"]),
            end(&[], &["ab"]),
        ];
        let mut all = Vec::new();
        for point in points.into_iter().chain([within]) {
            for direction in Direction::ALL {
                for (own, peers) in ends.iter().flat_map(|a| ends.iter().map(move |b| (a, b))) {
                    for priority in [0, 255, 65_535] {
                        let port = PortRange::single(22);
                        let services = Services::of([Traffic::Ports(Transport::Tcp, port)]);
                        let extent = TrafficSet {
                            own: own.clone(),
                            ..TrafficSet::new(services, peers.clone())
                        };
                        all.push(Rule {
                            id: "the same".to_owned(),
                            point: point.clone(),
                            direction: *direction,
                            extent,
                            order: Precedence {
                                priority,
                                denies: false,
                            },
                            zones: None,
                            written: None,
                        });
                    }
                }
            }
        }
        all
    }

    #[test]
    fn only_rules_with_one_traffic_are_the_same() {
        let all = all();
        let same: BTreeSet<Same> = all.iter().filter_map(traffic).collect();
        assert_eq!(same.len(), all.len());
        let again = Rule {
            id: "another".to_owned(),
            ..all[0].clone()
        };
        assert!(traffic(&again) == traffic(&all[0]));
    }
}
