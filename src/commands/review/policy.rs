//! `review --policy`: the rules of a plan or state, those of `portmatrix_rules` and all others at the same places, held against a
//! matrix of zones in a file.

use super::super::why::world::World;
use super::super::{CommandError, Exit, lint};
use super::document::Document;
use super::estate::Side;
use super::estate::{WANTED, gather};
use super::{FORMATS, exit, fails};
use crate::model::address::{Cidr, Family};
use crate::model::code::Code;
use crate::model::day::{Dates, Day};
use crate::model::finding::Finding;
use crate::model::name::backticked;
use crate::model::rules::{Rule, RuleKey, Rules};
use crate::model::services::Services;
use crate::model::traffic::Traffic;
use crate::model::words::{Direction, Plane, Severity, Trust};
use crate::policy::{Inputs, Named, Policy, WARN_DAYS, judge, unknown_names};
use crate::provider::known_blocks;
use crate::provider::policy_of;
use crate::review::rule::{EndpointSet, Rule as Existing};
use serde_json::{Value as Json, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

/// A matrix in a file, and the networks of its segments.
pub(super) struct Matrix {
    name: String,
    policy: Policy,
    segments: BTreeMap<Arc<str>, Vec<Cidr>>,
}

/// The names that a file may have at its top.
const TOP: [&str; 3] = ["policies", "exceptions", "segments"];

impl Matrix {
    /// Reads a file in YAML or JSON.
    pub(super) fn read(path: &Path) -> Result<Matrix, CommandError> {
        let text = lint::read(path)?;
        let name = path.display().to_string();
        let refused = |why: String| CommandError(format!("`{name}`: {why}"));
        let json: Json = serde_norway::from_str(&text).map_err(|it| refused(it.to_string()))?;
        let Json::Object(top) = &json else {
            return Err(refused(format!(
                "expected an object with {}",
                backticked(TOP)
            )));
        };
        if let Some(other) = top.keys().find(|it| !TOP.contains(&it.as_str())) {
            let all = backticked(TOP);
            return Err(refused(format!(
                "unknown name `{other}`; expected one of {all}"
            )));
        }
        let policy = policy_of(&json, &name).map_err(|findings| {
            let all = findings.iter().map(|it| {
                let place = it.place.to_string();
                let remedy = &it.remedy;
                format!("`{name}`: {place}: {}. {remedy}", it.message)
            });
            CommandError(all.collect::<Vec<_>>().join("\n"))
        })?;
        let mut segments = BTreeMap::new();
        let given = match top.get("segments") {
            None | Some(Json::Null) => None,
            Some(Json::Object(given)) => Some(given),
            Some(_) => {
                let why = "`segments` is not an object; write a list of CIDR blocks for each name, e.g. `{ DMZ: [10.1.0.0/16] }`";
                return Err(refused(why.to_owned()));
            }
        };
        for (segment, blocks) in given.into_iter().flatten() {
            let texts = blocks.as_array().into_iter().flatten();
            let mut read = Vec::new();
            for text in texts {
                let text = text.as_str().unwrap_or_default();
                let family = if text.contains(':') {
                    Family::V6
                } else {
                    Family::V4
                };
                let block = Cidr::parse(text, family);
                read.push(block.map_err(|it| {
                    refused(format!(
                        "segment `{segment}`: {}; {}",
                        it.message, it.remedy
                    ))
                })?);
            }
            if read.is_empty() {
                return Err(refused(format!(
                    "segment `{segment}` has no CIDR block; write a list, e.g. `[10.1.0.0/16]`"
                )));
            }
            segments.insert(Arc::from(segment.as_str()), read);
        }
        if policy.cells.is_empty() {
            let why = "`policies` has no entry, so everything would be allowed; write a list of objects with `from`, `to` and `access`";
            return Err(refused(why.to_owned()));
        }
        Ok(Matrix {
            name,
            policy,
            segments,
        })
    }
}

/// Judges every `portmatrix_rules` of a document, each with the existing rules at its places.
pub(super) fn run(
    document: &Document<'_>,
    file: &str,
    matrix: &Matrix,
    day: Option<Day>,
    (format, fail_on): (&str, Option<Severity>),
    out: &mut String,
) -> Result<Exit, CommandError> {
    if !["text", "json"].contains(&format) {
        return Err(CommandError(format!(
            "`--policy` has no format `{format}`; expected `text` or `json`, of {}",
            backticked(FORMATS)
        )));
    }
    let (estate, gathered) = gather(document, Side::After, true, Vec::new());
    let resources = document.resources.iter();
    let resources =
        resources.filter(|it| *it.kind == *WANTED && !it.is_deposed && it.after.is_some());
    let mut findings = BTreeSet::new();
    let (mut count, mut judged) = (0, 0);
    let mut known: BTreeSet<Arc<str>> = matrix.segments.keys().cloned().collect();
    for resource in resources {
        let found = gathered.input.found.clone();
        let world = World::read(resource, &[], day, found, estate.names.clone())?;
        let placed = Placed::of(&world, matrix);
        judged += placed.rules.len();
        count += 1;
        known.extend(placed.names());
        let dates = Dates {
            day,
            warn_days: WARN_DAYS,
        };
        let said = judge(&Inputs {
            policy: &matrix.policy,
            rules: &placed.rules,
            beyond: &[],
            zones: &placed.zones,
            dates,
        });
        findings.extend(said.into_iter().map(|it| placed.named(it)));
    }
    if count == 0 {
        return Err(CommandError(format!(
            "`{file}` has no `portmatrix_rules`, so it does not say which zones there are"
        )));
    }
    let known: Vec<&str> = known.iter().map(|it| &**it).collect();
    findings.extend(unknown_names(&matrix.policy, &known));
    let mut exceptions = matrix.policy.exceptions.iter();
    if day.is_none() && exceptions.any(|it| it.expires.is_some()) {
        let message =
            "`expires` is not judged, because no day is set: every exception counts as valid";
        findings.insert(
            Finding::new(Code::DatesNotJudged, "as_of", message)
                .remedy("give the day with `--as-of`"),
        );
    }
    let worst = findings.iter().map(|it| it.severity).min();
    let summary = format!(
        "{judged} rules of {count} `portmatrix_rules` and of existing rules, judged by `{}`: {} findings",
        matrix.name,
        findings.len()
    );
    // Writing to a string does not fail.
    if format == "json" {
        let all = findings.iter().map(|it| {
            json!({
                "code": it.code.as_str(), "severity": it.severity.as_str(), "subject": it.subject,
                "message": it.message, "remedy": it.remedy,
            })
        });
        let all: Vec<Json> = all.collect();
        let _ = writeln!(
            out,
            "{:#}",
            json!({ "format_version": "1.0", "findings": all, "summary": summary })
        );
    } else {
        for it in &findings {
            let _ = writeln!(
                out,
                "{}: {}: {}\n    remedy: {}\n",
                it.severity, it.code, it.message, it.remedy
            );
        }
        let _ = writeln!(out, "{summary}");
    }
    Ok(exit(fails(worst, fail_on), false))
}

/// Rules between named places.
struct Placed {
    zones: BTreeMap<Arc<str>, Named>,
    rules: Rules,
    /// What existing rules are called, by the keys that stand for them.
    existing: BTreeMap<String, BTreeSet<String>>,
}

impl Placed {
    fn of(world: &World, matrix: &Matrix) -> Placed {
        let mut placed = Placed {
            zones: Named::all(&world.planned.layout.zones),
            rules: world.keyed(),
            existing: BTreeMap::new(),
        };
        for rule in world.found.iter().filter(|it| !it.order.denies) {
            let point = rule.point.without_scope();
            let zones = world
                .places
                .iter()
                .filter(|(_, places)| places.iter().any(|it| it.point.without_scope() == point));
            let own: Vec<&String> = zones.map(|(name, _)| name).collect();
            let peers = peers(rule, world, matrix, &mut placed.zones);
            let name = world.names.get(&rule.id).unwrap_or(&rule.id);
            for zone in own {
                for peer in &peers {
                    for traffic in neutral(&rule.extent.services) {
                        placed.add(zone, rule.direction, traffic, peer, name);
                    }
                }
            }
        }
        placed
    }

    fn add(&mut self, zone: &str, direction: Direction, traffic: Traffic, peer: &str, name: &str) {
        let key = RuleKey {
            zone: zone.into(),
            direction,
            traffic,
            peer: peer.into(),
        };
        // A rule of the layout is named by its key.
        if self.rules.get(&key).is_some_and(|it| !it.flows.is_empty()) {
            return;
        }
        let names = self.existing.entry(key.text()).or_default();
        names.insert(name.to_owned());
        let peer_trust = self.zones.get(peer).map(|it| it.trust);
        self.rules.entry(key).or_insert_with(|| Rule {
            peer_trust,
            plane: Plane::Data,
            required: false,
            public: false,
            flows: BTreeSet::new(),
        });
    }

    /// The names of zones and segments.
    fn names(&self) -> impl Iterator<Item = Arc<str>> {
        let zones = self.zones.iter();
        let names = zones.flat_map(|(name, it)| [Some(name.clone()), it.segment.clone()]);
        let peers = self.rules.keys().map(|it| it.peer.clone());
        names.flatten().chain(peers)
    }

    /// A finding with the names of existing rules in the place of keys.
    fn named(&self, finding: Finding) -> Finding {
        let mut message = finding.message;
        for (key, names) in &self.existing {
            let key = format!("`{key}`");
            if message.contains(&key) {
                message = message.replace(&key, &backticked(names));
            }
        }
        Finding { message, ..finding }
    }
}

/// Who the peers of an existing rule are: zones and segments whose addresses meet its own, zones with its groups, and else the blocks
/// themselves.
fn peers(
    rule: &Existing,
    world: &World,
    matrix: &Matrix,
    zones: &mut BTreeMap<Arc<str>, Named>,
) -> BTreeSet<Arc<str>> {
    let everyone = || Named {
        segment: None,
        trust: Trust::Public,
    };
    let EndpointSet::Only { blocks, named } = &rule.extent.peers else {
        zones.entry("everyone".into()).or_insert_with(everyone);
        return BTreeSet::from(["everyone".into()]);
    };
    let mut found: BTreeSet<Arc<str>> = BTreeSet::new();
    for block in blocks {
        if block.length() == 0 {
            let all = world.planned.addresses.iter();
            let all = all.filter(|(_, it)| it.covers_all_addresses());
            let before = found.len();
            found.extend(all.map(|(name, _)| Arc::from(name.as_str())));
            if found.len() == before {
                let name: Arc<str> = block.to_string().into();
                zones.entry(Arc::clone(&name)).or_insert_with(everyone);
                found.insert(name);
            }
            continue;
        }
        let meets =
            |other: &Cidr| other.length() > 0 && (block.contains(*other) || other.contains(*block));
        let of_zones = world.planned.addresses.iter();
        let of_zones = of_zones.filter(|(_, it)| known_blocks(it).any(|(_, it)| meets(&it)));
        let mut here: BTreeSet<Arc<str>> =
            of_zones.map(|(name, _)| Arc::from(name.as_str())).collect();
        let segments = matrix
            .segments
            .iter()
            .filter(|(_, it)| it.iter().any(meets));
        here.extend(segments.map(|(name, _)| Arc::clone(name)));
        if here.is_empty() {
            here.insert(block.to_string().into());
        }
        found.extend(here);
    }
    for reference in named {
        let of_zones = world
            .places
            .iter()
            .filter(|(_, places)| places.iter().any(|it| it.point.name == reference.id));
        let mut here: BTreeSet<Arc<str>> =
            of_zones.map(|(name, _)| Arc::from(name.as_str())).collect();
        if here.is_empty() {
            here.insert(reference.to_string().into());
        }
        found.extend(here);
    }
    found
}

/// The traffic of some services; ICMP of both families is one.
fn neutral(services: &Services) -> Vec<Traffic> {
    let mut traffic = services.traffic();
    let both = [Traffic::Icmp(None), Traffic::Icmpv6(None)];
    if both.iter().all(|it| traffic.contains(it)) {
        traffic.retain(|it| *it != Traffic::Icmpv6(None));
    }
    traffic
}
