//! The format of product files as a JSON Schema for editors, and as the tables of the manual.

use portmatrix::catalog::format::{FILE, Field, FieldType, TABLES, Table};
use portmatrix::model::name::MAX_NAME;
use serde_json::{Map, Value, json};
use std::fmt::Write as _;

const NAME: &str = "^[a-z][a-z0-9]*(-[a-z0-9]+)*$";
const LANGUAGE: &str = "^[a-z]{2}$";
const DATE: &str = "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$";
const VERSION: &str = "^[A-Za-z0-9][A-Za-z0-9.-]*$";
const COVERS: &str = r"^\s*(>=|<=|>|<|=)\s*[A-Za-z0-9][A-Za-z0-9.-]*\s*(,\s*(>=|<=|>|<|=)\s*[A-Za-z0-9][A-Za-z0-9.-]*\s*)*$";
const PORTS: &str = r"^\s*([0-9]|\{[a-z0-9-]+\})+(\s*-\s*([0-9]|\{[a-z0-9-]+\})+)?\s*(,\s*([0-9]|\{[a-z0-9-]+\})+(\s*-\s*([0-9]|\{[a-z0-9-]+\})+)?\s*)*$";
const NUMBERS: &str =
    r"^\s*[0-9]{1,5}(\s*-\s*[0-9]{1,5})?\s*(,\s*[0-9]{1,5}(\s*-\s*[0-9]{1,5})?\s*)*$";
const CONDITION: &str = r"^[a-z0-9.-]+(\+[a-z0-9.-]+)*$";
const SERVICE: &str = r"^(any|esp|ah|gre|ipip|vrrp|ip/[0-9]{1,3}|icmp(v6)?(/[0-9]{1,3}(\.[0-9]{1,3})?)?|(tcp|udp|sctp)(\+(tcp|udp|sctp))*/\s*(\{[a-z0-9-]+\}|[0-9]{1,5}(\s*-\s*[0-9]{1,5})?)\s*(,\s*(\{[a-z0-9-]+\}|[0-9]{1,5}(\s*-\s*[0-9]{1,5})?)\s*)*)$";
/// Something that is not blank.
const TEXT: &str = r"\S";

/// The schema in its file.
pub(crate) fn schema() -> String {
    let mut schema = table(&FILE);
    let defs = TABLES[1..].iter().map(|it| (def(it), table(it)));
    let head = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "portmatrix product file",
        "$defs": Value::Object(defs.collect()),
    });
    extend(&mut schema, head);
    let mut text = serde_json::to_string_pretty(&schema).expect("it is JSON");
    text.push('\n');
    text
}

fn def(table: &Table) -> String {
    table.name.replace(' ', "-")
}

