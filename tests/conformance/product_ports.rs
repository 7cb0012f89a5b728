//! `listens` and `dials` of `portmatrix_product` hold what `portmatrix_rules` makes for a component that has all its peers elsewhere,
//! and their keys stay when a product file grows.

use crate::support::core::Core;
use crate::support::is_long;
use crate::support::properties;
use portmatrix::catalog::FILES;
use portmatrix::catalog::product::Product;
use portmatrix::terraform::value::Value;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Map, Value as Json, json};
use std::sync::Arc;

const ENDS: [(&str, &str); 2] = [("listens", "ingress"), ("dials", "egress")];

/// What a user may choose of a product.
#[derive(Clone, Debug, Default)]
struct Choice {
    enable: Vec<String>,
    disable: Vec<String>,
    advertised: Vec<String>,
}

/// The arguments that both objects have.
fn arguments(product: &Product, choice: &Choice) -> Json {
    let unset = product
        .ports
        .iter()
        .filter(|(_, it)| it.default.is_empty() && it.offset.is_none());
    let ports: Map<String, Json> = unset
        .map(|(name, it)| {
            let first = it.within.fixed().first().map_or(1, |it| it.from);
            (name.clone(), json!(first.to_string()))
        })
        .collect();
    let advertised = choice.advertised.iter().enumerate();
    let advertised: Map<String, Json> = advertised
        .map(|(at, name)| (name.clone(), json!(format!("{}", 50_000 + at))))
        .collect();
    json!({
        "name": product.name,
        "version": product.version.as_str(),
        "ports": ports,
        "advertised_ports": advertised,
        "enable": choice.enable,
        "disable": choice.disable,
    })
}

/// A row of `listens` or `dials` as a row of `rules` has it.
fn as_rule(label: &str, port: &Json) -> Json {
    let flows = port["flows"].as_array().unwrap().iter();
    let flows: Vec<String> = flows
        .map(|it| format!("{label}.{}", it.as_str().unwrap()))
        .collect();
    let shared = ["transport", "from_port", "to_port", "plane", "required"];
    let mut row: Map<String, Json> = shared
        .map(|it| (it.to_owned(), port[it].clone()))
        .into_iter()
        .collect();
    row.insert("flows".to_owned(), json!(flows));
    row.into()
}

/// What the data source says.
fn ports(arguments: &Json) -> Json {
    let data = Core::default().read("portmatrix_product", arguments);
    assert!(data.errors().is_empty(), "{:#?}", data.errors());
    data.state.to_json()
}

/// The rules say the same of a component that is alone in its zone, with every component of the product in another one.
fn check(core: &Core, product: &Product, component: &str, arguments: &Json, data: &Json) {
    let peers: Vec<String> = product
        .components
        .keys()
        .map(|it| format!("it.{it}"))
        .collect();
    let layout = json!({
        "zone": {
            "own": { "components": [format!("it.{component}")], "aws": { "security_group_id": "sg-1" } },
            "peers": { "components": peers, "exact": true, "ipv4": { "a": "10.0.0.0/24" } },
        },
        "product": { "it": arguments },
        "fail_on": "never",
    });
    let plan = core.plan(&Value::Null, &layout);
    let context = format!(
        "{} {} {component} {arguments}",
        product.name, product.version
    );
    assert!(plan.errors().is_empty(), "{context}: {:#?}", plan.errors());
    let rules = plan.state.to_json()["rules"].clone();
    for (argument, direction) in ENDS {
        let mut wanted = Map::new();
        for (key, rule) in rules.as_object().unwrap() {
            let parts: Vec<&str> = key.split('/').collect();
            if parts[..2] != ["own", direction] {
                continue;
            }
            let mut row = rule.clone();
            let fields = row.as_object_mut().unwrap();
            for end in ["zone", "direction", "peer_zone", "peer_trust"] {
                fields.remove(end);
            }
            if parts[3] == "peers" {
                wanted.insert(parts[2].to_owned(), row);
            }
        }
        let found = data[argument][component].as_object().unwrap();
        let found: Map<String, Json> = found
            .iter()
            .map(|(key, it)| (key.clone(), as_rule("it", it)))
            .collect();
        assert_eq!(found, wanted, "{context}: {argument}");
    }
}

#[test]
fn every_component_of_the_catalogue_has_the_rows_of_its_rules() {
    let core = Core::default();
    let mut rows = 0;
    // The short run takes every third file.
    for file in FILES.iter().step_by(if is_long() { 1 } else { 3 }) {
        let product = Arc::new(file.load()).at(None);
        let arguments = arguments(&product, &Choice::default());
        let data = ports(&arguments);
        for component in product.components.keys() {
            check(&core, &product, component, &arguments, &data);
            rows += 1;
        }
    }
    assert!(rows > 100, "{rows}");
}

fn choices() -> impl Strategy<Value = (Arc<Product>, String, Choice)> {
    (0..FILES.len()).prop_flat_map(|at| {
        let product = Arc::new(FILES[at].load()).at(None);
        let components: Vec<String> = product.components.keys().cloned().collect();
        let switches = product.flows.keys().chain(product.features.keys());
        let switches: Vec<String> = switches.cloned().collect();
        let ports: Vec<String> = product.ports.keys().cloned().collect();
        let some = |all: Vec<String>, most: usize| {
            let most = all.len().min(most);
            subsequence(all, 0..=most)
        };
        let chosen = (
            select(components),
            some(switches.clone(), usize::MAX),
            some(switches, 4),
            some(ports, 3),
        );
        chosen.prop_map(move |(component, mut enable, disable, advertised)| {
            enable.retain(|it| !disable.contains(it));
            let choice = Choice {
                enable,
                disable,
                advertised,
            };
            (product.clone(), component, choice)
        })
    })
}

