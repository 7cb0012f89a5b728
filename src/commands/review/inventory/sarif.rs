//! An inventory as SARIF 2.1.0, which code scanning shows next to a change.

use super::super::sarif::{contested_result, contested_rule, level, location, log, message};
use super::Outcome;
use crate::model::words::Direction;
use crate::review::inventory::{Entry, Kind};
use serde_json::{Value, json};
use std::collections::BTreeMap;

pub(super) fn write(outcome: &Outcome, out: &mut String) {
    let rules = Kind::ALL.iter().map(|it| rule(*it));
    let rules: Vec<Value> = rules.chain([contested_rule()]).collect();
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    let results = outcome.inventory.entries.iter().map(|it| {
        let count = seen.entry(&it.fingerprint).or_default();
        *count += 1;
        result(it, outcome, &format!("{}:{count}", it.fingerprint))
    });
    let contested = outcome.contested.iter();
    let contested = contested.map(|it| contested_result(it, &outcome.file));
    let results: Vec<Value> = results.chain(contested).collect();
    let properties = json!({
        "kind": "inventory",
        "summary": outcome.inventory.summary,
        "notes": outcome.notes,
    });
    log(&rules, &results, &properties, out);
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
    let named = entry.rules.iter().filter(|it| !it.id.is_empty());
    let points: Vec<String> = entry.points().iter().map(ToString::to_string).collect();
    json!({
        "ruleId": entry.kind.as_str(),
        "ruleIndex": Kind::ALL.iter().position(|it| *it == entry.kind),
        "level": level(entry.severity()),
        "message": message([&entry.message, &entry.meaning, &entry.remedy]),
        "locations": [location(&outcome.file, named.map(|it| &it.id))],
        "partialFingerprints": { "primaryLocationLineHash": fingerprint },
        "properties": {
            "points": points,
            "direction": entry.direction.map(Direction::as_str),
            "traffic": entry.traffic,
        },
    })
}
