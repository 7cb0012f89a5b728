//! Small matrices by hand, with the answer that a security engineer expects.

use super::{found, pair, planned};
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;

/// The codes of a layout with policies and exceptions.
fn codes(
    policies: &Json,
    exceptions: &Json,
    services: &[&str],
    day: Option<&str>,
) -> BTreeSet<String> {
    let mut layout = pair(services);
    layout["zone"]["db"]["segment"] = json!("Databases");
    layout["policies"] = policies.clone();
    layout["exceptions"] = exceptions.clone();
    let (state, _) = planned(&json!({ "as_of": day }), &layout);
    let all = found(&state).into_iter();
    all.map(|(code, severity, subject)| format!("{severity} {code} {subject}"))
        .collect()
}

#[test]
fn matrices_say_what_an_engineer_expects() {
    let block = json!({ "from": "*", "to": "*", "access": "block" });
    let only = |from: &str, to: &str, services: &[&str]| json!({ "from": from, "to": to, "access": "allow-only", "services": services });
    let allow = |from: &str, to: &str| json!({ "from": from, "to": to, "access": "allow" });
    let refused = ["error policy-violated app/db/tcp-5432"];
    let none: [&str; 0] = [];
    for (name, cells, services, expected) in [
        ("no cell", json!([]), &["tcp/5432"][..], &none[..]),
        ("default block", json!([block]), &["tcp/5432"], &refused),
        (
            "a zone beats a trust",
            json!([{ "from": "trust:internal", "to": "trust:restricted", "access": "block" }, allow("app", "db")]),
            &["tcp/5432"],
            &none,
        ),
        (
            "a trust beats all",
            json!([block, allow("trust:internal", "trust:restricted")]),
            &["tcp/5432"],
            &none,
        ),
        (
            "neither beats the other, and the refusal stays",
            json!([allow("app", "*"), { "from": "*", "to": "db", "access": "block" }]),
            &["tcp/5432"],
            &[
                "error policy-violated app/db/tcp-5432",
                "info policy-overlap app/*, */db",
            ],
        ),
        (
            "only what is listed",
            json!([only("app", "db", &["tcp/5432"])]),
            &["tcp/5432"],
            &none,
        ),
        (
            "a part of a range",
            json!([only("app", "db", &["tcp/5432-5433"])]),
            &["tcp/5432-5434"],
            &["error policy-violated app/db/tcp-5432-5434"],
        ),
        (
            "nothing listed",
            json!([only("app", "db", &[])]),
            &["tcp/5432"],
            &refused,
        ),
        (
            "everything listed",
            json!([only("app", "db", &["any"])]),
            &["tcp/5432", "esp", "icmp"],
            &none,
        ),
        (
            "all ports of a transport",
            json!([only("app", "db", &["tcp"])]),
            &["tcp/5432"],
            &none,
        ),
        (
            "Tufin's form",
            json!([only("app", "db", &["tcp 5432", "icmp 8"])]),
            &["tcp/5432", "icmp/8"],
            &none,
        ),
        (
            "one text",
            json!([{ "from": "app", "to": "db", "access": "allow-only", "services": "tcp 5432; icmp 8" }]),
            &["tcp/5432", "icmp/8"],
            &none,
        ),
        (
            "a type of ICMP against all",
            json!([only("app", "db", &["icmp"])]),
            &["icmp/8"],
            &none,
        ),
        (
            "all of ICMP against a type",
            json!([only("app", "db", &["icmp/8"])]),
            &["icmp"],
            &["error policy-violated app/db/icmp"],
        ),
        (
            "another way",
            json!([{ "from": "db", "to": "app", "access": "block" }]),
            &["tcp/5432"],
            &none,
        ),
        (
            "a segment",
            json!([block, allow("app", "Databases")]),
            &["tcp/5432"],
            &none,
        ),
        (
            "Tufin's word for all",
            json!([{ "from": "Any", "to": "any", "access": "block" }]),
            &["tcp/5432"],
            &refused,
        ),
        (
            "a warning",
            json!([{ "from": "*", "to": "*", "access": "block", "severity": "warning" }]),
            &["tcp/5432"],
            &["warning policy-violated app/db/tcp-5432"],
        ),
        (
            "monitored",
            json!([{ "from": "*", "to": "*", "access": "block", "monitor": true }]),
            &["tcp/5432"],
            &["warning policy-monitored app/db/tcp-5432"],
        ),
        (
            "an empty table cell",
            json!([{ "from": "*", "to": "*", "access": "block", "severity": "", "reason": " ", "services": "" }]),
            &["tcp/5432"],
            &refused,
        ),
        (
            "names of other layouts",
            json!([{ "from": "mail", "to": "web", "access": "block" }]),
            &["tcp/5432"],
            &none,
        ),
    ] {
        let expected: BTreeSet<String> = expected.iter().map(ToString::to_string).collect();
        assert_eq!(
            codes(&cells, &json!([]), services, None),
            expected,
            "{name}"
        );
    }
}

