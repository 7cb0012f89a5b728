//! What a plan does to rules that are resources of their own, without showing it at these.
//!
//! A group whose rules are inline owns them: it removes every rule that it had and that its blocks do not have after the plan, also
//! one that is a separate resource. So what a plan leaves is computed from values before and after it. The configuration does not
//! say it: a `dynamic` block is absent there, and a block that is deleted from the code removes nothing, since the values stay.
//! Only what the next plan removes is also read from the configuration, where a group's blocks are certainly in it.
//! This was seen with the AWS provider 5.100 at an EC2 endpoint.

mod adopted;
mod words;

pub(super) use adopted::{adopted_groups, is_network};
pub(super) use words::{CONTESTED, Contested, contested, explain};

use super::document::Resource;
use super::mirror::{Same, by_name, traffic};
use super::node::{Node, StandIns};
use crate::model::platform::PlatformId;
use crate::model::words::Direction;
use crate::review::read::PLATFORMS;
use crate::review::read::platform::{Found, Owner};
use crate::review::rule::{EnforcementPoint, Rule};
use std::collections::{BTreeMap, BTreeSet};

/// The resource types whose blocks are all the rules of a group.
fn owners() -> impl Iterator<Item = &'static Owner> {
    PLATFORMS.iter().flat_map(|it| it.owners)
}

fn owner_of(resource: &Resource) -> Option<&'static Owner> {
    owners().find(|it| it.kind == resource.kind)
}

/// Whether the rules of a resource stay when the plan destroys it.
pub(super) fn outlives(resource: &Resource) -> bool {
    owner_of(resource).is_some_and(|it| it.adopts.is_some())
}

/// Whether the plan makes a resource take over a group that is there already, perhaps after another one, which it leaves.
pub(super) fn takes_over(resource: &Resource) -> bool {
    outlives(resource)
        && resource.after.is_some()
        && (resource.before.is_none() || resource.is_created)
}

/// A rule that a resource takes away, or will.
pub(super) struct Taken {
    rule: Rule,
    /// The group that does it.
    by: String,
    /// The attribute of the group that does not have the rule; `None` if the group itself goes.
    inline: Option<&'static str>,
}

impl Taken {
    /// The group and its attribute that have all rules, if it has them in blocks.
    pub(super) fn owner(&self) -> Option<(&str, &'static str)> {
        Some((&self.by, self.inline?))
    }

    pub(super) const fn platform(&self) -> PlatformId {
        self.rule.point.platform
    }
}

/// Who takes which rules away.
#[derive(Default)]
pub(super) struct Effect {
    /// The ids of groups that the plan takes over, by the addresses of the resources that do it.
    defaults: BTreeMap<String, String>,
    /// Groups that are not default groups.
    ordinary: BTreeSet<EnforcementPoint>,
    /// Points of separate rules before the plan.
    prior: BTreeSet<EnforcementPoint>,
    /// The traffic of separate rules before the plan, by their ids or names.
    named: BTreeMap<Same, Same>,
    /// Groups that the plan destroys or replaces.
    destroyed: BTreeMap<EnforcementPoint, String>,
    /// Groups that are adopted, and lose every rule of a direction.
    adopted: BTreeMap<(EnforcementPoint, Direction), Place>,
    /// Adopted groups of which it is not known which they are, or what they keep.
    unclear: Vec<(PlatformId, String)>,
    /// Rules that leave the blocks of their group.
    revoked: BTreeMap<Same, Place>,
    /// Groups whose blocks the plan changes, so that these come from the configuration.
    owned: BTreeMap<(EnforcementPoint, Direction), Place>,
    /// Groups whose blocks the plan does not change. Whether the configuration has them is not known.
    unchanged: BTreeMap<(EnforcementPoint, Direction), Place>,
    /// Rules in blocks after the plan.
    blocks: BTreeSet<Same>,
    /// Attributes of existing groups that are unknown as a whole.
    pub(super) unknown: usize,
    /// Separate rules that the plan removes in this way.
    pub(super) taken: Vec<Taken>,
    /// Separate rules that the next plan removes.
    pub(super) contested: Vec<Taken>,
    /// Separate rules that the next plan removes if the configuration has the blocks of their group.
    pub(super) perhaps: Vec<Taken>,
}

