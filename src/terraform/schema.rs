//! The shape of a block: attributes and nested blocks, each with its description.

use super::value::{Fields, Type, Value};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The schemas of one provider.
pub struct Schemas {
    /// The provider block.
    pub provider: Schema,
    /// Resource types by name.
    pub resources: Vec<(&'static str, Schema)>,
    /// Data source types by name.
    pub data_sources: Vec<(&'static str, Schema)>,
    /// Functions by name.
    pub functions: Vec<(&'static str, Signature)>,
}

/// What a function takes and returns. No argument may be null, and none is unknown when the function runs.
pub struct Signature {
    /// The arguments that must be there.
    pub parameters: Vec<Parameter>,
    /// The argument that may be there any number of times, after the others.
    pub variadic: Option<Parameter>,
    /// The type of what it returns.
    pub returns: Type,
    /// What it does, in one line.
    pub summary: &'static str,
    /// What it does, in Markdown.
    pub description: String,
}

/// One argument of a function.
pub struct Parameter {
    /// Its name in messages.
    pub name: &'static str,
    /// Its type.
    pub ty: Type,
    /// Its meaning, in Markdown.
    pub description: &'static str,
}

/// Who sets an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// The user must.
    Required,
    /// The user may.
    Optional,
    /// The provider does.
    Computed,
}

/// One attribute of a block.
#[derive(Clone, Debug)]
pub struct Attribute {
    /// Its name in HCL.
    pub name: &'static str,
    /// Its type.
    pub ty: Type,
    /// Who sets it.
    pub mode: Mode,
    /// Meaning, units and ranges, in Markdown.
    pub description: String,
}

/// How often a nested block may occur, and whether it has a label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nesting {
    /// At most once; `Null` when absent. A `dynamic` block that may turn out absent is sent as if it were present.
    Single,
    /// At most once, as a list of none or one. The list is unknown if a `dynamic` block may turn out absent.
    AtMostOne,
    /// Any number of times, in order.
    List,
    /// Any number of times, each with a label of its own.
    Map,
}

/// A block inside a block.
#[derive(Clone, Debug)]
pub struct NestedBlock {
    /// Its name in HCL.
    pub name: &'static str,
    /// How often it may occur.
    pub nesting: Nesting,
    /// Its content.
    pub block: Block,
}

/// Attributes and nested blocks.
#[derive(Clone, Debug, Default)]
pub struct Block {
    /// In the order of the documentation.
    pub attributes: Vec<Attribute>,
    /// In the order of the documentation.
    pub blocks: Vec<NestedBlock>,
    /// What the block is for, in Markdown.
    pub description: String,
}

/// A block with the version of the state that it describes.
#[derive(Clone, Debug)]
pub struct Schema {
    /// Rises with every change of shape that stored state must follow.
    pub version: i64,
    /// The block.
    pub block: Block,
}

impl Block {
    /// The object type that values of this block have on the wire.
    pub fn ty(&self) -> Type {
        let attributes = self.attributes.iter().map(|it| (it.name, it.ty.clone()));
        let blocks = self.blocks.iter().map(|it| {
            let inner = it.block.ty();
            let ty = match it.nesting {
                Nesting::Single => inner,
                Nesting::AtMostOne | Nesting::List => Type::List(Box::new(inner)),
                Nesting::Map => Type::Map(Box::new(inner)),
            };
            (it.name, ty)
        });
        Type::Object(Arc::new(Fields::new(attributes.chain(blocks))))
    }
}

/// Puts an empty list or map in place of null for a block that may occur any number of times: with null, the CLIs report a
/// broken object.
pub fn fill_blocks(value: Value, block: &Block) -> Value {
    let Value::Object(object) = value else {
        return value;
    };
    // The value is not copied: this runs at every refresh, on states of any size.
    let fill = |name: &str, value| match block.blocks.iter().find(|it| it.name == name) {
        Some(nested) => fill_nested(value, nested),
        None => value,
    };
    Value::Object(object.map(fill))
}

fn fill_nested(value: Value, nested: &NestedBlock) -> Value {
    let fill = |it| fill_blocks(it, &nested.block);
    match (nested.nesting, value) {
        (Nesting::AtMostOne | Nesting::List, Value::Null) => Value::List(Vec::new()),
        (Nesting::Map, Value::Null) => Value::Map(BTreeMap::new()),
        (_, Value::List(items)) => Value::List(items.into_iter().map(fill).collect()),
        (_, Value::Map(map)) => {
            Value::Map(map.into_iter().map(|(key, it)| (key, fill(it))).collect())
        }
        (_, value) => fill(value),
    }
}

/// What the CLIs would reject in these schemas, each in a sentence; empty if they are sound.
///
/// The CLIs check a schema before its first use and report what they find as a bug of the provider, so a test does it here.
pub fn problems(schemas: &Schemas) -> Vec<String> {
    let mut found = Vec::new();
    check_schema(
        "provider",
        &schemas.provider,
        &["alias", "version"],
        &mut found,
    );
    for attribute in schemas
        .provider
        .block
        .attributes
        .iter()
        .filter(|it| it.mode == Mode::Computed)
    {
        found.push(format!(
            "provider.{}: nothing in a provider block can be computed",
            attribute.name
        ));
    }
    for kinds in [&schemas.resources, &schemas.data_sources] {
        for (at, (kind, schema)) in kinds.iter().enumerate() {
            check_schema(kind, schema, &RESERVED, &mut found);
            if kinds[..at].iter().any(|(earlier, _)| earlier == kind) {
                found.push(format!("{kind}: the name is there twice"));
            }
        }
    }
    for (name, it) in &schemas.functions {
        let parameters = it.parameters.iter().chain(&it.variadic);
        let names = parameters.clone().map(|it| it.name);
        for name in names.chain([*name]).filter(|it| !is_name(it)) {
            found.push(format!(
                "{name}: a name has only the characters a-z, 0-9 and _"
            ));
        }
        for parameter in parameters {
            check_type(
                &format!("{name}.{}", parameter.name),
                &parameter.ty,
                &mut found,
            );
        }
        check_type(name, &it.returns, &mut found);
    }
    found
}

/// Arguments that the CLIs keep for themselves in every resource and data block.
const RESERVED: [&str; 7] = [
    "connection",
    "count",
    "depends_on",
    "for_each",
    "lifecycle",
    "provider",
    "provisioner",
];

fn check_schema(kind: &str, schema: &Schema, reserved: &[&str], found: &mut Vec<String>) {
    if !is_name(kind) {
        found.push(format!(
            "{kind}: a name has only the characters a-z, 0-9 and _"
        ));
    }
    if schema.version < 0 {
        found.push(format!("{kind}: the version is negative"));
    }
    for name in names(&schema.block).filter(|it| reserved.contains(it)) {
        found.push(format!(
            "{kind}.{name}: the CLIs keep this name for themselves"
        ));
    }
    check_block(kind, &schema.block, found);
}

fn check_block(place: &str, block: &Block, found: &mut Vec<String>) {
    let mut seen = Vec::new();
    for name in names(block) {
        if !is_name(name) {
            found.push(format!(
                "{place}.{name}: a name has only the characters a-z, 0-9 and _"
            ));
        }
        if seen.contains(&name) {
            found.push(format!("{place}.{name}: the name is there twice"));
        }
        seen.push(name);
    }
    for attribute in &block.attributes {
        check_type(&format!("{place}.{}", attribute.name), &attribute.ty, found);
    }
    for nested in &block.blocks {
        check_block(&format!("{place}.{}", nested.name), &nested.block, found);
    }
}

fn check_type(place: &str, ty: &Type, found: &mut Vec<String>) {
    match ty {
        Type::String | Type::Number | Type::Bool | Type::Dynamic => {}
        Type::List(inner) | Type::Set(inner) | Type::Map(inner) => {
            check_type(place, inner, found);
        }
        Type::Tuple(items) => items.iter().for_each(|it| check_type(place, it, found)),
        Type::Object(fields) => {
            let names: Vec<_> = fields.iter().map(|(name, _)| name).collect();
            for pair in names.windows(2).filter(|it| it[0] == it[1]) {
                found.push(format!("{place}.{}: the name is there twice", pair[0]));
            }
            for (name, ty) in fields.iter() {
                check_type(&format!("{place}.{name}"), ty, found);
            }
        }
    }
}

fn names(block: &Block) -> impl Iterator<Item = &'static str> {
    block
        .attributes
        .iter()
        .map(|it| it.name)
        .chain(block.blocks.iter().map(|it| it.name))
}

