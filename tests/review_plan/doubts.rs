//! What was not compared, or not read, or may be absent: said, and never passed off as being in sync.

use crate::review_plan::document::{
    GROUP, change, created, in_place, ingress, plan, stays, wanted, with,
};
use crate::review_plan::{findings, review};
use crate::support::program::program;
use serde_json::{Value, json};
use std::fs::OpenOptions;
use std::process::Stdio;

const ODD: &str = "aws_vpc_security_group_ingress_rule.odd";

fn odd(group: &str) -> Value {
    let rule = with(ingress(22, "10.0.0.0/8"), "ip_protocol", "tpc");
    created(ODD, with(rule, "security_group_id", group))
}

fn with_change(change: Value) -> String {
    plan(&[in_place(), vec![change]].concat(), &[])
}

/// What JSON and SARIF say; text and Markdown may not say more.
fn in_sync(text: &str) -> Value {
    let out = |format| review(text.as_bytes(), &["--format", format]).out;
    let json: Value = serde_json::from_str(&out("json")).unwrap();
    let sarif: Value = serde_json::from_str(&out("sarif")).unwrap();
    let in_sync = &json["in_sync"];
    assert_eq!(sarif["runs"][0]["properties"]["inSync"], *in_sync);
    for format in ["text", "markdown"] {
        let said = out(format).contains("in sync");
        assert_eq!(said, *in_sync == json!(true), "{format}: {}", out(format));
    }
    in_sync.clone()
}

#[test]
fn what_was_not_compared_is_not_in_sync() {
    let mut unknown = created(ODD, json!({ "ip_protocol": "tcp" }));
    unknown["change"]["after_unknown"] = json!({ "security_group_id": true });
    let mut nothing = created("portmatrix_rules.edge", json!({ "zone": {} }));
    nothing["change"]["after_unknown"] = json!({ "aws_ingress": true });
    for (text, expected) in [
        (plan(&in_place(), &[]), json!(true)),
        (with_change(odd(GROUP)), json!(false)),
        (with_change(unknown), json!(false)),
        (plan(&[nothing], &[]), Value::Null),
    ] {
        assert_eq!(in_sync(&text), expected, "{text}");
    }
}

/// One that cannot be read is got rid of as any other.
#[test]
fn unreadable_rules_may_be_ignored_or_elsewhere() {
    let code = |group: &str, arguments: &[&str]| {
        review(with_change(odd(group)).as_bytes(), arguments).code
    };
    assert_eq!(code(GROUP, &[]), 2);
    assert_eq!(code(GROUP, &["--ignore", ODD]), 0);
    assert_eq!(code(GROUP, &["--ignore", "sg-*"]), 0);
    assert_eq!(code(GROUP, &["--ignore", "other"]), 2);
    assert_eq!(code("sg-other", &[]), 0);
    assert_eq!(code("sg-other", &["--all"]), 2);
}

#[test]
fn a_plan_that_may_be_incomplete_is_reported_as_such() {
    for (name, value, words) in [
        ("errored", json!(true), "ended with an error"),
        ("deferred_changes", json!([{}]), "defers 1 change,"),
        ("complete", json!(false), "is incomplete"),
    ] {
        let text: Value = serde_json::from_str(&plan(&in_place(), &[])).unwrap();
        let text = with(text, name, value).to_string();
        assert_eq!(in_sync(&text), json!(false), "{name}");
        let ran = review(text.as_bytes(), &[]);
        assert!(ran.out.contains(words), "{}", ran.out);
    }
}

/// To apply a plan does not bring what it leaves out.
#[test]
fn no_remedy_is_to_apply_what_was_judged() {
    let mut changes = in_place();
    changes.remove(1);
    let text = plan(&changes, &[]);
    let after = review(text.as_bytes(), &[]).out;
    assert!(
        after.contains("missing") && !after.contains("apply"),
        "{after}"
    );
    let before = review(text.as_bytes(), &["--before"]).out;
    assert!(
        before.contains("remedy: apply the configuration"),
        "{before}"
    );
}

/// A direction that no one asks for is not reviewed by `--all` either.
#[test]
fn all_is_offered_only_where_it_helps() {
    let mut changes = in_place();
    changes[0] = stays(
        "portmatrix_rules.edge",
        &with(wanted(), "directions", json!(["ingress"])),
    );
    changes.push(created(
        "aws_vpc_security_group_egress_rule.dns",
        ingress(53, "10.0.0.2/32"),
    ));
    let ran = review(plan(&changes, &[]).as_bytes(), &[]);
    assert!(ran.out.contains("1 rule is in a direction"), "{}", ran.out);
    assert!(!ran.out.contains("--all"), "{}", ran.out);
}

#[test]
fn a_plan_that_removes_everything_is_recognised() {
    let gone = change(
        "portmatrix_rules.edge",
        &["delete"],
        &wanted(),
        &Value::Null,
    );
    let ran = review(plan(&[gone], &[]).as_bytes(), &[]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    assert!(
        ran.err.contains("removes its `portmatrix_rules`"),
        "{}",
        ran.err
    );
}

/// Where two projects have a network of one name, a zone that names none may mean either.
#[test]
fn an_ambiguous_network_is_not_compared() {
    let rule = |project: Value| {
        json!({
            "name": "web", "network": "core", "project": project, "direction": "INGRESS", "priority": 1000,
            "source_ranges": ["10.0.0.0/8"], "target_tags": ["kong"],
            "allow": [{ "protocol": "tcp", "ports": ["443"] }], "deny": [],
        })
    };
    let rules = json!({
        "zone": { "dmz": { "gcp": [{ "network": "core", "target_tags": ["kong"] }] } },
        "gcp_rules": { "dmz/ingress/tcp-443/web:ipv4": rule(Value::Null) },
        "aws_ingress": {}, "aws_egress": {}, "azure_rules": {},
    });
    let changes = [
        stays("portmatrix_rules.edge", &rules),
        stays("google_compute_firewall.a", &rule(json!("a"))),
        stays("google_compute_firewall.b", &rule(json!("b"))),
    ];
    let text = plan(&changes, &[]);
    assert_eq!(findings(&text, &["--all"]), [""; 0]);
    let ran = review(text.as_bytes(), &[]);
    assert_eq!(ran.code, 2);
    assert!(
        ran.out
            .contains("network `core` is in several projects, `a`, `b`; set the `project`"),
        "{}",
        ran.out
    );
    assert!(
        !ran.out.contains(" at points where ") && !ran.out.contains(" in a direction"),
        "{}",
        ran.out
    );
    assert_eq!(in_sync(&text), json!(false));
}

#[test]
fn help_is_printed_by_review_too() {
    for word in ["--help", "-h"] {
        let ran = review(b"", &[word]);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""));
        assert!(ran.out.contains("review [--before]"), "{}", ran.out);
    }
}

/// A report that was not written does not count.
#[cfg(target_os = "linux")]
#[test]
fn a_failed_write_fails() {
    let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = program()
        .arg("--help")
        .stdout(Stdio::from(full))
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let err = String::from_utf8(output.stderr).unwrap();
    assert!(err.contains("cannot write the output"), "{err}");
}
