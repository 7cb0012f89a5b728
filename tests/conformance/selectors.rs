//! Zones that a platform cannot tell apart, or names by address where they share some; and what a project holds.

use crate::conformance::findings::subjects;
use crate::conformance::{codes, with};
use crate::support::core::{Core, UNKNOWN};
use portmatrix::terraform::diagnostic::Level;
use portmatrix::terraform::value::Value;
use serde_json::{Value as Json, json};

/// The public to `dmz`, operators to `es`, each with tags of its own.
fn google() -> Json {
    let flow = |from: &str, to: &str, service: &str| json!({ "from": [from], "to": [to], "services": [service] });
    json!({
        "zone": {
            "net": { "trust": "public", "components": [], "ipv4": { "any": "0.0.0.0/0" } },
            "ops": { "components": [], "ipv4": { "vpn": "10.9.0.0/16" } },
            "dmz": { "components": [], "ipv4": { "a": "10.1.0.0/24" }, "gcp": { "network": "vpc", "target_tags": ["kong", "dmz"] } },
            "es": { "components": [], "ipv4": { "a": "10.2.0.0/24" }, "gcp": { "network": "vpc", "target_tags": ["es"] } },
        },
        "flow": {
            "web": { "exposure": "public", "from": ["net"], "to": ["dmz"], "services": ["tcp/9000"] },
            "admin": flow("ops", "es", "tcp/9000"),
            "search": flow("dmz", "es", "tcp/9200"),
        },
    })
}

/// The same in a cluster, in one namespace.
fn cluster() -> Json {
    let mut config = google();
    for (zone, app) in [("dmz", "kong"), ("es", "es")] {
        config["zone"][zone] = json!({ "components": [], "kubernetes": { "namespace": "shop", "pod_labels": { "app": app } } });
    }
    config
}

/// The messages of one code.
fn messages(config: &Json, code: &str) -> Vec<String> {
    let planned = Core::default().plan(&Value::Null, config);
    let Value::List(findings) = planned.state.get("findings") else {
        panic!("{:?}", planned.diagnostics)
    };
    let of_code = findings
        .iter()
        .filter(|it| it.get("code").as_str() == Some(code));
    of_code
        .map(|it| it.get("message").as_str().unwrap().to_owned())
        .collect()
}

const CODE: &str = "selectors-overlap";

#[test]
fn rules_also_apply_to_a_zone_that_shares_a_tag() {
    assert_eq!(subjects(&google(), CODE), Vec::<String>::new());
    let tags = "/zone/es/gcp/target_tags";
    let shared = with(google(), tags, json!(["es", "dmz"]));
    assert_eq!(
        messages(&shared, CODE),
        [
            "zones `dmz`, `es` share the network tag `dmz`, so Google Cloud allows what no flow needs: `dmz/ingress/tcp-9000/net` allows `tcp/9000` from `net` to `es`, `dmz/egress/tcp-9200/es` allows `tcp/9200` from `es` to `es`, `es/ingress/tcp-9200/dmz` allows `tcp/9200` from `es` to `es` and 2 more"
        ]
    );
    for (pointer, value) in [
        // Tags of another network, or of another project, are others.
        ("/zone/es/gcp/network", json!("other")),
        ("/zone/es/gcp/project", json!("other")),
        // What everybody reaches anyway.
        (
            "/flow",
            json!({ "web": { "exposure": "public", "from": ["net"], "to": ["dmz", "es"], "services": ["tcp/9000"] } }),
        ),
        ("/flow", json!({})),
    ] {
        let apart = with(shared.clone(), pointer, value.clone());
        assert_eq!(subjects(&apart, CODE), Vec::<String>::new(), "{value}");
    }
    let mut accounts = google();
    for (zone, names) in [("dmz", ["a@p", "b@p"]), ("es", ["b@p", "c@p"])] {
        accounts["zone"][zone]["gcp"] = json!({ "network": "vpc", "service_accounts": names });
    }
    assert!(messages(&accounts, CODE)[0].contains("share the service account `b@p`"));
}

