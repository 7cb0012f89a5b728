//! Rules, rows, counts and findings as values, each with the type that the schema gives it.

use super::schema::{list, map, object};
use crate::model::finding::Finding;
use crate::model::rules::{Rule, RuleKey, Rules};
use crate::render::platform::{Cells, Content, Output, Shape, StateRows};
use crate::render::table::PLATFORMS;
use crate::render::{Column, ColumnKind, Count, RowCell};
use crate::terraform::strings::Strings;
use crate::terraform::value::{Fields, Object, Type, Value};
use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

/// The types of the rows of outputs, by the name of the output.
static ROWS: LazyLock<BTreeMap<&str, Arc<Fields>>> = LazyLock::new(|| {
    let outputs = PLATFORMS.iter().flat_map(|it| it.about().outputs);
    let rows = outputs.filter_map(|it| match it.shape {
        Shape::Rows { columns, .. } => Some((it.name, row_fields(columns))),
        Shape::Texts => None,
    });
    rows.collect()
});

static RULE: LazyLock<Arc<Fields>> = LazyLock::new(|| {
    let fields = RULE_FIELDS.iter();
    Arc::new(Fields::new(fields.map(|(name, ty, _)| (*name, ty()))))
});

/// A field of a rule: name, type and description.
type RuleField = (&'static str, fn() -> Type, &'static str);

/// The fields of an element of `rules`.
pub(super) const RULE_FIELDS: [RuleField; 10] = [
    ("zone", text, "The zone where the rule is enforced."),
    (
        "direction",
        text,
        "`ingress` or `egress`, seen from the zone.",
    ),
    (
        "peer_zone",
        text,
        "The other end; `<label>.<component>` if it is a fixed address from the catalogue.",
    ),
    (
        "peer_trust",
        text,
        "How far the peer is trusted; null for a fixed address.",
    ),
    (
        "transport",
        text,
        "`tcp`, `udp`, `sctp`, `icmp`, `icmpv6`, `esp`, `ip-<number>` or `any`.",
    ),
    (
        "from_port",
        number,
        "The lowest port; for ICMP, the type; null if there is neither.",
    ),
    (
        "to_port",
        number,
        "The highest port; for ICMP, the code; null if there is neither.",
    ),
    ("plane", text, "The most sensitive plane of its flows."),
    (
        "required",
        || Type::Bool,
        "Whether a required flow needs it.",
    ),
    (
        "flows",
        || list(Type::String),
        "The flows that need it, as `label.flow` or the name of a `flow` block.",
    ),
];

const fn text() -> Type {
    Type::String
}

const fn number() -> Type {
    Type::Number
}

static COUNT: LazyLock<Arc<Fields>> = LazyLock::new(|| {
    Arc::new(Fields::new(
        ["ingress", "egress", "limit", "headroom"].map(|name| (name, Type::Number)),
    ))
});

static FINDING: LazyLock<Arc<Fields>> = LazyLock::new(|| {
    Arc::new(Fields::new(
        ["code", "severity", "subject", "message"].map(|name| (name, Type::String)),
    ))
});

fn row_fields(columns: &[Column]) -> Arc<Fields> {
    let columns = columns.iter();
    Arc::new(Fields::new(columns.map(|it| (it.name, cell_type(it.kind)))))
}

/// The type of the cells of a column.
pub(super) fn cell_type(kind: ColumnKind) -> Type {
    match kind {
        ColumnKind::Text => Type::String,
        ColumnKind::Number => Type::Number,
        ColumnKind::Texts => list(Type::String),
        ColumnKind::Blocks(columns) => list(object(&row_fields(columns))),
    }
}

/// The type of an output.
pub(super) fn output_type(output: &Output) -> Type {
    match output.shape {
        Shape::Rows { .. } => rows_type(output.name),
        Shape::Texts => map(Type::String),
    }
}

/// The type of an output with rows.
pub(super) fn rows_type(output: &str) -> Type {
    map(object(&ROWS[output]))
}

/// The type of `rules`.
pub(super) fn rules_type() -> Type {
    map(object(&RULE))
}

/// The type of `counts`.
pub(super) fn counts_type() -> Type {
    map(object(&COUNT))
}

/// The type of `findings`.
pub(super) fn findings_type() -> Type {
    list(object(&FINDING))
}

fn shared_text(text: &str, shared: &mut Strings) -> Value {
    Value::String(shared.share(text))
}

fn shared_number(number: i64, shared: &mut Strings) -> Value {
    Value::Number(shared.share(number.to_string()))
}