fn is_name(name: &str) -> bool {
    !name.is_empty()
        && name
            .bytes()
            .all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terraform::value::Object;

    fn attribute(name: &'static str, ty: Type, mode: Mode) -> Attribute {
        Attribute {
            name,
            ty,
            mode,
            description: String::new(),
        }
    }

    fn nested(name: &'static str, nesting: Nesting, block: Block) -> NestedBlock {
        NestedBlock {
            name,
            nesting,
            block,
        }
    }

    fn schema(attributes: Vec<Attribute>, blocks: Vec<NestedBlock>) -> Schema {
        Schema {
            version: 0,
            block: Block {
                attributes,
                blocks,
                description: String::new(),
            },
        }
    }

    #[test]
    fn a_block_that_does_not_stand_is_empty_and_not_null() {
        let leaf = || Block {
            attributes: vec![attribute("x", Type::String, Mode::Optional)],
            ..Block::default()
        };
        let deep = Block {
            blocks: vec![nested("leaf", Nesting::List, leaf())],
            ..Block::default()
        };
        let blocks = vec![
            nested("many", Nesting::List, leaf()),
            nested("named", Nesting::Map, deep.clone()),
            nested("one", Nesting::Single, deep),
        ];
        let block = schema(Vec::new(), blocks).block;
        let Type::Object(fields) = block.ty() else {
            unreachable!()
        };
        let empty = fill_blocks(
            Value::Object(Object::build(&fields, |_| Value::Null)),
            &block,
        );
        assert_eq!(empty.get("many"), &Value::List(Vec::new()));
        assert_eq!(empty.get("named"), &Value::Map(BTreeMap::new()));
        assert_eq!(empty.get("one"), &Value::Null);

        let Some((_, Type::Object(one))) = fields.find("one") else {
            unreachable!()
        };
        let one = Value::Object(Object::build(one, |_| Value::Null));
        let filled = Object::build(&fields, |name| {
            if name == "one" {
                one.clone()
            } else {
                Value::Null
            }
        });
        assert_eq!(
            fill_blocks(Value::Object(filled), &block)
                .get("one")
                .get("leaf"),
            &Value::List(Vec::new())
        );
        assert_eq!(fill_blocks(Value::Null, &block), Value::Null);
    }

    #[test]
    fn what_the_clis_would_refuse_is_found() {
        let sound = || {
            schema(
                vec![attribute("name", Type::String, Mode::Required)],
                Vec::new(),
            )
        };
        let twice = [("a", Type::String), ("a", Type::Bool)];
        let object = Type::Object(Arc::new(Fields::new(twice)));
        let schemas = Schemas {
            provider: schema(
                vec![attribute("alias", Type::String, Mode::Computed)],
                Vec::new(),
            ),
            resources: vec![
                ("sound", sound()),
                ("sound", sound()),
                (
                    "wrong",
                    schema(
                        vec![
                            attribute("count", Type::Number, Mode::Optional),
                            attribute("Name", Type::String, Mode::Optional),
                            attribute("zone", Type::List(Box::new(object)), Mode::Optional),
                        ],
                        vec![nested("zone", Nesting::Map, sound().block)],
                    ),
                ),
            ],
            data_sources: vec![("sound", sound())],
            functions: vec![(
                "well",
                Signature {
                    parameters: vec![Parameter {
                        name: "Not",
                        ty: Type::Bool,
                        description: "",
                    }],
                    variadic: None,
                    returns: Type::Bool,
                    summary: "",
                    description: String::new(),
                },
            )],
        };
        assert_eq!(
            problems(&schemas),
            [
                "provider.alias: the CLIs keep this name for themselves",
                "provider.alias: nothing in a provider block can be computed",
                "sound: the name is there twice",
                "wrong.count: the CLIs keep this name for themselves",
                "wrong.Name: a name has only the characters a-z, 0-9 and _",
                "wrong.zone: the name is there twice",
                "wrong.zone.a: the name is there twice",
                "Not: a name has only the characters a-z, 0-9 and _",
            ]
        );
    }
}
