//! Security-group rules of OpenStack, through the provider's seam: keys and rows, what may be unknown, mistakes in the block, and
//! what OpenStack would reject.

use crate::conformance::findings::{lab, said, subjects};
use crate::conformance::{codes, keys, with};
use crate::support::core::{Core, UNKNOWN};
use portmatrix::terraform::diagnostic::Level;
use portmatrix::terraform::value::Value;
use serde_json::{Value as Json, json};

/// The lab in one project: servers of both families, workers of IPv4 with a group of another team too, operators elsewhere.
fn openstack() -> Json {
    let mut config = lab();
    config["zone"]["front"] = json!({
        "components": ["lab.server"], "ipv4": { "a": "10.1.0.0/24" }, "ipv6": { "a": "2001:db8:1::/64" },
        "openstack": { "security_group_id": "front", "delete_default_rules": true },
    });
    config["zone"]["back"] = json!({
        "components": ["lab.worker"], "ipv4": { "a": "10.2.0.0/24" },
        "openstack": { "security_group_id": "back", "peer_security_group_ids": { "team": "other" }, "delete_default_rules": true },
    });
    config["flow"] = json!({ "jobs": { "from": ["front"], "to": ["back"], "services": ["tcp/7000-7999", "icmp/8", "esp"] } });
    config
}

fn planned(config: &Json) -> Value {
    let answer = Core::default().plan(&Value::Null, config);
    assert!(answer.errors().is_empty(), "{:?}", answer.diagnostics);
    answer.state
}

fn rows(config: &Json) -> Vec<String> {
    keys(&planned(config), "openstack_rules")
}

/// The texts of the diagnostics at validate, each with its code and place.
fn refused(config: &Json) -> Vec<(String, String)> {
    let shown = Core::default().validate(config);
    let codes = codes(&shown, Level::Error).into_iter();
    let texts = shown
        .iter()
        .map(|it| format!("{:?} {}", it.path, it.detail));
    codes.zip(texts).collect()
}

#[test]
fn keys_name_the_way_in_which_a_peer_is_named() {
    assert_eq!(
        rows(&openstack()),
        [
            "back/egress/icmp/back:group",
            "back/egress/icmp/back:group:team",
            "back/egress/udp-7946/back:group",
            "back/egress/udp-7946/back:group:team",
            "back/ingress/esp/front:group",
            "back/ingress/icmp-8/front:group",
            "back/ingress/icmp/back:group",
            "back/ingress/icmp/back:group:team",
            "back/ingress/tcp-7000-7999/front:group",
            "back/ingress/udp-7946/back:group",
            "back/ingress/udp-7946/back:group:team",
            "front/egress/esp/back:group",
            "front/egress/esp/back:group:team",
            "front/egress/icmp-8/back:group",
            "front/egress/icmp-8/back:group:team",
            "front/egress/tcp-7000-7999/back:group",
            "front/egress/tcp-7000-7999/back:group:team",
            "front/ingress/tcp-80/net:ipv4:any",
            "front/ingress/tcp-81/ops:ipv4:vpn",
        ]
    );
    // By addresses, each has a row, and other teams' groups have none.
    let by_cidr = with(openstack(), "/zone/back/openstack/peer_by", json!("cidr"));
    let mut to_back = rows(&by_cidr);
    to_back.retain(|it| it.starts_with("front/egress/esp/"));
    assert_eq!(to_back, ["front/egress/esp/back:ipv4:a"]);
}

