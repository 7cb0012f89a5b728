//! Joined rules and rules over several groups, through the provider.

use crate::core::{Core, UNKNOWN};
use crate::{codes, keys};
use portmatrix::terraform::diagnostic::Severity;
use portmatrix::terraform::value::Value;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

/// A server with three services, and clients in two halves of a network.
fn layout(merge: &str) -> Json {
    json!({
        "merge": merge,
        "zone": {
            "office": { "components": [], "ipv4": { "a": "10.0.0.0/25", "b": "10.0.0.128/25", "far": "10.8.0.0/24" } },
            "server": { "components": [], "aws": { "security_group_id": "sg-1" } },
        },
        "flow": {
            "low": { "from": ["office"], "to": ["server"], "services": ["tcp/8000-8004"] },
            "high": { "from": ["office"], "to": ["server"], "services": ["tcp/8005", "udp/8006", "tcp/9000"] },
        },
    })
}

fn ingress(config: &Json) -> Vec<String> {
    let planned = Core::default().plan(&Value::Null, config);
    assert_eq!(planned.errors().len(), 0, "{:?}", planned.diagnostics);
    keys(&planned.state, "aws_ingress")
}

#[test]
fn keys_say_what_was_joined() {
    assert_eq!(ingress(&layout("none")).len(), 12);
    let rows = |head: &str, names: &[&str]| -> Vec<String> {
        names
            .iter()
            .map(|it| format!("server/{head}/office:ipv4:{it}"))
            .collect()
    };
    let all = |names: &[&str]| {
        let mut keys: Vec<String> = ["tcp-8000-8005", "tcp-9000", "udp-8006"]
            .iter()
            .flat_map(|it| rows(it, names))
            .collect();
        keys.sort();
        keys
    };
    assert_eq!(ingress(&layout("ports")), all(&["a", "b", "far"]));
    assert_eq!(ingress(&layout("all")), all(&["a+b", "far"]));
    // The rule holds the flows of both.
    let planned = Core::default().plan(&Value::Null, &layout("ports"));
    let rule = planned
        .state
        .get("rules")
        .get("server/ingress/tcp-8000-8005/office");
    assert_eq!(
        rule.get("flows"),
        &Value::List(["high", "low"].map(Value::string).into())
    );
}

/// Which addresses are joined hangs on their values: until these are known, so are the keys.
#[test]
fn what_is_joined_by_address_waits_for_the_addresses() {
    let mut unknown = layout("all");
    unknown["zone"]["office"]["ipv4"]["b"] = json!(UNKNOWN);
    let core = Core::default();
    let planned = core.plan(&Value::Null, &unknown);
    assert_eq!(
        codes(&planned.diagnostics, Severity::Warning),
        ["collection-unknown"]
    );
    for output in ["aws_ingress", "aws_egress", "counts", "findings"] {
        assert!(planned.state.get(output).is_unknown(), "{output}");
    }
    assert!(planned.state.get("rules").is_wholly_known());
    let applied = core.apply(&Value::Null, &unknown, &layout("all")).unwrap();
    assert_eq!(keys(&applied, "aws_ingress"), ingress(&layout("all")));
    // With ports alone every key is known.
    let mut ports = layout("ports");
    ports["zone"]["office"]["ipv4"]["b"] = json!(UNKNOWN);
    assert_eq!(ingress(&ports), ingress(&layout("ports")));
}

/// Groups by the key of the row.
fn groups(state: &Value) -> BTreeMap<String, String> {
    let Value::Map(rows) = state.get("aws_ingress") else {
        panic!("rows")
    };
    let group = |row: &Value| row.get("security_group_id").as_str().unwrap().to_owned();
    rows.iter()
        .map(|(key, it)| (key.to_string(), group(it)))
        .collect()
}

#[test]
fn rules_beyond_one_group_go_to_the_next_and_stay_there() {
    let spread = |services: &[&str]| {
        let mut config = layout("none");
        config["zone"]["server"]["aws"] =
            json!({ "security_group_ids": { "a": "sg-a", "b": "sg-b" }, "max_rules": 6 });
        config["flow"] =
            json!({ "it": { "from": ["office"], "to": ["server"], "services": services } });
        config
    };
    let core = Core::default();
    let first = spread(&["tcp/20", "tcp/30", "tcp/40"]);
    let before = core.apply(&Value::Null, &first, &first).unwrap();
    let used = |state: &Value, id: &str| groups(state).values().filter(|it| *it == id).count();
    assert_eq!((used(&before, "sg-a"), used(&before, "sg-b")), (6, 3));
    assert_eq!(
        before.get("counts").get("server/aws/ipv4").get("limit"),
        &Value::number(12)
    );

    // One goes and an earlier one comes: who stays, stays.
    let second = spread(&["tcp/10", "tcp/30", "tcp/40"]);
    let after = core.apply(&before, &second, &second).unwrap();
    for (key, group) in groups(&after) {
        if let Some(had) = groups(&before).get(&key) {
            assert_eq!(had, &group, "{key}");
        }
    }
    assert!(used(&after, "sg-a") <= 6 && used(&after, "sg-b") <= 6);

    let full = spread(&["tcp/10", "tcp/20", "tcp/30", "tcp/40", "tcp/50"]);
    let planned = core.plan(&after, &full);
    assert_eq!(
        codes(&planned.diagnostics, Severity::Warning),
        ["quota-exceeded"]
    );
}

#[test]
fn groups_that_cannot_be_are_refused() {
    let with = |aws: Json| {
        let mut config = layout("none");
        config["zone"]["server"]["aws"] = aws;
        Core::default().validate(&config)
    };
    let many: BTreeMap<String, String> = (0..6)
        .map(|it| (format!("g{it}"), format!("sg-{it}")))
        .collect();
    for (aws, words) in [
        (
            json!({ "security_group_id": "sg-1", "security_group_ids": { "a": "sg-a" } }),
            "both given",
        ),
        (json!({ "security_group_ids": many }), "6 groups"),
        (
            json!({ "security_group_ids": { "a": "sg-a", "b": "sg-b" }, "max_rules": 600 }),
            "1200",
        ),
    ] {
        let said = with(aws.clone());
        assert_eq!(codes(&said, Severity::Error), ["bad-value"], "{aws}");
        assert!(said[0].detail.contains(words), "{aws}: {}", said[0].detail);
    }
}
