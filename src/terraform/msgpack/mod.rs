//! Values in MessagePack, as they travel: every attribute present, keys sorted, unknown values as an extension.

mod read;
mod write;

use super::value::{Type, Value};
use super::wire::ValueError;
use read::Reader;
use rmp::encode::ByteBuf;

/// Bytes to a value.
pub fn decode(bytes: &[u8], ty: &Type) -> Result<Value, ValueError> {
    let mut reader = Reader::new(bytes);
    let value = reader.value(ty)?;
    reader.end()?;
    Ok(value)
}

/// A value to bytes.
pub fn encode(value: &Value, ty: &Type) -> Result<Vec<u8>, ValueError> {
    let mut out = ByteBuf::new();
    write::put(&mut out, value, ty)?;
    Ok(out.into_vec())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terraform::value::{Fields, Object};
    use crate::terraform::wire::every_digit;
    use proptest::prelude::*;
    use std::sync::Arc;

    fn object(fields: &[(&str, Type)]) -> Type {
        Type::Object(Arc::new(Fields::new(
            fields.iter().map(|(name, ty)| (*name, ty.clone())),
        )))
    }

    fn number(text: &str) -> Value {
        Value::number(text)
    }

    /// What comes in, as the CLIs send it, and what it is.
    #[test]
    fn numbers_come_in_every_width_and_as_text() {
        fn check(bytes: &[u8], expected: &str) {
            assert_eq!(
                decode(bytes, &Type::Number),
                Ok(number(expected)),
                "{bytes:x?}"
            );
        }
        check(&[0x07], "7");
        check(&[0xff], "-1");
        check(&[0xcd, 0x01, 0xbb], "443");
        check(&[0xd3, 0x80, 0, 0, 0, 0, 0, 0, 0], "-9223372036854775808");
        check(
            &[0xcf, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
            "18446744073709551615",
        );
        check(&[0xcb, 0x40, 0x7b, 0xb0, 0, 0, 0, 0, 0], "443");
        check(&[0xca, 0x3f, 0, 0, 0], "0.5");
        check(b"\xa30.1", "0.1");
        check(b"\xb418446744073709551616", "18446744073709551616");
        // A float that is sent for one is exact, and the shortest text for this one would be another number.
        check(
            &[0xcb, 0x3f, 0xb9, 0x99, 0x99, 0x99, 0x99, 0x99, 0x9a],
            "0.1000000000000000055511151231257827021181583404541015625",
        );
        assert!(decode(&[0xcb, 0x7f, 0xf0, 0, 0, 0, 0, 0, 0], &Type::Number).is_err());
        check(b"\xa2-0", "-0");
        for text in [
            &b"\xa3one"[..],
            b"\xa3007",
            b"\xa400.5",
            b"\xa2+1",
            b"\xa1-",
        ] {
            assert!(decode(text, &Type::Number).is_err(), "{text:x?}");
        }
    }

    #[test]
    fn numbers_go_out_with_every_digit() {
        fn check(text: &str, expected: &[u8]) {
            assert_eq!(
                encode(&number(text), &Type::Number).as_deref(),
                Ok(expected),
                "{text}"
            );
        }
        check("443", &[0xcd, 0x01, 0xbb]);
        check("-1", &[0xff]);
        check("0", &[0x00]);
        check("-0", b"\xa2-0");
        check("0.5", b"\xa30.5");
        check("0.1", b"\xa30.1");
        check("18446744073709551616", b"\xb418446744073709551616");
        assert!(encode(&number("many"), &Type::Number).is_err());
        assert!(encode(&number("1."), &Type::Number).is_err());
    }

    #[test]
    fn any_extension_is_an_unknown_value() {
        fn check(bytes: &[u8]) {
            assert_eq!(
                decode(bytes, &Type::String),
                Ok(Value::Unknown),
                "{bytes:x?}"
            );
        }
        check(&[0xd4, 0x00, 0x00]);
        // Refined: not null.
        check(&[0xc7, 0x03, 0x0c, 0x81, 0x01, 0xc2]);
        check(&[0xd5, 0x0c, 0x80, 0x00]);
        // No bytes, of an extension type without a meaning.
        check(&[0xc7, 0x00, 0x63]);
        assert_eq!(
            encode(&Value::Unknown, &Type::String).as_deref(),
            Ok(&write::UNKNOWN[..])
        );
    }

    #[test]
    fn an_object_goes_out_with_every_attribute_in_order() {
        let Type::Object(fields) = object(&[("b", Type::Bool), ("a", Type::String)]) else {
            unreachable!()
        };
        let value = Value::Object(Object::build(&fields, |_| Value::Null));
        assert_eq!(
            encode(&value, &Type::Object(fields)).as_deref(),
            Ok(&b"\x82\xa1a\xc0\xa1b\xc0"[..])
        );
    }

    #[test]
    fn a_misfit_names_its_place() {
        fn check(bytes: &[u8], expected: &str) {
            let ty = Type::Map(Box::new(object(&[(
                "ports",
                Type::List(Box::new(Type::Number)),
            )])));
            assert_eq!(
                decode(bytes, &ty).expect_err("a misfit").to_string(),
                expected
            );
        }
        check(
            b"\x81\xa3web\x81\xa5ports\x92\x01\xa1x",
            r#"at `["web"].ports[1]`: expected a number, found a string"#,
        );
        check(
            b"\x81\xa3web\x80",
            r#"at `["web"].ports`: the attribute is missing"#,
        );
        check(
            b"\x81\xa3web\x81\xa1x\x01",
            r#"at `["web"].x`: the schema has no such attribute"#,
        );
        check(b"\x81\xa3web", r#"at `["web"]`: the value is truncated"#);
        check(b"\xdf\xff\xff\xff\xff", "the value is truncated");
        check(b"\x80\x80", "more bytes follow the value");
        let mixed = Value::List(vec![Value::Bool(true), Value::string("x")]);
        let error = encode(&mixed, &Type::List(Box::new(Type::Bool))).expect_err("a misfit");
        assert_eq!(
            error.to_string(),
            "at `[1]`: expected true or false, found a string"
        );
    }

    #[test]
    fn repeated_strings_are_kept_once() {
        let value = Value::List(vec![Value::string("tcp"), Value::string("tcp")]);
        let ty = Type::List(Box::new(Type::String));
        let Ok(Value::List(items)) = decode(&encode(&value, &ty).expect("bytes"), &ty) else {
            panic!("no list")
        };
        let [Value::String(one), Value::String(other)] = &items[..] else {
            panic!("no strings")
        };
        assert!(Arc::ptr_eq(one, other));
    }

    fn types() -> impl Strategy<Value = Type> {
        types_over(prop_oneof![
            Just(Type::String),
            Just(Type::Number),
            Just(Type::Bool),
            Just(Type::Dynamic),
        ])
    }

    /// What a value of dynamic type may be.
    fn plain_types() -> impl Strategy<Value = Type> {
        types_over(prop_oneof![
            Just(Type::String),
            Just(Type::Number),
            Just(Type::Bool)
        ])
    }

    fn types_over(
        leaf: impl Strategy<Value = Type> + 'static,
    ) -> impl Strategy<Value = Type> + 'static {
        leaf.prop_recursive(4, 24, 4, |inner| {
            prop_oneof![
                inner.clone().prop_map(|it| Type::List(Box::new(it))),
                inner.clone().prop_map(|it| Type::Set(Box::new(it))),
                inner.clone().prop_map(|it| Type::Map(Box::new(it))),
                prop::collection::vec(inner.clone(), 0..4).prop_map(|it| Type::Tuple(it.into())),
                prop::collection::btree_map("[a-z]{1,3}", inner, 0..4)
                    .prop_map(|fields| Type::Object(Arc::new(Fields::new(fields)))),
            ]
        })
    }

    fn values(ty: &Type) -> BoxedStrategy<Value> {
        let known: BoxedStrategy<Value> = match ty {
            Type::Bool => any::<bool>().prop_map(Value::Bool).boxed(),
            Type::String => ".*".prop_map(Value::string).boxed(),
            Type::Number => prop_oneof![
                any::<i64>().prop_map(Value::number),
                any::<u128>().prop_map(Value::number),
                any::<f64>()
                    .prop_filter("finite", |it| it.is_finite())
                    .prop_map(|it| Value::number(every_digit(it))),
                "-?[1-9][0-9]{0,30}\\.[0-9]{0,30}[1-9]".prop_map(Value::number),
            ]
            .boxed(),
            Type::List(inner) | Type::Set(inner) => prop::collection::vec(values(inner), 0..20)
                .prop_map(Value::List)
                .boxed(),
            Type::Tuple(types) => {
                let each: Vec<_> = types.iter().map(values).collect();
                each.prop_map(Value::List).boxed()
            }
            Type::Dynamic => plain_types()
                .prop_flat_map(|ty| {
                    values(&ty).prop_map(move |value| Value::dynamic(ty.clone(), value))
                })
                .boxed(),
            Type::Map(inner) => {
                let entries = prop::collection::btree_map(
                    ".{0,40}".prop_map(Arc::from),
                    values(inner),
                    0..20,
                );
                entries.prop_map(Value::Map).boxed()
            }
            Type::Object(fields) => {
                let fields = Arc::clone(fields);
                let each: Vec<_> = fields.iter().map(|(_, ty)| values(ty)).collect();
                each.prop_map(move |values| Value::Object(Object::from_values(&fields, values)))
                    .boxed()
            }
        };
        prop_oneof![8 => known, 1 => Just(Value::Null), 1 => Just(Value::Unknown)].boxed()
    }

    fn typed() -> impl Strategy<Value = (Type, Value)> {
        types().prop_flat_map(|ty| values(&ty).prop_map(move |value| (ty.clone(), value)))
    }

    /// As the CLIs send them: the type comes first, as raw bytes, and a null or unknown value of no type comes bare.
    #[test]
    fn a_dynamic_value_brings_its_type() {
        fn check(bytes: &[u8], value: &Value) {
            assert_eq!(decode(bytes, &Type::Dynamic).as_ref(), Ok(value));
            assert_eq!(encode(value, &Type::Dynamic).as_deref(), Ok(bytes));
        }
        check(&[0xc0], &Value::Null);
        check(&write::UNKNOWN, &Value::Unknown);
        check(
            b"\x92\xc4\x08\"string\"\xa1x",
            &Value::dynamic(Type::String, Value::string("x")),
        );
        check(
            b"\x92\xc4\x08\"string\"\xc0",
            &Value::dynamic(Type::String, Value::Null),
        );
        check(
            b"\x92\xc4\x08\"string\"\xd4\x00\x00",
            &Value::dynamic(Type::String, Value::Unknown),
        );
        let ty = Type::Tuple([Type::Bool, Type::Set(Box::new(Type::Number))].into());
        let items = vec![Value::Bool(true), Value::List(vec![Value::Unknown])];
        check(
            b"\x92\xc4\x23[\"tuple\",[\"bool\",[\"set\",\"number\"]]]\x92\xc3\x91\xd4\x00\x00",
            &Value::dynamic(ty, Value::List(items)),
        );
        // A null of no type inside.
        let ty = object(&[("a", Type::Dynamic)]);
        let Type::Object(fields) = &ty else {
            unreachable!()
        };
        let value = Value::Object(Object::build(fields, |_| Value::Null));
        check(
            b"\x92\xc4\x1a[\"object\",{\"a\":\"dynamic\"}]\x81\xa1a\xc0",
            &Value::dynamic(ty.clone(), value),
        );
    }

    #[test]
    fn a_dynamic_value_that_does_not_fit_its_type_is_an_error() {
        fn check(bytes: &[u8], expected: &str) {
            let ty = object(&[("zones", Type::Dynamic)]);
            let bytes = [b"\x81\xa5zones", bytes].concat();
            let misfit = decode(&bytes, &ty).expect_err("a misfit");
            assert_eq!(misfit.to_string(), expected);
        }
        let value = "at `zones`: expected a value with its type, found ";
        check(b"\xa1x", &format!("{value}a string"));
        check(b"\x91\xc0", &format!("{value}a list"));
        check(b"\x92\xa1x\x01", &format!("{value}a string"));
        check(
            b"\x92\xc4\x03[1]\x01",
            "at `zones`: the type of the value cannot be read",
        );
        check(b"\x92\xc4\xff", "at `zones`: the value is truncated");
        check(
            b"\x92\xc4\x10[\"map\",\"number\"]\x81\xa1a\xc3",
            r#"at `zones["a"]`: expected a number, found true or false"#,
        );
        check(
            b"\x92\xc4\x12[\"tuple\",[\"bool\"]]\x92\xc3\xc3",
            "at `zones`: expected 1 elements, found 2",
        );
        let bare = encode(&Value::string("x"), &Type::Dynamic).expect_err("a misfit");
        assert_eq!(
            bare.to_string(),
            "expected a value with its type, found a string"
        );
    }

    /// A type may be deep, and a value of dynamic type may have others inside.
    #[test]
    fn there_is_an_end_to_levels() {
        let dynamic = b"\x92\xc4\x09\"dynamic\"";
        let deep = |levels| [&dynamic.repeat(levels)[..], &[0xc0]].concat();
        assert!(decode(&deep(63), &Type::Dynamic).is_ok());
        for levels in [64, 100_000] {
            let misfit = decode(&deep(levels), &Type::Dynamic).expect_err("a misfit");
            assert_eq!(misfit.to_string(), "the value has more than 64 levels");
        }
    }

    /// One of them would be used, and it would be unclear which.
    #[test]
    fn a_key_comes_once() {
        let numbers = Type::Map(Box::new(Type::Number));
        let twice = b"\x82\xa1a\x01\xa1a\x02";
        for (ty, place) in [
            (numbers, "at `[\"a\"]`"),
            (object(&[("a", Type::Number)]), "at `a`"),
        ] {
            let misfit = decode(twice, &ty).expect_err("a misfit").to_string();
            assert_eq!(misfit, format!("{place}: duplicate key"));
        }
    }

    /// Each would have one byte here and many in memory.
    #[test]
    fn there_is_an_end_to_elements() {
        let nulls = |length: u32| {
            let head = [&[0xdd], &length.to_be_bytes()[..]].concat();
            [head, vec![0xc0; length as usize]].concat()
        };
        let list = |ty| Type::List(Box::new(ty));
        let most = 8 << 20;
        assert!(decode(&nulls(most), &list(Type::String)).is_ok());
        let misfit = decode(&nulls(most + 1), &list(Type::String)).expect_err("a misfit");
        assert_eq!(
            misfit.to_string(),
            "the value has more than 8388608 elements"
        );
        // Also in many lists.
        let lists = [vec![0x92], nulls(most / 2), nulls(most / 2)].concat();
        assert!(decode(&lists, &list(list(Type::String))).is_err());
    }

    proptest! {
        #[test]
        fn decoding_undoes_encoding((ty, value) in typed()) {
            let bytes = encode(&value, &ty).expect("bytes");
            prop_assert_eq!(decode(&bytes, &ty), Ok(value));
        }

        #[test]
        fn random_bytes_are_an_answer_and_no_panic(ty in types(), bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = decode(&bytes, &ty);
        }

        #[test]
        fn damaged_bytes_are_an_answer_and_no_panic((ty, value) in typed(), at in any::<prop::sample::Index>(), byte: u8) {
            let mut bytes = encode(&value, &ty).expect("bytes");
            let at = at.index(bytes.len());
            bytes[at] = byte;
            let _ = decode(&bytes, &ty);
            let _ = decode(&bytes[..at], &ty);
        }
    }
}
