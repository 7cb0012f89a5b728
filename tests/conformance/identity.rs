//! Zones that share something by which rules select their members, on every platform that has such a thing.

use crate::conformance::findings::subjects;
use crate::conformance::{codes, with};
use crate::support::core::{Core, UNKNOWN};
use portmatrix::terraform::diagnostic::Level;
use portmatrix::terraform::value::Value;
use serde_json::{Value as Json, json};

const CODE: &str = "selectors-overlap";

/// Everyone to `web`, operators to the console of `db`, on one port.
fn edge(web: Json, db: Json) -> Json {
    let zone = |trust: &str, block: &str| json!({ "trust": trust, "components": [], "ipv4": { "a": block } });
    let mut config = json!({
        "verbose": true,
        "zone": {
            "internet": zone("public", "0.0.0.0/0"),
            "ops": zone("restricted", "10.99.0.0/16"),
            "web": zone("dmz", "10.0.0.0/24"),
            "db": zone("internal", "10.0.1.0/24"),
        },
        "flow": {
            "https": { "from": ["internet"], "to": ["web"], "services": ["tcp/443"], "exposure": "public" },
            "console": { "from": ["ops"], "to": ["db"], "services": ["tcp/443"], "plane": "admin" },
        },
    });
    for (zone, block) in [("web", web), ("db", db)] {
        for (name, value) in block.as_object().unwrap() {
            config["zone"][zone][name] = value.clone();
        }
    }
    config
}

/// The first finding of a code: its subject, its message and its severity.
fn first(config: &Json, code: &str) -> Option<(String, String, String)> {
    let planned = Core::default().plan(&Value::Null, config);
    let Value::List(findings) = planned.state.get("findings") else {
        panic!("{:?}", planned.diagnostics)
    };
    let mut found = findings
        .iter()
        .filter(|it| it.get("code").as_str() == Some(code));
    let text = |it: &Value, name: &str| it.get(name).as_str().unwrap().to_owned();
    found.next().map(|it| {
        (
            text(it, "subject"),
            text(it, "message"),
            text(it, "severity"),
        )
    })
}

fn group(id: &str) -> Json {
    json!({ "aws": { "security_group_id": id } })
}

fn guard(name: &str, groups: &[&str]) -> Json {
    let groups: serde_json::Map<String, Json> = groups
        .iter()
        .map(|it| ((*it).to_owned(), json!(format!("/asg/{it}"))))
        .collect();
    json!({ "azure": { "network_security_group_name": name, "resource_group_name": "rg", "application_security_group_ids": groups } })
}

#[test]
fn a_rule_at_a_shared_identity_holds_for_every_zone_that_has_it() {
    let openstack = |id: &str| json!({ "openstack": { "security_group_id": id } });
    let spread = |ids: Json| json!({ "aws": { "spread_security_group_ids": ids } });
    for (web, db, subject) in [
        (group("sg-shared"), group("sg-shared"), "aws/sg-shared"),
        (
            group("sg-a"),
            spread(json!({ "x": "sg-a", "y": "sg-b" })),
            "aws/sg-a",
        ),
        // The members of a zone have its other groups too.
        (
            group("sg-a"),
            json!({ "aws": { "security_group_id": "sg-b", "peer_security_group_ids": { "x": "sg-a" } } }),
            "aws/sg-a",
        ),
        (openstack("g"), openstack("g"), "openstack/g"),
        (guard("nsg", &["x"]), guard("NSG", &["x"]), "azure//asg/x"),
    ] {
        let config = edge(web.clone(), db.clone());
        let (found, message, severity) =
            first(&config, CODE).unwrap_or_else(|| panic!("{web} {db}"));
        assert_eq!((found.as_str(), severity.as_str()), (subject, "warning"));
        assert!(
            message.contains("allows `tcp/443` from `internet` to `db`"),
            "{message}"
        );
        assert_eq!(
            subjects(&config, "exposed-by-neighbour"),
            ["db/console/tcp-443/internet"],
            "{web}"
        );
    }
    for (web, db) in [
        (group("sg-a"), group("sg-b")),
        (guard("nsg", &["x"]), guard("nsg", &["y"])),
        (guard("nsg", &["x"]), guard("other", &["x"])),
        // Each is at its own CIDR blocks.
        (guard("nsg", &[]), guard("nsg", &[])),
    ] {
        let config = edge(web.clone(), db.clone());
        assert_eq!(subjects(&config, CODE), Vec::<String>::new(), "{web} {db}");
        assert_eq!(
            subjects(&config, "exposed-by-neighbour"),
            Vec::<String>::new()
        );
    }
    let (_, message, _) = first(
        &edge(group("sg-shared"), group("sg-shared")),
        "exposed-by-neighbour",
    )
    .unwrap();
    assert_eq!(
        message,
        "`console` listens on `tcp/443` in zone `db` for `internal` use (`console`), but is also open to `internet` (trust `public`), because of a rule for `https` in zone `web`: zones `db`, `web` share the security group `sg-shared`"
    );
}