fn table(table: &Table) -> Value {
    let properties: Map<String, Value> = table
        .fields
        .iter()
        .map(|it| (it.name.to_owned(), field(it)))
        .collect();
    let required: Vec<&str> = required(table).collect();
    json!({
        "description": sentence(table.about),
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

fn required(table: &Table) -> impl Iterator<Item = &'static str> {
    table
        .fields
        .iter()
        .filter(|it| it.required)
        .map(|it| it.name)
}

fn field(it: &Field) -> Value {
    let least = usize::from(it.required);
    let mut schema = match it.takes {
        FieldType::Format => json!({ "const": 1 }),
        FieldType::Name => json!({ "type": "string", "pattern": NAME, "maxLength": MAX_NAME }),
        FieldType::Text | FieldType::Ref(_) => text(TEXT),
        FieldType::Texts | FieldType::Refs(_) => texts(TEXT, least),
        FieldType::Services => texts(SERVICE, least),
        FieldType::Language => text(LANGUAGE),
        FieldType::Date => text(DATE),
        FieldType::Version => json!({ "type": "string", "pattern": VERSION, "maxLength": 32 }),
        FieldType::Covers => text(COVERS),
        FieldType::Releases => texts(COVERS, least),
        FieldType::Conditions(_) => texts(CONDITION, least),
        FieldType::Numbers => text(NUMBERS),
        FieldType::Digits => json!({ "type": "integer", "minimum": 1, "maximum": 5 }),
        FieldType::Addresses => {
            let mut schema = map(NAME, &text(TEXT), 0);
            extend(
                &mut schema,
                json!({ "type": ["string", "object"], "pattern": TEXT }),
            );
            schema
        }
        FieldType::Ports => text(PORTS),
        FieldType::Flag => json!({ "type": "boolean" }),
        FieldType::Distance => json!({ "type": "integer", "minimum": -65535, "maximum": 65535 }),
        FieldType::Word(words) => json!({ "enum": words }),
        FieldType::Words(words) => json!({
            "anyOf": [
                { "enum": words },
                { "type": "array", "items": { "enum": words }, "uniqueItems": true },
            ],
        }),
        FieldType::Languages => {
            let mut schema = map(LANGUAGE, &text(TEXT), 1);
            schema["required"] = json!(["en"]);
            schema
        }
        FieldType::PortsByProfile => {
            json!({ "type": "object", "additionalProperties": text(PORTS) })
        }
        FieldType::One(table) => reference(table),
        FieldType::OneOrMore(of) => {
            // What is about objects and what is about lists may be side by side; `anyOf` would blur what an editor says.
            let mut schema = table(of);
            let more =
                json!({ "type": ["object", "array"], "items": reference(of), "minItems": least });
            extend(&mut schema, more);
            schema
        }
        FieldType::List(table, least) => {
            json!({ "type": "array", "items": reference(table), "minItems": least })
        }
        FieldType::ByNameOrTitle(of) => {
            let mut entry = table(of);
            extend(
                &mut entry,
                json!({ "type": ["string", "object"], "pattern": TEXT }),
            );
            let mut schema = map(NAME, &entry, least);
            schema["propertyNames"] = json!({ "maxLength": MAX_NAME });
            schema
        }
        FieldType::ByName(table) => {
            let mut schema = map(NAME, &reference(table), least);
            schema["propertyNames"] = json!({ "maxLength": MAX_NAME });
            schema
        }
    };
    schema["description"] = sentence(&about(it)).into();
    if let Value::Object(schema) = &mut schema {
        schema.retain(|key, it| !(key.starts_with("min") && *it == 0));
    }
    schema
}

/// What a field says, and which table a name in it is of.
fn about(it: &Field) -> String {
    match it.takes {
        FieldType::Ref(table) => format!("{}; the name of a {table}", it.about),
        FieldType::Refs(table) => format!("{}; names of a {table}", it.about),
        FieldType::Conditions(table) => {
            format!(
                "{}; names of a {table}, or options as `choice.option`",
                it.about
            )
        }
        _ => it.about.to_owned(),
    }
}

fn text(pattern: &str) -> Value {
    json!({ "type": "string", "pattern": pattern })
}

/// A text or a list of them.
fn texts(pattern: &str, least: usize) -> Value {
    json!({
        "type": ["string", "array"],
        "pattern": pattern,
        "items": text(pattern),
        "minItems": least,
        "uniqueItems": true,
    })
}

fn map(keys: &str, values: &Value, least: usize) -> Value {
    json!({
        "type": "object",
        "patternProperties": { keys: values },
        "additionalProperties": false,
        "minProperties": least,
    })
}

fn reference(table: &Table) -> Value {
    json!({ "$ref": format!("#/$defs/{}", def(table)) })
}

fn extend(schema: &mut Value, more: Value) {
    if let (Value::Object(schema), Value::Object(more)) = (schema, more) {
        schema.extend(more);
    }
}

fn sentence(fragment: &str) -> String {
    let mut letters = fragment.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).chain(['.']).collect()
}

/// The manual of the catalogue with its tables of the format made anew.
pub(crate) fn manual(text: &str) -> String {
    let text = with_table(text, "| table | fields |", &tables());
    with_table(&text, "| field | words |", &words())
}

/// The text with the rows of one table in the place of those that follow its head.
fn with_table(text: &str, head: &str, rows: &str) -> String {
    let (before, after) = text
        .split_once(head)
        .unwrap_or_else(|| panic!("the manual has a table `{head}`"));
    let (_, after) = after
        .split_once("\n\n")
        .expect("something follows the table");
    format!("{before}{head}\n| --- | --- |\n{rows}\n{after}")
}

/// How a file writes a table.
fn heading(table: &Table) -> String {
    let holds = |it: &&Field| match it.takes {
        FieldType::ByName(of)
        | FieldType::ByNameOrTitle(of)
        | FieldType::List(of, _)
        | FieldType::One(of)
        | FieldType::OneOrMore(of) => of.name == table.name,
        _ => false,
    };
    match FILE.fields.iter().find(holds) {
        Some(it) if matches!(it.takes, FieldType::ByName(_)) => format!("`[{}.x]`", it.name),
        Some(it) => format!("`[[{}]]`", it.name),
        None => {
            let owner = TABLES
                .iter()
                .find(|it| it.fields.iter().any(|it| holds(&it)));
            let Some(of) = owner else {
                return "top level".to_owned();
            };
            let field = of.fields.iter().find(holds).map_or("", |it| it.name);
            let tables = TABLES.iter().flat_map(|it| it.fields);
            if tables.filter(|it| it.name == field).count() > 1 {
                format!("in `{field}` of {}", owner_of(of))
            } else {
                format!("in `{field}`")
            }
        }
    }
}

fn tables() -> String {
    let mut rows = String::new();
    for table in TABLES {
        let mut fields = Vec::new();
        for it in table.fields {
            match it.takes {
                // They have rows of their own.
                FieldType::ByName(_) | FieldType::List(..) if table.name == FILE.name => {}
                _ if it.required => fields.push(format!("**`{}`**", it.name)),
                _ => fields.push(format!("`{}`", it.name)),
            }
        }
        let _ = writeln!(rows, "| {} | {} |", heading(table), fields.join(", "));
    }
    rows
}

fn words() -> String {
    let mut rows = String::new();
    for table in TABLES {
        for it in table.fields {
            if let FieldType::Word(words) | FieldType::Words(words) = it.takes {
                let words: Vec<String> = words.iter().map(|it| format!("`{it}`")).collect();
                let (field, owner) = (it.name, owner_of(table));
                let _ = writeln!(rows, "| `{field}` of {owner} | {} |", words.join(", "));
            }
        }
    }
    rows
}

fn owner_of(table: &Table) -> String {
    if table.name == FILE.name {
        "the file".to_owned()
    } else if table.name.starts_with(['a', 'e', 'i', 'o', 'u']) {
        format!("an {}", table.name)
    } else {
        format!("a {}", table.name)
    }
}
