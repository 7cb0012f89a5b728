//! Peers that are not ours: which rows and keys name them, and what no longer happens at them.

use crate::conformance::{codes, keys, with};
use crate::support::core::{Core, UNKNOWN};
use portmatrix::terraform::diagnostic::{Diagnostic, Level};
use portmatrix::terraform::value::Value;
use serde_json::{Value as Json, json};

/// Clients and a database that they connect to on one port.
pub(super) fn clients(app: &Json, pg: &Json) -> Json {
    let mut config = json!({
        "verbose": true,
        "zone": { "app": app, "pg": pg },
        "product": { "postgresql": { "version": "17" } },
    });
    config["zone"]["app"]["components"] = json!(["postgresql.client"]);
    config["zone"]["pg"]["components"] = json!(["postgresql.server"]);
    config
}

#[test]
fn a_zone_that_is_not_enforced_is_a_peer_and_nothing_else() {
    let core = Core::default();
    let blocks = json!({
        "aws": { "security_group_id": "sg-a" },
        "azure": { "network_security_group_name": "n", "resource_group_name": "r", "application_security_group_ids": { "a": "/asg/a" } },
        "gcp": { "network": "n", "target_tags": ["a"] },
        "openstack": { "security_group_id": "a", "delete_default_rules": true },
        "kubernetes": { "namespace": "a" },
        "host": {},
        "ipv4": { "a": "10.0.0.0/24" },
    });
    let mut pg = blocks.clone();
    for (pointer, value) in [
        ("/aws/security_group_id", json!("sg-b")),
        ("/azure/network_security_group_name", json!("m")),
        (
            "/azure/application_security_group_ids",
            json!({ "b": "/asg/b" }),
        ),
        ("/gcp/target_tags", json!(["b"])),
        ("/openstack/security_group_id", json!("b")),
        ("/kubernetes/namespace", json!("b")),
        ("/ipv4/a", json!("10.0.1.0/24")),
    ] {
        *pg.pointer_mut(pointer).unwrap() = value;
    }
    let enforced = clients(&blocks, &pg);
    let peer = with(enforced.clone(), "/zone/app/enforce", json!(false));
    let state = core.apply(&Value::Null, &peer, &peer).unwrap();
    let before = core.apply(&Value::Null, &enforced, &enforced).unwrap();
    for output in [
        "aws_ingress",
        "aws_egress",
        "azure_rules",
        "gcp_rules",
        "openstack_rules",
        "kubernetes_policies",
        "nftables",
        "rules",
        "counts",
    ] {
        let of_pg = |state: &Value| {
            let mut keys = keys(state, output);
            keys.retain(|it| it.split('/').next() == Some("pg"));
            keys
        };
        assert_eq!(keys(&state, output), of_pg(&before), "{output}");
        assert!(
            output == "aws_egress" || !of_pg(&before).is_empty(),
            "{output}"
        );
    }
    assert_eq!(keys(&state, "aws_ingress"), ["pg/tcp-5432/app:group"]);
    let Value::List(findings) = state.get("findings") else {
        panic!("findings are a list")
    };
    for finding in findings {
        let subject = finding.get("subject").as_str().unwrap();
        let found = finding.get("code").as_str().unwrap();
        let is_of_app = subject == "app" || subject.starts_with("app/");
        assert!(
            !is_of_app || found == "addresses-unused",
            "{found} {subject}"
        );
    }
    assert_eq!(
        codes(&core.plan(&state, &peer).diagnostics, Level::Error),
        Vec::<String>::new()
    );
}

/// The rows of AWS in both directions, as `key = group <- peer` and `key = group -> peer`.
pub(super) fn rows(state: &Value) -> Vec<String> {
    let mut found = Vec::new();
    for (output, arrow) in [("aws_ingress", "<-"), ("aws_egress", "->")] {
        let Value::Map(rows) = state.get(output) else {
            panic!("rows")
        };
        for (key, row) in rows {
            let cells = [
                "referenced_security_group_id",
                "cidr_ipv4",
                "cidr_ipv6",
                "prefix_list_id",
            ];
            let peer = cells.iter().find_map(|it| row.get(it).as_str()).unwrap();
            let group = row.get("security_group_id").as_str().unwrap();
            found.push(format!("{key} = {group} {arrow} {peer}"));
        }
    }
    found
}

/// The rows of a layout that has nothing but blocks of AWS, with what else its zones have.
pub(super) fn aws(app: &Json, pg: &Json) -> Vec<String> {
    let config = clients(app, pg);
    rows(
        &Core::default()
            .apply(&Value::Null, &config, &config)
            .unwrap(),
    )
}

