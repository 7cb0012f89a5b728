//! The layout as data as a JSON Schema, for editors of YAML and JSON files. It is made of the schemas of the blocks.

use crate::support::{read, root};
use jsonschema::Validator;
use portmatrix::model::name::MAX_NAME;
use portmatrix::model::words::{Exposure, Plane, Trust};
use portmatrix::provider;
use portmatrix::terraform::schema::{Attribute, Block, Mode};
use portmatrix::terraform::value::Type;
use serde_json::{Map, Value, json};

const NAME: &str = "^[a-z][a-z0-9]*(-[a-z0-9]+)*$";
const NUMBER: &str = r"^-?[0-9]+(\.[0-9]+)?$";

/// The key of comments, which is ignored everywhere.
const COMMENT: &str = "//";

/// The arguments, and the blocks of which they have entries.
const ARGUMENTS: [(&str, &str); 3] = [
    ("zones", "zone"),
    ("products", "product"),
    ("flows", "flow"),
];

/// The block of the resource that has this name.
fn block(name: &str) -> Block {
    let schemas = provider::schemas();
    let (_, rules) = &schemas.resources[0];
    let found = rules.block.blocks.iter().find(|it| it.name == name);
    found.expect("a block").block.clone()
}

/// The schema in its file.
pub(crate) fn schema() -> String {
    let (mut defs, mut properties) = (Map::new(), Map::new());
    for (argument, name) in ARGUMENTS {
        let block = block(name);
        defs.insert(name.to_owned(), object(&block));
        let mut entries = by_name(&json!({ "$ref": format!("#/$defs/{name}") }));
        entries["propertyNames"] =
            json!({ "anyOf": [{ "const": COMMENT }, { "pattern": NAME, "maxLength": MAX_NAME }] });
        entries["description"] = json!(block.description);
        defs.insert(argument.to_owned(), entries);
        properties.insert(
            argument.to_owned(),
            json!({ "$ref": format!("#/$defs/{argument}") }),
        );
    }
    properties.insert("$schema".to_owned(), json!({ "type": "string" }));
    properties.insert(COMMENT.to_owned(), json!(true));
    let schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "portmatrix layout",
        "description": "The values of the arguments `zones`, `products` and `flows` of `portmatrix_rules`.",
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
        "$defs": defs,
    });
    let mut text = serde_json::to_string_pretty(&schema).expect("it is JSON");
    text.push('\n');
    text
}

/// An object with the arguments of a block, or null, which is absent.
fn object(block: &Block) -> Value {
    let mut properties = Map::from_iter([(COMMENT.to_owned(), json!(true))]);
    for it in &block.attributes {
        properties.insert(it.name.to_owned(), attribute(it));
    }
    for it in &block.blocks {
        let mut nested = object(&it.block);
        if provider::is_flag(it.name) {
            // A block that says something without arguments is there or not.
            nested["type"] = json!(["object", "boolean", "null"]);
        }
        properties.insert(it.name.to_owned(), nested);
    }
    let required = block
        .attributes
        .iter()
        .filter(|it| it.mode == Mode::Required);
    let required: Vec<&str> = required.map(|it| it.name).collect();
    let mut schema = json!({
        "description": block.description,
        "type": ["object", "null"],
        "properties": properties,
        "additionalProperties": false,
    });
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    schema
}

fn attribute(attribute: &Attribute) -> Value {
    let words = match attribute.name {
        "trust" => Some(words(Trust::ALL, Trust::as_str)),
        "plane" => Some(words(Plane::ALL, Plane::as_str)),
        "exposure" => Some(words(Exposure::ALL, Exposure::as_str)),
        _ => None,
    };
    let mut schema = match words {
        Some(words) => json!({ "enum": words }),
        // A release as a number has lost the zeros at its end.
        None if attribute.name == "version" => json!({ "type": ["string", "null"] }),
        None => value(&attribute.ty, attribute.mode == Mode::Required),
    };
    schema["description"] = attribute.description.clone().into();
    schema
}

/// The words of a vocabulary, and null.
fn words<T: Copy>(all: &[T], word: fn(T) -> &'static str) -> Vec<Value> {
    let words = all.iter().map(|it| json!(word(*it)));
    words.chain([Value::Null]).collect()
}

/// What may be written for a type: values are converted as the CLIs convert them.
fn value(ty: &Type, required: bool) -> Value {
    let mut schema = match ty {
        Type::String => json!({ "type": ["string", "number", "boolean"] }),
        Type::Number => json!({ "type": ["number", "string"], "pattern": NUMBER }),
        Type::Bool => json!({ "enum": [true, false, "true", "false", "1", "0"] }),
        Type::List(inner) => json!({ "type": ["array"], "items": value(inner, true) }),
        Type::Map(inner) => by_name(&value(inner, false)),
        other => panic!("no argument of a block is of type {other:?}"),
    };
    if !required {
        for words in ["type", "enum"] {
            if let Some(Value::Array(words)) = schema.get_mut(words)
                && !words.contains(&json!("null"))
            {
                words.push(if schema_is_type(words) {
                    json!("null")
                } else {
                    Value::Null
                });
            }
        }
    }
    schema
}

/// Whether these are names of types, rather than values.
fn schema_is_type(words: &[Value]) -> bool {
    words.iter().all(|it| {
        let types = ["string", "number", "boolean", "array", "object"];
        it.as_str().is_some_and(|it| types.contains(&it))
    })
}

