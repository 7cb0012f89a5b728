//! `review --all` of files without `portmatrix_rules`: what is open, to whom, and how bad that is.

use crate::review_plan::document::{GROUP, change, created, ingress, plan, state, stays, with};
use crate::review_plan::review;
use crate::support::{program, read};
use expect_test::expect;
use serde_json::{Value, json};
use std::fmt::Write as _;

pub(super) const RULE: &str = "aws_vpc_security_group_ingress_rule";

/// The inventory for programs.
pub(super) fn inventory(input: &str, arguments: &[&str]) -> Value {
    let ran = review(
        input.as_bytes(),
        &[&["--all", "--format", "json"], arguments].concat(),
    );
    assert_eq!(ran.err, "", "{arguments:?}");
    let json: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(json["kind"], "inventory");
    assert_eq!(json["format_version"], "1.0");
    json
}

/// Each entry as its severity, its kind, and its traffic or message.
pub(super) fn lines(json: &Value) -> Vec<String> {
    let line = |it: &Value| {
        let text = |name: &str| it[name].as_str().unwrap().to_owned();
        let what = match text("traffic") {
            it if it.is_empty() => text("message"),
            it => it,
        };
        format!("{} {} {what}", text("severity"), text("kind"))
    };
    json["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(line)
        .collect()
}

/// A state with rules of AWS: ports of TCP with a block.
fn rules(of: &[(u16, &str)]) -> String {
    let all: Vec<(String, Value)> = (of.iter().enumerate())
        .map(|(at, (port, block))| (format!("{RULE}.r{at}"), ingress(*port, block)))
        .collect();
    let all: Vec<(&str, Value)> = all
        .iter()
        .map(|(it, row)| (it.as_str(), row.clone()))
        .collect();
    state(&all)
}

#[test]
fn the_readme_shows_what_the_command_prints() {
    let readme = read("README.md");
    let (_, rest) = readme
        .split_once("cargo run --release -- review ")
        .expect("the README runs an inventory");
    let (arguments, rest) = rest.split_once('\n').unwrap();
    let (arguments, _) = arguments.split_once('#').unwrap_or((arguments, ""));
    let arguments: Vec<&str> = ["review"]
        .into_iter()
        .chain(arguments.split_whitespace())
        .collect();
    let (_, rest) = rest
        .split_once("```text\n")
        .expect("the README shows its output");
    let (shown, _) = rest.split_once("```").unwrap();
    let ran = program::run(&arguments, b"");
    assert_eq!((ran.code, ran.err.as_str()), (1, ""));
    let mut left = ran.out.as_str();
    for part in shown.split('…').map(str::trim) {
        let after = left.split_once(part);
        left = after
            .unwrap_or_else(|| panic!("not in the output: {part}\n{}", ran.out))
            .1;
    }
    for line in left.lines().chain(shown.lines()) {
        assert!(!line.contains("panicked"), "{line}");
    }
}

#[test]
fn severity_is_a_ladder_of_who_and_what() {
    let (mut all, mut expected) = (Vec::new(), Vec::new());
    for (port, block, line) in [
        // Ports for administration, and what is not for everyone.
        (22, "0.0.0.0/0", "error exposed"),
        (22, "::/0", "error exposed"),
        (22, "0.0.0.0/1", "error exposed"),
        (3389, "64.0.0.0/2", "error exposed"),
        (3306, "0.0.0.0/0", "error exposed"),
        (5432, "0.0.0.0/0", "error exposed"),
        (8001, "0.0.0.0/0", "error exposed"),
        (6443, "0.0.0.0/0", "error exposed"),
        // Nothing is known, or not only what is for everyone.
        (977, "0.0.0.0/0", "warning open"),
        (8080, "0.0.0.0/0", "warning open"),
        // A very wide range.
        (22, "10.0.0.0/8", "warning wide"),
        (5432, "10.0.0.0/8", "warning wide"),
        (22, "fd00::/8", "warning wide"),
        (977, "10.0.0.0/8", "info allowed"),
        (443, "10.0.0.0/8", "info allowed"),
        // What is found everywhere.
        (443, "0.0.0.0/0", "info public"),
        (80, "::/0", "info public"),
        (22, "10.99.0.0/16", "info allowed"),
        (22, "198.51.100.7/32", "info allowed"),
        (5432, "10.20.0.0/24", "info allowed"),
    ] {
        let row = if block.contains(':') {
            let row = with(ingress(port, ""), "cidr_ipv4", Value::Null);
            with(row, "cidr_ipv6", block)
        } else {
            ingress(port, block)
        };
        let group = format!("sg-{}", expected.len());
        let address = format!("{RULE}.r{}", expected.len());
        all.push((address, with(row, "security_group_id", group.clone())));
        expected.push((group, format!("{port} {block}: {line}")));
    }
    let all: Vec<(&str, Value)> = all
        .iter()
        .map(|(it, row)| (it.as_str(), row.clone()))
        .collect();
    let json = inventory(&state(&all), &[]);
    for (group, line) in expected {
        let entries = json["entries"].as_array().unwrap().iter();
        let at = |it: &&Value| it["points"].as_array().unwrap().contains(&json!(group));
        let found: Vec<String> = entries
            .filter(at)
            .map(|it| {
                format!(
                    "{} {}",
                    it["severity"].as_str().unwrap(),
                    it["kind"].as_str().unwrap()
                )
            })
            .collect();
        assert!(
            found.len() == 1 && line.ends_with(&found[0]),
            "{line}: {found:?}"
        );
    }
    // Rules that are everyone together.
    let halves = rules(&[
        (22, "16.0.0.0/5"),
        (22, "32.0.0.0/4"),
        (22, "48.0.0.0/4"),
        (22, "64.0.0.0/4"),
        (22, "80.0.0.0/4"),
    ]);
    assert_eq!(
        lines(&inventory(&halves, &[])),
        ["error exposed tcp/22 from 16.0.0.0/5, 32.0.0.0/3, 64.0.0.0/3"]
    );
}

#[test]
fn all_egress_and_members_of_a_group_are_no_alarm() {
    let all = |address: &str, row: Value| {
        let row = with(
            with(with(row, "ip_protocol", "-1"), "from_port", Value::Null),
            "to_port",
            Value::Null,
        );
        (address.to_owned(), row)
    };
    let (egress, of_it) = all(
        "aws_vpc_security_group_egress_rule.all",
        ingress(0, "0.0.0.0/0"),
    );
    let group = with(
        with(ingress(0, ""), "cidr_ipv4", Value::Null),
        "referenced_security_group_id",
        GROUP,
    );
    let (members, of_members) = all(&format!("{RULE}.members"), group);
    let (open, of_open) = all(&format!("{RULE}.open"), ingress(0, "0.0.0.0/0"));
    let text = state(&[(&egress, of_it), (&members, of_members)]);
    let found = lines(&inventory(&text, &[]));
    assert_eq!(
        found,
        [
            format!("info allowed everything from group {GROUP}"),
            "info allowed everything to 0.0.0.0/0".to_owned()
        ]
    );
    let text = state(&[(&open, of_open)]);
    assert_eq!(
        lines(&inventory(&text, &[])),
        ["error exposed everything from 0.0.0.0/0"]
    );
}

#[test]
fn duplicates_and_shadowed_rules_are_named() {
    let found = lines(&inventory(
        &rules(&[
            (443, "10.0.0.0/24"),
            (443, "10.0.0.0/24"),
            (443, "10.0.0.0/25"),
        ]),
        &[],
    ));
    assert_eq!(
        found,
        [
            "info allowed tcp/443 from 10.0.0.0/24",
            "info duplicate tcp/443 from 10.0.0.0/24",
            "info shadowed tcp/443 from 10.0.0.0/25",
        ]
    );
}

#[test]
fn people_read_the_worst_first_and_what_to_do() {
    let text = rules(&[(443, "0.0.0.0/0"), (22, "0.0.0.0/0"), (8001, "10.0.0.0/8")]);
    let ran = review(text.as_bytes(), &["--all"]);
    assert_eq!((ran.code, ran.err.as_str()), (1, ""));
    expect![[r"
        error: exposed: `aws_vpc_security_group_ingress_rule.r1` allows tcp/22 from 0.0.0.0/0 at `sg-0a1b2c3d`
            everyone can connect; tcp/22 is SSH
            remedy: delete the rule, or allow only the addresses that must connect

        warning: wide: `aws_vpc_security_group_ingress_rule.r2` allows tcp/8001 from 10.0.0.0/8 at `sg-0a1b2c3d`
            every machine in a very wide range can connect; tcp/8001 is Kong Gateway: Admin API over HTTP (`kong.admin-http`), or Redis Software: Applications ask which node has the endpoint of a database (`redis-enterprise.discovery-clients`), or Redis Software: Discovery service between nodes (`redis-enterprise.discovery-nodes`), and 3 more known
            remedy: allow only the networks that must connect

        info: public: `aws_vpc_security_group_ingress_rule.r0` allows tcp/443 from 0.0.0.0/0 at `sg-0a1b2c3d`
            tcp/443 is HTTPS

        3 rules at 1 point: 1 exposed, 1 wide, 1 public
        next: declare a layout with `portmatrix_rules`; `review` then also reports what is missing and what is not part of any flow
    "]]
    .assert_eq(&ran.out);
}

#[test]
fn severity_decides_the_exit_code() {
    let code = |text: &str, arguments: &[&str]| {
        review(text.as_bytes(), &[&["--all"], arguments].concat()).code
    };
    let (bad, odd, fine) = (
        rules(&[(22, "0.0.0.0/0")]),
        rules(&[(977, "0.0.0.0/0")]),
        rules(&[(443, "0.0.0.0/0")]),
    );
    for (text, severity, expected) in [
        (&bad, "error", 1),
        (&bad, "never", 0),
        (&odd, "error", 0),
        (&odd, "warning", 1),
        (&fine, "warning", 0),
        (&fine, "info", 1),
    ] {
        assert_eq!(code(text, &["--fail-on", severity]), expected, "{severity}");
    }
    assert_eq!(code(&bad, &["--ignore", GROUP]), 0);
    assert_eq!(code(&bad, &["--ignore", "*.r0"]), 0);
    assert_eq!(code(&bad, &["--ignore", "*.r1"]), 1);
    assert_eq!(
        code(&state(&[("aws_vpc.it", json!({}))]), &["--fail-on", "info"]),
        0
    );
    // What cannot be read does not pass.
    let unread = with(ingress(22, "10.0.0.0/8"), "ip_protocol", "tpc");
    assert_eq!(code(&state(&[(&format!("{RULE}.odd"), unread)]), &[]), 2);
}

#[test]
fn a_plan_is_listed_as_it_leaves_things_and_before() {
    let address = format!("{RULE}.ssh");
    let gone = plan(
        &[change(
            &address,
            &["delete"],
            &ingress(22, "0.0.0.0/0"),
            &Value::Null,
        )],
        &[],
    );
    assert_eq!(lines(&inventory(&gone, &[])), [""; 0]);
    assert_eq!(
        lines(&inventory(&gone, &["--before"])),
        ["error exposed tcp/22 from 0.0.0.0/0"]
    );
}

/// A destroy plan has no wanted rules; what remains is listed.
#[test]
fn what_a_destroy_plan_leaves_is_listed() {
    let wanted = crate::review_plan::document::wanted();
    let changes = [
        change("portmatrix_rules.edge", &["delete"], &wanted, &Value::Null),
        change(
            &format!("{RULE}.edge"),
            &["delete"],
            &ingress(8443, "0.0.0.0/0"),
            &Value::Null,
        ),
        stays(&format!("{RULE}.ssh"), &ingress(22, "0.0.0.0/0")),
    ];
    let text = plan(&changes, &[]);
    assert_eq!(
        lines(&inventory(&text, &[])),
        ["error exposed tcp/22 from 0.0.0.0/0"]
    );
    for text in [text, rules(&[(22, "0.0.0.0/0")])] {
        let ran = review(text.as_bytes(), &[]);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""));
        assert!(ran.err.contains("`--all`"), "{}", ran.err);
    }
}

/// Neither the sensitive values nor what follows from them is printed; that something is bad is.
#[test]
fn sensitive_rules_are_counted_and_not_shown() {
    let mut hidden = created(&format!("{RULE}.hidden"), ingress(22, "198.0.0.0/7"));
    hidden["change"]["after_sensitive"] = json!({ "cidr_ipv4": true });
    let open = created(&format!("{RULE}.open"), ingress(22, "0.0.0.0/0"));
    let text = plan(&[hidden, open], &[]);
    for format in ["text", "json", "sarif", "markdown"] {
        let ran = review(text.as_bytes(), &["--all", "--format", format]);
        assert_eq!(ran.code, 1, "{format}");
        assert!(!ran.out.contains("198.0.0.0"), "{format}: {}", ran.out);
        assert!(
            ran.out.contains("exposed") && ran.out.contains("(sensitive)"),
            "{format}: {}",
            ran.out
        );
    }
}

#[test]
fn unknown_rules_are_counted() {
    let mut new = created(
        &format!("{RULE}.new"),
        with(ingress(22, "0.0.0.0/0"), "security_group_id", Value::Null),
    );
    new["change"]["after_unknown"] = json!({ "security_group_id": true });
    let json = inventory(&plan(&[new], &[]), &[]);
    assert_eq!(
        (lines(&json).len(), &json["known_after_apply"]),
        (0, &json!(1))
    );
    assert_eq!(
        json["summary"],
        "no firewall rules that are known before apply"
    );
}

#[test]
fn sarif_has_each_entry_with_its_rule() {
    let text = rules(&[(443, "0.0.0.0/0"), (22, "0.0.0.0/0"), (22, "10.0.0.0/8")]);
    let ran = review(text.as_bytes(), &["--all", "--format", "sarif"]);
    let sarif: Value = serde_json::from_str(&ran.out).unwrap();
    let run = &sarif["runs"][0];
    let kinds = run["tool"]["driver"]["rules"].as_array().unwrap();
    let mut shown = String::new();
    let mut fingerprints = Vec::new();
    for it in run["results"].as_array().unwrap() {
        let index = usize::try_from(it["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(kinds[index]["id"], it["ruleId"]);
        assert!(it["locations"][0]["physicalLocation"]["region"]["startLine"].is_u64());
        fingerprints.push(it["partialFingerprints"].to_string());
        let (level, id) = (
            it["level"].as_str().unwrap(),
            it["ruleId"].as_str().unwrap(),
        );
        writeln!(shown, "{level} {id}").unwrap();
    }
    fingerprints.dedup();
    assert_eq!(fingerprints.len(), 4);
    assert_eq!(
        shown,
        "error exposed\nwarning wide\nnote public\nnote shadowed\n"
    );
}
