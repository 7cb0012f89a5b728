//! Rulesets for hosts, through the provider's seam.

use crate::conformance::findings::{lab, said, subjects};
use crate::conformance::{codes, with};
use crate::support::core::{Core, UNKNOWN};
use expect_test::expect_file;
use portmatrix::terraform::diagnostic::Severity;
use portmatrix::terraform::value::Value;
use serde_json::{Value as Json, json};

/// The lab on hosts: servers that reject, and workers of another product in a zone of their own.
fn on_hosts() -> Json {
    let mut config = lab();
    let flow = |to: &str, port: &str| json!({ "from": ["ops"], "to": [to], "services": [port], "plane": "admin" });
    config["zone"]["front"] = json!({ "components": ["lab.server"], "ipv4": { "a": "10.1.0.0/24" }, "ipv6": { "a": "2001:db8:1::/64" }, "host": {} });
    config["zone"]["back"] =
        json!({ "components": ["lab.worker"], "ipv4": { "a": "10.2.0.0/24" }, "host": {} });
    config["flow"] = json!({ "ssh": flow("back", "tcp/22"), "ssh-too": flow("front", "tcp/22") });
    config["product"]["lab"]["enable"] = json!(["time", "names", "signals"]);
    config
}

fn planned(config: &Json) -> Value {
    let answer = Core::default().plan(&Value::Null, config);
    assert_eq!(
        codes(&answer.diagnostics, Severity::Error),
        Vec::<String>::new(),
        "{:?}",
        answer.diagnostics
    );
    answer.state
}

fn ruleset(config: &Json, zone: &str) -> String {
    let state = planned(config);
    let text = state.get("nftables").get(zone).as_str();
    text.unwrap_or_else(|| panic!("no ruleset of {zone}"))
        .to_owned()
}

/// Read by people: it is the whole contract with a host.
#[test]
fn a_ruleset_is_complete() {
    expect_file!["front.nft"].assert_eq(&ruleset(&on_hosts(), "front"));
}

#[test]
fn a_ruleset_waits_for_the_addresses_that_it_needs_and_for_no_others() {
    let core = Core::default();
    for (pointer, waiting) in [
        ("/zone/ops/ipv4/vpn", &["back", "front"][..]),
        ("/zone/net/ipv4/any", &["front"]),
        ("/zone/back/ipv4/a", &["back", "front"]),
    ] {
        let at_plan = with(on_hosts(), pointer, json!(UNKNOWN));
        let plan = core.plan(&Value::Null, &at_plan);
        assert!(plan.errors().is_empty(), "{:?}", plan.diagnostics);
        assert_eq!(
            crate::conformance::keys(&plan.state, "nftables"),
            ["back", "front"]
        );
        for zone in ["back", "front"] {
            let pending = plan.state.get("nftables").get(zone).is_unknown();
            assert_eq!(pending, waiting.contains(&zone), "{pointer} {zone}");
        }
        core.apply(&Value::Null, &at_plan, &on_hosts()).unwrap();
    }
}

#[test]
fn findings_do_not_wait_for_addresses() {
    let locked = with(on_hosts(), "/flow", json!({}));
    let expected = subjects(&locked, "no-way-in");
    assert_eq!(expected, ["back"]);
    // Those inside may connect; that does not help those outside.
    let own = json!({ "ssh": { "from": ["back"], "to": ["back"], "services": ["tcp/22"], "plane": "admin" } });
    assert_eq!(
        subjects(&with(on_hosts(), "/flow", own), "no-way-in"),
        ["back"]
    );
    let unknown = with(locked, "/zone/back/ipv4/a", json!(UNKNOWN));
    let plan = Core::default().plan(&Value::Null, &unknown);
    assert!(codes(&plan.diagnostics, Severity::Warning).contains(&"no-way-in".to_owned()));
}

#[test]
fn an_address_that_turns_out_null_makes_an_empty_peer_and_no_wider_rule() {
    let core = Core::default();
    let at_plan = with(on_hosts(), "/zone/ops/ipv4/vpn", json!(UNKNOWN));
    let at_apply = with(on_hosts(), "/zone/ops/ipv4/vpn", Json::Null);
    let errors = core.apply(&Value::Null, &at_plan, &at_apply).unwrap_err();
    assert!(errors[0].starts_with("zone-empty"), "{errors:?}");
}

