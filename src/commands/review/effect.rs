//! What a plan does to rules that are resources of their own, without showing it at these.
//!
//! A group whose rules are inline owns them: it removes every rule that it had and that its blocks do not have after the plan, also
//! one that is a separate resource. So what a plan leaves is computed from values before and after it. The configuration does not
//! say it: a `dynamic` block is absent there, and a block that is deleted from the code removes nothing, since the values stay.
//! This was seen with the AWS provider 5.100 at an EC2 endpoint for groups that a plan updates.

use super::document::Resource;
use super::mirror::{Same, traffic};
use super::node::Node;
use crate::model::name::backticked;
use crate::model::platform::PlatformId;
use crate::model::words::Direction;
use crate::review::gather::Gathered;
use crate::review::globs::Globs;
use crate::review::read::PLATFORMS;
use crate::review::read::platform::{Adopts, Found, Owner};
use crate::review::rule::{EnforcementPoint, Rule};
use crate::review::{Kind, Report, compare};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// The resource types whose blocks are all the rules of a group.
fn owners() -> impl Iterator<Item = &'static Owner> {
    PLATFORMS.iter().flat_map(|it| it.owners)
}

fn owner_of(resource: &Resource) -> Option<&'static Owner> {
    owners().find(|it| it.kind == resource.kind)
}

/// What takes over the group of a network of this type.
fn adopts_from(kind: &str) -> Option<&'static Adopts> {
    let mut adopting = owners().filter_map(|it| it.adopts.as_ref());
    adopting.find(|it| it.networks.contains(&kind))
}

/// Whether resources of a type decide what happens to rules, although they have none.
pub(super) fn is_read(kind: &str) -> bool {
    adopts_from(kind).is_some()
}

/// Whether the rules of a resource stay when the plan destroys it.
pub(super) fn outlives(resource: &Resource) -> bool {
    owner_of(resource).is_some_and(|it| it.adopts.is_some())
}

/// A rule that a resource takes away, or will.
pub(super) struct Taken {
    rule: Rule,
    /// The group that does it.
    by: String,
    /// The attribute of the group that does not have the rule; `None` if the group itself goes.
    inline: Option<&'static str>,
}

/// Who takes which rules away.
#[derive(Default)]
pub(super) struct Effect {
    /// The ids of the default groups of networks.
    defaults: BTreeMap<String, String>,
    /// Groups that are not default groups.
    ordinary: BTreeSet<EnforcementPoint>,
    /// Points of separate rules before the plan.
    prior: BTreeSet<EnforcementPoint>,
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
    /// Rules in blocks after the plan.
    blocks: BTreeSet<Same>,
    /// Attributes of existing groups that are unknown as a whole.
    pub(super) unknown: usize,
    /// Separate rules that the plan removes in this way.
    pub(super) taken: Vec<Taken>,
    /// Separate rules that the next plan removes.
    pub(super) contested: Vec<Taken>,
}

