//! Every judgement and notice, by a layout that brings it and one that does not.

use crate::core::Core;
use crate::{RULES, codes};
use portmatrix::model::code::{Class, Code};
use portmatrix::terraform::diagnostic::Severity;
use portmatrix::terraform::value::Value;
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;

/// A product with something of everything that can be judged.
const LAB: &str = include_str!("lab.toml");

/// Users, operators, servers and workers, each in a zone; the last two with a group.
fn lab() -> Json {
    json!({
        "verbose": true,
        "product": { "lab": { "definition": LAB } },
        "zone": {
            "net": { "trust": "public", "components": ["lab.user"], "ipv4": { "any": "0.0.0.0/0" } },
            "ops": { "components": ["lab.operator"], "ipv4": { "vpn": "10.9.0.0/16" } },
            "front": { "components": ["lab.server"], "aws": { "security_group_id": "sg-front" } },
            "back": { "components": ["lab.worker"], "aws": { "security_group_id": "sg-back" } },
        },
    })
}

fn with(pointer: &str, value: Json) -> Json {
    crate::with(lab(), pointer, value)
}

/// The codes of everything that a plan says: findings of the state, and diagnostics.
fn said(config: &Json) -> BTreeSet<String> {
    let planned = Core::default().plan(&Value::Null, config);
    let mut said: BTreeSet<String> = [Severity::Error, Severity::Warning]
        .into_iter()
        .flat_map(|it| codes(&planned.diagnostics, it))
        .collect();
    if let Value::List(findings) = planned.state.get("findings") {
        said.extend(
            findings
                .iter()
                .map(|it| it.get("code").as_str().unwrap().to_owned()),
        );
    }
    said
}

/// The subjects of one code, from the state.
fn subjects(config: &Json, code: &str) -> Vec<String> {
    let planned = Core::default().plan(&Value::Null, config);
    let Value::List(findings) = planned.state.get("findings") else {
        panic!("{:?}", planned.diagnostics)
    };
    let of_code = findings
        .iter()
        .filter(|it| it.get("code").as_str() == Some(code));
    of_code
        .map(|it| it.get("subject").as_str().unwrap().to_owned())
        .collect()
}

/// What every plan of the lab says: the doubts and the advice about it.
const ALWAYS: [&str; 5] = [
    "advisory",
    "managed-elsewhere",
    "source-conflict",
    "source-suspect",
    "transport-assumed",
];

