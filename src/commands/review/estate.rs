//! The resources of a plan or a state as the two sides of a review: what `portmatrix_rules` want, and the firewall rules there
//! are.

use super::document::Resource;
use super::found::{self, KINDS};
use super::mirror::{Origin, PrintedRule, PrintedRules, PriorRules};
use super::node::{FoundAttributes, Node};
use super::scope::Scope;
use super::sources::{Source, tell_apart};
use super::{place, redact, rows};
use crate::model::address::Cidr;
use crate::model::name::backticked;
use crate::model::words::Direction;
use crate::review::ReviewInput;
use crate::review::globs::Globs;
use crate::review::read::mistake::Mistake;
use crate::review::read::{aws, azure, gcp, intent};
use crate::review::rule::{EnforcementPoint, Rule};
use std::collections::{BTreeMap, BTreeSet};

/// The resource that says what is wanted.
const WANTED: &str = "portmatrix_rules";

/// Whether resources of a type are read.
pub(super) fn is_read(kind: &str) -> bool {
    kind == WANTED || KINDS.contains(&kind)
}

/// Whose side of a change is reviewed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// What is in place before it.
    Before,
    /// What it leaves in place.
    After,
}

/// What a document says.
#[derive(Default)]
pub(super) struct Gathered {
    pub(super) estate: ReviewInput,
    /// Resources that say what is wanted.
    pub(super) sources: usize,
    /// Those that the plan removes.
    pub(super) removed: usize,
    /// How a configuration names wanted rules.
    pub(super) wanted_by: WantedBy,
    /// The platform's own ids or names of found rules, by the addresses of these.
    pub(super) names: BTreeMap<String, String>,
    /// What is wanted or found and known only after apply: rules, or `portmatrix_rules` as a whole.
    pub(super) unknown: usize,
    /// Rules at points that no `portmatrix_rules` names.
    pub(super) elsewhere: usize,
    /// Rules of a direction that none enforces.
    pub(super) unasked: usize,
    /// Why rules could not be read.
    pub(super) unread: Vec<String>,
    /// Where something marked as sensitive is compared.
    pub(super) sensitive: BTreeSet<(EnforcementPoint, Direction)>,
    /// The texts that are marked.
    pub(super) secrets: BTreeSet<String>,
}

/// Reads resources. Rules at points that no `portmatrix_rules` names are counted only, unless `all` are asked for.
pub(super) fn gather(
    resources: &[Resource],
    side: Side,
    all: bool,
    ignore: Vec<String>,
) -> Gathered {
    let mut gatherer = Gatherer::default();
    gatherer.out.estate.ignore = ignore;
    for resource in resources {
        // What is wanted is what the configuration at hand wants, also of what is in place before it is applied.
        match resource.kind.as_str() {
            WANTED if resource.is_deposed => {}
            WANTED => match resource.after {
                Some(node) => gatherer.wanted(&resource.address, node),
                None => gatherer.out.removed += 1,
            },
            _ => gatherer.found(resource, side),
        }
    }
    gatherer.finish(all)
}

#[derive(Default)]
struct Gatherer {
    out: Gathered,
    /// Where `portmatrix_rules` enforce something, be it that nothing is wanted there: a rule for each point and direction, which
    /// stands for its place only.
    places: Vec<Rule>,
    found: PrintedRules,
    /// How the configuration names what is wanted, in the order of that.
    wanted_at: Vec<String>,
    sources: Vec<Source>,
    unread: Vec<Unread>,
}

/// A rule that cannot be read.
struct Unread {
    id: String,
    point: Option<EnforcementPoint>,
    why: String,
}

