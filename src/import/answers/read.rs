//! Reads a file of answers, with the place of every mistake.

use super::{Answers, Component, Document, Group, GroupKind, Product, Row, Table};
use crate::import::words::Role;
use crate::model::name::suggest;
use crate::model::words::{Exposure, Kind};
use std::borrow::Cow;
use std::fmt;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A mistake in a file of answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// From 1.
    pub line: usize,
    /// What is wrong, and what to do.
    pub message: String,
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.line, self.message)
    }
}

type Value<'t> = Spanned<DeValue<'t>>;

pub(super) fn read(text: &str) -> Result<Answers, Vec<Mistake>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = Reader {
        text,
        mistakes: Vec::new(),
    };
    let (table, errors) = DeTable::parse_recoverable(text);
    for error in &errors {
        let at = error.span().unwrap_or_default().start;
        reader.add(at, error.message().replace('\n', ", "));
    }
    let answers = if errors.is_empty() {
        reader.file(table.get_ref())
    } else {
        Answers::default()
    };
    if reader.mistakes.is_empty() {
        return Ok(answers);
    }
    reader.mistakes.sort_by_key(|it| it.line);
    Err(reader.mistakes)
}

struct Reader<'t> {
    text: &'t str,
    mistakes: Vec<Mistake>,
}

