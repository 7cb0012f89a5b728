//! `portmatrix_review`: any rows get one answer, and what it says of the whole is what its findings say.

use super::core::Core;
use super::generate::Source;
use portmatrix::provider::schemas;
use portmatrix::terraform::schema::Block;
use portmatrix::terraform::value::{Object, Type, Value};
use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

/// The data source.
pub(crate) const REVIEW: &str = "portmatrix_review";

static BLOCK: LazyLock<Block> = LazyLock::new(|| {
    let mut data_sources = schemas().data_sources.into_iter();
    let (_, schema) = data_sources
        .find(|(name, _)| *name == REVIEW)
        .expect("review");
    schema.block
});

static CORE: LazyLock<Core> = LazyLock::new(Core::default);

pub(crate) fn holds(bytes: &[u8]) {
    let mut source = Source::new(bytes);
    let config = source.block(&BLOCK);
    if std::env::var_os("PORTMATRIX_FUZZ_PRINT").is_some() {
        eprintln!("{:#}", config.to_json());
    }
    let answer = CORE.read_value(REVIEW, &config);
    let again = CORE.read_value(REVIEW, &config);
    assert_eq!(answer.state, again.state);
    assert_eq!(answer.diagnostics, again.diagnostics);
    if !answer.errors().is_empty() {
        return;
    }
    let Value::List(findings) = answer.state.get("findings") else {
        panic!("findings are a list")
    };
    let differs = |it: &Value| {
        !["duplicate", "shadowed"]
            .map(Some)
            .contains(&it.get("kind").as_str())
    };
    let differs = findings.iter().any(differs);
    assert_eq!(answer.state.get("in_sync"), &Value::Bool(!differs));
    for (output, kinds) in [
        ("missing", ["missing", "narrower"]),
        ("extra", ["extra", "wider"]),
    ] {
        let some = findings
            .iter()
            .any(|it| kinds.map(Some).contains(&it.get("kind").as_str()));
        let none = answer.state.get(output) == &Value::List(Vec::new());
        assert_eq!(some, !none, "`{output}`");
    }
}

/// A review of the rows of `portmatrix_rules` against those very rows.
pub(crate) fn of_itself(state: &Value) -> Value {
    let Type::Object(fields) = BLOCK.ty() else {
        unreachable!("a block is an object")
    };
    let value = |name: &str| {
        let (_, ty) = fields.iter().find(|(it, _)| *it == name).expect("a field");
        match name {
            "rules" | "aws_ingress" | "aws_egress" | "azure_rules" | "gcp_rules" => {
                fit(state.get(name), ty)
            }
            "actual_aws" => {
                let ingress = aws(state.get("aws_ingress"), false, ty);
                let egress = aws(state.get("aws_egress"), true, ty);
                Value::List([ingress, egress].concat())
            }
            "actual_gcp" => Value::List(
                rows(state.get("gcp_rules"))
                    .map(|(_, row)| fit(row, element(ty)))
                    .collect(),
            ),
            "actual_azure" => azure(state.get("azure_rules"), ty),
            _ => Value::Null,
        }
    };
    Value::Object(Object::build(&fields, value))
}

fn rows(rows: &Value) -> impl Iterator<Item = (&Arc<str>, &Value)> {
    let map = match rows {
        Value::Map(map) => Some(map),
        _ => None,
    };
    map.into_iter().flatten()
}

fn aws(wanted: &Value, is_egress: bool, ty: &Type) -> Vec<Value> {
    let row = |(key, row): (&Arc<str>, &Value)| {
        let Value::Object(object) = fit(row, element(ty)) else {
            unreachable!("a row is an object")
        };
        Value::Object(object.map(|name, it| match name {
            "security_group_rule_id" => Value::string(format!("sgr-{is_egress}-{key}")),
            "is_egress" => Value::Bool(is_egress),
            _ => it,
        }))
    };
    rows(wanted).map(row).collect()
}

fn azure(wanted: &Value, ty: &Type) -> Value {
    let mut groups: BTreeMap<Arc<str>, Value> = BTreeMap::new();
    for (_, row) in rows(wanted) {
        let name = |it| row.get(it).as_str().unwrap_or_default();
        let group = format!(
            "{}/{}",
            name("resource_group_name"),
            name("network_security_group_name")
        );
        // Azure knows no case.
        let group = groups
            .entry(group.to_lowercase().into())
            .or_insert_with(|| Value::List(Vec::new()));
        if let Value::List(items) = group {
            items.push(fit(row, element(element(ty))));
        }
    }
    Value::Map(groups)
}

fn element(ty: &Type) -> &Type {
    match ty {
        Type::List(inner) | Type::Map(inner) => inner,
        _ => ty,
    }
}

/// A value in another type, in which objects have other fields.
fn fit(value: &Value, ty: &Type) -> Value {
    match (value, ty) {
        (Value::List(items), Type::List(inner)) => {
            Value::List(items.iter().map(|it| fit(it, inner)).collect())
        }
        (Value::Map(map), Type::Map(inner)) => {
            let entries = map.iter();
            Value::Map(
                entries
                    .map(|(key, it)| (Arc::clone(key), fit(it, inner)))
                    .collect(),
            )
        }
        (Value::Object(object), Type::Object(fields)) => {
            let value = |name: &str| {
                let (_, ty) = fields.iter().find(|(it, _)| *it == name).expect("a field");
                object.get(name).map_or(Value::Null, |it| fit(it, ty))
            };
            Value::Object(Object::build(fields, value))
        }
        _ => value.clone(),
    }
}
