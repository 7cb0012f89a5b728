//! What a plan that creates groups shows of their rules: which can be compared, which repeat a wanted row, and which cannot be decided.

use super::document::Resource;
use super::estate::WANTED;
use super::node::{Node, StandIns};
use super::pending::{Pair, Pending, pending, placed};
use super::references::resolved::Resolved;
use super::references::{Cell, Origin, References};
use super::sources::{MapOf, Source};
use crate::model::platform::PlatformId;
use crate::model::words::Direction;
use crate::review::gather::Collected;
use crate::review::read::attributes::Attributes as _;
use crate::review::read::platform;
use crate::review::read::platform::{Found, Place, Platform};
use crate::review::rule::{EndpointSet, EnforcementPoint, Rule, TrafficSet, Written};
use serde_json::value::RawValue;
use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

/// What was decided.
#[derive(Default)]
pub(super) struct Decided {
    /// The number of rules that are known only after apply.
    pub(super) unknown: usize,
    /// The existing ones of these.
    pub(super) waiting: Vec<String>,
    /// Rules at a group that a zone may have, which cannot be compared.
    pub(super) undecided: Vec<String>,
}

/// Collects rules with unknown arguments.
pub(super) struct FirstPlan<'r, 't> {
    resources: &'r [Resource<'t>],
    /// `None` if the rules before the plan are reviewed.
    configuration: Option<&'t RawValue>,
    references: OnceCell<References<'t>>,
    wanted: Vec<Pending>,
    found: Vec<Pending>,
    /// The places in the list of wanted rules of those that were read with stand-ins.
    read_wanted: BTreeSet<usize>,
    /// The ids of existing rules that were.
    read_found: BTreeSet<String>,
    /// Groups that a zone may have.
    candidates: BTreeSet<EnforcementPoint>,
    /// Those of them that may be of a peer only.
    loose: BTreeSet<EnforcementPoint>,
    /// Platforms with a zone whose group may be any.
    open: BTreeSet<PlatformId>,
}

