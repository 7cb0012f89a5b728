//! Plans that create the groups: rules at one of several groups, and how each platform names its groups.

use crate::review_plan::document::with;
use crate::review_plan::findings;
use crate::review_plan::first_plan::{
    HOLE, RULE, configured, creates, data_plan, for_each, group, of_row, refers, rule, said,
    wanted, with_configuration,
};
use serde_json::{Value, json};

/// A rule at one of several zones' groups is unwanted at each of them, or it cannot be compared.
#[test]
fn one_of_several_zones_groups_is_extra_if_none_wants_its_traffic() {
    let (pg, lb) = ("aws_security_group.pg.id", "aws_security_group.lb.id");
    let in_blocks = |hole: Value, references: &[&str]| {
        let zones = json!({ "app": { "aws": [] }, "pg": { "aws": [{}] }, "lb": { "aws": [{}] } });
        let group = json!({ "aws": [{ "security_group_id": true }] });
        let unknown = json!({ "pg": group, "lb": group });
        let changes = [
            group_of("pg"),
            group_of("lb"),
            group_of("other"),
            wanted("portmatrix_rules.r", "zone", [&zones, &unknown]),
            of_row(),
            hole,
        ];
        let block = |group: &str| json!({ "aws": [{ "security_group_id": refers(&[group]) }] });
        let zone = json!({ "pg": block(pg), "lb": block(lb) });
        let resources = [
            json!({ "address": "portmatrix_rules.r", "expressions": { "zone": zone } }),
            for_each(RULE, "portmatrix_rules.r.aws_ingress"),
            configured(HOLE, &[("security_group_id", references)]),
        ];
        with_configuration(&changes, &resources)
    };
    let as_data = |hole: Value, references: &[&str]| data_plan(Some((hole, references)), &[pg, lb]);
    let extra = [format!("extra {HOLE}")];
    let ssh = || rule(HOLE, 22, "0.0.0.0/0");
    for text in [in_blocks(ssh(), &[pg, lb]), as_data(ssh(), &[pg, lb])] {
        assert_eq!(findings(&text, &[]), extra);
        let (code, out) = said(&text, &["--allow-unknown"]);
        assert_eq!(code, 1, "{out}");
        let place = "at `aws_security_group.lb or aws_security_group.pg`";
        assert!(
            out.contains(place) && !out.contains("not compared"),
            "{out}"
        );
    }
    // One of them wants some of it, or the group may be another.
    let wide = || rule(HOLE, 5432, "10.0.0.0/8");
    for text in [
        in_blocks(wide(), &[pg, lb]),
        as_data(wide(), &[pg, lb]),
        in_blocks(ssh(), &[pg, "aws_security_group.other.id"]),
    ] {
        assert_eq!(findings(&text, &[]), [""; 0]);
        let (code, out) = said(&text, &[]);
        assert_eq!(code, 1, "{out}");
        assert!(out.contains(&format!("not compared: `{HOLE}`")), "{out}");
        assert_eq!(said(&text, &["--allow-unknown"]).0, 0);
    }
}

fn group_of(zone: &str) -> Value {
    group(&format!("aws_security_group.{zone}"))
}

