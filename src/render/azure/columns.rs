//! The columns of a row: the arguments of `azurerm_network_security_rule`.

use super::super::{Column, ColumnKind};

/// The columns: every argument of the resource but `timeouts`. Of the singular and the plural form one is given, the other is
/// null.
pub const COLUMNS: &[Column] = &[
    Column::new(
        "name",
        ColumnKind::Text,
        "The key as Azure accepts it: `<zone>.<in or out>.<transport>-<ports>.<peer>.<kind>`, cut to 80 characters with a hash.",
    ),
    Column::new(
        "resource_group_name",
        ColumnKind::Text,
        "The resource group of the network security group.",
    ),
    Column::new(
        "network_security_group_name",
        ColumnKind::Text,
        "The network security group where the rule is enforced.",
    ),
    Column::new(
        "description",
        ColumnKind::Text,
        "The flows that need the rule.",
    ),
    Column::new(
        "protocol",
        ColumnKind::Text,
        "`Tcp`, `Udp`, `Icmp`, `Esp`, `Ah`, or `*` for everything.",
    ),
    Column::new("source_port_range", ColumnKind::Text, "Always `*`."),
    Column::new("source_port_ranges", ColumnKind::Texts, "Always null."),
    Column::new(
        "destination_port_range",
        ColumnKind::Text,
        "The port or range; `*` for protocols without ports.",
    ),
    Column::new(
        "destination_port_ranges",
        ColumnKind::Texts,
        "Always null: each rule has one range.",
    ),
    Column::new(
        "source_address_prefix",
        ColumnKind::Text,
        "The source as one CIDR block in canonical form, a service tag, or `*` for the zone itself if it has neither groups nor addresses.",
    ),
    Column::new(
        "source_address_prefixes",
        ColumnKind::Texts,
        "The source as several CIDR blocks of one family.",
    ),
    Column::new(
        "source_application_security_group_ids",
        ColumnKind::Texts,
        "The source as application security groups.",
    ),
    Column::new(
        "destination_address_prefix",
        ColumnKind::Text,
        "The destination as one CIDR block, a service tag, or `*`, as for the source.",
    ),
    Column::new(
        "destination_address_prefixes",
        ColumnKind::Texts,
        "The destination as several CIDR blocks of one family.",
    ),
    Column::new(
        "destination_application_security_group_ids",
        ColumnKind::Texts,
        "The destination as application security groups.",
    ),
    Column::new(
        "access",
        ColumnKind::Text,
        "`Allow`, or `Deny` in the final rule of `deny_rest`.",
    ),
    Column::new(
        "priority",
        ColumnKind::Number,
        "A number from 100 to 4096, unique in each direction of a network security group.",
    ),
    Column::new("direction", ColumnKind::Text, "`Inbound` or `Outbound`."),
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// Source: hashicorp/terraform-provider-azurerm, `internal/services/network/network_security_rule_resource.go`, `Schema`;
    /// the provider's documentation of `azurerm_network_security_rule`, "Argument Reference", lists the same.
    const ARGUMENTS: [&str; 18] = [
        "access",
        "description",
        "destination_address_prefix",
        "destination_address_prefixes",
        "destination_application_security_group_ids",
        "destination_port_range",
        "destination_port_ranges",
        "direction",
        "name",
        "network_security_group_name",
        "priority",
        "protocol",
        "resource_group_name",
        "source_address_prefix",
        "source_address_prefixes",
        "source_application_security_group_ids",
        "source_port_range",
        "source_port_ranges",
    ];

    #[test]
    fn the_columns_are_the_arguments_of_the_resource() {
        let columns: BTreeSet<&str> = COLUMNS.iter().map(|it| it.name).collect();
        assert_eq!(columns.len(), COLUMNS.len());
        assert_eq!(columns, BTreeSet::from(ARGUMENTS));
    }
}
