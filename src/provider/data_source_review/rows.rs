//! Rows as values: the attributes that they may have, and how they are read.

use super::super::data_value::{converted, entries};
use super::super::fields::Reader;
use super::super::rows::cell_type;
use super::super::schema::object;
use crate::model::finding::ConfigPath;
use crate::render::Column;
use crate::review::read::attributes::{Attributes, Marks};
use crate::review::read::platform::{Actual, Wanted};
use crate::terraform::value::{Fields, Type, Value};
use std::sync::Arc;

/// An attribute of the rows of an argument.
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) ty: Type,
    pub(super) is_required: bool,
    pub(super) description: &'static str,
}

/// The attributes of the rows of an argument for wanted rules.
pub(super) fn wanted_fields(of: &Wanted) -> Vec<Field> {
    let columns = of.columns.iter();
    columns.map(|it| field(it, of.required)).collect()
}

/// The attributes of the rows of an argument for existing rules.
pub(super) fn actual_fields(of: &Actual) -> Vec<Field> {
    let columns = of.columns.iter();
    let columns = columns.filter(|it| !of.omitted.contains(&it.name));
    let more = |ty: Type, (name, description): &(&'static str, &'static str)| Field {
        name,
        ty,
        is_required: of.required.contains(name),
        description,
    };
    // What a column has in wanted rows need not be so in existing ones.
    let column = |it: &Column| Field {
        description: "",
        ..field(it, of.required)
    };
    columns
        .map(column)
        .chain(of.texts.iter().map(|it| more(Type::String, it)))
        .chain(of.flags.iter().map(|it| more(Type::Bool, it)))
        .collect()
}

fn field(column: &Column, required: &[&str]) -> Field {
    Field {
        name: column.name,
        ty: cell_type(column.kind),
        is_required: required.contains(&column.name),
        description: column.description,
    }
}

/// The shape of rows, and the attributes that each must have.
pub(super) struct RowShape {
    ty: Type,
    required: Vec<&'static str>,
}

impl RowShape {
    pub(super) fn of(fields: &[Field]) -> RowShape {
        let required = fields.iter().filter(|it| it.is_required);
        RowShape {
            required: required.map(|it| it.name).collect(),
            ty: object(&Arc::new(Fields::new(
                fields.iter().map(|it| (it.name, it.ty.clone())),
            ))),
        }
    }

    /// A row of this shape. What does not fit is unknown, and a mistake.
    pub(super) fn row(&self, reader: &mut Reader, value: &Value, place: &ConfigPath) -> Value {
        let before = reader.findings.len();
        let row = converted(reader, value, &self.ty, place);
        if reader.findings.len() > before {
            return Value::Unknown;
        }
        let given = entries(value.plain()).unwrap_or_default();
        if row.is_null() || row.is_unknown() {
            return row;
        }
        let is_given = |name: &str| given.iter().any(|(it, _)| *it == name);
        let mut absent = self.required.iter().filter(|it| !is_given(it));
        match absent.next() {
            None => row,
            Some(name) => {
                let message = format!("`{name}` is required, but is not set");
                reader.mistake(&place.field(name), &message, "set it");
                Value::Unknown
            }
        }
    }
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