#[test]
fn a_zone_that_is_not_enforced_has_the_identity_too() {
    let mut config = edge(
        group("sg-a"),
        json!({ "enforce": false, "aws": { "security_group_id": "sg-a" } }),
    );
    let (_, message, _) = first(&config, CODE).unwrap();
    assert_eq!(
        message,
        "zones `db`, `web` share the security group `sg-a`, so AWS allows what no flow needs: `web/ingress/tcp-443/internet` allows `tcp/443` from `internet` to `db`"
    );
    // What its flows need it may have.
    config["flow"]["https"]["to"] = json!(["web", "db"]);
    config["flow"]["console"]["from"] = json!(["internet"]);
    assert_eq!(subjects(&config, CODE), Vec::<String>::new());
}

#[test]
fn everything_in_a_network_security_group_gets_a_rule_that_is_at_none_of_its_zones() {
    // `web` has no IPv6 addresses, so a rule for IPv6 peers is for everything.
    let mut config = edge(guard("nsg", &[]), guard("nsg", &[]));
    config["zone"]["internet"]["ipv6"] = json!({ "any": "::/0" });
    assert_eq!(subjects(&config, CODE), ["azure/rg/nsg"]);
    let nested = with(
        edge(guard("nsg", &[]), guard("nsg", &[])),
        "/zone/db/ipv4/a",
        json!("10.0.0.128/25"),
    );
    assert_eq!(subjects(&nested, CODE), ["azure/rg/nsg"]);
}

#[test]
fn a_rule_that_refers_to_a_shared_identity_allows_every_zone_that_has_it() {
    // Two zones of clients, of which each is for a port of its own.
    let layout = |a: Json, b: Json, at: Json| {
        let mut config = json!({
            "verbose": true,
            "zone": { "app": { "components": [] }, "batch": { "components": [] }, "pg": { "components": [], "ipv4": { "a": "10.0.0.0/24" } } },
            "flow": {
                "sql": { "from": ["app"], "to": ["pg"], "services": ["tcp/5432"] },
                "etcd": { "from": ["batch"], "to": ["pg"], "services": ["tcp/2379"] },
            },
        });
        for (zone, block) in [("app", a), ("batch", b), ("pg", at)] {
            for (name, value) in block.as_object().unwrap() {
                config["zone"][zone][name] = value.clone();
            }
        }
        config
    };
    let aws = |argument: &str, id: &str| json!({ "aws": { argument: { "x": id } } });
    let azure = |argument: &str, value: Json| json!({ "azure": { argument: value } });
    let peer = "peer_security_group_ids";
    let asg = "application_security_group_ids";
    let tag = "service_tag";
    for (a, b, at, subject) in [
        (
            aws(peer, "sg-1"),
            aws(peer, "sg-1"),
            group("sg-pg"),
            Some("aws/sg-1"),
        ),
        (
            aws(peer, "222222222222/sg-1"),
            aws(peer, "sg-1"),
            group("sg-pg"),
            Some("aws/sg-1"),
        ),
        (
            aws("prefix_list_ids", "pl-1"),
            aws("prefix_list_ids", "pl-1"),
            group("sg-pg"),
            Some("aws/pl-1"),
        ),
        (aws(peer, "sg-1"), aws(peer, "sg-2"), group("sg-pg"), None),
        (
            azure(asg, json!({ "x": "/asg/X" })),
            azure(asg, json!({ "x": "/asg/x" })),
            guard("nsg", &[]),
            Some("azure//asg/x"),
        ),
        (
            azure(tag, json!("Storage")),
            azure(tag, json!("storage")),
            guard("nsg", &[]),
            Some("azure/storage"),
        ),
        (
            azure(tag, json!("Storage")),
            azure(tag, json!("Storage.WestEurope")),
            guard("nsg", &[]),
            Some("azure/Storage.WestEurope"),
        ),
        (
            azure(tag, json!("Storage.EastUS")),
            azure(tag, json!("Storage.WestEurope")),
            guard("nsg", &[]),
            None,
        ),
    ] {
        let config = layout(a.clone(), b.clone(), at);
        let found = subjects(&config, CODE);
        assert_eq!(found.first().map(String::as_str), subject, "{a} {b}");
        // AWS would reject two equal rules.
        if a.get("azure").is_none() {
            continue;
        }
        let same = with(config, "/flow/etcd/from", json!(["app", "batch"]));
        let both = with(same, "/flow/sql/from", json!(["app", "batch"]));
        assert_eq!(subjects(&both, CODE), Vec::<String>::new(), "{a} {b}");
    }
    // A guest who has the operators' group reaches what is for them.
    let mut config = layout(aws(peer, "sg-1"), aws(peer, "sg-1"), group("sg-pg"));
    config["zone"]["batch"]["trust"] = json!("public");
    config["fail_on"] = json!("never");
    assert_eq!(
        subjects(&config, "exposed"),
        ["pg/etcd/batch", "pg/sql/batch"]
    );
}

