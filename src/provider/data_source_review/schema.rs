//! The schema of `portmatrix_review`.

use super::super::rows::rules_type;
use super::super::schema::{computed, glossary, list, map, object, optional};
use super::FINDING;
use super::rows;
use super::sides::wanted_arguments;
use crate::model::name::backticked;
use crate::model::words::Direction;
use crate::review::Kind;
use crate::review::fail_on::FailOnDifference;
use crate::review::read::PLATFORMS;
use crate::terraform::schema::{Attribute, Block, Schema};
use crate::terraform::value::Type;

/// The schema.
pub(in crate::provider) fn schema() -> Schema {
    let mut arguments: Vec<Attribute> = vec![optional(
        "rules",
        rules_type(),
        "`rules` of `portmatrix_rules`: why traffic between two zones is wanted. \
            Without it, findings cannot say which flows are meant, which of them are required, and how far peers are trusted.",
    )];
    arguments.extend(PLATFORMS.iter().flat_map(|it| it.wanted).map(|it| {
        let both = if it.direction.is_none() { ", in both directions" } else { "" };
        let description = format!(
            "Wanted rules: `{}` of `portmatrix_rules`{both}. \
                Empty if nothing is wanted; if omitted, rules of its kind are counted but not reviewed.",
            it.argument
        );
        optional(it.argument, rows::wanted_type(it), &description)
    }));
    arguments.extend(
        PLATFORMS
            .iter()
            .map(|it| &it.actual)
            .map(|it| optional(it.argument, rows::actual_type(it), it.description)),
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
        Every difference is reported with its rules and its meaning. Nothing is changed.";
    Schema {
        version: 0,
        block: Block {
            attributes: arguments.into_iter().chain(others).chain(outputs).collect(),
            blocks: Vec::new(),
            description: description.to_owned(),
        },
    }
}
