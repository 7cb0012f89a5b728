//! The schemas: sound for the CLIs, described for people, and kept by the states that the provider computes.

use portmatrix::catalog::FILES;
use portmatrix::provider::{Portmatrix, schemas};
use portmatrix::render::{Column, ColumnKind, aws, azure, gcp};
use portmatrix::terraform::diagnostic::{Diagnostic, Level};
use portmatrix::terraform::schema::{Attribute, Block, Mode, Schema, problems};
use portmatrix::terraform::value::{Fields, Object, Type, Value};
use portmatrix::terraform::{Provider, json};
use std::sync::Arc;

const RULES: &str = "portmatrix_rules";
const PRODUCT: &str = "portmatrix_product";

/// Every schema by name.
fn all() -> Vec<(&'static str, Schema)> {
    let schemas = schemas();
    [("provider", schemas.provider)]
        .into_iter()
        .chain(schemas.resources)
        .chain(schemas.data_sources)
        .collect()
}

fn block(kind: &str) -> Block {
    let found = all().into_iter().find(|(it, _)| *it == kind);
    found
        .unwrap_or_else(|| panic!("there is no {kind}"))
        .1
        .block
}

/// A configuration, from JSON in which what is left out is absent.
fn config(kind: &str, text: &str) -> Value {
    json::decode(text.as_bytes(), &block(kind).ty()).expect("it is of the type")
}

fn fine(kind: &str, (state, diagnostics): (Value, Vec<Diagnostic>)) -> Value {
    let errors: Vec<&Diagnostic> = diagnostics
        .iter()
        .filter(|it| it.severity == Level::Error)
        .collect();
    assert!(errors.is_empty(), "{errors:#?}");
    let mut misfits = Vec::new();
    misfit(kind, &state, &block(kind).ty(), &mut misfits);
    assert!(misfits.is_empty(), "{misfits:#?}");
    state
}

/// Where a value is not of its type: another kind, or an object with other names.
fn misfit(place: &str, value: &Value, ty: &Type, found: &mut Vec<String>) {
    match (value, ty) {
        (Value::Null | Value::Unknown, _)
        | (Value::String(_), Type::String)
        | (Value::Bool(_), Type::Bool) => {}
        (Value::Number(digits), Type::Number) => {
            if digits.parse::<f64>().is_err() {
                found.push(format!("{place}: `{digits}` is no number"));
            }
        }
        (Value::List(items), Type::List(inner)) => {
            for (at, it) in items.iter().enumerate() {
                misfit(&format!("{place}[{at}]"), it, inner, found);
            }
        }
        (Value::Map(items), Type::Map(inner)) => {
            for (key, it) in items {
                misfit(&format!("{place}[{key:?}]"), it, inner, found);
            }
        }
        (Value::Object(object), Type::Object(fields)) => {
            let names: Vec<&str> = object.iter().map(|(name, _)| name).collect();
            let wanted: Vec<&str> = fields.iter().map(|(name, _)| name).collect();
            if names != wanted {
                found.push(format!("{place}: {names:?} in place of {wanted:?}"));
            }
            for ((name, it), (_, ty)) in object.iter().zip(fields.iter()) {
                misfit(&format!("{place}.{name}"), it, ty, found);
            }
        }
        (Value::Dynamic(it), Type::Dynamic) => misfit(place, &it.value, &it.ty, found),
        _ => found.push(format!("{place}: {value:?} is no {ty:?}")),
    }
}

/// Every block with its place, and the block itself.
fn blocks(place: &str, block: &Block) -> Vec<(String, Block)> {
    let nested = block
        .blocks
        .iter()
        .flat_map(|it| blocks(&format!("{place}.{}", it.name), &it.block));
    [(place.to_owned(), block.clone())]
        .into_iter()
        .chain(nested)
        .collect()
}

fn every_block() -> Vec<(String, Block)> {
    all()
        .iter()
        .flat_map(|(kind, it)| blocks(kind, &it.block))
        .collect()
}

fn attribute(kind: &str, name: &str) -> Attribute {
    let found = block(kind)
        .attributes
        .into_iter()
        .find(|it| it.name == name);
    found.unwrap_or_else(|| panic!("{kind} has no {name}"))
}

/// What is wrong with a description, if anything.
fn fault(text: &str) -> Option<&'static str> {
    let marks = text.matches('`').count();
    if text.split_whitespace().count() < 2 {
        Some("is no sentence")
    } else if !text.ends_with('.') {
        Some("has no full stop")
    } else if !text.starts_with(|it: char| it.is_uppercase() || it == '`') {
        Some("begins with a small letter")
    } else if text.contains("  ") && !text.contains("\n  - ") {
        Some("has two spaces")
    } else if !marks.is_multiple_of(2) {
        Some("has a backtick without its pair")
    } else {
        None
    }
}

