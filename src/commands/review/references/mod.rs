//! Which resource an unknown id will be of: what the configuration in a plan refers to.
//!
//! A plan has no expressions, only the references in each. An expression that refers to one group has the id of that group; one
//! that refers to several has the id of one of them. `each.value`, inputs and outputs of modules are followed one expression at a
//! time. A local value is not in the plan, so it ends the search.

mod configuration;
mod follow;
mod path;
pub(super) mod resolved;

use super::document::Resource;
use super::effect::adopted_groups;
use super::node::{Node, fields, items};
use crate::model::key::RowKey;
use crate::review::read::PLATFORMS;
use crate::review::read::platform::{Links, Platform};
use configuration::{Module, expression};
use follow::Walk;
use path::{Address, Step, quoted};
use serde_json::value::RawValue;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

/// What an unknown value may be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Origin {
    /// Names of groups, or the addresses of those whose name is unknown.
    pub(super) groups: BTreeSet<String>,
    /// Cells of wanted rows.
    pub(super) cells: BTreeSet<Cell>,
    /// Whether it may be something else.
    pub(super) is_open: bool,
}

/// A value in an output of `portmatrix_rules`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Cell {
    /// The address of the `portmatrix_rules`.
    pub(super) rules: String,
    pub(super) output: String,
    /// The key of the row.
    pub(super) key: String,
    pub(super) column: String,
}

impl Origin {
    pub(super) fn open() -> Origin {
        Origin {
            is_open: true,
            ..Origin::default()
        }
    }

    fn group(name: String) -> Origin {
        Origin {
            groups: BTreeSet::from([name]),
            ..Origin::default()
        }
    }

    fn add(&mut self, other: Origin) {
        self.groups.extend(other.groups);
        self.cells.extend(other.cells);
        self.is_open |= other.is_open;
    }

    /// The group, if it can be no other.
    pub(super) fn exact(&self) -> Option<&String> {
        let is_one = !self.is_open && self.cells.is_empty() && self.groups.len() == 1;
        self.groups.first().filter(|_| is_one)
    }

    /// The cell, if it can be nothing else.
    pub(super) fn cell(&self) -> Option<&Cell> {
        let is_one = !self.is_open && self.groups.is_empty() && self.cells.len() == 1;
        self.cells.first().filter(|_| is_one)
    }
}

/// An instance of a resource that is referred to.
struct Instance {
    key: Option<String>,
    /// What it is compared by: its name if that is known, otherwise its address.
    name: String,
}

/// The rows of an output, by key.
type Rows<'t> = BTreeMap<String, Node<'t>>;

/// A zone's own group or its groups as a peer: the `portmatrix_rules`, the zone, its block and the argument.
type ZoneArgument = (String, String, &'static str, String);

/// The configuration and the resources of a plan.
pub(super) struct References<'t> {
    root: Module<'t>,
    /// The type of resources with wanted rules.
    wanted: &'static str,
    /// The instances of resources that are referred to, by the address of the resource.
    instances: BTreeMap<String, Vec<Instance>>,
    /// The keys of all resources that are read, by the address of the resource.
    keys: BTreeMap<String, BTreeSet<String>>,
    /// The rows of each output of each `portmatrix_rules`.
    rows: BTreeMap<(String, String), Rows<'t>>,
    zones: RefCell<BTreeMap<ZoneArgument, Origin>>,
}

impl<'t> References<'t> {
    /// Reads a configuration and the resources that are planned with it. Those of type `wanted` have the wanted rules.
    pub(super) fn new(
        configuration: &'t RawValue,
        resources: &[Resource<'t>],
        wanted: &'static str,
    ) -> References<'t> {
        let mut references = References {
            root: Module::new(fields(Some(configuration)).get("root_module").copied()),
            wanted,
            instances: BTreeMap::new(),
            keys: BTreeMap::new(),
            rows: BTreeMap::new(),
            zones: RefCell::default(),
        };
        let adopted = adopted_groups(resources);
        let managed = resources.iter().filter(|it| !it.is_data && !it.is_deposed);
        for resource in managed {
            let (Some(node), Some(address)) = (resource.after, Address::parse(&resource.address))
            else {
                continue;
            };
            if let Some(key) = &address.key {
                let keys = references.keys.entry(address.resource()).or_default();
                keys.insert(key.clone());
            }
            if resource.kind == wanted {
                references.add_rows(&resource.address, node);
            } else if let Some(links) = links_of(&resource.kind) {
                let known = node.fields().at(links.name);
                let known = known.text().filter(|_| !known.is_unknown());
                let known = known.or_else(|| adopted.get(&resource.address).cloned());
                let instance = Instance {
                    key: address.key.clone(),
                    name: known.unwrap_or_else(|| resource.address.clone()),
                };
                let instances = references.instances.entry(address.resource()).or_default();
                instances.push(instance);
            }
        }
        references
    }

    fn add_rows(&mut self, address: &str, node: Node<'t>) {
        let of = node.fields();
        for map in PLATFORMS.iter().flat_map(|it| it.wanted) {
            let rows: Rows = of.at(map.argument).entries().into_iter().collect();
            let output = map.argument.to_owned();
            self.rows.insert((address.to_owned(), output), rows);
        }
    }

    /// What the argument of a resource may be. Cells are not looked up. `None` if the configuration does not set it.
    fn argument(&self, address: &str, name: &str, links: &'static Links) -> Option<Origin> {
        let address = Address::parse(address)?;
        let walk = Walk::new(self, links);
        let frame = walk.frame_of(&address)?;
        let raw = expression(frame.of(), name)?;
        Some(walk.follow(raw, &[], &frame))
    }

