//! The resources of a plan or a state as the two sides of a review: what `portmatrix_rules` want, and the existing rules.

use super::document::Document;
use super::document::Resource;
use super::effect::{self, Effect, Taken};
use super::first_plan::FirstPlan;
use super::mirror::{Origin, Printed, PrintedRules, PriorRules};
use super::node::{Node, StandIns};
use super::references::links_of;
use super::sources::{MapOf, Source, tell_apart};
use super::unread::{self, Met};
use crate::model::secret::Secrets;
use crate::model::words::Direction;
use crate::review::gather::{Collected, Gathered, Unread};
use crate::review::globs::Globs;
use crate::review::read::attributes::{Attributes as _, Marks};
use crate::review::read::platform::{Found, Platform, RuleRead};
use crate::review::read::{PLATFORMS, intent};
use crate::review::rule::{EnforcementPoint, Rule, Written};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// The resource that has the wanted rules.
pub(in crate::commands) const WANTED: &str = "portmatrix_rules";

/// Whether resources of a type are read.
pub(in crate::commands) fn is_read(kind: &str) -> bool {
    kind == WANTED
        || platform_of(kind).is_some()
        || links_of(kind).is_some()
        || effect::is_network(kind)
        || unread::is_unread(kind)
}

/// The platform whose rules the resources of a type have.
fn platform_of(kind: &str) -> Option<&'static Platform> {
    let mut platforms = PLATFORMS.iter().copied();
    platforms.find(|it| it.resources.contains(&kind))
}

/// Which side of a change is reviewed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::commands) enum Side {
    /// The rules in place before it.
    Before,
    /// The rules that it leaves in place.
    After,
}

/// What a document contains, in addition to the two sides.
#[derive(Default)]
pub(in crate::commands) struct Estate {
    /// The number of `portmatrix_rules`.
    pub(super) sources: usize,
    /// The number of those that the plan removes.
    pub(super) removed: usize,
    /// The maps that have the wanted rules, in the order in which these were collected.
    pub(super) wanted_in: Vec<MapOf>,
    /// The platform's own ids or names of existing rules, by their addresses.
    pub(in crate::commands) names: BTreeMap<String, String>,
    /// Rules, wanted or found, that are known only after apply, and `portmatrix_rules` whose rules are.
    pub(super) unknown: usize,
    /// The existing rules of these.
    pub(super) waiting: Vec<String>,
    /// Rules at a group that a zone may have, which cannot be compared before apply.
    pub(super) undecided: Vec<String>,
    /// Where a sensitive value is compared.
    pub(super) sensitive: BTreeSet<(EnforcementPoint, Direction)>,
    /// The sensitive texts.
    pub(super) secrets: Secrets,
    /// Separate rules that groups take away in this plan.
    pub(super) taken: Vec<Taken>,
    /// Separate rules that groups take away in the next.
    pub(super) contested: Vec<Taken>,
    /// Resources that are not read although they can change what is allowed.
    pub(super) notes: Vec<String>,
}

/// Reads resources. Unless `all` are asked for, existing rules are counted only if they are where `portmatrix_rules` enforce
/// something.
pub(in crate::commands) fn gather(
    document: &Document,
    side: Side,
    all: bool,
    ignore: Vec<String>,
) -> (Estate, Gathered) {
    let resources = &document.resources;
    let configuration = document.configuration.filter(|_| side == Side::After);
    let mut gatherer = Gatherer {
        first_plan: FirstPlan::new(resources, configuration),
        out: Estate::default(),
        collected: Collected::default(),
        found: PrintedRules::with_capacity(resources.len()),
        effect: match side {
            Side::Before => Effect::default(),
            Side::After => Effect::new(resources),
        },
        unread: Met::default(),
        wanted_in: Vec::new(),
        sources: Vec::new(),
    };
    gatherer.collected.ignore = ignore;
    gatherer.collected.only_enforced = !all;
    gatherer.collected.incomplete = !document.doubts.is_empty();
    for resource in resources {
        gatherer.unread.see(resource, side);
        // The configuration at hand decides what is wanted, also of the rules in place before it is applied.
        match &*resource.kind {
            WANTED if resource.is_deposed => {}
            WANTED => match resource.after {
                Some(node) => gatherer.wanted(&resource.address, node),
                None => gatherer.out.removed += 1,
            },
            _ => gatherer.found(resource, side),
        }
    }
    gatherer.finish()
}