#[test]
fn the_clis_accept_them() {
    assert_eq!(problems(&schemas()), [""; 0]);
}

/// The generator of cdktf names a class for a map of maps of objects, and does not make it: no binding of the provider compiles then.
#[test]
fn generators_of_bindings_know_every_type() {
    fn is_known(ty: &Type) -> bool {
        match ty {
            Type::Map(inner) => !matches!(**inner, Type::Map(_)) && is_known(inner),
            Type::List(inner) | Type::Set(inner) => is_known(inner),
            Type::Object(fields) => fields.iter().all(|(_, ty)| is_known(ty)),
            Type::Tuple(_) => false,
            Type::String | Type::Number | Type::Bool | Type::Dynamic => true,
        }
    }
    for (place, block) in every_block() {
        for it in &block.attributes {
            assert!(is_known(&it.ty), "{place}.{}", it.name);
        }
    }
}

#[test]
fn everything_is_described() {
    let mut found = Vec::new();
    for (place, block) in every_block() {
        let attributes = block
            .attributes
            .iter()
            .map(|it| (format!("{place}.{}", it.name), &it.description));
        for (name, description) in [(place.clone(), &block.description)]
            .into_iter()
            .chain(attributes)
        {
            if let Some(fault) = fault(description) {
                found.push(format!("{name} {fault}: {description}"));
            }
        }
    }
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

/// A default that is a word is in the description, so that a reader need not look for it in the code.
#[test]
fn optional_words_name_their_default() {
    for (name, default) in [
        ("name", "`default`"),
        ("fail_on", "`error`"),
        ("verbose", "`false`"),
        ("directions", "both"),
    ] {
        let description = attribute(RULES, name).description;
        assert!(
            description.contains(&format!("Default {default}.")),
            "{name}"
        );
    }
}

fn kind(column: &Column) -> Type {
    match column.kind {
        ColumnKind::Text => Type::String,
        ColumnKind::Number => Type::Number,
        ColumnKind::Texts => Type::List(Box::new(Type::String)),
        ColumnKind::Blocks(columns) => {
            let fields = Fields::new(columns.iter().map(|it| (it.name, kind(it))));
            Type::List(Box::new(Type::Object(Arc::new(fields))))
        }
    }
}

#[test]
fn rows_have_the_columns_of_their_renderer() {
    for (output, of_output) in [
        ("aws_ingress", aws::COLUMNS),
        ("aws_egress", aws::COLUMNS),
        ("azure_rules", azure::COLUMNS),
        ("gcp_rules", gcp::COLUMNS),
    ] {
        let it = attribute(RULES, output);
        assert_eq!(it.mode, Mode::Computed);
        let Type::Map(row) = &it.ty else {
            panic!("{output} is a map")
        };
        let Type::Object(fields) = &**row else {
            panic!("{output} holds objects")
        };
        let mut columns: Vec<(&str, Type)> =
            of_output.iter().map(|it| (it.name, kind(it))).collect();
        columns.sort_by_key(|it| it.0);
        let fields: Vec<(&str, Type)> =
            fields.iter().map(|(name, ty)| (name, ty.clone())).collect();
        assert_eq!(fields, columns, "{output}");
        for column in of_output {
            assert!(
                it.description.contains(&format!("  - `{}`: ", column.name)),
                "{output}"
            );
            assert_eq!(fault(column.description), None, "{}", column.name);
        }
    }
}

/// A layout with every sort of row: blocks of both families, a group, the group itself, a prefix list, ICMP, everything.
const LAYOUT: &str = r#"{
    "name": "edge", "verbose": true,
    "zone": {
        "internet": { "trust": "public", "components": ["kong.client"], "ipv4": { "any": "0.0.0.0/0" }, "ipv6": { "any": "::/0" } },
        "dmz": { "trust": "dmz", "components": ["kong.node"], "ipv4": { "a": "10.1.0.0/24" }, "aws": [{ "security_group_id": "sg-1" }] },
        "ops": { "trust": "restricted", "components": ["kong.admin"], "aws": [{ "prefix_list_ids": { "vpn": "pl-1" } }] },
        "data": { "components": ["kong.postgresql"], "aws": [{ "security_group_id": "sg-2" }], "host": [{}] },
        "vnet": {
            "components": [], "ipv4": { "a": "10.2.0.0/24", "b": "10.2.1.0/24" }, "ipv6": { "a": "2001:db8::/64" },
            "azure": [{ "network_security_group_name": "nsg", "resource_group_name": "net" }]
        },
        "apps": { "components": [], "azure": [{ "application_security_group_ids": { "a": "asg-1", "b": "asg-2" } }] },
        "monitor": { "components": [], "azure": [{ "service_tag": "AzureMonitor" }] },
        "tagged": {
            "components": [], "ipv4": { "a": "10.3.0.0/24" }, "ipv6": { "a": "2001:db8:3::/64" },
            "gcp": [{ "network": "vpc", "project": "lab", "target_tags": ["web"] }]
        },
        "accounts": {
            "components": [], "ipv4": { "a": "10.4.0.0/24" },
            "gcp": [{ "network": "vpc", "service_accounts": ["db@lab.iam.gserviceaccount.com"] }]
        },
        "pods": { "components": [], "ipv4": { "a": "10.5.0.0/24" }, "kubernetes": [{ "namespace": "apps", "pod_labels": { "app": "web" } }] },
        "servers": {
            "components": [], "ipv4": { "a": "10.6.0.0/24" },
            "openstack": [{ "security_group_id": "4f3c9a1e-8b57-4f0e-9d7e-2d1f0c5a6b7e", "delete_default_rules": true }]
        }
    },
    "product": { "kong": { "version": "3.9", "ports": { "proxy-https": "443" } } },
    "flow": {
        "vnet": { "from": ["apps", "monitor", "internet", "vnet"], "to": ["vnet"], "services": ["tcp/443", "icmp", "any"], "exposure": "public" },
        "google": { "from": ["tagged", "accounts"], "to": ["tagged", "accounts"], "services": ["tcp/443", "icmp", "any"] },
        "cluster": { "from": ["tagged", "pods"], "to": ["pods"], "services": ["tcp/443", "any"] },
        "stack": { "from": ["pods", "servers"], "to": ["servers"], "services": ["tcp/443", "icmp", "any"] },
        "ping": { "from": ["dmz"], "to": ["data", "dmz"], "services": ["icmp", "esp", "any"] }
    },
    "accept": []
}"#;

