//! From ours to the wire's messages.

use super::diagnostic::{Diagnostic, Level, Path, Step};
use super::functions::FunctionError;
use super::proto::tfplugin5 as pb;
use super::schema::{Attribute, Block, Mode, NestedBlock, Nesting, Parameter, Schema, Signature};
use super::value::{Type, Value};
use super::wire::ValueError;
use super::{msgpack, type_json};
use pb::attribute_path::step::Selector;

pub(super) fn value(value: &Value, ty: &Type) -> Result<pb::DynamicValue, ValueError> {
    Ok(pb::DynamicValue {
        msgpack: msgpack::encode(value, ty)?.into(),
        ..Default::default()
    })
}

pub(super) fn diagnostics(diagnostics: Vec<Diagnostic>) -> Vec<pb::Diagnostic> {
    diagnostics.into_iter().map(diagnostic).collect()
}

fn diagnostic(it: Diagnostic) -> pb::Diagnostic {
    let severity = match it.severity {
        Level::Error => pb::diagnostic::Severity::Error,
        Level::Warning => pb::diagnostic::Severity::Warning,
    };
    pb::Diagnostic {
        severity: severity.into(),
        summary: shortened(it.summary),
        detail: shortened(it.detail),
        attribute: path(it.path),
    }
}

/// The most bytes of a text that a person is shown: it may name values, and these are of any size. A list of some thousands of
/// `moved` blocks to paste goes in.
const LONGEST_TEXT: usize = 1 << 20;

/// Without its middle if it is too long: a text begins with what is wrong, and ends with what to do about it.
fn shortened(text: String) -> String {
    if text.len() <= LONGEST_TEXT {
        return text;
    }
    let near = |at: usize| {
        let mut places = at..text.len();
        places.find(|it| text.is_char_boundary(*it)).unwrap_or(at)
    };
    let head = near(LONGEST_TEXT / 4 * 3);
    let tail = near(text.len() - LONGEST_TEXT / 4);
    let left_out = tail - head;
    format!(
        "{} … [{left_out} bytes left out] … {}",
        &text[..head],
        &text[tail..]
    )
}

fn path(path: Path) -> Option<pb::AttributePath> {
    let steps = path.0.into_iter().map(|step| {
        let selector = match step {
            Step::Attribute(name) => Selector::AttributeName(name),
            Step::Key(key) => Selector::ElementKeyString(key),
            Step::Index(index) => Selector::ElementKeyInt(index),
        };
        pb::attribute_path::Step {
            selector: Some(selector),
        }
    });
    let steps: Vec<_> = steps.collect();
    (!steps.is_empty()).then_some(pb::AttributePath { steps })
}

pub(super) fn schema(schema: &Schema) -> pb::Schema {
    pb::Schema {
        version: schema.version,
        block: Some(block(&schema.block)),
    }
}

fn block(block: &Block) -> pb::schema::Block {
    pb::schema::Block {
        attributes: block.attributes.iter().map(attribute).collect(),
        block_types: block.blocks.iter().map(nested_block).collect(),
        description: block.description.clone(),
        description_kind: pb::StringKind::Markdown.into(),
        ..Default::default()
    }
}

fn attribute(it: &Attribute) -> pb::schema::Attribute {
    pb::schema::Attribute {
        name: it.name.to_owned(),
        r#type: type_json::of(&it.ty).to_string().into(),
        description: it.description.clone(),
        required: it.mode == Mode::Required,
        optional: it.mode == Mode::Optional,
        computed: it.mode == Mode::Computed,
        description_kind: pb::StringKind::Markdown.into(),
        ..Default::default()
    }
}

/// Without bounds on the number of blocks, but where there is at most one: they would be the CLI's words, and ours say what
/// is meant.
fn nested_block(it: &NestedBlock) -> pb::schema::NestedBlock {
    use pb::schema::nested_block::NestingMode;
    let nesting = match it.nesting {
        Nesting::Single => NestingMode::Single,
        Nesting::AtMostOne | Nesting::List => NestingMode::List,
        Nesting::Map => NestingMode::Map,
    };
    pb::schema::NestedBlock {
        type_name: it.name.to_owned(),
        block: Some(block(&it.block)),
        nesting: nesting.into(),
        max_items: i64::from(it.nesting == Nesting::AtMostOne),
        ..Default::default()
    }
}

pub(super) fn function(it: &Signature) -> pb::Function {
    let ty = |it: &Type| type_json::of(it).to_string().into();
    // What is unknown at any depth makes the result unknown. Terraform does so itself; OpenTofu only looks at the whole argument.
    let parameter = |it: &Parameter| pb::function::Parameter {
        name: it.name.to_owned(),
        r#type: ty(&it.ty),
        allow_null_value: false,
        allow_unknown_values: false,
        description: it.description.to_owned(),
        description_kind: pb::StringKind::Markdown.into(),
    };
    pb::Function {
        parameters: it.parameters.iter().map(parameter).collect(),
        variadic_parameter: it.variadic.as_ref().map(parameter),
        r#return: Some(pb::function::Return {
            r#type: ty(&it.returns),
        }),
        summary: it.summary.to_owned(),
        description: it.description.clone(),
        description_kind: pb::StringKind::Markdown.into(),
        ..Default::default()
    }
}

pub(super) fn function_error(it: FunctionError) -> pb::FunctionError {
    pb::FunctionError {
        text: shortened(it.text),
        function_argument: it.argument.and_then(|it| i64::try_from(it).ok()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_of_any_size_keeps_its_ends() {
        assert_eq!(shortened("ё".repeat(LONGEST_TEXT / 2)).len(), LONGEST_TEXT);
        // No cut falls between characters in the same way.
        for before in ["", "a", "ab", "abc"] {
            let text = shortened(format!("{before}{}\n\nwrite less", "🦍".repeat(1 << 20)));
            assert!(text.len() < LONGEST_TEXT + 100, "{}", text.len());
            assert!(text.starts_with(before) && text.ends_with("🦍\n\nwrite less"));
            assert!(text.contains(" bytes left out] … 🦍"));
        }
    }

    #[test]
    fn a_diagnostic_keeps_its_place() {
        let place = Path::ROOT
            .attribute("zone")
            .key("web")
            .attribute("ports")
            .index(2);
        assert_eq!(place.to_string(), r#"zone["web"].ports[2]"#);
        let sent = diagnostic(Diagnostic::error("summary", "detail").at(place));
        let steps: Vec<_> = sent
            .attribute
            .expect("a path")
            .steps
            .into_iter()
            .filter_map(|step| step.selector)
            .collect();
        assert_eq!(
            steps,
            [
                Selector::AttributeName("zone".to_owned()),
                Selector::ElementKeyString("web".to_owned()),
                Selector::AttributeName("ports".to_owned()),
                Selector::ElementKeyInt(2),
            ]
        );
        assert_eq!(
            diagnostic(Diagnostic::error("summary", "detail")).attribute,
            None
        );
    }
}