#[test]
fn exceptions_permit_and_end() {
    let block = json!([{ "from": "*", "to": "*", "access": "block" }]);
    let until = |services: &[&str], expires: &str| json!({ "from": "app", "to": "db", "services": services, "reason": "migration", "expires": expires });
    let both = |a: &str, b: &str| BTreeSet::from([a.to_owned(), b.to_owned()]);
    let one = |it: &str| BTreeSet::from([it.to_owned()]);
    let on = |exceptions: Json, day: &str| codes(&block, &exceptions, &["tcp/5432"], Some(day));
    let permitted = "info policy-excepted app/db/tcp-5432";
    assert_eq!(
        on(json!([until(&["tcp/5432"], "2027-03-31")]), "2027-01-01"),
        one(permitted)
    );
    assert_eq!(
        on(json!([until(&["tcp/5432"], "2027-03-31")]), "2027-03-31"),
        both(permitted, "warning exception-expiring app/db")
    );
    assert_eq!(
        on(json!([until(&["tcp/5432"], "2027-03-31")]), "2027-04-01"),
        one("error exception-expired app/db/tcp-5432")
    );
    assert_eq!(
        on(json!([until(&["tcp/5432"], "2028-02-29")]), "2028-01-01"),
        one(permitted)
    );
    // One that is over next to one that is valid.
    let over_and_valid = json!([
        until(&["tcp/5432"], "2020-01-01"),
        until(&["tcp"], "2030-01-01")
    ]);
    assert_eq!(on(over_and_valid, "2027-01-01"), one(permitted));
    let unused = on(json!([until(&["tcp/22"], "2030-01-01")]), "2027-01-01");
    assert_eq!(
        unused,
        both(
            "error policy-violated app/db/tcp-5432",
            "warning exception-unused app/db"
        )
    );
    let elsewhere = json!([{ "from": "mail", "to": "db", "services": ["any"], "reason": "r" }]);
    assert_eq!(
        on(elsewhere, "2027-01-01"),
        one("error policy-violated app/db/tcp-5432")
    );
    let undated = codes(
        &block,
        &json!([until(&["tcp/5432"], "2020-01-01")]),
        &["tcp/5432"],
        None,
    );
    assert_eq!(undated, both(permitted, "warning dates-not-judged as_of"));
}

/// A zone and itself, and a catalogue's fixed address.
#[test]
fn a_zone_to_itself_and_fixed_addresses_are_named() {
    let layout = |policies: Json| {
        json!({
            "zone": { "db": { "components": [], "ipv4": { "a": "10.0.2.0/24" }, "aws": { "security_group_id": "sg-1" } } },
            "flow": { "sql": { "from": ["db"], "to": ["db"], "services": ["tcp/5432"] } },
            "policies": policies,
        })
    };
    let said = |policies: Json| found(&planned(&json!({}), &layout(policies)).0).len();
    let block = json!({ "from": "*", "to": "*", "access": "block" });
    assert_eq!(said(json!([block])), 0);
    assert_eq!(
        said(json!([{ "from": "trust:internal", "to": "trust:internal", "access": "block" }])),
        0
    );
    assert_eq!(
        said(json!([{ "from": "db", "to": "db", "access": "allow-only", "services": ["tcp/22"] }])),
        1
    );
    let fixed = |policies: Json| {
        let kong = json!({
            "zone": { "app": { "components": ["aiven.*"], "ipv4": { "a": "10.0.1.0/24" }, "host": {} } },
            "policies": policies,
        });
        let all = found(&planned(&json!({}), &kong).0).into_iter();
        all.map(|(_, _, subject)| subject).collect::<BTreeSet<_>>()
    };
    let of_fixed =
        |subjects: &BTreeSet<String>| subjects.iter().filter(|it| it.contains("/aiven.")).count();
    let blocked = fixed(json!([block]));
    assert!(of_fixed(&blocked) > 0, "{blocked:?}");
    let by_trust = fixed(
        json!([block, { "from": "trust:internal", "to": "trust:internal", "access": "allow" }]),
    );
    assert_eq!(of_fixed(&by_trust), of_fixed(&blocked));
}
