//! How rules name a peer, on every platform: by its group, by its addresses, or by both.

use crate::conformance::keys;
use crate::conformance::peers::{aws, clients, errors};
use crate::support::core::Core;
use portmatrix::terraform::value::Value;
use serde_json::{Value as Json, json};

#[test]
fn rules_name_a_zone_as_peer_by_says() {
    let pg = json!({ "aws": { "security_group_id": "sg-p" } });
    let zone = |by: &str| {
        json!({
            "peer_by": by,
            "ipv4": { "a": "10.0.0.0/24" },
            "ipv6": { "a": "2001:db8::/64" },
            "aws": { "security_group_id": "sg-a", "peer_security_group_ids": { "n": "sg-1" }, "prefix_list_ids": { "l": "pl-1" }, "prefix_list_sizes": { "l": 3 } },
        })
    };
    let ingress = |app: &Json| {
        let mut rows = aws(app, &pg);
        rows.retain(|it| it.contains("<-"));
        rows
    };
    let groups = [
        "pg/tcp-5432/app:group = sg-p <- sg-a",
        "pg/tcp-5432/app:group:n = sg-p <- sg-1",
    ];
    let cidrs = [
        "pg/tcp-5432/app:ipv4:a = sg-p <- 10.0.0.0/24",
        "pg/tcp-5432/app:ipv6:a = sg-p <- 2001:db8::/64",
        "pg/tcp-5432/app:prefix-list:l = sg-p <- pl-1",
    ];
    assert_eq!(ingress(&zone("group")), groups);
    assert_eq!(ingress(&zone("cidr")), cidrs);
    assert_eq!(ingress(&zone("both")), [&groups[..], &cidrs[..]].concat());
    // The block of a platform overrides the zone.
    let mut by_block = zone("cidr");
    by_block["aws"]["peer_by"] = json!("group");
    assert_eq!(ingress(&by_block), groups);
    // Quota: a group and a list count in both families, a block in its own.
    let config = clients(&zone("both"), &pg);
    let state = Core::default()
        .apply(&Value::Null, &config, &config)
        .unwrap();
    for family in ["ipv4", "ipv6"] {
        let count = state.get("counts").get(&format!("pg/aws/{family}"));
        assert_eq!(count.get("ingress"), &Value::number(6), "{family}");
    }
    // Advertised addresses are where peers connect to, instead of group and addresses.
    let server = json!({ "peer_by": "both", "ipv4": { "a": "10.0.1.0/24" }, "advertised_ipv4": { "nat": "192.0.2.1/32" }, "aws": { "security_group_id": "sg-p" } });
    let mut rows = aws(&json!({ "aws": { "security_group_id": "sg-a" } }), &server);
    rows.retain(|it| it.contains("->"));
    assert_eq!(rows, ["app/tcp-5432/pg:ipv4:nat = sg-a -> 192.0.2.1/32"]);
    let client = json!({ "peer_by": "both", "ipv4": { "a": "10.0.1.0/24" }, "advertised_ipv4": { "nat": "192.0.2.1/32" }, "aws": { "security_group_id": "sg-a" } });
    assert_eq!(
        ingress(&client),
        [
            "pg/tcp-5432/app:group = sg-p <- sg-a",
            "pg/tcp-5432/app:ipv4:a = sg-p <- 10.0.1.0/24"
        ]
    );
    // Nothing to name it by.
    let nowhere = json!({ "peer_by": "cidr", "aws": { "security_group_id": "sg-a" } });
    let found = errors(
        &Core::default()
            .plan(&Value::Null, &clients(&nowhere, &pg))
            .diagnostics,
    );
    assert_eq!(found[0].0, "zone-empty");
    assert!(
        found[0].1.contains("keeps rules from using its group"),
        "{}",
        found[0].1
    );
    let wrong = clients(
        &json!({ "peer_by": "groups", "aws": { "security_group_id": "sg-a" } }),
        &pg,
    );
    let found = errors(&Core::default().validate(&wrong));
    assert_eq!(found.len(), 1);
    assert!(
        found[0]
            .1
            .contains("Expected one of `group`, `cidr`, `both`"),
        "{}",
        found[0].1
    );
}

/// A zone and a peer of it that every platform knows.
pub(super) fn everywhere(by: &str) -> Json {
    let zone = |it: &str| {
        json!({
            "ipv4": { "a": format!("10.0.{}.0/24", it.len()) },
            "azure": { "network_security_group_name": it, "resource_group_name": "r", "application_security_group_ids": { "a": format!("/asg/{it}") } },
            "gcp": { "network": "n", "target_tags": [it] },
            "openstack": { "security_group_id": it, "delete_default_rules": true },
            "kubernetes": { "namespace": it },
            "host": {},
        })
    };
    let mut config = clients(&zone("app"), &zone("pg"));
    config["zone"]["app"]["peer_by"] = json!(by);
    config
}

