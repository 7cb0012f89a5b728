//! Checks the tree of a product file against the declared format: every table has its fields, every field a value of its type, and
//! every name that refers to a table names an existing one.

use super::document::{Entry, Item, Node};
use super::fields::{TableName, address};
use super::mistakes::Mistakes;
use crate::catalog::bounds::Covers;
use crate::catalog::format::{FILE, Field, FieldType, SWITCH, Table};
use crate::catalog::numbers::Numbers;
use crate::catalog::port_text::PortText;
use crate::catalog::version::Version;
use crate::model::address::covers_all_addresses;
use crate::model::name::{backticked, good_name, is_name};
use crate::model::traffic::Service;
use std::collections::{BTreeMap, BTreeSet};

/// Notes whatever in the file is not of the format.
pub(super) fn check(root: &Node<'_>, mistakes: &mut Mistakes<'_>) {
    let names = FILE.fields.iter().map(|it| (it.name, names(it, root)));
    let mut names: BTreeMap<_, _> = names.collect();
    let switches = names["flow"].union(&names["feature"]).copied().collect();
    names.insert(SWITCH, switches);
    let choices = root.get("choice").map_or(&[][..], Node::entries);
    let options = choices.iter().flat_map(|choice| {
        let options = choice.node.get("options").map_or(&[][..], Node::entries);
        options
            .iter()
            .map(|it| format!("{}.{}", choice.key, it.key))
    });
    let mut check = Check {
        names,
        options: options.collect(),
        mistakes,
    };
    check.table(&FILE, root, root.at, TableName::File);
}

/// The names by which the tables in a field of the file can be referred to.
fn names<'n>(field: &Field, root: &'n Node<'_>) -> BTreeSet<&'n str> {
    let Some(node) = root.get(field.name) else {
        return BTreeSet::new();
    };
    match field.takes {
        FieldType::ByName(_) => node.entries().iter().map(|it| &*it.key).collect(),
        FieldType::List(..) => {
            let ids = node.items().iter().filter_map(|it| it.get("id"));
            ids.filter_map(Node::text).collect()
        }
        _ => BTreeSet::new(),
    }
}

/// What a field must be, for "and must be …" and "write …".
fn must_be(field: &Field) -> String {
    let text = match field.takes {
        FieldType::Format => "the number 1, without quotes",
        FieldType::Name => "a name in quotes, e.g. \"my-name\"",
        FieldType::Text => "a text in quotes",
        FieldType::Texts => "a text in quotes, or a list of them",
        FieldType::Language => "a two-letter language in quotes, e.g. \"en\"",
        FieldType::Languages => "a table by language, e.g. { en = \"…\" }",
        FieldType::Date => "a date in quotes, e.g. \"2026-11-20\"",
        FieldType::Version => "letters, digits, dots and dashes in quotes, e.g. \"3.10\"",
        FieldType::Covers => "bounds in quotes, e.g. \">=3.4, <4\"",
        FieldType::Releases => "bounds in quotes, e.g. \">=1.63\", or a list of them",
        FieldType::Addresses => {
            "an address or a block in quotes, e.g. \"169.254.169.254/32\", or a table of these by name"
        }
        FieldType::Numbers => "numbers in quotes, e.g. \"0-97\"",
        FieldType::Digits => "a whole number from 1 to 5, without quotes",
        FieldType::Conditions(table) => {
            return format!(
                "the name of a {table}, or an option as `choice.option`, in quotes, or a list of them; join with `+` what must be on together"
            );
        }
        FieldType::Ports => "ports in quotes, e.g. \"80, 8000-8099\"",
        FieldType::PortsByProfile => "a table of ports in quotes, e.g. { production = \"443\" }",
        FieldType::Services => "a service in quotes or a list of them, e.g. [\"tcp/443\"]",
        FieldType::Flag => "true or false, without quotes",
        FieldType::Distance => "a whole number without quotes",
        FieldType::Word(words) => return format!("one of {}", backticked(words.iter().copied())),
        FieldType::Words(words) => {
            return format!(
                "one of {}, or a list of them",
                backticked(words.iter().copied())
            );
        }
        FieldType::Ref(table) => return format!("the name of a {table} in quotes"),
        FieldType::Refs(table) => {
            return format!("the name of a {table} in quotes, or a list of them");
        }
        FieldType::One(table) | FieldType::OneOrMore(table) => {
            let fields = table.fields.iter().filter(|it| it.required);
            let fields: Vec<_> = fields.map(|it| format!("{} = …", it.name)).collect();
            return format!("a table, e.g. {{ {} }}", fields.join(", "));
        }
        FieldType::List(..) => return format!("a list of tables, e.g. [[{}]]", field.name),
        FieldType::ByName(_) => return format!("tables with names, e.g. [{}.example]", field.name),
        FieldType::ByNameOrTitle(_) => "titles by name, e.g. { one = \"…\", other = \"…\" }",
    };
    text.to_owned()
}

