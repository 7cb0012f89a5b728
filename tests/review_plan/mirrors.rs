//! Rules that a document prints more than once, and what replacements leave behind.

use crate::review_plan::document::{
    GROUP, change, created, in_place, ingress, inline, plan, resource, state, stays, wanted, with,
};
use crate::review_plan::{findings, review};
use serde_json::{Value, json};

const SSH: &str = "aws_vpc_security_group_ingress_rule.ssh";
const GROUP_AT: &str = "aws_security_group.it";

fn ssh() -> Value {
    with(
        ingress(22, "0.0.0.0/0"),
        "security_group_rule_id",
        "sgr-ssh",
    )
}

fn group(blocks: &[Value]) -> Value {
    json!({ "id": GROUP, "ingress": blocks, "egress": [] })
}

fn with_changes(changes: &[Value], data: &[(&str, Value)]) -> String {
    plan(&[&in_place(), changes].concat(), data)
}

/// The rule moves into its group: it goes and stays.
#[test]
fn a_block_that_the_plan_adds_is_a_rule_of_its_own() {
    let blocks = group(&[inline(22, &["0.0.0.0/0"])]);
    let moved = with_changes(
        &[
            change(SSH, &["delete"], &ssh(), &Value::Null),
            change(GROUP_AT, &["update"], &group(&[]), &blocks),
        ],
        &[],
    );
    assert_eq!(
        findings(&moved, &[]),
        ["extra aws_security_group.it.ingress[tcp/22 from 0.0.0.0/0]"]
    );

    // An inline rule that a separate rule will equal is not another rule.
    let web = group(&[inline(8443, &["10.1.0.0/24"])]);
    let adds = change(GROUP_AT, &["update"], &group(&[]), &web);
    assert_eq!(findings(&with_changes(&[adds], &[]), &[]), [""; 0]);
}

/// Azure tells rules by name, so that a block may take the name of a rule that goes.
#[test]
fn a_name_alone_does_not_hide_what_the_plan_adds() {
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
    let (old, new) = (rule("rogue", "8080"), rule("rogue", "22"));
    let moved = |after: &Value| {
        let changes = [
            stays("portmatrix_rules.edge", &rules),
            change(
                "azurerm_network_security_rule.x",
                &["delete"],
                &old,
                &Value::Null,
            ),
            change(
                "azurerm_network_security_group.n",
                &["update"],
                &group(std::slice::from_ref(&old)),
                &group(std::slice::from_ref(after)),
            ),
        ];
        findings(&plan(&changes, &[]), &[])
    };
    assert_eq!(moved(&old), [""; 0]);
    assert_eq!(
        moved(&new),
        ["extra azurerm_network_security_group.n.security_rule[\"rogue\"]"]
    );
}

/// A data source was read before the plan, so that it repeats the block that goes.
#[test]
fn data_sources_do_not_restore_a_removed_block() {
    let blocks = group(&[inline(22, &["0.0.0.0/0"])]);
    let data = [(
        "data.aws_vpc_security_group_rule.all",
        with(ssh(), "is_egress", false),
    )];
    let gone = change(GROUP_AT, &["update"], &blocks, &group(&[]));
    assert_eq!(findings(&with_changes(&[gone], &data), &[]), [""; 0]);

    // While it stays it is one rule, of which the data source knows the id.
    let text = with_changes(&[stays(GROUP_AT, &blocks)], &data);
    let ran = review(text.as_bytes(), &["--format", "json"]);
    let json: Value = serde_json::from_str(&ran.out).unwrap();
    let block = json!({ "address": "aws_security_group.it.ingress[tcp/22 from 0.0.0.0/0]", "id": "sgr-ssh" });
    assert_eq!(json["findings"][0]["rules"], json!([block]));
}