proptest! {
    #![proptest_config(properties!(400))]

    #[test]
    fn whatever_is_chosen_both_have_the_same_rows((product, component, choice) in choices()) {
        let arguments = arguments(&product, &choice);
        let data = ports(&arguments);
        check(&Core::default(), &product, &component, &arguments, &data);
    }
}

fn shop(more: &str, change: &[(&str, &str)]) -> Json {
    let mut text = include_str!("../../examples/own-product/products/shop.toml").to_owned();
    for (old, new) in change {
        assert!(text.contains(old), "{old}");
        text = text.replace(old, new);
    }
    let config = json!({ "definition": format!("{text}{more}") });
    ports(&config)
}

fn flow(id: &str, services: &str, exposure: &str) -> String {
    format!(
        "\n[[flow]]\nid = \"{id}\"\nfrom = \"customer\"\nto = \"web\"\nservices = [{services}]\nplane = \"admin\"\nexposure = \"{exposure}\"\n\
         need = \"required\"\npurpose = {{ en = \"More\" }}\nsource = {{ ref = \"SOURCE\", at = \"row 9\" }}\n"
    )
}

/// A port that a new flow also needs keeps its key, and says what changed.
#[test]
fn a_flow_that_is_added_adds_keys_and_changes_none() {
    let before = shop("", &[]);
    let source = before["sources"][0]["id"].as_str().unwrap().to_owned();
    let more = ["tcp/9999", "udp/9999", "icmp/8", "esp", "tcp/7000-7999"]
        .iter()
        .enumerate()
        .map(|(at, it)| flow(&format!("more-{at}"), &format!("\"{it}\""), "internal"))
        .collect::<String>();
    let same = flow("same", "\"tcp/8443\"", "internal");
    let hidden = flow("hidden", "\"tcp/1\"", "local");
    let after = shop(
        &[more, same, hidden].concat().replace("SOURCE", &source),
        &[],
    );
    for (argument, _) in ENDS {
        for (component, ports) in before[argument].as_object().unwrap() {
            for (key, port) in ports.as_object().unwrap() {
                let now = &after[argument][component][key];
                for it in ["transport", "from_port", "to_port", "port_range"] {
                    assert_eq!(port[it], now[it], "{argument} {component} {key}");
                }
                if key != "tcp-8443" {
                    assert_eq!(port, now, "{argument} {component} {key}");
                }
            }
        }
    }
    let keys = |of: &Json| -> Vec<String> {
        let ports = of["listens"]["web"].as_object().unwrap();
        ports.keys().cloned().collect()
    };
    let new: Vec<String> = keys(&after)
        .into_iter()
        .filter(|it| !keys(&before).contains(it))
        .collect();
    assert_eq!(
        new,
        ["esp", "icmp-8", "tcp-7000-7999", "tcp-9999", "udp-9999"]
    );
    let (was, is) = (
        &before["listens"]["web"]["tcp-8443"],
        &after["listens"]["web"]["tcp-8443"],
    );
    assert_eq!(was["plane"], "data");
    assert_eq!(is["plane"], "admin");
    assert_eq!(is["planes"], json!(["admin", "data"]));
    assert_eq!(is["exposure"], "public");
    assert_eq!(is["exposures"], json!(["public", "internal"]));
    assert_eq!(is["flows"], json!(["front", "same"]));
    assert_eq!(is["peers"], json!(["customer"]));
    assert_eq!(is["description"], "shop.front, shop.same");
    assert_eq!(is["port_range"], "8443");
    let range = &after["listens"]["web"]["tcp-7000-7999"];
    assert_eq!(
        (&range["from_port"], &range["to_port"], &range["port_range"]),
        (&json!(7000), &json!(7999), &json!("7000-7999"))
    );
    for portless in ["esp", "icmp-8"] {
        assert_eq!(after["listens"]["web"][portless]["port_range"], json!(null));
    }
    assert_eq!(after["listens"]["web"]["esp"]["from_port"], json!(null));
}

/// What is switched, and which ports and release are used, is as in a `product` block.
#[test]
fn the_arguments_of_a_product_block_are_those_of_the_data_source() {
    let kong = |more: Json| {
        let mut all = json!({ "name": "kong", "version": "3.9" });
        all.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        ports(&all)["listens"]["node"].clone()
    };
    let plain = kong(json!({}));
    assert!(plain.get("tcp-8001").is_some() && plain.get("tcp-8443").is_some());
    let chosen = kong(json!({ "disable": ["admin-http"], "ports": { "proxy-https": "443" } }));
    assert!(chosen.get("tcp-8001").is_none() && chosen.get("tcp-8443").is_none());
    assert_eq!(chosen["tcp-443"]["exposure"], "public");
    let mistake = Core::default().read(
        "portmatrix_product",
        &json!({ "name": "kong", "version": "3.9", "enable": ["admin-htp"] }),
    );
    assert!(
        mistake.errors()[0].detail.contains("`admin-http`"),
        "{:#?}",
        mistake.errors()
    );
}
