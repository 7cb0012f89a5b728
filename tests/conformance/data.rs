//! A layout as data, in `zones`, `products` and `flows`: mistakes end at the entry and name the whole path, and what is not
//! known yet holds back as much as in blocks.

use crate::conformance::{codes, edge, keys, with};
use crate::support::core::Core;
use portmatrix::terraform::diagnostic::{Path, Severity};
use portmatrix::terraform::value::{Type, Value};
use serde_json::{Value as Json, json};

/// [`edge`] as data.
fn edge_as_data() -> Json {
    let blocks = edge();
    json!({ "zones": blocks["zone"], "products": blocks["product"] })
}

const OUTPUTS: [&str; 7] = [
    "rules",
    "aws_ingress",
    "aws_egress",
    "azure_rules",
    "gcp_rules",
    "counts",
    "digests",
];

#[test]
fn data_gives_what_blocks_give() {
    let core = Core::default();
    let blocks = core.apply(&Value::Null, &edge(), &edge()).unwrap();
    let data = edge_as_data();
    let data = core.apply(&Value::Null, &data, &data).unwrap();
    assert!(!keys(&blocks, "aws_ingress").is_empty());
    for output in OUTPUTS {
        assert_eq!(blocks.get(output), data.get(output), "{output}");
    }
    // A zone of each kind.
    let mut mixed = edge();
    let ops = mixed["zone"].as_object_mut().unwrap().remove("ops");
    mixed["zones"] = json!({ "ops": ops });
    let mixed = core.apply(&Value::Null, &mixed, &mixed).unwrap();
    assert_eq!(mixed.get("rules"), blocks.get("rules"));
}

#[test]
fn values_are_converted_and_what_is_null_is_absent() {
    let core = Core::default();
    let plain = core.apply(&Value::Null, &edge(), &edge()).unwrap();
    let mut data = edge_as_data();
    data["zones"]["//"] = json!("who may reach Kong");
    data["zones"]["gone"] = Json::Null;
    data["zones"]["dmz"]["//"] = json!(["a", 1]);
    data["zones"]["dmz"]["azure"] = Json::Null;
    data["zones"]["dmz"]["host"] = json!(false);
    data["zones"]["dmz"]["exact"] = json!("false");
    data["zones"]["dmz"]["aws"]["max_rules"] = json!("60");
    data["zones"]["ops"]["ipv4"]["//"] = json!("the office's VPN");
    data["products"]["kong"]["ports"] = json!({ "proxy-https": 8443 });
    data["flows"] = Json::Null;
    let data = core.apply(&Value::Null, &data, &data).unwrap();
    for output in OUTPUTS {
        assert_eq!(plain.get(output), data.get(output), "{output}");
    }
    for (host, rulesets) in [
        (json!({}), 1),
        (json!(true), 1),
        (json!(false), 0),
        (Json::Null, 0),
    ] {
        let data = with(edge_as_data(), "/zones/dmz/host", host.clone());
        let answer = core.plan(&Value::Null, &data);
        assert_eq!(keys(&answer.state, "nftables").len(), rulesets, "{host}");
    }
}