/// A code, and the layout that brings it beside [`ALWAYS`].
fn cases() -> Vec<(&'static str, Json)> {
    let enabled = |flow: &str| with("/product/lab/enable", json!([flow]));
    let lists =
        json!({ "components": ["lab.operator"], "aws": { "prefix_list_ids": { "vpn": "pl-1" } } });
    let addressed = json!({ "components": ["lab.worker"], "ipv4": { "a": "10.2.0.0/24" }, "aws": { "security_group_id": "sg-back" } });
    vec![
        (
            "exposed",
            crate::with(
                with("/zone/net/components", json!(["lab.user", "lab.operator"])),
                "/fail_on",
                json!("never"),
            ),
        ),
        ("exposed-by-neighbour", {
            let shared = json!({ "components": ["lab.server", "kong.node"], "aws": { "security_group_id": "sg-front" } });
            let mut config = crate::with(
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
            "required-disabled",
            with("/product/lab/disable", json!(["web"])),
        ),
        (
            "nothing-enforced",
            json!({ "product": { "lab": { "definition": LAB } }, "zone": {}, "verbose": true }),
        ),
        ("not-expressible", enabled("signals")),
        ("port-alternatives", enabled("tunnel")),
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
fn each_code_that_is_no_typing_mistake_is_tried() {
    // These need a prior state, something unknown, or the provider block, and are tried elsewhere.
    let elsewhere = [
        "became-null",
        "collection-unknown",
        "key-renamed",
        "definition-overrides",
    ];
    let tried: BTreeSet<&str> = cases()
        .iter()
        .map(|(code, _)| *code)
        .chain(ALWAYS)
        .chain(elsewhere)
        .collect();
    let judged = Code::ALL
        .iter()
        .filter(|it| it.about().class != Class::Input)
        .map(|it| it.as_str());
    let untried: Vec<&str> = judged.filter(|it| !tried.contains(it)).collect();
    assert!(untried.is_empty(), "{untried:?}");
}

#[test]
fn what_the_user_settles_is_not_doubted_again() {
    for settled in [
        json!({ "definition": LAB, "ports": { "admin": "8081" } }),
        json!({ "definition": LAB, "enable": ["admin"] }),
    ] {
        let said = said(&with("/product/lab", settled));
        assert!(
            !said.contains("source-conflict") && !said.contains("source-suspect"),
            "{said:?}"
        );
    }
    let picked = crate::with(
        with("/product/lab/enable", json!(["tunnel"])),
        "/product/lab/disable",
        json!(["tunnel-tcp"]),
    );
    assert!(!said(&picked).contains("port-alternatives"));
    let port = crate::with(
        with("/product/lab/enable", json!(["mail"])),
        "/product/lab/ports",
        json!({ "mail": "587" }),
    );
    assert!(!said(&port).contains("port-alternatives"));
    assert!(said(&with("/product/lab/enable", json!(["mail"]))).contains("port-alternatives"));
}

#[test]
fn a_public_flow_on_the_same_port_does_not_hide_an_exposed_one() {
    // The operators' range covers the public port 80; judged after merging it would pass for public.
    let mut config = crate::with(
        with("/product/lab/enable", json!(["range"])),
        "/fail_on",
        json!("never"),
    );
    config["zone"]["net"]["components"] = json!(["lab.user", "lab.operator"]);
    assert_eq!(
        subjects(&config, "exposed"),
        ["front/lab.admin/net", "front/lab.range/net"]
    );
}

#[test]
fn every_address_in_parts_is_everything() {
    let halves = with(
        "/zone/ops/ipv4",
        json!({ "low": "0.0.0.0/1", "high": "128.0.0.0/1" }),
    );
    let open = crate::with(halves, "/fail_on", json!("never"));
    assert_eq!(subjects(&open, "exposed"), ["front/lab.admin/ops"]);
    let half = crate::with(
        with("/zone/ops/ipv4", json!({ "low": "0.0.0.0/1" })),
        "/fail_on",
        json!("never"),
    );
    assert_eq!(subjects(&half, "exposed"), Vec::<String>::new());
}

#[test]
fn one_group_for_two_zones_is_found_before_aws_refuses_it() {
    let shared = with("/zone/back/aws/security_group_id", json!("sg-front"));
    let mut config = crate::with(
        shared,
        "/flow",
        json!({ "ssh": { "from": ["ops"], "to": ["front", "back"], "services": ["tcp/22"] } }),
    );
    assert!(said(&config).contains("duplicate-address"));
    config["zone"]["back"]["aws"]["security_group_id"] = json!("?");
    assert!(
        !said(&config).contains("duplicate-address"),
        "it is held back while the group is not known"
    );
}

#[test]
fn fixed_addresses_are_peers_unless_they_are_placed() {
    let keys = |config: &Json| {
        let planned = Core::default().plan(&Value::Null, config);
        crate::keys(&planned.state, "aws_egress")
    };
    let fixed = with("/product/lab/enable", json!(["names", "time"]));
    let names: Vec<String> = keys(&fixed)
        .into_iter()
        .filter(|it| it.starts_with("front/udp"))
        .collect();
    assert_eq!(names, ["front/udp-53/lab.directory:ipv4:address"]);
    let placed = crate::with(
        fixed,
        "/zone/ops/components",
        json!(["lab.operator", "lab.directory"]),
    );
    let names: Vec<String> = keys(&placed)
        .into_iter()
        .filter(|it| it.starts_with("front/udp"))
        .collect();
    assert_eq!(names, ["front/udp-53/ops:ipv4:vpn"]);
}

#[test]
fn icmp_is_a_row_for_each_family_that_there_is() {
    let rows = |config: &Json| {
        let planned = Core::default().plan(&Value::Null, config);
        crate::keys(&planned.state, "aws_ingress")
            .into_iter()
            .filter(|it| it.contains("icmp"))
            .collect::<Vec<_>>()
    };
    assert_eq!(rows(&lab()), ["back/icmp/back:group"]);
    let six = with("/zone/back/ipv6", json!({ "a": "2001:db8::/64" }));
    assert_eq!(
        rows(&six),
        ["back/icmp/back:group", "back/icmpv6/back:group"]
    );
    let by_cidr = crate::with(six, "/zone/back/aws/peer_by", json!("cidr"));
    assert_eq!(rows(&by_cidr), ["back/icmpv6/back:ipv6:a"]);
}

#[test]
fn translation_is_dialled_from_outside_and_listened_inside() {
    let mut config = with("/product/lab/ports", json!({ "web": "8080" }));
    config["product"]["lab"]["advertised_ports"] = json!({ "web": "9000" });
    config["zone"]["front"]["advertised_ipv4"] = json!({ "outside": "192.0.2.1/32" });
    config["zone"]["net"]["aws"] = json!({ "security_group_id": "sg-net" });
    let planned = Core::default().plan(&Value::Null, &config);
    assert_eq!(
        crate::keys(&planned.state, "aws_egress"),
        [
            "back/icmp/back:group",
            "back/udp-7946/back:group",
            "net/tcp-9000/front:ipv4:outside",
        ]
    );
    assert!(
        crate::keys(&planned.state, "aws_ingress").contains(&"front/tcp-8080/net:group".to_owned()),
        "{RULES}"
    );
}
