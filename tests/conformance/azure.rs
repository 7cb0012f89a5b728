//! Azure's rules: keys that are known, one way to name each side, and what Azure would refuse.

use crate::conformance::{codes, keys, with};
use crate::support::core::{Core, UNKNOWN};
use portmatrix::terraform::diagnostic::Severity;
use portmatrix::terraform::value::Value;
use serde_json::{Value as Json, json};
use std::collections::{BTreeMap, BTreeSet};

pub(crate) fn nsg(name: &str) -> Json {
    json!({ "network_security_group_name": name, "resource_group_name": "net" })
}

/// Kong behind a network security group, with application security groups; the data zone has another one.
pub(crate) fn edge() -> Json {
    let mut dmz = nsg("nsg-dmz");
    dmz["application_security_group_ids"] = json!({ "kong": "asg-kong" });
    json!({
        "zone": {
            "internet": { "trust": "public", "components": ["kong.client"], "ipv4": { "any": "0.0.0.0/0" }, "ipv6": { "any": "::/0" } },
            "dmz": { "trust": "dmz", "components": ["kong.node"], "ipv4": { "a": "10.1.1.0/24" }, "azure": dmz },
            "ops": { "trust": "restricted", "components": ["kong.admin"], "ipv4": { "vpn": "10.9.0.0/16", "bastion": "10.8.0.4/32" } },
            "data": { "components": ["kong.postgresql"], "ipv4": { "a": "10.1.8.0/24" }, "ipv6": { "a": "2001:db8::/64" }, "azure": nsg("nsg-data") },
        },
        "product": { "kong": { "version": "3.9", "disable": ["admin-http", "manager-http", "manager-https"] } },
    })
}

/// A row as a test reads it.
fn row<'s>(state: &'s Value, key: &str) -> &'s Value {
    let row = state.get("azure_rules").get(key);
    assert!(
        !row.is_null(),
        "no `{key}` in {:?}",
        keys(state, "azure_rules")
    );
    row
}

fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::List(items) => items.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

pub(crate) fn priority(row: &Value) -> u16 {
    let Value::Number(number) = row.get("priority") else {
        panic!("{:?} is no number", row.get("priority"))
    };
    number.parse().unwrap()
}

pub(crate) fn priorities(state: &Value) -> BTreeMap<String, u16> {
    let Value::Map(rows) = state.get("azure_rules") else {
        panic!("known rows")
    };
    rows.iter()
        .map(|(key, row)| (key.to_string(), priority(row)))
        .collect()
}

pub(crate) fn applied(prior: &Value, config: &Json) -> Value {
    Core::default().apply(prior, config, config).unwrap()
}

pub(crate) fn errors(prior: &Value, config: &Json) -> Vec<String> {
    codes(
        &Core::default().plan(prior, config).diagnostics,
        Severity::Error,
    )
}

