//! Everyday layouts, written from the documentation alone. None may bring a warning: one that warns of nothing teaches its readers
//! to ignore the next.

use crate::support::core::{Core, UNKNOWN};
use crate::support::{none, root};
use portmatrix::terraform::value::Value;
use serde_json::{Value as Json, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

/// How many layouts there are at least.
const LAYOUTS: usize = 50;

/// The layouts of a folder of this room by name. Each file maps names to the arguments of `portmatrix_rules`.
pub(super) fn layouts(folder: &str) -> BTreeMap<String, Json> {
    let folder = root().join("tests/conformance").join(folder);
    let mut all = BTreeMap::new();
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        // Not as JSON at once: that would drop a name that is there twice.
        let file: serde_norway::Mapping = serde_norway::from_str(&text)
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        for (name, layout) in file {
            let name = name.as_str().unwrap().to_owned();
            let layout = serde_json::to_value(layout).unwrap();
            let taken = all.insert(name.clone(), layout);
            assert!(taken.is_none(), "two layouts are called `{name}`");
        }
    }
    all
}

/// The same layout with its blocks as data.
pub(super) fn as_data(layout: &Json) -> Json {
    let names = [
        ("zone", "zones"),
        ("product", "products"),
        ("flow", "flows"),
    ];
    let mut data = layout.clone();
    for (block, argument) in names {
        if let Some(blocks) = data.as_object_mut().unwrap().remove(block) {
            data[argument] = blocks;
        }
    }
    data
}

/// The same layout as in its first plan, where nothing that a cloud assigns is known.
pub(super) fn before_the_first_apply(layout: &Json) -> Json {
    let mut layout = layout.clone();
    for zone in layout["zone"].as_object_mut().unwrap().values_mut() {
        for (block, argument) in [
            ("aws", "security_group_id"),
            ("azure", "network_security_group_name"),
            ("openstack", "security_group_id"),
        ] {
            let given = zone.get_mut(block).and_then(|it| it.get_mut(argument));
            if let Some(id) = given {
                *id = json!(UNKNOWN);
            }
        }
    }
    layout
}

/// What a plan says to a person.
fn said(core: &Core, layout: &Json) -> Vec<String> {
    let planned = core.plan(&Value::Null, layout);
    let lines = planned.diagnostics.iter();
    lines
        .map(|it| format!("{:?} {}: {}", it.severity, it.summary, it.detail))
        .collect()
}

#[test]
fn everyday_layouts_bring_no_warning() {
    let core = Core::default();
    let layouts = layouts("quiet");
    assert!(layouts.len() >= LAYOUTS, "{}", layouts.len());
    let mut found = Vec::new();
    for (name, layout) in &layouts {
        for (form, layout) in [
            ("blocks", layout),
            ("data", &as_data(layout)),
            ("ids unknown", &before_the_first_apply(layout)),
        ] {
            let lines = said(&core, layout);
            found.extend(lines.iter().map(|it| format!("{name} ({form}): {it}")));
        }
    }
    none(&found);
}

/// A layout without rules would be quiet, too.
#[test]
fn everyday_layouts_give_rules_at_every_enforced_zone_and_apply() {
    let core = Core::default();
    let mut found = Vec::new();
    for (name, layout) in layouts("quiet") {
        let state = match core.apply(&Value::Null, &before_the_first_apply(&layout), &layout) {
            Ok(state) => state,
            Err(errors) => {
                found.push(format!("{name}: {errors:?}"));
                continue;
            }
        };
        let Value::Map(rules) = state.get("rules") else {
            panic!("{name}")
        };
        for (zone, block) in layout["zone"].as_object().unwrap() {
            let is_enforced = [
                ("aws", "security_group_id"),
                ("aws", "spread_security_group_ids"),
                ("azure", "network_security_group_name"),
                ("gcp", "network"),
                ("openstack", "security_group_id"),
                ("kubernetes", "namespace"),
            ]
            .iter()
            .any(|(platform, argument)| !block[*platform][*argument].is_null())
                || !block["host"].is_null();
            let is_enforced = is_enforced && block["enforce"] != json!(false);
            let has_rules = rules.keys().any(|it| it.starts_with(&format!("{zone}/")));
            if is_enforced != has_rules {
                found.push(format!("{name}: zone `{zone}` has rules: {has_rules}"));
            }
        }
    }
    none(&found);
}

#[test]
fn everyday_layouts_cover_every_platform() {
    let layouts = layouts("quiet");
    let mut arguments = BTreeSet::new();
    for layout in layouts.values() {
        arguments.extend(layout.as_object().unwrap().keys().cloned());
        for zone in layout["zone"].as_object().unwrap().values() {
            arguments.extend(zone.as_object().unwrap().keys().cloned());
        }
    }
    for argument in [
        "aws",
        "azure",
        "gcp",
        "openstack",
        "kubernetes",
        "host",
        "ipv6",
        "advertised_ipv4",
        "exact",
        "merge",
        "directions",
        "accept",
        "azure_options",
    ] {
        assert!(arguments.contains(argument), "{argument}");
    }
}
