//! The rows of `portmatrix_review` as data of any type: mistakes end at the row and name the whole path, what clouds return in
//! addition is ignored, and what is not known yet is not judged.

use crate::support::core::{Answer, Core, UNKNOWN};
use portmatrix::terraform::Provider;
use portmatrix::terraform::diagnostic::{Diagnostic, Path};
use portmatrix::terraform::value::{Fields, Object, Type, Value};
use serde_json::{Value as Json, json};
use std::sync::Arc;

const REVIEW: &str = "portmatrix_review";

fn row() -> Json {
    json!({
        "security_group_id": "sg-1", "ip_protocol": "tcp", "from_port": 443, "to_port": 443, "cidr_ipv4": "10.0.0.0/24",
    })
}

fn existing() -> Json {
    let mut row = row();
    row["security_group_rule_id"] = json!("sgr-1");
    row["is_egress"] = json!(false);
    row
}

fn azure() -> Json {
    json!({
        "name": "a", "priority": 100, "direction": "Inbound", "access": "Allow", "protocol": "Tcp", "source_port_range": "*",
        "destination_port_range": "443", "source_address_prefix": "10.0.0.0/8", "destination_address_prefix": "*",
    })
}

fn gcp() -> Json {
    json!({
        "name": "a", "network": "net", "direction": "INGRESS", "source_ranges": ["10.0.0.0/8"],
        "allow": [{ "protocol": "tcp", "ports": ["443"] }],
    })
}

fn openstack() -> Json {
    json!({
        "security_group_id": "4f3c9a1e-8b57-4f0e-9d7e-2d1f0c5a6b7e", "direction": "ingress", "ethertype": "IPv4", "protocol": "tcp",
        "port_range_min": 443, "port_range_max": 443, "remote_ip_prefix": "10.0.0.0/24",
    })
}

/// A review of each platform in which nothing differs.
fn good() -> Json {
    let mut wanted = azure();
    wanted["resource_group_name"] = json!("rg");
    wanted["network_security_group_name"] = json!("nsg");
    let mut found = openstack();
    found["id"] = json!("rule-1");
    json!({
        "rules": { "dmz/ingress/tcp-443/lan": {
            "zone": "dmz", "direction": "ingress", "peer_zone": "lan", "peer_trust": "internal", "transport": "tcp", "from_port": 443,
            "to_port": 443, "plane": "data", "required": true, "flows": ["shop.front"],
        } },
        "aws_ingress": { "dmz/tcp-443/lan:ipv4:a": row() },
        "azure_rules": { "dmz/ingress/tcp-443/lan:ipv4": wanted },
        "gcp_rules": { "dmz/ingress/tcp-443/lan:ipv4": gcp() },
        "openstack_rules": { "dmz/ingress/tcp-443/lan:ipv4": openstack() },
        "actual_aws": [existing()],
        "actual_azure": { "rg/nsg": [azure()] },
        "actual_gcp": [gcp()],
        "actual_openstack": [found],
    })
}

fn read(config: &Json) -> Answer {
    Core::default().read(REVIEW, config)
}

fn is_in_sync(answer: &Answer) -> bool {
    assert!(answer.errors().is_empty(), "{:#?}", answer.errors());
    answer.state.get("in_sync") == &Value::Bool(true)
}

fn with(pointer: &str, value: Json) -> Json {
    let mut config = good();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    let name = name.replace("~1", "/");
    let parent = config
        .pointer_mut(parent)
        .unwrap_or_else(|| panic!("{pointer}"));
    match (parent, name.parse::<usize>()) {
        (Json::Array(items), Ok(at)) => items[at] = value,
        (parent, _) => parent[&name] = value,
    }
    config
}

#[test]
fn rows_of_every_platform_are_read() {
    let answer = read(&good());
    assert!(is_in_sync(&answer), "{:#}", answer.state.to_json());
    assert_eq!(answer.diagnostics, []);
}

/// As the CLIs convert values of arguments that have a type.
#[test]
fn values_are_converted_and_what_is_null_is_absent() {
    for (pointer, value) in [
        ("/actual_aws/0/from_port", json!("443")),
        ("/actual_aws/0/is_egress", json!("false")),
        ("/actual_aws/0/ip_protocol", json!(6)),
        ("/actual_aws/0/cidr_ipv6", Json::Null),
        ("/actual_aws/0/cidr_ipv6", json!("")),
        ("/actual_azure/rg~1nsg/0/destination_port_range", json!(443)),
        ("/actual_azure/rg~1nsg/0/priority", json!("100")),
        ("/actual_gcp/0/allow/0/ports", json!([443])),
        ("/actual_gcp/0/source_tags", Json::Null),
        ("/actual_gcp/0/deny", json!([])),
        (
            "/aws_ingress/dmz~1tcp-443~1lan:ipv4:a/from_port",
            json!("443"),
        ),
        ("/aws_ingress/~1~1", json!("made by hand")),
        ("/rules", Json::Null),
    ] {
        assert!(is_in_sync(&read(&with(pointer, value))), "{pointer}");
    }
}

