//! A report says what the rules say, no more and no less.

use super::{as_json, changed, planned, report};
use crate::support::layouts::four_zones;
use proptest::prelude::*;
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;

const SERVICES: [&str; 5] = ["tcp/80", "tcp/80-90", "udp/53", "icmp", "any"];

/// The rules that the ends of connections have: zone, direction, service, peer.
fn ends(report: &Json) -> BTreeSet<String> {
    let mut rules = BTreeSet::new();
    for it in report["connections"].as_array().unwrap() {
        let zone = |end: &str| it[end]["zone"].as_str().unwrap().to_owned();
        let (from, to) = (zone("from"), zone("to"));
        let text = |name: &str| it[name].as_str().unwrap();
        let service = format!("{} {}", text("transport"), text("ports"));
        let service = service.trim();
        if it["out"] == "rule" {
            rules.insert(format!("{from} egress {service} {to}"));
        }
        if it["in"] == "rule" {
            let listens = it["listens_on"].as_str().map(|it| it.replacen('/', " ", 1));
            rules.insert(format!(
                "{to} ingress {} {from}",
                listens.as_deref().unwrap_or(service)
            ));
        }
    }
    rules
}

/// The rules of the resource, in the same form.
fn rules(state: &Json) -> BTreeSet<String> {
    let rows = state["rules"].as_object().unwrap();
    let rules = rows.iter().map(|(key, it)| {
        let text = |name: &str| it[name].as_str().unwrap();
        let service = key.rsplit('/').nth(1).unwrap().replacen('-', " ", 1);
        format!(
            "{} {} {service} {}",
            text("zone"),
            text("direction"),
            text("peer_zone")
        )
    });
    rules.collect()
}

proptest! {
    #![proptest_config(crate::support::properties!(400))]

    #[test]
    fn every_rule_is_at_an_end_and_every_end_is_a_rule(
        layout in four_zones(&SERVICES, 0..8),
    ) {
        let state = planned(&layout.json());
        let document = changed(&Json::Null, &state);
        let made = as_json(&document);
        prop_assert_eq!(ends(&made), rules(&state));
        // What is not filtered is never called refused, and a filtered end of a connection has its rule.
        for it in made["connections"].as_array().unwrap() {
            prop_assert!(it["out"] != "refused" && it["in"] != "refused", "{}", it);
        }
        for format in ["html", "markdown", "csv", "mermaid", "d2", "svg"] {
            prop_assert!(report(&document, &["--format", format]).is_ok());
        }
    }
}

#[test]
fn a_translated_port_is_one_connection() {
    let state = planned(&json!({
        "zone": {
            "web": { "components": ["kong.client"], "ipv4": { "a": "10.1.0.0/24" }, "aws": { "security_group_id": "sg-1" } },
            "dmz": { "components": ["kong.node"], "ipv4": { "a": "10.2.0.0/24" }, "aws": { "security_group_id": "sg-2" } },
        },
        "product": { "kong": { "version": "3.9", "ports": { "proxy-https": "8443" }, "advertised_ports": { "proxy-https": "443" }, "disable": ["proxy-http"] } },
    }));
    let made = as_json(&changed(&Json::Null, &state));
    assert_eq!(ends(&made), rules(&state));
    let connections = made["connections"].as_array().unwrap();
    let one = connections.iter().find(|it| it["ports"] == "443").unwrap();
    assert_eq!(one["listens_on"], "tcp/8443");
    assert_eq!([&one["out"], &one["in"]], ["rule", "rule"]);
    assert!(
        !connections.iter().any(|it| it["ports"] == "8443"),
        "{connections:?}"
    );
}

#[test]
fn a_fixed_address_is_a_peer_without_trust() {
    let state = planned(&json!({
        "zone": { "nodes": { "components": ["aiven.*"], "ipv4": { "a": "10.0.0.0/24" }, "aws": { "security_group_id": "sg-1" } } },
    }));
    let made = as_json(&changed(&Json::Null, &state));
    let zones = made["zones"].as_array().unwrap();
    let fixed: Vec<_> = zones.iter().filter(|it| it["trust"].is_null()).collect();
    assert!(!fixed.is_empty());
    for it in fixed {
        let blocks = it["ipv4"].as_array().unwrap().len() + it["ipv6"].as_array().unwrap().len();
        assert!(blocks > 0 && it["platforms"] == json!([]), "{it}");
    }
    assert_eq!(ends(&made), rules(&state));
}

#[test]
fn cells_between_zones_without_filter_are_not_called_closed() {
    let state = planned(&json!({
        "zone": {
            "a": { "components": [], "ipv4": { "a": "10.0.0.0/24" }, "aws": { "security_group_id": "sg-1" } },
            "b": { "components": [], "ipv4": { "b": "10.0.1.0/24" } },
            "c": { "components": [], "ipv4": { "c": "10.0.2.0/24" } },
        },
        "directions": ["ingress"],
    }));
    let page = report(&changed(&Json::Null, &state), &["--format", "markdown"]).unwrap();
    // Only connections to `a` meet a filter: its own are not filtered as they leave.
    assert!(
        page.contains("| **a** (internal) | · | ? | ? |\n| **b** (internal) | · | ? | ? |"),
        "{page}"
    );
}

#[test]
fn what_the_catalogue_changed_since_is_said() {
    let mut state = planned(&json!({
        "zone": {
            "web": { "components": ["kong.client"], "ipv4": { "a": "10.1.0.0/24" } },
            "dmz": { "components": ["kong.node"], "aws": { "security_group_id": "sg-2" } },
        },
    }));
    state["digests"]["kong"] = json!("000000000000");
    let made = as_json(&changed(&Json::Null, &state));
    let notes = made["notes"].to_string();
    assert!(
        notes.contains("another catalogue") && notes.contains("`kong`"),
        "{notes}"
    );
}

#[test]
fn combined_ports_that_are_translated_have_both_ends() {
    let layout = |merge: &str| {
        planned(&json!({
            "zone": {
                "ops": { "components": ["kong.admin"], "ipv4": { "a": "10.9.0.0/24" }, "host": {} },
                "dmz": { "components": ["kong.node"], "ipv4": { "a": "10.2.0.0/24" }, "host": {} },
            },
            "product": { "kong": { "version": "3.9", "advertised_ports": { "admin-http": "9001", "admin-https": "9002" } } },
            "merge": merge,
        }))
    };
    for merge in ["none", "ports", "all"] {
        let made = as_json(&changed(&Json::Null, &layout(merge)));
        for it in made["connections"].as_array().unwrap() {
            assert_eq!([&it["out"], &it["in"]], ["rule", "rule"], "{merge}: {it}");
        }
    }
}

#[test]
fn an_empty_layout_is_a_page() {
    let document = changed(&Json::Null, &planned(&json!({})));
    for format in ["html", "markdown", "csv", "mermaid", "d2", "svg", "json"] {
        let text = report(&document, &["--format", format]).unwrap();
        assert!(!text.contains("-1797693"), "{format}");
    }
}