struct Check<'n, 'm, 't> {
    /// What can be referred to, by table.
    names: BTreeMap<&'static str, BTreeSet<&'n str>>,
    /// The options, each as `choice.option`.
    options: BTreeSet<String>,
    mistakes: &'m mut Mistakes<'t>,
}

impl<'n> Check<'n, '_, '_> {
    fn table(
        &mut self,
        table: &'static Table,
        node: &'n Node<'_>,
        at: usize,
        called: TableName<'_>,
    ) {
        if !matches!(node.value, Item::Table(_)) {
            let message = format!("{called} is {}; expected a table", node.kind());
            return self.mistakes.add(node.at, message);
        }
        for entry in node.entries() {
            match table.fields.iter().find(|it| it.name == entry.key) {
                Some(field) => self.field(field, &entry.node, called),
                None => self.mistakes.add_unknown(
                    entry.at,
                    format!("{called}: unknown field `{}`", entry.key),
                    &entry.key,
                    table.fields.iter().map(|it| it.name),
                ),
            }
        }
        for field in table.fields.iter().filter(|it| it.required) {
            if node.get(field.name).is_none() {
                self.missing(field, "missing", at, called);
            }
        }
    }

    fn missing(&mut self, field: &Field, how: &str, at: usize, called: TableName<'_>) {
        let (name, about, write) = (field.name, field.about, must_be(field));
        let message = format!("{called}: `{name}` is {how} ({about}); write {write}");
        self.mistakes.add(at, message);
    }

    fn wrong(&mut self, field: &Field, node: &Node<'_>, called: TableName<'_>) {
        let (kind, must) = (node.kind(), must_be(field));
        let message = format!("{called}: `{}` is {kind}; expected {must}", field.name);
        self.mistakes.add(node.at, message);
    }

    fn field(&mut self, field: &'static Field, node: &'n Node<'_>, called: TableName<'_>) {
        let empty = match &node.value {
            Item::Array(items) => items.is_empty(),
            Item::Table(entries) => entries.is_empty(),
            _ => false,
        };
        match (field.takes, &node.value) {
            (_, Item::Array(_) | Item::Table(_)) if empty && field.required => {
                self.missing(field, "empty", node.at, called);
            }
            // An empty list of bounds could mean every release, or none.
            (FieldType::Releases | FieldType::Addresses, _) if empty => {
                let message = format!("{called}: `{}` is empty; set it or remove it", field.name);
                self.mistakes.add(node.at, message);
            }
            (FieldType::Format, Item::Integer(1))
            | (FieldType::Flag, Item::Bool(_))
            | (FieldType::Digits, Item::Integer(1..=5)) => {}
            (FieldType::Format, Item::Integer(other)) => self.mistakes.add(
                node.at,
                format!("format {other} is not supported; this provider reads format 1"),
            ),
            (FieldType::Digits, Item::Integer(other)) => {
                let (name, must) = (field.name, must_be(field));
                let message = format!("{called}: `{name}` is {other}; expected {must}");
                self.mistakes.add(node.at, message);
            }
            (FieldType::Distance, Item::Integer(by)) => {
                if by.unsigned_abs() > u64::from(u16::MAX) {
                    let message = format!(
                        "{called}: `{}` is {by}, but ports are at most 65535",
                        field.name
                    );
                    self.mistakes.add(node.at, message);
                }
            }
            (
                FieldType::Texts
                | FieldType::Services
                | FieldType::Words(_)
                | FieldType::Refs(_)
                | FieldType::Releases
                | FieldType::Conditions(_),
                _,
            ) => {
                let mut seen = BTreeSet::new();
                for item in node.items() {
                    self.text(field, item, called);
                    if item.text().is_some_and(|it| !seen.insert(it)) {
                        let text = item.text().unwrap_or_default();
                        let message = format!("{called}: `{text}` is in `{}` twice", field.name);
                        self.mistakes.add(item.at, message);
                    }
                }
            }
            (FieldType::Languages, Item::Table(entries)) => {
                self.languages(field, entries, node.at, called);
            }
            (FieldType::PortsByProfile, Item::Table(entries)) => {
                for entry in entries {
                    self.text(field, &entry.node, called);
                }
            }
            (FieldType::Addresses, Item::Table(entries)) => {
                for entry in entries {
                    self.name(field, &entry.key, entry.at);
                    self.text(field, &entry.node, called);
                }
            }
            (FieldType::ByNameOrTitle(table), Item::Table(entries)) => {
                for entry in entries {
                    self.name(field, &entry.key, entry.at);
                    let inner = TableName::Name(table.name, &entry.key);
                    match &entry.node.value {
                        Item::String(_) => self.text(field, &entry.node, called),
                        Item::Table(_) => self.table(table, &entry.node, entry.at, inner),
                        _ => {
                            let kind = entry.node.kind();
                            let message = format!(
                                "{inner} is {kind}; expected a title in quotes, or a table"
                            );
                            self.mistakes.add(entry.node.at, message);
                        }
                    }
                }
            }
            (FieldType::One(table), _) => {
                self.table(table, node, node.at, TableName::Part(field.name, &called));
            }
            (FieldType::OneOrMore(table), _) => {
                for item in node.items() {
                    self.table(table, item, item.at, TableName::Part(field.name, &called));
                }
            }
            (FieldType::List(table, least), Item::Array(items)) => {
                self.list(field, table, items, called);
                if items.len() < least {
                    self.missing(field, "too short", node.at, called);
                }
            }
            (FieldType::ByName(table), Item::Table(entries)) => {
                for entry in entries {
                    self.name(field, &entry.key, entry.at);
                    self.table(
                        table,
                        &entry.node,
                        entry.at,
                        TableName::Name(table.name, &entry.key),
                    );
                }
            }
            (
                FieldType::Format
                | FieldType::Flag
                | FieldType::Distance
                | FieldType::Digits
                | FieldType::Languages
                | FieldType::ByNameOrTitle(_)
                | FieldType::PortsByProfile
                | FieldType::List(..)
                | FieldType::ByName(_),
                _,
            ) => self.wrong(field, node, called),
            _ => self.text(field, node, called),
        }
    }