    /// Whether the configuration certainly sets an attribute of a resource: to a constant, or to something that has references of
    /// other resources only. What a variable has may be null.
    pub(super) fn sets(&self, address: &str, name: &str, links: &'static Links) -> bool {
        let Some(address) = Address::parse(address) else {
            return false;
        };
        let walk = Walk::new(self, links);
        let frame = walk.frame_of(&address);
        let Some(raw) = frame.and_then(|it| expression(it.of(), name)) else {
            return false;
        };
        let constant = fields(Some(raw)).get("constant_value").copied();
        constant.map_or_else(|| refers_to_resources(raw), |it| it.get() != "null")
    }

    /// The same with cells looked up.
    pub(super) fn settled(&self, origin: Origin, platform: &'static Platform) -> Origin {
        let mut settled = Origin {
            cells: BTreeSet::new(),
            ..origin
        };
        for cell in &origin.cells {
            settled.add(self.of_cell(cell, platform));
        }
        settled
    }

    /// What a cell may be: the group of the zone that its row is for, or of the peer.
    pub(super) fn of_cell(&self, cell: &Cell, platform: &'static Platform) -> Origin {
        let rows = self.rows.get(&(cell.rules.clone(), cell.output.clone()));
        let Some(row) = rows.and_then(|it| it.get(&cell.key)) else {
            return Origin::open();
        };
        let value = row.fields().at(&cell.column);
        if !value.is_unknown() {
            return value.text().map_or_else(Origin::default, Origin::group);
        }
        let links = platform.links;
        let Some(key) = RowKey::parse(&cell.key) else {
            return Origin::open();
        };
        let column = cell.column.as_str();
        if links.own.contains(&column) {
            self.zone(
                &cell.rules,
                key.zone,
                platform,
                &own_arguments(links, column),
            )
        } else if links.peers.contains(&column) {
            let mut arguments = vec![key.argument()];
            if key.name.is_some() {
                arguments.extend(links.spread);
            }
            self.zone(&cell.rules, key.peer, platform, &arguments)
        } else {
            Origin::open()
        }
    }

    /// What the own group of a zone may be.
    pub(super) fn own(
        &self,
        rules: &str,
        zone: &str,
        platform: &'static Platform,
        argument: &str,
    ) -> Origin {
        let arguments = own_arguments(platform.links, argument);
        self.zone(rules, zone, platform, &arguments)
    }

    fn zone(
        &self,
        rules: &str,
        zone: &str,
        platform: &'static Platform,
        arguments: &[&str],
    ) -> Origin {
        let block = platform.zone_block;
        let key = (
            rules.to_owned(),
            zone.to_owned(),
            block,
            arguments.join(" "),
        );
        if let Some(known) = self.zones.borrow().get(&key) {
            return known.clone();
        }
        let origin = self.zone_argument(rules, zone, platform, arguments);
        self.zones.borrow_mut().insert(key, origin.clone());
        origin
    }

    fn zone_argument(
        &self,
        rules: &str,
        zone: &str,
        platform: &'static Platform,
        arguments: &[&str],
    ) -> Origin {
        let walk = Walk::new(self, platform.links);
        let frame = Address::parse(rules).and_then(|it| walk.frame_of(&it));
        let Some(frame) = frame else {
            return Origin::open();
        };
        let blocks = fields(expression(frame.of(), "zone"));
        if let Some(zone) = blocks.get(zone) {
            let block = fields(Some(zone)).get(platform.zone_block).copied();
            let block = block.map(|it| items(Some(it)).first().copied().unwrap_or(it));
            let block = fields(block);
            let given = arguments.iter().filter_map(|it| block.get(*it));
            let mut origin = Origin::default();
            let mut is_given = false;
            for raw in given {
                is_given = true;
                origin.add(walk.follow(raw, &[], &frame));
            }
            // Blocks of `dynamic` are not in the plan.
            return if is_given { origin } else { Origin::open() };
        }
        let Some(raw) = expression(frame.of(), "zones") else {
            return Origin::open();
        };
        let argument = arguments.first().copied().unwrap_or_default();
        let place = [
            Step::Index(quoted(zone)),
            Step::Name(platform.zone_block.to_owned()),
            Step::Name(argument.to_owned()),
        ];
        walk.follow(raw, &place, &frame)
    }
}

/// Whether everything that an expression refers to is a resource.
fn refers_to_resources(raw: &RawValue) -> bool {
    const OTHERS: [&str; 9] = [
        "var",
        "local",
        "each",
        "count",
        "module",
        "data",
        "path",
        "terraform",
        "self",
    ];
    let (references, is_odd) = configuration::references(raw);
    let is_other = |it: &Vec<Step>| it[0].name().is_none_or(|it| OTHERS.contains(&it));
    !is_odd && !references.is_empty() && !references.iter().any(is_other)
}

fn own_arguments<'a>(links: &Links, argument: &'a str) -> Vec<&'a str> {
    let mut arguments = vec![argument];
    arguments.extend(links.spread);
    arguments
}

/// How the resources of a type are referred to.
pub(super) fn links_of(kind: &str) -> Option<&'static Links> {
    let all = PLATFORMS.iter().map(|it| it.links);
    all.into_iter().find(|it| it.types.contains(&kind))
}
