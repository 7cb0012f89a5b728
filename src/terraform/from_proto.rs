//! From the wire's messages to ours.

use super::proto::tfplugin5::DynamicValue;
use super::value::{Type, Value};
use super::wire::ValueError;
use super::{json, msgpack};

/// A value; `Null` if the message has none.
pub(super) fn value(value: Option<&DynamicValue>, ty: &Type) -> Result<Value, ValueError> {
    match value {
        Some(value) if !value.msgpack.is_empty() => msgpack::decode(&value.msgpack, ty),
        Some(value) if !value.json.is_empty() => json::decode(&value.json, ty),
        _ => Ok(Value::Null),
    }
}

/// A null of any type.
pub(super) const NIL: &[u8] = &[0xc0];

/// Whether a value is null, without a look at its type.
pub(super) fn is_null(value: Option<&DynamicValue>) -> bool {
    value.is_none_or(|it| match (&*it.msgpack, &*it.json) {
        ([], json) => json.is_empty() || json == b"null",
        (msgpack, _) => msgpack == NIL,
    })
}
