//! Values as they travel and as they lie in the state: what is read is what is written.

use portmatrix::provider::schemas;
use portmatrix::terraform::value::{Type, Value};
use portmatrix::terraform::{json, msgpack};
use std::sync::LazyLock;

/// The type of the provider block, and of every object.
static TYPES: LazyLock<Vec<Type>> = LazyLock::new(|| {
    let schemas = schemas();
    let objects = schemas.resources.iter().chain(&schemas.data_sources);
    let blocks = objects.map(|(_, schema)| schema.block.ty());
    blocks.chain([schemas.provider.block.ty()]).collect()
});

/// The first byte says which type, the rest is a value of it in MessagePack, or in JSON.
pub(crate) fn holds(bytes: &[u8]) {
    let Some((first, bytes)) = bytes.split_first() else {
        return;
    };
    let ty = &TYPES[usize::from(*first) % TYPES.len()];
    if let Ok(value) = msgpack::decode(bytes, ty) {
        travels(&value, ty);
    }
    if let Ok(value) = json::decode(bytes, ty) {
        travels(&value, ty);
        let text = value.to_json().to_string();
        let again = json::decode(text.as_bytes(), ty).expect("what was written is read");
        // A number may be spelled otherwise: `100E0` comes back as `100e+0`.
        assert_eq!(again.to_json(), value.to_json());
    }
}

/// Decoding undoes encoding.
pub(crate) fn travels(value: &Value, ty: &Type) {
    let bytes = msgpack::encode(value, ty).expect("what was read fits its type");
    assert_eq!(msgpack::decode(&bytes, ty).as_ref(), Ok(value));
}
