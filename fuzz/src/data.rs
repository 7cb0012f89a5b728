//! A layout in blocks, and the same as data: they give the same outputs and the same findings.

use super::core::Core;
use super::generate::{Source, typed};
use super::rules::{BLOCK, CORE, TYPE};
use super::wire::travels;
use portmatrix::terraform::value::{Object, Type, Value};
use std::collections::BTreeMap;

/// Blocks, and the arguments for the same as data.
const FORMS: [(&str, &str); 3] = [
    ("zone", "zones"),
    ("product", "products"),
    ("flow", "flows"),
];

pub(crate) fn holds(bytes: &[u8]) {
    let mut source = Source::plain(bytes);
    let config = source.block(&BLOCK);
    for config in [source.before_apply(&config), config] {
        let is_data = |name: &str| FORMS.iter().any(|(_, argument)| *argument == name);
        let blocks = replaced(&config, |name, value| match value {
            _ if is_data(name) => Value::Null,
            given => given.clone(),
        });
        let data = replaced(&blocks, |name, value| {
            if FORMS.iter().any(|(block, _)| *block == name) {
                return Value::Map(BTreeMap::new());
            }
            let form = FORMS.iter().find(|(_, argument)| *argument == name);
            form.map_or_else(
                || value.clone(),
                |(block, _)| source.as_data(blocks.get(block)),
            )
        });
        travels(&data, &TYPE);
        assert_eq!(
            seen(&CORE, &blocks),
            seen(&CORE, &data),
            "{:#}",
            blocks.to_json()
        );
    }
}

fn replaced(config: &Value, mut value: impl FnMut(&str, &Value) -> Value) -> Value {
    let Value::Object(object) = config else {
        panic!("a configuration is an object")
    };
    let fields = object.fields();
    Value::Object(Object::build(fields, |name| value(name, config.get(name))))
}

/// The headlines of a plan, and its outputs where there is one.
fn seen(core: &Core, config: &Value) -> (Vec<String>, Vec<Value>) {
    let answer = core.plan_value(&Value::Null, config);
    let headlines = answer.diagnostics.iter().map(|it| it.summary.clone());
    let outputs = [
        "rules",
        "aws_ingress",
        "aws_egress",
        "azure_rules",
        "gcp_rules",
    ]
    .into_iter();
    let outputs = outputs.chain(["kubernetes_policies", "nftables", "counts", "digests"]);
    let outputs = outputs.map(|name| answer.state.get(name).clone());
    (headlines.collect(), outputs.collect())
}

impl Source<'_> {
    /// Blocks by label as they may be written as data.
    fn as_data(&mut self, blocks: &Value) -> Value {
        let entries = self.written(blocks);
        typed(&entries)
    }

    fn written(&mut self, value: &Value) -> Value {
        match value {
            Value::Object(object) => {
                let types: BTreeMap<&str, &Type> = object.fields().iter().collect();
                let entries = object.iter().filter_map(|(name, it)| {
                    let is_block =
                        matches!(types[name], Type::List(it) if matches!(**it, Type::Object(_)));
                    let it = match it {
                        // A block that is null would be named: YAML has one where its content was forgotten.
                        Value::List(items) if is_block => items.first()?,
                        other => other,
                    };
                    Some((name.into(), self.written(it)))
                });
                Value::Map(entries.collect())
            }
            Value::Map(map) => {
                let entries = map
                    .iter()
                    .map(|(name, it)| (name.clone(), self.written(it)));
                Value::Map(entries.collect())
            }
            Value::List(items) => Value::List(items.iter().map(|it| self.written(it)).collect()),
            // The CLI converts these, and so does the provider.
            Value::Number(text) if self.one_in(2) => Value::String(text.clone()),
            Value::Bool(it) if self.one_in(2) => Value::string(it.to_string()),
            other => other.clone(),
        }
    }
}
