//! Reading the fields of a table: each of its type, every mistake noted, and nothing unknown left unsaid.

use super::document::{Entry, Item, Mistakes, Node};
use crate::model::name::{is_name, quoted, suggest};
use std::collections::{BTreeMap, BTreeSet};

/// A text and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Text {
    pub(super) text: String,
    pub(super) at: usize,
}

/// A table that is being read. What was asked for is remembered, so that the rest can be reported as unknown.
pub(super) struct Fields<'n> {
    entries: &'n [Entry],
    /// How messages name the table: "flow `admin`".
    pub(super) name: String,
    /// Where it stands.
    pub(super) at: usize,
    asked: Vec<&'static str>,
}

impl<'n> Fields<'n> {
    /// The table in `node`, or a mistake.
    pub(super) fn new(
        node: &'n Node,
        name: impl Into<String>,
        mistakes: &mut Mistakes<'_>,
    ) -> Option<Self> {
        let name = name.into();
        match &node.value {
            Item::Table(entries) => Some(Fields {
                entries,
                name,
                at: node.at,
                asked: Vec::new(),
            }),
            other => {
                mistakes.add(
                    node.at,
                    format!("{name} is {}, and must be a table", other.kind()),
                );
                None
            }
        }
    }

    /// The same table under a better name, once its id is known.
    pub(super) fn rename(&mut self, name: String) {
        self.name = name;
    }

    /// Whether a field is there, of whatever type.
    pub(super) fn has(&self, field: &str) -> bool {
        self.entries.iter().any(|it| it.key == field)
    }

