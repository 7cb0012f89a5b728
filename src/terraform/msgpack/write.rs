//! Values to bytes, straight into one buffer, and only if they fit their type: the CLIs' own messages for a value that does not
//! fit do not help.

use crate::terraform::type_json;
use crate::terraform::value::{Type, Value};
use crate::terraform::wire::{ValueError, is_decimal};
use rmp::encode::{self as write, ByteBuf, ValueWriteError};
use std::convert::Infallible;

/// An unknown value about which nothing is promised: extension 0 with one byte. A promise (a refinement) would have to
/// hold at apply, and leaving it out is always allowed.
pub(super) const UNKNOWN: [u8; 3] = [0xd4, 0x00, 0x00];

pub(super) fn put(out: &mut ByteBuf, value: &Value, ty: &Type) -> Result<(), ValueError> {
    match (value, ty) {
        (Value::Null, _) => write::write_nil(out)?,
        (Value::Unknown, _) => out.as_mut_vec().extend(UNKNOWN),
        (Value::Bool(it), Type::Bool) => write::write_bool(out, *it)?,
        (Value::String(text), Type::String) => put_str(out, text)?,
        (Value::Number(text), Type::Number) => put_number(out, text)?,
        (Value::List(items), Type::List(inner) | Type::Set(inner)) => {
            write::write_array_len(out, count(items.len())?)?;
            for (at, item) in items.iter().enumerate() {
                put(out, item, inner).map_err(|misfit| misfit.index(at))?;
            }
        }
        (Value::List(items), Type::Tuple(types)) if items.len() == types.len() => {
            write::write_array_len(out, count(items.len())?)?;
            for (at, (item, ty)) in items.iter().zip(types.iter()).enumerate() {
                put(out, item, ty).map_err(|misfit| misfit.index(at))?;
            }
        }
        (Value::Dynamic(it), Type::Dynamic) => {
            let json = type_json::of(&it.ty).to_string();
            count(json.len())?;
            write::write_array_len(out, 2)?;
            write::write_bin(out, json.as_bytes())?;
            put(out, &it.value, &it.ty)?;
        }
        (Value::Map(map), Type::Map(inner)) => {
            write::write_map_len(out, count(map.len())?)?;
            for (key, item) in map {
                put_str(out, key)?;
                put(out, item, inner).map_err(|misfit| misfit.key(key))?;
            }
        }
        (Value::Object(object), Type::Object(fields)) => {
            if !object
                .iter()
                .map(|(name, _)| name)
                .eq(fields.iter().map(|(name, _)| name))
            {
                return Err(ValueError::new(
                    "the attributes of the object are not those of the schema",
                ));
            }
            write::write_map_len(out, count(fields.iter().len())?)?;
            for ((name, item), (_, ty)) in object.iter().zip(fields.iter()) {
                put_str(out, name)?;
                put(out, item, ty).map_err(|misfit| misfit.attribute(name))?;
            }
        }
        (Value::Bool(_), _) => return Err(ValueError::expected(ty, "true or false")),
        (Value::String(_), _) => return Err(ValueError::expected(ty, "a string")),
        (Value::Number(_), _) => return Err(ValueError::expected(ty, "a number")),
        (Value::List(_), _) => return Err(ValueError::expected(ty, "a list")),
        (Value::Map(_), _) => return Err(ValueError::expected(ty, "a map")),
        (Value::Object(_), _) => return Err(ValueError::expected(ty, "an object")),
        (Value::Dynamic(_), _) => return Err(ValueError::expected(ty, "a value of dynamic type")),
    }
    Ok(())
}

/// A whole number as an integer, any other as its digits. Never as a float, though the CLIs send some: they compare numbers by
/// the shortest text that tells them apart at their precision, and a float has less of that than the configuration has.
fn put_number(out: &mut ByteBuf, text: &str) -> Result<(), ValueError> {
    // Zero has a sign in text only.
    if let Some(whole) = text.parse::<i64>().ok().filter(|_| text != "-0") {
        write::write_sint(out, whole)?;
        Ok(())
    } else if is_decimal(text) {
        put_str(out, text)
    } else {
        Err(ValueError::expected(&Type::Number, "other text"))
    }
}

fn put_str(out: &mut ByteBuf, text: &str) -> Result<(), ValueError> {
    count(text.len())?;
    write::write_str(out, text)?;
    Ok(())
}

fn count(length: usize) -> Result<u32, ValueError> {
    u32::try_from(length).map_err(|_| ValueError::new("more elements than a message can contain"))
}

/// Writing to memory does not fail, which the writer says in two ways.
impl From<Infallible> for ValueError {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

impl From<ValueWriteError<Infallible>> for ValueError {
    fn from(never: ValueWriteError<Infallible>) -> Self {
        match never {
            ValueWriteError::InvalidMarkerWrite(it) | ValueWriteError::InvalidDataWrite(it) => {
                it.into()
            }
        }
    }
}
