//! The `flow` block: traffic between zones that no product explains.

use super::schema::{glossary, list, optional, required};
use crate::model::words::{Exposure, Plane};
use crate::terraform::schema::Block;
use crate::terraform::value::Type;

/// The schema of the block.
pub(super) fn schema() -> Block {
    Block {
        description: "A flow between zones that is not in the catalogue.".to_owned(),
        attributes: vec![
            required(
                "from",
                list(Type::String),
                "The source zones, which open the connection.",
            ),
            required(
                "to",
                list(Type::String),
                "The destination zones, which listen.",
            ),
            required(
                "services",
                list(Type::String),
                "The services allowed: `tcp/443`, `tcp+udp/53`, `tcp/7000-7999`, `sctp/3868`, `icmp`, `icmp/8`, `icmpv6/128`, `esp`, `ah`, `gre`, `ipip`, `vrrp`, \
                    another protocol by its number (`ip/89`), `any`.",
            ),
            optional(
                "plane",
                Type::String,
                &format!(
                    "The purpose of the flow: {}. Default `data`.",
                    glossary(Plane::ALL, Plane::as_str, Plane::description)
                ),
            ),
            optional(
                "exposure",
                Type::String,
                &format!(
                    "Who the listener is for: {}. Default `internal`. With `local`, no rule is created; `group` is judged like `internal`.",
                    glossary(Exposure::ALL, Exposure::as_str, Exposure::description)
                ),
            ),
            optional(
                "purpose",
                Type::String,
                "A note for readers of the configuration.",
            ),
        ],
        blocks: Vec::new(),
    }
}
