//! The section of a page about a schema, in the form of HashiCorp's own generator, so that it reads like every other provider's.

use portmatrix::terraform::schema::{Attribute, Block, Mode, NestedBlock, Nesting};
use portmatrix::terraform::value::{Fields, Type};
use std::fmt::Write as _;

/// The section of a page that lists the members of a block.
pub(crate) fn schema(block: &Block) -> String {
    let mut text = "## Schema\n".to_owned();
    let mut below = Vec::new();
    members(block, "", "### ", &mut text, &mut below);
    sections(below, &mut text);
    text
}

/// What has a section of its own, below what names it.
enum Below<'b> {
    Block(String, &'b Block),
    Fields(String, &'b Fields, Mode, Vec<(&'b str, &'b str)>),
    /// The attributes of what has no type of its own, with the type in the description.
    Described(String, Mode, Vec<(&'b str, &'b str)>),
}

/// The members of a block, by who sets them; nested blocks are optional.
fn members<'b>(
    block: &'b Block,
    path: &str,
    heading: &str,
    text: &mut String,
    below: &mut Vec<Below<'b>>,
) {
    let colon = if heading.is_empty() { ":" } else { "" };
    for (mode, title) in [
        (Mode::Required, "Required"),
        (Mode::Optional, "Optional"),
        (Mode::Computed, "Read-Only"),
    ] {
        let mut items: Vec<String> = block
            .attributes
            .iter()
            .filter(|it| it.mode == mode)
            .map(|it| attribute(it, path, below))
            .collect();
        if mode == Mode::Optional {
            items.extend(block.blocks.iter().map(|it| nested(it, path, below)));
        }
        if !items.is_empty() {
            let _ = write!(text, "\n{heading}{title}{colon}\n\n{}\n", items.join("\n"));
        }
    }
}

fn attribute<'b>(it: &'b Attribute, path: &str, below: &mut Vec<Below<'b>>) -> String {
    let (description, documented) = split(&it.description);
    let head = format!("- `{}` ({}) {description}", it.name, type_name(&it.ty));
    let path = join(path, it.name);
    let see = format!(
        "{head} (see [below for nested schema](#{}))",
        anchor("att", &path)
    );
    match object(&it.ty) {
        None if documented.is_empty() => return head,
        None => below.push(Below::Described(path, it.mode, documented)),
        Some(fields) => below.push(Below::Fields(path, fields, it.mode, documented)),
    }
    see
}

fn nested<'b>(it: &'b NestedBlock, path: &str, below: &mut Vec<Below<'b>>) -> String {
    let nesting = match it.nesting {
        Nesting::Single | Nesting::AtMostOne => "Block, Optional",
        Nesting::List => "Block List",
        Nesting::Map => "Block Map",
    };
    let path = join(path, it.name);
    let head = format!(
        "- `{}` ({nesting}) {} (see [below for nested schema](#{}))",
        it.name,
        it.block.description,
        anchor("block", &path)
    );
    below.push(Below::Block(path, &it.block));
    head
}

/// Sections depth first, so that what belongs together is together.
fn sections(below: Vec<Below<'_>>, text: &mut String) {
    for it in below {
        let (kind, path) = match &it {
            Below::Block(path, _) => ("block", path.clone()),
            Below::Fields(path, ..) | Below::Described(path, ..) => ("att", path.clone()),
        };
        let _ = write!(
            text,
            "\n\n<a id=\"{}\"></a>\n### Nested Schema for `{path}`\n",
            anchor(kind, &path)
        );
        let mut deeper = Vec::new();
        match it {
            Below::Block(path, block) => members(block, &path, "", text, &mut deeper),
            Below::Fields(_, fields, mode, documented) => {
                text.push_str(&field_lists(fields, mode, &documented));
            }
            Below::Described(_, mode, documented) => {
                let others = match mode {
                    Mode::Computed => "Read-Only",
                    Mode::Required | Mode::Optional => "Optional",
                };
                for (title, is_listed) in [("Required", true), (others, false)] {
                    let lines = documented
                        .iter()
                        .filter(|(_, it)| is_required(it) == is_listed);
                    let line = |(name, it): &(&str, &str)| {
                        format!(
                            "- `{name}` {}",
                            it.replacen(", required)", ")", 1).replacen(
                                ").",
                                ")",
                                usize::from(it.ends_with(")."))
                            )
                        )
                    };
                    let lines: Vec<String> = lines.map(line).collect();
                    if !lines.is_empty() {
                        let _ = write!(text, "\n{title}:\n\n{}\n", lines.join("\n"));
                    }
                }
            }
        }
        sections(deeper, text);
    }
}

