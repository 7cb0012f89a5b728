//! A product file as a tree with places, from TOML or JSON; and the mistakes in it, each with line and column.

use jsonc_parser::ast;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};
use std::fmt;
use toml::de::{DeTable, DeValue};

/// A value and where its text begins.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) value: Item,
    pub(super) at: usize,
}

/// What a product file can hold.
#[derive(Debug)]
pub(super) enum Item {
    String(String),
    Integer(i64),
    Bool(bool),
    Array(Vec<Node>),
    Table(Vec<Entry>),
    /// Nothing that the format uses, by the name of its type.
    Other(&'static str),
}

/// A key with its value.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) key: String,
    pub(super) at: usize,
    pub(super) node: Node,
}

impl Item {
    /// The type, as a person names it.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Item::String(_) => "a text",
            Item::Integer(_) => "a number",
            Item::Bool(_) => "true or false",
            Item::Array(_) => "a list",
            Item::Table(_) => "a table",
            Item::Other(kind) => kind,
        }
    }
}

/// One mistake in a product file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mistake {
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
    /// What was found and what is allowed.
    pub message: String,
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.line, self.column, self.message)
    }
}

/// The mistakes of one file, gathered by byte offset.
#[derive(Debug)]
pub(super) struct Mistakes<'t> {
    text: &'t str,
    found: Vec<(usize, String)>,
}

impl<'t> Mistakes<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Mistakes {
            text,
            found: Vec::new(),
        }
    }

    pub(super) fn add(&mut self, at: usize, message: impl Into<String>) {
        self.found.push((at.min(self.text.len()), message.into()));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// In the order of the file, each once.
    pub(super) fn into_sorted(mut self) -> Vec<Mistake> {
        self.found.sort();
        self.found.dedup();
        let (mut line, mut line_start, mut seen) = (1, 0, 0);
        self.found
            .into_iter()
            .map(|(at, message)| {
                for (offset, byte) in self.text.as_bytes()[seen..at].iter().enumerate() {
                    if *byte == b'\n' {
                        line += 1;
                        line_start = seen + offset + 1;
                    }
                }
                seen = at;
                let column = self
                    .text
                    .get(line_start..at)
                    .map_or(1, |it| it.chars().count() + 1);
                Mistake {
                    line,
                    column,
                    message,
                }
            })
            .collect()
    }
}

/// The tree of a text: JSON where it begins with a brace, else TOML.
pub(super) fn parse(text: &str, mistakes: &mut Mistakes<'_>) -> Option<Node> {
    if text.trim().is_empty() {
        mistakes.add(
            0,
            "the file is empty; a product file begins with `format = 1`",
        );
        return None;
    }
    // Editors on Windows begin a file with a mark of three bytes; as blanks, they leave every place where it is.
    let unmarked = text
        .strip_prefix('\u{feff}')
        .map(|rest| format!("   {rest}"));
    let text = unmarked.as_deref().unwrap_or(text);
    if text.trim_start().starts_with('{') {
        parse_json(text, mistakes)
    } else {
        parse_toml(text, mistakes)
    }
}

fn parse_toml(text: &str, mistakes: &mut Mistakes<'_>) -> Option<Node> {
    let (table, errors) = DeTable::parse_recoverable(text);
    for error in &errors {
        let message = error.message().replace('\n', ", ");
        mistakes.add(error.span().map_or(0, |it| it.start), message);
    }
    // A tree with holes would bring mistakes that are none.
    errors.is_empty().then(|| Node {
        at: 0,
        value: Item::Table(entries(table.into_inner())),
    })
}

fn entries(table: DeTable<'_>) -> Vec<Entry> {
    table
        .into_iter()
        .map(|(key, value)| {
            let at = key.span().start;
            let (value, node_at) = (value.get_ref().clone(), value.span().start);
            Entry {
                key: key.into_inner().into_owned(),
                at,
                node: Node {
                    at: node_at,
                    value: toml_item(value),
                },
            }
        })
        .collect()
}

fn toml_item(value: DeValue<'_>) -> Item {
    match value {
        DeValue::String(text) => Item::String(text.into_owned()),
        DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
            .map_or(Item::Other("a number beyond 64 bits"), Item::Integer),
        DeValue::Float(_) => Item::Other("a number with a fraction"),
        DeValue::Boolean(it) => Item::Bool(it),
        DeValue::Datetime(_) => Item::Other("a date (put it in quotes)"),
        DeValue::Array(items) => Item::Array(
            items
                .into_iter()
                .map(|it| Node {
                    at: it.span().start,
                    value: toml_item(it.into_inner()),
                })
                .collect(),
        ),
        DeValue::Table(table) => Item::Table(entries(table)),
    }
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

fn parse_json(text: &str, mistakes: &mut Mistakes<'_>) -> Option<Node> {
    match parse_to_ast(text, &CollectOptions::default(), &STRICT_JSON) {
        Err(error) => {
            mistakes.add(error.range().start, error.kind().to_string().to_lowercase());
            None
        }
        Ok(parsed) => parsed.value.map(|it| json_node(&it, mistakes)),
    }
}

fn json_node(value: &ast::Value<'_>, mistakes: &mut Mistakes<'_>) -> Node {
    let (at, value) = match value {
        ast::Value::StringLit(it) => (it.range.start, Item::String(it.value.to_string())),
        ast::Value::NumberLit(it) => (
            it.range.start,
            it.value
                .parse()
                .map_or(Item::Other("a number with a fraction"), Item::Integer),
        ),
        ast::Value::BooleanLit(it) => (it.range.start, Item::Bool(it.value)),
        ast::Value::NullKeyword(it) => (it.range.start, Item::Other("null (leave the field out)")),
        ast::Value::Array(it) => (
            it.range.start,
            Item::Array(
                it.elements
                    .iter()
                    .map(|it| json_node(it, mistakes))
                    .collect(),
            ),
        ),
        ast::Value::Object(object) => {
            let mut keys = std::collections::BTreeSet::new();
            let mut entries = Vec::with_capacity(object.properties.len());
            for property in &object.properties {
                let (key, at) = (property.name.as_str().to_owned(), property.range.start);
                if !keys.insert(key.clone()) {
                    mistakes.add(at, format!("`{key}` stands twice in one object"));
                }
                entries.push(Entry {
                    key,
                    at,
                    node: json_node(&property.value, mistakes),
                });
            }
            (object.range.start, Item::Table(entries))
        }
    };
    Node { value, at }
}
