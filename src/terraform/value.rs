//! Values and types as Terraform has them: anything may be null, and at plan anything may be unknown.

use std::collections::BTreeMap;
use std::sync::Arc;

/// The type of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Type {
    /// Text.
    String,
    /// A number of any size.
    Number,
    /// True or false.
    Bool,
    /// A sequence.
    List(Box<Type>),
    /// Names to values of one type.
    Map(Box<Type>),
    /// A sequence without order, in which an element comes once.
    Set(Box<Type>),
    /// A fixed set of names, each with its type.
    Object(Arc<Fields>),
    /// A fixed number of elements, each with its type.
    Tuple(Arc<[Type]>),
    /// Any type: each value brings its own.
    Dynamic,
}

/// The names and types of an object, sorted by name; every object value shares those of its type.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Fields {
    fields: Vec<(String, Type)>,
}

impl Fields {
    /// From names and types in any order.
    pub fn new<N: Into<String>>(fields: impl IntoIterator<Item = (N, Type)>) -> Self {
        let fields = fields.into_iter().map(|(name, ty)| (name.into(), ty));
        Fields::sorted(fields.collect())
    }

    /// Apart from `new`, so that the code of the sort is there once.
    fn sorted(mut fields: Vec<(String, Type)>) -> Self {
        fields.sort_by(|a, b| a.0.cmp(&b.0));
        Fields { fields }
    }

    /// Names and types, sorted by name.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &Type)> {
        self.fields.iter().map(|(name, ty)| (name.as_str(), ty))
    }

    /// The index of a field, and its type.
    pub(super) fn find(&self, name: &str) -> Option<(usize, &Type)> {
        self.position(name).map(|at| (at, &self.fields[at].1))
    }

    fn position(&self, name: &str) -> Option<usize> {
        self.fields
            .binary_search_by(|(it, _)| it.as_str().cmp(name))
            .ok()
    }
}

/// A value. Lists and maps own their elements; strings are shared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Absent.
    Null,
    /// Known only after apply.
    Unknown,
    /// True or false.
    Bool(bool),
    /// A number, as the decimal text that came over the wire, so that no digit is lost.
    Number(Arc<str>),
    /// Text, in NFC as the CLIs send it.
    String(Arc<str>),
    /// The elements of a list, a set or a tuple.
    List(Vec<Value>),
    /// The elements of a map.
    Map(BTreeMap<Arc<str>, Value>),
    /// An object or a block.
    Object(Object),
    /// A value of dynamic type, with the type that it has. Shared: it goes back to the CLI exactly as it came.
    Dynamic(Arc<Dynamic>),
}

/// A value and its own type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dynamic {
    /// The type that the value came with.
    pub ty: Type,
    /// A value of that type.
    pub value: Value,
}

/// An object: one value for each field of its type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    fields: Arc<Fields>,
    values: Box<[Value]>,
}

impl Object {
    /// One value for each field, asked for by name in sorted order.
    pub fn build(fields: &Arc<Fields>, mut value: impl FnMut(&str) -> Value) -> Self {
        Object {
            fields: Arc::clone(fields),
            values: fields.iter().map(|(name, _)| value(name)).collect(),
        }
    }

    /// The values themselves, in the order of the fields.
    pub(super) fn from_values(fields: &Arc<Fields>, values: Vec<Value>) -> Self {
        debug_assert_eq!(fields.fields.len(), values.len());
        Object {
            fields: Arc::clone(fields),
            values: values.into(),
        }
    }

    /// The same fields with other values, each made of the one before.
    #[must_use]
    pub fn map(self, mut change: impl FnMut(&str, Value) -> Value) -> Self {
        let Object { fields, values } = self;
        let values = fields
            .iter()
            .zip(values)
            .map(|((name, _), value)| change(name, value))
            .collect();
        Object { fields, values }
    }

    /// The value of a field, if the type has it.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.fields.position(name).map(|at| &self.values[at])
    }

    /// Names and values, sorted by name.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &Value)> {
        self.fields
            .fields
            .iter()
            .zip(&self.values)
            .map(|((name, _), value)| (name.as_str(), value))
    }

    /// The names and types.
    pub fn fields(&self) -> &Arc<Fields> {
        &self.fields
    }
}

impl Value {
    /// A map, of pairs in any order. It takes a `Vec` of one type, so that the code of the sort is there once.
    pub fn map(pairs: Vec<(Arc<str>, Value)>) -> Value {
        Value::Map(pairs.into_iter().collect())
    }

    /// Text.
    pub fn string(text: impl Into<Arc<str>>) -> Value {
        Value::String(text.into())
    }

    /// A whole number.
    pub fn number(number: impl std::fmt::Display) -> Value {
        Value::Number(number.to_string().into())
    }

    /// A value of dynamic type.
    pub fn dynamic(ty: Type, value: Value) -> Value {
        Value::Dynamic(Arc::new(Dynamic { ty, value }))
    }

    /// The value itself, without the types that values of dynamic type bring.
    pub fn plain(&self) -> &Value {
        match self {
            Value::Dynamic(it) => it.value.plain(),
            other => other,
        }
    }

    /// A field of an object or an element of a map; `Null` if it is absent.
    pub fn get(&self, name: &str) -> &Value {
        match self.plain() {
            Value::Object(object) => object.get(name).unwrap_or(&Value::Null),
            Value::Map(map) => map.get(name).unwrap_or(&Value::Null),
            _ => &Value::Null,
        }
    }

    /// The text, if this is a known string.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// Whether this is `Null`.
    pub fn is_null(&self) -> bool {
        matches!(self.plain(), Value::Null)
    }

    /// Whether this very value is unknown; elements are not looked at.
    pub fn is_unknown(&self) -> bool {
        matches!(self.plain(), Value::Unknown)
    }

    /// Whether nothing in it, at any depth, is unknown.
    pub fn is_wholly_known(&self) -> bool {
        match self {
            Value::Unknown => false,
            Value::List(items) => items.iter().all(Value::is_wholly_known),
            Value::Map(map) => map.values().all(Value::is_wholly_known),
            Value::Object(object) => object.values.iter().all(Value::is_wholly_known),
            Value::Dynamic(it) => it.value.is_wholly_known(),
            _ => true,
        }
    }
}