/// As a data source with `for_each` has them.
#[test]
fn existing_rules_may_be_under_keys() {
    let answer = read(&with("/actual_aws", json!({ "sgr-1": existing() })));
    assert!(is_in_sync(&answer));
    let mut wider = existing();
    wider["cidr_ipv4"] = json!("10.0.0.0/33");
    let answer = read(&with("/actual_aws", json!({ "sgr-1": wider })));
    let found = said(
        &answer.diagnostics,
        "(at `actual_aws[\"sgr-1\"].cidr_ipv4`)",
    );
    assert_eq!(found.path, Path::ROOT.attribute("actual_aws").key("sgr-1"));
}

/// What data sources return in addition, with names of which some are near to names that the row has.
#[test]
fn what_a_cloud_returns_in_addition_is_ignored() {
    let mut config = good();
    for row in [
        "/actual_aws/0",
        "/actual_azure/rg~1nsg/0",
        "/actual_gcp/0",
        "/actual_openstack/0",
        "/aws_ingress/dmz~1tcp-443~1lan:ipv4:a",
        "/gcp_rules/dmz~1ingress~1tcp-443~1lan:ipv4",
    ] {
        let row = config.pointer_mut(row).unwrap();
        for (name, value) in [
            ("arn", json!("arn:aws:ec2:…")),
            ("id", json!("sgr-1")),
            ("tags", json!({ "Name": "x" })),
            ("tags_all", json!([])),
            ("region", Json::Null),
            ("self_link", json!("https://…")),
            ("creation_timestamp", json!(1)),
            ("log_config", json!([{ "metadata": "x" }])),
            ("filter", json!(null)),
            ("timeouts", json!({})),
            ("tenant_id", json!("t")),
            ("remote_address_group_id", json!("")),
            ("names", json!([])),
            ("directions", json!(1)),
        ] {
            // A row that lacks `name` and has `names` is a mistake.
            let is_near = row.get(name.trim_end_matches('s')).is_none()
                && ["names", "directions"].contains(&name);
            if row.get(name).is_none() && !is_near {
                row[name] = value;
            }
        }
    }
    assert!(
        is_in_sync(&read(&config)),
        "{:#}",
        read(&config).state.to_json()
    );
}

/// The value with other types: tuples as lists or sets, objects as maps where their values have one type.
fn retyped(value: &Value, ty: &Type, list: fn(Box<Type>) -> Type) -> (Value, Type) {
    match (ty, value) {
        (Type::Tuple(types), Value::List(items)) => {
            let inner = types.iter().zip(items);
            let inner: Vec<_> = inner.map(|(ty, it)| retyped(it, ty, list)).collect();
            let first = inner.first().map_or(Type::String, |(_, ty)| ty.clone());
            assert!(inner.iter().all(|(_, ty)| *ty == first), "one type");
            let items = inner.into_iter().map(|(it, _)| it).collect();
            (Value::List(items), list(Box::new(first)))
        }
        (Type::Object(fields), Value::Object(object)) => {
            let inner: Vec<(&str, (Value, Type))> = fields
                .iter()
                .map(|(name, ty)| (name, retyped(object.get(name).unwrap(), ty, list)))
                .collect();
            let first = &inner[0].1.1;
            if inner.iter().all(|(_, (_, ty))| ty == first) {
                let ty = Type::Map(Box::new(first.clone()));
                let map = inner
                    .iter()
                    .map(|(name, (it, _))| (Arc::from(*name), it.clone()));
                return (Value::Map(map.collect()), ty);
            }
            let types = inner.iter().map(|(name, (_, ty))| (*name, ty.clone()));
            let fields = Arc::new(Fields::new(types));
            let object = Object::build(&fields, |name| {
                let found = inner.iter().find(|(it, _)| *it == name).unwrap();
                found.1.0.clone()
            });
            (Value::Object(object), Type::Object(fields))
        }
        _ => (value.clone(), ty.clone()),
    }
}

