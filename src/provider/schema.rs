//! Short forms for schemas, shared by the objects.

use crate::terraform::schema::{Attribute, Block, Mode, NestedBlock, Nesting};
use crate::terraform::value::{Fields, Type};
use std::sync::Arc;

pub(super) fn required(name: &'static str, ty: Type, description: &str) -> Attribute {
    Attribute {
        name,
        ty,
        mode: Mode::Required,
        description: description.to_owned(),
    }
}

pub(super) fn optional(name: &'static str, ty: Type, description: &str) -> Attribute {
    Attribute {
        name,
        ty,
        mode: Mode::Optional,
        description: description.to_owned(),
    }
}

pub(super) fn computed(name: &'static str, ty: Type, description: impl Into<String>) -> Attribute {
    Attribute {
        name,
        ty,
        mode: Mode::Computed,
        description: description.into(),
    }
}

/// The word for a type.
pub(super) fn type_word(ty: &Type) -> &'static str {
    match ty {
        Type::String => "String",
        Type::Number => "Number",
        Type::Bool => "Boolean",
        Type::List(inner) if **inner == Type::String => "List of String",
        _ => "List of Object",
    }
}

pub(super) fn at_most_one(name: &'static str, block: Block) -> NestedBlock {
    NestedBlock {
        name,
        nesting: Nesting::AtMostOne,
        block,
    }
}

pub(super) fn labelled(name: &'static str, block: Block) -> NestedBlock {
    NestedBlock {
        name,
        nesting: Nesting::Map,
        block,
    }
}

pub(super) fn repeated(name: &'static str, block: Block) -> NestedBlock {
    NestedBlock {
        name,
        nesting: Nesting::List,
        block,
    }
}

pub(super) fn list(element: Type) -> Type {
    Type::List(Box::new(element))
}

pub(super) fn map(element: Type) -> Type {
    Type::Map(Box::new(element))
}

pub(super) fn object(fields: &Arc<Fields>) -> Type {
    Type::Object(Arc::clone(fields))
}

/// The words of a vocabulary with their meanings, for a description: `` `a` (first), `b` (second) ``.
pub(super) fn glossary<T: Copy + 'static>(
    all: &[T],
    word: fn(T) -> &'static str,
    meaning: fn(T) -> &'static str,
) -> String {
    all.iter()
        .map(|it| format!("`{}` ({})", word(*it), meaning(*it)))
        .collect::<Vec<_>>()
        .join(", ")
}