/// Blocks are recognised by what they allow, whichever comes first.
#[test]
fn each_block_has_a_name_of_its_own() {
    let fingerprints = |ports: &[u16]| {
        let blocks: Vec<Value> = ports.iter().map(|it| inline(*it, &["0.0.0.0/0"])).collect();
        let text = with_changes(&[stays(GROUP_AT, &group(&blocks))], &[]);
        let ran = review(text.as_bytes(), &["--format", "sarif"]);
        let json: Value = serde_json::from_str(&ran.out).unwrap();
        let results = json["runs"][0]["results"].as_array().unwrap().clone();
        let mut prints: Vec<String> = results
            .iter()
            .map(|it| it["partialFingerprints"].to_string())
            .collect();
        prints.sort();
        prints
    };
    let (two, one) = (fingerprints(&[23, 22]), fingerprints(&[22]));
    assert_eq!((two.len(), one.len()), (2, 1));
    assert!(two.contains(&one[0]), "{two:?} {one:?}");
}

/// What a replacement leaves behind stays until the next apply.
#[test]
fn deposed_rules_exist_until_they_are_destroyed() {
    let mut left = change(SSH, &["delete"], &ssh(), &Value::Null);
    left["deposed"] = json!("abcd1234");
    let text = with_changes(&[left], &[]);
    assert_eq!(findings(&text, &[]), [""; 0]);
    let deposed = format!("extra {SSH} (deposed abcd1234)");
    assert_eq!(
        findings(&text, &["--before"]),
        std::slice::from_ref(&deposed)
    );

    let text = state(&[
        ("portmatrix_rules.edge", wanted()),
        (
            "aws_vpc_security_group_ingress_rule.web",
            ingress(8443, "10.1.0.0/24"),
        ),
        (
            "aws_vpc_security_group_ingress_rule.ops",
            ingress(8001, "10.99.0.0/16"),
        ),
    ]);
    let mut text: Value = serde_json::from_str(&text).unwrap();
    let mut left = resource(SSH, &ssh());
    left["deposed_key"] = json!("abcd1234");
    text["values"]["root_module"]["resources"]
        .as_array_mut()
        .unwrap()
        .push(left);
    assert_eq!(findings(&text.to_string(), &[]), [deposed]);
}

/// Two sources of what is wanted may use the same keys.
#[test]
fn each_source_names_its_own_rules() {
    let at = |group: &str| {
        let mut rules = wanted();
        rules["zone"]["dmz"]["aws"][0]["security_group_id"] = json!(group);
        for row in rules["aws_ingress"].as_object_mut().unwrap().values_mut() {
            row["security_group_id"] = json!(group);
        }
        rules
    };
    let changes = [
        created("module.a.portmatrix_rules.it", at("sg-a")),
        created("module.b.portmatrix_rules.it", at("sg-b")),
    ];
    let ran = review(
        plan(&changes, &[]).as_bytes(),
        &["--format", "json", "--fail-on", "never"],
    );
    let json: Value = serde_json::from_str(&ran.out).unwrap();
    for (point, module) in [("sg-a", "module.a."), ("sg-b", "module.b.")] {
        let findings = json["findings"].as_array().unwrap();
        let here: Vec<&Value> = findings.iter().filter(|it| it["point"] == point).collect();
        assert_eq!(here.len(), 2, "{}", ran.out);
        for it in here {
            let address = it["wanted"][0]["address"].as_str().unwrap();
            assert!(address.starts_with(module), "{point}: {address}");
        }
    }
}

/// Zones of one name at different points are different zones: what one is for says nothing of the other.
#[test]
fn each_source_has_zones_of_its_own() {
    let at = |group: &str, flow: &str| {
        let text = wanted().to_string().replace(GROUP, group);
        let rules: Value = serde_json::from_str(&text.replace("kong.proxy-https", flow)).unwrap();
        rules
    };
    let needed = |other: &str| {
        let changes = [
            created(
                "module.a.portmatrix_rules.it",
                at("sg-a", "kong.proxy-https"),
            ),
            created("module.b.portmatrix_rules.it", at(other, "elma365.web")),
        ];
        review(plan(&changes, &[]).as_bytes(), &["--ignore", "sg-b"]).out
    };
    let apart = needed("sg-b");
    assert!(apart.contains("kong.proxy-https"), "{apart}");
    assert!(!apart.contains("elma365"), "{apart}");
    assert!(
        apart.contains("(zone `module.a.portmatrix_rules.it/dmz`)"),
        "{apart}"
    );
    // At one point they are one zone.
    let one = needed("sg-a");
    assert!(
        one.contains("elma365") && one.contains("(zone `dmz`)"),
        "{one}"
    );
}
