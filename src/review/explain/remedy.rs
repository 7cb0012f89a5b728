//! What to do about a difference: in steps that keep what is wanted, and in words.
//!
//! The steps of a report can be followed in the order of its findings: at no step is something refused that is wanted and was
//! allowed before. So a rule that allows something wanted is removed only if rules that stay allow that too, or after the wanted
//! rules have been created; and an element of a list is removed from it, since its resource has other rules.

use super::wording::{Explainer, all_egress, named};
use super::words::{ends, extent, grouped, list, meet};
use crate::model::words::Direction;
use crate::review::rule::{Element, EndpointSet, Reference, Rule, TrafficSet};
use crate::review::{Difference, Kind};
use std::collections::BTreeMap;

/// A step of a remedy. Rules are given as their places in the two lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Create wanted rules that do not exist.
    Create(Vec<usize>),
    /// Remove existing rules: the element that a rule comes from; if it is not one of several, everything with the id of the rule.
    Remove(Vec<usize>),
    /// Change an existing rule so that it allows this and no more.
    Narrow(usize, TrafficSet),
}

impl Explainer<'_> {
    /// What to do first. Empty if someone has to decide, or if deny rules are in the way.
    pub(super) fn steps(&self, it: &Difference, primary: &Rule, met: &[TrafficSet]) -> Vec<Step> {
        match it.kind {
            Kind::Extra => {
                let (same, _) = self.others(it, primary);
                let all = it.found.iter().chain(same).copied();
                vec![Step::Remove(all.collect())]
            }
            Kind::Wider if it.is_covered => vec![Step::Remove(it.found.clone())],
            Kind::Wider => match self.narrowed(it, primary, met) {
                Some(narrow) => vec![Step::Narrow(it.found[0], narrow)],
                None => vec![
                    Step::Create(self.without_existing(&it.wanted)),
                    Step::Remove(it.found.clone()),
                ],
            },
            Kind::Missing | Kind::Narrower if it.blocked_by.is_empty() => {
                vec![Step::Create(it.wanted.clone())]
            }
            Kind::Missing | Kind::Narrower | Kind::Unproven => Vec::new(),
            Kind::Duplicate | Kind::Shadowed => vec![Step::Remove(it.found.clone())],
        }
    }

    /// What to do, and which rule of the other side may be related.
    pub(super) fn remedy(
        &self,
        it: &Difference,
        primary: &Rule,
        hint: Option<&Rule>,
        steps: &[Step],
    ) -> String {
        let remedy = self.plain(it, primary, steps);
        match hint {
            Some(hint) => format!("{remedy}; {}", hinted(it.kind, hint)),
            None => remedy,
        }
    }

    fn plain(&self, it: &Difference, primary: &Rule, steps: &[Step]) -> String {
        let found = || named(it.found.iter(), self.found);
        match (it.kind, steps) {
            (Kind::Extra, [Step::Remove(rules)]) => {
                let removal = self.removal(rules, it.direction);
                let default = all_egress(it, self.found).and_then(|it| it.added);
                match default {
                    Some(default) => format!("{removal}; {}", default.removal),
                    None => format!("{removal}, or declare the flow that needs it"),
                }
            }
            (Kind::Wider, [Step::Remove(rules)]) => format!(
                "{}; other rules allow what is wanted of it",
                self.removal(rules, it.direction)
            ),
            (Kind::Wider, [Step::Narrow(at, to)]) => narrowing(it, &self.found[*at], to),
            (Kind::Wider, [Step::Create(wanted), Step::Remove(rules)]) => format!(
                "first {} the wanted {} {}, then {}",
                if self.planned { "declare" } else { "apply" },
                if wanted.len() == 1 { "rule" } else { "rules" },
                named(wanted, self.wanted),
                self.removal(rules, it.direction)
            ),
            (Kind::Missing | Kind::Narrower, _) if !it.blocked_by.is_empty() => format!(
                "delete {}, or move it after `{}`",
                named(it.blocked_by.iter(), self.found),
                primary.id
            ),
            (Kind::Missing, _) if self.planned => {
                "declare the rule, or keep what the plan removes".to_owned()
            }
            (Kind::Missing | Kind::Narrower, _) => {
                let create = if self.planned {
                    "declare the rule"
                } else {
                    "apply the configuration"
                };
                create.to_owned() + &self.widening(it, primary)
            }
            (Kind::Unproven, _) if primary.order.denies => format!(
                "check whether {} should come before the wanted rules",
                found()
            ),
            (Kind::Unproven, _) => "set `peer_by = \"cidr\"` for the zone so that both sides use addresses, or name it as the other side does".to_owned(),
            _ => self.removal(&it.found, it.direction),
        }
    }

    /// The one set of traffic that a wider rule can be narrowed to; `None` if only other rules can allow what is wanted of it.
    fn narrowed(&self, it: &Difference, primary: &Rule, met: &[TrafficSet]) -> Option<TrafficSet> {
        let whole = &primary.extent;
        let [to] = <[TrafficSet; 1]>::try_from(grouped(met)).ok()?;
        // A wanted rule that names its peer in another way has nothing in common with it that can be written here.
        let is_comparable = |at: &usize| meet(whole, &self.wanted[*at].extent).is_some();
        let is_named = |it: &&Reference| matches!(&whole.peers, EndpointSet::Only { named, .. } if named.contains(it));
        let is_written_so = match &to.peers {
            EndpointSet::Any => true,
            EndpointSet::Only { named, .. } => named.iter().all(|it| is_named(&it)),
        };
        // A rule with one peer, or one range of ports, cannot have several.
        let fits = |now: usize, then: usize| then == 1 || now > 1;
        let peers = |it: &TrafficSet| match &it.peers {
            EndpointSet::Any => 1,
            EndpointSet::Only { blocks, named } => blocks.len() + named.len(),
        };
        let ports = |it: &TrafficSet| it.services.traffic().len();
        // Other elements of its list have the same ports.
        let is_alone = match primary.element() {
            Some((_, it)) => it.value.is_some() && to.services == whole.services,
            None => !self.shares_its_id(primary),
        };
        let is_possible = it.found.len() == 1
            && it.wanted.iter().all(is_comparable)
            && is_written_so
            && fits(peers(whole), peers(&to))
            && fits(ports(whole), ports(&to))
            && is_alone;
        is_possible.then_some(to)
    }

    /// The other way to allow all of a wanted rule, if an existing rule is a part of it and has a resource of its own.
    fn widening(&self, it: &Difference, primary: &Rule) -> String {
        let is_part = |at: &&usize| {
            let rule = &self.found[**at];
            let part = meet(&primary.extent, &rule.extent);
            part.as_ref() == Some(&rule.extent)
                && rule.element().is_none()
                && !self.shares_its_id(rule)
        };
        let part = it.found.iter().take(1).find(is_part);
        part.map_or_else(String::new, |at| {
            let (id, to) = (&self.found[*at].id, extent(&primary.extent, it.direction));
            format!(", or widen `{id}` to {to}")
        })
    }

    /// How rules are removed, in words.
    fn removal(&self, rules: &[usize], direction: Direction) -> String {
        let (mut whole, mut values, mut rest) = (Vec::new(), BTreeMap::new(), Vec::new());
        for at in rules {
            let rule = &self.found[*at];
            match rule.element() {
                Some((
                    address,
                    Element {
                        argument,
                        value: Some(value),
                    },
                )) => {
                    let values: &mut Vec<&str> = values.entry((address, argument)).or_default();
                    values.push(value);
                }
                Some((
                    address,
                    Element {
                        argument,
                        value: None,
                    },
                )) => {
                    rest.push(format!("remove `{argument}` from `{address}`"));
                }
                None if self.shares_its_id(rule) => {
                    let what = extent(&rule.extent, direction);
                    rest.push(format!("remove {what} from `{}`", rule.id));
                }
                None => whole.push(*at),
            }
        }
        let lists = values.into_iter().map(|((address, argument), values)| {
            let values = list(values, ", ", str::to_owned);
            format!("remove {values} from `{argument}` of `{address}`")
        });
        let deleted = || format!("delete {}", named(&whole, self.found));
        let deleted = (!whole.is_empty()).then(deleted);
        let all: Vec<String> = deleted.into_iter().chain(lists).chain(rest).collect();
        list(all, ", ", |it| it)
    }

    /// Whether other existing rules have the same id: those of one resource or block.
    fn shares_its_id(&self, rule: &Rule) -> bool {
        self.existing().by_id[&*rule.id] > 1
    }

    /// The wanted rules that no existing rule is equal to; all of them if each is.
    fn without_existing(&self, wanted: &[usize]) -> Vec<usize> {
        let exists = |at: &&usize| {
            let it = &self.wanted[**at];
            let equal = (&it.point, it.direction, &it.extent);
            self.existing().allowed.contains(&equal)
        };
        let open: Vec<usize> = wanted.iter().filter(|at| !exists(at)).copied().collect();
        if open.is_empty() {
            wanted.to_vec()
        } else {
            open
        }
    }
}