#[test]
fn rows_are_zone_service_and_peer() {
    let state = applied(&Value::Null, &edge());
    assert_eq!(
        keys(&state, "azure_rules"),
        [
            "data/egress/any/*:deny",
            "data/ingress/any/*:deny",
            "data/ingress/any/AzureLoadBalancer:tag",
            "data/ingress/tcp-5432/dmz:group",
            "data/ingress/tcp-5432/dmz:group:ipv6",
            "dmz/egress/any/*:deny",
            "dmz/egress/tcp-5432/data:ipv4",
            "dmz/egress/tcp-5432/data:ipv6",
            "dmz/ingress/any/*:deny",
            "dmz/ingress/any/AzureLoadBalancer:tag",
            "dmz/ingress/tcp-8000/internet:ipv4",
            "dmz/ingress/tcp-8000/internet:ipv6",
            "dmz/ingress/tcp-8443/internet:ipv4",
            "dmz/ingress/tcp-8443/internet:ipv6",
            "dmz/ingress/tcp-8444/ops:ipv4",
        ]
    );
    let ops = row(&state, "dmz/ingress/tcp-8444/ops:ipv4");
    for (column, text) in [
        ("name", "dmz.in.tcp-8444.ops.ipv4"),
        ("network_security_group_name", "nsg-dmz"),
        ("resource_group_name", "net"),
        ("description", "kong.admin-https"),
        ("protocol", "Tcp"),
        ("source_port_range", "*"),
        ("destination_port_range", "8444"),
        ("access", "Allow"),
        ("direction", "Inbound"),
    ] {
        assert_eq!(ops.get(column).as_str(), Some(text), "{column}");
    }
    // Several CIDR blocks are in the plural argument, a single one in the singular, and the other argument is null.
    assert_eq!(
        texts(ops.get("source_address_prefixes")),
        ["10.8.0.4/32", "10.9.0.0/16"]
    );
    assert_eq!(
        texts(ops.get("destination_application_security_group_ids")),
        ["asg-kong"]
    );
    for null in [
        "source_address_prefix",
        "destination_address_prefix",
        "destination_address_prefixes",
        "source_port_ranges",
        "destination_port_ranges",
        "source_application_security_group_ids",
    ] {
        assert!(ops.get(null).is_null(), "{null}");
    }
    let everyone = row(&state, "dmz/ingress/tcp-8443/internet:ipv4");
    assert_eq!(
        everyone.get("source_address_prefix").as_str(),
        Some("0.0.0.0/0")
    );
    // The zone's own blocks of both families, towards a peer by group.
    for (key, own) in [
        ("data/ingress/tcp-5432/dmz:group", "10.1.8.0/24"),
        ("data/ingress/tcp-5432/dmz:group:ipv6", "2001:db8::/64"),
    ] {
        let row = row(&state, key);
        assert_eq!(row.get("destination_address_prefix").as_str(), Some(own));
        assert_eq!(
            texts(row.get("source_application_security_group_ids")),
            ["asg-kong"]
        );
    }
    for (key, number, access) in [
        ("dmz/ingress/any/*:deny", 4096, "Deny"),
        ("dmz/ingress/any/AzureLoadBalancer:tag", 4095, "Allow"),
        ("dmz/egress/any/*:deny", 4096, "Deny"),
        ("data/ingress/any/*:deny", 4096, "Deny"),
        ("data/ingress/tcp-5432/dmz:group", 100, "Allow"),
        ("data/ingress/tcp-5432/dmz:group:ipv6", 110, "Allow"),
        ("dmz/ingress/tcp-8000/internet:ipv4", 120, "Allow"),
    ] {
        let row = row(&state, key);
        assert_eq!(
            (priority(row), row.get("access").as_str()),
            (number, Some(access)),
            "{key}"
        );
    }
    let count = state.get("counts").get("dmz/azure/rules");
    assert_eq!(count.get("headroom"), &Value::number(1000 - 10));
    assert_eq!(
        state.get("counts").get("dmz/azure/sources").get("ingress"),
        &Value::number(6)
    );
}

