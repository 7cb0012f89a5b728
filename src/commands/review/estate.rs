//! The resources of a plan or a state as the two sides of a review: what `portmatrix_rules` want, and the firewall rules there
//! are.
//!
//! Rules come from two kinds of places. Separate resources *are* rules. Inline blocks and data sources *mirror* what the platform
//! has: AWS and Azure print separate rules in the blocks of their group too, as they were when they were last read. So a mirrored
//! rule counts only where no separate one is it, or was it before the plan.

use super::document::Resource;
use super::found::{self, KINDS};
use super::node::{Met, Node};
use super::rows;
use crate::model::words::Direction;
use crate::review::Estate;
use crate::review::read::mistake::Mistake;
use crate::review::read::{aws, azure, gcp, intent};
use crate::review::rule::{Ends, Extent, Named, Platform, Point, Rule};
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
    pub(super) estate: Estate,
    /// Resources that say what is wanted.
    pub(super) sources: usize,
    /// How a configuration names wanted rules, by their keys.
    pub(super) wanted_by: BTreeMap<String, String>,
    /// The platform's own ids or names of found rules, by the addresses of these.
    pub(super) names: BTreeMap<String, String>,
    /// What is wanted or found and known only after apply: rules, or `portmatrix_rules` as a whole.
    pub(super) unknown: usize,
    /// Rules at points that no `portmatrix_rules` names.
    pub(super) elsewhere: usize,
    /// Why rules could not be read.
    pub(super) unread: Vec<String>,
    /// Where something marked as sensitive is compared.
    pub(super) sensitive: BTreeSet<(Point, Direction)>,
    /// The texts that are marked.
    pub(super) secrets: BTreeSet<String>,
}

