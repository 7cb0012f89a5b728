//! The shape of a block: attributes and nested blocks, each with its description.

use super::value::{Fields, Type};
use std::sync::Arc;

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

/// How often a nested block stands, and whether it has a label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nesting {
    /// At most once; `Null` when absent.
    Single,
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
    /// How often it stands.
    pub nesting: Nesting,
    /// What it holds.
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
                Nesting::List => Type::List(Box::new(inner)),
                Nesting::Map => Type::Map(Box::new(inner)),
            };
            (it.name, ty)
        });
        Type::Object(Arc::new(Fields::new(attributes.chain(blocks))))
    }
}
