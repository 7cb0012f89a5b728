//! One difference as a finding: what is wrong in one sentence, what the traffic is for, and what to do.

use super::known::{Known, KnownListeners, flows, is_wide};
use super::remedy::Step;
use super::severity::{ZoneAddresses, severity_of_extra, severity_of_missing};
use super::words::{ends, extent, joined, less, list, meet, part_of, source_ports, union};
use crate::model::address::Family;
use crate::model::words::{Direction, Severity};
use crate::review::read::platform;
use crate::review::read::platform::DefaultEgress;
use crate::review::rule::{EndpointSet, EnforcementPoint, Intent, Rule, TrafficSet};
use crate::review::{Difference, Finding, Kind};
use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// What differences are explained with.
pub(super) struct Explainer<'t> {
    pub(super) wanted: &'t [Rule],
    pub(super) found: &'t [Rule],
    pub(super) known: Known<'t>,
    pub(super) places: ZoneAddresses<'t>,
    /// Whether the existing rules are those that a plan leaves.
    pub(super) planned: bool,
    pub(super) existing: OnceCell<Existing<'t>>,
}

/// What is looked up among the existing rules.
pub(super) struct Existing<'t> {
    /// What rules allow.
    pub(super) allowed: BTreeSet<(&'t EnforcementPoint, Direction, &'t TrafficSet)>,
    /// How many rules have an id.
    pub(super) by_id: BTreeMap<&'t str, usize>,
}

