//! What is read in the place of unknown arguments of a rule.

use super::super::node::{Node, StandIns};
use super::{Cell, Origin, References};
use crate::review::read::platform::Platform;

/// Where a rule with unknown arguments is, as far as references show it.
#[derive(Default)]
pub(in super::super) struct Resolved {
    /// Texts in the place of unknown arguments.
    pub(in super::super) stand_ins: StandIns,
    /// Whether all of these are certain.
    pub(in super::super) is_exact: bool,
    /// Whether the peer is an address that is not known.
    pub(in super::super) is_partial: bool,
    /// What the argument for the place may be, if it is unknown and not certain.
    pub(in super::super) own: Option<(&'static str, Origin)>,
}

/// In the place of a name that is not known.
const SOMETHING: &str = "(known after apply)";

/// In the place of an address that is not known. Source: RFC 5737.
const SOMEWHERE: &str = "192.0.2.1/32";

impl Resolved {
    /// Nothing is unknown.
    fn new() -> Resolved {
        Resolved {
            is_exact: true,
            ..Resolved::default()
        }
    }

    /// What a new group shows by itself: a group whose name is unknown has its address instead.
    pub(in super::super) fn of_group(
        platform: &'static Platform,
        [kind, address]: [&str; 2],
        node: Node,
    ) -> Resolved {
        let links = platform.links;
        let is_new = links.types.contains(&kind) && node.fields().at(links.name).is_unknown();
        // A slash has a meaning in ids.
        if !is_new || address.contains('/') {
            return Resolved::default();
        }
        Resolved {
            stand_ins: StandIns::from([(links.name, address.to_owned())]),
            ..Resolved::new()
        }
    }

    fn add(&mut self, column: &'static str, origin: Origin, is_own: bool) {
        if let Some(name) = origin.exact() {
            self.stand_ins.insert(column, name.clone());
            return;
        }
        self.is_exact = false;
        let name = origin.groups.first().filter(|_| is_own);
        let name = name.cloned().unwrap_or_else(|| SOMETHING.to_owned());
        self.stand_ins.insert(column, name);
        if is_own {
            // Where two arguments name a place together, both have to be certain.
            let before = self.own.take();
            let origin = before.map_or(origin, |_| Origin::open());
            self.own = Some((column, origin));
        }
    }

    fn add_other(&mut self, column: &'static str) {
        self.is_exact = false;
        self.is_partial = true;
        self.stand_ins.insert(column, SOMEWHERE.to_owned());
    }
}

impl References<'_> {
    /// For a wanted row.
    pub(in super::super) fn of_row(
        &self,
        platform: &'static Platform,
        [rules, output, key]: [&str; 3],
        row: Node,
    ) -> Resolved {
        let of = row.fields();
        let links = platform.links;
        let mut resolved = Resolved::new();
        for column in columns(platform, output) {
            if !of.at(column).is_unknown() {
                continue;
            }
            let is_own = links.own.contains(&column);
            if is_own || links.peers.contains(&column) {
                let cell = Cell {
                    rules: rules.to_owned(),
                    output: output.to_owned(),
                    key: key.to_owned(),
                    column: column.to_owned(),
                };
                resolved.add(column, self.of_cell(&cell, platform), is_own);
            } else {
                resolved.add_other(column);
            }
        }
        resolved
    }

    /// For an existing rule, or a group with rules in blocks.
    pub(in super::super) fn of_resource(
        &self,
        platform: &'static Platform,
        [kind, address]: [&str; 2],
        node: Node,
    ) -> Resolved {
        let of = node.fields();
        let links = platform.links;
        let mut resolved = Resolved {
            is_exact: true,
            ..Resolved::of_group(platform, [kind, address], node)
        };
        let is_unknown = |column: &str| of.at(column).is_unknown();
        let is_group = links.types.contains(&kind);
        let outputs = platform.wanted.iter().flat_map(|it| it.columns);
        let others = outputs.map(|it| it.name);
        let others = others.filter(|it| !links.own.contains(it) && !links.peers.contains(it));
        let own = links.own.iter().map(|it| (*it, true));
        let peers = links.peers.iter().map(|it| (*it, false));
        for (column, is_own) in own.chain(peers) {
            if !is_unknown(column) {
                continue;
            }
            match self.argument(address, column, links) {
                Some(origin) => {
                    let origin = self.settled(origin, platform);
                    if origin != Origin::default() {
                        resolved.add(column, origin, is_own);
                    }
                }
                None if is_own && !is_group => resolved.add(column, Origin::open(), true),
                // The provider computes it.
                None => {}
            }
        }
        for column in others {
            if !is_group && is_unknown(column) && self.argument(address, column, links).is_some() {
                resolved.add_other(column);
            }
        }
        resolved
    }

    /// The row that a resource repeats, whatever that turns out to be: each of its arguments is that of the row. The column of the
    /// cell has no meaning.
    pub(in super::super) fn repeated_row(
        &self,
        platform: &'static Platform,
        address: &str,
        node: Node,
    ) -> Option<Cell> {
        let of = node.fields();
        let all = platform.wanted.iter().flat_map(|it| it.columns);
        let of_output = |column: &'static str| self.argument(address, column, platform.links);
        let cell = all
            .filter(|it| of.at(it.name).is_unknown())
            .find_map(|it| of_output(it.name)?.cell().cloned())?;
        let rows = self.rows.get(&(cell.rules.clone(), cell.output.clone()))?;
        let row = rows.get(&cell.key)?.fields();
        let is_same = |column: &'static str| {
            let (ours, theirs) = (row.at(column), of.at(column));
            if !theirs.is_unknown() {
                let text = |it: Node| it.value.map(|it| it.get().to_owned());
                let text = |it: Node| text(it).filter(|it| it != "null");
                return !ours.is_unknown() && text(ours) == text(theirs);
            }
            let this = Cell {
                column: column.to_owned(),
                ..cell.clone()
            };
            let Some(origin) = of_output(column) else {
                return !ours.is_unknown() && ours.text().is_none();
            };
            origin.cell() == Some(&this) || {
                let wanted = self.of_cell(&this, platform);
                wanted.exact().is_some() && self.settled(origin, platform).exact() == wanted.exact()
            }
        };
        let mut columns = columns(platform, &cell.output).filter(|it| *it != "description");
        let is_it = columns.all(is_same);
        is_it.then_some(cell)
    }
}

fn columns(platform: &Platform, output: &str) -> impl Iterator<Item = &'static str> + use<> {
    let maps = platform
        .wanted
        .iter()
        .filter(move |it| it.argument == output);
    let columns: Vec<&'static str> = maps.flat_map(|it| it.columns).map(|it| it.name).collect();
    columns.into_iter()
}
