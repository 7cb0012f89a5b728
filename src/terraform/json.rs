//! Values in JSON, as they lie in the state file: what the state lacks is null, what the schema no longer has is dropped.

use super::value::{Object, Type, Value};
use super::wire::{Strings, ValueError, is_decimal};
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// JSON text to a value.
pub fn decode(text: &[u8], ty: &Type) -> Result<Value, ValueError> {
    let raw: &RawValue = serde_json::from_slice(text)
        .map_err(|error| ValueError::new(format!("not valid JSON: {error}")))?;
    value(raw, ty, &mut Strings::default())
}

/// Walks the text itself, level by level: a tree of it would need several times the memory of the values.
fn value(raw: &RawValue, ty: &Type, strings: &mut Strings) -> Result<Value, ValueError> {
    let text = raw.get();
    if text == "null" {
        return Ok(Value::Null);
    }
    let misfit = || ValueError::expected(ty, found(text));
    match ty {
        Type::Bool => text.parse().map(Value::Bool).map_err(|_| misfit()),
        Type::String => {
            let string: String = serde_json::from_str(text).map_err(|_| misfit())?;
            Ok(Value::String(strings.share(&string)))
        }
        Type::Number => {
            let digits = text.trim_matches('"');
            if is_decimal(digits) {
                Ok(Value::Number(strings.share(digits)))
            } else {
                Err(misfit())
            }
        }
        Type::List(inner) => {
            let items: Vec<&RawValue> = serde_json::from_str(text).map_err(|_| misfit())?;
            let items = items.into_iter().enumerate();
            let items = items
                .map(|(at, item)| value(item, inner, strings).map_err(|misfit| misfit.index(at)));
            Ok(Value::List(items.collect::<Result<_, ValueError>>()?))
        }
        Type::Map(inner) => {
            let entries: BTreeMap<String, &RawValue> =
                serde_json::from_str(text).map_err(|_| misfit())?;
            let entries = entries.into_iter().map(|(key, item)| {
                let item = value(item, inner, strings).map_err(|misfit| misfit.key(&key))?;
                Ok((key.into(), item))
            });
            Ok(Value::Map(entries.collect::<Result<_, ValueError>>()?))
        }
        Type::Object(fields) => {
            let entries: BTreeMap<String, &RawValue> =
                serde_json::from_str(text).map_err(|_| misfit())?;
            let values = fields.iter().map(|(name, ty)| match entries.get(name) {
                Some(item) => value(item, ty, strings).map_err(|misfit| misfit.attribute(name)),
                None => Ok(Value::Null),
            });
            Ok(Value::Object(Object::from_values(
                fields,
                values.collect::<Result<_, ValueError>>()?,
            )))
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

impl Value {
    /// The value in JSON, for people; what is unknown is null.
    pub fn to_json(&self) -> serde_json::Value {
        use serde_json::Value as Json;
        match self {
            Value::Null | Value::Unknown => Json::Null,
            Value::Bool(it) => Json::Bool(*it),
            Value::Number(text) => serde_json::from_str(text).unwrap_or(Json::Null),
            Value::String(text) => Json::String(text.to_string()),
            Value::List(items) => Json::Array(items.iter().map(Value::to_json).collect()),
            Value::Map(map) => {
                let entries = map.iter();
                Json::Object(
                    entries
                        .map(|(key, it)| (key.to_string(), it.to_json()))
                        .collect(),
                )
            }
            Value::Object(object) => {
                let entries = object.iter();
                Json::Object(
                    entries
                        .map(|(key, it)| (key.to_owned(), it.to_json()))
                        .collect(),
                )
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terraform::value::Fields;
    use proptest::prelude::*;
    use std::sync::Arc;

    fn ty() -> Type {
        let fields = Fields::new([
            ("count", Type::Number),
            ("names", Type::List(Box::new(Type::String))),
            ("on", Type::Bool),
            ("ports", Type::Map(Box::new(Type::Number))),
        ]);
        Type::Object(Arc::new(fields))
    }

    #[test]
    fn state_follows_the_schema() {
        let text = br#" {"count": 18446744073709551616, "names": ["a", "\u00e9\n", null], "gone": {"deep": [1]}, "on": true} "#;
        let value = decode(text, &ty()).expect("a value");
        assert_eq!(value.get("count"), &Value::number("18446744073709551616"));
        assert_eq!(
            value.get("names"),
            &Value::List(vec![Value::string("a"), Value::string("é\n"), Value::Null])
        );
        assert_eq!(value.get("on"), &Value::Bool(true));
        assert_eq!(value.get("ports"), &Value::Null);
        let Value::Object(object) = value else {
            panic!("no object")
        };
        assert_eq!(object.iter().len(), 4);
    }

    #[test]
    fn numbers_keep_their_digits_also_as_text() {
        for text in ["0.1", "\"0.1\"", "1e400", "-12345678901234567890.5"] {
            let digits = text.trim_matches('"');
            assert_eq!(
                decode(text.as_bytes(), &Type::Number),
                Ok(Value::number(digits))
            );
        }
    }

    #[test]
    fn a_misfit_names_its_place_and_not_the_value() {
        fn check(text: &str, expected: &str) {
            assert_eq!(
                decode(text.as_bytes(), &ty())
                    .expect_err("a misfit")
                    .to_string(),
                expected
            );
        }
        check(
            r#"{"ports": {"a": "secret"}}"#,
            r#"at `ports["a"]`: expected a number, found a string"#,
        );
        check(
            r#"{"names": ["a", {}]}"#,
            "at `names[1]`: expected a string, found an object",
        );
        check("[]", "expected an object, found a list");
        check(
            "{",
            "not valid JSON: EOF while parsing an object at line 1 column 1",
        );
        check(
            "",
            "not valid JSON: EOF while parsing a value at line 1 column 0",
        );
    }

    proptest! {
        #[test]
        fn random_text_is_an_answer_and_no_panic(text in r#"[\[\]{}",:0-9a-z\\ ]{0,60}"#) {
            let _ = decode(text.as_bytes(), &ty());
        }
    }
}