#[test]
fn rows_have_the_arguments_of_the_resource() {
    let state = planned(&openstack());
    let row = |key: &str| {
        let row = state.get("openstack_rules").get(key).clone();
        assert!(!row.is_null(), "{key}");
        row
    };
    let number = |it: i64| Value::number(it);
    let (null, text) = (|| Value::Null, |it: &str| Value::string(it));
    for (key, wanted) in [
        (
            "back/ingress/tcp-7000-7999/front:group",
            [
                text("ingress"),
                text("IPv4"),
                text("tcp"),
                number(7000),
                number(7999),
                null(),
                text("front"),
                text("back"),
                text("jobs"),
            ],
        ),
        (
            "back/ingress/icmp-8/front:group",
            [
                text("ingress"),
                text("IPv4"),
                text("icmp"),
                number(8),
                number(0),
                null(),
                text("front"),
                text("back"),
                text("jobs"),
            ],
        ),
        (
            "front/egress/esp/back:group:team",
            [
                text("egress"),
                text("IPv4"),
                text("esp"),
                null(),
                null(),
                null(),
                text("other"),
                text("front"),
                text("jobs"),
            ],
        ),
        (
            "front/ingress/tcp-80/net:ipv4:any",
            [
                text("ingress"),
                text("IPv4"),
                text("tcp"),
                number(80),
                number(80),
                text("0.0.0.0/0"),
                null(),
                text("front"),
                text("lab.web"),
            ],
        ),
    ] {
        let columns = [
            "direction",
            "ethertype",
            "protocol",
            "port_range_min",
            "port_range_max",
            "remote_ip_prefix",
            "remote_group_id",
            "security_group_id",
            "description",
        ];
        for (column, wanted) in columns.iter().zip(&wanted) {
            assert_eq!(row(key).get(column), wanted, "{key} {column}");
        }
    }
    let count = |zone: &str| {
        state
            .get("counts")
            .get(&format!("{zone}/openstack/rules"))
            .clone()
    };
    assert_eq!(count("front").get("ingress"), &number(2));
    assert_eq!(count("back").get("egress"), &number(4));
}

#[test]
fn ids_and_addresses_may_be_unknown() {
    let core = Core::default();
    for pointer in [
        "/zone/front/openstack/security_group_id",
        "/zone/back/openstack/security_group_id",
        "/zone/back/openstack/peer_security_group_ids/team",
        "/zone/front/ipv6/a",
        "/zone/ops/ipv4/vpn",
    ] {
        let at_plan = with(openstack(), pointer, json!(UNKNOWN));
        let state = core.apply(&Value::Null, &at_plan, &openstack()).unwrap();
        assert_eq!(rows(&at_plan), keys(&state, "openstack_rules"), "{pointer}");
    }
    for pointer in [
        "/zone/back/openstack/peer_security_group_ids",
        "/zone/back/openstack/peer_by",
        "/zone/back/openstack/delete_default_rules",
        "/zone/back/openstack/max_rules",
    ] {
        let plan = core.plan(&Value::Null, &with(openstack(), pointer, json!(UNKNOWN)));
        assert_eq!(codes(&plan.diagnostics, Level::Error), [""; 0], "{pointer}");
        let waits =
            codes(&plan.diagnostics, Level::Warning).contains(&"collection-unknown".to_owned());
        assert!(
            waits && plan.state.get("openstack_rules").is_unknown(),
            "{pointer}"
        );
    }
}

#[test]
fn mistakes_in_the_block_come_at_validate() {
    let group = "6f3b1c1e-0000-4000-8000-000000000001";
    for (block, code, words) in [
        (
            json!({ "security_group_id": "my group" }),
            "bad-value",
            &[
                "security_group_id",
                "`my group` is not the id of a security group",
                "Write its id (a UUID), not its name",
            ][..],
        ),
        (
            json!({ "security_group_id": "arn:aws:ec2/sg-1" }),
            "bad-value",
            &["`arn:aws:ec2/sg-1` is not the id of a security group"],
        ),
        (
            json!({ "security_group_id": "" }),
            "bad-value",
            &["security_group_id", "an id must not be empty"],
        ),
        (
            json!({ "peer_security_group_ids": { "team": "a b" } }),
            "bad-value",
            &[
                "peer_security_group_ids",
                "team",
                "`a b` is not the id of a security group",
            ],
        ),
        (
            json!({ "security_group_id": group, "peer_security_group_ids": { "own": group.to_uppercase() } }),
            "duplicate-address",
            &["peer_security_group_ids", "own", "security_group_id"],
        ),
        (
            json!({ "peer_security_group_ids": { "a": group, "b": group } }),
            "duplicate-address",
            &["peer_security_group_ids", "`a` and `b` are the same group"],
        ),
        (
            json!({ "security_group_id": group, "peer_by": "name" }),
            "bad-value",
            &[
                "peer_by",
                "`name` is not a valid value",
                "`group`",
                "`cidr`",
            ],
        ),
        (
            json!({ "security_group_id": group, "max_rules": 0 }),
            "bad-value",
            &["max_rules", "`0` is not a positive whole number"],
        ),
        (
            json!({ "max_rules": 500 }),
            "became-null",
            &["neither `security_group_id` nor `peer_security_group_ids` is set"],
        ),
        (
            json!({ "peer_security_group_ids": { "team": null } }),
            "became-null",
            &["neither `security_group_id` nor `peer_security_group_ids` is set"],
        ),
    ] {
        let config = with(openstack(), "/zone/front/openstack", block.clone());
        let found = refused(&config);
        assert_eq!(found.len(), 1, "{block}: {found:?}");
        assert_eq!(found[0].0, code, "{block}: {found:?}");
        for word in words {
            assert!(found[0].1.contains(word), "{word}: {found:?}");
        }
    }
    // A map without names is a choice.
    let none = json!({ "peer_security_group_ids": {} });
    assert_eq!(
        refused(&with(openstack(), "/zone/front/openstack", none)),
        []
    );
}

