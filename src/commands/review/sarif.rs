//! A review as SARIF 2.1.0, which code scanning shows next to a change.

use super::Outcome;
use super::effect::{CONTESTED, Contested};
use crate::model::words::Severity;
use crate::review::{Finding, Kind};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Where the format is defined.
const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

pub(super) fn write(outcome: &Outcome, out: &mut String) {
    let rules = Kind::ALL.iter().map(|it| rule(*it));
    let rules: Vec<Value> = rules.chain([contested_rule()]).collect();
    let mut seen = BTreeMap::new();
    let findings = outcome.report.findings.iter();
    let results = findings.map(|it| result(it, outcome, &fingerprint(it, &mut seen)));
    let contested = outcome.contested.iter();
    let contested = contested.map(|it| contested_result(it, &outcome.file));
    let results: Vec<Value> = results.chain(contested).collect();
    let properties = json!({
        "inSync": outcome.in_sync,
        "summary": outcome.report.summary,
        "notes": outcome.notes,
    });
    log(&rules, &results, &properties, out);
}

/// The log of one run.
pub(super) fn log(rules: &[Value], results: &[Value], properties: &Value, out: &mut String) {
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
            "properties": properties,
        }],
    });
    // Writing to a string does not fail.
    let _ = writeln!(out, "{json:#}");
}

/// The word for a severity.
pub(super) const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

/// A message from sentences, some of which may be empty.
pub(super) fn message(parts: [&String; 3]) -> Value {
    let parts = parts.into_iter().map(String::as_str);
    let text: Vec<&str> = parts.filter(|it| !it.is_empty()).collect();
    json!({ "text": text.join("; ") })
}

/// Where something is: in a file, at resources. Code scanning requires a file and a line: the reviewed file, whose text is one line.
pub(super) fn location<'r>(file: &str, resources: impl IntoIterator<Item = &'r String>) -> Value {
    let logical = resources.into_iter();
    let logical = logical.map(|it| json!({ "fullyQualifiedName": it, "kind": "resource" }));
    json!({
        "physicalLocation": {
            "artifactLocation": { "uri": uri(file) },
            "region": { "startLine": 1 },
        },
        "logicalLocations": logical.collect::<Vec<_>>(),
    })
}

fn rule(kind: Kind) -> Value {
    let level = if kind.is_traffic() { "warning" } else { "note" };
    let help = match kind {
        Kind::Missing => "apply the plan that adds the rule, or find out who removed it",
        Kind::Extra => "delete the rule, or declare the flow that it is for",
        Kind::Wider => "narrow the rule to what is wanted, or declare the flow that needs the rest",
        Kind::Narrower => "apply the plan that restores the rule",
        Kind::Unproven => "name the zone in one way on both sides, e.g. by `peer_by = \"cidr\"`",
        Kind::Duplicate | Kind::Shadowed => "delete the rule: the allowed traffic stays the same",
    };
    json!({
        "id": kind.as_str(),
        "shortDescription": { "text": kind.description() },
        "fullDescription": { "text": kind.description() },
        "help": { "text": help },
        "defaultConfiguration": { "level": level },
    })
}

fn result(finding: &Finding, outcome: &Outcome, fingerprint: &str) -> Value {
    let wanted = finding
        .keys
        .iter()
        .map(|it| outcome.wanted_by.get(it, &finding.point).unwrap_or(it));
    let index = Kind::ALL.iter().position(|it| *it == finding.kind);
    json!({
        "ruleId": finding.kind.as_str(),
        "ruleIndex": index,
        "level": level(finding.severity),
        "message": message([&finding.message, &finding.meaning, &finding.remedy]),
        "locations": [location(&outcome.file, finding.ids.iter().chain(wanted))],
        "partialFingerprints": { "primaryLocationLineHash": fingerprint },
        "properties": {
            "point": finding.point.to_string(),
            "direction": finding.direction.as_str(),
            "traffic": finding.traffic,
        },
    })
}

const CONTESTED_ID: &str = "contested";

pub(super) fn contested_rule() -> Value {
    json!({
        "id": CONTESTED_ID,
        "shortDescription": { "text": CONTESTED },
        "fullDescription": { "text": CONTESTED },
        "help": { "text": "delete the argument with the blocks, or add the rules to it" },
        "defaultConfiguration": { "level": "warning" },
    })
}

/// A group that removes separate rules again.
pub(super) fn contested_result(it: &Contested, file: &str) -> Value {
    json!({
        "ruleId": CONTESTED_ID,
        "level": level(Severity::Warning),
        "message": message([&it.message, &it.remedy, &String::new()]),
        "locations": [location(file, it.rules.iter().chain([&it.by]))],
        "partialFingerprints": { "primaryLocationLineHash": format!("{CONTESTED_ID}/{}/{}:1", it.by, it.argument) },
    })
}

/// Identifies a finding while its traffic changes; a number distinguishes rules of one address.
fn fingerprint(finding: &Finding, seen: &mut BTreeMap<String, usize>) -> String {
    let first = finding.ids.first().or(finding.keys.first());
    let text = format!(
        "{}/{}/{}/{}",
        finding.kind,
        finding.point,
        finding.direction,
        first.map_or("", String::as_str)
    );
    let count = seen.entry(text.clone()).or_default();
    *count += 1;
    format!("{text}:{count}")
}

/// The characters of a path that a URI reference contains as they are.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'/')
    .remove(b'.')
    .remove(b'-')
    .remove(b'_')
    .remove(b'~');

/// A path as a URI reference.
fn uri(path: &str) -> String {
    let scheme = if path.starts_with('/') { "file://" } else { "" };
    let path = path.replace('\\', "/");
    format!("{scheme}{}", utf8_percent_encode(&path, PLAIN))
}