#[test]
fn the_first_plan_knows_keys_and_numbers() {
    let unknown = |mut config: Json| {
        for zone in ["dmz", "data"] {
            config["zone"][zone]["azure"]["network_security_group_name"] = json!(UNKNOWN);
        }
        config["zone"]["dmz"]["azure"]["application_security_group_ids"]["kong"] = json!(UNKNOWN);
        config["zone"]["ops"]["ipv4"]["vpn"] = json!(UNKNOWN);
        config
    };
    let core = Core::default();
    let planned = core.plan(&Value::Null, &unknown(edge()));
    let Value::Map(rows) = planned.state.get("azure_rules") else {
        panic!("known keys")
    };
    assert_eq!(rows.len(), 15);
    for (key, row) in rows {
        assert!(row.get("network_security_group_name").is_unknown(), "{key}");
        for known in ["name", "protocol", "description", "access", "direction"] {
            assert!(row.get(known).is_wholly_known(), "{key} {known}");
        }
        // Where the other zone's final rules may be in the same group, theirs wait; the others are known.
        let waits = key.starts_with("dmz/") && key.contains("/any/");
        assert_eq!(row.get("priority").is_unknown(), waits, "{key}");
    }
    // Whether the operators share addresses with another zone shows with their block; the groups alone leave nothing open.
    assert!(planned.state.get("findings").is_unknown());
    let mut groups = unknown(edge());
    groups["zone"]["ops"]["ipv4"]["vpn"] = edge()["zone"]["ops"]["ipv4"]["vpn"].clone();
    let planned = core.plan(&Value::Null, &groups);
    assert!(planned.state.get("findings").is_wholly_known());
    let apart = core.apply(&Value::Null, &unknown(edge()), &edge()).unwrap();
    assert_eq!(priorities(&apart)["dmz/ingress/any/*:deny"], 4096);
    // The same names, in another spelling: then the two zones share one network security group.
    let mut one = edge();
    one["zone"]["data"]["azure"]["network_security_group_name"] = json!("NSG-dmz");
    let same = core.apply(&Value::Null, &unknown(edge()), &one).unwrap();
    let numbers = priorities(&same);
    assert_eq!(numbers["data/ingress/any/*:deny"], 4096);
    assert_eq!(numbers["data/ingress/any/AzureLoadBalancer:tag"], 4095);
    assert_eq!(numbers["dmz/ingress/any/*:deny"], 4094);
    assert_eq!(numbers["dmz/ingress/any/AzureLoadBalancer:tag"], 4093);
}

#[test]
fn a_service_tag_names_a_peer_whole() {
    let mut config = edge();
    config["zone"]["ops"] =
        json!({ "components": ["kong.admin"], "azure": { "service_tag": UNKNOWN } });
    let mut known = config.clone();
    known["zone"]["ops"]["azure"]["service_tag"] = json!("AzureDevOps");
    let state = Core::default()
        .apply(&Value::Null, &config, &known)
        .unwrap();
    let row = row(&state, "dmz/ingress/tcp-8444/ops:tag");
    assert_eq!(
        row.get("source_address_prefix").as_str(),
        Some("AzureDevOps")
    );
    // The tag for the internet is everything, whatever the trust of the zone says.
    known["zone"]["ops"]["azure"]["service_tag"] = json!("internet");
    assert_eq!(errors(&Value::Null, &known), ["exposed"]);
}

#[test]
fn mistakes_come_at_validate() {
    let tag = json!({ "components": ["kong.admin"], "ipv4": { "a": "10.9.0.0/16" }, "azure": { "service_tag": "AzureDevOps" } });
    let star = json!({ "components": ["kong.admin"], "azure": { "service_tag": "*" } });
    let groups: BTreeMap<String, String> = (0..11)
        .map(|it| (format!("g{it}"), format!("asg-{it}")))
        .collect();
    let many = json!({ "components": ["kong.admin"], "azure": { "application_security_group_ids": groups } });
    let id = "/subscriptions/1/resourceGroups/net/providers/Microsoft.Network/networkSecurityGroups/nsg-ops";
    let by_id =
        json!({ "components": ["kong.admin"], "ipv4": { "a": "10.9.0.0/16" }, "azure": nsg(id) });
    for (zone, words) in [
        (by_id, "Write `nsg-ops`"),
        (tag, "no rule would use `ipv4`"),
        (star, "`*` is not a valid service tag"),
        (many, "11 application security groups"),
    ] {
        let shown = Core::default().validate(&with(edge(), "/zone/ops", zone));
        assert_eq!(codes(&shown, Severity::Error), ["bad-value"], "{shown:?}");
        let text = format!("{}\n{}", shown[0].summary, shown[0].detail);
        assert!(text.contains(words), "{text}");
    }
}

