//! Rules that permit more zones than the one that they are for.

use super::{found, planned};
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;

fn subjects(layout: &Json) -> BTreeSet<String> {
    let all = found(&planned(&json!({}), layout).0).into_iter();
    all.map(|(code, _, subject)| format!("{code} {subject}"))
        .collect()
}

/// A partner whose network is a part of the company's.
fn layout(partner: &str, policies: &Json) -> Json {
    json!({
        "zone": {
            "corp": { "components": [], "ipv4": { "all": "10.0.0.0/8" } },
            "partner": { "trust": "partner", "components": [], "ipv4": { "vpn": partner } },
            "db": { "trust": "restricted", "components": [], "ipv4": { "a": "192.168.1.0/24" }, "aws": { "security_group_id": "sg-1" } },
        },
        "flow": { "sql": { "from": ["corp"], "to": ["db"], "services": ["tcp/5432"] } },
        "policies": policies,
    })
}

#[test]
fn addresses_of_another_zone_are_judged_for_that_zone() {
    let block = |from: &str| json!([{ "from": from, "to": "trust:restricted", "access": "block" }]);
    let violated = BTreeSet::from(["policy-violated partner/db/tcp-5432".to_owned()]);
    assert_eq!(
        subjects(&layout("10.66.0.0/16", &block("trust:partner"))),
        violated
    );
    assert_eq!(
        subjects(&layout("10.66.0.0/16", &block("partner"))),
        violated
    );
    assert_eq!(
        subjects(&layout("172.16.0.0/16", &block("partner"))),
        BTreeSet::new()
    );
    // What speaks for everyone speaks of the rule's own ends.
    let everyone = json!([{ "from": "*", "to": "db", "access": "block" }, { "from": "corp", "to": "db", "access": "allow" }]);
    assert_eq!(
        subjects(&layout("10.66.0.0/16", &everyone)),
        BTreeSet::new()
    );
}

#[test]
fn a_network_that_is_dialled_is_judged_for_the_zones_in_it() {
    let layout = json!({
        "zone": {
            "app": { "components": [], "ipv4": { "a": "192.168.1.0/24" }, "aws": { "security_group_id": "sg-1" } },
            "corp": { "components": [], "ipv4": { "all": "10.0.0.0/8" } },
            "db": { "trust": "restricted", "components": [], "ipv4": { "a": "10.1.0.0/16" } },
            "internet": { "trust": "public", "components": [], "ipv4": { "any": "0.0.0.0/0" } },
        },
        "flow": {
            "web": { "from": ["app"], "to": ["corp"], "services": ["tcp/443"] },
            "out": { "from": ["app"], "to": ["internet"], "services": ["tcp/8443"] },
        },
        "policies": [{ "from": "app", "to": "db", "access": "block" }],
    });
    let expected = BTreeSet::from(["policy-violated app/db/tcp-443".to_owned()]);
    assert_eq!(subjects(&layout), expected);
}

/// What an apply may still change is not in the list of findings, and nothing of it is shown as certain.
#[test]
fn addresses_that_are_not_known_yet_leave_the_findings_open() {
    use crate::support::core::{Core, UNKNOWN};
    let block =
        json!([{ "from": "partner", "to": "db", "access": "block", "severity": "warning" }]);
    let (at_plan, at_apply) = (layout(UNKNOWN, &block), layout("10.66.0.0/16", &block));
    let core = Core::default();
    let state = core.apply(
        &portmatrix::terraform::value::Value::Null,
        &at_plan,
        &at_apply,
    );
    assert!(
        found(&state.unwrap())
            .iter()
            .any(|it| it.0 == "policy-violated")
    );
}