#[test]
fn every_platform_is_compared_in_a_first_plan() {
    let row = json!({ "direction": "ingress", "ethertype": "IPv4", "protocol": "tcp", "port_range_min": 22, "port_range_max": 22, "remote_ip_prefix": "10.0.0.0/8" });
    let open = json!({ "security_group_id": true });
    let (rules, by_hand) = (
        "openstack_networking_secgroup_rule_v2.r[\"k\"]",
        "openstack_networking_secgroup_rule_v2.hole",
    );
    let changes = [
        group("openstack_networking_secgroup_v2.pg"),
        creates(
            "portmatrix_rules.r",
            json!({ "zone": { "pg": { "openstack": [{}] } }, "openstack_rules": { "k": row } }),
            &json!({ "zone": { "pg": { "openstack": [open] } }, "openstack_rules": { "k": open } }),
        ),
        creates(by_hand, with(row.clone(), "port_range_max", 23), &open),
    ];
    let zone = json!({ "pg": { "openstack": [{ "security_group_id": refers(&["openstack_networking_secgroup_v2.pg.id"]) }] } });
    let resources = [
        json!({ "address": "portmatrix_rules.r", "expressions": { "zone": zone } }),
        configured(
            by_hand,
            &[(
                "security_group_id",
                &["openstack_networking_secgroup_v2.pg.id"],
            )],
        ),
    ];
    let key = "pg/ingress/tcp-22/app:ipv4:a";
    let text = with_configuration(&changes, &resources).replace("\"k\"", &format!("{key:?}"));
    let found = findings(&text, &[]);
    assert_eq!(found, [format!("wider {by_hand} {key}")], "{rules}");

    let firewall = json!({
        "name": "web", "direction": "INGRESS", "priority": 1000, "source_ranges": ["10.0.0.0/8"], "target_tags": ["pg"],
        "allow": [{ "protocol": "tcp", "ports": ["22"] }], "deny": [],
    });
    let open = json!({ "network": true });
    let key = "pg/ingress/tcp-22/app:ipv4";
    let changes = [
        creates(
            "google_compute_network.main",
            json!({ "name": "main" }),
            &json!({ "id": true, "self_link": true }),
        ),
        creates(
            "portmatrix_rules.r",
            json!({ "zone": { "pg": { "gcp": [{ "target_tags": ["pg"] }] } }, "gcp_rules": { key: firewall } }),
            &json!({ "zone": { "pg": { "gcp": [open] } }, "gcp_rules": { key: open } }),
        ),
        creates("google_compute_firewall.web", firewall.clone(), &open),
    ];
    let zone =
        json!({ "pg": { "gcp": [{ "network": refers(&["google_compute_network.main.id"]) }] } });
    let resources = [
        json!({ "address": "portmatrix_rules.r", "expressions": { "zone": zone } }),
        configured(
            "google_compute_firewall.web",
            &[("network", &["google_compute_network.main.self_link"])],
        ),
    ];
    let (code, out) = said(&with_configuration(&changes, &resources), &[]);
    assert_eq!((code, out.as_str()), (0, "in sync: 1 rule at 1 point\n"));
}

/// Rows that refer to application security groups which the plan creates are the same as the rules that are made of them, and a rule
/// by hand that refers to one is not compared in silence.
#[test]
fn application_security_groups_are_compared_in_a_first_plan() {
    let row = |port: &str| {
        json!({
            "name": "web", "direction": "Inbound", "access": "Allow", "priority": 1000, "protocol": "Tcp",
            "resource_group_name": "rg", "network_security_group_name": "edge", "source_port_range": "*",
            "destination_port_range": port, "source_address_prefix": "10.0.0.0/8", "destination_address_prefix": null,
            "source_application_security_group_ids": null,
        })
    };
    let open = json!({ "destination_application_security_group_ids": true });
    let key = "pg/ingress/tcp-22/app:ipv4";
    let (rules, by_hand) = (
        format!("azurerm_network_security_rule.r[{key:?}]"),
        "azurerm_network_security_rule.hole",
    );
    let group = "azurerm_application_security_group.pg.id";
    let text = |hole: Option<Value>| {
        let zone = json!({ "network_security_group_name": "edge", "resource_group_name": "rg" });
        let mut changes = vec![
            creates(
                "azurerm_application_security_group.pg",
                json!({}),
                &json!({ "id": true }),
            ),
            creates(
                "portmatrix_rules.r",
                json!({ "zone": { "pg": { "azure": [zone] } }, "azure_rules": { key: row("22") } }),
                &json!({ "zone": { "pg": { "azure": [{ "application_security_group_ids": { "a": true } }] } }, "azure_rules": { key: open } }),
            ),
            creates(&rules, row("22"), &open),
        ];
        changes.extend(hole);
        let columns = row("22");
        let columns = columns.as_object().unwrap().keys();
        let columns = columns.map(String::as_str);
        let columns = columns.chain(["destination_application_security_group_ids"]);
        let expressions: serde_json::Map<String, Value> = columns
            .map(|it| (it.to_owned(), refers(&[&format!("each.value.{it}")])))
            .collect();
        let resources = [
            json!({ "address": "portmatrix_rules.r", "expressions": { "zone": { "pg": { "azure": [{ "application_security_group_ids": refers(&[group]) }] } } } }),
            json!({
                "address": "azurerm_network_security_rule.r", "expressions": expressions,
                "for_each_expression": refers(&["portmatrix_rules.r.azure_rules"]),
            }),
            configured(
                by_hand,
                &[("destination_application_security_group_ids", &[group])],
            ),
        ];
        with_configuration(&changes, &resources)
    };
    let (code, out) = said(&text(None), &[]);
    assert_eq!((code, out.as_str()), (0, "in sync: 1 rule at 1 point\n"));
    let mut hole = row("3389");
    hole["priority"] = json!(1001);
    let (_, out) = said(&text(Some(creates(by_hand, hole, &open))), &[]);
    assert!(out.contains(by_hand) && !out.contains("in sync"), "{out}");
}
