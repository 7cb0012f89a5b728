//! What a plan does to rules that are resources of their own, without showing it at these.

use crate::review_plan::document::{
    GROUP, change, created, in_place, ingress, inline, plan, stays, with,
};
use crate::review_plan::{findings, review};
use serde_json::{Value, json};

const AT: &str = "aws_security_group.it";
const WEB: &str = "missing dmz/tcp-8443/web:ipv4:a";
const OPS: &str = "missing dmz/tcp-8001/ops:ipv4:vpn";

fn web() -> Value {
    inline(8443, &["10.1.0.0/24"])
}

fn ops() -> Value {
    inline(8001, &["10.99.0.0/16"])
}

fn group(blocks: &[Value]) -> Value {
    json!({ "id": GROUP, "ingress": blocks, "egress": [] })
}

fn with_changes(changes: &[Value]) -> String {
    plan(&[&in_place(), changes].concat(), &[])
}

/// A change of the group from some blocks to others.
fn updated(before: &[Value], after: &[Value]) -> Value {
    change(AT, &["update"], &group(before), &group(after))
}

fn json_of(input: &str) -> Value {
    let ran = review(input.as_bytes(), &["--format", "json"]);
    serde_json::from_str(&ran.out).unwrap()
}

#[test]
fn blocks_remove_the_separate_rules_that_they_do_not_have() {
    let both = [web(), ops()];
    assert_eq!(
        findings(&with_changes(&[updated(&both, &[])]), &[]),
        [OPS, WEB]
    );
    assert_eq!(
        findings(&with_changes(&[updated(&both, &[ops()])]), &[]),
        [WEB]
    );
    // A list counts by its elements, and a description does not count.
    let lists = inline(8443, &["10.1.0.0/24", "10.7.0.0/24"]);
    let fewer = with(web(), "description", "web");
    let text = with_changes(&[updated(&[lists, ops()], &[fewer, ops()])]);
    assert_eq!(findings(&text, &[]), [""; 0]);
    // Before the plan everything is in place, and blocks that stay or leave the code remove nothing.
    let text = with_changes(&[updated(&both, &[])]);
    assert_eq!(findings(&text, &["--before"]), [""; 0]);
    let text = with_changes(&[stays(AT, &group(&both))]);
    assert_eq!(json_of(&text)["in_sync"], true);
    assert_eq!(
        findings(&with_changes(&[stays(AT, &group(&[]))]), &[]),
        [""; 0]
    );
}

#[test]
fn what_is_missing_names_the_group_that_removes_it() {
    let text = with_changes(&[updated(&[web(), ops()], &[ops()])]);
    let json = json_of(&text);
    let finding = &json["findings"][0];
    let message = finding["message"].as_str().unwrap();
    let removes = "`aws_security_group.it` removes `aws_vpc_security_group_ingress_rule.web`, which its `ingress` does not have";
    assert!(message.ends_with(removes), "{message}");
    assert_eq!(
        finding["remedy"],
        "delete the argument `ingress` of `aws_security_group.it`, so that separate resources have its rules, or add the rule to `ingress`"
    );
}

/// Rules that the same plan creates stay, until the next plan.
#[test]
fn a_rule_that_the_plan_creates_is_contested() {
    let mut changes = in_place();
    changes[1] = created(
        "aws_vpc_security_group_ingress_rule.web",
        ingress(8443, "10.1.0.0/24"),
    );
    changes.push(updated(&[ops(), inline(22, &["10.0.0.0/8"])], &[ops()]));
    let text = plan(&changes, &[]);
    assert_eq!(findings(&text, &[]), [""; 0]);
    let json = json_of(&text);
    assert_eq!(json["in_sync"], false);
    let notes = json["notes"].to_string();
    let warning = "warning: contested: `aws_security_group.it` has all rules of its `ingress` inline, so the next plan removes `aws_vpc_security_group_ingress_rule.web`";
    assert!(notes.contains(warning), "{notes}");
    let fails = |arguments: &[&str]| review(text.as_bytes(), arguments).code;
    assert_eq!((fails(&[]), fails(&["--fail-on", "warning"])), (0, 1));
    let ignored = review(text.as_bytes(), &["--ignore", "*.web"]).out;
    assert!(!ignored.contains("contested"), "{ignored}");
}

