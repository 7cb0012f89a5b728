//! Joined rules, through the provider.

use crate::conformance::{codes, keys};
use crate::support::core::{Core, UNKNOWN};
use portmatrix::terraform::diagnostic::Severity;
use portmatrix::terraform::value::Value;
use serde_json::{Value as Json, json};

/// A server with three services, and clients in two halves of a network.
pub(crate) fn layout(merge: &str) -> Json {
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
fn keys_show_what_was_merged() {
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

/// Which addresses are merged depends on their values: until these are known, the keys are unknown too.
#[test]
fn rules_merged_by_address_wait_for_the_addresses() {
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