/// Whether a description says so, next to the type.
fn is_required(description: &str) -> bool {
    let head = description.split_once(')').map_or("", |(head, _)| head);
    head.ends_with(", required")
}

/// The fields of an object.
fn field_lists(fields: &Fields, mode: Mode, documented: &[(&str, &str)]) -> String {
    let lines = field_lines(fields, documented).into_iter();
    let lines: String = lines.map(|(_, line)| line).collect();
    let title = match mode {
        Mode::Computed => "Read-Only",
        Mode::Required | Mode::Optional => "Required",
    };
    format!("\n{title}:\n\n{lines}")
}

/// Names and lines, in the order of their descriptions where the attribute has them, else by name.
fn field_lines<'f>(
    fields: &'f Fields,
    documented: &[(&'f str, &'f str)],
) -> Vec<(&'f str, String)> {
    let ty = |name: &str| {
        let found = fields.iter().find(|(it, _)| *it == name);
        type_name(
            found
                .unwrap_or_else(|| panic!("`{name}` is described and is no field"))
                .1,
        )
    };
    let described = documented
        .iter()
        .map(|(name, text)| (*name, format!("- `{name}` ({}) {text}\n", ty(name))));
    let plain = fields
        .iter()
        .filter(|(name, _)| !documented.iter().any(|(it, _)| it == name))
        .map(|(name, ty)| (name, format!("- `{name}` ({})\n", type_name(ty))));
    described.chain(plain).collect()
}

/// A description without the list of fields that may end it, and the list.
fn split(description: &str) -> (String, Vec<(&str, &str)>) {
    let mut lines = description.lines();
    let head = lines.next().unwrap_or_default();
    let fields: Vec<_> = lines
        .map(|line| {
            line.trim_start()
                .strip_prefix("- `")
                .and_then(|it| it.split_once("`: "))
                .unwrap_or_else(|| panic!("this line describes no field: {line}"))
        })
        .collect();
    let head = match head.strip_suffix(':') {
        Some(it) if !fields.is_empty() => format!("{it}."),
        _ => head.to_owned(),
    };
    (head, fields)
}

/// The object that a type is, or holds as elements.
fn object(ty: &Type) -> Option<&Fields> {
    match ty {
        Type::Object(fields) => Some(fields),
        Type::List(inner) | Type::Set(inner) | Type::Map(inner) => object(inner),
        Type::String | Type::Number | Type::Bool | Type::Tuple(_) | Type::Dynamic => None,
    }
}

pub(crate) fn type_name(ty: &Type) -> String {
    match ty {
        Type::String => "String".to_owned(),
        Type::Number => "Number".to_owned(),
        Type::Bool => "Boolean".to_owned(),
        Type::List(inner) => format!("List of {}", type_name(inner)),
        Type::Set(inner) => format!("Set of {}", type_name(inner)),
        Type::Map(inner) => format!("Map of {}", type_name(inner)),
        Type::Tuple(_) => "Tuple".to_owned(),
        Type::Dynamic => "Dynamic".to_owned(),
        Type::Object(_) => "Object".to_owned(),
    }
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path}.{name}")
    }
}

fn anchor(kind: &str, path: &str) -> String {
    format!("nested{kind}--{}", path.replace('.', "--"))
}
