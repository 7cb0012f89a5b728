//! An inventory for programs.

use super::super::json::contested;
use super::Outcome;
use crate::model::address::Family;
use crate::model::words::{Direction, Exposure};
use crate::review::inventory::{Entry, Named, QuotaUse};
use crate::review::read::platform;
use serde_json::{Value, json};
use std::fmt::Write as _;

/// The version of the format: its first number changes if existing fields change.
const FORMAT: &str = "1.0";

pub(super) fn write(outcome: &Outcome, out: &mut String) {
    let inventory = &outcome.inventory;
    let points = inventory.points.iter().map(|it| {
        json!({
            "platform": platform(it.point.platform).zone_block,
            "point": it.point.to_string(),
            "rules": it.rules,
            "errors": it.entries[0],
            "warnings": it.entries[1],
            "infos": it.entries[2],
        })
    });
    let json = json!({
        "format_version": FORMAT,
        "kind": "inventory",
        "summary": inventory.summary,
        "entries": inventory.entries.iter().map(|it| entry(it, outcome)).collect::<Vec<_>>(),
        "points": points.collect::<Vec<_>>(),
        "quotas": inventory.quotas.iter().map(quota).collect::<Vec<_>>(),
        "contested": outcome.contested.iter().map(contested).collect::<Vec<_>>(),
        "known_after_apply": outcome.unknown,
        "ignored": inventory.ignored,
        "notes": outcome.notes,
    });
    // Writing to a string does not fail.
    let _ = writeln!(out, "{json:#}");
}

fn entry(it: &Entry, outcome: &Outcome) -> Value {
    let points: Vec<String> = it.points().iter().map(ToString::to_string).collect();
    let rules = it.rules.iter().filter(|it| it.at.is_some()).map(|it| {
        json!({
            "address": it.id,
            "id": outcome.names.get(&it.id),
            "point": it.point.to_string(),
            "traffic": it.traffic,
        })
    });
    json!({
        "kind": it.kind.as_str(),
        "severity": it.severity().as_str(),
        "platform": platform(it.platform).zone_block,
        "direction": it.direction.map(Direction::as_str),
        "points": points,
        "rules": rules.collect::<Vec<_>>(),
        "traffic": it.traffic,
        "message": it.message,
        "meaning": it.meaning,
        "remedy": it.remedy,
        "listeners": it.listeners.iter().map(listener).collect::<Vec<_>>(),
        "sensitive": it.hidden,
    })
}

fn listener(it: &Named) -> Value {
    json!({
        "product": it.product,
        "title": it.title,
        "component": it.component,
        "flow": it.flow,
        "plane": it.plane.as_str(),
        "exposure": it.exposure.map(Exposure::as_str),
        "purpose": it.purpose,
        "ports": it.services.to_string(),
    })
}

fn quota(it: &QuotaUse) -> Value {
    let family = it.family.map(|it| match it {
        Family::V4 => "ipv4",
        Family::V6 => "ipv6",
    });
    json!({
        "platform": platform(it.platform).zone_block,
        "place": it.place,
        "direction": it.direction.map(Direction::as_str),
        "family": family,
        "used": it.used,
        "limit": it.limit,
    })
}