/// The address of a group, and the attribute that has its rules.
type Place = (String, &'static str);

impl Effect {
    pub(super) fn new(resources: &[Resource]) -> Effect {
        let mut out = Effect {
            defaults: adopted_groups(resources),
            ..Effect::default()
        };
        for resource in resources {
            let node = resource.before.or(resource.after);
            let owner = owner_of(resource).filter(|it| it.adopts.is_none());
            let id = node.and_then(|it| it.fields().at("id").text());
            let point = owner.and_then(|it| it.point).zip(id);
            let point = point.map(|(point, id)| point(&id));
            out.ordinary.extend(point);
        }
        out
    }

    /// What is read in the place of unknown attributes of a group that the plan takes over.
    pub(super) fn stand_ins(&self, resource: &Resource) -> StandIns {
        let id = self.defaults.get(&resource.address);
        id.map(|it| ("id", it.clone())).into_iter().collect()
    }

    /// Records a separate rule as it was before the plan.
    pub(super) fn record_prior(&mut self, rule: &Rule, name: Option<&String>) {
        self.prior.insert(rule.point.clone());
        self.named.extend(by_name(rule, name).zip(traffic(rule)));
    }

    /// What is read in the place of the id of a group that the plan creates, so that its blocks are at the same point as the rules
    /// that refer to it.
    pub(super) fn new_id(&self, resource: &Resource) -> Option<StandIns> {
        let owner = owner_of(resource)?;
        owner.point?;
        let is_new = resource.after?.fields().at("id").is_unknown();
        let is_it = is_new && !self.defaults.contains_key(&resource.address);
        is_it.then(|| StandIns::from([("id", resource.address.clone())]))
    }

    /// Records what happens to a group, with its rules before and after.
    pub(super) fn record(&mut self, resource: &Resource, before: &[Found], after: &[Found]) {
        let Some(owner) = owner_of(resource) else {
            return;
        };
        let is_new = |node: Node| node.fields().at("id").is_unknown();
        if owner.adopts.is_none() && resource.after.is_none_or(is_new) {
            // A replaced group has a new id; its rules go with the old one.
            let id = resource.before.and_then(|it| it.fields().at("id").text());
            let point = owner.point.zip(id).map(|(point, id)| point(&id));
            let by = |it| (it, resource.address.clone());
            self.destroyed.extend(point.map(by));
            self.record_new(resource, owner, after);
            return;
        }
        let Some(node) = resource.after else { return };
        if takes_over(resource) {
            self.record_adopted(resource, owner, after);
            return;
        }
        let fields = node.fields();
        let id = fields.at("id").text();
        for (name, directions) in owner.blocks {
            let place = (resource.address.clone(), *name);
            let blocks = fields.at(name);
            if blocks.is_unknown() {
                self.unknown += usize::from(blocks.items().is_empty());
                // What stays is known after apply, so that no rule can be named that goes.
                continue;
            }
            let (was, is) = (in_blocks(before, directions), in_blocks(after, directions));
            let set = |all: &[Rule]| all.iter().filter_map(traffic).collect::<BTreeSet<Same>>();
            let (old, new) = (set(&was), set(&is));
            if old == new {
                let point = owner.point.zip(id.as_ref()).map(|(point, id)| point(id));
                for direction in point.iter().flat_map(|_| *directions) {
                    let at = point.clone().map(|it| (it, *direction));
                    self.unchanged.extend(at.map(|it| (it, place.clone())));
                }
                self.blocks.extend(new);
                continue;
            }
            let gone = old.difference(&new).copied();
            self.revoked.extend(gone.map(|it| (it, place.clone())));
            self.blocks.extend(new);
            for it in was.iter().chain(&is) {
                let at = (it.point.clone(), it.direction);
                self.owned.insert(at, place.clone());
            }
        }
    }

    /// Records a group that the plan takes over: it removes every rule that was there and that its blocks do not have.
    fn record_adopted(&mut self, resource: &Resource, owner: &'static Owner, after: &[Found]) {
        let (Some(node), Some(point)) = (resource.after, owner.point) else {
            return;
        };
        let fields = node.fields();
        let id = self.defaults.get(&resource.address);
        let at = id.map(|it| point(it));
        if at.is_none() {
            self.record_new(resource, owner, after);
        }
        for (name, directions) in owner.blocks {
            let place = (resource.address.clone(), *name);
            let blocks = fields.at(name);
            let is_partial = blocks.is_unknown() && !blocks.items().is_empty();
            let Some(at) = at.as_ref().filter(|_| !is_partial) else {
                self.unclear.push((point("").platform, place.0));
                continue;
            };
            let rules = in_blocks(after, directions);
            self.blocks.extend(rules.iter().filter_map(traffic));
            for direction in *directions {
                let at = (at.clone(), *direction);
                // Without blocks in the configuration, it removes what it finds only once.
                if !blocks.is_unknown() {
                    self.owned.insert(at.clone(), place.clone());
                }
                self.adopted.insert(at, place.clone());
            }
        }
    }

    /// Records a group that the plan creates. Its address is in the place of its id. Whatever it has not in its blocks, the next
    /// plan removes.
    fn record_new(&mut self, resource: &Resource, owner: &'static Owner, after: &[Found]) {
        let (Some(node), Some(point)) = (resource.after, owner.point) else {
            return;
        };
        let point = point(&resource.address);
        let fields = node.fields();
        for (name, directions) in owner.blocks {
            let blocks = fields.at(name);
            if blocks.value.is_none() || (blocks.is_unknown() && blocks.items().is_empty()) {
                // Without the argument, the provider computes it.
                continue;
            }
            // An address that is not known is another than any known one.
            let known = after.iter().filter(|it| !it.marks.unknown);
            let known = in_blocks(known, directions);
            self.blocks.extend(known.iter().filter_map(traffic));
            for direction in *directions {
                let place = (resource.address.clone(), *name);
                self.owned.insert((point.clone(), *direction), place);
            }
        }
    }

    /// Decides whether a separate rule stays that was in place before the plan, if `is_old`.
    pub(super) fn keeps(&mut self, rule: &Rule, same: &[Same], is_old: bool) -> bool {
        let place = (rule.point.clone(), rule.direction);
        let taken = |(by, inline): &Place| Taken {
            rule: rule.clone(),
            by: by.clone(),
            inline: Some(*inline),
        };
        let is_block = traffic(rule).is_some_and(|it| self.blocks.contains(&it));
        let lost = is_old.then(|| {
            // A rule that the plan changes goes if its group removes what it was.
            let was = same.iter().filter_map(|it| self.named.get(it));
            let mut all = same.iter().chain(was);
            let revoked = all.find_map(|it| self.revoked.get(it));
            let adopted = || self.adopted.get(&place).filter(|_| !is_block);
            let owner = revoked.or_else(adopted).map(taken);
            owner.or_else(|| {
                self.destroyed.get(&rule.point).map(|by| Taken {
                    rule: rule.clone(),
                    by: by.clone(),
                    inline: None,
                })
            })
        });
        if let Some(lost) = lost.flatten() {
            self.taken.push(lost);
            return false;
        }
        if is_block {
            return true;
        }
        if let Some(owner) = self.owned.get(&place) {
            self.contested.push(taken(owner));
        } else if let Some(owner) = self.unchanged.get(&place) {
            self.perhaps.push(taken(owner));
        }
        true
    }

    /// Adopted groups that may have rules which are compared, each with what is wrong.
    pub(super) fn unclear(&self) -> BTreeMap<String, String> {
        let why = |it: &String| {
            format!(
                "`{it}` takes over the default group of a network and removes the rules of other resources there, and the plan does not show which rules stay; apply it first, then review the state"
            )
        };
        let is_at_risk = |platform: PlatformId| {
            let mut points = self.prior.iter().filter(|it| it.platform == platform);
            points.any(|it| !self.ordinary.contains(it))
        };
        let unclear = self.unclear.iter().filter(|it| is_at_risk(it.0));
        unclear.map(|(_, it)| (it.clone(), why(it))).collect()
    }
}

/// The rules of the blocks of a group in some directions.
fn in_blocks<'f>(all: impl IntoIterator<Item = &'f Found>, directions: &[Direction]) -> Vec<Rule> {
    let rules = all.into_iter().filter(|it| it.mirrors);
    let rules = rules.filter_map(|it| it.rule.clone().ok().flatten());
    rules
        .filter(|it| directions.contains(&it.direction))
        .collect()
}