/// Reads resources. Rules at points that no `portmatrix_rules` names are counted only, unless `all` are asked for.
pub(super) fn gather(resources: &[Resource], side: Side, all: bool) -> Gathered {
    let mut gatherer = Gatherer::default();
    for resource in resources {
        // What is wanted is what the configuration at hand wants, also of what is in place before it is applied.
        match resource.kind.as_str() {
            WANTED => {
                if let Some(node) = resource.after {
                    gatherer.wanted(&resource.address, node);
                }
            }
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
    own: Vec<Rule>,
    mirrored: Vec<(Rule, Vec<Same>)>,
    /// What separate rules are, or were before the plan.
    known: BTreeSet<Same>,
}

/// What makes a rule the same as another.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Same {
    /// AWS has no two rules for one traffic.
    Traffic(Point, Direction, Extent),
    /// No platform has two rules of one id or name. Azure ignores case.
    Name(Point, String),
}

fn same(rule: &Rule, name: Option<&String>) -> Vec<Same> {
    let name = name.map(|it| Same::Name(rule.point.clone(), it.to_lowercase()));
    let traffic = (rule.point.platform() == Platform::Aws)
        .then(|| Same::Traffic(rule.point.clone(), rule.direction, rule.extent.clone()));
    name.into_iter().chain(traffic).collect()
}

impl Gatherer {
    fn wanted(&mut self, address: &str, node: Node) {
        self.out.sources += 1;
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
                if let Some(rule) = self.known_rule(&key, of.met, rule) {
                    let place = format!("{address}.{name}[{key:?}]");
                    self.out.wanted_by.entry(key).or_insert(place);
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
    }

    /// The points of a zone, found as those of a rule would be.
    fn zone(&mut self, zone: Node, directions: &[Direction]) {
        let zone = zone.fields();
        let block = |name| zone.at(name).items().into_iter().next().map(Node::fields);
        let mut points = Vec::new();
        if let Some(mut of) = block("aws") {
            for group in of.texts(["security_group_id", "security_group_ids"]) {
                points.extend(aws::read(&aws::Row {
                    security_group_id: Some(group),
                    direction: Some(Direction::Ingress),
                    ip_protocol: Some("-1".to_owned()),
                    cidr_ipv4: vec!["0.0.0.0/0".to_owned()],
                    ..aws::Row::default()
                }));
            }
        }
        if let Some(mut of) = block("azure") {
            let any = || vec!["*".to_owned()];
            points.extend(azure::read(&azure::Row {
                direction: Some("Inbound".to_owned()),
                access: Some("Allow".to_owned()),
                priority: Some(100),
                protocol: Some("*".to_owned()),
                source_port_ranges: any(),
                destination_port_ranges: any(),
                source_address_prefixes: any(),
                destination_address_prefixes: any(),
                ..rows::azure("", None, &mut of)
            }));
        }
        if let Some(mut of) = block("gcp") {
            let accounts = of.texts(["service_accounts"]);
            let rule = gcp::read(&gcp::Row {
                target_service_accounts: accounts,
                allow: vec![gcp::Block {
                    protocol: Some("all".to_owned()),
                    ports: Vec::new(),
                }],
                ..rows::gcp("", &mut of)
            });
            points.extend(rule.ok().flatten());
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
        met: Met,
        rule: Result<Option<Rule>, Mistake>,
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
            Err(_) if met.sensitive => {
                self.out.unread.push(format!(
                    "`{id}` holds what is marked as sensitive, and cannot be read as a rule"
                ));
                None
            }
            Err(mistake) => {
                self.out
                    .unread
                    .push(format!("{}; {}", mistake.message, mistake.remedy));
                None
            }
        }
    }

    fn found(&mut self, resource: &Resource, side: Side) {
        let rules = |node: Option<Node>| match node {
            Some(node) => found::rules(&resource.kind, &resource.address, node),
            None => Vec::new(),
        };
        let now = match side {
            Side::Before => resource.before,
            Side::After => resource.after,
        };
        for found in rules(now) {
            let Some(rule) = self.known_rule(&found.id, found.met, found.rule) else {
                continue;
            };
            let same = same(&rule, found.name.as_ref());
            if let Some(name) = found.name {
                self.out.names.insert(found.id, name);
            }
            if found.mirrors {
                self.mirrored.push((rule, same));
            } else {
                self.known.extend(same);
                self.own.push(rule);
            }
        }
        if side == Side::After {
            let gone = rules(resource.before).into_iter().filter(|it| !it.mirrors);
            for found in gone {
                if let Ok(Some(rule)) = &found.rule {
                    self.known.extend(same(rule, found.name.as_ref()));
                }
            }
        }
    }

    fn finish(self, all: bool) -> Gathered {
        let Gatherer {
            mut out,
            mut places,
            own: mut found,
            mirrored,
            mut known,
        } = self;
        for (rule, same) in mirrored {
            if !same.iter().any(|it| known.contains(it)) {
                known.extend(same);
                found.push(rule);
            }
        }
        gcp::settle_projects(&mut out.estate.wanted, &mut found);
        gcp::settle_projects(&mut places, &mut found);
        let scope = Scope::of(out.estate.wanted.iter().chain(&places));
        let before = found.len();
        if !all {
            found.retain(|it| scope.holds(it));
        }
        out.elsewhere = before - found.len();
        let directions: BTreeSet<Direction> = scope.points.iter().map(|it| it.1).collect();
        let found_in = found.iter().map(|it| (it.point.platform(), it.direction));
        let points = scope.points.iter().map(|it| (it.0.platform(), it.1));
        out.estate.reviewed = points
            .chain(found_in.filter(|it| directions.contains(&it.1)))
            .collect();
        out.estate.found = found;
        out
    }
}

/// Where something is said of what is wanted.
struct Scope {
    points: BTreeSet<(Point, Direction)>,
    /// The targets on Google Cloud, where one network is shared by many.
    targets: BTreeSet<Named>,
}

impl Scope {
    fn of<'r>(rules: impl Iterator<Item = &'r Rule>) -> Scope {
        let mut scope = Scope {
            points: BTreeSet::new(),
            targets: BTreeSet::new(),
        };
        for rule in rules {
            scope.points.insert((rule.point.clone(), rule.direction));
            if let Ends::These { named, .. } = &rule.extent.own {
                scope.targets.extend(named.iter().cloned());
            }
        }
        scope
    }

    fn holds(&self, rule: &Rule) -> bool {
        let shared = matches!(rule.point, Point::Network { .. });
        let is_target = match &rule.extent.own {
            Ends::These { named, .. } if shared => named.iter().any(|it| self.targets.contains(it)),
            _ => true,
        };
        is_target && self.points.contains(&(rule.point.clone(), rule.direction))
    }
}
