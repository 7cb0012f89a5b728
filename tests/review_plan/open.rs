//! Rules that are open to everyone, lists with a wanted and an unwanted part, and rules for all egress.

use super::document::{GROUP, change, ingress, inline, plan, stays, with};
use super::{findings, review};
use serde_json::{Value, json};

const PEER: &str = "sg-0e4f5a6b";

/// What is wanted: the proxy port from a group, and the database port to it.
fn wanted() -> Value {
    let row = |port: u16| {
        json!({
            "security_group_id": GROUP, "cidr_ipv4": null, "cidr_ipv6": null, "prefix_list_id": null,
            "referenced_security_group_id": PEER, "ip_protocol": "tcp", "from_port": port, "to_port": port, "description": "kong",
        })
    };
    let rule = |direction: &str, port: u16| {
        json!({
            "zone": "kong", "direction": direction, "peer_zone": "lb", "peer_trust": "internal", "transport": "tcp",
            "from_port": port, "to_port": port, "plane": "data", "required": true, "flows": ["kong.proxy-http"],
        })
    };
    json!({
        "zone": { "kong": { "aws": [{ "security_group_id": GROUP }] } },
        "directions": null,
        "aws_ingress": { "kong/tcp-8000/lb:group": row(8000) },
        "aws_egress": { "kong/tcp-5432/lb:group": row(5432) },
        "azure_rules": {}, "gcp_rules": {},
        "rules": { "kong/ingress/tcp-8000/lb": rule("ingress", 8000), "kong/egress/tcp-5432/lb": rule("egress", 5432) },
    })
}

/// `aws_security_group_rule` with a list.
fn list(direction: &str, port: u16, blocks: &[&str]) -> Value {
    let block = inline(port, blocks);
    let rule = with(block, "security_group_id", GROUP);
    with(with(rule, "type", direction), "id", "sgrule-1")
}

fn everything() -> Value {
    with(inline(0, &["0.0.0.0/0"]), "protocol", "-1")
}

/// The text of a review of a plan in which nothing changes.
fn text(resources: &[(&str, Value)]) -> String {
    let changes: Vec<Value> = resources.iter().map(|(at, it)| stays(at, it)).collect();
    let ran = review(plan(&changes, &[]).as_bytes(), &[]);
    assert_eq!(ran.err, "");
    ran.out
}

#[test]
fn open_to_everyone_includes_a_group() {
    let group = json!({
        "id": GROUP, "ingress": [inline(8000, &["0.0.0.0/0"])], "egress": [everything()],
    });
    let changes = [
        stays("portmatrix_rules.edge", &wanted()),
        stays("aws_security_group.kong", &group),
    ];
    let input = plan(&changes, &[]);
    let told = findings(&input, &[]);
    assert_eq!(
        told,
        [
            "wider aws_security_group.kong.ingress[tcp/8000 from 0.0.0.0/0] kong/tcp-8000/lb:group",
            "wider aws_security_group.kong.egress[all to 0.0.0.0/0] kong/tcp-5432/lb:group",
        ]
    );
    let out = review(input.as_bytes(), &[]).out;
    let remedy = "remedy: first declare the wanted rule `kong/tcp-8000/lb:group`, then delete `aws_security_group.kong.ingress[tcp/8000 from 0.0.0.0/0]`";
    assert!(out.contains(remedy), "{out}");
    // The other family does not include it: IPv4 addresses of the group are missing.
    let six = with(ingress(8000, "::/0"), "cidr_ipv6", "::/0");
    let six = with(six, "cidr_ipv4", Value::Null);
    let out = text(&[
        ("portmatrix_rules.edge", wanted()),
        ("aws_vpc_security_group_ingress_rule.six", six),
    ]);
    assert!(
        out.contains("but IPv4 addresses of group sg-0e4f5a6b is not allowed; `aws_vpc_security_group_ingress_rule.six` allows the rest"),
        "{out}"
    );
}