impl<'t> Explainer<'t> {
    pub(super) fn existing(&self) -> &Existing<'t> {
        self.existing.get_or_init(|| {
            let allow = self.found.iter().filter(|it| !it.order.denies);
            let mut by_id = BTreeMap::new();
            for it in self.found {
                *by_id.entry(&*it.id).or_default() += 1;
            }
            Existing {
                allowed: allow
                    .map(|it| (&it.point, it.direction, &it.extent))
                    .collect(),
                by_id,
            }
        })
    }

    /// A difference in words, and its first steps. `hint` is a rule of the other side with the same service and a peer of another
    /// sort.
    pub(super) fn finding(&mut self, it: &Difference, hint: Option<&Rule>) -> (Finding, Vec<Step>) {
        let primary = &*self.subject(it);
        let denied = it.kind == Kind::Missing && primary.order.denies;
        let traffic = if it.traffic.is_empty() || denied {
            extent(&primary.extent, it.direction)
        } else {
            part_of(&primary.extent, &it.traffic, it.direction)
        };
        let (severity, meaning) = self.judged(it, primary);
        let met = if it.kind == Kind::Wider {
            self.meets(it, primary)
        } else {
            Vec::new()
        };
        let steps = self.steps(it, primary, &met);
        let finding = Finding {
            kind: it.kind,
            severity,
            point: it.point.clone(),
            direction: it.direction,
            ids: once([&it.found, &it.others, &it.blocked_by], self.found),
            keys: once([&it.wanted], self.wanted),
            message: self.message(it, primary, &traffic, &met),
            meaning,
            remedy: self.remedy(it, primary, hint, &steps),
            traffic,
        };
        (finding, steps)
    }

    /// The rule that a difference is reported for.
    pub(super) fn primary(&self, it: &Difference) -> &'t Rule {
        match it.kind {
            Kind::Missing | Kind::Narrower => &self.wanted[it.wanted[0]],
            _ => &self.found[it.found[0]],
        }
    }

    /// The same, with both families of the default egress rule as one.
    fn subject(&self, it: &Difference) -> Cow<'t, Rule> {
        let mut subject = Cow::Borrowed(self.primary(it));
        if it.found.len() > 1 && all_egress(it, self.found).is_some() {
            let peers = it.found.iter().map(|at| &self.found[*at].extent.peers);
            subject.to_mut().extent.peers = joined(&peers.collect::<Vec<_>>());
        }
        subject
    }

    fn judged(&mut self, it: &Difference, primary: &Rule) -> (Severity, String) {
        if !it.kind.is_traffic() {
            return (Severity::Info, String::new());
        }
        let traffic = union(it.traffic.iter().map(|it| &it.services));
        if matches!(it.kind, Kind::Extra | Kind::Wider) {
            if let Some(all) = all_egress(it, self.found) {
                return (Severity::Warning, all.meaning());
            }
            let intents = self
                .known
                .intents(&it.point, it.direction, &BTreeSet::new(), &traffic);
            let mut listeners = self.known.listeners_of(&traffic);
            if !is_wide(&traffic)
                && let Some(private) = self.known.is_private(&intents)
            {
                listeners.private = private;
            }
            let severity =
                severity_of_extra(it, primary, &self.places, &self.known, &intents, &listeners);
            let KnownListeners { words, .. } = listeners;
            let meaning = if intents.is_empty() || is_wide(&traffic) {
                words
            } else {
                format!("wanted here only for {}", flows(&intents, &traffic))
            };
            return (severity, meaning);
        }
        let intents = self.reasons(it);
        let severity = severity_of_missing(it, &intents);
        let traffic = if traffic.is_empty() {
            &primary.extent.services
        } else {
            &traffic
        };
        let for_flows = flows(&intents, traffic);
        let meaning = match (for_flows.is_empty(), severity) {
            (true, _) => String::new(),
            (false, Severity::Error) => format!("needed by {for_flows}"),
            (false, _) => format!("wanted for {for_flows}"),
        };
        (severity, meaning)
    }

    /// Why the wanted rules of a difference are wanted.
    fn reasons(&self, it: &Difference) -> Vec<&'t Intent> {
        let rules = it.wanted.iter().map(|at| &self.wanted[*at]);
        let rules: Vec<&Rule> = rules.filter(|it| !it.order.denies).collect();
        let peers = rules.iter().filter_map(|it| it.zones.as_ref());
        let peers: BTreeSet<&str> = peers.map(|it| it.peer.as_str()).collect();
        if peers.is_empty() {
            return Vec::new();
        }
        let own = |intent: &&Intent| {
            let zones = rules.iter().filter_map(|it| it.zones.as_ref());
            zones.into_iter().any(|it| it.own == intent.zone)
        };
        let services = union(rules.iter().map(|it| &it.extent.services));
        let all = self
            .known
            .intents(&it.point, it.direction, &peers, &services);
        all.into_iter().filter(own).collect()
    }

    fn message(
        &self,
        it: &Difference,
        primary: &Rule,
        traffic: &str,
        met: &[TrafficSet],
    ) -> String {
        let at = self.at(it);
        let id = &primary.id;
        let whole = || extent(&primary.extent, it.direction);
        let denied = || named_with_priority(&it.blocked_by, self.found);
        match it.kind {
            Kind::Extra => format!(
                "{} {traffic} at {at}, which is not part of any declared flow{}{}",
                self.allowing(it),
                self.so_do_others(it, primary),
                self.swapped(it)
            ),
            Kind::Wider => format!(
                "{} {} at {at}, where {} is wanted{}{}",
                self.allowing(it),
                whole(),
                wanted_of(it, primary, met),
                self.so_do_others(it, primary),
                self.swapped(it)
            ),
            Kind::Missing if primary.order.denies => {
                let defaults = platform(it.point.platform).words.defaults;
                format!(
                    "`{id}` should deny {} at {at} but does not exist: {defaults}",
                    whole()
                )
            }
            Kind::Missing if !it.blocked_by.is_empty() => {
                format!(
                    "`{id}` expects {traffic} at {at}, but it is blocked by {}",
                    denied()
                )
            }
            Kind::Missing if self.planned => {
                format!("`{id}` expects {traffic} at {at}, but nothing allows it after the plan")
            }
            Kind::Missing => format!(
                "`{id}` expects {traffic} at {at}, but nothing allows it: not applied yet, or removed"
            ),
            Kind::Narrower => {
                let lacking = less(&primary.extent, &it.traffic, it.direction);
                let by = if it.blocked_by.is_empty() {
                    String::new()
                } else {
                    format!(" (blocked by {})", denied())
                };
                format!(
                    "`{id}` expects {} at {at}, but {lacking} is not allowed{by}; {} the rest{}",
                    whole(),
                    self.allowing(it),
                    self.swapped(it)
                )
            }
            Kind::Unproven => self.unproven(it, primary, &at),
            Kind::Duplicate => format!(
                "`{id}` duplicates {} at {at}: {traffic}",
                named(it.others.iter(), self.found)
            ),
            Kind::Shadowed if it.others.is_empty() => {
                format!("`{id}` names {traffic} at {at} but has no effect")
            }
            Kind::Shadowed if primary.order.priority != 0 => format!(
                "`{id}` never decides {traffic} at {at}: {} earlier",
                comes(named(it.others.iter(), self.found), it.others.len())
            ),
            Kind::Shadowed => format!(
                "`{id}` is redundant at {at}: {traffic} is also allowed by {}",
                named(it.others.iter(), self.found)
            ),
        }
    }

    fn unproven(&self, it: &Difference, primary: &Rule, at: &str) -> String {
        let wanted = &self.wanted[it.wanted[0]];
        let found = extent(&primary.extent, it.direction);
        if primary.order.denies {
            return format!(
                "{} denies {found} at {at}; whether that is part of what `{}` expects cannot be determined here",
                named_with_priority(&it.found[..1], self.found),
                wanted.id
            );
        }
        let peers = it.found.iter().map(|at| &self.found[*at].extent.peers);
        let peers: Vec<&EndpointSet> = peers.collect();
        let zone = (wanted.zones.as_ref()).map_or("the peer", |it| it.peer.as_str());
        format!(
            "{} zone `{zone}` at {at} as {}, but it is wanted as {} (`{}`); members and addresses cannot be compared here",
            self.allowing(it),
            by(&joined(&peers)),
            by(&wanted.extent.peers),
            wanted.id
        )
    }

    /// Where, with the zones that are enforced there.
    fn at(&self, it: &Difference) -> String {
        let mut zones = self.known.zones(&it.point, it.direction);
        if zones.is_empty() {
            let other = match it.direction {
                Direction::Ingress => Direction::Egress,
                Direction::Egress => Direction::Ingress,
            };
            zones = self.known.zones(&it.point, other);
        }
        let noun = match zones.len() {
            0 => return format!("`{}`", it.point),
            1 => "zone",
            _ => "zones",
        };
        let zones = list(zones, ", ", |it| format!("`{it}`"));
        format!("`{}` ({noun} {zones})", it.point)
    }

    /// Subject and verb of a message: the existing rules of a difference, and "allows" or "allow".
    fn allowing(&self, it: &Difference) -> String {
        let who = named(it.found.iter(), self.found);
        format!("{who} {}", allow(ids(&it.found, self.found).len()))
    }

    /// The other rules that allow exactly the same, and those that allow part of it.
    pub(super) fn others<'d>(
        &self,
        it: &'d Difference,
        primary: &Rule,
    ) -> (Vec<&'d usize>, Vec<&'d usize>) {
        let same = |at: &&usize| self.found[**at].extent == primary.extent;
        it.others.iter().partition(same)
    }

    fn so_do_others(&self, it: &Difference, primary: &Rule) -> String {
        let (same, partly) = self.others(it, primary);
        let mut text = String::new();
        if !same.is_empty() {
            let verb = if same.len() == 1 { "does" } else { "do" };
            let _ = write!(text, "; so {verb} {}", named(same, self.found));
        }
        if !partly.is_empty() {
            let verb = allow(partly.len());
            let _ = write!(
                text,
                "; {} {verb} part of it too",
                named(partly, self.found)
            );
        }
        text
    }

    /// The wanted part of a wider rule.
    fn meets(&self, it: &Difference, primary: &Rule) -> Vec<TrafficSet> {
        let wanted = it.wanted.iter().map(|at| &self.wanted[*at].extent);
        let mut met: Vec<_> = wanted.filter_map(|it| meet(&primary.extent, it)).collect();
        met.sort_unstable();
        met.dedup();
        met
    }

    /// A question if an existing rule has source ports, since no wanted rule has.
    fn swapped(&self, it: &Difference) -> String {
        let rules = it.found.iter().map(|at| &self.found[*at].extent);
        let ports: BTreeSet<String> = rules.filter_map(source_ports).collect();
        if ports.is_empty() {
            String::new()
        } else {
            format!("; {}: swapped?", list(ports, ", ", |it| it))
        }
    }
}

