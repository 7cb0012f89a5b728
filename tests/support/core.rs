//! What Terraform's core checks of a provider's answers, as it does so: `AssertPlanValid` and `AssertObjectCompatible` in
//! words of our own. A configuration is written as JSON, where `"?"` stands for a value that is known after apply.

use portmatrix::provider::Portmatrix;
use portmatrix::terraform::Provider;
use portmatrix::terraform::diagnostic::{Diagnostic, Level};
use portmatrix::terraform::schema::{Mode, Schema};
use portmatrix::terraform::value::{Fields, Object, Type, Value};
use serde_json::Value as Json;
use std::sync::Arc;

/// The resource under test.
pub(crate) const RULES: &str = "portmatrix_rules";

/// What stands for an unknown value.
pub(crate) const UNKNOWN: &str = "?";

/// A provider that is driven as core drives it.
#[derive(Default)]
pub(crate) struct Core {
    pub(crate) provider: Portmatrix,
}

/// What a plan or an apply answered.
pub(crate) struct Answer {
    pub(crate) state: Value,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

impl Answer {
    pub(crate) fn errors(&self) -> Vec<&Diagnostic> {
        self.diagnostics
            .iter()
            .filter(|it| it.severity == Level::Error)
            .collect()
    }
}

impl Core {
    /// Prepares the provider block, as `validate` does, which never configures.
    pub(crate) fn prepare(&self, config: &Json) -> Vec<Diagnostic> {
        let schema = &self.provider.schemas().provider;
        self.provider.prepare(&value(&schema.block.ty(), config))
    }

    pub(crate) fn validate(&self, config: &Json) -> Vec<Diagnostic> {
        self.validate_value(&self.config(config))
    }

    pub(crate) fn validate_value(&self, config: &Value) -> Vec<Diagnostic> {
        self.provider.validate_resource(RULES, config)
    }

    pub(crate) fn read(&self, kind: &str, config: &Json) -> Answer {
        self.read_value(kind, &self.data_config(kind, config))
    }

    /// The configuration of a data source.
    pub(crate) fn data_config(&self, kind: &str, config: &Json) -> Value {
        value(&self.data_source(kind).block.ty(), config)
    }

    fn data_source(&self, kind: &str) -> &Schema {
        let mut all = self.provider.schemas().data_sources.iter();
        &all.find(|(name, _)| *name == kind).unwrap().1
    }

    pub(crate) fn read_value(&self, kind: &str, config: &Value) -> Answer {
        let schema = self.data_source(kind);
        let (state, diagnostics) = self.provider.read_data_source(kind, config);
        if diagnostics.iter().all(|it| it.severity != Level::Error) {
            assert!(
                state.is_wholly_known() && !state.is_null(),
                "a data source must be known"
            );
            plan_is_valid(schema, &Value::Null, config, &state);
        }
        Answer { state, diagnostics }
    }

    /// Plans, and holds the answer against the configuration.
    pub(crate) fn plan(&self, prior: &Value, config: &Json) -> Answer {
        self.plan_value(prior, &self.config(config))
    }

    pub(crate) fn plan_value(&self, prior: &Value, config: &Value) -> Answer {
        let (state, diagnostics) = self.provider.plan(RULES, prior, config);
        let answer = Answer { state, diagnostics };
        if answer.errors().is_empty() {
            plan_is_valid(self.schema(), prior, config, &answer.state);
        }
        answer
    }

    /// Plans with what is known at plan, then plans and applies with what is known at apply, and holds each against the one
    /// before. Ends with a plan that must change nothing.
    pub(crate) fn apply(
        &self,
        prior: &Value,
        at_plan: &Json,
        at_apply: &Json,
    ) -> Result<Value, Vec<String>> {
        self.apply_value(prior, &self.config(at_plan), &self.config(at_apply))
    }