#[test]
fn a_step_is_within_the_priorities() {
    let config = with(edge(), "/azure_options", json!({ "priority_step": 70000 }));
    let shown = Core::default().validate(&config);
    assert_eq!(codes(&shown, Severity::Error), ["bad-value"]);
}

#[test]
fn one_application_group_has_one_name() {
    let twice = json!({ "a": "/x/ASG-kong", "b": "/x/asg-kong" });
    let pointer = "/zone/dmz/azure/application_security_group_ids";
    let config = with(edge(), pointer, twice);
    assert_eq!(errors(&Value::Null, &config), ["duplicate-address"]);
}

#[test]
fn a_name_that_turns_out_null_is_our_own_error() {
    let pointer = "/zone/data/azure/network_security_group_name";
    let planned = with(edge(), pointer, json!(UNKNOWN));
    let applied = with(edge(), pointer, Json::Null);
    let refused = Core::default().apply(&Value::Null, &planned, &applied);
    assert_eq!(
        refused.unwrap_err(),
        ["became-null: a block or label without a value"]
    );
}

#[test]
fn overlaps_in_one_rule_are_found_before_azure_rejects_it() {
    let at_apply = with(
        edge(),
        "/zone/ops/ipv4",
        json!({ "vpn": "10.9.0.0/16", "host": "10.9.0.7/32" }),
    );
    let at_plan = with(at_apply.clone(), "/zone/ops/ipv4/host", json!(UNKNOWN));
    let refused = Core::default()
        .apply(&Value::Null, &at_plan, &at_apply)
        .unwrap_err();
    assert!(refused[0].starts_with("duplicate-address"), "{refused:?}");
}

#[test]
fn translated_zones_are_reached_by_address() {
    let mut config = edge();
    config["zone"]["dmz"]["advertised_ipv4"] = json!({ "front": "192.0.2.1/32" });
    config["zone"]["ops"]["azure"] = nsg("nsg-ops");
    let state = applied(&Value::Null, &config);
    let dialled = row(&state, "ops/egress/tcp-8444/dmz:ipv4");
    assert_eq!(
        dialled.get("destination_address_prefix").as_str(),
        Some("192.0.2.1/32")
    );
    // Azure filters after translation, so the listener sees its own address.
    let listened = row(&state, "dmz/ingress/tcp-8444/ops:ipv4");
    assert_eq!(
        texts(listened.get("destination_application_security_group_ids")),
        ["asg-kong"]
    );
}

#[test]
fn traffic_that_azure_cannot_express_is_reported() {
    const NONE: [&str; 0] = [];
    let flow =
        |services: Json| json!({ "x": { "from": ["dmz"], "to": ["data"], "services": services } });
    let said_of = |config: Json, services: Json| -> (Vec<String>, BTreeSet<String>) {
        let planned = Core::default().plan(&Value::Null, &with(config, "/flow", flow(services)));
        let Value::List(findings) = planned.state.get("findings") else {
            panic!("{:?}", planned.diagnostics)
        };
        let subjects = findings
            .iter()
            .filter(|it| it.get("code").as_str() == Some("not-expressible"))
            .map(|it| it.get("subject").as_str().unwrap().to_owned());
        let rows = keys(&planned.state, "azure_rules");
        let protocols = rows
            .iter()
            .map(|it| row(&planned.state, it).get("protocol").as_str().unwrap());
        (
            subjects.collect(),
            protocols.map(ToOwned::to_owned).collect(),
        )
    };
    let said = |services: Json| said_of(edge(), services);
    // The final rules and PostgreSQL have the first and the last of these anyway.
    let (subjects, protocols) = said(json!(["esp", "ah", "icmp"]));
    assert_eq!(subjects, NONE);
    let all = ["*", "Ah", "Esp", "Icmp", "Tcp"].map(str::to_owned);
    assert_eq!(protocols, all.into());
    // With IPv6 addresses at both ends there is no word for `ICMPv6`.
    let six = json!({ "a": "2001:db8:1::/64" });
    assert_eq!(
        said_of(with(edge(), "/zone/dmz/ipv6", six), json!(["icmp"])).0,
        ["data/azure/icmpv6", "dmz/azure/icmpv6"]
    );
    // What a wider rule carries is not missing.
    for service in ["gre", "sctp/3868", "icmp/8", "icmpv6", "icmp"] {
        assert_eq!(said(json!([service, "any"])).0, NONE, "{service}");
    }
    assert_eq!(said(json!(["icmp/8", "icmp"])).0, NONE);
    for service in ["gre", "sctp/3868", "icmp/8", "icmpv6", "vrrp", "ip/89"] {
        let (subjects, protocols) = said(json!([service]));
        assert_eq!(subjects.len(), 2, "{service}: {subjects:?}");
        assert_eq!(protocols, ["*", "Tcp"].map(str::to_owned).into());
    }
}