impl Gatherer {
    fn wanted(&mut self, address: &str, node: Node) {
        self.out.sources += 1;
        let (wanted, intents) = (self.out.estate.wanted.len(), self.out.estate.intents.len());
        let mut of = node.fields();
        let directions = of.texts(["directions"]);
        let is_asked = |it: Direction| {
            directions.is_empty() || directions.iter().any(|word| word == it.as_str())
        };
        let asked: Vec<Direction> = Direction::ALL
            .iter()
            .copied()
            .filter(|it| is_asked(*it))
            .collect();
        let marked = marked(node);
        self.out.secrets.extend(marked.iter().cloned());
        for (_, zone) in of.at("zone").entries() {
            self.zone(zone, &asked);
        }
        let maps = ["aws_ingress", "aws_egress", "azure_rules", "gcp_rules"];
        self.out.unknown += maps
            .iter()
            .filter(|it| of.at(it).value.is_none() && of.at(it).is_unknown())
            .count()
            .min(1);
        for name in maps {
            for (key, row) in of.at(name).entries() {
                let mut of = row.fields();
                let rule = match name {
                    "aws_ingress" => {
                        aws::read(&rows::aws(&key, Some(Direction::Ingress), &mut of)).map(Some)
                    }
                    "aws_egress" => {
                        aws::read(&rows::aws(&key, Some(Direction::Egress), &mut of)).map(Some)
                    }
                    "azure_rules" => azure::read(&rows::azure(&key, None, &mut of)).map(Some),
                    _ => gcp::read(&rows::gcp(&key, &mut of)),
                };
                // What is computed of a marked argument is not marked itself.
                let mut texts = Vec::new();
                row.texts(&mut texts);
                of.met.sensitive |= texts.iter().any(|it| marked.contains(it));
                if let Some(rule) = self.known_rule(&key, of.met, rule, None) {
                    self.wanted_at.push(format!("{address}.{name}[{key:?}]"));
                    self.out.estate.wanted.push(rule.into_wanted());
                }
            }
        }
        for (key, row) in of.at("rules").entries() {
            let mut of = row.fields();
            // What is missing here is missing in words only.
            self.out
                .estate
                .intents
                .extend(intent::read(&rows::intent(&key, &mut of)).ok());
        }
        self.sources.push(Source {
            address: address.to_owned(),
            wanted: wanted..self.out.estate.wanted.len(),
            intents: intents..self.out.estate.intents.len(),
        });
    }

    /// The points of a zone, found as those of a rule would be.
    fn zone(&mut self, zone: Node, directions: &[Direction]) {
        let zone = zone.fields();
        let block = |name| zone.at(name).items().into_iter().next().map(Node::fields);
        let mut points = Vec::new();
        if let Some(mut of) = block("aws") {
            let groups = of.texts(["security_group_id", "security_group_ids"]);
            points.extend(groups.into_iter().filter_map(place::aws));
        }
        if let Some(mut of) = block("azure") {
            points.extend(place::azure(rows::azure("", None, &mut of)));
        }
        if let Some(mut of) = block("gcp") {
            points.extend(place::gcp(gcp::Row {
                target_service_accounts: of.texts(["service_accounts"]),
                ..rows::gcp("", &mut of)
            }));
        }
        for place in points {
            self.places.extend(directions.iter().map(|it| Rule {
                direction: *it,
                ..place.clone()
            }));
        }
    }

    /// A rule of which all that counts is known.
    fn known_rule(
        &mut self,
        id: &str,
        met: FoundAttributes,
        rule: Result<Option<Rule>, Mistake>,
        unread_at: Option<EnforcementPoint>,
    ) -> Option<Rule> {
        if met.unknown {
            self.out.unknown += 1;
            return None;
        }
        self.out.secrets.extend(met.secrets);
        match rule {
            Ok(rule) => {
                let rule = rule?;
                if met.sensitive {
                    self.out
                        .sensitive
                        .insert((rule.point.clone(), rule.direction));
                }
                Some(rule)
            }
            Err(mistake) => {
                let why = if met.sensitive {
                    format!("`{id}` has sensitive values and cannot be read as a rule")
                } else {
                    format!("{}; {}", mistake.message, mistake.remedy)
                };
                self.unread.push(Unread {
                    id: id.to_owned(),
                    point: unread_at,
                    why,
                });
                None
            }
        }
    }

    fn found(&mut self, resource: &Resource, side: Side) {
        let rules = |node: Option<Node>| match node {
            Some(node) => found::rules(&resource.kind, &resource.address, node),
            None => Vec::new(),
        };
        let (now, before) = match side {
            Side::Before => (resource.before, None),
            Side::After => (resource.after, resource.before),
        };
        let mut past = PriorRules::default();
        if !resource.is_data {
            for it in rules(before) {
                if let Ok(Some(rule)) = &it.rule {
                    self.found
                        .record_prior(rule, it.name.as_ref(), it.mirrors, &mut past);
                }
            }
        }
        for found in rules(now) {
            let Some(rule) = self.known_rule(&found.id, found.met, found.rule, found.unread_at)
            else {
                continue;
            };
            let stands = match found.mirrors {
                false => Origin::Separate,
                true if resource.is_data => Origin::Read,
                true if side == Side::Before || past.holds(&rule) => Origin::Kept,
                true => Origin::New,
            };
            self.found.see(PrintedRule {
                rule,
                name: found.name,
                detail: found.detail,
                stands,
            });
        }
    }

