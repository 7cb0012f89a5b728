//! The provider held against core's own rules, without a CLI: every plan and apply here passes the checks that core makes.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod azure;
mod azure_subnets;
mod codes;
mod data;
mod data_mistakes;
mod drafts;
mod drift;
mod findings;
mod frontends;
mod gcp;
mod groups;
mod hazards;
mod hosts;
mod identity;
mod kubernetes;
mod merging;
mod mistakes;
mod nested;
mod openstack;
mod peer_by;
mod peers;
mod pinned;
mod pinned_releases;
mod priorities;
mod product_ports;
mod quiet;
mod releases;
mod review_data;
mod selectors;
mod silence;
mod stress;
mod zone_changes;

use crate::support::core::{Answer, Core, RULES, UNKNOWN};
use portmatrix::terraform::Provider;
use portmatrix::terraform::diagnostic::{Diagnostic, Level};
use portmatrix::terraform::value::Value;
use serde_json::{Value as Json, json};
use std::collections::{BTreeMap, BTreeSet};

/// Kong between the internet, a DMZ with a group, and operators.
fn edge() -> Json {
    json!({
        "zone": {
            "internet": { "trust": "public", "components": ["kong.client"], "ipv4": { "any": "0.0.0.0/0" }, "ipv6": { "any": "::/0" } },
            "dmz": { "trust": "dmz", "components": ["kong.node"], "ipv4": { "a": "10.10.1.0/24" }, "aws": { "security_group_id": "sg-1" } },
            "ops": { "trust": "restricted", "components": ["kong.admin"], "ipv4": { "vpn": "10.99.0.0/16" } },
            "data": { "components": ["kong.postgresql"], "ipv4": { "a": "10.10.8.0/24" } },
        },
        "product": { "kong": { "version": "3.9" } },
    })
}

/// The same with one value changed.
pub(crate) fn with(mut config: Json, pointer: &str, value: Json) -> Json {
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    config.pointer_mut(parent).unwrap()[name] = value;
    config
}

fn codes(diagnostics: &[Diagnostic], severity: Level) -> Vec<String> {
    let shown = diagnostics.iter().filter(|it| it.severity == severity);
    shown
        .map(|it| it.summary.split(':').next().unwrap().to_owned())
        .collect()
}

fn keys(state: &Value, output: &str) -> Vec<String> {
    match state.get(output) {
        Value::Map(map) => map.keys().map(ToString::to_string).collect(),
        other => panic!("`{output}` is {other:?}"),
    }
}

#[test]
fn the_first_plan_knows_every_key_and_only_ids_are_unknown() {
    let core = Core::default();
    let at_plan = with(edge(), "/zone/dmz/aws/security_group_id", json!(UNKNOWN));
    let planned = core.plan(&Value::Null, &at_plan);
    assert_eq!(
        codes(&planned.diagnostics, Level::Error),
        Vec::<String>::new()
    );
    let Value::Map(rows) = planned.state.get("aws_ingress") else {
        panic!("known keys")
    };
    assert_eq!(rows.len(), 8);
    for (key, row) in rows {
        assert!(row.get("security_group_id").is_unknown(), "{key}");
        for known in ["ip_protocol", "from_port", "to_port", "description"] {
            assert!(row.get(known).is_wholly_known(), "{key} {known}");
        }
    }
    assert!(planned.state.get("findings").is_wholly_known());
    let state = core.apply(&Value::Null, &at_plan, &edge()).unwrap();
    assert_eq!(
        keys(&state, "aws_ingress"),
        rows.keys().map(ToString::to_string).collect::<Vec<_>>()
    );
}

#[test]
fn keys_are_zone_service_and_peer() {
    let state = Core::default()
        .apply(&Value::Null, &edge(), &edge())
        .unwrap();
    assert_eq!(
        keys(&state, "aws_ingress"),
        [
            "dmz/tcp-8000/internet:ipv4:any",
            "dmz/tcp-8000/internet:ipv6:any",
            "dmz/tcp-8001/ops:ipv4:vpn",
            "dmz/tcp-8002/ops:ipv4:vpn",
            "dmz/tcp-8443/internet:ipv4:any",
            "dmz/tcp-8443/internet:ipv6:any",
            "dmz/tcp-8444/ops:ipv4:vpn",
            "dmz/tcp-8445/ops:ipv4:vpn",
        ]
    );
    assert_eq!(keys(&state, "aws_egress"), ["dmz/tcp-5432/data:ipv4:a"]);
    assert!(keys(&state, "rules").contains(&"dmz/ingress/tcp-8443/internet".to_owned()));
}

