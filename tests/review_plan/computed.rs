//! Plans of new resources: attributes that the provider computes, and plans without their configuration.

use crate::review_plan::document::{created, inline, plan, wanted, with};
use crate::review_plan::review;
use serde_json::{Value, json};

/// A resource that the plan creates, with attributes that are known only after apply.
fn creates(address: &str, after: Value, unknown: Value) -> Value {
    let mut change = created(address, after);
    change["change"]["after_unknown"] = unknown;
    change
}

/// The inventory of a plan as text.
fn inventory(changes: &[Value]) -> String {
    let ran = review(plan(changes, &[]).as_bytes(), &["--all"]);
    assert_eq!(ran.err, "");
    ran.out
}

/// A firewall rule of Google Cloud as its provider plans it: the direction and ranges that the user omits are computed.
fn firewall(more: &Value, unknown: &[&str]) -> Value {
    let mut rule = json!({
        "name": "web", "network": "main", "priority": 1000,
        "allow": [{ "protocol": "tcp", "ports": ["22"] }], "deny": [],
    });
    for (name, it) in more.as_object().unwrap() {
        rule[name] = it.clone();
    }
    let computed = ["creation_timestamp", "destination_ranges", "id", "project"];
    let all = computed.iter().chain(unknown);
    let unknown: serde_json::Map<String, Value> =
        all.map(|it| ((*it).to_owned(), json!(true))).collect();
    creates("google_compute_firewall.web", rule, unknown.into())
}

#[test]
fn a_new_firewall_rule_without_a_direction_is_for_ingress() {
    let open = json!({ "source_ranges": ["0.0.0.0/0"] });
    let out = inventory(&[firewall(&open, &["direction"])]);
    let said = "error: exposed: `google_compute_firewall.web` allows tcp/22 from 0.0.0.0/0";
    assert!(out.contains(said), "{out}");
    let tags = json!({ "source_tags": ["app"] });
    let out = inventory(&[firewall(&tags, &["direction", "source_ranges"])]);
    assert!(out.contains("allows tcp/22 from tag app"), "{out}");
    // No source is known.
    let out = inventory(&[firewall(&json!({}), &["direction", "source_ranges"])]);
    assert!(out.contains("known only after apply"), "{out}");
    let egress = json!({ "direction": "EGRESS" });
    let out = inventory(&[firewall(&egress, &["source_ranges"])]);
    assert!(out.contains("known only after apply"), "{out}");
}

fn new_group() -> Value {
    let group = json!({ "name": "web", "ingress": [inline(22, &["0.0.0.0/0"])], "egress": [] });
    creates(
        "aws_security_group.web",
        group,
        json!({ "id": true, "arn": true, "vpc_id": true }),
    )
}

fn without_configuration(changes: &[Value]) -> String {
    let mut text: Value = serde_json::from_str(&plan(changes, &[])).unwrap();
    text.as_object_mut().unwrap().remove("configuration");
    text.to_string()
}

/// Some tools remove the configuration before they store a plan.
#[test]
fn blocks_of_a_new_group_are_listed_without_the_configuration() {
    let ran = review(without_configuration(&[new_group()]).as_bytes(), &["--all"]);
    assert_eq!((ran.code, ran.err.as_str()), (1, ""));
    let said = "allows tcp/22 from 0.0.0.0/0 at `aws_security_group.web`";
    assert!(ran.out.contains(said), "{}", ran.out);
}

/// The group may be that of the zone, which nothing shows.
#[test]
fn they_are_not_compared_if_the_group_of_a_zone_is_unknown() {
    let zone = json!({ "dmz": { "aws": [{}] } });
    let rules = with(with(wanted(), "zone", zone), "aws_ingress", json!({}));
    let unknown = json!({ "zone": { "dmz": { "aws": [{ "security_group_id": true }] } } });
    let changes = [
        creates("portmatrix_rules.edge", rules, unknown),
        new_group(),
    ];
    let ran = review(without_configuration(&changes).as_bytes(), &[]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    let said = "known only after apply and not compared: `aws_security_group.web.ingress";
    assert!(ran.out.contains(said), "{}", ran.out);
}