/// Blocks that are known after apply may have the rule or not.
#[test]
fn unknown_blocks_are_not_compared() {
    for (after, unknown) in [
        (
            json!([with(web(), "cidr_blocks", Value::Null)]),
            json!([{ "cidr_blocks": true }]),
        ),
        (Value::Null, json!(true)),
    ] {
        let mut it = updated(&[web(), ops()], &[]);
        it["change"]["after"]["ingress"] = after;
        it["change"]["after_unknown"] = json!({ "ingress": unknown });
        let json = json_of(&with_changes(&[it]));
        assert_eq!(json["in_sync"], false, "{json}");
        assert_eq!(json["findings"], json!([]), "{json}");
    }
}

#[test]
fn a_group_takes_its_rules_with_it() {
    let gone = change(AT, &["delete"], &group(&[]), &Value::Null);
    assert_eq!(findings(&with_changes(&[gone]), &[]), [OPS, WEB]);
    let mut replaced = change(AT, &["delete", "create"], &group(&[]), &json!({}));
    replaced["change"]["after_unknown"] = json!({ "id": true, "ingress": true, "egress": true });
    assert_eq!(findings(&with_changes(&[replaced]), &[]), [OPS, WEB]);
    let mut forgotten = change(AT, &["forget"], &group(&[]), &Value::Null);
    forgotten["change"]["actions"] = json!(["forget"]);
    assert_eq!(findings(&with_changes(&[forgotten]), &[]), [""; 0]);
}

#[test]
fn a_default_group_loses_every_rule_when_it_is_taken_over() {
    let at = "aws_default_security_group.it";
    let network = stays(
        "aws_vpc.it",
        &json!({ "id": "vpc-1", "default_security_group_id": GROUP }),
    );
    let mut adopted = created(at, json!({ "vpc_id": "vpc-1" }));
    adopted["change"]["after_unknown"] = json!({ "id": true, "ingress": true, "egress": true });
    let text = with_changes(&[network.clone(), adopted.clone()]);
    assert_eq!(findings(&text, &[]), [OPS, WEB]);
    // It fights for the rules that the same plan creates only if its blocks are known.
    let fights = |adopted: &Value| {
        let mut changes = in_place();
        changes[1] = created(
            "aws_vpc_security_group_ingress_rule.web",
            ingress(8443, "10.1.0.0/24"),
        );
        changes.extend([network.clone(), adopted.clone()]);
        let text = plan(&changes, &[]);
        assert_eq!(findings(&text, &[]), [OPS]);
        json_of(&text)["notes"].to_string().contains("contested")
    };
    let mut empty = created(
        at,
        json!({ "vpc_id": "vpc-1", "ingress": [], "egress": [] }),
    );
    empty["change"]["after_unknown"] = json!({ "id": true });
    assert_eq!((fights(&adopted), fights(&empty)), (false, true));
    // Without its network it is not known whose default group it is.
    let ran = review(with_changes(std::slice::from_ref(&adopted)).as_bytes(), &[]);
    assert_eq!(ran.code, 2, "{}", ran.out);
    assert!(
        ran.out
            .contains("not compared: `aws_default_security_group.it` takes over"),
        "{}",
        ran.out
    );
    // Groups that Terraform creates are not default groups.
    let text = with_changes(&[adopted, stays(AT, &group(&[web(), ops()]))]);
    assert_eq!(json_of(&text)["notes"], json!([]));
    // Terraform only forgets a default group.
    let mut changes = vec![in_place().remove(0)];
    changes.push(change(
        at,
        &["delete"],
        &group(&[web(), ops()]),
        &Value::Null,
    ));
    assert_eq!(findings(&plan(&changes, &[]), &[]), [""; 0]);
}

/// With what the configuration says of resources by their addresses.
fn configured(changes: &[Value], expressions: &[(&str, Value)]) -> String {
    let mut plan: Value = serde_json::from_str(&plan(changes, &[])).unwrap();
    let resource = |(address, it): &(&str, Value)| json!({ "address": address, "expressions": it });
    let resources: Vec<Value> = expressions.iter().map(resource).collect();
    plan["configuration"]["root_module"]["resources"] = resources.into();
    plan.to_string()
}

/// The warnings of a review of every group.
fn contested(text: &str) -> Vec<String> {
    let ran = review(text.as_bytes(), &["--format", "json", "--all"]);
    let json: Value = serde_json::from_str(&ran.out).unwrap();
    let notes = json["notes"].as_array().unwrap().iter();
    let notes = notes.map(|it| it.as_str().unwrap().to_owned());
    notes.filter(|it| it.contains("contested")).collect()
}