#[test]
fn what_decides_and_is_unknown_makes_all_outputs_unknown() {
    let core = Core::default();
    for (pointer, value) in [
        ("/zone/dmz/ipv4", json!(UNKNOWN)),
        ("/zone/dmz/components", json!([UNKNOWN])),
        ("/zone/dmz/trust", json!(UNKNOWN)),
        ("/zone/dmz/exact", json!(UNKNOWN)),
        ("/zone/dmz/aws/peer_by", json!(UNKNOWN)),
        ("/zone/dmz/aws/prefix_list_ids", json!(UNKNOWN)),
        ("/zone/dmz/aws", json!(UNKNOWN)),
        ("/zone/dmz/host", json!(UNKNOWN)),
        ("/zone/dmz", json!(UNKNOWN)),
        ("/product/kong/version", json!(UNKNOWN)),
        ("/product/kong/ports", json!({ "proxy-http": UNKNOWN })),
        ("/product/kong/enable", json!([UNKNOWN])),
        ("/product/kong/definition", json!(UNKNOWN)),
        ("/directions", json!(UNKNOWN)),
        ("/fail_on", json!(UNKNOWN)),
        (
            "/flow",
            json!({ "x": { "from": [UNKNOWN], "to": ["dmz"], "services": ["tcp/1"] } }),
        ),
    ] {
        let config = with(edge(), pointer, value);
        assert_eq!(core.validate(&config), [], "{pointer}");
        let planned = core.plan(&Value::Null, &config);
        assert_eq!(
            codes(&planned.diagnostics, Level::Error),
            Vec::<String>::new(),
            "{pointer}"
        );
        assert_eq!(
            codes(&planned.diagnostics, Level::Warning),
            ["collection-unknown"],
            "{pointer}"
        );
        for output in [
            "rules",
            "aws_ingress",
            "aws_egress",
            "findings",
            "counts",
            "digests",
        ] {
            assert!(planned.state.get(output).is_unknown(), "{pointer} {output}");
        }
        // What was unknown was as in `edge`, or as the argument's default.
        let applied = match pointer {
            "/product/kong/ports" => with(edge(), pointer, json!({ "proxy-http": "8000" })),
            "/product/kong/enable" => with(edge(), pointer, json!(["status"])),
            "/flow" => with(
                edge(),
                pointer,
                json!({ "x": { "from": ["ops"], "to": ["dmz"], "services": ["tcp/1"] } }),
            ),
            _ => edge(),
        };
        core.apply(&Value::Null, &config, &applied).unwrap();
    }
}

#[test]
fn a_block_that_may_be_absent_may_turn_out_absent() {
    // `dynamic "aws"` over something unknown arrives as an unknown block, and may be none at apply.
    let at_plan = with(edge(), "/zone/dmz/aws", json!(UNKNOWN));
    for at_apply in [edge(), with(edge(), "/zone/dmz/aws", Json::Null)] {
        Core::default()
            .apply(&Value::Null, &at_plan, &at_apply)
            .unwrap();
    }
}

#[test]
fn an_id_that_turns_out_null_is_our_own_error() {
    let core = Core::default();
    let at_plan = with(edge(), "/zone/dmz/aws/security_group_id", json!(UNKNOWN));
    let at_apply = with(
        edge(),
        "/zone/dmz/aws",
        json!({ "security_group_id": null }),
    );
    let errors = core.apply(&Value::Null, &at_plan, &at_apply).unwrap_err();
    assert!(errors[0].starts_with("became-null"), "{errors:?}");
    assert_eq!(
        codes(&core.validate(&at_apply), Level::Error),
        ["became-null"]
    );
}

#[test]
fn an_address_that_turns_out_bad_is_our_own_error() {
    let core = Core::default();
    let at_plan = with(edge(), "/zone/ops/ipv4/vpn", json!(UNKNOWN));
    for (address, code) in [
        (json!("10.99.1.2/16"), "bad-cidr"),
        (json!("0.0.0.0/0"), "exposed"),
        (Json::Null, "zone-empty"),
    ] {
        let at_apply = with(edge(), "/zone/ops/ipv4/vpn", address);
        let errors = core.apply(&Value::Null, &at_plan, &at_apply).unwrap_err();
        assert!(errors[0].starts_with(code), "{errors:?}");
    }
}

