//! What each product gives in the plainest layout: every component in a zone of its own, with addresses, and a security group for
//! those that run the product or what it depends on. A change of a fact shows in the kept list of keys.

use super::{all, releases};
use crate::support::core::Core;
use crate::support::{none, root};
use expect_test::expect_file;
use portmatrix::catalog::product::Product;
use portmatrix::model::words::Kind;
use portmatrix::terraform::value::Value;
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeSet;
use std::fs;

/// The layout, without the components that only exist to be included in others, and those that replace others.
fn plain(product: &Product, release: &str) -> Json {
    let included: BTreeSet<&String> = product.components.values().flat_map(|it| &it.is).collect();
    let placed = product.components.iter().filter(|(name, it)| {
        !included.contains(name) && it.replaces.is_empty() && it.addresses.is_empty()
    });
    let zones = placed.enumerate().map(|(number, (name, component))| {
        let mut zone = json!({
            "components": [format!("it.{name}")],
            "ipv4": { "all": format!("10.0.{number}.0/24") },
        });
        if matches!(component.kind, Kind::Own | Kind::Dependency) {
            zone["aws"] = json!({ "security_group_id": format!("sg-{number}") });
        }
        (name.clone(), zone)
    });
    let zones: Map<String, Json> = zones.collect();
    json!({
        "product": { "it": { "name": product.name, "version": release } },
        "zone": zones,
    })
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    match value.get(name) {
        Value::String(it) => it,
        other => panic!("{name}: {other:?}"),
    }
}

/// Keys of the rules, then what the plan warns of.
fn lines(core: &Core, product: &Product, release: &str) -> Vec<String> {
    let layout = plain(product, release);
    let state = core
        .apply(&Value::Null, &layout, &layout)
        .unwrap_or_else(|errors| panic!("{} {}: {errors:?}", product.name, product.version));
    let Value::Map(rules) = state.get("rules") else {
        panic!("no rules")
    };
    let mut lines: Vec<String> = rules.keys().map(ToString::to_string).collect();
    let Value::List(findings) = state.get("findings") else {
        panic!("no findings")
    };
    let findings = findings.iter().filter(|it| text(it, "severity") != "info");
    lines.extend(findings.map(|it| {
        let part = |name| text(it, name);
        format!("{} {} {}", part("severity"), part("code"), part("subject"))
    }));
    lines
}

#[test]
fn the_kept_keys_of_a_plain_layout_are_fresh() {
    let core = Core::default();
    let folder = root().join("tests/catalogue/keys");
    let mut kept = BTreeSet::new();
    for (_, product) in all() {
        for (release, product) in releases(product) {
            let name = format!("{}-{release}.txt", product.name);
            let lines = lines(&core, &product, &release);
            expect_file![folder.join(&name)].assert_eq(&(lines.join("\n") + "\n"));
            kept.insert(name);
        }
    }
    let files = fs::read_dir(&folder).unwrap().map(|it| it.unwrap());
    let files = files.map(|it| it.file_name().into_string().unwrap());
    let left = files.filter(|it| !kept.contains(it));
    let left: Vec<String> = left
        .map(|it| format!("tests/catalogue/keys/{it} belongs to no product; delete it"))
        .collect();
    none(&left);
}