#[test]
fn computed_states_keep_the_schema() {
    let provider = Portmatrix::default();
    let config = config(RULES, LAYOUT);
    assert_eq!(provider.validate_resource(RULES, &config).len(), 0);
    let planned = fine(RULES, provider.plan(RULES, &Value::Null, &config));
    let applied = fine(
        RULES,
        provider.apply(RULES, &Value::Null, &planned, &config),
    );
    assert_eq!(applied, planned);
    for output in block(RULES)
        .attributes
        .iter()
        .filter(|it| it.mode == Mode::Computed)
    {
        let value = applied.get(output.name);
        let filled = match value {
            Value::Map(items) => !items.is_empty(),
            Value::List(items) => !items.is_empty(),
            value => value.as_str().is_some(),
        };
        assert!(
            filled,
            "{} is {value:?}, so nothing of it was checked",
            output.name
        );
    }
    let again = fine(RULES, provider.plan(RULES, &applied, &config));
    assert_eq!(again, applied, "a second plan changes nothing");
}

#[test]
fn unknown_states_keep_the_schema() {
    let provider = Portmatrix::default();
    let known = config(RULES, LAYOUT);
    // The whole of `directions` decides, so every output is unknown, and what was given stays as it was.
    let planned = fine(
        RULES,
        provider.plan(
            RULES,
            &Value::Null,
            &with(&known, "directions", &Value::Unknown),
        ),
    );
    for it in block(RULES).attributes {
        match it.mode {
            Mode::Computed if it.name != "id" => {
                assert!(planned.get(it.name).is_unknown(), "{}", it.name);
            }
            _ => {}
        }
    }
    assert_eq!(planned.get("zone"), known.get("zone"));
}

/// An object with another value in one field.
fn with(object: &Value, field: &str, value: &Value) -> Value {
    let Value::Object(object) = object else {
        panic!("it is an object")
    };
    Value::Object(Object::build(object.fields(), |name| {
        if name == field {
            value.clone()
        } else {
            object.get(name).cloned().unwrap_or(Value::Null)
        }
    }))
}

#[test]
fn imported_states_keep_the_schema() {
    let provider = Portmatrix::default();
    let state = fine(RULES, provider.import(RULES, "edge"));
    for it in block(RULES).attributes {
        let value = state.get(it.name);
        match it.name {
            "id" | "name" => assert_eq!(value, &Value::string("edge")),
            _ if it.mode == Mode::Computed => {
                assert!(!value.is_null(), "a `for_each` over {} would fail", it.name);
            }
            _ => assert!(value.is_null(), "{} was never given", it.name),
        }
    }
}

#[test]
fn products_keep_the_schema() {
    let provider = Portmatrix::default();
    for file in FILES {
        let (name, version) = (file.name, file.version);
        let text = format!(r#"{{ "name": "{name}", "version": "{version}" }}"#);
        let state = fine(
            PRODUCT,
            provider.read_data_source(PRODUCT, &config(PRODUCT, &text)),
        );
        for it in block(PRODUCT).attributes {
            let given = it.mode == Mode::Computed || ["name", "version"].contains(&it.name);
            assert_eq!(
                !state.get(it.name).is_null(),
                given,
                "{name} {version}: {}",
                it.name
            );
        }
    }
}
