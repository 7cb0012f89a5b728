//! The columns of a row: the arguments of `aws_vpc_security_group_ingress_rule` and its egress twin.

use super::super::{Column, ColumnKind};

/// The columns: every argument of the two resources but `tags` and `region`.
pub const COLUMNS: &[Column] = &[
    Column::new(
        "security_group_id",
        ColumnKind::Text,
        "The security group where the rule is enforced.",
    ),
    Column::new(
        "cidr_ipv4",
        ColumnKind::Text,
        "The peer as an IPv4 CIDR block in canonical form.",
    ),
    Column::new(
        "cidr_ipv6",
        ColumnKind::Text,
        "The peer as an IPv6 CIDR block in canonical form (RFC 5952).",
    ),
    Column::new(
        "referenced_security_group_id",
        ColumnKind::Text,
        "The peer as a security group; the rule's own group for traffic among its members.",
    ),
    Column::new(
        "prefix_list_id",
        ColumnKind::Text,
        "The peer as a managed prefix list.",
    ),
    Column::new(
        "ip_protocol",
        ColumnKind::Text,
        "`tcp`, `udp`, `icmp`, `icmpv6`, a protocol number, or `-1` for everything.",
    ),
    Column::new(
        "from_port",
        ColumnKind::Number,
        "The lowest port; for ICMP the type, `-1` for all; `-1` for protocols without ports; null with `ip_protocol = \"-1\"`.",
    ),
    Column::new(
        "to_port",
        ColumnKind::Number,
        "The highest port; for ICMP the code, `-1` for all; `-1` for protocols without ports; null with `ip_protocol = \"-1\"`.",
    ),
    Column::new(
        "description",
        ColumnKind::Text,
        "The flows that need the rule.",
    ),
];
