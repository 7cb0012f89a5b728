//! What holds for every product that is built in.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod index;
mod layouts;
mod naive;
mod quota;
mod resolution;
mod twice;
mod worlds;

use crate::support::none;
use portmatrix::catalog::Catalog;
use portmatrix::catalog::FILES;
use portmatrix::catalog::product::{Port, Product, Texts};
use portmatrix::compile::compile;
use portmatrix::model::finding::ConfigPath;
use portmatrix::model::layout::{Instance, Layout, Overrides, Placement, Zone};
use portmatrix::model::words::{Direction, Exposure, Severity, Trust};
use std::collections::{BTreeMap, BTreeSet};
use std::iter;

fn all() -> impl Iterator<Item = (String, Product)> {
    FILES
        .iter()
        .map(|it| (format!("{} {}", it.name, it.version), it.load()))
}

/// The product as each release has it that differs from the others, and the release.
fn releases(product: &Product) -> impl Iterator<Item = (String, Product)> {
    let pins = product.pins(iter::empty()).into_iter();
    pins.map(|pin| (pin.to_string(), product.at_pin(&pin)))
}

/// Each component in a zone of its own, everything switched on, and every port that has no default set within its bounds.
fn everything(release: &str, product: &Product) -> Layout {
    let zones = product.components.keys().map(|component| {
        let zone = Zone {
            trust: Trust::Internal,
            segment: None,
            components: vec![Placement {
                label: product.name.clone(),
                component: component.clone(),
                place: ConfigPath::default(),
            }],
            exact: true,
            enforced: true,
            null_block: None,
            several: false,
            everyone: None,
            parts: BTreeSet::new(),
            place: ConfigPath::default(),
        };
        (component.clone(), zone)
    });
    // With every feature on, a default for a product without one of them does not hold.
    let is_open = |it: &Port| {
        it.default.is_empty()
            && it.offset.is_none()
            && it.defaults.iter().all(|it| !it.unless.is_empty())
    };
    let open = product.ports.iter().filter(|(_, it)| is_open(it));
    let ports = open.map(|(name, it)| {
        let first = it.within.fixed().first().map_or(1, |it| it.from);
        (name.clone(), first.to_string())
    });
    let numbers = product
        .numbers
        .iter()
        .filter(|(_, it)| it.default.is_empty() && it.offset.is_none());
    let numbers = numbers.map(|(name, it)| (name.clone(), it.within.each()[0].to_string()));
    let enable = product.flows.keys().chain(product.features.keys());
    let instance = Instance {
        version: Some(release.to_owned()).filter(|it| !it.is_empty()),
        overrides: Overrides {
            ports: ports.collect(),
            numbers: numbers.collect(),
            enable: enable.cloned().collect(),
            ..Overrides::default()
        },
        ..Instance::default()
    };
    Layout {
        zones: zones.collect(),
        instances: BTreeMap::from([(product.name.clone(), instance)]),
        directions: Direction::ALL.iter().copied().collect(),
        language: "en".to_owned(),
        ..Layout::default()
    }
}

/// A flow that no layout can have, or that always ends in an error, is useless.
#[test]
fn every_flow_is_reachable() {
    let catalog = Catalog::default();
    let mut found = Vec::new();
    for (name, product) in all() {
        for (release, product) in releases(&product) {
            let compiled = compile(&everything(&release, &product), &catalog);
            let flows = compiled.rules.values().flat_map(|it| &it.flows);
            let ids = flows.filter_map(|it| it.split_once('.'));
            let ruled: BTreeSet<&str> = ids.map(|(_, id)| id).collect();
            for (id, flow) in &product.flows {
                if flow.exposure != Some(Exposure::Local) && !ruled.contains(id.as_str()) {
                    found.push(format!("{name}, release {release}: `{id}` gives no rule"));
                }
            }
            let errors = compiled
                .findings
                .iter()
                .filter(|it| it.severity == Severity::Error);
            found.extend(errors.map(|it| {
                let code = it.code.as_str();
                format!("{name}, release {release}: {code}: {}", it.message)
            }));
        }
    }
    none(&found);
}

/// A layout without overrides is not refused either, apart from ports that the user has to give.
#[test]
fn defaults_are_valid() {
    let catalog = Catalog::default();
    let mut found = Vec::new();
    for (name, product) in all() {
        for (release, product) in releases(&product) {
            let mut layout = everything(&release, &product);
            for it in layout.instances.values_mut() {
                it.overrides = Overrides::default();
            }
            let findings = compile(&layout, &catalog).findings;
            let errors = findings
                .iter()
                .filter(|it| it.severity == Severity::Error && it.code.as_str() != "port-unset");
            found.extend(errors.map(|it| {
                let code = it.code.as_str();
                format!("{name}, release {release}: {code}: {}", it.message)
            }));
        }
    }
    none(&found);
}

/// A reader in one language gets the whole product in it, or it is left to English.
#[test]
fn translations_are_whole() {
    let mut found = Vec::new();
    for (name, product) in all() {
        let mut texts: Vec<(String, &Texts)> = Vec::new();
        let flows = product.flows.iter();
        texts.extend(flows.map(|(id, it)| (format!("flow {id}"), &it.purpose)));
        let advisories = product.advisories.iter();
        texts.extend(advisories.map(|it| (format!("advisory {}", it.id), &it.text)));
        let languages: BTreeSet<&String> = texts.iter().flat_map(|(_, it)| it.keys()).collect();
        // Advice may stay in English alone, purposes not.
        for (what, it) in texts.iter().filter(|(what, _)| what.starts_with("flow")) {
            let missing = languages
                .iter()
                .filter(|language| !it.contains_key(**language));
            found.extend(
                missing.map(|language| format!("{name}: {what} has no text in `{language}`")),
            );
        }
    }
    none(&found);
}

/// Purposes are shown in tables and in comments of rules.
#[test]
fn purposes_are_short_lines() {
    let mut found = Vec::new();
    for (name, product) in all() {
        for (id, flow) in &product.flows {
            for text in flow.purpose.values() {
                if text.chars().count() > 100 || text.ends_with('.') || text.contains('\n') {
                    found.push(format!("{name}: {id}: `{text}`"));
                }
            }
        }
    }
    none(&found);
}

/// A rule that is there for a reason can be traced to the page that gives it.
#[test]
fn every_flow_names_an_open_page() {
    let mut found = Vec::new();
    for (name, product) in all() {
        for (id, source) in &product.sources {
            if !source.url.starts_with("https://") && !source.url.starts_with("http://") {
                found.push(format!(
                    "{name}: source {id}: `{}` is not a URL",
                    source.url
                ));
            }
        }
        for (id, flow) in &product.flows {
            if flow.sources.iter().any(|it| it.at.trim().len() < 3) {
                found.push(format!("{name}: `{id}` does not say where in its source"));
            }
        }
    }
    none(&found);
}