struct Gatherer<'r, 't> {
    first_plan: FirstPlan<'r, 't>,
    out: Estate,
    collected: Collected,
    found: PrintedRules,
    effect: Effect,
    unread: Met,
    /// The maps that have the wanted rules, in their order.
    wanted_in: Vec<MapOf>,
    sources: Vec<Source>,
}

impl Gatherer<'_, '_> {
    fn wanted(&mut self, address: &str, node: Node) {
        self.out.sources += 1;
        let (wanted, intents) = (self.collected.wanted.len(), self.collected.intents.len());
        let mut of = node.fields();
        let directions = of.texts(&["directions"]);
        let is_asked = |it: &&Direction| {
            directions.is_empty() || directions.iter().any(|word| word == it.as_str())
        };
        let asked: Vec<Direction> = Direction::ALL.iter().filter(is_asked).copied().collect();
        let mut marked = Vec::new();
        node.marked(&mut marked);
        let marked: Secrets = marked.into_iter().collect();
        let rules: Rc<str> = address.into();
        self.out.secrets.merge(&marked);
        let mut is_unknown = false;
        for platform in PLATFORMS {
            for zones in ["zone", "zones"] {
                self.places(platform, address, of.at(zones), &asked);
            }
            let reviewed = asked.iter().map(|it| (platform.id, *it));
            self.collected.reviewed.extend(reviewed);
            for map in platform.wanted {
                let rows = of.at(map.argument);
                is_unknown |= rows.value.is_none() && rows.is_unknown();
                let rows = rows.entries();
                let map_of = MapOf {
                    rules: rules.clone(),
                    output: map.argument.into(),
                };
                self.wanted_in.reserve(rows.len());
                self.collected.wanted.reserve(rows.len());
                for (key, row) in rows {
                    let read = |stand_ins: &StandIns| {
                        let mut fields = row.fields().with(stand_ins);
                        let rule = (platform.read_wanted)(&key, map.direction, &mut fields);
                        let known = rule.clone().ok().flatten();
                        ((rule, fields.marks().clone()), known)
                    };
                    let ((mut rule, mut marks), _) = read(&StandIns::new());
                    if marks.unknown {
                        let place = [address, map.argument, &key];
                        let at = self.collected.wanted.len();
                        match self.first_plan.wanted(platform, place, row, at, read) {
                            Some(it) => (rule, marks) = it,
                            None => continue,
                        }
                    }
                    // A value that is computed from a sensitive argument is not marked itself.
                    if !marked.is_empty() {
                        let mut texts = Vec::new();
                        row.texts(&mut texts);
                        marks.sensitive |= texts.iter().any(|it| marked.contain(it));
                    }
                    if let Some(rule) = self.known_rule(&key, marks, rule, None) {
                        self.wanted_in.push(map_of.clone());
                        self.collected.wanted.push(rule.into_wanted());
                    }
                }
            }
        }
        self.out.unknown += usize::from(is_unknown);
        for (key, row) in of.at("rules").entries() {
            // Without an intent only words are missing.
            let intent = intent::read(&intent::row(&key, &mut row.fields()));
            self.collected.intents.extend(intent.ok());
        }
        self.sources.push(Source {
            address: address.to_owned(),
            wanted: wanted..self.collected.wanted.len(),
            intents: intents..self.collected.intents.len(),
        });
    }

