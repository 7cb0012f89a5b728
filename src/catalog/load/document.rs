//! A product file as a tree with places, from TOML or JSON.

use super::mistakes::Mistakes;
use jsonc_parser::ast::{self, ObjectPropName};
use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};
use std::borrow::Cow;
use std::collections::BTreeSet;
use toml::de::{DeTable, DeValue};

/// A value and where its text begins.
#[derive(Debug)]
pub(super) struct Node<'t> {
    pub(super) value: Item<'t>,
    pub(super) at: usize,
}

/// What a product file can contain.
#[derive(Debug)]
pub(super) enum Item<'t> {
    String(Cow<'t, str>),
    Integer(i64),
    Bool(bool),
    Array(Vec<Node<'t>>),
    Table(Vec<Entry<'t>>),
    /// A type that the format does not use, by name.
    Other(&'static str),
}

/// A key with its value.
#[derive(Debug)]
pub(super) struct Entry<'t> {
    pub(super) key: Cow<'t, str>,
    pub(super) at: usize,
    pub(super) node: Node<'t>,
}

impl<'t> Node<'t> {
    /// The type, as a person names it.
    pub(super) fn kind(&self) -> &'static str {
        match &self.value {
            Item::String(_) => "a text",
            Item::Integer(_) => "a number",
            Item::Bool(_) => "true or false",
            Item::Array(_) => "a list",
            Item::Table(_) => "a table",
            Item::Other(kind) => kind,
        }
    }

    /// The entries of a table; none of anything else.
    pub(super) fn entries(&self) -> &[Entry<'t>] {
        match &self.value {
            Item::Table(entries) => entries,
            _ => &[],
        }
    }

    /// The value of a key in a table.
    pub(super) fn get(&self, key: &str) -> Option<&Node<'t>> {
        let entry = self.entries().iter().find(|it| it.key == key);
        entry.map(|it| &it.node)
    }

    /// The items of a list; of anything else, itself.
    pub(super) fn items(&self) -> &[Node<'t>] {
        match &self.value {
            Item::Array(items) => items,
            _ => std::slice::from_ref(self),
        }
    }

    /// A text that is not blank.
    pub(super) fn text(&self) -> Option<&str> {
        match &self.value {
            Item::String(text) if text.contains(|it: char| !it.is_whitespace()) => Some(text),
            _ => None,
        }
    }
}

/// The tree of a text: JSON where it begins with a brace, else TOML.
pub(super) fn parse<'t>(text: &'t str, mistakes: &mut Mistakes<'_>) -> Option<Node<'t>> {
    if text.trim().is_empty() {
        mistakes.add(
            0,
            "the file is empty; a product file starts with `format = 1`",
        );
        None
    } else if text.trim_start().starts_with('{') {
        match parse_json(text) {
            Ok(value) => value.map(|it| json_node(it, mistakes)),
            Err((at, message)) => {
                mistakes.add(at, message);
                None
            }
        }
    } else {
        parse_toml(text, mistakes)
    }
}

fn parse_toml<'t>(text: &'t str, mistakes: &mut Mistakes<'_>) -> Option<Node<'t>> {
    let (table, errors) = DeTable::parse_recoverable(text);
    if errors.is_empty() {
        return Some(Node {
            at: 0,
            value: Item::Table(entries(table.into_inner())),
        });
    }
    // A tree with holes would cause errors that the file does not have.
    if let Ok(Some(value)) = parse_json(text) {
        let node = json_node(value, mistakes);
        let message = format!("the file is {} in JSON; expected a table", node.kind());
        mistakes.add(node.at, message);
        return None;
    }
    for error in &errors {
        let span = error.span().unwrap_or_default();
        let message = match error.message() {
            "duplicate key" => format!(
                "duplicate key `{}`",
                text.get(span.clone()).unwrap_or_default()
            ),
            other => other.replace('\n', ", "),
        };
        mistakes.add(span.start, message);
    }
    None
}

fn entries<'t>(table: DeTable<'t>) -> Vec<Entry<'t>> {
    let entry = |(key, value): (toml::Spanned<Cow<'t, str>>, toml::Spanned<DeValue<'t>>)| Entry {
        at: key.span().start,
        key: key.into_inner(),
        node: toml_node(value),
    };
    table.into_iter().map(entry).collect()
}

fn toml_node(value: toml::Spanned<DeValue<'_>>) -> Node<'_> {
    let at = value.span().start;
    let value = match value.into_inner() {
        DeValue::String(text) => Item::String(text),
        DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
            .map_or(Item::Other("a number beyond 64 bits"), Item::Integer),
        DeValue::Float(_) => Item::Other("a number with a fraction"),
        DeValue::Boolean(it) => Item::Bool(it),
        DeValue::Datetime(_) => Item::Other("a date without quotes"),
        DeValue::Array(items) => Item::Array(items.into_iter().map(toml_node).collect()),
        DeValue::Table(table) => Item::Table(entries(table)),
    };
    Node { value, at }
}

const STRICT_JSON: ParseOptions = ParseOptions {
    allow_comments: false,
    allow_loose_object_property_names: false,
    allow_trailing_commas: false,
    allow_missing_commas: false,
    allow_single_quoted_strings: false,
    allow_hexadecimal_numbers: false,
    allow_unary_plus_numbers: false,
    allow_bare_decimal_point_numbers: false,
    allow_non_finite_numbers: false,
    allow_extended_string_escapes: false,
};

fn parse_json(text: &str) -> Result<Option<ast::Value<'_>>, (usize, String)> {
    parse_to_ast(text, &CollectOptions::default(), &STRICT_JSON)
        .map(|it| it.value)
        .map_err(|error| (error.range().start, error.kind().to_string().to_lowercase()))
}

fn json_node<'t>(value: ast::Value<'t>, mistakes: &mut Mistakes<'_>) -> Node<'t> {
    let at = value.range().start;
    let value = match value {
        ast::Value::StringLit(it) => Item::String(it.value),
        ast::Value::NumberLit(it) => match it.value.parse() {
            Ok(number) => Item::Integer(number),
            Err(_) if it.value.contains(['.', 'e', 'E']) => Item::Other("a number with a fraction"),
            Err(_) => Item::Other("a number beyond 64 bits"),
        },
        ast::Value::BooleanLit(it) => Item::Bool(it.value),
        ast::Value::NullKeyword(_) => Item::Other("null (remove the field)"),
        ast::Value::Array(it) => {
            let items = it.elements.into_iter().map(|it| json_node(it, mistakes));
            Item::Array(items.collect())
        }
        ast::Value::Object(object) => {
            let mut entries: Vec<Entry<'t>> = Vec::with_capacity(object.properties.len());
            for property in object.properties {
                entries.push(Entry {
                    at: property.range.start,
                    key: match property.name {
                        ObjectPropName::String(it) => it.value,
                        ObjectPropName::Word(it) => it.value.into(),
                    },
                    node: json_node(property.value, mistakes),
                });
            }
            let mut keys = BTreeSet::new();
            for it in &entries {
                if !keys.insert(&it.key) {
                    mistakes.add(it.at, format!("duplicate key `{}`", it.key));
                }
            }
            Item::Table(entries)
        }
    };
    Node { value, at }
}
