//! The schema of `portmatrix_review`.

use super::super::rows::RULE_FIELDS;
use super::super::schema::{computed, glossary, list, map, object, optional, type_word};
use super::FINDING;
use super::rows::{self, Field};
use super::sides::wanted_arguments;
use crate::model::name::backticked;
use crate::model::words::Direction;
use crate::review::Kind;
use crate::review::fail_on::FailOnDifference;
use crate::review::read::PLATFORMS;
use crate::terraform::schema::{Attribute, Block, Schema};
use crate::terraform::value::Type;
use std::fmt::Write as _;

/// Whether an argument has rows.
pub(in crate::provider) fn is_data(argument: &str) -> bool {
    let existing = PLATFORMS.iter().map(|it| it.actual.argument);
    argument == "rules" || wanted_arguments().chain(existing).any(|it| it == argument)
}

/// An argument with rows. Its type is dynamic: a typed object drops a misspelt attribute without a word, and with attributes that may
/// be omitted it breaks generators of bindings.
fn data(name: &'static str, description: &str, fields: &[Field]) -> Attribute {
    let mut text = description.to_owned();
    for it in fields {
        let required = if it.is_required { ", required" } else { "" };
        let ty = type_word(&it.ty);
        let end = match it.description {
            "" => ".".to_owned(),
            description => format!(" {description}"),
        };
        let _ = write!(text, "\n  - `{}`: ({ty}{required}){end}", it.name);
    }
    optional(name, Type::Dynamic, &text)
}

/// The attributes of the rows of `rules`.
pub(super) fn rule_fields() -> Vec<Field> {
    let fields = RULE_FIELDS.iter();
    let fields = fields.map(|(name, ty, description)| Field {
        name,
        ty: ty(),
        is_required: true,
        description,
    });
    fields.collect()
}

/// The schema.
pub(in crate::provider) fn schema() -> Schema {
    let mut arguments: Vec<Attribute> = vec![data(
        "rules",
        "`rules` of `portmatrix_rules`: why traffic between two zones is wanted. \
            Without it, findings cannot say which flows are meant, which of them are required, and how far peers are trusted.",
        &rule_fields(),
    )];
    arguments.extend(PLATFORMS.iter().flat_map(|it| it.wanted).map(|it| {
        let both = if it.direction.is_none() { ", in both directions" } else { "" };
        let description = format!(
            "Wanted rules: `{}` of `portmatrix_rules`{both}. \
                Empty if nothing is wanted; if omitted, rules of its kind are counted but not reviewed.",
            it.argument
        );
        data(it.argument, &description, &rows::wanted_fields(it))
    }));
    arguments.extend(
        PLATFORMS
            .iter()
            .map(|it| &it.actual)
            .map(|it| data(it.argument, it.description, &rows::actual_fields(it))),
    );
    let others: Vec<Attribute> = vec![
        optional(
            "directions",
            list(Type::String),
            &format!(
                "Which rules are reviewed: {}. Default both. If a layout has rules in one direction only, only that direction is reviewed.",
                glossary(Direction::ALL, Direction::as_str, Direction::description)
            ),
        ),
        optional(
            "ignore",
            list(Type::String),
            "Globs: `*` is any text, `?` any one character. Matching points are not reviewed; rules whose id or key matches are not reported.",
        ),
        optional(
            "fail_on",
            Type::String,
            &format!(
                "Which differences fail the plan: {}. Default `never`. Errors in the arguments always fail it.",
                glossary(
                    FailOnDifference::ALL,
                    FailOnDifference::as_str,
                    FailOnDifference::description
                )
            ),
        ),
        optional(
            "import_to",
            map(Type::String),
            &format!(
                "Resources to import existing rules into, by the argument that their `for_each` uses ({}), e.g. \
                    `{{ aws_ingress = \"aws_vpc_security_group_ingress_rule.edge\" }}`.",
                backticked(wanted_arguments())
            ),
        ),
    ];
    let outputs: Vec<Attribute> = vec![
        computed("id", Type::String, "Always `review`."),
        computed(
            "in_sync",
            Type::Bool,
            "Whether exactly what is wanted is allowed, apart from what was not reviewed or is ignored: all findings are of kind `duplicate` or `shadowed`.",
        ),
        computed(
            "findings",
            list(object(&FINDING)),
            format!(
                "Every difference, by point, direction and kind.\n\
             \x20- `kind`: {}.\n\
             \x20- `severity`: `error`, `warning` or `info`, depending on who can reach what.\n\
             \x20- `point`: The group or network where the rules are enforced.\n\
             \x20- `direction`: `ingress` or `egress`, seen from there.\n\
             \x20- `rules`: Ids of the existing rules involved. The one that the finding reports comes first.\n\
             \x20- `keys`: Keys of the wanted rules involved, in the same order.\n\
             \x20- `traffic`: The traffic that differs.\n\
             \x20- `message`: What is wrong, in one sentence.\n\
             \x20- `meaning`: The flows that the traffic belongs to, or the known listeners.\n\
             \x20- `remedy`: What to do.",
                glossary(Kind::ALL, Kind::as_str, Kind::description)
            ),
        ),
        computed(
            "missing",
            list(Type::String),
            "Keys of wanted rules that are not fully allowed: those of the kinds `missing` and `narrower`.",
        ),
        computed(
            "extra",
            list(Type::String),
            "Ids of existing rules that allow more than is wanted: those of the kinds `extra` and `wider`.",
        ),
        computed(
            "import_blocks",
            Type::String,
            "An `import` block for each existing rule that allows exactly what a wanted rule does, for the resources of `import_to`; a comment says how many have \
                no known id. Requires Terraform 1.5 or OpenTofu 1.6.",
        ),
        computed("summary", Type::String, "The review in one line."),
        computed(
            "markdown",
            Type::String,
            "The review as Markdown, e.g. for a pull request.",
        ),
    ];
    let description = "Compares the wanted rules with the existing ones as sets of traffic; how rules are split, ordered, repeated or described does not matter. \
        Every difference is reported with its rules and its meaning. Nothing is changed. \
        Only the command `review` reports which rules a group with inline blocks will remove (`contested`), because it reads the plan. \
        The arguments for rules accept any value of the form that is described: wanted rules by key, existing rules as a list or under any keys. \
        Attributes of a row that are not listed are ignored, because data sources of clouds return more than a rule needs; one that is named almost as a listed \
        one that the row lacks is an error.";
    Schema {
        version: 0,
        block: Block {
            attributes: arguments.into_iter().chain(others).chain(outputs).collect(),
            blocks: Vec::new(),
            description: description.to_owned(),
        },
    }
}
