//! A review for programs.

use super::Outcome;
use super::effect::Contested;
use crate::review::Finding;
use serde_json::{Value, json};
use std::fmt::Write as _;

/// The version of the format: its first number changes if existing fields change.
const FORMAT: &str = "1.0";

pub(super) fn write(outcome: &Outcome, out: &mut String) {
    let report = &outcome.report;
    let findings: Vec<Value> = report
        .findings
        .iter()
        .map(|it| finding(it, outcome))
        .collect();
    let json = json!({
        "format_version": FORMAT,
        "in_sync": outcome.in_sync,
        "summary": report.summary,
        "findings": findings,
        "contested": outcome.contested.iter().map(contested).collect::<Vec<_>>(),
        "known_after_apply": outcome.unknown,
        "not_reviewed": report.not_reviewed,
        "undecided": outcome.undecided,
        "notes": outcome.notes,
    });
    // Writing to a string does not fail.
    let _ = writeln!(out, "{json:#}");
}

pub(super) fn contested(it: &Contested) -> Value {
    json!({
        "address": it.by,
        "argument": it.argument,
        "rules": it.rules,
        "message": it.message,
        "remedy": it.remedy,
    })
}

fn finding(it: &Finding, outcome: &Outcome) -> Value {
    let rule = |id: &String| json!({ "address": id, "id": outcome.names.get(id) });
    let key =
        |key: &String| json!({ "key": key, "address": outcome.wanted_by.get(key, &it.point) });
    json!({
        "kind": it.kind.as_str(),
        "severity": it.severity.as_str(),
        "point": it.point.to_string(),
        "direction": it.direction.as_str(),
        "rules": it.ids.iter().map(rule).collect::<Vec<_>>(),
        "wanted": it.keys.iter().map(key).collect::<Vec<_>>(),
        "traffic": it.traffic,
        "message": it.message,
        "meaning": it.meaning,
        "remedy": it.remedy,
    })
}
