//! An inventory as SARIF 2.1.0, which code scanning shows next to a change.

use super::super::sarif::{SCHEMA, uri};
use super::Outcome;
use crate::model::words::{Direction, Severity};
use crate::review::inventory::{Entry, Kind};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write as _;

pub(super) fn write(outcome: &Outcome, out: &mut String) {
    let rules: Vec<Value> = Kind::ALL.iter().map(|it| rule(*it)).collect();
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    let results = outcome.inventory.entries.iter().map(|it| {
        let count = seen.entry(&it.fingerprint).or_default();
        *count += 1;
        result(it, outcome, &format!("{}:{count}", it.fingerprint))
    });
    let results: Vec<Value> = results.collect();
    let json = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "portmatrix",
                "informationUri": env!("CARGO_PKG_REPOSITORY"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            }},
            "columnKind": "utf16CodeUnits",
            "results": results,
            "properties": {
                "kind": "inventory",
                "summary": outcome.inventory.summary,
                "notes": outcome.notes,
            },
        }],
    });
    // Writing to a string does not fail.
    let _ = writeln!(out, "{json:#}");
}

const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

fn rule(kind: Kind) -> Value {
    json!({
        "id": kind.as_str(),
        "shortDescription": { "text": kind.description() },
        "fullDescription": { "text": kind.description() },
        "defaultConfiguration": { "level": level(kind.severity()) },
    })
}

fn result(entry: &Entry, outcome: &Outcome, fingerprint: &str) -> Value {
    let text: Vec<&str> = [&entry.message, &entry.meaning, &entry.remedy]
        .into_iter()
        .map(String::as_str)
        .filter(|it| !it.is_empty())
        .collect();
    let named = entry.rules.iter().filter(|it| !it.id.is_empty());
    let logical = named.map(|it| json!({ "fullyQualifiedName": it.id, "kind": "resource" }));
    let points: Vec<String> = entry.points().iter().map(ToString::to_string).collect();
    json!({
        "ruleId": entry.kind.as_str(),
        "ruleIndex": Kind::ALL.iter().position(|it| *it == entry.kind),
        "level": level(entry.severity()),
        "message": { "text": text.join("; ") },
        "locations": [{
            // Code scanning requires a file and a line: the reviewed file, whose text is one line.
            "physicalLocation": {
                "artifactLocation": { "uri": uri(&outcome.file) },
                "region": { "startLine": 1 },
            },
            "logicalLocations": logical.collect::<Vec<_>>(),
        }],
        "partialFingerprints": { "primaryLocationLineHash": fingerprint },
        "properties": {
            "points": points,
            "direction": entry.direction.map(Direction::as_str),
            "traffic": entry.traffic,
        },
    })
}
