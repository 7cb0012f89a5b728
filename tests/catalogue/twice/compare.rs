//! What a product file and its check file say differently, in each interval of releases.

use super::sheet::{Row, Sheet};
use portmatrix::catalog::product::Product;
use portmatrix::catalog::version::Version;
use portmatrix::import::against::{fact, not_in_facts, not_in_flows, stated, wrongly_assumed};
use std::collections::BTreeSet;

/// The differences, each with its place.
pub(super) fn differences(name: &str, product: &Product, sheet: &Sheet) -> Vec<String> {
    let mut found = mistakes(name, product, sheet);
    if !found.is_empty() {
        return found;
    }
    for release in releases(product, sheet) {
        let rows: Vec<&Row> = sheet
            .rows
            .iter()
            .filter(|it| it.noted.is_none())
            .filter(|it| it.releases.as_ref().is_none_or(|it| it.contains(&release)))
            .collect();
        let facts: Vec<_> = rows.iter().map(|it| fact(product, &it.states)).collect();
        let flows = stated(product);
        for (row, fact) in rows.iter().zip(&facts) {
            found.extend(not_in_flows(fact, &flows).into_iter().map(|it| {
                let ends = format!("from {} to {}", word(it.from), word(it.to));
                let place = format!("catalog/{name}.check.csv:{}", row.line);
                format!("{place}: no flow has {} {ends}", it.service)
            }));
        }
        for flow in &flows {
            let place = format!("catalog/{name}.toml: flow `{}`", flow.id);
            found.extend(not_in_facts(flow, &facts).into_iter().map(|it| {
                let ports: Vec<String> = it
                    .ports
                    .iter()
                    .map(|it| it.map_or("*".to_owned(), |it| it.to_string()))
                    .collect();
                format!(
                    "{place}: no row of the check file has {} (port {}) from {} to {}",
                    it.service,
                    ports.join(", "),
                    word(it.from),
                    word(it.to)
                )
            }));
            found.extend(wrongly_assumed(flow, &facts).into_iter().map(|(field, stated)| {
                if stated {
                    format!("{place} assumes `{field}`, which rows of the check file state")
                } else {
                    format!("{place} has `{field}`, which the check file does not state for all of it; put it into `assumed`, or correct the check file")
                }
            }));
        }
    }
    let mut seen = BTreeSet::new();
    found.retain(|it| seen.insert(it.clone()));
    found
}

/// Names in the check file that the product file does not have.
fn mistakes(name: &str, product: &Product, sheet: &Sheet) -> Vec<String> {
    let mut found = Vec::new();
    for row in &sheet.rows {
        let mut unknown = |what: &str, word: &str| {
            let place = format!("catalog/{name}.check.csv:{}", row.line);
            found.push(format!("{place}: the product file has no {what} `{word}`"));
        };
        if !product.sources.contains_key(&row.source) {
            unknown("source", &row.source);
        }
        for end in row.states.from.iter().chain(&row.states.to).flatten() {
            if !product.components.contains_key(end) {
                unknown("component", end);
            }
        }
        if let Some((kind, id)) = &row.noted {
            let is_there = match kind.as_str() {
                "gap" => product.gaps.iter().any(|it| it.id == *id),
                "advisory" => product.advisories.iter().any(|it| it.id == *id),
                "conflict" => product.conflicts.iter().any(|it| it.id == *id),
                "suspect" => product.suspects.iter().any(|it| it.id == *id),
                _ => false,
            };
            if !is_there {
                unknown(kind, id);
            }
        }
    }
    found
}

/// One release of each interval between the bounds that the rows give.
fn releases(product: &Product, sheet: &Sheet) -> Vec<Version> {
    let mut texts = BTreeSet::from([product.version.to_string()]);
    for covers in sheet.rows.iter().filter_map(|it| it.releases.as_ref()) {
        for bound in covers.to_string().split(',') {
            let bound = bound.trim().trim_start_matches(['<', '>', '=']);
            texts.insert(bound.to_owned());
            texts.insert(format!("{bound}.1"));
            texts.extend(just_below(bound));
        }
    }
    let covered = |it: &Version| product.covers.is_empty() || product.covers.contains(it);
    let releases: Vec<Version> = texts.iter().filter_map(|it| Version::parse(it)).collect();
    let within: Vec<Version> = releases.iter().filter(|it| covered(it)).cloned().collect();
    if within.is_empty() { releases } else { within }
}

/// A release that comes just before a bound: 3.5.9999 before 3.6.
fn just_below(bound: &str) -> Option<String> {
    let (head, last) = bound.rsplit_once('.').unwrap_or(("", bound));
    let number: u64 = last.parse().ok()?;
    let dot = if head.is_empty() { "" } else { "." };
    Some(format!("{head}{dot}{}.9999", number.checked_sub(1)?))
}

fn word(end: Option<String>) -> String {
    end.map_or("whatever".to_owned(), |it| format!("`{it}`"))
}
