//! Types in JSON, as the CLIs write them: in schemas, and next to every value of dynamic type.

use super::value::{Fields, Type};
use super::wire::{MOST_DEPTH, ValueError};
use serde_json::json;
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The most types inside the types of one value. A thousand objects of thirty arguments, which a CLI types one by one, have
/// less than a tenth of it.
const MOST_TYPES: usize = 1 << 20;

/// The most bytes of one type. Each level reads the text below it again, so a longer text would take long.
const MOST_BYTES: usize = 32 << 20;

/// A type as the CLIs read it. They panic over one that they cannot read.
pub(super) fn of(ty: &Type) -> serde_json::Value {
    match ty {
        Type::String => json!("string"),
        Type::Number => json!("number"),
        Type::Bool => json!("bool"),
        Type::Dynamic => json!("dynamic"),
        Type::List(inner) => json!(["list", of(inner)]),
        Type::Set(inner) => json!(["set", of(inner)]),
        Type::Map(inner) => json!(["map", of(inner)]),
        Type::Tuple(items) => json!(["tuple", items.iter().map(of).collect::<Vec<_>>()]),
        Type::Object(fields) => {
            let types: serde_json::Map<_, _> = fields
                .iter()
                .map(|(name, ty)| (name.to_owned(), of(ty)))
                .collect();
            json!(["object", types])
        }
    }
}

/// Reads the types that the values of one message bring, and counts what is in them.
#[derive(Default)]
pub(super) struct TypeReader {
    types: usize,
}

impl TypeReader {
    pub(super) fn read(&mut self, json: &[u8]) -> Result<Type, ValueError> {
        if json.len() > MOST_BYTES {
            return Err(ValueError::new(format!(
                "the type has more than {MOST_BYTES} bytes"
            )));
        }
        let raw: &RawValue = serde_json::from_slice(json).map_err(|_| unreadable())?;
        self.ty(raw, 0)
    }

    fn ty(&mut self, raw: &RawValue, depth: usize) -> Result<Type, ValueError> {
        self.types += 1;
        if self.types > MOST_TYPES {
            return Err(ValueError::new(format!(
                "the types have more than {MOST_TYPES} parts"
            )));
        }
        if depth == MOST_DEPTH {
            return Err(ValueError::new(format!(
                "the type has more than {MOST_DEPTH} levels"
            )));
        }
        match raw.get() {
            r#""string""# => return Ok(Type::String),
            r#""number""# => return Ok(Type::Number),
            r#""bool""# => return Ok(Type::Bool),
            r#""dynamic""# => return Ok(Type::Dynamic),
            _ => {}
        }
        // A third part, which names attributes that may be left out, has no meaning for a value.
        let [kind, inner]: [&RawValue; 2] =
            serde_json::from_str(raw.get()).map_err(|_| unreadable())?;
        let depth = depth + 1;
        match kind.get() {
            r#""list""# => Ok(Type::List(Box::new(self.ty(inner, depth)?))),
            r#""set""# => Ok(Type::Set(Box::new(self.ty(inner, depth)?))),
            r#""map""# => Ok(Type::Map(Box::new(self.ty(inner, depth)?))),
            r#""tuple""# => {
                let items: Vec<&RawValue> =
                    serde_json::from_str(inner.get()).map_err(|_| unreadable())?;
                let items = items.into_iter().map(|it| self.ty(it, depth));
                Ok(Type::Tuple(items.collect::<Result<_, _>>()?))
            }
            r#""object""# => {
                let fields: BTreeMap<String, &RawValue> =
                    serde_json::from_str(inner.get()).map_err(|_| unreadable())?;
                let fields = fields
                    .into_iter()
                    .map(|(name, it)| Ok((name, self.ty(it, depth)?)));
                let fields: Vec<_> = fields.collect::<Result<_, ValueError>>()?;
                Ok(Type::Object(Arc::new(Fields::new(fields))))
            }
            _ => Err(unreadable()),
        }
    }
}

fn unreadable() -> ValueError {
    ValueError::new("the type of the value cannot be read")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_written_and_read_as_the_clis_do() {
        fn check(ty: &Type, json: &str) {
            assert_eq!(of(ty).to_string(), json);
            assert_eq!(TypeReader::default().read(json.as_bytes()).as_ref(), Ok(ty));
        }
        let boxed = || Box::new(Type::String);
        check(&Type::Bool, r#""bool""#);
        check(&Type::Dynamic, r#""dynamic""#);
        check(&Type::List(boxed()), r#"["list","string"]"#);
        check(&Type::Set(boxed()), r#"["set","string"]"#);
        check(
            &Type::Tuple([Type::Number, Type::Bool].into()),
            r#"["tuple",["number","bool"]]"#,
        );
        check(&Type::Tuple([].into()), r#"["tuple",[]]"#);
        let fields = || Fields::new([("port", Type::Number), ("name", Type::String)]);
        let object = |fields| Type::Object(Arc::new(fields));
        check(
            &Type::Map(Box::new(object(fields()))),
            r#"["map",["object",{"name":"string","port":"number"}]]"#,
        );
        let optional = r#"["object",{"name":"string","port":"number"},["port"]]"#;
        assert!(TypeReader::default().read(optional.as_bytes()).is_err());
    }

    #[test]
    fn what_is_no_type_is_an_error() {
        for json in [
            "",
            "null",
            "\"text\"",
            "[]",
            "[\"list\"]",
            "[\"tuple\",\"string\"]",
            "{",
            "[\"map\",{}]",
            "[\"object\",[]]",
            "[\"list\",\"string\",\"string\"]",
            "[\"capsule\",\"string\"]",
        ] {
            let error = TypeReader::default().read(json.as_bytes());
            assert_eq!(error, Err(unreadable()), "{json}");
        }
    }

    #[test]
    fn there_is_an_end_to_types() {
        let deep = |levels: usize| r#"["list","#.repeat(levels) + "\"bool\"" + &"]".repeat(levels);
        let read = |json: &str| TypeReader::default().read(json.as_bytes());
        assert!(read(&deep(MOST_DEPTH - 1)).is_ok());
        for levels in [MOST_DEPTH, 100_000] {
            let error = read(&deep(levels)).expect_err("too deep");
            assert_eq!(error.to_string(), "the type has more than 64 levels");
        }
        let wide = |items: usize| format!(r#"["tuple",[{}"bool"]]"#, "\"bool\",".repeat(items - 1));
        assert!(read(&wide(MOST_TYPES - 1)).is_ok());
        let error = read(&wide(MOST_TYPES)).expect_err("too wide");
        assert_eq!(error.to_string(), "the types have more than 1048576 parts");
        // Also in the types of many values.
        let mut reader = TypeReader::default();
        assert!(reader.read(wide(MOST_TYPES / 2).as_bytes()).is_ok());
        assert!(reader.read(wide(MOST_TYPES / 2).as_bytes()).is_err());
        let long = format!("\"{}\"", "x".repeat(MOST_BYTES));
        assert_eq!(
            read(&long).expect_err("too long").to_string(),
            "the type has more than 33554432 bytes"
        );
    }
}