/// The diagnostic ends at the entry, where the CLIs find the line, and its text has the whole path.
#[test]
fn mistakes_end_at_the_entry_and_name_the_path() {
    let core = Core::default();
    for (pointer, value, place, words) in [
        (
            "/zones",
            json!("x"),
            "zones",
            "expected an object, found text",
        ),
        (
            "/zones",
            json!([]),
            "zones",
            "expected an object, found a list",
        ),
        ("/products", json!(7), "products", "products = { <name> ="),
        (
            "/flows",
            json!(true),
            "flows",
            "expected an object, found true or false",
        ),
        (
            "/zones/dmz",
            json!("x"),
            "zones[\"dmz\"]",
            "expected an object, found text",
        ),
        (
            "/zones/dmz",
            json!([{}]),
            "zones[\"dmz\"]",
            "expected an object, found a list",
        ),
        (
            "/zones/dmz/compnents",
            json!([]),
            "zones[\"dmz\"][\"compnents\"]",
            "id you mean `components`?",
        ),
        (
            "/zones/dmz/aws/security_group",
            json!("sg-1"),
            "zones[\"dmz\"].aws[\"security_group\"]",
            "id you mean `security_group_id`?",
        ),
        (
            "/zones/dmz/tags",
            json!({}),
            "zones[\"dmz\"][\"tags\"]",
            "`components`",
        ),
        (
            "/zones/dmz/host",
            json!({ "table": "x" }),
            "zones[\"dmz\"].host[\"table\"]",
            "no argument `table`",
        ),
        (
            "/zones/dmz/host",
            json!(1),
            "zones[\"dmz\"].host",
            "expected an object, found a number",
        ),
        (
            "/zones/dmz/aws",
            json!("sg-1"),
            "zones[\"dmz\"].aws",
            "expected an object, found text",
        ),
        (
            "/zones/dmz/aws",
            json!([{ "security_group_id": "sg-1" }]),
            "zones[\"dmz\"].aws",
            "found a list",
        ),
        (
            "/zones/dmz/aws/max_rules",
            json!("many"),
            "zones[\"dmz\"].aws.max_rules",
            "expected a number, found text",
        ),
        (
            "/zones/dmz/aws/max_rules",
            json!([1]),
            "zones[\"dmz\"].aws.max_rules",
            "expected a number, found a list",
        ),
        (
            "/zones/dmz/aws/prefix_list_ids",
            json!(["pl-1"]),
            "zones[\"dmz\"].aws.prefix_list_ids",
            "expected an object",
        ),
        (
            "/zones/dmz/components",
            json!("kong.node"),
            "zones[\"dmz\"].components",
            "`[\"kong.node\"]`",
        ),
        (
            "/zones/dmz/components",
            json!({ "a": "kong.node" }),
            "zones[\"dmz\"].components",
            "expected a list",
        ),
        (
            "/zones/dmz/components",
            json!([["kong.node"]]),
            "zones[\"dmz\"].components[0]",
            "expected text, found a list",
        ),
        (
            "/zones/dmz/components",
            json!(["kong.node", {}]),
            "zones[\"dmz\"].components[1]",
            "expected text, found an object",
        ),
        (
            "/zones/dmz/components",
            json!(["kong.node", null]),
            "zones[\"dmz\"].components[1]",
            "null",
        ),
        (
            "/zones/dmz/components",
            json!(["kong.nod"]),
            "zones[\"dmz\"].components[0]",
            "id you mean `node`?",
        ),
        (
            "/zones/dmz/components",
            json!(["kng.node"]),
            "zones[\"dmz\"].components[0]",
            "id you mean `kong`?",
        ),
        (
            "/zones/dmz/components",
            Json::Null,
            "zones[\"dmz\"].components",
            "required",
        ),
        (
            "/zones/dmz/ipv4",
            json!("10.0.0.0/8"),
            "zones[\"dmz\"].ipv4",
            "expected an object, found text",
        ),
        (
            "/zones/dmz/ipv4",
            json!(["10.0.0.0/8"]),
            "zones[\"dmz\"].ipv4",
            "expected an object, found a list",
        ),
        (
            "/zones/dmz/ipv4/a",
            json!("10.0.0.1/8"),
            "zones[\"dmz\"].ipv4[\"a\"]",
            "10.0.0.0/8",
        ),
        (
            "/zones/dmz/ipv4/a",
            json!(["10.0.0.0/8"]),
            "zones[\"dmz\"].ipv4[\"a\"]",
            "expected text, found a list",
        ),
        (
            "/zones/dmz/trust",
            json!("publc"),
            "zones[\"dmz\"].trust",
            "`public`",
        ),
        (
            "/zones/dmz/trust",
            json!({}),
            "zones[\"dmz\"].trust",
            "expected text, found an object",
        ),
        (
            "/zones/dmz/exact",
            json!("maybe"),
            "zones[\"dmz\"].exact",
            "expected true or false, found text",
        ),
        (
            "/zones/dmz/kubernetes",
            json!({ "namespace": "a", "pod_labels": { "app": null } }),
            "zones[\"dmz\"].kubernetes.pod_labels[\"app\"]",
            "null",
        ),
        (
            "/zones/dmz/gcp",
            json!({ "target_tags": ["UP"] }),
            "zones[\"dmz\"].gcp.target_tags[0]",
            "network tag",
        ),
        (
            "/zones/dmz/azure",
            json!({ "resource_group_name": "rg" }),
            "zones[\"dmz\"].azure.network_security_group_name",
            "set them together",
        ),
        (
            "/zones/DMZ",
            json!({ "components": [] }),
            "zones[\"DMZ\"]",
            "rite `dmz`",
        ),
        (
            "/products/kong/version",
            json!(3.1),
            "products[\"kong\"].version",
            "the number 3.1",
        ),
        (
            "/products/kong/version",
            json!(3),
            "products[\"kong\"].version",
            "in quotes",
        ),
        (
            "/products/kong/version",
            json!("latest"),
            "products[\"kong\"].version",
            "newest",
        ),
        (
            "/products/kong/port",
            json!({}),
            "products[\"kong\"][\"port\"]",
            "id you mean `ports`?",
        ),
        (
            "/products/kong/ports",
            json!({ "proxy-htps": "443" }),
            "products[\"kong\"].ports[\"proxy-htps\"]",
            "proxy-https",
        ),
        (
            "/products/kong/enable",
            json!("status"),
            "products[\"kong\"].enable",
            "`[\"status\"]`",
        ),
        (
            "/flows",
            json!({ "ssh": { "from": ["ops"], "to": ["dmz"] } }),
            "flows[\"ssh\"].services",
            "required",
        ),
        (
            "/flows",
            json!({ "ssh": { "from": ["ops"], "to": ["dmx"], "services": ["tcp/22"] } }),
            "flows[\"ssh\"].to[0]",
            "id you mean `dmz`?",
        ),
        (
            "/flows",
            json!({ "ssh": { "from": ["ops"], "to": ["dmz"], "services": ["tcp22"] } }),
            "flows[\"ssh\"].services[0]",
            "tcp22",
        ),
    ] {
        let config = with(edge_as_data(), pointer, value.clone());
        let shown = core.validate(&config);
        let found = shown.iter().find(|it| it.detail.contains(words));
        let Some(found) = found else {
            panic!("{pointer} = {value} without {words:?}: {shown:#?}")
        };
        assert_eq!(found.severity, Severity::Error);
        let (argument, key) = place
            .split_once('[')
            .map_or((place, None), |(argument, rest)| {
                (argument, rest.split('"').nth(1))
            });
        let line = Path::ROOT.attribute(argument);
        let line = key.map_or(line.clone(), |key| line.key(key));
        assert_eq!(found.path, line, "{pointer} = {value}");
        assert!(
            found.detail.contains(&format!("`{place}`")),
            "{pointer} = {value}: {}",
            found.detail
        );
        let plan = core.plan(&Value::Null, &config);
        assert!(plan.state.is_null(), "{pointer} = {value} was planned");
    }
}