/// The content of an output.
pub(super) fn content(content: &Content, output: &Output, shared: &mut Strings) -> Value {
    match content {
        Content::Texts(texts) => {
            let texts = texts.iter();
            let text = |(zone, it): (&String, &RowCell)| {
                (zone.as_str().into(), value(it, &Type::String, shared))
            };
            Value::map(texts.map(text).collect())
        }
        Content::Rows(rows) => {
            let fields = &ROWS[output.name];
            let types: BTreeMap<&str, &Type> = fields.iter().collect();
            let mut table = Vec::new();
            rows.visit(&mut |key, row| {
                let row = Object::build(fields, |column| {
                    value(&row.cell(column), types[column], shared)
                });
                table.push((Arc::from(key), Value::Object(row)));
            });
            Value::map(table)
        }
    }
}

/// A state in which platforms look up what they keep.
pub(super) struct State<'v>(pub(super) &'v Value);

impl StateRows for State<'_> {
    fn visit(&self, output: &str, row: &mut dyn FnMut(&str, Cells<'_>)) {
        let Value::Map(rows) = self.0.get(output) else {
            return;
        };
        for (key, it) in rows {
            row(key, &|column| match it.get(column) {
                Value::String(text) | Value::Number(text) => Some(Arc::clone(text)),
                _ => None,
            });
        }
    }
}

fn value(cell: &RowCell, ty: &Type, shared: &mut Strings) -> Value {
    match (cell, ty) {
        (RowCell::Null, _) => Value::Null,
        (RowCell::Unknown, _) => Value::Unknown,
        (RowCell::Text(text), _) => Value::String(shared.share(Arc::clone(text))),
        (RowCell::Number(number), _) => shared_number(*number, shared),
        (RowCell::Texts(items), _) => Value::List(
            items
                .iter()
                .map(|it| value(it, &Type::String, shared))
                .collect(),
        ),
        (RowCell::Blocks(blocks), Type::List(inner)) => {
            let Type::Object(fields) = &**inner else {
                unreachable!("blocks are objects")
            };
            let types: BTreeMap<&str, &Type> = fields.iter().collect();
            let block = |cells: &Vec<(&'static str, RowCell)>| {
                Value::Object(Object::build(fields, |name| {
                    let cell = cells.iter().find(|(it, _)| *it == name);
                    cell.map_or(Value::Null, |(_, it)| value(it, types[name], &mut *shared))
                }))
            };
            Value::List(blocks.iter().map(block).collect())
        }
        (RowCell::Blocks(_), _) => unreachable!("blocks are lists"),
    }
}

pub(super) fn rules(rules: &Rules, shared: &mut Strings) -> Value {
    Value::map(
        rules
            .iter()
            .map(|(key, it)| (key.text().into(), rule(key, it, shared)))
            .collect(),
    )
}

fn rule(key: &RuleKey, rule: &Rule, shared: &mut Strings) -> Value {
    let (from, to) = key.traffic.numbers();
    let flows = Value::List(
        rule.flows
            .iter()
            .map(|it| Value::String(Arc::clone(it)))
            .collect(),
    );
    Value::Object(Object::build(&RULE, |name| match name {
        "zone" => Value::String(Arc::clone(&key.zone)),
        "direction" => shared_text(key.direction.as_str(), shared),
        "peer_zone" => Value::String(Arc::clone(&key.peer)),
        "peer_trust" => rule
            .peer_trust
            .map_or(Value::Null, |it| shared_text(it.as_str(), shared)),
        "transport" => shared_text(&key.traffic.transport(), shared),
        "from_port" => from.map_or(Value::Null, |it| shared_number(it.into(), shared)),
        "to_port" => to.map_or(Value::Null, |it| shared_number(it.into(), shared)),
        "plane" => shared_text(rule.plane.as_str(), shared),
        "required" => Value::Bool(rule.required),
        "flows" => flows.clone(),
        other => unreachable!("a rule has no field `{other}`"),
    }))
}

pub(super) fn counts<'c>(counts: impl Iterator<Item = (&'c String, &'c Count)>) -> Value {
    let value = |count: &Count| {
        Value::Object(Object::build(&COUNT, |name| match name {
            "ingress" => Value::number(count.ingress),
            "egress" => Value::number(count.egress),
            "limit" => Value::number(count.limit),
            "headroom" => Value::number(count.headroom()),
            other => unreachable!("a count has no field `{other}`"),
        }))
    };
    Value::map(
        counts
            .map(|(key, it)| (key.as_str().into(), value(it)))
            .collect(),
    )
}

pub(super) fn findings(findings: &[&Finding]) -> Value {
    let value = |finding: &Finding| {
        Value::Object(Object::build(&FINDING, |name| match name {
            "code" => Value::string(finding.code.as_str()),
            "severity" => Value::string(finding.severity.as_str()),
            "subject" => Value::string(finding.subject.as_str()),
            "message" => Value::string(finding.message.as_str()),
            other => unreachable!("a finding has no field `{other}`"),
        }))
    };
    Value::List(findings.iter().map(|it| value(it)).collect())
}
