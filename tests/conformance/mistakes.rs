//! Mistakes of users: each is an error as soon as it is known, at the line that it is about, and keeps the state.

use crate::conformance::{codes, edge, with};
use crate::support::core::Core;
use portmatrix::terraform::diagnostic::{Level, Path};
use portmatrix::terraform::value::Value;
use serde_json::json;

#[test]
fn mistakes_point_at_their_place_and_come_at_validate() {
    let core = Core::default();
    for (pointer, value, code, place, words) in [
        (
            "/zone/ops/ipv4/vpn",
            json!("10.99.1.2/16"),
            "bad-cidr",
            vec!["zone", "ops", "ipv4", "vpn"],
            "10.99.0.0/16",
        ),
        (
            "/zone/ops/components",
            json!(["kng.admin"]),
            "unknown-product",
            vec!["zone", "ops", "components", "0"],
            "Did you mean `kong`?",
        ),
        (
            "/zone/ops/components",
            json!(["kong.admin", "kong.nodes"]),
            "unknown-component",
            vec!["zone", "ops", "components", "1"],
            "`node`",
        ),
        (
            "/zone/ops/components",
            json!(["kong"]),
            "bad-value",
            vec!["zone", "ops", "components", "0"],
            "kong.*",
        ),
        (
            "/zone/ops/components",
            json!(["kong.admin", null]),
            "bad-value",
            vec!["zone", "ops", "components", "1"],
            "null",
        ),
        (
            "/zone/ops/trust",
            json!("publc"),
            "bad-value",
            vec!["zone", "ops", "trust"],
            "`public`",
        ),
        (
            "/zone/ops/trust",
            json!(""),
            "bad-value",
            vec!["zone", "ops", "trust"],
            "empty",
        ),
        (
            "/product/kong/version",
            json!("3.1"),
            "unknown-version",
            vec!["product", "kong", "version"],
            "quotes",
        ),
        (
            "/product/kong/version",
            json!("latest"),
            "unknown-version",
            vec!["product", "kong", "version"],
            "newest",
        ),
        (
            "/product/kong/version",
            json!("~> 3.0"),
            "unknown-version",
            vec!["product", "kong", "version"],
            "ranges",
        ),
        (
            "/product/kong/ports",
            json!({ "proxy-htp": "80" }),
            "unknown-port-parameter",
            vec!["product", "kong", "ports", "proxy-htp"],
            "`proxy-http`",
        ),
        (
            "/product/kong/ports",
            json!({ "proxy-http": "70000" }),
            "bad-port",
            vec!["product", "kong", "ports", "proxy-http"],
            "1 to 65535",
        ),
        (
            "/product/kong/ports",
            json!({ "proxy-http": "eighty" }),
            "bad-port",
            vec!["product", "kong", "ports", "proxy-http"],
            "`eighty`",
        ),
        (
            "/product/kong/ports",
            json!({ "proxy-http": "90-80" }),
            "bad-port",
            vec!["product", "kong", "ports", "proxy-http"],
            "80-90",
        ),
        (
            "/product/kong/enable",
            json!(["statu"]),
            "unknown-flow",
            vec!["product", "kong", "enable", "0"],
            "`status`",
        ),
        (
            "/product/kong/profile",
            json!("prod"),
            "unknown-profile",
            vec!["product", "kong", "profile"],
            "has no recommended ports",
        ),
        (
            "/product/kong/definition",
            json!("format = 2"),
            "bad-definition",
            vec!["product", "kong", "definition"],
            "1:10",
        ),
        (
            "/directions",
            json!(["in"]),
            "bad-value",
            vec!["directions", "0"],
            "`ingress`",
        ),
        (
            "/zone/ops/aws",
            json!({}),
            "became-null",
            vec!["zone", "ops", "aws", "0", "max_groups"],
            "security_group_id",
        ),
        (
            "/zone/ops/ipv4",
            json!({}),
            "zone-empty",
            vec!["zone", "ops", "advertised_ipv4"],
            "`ops`",
        ),
    ] {
        let config = with(edge(), pointer, value);
        let shown = core.validate(&config);
        assert_eq!(codes(&shown, Level::Error), [code], "{pointer}: {shown:?}");
        let text = format!("{}\n{}", shown[0].summary, shown[0].detail);
        assert!(text.contains(words), "{pointer}: {text}");
        assert_eq!(
            shown[0].path.to_string(),
            path(&place).to_string(),
            "{pointer}"
        );
        let planned = core.plan(&Value::Null, &config);
        assert!(
            codes(&planned.diagnostics, Level::Error).contains(&code.to_owned()),
            "{pointer}"
        );
        assert_eq!(
            planned.state,
            Value::Null,
            "{pointer}: an error keeps the state"
        );
    }
}