    pub(crate) fn apply_value(
        &self,
        prior: &Value,
        at_plan: &Value,
        at_apply: &Value,
    ) -> Result<Value, Vec<String>> {
        let words = |answer: &Answer| {
            answer
                .errors()
                .iter()
                .map(|it| it.summary.clone())
                .collect::<Vec<_>>()
        };
        let first = self.plan_value(prior, at_plan);
        if !first.errors().is_empty() {
            return Err(words(&first));
        }
        let last = self.plan_value(prior, at_apply);
        if !last.errors().is_empty() {
            assert_eq!(&last.state, prior, "an error keeps the state");
            return Err(words(&last));
        }
        compatible("", &first.state, &last.state);
        let (state, diagnostics) = (self.provider).apply(RULES, prior, &last.state, at_apply);
        let applied = Answer { state, diagnostics };
        if !applied.errors().is_empty() {
            assert_eq!(&applied.state, prior, "an error keeps the state");
            return Err(words(&applied));
        }
        compatible("", &last.state, &applied.state);
        assert!(applied.state.is_wholly_known(), "a state must be known");
        let again = self.plan_value(&applied.state, at_apply);
        assert_eq!(again.state, applied.state, "the second plan must be empty");
        Ok(applied.state)
    }

    fn schema(&self) -> &Schema {
        &self
            .provider
            .schemas()
            .resources
            .iter()
            .find(|(name, _)| *name == RULES)
            .unwrap()
            .1
    }