/// The wanted part of a wider rule, after the words for the rule itself.
fn wanted_of(it: &Difference, primary: &Rule, met: &[TrafficSet]) -> String {
    if met.is_empty() {
        "less".to_owned()
    } else {
        format!("only {}", less(&primary.extent, met, it.direction))
    }
}

/// A rule that allows all egress of one or both address families.
pub(super) struct AllEgress {
    family: Option<Family>,
    /// How the platform adds it to a new group, if it may be that rule: one that the configuration does not write.
    pub(super) added: Option<DefaultEgress>,
}

impl AllEgress {
    fn meaning(&self) -> String {
        let family = match self.family {
            Some(Family::V4) => "IPv4 ",
            Some(Family::V6) => "IPv6 ",
            None => "",
        };
        let effect = format!("while it exists, no other {family}egress rule has any effect");
        match self.added {
            Some(default) => format!("{}; {effect}", default.meaning),
            None => effect,
        }
    }
}

/// The rule for all egress that a difference is about, on platforms that add one to a new group.
pub(super) fn all_egress(it: &Difference, found: &[Rule]) -> Option<AllEgress> {
    let default = platform(it.point.platform).facts.default_egress?;
    let is_about = matches!(it.kind, Kind::Extra | Kind::Wider);
    if !is_about || it.direction != Direction::Egress {
        return None;
    }
    let mut families = BTreeSet::new();
    let mut written = false;
    for rule in it.found.iter().map(|at| &found[*at]) {
        match &rule.extent.peers {
            EndpointSet::Only { blocks, named }
                if named.is_empty()
                    && rule.extent.services.is_all()
                    && !blocks.is_empty()
                    && blocks.iter().all(|it| it.length() == 0) =>
            {
                families.extend(blocks.iter().map(|it| it.family()));
                written |= rule.written.is_some();
            }
            _ => return None,
        }
    }
    // A rule for IPv6 alone is not what a platform adds.
    let is_added = !written && families.contains(&Family::V4);
    Some(AllEgress {
        family: families.first().copied().filter(|_| families.len() == 1),
        added: is_added.then_some(default),
    })
}

