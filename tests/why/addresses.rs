//! Addresses and zones that lie in others: who filters, whose rules count, and what is not advised.

use super::{ask, document};
use serde_json::{Value as Json, json};

/// A network with a zone in it, both with rules by hand; zones that are known by groups only.
fn nested() -> Json {
    json!({
        "zone": {
            "internet": { "trust": "public", "components": [], "ipv4": { "any": "0.0.0.0/0" } },
            "corp": { "components": [], "ipv4": { "all": "10.0.0.0/8" } },
            "app": { "components": ["postgresql.client"], "ipv4": { "a": "10.0.1.0/24" }, "aws": { "security_group_id": "sg-1" } },
            "db": { "components": ["postgresql.server"], "ipv4": { "a": "10.0.2.0/24" }, "aws": { "security_group_id": "sg-2" } },
            "jobs": { "components": [], "aws": { "security_group_id": "sg-3" } },
            "mail": { "components": [], "aws": { "security_group_id": "sg-4" } },
        },
        "product": { "postgresql": { "version": "17" } },
        "flow": {
            "web": { "from": ["corp"], "to": ["db"], "services": ["tcp/443"] },
            "open": { "from": ["internet"], "to": ["db"], "services": ["tcp/8443"] },
            "out": { "from": ["app", "jobs"], "to": ["internet"], "services": ["tcp/8080"] },
            "ranges": { "from": ["app"], "to": ["db"], "services": ["tcp/9000-9010"] },
            "smtp": { "from": ["jobs"], "to": ["mail"], "services": ["tcp/25"] },
        },
    })
}

fn check(question: &str, code: u8, words: &[&str]) {
    let answer = ask(&document(&nested(), &[]), question, &[]);
    assert_eq!(answer.code, code, "{question}: {}", answer.out);
    for word in words {
        assert!(
            answer.out.contains(word),
            "{question}: `{word}` is not in\n{}",
            answer.out
        );
    }
    assert!(answer.out.lines().count() <= 12, "{}", answer.out);
}

/// 10.0.1.5 is in `corp`, whose rule `db` has, but `app` filters it and has none.
#[test]
fn an_end_is_filtered_if_any_of_its_zones_is() {
    check(
        "10.0.1.5 db tcp/443",
        1,
        &[
            "Refused: db admits it, 10.0.1.5 does not send it.",
            "app      out  no rule",
            "db/ingress/tcp-443/corp",
            "no flow for app: these flows are for other zones with that address",
        ],
    );
    check(
        "10.0.1.5 db tcp/5432",
        0,
        &["Permitted: 10.0.1.5", "app/egress/tcp-5432/db"],
    );
}

#[test]
fn rules_for_a_zone_around_count_for_a_named_zone() {
    check(
        "corp db tcp/8443",
        0,
        &[
            "db/ingress/tcp-8443/internet",
            "all addresses of corp are in internet",
        ],
    );
    check(
        "app corp tcp/8080",
        0,
        &[
            "app/egress/tcp-8080/internet",
            "all addresses of corp are in internet",
        ],
    );
    // A group has addresses, too.
    check(
        "mail db tcp/8443",
        1,
        &["Refused: db admits it, mail does not send it."],
    );
    check("jobs db tcp/8444", 1, &["Refused"]);
}

#[test]
fn a_part_is_said_to_be_one() {
    check(
        "app db tcp/9005-9020",
        1,
        &[
            "Refused in part: app may connect to db on tcp/9005-9010, not on tcp/9011-9020.",
            "only tcp/9005-9010",
        ],
    );
    let json = ask(
        &document(&nested(), &[]),
        "app db tcp/9005-9020",
        &["--format", "json"],
    );
    assert!(
        json.out.contains("\"verdict\": \"refused-in-part\""),
        "{}",
        json.out
    );
}

#[test]
fn a_block_around_a_zone_is_not_the_zone() {
    check(
        "10.0.0.0/16 db tcp/5432",
        1,
        &["a part of 10.0.0.0/16 is in app (10.0.1.0/24), db (10.0.2.0/24)"],
    );
}

#[test]
fn an_address_of_a_group_is_undecided_at_either_end() {
    check(
        "172.16.0.1 172.16.0.2 tcp/25",
        1,
        &[
            "172.16.0.1 may be a member of jobs, and 172.16.0.2 may be a member of mail",
            "As jobs and mail it would be permitted",
        ],
    );
    check(
        "192.0.2.1 203.0.113.9 tcp/22",
        1,
        &["As jobs it would be refused"],
    );
    // A zone with addresses is not one of which others may be members.
    check(
        "172.16.0.1 db tcp/5432",
        1,
        &["Refused: 172.16.0.1 is in no zone of its own"],
    );
}

/// What would open more than what was asked for is not advised.
#[test]
fn no_advice_widens() {
    for question in [
        "internet db tcp/22",
        "10.0.1.5 db tcp/22",
        "192.0.2.1 db tcp/5432",
        "internet db tcp/5432",
    ] {
        let answer = ask(&document(&nested(), &[]), question, &[]);
        for advice in ["zone \"internet\"", "from = [\"app\"]", "zone \"corp\""] {
            assert!(!answer.out.contains(advice), "{question}: {}", answer.out);
        }
    }
    check(
        "app db tcp/22",
        1,
        &[
            "if you need it anyway, a `flow` block with from = [\"app\"], to = [\"db\"], services = [\"tcp/22\"]",
        ],
    );
}

/// Only what is asked is judged, with the key of the rule that there is.
#[test]
fn a_policy_is_noted_for_what_is_asked() {
    let mut layout = nested();
    layout["policy"] = json!([{ "from": "app", "to": "db", "access": "allow-only", "services": ["tcp/9000-9005", "tcp/5432"] }]);
    let document = document(&layout, &[]);
    let fine = ask(&document, "app db tcp/9003", &[]);
    assert!(!fine.out.contains("must not"), "{}", fine.out);
    let refused = ask(&document, "app db tcp/9008", &[]);
    for words in [
        "app must not connect to db on tcp/9008",
        "app/egress/tcp-9000-9010/db",
    ] {
        assert!(refused.out.contains(words), "{}", refused.out);
    }
}

#[test]
fn policies_of_the_provider_block_are_said_to_be_elsewhere() {
    let mut plan: Json = serde_json::from_str(&document(&nested(), &[])).unwrap();
    plan["configuration"]["provider_config"]["portmatrix"] = json!({
        "name": "portmatrix", "full_name": "example.com/portmatrix/portmatrix", "expressions": { "policies": { "references": ["local.matrix"] } },
    });
    let answer = ask(&plan.to_string(), "app db tcp/5432", &[]);
    assert!(
        answer
            .out
            .contains("the provider block has policies; they are not in this file"),
        "{}",
        answer.out
    );
}
