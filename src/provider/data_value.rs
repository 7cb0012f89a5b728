//! Values of dynamic type as values of the types that blocks and rows have, converted as the CLI would convert them.

use super::fields::Reader;
use crate::model::finding::ConfigPath;
use crate::model::name::nearest;
use crate::terraform::value::{Fields, Object, Type, Value};
use std::collections::BTreeMap;
use std::sync::Arc;

/// JSON has no comments, so people write them under this key.
const COMMENT: &str = "//";

/// What an object or a map has, without comments; none where the value is neither.
pub(super) fn entries(value: &Value) -> Option<Vec<(&str, &Value)>> {
    let all: Vec<(&str, &Value)> = match value {
        Value::Object(object) => object.iter().collect(),
        Value::Map(map) => map.iter().map(|(name, it)| (&**name, it)).collect(),
        _ => return None,
    };
    Some(
        all.into_iter()
            .filter(|(name, _)| *name != COMMENT)
            .collect(),
    )
}

/// The same without what is null, which is absent.
pub(super) fn set_entries(value: &Value) -> Option<Vec<(&str, &Value)>> {
    let entries = entries(value)?.into_iter();
    Some(entries.filter(|(_, it)| !it.is_null()).collect())
}

/// A value as the CLI would convert it to a type. One that it would refuse is a mistake.
pub(super) fn converted(
    reader: &mut Reader,
    value: &Value,
    ty: &Type,
    place: &ConfigPath,
) -> Value {
    let value = value.plain();
    match (ty, value) {
        (_, Value::Null | Value::Unknown)
        | (Type::String, Value::String(_))
        | (Type::Number, Value::Number(_))
        | (Type::Bool, Value::Bool(_)) => value.clone(),
        (Type::String, Value::Number(text)) => Value::String(Arc::clone(text)),
        (Type::String, Value::Bool(it)) => Value::string(it.to_string()),
        (Type::Number, Value::String(text)) if text.parse::<f64>().is_ok_and(f64::is_finite) => {
            Value::Number(Arc::clone(text))
        }
        (Type::Bool, Value::String(text)) if matches!(&**text, "true" | "1") => Value::Bool(true),
        (Type::Bool, Value::String(text)) if matches!(&**text, "false" | "0") => Value::Bool(false),
        (Type::List(inner), Value::List(items)) => {
            let items = items.iter().enumerate();
            let items = items.map(|(at, it)| converted(reader, it, inner, &place.index(at)));
            Value::List(items.collect())
        }
        (Type::Map(inner), Value::Map(_) | Value::Object(_)) => {
            let entries = entries(value).unwrap_or_default().into_iter();
            let entries = entries.map(|(name, it)| {
                let it = converted(reader, it, inner, &place.key(name));
                (name.into(), it)
            });
            Value::map(entries.collect())
        }
        (Type::Object(fields), Value::Map(_) | Value::Object(_)) => {
            let given = entries(value).unwrap_or_default();
            misspelt(reader, &given, fields, place);
            let given: BTreeMap<&str, &Value> = given.into_iter().collect();
            let types: BTreeMap<&str, &Type> = fields.iter().collect();
            Value::Object(Object::build(fields, |name| {
                given.get(name).map_or(Value::Null, |it| {
                    converted(reader, it, types[name], &place.key(name))
                })
            }))
        }
        (ty, value) => {
            let expected = match ty {
                Type::String => "text",
                Type::Number => "a number",
                Type::Bool => "true or false",
                Type::List(_) => "a list",
                _ => "an object",
            };
            misfit(reader, place, expected, value)
        }
    }
}

/// Names that an object does not have are ignored, since data sources of clouds return more than a rule needs. One that is near to a
/// name that is absent is a mistake.
fn misspelt(reader: &mut Reader, given: &[(&str, &Value)], fields: &Fields, place: &ConfigPath) {
    let is_given = |name: &str| given.iter().any(|(it, _)| *it == name);
    for (name, _) in given {
        let mut known = fields.iter().map(|(it, _)| it);
        if known.any(|it| it == *name) {
            continue;
        }
        let absent = fields.iter().map(|(it, _)| it).filter(|it| !is_given(it));
        if let Some(near) = nearest(name, absent) {
            let message = format!("unknown attribute `{name}`");
            let remedy = format!("did you mean `{near}`?");
            reader.mistake(&place.key(name), &message, &remedy);
        }
    }
}

/// A value of the wrong type. It is unknown from here on, so that nothing is concluded from its absence.
pub(super) fn misfit(
    reader: &mut Reader,
    place: &ConfigPath,
    expected: &str,
    value: &Value,
) -> Value {
    let message = format!("expected {expected}, found {}", kind_of(value));
    let remedy = match (expected, value.plain()) {
        ("a list", Value::String(text)) if text.len() <= 64 => {
            format!("write a list, e.g. `[\"{text}\"]`")
        }
        ("a list", _) => "write a list: `[…]`".to_owned(),
        ("an object", _) => "write an object: `{ … }`".to_owned(),
        _ => format!("write {expected}"),
    };
    reader.mistake(place, &message, &remedy);
    Value::Unknown
}

pub(super) fn kind_of(value: &Value) -> &'static str {
    match value.plain() {
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::List(_) => "a list",
        _ => "an object",
    }
}