#[test]
fn a_name_is_given_once() {
    let mut config = edge();
    config["zones"] = json!({ "dmz": { "components": ["kong.node"] } });
    let shown = Core::default().validate(&config);
    assert_eq!(codes(&shown, Severity::Error), ["bad-value"]);
    assert_eq!(shown[0].path, Path::ROOT.attribute("zones").key("dmz"));
    assert!(shown[0].detail.contains("also the label of a `zone` block"));
}

#[test]
fn ids_may_be_unknown_and_what_decides_may_not() {
    let core = Core::default();
    let known = edge_as_data();
    let keys_of = |plan: &Value| {
        OUTPUTS[..3]
            .iter()
            .map(|it| keys(plan, it))
            .collect::<Vec<_>>()
    };
    let at_apply = core.plan(&Value::Null, &known).state;
    for pointer in [
        "/zones/dmz/aws/security_group_id",
        "/zones/dmz/ipv4/a",
        "/zones/ops/ipv4/vpn",
    ] {
        let at_plan = with(known.clone(), pointer, json!("?"));
        let plan = core.plan(&Value::Null, &at_plan);
        assert_eq!(keys_of(&plan.state), keys_of(&at_apply), "{pointer}");
        core.apply(&Value::Null, &at_plan, &known).unwrap();
    }
    for (pointer, place) in [
        ("/zones", "`zones`"),
        ("/products", "`products`"),
        ("/zones/dmz", "`zones[\"dmz\"]`"),
        ("/zones/dmz/aws", "`zones[\"dmz\"].aws`"),
        ("/zones/dmz/ipv4", "`zones[\"dmz\"].ipv4`"),
        ("/zones/dmz/components", "`zones[\"dmz\"].components`"),
        ("/products/kong", "`products[\"kong\"]`"),
        ("/products/kong/version", "`products[\"kong\"].version`"),
    ] {
        let at_plan = with(known.clone(), pointer, json!("?"));
        assert_eq!(core.validate(&at_plan), [], "{pointer}");
        let plan = core.plan(&Value::Null, &at_plan);
        assert_eq!(
            codes(&plan.diagnostics, Severity::Warning),
            ["collection-unknown"]
        );
        let detail = &plan.diagnostics[0].detail;
        assert!(detail.contains(place), "{pointer}: {detail}");
        assert!(plan.state.get("rules").is_unknown(), "{pointer}");
        core.apply(&Value::Null, &at_plan, &known).unwrap();
    }
}