#[test]
fn tuples_lists_sets_objects_and_maps_say_the_same() {
    let core = Core::default();
    let config = core.data_config(REVIEW, &good());
    let plain = core.read_value(REVIEW, &config).state;
    for list in [Type::List as fn(Box<Type>) -> Type, Type::Set] {
        let Value::Object(object) = config.clone() else {
            panic!("a configuration is an object")
        };
        let config = Value::Object(object.map(|_, it| match &it {
            Value::Dynamic(given) => {
                let (value, ty) = retyped(&given.value, &given.ty, list);
                Value::dynamic(ty, value)
            }
            _ => it,
        }));
        let answer = core.read_value(REVIEW, &config);
        assert!(is_in_sync(&answer));
        // What was given is in the state as it came; the answer is the same.
        assert_eq!(answer.state.get("actual_aws"), config.get("actual_aws"));
        for output in ["findings", "summary", "markdown", "missing", "extra"] {
            assert_eq!(answer.state.get(output), plain.get(output), "{output}");
        }
    }
}

fn said<'d>(diagnostics: &'d [Diagnostic], words: &str) -> &'d Diagnostic {
    let found = diagnostics.iter().find(|it| it.detail.contains(words));
    found.unwrap_or_else(|| panic!("not said: {words}\n{diagnostics:#?}"))
}

/// The diagnostic ends at the row, where the CLIs find the line, and its text has the whole path.
#[test]
fn mistakes_end_at_the_row_and_name_the_path() {
    let aws = || Path::ROOT.attribute("actual_aws");
    let gcp = || Path::ROOT.attribute("actual_gcp");
    let nsg = || Path::ROOT.attribute("actual_azure").key("rg/nsg");
    let wanted = || {
        Path::ROOT
            .attribute("aws_ingress")
            .key("dmz/tcp-443/lan:ipv4:a")
    };
    let key = "/aws_ingress/dmz~1tcp-443~1lan:ipv4:a";
    let at = |name: &str| format!("{key}/{name}");
    #[rustfmt::skip]
    let mistakes = [
        ("/actual_aws".to_owned(), json!("x"), aws(), "expected a list, found text"),
        ("/actual_aws".to_owned(), json!(true), aws(), "expected a list, found true or false"),
        ("/actual_aws/0".to_owned(), json!("sgr-1"), aws().index(0), "expected an object, found text (at `actual_aws[0]`)"),
        ("/actual_aws/0".to_owned(), json!([existing()]), aws().index(0), "expected an object, found a list"),
        ("/actual_aws/0".to_owned(), Json::Null, aws().index(0), "an element is `null`"),
        ("/actual_aws/0/from_port".to_owned(), json!("https"), aws().index(0), "expected a number, found text (at `actual_aws[0][\"from_port\"]`)"),
        ("/actual_aws/0/from_port".to_owned(), json!(443.5), aws().index(0), "`443.5` is not a whole number"),
        ("/actual_aws/0/is_egress".to_owned(), json!("no"), aws().index(0), "expected true or false, found text"),
        ("/actual_aws/0/cidr_ipv4".to_owned(), json!(["10.0.0.0/8"]), aws().index(0), "expected text, found a list"),
        ("/actual_aws/0/cidr_ipv4".to_owned(), json!("10.0.0.0/33"), aws().index(0), "(at `actual_aws[0].cidr_ipv4`)"),
        ("/aws_ingress".to_owned(), json!([row()]), Path::ROOT.attribute("aws_ingress"), "expected an object, found a list"),
        (key.to_owned(), json!(7), wanted(), "expected an object, found a number"),
        (at("to_port"), json!({}), wanted(), "expected a number, found an object"),
        ("/rules".to_owned(), json!([]), Path::ROOT.attribute("rules"), "expected an object, found a list"),
        ("/actual_azure".to_owned(), json!([azure()]), Path::ROOT.attribute("actual_azure"), "expected an object, found a list"),
        ("/actual_azure/rg~1nsg".to_owned(), json!(azure()), nsg(), "expected an object, found text (at `actual_azure[\"rg/nsg\"][\"access\"]`)"),
        ("/actual_azure/rg~1nsg/0/source_address_prefixes".to_owned(), json!("10.0.0.0/8"), nsg(), "`[\"10.0.0.0/8\"]`"),
        ("/actual_gcp/0/allow".to_owned(), json!({ "protocol": "tcp" }), gcp().index(0), "expected a list, found an object"),
        ("/actual_gcp/0/allow/0/ports".to_owned(), json!("443"), gcp().index(0), "actual_gcp[0][\"allow\"][0][\"ports\"]"),
        ("/actual_gcp/0/allow/0/ports/0".to_owned(), json!(["443"]), gcp().index(0), "expected text, found a list"),
    ];
    for (pointer, value, place, words) in mistakes {
        let answer = read(&with(&pointer, value.clone()));
        assert!(!answer.errors().is_empty(), "{pointer} = {value}");
        assert_eq!(
            said(&answer.diagnostics, words).path,
            place,
            "{pointer} = {value}"
        );
        assert!(answer.state.is_null());
    }
}