#[test]
fn unknown_definitions_make_what_needs_them_unknown() {
    let core = Core::default();
    let own =
        json!({ "zone": { "a": { "components": ["own.server"], "ipv4": { "a": "10.0.0.1/8" } } } });
    for definitions in [json!(UNKNOWN), json!([UNKNOWN])] {
        assert_eq!(core.prepare(&json!({ "definitions": definitions })), []);
        // The product may be in them; the address is wrong all the same.
        assert_eq!(codes(&core.validate(&own), Level::Error), ["bad-cidr"]);
    }
    let planned = core.plan(&Value::Null, &edge());
    assert_eq!(
        codes(&planned.diagnostics, Level::Warning),
        ["collection-unknown"]
    );
    assert!(planned.diagnostics[0].detail.contains("definitions"));
    core.prepare(&json!({}));
    assert_eq!(
        codes(&core.validate(&own), Level::Error),
        ["unknown-product", "bad-cidr"]
    );
}

#[test]
fn judgements_come_at_plan_and_can_be_accepted() {
    let core = Core::default();
    let open = with(
        edge(),
        "/zone/internet/components",
        json!(["kong.client", "kong.admin"]),
    );
    assert_eq!(core.validate(&open), []);
    let planned = core.plan(&Value::Null, &open);
    assert_eq!(codes(&planned.diagnostics, Level::Error), ["exposed"]);
    assert!(
        planned.diagnostics[0].detail.contains("kong.admin-https"),
        "{}",
        planned.diagnostics[0].detail
    );
    let never = with(open.clone(), "/fail_on", json!("never"));
    let planned = core.plan(&Value::Null, &never);
    assert_eq!(
        codes(&planned.diagnostics, Level::Error),
        Vec::<String>::new()
    );
    assert!(codes(&planned.diagnostics, Level::Warning).contains(&"exposed".to_owned()));
    let accepted = with(
        open,
        "/accept",
        json!([{ "code": "exposed", "subject": "dmz/kong.*/internet", "reason": "a lab" }]),
    );
    core.apply(&Value::Null, &accepted, &accepted).unwrap();
}

#[test]
fn a_renamed_address_offers_the_moved_block() {
    let core = Core::default();
    let state = core.apply(&Value::Null, &edge(), &edge()).unwrap();
    let renamed = with(
        edge(),
        "/zone/ops/ipv4",
        json!({ "bastion": "10.99.0.0/16" }),
    );
    let planned = core.plan(&state, &renamed);
    let warning = planned
        .diagnostics
        .iter()
        .find(|it| it.summary.starts_with("key-renamed"))
        .unwrap();
    assert!(
        warning.detail.contains(
            "from = aws_vpc_security_group_ingress_rule.NAME[\"dmz/tcp-8001/ops:ipv4:vpn\"]"
        ),
        "{}",
        warning.detail
    );
    assert!(
        warning.detail.contains(
            "to   = aws_vpc_security_group_ingress_rule.NAME[\"dmz/tcp-8001/ops:ipv4:bastion\"]"
        ),
        "{}",
        warning.detail
    );
    // The state knows nothing of it, so the next plan is empty.
    core.apply(&state, &renamed, &renamed).unwrap();
}

#[test]
fn a_second_product_with_the_same_traffic_changes_descriptions_only() {
    let core = Core::default();
    let one = core.apply(&Value::Null, &edge(), &edge()).unwrap();
    let mut both = edge();
    both["product"]["second"] = json!({ "name": "kong", "version": "3.9" });
    for (zone, component) in [
        ("internet", "second.client"),
        ("dmz", "second.node"),
        ("ops", "second.admin"),
        ("data", "second.postgresql"),
    ] {
        both["zone"][zone]["components"]
            .as_array_mut()
            .unwrap()
            .push(json!(component));
    }
    let two = core.apply(&one, &both, &both).unwrap();
    let (Value::Map(a), Value::Map(b)) = (one.get("aws_ingress"), two.get("aws_ingress")) else {
        panic!("known")
    };
    assert!(a.keys().eq(b.keys()));
    for (key, row) in a {
        let changed: Vec<&str> = [
            "cidr_ipv4",
            "cidr_ipv6",
            "ip_protocol",
            "from_port",
            "to_port",
            "security_group_id",
            "description",
        ]
        .into_iter()
        .filter(|it| row.get(it) != b[key].get(it))
        .collect();
        assert_eq!(changed, ["description"], "{key}");
    }
    assert_eq!(core.apply(&two, &edge(), &edge()).unwrap(), one);
}