/// How a wider rule is narrowed, in words.
fn narrowing(it: &Difference, rule: &Rule, to: &TrafficSet) -> String {
    if let Some((address, Element { argument, value })) = rule.element() {
        let value = value.as_deref().unwrap_or_default();
        let to = ends(&to.peers);
        return format!("replace {value} in `{argument}` of `{address}` with {to}");
    }
    if let [excess] = &it.traffic[..]
        && excess.services == rule.extent.services
        && to.services == rule.extent.services
        && let (EndpointSet::Only { blocks, named }, EndpointSet::Only { blocks: all, .. }) =
            (&excess.peers, &rule.extent.peers)
        && named.is_empty()
        && blocks.iter().all(|it| all.contains(it))
    {
        let side = match it.direction {
            Direction::Ingress => "sources",
            Direction::Egress => "destinations",
        };
        return format!(
            "remove {} from the {side} of `{}`",
            ends(&excess.peers),
            rule.id
        );
    }
    format!("narrow `{}` to {}", rule.id, extent(to, it.direction))
}

/// A rule of the other side for the same service that may be related.
fn hinted(kind: Kind, other: &Rule) -> String {
    if kind == Kind::Missing {
        format!(
            "or check whether `{}`, which allows the same service, was meant for it",
            other.id
        )
    } else {
        format!(
            "`{}` is missing for the same service: check whether this rule was meant for it",
            other.id
        )
    }
}