#[test]
fn only_the_unwanted_part_of_a_list_is_removed() {
    let mut wanted = wanted();
    wanted["aws_ingress"]["kong/tcp-8000/lb:group"]["referenced_security_group_id"] = Value::Null;
    wanted["aws_ingress"]["kong/tcp-8000/lb:group"]["cidr_ipv4"] = json!("10.0.2.0/24");
    wanted["aws_egress"] = json!({});
    let out = |blocks: &[&str]| {
        text(&[
            ("portmatrix_rules.edge", wanted.clone()),
            (
                "aws_security_group_rule.kong",
                list("ingress", 8000, blocks),
            ),
        ])
    };
    let extra = out(&["10.0.2.0/24", "192.168.0.0/24"]);
    assert!(
        extra.contains("remedy: remove 192.168.0.0/24 from `cidr_blocks` of `aws_security_group_rule.kong`, or declare"),
        "{extra}"
    );
    assert!(!extra.contains("delete"), "{extra}");
    let wider = out(&["10.0.0.0/16", "192.168.0.0/24"]);
    assert!(
        wider.contains("remedy: replace 10.0.0.0/16 in `cidr_blocks` of `aws_security_group_rule.kong` with 10.0.2.0/24"),
        "{wider}"
    );
    let alone = out(&["192.168.0.0/24"]);
    assert!(
        alone.contains("remedy: delete `aws_security_group_rule.kong`, or"),
        "{alone}"
    );
}

#[test]
fn a_rule_for_all_egress_is_what_it_is() {
    let by_hand = |block: &str, family: &str| {
        let rule = with(ingress(0, "x"), "ip_protocol", "-1");
        let rule = with(with(rule, "cidr_ipv4", Value::Null), family, block);
        text(&[
            ("portmatrix_rules.edge", wanted()),
            ("aws_vpc_security_group_egress_rule.all", rule),
        ])
    };
    let four = by_hand("0.0.0.0/0", "cidr_ipv4");
    assert!(
        four.contains("\n    while it exists, no other IPv4 egress rule has any effect"),
        "{four}"
    );
    let six = by_hand("::/0", "cidr_ipv6");
    assert!(
        six.contains("\n    while it exists, no other IPv6 egress rule has any effect"),
        "{six}"
    );
    assert!(!(four + &six).contains("adds to a new group"));
    // A data source reads it from AWS; no resource has it.
    let rule = with(ingress(0, "0.0.0.0/0"), "ip_protocol", "-1");
    let rule = with(
        with(rule, "is_egress", true),
        "security_group_rule_id",
        "sgr-9",
    );
    let changes = [stays("portmatrix_rules.edge", &wanted())];
    let input = plan(&changes, &[("data.aws_vpc_security_group_rule.all", rule)]);
    let out = review(input.as_bytes(), &[]).out;
    assert!(
        out.contains("the rule that AWS adds to a new group; while it exists"),
        "{out}"
    );
}

#[test]
fn an_id_that_is_known_after_apply_is_not_printed() {
    let after = with(
        list("ingress", 22, &["10.0.0.0/8"]),
        "security_group_rule_id",
        "",
    );
    let changes = [
        stays("portmatrix_rules.edge", &wanted()),
        change(
            "aws_security_group_rule.ssh",
            &["create"],
            &Value::Null,
            &with(after, "id", ""),
        ),
    ];
    let out = review(plan(&changes, &[]).as_bytes(), &[]).out;
    assert!(
        out.contains("`aws_security_group_rule.ssh` allows tcp/22"),
        "{out}"
    );
    assert!(!out.contains("aws_security_group_rule.ssh is"), "{out}");
}

#[test]
fn every_wanted_rule_that_lacks_something_is_listed() {
    let mut wanted = wanted();
    wanted["aws_egress"] = json!({});
    let row = wanted["aws_ingress"]["kong/tcp-8000/lb:group"].clone();
    for (key, block) in [
        ("kong/tcp-8000/a:ipv4:x", "10.0.0.0/8"),
        ("kong/tcp-8000/b:ipv4:x", "10.1.0.0/16"),
    ] {
        let row = with(row.clone(), "referenced_security_group_id", Value::Null);
        wanted["aws_ingress"][key] = with(row, "cidr_ipv4", block);
    }
    let told = findings(&plan(&[stays("portmatrix_rules.edge", &wanted)], &[]), &[]);
    assert_eq!(
        told,
        [
            "missing kong/tcp-8000/a:ipv4:x kong/tcp-8000/b:ipv4:x",
            "missing kong/tcp-8000/lb:group",
        ]
    );
}