#[test]
fn fixed_addresses_of_the_platform_are_skipped() {
    let lab = include_str!("lab.toml");
    let config = json!({
        "verbose": true,
        "product": { "lab": { "definition": lab, "enable": ["names", "time"] } },
        "zone": { "front": { "components": ["lab.server"], "azure": nsg("front") } },
    });
    let planned = Core::default().plan(&Value::Null, &config);
    let egress: Vec<String> = keys(&planned.state, "azure_rules")
        .into_iter()
        .filter(|it| it.starts_with("front/egress"))
        .collect();
    assert_eq!(
        egress,
        [
            "front/egress/any/*:deny",
            "front/egress/udp-53/lab.directory:ipv4"
        ]
    );
    let said = format!("{:?}", planned.state.get("findings"));
    assert!(said.contains("link-local-skipped"), "{said}");
}

#[test]
fn long_names_fit() {
    let long = |letter: char| letter.to_string().repeat(32);
    let (a, b) = (long('a'), long('b'));
    let flows: BTreeMap<String, Json> = (0..40)
        .map(|it| {
            let name = format!("flow-with-a-very-long-name-{it}");
            let services = json!(["tcp/10000-20000"]);
            (
                name,
                json!({ "from": [a], "to": [b], "services": services }),
            )
        })
        .collect();
    let zone =
        |block: &str| json!({ "components": [], "ipv6": { "x": block }, "azure": nsg("one") });
    let config = json!({ "zone": { a.clone(): zone("2001:db8:1::/64"), b.clone(): zone("2001:db8:2::/64") }, "flow": flows });
    let state = applied(&Value::Null, &config);
    let rows = keys(&state, "azure_rules");
    assert_eq!(rows.len(), 2 + 6);
    for key in &rows {
        let row = row(&state, key);
        let (name, description) = (row.get("name").as_str(), row.get("description").as_str());
        assert!(name.unwrap().len() <= 80, "{name:?}");
        assert!(description.unwrap().len() <= 140, "{description:?}");
    }
    let row = row(&state, &format!("{b}/ingress/tcp-10000-20000/{a}:ipv6"));
    assert!(row.get("description").as_str().unwrap().ends_with("more"));
}

#[test]
fn the_rest_is_open_only_if_the_zone_says_so() {
    let open = with(edge(), "/azure_options", json!({ "deny_rest": false }));
    let planned = Core::default().plan(&Value::Null, &open);
    assert_eq!(
        codes(&planned.diagnostics, Severity::Warning),
        ["default-open"]
    );
    assert!(
        keys(&planned.state, "azure_rules")
            .iter()
            .all(|it| !it.contains("/any/"))
    );
    let ingress = with(edge(), "/directions", json!(["ingress"]));
    let probes = with(ingress, "/azure_options", json!({ "allow_probes": false }));
    let finals: Vec<String> = keys(&applied(&Value::Null, &probes), "azure_rules")
        .into_iter()
        .filter(|it| it.contains("/any/"))
        .collect();
    assert_eq!(
        finals,
        ["data/ingress/any/*:deny", "dmz/ingress/any/*:deny"]
    );
}
