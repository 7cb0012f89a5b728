//! Ordinary clusters of the largest products fit into the security groups of AWS.

use crate::support::core::Core;
use portmatrix::terraform::value::Value;
use serde_json::{Value as Json, json};

/// Masters, frontends and workers with a group each, and everyone that they talk to, in an installation that follows the vendor: the
/// modules that are on by themselves.
fn cluster(product: &str, block: Json, databases: &[&str], servers: &[&str]) -> Json {
    let name = |it: &&str| format!("it.{it}");
    let group = |components: Vec<String>, id: &str, address: &str| {
        json!({
            "components": components,
            "ipv4": { "a": address },
            "aws": { "security_group_id": id },
        })
    };
    let mut block = block;
    block["name"] = json!(product);
    let mut layout = json!({
        "merge": "ports",
        "product": { "it": block },
        "zone": {
            "masters": group(vec!["it.master".to_owned()], "sg-1", "10.0.1.0/24"),
            "frontends": group(vec!["it.frontend".to_owned()], "sg-2", "10.0.2.0/24"),
            "workers": group(vec!["it.node".to_owned()], "sg-3", "10.0.3.0/24"),
            "users": { "components": ["it.user"], "ipv4": { "a": "10.1.0.0/16" } },
            "balancers": { "components": ["it.balancer"], "ipv4": { "a": "10.0.5.0/24" } },
            "ops": { "components": ["it.operator"], "ipv4": { "a": "10.0.6.0/24" } },
            "servers": {
                "components": servers.iter().map(name).collect::<Vec<_>>(),
                "ipv4": { "a": "10.0.7.0/24" },
            },
        },
    });
    if !databases.is_empty() {
        let databases = databases.iter().map(name).collect();
        layout["zone"]["databases"] = group(databases, "sg-4", "10.0.4.0/24");
    }
    layout
}

const OUTSIDE: [&str; 3] = ["dns-server", "ntp-server", "container-registry"];

fn number(value: &Value, field: &str) -> i64 {
    match value.get(field) {
        Value::Number(it) => it.to_string().parse().unwrap(),
        other => panic!("{field}: {other:?}"),
    }
}

/// The groups that have no room left, as `<zone>/<platform>/<family>/<side>: <headroom>`.
fn overfull(layout: &Json) -> Vec<String> {
    let state = Core::default().apply(&Value::Null, layout, layout).unwrap();
    let Value::Map(counts) = state.get("counts") else {
        panic!("no counts")
    };
    assert!(counts.len() >= 6, "{counts:?}");
    let headroom = counts.iter().map(|(key, it)| (key, number(it, "headroom")));
    headroom
        .filter(|(_, headroom)| *headroom < 0)
        .map(|(key, headroom)| format!("{key}: {headroom}"))
        .collect()
}

#[test]
fn ordinary_clusters_of_deckhouse_fit_into_groups_of_aws() {
    for release in ["1.61", "1.62", "1.69", "1.70", "1.74", "1.77"] {
        // As it comes, with every VXLAN port that it may have; the newest also with modules that many have.
        let more = json!(["cilium-hubble", "sds-node-configurator", "sds-local-volume"]);
        let more = Some(more).filter(|_| release == "1.77");
        for enable in [json!([])].into_iter().chain(more) {
            let mut block = json!({ "version": release, "enable": enable });
            if enable != json!([]) {
                block["choices"] = json!({ "first-release": "since-1-71" });
            }
            let mut layout = cluster("deckhouse", block, &[], &OUTSIDE);
            if release == "1.61" {
                // It has no balancers yet.
                layout["zone"].as_object_mut().unwrap().remove("balancers");
            }
            assert_eq!(overfull(&layout), [""; 0], "{release}, {enable}");
        }
    }
}

#[test]
fn an_ordinary_cluster_of_elma365_fits_into_groups_of_aws() {
    let databases = ["postgresql", "mongodb", "valkey", "rabbitmq", "minio"];
    let mut servers = OUTSIDE.to_vec();
    servers.extend(["elma365-hub", "elma365-repo"]);
    for enable in [
        json!([]),
        json!(["cilium-hubble", "metallb", "sds-node-configurator"]),
    ] {
        let block = json!({ "version": "2025", "enable": enable });
        let layout = cluster("elma365", block, &databases, &servers);
        assert_eq!(overfull(&layout), [""; 0], "{enable}");
    }
}