    fn find(&mut self, field: &'static str) -> Option<&'n Node> {
        self.asked.push(field);
        self.entries
            .iter()
            .find(|it| it.key == field)
            .map(|it| &it.node)
    }

    fn wrong(&self, node: &Node, field: &str, allowed: &str, mistakes: &mut Mistakes<'_>) {
        mistakes.add(
            node.at,
            format!(
                "{}: `{field}` is {}, and must be {allowed}",
                self.name,
                node.value.kind()
            ),
        );
    }

    /// A text that may be absent. An empty one is a mistake.
    pub(super) fn text(
        &mut self,
        field: &'static str,
        mistakes: &mut Mistakes<'_>,
    ) -> Option<Text> {
        let node = self.find(field)?;
        match &node.value {
            Item::String(text) if text.trim().is_empty() => {
                mistakes.add(
                    node.at,
                    format!(
                        "{}: `{field}` is empty; say something or leave it out",
                        self.name
                    ),
                );
                None
            }
            Item::String(text) => Some(Text {
                text: text.clone(),
                at: node.at,
            }),
            _ => {
                self.wrong(node, field, "a text in quotes", mistakes);
                None
            }
        }
    }

    /// A text that must be there.
    pub(super) fn required(&mut self, field: &'static str, mistakes: &mut Mistakes<'_>) -> Text {
        let there = self.has(field);
        let text = self.text(field, mistakes);
        if !there {
            mistakes.add(self.at, format!("{}: `{field}` is missing", self.name));
        }
        text.unwrap_or(Text {
            text: String::new(),
            at: self.at,
        })
    }

    /// A name of the common grammar that must be there.
    pub(super) fn name(&mut self, field: &'static str, mistakes: &mut Mistakes<'_>) -> Text {
        let text = self.required(field, mistakes);
        if !text.text.is_empty() {
            check_name(&text, field, mistakes);
        }
        text
    }

    /// A word of a closed vocabulary that may be absent.
    pub(super) fn word<T: Copy>(
        &mut self,
        field: &'static str,
        all: &[T],
        spelling: fn(T) -> &'static str,
        mistakes: &mut Mistakes<'_>,
    ) -> Option<T> {
        let text = self.text(field, mistakes)?;
        self.known_word(field, &text, all, spelling, mistakes)
    }

    /// A word of a closed vocabulary that must be there.
    pub(super) fn required_word<T: Copy>(
        &mut self,
        field: &'static str,
        all: &[T],
        spelling: fn(T) -> &'static str,
        mistakes: &mut Mistakes<'_>,
    ) -> Option<T> {
        if !self.has(field) {
            let allowed = quoted(all.iter().map(|it| spelling(*it)));
            mistakes.add(
                self.at,
                format!(
                    "{}: `{field}` is missing; write one of {allowed}",
                    self.name
                ),
            );
        }
        self.word(field, all, spelling, mistakes)
    }

    /// A list of words of a closed vocabulary.
    pub(super) fn words<T: Copy>(
        &mut self,
        field: &'static str,
        all: &[T],
        spelling: fn(T) -> &'static str,
        mistakes: &mut Mistakes<'_>,
    ) -> Vec<T> {
        let texts = self.texts(field, mistakes);
        texts
            .iter()
            .filter_map(|it| self.known_word(field, it, all, spelling, mistakes))
            .collect()
    }

    fn known_word<T: Copy>(
        &self,
        field: &str,
        text: &Text,
        all: &[T],
        spelling: fn(T) -> &'static str,
        mistakes: &mut Mistakes<'_>,
    ) -> Option<T> {
        let found = all.iter().copied().find(|it| spelling(*it) == text.text);
        if found.is_none() {
            let allowed = quoted(all.iter().map(|it| spelling(*it)));
            mistakes.add(
                text.at,
                format!(
                    "{}: `{field}` is `{}`, and must be one of {allowed}",
                    self.name, text.text
                ),
            );
        }
        found
    }

    /// One text or a list of them; nothing where absent.
    pub(super) fn texts(&mut self, field: &'static str, mistakes: &mut Mistakes<'_>) -> Vec<Text> {
        let Some(node) = self.find(field) else {
            return Vec::new();
        };
        let items = match &node.value {
            Item::Array(items) => items.as_slice(),
            _ => std::slice::from_ref(node),
        };
        let mut texts: Vec<Text> = Vec::with_capacity(items.len());
        let mut seen = BTreeSet::new();
        for item in items {
            match &item.value {
                Item::String(text) if !text.trim().is_empty() => {
                    if !seen.insert(text) {
                        mistakes.add(
                            item.at,
                            format!("{}: `{text}` stands twice in `{field}`", self.name),
                        );
                    }
                    texts.push(Text {
                        text: text.clone(),
                        at: item.at,
                    });
                }
                _ => self.wrong(item, field, "a text in quotes, or a list of them", mistakes),
            }
        }
        texts
    }

    /// True or false; `None` where absent.
    pub(super) fn flag(
        &mut self,
        field: &'static str,
        mistakes: &mut Mistakes<'_>,
    ) -> Option<bool> {
        let node = self.find(field)?;
        if let Item::Bool(it) = node.value {
            return Some(it);
        }
        self.wrong(node, field, "true or false, without quotes", mistakes);
        None
    }

    /// A whole number; `None` where absent.
    pub(super) fn integer(
        &mut self,
        field: &'static str,
        mistakes: &mut Mistakes<'_>,
    ) -> Option<(i64, usize)> {
        let node = self.find(field)?;
        if let Item::Integer(it) = node.value {
            return Some((it, node.at));
        }
        self.wrong(node, field, "a whole number without quotes", mistakes);
        None
    }

    /// Texts by language, of which English must be one.
    pub(super) fn languages(
        &mut self,
        field: &'static str,
        required: bool,
        mistakes: &mut Mistakes<'_>,
    ) -> BTreeMap<String, String> {
        let Some(node) = self.find(field) else {
            if required {
                mistakes.add(
                    self.at,
                    format!(
                        "{}: `{field}` is missing; write {field} = {{ en = \"…\" }}",
                        self.name
                    ),
                );
            }
            return BTreeMap::new();
        };
        let Item::Table(entries) = &node.value else {
            self.wrong(
                node,
                field,
                "a table by language, e.g. { en = \"…\" }",
                mistakes,
            );
            return BTreeMap::new();
        };
        let mut texts = BTreeMap::new();
        for entry in entries {
            if entry.key.len() != 2 || !entry.key.bytes().all(|it| it.is_ascii_lowercase()) {
                let message = format!(
                    "{}: `{}` in `{field}` is no language; write two letters, e.g. `en`",
                    self.name, entry.key
                );
                mistakes.add(entry.at, message);
            }
            match &entry.node.value {
                Item::String(text) if !text.trim().is_empty() => {
                    texts.insert(entry.key.clone(), text.clone());
                }
                _ => self.wrong(&entry.node, field, "a text for each language", mistakes),
            }
        }
        if !texts.contains_key("en") {
            mistakes.add(
                node.at,
                format!("{}: `{field}` has no English text; add `en`", self.name),
            );
        }
        texts
    }

    /// Texts by key.
    pub(super) fn text_map(
        &mut self,
        field: &'static str,
        mistakes: &mut Mistakes<'_>,
    ) -> BTreeMap<String, Text> {
        let Some(node) = self.find(field) else {
            return BTreeMap::new();
        };
        let Item::Table(entries) = &node.value else {
            self.wrong(node, field, "a table of texts", mistakes);
            return BTreeMap::new();
        };
        let mut map = BTreeMap::new();
        for entry in entries {
            match &entry.node.value {
                Item::String(text) => {
                    map.insert(
                        entry.key.clone(),
                        Text {
                            text: text.clone(),
                            at: entry.node.at,
                        },
                    );
                }
                _ => self.wrong(&entry.node, field, "a table of texts in quotes", mistakes),
            }
        }
        map
    }

    /// A table inside this one; `None` where absent.
    pub(super) fn table(
        &mut self,
        field: &'static str,
        mistakes: &mut Mistakes<'_>,
    ) -> Option<Fields<'n>> {
        let node = self.find(field)?;
        Fields::new(node, format!("`{field}` of {}", self.name), mistakes)
    }

