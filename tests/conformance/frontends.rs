//! By what Azure's rules name their own zone: its members, the frontends through which packets arrive, or everything.

use crate::conformance::azure::nsg;
use crate::conformance::findings::said;
use crate::conformance::with;
use crate::support::core::{Core, UNKNOWN};
use portmatrix::terraform::value::Value;
use serde_json::{Value as Json, json};

/// Nodes in both families that an office connects to, and that connect to the office.
fn cluster() -> Json {
    json!({
        "zone": {
            "office": { "components": [], "ipv4": { "a": "192.0.2.0/24" }, "ipv6": { "a": "2001:db8:1::/48" } },
            "manager": { "components": [], "azure": { "service_tag": "AzureMonitor" } },
            "nodes": { "components": [], "ipv4": { "a": "10.3.0.0/22" }, "ipv6": { "a": "2001:db8:3::/64" }, "azure": nsg("nsg-nodes") },
        },
        "flow": {
            "web": { "from": ["office", "manager"], "to": ["nodes"], "services": ["tcp/443"] },
            "mail": { "from": ["nodes"], "to": ["office"], "services": ["tcp/25"] },
        },
    })
}

/// What every rule of the nodes for TCP names as the nodes, by key.
fn own(config: &Json) -> Vec<String> {
    let answer = Core::default().plan(&Value::Null, config);
    assert!(answer.errors().is_empty(), "{:?}", answer.diagnostics);
    let Value::Map(rows) = answer.state.get("azure_rules") else {
        panic!("known rows")
    };
    let rows = rows.iter().filter(|(key, _)| key.contains("/tcp-"));
    let named = rows.map(|(key, row)| {
        let side = if key.contains("/ingress/") {
            "destination"
        } else {
            "source"
        };
        let texts = |column: &str| match row.get(&format!("{side}_{column}")) {
            Value::String(text) => vec![text.to_string()],
            Value::List(items) => items
                .iter()
                .map(|it| it.as_str().unwrap_or(UNKNOWN).to_owned())
                .collect(),
            _ => Vec::new(),
        };
        let columns = [
            "address_prefix",
            "address_prefixes",
            "application_security_group_ids",
        ];
        let all: Vec<String> = columns.iter().flat_map(|it| texts(it)).collect();
        format!("{key} {}", all.join(", "))
    });
    named.collect()
}

#[test]
fn frontends_are_destinations_in_addition_to_the_nodes() {
    let mut config = cluster();
    config["zone"]["nodes"]["azure"]["frontends"] = json!({ "web": "203.0.113.7/32" });
    config["zone"]["nodes"]["azure"]["frontends_ipv6"] = json!({ "web": "2001:db8:ff::7/128" });
    assert_eq!(
        own(&config),
        [
            "nodes/egress/tcp-25/office:ipv4 10.3.0.0/22",
            "nodes/egress/tcp-25/office:ipv6 2001:db8:3::/64",
            "nodes/ingress/tcp-443/manager:tag 10.3.0.0/22, 203.0.113.7/32",
            "nodes/ingress/tcp-443/manager:tag:ipv6 2001:db8:3::/64, 2001:db8:ff::7/128",
            "nodes/ingress/tcp-443/office:ipv4 10.3.0.0/22, 203.0.113.7/32",
            "nodes/ingress/tcp-443/office:ipv6 2001:db8:3::/64, 2001:db8:ff::7/128",
        ]
    );
    // The keys are the same while an address is not known.
    let later = with(
        config.clone(),
        "/zone/nodes/azure/frontends/web",
        json!(UNKNOWN),
    );
    let keys = |config: &Json| -> Vec<String> {
        let own = own(config).into_iter();
        own.map(|it| it.split(' ').next().unwrap().to_owned())
            .collect()
    };
    assert_eq!(keys(&later), keys(&config));
    assert!(Core::default().apply(&Value::Null, &later, &config).is_ok());
}

/// One side of a rule is groups or addresses, never both.
#[test]
fn frontends_of_grouped_nodes_have_rules_of_their_own() {
    let mut config = cluster();
    config["zone"]["nodes"]["azure"]["application_security_group_ids"] = json!({ "n": "asg-n" });
    config["zone"]["nodes"]["azure"]["frontends"] = json!({ "web": "203.0.113.7/32" });
    config["zone"]["nodes"]["azure"]["frontends_ipv6"] = json!({ "web": "2001:db8:ff::7/128" });
    assert_eq!(
        own(&config),
        [
            "nodes/egress/tcp-25/office:ipv4 asg-n",
            "nodes/egress/tcp-25/office:ipv6 asg-n",
            "nodes/ingress/tcp-443/manager:tag asg-n",
            "nodes/ingress/tcp-443/manager:tag:frontends 203.0.113.7/32",
            "nodes/ingress/tcp-443/manager:tag:frontends-ipv6 2001:db8:ff::7/128",
            "nodes/ingress/tcp-443/office:ipv4 asg-n",
            "nodes/ingress/tcp-443/office:ipv4:frontends 203.0.113.7/32",
            "nodes/ingress/tcp-443/office:ipv6 asg-n",
            "nodes/ingress/tcp-443/office:ipv6:frontends 2001:db8:ff::7/128",
        ]
    );
}

