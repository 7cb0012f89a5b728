//! Network policies, through the provider's seam.

use crate::conformance::findings::{lab, subjects};
use crate::conformance::{codes, keys, with};
use crate::support::core::{Core, UNKNOWN};
use expect_test::expect_file;
use portmatrix::terraform::diagnostic::Level;
use portmatrix::terraform::value::Value;
use serde_json::{Value as Json, json};

/// The lab in a cluster: servers and workers as pods, a store elsewhere in it, operators outside.
fn cluster() -> Json {
    let mut config = lab();
    config["zone"]["front"] = json!({
        "components": ["lab.server"],
        "kubernetes": { "namespace": "front", "pod_labels": { "app.kubernetes.io/name": "server", "stable": "true" } },
    });
    config["zone"]["back"] = json!({
        "components": ["lab.worker"], "ipv4": { "a": "10.2.0.0/24" },
        "kubernetes": { "namespace": "back" },
    });
    config["zone"]["store"] = json!({
        "components": [],
        "kubernetes": { "namespace_labels": { "team": "storage" }, "pod_labels": { "app": "store" } },
    });
    let flow = |from: &str, to: &str, services: &[&str]| json!({ "from": [from], "to": [to], "services": services });
    config["flow"] = json!({
        "jobs": flow("front", "back", &["tcp/7000-7999", "sctp/3868"]),
        "store": flow("front", "store", &["tcp/5432"]),
        "all-tcp": flow("back", "store", &["tcp/0-65535"]),
        "all": flow("back", "ops", &["any", "tcp/22"]),
    });
    config["product"]["lab"]["enable"] = json!(["time"]);
    config["name"] = json!("lab");
    config
}

fn planned(config: &Json) -> Value {
    let answer = Core::default().plan(&Value::Null, config);
    assert!(answer.errors().is_empty(), "{:?}", answer.diagnostics);
    answer.state
}

fn manifest(config: &Json, zone: &str) -> String {
    let state = planned(config);
    let text = state.get("kubernetes_policies").get(zone).as_str();
    text.unwrap_or_else(|| panic!("no manifest of {zone}"))
        .to_owned()
}

/// Read by people: they are what a cluster gets.
#[test]
fn manifests_are_complete() {
    expect_file!["front.yaml"].assert_eq(&manifest(&cluster(), "front"));
    expect_file!["back.yaml"].assert_eq(&manifest(&cluster(), "back"));
    assert_eq!(
        keys(&planned(&cluster()), "kubernetes_policies"),
        ["back", "front"]
    );
}

#[test]
fn a_policy_isolates_in_the_directions_that_are_wanted() {
    let quiet = json!({ "name": "lab", "zone": { "a": { "components": [], "kubernetes": { "namespace": "a" } } } });
    let types = |directions: Json| {
        let text = manifest(&with(quiet.clone(), "/directions", directions), "a");
        text.split_once("policyTypes:").unwrap().1.to_owned()
    };
    assert_eq!(types(Json::Null), "\n    - \"Ingress\"\n    - \"Egress\"\n");
    assert_eq!(types(json!(["egress"])), "\n    - \"Egress\"\n");
}

#[test]
fn a_manifest_waits_for_what_it_needs_and_for_no_more() {
    let core = Core::default();
    for (pointer, waiting) in [
        ("/name", &["back", "front"][..]),
        ("/zone/back/kubernetes/namespace", &["back", "front"]),
        (
            "/zone/front/kubernetes/pod_labels/stable",
            &["back", "front"],
        ),
        (
            "/zone/store/kubernetes/namespace_labels/team",
            &["back", "front"],
        ),
        ("/zone/net/ipv4/any", &["front"]),
        ("/zone/ops/ipv4/vpn", &["back", "front"]),
        // A zone with the block is named by its labels alone.
        ("/zone/back/ipv4/a", &[]),
    ] {
        let at_plan = with(cluster(), pointer, json!(UNKNOWN));
        let state = planned(&at_plan);
        for zone in ["back", "front"] {
            let pending = state.get("kubernetes_policies").get(zone).is_unknown();
            assert_eq!(pending, waiting.contains(&zone), "{pointer} {zone}");
        }
        core.apply(&Value::Null, &at_plan, &cluster()).unwrap();
    }
}

#[test]
fn errors_that_show_at_apply_are_reported_by_the_provider() {
    let core = Core::default();
    let at_plan = with(
        cluster(),
        "/zone/store/kubernetes/namespace_labels/team",
        json!(UNKNOWN),
    );
    for (value, code) in [(json!("a b"), "bad-value"), (Json::Null, "became-null")] {
        let at_apply = with(
            at_plan.clone(),
            "/zone/store/kubernetes/namespace_labels/team",
            value,
        );
        let errors = core.apply(&Value::Null, &at_plan, &at_apply).unwrap_err();
        assert!(errors[0].starts_with(code), "{errors:?}");
    }
    // With only the other label, it would select more pods.
    for pointer in [
        "/zone/front/kubernetes/pod_labels/stable",
        "/zone/back/kubernetes/pod_labels",
    ] {
        let null = if pointer.ends_with("stable") {
            Json::Null
        } else {
            json!({ "app": null })
        };
        let at_apply = with(cluster(), pointer, null);
        let errors = core.validate(&at_apply);
        assert_eq!(codes(&errors, Level::Error), ["became-null"]);
        assert!(errors[0].detail.contains("pod_labels["), "{errors:?}");
    }
    let at_plan = with(cluster(), "/zone/ops/ipv4/vpn", json!(UNKNOWN));
    let at_apply = with(cluster(), "/zone/ops/ipv4/vpn", Json::Null);
    let errors = core.apply(&Value::Null, &at_plan, &at_apply).unwrap_err();
    assert!(errors[0].starts_with("zone-empty"), "{errors:?}");
}