    /// Named tables, as `[component.node]` writes them. The names are checked.
    pub(super) fn named(
        &mut self,
        field: &'static str,
        mistakes: &mut Mistakes<'_>,
    ) -> Vec<(Text, Fields<'n>)> {
        let Some(node) = self.find(field) else {
            return Vec::new();
        };
        let Item::Table(entries) = &node.value else {
            mistakes.add(
                node.at,
                format!(
                    "`{field}` is {}, and must be tables with names, e.g. [{field}.example]",
                    node.value.kind()
                ),
            );
            return Vec::new();
        };
        let mut tables = Vec::with_capacity(entries.len());
        for entry in entries {
            let name = Text {
                text: entry.key.clone(),
                at: entry.at,
            };
            check_name(&name, field, mistakes);
            if let Some(mut fields) =
                Fields::new(&entry.node, format!("{field} `{}`", entry.key), mistakes)
            {
                fields.at = entry.at;
                tables.push((name, fields));
            }
        }
        tables
    }

    /// A list of tables, as `[[flow]]` writes them.
    pub(super) fn list(
        &mut self,
        field: &'static str,
        mistakes: &mut Mistakes<'_>,
    ) -> Vec<Fields<'n>> {
        let Some(node) = self.find(field) else {
            return Vec::new();
        };
        let items = match &node.value {
            Item::Array(items) => items.as_slice(),
            Item::Table(_) => std::slice::from_ref(node),
            other => {
                mistakes.add(
                    node.at,
                    format!(
                        "`{field}` is {}, and must be a list of tables, e.g. [[{field}]]",
                        other.kind()
                    ),
                );
                return Vec::new();
            }
        };
        items
            .iter()
            .enumerate()
            .filter_map(|(index, it)| {
                Fields::new(it, format!("{field} number {}", index + 1), mistakes)
            })
            .collect()
    }

    /// Reports what was never asked for.
    pub(super) fn finish(self, mistakes: &mut Mistakes<'_>) {
        for entry in self.entries {
            if !self.asked.contains(&entry.key.as_str()) {
                let help = suggest(&entry.key, self.asked.iter().copied());
                mistakes.add(
                    entry.at,
                    format!("{}: unknown field `{}`; {help}", self.name, entry.key),
                );
            }
        }
    }
}

fn check_name(name: &Text, field: &str, mistakes: &mut Mistakes<'_>) {
    if !is_name(&name.text) {
        let meant = crate::model::name::good_name(&name.text)
            .map_or_else(String::new, |it| format!("; write `{it}`"));
        mistakes.add(
            name.at,
            format!("`{}` is no good name for `{field}`: lower-case letters, digits and single dashes, at most 32{meant}", name.text),
        );
    }
}
