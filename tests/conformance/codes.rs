//! Every code other than those for typing errors, with a layout that causes it.

use crate::conformance::findings::{LAB, lab, said, with};
use portmatrix::model::code::{Class, Code};
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;

/// What every plan of the lab says: the doubts and the advice about it.
const ALWAYS: [&str; 6] = [
    "advisory",
    "managed-elsewhere",
    "reject-wanted",
    "source-conflict",
    "source-suspect",
    "transport-assumed",
];

fn nsg(name: &str) -> Json {
    json!({ "network_security_group_name": name, "resource_group_name": "net" })
}

/// The lab on Azure, with as many rules at one zone besides.
fn crowded(rules: u16) -> Json {
    let services: Vec<String> = (0..rules).map(|it| format!("tcp/{}", 2 * it + 1)).collect();
    let flow = json!({ "many": { "from": ["ops"], "to": ["front"], "services": services } });
    crate::conformance::with(with("/zone/front/azure", nsg("nsg-front")), "/flow", flow)
}

/// A code, and the layout that causes it in addition to [`ALWAYS`].
fn cases() -> Vec<(&'static str, Json)> {
    let enabled = |flow: &str| with("/product/lab/enable", json!([flow]));
    let full = |rules: u32| json!({ "security_group_id": "sg-front", "max_rules": rules });
    let lists =
        json!({ "components": ["lab.operator"], "aws": { "prefix_list_ids": { "vpn": "pl-1" } } });
    let hosts = json!({ "components": ["lab.worker"], "ipv4": { "a": "10.2.0.0/24" }, "host": {} });
    let google = json!({ "components": ["lab.worker"], "ipv4": { "a": "10.2.0.0/24" }, "gcp": { "network": "vpc", "target_tags": ["back"] } });
    let blocks: serde_json::Map<String, Json> = (0..=256)
        .map(|it| {
            let block = format!("10.{}.{}.0/24", 100 + it / 256, it % 256);
            (format!("b{it}"), json!(block))
        })
        .collect();
    let pods = json!({ "components": ["lab.worker"], "kubernetes": { "namespace": "back" } });
    let addressed = json!({ "components": ["lab.worker"], "ipv4": { "a": "10.2.0.0/24" }, "aws": { "security_group_id": "sg-back" } });
    vec![
        (
            "exposed",
            crate::conformance::with(
                with("/zone/net/components", json!(["lab.user", "lab.operator"])),
                "/fail_on",
                json!("never"),
            ),
        ),
        ("exposed-by-neighbour", {
            let shared = json!({ "components": ["lab.server", "kong.node"], "aws": { "security_group_id": "sg-front" } });
            let mut config = crate::conformance::with(
                with("/zone/front", shared),
                "/product/kong",
                json!({ "version": "0.10", "ports": { "cluster": "80" }, "disable": ["proxy-http", "proxy-https"] }),
            );
            config["zone"]["net"]["components"] = json!(["lab.user"]);
            config
        }),
        (
            "port-clash",
            with("/product/lab/ports", json!({ "admin": "80" })),
        ),
        (
            "component-unplaced",
            with("/zone/ops/components", json!([])),
        ),
        (
            "component-idle",
            with(
                "/zone/ops/components",
                json!(["lab.operator", "lab.watcher"]),
            ),
        ),
        (
            "source-gap",
            crate::conformance::with(
                with(
                    "/product/lab",
                    json!({ "definition": LAB, "enable": ["tunnel"] }),
                ),
                "/verbose",
                json!(true),
            ),
        ),
        (
            "required-disabled",
            with("/product/lab/disable", json!(["web"])),
        ),
        (
            "nothing-enforced",
            json!({ "product": { "lab": { "definition": LAB } }, "zone": {}, "verbose": true }),
        ),
        ("not-expressible", enabled("signals")),
        ("port-alternatives", enabled("tunnel")),
        (
            "product-draft",
            with(
                "/product/lab/definition",
                json!(format!("draft = true\n{LAB}")),
            ),
        ),
        ("prefix-list-unsized", with("/zone/ops", lists)),
        (
            "acceptance-unused",
            with(
                "/accept",
                json!([{ "code": "exposed", "subject": "*", "reason": "none" }]),
            ),
        ),
        ("port-unset", enabled("jobs")),
        (
            "group-shared",
            with(
                "/zone/back/components",
                json!(["lab.worker", "lab.operator"]),
            ),
        ),
        ("addresses-unused", with("/zone/back", addressed)),
        ("link-local-skipped", enabled("time")),
        (
            "version-newer",
            with("/product/kong", json!({ "version": "5.0" })),
        ),
        (
            "version-unpinned",
            with(
                "/zone/ops/components",
                json!(["lab.operator", "kong.admin"]),
            ),
        ),
        (
            "duplicate-address",
            with(
                "/zone/ops/ipv4",
                json!({ "vpn": "10.9.0.0/16", "other": "10.9.0.0/16" }),
            ),
        ),
        ("zone-empty", with("/zone/ops/ipv4", json!({}))),
        (
            "zones-overlap",
            with(
                "/zone/extra",
                json!({ "components": [], "ipv4": { "part": "10.9.3.0/24" } }),
            ),
        ),
        (
            "selectors-overlap",
            crate::conformance::with(
                with(
                    "/zone/front",
                    json!({ "components": ["lab.server"], "gcp": { "network": "vpc", "target_tags": ["front", "all"] } }),
                ),
                "/zone/back",
                json!({ "components": ["lab.worker"], "ipv4": { "a": "10.2.0.0/24" }, "gcp": { "network": "vpc", "target_tags": ["all"] } }),
            ),
        ),
        (
            "rule-shadowed",
            with(
                "/flow",
                json!({ "wide": { "from": ["ops"], "to": ["front"], "services": ["tcp/1-65535"] } }),
            ),
        ),
        ("quota-exceeded", with("/zone/front/aws", full(1))),
        ("quota-near", with("/zone/front/aws", full(2))),
        (
            "default-open",
            crate::conformance::with(
                with("/zone/back", google.clone()),
                "/gcp_options",
                json!({ "deny_rest": false }),
            ),
        ),
        (
            "quota-exceeded",
            crate::conformance::with(
                crate::conformance::with(with("/zone/back", google), "/fail_on", json!("never")),
                "/zone/back/ipv4",
                json!(blocks),
            ),
        ),
        ("no-dns", with("/zone/back", pods)),
        ("host-forwards", {
            let workers = json!({ "components": ["kubernetes.worker"], "ipv4": { "a": "10.5.0.0/24" }, "host": {} });
            with("/zone/workers", workers)
        }),
        ("cidr-peer-in-cluster", {
            let pods = json!({ "components": ["lab.worker"], "ipv4": { "a": "10.2.0.0/24" }, "kubernetes": { "namespace": "back", "peer_by": "cidr" } });
            crate::conformance::with(
                with("/zone/back", pods),
                "/zone/front/kubernetes",
                json!({ "namespace": "front" }),
            )
        }),
        ("no-way-in", with("/zone/back", hosts.clone())),
        ("no-dns", with("/zone/back", hosts.clone())),
        ("dhcp-allowed", with("/zone/back", hosts)),
        (
            "default-open",
            crate::conformance::with(
                with("/zone/front/azure", nsg("nsg-front")),
                "/azure_options",
                json!({ "deny_rest": false }),
            ),
        ),
        (
            "selectors-overlap",
            crate::conformance::with(
                with("/zone/front/azure", nsg("nsg")),
                "/zone/back/azure",
                nsg("NSG"),
            ),
        ),
        ("quota-near", crowded(990)),
        (
            "quota-exceeded",
            crate::conformance::with(crowded(1200), "/fail_on", json!("never")),
        ),
        (
            "priority-band-full",
            crate::conformance::with(
                crowded(20),
                "/azure_options",
                json!({ "priority_first": 100, "priority_last": 110 }),
            ),
        ),
        (
            "priority-after-deny",
            crate::conformance::with(
                crowded(20),
                "/azure_options",
                json!({ "priorities": { "front/ingress/any/*:deny": 2000, "front/ingress/tcp-3/ops:ipv4": 2500 } }),
            ),
        ),
        (
            "priority-unused",
            crate::conformance::with(
                crowded(20),
                "/azure_options",
                json!({ "priorities": { "front/ingress/tcp-2/ops:ipv4": 100 } }),
            ),
        ),
        (
            "priority-taken",
            crate::conformance::with(
                crowded(20),
                "/azure_options",
                json!({ "priorities": { "front/ingress/tcp-1/ops:ipv4": 100, "front/ingress/tcp-3/ops:ipv4": 100 } }),
            ),
        ),
    ]
}