/// A group or a tag says nothing to a host.
#[test]
fn a_peer_is_named_by_its_addresses_alone() {
    let zone = |block: &str, value: Json| {
        let zone = json!({ "components": ["lab.operator"], block: value });
        with(on_hosts(), "/zone/ops", zone)
    };
    for config in [
        zone("aws", json!({ "security_group_id": "sg-1" })),
        zone("azure", json!({ "service_tag": "Storage" })),
        zone("gcp", json!({ "target_tags": ["ops"] })),
        zone("host", json!({})),
    ] {
        assert!(said(&config).contains("zone-empty"), "{config}");
    }
}

#[test]
fn rejecting_hosts_are_not_described_as_dropping() {
    let hosts = on_hosts();
    assert!(!said(&hosts).contains("reject-wanted"));
    assert!(ruleset(&hosts, "front").contains("reject with tcp reset"));
    let both = with(
        hosts.clone(),
        "/zone/front/aws",
        json!({ "security_group_id": "sg-1" }),
    );
    assert_eq!(subjects(&both, "reject-wanted"), ["front/lab"]);
    // Without advice from the vendor, traffic to the zone is dropped, whatever other components are in it.
    let text = include_str!("lab.toml").replace("default_action = \"reject\"\n", "");
    let silent = with(hosts, "/product/lab/definition", json!(text));
    assert!(!ruleset(&silent, "front").contains("reject"));
}

#[test]
fn only_the_wanted_directions_are_filtered() {
    let ingress = with(on_hosts(), "/directions", json!(["ingress"]));
    let text = ruleset(&ingress, "front");
    assert!(text.contains("chain input") && !text.contains("chain output"));
    assert!(!text.contains("dport 68") && text.contains("dport 546"));
    assert!(!said(&ingress).contains("no-dns"));
    let egress = with(on_hosts(), "/directions", json!(["egress"]));
    let text = ruleset(&egress, "front");
    assert!(!text.contains("chain input") && text.contains("chain output"));
    assert!(!said(&with(egress, "/flow", json!({}))).contains("no-way-in"));
}

#[test]
fn names_that_cannot_be_resolved_are_reported() {
    assert_eq!(subjects(&on_hosts(), "no-dns"), ["back/nftables"]);
    for services in [json!(["tcp/50-60"]), json!(["udp/53"]), json!(["any"])] {
        let flow = json!({ "from": ["back"], "to": ["ops"], "services": services });
        let config = with(on_hosts(), "/flow/names", flow);
        assert_eq!(subjects(&config, "no-dns"), Vec::<String>::new());
    }
    let ssh = json!({ "from": ["back"], "to": ["ops"], "services": ["tcp/22", "sctp/53"] });
    let config = with(on_hosts(), "/flow/names", ssh);
    assert_eq!(subjects(&config, "no-dns"), ["back/nftables"]);
}

#[test]
fn egress_rules_use_advertised_addresses() {
    let mut config = on_hosts();
    config["zone"]["ops"]["advertised_ipv4"] = json!({ "nat": "192.0.2.9/32" });
    config["flow"]["back-to-ops"] =
        json!({ "from": ["back"], "to": ["ops"], "services": ["tcp/9"] });
    let text = ruleset(&config, "back");
    assert!(text.contains("ip daddr @s_advertised_ipv4_ops tcp dport 9 accept"));
    assert!(text.contains("ip saddr @s_ipv4_ops tcp dport 22 accept"));
}

#[test]
fn traffic_without_an_address_family_of_the_peer_is_reported() {
    let flow = json!({ "from": ["ops"], "to": ["front"], "services": ["icmpv6/128", "ip/43"] });
    let config = with(on_hosts(), "/flow/odd", flow);
    assert_eq!(
        subjects(&config, "not-expressible"),
        ["front/nftables/icmpv6-128"]
    );
    let six = json!({ "components": ["lab.operator"], "ipv6": { "vpn": "2001:db8:9::/48" } });
    assert_eq!(
        subjects(&with(config, "/zone/ops", six), "not-expressible"),
        ["front/nftables/ip-43"]
    );
}
