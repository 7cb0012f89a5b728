//! What a plan or state says: the layout, the rules that were made of it, and those that exist.

use super::super::CommandError;
use super::super::review::document::{Document, Resource};
use super::super::review::estate::WANTED;
use super::super::review::node::Node;
use crate::catalog::ProductQuery;
use crate::compile::compile;
use crate::model::address::Cidr;
use crate::model::day::Day;
use crate::model::finding::ConfigPath;
use crate::model::key::RowKey;
use crate::model::name::backticked;
use crate::model::rules::{Rule, RuleKey, Rules};
use crate::model::words::Direction;
use crate::provider::Planned;
use crate::provider::known_blocks;
use crate::provider::planned;
use crate::review::read::platform::Place;
use crate::review::read::{PLATFORMS, intent};
use crate::review::rule::{Intent, Rule as Existing};
use serde_json::Value as Json;
use serde_json::value::RawValue;
use std::collections::{BTreeMap, BTreeSet};

/// Everything that answers are made of.
pub(in crate::commands) struct World {
    /// The address of the resource.
    pub(in crate::commands) address: String,
    pub(in crate::commands) planned: Planned,
    /// The rules of the resource, by key.
    pub(in crate::commands) rules: Vec<(String, Intent)>,
    /// The rows of platforms: the short name of each, and the key.
    pub(in crate::commands) rows: Vec<(&'static str, Option<Direction>, String)>,
    /// Existing rules.
    pub(in crate::commands) found: Vec<Existing>,
    /// What their platform calls them, by id.
    pub(in crate::commands) names: BTreeMap<String, String>,
    /// Where the rules of zones are enforced.
    pub(in crate::commands) places: BTreeMap<String, Vec<Place>>,
    /// Products whose matrix is another in this program: label, digest in the file, digest here.
    pub(in crate::commands) changed: Vec<[String; 3]>,
    /// Peers with a fixed address.
    pub(in crate::commands) fixed: BTreeMap<String, BTreeSet<Cidr>>,
}

/// The resource with an address, or the only one of those that are there after the plan.
pub(in crate::commands) fn choose<'d, 't>(
    document: &'d Document<'t>,
    address: Option<&str>,
    file: &str,
) -> Result<&'d Resource<'t>, CommandError> {
    choose_of(document, address, file, |it| it.after.is_some())
}

/// The same of those that are wanted.
pub(in crate::commands) fn choose_of<'d, 't>(
    document: &'d Document<'t>,
    address: Option<&str>,
    file: &str,
    is_wanted: fn(&Resource<'_>) -> bool,
) -> Result<&'d Resource<'t>, CommandError> {
    let all = document.resources.iter();
    let all: Vec<&Resource<'_>> = all
        .filter(|it| *it.kind == *WANTED && !it.is_deposed && is_wanted(it))
        .collect();
    let addresses = || backticked(all.iter().map(|it| it.address.as_str()));
    match (address, &all[..]) {
        (_, []) => Err(CommandError(format!(
            "`{file}` has no `portmatrix_rules`, so it does not say what is wanted"
        ))),
        (None, [only]) => Ok(only),
        (None, _) => Err(CommandError(format!(
            "`{file}` has several `portmatrix_rules`; choose one with `--rules`: {}",
            addresses()
        ))),
        (Some(address), _) => {
            let found = all.iter().find(|it| it.address == address);
            found.copied().ok_or_else(|| {
                let all = addresses();
                CommandError(format!("`{file}` has no `{address}`; it has {all}"))
            })
        }
    }
}

/// What is written at a place, as a tree.
pub(in crate::commands) fn tree(raw: Option<&RawValue>) -> Json {
    raw.and_then(|it| serde_json::from_str(it.get()).ok())
        .unwrap_or(Json::Null)
}

impl World {
    pub(in crate::commands) fn read(
        resource: &Resource<'_>,
        definitions: &[String],
        day: Option<Day>,
        found: Vec<Existing>,
        names: BTreeMap<String, String>,
    ) -> Result<World, CommandError> {
        let node = resource.after.unwrap_or_default();
        let planned = planned(&tree(node.value), &tree(node.unknown), definitions, day);
        let planned = planned.map_err(|all| CommandError::of_findings(&all))?;
        if let Some(place) = planned.unknowns.first() {
            return Err(CommandError(format!(
                "`{}` of `{}` is known only after apply, so its rules are too; ask after the apply, with the state",
                place, resource.address
            )));
        }
        let of = node.fields();
        let rules = of
            .at("rules")
            .entries()
            .into_iter()
            .filter_map(|(key, row)| {
                let read = intent::read(&intent::row(&key, &mut row.fields())).ok()?;
                Some((key, read))
            });
        let mut rows = Vec::new();
        let mut places: BTreeMap<String, Vec<Place>> = BTreeMap::new();
        for platform in PLATFORMS {
            for map in platform.wanted {
                let entries = of.at(map.argument).entries();
                rows.extend(
                    entries
                        .into_iter()
                        .map(|(key, _)| (platform.zone_block, map.direction, key)),
                );
            }
            for zones in ["zone", "zones"] {
                for (zone, node) in of.at(zones).entries() {
                    let found = block_of(node, platform.zone_block);
                    let found = found.map(|it| (platform.read_zone)(&mut it.fields()));
                    places
                        .entry(zone)
                        .or_default()
                        .extend(found.unwrap_or_default());
                }
            }
        }
        let digests = of.at("digests").entries();
        let digests = digests
            .into_iter()
            .filter_map(|(label, it)| Some((label, it.text()?)));
        let compiled = compile(&planned.layout, &planned.catalog);
        let changed = digests.filter_map(|(label, then)| {
            let now = compiled.digests.get(&label)?.get(..then.len())?;
            (now != then).then(|| [label, then.clone(), now.to_owned()])
        });
        let changed = changed.collect();
        let fixed = compiled.fixed.iter();
        let fixed =
            fixed.map(|(name, blocks)| (name.to_string(), blocks.values().copied().collect()));
        let fixed = fixed.collect();
        Ok(World {
            address: resource.address.clone(),
            rules: rules.collect(),
            rows,
            found,
            names,
            places,
            changed,
            fixed,
            planned,
        })
    }

    /// The rules of the resource as those of a layout.
    pub(in crate::commands) fn keyed(&self) -> Rules {
        let rules = self.rules.iter().filter_map(|(key, it)| {
            let key = RuleKey::parse(key)?;
            let rule = Rule {
                peer_trust: it.peer_trust,
                plane: it.plane,
                required: it.required,
                public: false,
                flows: it.flows.iter().map(|it| it.as_str().into()).collect(),
            };
            Some((key, rule))
        });
        rules.collect()
    }

    /// Rows of platforms that are of a rule.
    pub(in crate::commands) fn rows_of(
        &self,
        key: &str,
        rule: &Intent,
    ) -> Vec<(&'static str, &str)> {
        let traffic = RuleKey::parse(key).map(|it| it.traffic.key().to_string());
        let is_of = |direction: Option<Direction>, row: &str| {
            RowKey::parse(row).is_some_and(|it| {
                it.zone == rule.zone
                    && it.peer == rule.peer_zone
                    && Some(it.traffic) == traffic.as_deref()
                    && it.direction.or(direction) == Some(rule.direction)
            })
        };
        let rows = self.rows.iter();
        let rows = rows.filter(|(_, direction, row)| is_of(*direction, row));
        rows.map(|(platform, _, row)| (*platform, row.as_str()))
            .collect()
    }

    /// Whether a rule is for the addresses of its peer, and not for the members of a group only.
    pub(in crate::commands) fn is_by_address(&self, key: &str, rule: &Intent) -> bool {
        let rows = self.rows_of(key, rule);
        let groups = ["group", "tag", "asg", "labels"];
        let is_address = |row: &str| {
            RowKey::parse(row)
                .is_some_and(|it| !groups.iter().any(|kind| it.kind.starts_with(kind)))
        };
        let addresses = self.planned.addresses.get(&rule.peer_zone).into_iter();
        let mut blocks = addresses.flat_map(known_blocks);
        let is_everyone = blocks.any(|(_, it)| it.length() == 0);
        is_everyone || rows.is_empty() || rows.iter().any(|(_, row)| is_address(row))
    }

    /// Products that the program does not know, which a `--definitions` would give.
    pub(in crate::commands) fn is_unknown_product(&self, label: &str) -> bool {
        let instance = self.planned.layout.instances.get(label);
        let name = instance.and_then(|it| it.name.as_deref()).unwrap_or(label);
        let has_definition = instance.is_some_and(|it| it.definition.is_some());
        let place = ConfigPath::default();
        let query = ProductQuery {
            name,
            name_place: &place,
            version: None,
            version_place: &place,
        };
        !has_definition && self.planned.catalog.find(query).is_err()
    }
}

/// The block of a platform in a zone: a list with one element in a `zone` block, the object itself in an entry of `zones`.
fn block_of<'t>(zone: Node<'t>, block: &str) -> Option<Node<'t>> {
    let block = zone.fields().at(block);
    let as_data = Some(block).filter(|it| it.is_object());
    block.items().into_iter().next().or(as_data)
}
