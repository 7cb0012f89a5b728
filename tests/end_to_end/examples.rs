//! The examples that need no cloud: what users copy has to work as it stands.

use crate::Test;
use crate::cli::{Cli, Root, example};
use serde_json::json;

pub(crate) const TESTS: &[Test] = &[
    ("kong", kong),
    ("kong_0_10_behind_a_translation", nat),
    ("the_provider_with_a_product_of_ones_own", provider),
    ("the_resource", resource),
    ("the_data_source", data_source),
    ("no_example_is_left_out", no_example_is_left_out),
];

/// The folders that the tests here and in `cloud` run.
const RUN: [&str; 6] = [
    "data-sources/portmatrix_product",
    "kong",
    "kong-0.10-nat",
    "kong-aws",
    "provider",
    "resources/portmatrix_rules",
];

/// From nothing to nothing: init, plan, apply of what was planned, a plan without changes, destroy. The first plan has no
/// warning either: an example is what a careful user writes.
fn whole_life(cli: &Cli, name: &str) -> serde_json::Value {
    let root = Root::copied(cli, name);
    root.run(&["init"]).succeeds();
    let plan = root.run(&["plan", "-out=saved.tfplan"]);
    plan.succeeds();
    plan.does_not_say("Warning:");
    root.run(&["apply", "saved.tfplan"]).succeeds();
    root.has_nothing_to_do();
    let outputs = root.outputs();
    root.destroy();
    outputs
}

fn kong(cli: &Cli) {
    let outputs = whole_life(cli, "kong");
    assert_eq!(outputs["findings"], json!([]));
    assert_eq!(
        outputs["counts"]["dmz/aws/ipv4"],
        json!({ "ingress": 4, "egress": 1, "limit": 60, "headroom": 56 })
    );
}

/// A listener's own firewall sees what it listens on, its peers' firewalls see what they dial.
fn nat(cli: &Cli) {
    let outputs = whole_life(cli, "kong-0.10-nat");
    for transport in ["tcp", "udp"] {
        let ingress = &outputs["cluster_ingress"];
        assert_eq!(
            ingress[format!("south/{transport}-7946/north:ipv4:node")],
            "192.168.22.45/32:7946"
        );
        let egress = &outputs["cluster_egress"];
        assert_eq!(
            egress[format!("north/{transport}-9000/south:ipv4:outside")],
            "192.168.10.5/32:9000"
        );
    }
    for (name, faces) in [("cluster_ingress", ":9000"), ("cluster_egress", ":7946")] {
        let all = outputs[name].to_string();
        assert!(!all.contains(faces), "the other side's port: {all}");
    }
}

fn provider(cli: &Cli) {
    let outputs = whole_life(cli, "provider");
    assert_eq!(outputs["parrot"][1]["port"], "8080");
}

fn resource(cli: &Cli) {
    whole_life(cli, "resources/portmatrix_rules");
}

fn data_source(cli: &Cli) {
    let outputs = whole_life(cli, "data-sources/portmatrix_product");
    let table = outputs["table"].as_str().expect("a text");
    assert!(
        table.contains("| client | proxy-role | tcp/443 | "),
        "{table}"
    );
}

/// A new folder of `examples/` is run by a test, or this one fails.
fn no_example_is_left_out(_: &Cli) {
    let mut found = Vec::new();
    let mut folders = vec![String::new()];
    while let Some(folder) = folders.pop() {
        for entry in example(&folder).read_dir().expect("a folder").flatten() {
            let name = entry.file_name().into_string().expect("a name");
            let path = format!("{folder}/{name}").trim_matches('/').to_owned();
            if entry.path().is_dir() && !name.starts_with('.') {
                folders.push(path);
            } else if entry.path().extension().is_some_and(|it| it == "tf") {
                found.push(folder.clone());
            }
        }
    }
    found.sort();
    found.dedup();
    assert_eq!(found, RUN);
}
