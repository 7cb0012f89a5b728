//! Objects as the blocks that they describe: values are converted as the CLIs convert them, and what does not fit is a mistake.

use crate::model::finding::ConfigPath;
use crate::model::name::suggest;
use crate::provider::fields::Reader;
use crate::terraform::schema::{Attribute, Block, Mode};
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

/// An object with the arguments of a block as that block.
pub(super) fn block(
    reader: &mut Reader,
    value: &Value,
    shape: &Block,
    ty: &Type,
    place: &ConfigPath,
) -> Value {
    let Type::Object(fields) = ty else {
        unreachable!("a block is an object")
    };
    let given = match value.plain() {
        Value::Unknown => return Value::Unknown,
        other => set_entries(other),
    };
    let Some(given) = given else {
        return misfit(reader, place, "an object", value);
    };
    let known = || {
        let attributes = shape.attributes.iter().map(|it| it.name);
        attributes.chain(shape.blocks.iter().map(|it| it.name))
    };
    for (name, _) in &given {
        if !known().any(|it| it == *name) {
            let message = format!("there is no argument `{name}` here");
            reader.mistake(&place.key(name), &message, &suggest(name, known()));
        }
    }
    let given: BTreeMap<&str, &Value> = given.into_iter().collect();
    let values = Object::build(fields, |name| {
        let (value, ty) = (given.get(name).copied(), field_type(fields, name));
        if let Some(attribute) = shape.attributes.iter().find(|it| it.name == name) {
            return argument(reader, value, attribute, place);
        }
        let nested = shape.blocks.iter().find(|it| it.name == name);
        match (nested, ty) {
            (Some(it), Type::List(inner)) => {
                nested_block(reader, value, &it.block, inner, &place.field(it.name))
            }
            _ => unreachable!("`{name}` is an argument, or a block that is there at most once"),
        }
    });
    Value::Object(values)
}

pub(super) fn field_type<'f>(fields: &'f Arc<Fields>, name: &str) -> &'f Type {
    let found = fields.iter().find(|(it, _)| *it == name);
    found.map_or(&Type::Dynamic, |(_, ty)| ty)
}

fn argument(
    reader: &mut Reader,
    value: Option<&Value>,
    attribute: &Attribute,
    place: &ConfigPath,
) -> Value {
    let place = place.field(attribute.name);
    match value.map(Value::plain) {
        Some(Value::Number(text)) if attribute.name == "version" => {
            version_number(reader, text, &place)
        }
        Some(value) => converted(reader, value, &attribute.ty, &place),
        None if attribute.mode == Mode::Required => {
            let message = format!("`{}` is required, but is not set", attribute.name);
            reader.mistake(&place, &message, "set it");
            Value::Unknown
        }
        None => Value::Null,
    }
}

/// `3.10` without quotes is the number 3.1, in YAML as in HCL, and that is another release.
fn version_number(reader: &mut Reader, text: &str, place: &ConfigPath) -> Value {
    let message = format!(
        "the release is the number {text}, in which zeros at the end are lost: `3.10` becomes 3.1"
    );
    let remedy = format!("write the release in quotes, e.g. `\"{text}\"`");
    reader.mistake(place, &message, &remedy);
    Value::Unknown
}

/// A nested block as the list that the CLI would send: of one, or empty where it is absent.
fn nested_block(
    reader: &mut Reader,
    value: Option<&Value>,
    shape: &Block,
    ty: &Type,
    place: &ConfigPath,
) -> Value {
    let Some(value) = value else {
        return Value::List(Vec::new());
    };
    // A block without arguments is there or not.
    let is_flag = shape.attributes.is_empty() && shape.blocks.is_empty();
    match value.plain() {
        Value::Bool(false) if is_flag => Value::List(Vec::new()),
        Value::Bool(true) if is_flag => {
            let empty = Value::Map(BTreeMap::new());
            Value::List(vec![block(reader, &empty, shape, ty, place)])
        }
        value => match block(reader, value, shape, ty, place) {
            Value::Unknown => Value::Unknown,
            block => Value::List(vec![block]),
        },
    }
}

/// A value as the CLI would convert it to a type. One that it would refuse is a mistake.
fn converted(reader: &mut Reader, value: &Value, ty: &Type, place: &ConfigPath) -> Value {
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
            Value::Map(entries.collect())
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

/// A value of the wrong type. It is unknown from here on, so that nothing is concluded from its absence.
fn misfit(reader: &mut Reader, place: &ConfigPath, expected: &str, value: &Value) -> Value {
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