/// A list is wrapped in `tolist`, or a variable gets another type: nothing changes.
#[test]
fn another_type_alone_is_no_change() {
    let core = Core::default();
    let config = core.config(&edge_as_data());
    let prior = core.apply_value(&Value::Null, &config, &config).unwrap();
    let Value::Object(object) = &config else {
        panic!("no object")
    };
    let lists = |it: &Value| match it {
        Value::Dynamic(it) => Value::dynamic(with_lists(&it.ty), it.value.clone()),
        other => other.clone(),
    };
    let other = Value::Object(object.clone().map(|_, it| lists(&it)));
    assert_ne!(other, config);
    let plan = core.plan_value(&prior, &other);
    assert_eq!(plan.errors(), [] as [&_; 0]);
    assert_eq!(plan.state, prior);
    core.apply_value(&prior, &other, &other).unwrap();
    // With a change in it, what is given is planned.
    let changed = with(edge_as_data(), "/zones/ops/ipv4/vpn", json!("10.98.0.0/16"));
    let state = core.apply(&prior, &changed, &changed).unwrap();
    assert_eq!(state.get("zones"), core.config(&changed).get("zones"));
}

/// Tuples as lists, at every depth.
fn with_lists(ty: &Type) -> Type {
    match ty {
        Type::Tuple(items) => {
            let first = items.first().map_or(Type::String, with_lists);
            Type::List(Box::new(first))
        }
        Type::Object(fields) => {
            let fields = fields.iter().map(|(name, ty)| (name, with_lists(ty)));
            let fields = portmatrix::terraform::value::Fields::new(fields);
            Type::Object(std::sync::Arc::new(fields))
        }
        other => other.clone(),
    }
}

#[test]
fn a_matrix_that_changed_is_found_for_products_as_data_too() {
    let core = Core::default();
    let shop = include_str!("../../examples/own-product/products/shop.toml");
    let config = |text: &str| {
        json!({
            "zones": {
                "a": { "components": ["shop.customer"], "ipv4": { "a": "10.1.0.0/24" } },
                "b": { "components": ["shop.web"], "ipv4": { "a": "10.2.0.0/24" }, "host": true },
            },
            "products": { "shop": { "definition": text } },
        })
    };
    let (old, new) = (config(shop), config(&shop.replace("8443", "9443")));
    let prior = core.apply(&Value::Null, &old, &old).unwrap();
    let plan = core.plan(&prior, &new);
    let found = plan
        .diagnostics
        .iter()
        .find(|it| it.summary.starts_with("catalogue-changed"));
    let found = found.unwrap_or_else(|| panic!("{:#?}", plan.diagnostics));
    assert_eq!(found.path, Path::ROOT.attribute("products").key("shop"));
}
