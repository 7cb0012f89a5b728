//! Which rules of a document are compared: before and after, separate and mirrored, known and unknown.

use crate::review_plan::document::{
    GROUP, change, created, in_place, ingress, inline, plan, state, stays, wanted, with,
};
use crate::review_plan::{findings, review};
use serde_json::{Value, json};

const SSH: &str = "aws_vpc_security_group_ingress_rule.ssh";

fn ssh() -> Value {
    with(
        ingress(22, "0.0.0.0/0"),
        "security_group_rule_id",
        "sgr-ssh",
    )
}

/// A group as AWS's provider prints it, with all its rules as blocks.
fn group(blocks: &[Value]) -> Value {
    json!({ "id": GROUP, "ingress": blocks, "egress": [] })
}

/// What is wanted, and rules in place as changes say.
fn with_changes(changes: &[Value]) -> String {
    plan(&[&in_place(), changes].concat(), &[])
}

#[test]
fn a_plan_is_judged_by_the_rules_that_remain() {
    let gone = with_changes(&[change(SSH, &["delete"], &ssh(), &Value::Null)]);
    assert_eq!(findings(&gone, &[]), [""; 0]);
    assert_eq!(findings(&gone, &["--before"]), [format!("extra {SSH}")]);

    let coming = with_changes(&[created(SSH, ssh())]);
    assert_eq!(findings(&coming, &[]), [format!("extra {SSH}")]);
    assert_eq!(findings(&coming, &["--before"]), [""; 0]);

    // What leaves the state stays where it is.
    let forgotten = with_changes(&[change(SSH, &["forget"], &ssh(), &Value::Null)]);
    assert_eq!(findings(&forgotten, &[]), [format!("extra {SSH}")]);
}

#[test]
fn a_first_plan_has_no_findings_once_applied() {
    let changes: Vec<Value> = in_place()
        .into_iter()
        .map(|it| {
            created(
                it["address"].as_str().unwrap(),
                it["change"]["after"].clone(),
            )
        })
        .collect();
    let first = plan(&changes, &[]);
    assert_eq!(findings(&first, &[]), [""; 0]);
    let before = findings(&first, &["--before"]);
    assert_eq!(
        before.iter().filter(|it| it.starts_with("missing")).count(),
        2,
        "{before:?}"
    );
}

/// A group prints the separate rules too, as they were when they were read. Only what no such rule is, or was, counts.
#[test]
fn inline_rules_that_mirror_separate_rules_are_the_same_rules() {
    let web = inline(8443, &["10.1.0.0/24"]);
    let ops = inline(8001, &["10.99.0.0/16"]);
    let mirror = group(&[web.clone(), ops.clone()]);
    assert_eq!(
        findings(
            &with_changes(&[stays("aws_security_group.it", &mirror)]),
            &[]
        ),
        [""; 0]
    );

    let rogue = group(&[web, ops, inline(22, &["0.0.0.0/0", "10.0.0.0/8"])]);
    let found = findings(
        &with_changes(&[stays("aws_security_group.it", &rogue)]),
        &[],
    );
    assert!(!found.is_empty());
    assert!(
        found
            .iter()
            .all(|it| it.contains("aws_security_group.it.ingress")),
        "{found:?}"
    );

    // The group still prints what this plan deletes.
    let gone = with_changes(&[
        stays("aws_security_group.it", &rogue),
        change(SSH, &["delete"], &ssh(), &Value::Null),
        change(
            "aws_vpc_security_group_ingress_rule.ten",
            &["delete"],
            &ingress(22, "10.0.0.0/8"),
            &Value::Null,
        ),
    ]);
    assert_eq!(findings(&gone, &[]), [""; 0]);
}

#[test]
fn blocks_alone_are_the_rules() {
    let blocks = group(&[
        inline(8443, &["10.1.0.0/25", "10.1.0.128/25"]),
        inline(8001, &["10.99.0.0/16"]),
    ]);
    let changes = [
        stays("portmatrix_rules.edge", &wanted()),
        stays("aws_security_group.it", &blocks),
    ];
    assert_eq!(findings(&plan(&changes, &[]), &[]), [""; 0]);
}

