//! What a product file and its check file say differently, in each interval of releases.

use super::sheet::{Row, Sheet};
use portmatrix::catalog::bounds::Pin;
use portmatrix::catalog::product::Product;
use portmatrix::import::against::{fact, not_in_facts, not_in_flows, stated, wrongly_assumed};
use std::collections::BTreeSet;

/// The differences, each with its place.
pub(super) fn differences(name: &str, product: &Product, sheet: &Sheet) -> Vec<String> {
    let mut found = mistakes(name, product, sheet);
    if !found.is_empty() {
        return found;
    }
    for pin in pins(product, sheet) {
        found.extend(in_release(name, product, sheet, &pin, usize::MAX));
    }
    let mut seen = BTreeSet::new();
    found.retain(|it| seen.insert(it.clone()));
    found
}

/// Whether there are any.
pub(super) fn differs(name: &str, product: &Product, sheet: &Sheet) -> bool {
    // Most that is in a file is in its newest release.
    let mut pins = pins(product, sheet).into_iter().rev();
    !mistakes(name, product, sheet).is_empty()
        || pins.any(|pin| !in_release(name, product, sheet, &pin, 1).is_empty())
}

fn pins(product: &Product, sheet: &Sheet) -> Vec<Pin> {
    product.pins(sheet.rows.iter().map(|it| &it.releases))
}

/// The differences in one release: as many as are asked for, and perhaps more.
fn in_release(
    name: &str,
    product: &Product,
    sheet: &Sheet,
    pin: &Pin,
    asked: usize,
) -> Vec<String> {
    let product = product.at_pin(pin);
    let mut found = Vec::new();
    let rows: Vec<&Row> = sheet
        .rows
        .iter()
        .filter(|it| it.noted.is_none())
        .filter(|it| it.releases.hold(pin))
        .collect();
    let facts: Vec<_> = rows.iter().map(|it| fact(&product, &it.states)).collect();
    let flows = stated(&product);
    for (row, fact) in rows.iter().zip(&facts) {
        found.extend(not_in_flows(fact, &flows).into_iter().map(|it| {
            let ends = format!("from {} to {}", word(it.from), word(it.to));
            let place = format!("catalog/{name}.check.csv:{}", row.line);
            format!("{place}: no flow has {} {ends}", it.service)
        }));
        if found.len() >= asked {
            return found;
        }
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
        if found.len() >= asked {
            return found;
        }
    }
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

fn word(end: Option<String>) -> String {
    end.map_or("whatever".to_owned(), |it| format!("`{it}`"))
}