    fn list(
        &mut self,
        field: &Field,
        table: &'static Table,
        items: &'n [Node<'_>],
        called: TableName<'_>,
    ) {
        let mut ids = BTreeSet::new();
        for (index, item) in items.iter().enumerate() {
            let called = match called {
                TableName::File => TableName::item(table, item, index),
                _ => TableName::Part(field.name, &called),
            };
            self.table(table, item, item.at, called);
            let id = item.get("id");
            if id.and_then(Node::text).is_some_and(|it| !ids.insert(it)) {
                let message = format!("{called} is there twice");
                self.mistakes.add(id.map_or(item.at, |it| it.at), message);
            }
        }
    }

    fn languages(
        &mut self,
        field: &'static Field,
        entries: &'n [Entry<'_>],
        at: usize,
        called: TableName<'_>,
    ) {
        for entry in entries {
            if !is_language(&entry.key) {
                let message = format!(
                    "{called}: `{}` in `{}` is not a language; write two letters, e.g. `en`",
                    entry.key, field.name
                );
                self.mistakes.add(entry.at, message);
            }
            self.text(field, &entry.node, called);
        }
        if !entries.iter().any(|it| it.key == "en") {
            let message = format!("{called}: `{}` has no English text; add `en`", field.name);
            self.mistakes.add(at, message);
        }
    }

    /// A name of the common grammar.
    fn name(&mut self, field: &Field, name: &str, at: usize) {
        if !is_name(name) {
            let meant = good_name(name).map_or_else(String::new, |it| format!("; write `{it}`"));
            self.mistakes.add(
                at,
                format!(
                    "`{name}` is not a valid name for `{}`: use lower-case letters, digits and single dashes, at most 32 characters{meant}",
                    field.name
                ),
            );
        }
    }

    /// A text, alone or in a list.
    fn text(&mut self, field: &'static Field, node: &'n Node<'_>, called: TableName<'_>) {
        let Item::String(text) = &node.value else {
            return self.wrong(field, node, called);
        };
        let (at, owner) = (node.at, field.name);
        if node.text().is_none() {
            let message = format!("{called}: `{owner}` is empty; set it or remove it");
            return self.mistakes.add(at, message);
        }
        let odd = |it: &u8| it.is_ascii_control() && !b"\n\r\t".contains(it);
        if let Some(odd) = text.as_bytes().iter().find(|it| odd(it)) {
            let message = format!(
                "{called}: `{owner}` contains the control character U+{odd:04X}; remove it"
            );
            return self.mistakes.add(at, message);
        }
        let fault = match field.takes {
            FieldType::Name => return self.name(field, text, at),
            FieldType::Ref(table) | FieldType::Refs(table) => {
                return self.reference(table, text, at, &|| format!("{called}: `{owner}`"));
            }
            FieldType::Services => match Service::parse(text) {
                Ok(service) => {
                    for it in service.parameters() {
                        self.reference("port", it, at, &|| format!("{called}: `{text}`"));
                    }
                    return;
                }
                Err(message) => Some(message),
            },
            FieldType::Conditions(table) => {
                for it in text.split('+') {
                    self.condition(table, it, at, called, owner);
                }
                self.both(text, at, called, owner);
                return;
            }
            FieldType::Numbers => Numbers::parse(text)
                .err()
                .map(|it| format!("`{owner}`: {it}")),
            FieldType::Ports | FieldType::PortsByProfile => PortText::parse(text)
                .err()
                .map(|it| format!("`{owner}`: {it}")),
            FieldType::Covers | FieldType::Releases => Covers::parse(text)
                .err()
                .map(|it| format!("`{owner}`: {it}")),
            FieldType::Addresses => match address(text) {
                Ok(block) if covers_all_addresses([block]) => Some(format!(
                    "`{owner}` covers all addresses; remove it, so that the user places the component"
                )),
                Ok(_) => None,
                Err(bad) => Some(format!("{}; {}", bad.message, bad.remedy)),
            },
            FieldType::Date if is_date(text) => None,
            FieldType::Language if is_language(text) => None,
            FieldType::Version if Version::parse(text).is_some() => None,
            FieldType::Word(words) | FieldType::Words(words) if words.contains(&&**text) => None,
            FieldType::Date
            | FieldType::Language
            | FieldType::Version
            | FieldType::Word(_)
            | FieldType::Words(_) => Some(format!(
                "`{owner}` is `{text}`; expected {}",
                must_be(field)
            )),
            _ => None,
        };
        if let Some(fault) = fault {
            self.mistakes.add(at, format!("{called}: {fault}"));
        }
    }

    /// A name in a condition: an option, or one of a table.
    fn condition(
        &mut self,
        table: &str,
        name: &str,
        at: usize,
        called: TableName<'_>,
        owner: &str,
    ) {
        if name.trim() != name || name.is_empty() {
            let message = format!(
                "{called}: `{owner}` has names joined by `+` with blanks or nothing between; write e.g. `a+b`"
            );
            return self.mistakes.add(at, message);
        }
        let option_of = |choice: &str| {
            let mut options = self.options.iter();
            options.find(|it| it.split_once('.').is_some_and(|(it, _)| it == choice))
        };
        if let Some(option) = option_of(name).filter(|_| !self.names[table].contains(name)) {
            let message = format!(
                "{called}: `{owner}` names the choice `{name}` without an option; write e.g. `{option}`"
            );
            return self.mistakes.add(at, message);
        }
        if !name.contains('.') {
            return self.reference(table, name, at, &|| format!("{called}: `{owner}`"));
        }
        if !self.options.contains(name) {
            let message = format!("{called}: `{owner}` refers to an unknown option `{name}`");
            let known = self.options.iter().map(String::as_str);
            self.mistakes.add_unknown(at, message, name, known);
        }
    }

    /// In `unless`, two options of one choice are never on together. In `when` they are as long as the choice is undecided.
    fn both(&mut self, text: &str, at: usize, called: TableName<'_>, owner: &str) {
        if owner != "unless" {
            return;
        }
        let mut chosen: BTreeMap<&str, &str> = BTreeMap::new();
        for (choice, option) in text.split('+').filter_map(|it| it.split_once('.')) {
            let other = chosen.insert(choice, option);
            if other.is_some_and(|it| it != option) {
                let message = format!(
                    "{called}: `{text}` in `{owner}` never holds, because at most one option of `{choice}` is on; list the options instead"
                );
                self.mistakes.add(at, message);
            }
        }
    }

    /// A name that must be one of a table. A file may name zones without describing any.
    fn reference(&mut self, table: &str, name: &str, at: usize, what: &dyn Fn() -> String) {
        let known = &self.names[table];
        let undescribed = table == "zone" && known.is_empty();
        if !undescribed && !known.contains(name) {
            let message = format!("{} refers to an unknown {table} `{name}`", what());
            self.mistakes
                .add_unknown(at, message, name, known.iter().copied());
        }
    }
}

fn is_language(text: &str) -> bool {
    text.len() == 2 && text.bytes().all(|it| it.is_ascii_lowercase())
}

fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let number = |at: usize, digits: usize, most: u32| {
        parts.get(at).is_some_and(|it: &&str| {
            it.len() == digits
                && !it.starts_with('+')
                && it.parse().is_ok_and(|it: u32| (1..=most).contains(&it))
        })
    };
    parts.len() == 3 && number(0, 4, 9999) && number(1, 2, 12) && number(2, 2, 31)
}