#[test]
fn peer_by_holds_on_every_platform() {
    let core = Core::default();
    for (by, azure, gcp, openstack, policy, unused) in [
        (
            "group",
            &["group"][..],
            &["tag"][..],
            &["group"][..],
            [true, false],
            true,
        ),
        (
            "cidr",
            &["ipv4"],
            &["ipv4"],
            &["ipv4:a"],
            [false, true],
            false,
        ),
        (
            "both",
            &["group", "ipv4"],
            &["ipv4", "tag"],
            &["group", "ipv4:a"],
            [true, true],
            false,
        ),
    ] {
        let config = everywhere(by);
        let state = core.apply(&Value::Null, &config, &config).unwrap();
        let kinds = |output: &str| -> Vec<String> {
            let keys = keys(&state, output).into_iter();
            let kinds = keys.filter_map(|it| {
                it.strip_prefix("pg/ingress/tcp-5432/app:")
                    .map(str::to_owned)
            });
            kinds.collect()
        };
        assert_eq!(kinds("azure_rules"), azure, "{by}");
        assert_eq!(kinds("gcp_rules"), gcp, "{by}");
        assert_eq!(kinds("openstack_rules"), openstack, "{by}");
        let manifest = state.get("kubernetes_policies").get("pg").as_str().unwrap();
        let named = ["namespaceSelector", "ipBlock"].map(|it| manifest.contains(it));
        assert_eq!(named, policy, "{by}");
        // Hosts know nothing but addresses.
        assert!(
            state
                .get("nftables")
                .get("pg")
                .as_str()
                .unwrap()
                .contains("10.0.3.0/24")
        );
        // Rows of one rule have priorities of their own.
        if by == "both" {
            let Value::Map(rules) = state.get("azure_rules") else {
                panic!("rows")
            };
            let priorities: std::collections::BTreeSet<&str> = rules
                .iter()
                .filter(|(key, _)| key.starts_with("pg/ingress/tcp-5432"))
                .map(|(_, it)| match it.get("priority") {
                    Value::Number(it) => &**it,
                    other => panic!("{other:?}"),
                })
                .collect();
            assert_eq!(priorities.len(), 2);
        }
        let Value::List(findings) = state.get("findings") else {
            panic!("findings")
        };
        let mut subjects: Vec<&str> = findings
            .iter()
            .filter(|it| it.get("code").as_str() == Some("addresses-unused"))
            .map(|it| it.get("subject").as_str().unwrap())
            .filter(|it| it.starts_with("app"))
            .collect();
        subjects.sort_unstable();
        let all = ["app", "app/azure", "app/gcp", "app/kubernetes"];
        assert_eq!(subjects, if unused { &all[..] } else { &[] }, "{by}");
    }
    // Egress on Google Cloud always names addresses.
    for by in ["group", "cidr", "both"] {
        let mut config = everywhere("group");
        config["zone"]["pg"]["peer_by"] = json!(by);
        let state = core.apply(&Value::Null, &config, &config).unwrap();
        let mut keys = keys(&state, "gcp_rules");
        keys.retain(|it| it.starts_with("app/egress/tcp-5432"));
        assert_eq!(keys, ["app/egress/tcp-5432/pg:ipv4"], "{by}");
    }
}

#[test]
fn application_security_groups_of_two_networks_are_kept_apart() {
    // Azure refuses a rule with application security groups of two virtual networks.
    let mut config = everywhere("group");
    config["zone"]["app"]["azure"]["peer_by"] = json!("cidr");
    config["zone"]["pg"]["azure"]["peer_by"] = json!("cidr");
    let state = Core::default()
        .apply(&Value::Null, &config, &config)
        .unwrap();
    let Value::Map(rules) = state.get("azure_rules") else {
        panic!("rows")
    };
    for (key, rule) in rules {
        let sides = ["source", "destination"]
            .map(|it| rule.get(&format!("{it}_application_security_group_ids")));
        assert!(sides.iter().any(|it| it.is_null()), "{key}");
    }
    // The other platforms go on by groups.
    assert!(keys(&state, "gcp_rules").contains(&"pg/ingress/tcp-5432/app:tag".to_owned()));
    assert!(keys(&state, "openstack_rules").contains(&"pg/ingress/tcp-5432/app:group".to_owned()));
}

#[test]
fn labels_and_addresses_of_one_peer_are_rules_of_their_own() {
    let config = |by: Json| {
        json!({
            "verbose": true,
            "zone": {
                "gateway": { "components": ["kong.node"], "kubernetes": { "namespace": "kong", "pod_labels": { "app": "kong" } } },
                "resolver": {
                    "components": ["kong.dns-server"], "ipv4": { "node-local": "169.254.20.10/32", "cluster-ip": "10.96.0.10/32" },
                    "kubernetes": { "namespace_labels": { "kubernetes.io/metadata.name": "kube-system" }, "pod_labels": { "k8s-app": "kube-dns" }, "peer_by": by },
                },
            },
            "product": { "kong": { "version": "3.9", "enable": ["dns"], "disable": ["database"] } },
        })
    };
    let core = Core::default();
    let policy = |by: Json| {
        let config = config(by);
        let state = core.apply(&Value::Null, &config, &config).unwrap();
        let Value::List(findings) = state.get("findings") else {
            panic!("findings")
        };
        let unused = findings
            .iter()
            .any(|it| it.get("code").as_str() == Some("addresses-unused"));
        (
            state
                .get("kubernetes_policies")
                .get("gateway")
                .as_str()
                .unwrap()
                .to_owned(),
            unused,
        )
    };
    let (by_labels, unused) = policy(Json::Null);
    assert!(unused && !by_labels.contains("169.254.20.10/32"));
    let (both, unused) = policy(json!("both"));
    assert!(
        !unused
            && both.contains("169.254.20.10/32")
            && both.contains("10.96.0.10/32")
            && both.contains("kube-dns")
    );
}