impl<'r, 't> FirstPlan<'r, 't> {
    pub(super) const fn new(
        resources: &'r [Resource<'t>],
        configuration: Option<&'t RawValue>,
    ) -> Self {
        FirstPlan {
            resources,
            configuration,
            references: OnceCell::new(),
            wanted: Vec::new(),
            found: Vec::new(),
            read_wanted: BTreeSet::new(),
            read_found: BTreeSet::new(),
            candidates: BTreeSet::new(),
            loose: BTreeSet::new(),
            open: BTreeSet::new(),
        }
    }

    /// The configuration, which is read only if something is unknown.
    fn references(&self) -> Option<&References<'t>> {
        let configuration = self.configuration?;
        let read = || References::new(configuration, self.resources, WANTED);
        Some(self.references.get_or_init(read))
    }

    /// Reads a wanted rule with stand-ins. `at` is its place in the list. `None` if it is not certain and waits.
    pub(super) fn wanted<R>(
        &mut self,
        platform: &'static Platform,
        place: [&str; 3],
        row: Node,
        at: usize,
        read: impl Fn(&StandIns) -> (R, Option<Rule>),
    ) -> Option<R> {
        let resolved = self.references().map(|it| it.of_row(platform, place, row));
        let resolved = resolved.unwrap_or_default();
        let (result, rule) = read(&resolved.stand_ins);
        if resolved.is_exact {
            self.read_wanted.insert(at);
            return Some(result);
        }
        let [rules, output, key] = place.map(str::to_owned);
        let cell = Cell {
            rules,
            output,
            key,
            column: String::new(),
        };
        let id = cell.key.clone();
        let pending = pending(platform, id, &resolved, rule, None, |it| read(it).1);
        self.wanted.push(Pending {
            row: Some(cell),
            ..pending
        });
        None
    }

    /// What is read in the place of unknown arguments of an existing rule.
    pub(super) fn of_resource(
        &self,
        platform: &'static Platform,
        names: [&str; 2],
        node: Node,
    ) -> Resolved {
        match self.references() {
            Some(it) => it.of_resource(platform, names, node),
            // Without the configuration, a new group is still known by its address.
            None => Resolved::of_group(platform, names, node),
        }
    }

    /// Whether the configuration certainly sets an attribute of a resource.
    pub(super) fn sets(&self, owner: Option<(&str, &str)>, id: PlatformId) -> bool {
        let references = self.references().zip(owner);
        references.is_some_and(|(it, (address, name))| it.sets(address, name, platform(id).links))
    }

    /// Records an existing rule that was read with stand-ins.
    pub(super) fn was_read(&mut self, id: &str) {
        self.read_found.insert(id.to_owned());
    }

    /// Whether an existing rule was.
    pub(super) fn is_read(&self, id: &str) -> bool {
        self.read_found.contains(id)
    }

    /// An existing rule that waits.
    pub(super) fn waits(
        &mut self,
        platform: &'static Platform,
        address: &str,
        node: Node,
        resolved: &Resolved,
        found: Found,
        read: impl Fn(&StandIns) -> Option<Rule>,
    ) {
        let rule = read(&resolved.stand_ins);
        let row = self.references();
        let row = row.and_then(|it| it.repeated_row(platform, address, node));
        let written = (!found.marks.sensitive).then_some(Written {
            address: found.id.len(),
            element: found.element.map(Box::new),
        });
        let pending = pending(platform, found.id, resolved, rule, found.point, read);
        self.found.push(Pending {
            row,
            written,
            ..pending
        });
    }

    /// Where a zone of some zones, whose group is unknown, may be enforced.
    pub(super) fn zone(
        &mut self,
        platform: &'static Platform,
        [rules, zone]: [&str; 2],
        block: Node,
        zones: Node,
    ) -> Vec<Place> {
        let Some(references) = self.references() else {
            self.open.insert(platform.id);
            return Vec::new();
        };
        let of = block.fields();
        let mut known = StandIns::new();
        let mut open: Option<(&'static str, Origin)> = None;
        let arguments = platform.links.own.iter().chain(&platform.links.spread);
        for argument in arguments.filter(|it| of.at(it).is_unknown()) {
            let origin = references.own(rules, zone, platform, argument);
            match origin.exact() {
                Some(name) => {
                    known.insert(argument, name.clone());
                }
                None => open = Some((argument, origin)),
            }
        }
        let read = |it: &StandIns| (platform.read_zone)(&mut block.fields().with(it));
        let Some((argument, origin)) = open else {
            let places = read(&known);
            self.candidates
                .extend(places.iter().map(|it| it.point.clone()));
            return places;
        };
        if origin.is_open || origin.groups.is_empty() {
            self.open.insert(platform.id);
        }
        let mut places = Vec::new();
        for name in origin.groups {
            known.insert(argument, name);
            places.extend(read(&known));
        }
        let points: Vec<_> = places.iter().map(|it| it.point.clone()).collect();
        self.candidates.extend(points.iter().cloned());
        if origin.is_open || names_peers(platform, zones) {
            self.loose.extend(points);
        }
        places
    }

    /// Decides which rules are compared. `read` is which existing rules were read with stand-ins.
    pub(super) fn decide(
        mut self,
        collected: &mut Collected,
        read: Vec<bool>,
        wanted_in: &mut Vec<MapOf>,
        sources: &mut [Source],
    ) -> Decided {
        let paired = self.pairs();
        let mut rules = Rules {
            wanted: vec![true; collected.wanted.len()],
            found: vec![true; collected.found.len()],
            read,
        };
        let mut undecided = BTreeSet::new();
        while self.demote_wanted(collected, &mut rules)
            || self.demote_found(collected, &mut rules, &mut undecided)
        {}
        keep(&mut collected.found, &rules.found);
        keep(wanted_in, &rules.wanted);
        keep(&mut collected.wanted, &rules.wanted);
        let before = |at: usize| rules.wanted[..at].iter().filter(|it| **it).count();
        for source in sources {
            source.wanted = before(source.wanted.start)..before(source.wanted.end);
        }
        self.settle_extra(collected);
        for pair in &paired {
            wanted_in.push(pair.map());
            collected.wanted.push(pair.rule(&pair.cell.key));
            collected.found.push(pair.rule(&pair.found));
        }
        let is_waiting = |it: &&Pending| it.points.iter().any(|it| self.candidates.contains(it));
        let is_new = |it: &Pending| {
            !it.is_placed
                && it
                    .extent
                    .as_ref()
                    .is_some_and(|extent| !self.may_be_wanted(it, extent, &collected.wanted))
        };
        for it in self.found.iter().filter(is_waiting).filter(|it| is_new(it)) {
            undecided.insert(it.id.clone());
        }
        let waiting = self.found.iter().map(|it| &it.id);
        let waiting = waiting.filter(|it| !undecided.contains(*it)).cloned();
        let waiting: Vec<String> = waiting.collect();
        Decided {
            unknown: self.wanted.len() - paired.len() + waiting.len(),
            waiting,
            undecided: undecided.into_iter().collect(),
        }
    }

    /// Existing rules that repeat a row which waits too. They leave the list.
    fn pairs(&mut self) -> Vec<Pair> {
        let rows: BTreeMap<&Cell, &Pending> = self
            .wanted
            .iter()
            .filter_map(|it| Some((it.row.as_ref()?, it)))
            .collect();
        let mut paired = Vec::new();
        let mut taken = BTreeSet::new();
        self.found.retain(|it| {
            let cell = it.row.as_ref().map(|row| Cell {
                column: String::new(),
                ..row.clone()
            });
            let pair = cell.and_then(|it| rows.get_key_value(&it));
            let Some((cell, wanted)) = pair else {
                return true;
            };
            let directions = (wanted.direction, it.direction);
            let (Some(ours), Some(theirs)) = directions else {
                return true;
            };
            if ours != theirs || !taken.insert((*cell).clone()) {
                return true;
            }
            paired.push(Pair::new(wanted, cell, &it.id, ours));
            false
        });
        paired
    }

    /// A wanted rule waits if a rule that waits may be it.
    fn demote_wanted(&mut self, collected: &Collected, rules: &mut Rules) -> bool {
        if self.found.is_empty() {
            return false;
        }
        let kept = collected.found.iter().zip(&rules.found);
        let found: BTreeSet<_> = kept.filter(|it| *it.1).map(|it| same(it.0)).collect();
        let mut changed = false;
        for at in &self.read_wanted {
            let rule = &collected.wanted[*at];
            if !rules.wanted[*at] || found.contains(&same(rule)) {
                continue;
            }
            if self.found.iter().any(|it| it.may_meet(rule)) {
                rules.wanted[*at] = false;
                changed = true;
                self.wanted.push(placed(rule));
            }
        }
        changed
    }

    /// An existing rule waits if a wanted rule that waits may allow its traffic.
    fn demote_found(
        &mut self,
        collected: &Collected,
        rules: &mut Rules,
        undecided: &mut BTreeSet<String>,
    ) -> bool {
        if self.read_found.is_empty() {
            return false;
        }
        let kept = collected.wanted.iter().zip(&rules.wanted);
        let wanted: BTreeSet<_> = kept.filter(|it| *it.1).map(|it| same(it.0)).collect();
        let mut changed = false;
        for (at, rule) in collected.found.iter().enumerate() {
            if !rules.found[at] || !rules.read[at] || wanted.contains(&same(rule)) {
                continue;
            }
            let is_loose = self.loose.contains(&rule.point);
            let is_apart =
                !self.candidates.contains(&rule.point) && self.open.contains(&rule.point.platform);
            // An address that is not known is another than any known one.
            let concerns =
                |it: &&Pending| !(it.is_placed && it.extent.is_none()) && it.may_meet(rule);
            let concerned: Vec<&Pending> = self.wanted.iter().filter(concerns).collect();
            if concerned.is_empty() && !is_loose && !is_apart {
                continue;
            }
            let may_be = |it: &&Pending| it.extent.as_ref() == Some(&rule.extent);
            if self.candidates.contains(&rule.point) && !concerned.iter().any(may_be) {
                undecided.insert(rule.id.clone());
            }
            rules.found[at] = false;
            changed = true;
            self.found.push(placed(rule));
        }
        changed
    }

    /// A rule at one of several groups is compared if each is a zone's, and none of them wants its traffic: it is unwanted at
    /// whichever it will be.
    fn settle_extra(&mut self, collected: &mut Collected) {
        let is_zone =
            |it: &EnforcementPoint| self.candidates.contains(it) && !self.loose.contains(it);
        let rule = |it: &Pending| {
            let is_wanted = self.wanted.iter().any(|wanted| it.may_concern(wanted))
                || collected.wanted.iter().any(|wanted| it.may_meet(wanted));
            let rule = it.at_one_of(is_zone).filter(|it| !it.order.denies);
            rule.filter(|_| !is_wanted)
        };
        let rules: Vec<Option<Rule>> = self.found.iter().map(rule).collect();
        let mut stay = rules.iter().map(Option::is_none);
        self.found.retain(|_| stay.next() != Some(false));
        for rule in rules.into_iter().flatten() {
            let targets = match &rule.extent.own {
                EndpointSet::Only { named, .. } => named.clone(),
                EndpointSet::Any => Vec::new(),
            };
            let point = rule.point.clone();
            let place = (Place { point, targets }, rule.direction);
            collected.places.push(place);
            collected.found.push(rule);
        }
    }

    /// Whether a rule that waits may be a wanted one.
    fn may_be_wanted(&self, it: &Pending, extent: &TrafficSet, wanted: &[Rule]) -> bool {
        let waits = |other: &Pending| {
            (other.extent.as_ref()).is_none_or(|other| other == extent)
                && (it.is_open || other.is_open || !it.points.is_disjoint(&other.points))
        };
        self.wanted.iter().any(waits)
            || (wanted.iter())
                .any(|rule| it.may_be_at(&rule.point, rule.direction) && rule.extent == *extent)
    }
}