#[test]
fn any_is_everything_that_the_network_security_group_protects() {
    let config = with(cluster(), "/zone/nodes/azure/own", json!("any"));
    assert_eq!(
        own(&config),
        [
            "nodes/egress/tcp-25/office:ipv4 *",
            "nodes/egress/tcp-25/office:ipv6 *",
            "nodes/ingress/tcp-443/manager:tag *",
            "nodes/ingress/tcp-443/office:ipv4 *",
            "nodes/ingress/tcp-443/office:ipv6 *",
        ]
    );
    // A zone in the same network security group gets these rules as well, and the finding says so.
    let mut shared = config;
    shared["zone"]["other"] =
        json!({ "components": [], "ipv4": { "a": "10.4.0.0/24" }, "azure": nsg("nsg-nodes") });
    assert!(said(&shared).contains("selectors-overlap"));
}

#[test]
fn frontends_that_do_nothing_are_mistakes() {
    let frontends = json!({ "web": "203.0.113.7/32" });
    let config = with(cluster(), "/zone/nodes/azure/frontends", frontends.clone());
    for (pointer, value) in [
        ("/zone/nodes/azure/own", json!("any")),
        ("/zone/nodes/azure", json!({ "frontends": frontends })),
        ("/zone/nodes", {
            let mut azure = nsg("nsg-nodes");
            azure["frontends"] = json!({ "web": "203.0.113.7/32" });
            json!({ "components": [], "azure": azure })
        }),
        ("/zone/nodes/azure/own", json!("all")),
    ] {
        let wrong = with(config.clone(), pointer, value);
        assert!(said(&wrong).contains("bad-value"), "{wrong}");
    }
}

#[test]
fn frontends_alone_are_the_destination_of_their_family() {
    let mut config = cluster();
    config["zone"]["nodes"]
        .as_object_mut()
        .unwrap()
        .remove("ipv6");
    config["zone"]["nodes"]["azure"]["frontends_ipv6"] = json!({ "web": "2001:db8:ff::7/128" });
    let ingress: Vec<String> = own(&config)
        .into_iter()
        .filter(|it| it.contains("ingress"))
        .collect();
    assert_eq!(
        ingress,
        [
            "nodes/ingress/tcp-443/manager:tag 10.3.0.0/22",
            "nodes/ingress/tcp-443/manager:tag:ipv6 2001:db8:ff::7/128",
            "nodes/ingress/tcp-443/office:ipv4 10.3.0.0/22",
            "nodes/ingress/tcp-443/office:ipv6 2001:db8:ff::7/128",
        ]
    );
}

/// In one network security group, a rule for a frontend also lets packets through to another zone that has the address.
#[test]
fn frontends_of_one_zone_among_addresses_of_another_are_noticed() {
    let config = |frontend: &str, other: Json| {
        let mut config = cluster();
        config["zone"]["nodes"]["azure"]["frontends"] = json!({ "web": frontend });
        config["zone"]["other"] = other;
        config["flow"]["ssh"] =
            json!({ "from": ["office"], "to": ["other"], "services": ["tcp/22"] });
        config["fail_on"] = json!("never");
        config
    };
    let other = |azure: Json| json!({ "components": [], "ipv4": { "a": "10.31.0.0/22" }, "ipv6": { "a": "2001:db8:4::/64" }, "azure": azure });
    let with_frontend = |mut azure: Json| {
        azure["frontends"] = json!({ "x": "203.0.113.7/32" });
        azure
    };
    for (frontend, azure, is_noticed) in [
        ("10.31.0.4/32", nsg("nsg-nodes"), true),
        ("203.0.113.7/32", with_frontend(nsg("nsg-nodes")), true),
        ("10.31.0.4/32", nsg("nsg-other"), false),
        ("203.0.113.7/32", nsg("nsg-nodes"), false),
    ] {
        let found = said(&config(frontend, other(azure.clone())));
        assert_eq!(
            found.contains("selectors-overlap"),
            is_noticed,
            "{frontend} {azure}"
        );
    }
    let mut grouped = config("10.31.0.4/32", other(nsg("nsg-nodes")));
    grouped["zone"]["nodes"]["azure"]["application_security_group_ids"] = json!({ "n": "asg-n" });
    assert!(said(&grouped).contains("selectors-overlap"));
}

/// Azure rejects a rule whose destinations overlap, whichever argument they come from.
#[test]
fn frontends_do_not_overlap() {
    let frontends = json!({ "web": "203.0.113.7/32" });
    let config = with(cluster(), "/zone/nodes/azure/frontends", frontends);
    for (pointer, value) in [
        ("/zone/nodes/azure/frontends/web", json!("10.3.0.7/32")),
        ("/zone/nodes/azure/frontends/web", json!("10.0.0.0/8")),
        (
            "/zone/nodes/azure/frontends",
            json!({ "a": "203.0.113.7/32", "b": "203.0.113.0/24" }),
        ),
    ] {
        for groups in [false, true] {
            let mut wrong = with(config.clone(), pointer, value.clone());
            if groups {
                let groups = json!({ "n": "asg-n" });
                wrong["zone"]["nodes"]["azure"]["application_security_group_ids"] = groups;
            }
            // With groups, a row has the frontends alone.
            let is_wrong = !groups || value.is_object();
            assert_eq!(
                said(&wrong).contains("duplicate-address"),
                is_wrong,
                "{wrong}"
            );
        }
    }
}