impl Reader<'_> {
    fn add(&mut self, at: usize, message: String) {
        let before = self.text.get(..at).unwrap_or(self.text);
        self.mistakes.push(Mistake {
            line: before.matches('\n').count() + 1,
            message,
        });
    }

    /// Calls `field` for every key; what it does not know is a mistake.
    fn table(
        &mut self,
        what: &str,
        value: &Value<'_>,
        keys: &[&str],
        mut field: impl FnMut(&mut Self, &str, &Value<'_>),
    ) {
        let DeValue::Table(table) = value.get_ref() else {
            self.add(value.span().start, format!("{what} is not a table"));
            return;
        };
        self.fields(what, table, keys, &mut field);
    }

    fn fields(
        &mut self,
        what: &str,
        table: &DeTable<'_>,
        keys: &[&str],
        field: &mut impl FnMut(&mut Self, &str, &Value<'_>),
    ) {
        for (key, value) in table {
            let name: &Cow<'_, str> = key.get_ref();
            if keys.contains(&name.as_ref()) {
                field(self, name, value);
            } else {
                let help = suggest(name, keys.iter().copied());
                self.add(
                    key.span().start,
                    format!("{what}: unknown key `{name}`; {help}"),
                );
            }
        }
    }

    fn text(&mut self, what: &str, value: &Value<'_>) -> String {
        if let DeValue::String(text) = value.get_ref() {
            return text.to_string();
        }
        self.add(value.span().start, format!("{what} is not a text"));
        String::new()
    }

    /// A text or a list of texts. Empty texts are open questions, and leave nothing.
    fn texts(&mut self, what: &str, value: &Value<'_>) -> Vec<String> {
        let items = match value.get_ref() {
            DeValue::Array(items) => items.iter().collect(),
            _ => vec![value],
        };
        let texts: Vec<String> = items.into_iter().map(|it| self.text(what, it)).collect();
        texts.into_iter().filter(|it| !it.is_empty()).collect()
    }

    fn word<T>(
        &mut self,
        what: &str,
        value: &Value<'_>,
        words: &[&str],
        parse: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let text = self.text(what, value);
        if text.is_empty() {
            return None;
        }
        let parsed = parse(&text);
        if parsed.is_none() {
            let help = suggest(&text, words.iter().copied());
            self.add(
                value.span().start,
                format!("{what}: unknown word `{text}`; {help}"),
            );
        }
        parsed
    }

    fn file(&mut self, top: &DeTable<'_>) -> Answers {
        let mut answers = Answers::default();
        let mut format = false;
        let keys = [
            "format",
            "document",
            "product",
            "self",
            "names",
            "component",
            "group",
            "table",
        ];
        self.fields("the file", top, &keys, &mut |it, key, value| match key {
            "format" => {
                format = true;
                let one =
                    matches!(value.get_ref(), DeValue::Integer(number) if number.as_str() == "1");
                if !one {
                    it.add(value.span().start, "`format` is not 1".to_owned());
                }
            }
            "document" => answers.document = it.document(value),
            "product" => answers.product = it.product(value),
            "self" => {
                it.table("[self]", value, &["component"], |it, _, value| {
                    answers.this = Some(it.named("`component` of [self]", value));
                });
            }
            "names" => it.names(value, &mut answers),
            "component" => it.components(value, &mut answers),
            "group" => it.list("[[group]]", value, |it, value| {
                let group = it.group(value);
                answers.groups.push(group);
            }),
            _ => it.list("[[table]]", value, |it, value| {
                let table = it.one_table(value, &mut answers);
                answers.tables.push(table);
            }),
        });
        if !format {
            self.add(
                0,
                "`format = 1` is missing; it is the first line of a file of answers".to_owned(),
            );
        }
        answers
    }

    fn list(&mut self, what: &str, value: &Value<'_>, mut each: impl FnMut(&mut Self, &Value<'_>)) {
        let DeValue::Array(items) = value.get_ref() else {
            self.add(
                value.span().start,
                format!("{what} is not a list of tables"),
            );
            return;
        };
        for item in items {
            each(self, item);
        }
    }

    fn document(&mut self, value: &Value<'_>) -> Document {
        let mut document = Document::default();
        let keys = ["sha256", "url", "title", "language", "retrieved"];
        self.table("[document]", value, &keys, |it, key, value| {
            let text = it.text(&format!("`{key}` of [document]"), value);
            match key {
                "sha256" => document.sha256 = text,
                "url" => document.url = text,
                "title" => document.title = text,
                "language" => document.language = text,
                _ => document.retrieved = text,
            }
        });
        document
    }

    fn product(&mut self, value: &Value<'_>) -> Product {
        let mut product = Product::default();
        let keys = ["name", "title", "vendor", "version", "covers"];
        self.table("[product]", value, &keys, |it, key, value| {
            let what = format!("`{key}` of [product]");
            if key == "name" {
                product.name = it.named(&what, value);
                return;
            }
            let text = it.text(&what, value);
            match key {
                "title" => product.title = text,
                "vendor" => product.vendor = text,
                "version" => product.version = text,
                _ => product.covers = text,
            }
        });
        product
    }

    fn names(&mut self, value: &Value<'_>, answers: &mut Answers) {
        let DeValue::Table(table) = value.get_ref() else {
            self.add(value.span().start, "[names] is not a table".to_owned());
            return;
        };
        for (key, value) in table {
            let components = self.components_of(&format!("`{}` of [names]", key.get_ref()), value);
            answers.names.insert(key.get_ref().to_string(), components);
        }
    }

    /// Names of components.
    fn components_of(&mut self, what: &str, value: &Value<'_>) -> Vec<String> {
        let names = self.texts(what, value);
        for it in names.iter().filter(|it| !it.is_empty()) {
            self.name(it, value.span().start);
        }
        names
    }

    /// A name, or nothing.
    fn named(&mut self, what: &str, value: &Value<'_>) -> String {
        let name = self.text(what, value);
        if !name.is_empty() {
            self.name(&name, value.span().start);
        }
        name
    }

    /// Components, groups and products have the grammar of all names.
    fn name(&mut self, name: &str, at: usize) {
        if !crate::model::name::is_name(name) {
            let help = crate::model::name::good_name(name).map_or_else(
                || "use lower-case letters, digits and single dashes".to_owned(),
                |it| format!("did you mean `{it}`?"),
            );
            self.add(at, format!("`{name}` is not a valid name; {help}"));
        }
    }

    fn components(&mut self, value: &Value<'_>, answers: &mut Answers) {
        let DeValue::Table(table) = value.get_ref() else {
            self.add(value.span().start, "[component] is not a table".to_owned());
            return;
        };
        for (key, value) in table {
            let name = key.get_ref().to_string();
            self.name(&name, key.span().start);
            let mut component = Component::default();
            self.table(
                &format!("component `{name}`"),
                value,
                &["title", "kind", "is"],
                |it, key, value| match key {
                    "title" => component.title = it.text("`title`", value),
                    "kind" => component.kind = it.word("`kind`", value, Kind::WORDS, Kind::parse),
                    _ => component.is = it.components_of("`is`", value),
                },
            );
            answers.components.insert(name, component);
        }
    }

    fn group(&mut self, value: &Value<'_>) -> Group {
        let mut group = Group::default();
        self.table(
            "[[group]]",
            value,
            &["at", "members", "as", "name"],
            |it, key, value| match key {
                "at" => group.at = it.text("`at`", value),
                "members" => group.members = it.texts("`members`", value),
                "as" => group.kind = it.word("`as`", value, &GroupKind::WORDS, GroupKind::parse),
                _ => group.name = it.named("`name`", value),
            },
        );
        group
    }

    fn one_table(&mut self, value: &Value<'_>, answers: &mut Answers) -> Table {
        let mut table = Table::default();
        let keys = [
            "at",
            "columns",
            "roles",
            "inbound",
            "outbound",
            "from",
            "to",
            "rows",
            "component",
        ];
        self.table("[[table]]", value, &keys, |it, key, value| match key {
            "at" => table.at = it.text("`at`", value),
            "columns" => {
                table.columns = match value.get_ref() {
                    // A header may be empty.
                    DeValue::Array(items) => items
                        .iter()
                        .map(|item| it.text("`columns`", item))
                        .collect(),
                    _ => it.texts("`columns`", value),
                };
            }
            "roles" => {
                let words: Vec<&str> = Role::ALL.iter().map(|it| it.as_str()).collect();
                if let DeValue::Array(items) = value.get_ref() {
                    table.roles = items
                        .iter()
                        .filter_map(|item| it.word("`roles`", item, &words, Role::parse))
                        .collect();
                } else {
                    it.add(value.span().start, "`roles` is not a list".to_owned());
                }
            }
            "inbound" => table.inbound = Some(it.components_of("`inbound`", value)),
            "outbound" => table.outbound = Some(it.components_of("`outbound`", value)),
            "from" => table.from = Some(it.components_of("`from`", value)),
            "to" => table.to = Some(it.components_of("`to`", value)),
            "rows" => it.rows(value, &mut table),
            _ => it.components(value, answers),
        });
        table
    }

    fn rows(&mut self, value: &Value<'_>, table: &mut Table) {
        let DeValue::Table(rows) = value.get_ref() else {
            self.add(value.span().start, "`rows` is not a table".to_owned());
            return;
        };
        for (key, value) in rows {
            let mut row = Row::default();
            self.table(
                "a row",
                value,
                &["from", "to", "exposure"],
                |it, key, value| match key {
                    "from" => row.from = it.components_of("`from`", value),
                    "to" => row.to = it.components_of("`to`", value),
                    _ => {
                        row.exposure =
                            it.word("`exposure`", value, Exposure::WORDS, Exposure::parse);
                    }
                },
            );
            match key.get_ref().parse() {
                Ok(number) => {
                    table.rows.insert(number, row);
                }
                Err(_) => self.add(
                    key.span().start,
                    format!("`{}` is not the number of a row", key.get_ref()),
                ),
            }
        }
    }
}
