//! `review --policy`: declared and existing rules, held against a matrix in a file.

use crate::review_plan::document::created;
use crate::support::program::{self, Ran};
use crate::why::document;
use serde_json::{Value as Json, json};
use std::fs;

fn layout() -> Json {
    json!({
        "zone": {
            "app": { "components": [], "ipv4": { "a": "10.0.1.0/24" }, "aws": { "security_group_id": "sg-1" } },
            "db": { "segment": "Databases", "trust": "restricted", "components": [], "ipv4": { "a": "10.0.2.0/24" }, "aws": { "security_group_id": "sg-2" } },
        },
        "flow": { "sql": { "from": ["app"], "to": ["db"], "services": ["tcp/5432"] } },
    })
}

fn rogue(block: &str, port: u16) -> Json {
    created(
        "aws_vpc_security_group_ingress_rule.rogue",
        json!({
            "security_group_id": "sg-2", "cidr_ipv4": block, "cidr_ipv6": null, "prefix_list_id": null,
            "referenced_security_group_id": null, "ip_protocol": "tcp", "from_port": port, "to_port": port,
            "description": null, "tags": null,
        }),
    )
}

fn judged(matrix: &str, more: &[Json], arguments: &[&str]) -> Ran {
    let file = tempfile::Builder::new().suffix(".yaml").tempfile().unwrap();
    fs::write(file.path(), matrix).unwrap();
    let path = file.path().to_str().unwrap();
    let arguments = [&["review", "-", "--policy", path], arguments].concat();
    program::run(&arguments, document(&layout(), more).as_bytes())
}

#[test]
fn declared_and_existing_rules_are_judged() {
    let block = "policies: [{ from: '*', to: Databases, access: block }, { from: app, to: db, access: allow }]\n";
    let ran = judged(block, &[], &[]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{}", ran.out);
    let partner = format!("{block}segments: {{ Partner: [10.66.0.0/16] }}\n");
    let ran = judged(&partner, &[rogue("10.66.3.0/24", 22)], &[]);
    assert_eq!(ran.code, 1, "{}", ran.out);
    let words =
        "`Partner` must not connect to `db` on `tcp/22`: the policy from `*` to `Databases`";
    assert!(ran.out.contains(words), "{}", ran.out);
    assert!(
        ran.out
            .contains("`aws_vpc_security_group_ingress_rule.rogue` permits it"),
        "{}",
        ran.out
    );
    // Addresses that the file does not place are named themselves, and everyone is public.
    let ran = judged(block, &[rogue("10.77.0.0/24", 22)], &[]);
    assert!(
        ran.out.contains("`10.77.0.0/24` must not connect to `db`"),
        "{}",
        ran.out
    );
    let public = "policies: [{ from: 'trust:public', to: 'trust:restricted', access: block, severity: warning }]\n";
    let ran = judged(public, &[rogue("0.0.0.0/0", 22)], &[]);
    assert_eq!(ran.code, 0, "{}", ran.out);
    assert!(
        ran.out
            .starts_with("warning: policy-violated: `0.0.0.0/0` must not connect to `db`"),
        "{}",
        ran.out
    );
    let strict = judged(public, &[rogue("0.0.0.0/0", 22)], &["--fail-on", "warning"]);
    assert_eq!(strict.code, 1);
}

#[test]
fn exceptions_are_judged_on_a_day() {
    let matrix = "\
policies: [{ from: app, to: db, access: block }]
exceptions: [{ from: app, to: db, services: [tcp/5432], reason: migration, ticket: NET-77, expires: '2027-03-31' }]
";
    let on = |day: &str| judged(matrix, &[], &["--as-of", day, "--format", "json"]);
    let codes = |ran: &Ran| {
        let json: Json = serde_json::from_str(&ran.out).unwrap();
        let all = json["findings"].as_array().unwrap().iter();
        all.map(|it| it["code"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(codes(&on("2027-01-01")), ["policy-excepted"]);
    assert_eq!(
        codes(&on("2027-03-30")),
        ["exception-expiring", "policy-excepted"]
    );
    let over = on("2027-04-01");
    assert_eq!(
        (codes(&over), over.code),
        (vec!["exception-expired".to_owned()], 1)
    );
    assert_eq!(
        codes(&judged(matrix, &[], &["--format", "json"])),
        ["dates-not-judged", "policy-excepted"]
    );
}

#[test]
fn mistakes_in_the_file_are_named() {
    for (matrix, words) in [
        ("policies: [{ from: a, to: b }]", "`access` is required"),
        (
            "policies: [{ from: a, to: b, access: deny }]",
            "`block-only`",
        ),
        (
            "policies: [{ from: a, to: b, access: block, why: x }]",
            "no argument `why`",
        ),
        (
            "policies: [{ from: a, to: b, access: block }, { from: a, to: b, access: allow }]",
            "is already set at",
        ),
        ("policy: []", "unknown name `policy`"),
        ("segments: { A: [10.0.0.1/8] }", "10.0.0.0/8"),
        ("segments: { A: [] }", "no CIDR block"),
        (
            "exceptions: [{ from: a, to: b, services: [any], reason: r, expires: 2027-02-29 }]",
            "2027-02-29",
        ),
        ("- a\n- b", "expected an object"),
        ("{}", "`policies` has no entry"),
        ("segments: { A: [10.0.0.0/8] }", "`policies` has no entry"),
        (
            "{ policies: [{ from: a, to: b, access: block }], segments: [10.0.0.0/8] }",
            "`segments` is not an object",
        ),
        ("policies: [", "yaml"),
    ] {
        let ran = judged(matrix, &[], &[]);
        assert_eq!(ran.code, 2, "{matrix}: {}{}", ran.out, ran.err);
        assert!(ran.err.contains(words), "{matrix}: {}", ran.err);
    }
}

/// An option that would do nothing is an error, not ignored.
#[test]
fn options_of_the_comparison_do_not_fit() {
    let matrix = "policies: [{ from: app, to: db, access: allow }]";
    for option in [
        "--before",
        "--all",
        "--allow-unknown",
        "--language=ru",
        "--ignore=sg-1",
    ] {
        let ran = judged(matrix, &[], &[option]);
        assert_eq!(ran.code, 2, "{option}");
        let name = option.split('=').next().unwrap();
        let words = format!("`{name}` has no effect with `--policy`");
        assert!(ran.err.contains(&words), "{}", ran.err);
    }
    let plan = document(&layout(), &[]);
    let ran = program::run(&["review", "-", "--as-of", "2027-01-01"], plan.as_bytes());
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("only with `--policy`"), "{}", ran.err);
}

/// A misspelt zone would leave its cell without effect.
#[test]
fn names_that_nearly_fit_are_reported() {
    let on = |from: &str| {
        let matrix = format!("policies: [{{ from: {from}, to: Databases, access: allow }}]");
        judged(&matrix, &[], &[]).out
    };
    assert!(
        on("App").starts_with("warning: policy-unmatched: "),
        "{}",
        on("App")
    );
    for name in ["app", "web"] {
        assert!(!on(name).contains("policy-unmatched"), "{name}");
    }
}
