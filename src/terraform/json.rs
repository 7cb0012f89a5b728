//! Values in JSON, as they lie in the state file: what the state lacks is null, what the schema no longer has is dropped.

use super::value::{Object, Type, Value};
use super::wire::{Misfit, Strings, is_decimal};
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// JSON text to a value.
pub fn decode(text: &[u8], ty: &Type) -> Result<Value, Misfit> {
    let raw: &RawValue = serde_json::from_slice(text).map_err(|error| Misfit::new(format!("this is no JSON: {error}")))?;
    value(raw, ty, &mut Strings::default())
}

/// Walks the text itself, level by level: a tree of it would take several times the memory of the values.
fn value(raw: &RawValue, ty: &Type, strings: &mut Strings) -> Result<Value, Misfit> {
    let text = raw.get();
    if text == "null" {
        return Ok(Value::Null);
    }
    let misfit = || Misfit::expected(ty, found(text));
    match ty {
        Type::Bool => text.parse().map(Value::Bool).map_err(|_| misfit()),
        Type::String => {
            let string: String = serde_json::from_str(text).map_err(|_| misfit())?;
            Ok(Value::String(strings.share(&string)))
        }
        Type::Number => {
            let digits = text.trim_matches('"');
            if is_decimal(digits) { Ok(Value::Number(strings.share(digits))) } else { Err(misfit()) }
        }
        Type::List(inner) => {
            let items: Vec<&RawValue> = serde_json::from_str(text).map_err(|_| misfit())?;
            let items = items.into_iter().enumerate();
            let items = items.map(|(at, item)| value(item, inner, strings).map_err(|misfit| misfit.index(at)));
            Ok(Value::List(items.collect::<Result<_, _>>()?))
        }
        Type::Map(inner) => {
            let entries: BTreeMap<String, &RawValue> = serde_json::from_str(text).map_err(|_| misfit())?;
            let entries = entries.into_iter().map(|(key, item)| {
                let item = value(item, inner, strings).map_err(|misfit| misfit.key(&key))?;
                Ok((key.into(), item))
            });
            Ok(Value::Map(entries.collect::<Result<_, _>>()?))
        }
        Type::Object(fields) => {
            let entries: BTreeMap<String, &RawValue> = serde_json::from_str(text).map_err(|_| misfit())?;
            let values = fields.iter().map(|(name, ty)| match entries.get(name) {
                Some(item) => value(item, ty, strings).map_err(|misfit| misfit.attribute(name)),
                None => Ok(Value::Null),
            });
            Ok(Value::Object(Object::from_values(fields, values.collect::<Result<_, _>>()?)))
        }
    }
}

fn found(text: &str) -> &'static str {
    match text.as_bytes().first() {
        Some(b'{') => "an object",
        Some(b'[') => "a list",
        Some(b'"') => "a string",
        Some(b't' | b'f') => "true or false",
        _ => "a number",
    }
}
