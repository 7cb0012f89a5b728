//! Rows as values: their types in the schema, and their attributes.

use super::super::rows::cell_type;
use super::super::schema::{list, map, object};
use crate::review::read::attributes::{Attributes, Marks};
use crate::review::read::platform::{Actual, Wanted};
use crate::terraform::value::{Fields, Type, Value};
use std::sync::Arc;

/// Objects whose other fields than the required ones may be omitted.
fn objects(fields: Vec<(&str, Type)>, required: &[&str]) -> Type {
    let names = fields.iter().map(|(name, _)| *name);
    let optional: Vec<&str> = names.filter(|it| !required.contains(it)).collect();
    object(&Arc::new(Fields::new(fields).with_optional(optional)))
}

/// The type of an argument for wanted rules.
pub(super) fn wanted_type(of: &Wanted) -> Type {
    let columns = of.columns.iter().map(|it| (it.name, cell_type(it.kind)));
    map(objects(columns.collect(), of.required))
}

/// The type of an argument for existing rules.
pub(super) fn actual_type(of: &Actual) -> Type {
    let columns = of
        .columns
        .iter()
        .filter(|it| !of.omitted.contains(&it.name));
    let columns = columns.map(|it| (it.name, cell_type(it.kind)));
    let texts = of.texts.iter().map(|it| (*it, Type::String));
    let flags = of.flags.iter().map(|it| (*it, Type::Bool));
    let fields = columns.chain(texts).chain(flags).collect();
    let rows = list(objects(fields, of.required));
    if of.by_group { map(rows) } else { rows }
}

/// The attributes of a row, all of which are known.
pub(super) struct Row<'v> {
    value: &'v Value,
    marks: Marks,
}

impl<'v> Row<'v> {
    pub(super) fn new(value: &'v Value) -> Row<'v> {
        Row {
            value,
            marks: Marks::default(),
        }
    }
}

impl Attributes for Row<'_> {
    fn text(&mut self, name: &str) -> Option<String> {
        self.label(name)
    }

    fn number(&mut self, name: &str) -> Option<i64> {
        match self.value.get(name) {
            Value::Number(text) => text.parse().ok(),
            _ => None,
        }
    }

    fn flag(&mut self, name: &str) -> Option<bool> {
        match self.value.get(name) {
            Value::Bool(it) => Some(*it),
            _ => None,
        }
    }

    fn texts(&mut self, names: &[&str]) -> Vec<String> {
        let values = names.iter().flat_map(|it| match self.value.get(it) {
            Value::List(items) => items.iter().collect(),
            one => vec![one],
        });
        let texts = values.filter_map(Value::as_str);
        texts
            .filter(|it| !it.is_empty())
            .map(str::to_owned)
            .collect()
    }

    fn texts_if_known(&mut self, name: &str) -> Option<Vec<String>> {
        Some(self.texts(&[name]))
    }

    fn blocks<'b>(&'b mut self, name: &str) -> Vec<Box<dyn Attributes + 'b>> {
        self.nested(name)
    }

    fn nested<'b>(&'b self, name: &str) -> Vec<Box<dyn Attributes + 'b>> {
        let Value::List(items) = self.value.get(name) else {
            return Vec::new();
        };
        items
            .iter()
            .map(|it| Box::new(Row::new(it)) as Box<dyn Attributes>)
            .collect()
    }

    fn label(&self, name: &str) -> Option<String> {
        let text = self.value.get(name).as_str();
        text.filter(|it| !it.is_empty()).map(str::to_owned)
    }

    fn marks(&mut self) -> &mut Marks {
        &mut self.marks
    }
}
