//! `portmatrix_rules` through its life: core's own checks pass, nothing becomes wider, and a review of the rows against
//! themselves finds nothing.

use super::core::{Core, RULES};
use super::generate::{PARROT, Source};
use super::review::{self, REVIEW};
use super::wire::travels;
use portmatrix::catalog::load;
use portmatrix::catalog::{FILES, File};
use portmatrix::model::address::Cidr;
use portmatrix::model::blocks::subtracted;
use portmatrix::provider::schemas;
use portmatrix::terraform::schema::Block;
use portmatrix::terraform::value::{Type, Value};
use serde_json::json;
use std::collections::BTreeSet;
use std::sync::LazyLock;

pub(crate) static BLOCK: LazyLock<Block> = LazyLock::new(|| {
    let mut resources = schemas().resources.into_iter();
    let (_, schema) = resources.find(|(name, _)| *name == RULES).expect("rules");
    schema.block
});

pub(crate) static TYPE: LazyLock<Type> = LazyLock::new(|| BLOCK.ty());

pub(crate) static CORE: LazyLock<Core> = LazyLock::new(|| {
    let core = Core::default();
    assert_eq!(core.prepare(&json!({ "definitions": [PARROT] })), []);
    core
});

/// Addresses that products name themselves.
static FIXED: LazyLock<Vec<Cidr>> = LazyLock::new(|| {
    let own = load(PARROT).expect("a product");
    let products = FILES.iter().map(File::load).chain([own]);
    let addresses = products.flat_map(|it| {
        it.components
            .into_values()
            .flat_map(|it| it.addresses.into_values())
    });
    addresses.collect()
});

/// A configuration is planned and applied, then changed, planned and applied again.
pub(crate) fn holds(bytes: &[u8]) {
    let mut source = Source::new(bytes);
    let first = source.block(&BLOCK);
    let state = applied(&mut source, &Value::Null, &first);
    let second = source.changed(&first, &BLOCK);
    applied(&mut source, &state, &second);
}

/// The state after a configuration, some of which may have been unknown in the plan. The prior state where it is refused.
fn applied(source: &mut Source<'_>, prior: &Value, config: &Value) -> Value {
    let at_plan = source.before_apply(config);
    if std::env::var_os("PORTMATRIX_FUZZ_PRINT").is_some() {
        eprintln!("at plan {at_plan:#?}\nat apply {:#}", config.to_json());
    }
    travels(&at_plan, &TYPE);
    CORE.validate_value(&at_plan);
    let Ok(state) = CORE.apply_value(prior, &at_plan, config) else {
        return prior.clone();
    };
    travels(&state, &TYPE);
    nothing_is_wider(config, &state);
    is_in_sync(&state);
    state
}

/// Rows of AWS permit no address that was not given.
fn nothing_is_wider(config: &Value, state: &Value) {
    let given = texts(config)
        .into_iter()
        .filter_map(|it| Cidr::meant_by(&it));
    let given: Vec<Cidr> = given.chain(FIXED.iter().copied()).collect();
    for output in ["aws_ingress", "aws_egress"] {
        for text in texts(state.get(output)) {
            if let Some(cidr) = Cidr::meant_by(&text) {
                let more = subtracted([cidr], given.iter().copied());
                assert_eq!(more, [], "`{output}` has {cidr}, which nobody gave");
            }
        }
    }
}

/// Every text in a value.
fn texts(value: &Value) -> BTreeSet<String> {
    match value {
        Value::String(text) => [text.to_string()].into(),
        Value::List(items) => items.iter().flat_map(texts).collect(),
        Value::Map(map) => map.values().flat_map(texts).collect(),
        Value::Object(object) => object.iter().flat_map(|(_, it)| texts(it)).collect(),
        Value::Dynamic(it) => texts(&it.value),
        _ => BTreeSet::new(),
    }
}

/// What is wanted is what is in place, where the one is the other.
fn is_in_sync(state: &Value) {
    let config = review::of_itself(state);
    let answer = CORE.read_value(REVIEW, &config);
    let words: Vec<_> = answer.errors().iter().map(|it| &it.detail).collect();
    assert!(words.is_empty(), "{words:?}");
    assert_eq!(
        answer.state.get("in_sync"),
        &Value::Bool(true),
        "{:?}",
        answer.state.get("markdown")
    );
}
