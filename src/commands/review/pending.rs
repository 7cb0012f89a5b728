//! Rules that wait for the apply, because something of them is not known before.

use super::node::StandIns;
use super::references::Cell;
use super::references::resolved::Resolved;
use super::sources::MapOf;
use crate::model::platform::PlatformId;
use crate::model::services::Services;
use crate::model::words::Direction;
use crate::review::read::platform::Platform;
use crate::review::rule::{
    EndpointSet, EnforcementPoint, Precedence, Reference, Rule, TrafficSet, Written,
};
use std::collections::BTreeSet;

/// A rule that is not compared, because something of it is known only after apply.
pub(super) struct Pending {
    pub(super) id: String,
    pub(super) platform: PlatformId,
    pub(super) direction: Option<Direction>,
    pub(super) order: Precedence,
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
    /// Where the configuration writes it; of existing rules without sensitive values.
    pub(super) written: Option<Written>,
}

impl Pending {
    pub(super) fn may_be_at(&self, point: &EnforcementPoint, direction: Direction) -> bool {
        self.platform == point.platform
            && self.direction.is_none_or(|it| it == direction)
            && (self.is_open || self.points.contains(point))
    }

    /// The rule at a place that represents all of its groups, if each of these is one that is asked about, and not its own peer.
    pub(super) fn at_one_of(&self, is_asked: impl Fn(&EnforcementPoint) -> bool) -> Option<Rule> {
        let (extent, direction) = (self.extent.as_ref()?, self.direction?);
        let is_own = |it: &Reference| self.points.iter().any(|point| point.name == it.id);
        let refers = |ends: &EndpointSet| match ends {
            EndpointSet::Any => false,
            EndpointSet::Only { named, .. } => named.iter().any(is_own),
        };
        let is_certain = !self.is_open && !self.is_placed && self.points.iter().all(is_asked);
        if !is_certain || refers(&extent.own) || refers(&extent.peers) {
            return None;
        }
        let points = self.points.iter().map(ToString::to_string);
        let name = points.collect::<Vec<_>>().join(" or ");
        Some(Rule {
            id: self.id.clone(),
            point: EnforcementPoint::new(self.platform, name),
            direction,
            extent: extent.clone(),
            order: self.order,
            zones: None,
            written: Some(self.written.clone()?),
        })
    }

    /// Whether both may have traffic in common at one place.
    pub(super) fn may_concern(&self, other: &Pending) -> bool {
        let is_near = |point| other.direction.is_none_or(|it| self.may_be_at(point, it));
        let meets = |it: &TrafficSet| (self.extent.as_ref()).is_none_or(|own| may_overlap(own, it));
        (self.is_open || other.is_open || other.points.iter().any(is_near))
            && self.platform == other.platform
            && other.extent.as_ref().is_none_or(meets)
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

    /// The map with the row.
    pub(super) fn map(&self) -> MapOf {
        MapOf {
            rules: self.cell.rules.as_str().into(),
            output: self.cell.output.as_str().into(),
        }
    }

    /// One of the two in the form of rules.
    pub(super) fn rule(&self, id: &str) -> Rule {
        let peers = EndpointSet::these([], [Reference::new("row", self.map().row(&self.cell.key))]);
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
        order: rule.order,
        extent: Some(rule.extent.clone()),
        points: BTreeSet::from([rule.point.clone()]),
        is_open: false,
        is_placed: true,
        row: None,
        written: None,
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
        order: rule.as_ref().map_or(Precedence::NONE, |it| it.order),
        extent: rule.filter(|_| !resolved.is_partial).map(|it| it.extent),
        points,
        is_open,
        is_placed: resolved.own.is_none() && !is_open,
        row: None,
        written: None,
    }
}
