//! The schema of `portmatrix_rules`.

use super::super::rows;
use super::super::schema::{computed, glossary, labelled, list, map, optional, repeated, required};
use super::super::{flow_block, policy_block, product_block, zone_block};
use crate::model::words::{Direction, FailOn, Merge};
use crate::render::Column;
use crate::render::platform::Shape;
use crate::render::table::PLATFORMS;
use crate::terraform::schema::{Attribute, Block, Schema};
use crate::terraform::value::Type;

/// The schema.
pub(in crate::provider) fn schema() -> Schema {
    let columns = |intro: &str, columns: &[Column]| {
        let columns = columns.iter();
        let lines = columns.map(|it| format!("  - `{}`: {}", it.name, it.description));
        format!("{intro}\n{}", lines.collect::<Vec<_>>().join("\n"))
    };
    let mut arguments: Vec<Attribute> = vec![
        optional(
            "name",
            Type::String,
            "A name for readers, and the id. Default `default`. It need not be unique, but the names of Google Cloud rules and Kubernetes policies begin with it: \
                give resources that share a project or namespace different names, e.g. `name = each.key` with `for_each`.",
        ),
        optional(
            "directions",
            list(Type::String),
            &format!(
                "Which rules are created: {}. Default both.",
                glossary(Direction::ALL, Direction::as_str, Direction::description)
            ),
        ),
        optional(
            "merge",
            Type::String,
            &format!(
                "Which rules are combined: {}. Default `none`. Adding or removing a rule may then change the key of another that carries live traffic.",
                glossary(Merge::ALL, Merge::as_str, Merge::description)
            ),
        ),
        optional(
            "fail_on",
            Type::String,
            &format!(
                "The severity from which on findings fail the plan, of those that an `accept` block can accept: {}. Default `error`.",
                glossary(FailOn::ALL, FailOn::as_str, FailOn::description)
            ),
        ),
        optional(
            "verbose",
            Type::Bool,
            "Whether `findings` includes infos. Default `false`.",
        ),
        optional(
            "language",
            Type::String,
            "The language of the vendors' advice in `findings`, as two letters. Default: the provider's.",
        ),
        optional(
            "zones",
            Type::Dynamic,
            "Zones as data, in addition to the `zone` blocks: an object or a map with an entry for each zone, by name. \
                Use it if the layout comes from a variable, a module or a file, e.g. `zones = yamldecode(file(\"zones.yaml\"))`. \
                An entry has the arguments of a `zone` block; write nested blocks as objects, and `host` as `{}`, or as true or false: \
                `{ dmz = { components = [\"kong.node\"], aws = { security_group_id = aws_security_group.kong.id } } }`. \
                Values are converted as in blocks. Null entries and null arguments are ignored, and so is the key `//`, for comments. \
                An unknown argument name is an error, and so is a name that a `zone` block also has. \
                Declare a variable for it with `type = any`: a variable with an object type discards misspelt arguments without a warning.",
        ),
        optional(
            "products",
            Type::Dynamic,
            "Products as data, in addition to the `product` blocks: an entry for each product, by label, with the arguments of a `product` block, as in `zones`. \
                Write `version` in quotes: as a number, 3.10 is 3.1.",
        ),
        optional(
            "flows",
            Type::Dynamic,
            "Flows as data, in addition to the `flow` blocks: an entry for each flow, by name, with the arguments of a `flow` block, as in `zones`.",
        ),
    ];
    arguments.extend(policy_block::data_arguments(
        "in addition to the blocks and to what the provider has",
    ));
    let mut outputs: Vec<Attribute> = vec![
        computed("id", Type::String, "Same as `name`."),
        computed("rules", rows::rules_type(), rules_description()),
    ];
    let of_platforms = PLATFORMS.iter().flat_map(|it| it.about().outputs);
    outputs.extend(of_platforms.map(|it| {
        let description = match it.shape {
            Shape::Rows { columns: of, .. } => columns(it.description, of),
            Shape::Texts => it.description.to_owned(),
        };
        computed(it.name, rows::output_type(it), description)
    }));
    let counts = PLATFORMS.iter().map(|it| it.about().counts);
    let counts = counts.filter(|it| !it.is_empty());
    outputs.extend([
        computed(
            "findings",
            rows::findings_type(),
            "Findings about the layout: errors and warnings, and with `verbose` also infos. The guide on findings explains every code.\n\
             \x20- `code`: The stable code.\n\
             \x20- `severity`: `error`, `warning` or `info`.\n\
             \x20- `subject`: What it is about, as `accept` refers to it.\n\
             \x20- `message`: What was found.",
        ),
        computed(
            "counts",
            rows::counts_type(),
            format!(
                "How full each zone's groups are with its own rules; the quota findings add up the zones that share a group. {}\n\
             \x20- `ingress`: Entries used by ingress rules.\n\
             \x20- `egress`: Entries used by egress rules.\n\
             \x20- `limit`: Entries that a group may have in each direction; on Azure and Google Cloud, in both together.\n\
             \x20- `headroom`: Entries left, in the fuller direction if each has its own limit; negative if the limit is exceeded.",
                counts.collect::<Vec<_>>().join(" ")
            ),
        ),
        computed(
            "digests",
            map(Type::String),
            "The first 12 hex digits of the digest of each product's matrix, by label, so that a changed matrix shows in the plan.",
        ),
    ]);
    Schema {
        version: 0,
        block: Block {
            description: "The firewall rules that products need between the zones of a layout, and no others. \
                They are computed during the plan, and nothing is changed: pass the outputs to your cloud's resources. \
                Keys consist only of names and ports, so they are known in the first plan."
                .to_owned(),
            attributes: arguments.into_iter().chain(outputs).collect(),
            blocks: [
                labelled("zone", zone_block::schema()),
                labelled("product", product_block::schema()),
                labelled("flow", flow_block::schema()),
                repeated("accept", accept_schema()),
                repeated("policy", policy_block::policy_schema()),
                repeated("exception", policy_block::exception_schema()),
            ]
            .into_iter()
            .chain(zone_block::option_schemas())
            .collect(),
        },
    }
}

fn rules_description() -> String {
    let fields = rows::RULE_FIELDS.iter();
    let lines = fields.map(|(name, _, description)| format!("\n  - `{name}`: {description}"));
    let intro = "The rules between zones, without addresses, by `<zone>/<direction>/<transport>-<ports>/<peer zone>`.";
    [intro.to_owned()].into_iter().chain(lines).collect()
}

fn accept_schema() -> Block {
    Block {
        description:
            "Accepts judgements. Findings that it matches become infos that carry the reason."
                .to_owned(),
        attributes: vec![
            required(
                "code",
                Type::String,
                "The code of the findings, e.g. `exposed`. Only judgements can be accepted; the guide on findings lists them.",
            ),
            required(
                "subject",
                Type::String,
                "A glob that matches their subjects: `*` is any text, `?` any one character.",
            ),
            required("reason", Type::String, "Why it is accepted."),
            optional("ticket", Type::String, "Where it was approved."),
            optional("owner", Type::String, "Who is responsible for it."),
            policy_block::expires_argument(),
        ],
        blocks: Vec::new(),
    }
}