#[test]
fn data_sources_show_unmanaged_rules() {
    let read = |name: &str, rule: &Value, id: &str| {
        let rule = with(
            with(rule.clone(), "security_group_rule_id", id),
            "is_egress",
            false,
        );
        (
            format!("data.aws_vpc_security_group_rule.all[\"{name}\"]"),
            rule,
        )
    };
    let data = [
        // The rule `ops` as it is; the plan narrows it.
        read("a", &ingress(8001, "10.0.0.0/8"), "sgr-ops"),
        read("b", &ingress(22, "0.0.0.0/0"), "sgr-ssh"),
    ];
    let data: Vec<(&str, Value)> = data
        .iter()
        .map(|(name, it)| (name.as_str(), it.clone()))
        .collect();
    let found = findings(&plan(&in_place(), &data), &[]);
    assert_eq!(found, ["extra data.aws_vpc_security_group_rule.all[\"b\"]"]);
}

#[test]
fn a_state_is_judged_as_it_is() {
    let text = state(&[
        ("portmatrix_rules.edge", wanted()),
        (
            "aws_vpc_security_group_ingress_rule.web",
            ingress(8443, "10.1.0.0/24"),
        ),
        (
            "module.a.module.b.aws_vpc_security_group_ingress_rule.ops",
            ingress(8001, "10.0.0.0/8"),
        ),
    ]);
    let found = findings(&text, &[]);
    let [finding] = &found[..] else {
        panic!("{found:?}")
    };
    assert!(
        finding.starts_with("wider module.a.module.b.aws_vpc_security_group_ingress_rule.ops"),
        "{finding}"
    );
}

/// What is known only after apply is counted on both sides and is not a difference.
#[test]
fn unknown_values_are_reported_and_not_guessed() {
    let unknown = |mut change: Value, marks: Value| {
        change["change"]["after_unknown"] = marks;
        change
    };
    let mut rules = wanted();
    rules["aws_ingress"]["dmz/tcp-9999/new:group"] =
        json!({ "ip_protocol": "tcp", "from_port": 9999, "to_port": 9999 });
    let mut changes = in_place();
    changes[0] = unknown(
        stays("portmatrix_rules.edge", &rules),
        json!({ "aws_ingress": { "dmz/tcp-9999/new:group": { "security_group_id": true } } }),
    );
    let mut new = ingress(9999, "10.0.0.0/8");
    new.as_object_mut().unwrap().remove("security_group_id");
    let marks = json!({ "security_group_id": true, "id": true });
    changes.push(unknown(
        created("aws_vpc_security_group_ingress_rule.new", new),
        marks,
    ));
    // What the provider fills in says nothing where the rule has peers.
    changes.push(unknown(
        created(
            "aws_security_group_rule.old",
            json!({ "type": "ingress", "security_group_id": GROUP, "protocol": "tcp", "from_port": 22, "to_port": 22,
                    "cidr_blocks": ["0.0.0.0/0"], "self": false }),
        ),
        json!({ "source_security_group_id": true, "id": true }),
    ));
    let text = plan(&changes, &[]);
    assert_eq!(findings(&text, &[]), ["extra aws_security_group_rule.old"]);
    let ran = review(text.as_bytes(), &[]);
    assert!(
        ran.out
            .contains("2 rules are known only after apply and not compared"),
        "{}",
        ran.out
    );

    // Maps that are unknown as a whole want nothing yet.
    let whole = unknown(
        created("portmatrix_rules.edge", json!({ "zone": {} })),
        json!({ "aws_ingress": true, "aws_egress": true, "rules": true }),
    );
    let ran = review(plan(&[whole], &[]).as_bytes(), &[]);
    assert_eq!(ran.code, 0);
    assert!(ran.out.contains("known only after apply"), "{}", ran.out);
}

/// A direction that was not asked for is not reviewed; one in which nothing is wanted is.
#[test]
fn only_directions_that_are_asked_for_are_reviewed() {
    let egress = |directions: Value| {
        let mut changes = in_place();
        changes[0] = stays(
            "portmatrix_rules.edge",
            &with(wanted(), "directions", directions),
        );
        changes.push(created(
            "aws_vpc_security_group_egress_rule.dns",
            ingress(53, "10.0.0.2/32"),
        ));
        findings(&plan(&changes, &[]), &[])
    };
    let dns = "extra aws_vpc_security_group_egress_rule.dns";
    assert_eq!(egress(Value::Null), [dns]);
    assert_eq!(egress(json!(["ingress", "egress"])), [dns]);
    assert_eq!(egress(json!(["ingress"])), [""; 0]);
}

