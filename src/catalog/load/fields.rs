//! Reading the fields of a table that has been checked: what is not there, or is not of the format, reads as absent.

use super::document::{Item, Node};
use crate::catalog::bounds::{Covers, Releases};
use crate::catalog::format::{FILE, Field, FieldType, Table};
use crate::catalog::numbers::Numbers;
use crate::catalog::port_text::PortText;
use crate::catalog::product::{Conditional, Texts};
use crate::model::address::{BadCidr, Cidr, Family};
use std::fmt;

/// What messages call a table.
#[derive(Clone, Copy)]
pub(super) enum TableName<'n> {
    File,
    /// By its name or id: flow `admin`.
    Name(&'static str, &'n str),
    /// By its place in the list, from 0, where it has no id.
    Number(&'static str, usize),
    /// By the field that contains it, and the table around it.
    Part(&'static str, &'n TableName<'n>),
}

impl<'n> TableName<'n> {
    /// An item of a list.
    pub(super) fn item(table: &Table, node: &'n Node<'_>, index: usize) -> TableName<'n> {
        match node.get("id").and_then(Node::text) {
            Some(id) => TableName::Name(table.name, id),
            None => TableName::Number(table.name, index),
        }
    }
}

impl fmt::Display for TableName<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TableName::File => f.write_str("the file"),
            TableName::Name(table, name) => write!(f, "{table} `{name}`"),
            TableName::Number(table, index) => write!(f, "{table} number {}", index + 1),
            TableName::Part(field, whole) => write!(f, "`{field}` of {whole}"),
        }
    }
}

/// A text and where it is in the file.
#[derive(Clone, Copy)]
pub(super) struct Text<'n> {
    pub(super) text: &'n str,
    pub(super) at: usize,
}

/// A table that is being read. INVARIANT: every field that is asked for is declared.
#[derive(Clone, Copy)]
pub(super) struct Fields<'n> {
    node: &'n Node<'n>,
    table: &'static Table,
    pub(super) called: TableName<'n>,
    /// Where it is in the file.
    pub(super) at: usize,
}

impl<'n> Fields<'n> {
    /// The whole file.
    pub(super) fn file(root: &'n Node<'n>) -> Self {
        Fields {
            node: root,
            table: &FILE,
            called: TableName::File,
            at: root.at,
        }
    }

