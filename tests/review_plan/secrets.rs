//! What is marked as sensitive is in no output, nor is what would tell it.

use crate::review_plan::document::{created, in_place, ingress, plan, stays, wanted, with};
use crate::review_plan::review;
use serde_json::{Value, json};

const FORMATS: [&str; 4] = ["text", "json", "markdown", "sarif"];

fn marked(mut change: Value, marks: Value) -> Value {
    change["change"]["after_sensitive"] = marks;
    change
}

fn outputs(text: &str) -> Vec<(&'static str, String)> {
    FORMATS
        .iter()
        .map(|format| {
            let ran = review(text.as_bytes(), &["--format", format]);
            assert_eq!(
                (ran.code, ran.err.as_str()),
                (1, ""),
                "{format}: {}",
                ran.out
            );
            (*format, ran.out)
        })
        .collect()
}

/// The rule is reported by its address; its severity is that of what it does.
#[test]
fn a_rule_with_a_sensitive_part_is_named_and_no_more() {
    let rule = "aws_vpc_security_group_ingress_rule.secret";
    for (secret, field, value) in [
        ("203.0.113", "cidr_ipv4", json!("203.0.113.0/24")),
        ("pl-5ec2e7", "prefix_list_id", json!("pl-5ec2e7")),
        (
            "sg-5ec2e7",
            "referenced_security_group_id",
            json!("sg-5ec2e7"),
        ),
        ("31337", "from_port", json!(31337)),
        ("31337", "to_port", json!(31337)),
        ("sg-0a1b2c3d", "security_group_id", json!("sg-0a1b2c3d")),
    ] {
        let peer = if field.ends_with("port") || field.starts_with("security") {
            json!("0.0.0.0/0")
        } else {
            Value::Null
        };
        let mut changes = in_place();
        let attributes = with(ingress(31337, ""), "cidr_ipv4", peer);
        changes.push(marked(
            created(rule, with(attributes, field, value)),
            json!({ field: true }),
        ));
        for (format, out) in outputs(&with_needed_findings(changes)) {
            assert!(!out.contains(secret), "{field}, {format}: {out}");
            assert!(
                out.contains(rule) && out.contains("(sensitive)"),
                "{field}, {format}: {out}"
            );
        }
    }
}

/// Something else in the same direction is wrong for sure, so that the exit code does not depend on the secret.
fn with_needed_findings(mut changes: Vec<Value>) -> String {
    changes.remove(1);
    plan(&changes, &[])
}

/// The rest of what is wanted would tell the part that a sensitive rule permits.
#[test]
fn the_rest_does_not_reveal_a_sensitive_part() {
    let half = ingress(8443, "10.1.0.0/25");
    let marks = [json!({ "cidr_ipv4": true }), json!(true)];
    for marks in marks {
        let mut changes = in_place();
        changes[1] = marked(
            stays("aws_vpc_security_group_ingress_rule.web", &half),
            marks,
        );
        for (format, out) in outputs(&plan(&changes, &[])) {
            for told in ["10.1.0.0/25", "10.1.0.128"] {
                assert!(!out.contains(told), "{format}: {out}");
            }
            assert!(out.contains("narrower"), "{format}: {out}");
        }
    }
}

/// Also where what is wanted is marked.
#[test]
fn wanted_rows_may_be_sensitive() {
    let mut rules = wanted();
    rules["aws_ingress"]["dmz/tcp-8443/web:ipv4:a"]["cidr_ipv4"] = json!("198.51.100.0/24");
    let marks = json!({ "aws_ingress": { "dmz/tcp-8443/web:ipv4:a": { "cidr_ipv4": true } } });
    let mut changes = in_place();
    changes[0] = marked(stays("portmatrix_rules.edge", &rules), marks);
    for (format, out) in outputs(&plan(&changes, &[])) {
        assert!(!out.contains("198.51.100"), "{format}: {out}");
    }
}

/// A text that is marked in one place is not said from another.
#[test]
fn a_secret_is_one_everywhere() {
    let block = "203.0.113.0/24";
    let mut changes = in_place();
    let quiet = with(ingress(22, block), "security_group_id", "sg-other");
    changes.push(marked(
        created("aws_vpc_security_group_ingress_rule.a", quiet),
        json!({ "cidr_ipv4": true }),
    ));
    changes.push(created(
        "aws_vpc_security_group_ingress_rule.b",
        ingress(22, block),
    ));
    let text = plan(&changes, &[]);
    for format in FORMATS {
        let ran = review(text.as_bytes(), &["--format", format]);
        assert!(ran.out.contains("ingress_rule.b"), "{format}: {}", ran.out);
        assert!(!ran.out.contains(block), "{format}: {}", ran.out);
    }
}

/// What the provider computes of a marked argument is not marked itself.
#[test]
fn a_marked_argument_of_a_zone_is_marked_in_its_rules() {
    for marks in [
        json!({ "zone": { "web": { "ipv4": true } } }),
        json!({ "zone": { "web": { "ipv4": { "a": true } } } }),
    ] {
        let mut rules = wanted();
        // With host bits, as people write it; the row holds the block.
        rules["zone"]["web"] = json!({ "ipv4": { "a": "203.0.113.77/24" } });
        rules["aws_ingress"]["dmz/tcp-8443/web:ipv4:a"]["cidr_ipv4"] = json!("203.0.113.0/24");
        let mut changes = in_place();
        changes[0] = marked(stays("portmatrix_rules.edge", &rules), marks);
        changes.push(created(
            "aws_security_group.it",
            json!({ "id": crate::review_plan::document::GROUP, "egress": [], "ingress": [crate::review_plan::document::inline(22, &["203.0.113.0/25"])] }),
        ));
        for (format, out) in outputs(&plan(&changes, &[])) {
            assert!(!out.contains("203.0.113"), "{format}: {out}");
            assert!(out.contains("web:ipv4:a"), "{format}: {out}");
        }
    }
}
