//! Stored state as it is read at every refresh, and the plan on top of it: whatever lies in the state, the next one is ours.

use super::core::{Core, RULES};
use super::wire::travels;
use portmatrix::provider::{Portmatrix, schemas};
use portmatrix::terraform::Provider;
use portmatrix::terraform::json;
use portmatrix::terraform::schema::{Block, Mode, fill_blocks};
use portmatrix::terraform::value::{Type, Value};
use std::sync::LazyLock;

static BLOCK: LazyLock<Block> = LazyLock::new(|| {
    let mut resources = schemas().resources.into_iter();
    let (_, schema) = resources.find(|(name, _)| *name == RULES).expect("rules");
    schema.block
});

static TYPE: LazyLock<Type> = LazyLock::new(|| BLOCK.ty());

static CORE: LazyLock<Core> = LazyLock::new(Core::default);

pub(crate) fn holds(bytes: &[u8]) {
    if let Ok(id) = str::from_utf8(bytes) {
        let (state, _) = Portmatrix::default().import(RULES, id);
        next(state);
    }
    if let Ok(old) = serde_json::from_slice(bytes) {
        let (same, _) = Portmatrix::default().upgrade(RULES, 0, old);
        // A number may be written in another way.
        let upgraded = json::decode(same.to_string().as_bytes(), &TYPE);
        assert_eq!(upgraded.is_ok(), json::decode(bytes, &TYPE).is_ok());
    }
    if let Ok(state) = json::decode(bytes, &TYPE) {
        next(state);
    }
}

/// The plan of a configuration that has not changed since.
fn next(state: Value) {
    let state = fill_blocks(state, &BLOCK);
    travels(&state, &TYPE);
    let Value::Object(object) = state.clone() else {
        return;
    };
    let computed = |name: &str| {
        let found = BLOCK.attributes.iter().find(|it| it.name == name);
        found.is_some_and(|it| it.mode == Mode::Computed)
    };
    let config = object.map(|name, value| if computed(name) { Value::Null } else { value });
    let config = Value::Object(config);
    let _ = CORE.apply_value(&state, &config, &config);
}
