//! The columns of a row: the arguments of `openstack_networking_secgroup_rule_v2`.

use super::super::{Column, ColumnKind};

/// The columns: every argument of the resource but `remote_address_group_id`, `tenant_id` and `region`.
pub const COLUMNS: &[Column] = &[
    Column::new("direction", ColumnKind::Text, "`ingress` or `egress`."),
    Column::new("ethertype", ColumnKind::Text, "`IPv4` or `IPv6`."),
    Column::new(
        "protocol",
        ColumnKind::Text,
        "`tcp`, `udp`, `sctp`, `icmp`, `ipv6-icmp`, `esp`, or a protocol number; null for everything.",
    ),
    Column::new(
        "port_range_min",
        ColumnKind::Number,
        "The lowest port; for ICMP the type. Null for all ports or types, and for protocols without ports.",
    ),
    Column::new(
        "port_range_max",
        ColumnKind::Number,
        "The highest port; for ICMP the code, or 0 for every code of the type. Null for all ports or types, and for protocols without ports.",
    ),
    Column::new(
        "remote_ip_prefix",
        ColumnKind::Text,
        "The peer as a CIDR block of the family in `ethertype`, in canonical form.",
    ),
    Column::new(
        "remote_group_id",
        ColumnKind::Text,
        "The peer as a security group of the same project; the rule's own group for traffic among its members.",
    ),
    Column::new(
        "security_group_id",
        ColumnKind::Text,
        "The security group where the rule is enforced.",
    ),
    Column::new(
        "description",
        ColumnKind::Text,
        "The flows that need the rule. OpenStack replaces the rule if they change.",
    ),
];