/// Ids that are not known yet may be equal: findings wait, and the apply says nothing that the plan denied.
#[test]
fn ids_that_are_not_known_yet_may_be_equal() {
    let config = edge(group("sg-a"), group("sg-b"));
    let at_plan = with(
        config.clone(),
        "/zone/db/aws/security_group_id",
        json!(UNKNOWN),
    );
    let planned = Core::default().plan(&Value::Null, &at_plan);
    assert!(planned.state.get("findings").is_unknown());
    for id in ["sg-a", "sg-b"] {
        let at_apply = with(config.clone(), "/zone/db/aws/security_group_id", json!(id));
        let applied = Core::default().apply(&Value::Null, &at_plan, &at_apply);
        assert!(applied.is_ok(), "{id}: {applied:?}");
    }
}

#[test]
fn tags_for_the_machines_of_everyone_expose() {
    let config = |tag: &str| {
        json!({
            "fail_on": "never",
            "zone": {
                "admins": { "components": ["kong.admin", "kong.client"], "azure": { "service_tag": tag } },
                "kong": { "components": ["kong.node"], "ipv4": { "subnet": "10.20.1.0/24" }, "azure": { "network_security_group_name": "nsg-a", "resource_group_name": "rg" } },
            },
            "product": { "kong": { "version": "3.9", "disable": ["database"] } },
        })
    };
    for (tag, exposes) in [
        ("Internet", true),
        ("AzureCloud", true),
        ("azurecloud.WestEurope", true),
        ("AzureMonitor", false),
    ] {
        assert_eq!(
            !subjects(&config(tag), "exposed").is_empty(),
            exposes,
            "{tag}"
        );
    }
    let refused = Core::default().validate(&config("any"));
    assert_eq!(codes(&refused, Level::Error), ["bad-value"]);
}

#[test]
fn addresses_that_are_nearly_everything_expose() {
    let config = |zones: &[(&str, &str)]| {
        let mut config = json!({
            "fail_on": "never",
            "zone": { "kong": { "components": ["kong.node"], "aws": { "security_group_id": "sg-1" } } },
            "product": { "kong": { "version": "3.9", "disable": ["database"] } },
        });
        for (name, block) in zones {
            let family = if block.contains(':') { "ipv6" } else { "ipv4" };
            config["zone"][name] = json!({ "components": ["kong.admin"], family: { "a": block } });
        }
        config
    };
    let by = |zones: &[(&str, &str)]| -> Option<String> {
        let subjects = subjects(&config(zones), "exposed");
        Some(subjects.first()?.rsplit_once('/')?.1.to_owned())
    };
    for block in ["0.0.0.0/1", "128.0.0.0/1", "0.0.0.0/2", "2000::/4"] {
        assert_eq!(by(&[("a", block)]).as_deref(), Some("a"), "{block}");
    }
    for block in [
        "0.0.0.0/3",
        "224.0.0.0/3",
        "10.0.0.0/8",
        "2000::/6",
        "fc00::/7",
    ] {
        assert_eq!(by(&[("a", block)]), None, "{block}");
    }
    assert_eq!(
        by(&[
            ("a", "32.0.0.0/4"),
            ("b", "64.0.0.0/3"),
            ("c", "16.0.0.0/4")
        ])
        .as_deref(),
        Some("b")
    );
    assert_eq!(by(&[("a", "32.0.0.0/4"), ("b", "64.0.0.0/3")]), None);
}

/// Many zones that share one group, each with a rule of its own, are one finding, and soon found.
#[test]
fn hundreds_of_zones_may_share_one_group() {
    for block in [group("sg-shared"), guard("nsg", &["x"])] {
        let mut config = edge(group("sg-a"), group("sg-b"));
        for at in 0..300 {
            let name = format!("z{at}");
            config["zone"][&name] = block.clone();
            config["zone"][&name]["components"] = json!([]);
            let flow = json!({ "from": ["ops"], "to": [name.clone()], "services": [format!("tcp/{}", 1000 + at)] });
            config["flow"][&name] = flow;
        }
        config["directions"] = json!(["ingress"]);
        config["fail_on"] = json!("never");
        let (_, message, _) = first(&config, CODE).unwrap();
        assert!(message.ends_with("and 89697 more"), "{message}");
    }
}
