//! Every judgement and notice, by a layout that brings it and one that does not.

use crate::conformance::{RULES, codes};
use crate::support::core::Core;
use portmatrix::terraform::diagnostic::Level;
use portmatrix::terraform::value::Value;
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;

/// A product with something of everything that can be judged.
pub(crate) const LAB: &str = include_str!("lab.toml");

/// Users, operators, servers and workers, each in a zone; the last two with a group.
pub(crate) fn lab() -> Json {
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

pub(crate) fn with(pointer: &str, value: Json) -> Json {
    crate::conformance::with(lab(), pointer, value)
}

/// The codes of everything that a plan says: findings of the state, and diagnostics.
pub(crate) fn said(config: &Json) -> BTreeSet<String> {
    let planned = Core::default().plan(&Value::Null, config);
    let mut said: BTreeSet<String> = [Level::Error, Level::Warning]
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
pub(crate) fn subjects(config: &Json, code: &str) -> Vec<String> {
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
    let picked = crate::conformance::with(
        with("/product/lab/enable", json!(["tunnel"])),
        "/product/lab/disable",
        json!(["tunnel-tcp"]),
    );
    assert!(!said(&picked).contains("port-alternatives"));
    let port = crate::conformance::with(
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
    let mut config = crate::conformance::with(
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
    let open = crate::conformance::with(halves, "/fail_on", json!("never"));
    assert_eq!(subjects(&open, "exposed"), ["front/lab.admin/ops"]);
}

#[test]
fn one_group_for_two_zones_is_found_before_aws_refuses_it() {
    let shared = with("/zone/back/aws/security_group_id", json!("sg-front"));
    let mut config = crate::conformance::with(
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
        crate::conformance::keys(&planned.state, "aws_egress")
    };
    let fixed = with("/product/lab/enable", json!(["names", "time"]));
    let names: Vec<String> = keys(&fixed)
        .into_iter()
        .filter(|it| it.starts_with("front/udp"))
        .collect();
    assert_eq!(names, ["front/udp-53/lab.directory:ipv4:address"]);
    let placed = crate::conformance::with(
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
        crate::conformance::keys(&planned.state, "aws_ingress")
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
    let by_cidr = crate::conformance::with(six, "/zone/back/aws/peer_by", json!("cidr"));
    assert_eq!(rows(&by_cidr), ["back/icmpv6/back:ipv6:a"]);
}

#[test]
fn peers_use_advertised_ports_and_listeners_their_own() {
    let mut config = with("/product/lab/ports", json!({ "web": "8080" }));
    config["product"]["lab"]["advertised_ports"] = json!({ "web": "9000" });
    config["zone"]["front"]["advertised_ipv4"] = json!({ "outside": "192.0.2.1/32" });
    config["zone"]["net"]["aws"] = json!({ "security_group_id": "sg-net" });
    let planned = Core::default().plan(&Value::Null, &config);
    assert_eq!(
        crate::conformance::keys(&planned.state, "aws_egress"),
        [
            "back/icmp/back:group",
            "back/udp-7946/back:group",
            "net/tcp-9000/front:ipv4:outside",
        ]
    );
    assert!(
        crate::conformance::keys(&planned.state, "aws_ingress")
            .contains(&"front/tcp-8080/net:group".to_owned()),
        "{RULES}"
    );
}

#[test]
fn each_prefix_list_counts_with_its_own_size_also_before_its_id_is_known() {
    let lists = |a: &str, b: &str| json!({ "components": ["lab.operator"], "aws": { "prefix_list_ids": { "a": a, "b": b }, "prefix_list_sizes": { "a": 10, "b": 20 } } });
    let (at_plan, at_apply) = (
        with("/zone/ops", lists("?", "?")),
        with("/zone/ops", lists("pl-1", "pl-2")),
    );
    let state = Core::default()
        .apply(&Value::Null, &at_plan, &at_apply)
        .unwrap();
    let count = state.get("counts").get("front/aws/ipv6");
    assert_eq!(count.get("ingress"), &Value::number(30));
}

#[test]
fn advertised_addresses_are_never_sources() {
    let mut config = with("/zone/ops/ipv4", Json::Null);
    config["zone"]["ops"]["advertised_ipv4"] = json!({ "nat": "192.0.2.1/32" });
    assert!(said(&config).contains("zone-empty"));
}

#[test]
fn rules_with_an_unknown_cidr_block_are_not_judged() {
    let flow = json!({ "x": { "from": ["ops"], "to": ["front"], "services": ["tcp/1"] } });
    for config in [
        crate::conformance::with(
            with("/zone", json!(crate::support::core::UNKNOWN)),
            "/flow",
            flow.clone(),
        ),
        crate::conformance::with(
            with("/zone/ops", json!(crate::support::core::UNKNOWN)),
            "/flow",
            flow,
        ),
        with("/product", json!(crate::support::core::UNKNOWN)),
        with("/product/lab", json!(crate::support::core::UNKNOWN)),
    ] {
        assert_eq!(Core::default().validate(&config), []);
        assert_eq!(
            said(&config),
            BTreeSet::from(["collection-unknown".to_owned()])
        );
    }
}

#[test]
fn names_that_cannot_make_keys_are_errors_before_keys_are_made() {
    let zone = json!({ "components": [], "ipv4": { "x": "10.1.0.0/16" }, "aws": { "security_group_id": "sg-1" } });
    let flow = |from: &str, to: &str| json!({ "from": [from], "to": [to], "services": ["tcp/80"] });
    let config = json!({
        "zone": { "a": zone, "y": zone, "x/tcp-80/y": zone, "a/tcp-80/x": zone },
        "flow": { "f": flow("x/tcp-80/y", "a"), "g": flow("y", "a/tcp-80/x") },
    });
    assert_eq!(
        codes(&Core::default().validate(&config), Level::Error),
        ["bad-name"]
    );
}

#[test]
fn alternatives_are_open_until_one_is_chosen() {
    let one_of_three = LAB.replace("tcp = \"TCP\" }", "tcp = \"TCP\", sctp = \"SCTP\" }").replace(
        "[[advisory]]",
        "[[flow]]\nid = \"tunnel-sctp\"\nfrom = \"user\"\nto = \"server\"\nservices = [\"udp/1195\"]\nplane = \"data\"\nexposure = \"public\"\n\
         when = \"tunnel+tunnel-transport.sctp\"\npurpose = { en = \"tunnel\" }\nsource = { ref = \"page\", at = \"7\" }\n\n[[advisory]]",
    );
    let said = |disable: Json, choices: Json| {
        let product = json!({ "definition": one_of_three, "enable": ["tunnel"], "disable": disable, "choices": choices });
        said(&with("/product/lab", product)).contains("port-alternatives")
    };
    assert!(said(json!([]), json!({})));
    assert!(said(json!(["tunnel-sctp"]), json!({})));
    assert!(!said(json!(["tunnel-sctp", "tunnel-udp"]), json!({})));
    assert!(!said(json!([]), json!({ "tunnel-transport": "sctp" })));
}

#[test]
fn a_definition_is_of_its_own_name_and_version() {
    let product = |version: &str| {
        with(
            "/product/lab",
            json!({ "definition": LAB, "version": version }),
        )
    };
    assert_eq!(
        codes(&Core::default().validate(&product("77")), Level::Error),
        ["unknown-version"]
    );
    assert_eq!(Core::default().validate(&product("1")), []);
}

#[test]
fn an_icmp_type_of_the_other_family_is_reported() {
    let six = json!({ "components": ["lab.operator"], "ipv6": { "vpn": "2001:db8::/32" } });
    let flow = json!({ "ping": { "from": ["ops"], "to": ["front"], "services": ["icmp/8"] } });
    let config = crate::conformance::with(with("/zone/ops", six), "/flow", flow);
    assert_eq!(subjects(&config, "not-expressible"), ["front/aws/icmp-8"]);
}

#[test]
fn a_profile_sets_the_recommended_ports() {
    let mut config = with(
        "/product",
        json!({ "kong": { "version": "0.10", "profile": "production", "ports": { "proxy-https": "8443" } } }),
    );
    config["zone"] = json!({
        "net": { "trust": "public", "components": ["kong.client"], "ipv4": { "any": "0.0.0.0/0" } },
        "front": { "components": ["kong.node"], "aws": { "security_group_id": "sg-front" } },
    });
    let planned = Core::default().plan(&Value::Null, &config);
    let keys = crate::conformance::keys(&planned.state, "aws_ingress");
    // What the user sets goes before the profile.
    assert_eq!(
        keys,
        [
            "front/tcp-7946/front:group",
            "front/tcp-80/net:ipv4:any",
            "front/tcp-8443/net:ipv4:any",
            "front/udp-7946/front:group"
        ]
    );
}
