//! `review` as a person starts it: plans and states in, findings and exit codes out.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod computed;
pub(crate) mod document;
mod doubts;
mod effect;
mod first_plan;
mod first_plan_places;
mod inventory;
mod inventory_estates;
mod mirrors;
mod mistakes;
mod open;
mod policy;
mod sarif;
mod secrets;
mod sides;
mod unread;
mod workflows;

use crate::support::program::{self, Ran};
use document::{created, in_place, ingress, plan};
use expect_test::expect;
use serde_json::Value;

/// Runs `review` on a text that comes in.
fn review(input: &[u8], arguments: &[&str]) -> Ran {
    program::run(&[&["review", "-"], arguments].concat(), input)
}

/// Each finding as its kind, and the rules that it is about.
fn findings(input: &str, arguments: &[&str]) -> Vec<String> {
    let ran = review(
        input.as_bytes(),
        &[&["--format", "json"], arguments].concat(),
    );
    assert_eq!(ran.err, "", "{arguments:?}");
    let json: Value = serde_json::from_str(&ran.out).unwrap();
    let finding = |it: &Value| {
        let rules = it["rules"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| &it["address"]);
        let wanted = it["wanted"].as_array().unwrap().iter().map(|it| &it["key"]);
        let names: Vec<&str> = rules.chain(wanted).map(|it| it.as_str().unwrap()).collect();
        format!("{} {}", it["kind"].as_str().unwrap(), names.join(" "))
    };
    json["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(finding)
        .collect()
}

/// A plan that allows more than is wanted.
fn rogue() -> String {
    let mut changes = in_place();
    changes.push(created(
        "aws_vpc_security_group_ingress_rule.ssh",
        ingress(22, "0.0.0.0/0"),
    ));
    plan(&changes, &[])
}

#[test]
fn what_is_in_sync_is_fine_in_every_format() {
    for format in ["text", "json", "markdown", "sarif"] {
        let ran = review(plan(&in_place(), &[]).as_bytes(), &["--format", format]);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{format}");
        assert!(ran.out.contains("in sync"), "{}", ran.out);
    }
}

#[test]
fn people_read_what_is_wrong_and_what_to_do() {
    let ran = review(rogue().as_bytes(), &[]);
    assert_eq!((ran.code, ran.err.as_str()), (1, ""));
    expect![[r"
        error: extra: `aws_vpc_security_group_ingress_rule.ssh` allows tcp/22 from 0.0.0.0/0 at `sg-0a1b2c3d` (zone `dmz`), which is not part of any declared flow
            tcp/22 is SSH
            remedy: delete `aws_vpc_security_group_ingress_rule.ssh`, or declare the flow that needs it

        1 difference at 1 of 1 point: 1 extra
    "]].assert_eq(&ran.out);
}

#[test]
fn programs_read_the_same() {
    let ran = review(rogue().as_bytes(), &["--format", "json"]);
    expect![[r#"
        {
          "contested": [],
          "findings": [
            {
              "direction": "ingress",
              "kind": "extra",
              "meaning": "tcp/22 is SSH",
              "message": "`aws_vpc_security_group_ingress_rule.ssh` allows tcp/22 from 0.0.0.0/0 at `sg-0a1b2c3d` (zone `dmz`), which is not part of any declared flow",
              "point": "sg-0a1b2c3d",
              "remedy": "delete `aws_vpc_security_group_ingress_rule.ssh`, or declare the flow that needs it",
              "rules": [
                {
                  "address": "aws_vpc_security_group_ingress_rule.ssh",
                  "id": null
                }
              ],
              "severity": "error",
              "traffic": "tcp/22 from 0.0.0.0/0",
              "wanted": []
            }
          ],
          "format_version": "1.0",
          "in_sync": false,
          "known_after_apply": 0,
          "not_reviewed": 0,
          "notes": [],
          "summary": "1 difference at 1 of 1 point: 1 extra",
          "undecided": []
        }
    "#]].assert_eq(&ran.out);
}

/// From the severity on that is asked for.
#[test]
fn the_exit_code_is_as_strict_as_asked() {
    // Only a duplicate: an info.
    let mut changes = in_place();
    let twice = ingress(8443, "10.1.0.0/25");
    changes.push(created("aws_vpc_security_group_ingress_rule.half", twice));
    let spare = plan(&changes, &[]);
    for (input, fail_on, code) in [
        (&rogue(), "error", 1),
        (&rogue(), "never", 0),
        (&spare, "error", 0),
        (&spare, "warning", 0),
        (&spare, "info", 1),
        (&spare, "never", 0),
    ] {
        let ran = review(input.as_bytes(), &["--fail-on", fail_on]);
        assert_eq!(ran.code, code, "{fail_on}: {}", ran.out);
    }
}

#[test]
fn what_is_ignored_is_not_reported() {
    for glob in ["*.ssh", document::GROUP, "sg-*"] {
        assert_eq!(findings(&rogue(), &["--ignore", glob]), [""; 0], "{glob}");
    }
    let other = findings(&rogue(), &["--ignore", "sg-other"]);
    assert_eq!(other, ["extra aws_vpc_security_group_ingress_rule.ssh"]);
}

#[test]
fn markdown_lists_what_was_not_compared() {
    let mut changes = in_place();
    changes.push(created(
        "aws_vpc_security_group_ingress_rule.elsewhere",
        document::with(ingress(22, "0.0.0.0/0"), "security_group_id", "sg-other"),
    ));
    let ran = review(plan(&changes, &[]).as_bytes(), &["--format", "markdown"]);
    assert!(
        ran.out.contains("1 rule is at points where no"),
        "{}",
        ran.out
    );
    let all = findings(&plan(&changes, &[]), &["--all"]);
    assert_eq!(all, ["extra aws_vpc_security_group_ingress_rule.elsewhere"]);
}