/// The address of a group, and the attribute that has its rules.
type Place = (String, &'static str);

impl Effect {
    pub(super) fn new(resources: &[Resource]) -> Effect {
        let mut out = Effect::default();
        for resource in resources {
            let node = resource.before.or(resource.after);
            let text = |name| node.and_then(|it| it.fields().at(name).text());
            if let Some(network) = adopts_from(&resource.kind) {
                let ids = text("id").zip(text(network.group));
                out.defaults.extend(ids);
            } else if let Some(owner) = owner_of(resource).filter(|it| it.adopts.is_none()) {
                let point = owner.point.zip(text("id"));
                out.ordinary.extend(point.map(|(point, id)| point(&id)));
            }
        }
        out
    }

    /// Records a separate rule as it was before the plan.
    pub(super) fn record_prior(&mut self, rule: &Rule) {
        self.prior.insert(rule.point.clone());
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
            return;
        }
        let Some(node) = resource.after else { return };
        let fields = node.fields();
        for (name, directions) in owner.blocks {
            let place = (resource.address.clone(), *name);
            let blocks = fields.at(name);
            if resource.before.is_none() {
                if let Some(point) = owner.point
                    && let Some(adopts) = &owner.adopts
                {
                    let network = fields.at(adopts.network).text();
                    let group = network.and_then(|it| self.defaults.get(&it));
                    match group.map(|it| point(it)) {
                        Some(point) if blocks.items().is_empty() => {
                            let at = directions.iter().map(|it| (point.clone(), *it));
                            let at = at.map(|it| (it, place.clone()));
                            // Without blocks in the configuration, it removes what it finds only once.
                            if !blocks.is_unknown() {
                                self.owned.extend(at.clone());
                            }
                            self.adopted.extend(at);
                        }
                        _ => self.unclear.push((point("").platform, place.0)),
                    }
                }
                continue;
            }
            if blocks.is_unknown() {
                self.unknown += usize::from(blocks.items().is_empty());
                // What stays is known after apply, so that no rule can be named that goes.
                continue;
            }
            let rules = |all: &[Found]| -> Vec<Rule> {
                let rules = all.iter().filter(|it| it.mirrors);
                let rules = rules.filter_map(|it| it.rule.clone().ok().flatten());
                rules
                    .filter(|it| directions.contains(&it.direction))
                    .collect()
            };
            let (was, is) = (rules(before), rules(after));
            let set = |all: &[Rule]| all.iter().filter_map(traffic).collect::<BTreeSet<Same>>();
            let (old, new) = (set(&was), set(&is));
            if old == new {
                continue;
            }
            let gone = old.difference(&new).cloned();
            self.revoked.extend(gone.map(|it| (it, place.clone())));
            self.blocks.extend(new);
            for it in was.iter().chain(&is) {
                let at = (it.point.clone(), it.direction);
                self.owned.insert(at, place.clone());
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
        let lost = is_old.then(|| {
            let revoked = same.iter().find_map(|it| self.revoked.get(it));
            let owner = revoked.or_else(|| self.adopted.get(&place)).map(taken);
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
        let owner = self.owned.get(&place);
        let is_block = traffic(rule).is_some_and(|it| self.blocks.contains(&it));
        if let Some(owner) = owner.filter(|_| !is_block) {
            self.contested.push(taken(owner));
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

/// Names the resources that take wanted rules away.
pub(super) fn explain(report: &mut Report, gathered: &Gathered, taken: &[Taken]) {
    if taken.is_empty() {
        return;
    }
    let lacks =
        |it: &&mut crate::review::Finding| matches!(it.kind, Kind::Missing | Kind::Narrower);
    for finding in report.findings.iter_mut().filter(lacks) {
        let place = (&finding.point, finding.direction);
        let wanted = gathered.input.wanted.iter();
        let wanted: Vec<Rule> = wanted
            .filter(|it| (&it.point, it.direction) == place && finding.keys.contains(&it.id))
            .cloned()
            .collect();
        let is_wanted = |it: &&Taken| {
            let rule = std::slice::from_ref(&it.rule);
            (&it.rule.point, it.rule.direction) == place
                && !compare(&wanted, rule)
                    .iter()
                    .any(|it| it.kind == Kind::Extra)
        };
        let mut removed: BTreeMap<(&str, Option<&str>), BTreeSet<&str>> = BTreeMap::new();
        for it in taken.iter().filter(is_wanted) {
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

/// A warning for each group whose blocks remove separate rules again, of those rules that are compared.
pub(super) fn contested(contested: &[Taken], gathered: &Gathered) -> Vec<String> {
    let globs = Globs::new(&gathered.input.ignore);
    let is_compared = |it: &&Taken| {
        let rule = &it.rule;
        let platform = Some(rule.point.platform);
        !globs.fit(&rule.id, platform)
            && !globs.fit(&rule.point.to_string(), platform)
            && gathered.input.found.iter().any(|it| it.id == rule.id)
    };
    let mut all: BTreeMap<(&str, &str), BTreeSet<&str>> = BTreeMap::new();
    for it in contested.iter().filter(is_compared) {
        if let Some(inline) = it.inline {
            all.entry((&it.by, inline)).or_default().insert(&it.rule.id);
        }
    }
    let warning = |((by, inline), ids): ((&str, &str), BTreeSet<&str>)| {
        format!(
            "warning: contested: `{by}` has all rules of its `{inline}` inline, so the next plan removes {}, and the one after creates this again; {}",
            backticked(ids),
            either(by, inline, "the rules")
        )
    };
    all.into_iter().map(warning).collect()
}