#[test]
fn each_finding_has_a_layout_that_brings_it() {
    let always: BTreeSet<String> = ALWAYS.iter().map(ToString::to_string).collect();
    assert_eq!(said(&lab()), always);
    for (code, config) in cases() {
        assert!(said(&config).contains(code), "{code}: {:?}", said(&config));
    }
}

#[test]
fn every_code_is_reported_somewhere() {
    // These need a prior state, something unknown, or the provider block, and are tried elsewhere.
    let elsewhere = [
        "became-null",
        "collection-unknown",
        "key-renamed",
        "addresses-moved",
        "enforcement-ended",
        "catalogue-changed",
        "definition-overrides",
        "dates-not-judged",
    ];
    // A room of tests is about these.
    let of_policy = |it: &&&str| it.starts_with("policy-") || it.starts_with("exception-");
    let policy = Code::WORDS.iter().filter(of_policy).copied();
    let tried: BTreeSet<&str> = cases()
        .iter()
        .map(|(code, _)| *code)
        .chain(ALWAYS)
        .chain(elsewhere)
        .chain(policy)
        .collect();
    let judged = Code::ALL
        .iter()
        .filter(|it| it.doc().class != Class::Input)
        .map(|it| it.as_str());
    let untried: Vec<&str> = judged.filter(|it| !tried.contains(it)).collect();
    assert!(untried.is_empty(), "{untried:?}");
}