#[test]
fn azure_rules_are_identified_by_name_and_group() {
    let rule = |name: &str, ports: &str, source: &str| {
        json!({
            "name": name, "resource_group_name": "RG", "network_security_group_name": "Edge", "priority": 100,
            "direction": "Inbound", "access": "Allow", "protocol": "Tcp", "source_port_range": "*",
            "destination_port_range": ports, "source_address_prefix": source, "destination_address_prefix": "*",
        })
    };
    let row = rule("dmz.in", "443", "10.0.0.0/8");
    let rules = json!({
        "zone": { "dmz": { "azure": [{ "network_security_group_name": "edge", "resource_group_name": "rg" }] } },
        "azure_rules": { "dmz/ingress/tcp-443/web:ipv4": row }, "aws_ingress": {}, "aws_egress": {}, "gcp_rules": {},
    });
    let rogue = with(rule("Rogue", "22", "*"), "priority", 200);
    let mirror =
        json!({ "name": "edge", "resource_group_name": "rg", "security_rule": [row, rogue] });
    let changes = [
        stays("portmatrix_rules.edge", &rules),
        stays("azurerm_network_security_rule.web", &row),
    ];
    assert_eq!(findings(&plan(&changes, &[]), &[]), [""; 0]);
    let data = [("data.azurerm_network_security_group.edge", mirror)];
    let found = findings(&plan(&changes, &data), &[]);
    assert_eq!(
        found,
        ["extra data.azurerm_network_security_group.edge.security_rule[\"Rogue\"]"]
    );
}

/// Of a network that many share, only what is for the targets of a zone, or for everyone.
#[test]
fn google_cloud_is_reviewed_by_target() {
    let rule = |name: &str, tags: &[&str], port: &str| {
        json!({
            "name": name, "network": "projects/p/global/networks/main", "project": "p", "direction": "INGRESS",
            "priority": 1000, "source_ranges": ["10.0.0.0/8"], "target_tags": tags,
            "allow": [{ "protocol": "tcp", "ports": [port] }], "deny": [],
        })
    };
    let row = with(
        with(rule("web", &["kong"], "443"), "network", "main"),
        "project",
        Value::Null,
    );
    let rules = json!({
        "zone": { "dmz": { "gcp": [{ "network": "main", "target_tags": ["kong"] }] } },
        "gcp_rules": { "dmz/ingress/tcp-443/web:ipv4": row }, "aws_ingress": {}, "aws_egress": {}, "azure_rules": {},
    });
    let changes = [
        stays("portmatrix_rules.edge", &rules),
        stays(
            "google_compute_firewall.web",
            &rule("web", &["kong"], "443"),
        ),
        stays(
            "google_compute_firewall.others",
            &rule("others", &["shop"], "22"),
        ),
        stays(
            "google_compute_firewall.ours",
            &rule("ours", &["kong"], "22"),
        ),
        stays("google_compute_firewall.all", &rule("all", &[], "23")),
    ];
    let mut found = findings(&plan(&changes, &[]), &[]);
    found.sort();
    assert_eq!(
        found,
        [
            "extra google_compute_firewall.all",
            "extra google_compute_firewall.ours"
        ]
    );
}

/// A group is reviewed where a zone names it, in a block as in data, even if no rule is wanted there.
#[test]
fn a_zone_as_data_is_reviewed_as_one_in_a_block() {
    let reviewed = |name: &str, zones: Value, arguments: &[&str]| {
        let mut rules = wanted();
        rules["zone"] = json!({});
        rules[name] = zones;
        rules["aws_ingress"] = json!({});
        rules["rules"] = json!({});
        let in_place = ingress(22, "10.7.0.0/24");
        let changes = [
            stays("portmatrix_rules.edge", &rules),
            stays("aws_vpc_security_group_ingress_rule.ssh", &in_place),
        ];
        findings(&plan(&changes, &[]), arguments)
    };
    let found = |name: &str, zones: Value| reviewed(name, zones, &["--all"]);
    let block = found(
        "zone",
        json!({ "dmz": { "aws": [{ "security_group_id": GROUP }] } }),
    );
    assert_eq!(block.len(), 1, "{block:?}");
    let data = json!({ "//": "who is where", "dmz": { "aws": { "security_group_id": GROUP }, "azure": null } });
    assert_eq!(found("zones", data), block);
    // Rules at a zone that is only a peer are those of another team.
    let at = |enforce: bool| {
        let zones = json!({ "dmz": { "enforce": enforce, "aws": { "security_group_id": GROUP } } });
        reviewed("zones", zones, &[])
    };
    assert_eq!((at(true), at(false)), (block, Vec::new()));
}