/// A required attribute that is not there is not one without a value.
#[test]
fn what_a_row_must_have_is_named() {
    for (row, name, place) in [
        ("/actual_aws/0", "is_egress", "actual_aws[0].is_egress"),
        (
            "/actual_aws/0",
            "security_group_id",
            "actual_aws[0].security_group_id",
        ),
        (
            "/actual_azure/rg~1nsg/0",
            "priority",
            "actual_azure[\"rg/nsg\"][0].priority",
        ),
        ("/actual_gcp/0", "network", "actual_gcp[0].network"),
        (
            "/actual_openstack/0",
            "ethertype",
            "actual_openstack[0].ethertype",
        ),
        (
            "/rules/dmz~1ingress~1tcp-443~1lan",
            "peer_trust",
            "rules[\"dmz/ingress/tcp-443/lan\"].peer_trust",
        ),
    ] {
        let mut config = good();
        let fields = config.pointer_mut(row).unwrap().as_object_mut().unwrap();
        assert!(fields.remove(name).is_some());
        let answer = read(&config);
        let words = format!("`{name}` is required, but is not set (at `{place}`)");
        said(&answer.diagnostics, &words);
    }
}

/// A rule without its peer or its ports allows more than was meant.
#[test]
fn a_misspelt_attribute_is_an_error_with_the_nearest_name() {
    for (row, name, wrong) in [
        ("/actual_aws/0", "cidr_ipv4", "cidr_ip4"),
        ("/actual_aws/0", "cidr_ipv4", "CIDR_IPv4"),
        ("/actual_aws/0", "from_port", "form_port"),
        ("/actual_aws/0", "is_egress", "is_ingress"),
        (
            "/aws_ingress/dmz~1tcp-443~1lan:ipv4:a",
            "to_port",
            "to_ports",
        ),
        (
            "/actual_azure/rg~1nsg/0",
            "source_address_prefix",
            "source_adress_prefix",
        ),
        ("/actual_azure/rg~1nsg/0", "access", "acess"),
        ("/actual_gcp/0", "source_ranges", "sourceRanges"),
        ("/actual_gcp/0", "allow", "allows"),
        ("/actual_gcp/0/allow/0", "ports", "port"),
        ("/actual_openstack/0", "remote_ip_prefix", "remote_ip_prefx"),
        ("/rules/dmz~1ingress~1tcp-443~1lan", "peer_zone", "peerzone"),
    ] {
        let mut config = good();
        let fields = config.pointer_mut(row).unwrap().as_object_mut().unwrap();
        let value = fields.remove(name).unwrap();
        fields.insert(wrong.to_owned(), value);
        let answer = read(&config);
        let found = said(&answer.diagnostics, &format!("unknown attribute `{wrong}`"));
        assert!(
            found.detail.contains(&format!("id you mean `{name}`?")),
            "{found:#?}"
        );
        assert!(
            found.detail.contains(&format!("[\"{wrong}\"]`)")),
            "{found:#?}"
        );
    }
}

/// Core validates with unknown values anywhere, and reads when all is known.
#[test]
fn what_is_not_known_yet_is_not_judged() {
    fn places(at: &str, json: &Json, found: &mut Vec<String>) {
        let step = |name: &str| format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"));
        match json {
            Json::Object(map) => {
                for (name, it) in map {
                    found.push(step(name));
                    places(&step(name), it, found);
                }
            }
            Json::Array(items) => {
                for (index, it) in items.iter().enumerate() {
                    found.push(step(&index.to_string()));
                    places(&step(&index.to_string()), it, found);
                }
            }
            _ => {}
        }
    }
    let core = Core::default();
    let mut all = Vec::new();
    places("", &good(), &mut all);
    assert!(all.len() > 80, "{all:?}");
    for pointer in &all {
        let config = core.data_config(REVIEW, &with(pointer, json!(UNKNOWN)));
        let found = core.provider.validate_data_source(REVIEW, &config);
        assert_eq!(found, [], "{pointer}");
        // Null is absent, or an error; where the review is made, the answer is whole, which `read` checks.
        let answer = read(&with(pointer, Json::Null));
        assert_eq!(answer.errors().is_empty(), !answer.state.is_null());
    }
}

/// More mistakes than a person reads are not all listed.
#[test]
fn the_first_mistakes_are_enough() {
    let rows = vec![json!({ "security_group_id": 1 }); 1000];
    let answer = read(&with("/actual_aws", json!(rows)));
    assert_eq!(answer.errors().len(), 1);
    assert_eq!(answer.errors()[0].detail.matches("is required").count(), 20);
}