    /// Where the zones of a `portmatrix_rules` are enforced.
    fn places(
        &mut self,
        platform: &'static Platform,
        address: &str,
        zones: Node,
        directions: &[Direction],
    ) {
        for (name, zone) in zones.entries() {
            if zone.fields().flag("enforce") == Some(false) {
                continue;
            }
            // A list with one element if the zone is a `zone` block; the object itself if it is an entry of `zones`.
            let block = zone.fields().at(platform.zone_block);
            let as_data = Some(block).filter(|it| it.is_object());
            let Some(block) = block.items().into_iter().next().or(as_data) else {
                continue;
            };
            self.unread.zone(platform.id, block);
            let mut fields = block.fields();
            let mut places = (platform.read_zone)(&mut fields);
            if fields.marks().unknown {
                let names = [address, &name];
                places = self.first_plan.zone(platform, names, block, zones);
            }
            for direction in directions {
                let places = places.iter().map(|it| (it.clone(), *direction));
                self.collected.places.extend(places);
            }
        }
    }

    /// A rule, if everything that counts is known.
    fn known_rule(
        &mut self,
        id: &str,
        marks: Marks,
        rule: RuleRead,
        point: Option<EnforcementPoint>,
    ) -> Option<Rule> {
        self.out.secrets.extend(marks.secrets);
        match rule {
            Ok(rule) => {
                let rule = rule?;
                if marks.sensitive {
                    let place = (rule.point.clone(), rule.direction);
                    self.out.sensitive.insert(place);
                }
                Some(rule)
            }
            Err(mistake) => {
                let why = if marks.sensitive {
                    format!("`{id}` has sensitive values and cannot be read as a rule")
                } else {
                    format!("{}; {}", mistake.message, mistake.remedy)
                };
                let id = id.to_owned();
                self.collected.unread.push(Unread { id, point, why });
                None
            }
        }
    }

    fn found(&mut self, resource: &Resource, side: Side) {
        let Some(platform) = platform_of(&resource.kind) else {
            return;
        };
        let (kind, address) = (&*resource.kind, resource.address.as_str());
        let read = |node: Node, stand_ins: &StandIns| {
            (platform.read_resource)(kind, address, &mut node.fields().with(stand_ins))
        };
        let stand_ins = self.effect.stand_ins(resource);
        let rules = |node: Option<Node>| -> Vec<Found> {
            node.map_or_else(Vec::new, |it| read(it, &stand_ins))
        };
        let (now, before) = match side {
            Side::Before => (resource.before, None),
            Side::After if effect::takes_over(resource) => (resource.after, None),
            Side::After if effect::outlives(resource) => {
                (resource.after.or(resource.before), resource.before)
            }
            Side::After => (resource.after, resource.before),
        };
        let mut prior = PriorRules::default();
        let is = rules(now);
        // Most resources stay as they are and need to be read only once.
        let is_kept = before.is_some_and(|it| now.is_some_and(|now| now.is_same(it)));
        let other = (!is_kept).then(|| rules(before));
        let was = other.as_ref().unwrap_or(&is);
        if !resource.is_data {
            if side == Side::After {
                let new = self.effect.new_id(resource).zip(now);
                let new = new.map(|(id, node)| read(node, &id));
                self.effect
                    .record(resource, was, new.as_ref().unwrap_or(&is));
            }
            for it in was {
                if let Ok(Some(rule)) = &it.rule {
                    if !it.mirrors {
                        // A rule that is kept is found by what it is.
                        let name = it.name.as_ref().filter(|_| !is_kept);
                        self.effect.record_prior(rule, name);
                    }
                    self.found
                        .record_prior(rule, it.name.as_ref(), it.mirrors, &mut prior);
                }
            }
        }
        let mut all = is;
        if side == Side::After && effect::takes_over(resource) {
            // A group that is left keeps its rules.
            all.extend(rules(resource.before));
        }
        if let Some(node) = now
            && all.iter().any(|it| it.marks.unknown)
        {
            all = self.unknown(platform, [kind, address], node, |it| read(node, it));
        }
        for found in all {
            let address = found.id.len();
            let Some(mut rule) = self.known_rule(&found.id, found.marks, found.rule, found.point)
            else {
                continue;
            };
            rule.written = (!resource.is_data).then_some(Written {
                address,
                element: found.element.map(Box::new),
            });
            let origin = match found.mirrors {
                false if resource.is_created && side == Side::After => Origin::Created,
                false => Origin::Separate,
                true if resource.is_data => Origin::Read,
                true if side == Side::Before || prior.has(&rule) => Origin::Kept,
                true => Origin::New,
            };
            let about = Printed {
                name: found.name,
                detail: found.detail,
                origin,
            };
            self.found.add(rule, about);
        }
    }

