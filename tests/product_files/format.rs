//! The declared format held against the loader that reads by it, and against the JSON Schema that is made of it.

use jsonschema::Validator;
use portmatrix::catalog::format::{FILE, Field, FieldType, TABLES, Table};
use portmatrix::catalog::load;
use portmatrix::catalog::{FILES, File};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use toml::de::{DeTable, DeValue};

fn read(path: &str) -> String {
    let path = format!("{}/{path}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn schema() -> Validator {
    let schema: Value = serde_json::from_str(&read("docs/product-file.schema.json")).unwrap();
    assert!(jsonschema::meta::is_valid(&schema));
    jsonschema::draft202012::new(&schema).unwrap()
}

/// TOML as JSON has it.
fn to_json(text: &str) -> Value {
    fn table(table: &DeTable<'_>) -> Map<String, Value> {
        let entries = table.iter();
        entries
            .map(|(key, it)| (key.get_ref().to_string(), value(it.get_ref())))
            .collect()
    }
    fn value(it: &DeValue<'_>) -> Value {
        match it {
            DeValue::String(it) => json!(it),
            DeValue::Integer(it) => json!(it.as_str().parse::<i64>().unwrap()),
            DeValue::Boolean(it) => json!(it),
            DeValue::Array(it) => it.iter().map(|it| value(it.get_ref())).collect(),
            DeValue::Table(it) => Value::Object(table(it)),
            DeValue::Float(_) | DeValue::Datetime(_) => panic!("no field takes it"),
        }
    }
    Value::Object(table(DeTable::parse(text).unwrap().get_ref()))
}

fn full() -> Value {
    to_json(&read("tests/product_files/full.toml"))
}

/// The places of all tables in a value, as JSON pointers.
fn places(value: &Value, table: &'static Table, at: &str) -> Vec<(String, &'static Table)> {
    let mut found = vec![(at.to_owned(), table)];
    for field in table.fields {
        let Some(inner) = value.get(field.name) else {
            continue;
        };
        let at = format!("{at}/{}", field.name);
        match (field.takes, inner) {
            (FieldType::One(table) | FieldType::OneOrMore(table), Value::Object(_)) => {
                found.extend(places(inner, table, &at));
            }
            (FieldType::OneOrMore(table) | FieldType::List(table, _), Value::Array(items)) => {
                for (index, item) in items.iter().enumerate() {
                    found.extend(places(item, table, &format!("{at}/{index}")));
                }
            }
            (
                FieldType::ByName(table) | FieldType::ByNameOrTitle(table),
                Value::Object(entries),
            ) => {
                for (name, entry) in entries.iter().filter(|(_, it)| it.is_object()) {
                    found.extend(places(entry, table, &format!("{at}/{name}")));
                }
            }
            _ => {}
        }
    }
    found
}

/// Calls `with` for every field of the full file, with its table's place.
fn for_each_field(mut with: impl FnMut(&Value, &str, &'static Field)) {
    let full = full();
    for (at, table) in places(&full, &FILE, "") {
        for field in table.fields {
            if full.pointer(&at).unwrap().get(field.name).is_some() {
                with(&full, &at, field);
            }
        }
    }
}

fn with_field(file: &Value, at: &str, field: &str, value: Option<Value>) -> Value {
    let mut file = file.clone();
    let table = file.pointer_mut(at).and_then(Value::as_object_mut);
    let table = table.unwrap();
    match value {
        Some(value) => table.insert(field.to_owned(), value),
        None => table.remove(field),
    };
    file
}

#[test]
fn the_full_file_has_every_field() {
    assert!(load(&full().to_string()).is_ok());
    let mut seen = BTreeSet::new();
    for (at, table) in places(&full(), &FILE, "") {
        let fields = full().pointer(&at).unwrap().as_object().unwrap().clone();
        seen.extend(fields.into_iter().map(|(field, _)| (table.name, field)));
    }
    for table in TABLES {
        for field in table.fields {
            let it = (table.name, field.name.to_owned());
            assert!(seen.contains(&it), "{it:?}");
        }
    }
}

/// What is declared is read: no field can be left out or changed without the product being another.
#[test]
fn every_declared_field_is_read() {
    let before = format!("{:?}", load(&full().to_string()).unwrap());
    for_each_field(|file, at, field| {
        let value =
            field.required.then(
                || match (field.takes, &file.pointer(at).unwrap()[field.name]) {
                    (FieldType::Text, Value::String(text)) => json!(format!("{text} and more")),
                    (FieldType::Distance, _) => json!(200),
                    (FieldType::Date, _) => json!("2026-11-22"),
                    (FieldType::Languages, _) => json!({ "en": "other words" }),
                    (FieldType::Version, _) => json!("2.11"),
                    (_, other) => other.clone(),
                },
            );
        let unchanged = value.as_ref() == Some(&file.pointer(at).unwrap()[field.name]);
        if let Ok(after) = load(&with_field(file, at, field.name, value).to_string()) {
            let same = before == format!("{after:?}");
            assert!(
                !same || unchanged || field.name == "$schema",
                "{at}/{}",
                field.name
            );
        }
    });
}

#[test]
fn what_is_in_the_catalogue_fits_the_schema() {
    let schema = schema();
    let own = [
        "examples/provider/products/parrot.toml",
        "tests/product_files/full.toml",
    ]
    .map(read);
    for text in own.into_iter().chain(FILES.iter().map(File::text)) {
        let faults: Vec<String> = schema
            .iter_errors(&to_json(&text))
            .map(|it| it.to_string())
            .collect();
        assert!(faults.is_empty(), "{faults:#?}");
    }
}

/// Both reject unknown fields, missing ones, other types and unknown words, wherever they are.
#[test]
fn the_schema_and_the_loader_reject_the_same_files() {
    let schema = schema();
    let refused = |file: &Value, what: &str| {
        assert!(load(&file.to_string()).is_err(), "the loader takes {what}");
        assert!(!schema.is_valid(file), "the schema takes {what}");
    };
    for (at, _) in places(&full(), &FILE, "") {
        refused(
            &with_field(&full(), &at, "nonsense", Some(json!("x"))),
            &format!("{at}/nonsense"),
        );
    }
    for_each_field(|file, at, field| {
        let name = field.name;
        if field.required {
            refused(
                &with_field(file, at, name, None),
                &format!("no {at}/{name}"),
            );
        }
        let mut wrong = vec![
            json!(1.5),
            json!(null),
            json!([[1]]),
            json!({ "No Name": {} }),
            json!(""),
            json!(" "),
        ];
        if !matches!(field.takes, FieldType::Flag) {
            wrong.push(json!(true));
        }
        if !matches!(field.takes, FieldType::Distance) {
            wrong.push(json!(42));
        }
        match field.takes {
            FieldType::Texts => wrong.push(json!(["twice", "twice"])),
            // Any text is one, and whether a name means anything is beyond a schema.
            FieldType::Text | FieldType::Ref(_) | FieldType::Refs(_) | FieldType::Addresses => {}
            FieldType::Distance => wrong.push(json!(65536)),
            FieldType::Languages => wrong.push(json!({ "de": "kein Englisch" })),
            _ => wrong.push(json!("Non sense")),
        }
        if field.required {
            wrong.extend([json!([]), json!({})]);
        }
        for it in wrong {
            refused(
                &with_field(file, at, name, Some(it.clone())),
                &format!("{at}/{name} = {it}"),
            );
        }
    });
}

/// An editor must not complain about a file that is right.
#[test]
fn the_schema_and_the_loader_accept_the_same_files() {
    let schema = schema();
    let spellings = |takes| match takes {
        FieldType::Texts => vec![json!([]), json!("one")],
        FieldType::Covers => vec![json!("= 2.10"), json!(" >2.9 , <= 3-beta")],
        FieldType::Releases => vec![json!("= 2.11"), json!([">=v2.11", "<2.10.5"])],
        FieldType::Conditions(_) => vec![json!([]), json!(["flock", "flock+season.hot"])],
        FieldType::Numbers => vec![json!("0"), json!("00 , 02 - 03")],
        FieldType::Digits => vec![json!(1), json!(5)],
        FieldType::ByNameOrTitle(_) => vec![json!({ "high": "1", "low": { "title": "2" } })],
        FieldType::Ports => vec![json!("8080,8081 , 8100 - 8200"), json!("0-65535")],
        FieldType::PortsByProfile => vec![json!({}), json!({ "Any Profile": "8443" })],
        FieldType::Services => vec![
            json!("any"),
            json!([
                "esp",
                "ip/89",
                "icmp",
                "icmp/3.4",
                "icmpv6/128",
                "tcp/0-65535",
                "udp+sctp/ 1 , {bus}"
            ]),
        ],
        FieldType::Words(_) => vec![json!([]), json!("ports")],
        FieldType::Version => vec![json!("2025-LTS.1")],
        FieldType::Addresses => vec![json!("2001:db8::/32"), json!({ "a": "192.0.2.1/32" })],
        FieldType::Text => vec![json!("two\nlines"), json!("é")],
        _ => vec![],
    };
    for_each_field(|file, at, field| {
        for it in spellings(field.takes) {
            let file = with_field(file, at, field.name, Some(it.clone()));
            if load(&file.to_string()).is_ok() {
                assert!(schema.is_valid(&file), "{at}/{} = {it}", field.name);
            }
        }
    });
}