    fn finish(self, all: bool) -> Gathered {
        let Gatherer {
            mut out,
            mut places,
            found,
            wanted_at,
            sources,
            unread,
        } = self;
        let mut found: Vec<Rule> = found
            .deduplicated()
            .into_iter()
            .map(|it| out.named(it))
            .collect();
        gcp::settle_projects(&mut out.estate.wanted, &mut found);
        gcp::settle_projects(&mut places, &mut found);
        tell_apart(&sources, &mut out.estate);
        let mut undecided = gcp::undecided(&out.estate.wanted, &found);
        undecided.extend(gcp::undecided(&places, &found));
        for (rule, address) in out.estate.wanted.iter().zip(wanted_at) {
            out.wanted_by
                .add(rule.id.clone(), rule.point.clone(), address);
        }
        let directions: BTreeSet<Direction> = out
            .estate
            .wanted
            .iter()
            .chain(&places)
            .map(|it| it.direction)
            .collect();
        for (point, projects) in &undecided {
            out.unread.push(format!(
                "network `{point}` is in several projects, {}; set the `project` of its zone",
                backticked(projects.iter().map(String::as_str))
            ));
        }
        out.estate
            .wanted
            .retain(|it| !undecided.contains_key(&it.point));
        places.retain(|it| !undecided.contains_key(&it.point));
        found.retain(|it| !undecided.contains_key(&it.point.without_project()));
        let scope = Scope::of(out.estate.wanted.iter().chain(&places));
        if !all {
            found.retain(|it| {
                let holds = scope.holds(it);
                out.elsewhere += usize::from(!holds && directions.contains(&it.direction));
                out.unasked += usize::from(!holds && !directions.contains(&it.direction));
                holds
            });
        }
        let globs = Globs::new(&out.estate.ignore);
        for it in unread {
            let point = it.point.as_ref();
            let platform = point.map(EnforcementPoint::platform);
            let names = [Some(it.id), point.map(ToString::to_string)];
            let is_ignored = names.iter().flatten().any(|it| globs.fit(it, platform));
            if is_ignored {
                continue;
            }
            if all || point.is_none_or(|it| scope.names(it)) {
                out.unread.push(it.why);
            } else {
                out.elsewhere += 1;
            }
        }
        let found_in = found.iter().map(|it| (it.point.platform(), it.direction));
        let points = scope.points.iter().map(|it| (it.0.platform(), it.1));
        out.estate.reviewed = points
            .chain(found_in.filter(|it| directions.contains(&it.1)))
            .collect();
        out.estate.found = found;
        out
    }
}

impl Gathered {
    /// A rule by what tells it from others, unless that would tell something sensitive.
    fn named(&mut self, it: PrintedRule) -> Rule {
        let mut rule = it.rule;
        let place = (rule.point.clone(), rule.direction);
        let detail = it.detail.filter(|it| {
            !self.sensitive.contains(&place) && !redact::contains_secret(&self.secrets, it)
        });
        if let Some(detail) = detail {
            rule.id = format!("{}[{detail}]", rule.id);
        }
        if let Some(name) = it.name {
            self.names.insert(rule.id.clone(), name);
        }
        rule
    }
}

/// How a configuration names wanted rules, by their keys; several `portmatrix_rules` may have the same ones, at points of their
/// own.
#[derive(Default)]
pub(super) struct WantedBy(BTreeMap<String, Vec<(EnforcementPoint, String)>>);

impl WantedBy {
    fn add(&mut self, key: String, point: EnforcementPoint, address: String) {
        self.0.entry(key).or_default().push((point, address));
    }

    pub(super) fn get(&self, key: &str, point: &EnforcementPoint) -> Option<&String> {
        let places = self.0.get(key)?;
        let here = places.iter().find(|it| it.0 == *point);
        here.or(places.first()).map(|it| &it.1)
    }
}

/// Every text in a resource that is marked; of addresses also the form in which rules hold them.
fn marked(node: Node) -> BTreeSet<String> {
    let mut texts = Vec::new();
    node.marked(&mut texts);
    let blocks: Vec<String> = texts
        .iter()
        .filter_map(|it| Cidr::meant_by(it))
        .map(|it| it.to_string())
        .collect();
    texts.into_iter().chain(blocks).collect()
}
