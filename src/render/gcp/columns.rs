//! The columns of a firewall rule, as the Terraform provider of Google names its arguments.

use super::super::{Column, ColumnKind};

/// What a rule allows or denies: the arguments of the blocks `allow` and `deny`.
const TRAFFIC: &[Column] = &[
    Column::new(
        "protocol",
        ColumnKind::Text,
        "`tcp`, `udp`, `sctp`, `icmp`, `esp`, `ah`, `ipip`, `all`, or a protocol number; ICMPv6 is `58`.",
    ),
    Column::new(
        "ports",
        ColumnKind::Texts,
        "Ports and ranges, e.g. `8443`, `7000-7999`; null for protocols without ports.",
    ),
];

/// The columns: every argument of `google_compute_firewall` but `disabled`, `log_config`, `params` and those that it computes.
/// Source: terraform-provider-google, `resource_compute_firewall.go`, schema.
pub const COLUMNS: &[Column] = &[
    Column::new(
        "name",
        ColumnKind::Text,
        "Unique in the project: the resource's `name`, the zone, `i` or `e`, traffic, peer and kind, joined by `--`. \
            A name that is too long or has other characters is cut and ends in a hash; the zone, the direction and the traffic are cut last.",
    ),
    Column::new(
        "network",
        ColumnKind::Text,
        "The network where the rule is enforced.",
    ),
    Column::new(
        "project",
        ColumnKind::Text,
        "The project of the network; null if the zone sets none.",
    ),
    Column::new(
        "description",
        ColumnKind::Text,
        "The flows that need the rule.",
    ),
    Column::new("direction", ColumnKind::Text, "`INGRESS` or `EGRESS`."),
    Column::new(
        "priority",
        ColumnKind::Number,
        "The priority: 1000 for rules that allow, 65534 for rules that deny the rest.",
    ),
    Column::new(
        "source_ranges",
        ColumnKind::Texts,
        "Ingress: the peer's CIDR blocks of one family, unless it is named by tags or service accounts.",
    ),
    Column::new(
        "destination_ranges",
        ColumnKind::Texts,
        "Egress: the peer's CIDR blocks of one family.",
    ),
    Column::new(
        "source_tags",
        ColumnKind::Texts,
        "Ingress: the peer's network tags, if both zones have tags in the same network.",
    ),
    Column::new(
        "source_service_accounts",
        ColumnKind::Texts,
        "Ingress: the peer's service accounts, if both zones use service accounts in the same network.",
    ),
    Column::new("target_tags", ColumnKind::Texts, "The zone's network tags."),
    Column::new(
        "target_service_accounts",
        ColumnKind::Texts,
        "The zone's service accounts, if it has no tags.",
    ),
    Column::new(
        "allow",
        ColumnKind::Blocks(TRAFFIC),
        "One object `{ protocol, ports }`, for a `dynamic \"allow\"`; empty in a rule that denies. `protocol` is `tcp`, `udp`, `sctp`, `icmp`, `esp`, `ah`, `ipip`, `all` or a number; `ports` is null for protocols without ports.",
    ),
    Column::new(
        "deny",
        ColumnKind::Blocks(TRAFFIC),
        "The same for a `dynamic \"deny\"`; empty in a rule that allows.",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// The arguments and blocks of `google_compute_firewall` that a configuration may give.
    /// Source: terraform-provider-google, `resource_compute_firewall.go`, schema.
    const ARGUMENTS: [&str; 18] = [
        "allow",
        "deny",
        "description",
        "destination_ranges",
        "direction",
        "disabled",
        "enable_logging",
        "log_config",
        "name",
        "network",
        "params",
        "priority",
        "project",
        "source_ranges",
        "source_service_accounts",
        "source_tags",
        "target_service_accounts",
        "target_tags",
    ];

    #[test]
    fn columns_are_arguments() {
        let columns: BTreeSet<&str> = COLUMNS.iter().map(|it| it.name).collect();
        let left: Vec<&str> = ARGUMENTS
            .into_iter()
            .filter(|it| !columns.contains(it))
            .collect();
        assert_eq!(left, ["disabled", "enable_logging", "log_config", "params"]);
        assert_eq!(columns.len() + left.len(), ARGUMENTS.len());
        let blocks: Vec<&str> = TRAFFIC.iter().map(|it| it.name).collect();
        assert_eq!(blocks, ["protocol", "ports"]);
    }
}
