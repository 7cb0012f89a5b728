//! What the `portmatrix_rules` of an example compute, apart from texts for people, as one golden file for each example in `examples/`.
//! Wording may change from day to day; keys, rows, priorities, counts and digests may not.
//!
//! `UPDATE_EXPECT=1 cargo test` writes them anew.

use crate::support::root;
use expect_test::expect_file;
use serde_json::{Map, Value, json};
use std::fmt::Write as _;

/// In the place of a value that the plan does not know, and of an id that every run makes up anew.
const UNKNOWN: &str = "(known after apply)";
const ID: &str = "(id)";

/// Arguments: the example itself says them.
const ARGUMENTS: [&str; 19] = [
    "accept",
    "azure_options",
    "directions",
    "exception",
    "exceptions",
    "fail_on",
    "flow",
    "flows",
    "gcp_options",
    "language",
    "merge",
    "name",
    "policies",
    "policy",
    "product",
    "products",
    "verbose",
    "zone",
    "zones",
];

/// Compares every `portmatrix_rules`, by its address, with the golden file of the example.
pub(crate) fn compare(example: &str, resources: &[(String, Value)]) {
    assert!(!resources.is_empty(), "{example} has no rules");
    let all: Map<String, Value> = resources
        .iter()
        .map(|(address, values)| (address.clone(), computed(values)))
        .collect();
    let name = example.replace('/', "-");
    let golden = root().join(format!("tests/end_to_end/examples/{name}.json"));
    expect_file![golden].assert_eq(&text(&Value::Object(all)));
}

/// A planned object with [`UNKNOWN`] in every place that the plan leaves open.
pub(crate) fn planned(after: &Value, unknown: &Value) -> Value {
    match (after, unknown) {
        (_, Value::Bool(true)) => json!(UNKNOWN),
        (Value::Object(after), Value::Object(unknown)) => {
            let mut all = after.clone();
            for (name, unknown) in unknown {
                let known = after.get(name).unwrap_or(&Value::Null);
                all.insert(name.clone(), planned(known, unknown));
            }
            Value::Object(all)
        }
        (Value::Array(after), Value::Array(unknown)) => {
            let pairs = after.iter().zip(unknown);
            pairs
                .map(|(after, unknown)| planned(after, unknown))
                .collect()
        }
        _ => after.clone(),
    }
}

/// The outputs of a resource that are not empty.
fn computed(values: &Value) -> Value {
    let mut outputs = values.as_object().expect("a resource").clone();
    outputs.retain(|name, it| {
        let is_empty = *it == json!({}) || *it == json!([]);
        !is_empty && !ARGUMENTS.contains(&name.as_str())
    });
    for (name, output) in &mut outputs {
        match (name.as_str(), &mut *output) {
            ("findings", Value::Array(findings)) => {
                for it in findings {
                    it.as_object_mut().expect("a finding").remove("message");
                }
            }
            (_, Value::Object(rows)) => rows.values_mut().for_each(without_words),
            _ => {}
        }
    }
    Value::Object(outputs)
}

/// Removes what is null, descriptions that are not lists of flows, and comment lines of whole files.
fn without_words(row: &mut Value) {
    match row {
        Value::Object(cells) => {
            let is_flow = |it: &str| !it.contains(' ');
            cells.retain(|name, it| {
                let flows = it.as_str().is_none_or(|it| it.split(", ").all(is_flow));
                !it.is_null() && (name != "description" || flows)
            });
        }
        Value::String(text) if text.contains('\n') => {
            let lines = text.lines().filter(|it| !it.trim_start().starts_with('#'));
            *row = lines.collect();
        }
        _ => {}
    }
}

/// JSON with a line for each row, and for each line of a file.
fn text(all: &Value) -> String {
    let mut text = String::new();
    write(&mut text, all, 0);
    text.push('\n');
    text
}

/// Objects are spread over lines down to the rows; lists are if they are lists of lines or findings.
fn write(text: &mut String, value: &Value, depth: usize) {
    let items: Vec<(String, &Value)> = match value {
        Value::Object(map) if depth < 3 => {
            let name = |it: &String| format!("{}: ", json!(it));
            map.iter().map(|(key, it)| (name(key), it)).collect()
        }
        Value::Array(list) if depth < 4 => list.iter().map(|it| (String::new(), it)).collect(),
        one => {
            text.push_str(&without_ids(&one.to_string()));
            return;
        }
    };
    let (open, close) = if value.is_object() {
        ('{', '}')
    } else {
        ('[', ']')
    };
    text.push(open);
    for (at, (name, it)) in items.iter().enumerate() {
        let comma = if at == 0 { "" } else { "," };
        let _ = write!(text, "{comma}\n{}{name}", " ".repeat(depth + 1));
        write(text, it, depth + 1);
    }
    let _ = write!(text, "\n{}{close}", " ".repeat(depth));
}

/// A text with [`ID`] for every UUID.
fn without_ids(text: &str) -> String {
    let is_part = |it: char| it.is_ascii_hexdigit() || it == '-';
    let is_id = |it: &str| {
        let dashes = it.match_indices('-').map(|(at, _)| at);
        it.len() == 36 && dashes.eq([8, 13, 18, 23])
    };
    let mut kept = text.to_owned();
    for word in text.split(|it| !is_part(it)).filter(|it| is_id(it)) {
        kept = kept.replace(word, ID);
    }
    kept
}