/// Blocks of other platforms: each mistake as soon as it is known, and never a guess in its place.
#[test]
fn blocks_of_platforms_are_checked_at_validate() {
    let core = Core::default();
    let long = "x".repeat(64);
    let accounts: Vec<String> = (0..=10).map(|it| format!("a{it}@lab")).collect();
    for (pointer, value, code, words) in [
        (
            "gcp",
            json!({ "network": "vpc" }),
            "target-wide",
            "every instance",
        ),
        (
            "gcp",
            json!({ "network": "vpc", "target_tags": [] }),
            "target-wide",
            "target_tags",
        ),
        (
            "gcp",
            json!({ "network": "?" }),
            "target-wide",
            "service_accounts",
        ),
        (
            "gcp",
            json!({ "network": "vpc", "target_tags": ["a"], "service_accounts": ["b@c"] }),
            "bad-value",
            "only one",
        ),
        (
            "gcp",
            json!({ "network": "vpc", "target_tags": ["Kong"] }),
            "bad-value",
            "`Kong`",
        ),
        (
            "gcp",
            json!({ "network": "vpc", "target_tags": ["a-"] }),
            "bad-value",
            "dash",
        ),
        (
            "gcp",
            json!({ "network": "My Network!", "target_tags": ["a"] }),
            "bad-value",
            "not a valid network",
        ),
        (
            "gcp",
            json!({ "network": "projects/p/networks/", "target_tags": ["a"] }),
            "bad-value",
            "not a valid network",
        ),
        (
            "gcp",
            json!({ "network": "vpc", "project": "P!", "target_tags": ["a"] }),
            "bad-value",
            "not a valid project",
        ),
        (
            "gcp",
            json!({ "network": "vpc", "service_accounts": ["a b@"] }),
            "bad-value",
            "not a service account",
        ),
        (
            "gcp",
            json!({ "network": "vpc", "service_accounts": ["kong"] }),
            "bad-value",
            "email",
        ),
        (
            "gcp",
            json!({ "network": "vpc", "service_accounts": accounts }),
            "bad-value",
            "at most 10",
        ),
        (
            "gcp",
            json!({ "network": "vpc", "target_tags": ["a", null] }),
            "bad-value",
            "null",
        ),
        (
            "gcp",
            json!({ "network": null }),
            "became-null",
            "has no effect",
        ),
        (
            "kubernetes",
            json!({ "namespace": "Kong" }),
            "bad-value",
            "`Kong`",
        ),
        (
            "kubernetes",
            json!({ "namespace": "a.b" }),
            "bad-value",
            "not a valid namespace",
        ),
        (
            "kubernetes",
            json!({ "namespace": long }),
            "bad-value",
            "63",
        ),
        (
            "kubernetes",
            json!({ "namespace": "", "namespace_labels": { "a": "b" } }),
            "bad-value",
            "empty",
        ),
        (
            "kubernetes",
            json!({ "namespace": "a", "pod_labels": { "a b": "c" } }),
            "bad-value",
            "not a valid label name",
        ),
        (
            "kubernetes",
            json!({ "namespace": "a", "pod_labels": { "X/b": "c" } }),
            "bad-value",
            "DNS",
        ),
        (
            "kubernetes",
            json!({ "namespace": "a", "pod_labels": { "b": "c\nd" } }),
            "bad-value",
            "not a valid label value",
        ),
        (
            "kubernetes",
            json!({ "namespace": "a", "pod_labels": { "b": long } }),
            "bad-value",
            "63",
        ),
        (
            "kubernetes",
            json!({ "pod_labels": { "app": "kong" } }),
            "bad-value",
            "own namespace",
        ),
        (
            "kubernetes",
            json!({ "namespace": null, "pod_labels": {} }),
            "became-null",
            "has no effect",
        ),
    ] {
        let config = with(edge(), &format!("/zone/dmz/{pointer}"), value.clone());
        let shown = core.validate(&config);
        assert_eq!(codes(&shown, Level::Error), [code], "{value}: {shown:?}");
        assert!(shown[0].detail.contains(words), "{value}: {shown:?}");
        assert_eq!(
            core.plan(&Value::Null, &config).state,
            Value::Null,
            "{value}"
        );
    }
    for (pointer, value) in [
        ("gcp", json!({ "network": "?", "target_tags": ["?"] })),
        ("gcp", json!({ "network": "vpc", "target_tags": "?" })),
        ("gcp", json!({ "target_tags": ["kong"] })),
        (
            "kubernetes",
            json!({ "namespace": "?", "pod_labels": { "app.kubernetes.io/name": "?", "canary": "" } }),
        ),
        (
            "kubernetes",
            json!({ "namespace_labels": { "team": "edge" } }),
        ),
    ] {
        let config = with(edge(), &format!("/zone/dmz/{pointer}"), value.clone());
        assert_eq!(core.validate(&config), [], "{value}");
    }
}

/// A path from its steps: the second is a label, and so is the last of a map.
fn path(text: &[&str]) -> Path {
    text.iter()
        .enumerate()
        .fold(Path::ROOT, |path, (at, part)| match part.parse::<usize>() {
            Ok(index) => path.index(index),
            Err(_) if at == 1 || (at == 3 && text[2] != "aws" && text.len() == 4) => {
                path.key(*part)
            }
            Err(_) => path.attribute(*part),
        })
}

/// What is wrong in a list keeps the places of what comes after it.
#[test]
fn mistakes_in_a_list_point_at_their_element() {
    let zone = json!({ "network": "vpc", "target_tags": ["a", "", "b-"] });
    let errors = Core::default().validate(&with(edge(), "/zone/ops/gcp", zone));
    let of_tag = errors.iter().find(|it| it.detail.contains("`b-`"));
    let place = r#"zone["ops"].gcp[0].target_tags[2]"#;
    assert!(
        of_tag.is_some_and(|it| it.detail.contains(place)),
        "{errors:?}"
    );
}