/// The ids of rules, each once, in the order given.
fn ids<'a>(places: impl IntoIterator<Item = &'a usize>, rules: &[Rule]) -> Vec<&str> {
    let mut seen = BTreeSet::new();
    let ids = places.into_iter().map(|at| &*rules[*at].id);
    ids.filter(|it| seen.insert(*it)).collect()
}

/// The same for several lists.
fn once<const N: usize>(places: [&Vec<usize>; N], rules: &[Rule]) -> Vec<String> {
    let ids = ids(places.into_iter().flatten(), rules).into_iter();
    ids.map(str::to_owned).collect()
}

/// Rules in a sentence.
pub(super) fn named<'a>(places: impl IntoIterator<Item = &'a usize>, rules: &[Rule]) -> String {
    list(ids(places, rules), ", ", |it| format!("`{it}`"))
}

/// Rules in a sentence, with their priorities.
fn named_with_priority(places: &[usize], rules: &[Rule]) -> String {
    let one = |at: &usize| {
        let rule = &rules[*at];
        format!("`{}` (priority {})", rule.id, rule.order.priority)
    };
    list(places, ", ", one)
}

/// The verb for that many rules.
const fn allow(count: usize) -> &'static str {
    if count == 1 { "allows" } else { "allow" }
}

fn comes(who: String, count: usize) -> String {
    if count == 1 {
        who + " comes"
    } else {
        who + " come"
    }
}

/// How a rule refers to an end.
fn by(it: &EndpointSet) -> String {
    match it {
        EndpointSet::Any => "anyone".to_owned(),
        EndpointSet::Only { blocks, named } if blocks.is_empty() => ends(it),
        EndpointSet::Only { .. } => format!("address {}", ends(it)),
    }
}