/// A policy sees packets after a service was translated: towards pods it names what those listen on.
#[test]
fn policies_name_the_ports_on_which_pods_listen() {
    let mut config = cluster();
    config["product"]["lab"]["ports"] = json!({ "web": "8080" });
    config["product"]["lab"]["advertised_ports"] = json!({ "web": "80" });
    config["zone"]["net"]["kubernetes"] = json!({ "namespace": "callers" });
    let text = manifest(&config, "net");
    assert!(
        text.contains("port: 8080") && !text.contains("port: 80\n"),
        "{text}"
    );
    assert!(text.contains("# lab.web"), "{text}");
    config["zone"]["front"]["kubernetes"] = Json::Null;
    config["zone"]["front"]["ipv4"] = json!({ "a": "10.1.0.0/24" });
    config["zone"]["front"]["advertised_ipv4"] = json!({ "nat": "192.0.2.1/32" });
    let text = manifest(&config, "net");
    assert!(
        text.contains("port: 80\n") && text.contains("\"192.0.2.1/32\""),
        "{text}"
    );
}

#[test]
fn traffic_that_a_policy_cannot_express_is_a_finding() {
    // ICMP among the workers; the rest of the lab's traffic has ports.
    assert_eq!(
        subjects(&cluster(), "not-expressible"),
        ["back/kubernetes/icmp"]
    );
    let wider = json!({ "from": ["back"], "to": ["back"], "services": ["any"] });
    let wider = with(cluster(), "/flow/wide", wider);
    assert_eq!(subjects(&wider, "not-expressible"), Vec::<String>::new());
    assert_eq!(subjects(&cluster(), "no-dns"), ["front/kubernetes"]);
    let ingress = with(cluster(), "/directions", json!(["ingress"]));
    assert_eq!(subjects(&ingress, "no-dns"), Vec::<String>::new());
    let empty = with(cluster(), "/zone/ops/ipv4", json!({}));
    assert_eq!(
        codes(&Core::default().validate(&empty), Level::Error),
        ["zone-empty"]
    );
}

/// Amazon EKS enforces 24 ports of one protocol for a peer; other network plugins have no limit, so it is a note.
#[test]
fn ports_for_a_peer_are_counted() {
    let config = |tcp: u16| {
        let services: Vec<String> = (0..tcp)
            .map(|it| format!("tcp/{}", 7000 + 2 * it))
            .chain((0..20).map(|it| format!("udp/{}", 9000 + 2 * it)))
            .collect();
        json!({
            "name": "lab",
            "verbose": true,
            "zone": {
                "a": { "components": [], "kubernetes": { "namespace": "a" } },
                "b": { "components": [], "kubernetes": { "namespace": "b" } },
            },
            "flow": { "many": { "from": ["a"], "to": ["b"], "services": services } },
        })
    };
    // Each zone has its own count, whatever the order of names and of keys.
    let mut one = config(25);
    one["zone"]["a-b"] = json!({ "components": [], "kubernetes": { "namespace": "ab" } });
    one["zone"].as_object_mut().unwrap().remove("b");
    one["flow"]["many"]["to"] = json!(["a-b"]);
    one["directions"] = json!(["ingress"]);
    assert_eq!(
        subjects(&one, "quota-exceeded"),
        ["a-b/kubernetes/eks-ports"]
    );
    for (ports, noted) in [
        (24, vec![]),
        (25, vec!["a/kubernetes/eks-ports", "b/kubernetes/eks-ports"]),
    ] {
        let state = planned(&config(ports));
        let count = state.get("counts").get("b/kubernetes/eks-ports");
        assert_eq!(
            count.get("ingress"),
            &Value::Number(ports.to_string().into())
        );
        assert_eq!(count.get("egress"), &Value::Number("0".into()));
        assert_eq!(subjects(&config(ports), "quota-exceeded"), noted);
    }
}

/// Cilium never matches nodes and pods by addresses. Other peers with private addresses are not warned of.
#[test]
fn nodes_and_pods_named_by_addresses_are_noticed() {
    let config = |peer: Json| {
        json!({
            "name": "lab",
            "zone": {
                "nodes": { "components": ["kubernetes.worker"], "ipv4": { "a": "10.1.0.0/24" } },
                "masters": { "components": ["kubernetes.control-plane", "kubernetes.etcd"], "ipv4": { "a": "10.2.0.0/24" } },
                "peer": peer,
                "pods": { "components": [], "kubernetes": { "namespace": "pods" } },
            },
            "flow": { "web": { "from": ["peer"], "to": ["pods"], "services": ["tcp/8080"], "exposure": "public" } },
        })
    };
    let addresses = |block: &str| json!({ "components": [], "ipv4": { "a": block } });
    let labels = |by: &str| json!({ "components": [], "ipv4": { "a": "10.7.0.0/16" }, "kubernetes": { "namespace": "x", "peer_by": by } });
    for (peer, is_noticed) in [
        (addresses("10.1.0.0/28"), true),
        (addresses("10.2.0.7/32"), true),
        (labels("cidr"), true),
        (labels("both"), false),
        (labels("group"), false),
        (addresses("10.9.0.0/16"), false),
        (addresses("0.0.0.0/0"), false),
        (addresses("10.0.0.0/8"), false),
    ] {
        let found = subjects(&config(peer.clone()), "cidr-peer-in-cluster");
        assert_eq!(
            found == ["peer/kubernetes"],
            is_noticed,
            "{peer}: {found:?}"
        );
    }
}