    /// The rules of a resource with unknown attributes, if it can be told what these are.
    fn unknown(
        &mut self,
        platform: &'static Platform,
        names: [&str; 2],
        node: Node,
        read: impl Fn(&StandIns) -> Vec<Found>,
    ) -> Vec<Found> {
        let resolved = self.first_plan.of_resource(platform, names, node);
        let mut certain = Vec::new();
        for (at, found) in read(&resolved.stand_ins).into_iter().enumerate() {
            if resolved.is_exact && !found.marks.unknown {
                self.first_plan.was_read(&found.id);
                certain.push(found);
                continue;
            }
            let rule = |it: &StandIns| {
                let found = read(it).into_iter().nth(at)?;
                found.rule.ok().flatten().filter(|_| !found.marks.unknown)
            };
            self.first_plan
                .waits(platform, names[1], node, &resolved, found, rule);
        }
        certain
    }

    fn finish(self) -> (Estate, Gathered) {
        let Gatherer {
            first_plan,
            mut out,
            mut collected,
            found,
            mut effect,
            unread,
            mut wanted_in,
            mut sources,
        } = self;
        let (mut found, about) = found.deduplicated(&mut effect);
        let unclear = effect.unclear().into_iter().map(|(id, why)| Unread {
            id,
            point: None,
            why,
        });
        collected.unread.extend(unclear);
        effect.contested.extend(
            (effect.perhaps.into_iter()).filter(|it| first_plan.sets(it.owner(), it.platform())),
        );
        out.unknown += effect.unknown;
        (out.taken, out.contested) = (effect.taken, effect.contested);
        let read = found.iter().map(|it| first_plan.is_read(&it.id));
        let read = read.collect();
        for (rule, about) in found.iter_mut().zip(about) {
            out.name(rule, about);
        }
        collected.found = found;
        let decided = first_plan.decide(&mut collected, read, &mut wanted_in, &mut sources);
        out.unknown += decided.unknown;
        (out.waiting, out.undecided) = (decided.waiting, decided.undecided);
        let globs = Globs::new(&collected.ignore);
        out.undecided.retain(|it| !globs.fit(it, None));
        collected.incomplete |= out.unknown > 0 || !out.undecided.is_empty();
        let mut sensitive: Vec<_> = out.sensitive.into_iter().collect();
        collected.settle_scopes(sensitive.iter_mut().map(|it| &mut it.0));
        out.sensitive = sensitive.into_iter().collect();
        tell_apart(&sources, &mut collected);
        out.notes = unread.notes(&mut collected, &out.names);
        out.wanted_in = wanted_in;
        (out, collected.gather())
    }
}

impl Estate {
    /// Gives the id of a rule what tells it from others, unless that is sensitive, and keeps the rule's name on its platform.
    fn name(&mut self, rule: &mut Rule, about: Printed) {
        let place = (rule.point.clone(), rule.direction);
        let detail = about
            .detail
            .filter(|it| !self.sensitive.contains(&place) && !self.secrets.are_in(it));
        if let Some(detail) = detail {
            rule.id = format!("{}[{detail}]", rule.id);
        }
        if let Some(name) = about.name.filter(|it| !it.is_empty()) {
            self.names.insert(rule.id.clone(), name);
        }
    }
}
