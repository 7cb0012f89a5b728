//! `portmatrix_review`: any rows get one answer, and what it says of the whole is what its findings say.

use super::core::Core;
use super::generate::{Source, typed};
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
    let value = |name: &str| match name {
        "rules" | "aws_ingress" | "aws_egress" | "azure_rules" | "gcp_rules"
        | "openstack_rules" => typed(state.get(name)),
        "actual_aws" => {
            let ingress = existing(state, "aws_ingress", "security_group_rule_id", false);
            let egress = existing(state, "aws_egress", "security_group_rule_id", true);
            typed(&Value::List(ingress.chain(egress).collect()))
        }
        "actual_gcp" => typed(&Value::List(
            rows(state.get("gcp_rules"))
                .map(|(_, row)| row.clone())
                .collect(),
        )),
        "actual_openstack" => typed(&Value::List(
            existing(state, "openstack_rules", "id", false).collect(),
        )),
        "actual_azure" => typed(&azure(state.get("azure_rules"))),
        _ => Value::Null,
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

/// The rows of an output with an id, and with the direction, which only some platforms read.
fn existing<'s>(
    state: &'s Value,
    output: &'s str,
    id: &'s str,
    is_egress: bool,
) -> impl Iterator<Item = Value> + 's {
    rows(state.get(output)).map(move |(key, row)| {
        let Value::Object(row) = row else {
            unreachable!("a row is an object")
        };
        let row = row.iter().map(|(name, it)| (Arc::from(name), it.clone()));
        let more = [
            (Arc::from(id), Value::string(format!("{output}-{key}"))),
            (Arc::from("is_egress"), Value::Bool(is_egress)),
        ];
        Value::Map(row.chain(more).collect())
    })
}

fn azure(wanted: &Value) -> Value {
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
            items.push(row.clone());
        }
    }
    Value::Map(groups)
}