/// Whether groups of zones that are peers only are unknown, so that an unknown group may be one of these.
fn names_peers(platform: &Platform, zones: Node) -> bool {
    let is_peer = |zone: Node| {
        let block = zone.fields().at(platform.zone_block);
        let block = block.items().into_iter().next().unwrap_or(block);
        let own = platform.links.own.iter().chain(&platform.links.spread);
        let of = block.fields();
        let has_own = own.clone().any(|it| of.at(it).is_unknown());
        let unknown = block.entries().into_iter().filter(|it| it.1.is_unknown());
        let others = unknown.filter(|it| !own.clone().any(|own| *own == it.0));
        others.count() > 0 || (has_own && zone.fields().flag("enforce") == Some(false))
    };
    zones.entries().into_iter().any(|it| is_peer(it.1))
}

/// Which rules are compared.
struct Rules {
    wanted: Vec<bool>,
    found: Vec<bool>,
    /// Which existing rules were read with stand-ins.
    read: Vec<bool>,
}

fn keep<T>(all: &mut Vec<T>, kept: &[bool]) {
    let mut kept = kept.iter();
    all.retain(|_| kept.next().is_none_or(|it| *it));
}

fn same(rule: &Rule) -> (&EnforcementPoint, Direction, &TrafficSet) {
    (&rule.point, rule.direction, &rule.extent)
}