pub(super) fn errors(diagnostics: &[Diagnostic]) -> Vec<(String, String)> {
    let errors = diagnostics.iter().filter(|it| it.severity == Level::Error);
    errors
        .map(|it| {
            (
                it.summary.split(':').next().unwrap().to_owned(),
                it.detail.clone(),
            )
        })
        .collect()
}

#[test]
fn every_group_of_a_zone_is_a_peer_and_none_replaces_another() {
    let group = |id: &str| json!({ "aws": { "security_group_id": id } });
    let (app, pg) = (group("sg-a"), group("sg-p"));
    let one = [
        "pg/tcp-5432/app:group = sg-p <- sg-a",
        "app/tcp-5432/pg:group = sg-a -> sg-p",
    ];
    assert_eq!(aws(&app, &pg), one);
    let several = json!({ "aws": { "peer_security_group_ids": { "b": "sg-1", "o": "sg-2" } } });
    let wanted = [
        "pg/tcp-5432/app:group:b = sg-p <- sg-1",
        "pg/tcp-5432/app:group:o = sg-p <- sg-2",
    ];
    assert_eq!(aws(&several, &pg), wanted);
    let more = json!({ "aws": { "security_group_id": "sg-a", "peer_security_group_ids": { "b": "sg-1" } } });
    let both = [
        "pg/tcp-5432/app:group = sg-p <- sg-a",
        "pg/tcp-5432/app:group:b = sg-p <- sg-1",
        "app/tcp-5432/pg:group = sg-a -> sg-p",
    ];
    assert_eq!(aws(&more, &pg), both);
    let other = json!({ "aws": { "security_group_id": "sg-p", "peer_security_group_ids": { "y": "sg-2" } } });
    let wanted = [
        "pg/tcp-5432/app:group = sg-p <- sg-a",
        "pg/tcp-5432/app:group:b = sg-p <- sg-1",
        "app/tcp-5432/pg:group = sg-a -> sg-p",
        "app/tcp-5432/pg:group:y = sg-a -> sg-2",
    ];
    assert_eq!(aws(&more, &other), wanted);
    // A group that is added touches no row of another, and may be known only after apply.
    let core = Core::default();
    let state = core
        .apply(&Value::Null, &clients(&app, &pg), &clients(&app, &pg))
        .unwrap();
    let unknown = json!({ "aws": { "security_group_id": "sg-a", "peer_security_group_ids": { "b": UNKNOWN } } });
    let added = core
        .apply(&state, &clients(&unknown, &pg), &clients(&more, &pg))
        .unwrap();
    assert!(
        one.iter()
            .all(|it| rows(&added).contains(&(*it).to_owned()))
    );
    let counts = added.get("counts").get("pg/aws/ipv4");
    assert_eq!(counts.get("ingress"), &Value::number(2));
    // With groups that rules are spread over, the first of them is the zone's own.
    let spread = json!({ "aws": { "spread_security_group_ids": { "a": "sg-a", "b": "sg-c" }, "peer_security_group_ids": { "id": "sg-9" } } });
    let found = aws(&spread, &pg);
    assert!(
        found.contains(&"pg/tcp-5432/app:group = sg-p <- sg-a".to_owned())
            && found.contains(&"pg/tcp-5432/app:group:id = sg-p <- sg-9".to_owned())
    );
    assert_eq!(found.len(), 3);
}

#[test]
fn a_zone_names_its_own_members_by_all_of_its_groups() {
    let cluster = |aws: Json| {
        let config = json!({ "zone": { "db": { "components": ["etcd.server"], "aws": aws } } });
        let state = Core::default()
            .apply(&Value::Null, &config, &config)
            .unwrap();
        rows(&state)
            .into_iter()
            .filter(|it| it.contains("/tcp-2380/"))
            .collect::<Vec<_>>()
    };
    let wanted = [
        "db/tcp-2380/db:group = sg-g <- sg-g",
        "db/tcp-2380/db:group:x = sg-g <- sg-1",
        "db/tcp-2380/db:group = sg-g -> sg-g",
        "db/tcp-2380/db:group:x = sg-g -> sg-1",
    ];
    let both = json!({ "security_group_id": "sg-g", "peer_security_group_ids": { "x": "sg-1" } });
    assert_eq!(cluster(both), wanted);
    assert_eq!(
        cluster(json!({ "peer_security_group_ids": { "x": "sg-1" } })),
        [""; 0]
    );
}