#[test]
fn pods_of_a_zone_may_be_pods_of_another() {
    assert_eq!(subjects(&cluster(), CODE), Vec::<String>::new());
    let labels = |zone: &str, labels: Json| {
        let mut config = cluster();
        config["zone"][zone]["kubernetes"]["pod_labels"] = labels;
        config
    };
    let wider = labels("dmz", json!({}));
    assert_eq!(
        messages(&wider, CODE),
        [
            "zone `dmz` also selects the pods of `es`, so Kubernetes allows what no flow needs: `dmz/ingress/tcp-9000/net` allows `tcp/9000` from `net` to `es`, `dmz/egress/tcp-9200/es` allows `tcp/9200` from `es` to `es`, `es/ingress/tcp-9200/dmz` allows `tcp/9200` from `es` to `es`"
        ]
    );
    // A pod with further labels is still selected.
    let same = labels("es", json!({ "app": "kong", "tier": "data" }));
    assert_eq!(subjects(&same, CODE), ["dmz/kubernetes"]);
    let elsewhere = with(wider, "/zone/dmz/kubernetes/namespace", json!("edge"));
    assert_eq!(subjects(&elsewhere, CODE), Vec::<String>::new());
}

/// Whatever of a selector is known only after apply: the findings wait, and the apply says nothing that the plan denied.
#[test]
fn what_is_shared_may_show_at_apply() {
    let core = Core::default();
    for (config, pointer, unknown, values) in [
        (
            google(),
            "/zone/es/gcp/target_tags",
            json!([UNKNOWN]),
            [json!(["dmz"]), json!(["es"])],
        ),
        (
            google(),
            "/zone/es/gcp/target_tags",
            json!(["dmz", UNKNOWN]),
            [json!(["dmz", "a"]), json!(["dmz", "kong"])],
        ),
        (
            cluster(),
            "/zone/es/kubernetes/pod_labels/app",
            json!(UNKNOWN),
            [json!("kong"), json!("es")],
        ),
        (
            cluster(),
            "/zone/es/kubernetes/pod_labels",
            json!({ "app": "kong" }),
            [json!({ "app": "kong" }), json!({ "app": "kong" })],
        ),
        (
            with(cluster(), "/zone/es/kubernetes/pod_labels", json!({})),
            "/zone/es/kubernetes/namespace",
            json!(UNKNOWN),
            [json!("shop"), json!("es")],
        ),
        (
            with(google(), "/zone/es/gcp/target_tags", json!(["dmz"])),
            "/zone/net/ipv4/any",
            json!(UNKNOWN),
            [json!("0.0.0.0/0"), json!("192.0.2.0/24")],
        ),
    ] {
        let at_plan = with(config.clone(), pointer, unknown);
        for value in values {
            let at_apply = with(config.clone(), pointer, value.clone());
            let applied = core.apply(&Value::Null, &at_plan, &at_apply);
            assert!(applied.is_ok(), "{pointer} {value}: {applied:?}");
        }
    }
}

