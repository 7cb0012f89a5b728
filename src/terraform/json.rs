//! Values in JSON, as they lie in the state file: what the state lacks is null, what the schema no longer has is dropped.

use super::strings::Strings;
use super::type_json::TypeReader;
use super::value::{Object, Type, Value};
use super::wire::{MOST_DEPTH, ValueError, is_decimal, too_deep};
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// JSON text to a value.
pub fn decode(text: &[u8], ty: &Type) -> Result<Value, ValueError> {
    let raw: &RawValue = serde_json::from_slice(text)
        .map_err(|error| ValueError::new(format!("not valid JSON: {error}")))?;
    Reader::default().value(raw, ty)
}

/// Walks the text itself, level by level: a tree of it would need several times the memory of the values.
#[derive(Default)]
struct Reader {
    /// Levels above this one.
    depth: usize,
    strings: Strings,
    types: TypeReader,
}

impl Reader {
    fn value(&mut self, raw: &RawValue, ty: &Type) -> Result<Value, ValueError> {
        if self.depth == MOST_DEPTH {
            return Err(too_deep());
        }
        self.depth += 1;
        let value = self.value_of(raw, ty)?;
        self.depth -= 1;
        Ok(value)
    }

    fn value_of(&mut self, raw: &RawValue, ty: &Type) -> Result<Value, ValueError> {
        let text = raw.get();
        if text == "null" {
            return Ok(Value::Null);
        }
        let misfit = || ValueError::expected(ty, found(text));
        match ty {
            Type::Bool => text.parse().map(Value::Bool).map_err(|_| misfit()),
            Type::String => {
                let string: String = serde_json::from_str(text).map_err(|_| misfit())?;
                Ok(Value::String(self.strings.share(string.as_str())))
            }
            Type::Number => {
                let digits = text.trim_matches('"');
                if is_decimal(digits) {
                    Ok(Value::Number(self.strings.share(digits)))
                } else {
                    Err(misfit())
                }
            }
            Type::List(inner) | Type::Set(inner) => {
                let items: Vec<&RawValue> = serde_json::from_str(text).map_err(|_| misfit())?;
                self.list(&items, std::iter::repeat(&**inner))
            }
            Type::Tuple(types) => {
                let items: Vec<&RawValue> = serde_json::from_str(text).map_err(|_| misfit())?;
                if items.len() != types.len() {
                    let (wanted, there) = (types.len(), items.len());
                    let message = format!("expected {wanted} elements, found {there}");
                    return Err(ValueError::new(message));
                }
                self.list(&items, types.iter())
            }
            Type::Map(inner) => {
                let entries = entries(text).ok_or_else(misfit)?;
                let entries = entries.into_iter().map(|(key, item)| {
                    let item = self.value(item, inner).map_err(|misfit| misfit.key(&key))?;
                    Ok((key.into(), item))
                });
                Ok(Value::Map(entries.collect::<Result<_, ValueError>>()?))
            }
            Type::Object(fields) => {
                let entries = entries(text).ok_or_else(misfit)?;
                let values = fields.iter().map(|(name, ty)| match entries.get(name) {
                    Some(item) => self
                        .value(item, ty)
                        .map_err(|misfit| misfit.attribute(name)),
                    None => Ok(Value::Null),
                });
                Ok(Value::Object(Object::from_values(
                    fields,
                    values.collect::<Result<_, ValueError>>()?,
                )))
            }
            Type::Dynamic => {
                let entries = entries(text).ok_or_else(misfit)?;
                let (Some(value), Some(ty)) = (entries.get("value"), entries.get("type")) else {
                    return Err(misfit());
                };
                let ty = self.types.read(ty.get().as_bytes())?;
                let value = self.value(value, &ty)?;
                Ok(Value::dynamic(ty, value))
            }
        }
    }

    fn list<'t>(
        &mut self,
        items: &[&RawValue],
        types: impl Iterator<Item = &'t Type>,
    ) -> Result<Value, ValueError> {
        let items = items.iter().zip(types).enumerate();
        let items =
            items.map(|(at, (item, ty))| self.value(item, ty).map_err(|misfit| misfit.index(at)));
        Ok(Value::List(items.collect::<Result<_, ValueError>>()?))
    }
}

fn entries(text: &str) -> Option<BTreeMap<String, &RawValue>> {
    serde_json::from_str(text).ok()
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
            Value::Dynamic(it) => it.value.to_json(),
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

    /// As they lie in the state file.
    #[test]
    fn a_dynamic_value_has_its_type_next_to_it() {
        fn check(text: &str, value: Result<Value, &str>) {
            let fields = Fields::new([("zones", Type::Dynamic)]);
            let ty = Type::Object(Arc::new(fields));
            let read = decode(format!(r#"{{"zones":{text}}}"#).as_bytes(), &ty);
            let read = read.map(|it| it.get("zones").clone());
            assert_eq!(
                read.map_err(|it| it.to_string()),
                value.map_err(str::to_owned)
            );
        }
        check("null", Ok(Value::Null));
        check(
            r#"{"value":null,"type":"string"}"#,
            Ok(Value::dynamic(Type::String, Value::Null)),
        );
        let ty = Type::Tuple([Type::Bool, Type::Set(Box::new(Type::String))].into());
        let items = vec![Value::Bool(true), Value::List(vec![Value::string("a")])];
        check(
            r#"{"type":["tuple",["bool",["set","string"]]],"value":[true,["a"]]}"#,
            Ok(Value::dynamic(ty, Value::List(items))),
        );
        let value = "at `zones`: expected a value with its type, found ";
        check("7", Err(&format!("{value}a number")));
        check(r#"{"value":7}"#, Err(&format!("{value}an object")));
        check(
            r#"{"value":[true],"type":["list","number"]}"#,
            Err("at `zones[0]`: expected a number, found true or false"),
        );
        check(
            r#"{"value":[],"type":["tuple",["bool"]]}"#,
            Err("at `zones`: expected 1 elements, found 0"),
        );
        check(
            r#"{"value":1,"type":["capsule","x"]}"#,
            Err("at `zones`: the type of the value cannot be read"),
        );
        let deep = r#"{"type":"dynamic","value":"#.repeat(70) + "null" + &"}".repeat(70);
        check(&deep, Err("at `zones`: the value has more than 64 levels"));
    }

    proptest! {
        #[test]
        fn random_text_is_an_answer_and_no_panic(text in r#"[\[\]{}",:0-9a-z\\ ]{0,60}"#) {
            let _ = decode(text.as_bytes(), &ty());
        }
    }
}