#[test]
fn one_group_has_one_name_as_a_peer() {
    let core = Core::default();
    let pg = json!({ "aws": { "security_group_id": "sg-p" } });
    for (own, peers, words) in [
        (
            "sg-1",
            json!({ "x": "sg-1" }),
            "`x` is a group in `security_group_id` as well",
        ),
        (
            "sg-1",
            json!({ "x": "222222222222/sg-1" }),
            "`x` is a group in `security_group_id` as well",
        ),
        (
            "sg-1",
            json!({ "x": "sg-2", "y": "222222222222/sg-2" }),
            "`x` and `y` are the same group",
        ),
    ] {
        let block = |peers: &Json| json!({ "aws": { "security_group_id": own, "peer_security_group_ids": peers } });
        let found = errors(&core.validate(&clients(&block(&peers), &pg)));
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].0, "duplicate-address");
        assert!(found[0].1.contains(words), "{}", found[0].1);
        // Ids that are known only after apply are compared then.
        let unknown = clients(&block(&json!({ "x": UNKNOWN, "y": UNKNOWN })), &pg);
        let mut known = peers.clone();
        known
            .as_object_mut()
            .unwrap()
            .entry("y")
            .or_insert(json!("sg-7"));
        let failed = core
            .apply(&Value::Null, &unknown, &clients(&block(&known), &pg))
            .unwrap_err();
        assert!(failed[0].starts_with("duplicate-address"), "{failed:?}");
    }
    // Two zones with one group of clients: one rule where both connect to one port.
    let mut config = clients(
        &json!({ "aws": { "peer_security_group_ids": { "x": "222222222222/sg-1" } } }),
        &pg,
    );
    config["zone"]["batch"] = json!({ "components": ["postgresql.client"], "aws": { "peer_security_group_ids": { "y": "sg-1" } } });
    let found = errors(&core.plan(&Value::Null, &config).diagnostics);
    assert_eq!(found[0].0, "duplicate-address");
    for words in [
        "`x` in `peer_security_group_ids` of zone `app`",
        "`y` in `peer_security_group_ids` of zone `batch`",
    ] {
        assert!(found[0].1.contains(words), "{}", found[0].1);
    }
}

#[test]
fn an_id_that_moves_to_another_name_is_moved() {
    let core = Core::default();
    let pg = json!({ "aws": { "security_group_id": "sg-p" } });
    let mut own = json!({ "aws": { "security_group_id": "sg-1" }, "enforce": false });
    let state = core
        .apply(&Value::Null, &clients(&own, &pg), &clients(&own, &pg))
        .unwrap();
    let peer = json!({ "aws": { "peer_security_group_ids": { "x": "sg-1" } } });
    let planned = core.plan(&state, &clients(&peer, &pg));
    assert_eq!(codes(&planned.diagnostics, Level::Warning), ["key-renamed"]);
    let detail = &planned.diagnostics[0].detail;
    assert!(
        detail
            .contains("from = aws_vpc_security_group_ingress_rule.NAME[\"pg/tcp-5432/app:group\"]"),
        "{detail}"
    );
    assert!(
        detail.contains(
            "to   = aws_vpc_security_group_ingress_rule.NAME[\"pg/tcp-5432/app:group:x\"]"
        ),
        "{detail}"
    );
    // If the key that it leaves gets another id, AWS sees the old rule under the new key.
    own["aws"] = json!({ "security_group_id": "sg-2", "peer_security_group_ids": { "x": "sg-1" } });
    let planned = core.plan(&state, &clients(&own, &pg));
    assert_eq!(
        codes(&planned.diagnostics, Level::Warning),
        ["addresses-moved"]
    );
}

#[test]
fn a_group_of_another_account_is_a_peer_only() {
    let pg = json!({ "aws": { "security_group_id": "sg-p" } });
    let foreign = json!({ "aws": { "peer_security_group_ids": { "x": "222222222222/sg-1" } } });
    assert_eq!(
        aws(&foreign, &pg),
        ["pg/tcp-5432/app:group:x = sg-p <- 222222222222/sg-1"]
    );
    let own = json!({ "aws": { "security_group_id": "222222222222/sg-1" }, "enforce": false });
    assert_eq!(
        aws(&own, &pg),
        ["pg/tcp-5432/app:group = sg-p <- 222222222222/sg-1"]
    );
    let enforced = with(clients(&own, &pg), "/zone/app/enforce", json!(true));
    let found = errors(&Core::default().validate(&enforced));
    assert_eq!(found[0].0, "bad-value");
    assert!(
        found[0].1.contains("Set `enforce = false`"),
        "{}",
        found[0].1
    );
}

