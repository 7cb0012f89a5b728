//! A layout as data, in `zones`, `products` and `flows`: what it gives, and what is not known yet holds back as much as in blocks.

use crate::conformance::{codes, edge, keys, with};
use crate::support::core::Core;
use portmatrix::terraform::diagnostic::{Level, Path};
use portmatrix::terraform::value::{Type, Value};
use serde_json::{Value as Json, json};

/// [`edge`] as data.
pub(super) fn edge_as_data() -> Json {
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
            codes(&plan.diagnostics, Level::Warning),
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
