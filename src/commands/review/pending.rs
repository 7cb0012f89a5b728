//! Rules that wait for the apply, because something of them is not known before.

use super::node::StandIns;
use super::references::Cell;
use super::references::resolved::Resolved;
use crate::model::platform::PlatformId;
use crate::model::words::Direction;
use crate::review::read::platform::Platform;
use crate::review::rule::{EndpointSet, EnforcementPoint, Precedence, Reference, Rule, TrafficSet};
use crate::review::services::Services;
use std::collections::BTreeSet;

/// A rule that is not compared, because something of it is known only after apply.
pub(super) struct Pending {
    pub(super) id: String,
    pub(super) platform: PlatformId,
    pub(super) direction: Option<Direction>,
    /// What it matches, as far as that is known.
    pub(super) extent: Option<TrafficSet>,
    /// Where it may be.
    pub(super) points: BTreeSet<EnforcementPoint>,
    /// Whether it may be elsewhere.
    pub(super) is_open: bool,
    /// Whether the place is certain.
    pub(super) is_placed: bool,
    /// The row that it is, or that it repeats.
    pub(super) row: Option<Cell>,
}

impl Pending {
    pub(super) fn may_be_at(&self, point: &EnforcementPoint, direction: Direction) -> bool {
        self.platform == point.platform
            && self.direction.is_none_or(|it| it == direction)
            && (self.is_open || self.points.contains(point))
    }

    pub(super) fn may_meet(&self, rule: &Rule) -> bool {
        self.may_be_at(&rule.point, rule.direction)
            && (self.extent.as_ref()).is_none_or(|it| may_overlap(it, &rule.extent))
    }
}

/// Whether two rules may have traffic in common, whatever their references have in them.
pub(super) fn may_overlap(one: &TrafficSet, other: &TrafficSet) -> bool {
    let apart = match (&one.peers, &other.peers) {
        (
            EndpointSet::Only { blocks, named },
            EndpointSet::Only {
                blocks: addresses,
                named: names,
            },
        ) if named.is_empty() && names.is_empty() => {
            !(blocks.iter()).any(|a| addresses.iter().any(|b| a.contains(*b) || b.contains(*a)))
        }
        _ => false,
    };
    !apart && one.services.overlaps(&other.services)
}

/// A row that cannot be read, and the rule that repeats it: both are the same, whatever they turn out to be.
pub(super) struct Pair {
    pub(super) point: EnforcementPoint,
    pub(super) cell: Cell,
    pub(super) found: String,
    pub(super) direction: Direction,
}

impl Pair {
    pub(super) fn new(wanted: &Pending, cell: &Cell, found: &str, direction: Direction) -> Pair {
        let point = wanted.points.first().filter(|_| wanted.is_placed);
        Pair {
            point: point
                .cloned()
                .unwrap_or_else(|| point_of(wanted.platform, cell)),
            cell: cell.clone(),
            found: found.to_owned(),
            direction,
        }
    }

    /// The address of the row.
    pub(super) fn row(&self) -> String {
        let Cell {
            rules, output, key, ..
        } = &self.cell;
        format!("{rules}.{output}[{key:?}]")
    }

    /// One of the two in the form of rules.
    pub(super) fn rule(&self, id: &str) -> Rule {
        let peers = EndpointSet::these([], [Reference::new("row", self.row())]);
        Rule {
            id: id.to_owned(),
            point: self.point.clone(),
            direction: self.direction,
            extent: TrafficSet::new(Services::all(), peers),
            order: Precedence::NONE,
            zones: None,
            written: None,
        }
    }
}

/// A place for the rows of a zone whose group is not certain.
fn point_of(platform: PlatformId, cell: &Cell) -> EnforcementPoint {
    let zone = cell.key.split('/').next().unwrap_or_default();
    EnforcementPoint::new(platform, format!("{} zone {zone}", cell.rules))
}

/// A rule that waits although all of it is known.
pub(super) fn placed(rule: &Rule) -> Pending {
    Pending {
        id: rule.id.clone(),
        platform: rule.point.platform,
        direction: Some(rule.direction),
        extent: Some(rule.extent.clone()),
        points: BTreeSet::from([rule.point.clone()]),
        is_open: false,
        is_placed: true,
        row: None,
    }
}

pub(super) fn pending(
    platform: &Platform,
    id: String,
    resolved: &Resolved,
    rule: Option<Rule>,
    point: Option<EnforcementPoint>,
    read: impl Fn(&StandIns) -> Option<Rule>,
) -> Pending {
    let direction = rule.as_ref().map(|it| it.direction);
    let (mut points, mut is_open) = (BTreeSet::new(), false);
    match &resolved.own {
        None => {
            points.extend(rule.as_ref().map(|it| it.point.clone()).or(point));
            is_open = points.is_empty();
        }
        Some((argument, origin)) => {
            is_open |= origin.is_open || origin.groups.is_empty();
            for name in &origin.groups {
                let mut stand_ins = resolved.stand_ins.clone();
                stand_ins.insert(argument, name.clone());
                points.extend(read(&stand_ins).map(|it| it.point));
            }
            is_open |= points.len() < origin.groups.len();
        }
    }
    Pending {
        id,
        platform: platform.id,
        direction,
        extent: rule.filter(|_| !resolved.is_partial).map(|it| it.extent),
        points,
        is_open,
        is_placed: resolved.own.is_none() && !is_open,
        row: None,
    }
}