/// Addresses in common matter where a rule names its peer by address, which is the renderer's to say.
#[test]
fn shared_addresses_matter_where_the_rule_is_by_address() {
    let mut config = google();
    config["directions"] = json!(["ingress"]);
    config["zone"]["other"] = json!({ "components": [], "ipv4": { "a": "10.1.0.0/25" } });
    let overlap = |dmz: Json, es: Json| {
        let config = with(
            with(config.clone(), "/zone/dmz/gcp", dmz),
            "/zone/es/gcp",
            es,
        );
        subjects(&config, "zones-overlap")
    };
    let tags = json!({ "network": "vpc", "target_tags": ["es"] });
    let found = |dmz: Json| !overlap(dmz, tags.clone()).is_empty();
    assert!(!found(json!({ "network": "vpc", "target_tags": ["dmz"] })));
    assert!(!found(json!({ "target_tags": ["dmz"] })));
    assert!(found(
        json!({ "network": "vpc", "service_accounts": ["dmz@p"] })
    ));
    assert!(found(json!({ "network": "other", "target_tags": ["dmz"] })));
    assert!(found(
        json!({ "network": "vpc", "project": "one", "target_tags": ["dmz"] })
    ));

    // A network that is not known yet leaves open no more than the rows.
    let core = Core::default();
    for kind in ["target_tags", "service_accounts"] {
        let mut at_plan = config.clone();
        at_plan["zone"]["dmz"]["gcp"] = json!({ "network": UNKNOWN, kind: ["dmz@p"] });
        if kind == "target_tags" {
            at_plan["zone"]["dmz"]["gcp"][kind] = json!(["dmz"]);
        }
        at_plan["zone"]["es"]["gcp"]["network"] = json!(UNKNOWN);
        for (a, b) in [("vpc", "vpc"), ("vpc", "other")] {
            let mut at_apply = at_plan.clone();
            at_apply["zone"]["dmz"]["gcp"]["network"] = json!(a);
            at_apply["zone"]["es"]["gcp"]["network"] = json!(b);
            let applied = core.apply(&Value::Null, &at_plan, &at_apply);
            assert!(applied.is_ok(), "{kind} {a} {b}: {applied:?}");
        }
    }
}

/// A project that turns out null leaves two zones in one network, so the rows wait for it.
#[test]
fn a_project_may_turn_out_null() {
    let mut config = google();
    config["directions"] = json!(["ingress"]);
    let at_plan = with(config.clone(), "/zone/es/gcp/project", json!(UNKNOWN));
    let plan = Core::default().plan(&Value::Null, &at_plan);
    assert!(plan.state.get("gcp_rules").is_unknown());
    for project in [Json::Null, json!("p")] {
        let at_apply = with(config.clone(), "/zone/es/gcp/project", project);
        let applied = Core::default().apply(&Value::Null, &at_plan, &at_apply);
        assert!(applied.is_ok(), "{applied:?}");
    }
}

#[test]
fn the_rules_of_all_zones_count_in_their_project() {
    let ports =
        |first: u16| -> Vec<String> { (first..first + 40).map(|it| format!("tcp/{it}")).collect() };
    let mut config = google();
    config["directions"] = json!(["ingress"]);
    config["flow"]["search"]["services"] = json!(ports(2000));
    config["flow"]["admin"]["services"] = json!(ports(3000));
    let web = |last: u16| {
        json!(
            (4000..=last)
                .map(|it| format!("tcp/{it}"))
                .collect::<Vec<_>>()
        )
    };
    config["flow"]["web"]["services"] = web(4009);
    assert_eq!(subjects(&config, "quota-near"), ["gcp/rules"]);
    config["flow"]["web"]["services"] = web(4020);
    assert_eq!(
        messages(&config, "quota-exceeded"),
        [
            "101 firewall rules of `dmz`, `es` count in the provider's own project, which can have 100 across all networks unless its quota was raised; `merge = \"ports\"` makes it 3"
        ]
    );
    let apart = with(config.clone(), "/zone/dmz/gcp/project", json!("other"));
    assert!(messages(&apart, "quota-exceeded").is_empty());
    config["zone"]["dmz"]["gcp"]["network"] = json!("projects/p/global/networks/vpc");
    config["zone"]["es"]["gcp"]["network"] = json!("projects/p/global/networks/vpc");
    assert_eq!(subjects(&config, "quota-exceeded"), ["gcp/rules/p"]);

    // A project that is not known yet may be the other's.
    let at_plan = with(config.clone(), "/zone/dmz/gcp/project", json!(UNKNOWN));
    let plan = Core::default().plan(&Value::Null, &at_plan);
    assert_eq!(codes(&plan.diagnostics, Level::Error), Vec::<String>::new());
    for project in ["p", "q"] {
        let at_apply = with(config.clone(), "/zone/dmz/gcp/project", json!(project));
        let applied = Core::default().apply(&Value::Null, &at_plan, &at_apply);
        assert!(applied.is_ok(), "{project}: {applied:?}");
    }
}