#[test]
fn what_cannot_be_the_id_of_a_group_is_refused() {
    let pg = json!({ "aws": { "security_group_id": "sg-p" } });
    for id in [
        "arn:aws:ec2:eu-central-1:123456789012:security-group/sg-1",
        "my group",
        "sg-1\n",
        "vpc/sg-1",
        "1234/sg-1",
        "222222222222/",
        "222222222222/a/sg-1",
        "/sg-1",
    ] {
        for aws in [
            json!({ "security_group_id": id }),
            json!({ "spread_security_group_ids": { "x": id } }),
            json!({ "peer_security_group_ids": { "x": id } }),
        ] {
            let config = clients(&json!({ "aws": aws, "enforce": false }), &pg);
            let found = errors(&Core::default().validate(&config));
            assert_eq!(found.len(), 1, "{id}: {found:?}");
            assert!(
                found[0].1.contains("is not the id of a security group"),
                "{id}: {}",
                found[0].1
            );
        }
    }
}

#[test]
fn no_group_of_clients_is_a_choice_until_a_rule_needs_one() {
    let core = Core::default();
    let pg = json!({ "aws": { "security_group_id": "sg-p" } });
    let mut config = clients(&json!({ "aws": { "peer_security_group_ids": {} } }), &pg);
    assert_eq!(
        core.validate(&with(config.clone(), "/zone/app/components", json!([]))),
        []
    );
    assert_eq!(
        errors(&core.plan(&Value::Null, &config).diagnostics)[0].0,
        "zone-empty"
    );
    config["zone"]["app"]["aws"] = json!({ "peer_security_group_ids": { "x": null } });
    assert_eq!(errors(&core.validate(&config))[0].0, "became-null");
}

#[test]
fn icmp_of_both_families_names_every_group() {
    let config = json!({
        "zone": {
            "app": { "components": [], "ipv6": { "a": "2001:db8::/64" }, "aws": { "peer_security_group_ids": { "x": "sg-1" } } },
            "pg": { "components": [], "aws": { "security_group_id": "sg-p" } },
        },
        "flow": { "ping": { "from": ["app"], "to": ["pg"], "services": ["icmp"] } },
    });
    let state = Core::default()
        .apply(&Value::Null, &config, &config)
        .unwrap();
    assert_eq!(
        keys(&state, "aws_ingress"),
        ["pg/icmp/app:group:x", "pg/icmpv6/app:group:x"]
    );
}

#[test]
fn platforms_name_their_own_groups() {
    let app = json!({ "aws": { "peer_security_group_ids": { "x": "sg-1" } }, "openstack": { "peer_security_group_ids": { "y": "b" } } });
    let pg = json!({ "aws": { "security_group_id": "sg-p" }, "openstack": { "security_group_id": "a", "delete_default_rules": true }, "ipv4": { "a": "10.0.0.0/24" } });
    let config = clients(&app, &pg);
    let state = Core::default()
        .apply(&Value::Null, &config, &config)
        .unwrap();
    assert_eq!(keys(&state, "aws_ingress"), ["pg/tcp-5432/app:group:x"]);
    assert_eq!(
        keys(&state, "openstack_rules"),
        ["pg/ingress/tcp-5432/app:group:y"]
    );
}

#[test]
fn the_old_name_of_the_groups_to_spread_over_is_an_error() {
    let zones = json!({ "pg": { "components": ["postgresql.server"], "aws": { "security_group_ids": { "a": "sg-1" } } } });
    let found = errors(&Core::default().validate(&json!({ "zones": zones })));
    let words = ["no argument `security_group_ids`", "did you mean"];
    let is_it = |it: &(String, String)| words.iter().all(|word| it.1.to_lowercase().contains(word));
    assert!(found.iter().any(is_it), "{found:?}");
}

#[test]
fn groups_of_clients_come_from_data() {
    let zone = |clients: Json| {
        json!({
            "zones": {
                "app": { "components": ["postgresql.client"], "aws": { "peer_security_group_ids": clients } },
                "pg": { "components": ["postgresql.server"], "aws": { "security_group_id": "sg-p" } },
            },
            "products": { "postgresql": { "version": "17" } },
        })
    };
    let core = Core::default();
    let (planned, applied) = (
        zone(json!({ "billing": UNKNOWN, "orders": "sg-2", "gone": null })),
        zone(json!({ "billing": "sg-1", "orders": "sg-2", "gone": null })),
    );
    let state = core.apply(&Value::Null, &planned, &applied).unwrap();
    let wanted = [
        "pg/tcp-5432/app:group:billing = sg-p <- sg-1",
        "pg/tcp-5432/app:group:orders = sg-p <- sg-2",
    ];
    assert_eq!(rows(&state), wanted);
}
