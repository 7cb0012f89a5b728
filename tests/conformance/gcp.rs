//! Firewall rules of Google Cloud, through the provider's seam.

use crate::conformance::findings::{LAB, lab, said, subjects};
use crate::conformance::{codes, keys, with};
use crate::support::core::{Core, UNKNOWN};
use portmatrix::terraform::diagnostic::Severity;
use portmatrix::terraform::value::Value;
use serde_json::{Value as Json, json};

/// The lab in one network: servers and workers by tags, operators elsewhere.
fn google() -> Json {
    let mut config = lab();
    config["zone"]["front"] = json!({
        "components": ["lab.server"], "ipv4": { "a": "10.1.0.0/24" },
        "gcp": { "network": "vpc", "target_tags": ["front"] },
    });
    config["zone"]["back"] = json!({
        "components": ["lab.worker"], "ipv4": { "a": "10.2.0.0/24" }, "ipv6": { "a": "2001:db8:2::/64" },
        "gcp": { "network": "vpc", "target_tags": ["back"] },
    });
    config["flow"] = json!({ "jobs": { "from": ["front"], "to": ["back"], "services": ["tcp/7000-7999", "esp", "any"] } });
    config["name"] = json!("lab");
    config
}

fn planned(config: &Json) -> Value {
    let answer = Core::default().plan(&Value::Null, config);
    assert!(answer.errors().is_empty(), "{:?}", answer.diagnostics);
    answer.state
}

fn row(config: &Json, key: &str) -> Value {
    let state = planned(config);
    let row = state.get("gcp_rules").get(key).clone();
    assert!(!row.is_null(), "{key}: {:?}", keys(&state, "gcp_rules"));
    row
}

fn texts(row: &Value, column: &str) -> Vec<String> {
    match row.get(column) {
        Value::List(items) => items
            .iter()
            .map(|it| it.as_str().unwrap().to_owned())
            .collect(),
        Value::Null => Vec::new(),
        other => panic!("{column}: {other:?}"),
    }
}

#[test]
fn keys_name_the_way_in_which_a_peer_is_named() {
    assert_eq!(
        keys(&planned(&google()), "gcp_rules"),
        [
            "back/egress/any/*:deny-ipv4",
            "back/egress/any/*:deny-ipv6",
            "back/egress/icmp/back:ipv4",
            "back/egress/icmpv6/back:ipv6",
            "back/egress/udp-7946/back:ipv4",
            "back/egress/udp-7946/back:ipv6",
            "back/ingress/any/front:tag",
            "back/ingress/esp/front:tag",
            "back/ingress/icmp/back:tag",
            "back/ingress/icmpv6/back:tag",
            "back/ingress/tcp-7000-7999/front:tag",
            "back/ingress/udp-7946/back:tag",
            "front/egress/any/*:deny-ipv4",
            "front/egress/any/*:deny-ipv6",
            "front/egress/any/back:ipv4",
            "front/egress/any/back:ipv6",
            "front/egress/esp/back:ipv4",
            "front/egress/esp/back:ipv6",
            "front/egress/tcp-7000-7999/back:ipv4",
            "front/egress/tcp-7000-7999/back:ipv6",
            "front/ingress/tcp-80/net:ipv4",
            "front/ingress/tcp-81/ops:ipv4",
        ]
    );
}

#[test]
fn rows_have_the_arguments_of_the_resource() {
    let by_tag = row(&google(), "back/ingress/tcp-7000-7999/front:tag");
    for (column, wanted) in [
        ("name", "lab--back--i--tcp-7000-7999--front--tag"),
        ("network", "vpc"),
        ("description", "jobs"),
        ("direction", "INGRESS"),
    ] {
        assert_eq!(by_tag.get(column).as_str(), Some(wanted), "{column}");
    }
    assert_eq!(by_tag.get("priority"), &Value::number(1000));
    assert_eq!(texts(&by_tag, "source_tags"), ["front"]);
    assert_eq!(texts(&by_tag, "target_tags"), ["back"]);
    for null in [
        "project",
        "source_ranges",
        "destination_ranges",
        "source_service_accounts",
        "target_service_accounts",
    ] {
        assert!(by_tag.get(null).is_null(), "{null}");
    }
    let Value::List(allow) = by_tag.get("allow") else {
        panic!()
    };
    assert_eq!(allow[0].get("protocol").as_str(), Some("tcp"));
    assert_eq!(texts(&allow[0], "ports"), ["7000-7999"]);
    assert_eq!(by_tag.get("deny"), &Value::List(Vec::new()));

    let by_range = row(&google(), "front/egress/esp/back:ipv6");
    assert_eq!(texts(&by_range, "destination_ranges"), ["2001:db8:2::/64"]);
    let Value::List(allow) = by_range.get("allow") else {
        panic!()
    };
    assert!(allow[0].get("ports").is_null());

    let rest = row(&google(), "back/egress/any/*:deny-ipv6");
    assert_eq!(rest.get("priority"), &Value::number(65_534));
    assert_eq!(texts(&rest, "destination_ranges"), ["::/0"]);
    assert_eq!(rest.get("allow"), &Value::List(Vec::new()));
    let Value::List(deny) = rest.get("deny") else {
        panic!()
    };
    assert_eq!(deny[0].get("protocol").as_str(), Some("all"));
    let count = planned(&google())
        .get("counts")
        .get("back/gcp/rules")
        .clone();
    assert_eq!(count.get("headroom"), &Value::number(100 - 6 - 6));
}