#[test]
fn an_id_that_turns_out_null_is_our_own_error() {
    let pointer = "/zone/front/openstack/security_group_id";
    let at_plan = with(openstack(), pointer, json!(UNKNOWN));
    let at_apply = with(openstack(), pointer, Json::Null);
    let refused = Core::default()
        .apply(&Value::Null, &at_plan, &at_apply)
        .unwrap_err();
    assert!(refused[0].starts_with("became-null"), "{refused:?}");
}

#[test]
fn default_rules_leave_egress_open_unless_they_are_deleted() {
    assert_eq!(subjects(&openstack(), "default-open"), [""; 0]);
    let kept = with(
        openstack(),
        "/zone/front/openstack/delete_default_rules",
        json!(false),
    );
    assert_eq!(subjects(&kept, "default-open"), ["front/openstack/egress"]);
    // Without rules for egress there is nothing to say about it.
    let ingress = with(kept.clone(), "/directions", json!(["ingress"]));
    assert_eq!(subjects(&ingress, "default-open"), [""; 0]);
    // A rule for all egress is one of the default rules, and OpenStack rejects the second.
    let all = json!({ "all": { "from": ["front"], "to": ["net"], "services": ["any"] } });
    let same = with(kept, "/flow", all);
    assert_eq!(errors(&same), ["duplicate-address"]);
    let deleted = with(
        same,
        "/zone/front/openstack/delete_default_rules",
        json!(true),
    );
    assert_eq!(errors(&deleted), [""; 0]);
}

fn errors(config: &Json) -> Vec<String> {
    codes(
        &Core::default().plan(&Value::Null, config).diagnostics,
        Level::Error,
    )
}

#[test]
fn traffic_that_openstack_cannot_express_is_reported_and_never_widened() {
    let flow =
        |services: Json| json!({ "x": { "from": ["ops"], "to": ["front"], "services": services } });
    for service in ["icmp/0", "icmp/3.0", "icmpv6/128"] {
        let config = with(openstack(), "/flow", flow(json!([service])));
        let key = service.replace('/', "-");
        let wanted = [format!("front/openstack/{key}")];
        assert_eq!(subjects(&config, "not-expressible"), wanted, "{service}");
        let made = rows(&config);
        let widened = made
            .iter()
            .find(|it| it.starts_with("front/") && it.contains("/icmp"));
        assert_eq!(widened, None, "{service}");
    }
    for services in [
        json!(["icmp/8", "sctp/3868", "gre", "vrrp"]),
        json!(["icmp/0", "icmp"]),
    ] {
        let config = with(openstack(), "/flow", flow(services));
        assert_eq!(subjects(&config, "not-expressible"), [""; 0]);
    }
}

#[test]
fn one_rule_under_two_names_is_found_before_openstack_rejects_it() {
    let twice = json!({ "vpn": "10.9.0.0/16", "again": "10.9.0.0/16" });
    assert_eq!(
        errors(&with(openstack(), "/zone/ops/ipv4", twice.clone())),
        ["duplicate-address"]
    );
    let at_apply = with(openstack(), "/zone/ops/ipv4", twice);
    let at_plan = with(at_apply.clone(), "/zone/ops/ipv4/again", json!(UNKNOWN));
    let refused = Core::default()
        .apply(&Value::Null, &at_plan, &at_apply)
        .unwrap_err();
    assert!(refused[0].starts_with("duplicate-address"), "{refused:?}");
}

#[test]
fn the_rules_of_all_zones_count_in_the_project() {
    let quota = |most: u32| with(openstack(), "/zone/back/openstack/max_rules", json!(most));
    let rules = u32::try_from(rows(&openstack()).len()).unwrap();
    assert!(said(&quota(rules - 1)).contains("quota-exceeded"));
    assert!(said(&quota(rules)).contains("quota-near"));
    let roomy = said(&quota(rules * 2));
    assert!(
        roomy.iter().all(|it| !it.starts_with("quota-")),
        "{roomy:?}"
    );
}