const MORE: &str = "aws_vpc_security_group_ingress_rule.more";

fn more_at(group: &str) -> (&'static str, Value) {
    let group = json!({ "references": [format!("{group}.id"), group] });
    (MORE, json!({ "security_group_id": group }))
}

/// The id of such a group is not known, so its rules are found by what they refer to.
#[test]
fn a_group_that_the_plan_creates_is_contested() {
    let of = |after: Value, unknown: Value| {
        let mut group = created(AT, after);
        group["change"]["after_unknown"] = unknown;
        let mut rule = ingress(22, "10.0.0.0/8");
        rule.as_object_mut().unwrap().remove("security_group_id");
        let mut rule = created(MORE, rule);
        rule["change"]["after_unknown"] = json!({ "security_group_id": true });
        let changes = [in_place(), vec![group, rule]].concat();
        contested(&configured(&changes, &[(AT, json!({})), more_at(AT)]))
    };
    let computed = of(
        json!({}),
        json!({ "id": true, "ingress": true, "egress": true }),
    );
    assert_eq!(computed, [""; 0]);
    let other = of(
        json!({ "egress": [] }),
        json!({ "id": true, "ingress": true }),
    );
    assert_eq!(other, [""; 0]);
    for blocks in [json!([]), json!([inline(443, &["10.1.0.0/24"])])] {
        let owned = of(
            json!({ "ingress": blocks }),
            json!({ "id": true, "egress": true }),
        );
        let removes = "`aws_security_group.it` has all rules of its `ingress` inline, so the next plan removes `aws_vpc_security_group_ingress_rule.more`";
        assert!(owned.len() == 1 && owned[0].contains(removes), "{owned:?}");
    }
}

/// A separate rule that is also a block of its new group is wanted by both.
#[test]
fn a_rule_that_is_in_the_blocks_of_a_new_group_is_not_contested() {
    let of = |block: Value, unknown: Value| {
        let mut group = created(AT, json!({ "ingress": [block], "egress": [] }));
        group["change"]["after_unknown"] = json!({ "id": true, "ingress": [unknown] });
        let mut changes = in_place();
        changes.push(group);
        for (address, port) in [(MORE, 22), (OTHER, 23)] {
            let mut rule = ingress(port, "10.0.0.0/8");
            rule.as_object_mut().unwrap().remove("security_group_id");
            let mut rule = created(address, rule);
            rule["change"]["after_unknown"] = json!({ "security_group_id": true });
            changes.push(rule);
        }
        let group = more_at(AT).1;
        contested(&configured(
            &changes,
            &[(AT, json!({})), (MORE, group.clone()), (OTHER, group)],
        ))
    };
    let removes = |warnings: &[String], what: &str| {
        let what = format!("the next plan removes {what};");
        assert!(
            warnings.len() == 1 && warnings[0].contains(&what),
            "{warnings:?}"
        );
    };
    let (both, other) = (format!("`{MORE}`, `{OTHER}`"), format!("`{OTHER}`"));
    // The block has one more element.
    let blocks = inline(22, &["10.0.0.0/8", "10.7.0.0/24"]);
    removes(&of(blocks, json!({})), &other);
    removes(&of(inline(22, &["10.0.0.0/9"]), json!({})), &both);
    let open = with(inline(22, &[]), "cidr_blocks", Value::Null);
    removes(&of(open, json!({ "cidr_blocks": true })), &both);
}

const OTHER: &str = "aws_vpc_security_group_ingress_rule.other";

/// That blocks stay the same does not show whether the configuration has them, so it has to say so.
#[test]
fn blocks_that_stay_are_contested_if_the_configuration_has_them() {
    let rule = created(MORE, ingress(22, "10.0.0.0/8"));
    let of = |expressions: Value| {
        let changes = [
            in_place(),
            vec![stays(AT, &group(&[web(), ops()])), rule.clone()],
        ]
        .concat();
        contested(&configured(&changes, &[(AT, expressions)])).len()
    };
    let blocks = json!({ "constant_value": [web(), ops()] });
    assert_eq!(of(json!({ "ingress": blocks })), 1);
    let resources =
        json!({ "references": ["aws_security_group.client.id", "aws_security_group.client"] });
    assert_eq!(of(json!({ "ingress": resources })), 1);
    assert_eq!(of(json!({ "egress": blocks })), 0);
    assert_eq!(of(json!({})), 0);
    // It may be null.
    assert_eq!(of(json!({ "ingress": { "constant_value": null } })), 0);
    for other in ["var.rules", "count.index", "path.module"] {
        assert_eq!(of(json!({ "ingress": { "references": [other] } })), 0);
    }
}

