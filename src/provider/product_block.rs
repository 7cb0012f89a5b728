//! The `product` block: a product that differs from its defaults.

use super::schema::{list, map, optional};
use crate::terraform::schema::{Attribute, Block};
use crate::terraform::value::Type;

/// The arguments that choose a release and change its matrix, shared with the data source.
pub(super) fn matrix_attributes() -> Vec<Attribute> {
    vec![
        optional(
            "version",
            Type::String,
            "The release, in quotes. A release such as `\"3.9.1\"` uses the release line that covers it. Default: the newest line.",
        ),
        optional(
            "definition",
            Type::String,
            "The text of a product file, TOML or JSON, to use instead of the catalogue.",
        ),
        optional(
            "ports",
            map(Type::String),
            "Ports that differ from the default, by port parameter: `{ proxy-https = \"443\" }`. A port, a range or a comma-separated list. \
                On Kubernetes, what pods listen on; the port of a service belongs in `advertised_ports`.",
        ),
        optional(
            "advertised_ports",
            map(Type::String),
            "Ports that peers connect to if ports are translated (NAT, a load balancer), by port parameter. Egress rules use these ports, ingress rules those of `ports`; a ruleset for hosts with `translated` accepts both.",
        ),
        optional(
            "choices",
            map(Type::String),
            "The option of each choice that the product leaves to you, by choice: `{ topology = \"edge\" }`.",
        ),
        optional(
            "numbers",
            map(Type::String),
            "Numbers that are part of ports, such as instance numbers, by name: `{ app = \"00, 02-03\" }`. A number, a range or a comma-separated list.",
        ),
        optional(
            "profile",
            Type::String,
            "A set of ports that the vendor recommends, e.g. `production`. `ports` overrides it.",
        ),
        optional(
            "enable",
            list(Type::String),
            "Optional flows and features to enable, by name.",
        ),
        optional(
            "disable",
            list(Type::String),
            "Flows and features to disable, by name.",
        ),
    ]
}

/// The schema of the block.
pub(super) fn schema() -> Block {
    let mut attributes = vec![optional(
        "name",
        Type::String,
        "The product's name in the catalogue. Default: the label.",
    )];
    attributes.extend(matrix_attributes());
    Block {
        description: "A product that differs from its defaults, or a second instance of one. `components` refers to it by the label; flows connect only components with the same label."
            .to_owned(),
        attributes,
        blocks: Vec::new(),
    }
}
