//! Peers that are not ours: which rows and keys name them, and what no longer happens at them.

use crate::conformance::{codes, keys, with};
use crate::support::core::Core;
use portmatrix::terraform::diagnostic::Level;
use portmatrix::terraform::value::Value;
use serde_json::{Value as Json, json};

/// Clients and a database that they connect to on one port.
fn clients(app: &Json, pg: &Json) -> Json {
    let mut config = json!({
        "verbose": true,
        "zone": { "app": app, "pg": pg },
        "product": { "postgresql": { "version": "17" } },
    });
    config["zone"]["app"]["components"] = json!(["postgresql.client"]);
    config["zone"]["pg"]["components"] = json!(["postgresql.server"]);
    config
}

#[test]
fn a_zone_that_is_not_enforced_is_a_peer_and_nothing_else() {
    let core = Core::default();
    let blocks = json!({
        "aws": { "security_group_id": "sg-a" },
        "azure": { "network_security_group_name": "n", "resource_group_name": "r", "application_security_group_ids": { "a": "/asg/a" } },
        "gcp": { "network": "n", "target_tags": ["a"] },
        "openstack": { "security_group_id": "a", "delete_default_rules": true },
        "kubernetes": { "namespace": "a" },
        "host": {},
        "ipv4": { "a": "10.0.0.0/24" },
    });
    let mut pg = blocks.clone();
    for (pointer, value) in [
        ("/aws/security_group_id", json!("sg-b")),
        ("/azure/network_security_group_name", json!("m")),
        (
            "/azure/application_security_group_ids",
            json!({ "b": "/asg/b" }),
        ),
        ("/gcp/target_tags", json!(["b"])),
        ("/openstack/security_group_id", json!("b")),
        ("/kubernetes/namespace", json!("b")),
        ("/ipv4/a", json!("10.0.1.0/24")),
    ] {
        *pg.pointer_mut(pointer).unwrap() = value;
    }
    let enforced = clients(&blocks, &pg);
    let peer = with(enforced.clone(), "/zone/app/enforce", json!(false));
    let state = core.apply(&Value::Null, &peer, &peer).unwrap();
    let before = core.apply(&Value::Null, &enforced, &enforced).unwrap();
    for output in [
        "aws_ingress",
        "aws_egress",
        "azure_rules",
        "gcp_rules",
        "openstack_rules",
        "kubernetes_policies",
        "nftables",
        "rules",
        "counts",
    ] {
        let of_pg = |state: &Value| {
            let mut keys = keys(state, output);
            keys.retain(|it| it.split('/').next() == Some("pg"));
            keys
        };
        assert_eq!(keys(&state, output), of_pg(&before), "{output}");
        assert!(
            output == "aws_egress" || !of_pg(&before).is_empty(),
            "{output}"
        );
    }
    assert_eq!(keys(&state, "aws_ingress"), ["pg/tcp-5432/app:group"]);
    let Value::List(findings) = state.get("findings") else {
        panic!("findings are a list")
    };
    for finding in findings {
        let subject = finding.get("subject").as_str().unwrap();
        let found = finding.get("code").as_str().unwrap();
        let is_of_app = subject == "app" || subject.starts_with("app/");
        assert!(
            !is_of_app || found == "addresses-unused",
            "{found} {subject}"
        );
    }
    assert_eq!(
        codes(&core.plan(&state, &peer).diagnostics, Level::Error),
        Vec::<String>::new()
    );
}
