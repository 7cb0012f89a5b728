//! The schema of `portmatrix_review`.

use super::super::rows::rules_type;
use super::super::schema::{computed, glossary, list, map, object, optional};
use super::FINDING;
use super::rows;
use crate::model::words::Direction;
use crate::review::Kind;
use crate::review::fail_on::FailOn;
use crate::terraform::schema::{Attribute, Block, Schema};
use crate::terraform::value::Type;

/// The schema.
pub(in crate::provider) fn schema() -> Schema {
    let wanted = |name, ty, outputs: &str| {
        let nothing = if name == "rules" {
            "Without it findings do not know which flows are meant, which of them are required, and how far peers are trusted."
        } else {
            "Empty where nothing is wanted; where it is absent, rules of its kind are counted and not reviewed."
        };
        optional(name, ty, &format!("{outputs} {nothing}"))
    };
    let arguments: Vec<Attribute> = vec![
        wanted(
            "rules",
            rules_type(),
            "`rules` of `portmatrix_rules`: why traffic between two zones is wanted.",
        ),
        wanted(
            "aws_ingress",
            rows::aws_type(),
            "Wanted: `aws_ingress` of `portmatrix_rules`.",
        ),
        wanted(
            "aws_egress",
            rows::aws_type(),
            "Wanted: `aws_egress` of `portmatrix_rules`.",
        ),
        wanted(
            "azure_rules",
            rows::azure_type(),
            "Wanted: `azure_rules` of `portmatrix_rules`, in both directions.",
        ),
        wanted(
            "gcp_rules",
            rows::gcp_type(),
            "Wanted: `gcp_rules` of `portmatrix_rules`, in both directions.",
        ),
        optional(
            "actual_aws",
            rows::actual_aws_type(),
            "In place: what `data \"aws_vpc_security_group_rule\"` returns, as `values(data.aws_vpc_security_group_rule.all)`. Every group that is named here or in what is wanted is reviewed.",
        ),
        optional(
            "actual_azure",
            rows::actual_azure_type(),
            "In place: `security_rule` of `data \"azurerm_network_security_group\"`, by the group's `id`, or by `<resource group>/<name>`. Only rules under an `id` can have `import` blocks.",
        ),
        optional(
            "actual_gcp",
            rows::actual_gcp_type(),
            "In place: firewall rules with the arguments of `google_compute_firewall`. A rule that is `disabled` is none.",
        ),
        optional(
            "directions",
            list(Type::String),
            &format!(
                "Which rules are reviewed: {}. Default both. A layout that wants rules in one direction only is reviewed in that direction only.",
                glossary(Direction::ALL, Direction::as_str, Direction::meaning)
            ),
        ),
        optional(
            "ignore",
            list(Type::String),
            "Globs: `*` is any text, `?` any one character. Points that fit are not reviewed; of rules whose id or key fits nothing is reported.",
        ),
        optional(
            "fail_on",
            Type::String,
            &format!(
                "On what the plan fails: {}. Default `never`. Mistakes in the arguments are errors whatever it says.",
                glossary(FailOn::ALL, FailOn::as_str, FailOn::meaning)
            ),
        ),
        optional(
            "import_to",
            map(Type::String),
            "Resources to take rules over into: by the argument that their `for_each` goes over (`aws_ingress`, `aws_egress`, `azure_rules`, `gcp_rules`), e.g. `{ aws_ingress = \"aws_vpc_security_group_ingress_rule.edge\" }`.",
        ),
    ];
    let outputs: Vec<Attribute> = vec![
        computed("id", Type::String, "Always `review`."),
        computed(
            "in_sync",
            Type::Bool,
            "Whether exactly what is wanted is permitted, as far as was reviewed and is not ignored: no finding is of another kind than `duplicate` and `shadowed`.",
        ),
        computed(
            "findings",
            list(object(&FINDING)),
            format!(
                "Every difference, by point, direction and kind.\n\
             \x20 - `kind`: {}.\n\
             \x20 - `severity`: `error`, `warning` or `info`, by who may reach what.\n\
             \x20 - `point`: The group or network at which the rules are enforced.\n\
             \x20 - `direction`: `ingress` or `egress`, seen from there.\n\
             \x20 - `rules`: Ids of the rules in place that it is about; the one that is reported stands first.\n\
             \x20 - `keys`: Keys of the wanted rules that it is about, likewise.\n\
             \x20 - `traffic`: The traffic in which the two sides differ.\n\
             \x20 - `message`: What is wrong, in one sentence.\n\
             \x20 - `meaning`: The flows that the traffic belongs to, or who is known to listen there.\n\
             \x20 - `remedy`: What to do.",
                glossary(Kind::ALL, Kind::as_str, Kind::meaning)
            ),
        ),
        computed(
            "missing",
            list(Type::String),
            "Keys of wanted rules of which not all is permitted: those of the kinds `missing` and `narrower`.",
        ),
        computed(
            "extra",
            list(Type::String),
            "Ids of rules in place that permit more than is wanted: those of the kinds `extra` and `wider`.",
        ),
        computed(
            "import_blocks",
            Type::String,
            "An `import` block for each rule in place that permits exactly what a wanted one does, for the resources of `import_to`; a comment says of how many no id is known. For Terraform 1.5 and OpenTofu 1.6 or later.",
        ),
        computed("summary", Type::String, "The review in one line."),
        computed(
            "markdown",
            Type::String,
            "The review as a text for a pull request.",
        ),
    ];
    let description = "Rules that are wanted against rules that are in place, compared as sets of traffic: how they are split, ordered, repeated and described does not matter. \
                       Every difference is named with the rules that it is about and what it means. Nothing is changed.";
    Schema {
        version: 0,
        block: Block {
            attributes: arguments.into_iter().chain(outputs).collect(),
            blocks: Vec::new(),
            description: description.to_owned(),
        },
    }
}