/// The id of a default group is known from its network, and what is in its blocks stays.
#[test]
fn a_default_group_that_is_taken_over_has_its_blocks() {
    let network = stays(
        "aws_vpc.it",
        &json!({ "id": "vpc-1", "default_security_group_id": GROUP }),
    );
    let at = "aws_default_security_group.it";
    let after = json!({ "vpc_id": "vpc-1", "ingress": [web()], "egress": [] });
    let mut adopted = created(at, after);
    adopted["change"]["after_unknown"] = json!({ "id": true });
    let changes = [network, adopted];
    assert_eq!(findings(&with_changes(&changes), &[]), [OPS]);
    // It does the same if it leaves the default group of another network for this one.
    let left = json!({ "id": "sg-left", "vpc_id": "vpc-0", "ingress": [ops()], "egress": [] });
    let mut moved = changes.clone();
    moved[1]["change"]["actions"] = json!(["delete", "create"]);
    moved[1]["change"]["before"] = left;
    assert_eq!(findings(&with_changes(&moved), &[]), [OPS]);
    let alone = [vec![in_place().remove(0)], changes.to_vec()].concat();
    assert_eq!(findings(&plan(&alone, &[]), &[]), [OPS]);
    // A rule that refers to the resource is at the same group.
    let mut rule = ingress(8001, "10.99.0.0/16");
    rule.as_object_mut().unwrap().remove("security_group_id");
    let mut rule = created(MORE, rule);
    rule["change"]["after_unknown"] = json!({ "security_group_id": true });
    let alone = configured(
        &[alone, vec![rule]].concat(),
        &[(at, json!({})), more_at(at)],
    );
    assert_eq!(findings(&alone, &[]), [""; 0]);
    assert_eq!(contested(&alone).len(), 1);
}

/// The rule is gone before it is changed.
#[test]
fn a_rule_that_the_plan_changes_is_removed_by_what_it_was() {
    let mut changes = in_place();
    let rule = |port| {
        with(
            ingress(port, "10.1.0.0/24"),
            "security_group_rule_id",
            "sgr-web",
        )
    };
    let at = "aws_vpc_security_group_ingress_rule.web";
    changes[1] = change(at, &["update"], &rule(9443), &rule(8443));
    let was = inline(9443, &["10.1.0.0/24"]);
    changes.push(updated(&[was, ops()], &[ops()]));
    assert_eq!(findings(&plan(&changes, &[]), &[]), [WEB]);
}

/// The set of rules of a network security group is whole, too.
#[test]
fn azure_removes_separate_rules_as_well() {
    let rule = |name: &str, port: &str| {
        json!({
            "name": name, "resource_group_name": "rg", "network_security_group_name": "edge", "priority": 100,
            "direction": "Inbound", "access": "Allow", "protocol": "Tcp", "source_port_range": "*",
            "destination_port_range": port, "source_address_prefix": "*", "destination_address_prefix": "*",
        })
    };
    let group = |rules: &[Value]| json!({ "name": "edge", "resource_group_name": "rg", "security_rule": rules });
    let rules = json!({
        "zone": { "dmz": { "azure": [{ "network_security_group_name": "edge", "resource_group_name": "rg" }] } },
        "azure_rules": {}, "aws_ingress": {}, "aws_egress": {}, "gcp_rules": {},
    });
    let one = rule("rogue", "8080");
    let changes = [
        stays("portmatrix_rules.edge", &rules),
        stays("azurerm_network_security_rule.x", &one),
        change(
            "azurerm_network_security_group.n",
            &["update"],
            &group(std::slice::from_ref(&one)),
            &group(&[]),
        ),
    ];
    let text = plan(&changes, &[]);
    assert_eq!(findings(&text, &[]), [""; 0]);
    assert_eq!(
        findings(&text, &["--before"]),
        ["extra azurerm_network_security_rule.x"]
    );
}