    fn declared(self, field: &str) -> &'static Field {
        let declared = self.table.fields.iter().find(|it| it.name == field);
        declared.unwrap_or_else(|| panic!("{} has no `{field}`", self.table.name))
    }

    fn get(self, field: &str) -> Option<&'n Node<'n>> {
        debug_assert_eq!(self.declared(field).name, field);
        self.node.get(field)
    }

    /// Whether a field is there, of whatever type.
    pub(super) fn has(self, field: &str) -> bool {
        self.get(field).is_some()
    }

    /// Where a field is; the table's own place if the field is absent.
    pub(super) fn place(self, field: &str) -> usize {
        self.get(field).map_or(self.at, |it| it.at)
    }

    /// A text.
    pub(super) fn text(self, field: &str) -> Option<Text<'n>> {
        self.get(field).and_then(text)
    }

    /// A text whose place is not needed.
    pub(super) fn optional(self, field: &str) -> Option<String> {
        self.text(field).map(|it| it.text.to_owned())
    }

    /// The same, empty where absent.
    pub(super) fn string(self, field: &str) -> String {
        self.optional(field).unwrap_or_default()
    }

    /// One text or a list of them.
    pub(super) fn texts(self, field: &str) -> impl Iterator<Item = Text<'n>> {
        let items = self.get(field).map_or(&[][..], Node::items);
        items.iter().filter_map(text)
    }

    /// The same where their places are of no matter.
    pub(super) fn strings(self, field: &str) -> Vec<String> {
        self.texts(field).map(|it| it.text.to_owned()).collect()
    }

    /// A word of a vocabulary.
    pub(super) fn word<T>(self, field: &str, parse: fn(&str) -> Option<T>) -> Option<T> {
        self.text(field).and_then(|it| parse(it.text))
    }

    /// True or false.
    pub(super) fn flag(self, field: &str) -> Option<bool> {
        match self.get(field)?.value {
            Item::Bool(it) => Some(it),
            _ => None,
        }
    }

    /// The title, also of what has only a title in place of its table.
    pub(super) fn title(self) -> String {
        match text(self.node) {
            Some(title) => title.text.to_owned(),
            None => self.string("title"),
        }
    }

    /// A number; 0 where it is absent.
    pub(super) fn distance(self, field: &str) -> i32 {
        match self.get(field).map(|it| &it.value) {
            Some(Item::Integer(by)) => i32::try_from(*by).unwrap_or_default(),
            _ => 0,
        }
    }

    /// Texts by key, such as a language or a profile.
    pub(super) fn by_key(self, field: &str) -> impl Iterator<Item = (&'n str, Text<'n>)> {
        let entries = self.get(field).map_or(&[][..], Node::entries);
        entries
            .iter()
            .filter_map(|it| Some((&*it.key, text(&it.node)?)))
    }

    /// Texts by language.
    pub(super) fn languages(self, field: &str) -> Texts {
        self.by_key(field)
            .map(|(language, it)| (language.to_owned(), it.text.to_owned()))
            .collect()
    }

    /// A list of ports.
    pub(super) fn ports(self, field: &str) -> PortText {
        self.text(field).map(ports).unwrap_or_default()
    }

    /// A list of numbers.
    pub(super) fn numbers(self, field: &str) -> Numbers {
        let numbers = self.text(field).and_then(|it| Numbers::parse(it.text).ok());
        numbers.unwrap_or_default()
    }

    /// The releases in which the table holds.
    pub(super) fn releases(self) -> Releases {
        let bounds = self.texts("releases");
        Releases::any(
            bounds
                .filter_map(|it| Covers::parse(it.text).ok())
                .collect(),
        )
    }

    /// The defaults under conditions.
    pub(super) fn defaults<T>(self, value: impl Fn(Fields<'n>) -> T) -> Vec<Conditional<T>> {
        let conditional = |it: Fields<'n>| Conditional {
            releases: it.releases(),
            when: it.strings("when"),
            unless: it.strings("unless"),
            value: value(it),
        };
        self.tables("defaults").map(conditional).collect()
    }

    /// A table inside this one, or a list of them. Those of a list have an id, or are called by their place.
    pub(super) fn tables(self, field: &str) -> impl Iterator<Item = Fields<'n>> {
        let (FieldType::One(table) | FieldType::OneOrMore(table) | FieldType::List(table, _)) =
            self.declared(field).takes
        else {
            panic!("`{field}` has no tables");
        };
        let items = self.get(field).map_or(&[][..], Node::items);
        items.iter().enumerate().map(move |(index, node)| Fields {
            node,
            table,
            called: TableName::item(table, node, index),
            at: node.at,
        })
    }

    /// Tables with their names.
    pub(super) fn named(self, field: &str) -> impl Iterator<Item = (&'n str, Fields<'n>)> {
        let (FieldType::ByName(table) | FieldType::ByNameOrTitle(table)) =
            self.declared(field).takes
        else {
            panic!("`{field}` has no named tables");
        };
        let entries = self.get(field).map_or(&[][..], Node::entries);
        entries.iter().map(move |it| {
            let fields = Fields {
                node: &it.node,
                table,
                called: TableName::Name(table.name, &it.key),
                at: it.at,
            };
            (&*it.key, fields)
        })
    }
}

fn text<'n>(node: &'n Node<'_>) -> Option<Text<'n>> {
    node.text().map(|text| Text { text, at: node.at })
}

/// The ports of a text; none if it is not a list of ports.
pub(super) fn ports(text: Text<'_>) -> PortText {
    PortText::parse(text.text).unwrap_or_default()
}

/// A block of addresses of either family.
pub(super) fn address(text: &str) -> Result<Cidr, BadCidr> {
    let family = if text.contains(':') {
        Family::V6
    } else {
        Family::V4
    };
    Cidr::parse(text, family)
}
