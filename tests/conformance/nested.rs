//! Zones inside zones: a rule for the outer one also allows the inner one, and not the other way round.

use crate::conformance::findings::subjects;
use crate::conformance::with;
use crate::support::core::{Core, UNKNOWN};
use portmatrix::terraform::value::Value;
use serde_json::{Value as Json, json};

/// Kong behind a security group, and zones with components and addresses.
fn layout(zones: &[(&str, &str, &[&str], Json)]) -> Json {
    let mut config = json!({
        "verbose": true,
        "fail_on": "never",
        "zone": { "kong": { "components": ["kong.node"], "ipv4": { "a": "172.16.0.0/24" }, "aws": { "security_group_id": "sg-1" } } },
        "product": { "kong": { "version": "3.9", "disable": ["database"] } },
    });
    for (name, trust, components, blocks) in zones {
        let mut zone = blocks.clone();
        zone["trust"] = json!(trust);
        zone["components"] = json!(components);
        config["zone"][name] = zone;
    }
    config
}

fn four(block: &str) -> Json {
    json!({ "ipv4": { "a": block } })
}

/// What overlaps, with its severity.
fn overlaps(config: &Json) -> Vec<String> {
    let planned = Core::default().plan(&Value::Null, config);
    let Value::List(findings) = planned.state.get("findings") else {
        panic!("{:?}", planned.diagnostics)
    };
    let text = |it: &Value, name: &str| it.get(name).as_str().unwrap().to_owned();
    let found = findings
        .iter()
        .filter(|it| it.get("code").as_str() == Some("zones-overlap"));
    found
        .map(|it| format!("{} {}", text(it, "severity"), text(it, "subject")))
        .collect()
}

const CLIENT: &[&str] = &["kong.client"];
const ADMIN: &[&str] = &["kong.admin"];
const BOTH: &[&str] = &["kong.client", "kong.admin"];
const NONE: [&str; 0] = [];

#[test]
fn guests_among_administrators_are_exposed() {
    for (outer, inner) in [
        (four("10.0.0.0/8"), four("10.66.0.0/16")),
        (
            json!({ "ipv6": { "a": "fd00::/8" } }),
            json!({ "ipv6": { "a": "fd00:66::/32" } }),
        ),
    ] {
        let config = layout(&[
            ("corp", "internal", ADMIN, outer),
            ("guest", "public", CLIENT, inner),
        ]);
        assert_eq!(overlaps(&config), NONE);
        let exposed = subjects(&config, "exposed");
        assert!(
            exposed.contains(&"kong/kong.admin-https/guest".to_owned()),
            "{exposed:?}"
        );
    }
}

#[test]
fn an_inner_zone_that_may_do_more_is_quiet() {
    let config = layout(&[
        ("corp", "internal", CLIENT, four("10.0.0.0/8")),
        ("ops", "restricted", BOTH, four("10.99.0.0/24")),
    ]);
    assert_eq!(overlaps(&config), NONE);
    assert_eq!(subjects(&config, "exposed"), NONE);
}

#[test]
fn what_is_public_anyway_is_worth_an_info() {
    let db = |trust| {
        layout(&[
            ("corp", "internal", CLIENT, four("10.0.0.0/8")),
            ("db", trust, &[], four("10.2.0.0/24")),
        ])
    };
    assert_eq!(overlaps(&db("restricted")), ["info corp, db"]);
    assert_eq!(overlaps(&db("internal")), ["info corp, db"]);
    assert_eq!(overlaps(&db("partner")), ["warning corp, db"]);
    let admins = with(db("restricted"), "/zone/corp/components", json!(BOTH));
    assert_eq!(overlaps(&admins), ["warning corp, db"]);
}

#[test]
fn blocks_are_joined_before_they_are_compared() {
    let halves = json!({ "ipv4": { "a": "10.0.0.0/25", "b": "10.0.0.128/25" } });
    let one = layout(&[
        ("all", "internal", CLIENT, four("10.0.0.0/24")),
        ("app", "internal", ADMIN, halves),
    ]);
    assert_eq!(overlaps(&one), ["warning all, app"]);
    // A zone of which others have every address owns none, and rules for it allow them.
    let covered = layout(&[
        ("corp", "internal", ADMIN, four("10.0.0.0/23")),
        ("a", "internal", CLIENT, four("10.0.0.0/24")),
        ("b", "internal", CLIENT, four("10.0.1.0/24")),
    ]);
    assert_eq!(overlaps(&covered), ["warning a, corp", "warning b, corp"]);
    let apart = with(covered, "/zone/a/components", json!(ADMIN));
    assert_eq!(overlaps(&apart), ["warning b, corp"]);
}

#[test]
fn addresses_that_are_only_connected_to_do_not_overlap() {
    let config = layout(&[
        ("corp", "internal", BOTH, four("10.0.0.0/8")),
        (
            "nat",
            "internal",
            &["kong.node"],
            json!({ "advertised_ipv4": { "a": "10.1.0.0/24" } }),
        ),
    ]);
    assert_eq!(overlaps(&config), NONE);
}

#[test]
fn a_block_that_is_not_known_yet_leaves_findings_open() {
    let config = layout(&[
        ("corp", "internal", BOTH, four("10.0.0.0/8")),
        ("lab", "internal", &[], four("10.5.0.0/16")),
    ]);
    let at_plan = with(config.clone(), "/zone/lab/ipv4/a", json!(UNKNOWN));
    let planned = Core::default().plan(&Value::Null, &at_plan);
    assert!(planned.state.get("findings").is_unknown());
    for block in ["10.5.0.0/16", "192.168.0.0/24"] {
        let at_apply = with(config.clone(), "/zone/lab/ipv4/a", json!(block));
        let applied = Core::default().apply(&Value::Null, &at_plan, &at_apply);
        assert!(applied.is_ok(), "{block}: {applied:?}");
    }
}