    pub(crate) fn config(&self, config: &Json) -> Value {
        value(&self.schema().block.ty(), config)
    }
}

/// A value of a type: what JSON leaves out is null, and absent blocks are empty.
pub(crate) fn value(ty: &Type, json: &Json) -> Value {
    match (ty, json) {
        (_, Json::String(text)) if text == UNKNOWN => Value::Unknown,
        (_, Json::Null) => Value::Null,
        (Type::Dynamic, json) => {
            let (ty, value) = typed(json);
            Value::dynamic(ty, value)
        }
        (Type::String, Json::String(text)) => Value::string(text.as_str()),
        (Type::String, Json::Number(number)) => Value::string(number.to_string()),
        (Type::Number, Json::Number(number)) => Value::number(number),
        (Type::Bool, Json::Bool(it)) => Value::Bool(*it),
        // A block that occurs at most once is a list of one.
        (Type::List(element), Json::Object(_)) => Value::List(vec![value(element, json)]),
        (Type::List(element), Json::Array(items)) => {
            Value::List(items.iter().map(|it| value(element, it)).collect())
        }
        (Type::Map(element), Json::Object(map)) => Value::Map(
            map.iter()
                .map(|(name, it)| (Arc::from(name.as_str()), value(element, it)))
                .collect(),
        ),
        (Type::Object(fields), Json::Object(map)) => Value::Object(Object::build(fields, |name| {
            let ty = fields.iter().find(|(it, _)| *it == name).unwrap().1;
            match map.get(name) {
                Some(Json::Null) | None => absent(ty),
                Some(json) => value(ty, json),
            }
        })),
        (ty, json) => panic!("{json} is no {ty:?}"),
    }
}

/// A value as HCL types what is written by hand: objects and tuples, and no type at all for null and unknown values.
fn typed(json: &Json) -> (Type, Value) {
    match json {
        Json::Null => (Type::Dynamic, Value::Null),
        Json::String(text) if text == UNKNOWN => (Type::Dynamic, Value::Unknown),
        Json::Bool(it) => (Type::Bool, Value::Bool(*it)),
        Json::Number(it) => (Type::Number, Value::number(it)),
        Json::String(text) => (Type::String, Value::string(text.as_str())),
        Json::Array(items) => {
            let (types, items): (Vec<_>, Vec<_>) = items.iter().map(typed).unzip();
            (Type::Tuple(types.into()), Value::List(items))
        }
        Json::Object(map) => {
            let fields = map.iter().map(|(name, it)| (name.as_str(), typed(it).0));
            let fields = Arc::new(Fields::new(fields));
            let object = Object::build(&fields, |name| typed(&map[name]).1);
            (Type::Object(fields), Value::Object(object))
        }
    }
}

/// Core sends an absent labelled or repeated block as an empty collection, everything else as null. A map of texts is an
/// attribute, a map of objects a block.
fn absent(ty: &Type) -> Value {
    match ty {
        Type::Map(element) if matches!(**element, Type::Object(_)) => Value::Map([].into()),
        Type::List(element) if matches!(**element, Type::Object(_)) => Value::List(Vec::new()),
        _ => Value::Null,
    }
}

/// What is configured is planned as it is; what is computed may be anything of its type.
fn plan_is_valid(schema: &Schema, prior: &Value, config: &Value, planned: &Value) {
    let Value::Object(object) = planned else {
        panic!("a planned state is an object")
    };
    assert_eq!(
        &Type::Object(Arc::clone(object.fields())),
        &schema.block.ty(),
        "every attribute and block is there"
    );
    for attribute in &schema.block.attributes {
        let (name, planned) = (attribute.name, planned.get(attribute.name));
        match attribute.mode {
            Mode::Computed => has_type(name, &attribute.ty, planned),
            _ => assert!(
                planned == config.get(name) || (!prior.is_null() && planned == prior.get(name)),
                "`{name}` was planned as {planned:?}, and configured otherwise"
            ),
        }
    }
    for block in &schema.block.blocks {
        assert_eq!(
            planned.get(block.name),
            config.get(block.name),
            "block `{}`",
            block.name
        );
    }
}

fn has_type(name: &str, ty: &Type, value: &Value) {
    match (ty, value) {
        (_, Value::Null | Value::Unknown)
        | (Type::String, Value::String(_))
        | (Type::Number, Value::Number(_))
        | (Type::Bool, Value::Bool(_)) => {}
        (Type::Dynamic, Value::Dynamic(it)) => has_type(name, &it.ty, &it.value),
        (Type::Tuple(types), Value::List(items)) if types.len() == items.len() => {
            for (ty, it) in types.iter().zip(items) {
                has_type(name, ty, it);
            }
        }
        (Type::List(element) | Type::Set(element), Value::List(items)) => {
            for it in items {
                has_type(name, element, it);
            }
        }
        (Type::Map(element), Value::Map(map)) => {
            for it in map.values() {
                has_type(name, element, it);
            }
        }
        (Type::Object(fields), Value::Object(object)) => {
            assert_eq!(fields, object.fields(), "`{name}`");
        }
        (ty, value) => panic!("`{name}` holds {value:?}, which is no {ty:?}"),
    }
}

/// Whatever was known stays; unknown values may become known.
fn compatible(at: &str, planned: &Value, actual: &Value) {
    match (planned, actual) {
        (Value::Unknown, _) => {}
        (Value::List(a), Value::List(b)) => {
            assert_eq!(
                a.len(),
                b.len(),
                "`{at}` changed its length: {a:?} became {b:?}"
            );
            for (index, (a, b)) in a.iter().zip(b).enumerate() {
                compatible(&format!("{at}[{index}]"), a, b);
            }
        }
        (Value::Dynamic(a), Value::Dynamic(b)) => {
            if a.value.is_wholly_known() {
                assert_eq!(a.ty, b.ty, "`{at}` changed its type");
            }
            compatible(at, &a.value, &b.value);
        }
        (Value::Map(a), Value::Map(b)) => {
            assert!(
                a.keys().eq(b.keys()),
                "`{at}` changed its keys: {:?} became {:?}",
                a.keys(),
                b.keys()
            );
            for (key, a) in a {
                compatible(&format!("{at}[{key:?}]"), a, &b[key]);
            }
        }
        (Value::Object(a), Value::Object(b)) => {
            for (name, a) in a.iter() {
                compatible(&format!("{at}.{name}"), a, b.get(name).unwrap());
            }
        }
        (a, b) => assert_eq!(a, b, "`{at}` changed"),
    }
}