#[test]
fn null_is_absent_and_removes_names() {
    let core = Core::default();
    let plain = core.apply(&Value::Null, &edge(), &edge()).unwrap();
    let nulls = with(
        with(
            edge(),
            "/zone/ops/ipv4",
            json!({ "vpn": "10.99.0.0/16", "old": null }),
        ),
        "/product/kong/ports",
        json!({ "proxy-http": null }),
    );
    let state = core.apply(&Value::Null, &nulls, &nulls).unwrap();
    for output in [
        "rules",
        "aws_ingress",
        "aws_egress",
        "findings",
        "counts",
        "digests",
    ] {
        assert_eq!(state.get(output), plain.get(output), "{output}");
    }
}

#[test]
fn import_gives_empty_maps_that_the_next_plan_fills() {
    let core = Core::default();
    let provider = portmatrix::provider::Portmatrix::default();
    let (state, diagnostics) = provider.import(RULES, "edge");
    assert!(diagnostics.is_empty() && state.is_wholly_known());
    assert_eq!(state.get("aws_ingress"), &Value::Map(BTreeMap::new()));
    core.apply(&state, &edge(), &edge()).unwrap();
}

#[test]
fn the_data_source_answers_for_both_lines_of_kong() {
    let core = Core::default();
    let read = |config: Json| -> Answer { core.read("portmatrix_product", &config) };
    let newest = read(json!({ "name": "kong" }));
    assert_eq!(newest.state.get("resolved_version").as_str(), Some("3"));
    let old =
        read(json!({ "name": "kong", "version": "0.10.4", "ports": { "proxy-https": "443" } }));
    assert_eq!(old.state.get("resolved_version").as_str(), Some("0.10"));
    assert_eq!(
        old.state
            .get("port_parameters")
            .get("proxy-https")
            .get("ports")
            .as_str(),
        Some("443")
    );
    assert_eq!(
        old.state
            .get("port_parameters")
            .get("proxy-https")
            .get("default_ports")
            .as_str(),
        Some("8443")
    );
    assert_eq!(
        old.state
            .get("flows")
            .get("cluster")
            .get("transport")
            .as_str(),
        Some("tcp+udp")
    );
    assert_eq!(
        codes(&read(json!({ "name": "kng" })).diagnostics, Level::Error),
        ["unknown-product"]
    );
    assert_eq!(
        codes(&read(json!({})).diagnostics, Level::Error),
        ["bad-value"]
    );
}

#[test]
fn the_whole_catalogue_is_searched_by_words_and_ports() {
    let core = Core::default();
    let read = |config: Json| -> Answer { core.read("portmatrix_products", &config) };
    let listed = |answer: &Answer, output: &str, field: &str| -> BTreeSet<String> {
        let Value::List(items) = answer.state.get(output) else {
            panic!("{:?}", answer.diagnostics)
        };
        let texts = items.iter().map(|it| it.get(field).as_str().unwrap());
        texts.map(str::to_owned).collect()
    };
    let all = read(json!({}));
    assert!(listed(&all, "products", "name").len() >= 16);
    assert_eq!(listed(&all, "listeners", "product").len(), 0);
    // In either case, in any order, also by an alias.
    for search in ["API ibm", "APIC"] {
        let found = read(json!({ "search": search }));
        assert_eq!(listed(&found, "products", "name").len(), 1, "{search}");
        assert!(listed(&found, "products", "name").contains("ibm-api-connect"));
    }
    assert_eq!(
        listed(&read(json!({ "search": "no such" })), "products", "name").len(),
        0
    );

    let found = read(json!({ "port": 7946, "transport": "udp" }));
    assert_eq!(
        listed(&found, "listeners", "product"),
        listed(&found, "products", "name")
    );
    assert!(listed(&found, "listeners", "component").contains("node"));
    assert!(
        listed(&found, "listeners", "service")
            .iter()
            .all(|it| it.starts_with("udp/"))
    );
    // A port in the middle of a range is one of it.
    let ranges = read(json!({ "port": 30500 }));
    assert!(listed(&ranges, "listeners", "service").contains("tcp/30000-32767"));

    for (config, words) in [
        (json!({ "port": 0 }), "`0`"),
        (json!({ "port": 70000 }), "70000"),
        (json!({ "port": 80.5 }), "80.5"),
        (json!({ "transport": "tcp" }), "requires `port`"),
        (json!({ "port": 80, "transport": "icmp" }), "`icmp`"),
        (json!({ "search": "" }), "empty"),
    ] {
        let answer = read(config.clone());
        assert_eq!(
            codes(&answer.diagnostics, Level::Error),
            ["bad-value"],
            "{config}"
        );
        assert!(
            answer.diagnostics[0].detail.contains(words),
            "{config}: {:?}",
            answer.diagnostics
        );
    }
}
