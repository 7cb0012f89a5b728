//! The examples `<product>-aws`: each product in the zones that its vendor recommends, with the real AWS provider. The rules of each
//! are kept in `layouts/` as a sheet, which was checked by hand against the vendor's document.

use crate::end_to_end::Test;
use crate::end_to_end::cli::Cli;
use crate::end_to_end::cloud::{aws_example, moto};
use crate::end_to_end::endpoint::Endpoint;
use crate::end_to_end::kept;
use crate::support::is_long;
use expect_test::expect_file;
use portmatrix::catalog::product::{Flow, Product};
use portmatrix::catalog::{Catalog, ProductQuery};
use portmatrix::model::finding::ConfigPath;
use portmatrix::model::words::{Exposure, Kind, Need};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt::Write;
use std::sync::Arc;

/// The one that the short run has time for.
pub(crate) const FIRST: &[Test] = &[("kong", |cli| layout(cli, "kong-aws"))];

pub(crate) const TESTS: &[Test] = &[
    ("elma365", |cli| layout(cli, "elma365-aws")),
    ("deckhouse", |cli| layout(cli, "deckhouse-aws")),
    ("aiven", |cli| layout(cli, "aiven-aws")),
    ("kong_0_10", |cli| layout(cli, "kong-0.10-aws")),
    ("apinizer", |cli| layout(cli, "apinizer-aws")),
    ("ibm_api_connect", |cli| layout(cli, "ibm-api-connect-aws")),
];

fn layout(cli: &Cli, example: &str) {
    let endpoint = Endpoint::start(&moto().expect("the endpoint"));
    let root = aws_example(cli, &endpoint, example);
    let plan = root.plan();
    assert!(!plan.said.contains("Warning:"), "{}", plan.said);
    let planned = plan.only("portmatrix_rules");
    // Two groups whose ids are known only after apply may turn out to be one, so the list waits for them.
    let findings = &planned["findings"];
    assert!(
        findings.is_null() || *findings == serde_json::json!([]),
        "{findings}"
    );
    expect_file![format!("layouts/{example}.txt")].assert_eq(&sheet(&planned["rules"]));
    kept::compare(example, &plan.every("portmatrix_rules"));
    assert_eq!(
        unplaced(planned),
        [""; 0],
        "components that listen and stand nowhere"
    );
    for (point, count) in planned["counts"].as_object().expect("counts") {
        assert!(count["headroom"].as_i64() >= Some(0), "{point}: {count}");
    }

    // What the endpoint accepts does not depend on the CLI, and an apply of all of them takes minutes.
    if cli.name != "terraform" || !is_long() {
        return;
    }
    root.run(&["apply", "saved.tfplan"]).succeeds();
    let rows = |name: &str| planned[name].as_object().map_or(0, serde_json::Map::len);
    let wanted = rows("aws_ingress") + rows("aws_egress");
    assert_eq!(endpoint.rules().len(), wanted, "rules at the endpoint");
    root.has_nothing_to_do();
}

/// The rules, one to a line, those of one zone and direction together.
fn sheet(rules: &Value) -> String {
    let texts = |it: &Value| it.as_str().unwrap_or_default().to_owned();
    let mut lines: Vec<[String; 6]> = Vec::new();
    for (key, it) in rules.as_object().expect("rules") {
        // `zone/direction/transport-ports/peer`
        let traffic = key.split('/').nth(2).expect("traffic").to_owned();
        let flows: Vec<String> = it["flows"]
            .as_array()
            .expect("flows")
            .iter()
            .map(texts)
            .collect();
        lines.push([
            texts(&it["zone"]),
            texts(&it["direction"]),
            texts(&it["peer_zone"]),
            traffic,
            texts(&it["plane"]),
            flows.join(" "),
        ]);
    }
    lines.sort_by(|a, b| {
        let place = |it: &[String; 6]| [it[0].clone(), it[1].clone(), it[2].clone()];
        place(a)
            .cmp(&place(b))
            .then_with(|| natural(&a[3]).cmp(&natural(&b[3])))
    });
    let width = |at: usize| lines.iter().map(|it| it[at].len()).max().unwrap_or(0);
    let (peer, traffic, plane) = (width(2), width(3), width(4));
    let mut text = String::new();
    let mut before = (String::new(), String::new());
    for [zone, direction, to, what, why, flows] in lines {
        let head = (zone, direction);
        if head != before {
            let gap = if text.is_empty() { "" } else { "\n" };
            let _ = writeln!(text, "{gap}{} {}", head.0, head.1);
            before = head;
        }
        let _ = writeln!(
            text,
            "  {to:<peer$}  {what:<traffic$}  {why:<plane$}  {flows}"
        );
    }
    text
}

/// `tcp-8443` sorts by its number.
fn natural(traffic: &str) -> (String, u32) {
    let (transport, ports) = traffic.split_once('-').unwrap_or((traffic, "0"));
    let first = ports.split(['-', '.']).next().unwrap_or_default();
    (transport.to_owned(), first.parse().unwrap_or(0))
}

/// Components of kind `own` with a listener of a flow that is on, which the layout places nowhere.
fn unplaced(layout: &Value) -> Vec<String> {
    let mut placed: Vec<(String, BTreeSet<String>, Arc<Product>)> = Vec::new();
    for zone in layout["zone"].as_object().expect("zones").values() {
        for it in zone["components"].as_array().expect("components") {
            let (label, component) = it
                .as_str()
                .and_then(|it| it.split_once('.'))
                .expect("a component");
            let at = placed
                .iter()
                .position(|it| it.0 == label)
                .unwrap_or_else(|| {
                    placed.push((label.to_owned(), BTreeSet::new(), product(layout, label)));
                    placed.len() - 1
                });
            let (_, found, product) = &mut placed[at];
            let names: Vec<&str> = match component {
                "*" => product.components.keys().map(String::as_str).collect(),
                one => product.component_name(one).into_iter().collect(),
            };
            for name in names {
                found.extend(
                    product
                        .implied_components(name)
                        .into_iter()
                        .map(str::to_owned),
                );
            }
        }
    }
    let mut missing = BTreeSet::new();
    for (label, found, product) in &placed {
        let by_default = |it: &&Flow| {
            // An option counts as on.
            let is_on = |it: &str| product.features.get(it).is_none_or(|it| it.default);
            let all = |term: &String| term.split('+').all(is_on);
            let features = it.when.is_empty() || it.when.iter().any(all);
            it.exposure != Some(Exposure::Local) && it.need != Need::Optional && features
        };
        let wanted = product.flows.values().filter(by_default);
        for component in wanted.flat_map(|it| &it.to) {
            // A role is placed where one of the components is that are it.
            if product.components[component].kind == Kind::Own && !found.contains(component) {
                missing.insert(format!("{label}.{component}"));
            }
        }
    }
    missing.into_iter().collect()
}

fn product(layout: &Value, label: &str) -> Arc<Product> {
    let block = &layout["product"][label];
    assert!(
        block["version"].is_string(),
        "the version of `{label}` is not pinned"
    );
    let place = ConfigPath::default();
    let wanted = ProductQuery {
        name: block["name"].as_str().unwrap_or(label),
        name_place: &place,
        version: block["version"].as_str(),
        version_place: &place,
    };
    Catalog::default().find(wanted).expect("a product").0
}