#[test]
fn rules_refer_to_a_peer_by_tags_only_if_that_is_not_wider() {
    let key = |config: &Json| {
        let keys = keys(&planned(config), "gcp_rules");
        let keys = keys
            .into_iter()
            .filter(|it| it.starts_with("back/ingress/tcp-7000-7999/front:"));
        keys.map(|it| it.rsplit(':').next().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(key(&google()), ["tag"]);
    for (pointer, value) in [
        ("/zone/front/gcp/network", json!("other")),
        (
            "/zone/front/gcp/network",
            json!("projects/p/global/networks/vpc"),
        ),
        ("/zone/front/gcp/project", json!("other")),
        (
            "/zone/front/gcp",
            json!({ "network": "vpc", "service_accounts": ["front@lab"] }),
        ),
        ("/zone/front/gcp", Json::Null),
    ] {
        assert_eq!(
            key(&with(google(), pointer, value.clone())),
            ["ipv4"],
            "{value}"
        );
    }
    let mut accounts = google();
    accounts["zone"]["front"]["gcp"] =
        json!({ "network": "vpc", "service_accounts": ["front@lab"] });
    accounts["zone"]["back"]["gcp"] = json!({ "network": "vpc", "service_accounts": ["back@lab"] });
    assert_eq!(key(&accounts), ["group"]);
    // A project alone is that of the other zone only where that says so.
    let elsewhere = json!({ "project": "other", "target_tags": ["front"] });
    let mut projects = with(google(), "/zone/front/gcp", elsewhere);
    assert_eq!(key(&projects), ["ipv4"]);
    projects["zone"]["back"]["gcp"]["project"] = json!("other");
    assert_eq!(key(&projects), ["tag"]);
    // A block without a network is there to name the zone by it.
    let named = with(
        google(),
        "/zone/front/gcp",
        json!({ "target_tags": ["front"] }),
    );
    assert_eq!(key(&named), ["tag"]);
}

#[test]
fn everything_but_the_network_may_be_unknown() {
    let core = Core::default();
    for (pointer, value) in [
        ("/name", json!("lab")),
        ("/zone/front/gcp/target_tags", json!(["front"])),
        ("/zone/back/gcp/target_tags", json!(["back"])),
        ("/zone/front/ipv4/a", json!("10.1.0.0/24")),
        ("/zone/back/ipv6/a", json!("2001:db8:2::/64")),
        ("/zone/ops/ipv4/vpn", json!("10.9.0.0/16")),
    ] {
        let unknown = if value.is_array() {
            json!([UNKNOWN])
        } else {
            json!(UNKNOWN)
        };
        let at_plan = with(google(), pointer, unknown);
        let state = core.apply(&Value::Null, &at_plan, &google()).unwrap();
        assert_eq!(
            keys(&planned(&at_plan), "gcp_rules"),
            keys(&state, "gcp_rules"),
            "{pointer}"
        );
    }
}

/// Whether a rule may refer to a peer by tags depends on both networks, so rows between the two zones wait for them, and no others do.
#[test]
fn rules_that_depend_on_an_unknown_network_wait_for_it() {
    let core = Core::default();
    let mut at_plan = google();
    for zone in ["front", "back"] {
        at_plan["zone"][zone]["gcp"]["network"] = json!(UNKNOWN);
    }
    let plan = core.plan(&Value::Null, &at_plan);
    assert_eq!(
        codes(&plan.diagnostics, Severity::Error),
        Vec::<String>::new()
    );
    let waiting = plan
        .diagnostics
        .iter()
        .find(|it| it.summary.starts_with("collection-unknown"));
    assert!(
        waiting.is_some_and(|it| it.detail.contains(".name")),
        "{:?}",
        plan.diagnostics
    );
    for output in ["gcp_rules", "counts", "findings"] {
        assert!(plan.state.get(output).is_unknown(), "{output}");
    }
    assert!(plan.state.get("rules").is_wholly_known());
    core.apply(&Value::Null, &at_plan, &google()).unwrap();
    let apart = with(google(), "/zone/front/gcp/network", json!("other"));
    core.apply(&Value::Null, &at_plan, &apart).unwrap();

    // Zones that do not meet, of other kinds, or one alone, need not wait.
    let lonely = with(at_plan.clone(), "/flow", json!({}));
    let accounts = json!({ "network": UNKNOWN, "service_accounts": ["front@lab"] });
    let apart = with(at_plan, "/zone/front/gcp", accounts);
    for at_plan in [lonely, apart] {
        let plan = core.plan(&Value::Null, &at_plan);
        assert!(
            !codes(&plan.diagnostics, Severity::Warning).contains(&"collection-unknown".to_owned())
        );
        let Value::Map(rows) = plan.state.get("gcp_rules") else {
            panic!()
        };
        assert!(
            rows.values()
                .all(|it| it.get("network").is_unknown() && !it.get("name").is_unknown())
        );
        let mut at_apply = at_plan.clone();
        for zone in ["front", "back"] {
            at_apply["zone"][zone]["gcp"]["network"] = json!("vpc");
        }
        core.apply(&Value::Null, &at_plan, &at_apply).unwrap();
    }
}

#[test]
fn egress_names_peers_by_address_alone() {
    let mut config = google();
    config["zone"]["back"]["ipv4"] = json!({});
    config["zone"]["back"]["ipv6"] = json!({});
    let errors = Core::default().validate(&config);
    assert_eq!(
        codes(&errors, Severity::Error),
        ["zone-empty"],
        "{errors:?}"
    );
    config["directions"] = json!(["ingress"]);
    let keys = keys(&planned(&config), "gcp_rules");
    assert!(
        keys.iter().all(|it| it.contains("/ingress/")) && !keys.is_empty(),
        "{keys:?}"
    );
    assert!(!said(&config).contains("default-open"));
}

#[test]
fn traffic_that_google_cloud_cannot_express_is_a_finding() {
    let mut config = google();
    config["flow"]["ping"] = json!({ "from": ["ops"], "to": ["front"], "services": ["icmp/8", "icmpv6", "gre", "sctp/3868"] });
    assert_eq!(
        subjects(&config, "not-expressible"),
        ["front/gcp/icmp-8", "front/gcp/icmpv6"]
    );
    // What a wider rule of the same ends permits needs none of its own.
    let wider = with(
        config.clone(),
        "/flow/all",
        json!({ "from": ["ops"], "to": ["front"], "services": ["icmp"] }),
    );
    assert_eq!(subjects(&wider, "not-expressible"), ["front/gcp/icmpv6"]);
    let gre = row(
        &config,
        "front/ingress/ip-47/ops:ipv4"
            .replace("ip-47", "gre")
            .as_str(),
    );
    let Value::List(allow) = gre.get("allow") else {
        panic!()
    };
    assert_eq!(allow[0].get("protocol").as_str(), Some("47"));
    config["product"]["lab"]["enable"] = json!(["time", "names"]);
    // Of link-local addresses only the metadata server is reached whatever the rules say.
    let clock = row(&config, "front/egress/udp-123/lab.clock:ipv4");
    assert_eq!(texts(&clock, "destination_ranges"), ["169.254.169.123/32"]);
    let metadata = with(
        config.clone(),
        "/product/lab/definition",
        json!(LAB.replace("169.254.169.123", "169.254.169.254")),
    );
    assert!(
        !keys(&planned(&metadata), "gcp_rules")
            .contains(&"front/egress/udp-123/lab.clock:ipv4".to_owned())
    );
    assert_eq!(subjects(&metadata, "link-local-skipped"), ["lab.clock"]);
    assert_eq!(
        texts(
            &row(&config, "front/egress/udp-53/lab.directory:ipv4"),
            "destination_ranges"
        ),
        ["192.0.2.7/32"]
    );
    config["gcp_options"] = json!({ "deny_rest": false });
    assert_eq!(
        subjects(&config, "default-open"),
        ["back/gcp/egress", "front/gcp/egress"]
    );
}

#[test]
fn egress_uses_advertised_addresses_and_ports() {
    let mut config = with(
        google(),
        "/zone/back/advertised_ipv4",
        json!({ "nat": "192.0.2.9/32" }),
    );
    config["flow"]["jobs"]["services"] = json!(["tcp/7000"]);
    let key = "front/egress/tcp-7000/back:ipv4";
    assert_eq!(
        texts(&row(&config, key), "destination_ranges"),
        ["192.0.2.9/32"]
    );
    assert!(
        !keys(&planned(&config), "gcp_rules")
            .contains(&"front/egress/tcp-7000/back:ipv6".to_owned())
    );
}

#[test]
fn names_are_made_of_whatever_the_resource_is_called() {
    let long = "long ".repeat(2_000);
    for name in ["Büro \"Köln\"", "🙂", "-", "1", "a--b", "a\u{0}b\nc", &long] {
        let state = planned(&with(google(), "/name", json!(name)));
        let Value::Map(rows) = state.get("gcp_rules") else {
            panic!()
        };
        let names: std::collections::BTreeSet<&str> = rows
            .values()
            .map(|it| it.get("name").as_str().unwrap())
            .collect();
        assert_eq!(names.len(), rows.len(), "{name}");
        for it in names {
            assert!(
                it.len() <= 63 && it.starts_with(|it: char| it.is_ascii_lowercase()),
                "{it}"
            );
            assert!(
                it.bytes()
                    .all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'-'),
                "{it}"
            );
            assert!(!it.ends_with('-'), "{it}");
        }
    }
    let empty = Core::default().validate(&with(google(), "/name", json!("")));
    assert_eq!(codes(&empty, Severity::Error), ["bad-value"]);
}