/// An object by name, with comments.
fn by_name(value: &Value) -> Value {
    json!({
        "type": ["object"],
        "properties": { COMMENT: true },
        "additionalProperties": value,
    })
}

fn validator() -> Validator {
    let schema: Value = serde_json::from_str(&read("docs/layout.schema.json")).expect("JSON");
    assert!(jsonschema::meta::is_valid(&schema));
    jsonschema::draft202012::new(&schema).expect("a schema")
}

fn mistakes(schema: &Validator, layout: &Value) -> Vec<String> {
    let errors = schema.iter_errors(layout);
    errors
        .map(|it| format!("{}: {it}", it.instance_path()))
        .collect()
}

/// Every file of an example that names the schema.
fn layouts() -> Vec<(String, Value)> {
    let mut found = Vec::new();
    let mut folders = vec![root().join("examples")];
    while let Some(folder) = folders.pop() {
        for entry in folder.read_dir().expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap_or_default();
            if text.contains("layout.schema.json")
                && path.extension().is_some_and(|it| it == "yaml")
            {
                let layout = serde_norway::from_str(&text).expect("YAML");
                found.push((path.display().to_string(), layout));
            }
        }
    }
    found
}

/// A layout with every kind of value that is written in data.
fn written() -> Value {
    json!({
        "$schema": "layout.schema.json",
        "//": "who may reach Kong",
        "zones": {
            "//": ["a", "comment"],
            "gone": null,
            "dmz": {
                "//": "a comment",
                "components": ["kong.node"],
                "trust": null,
                "exact": "false",
                "ipv4": { "a": "10.0.0.0/24", "gone": null, "//": "a comment" },
                "host": null,
                "aws": { "security_group_id": "sg-1", "max_rules": "60" },
                "azure": null,
            },
            "hosts": { "components": [], "host": true },
            "more": { "components": [], "host": {} },
        },
        "products": { "kong": { "version": "3.9", "ports": { "proxy-https": 443 } } },
        "flows": { "ssh": { "from": ["dmz"], "to": ["hosts"], "services": ["tcp/22"], "plane": "admin" } },
    })
}

#[test]
fn layouts_of_examples_are_valid() {
    let schema = validator();
    let mut layouts = layouts();
    assert!(!layouts.is_empty());
    layouts.push(("this test".to_owned(), written()));
    for (path, layout) in layouts {
        assert_eq!(mistakes(&schema, &layout), [""; 0], "{path}");
    }
}

/// Each argument of each block at every depth, with a letter too many.
#[test]
fn misspelt_arguments_are_found() {
    fn misspell(
        schema: &Validator,
        whole: &Value,
        pointer: &str,
        block: &Block,
        tried: &mut usize,
    ) {
        let names = block.attributes.iter().map(|it| it.name);
        for name in names.chain(block.blocks.iter().map(|it| it.name)) {
            let mut layout = whole.clone();
            let object = layout.pointer_mut(pointer).expect("an object");
            object[format!("{name}x")] = json!("x");
            assert_ne!(mistakes(schema, &layout), [""; 0], "{pointer}/{name}x");
            *tried += 1;
        }
        for it in &block.blocks {
            let mut layout = whole.clone();
            layout.pointer_mut(pointer).expect("an object")[it.name] = json!({});
            misspell(
                schema,
                &layout,
                &format!("{pointer}/{}", it.name),
                &it.block,
                tried,
            );
        }
    }
    let (schema, whole) = (validator(), written());
    let mut tried = 0;
    for (pointer, name) in [
        ("/zones/dmz", "zone"),
        ("/products/kong", "product"),
        ("/flows/ssh", "flow"),
    ] {
        misspell(&schema, &whole, pointer, &block(name), &mut tried);
    }
    assert!(tried > 40, "{tried}");
}

#[test]
fn wrong_values_are_found() {
    let schema = validator();
    for (pointer, value) in [
        ("/zones", json!([])),
        ("/zones/dmz", json!("x")),
        ("/zones/dmz", json!({ "trust": "dmz" })),
        ("/zones/dmz/components", json!("kong.node")),
        ("/zones/dmz/components", json!([["kong.node"]])),
        ("/zones/dmz/components", json!(["kong.node", null])),
        ("/zones/dmz/trust", json!("publc")),
        ("/zones/dmz/ipv4", json!(["10.0.0.0/8"])),
        ("/zones/dmz/ipv4/a", json!([])),
        ("/zones/dmz/exact", json!("maybe")),
        ("/zones/dmz/aws", json!([])),
        ("/zones/dmz/aws/max_rules", json!("many")),
        ("/zones/dmz/host", json!(1)),
        ("/products/kong/version", json!(3.1)),
        ("/flows/ssh", json!({ "from": ["dmz"], "to": ["hosts"] })),
        ("/flows/ssh/plane", json!("admn")),
        ("/zone", json!({})),
        ("/zones/DMZ", json!({ "components": [] })),
    ] {
        let mut layout = written();
        let (parent, name) = pointer.rsplit_once('/').expect("a pointer");
        layout.pointer_mut(parent).expect("an object")[name] = value.clone();
        assert_ne!(mistakes(&schema, &layout), [""; 0], "{pointer} = {value}");
    }
}
