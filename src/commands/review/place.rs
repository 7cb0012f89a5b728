//! Where a rule would be enforced, whatever it says: found as that of a rule that can be read.

use crate::model::words::Direction;
use crate::review::read::{aws, azure, gcp};
use crate::review::rule::Rule;

/// A rule of a security group, which stands for its place only.
pub(super) fn aws(group: String) -> Option<Rule> {
    let row = aws::Row {
        security_group_id: Some(group),
        direction: Some(Direction::Ingress),
        ip_protocol: Some("-1".to_owned()),
        cidr_ipv4: vec!["0.0.0.0/0".to_owned()],
        ..aws::Row::default()
    };
    aws::read(&row).ok()
}

/// Likewise of a network security group that a row names.
pub(super) fn azure(row: azure::Row) -> Option<Rule> {
    let any = || vec!["*".to_owned()];
    let row = azure::Row {
        resource_group_name: row.resource_group_name,
        network_security_group_name: row.network_security_group_name,
        direction: Some("Inbound".to_owned()),
        access: Some("Allow".to_owned()),
        priority: Some(100),
        protocol: Some("*".to_owned()),
        source_port_ranges: any(),
        destination_port_ranges: any(),
        source_address_prefixes: any(),
        destination_address_prefixes: any(),
        ..azure::Row::default()
    };
    azure::read(&row).ok()
}

/// Likewise of a network, for the targets of a row.
pub(super) fn gcp(row: gcp::Row) -> Option<Rule> {
    let row = gcp::Row {
        allow: vec![gcp::Block {
            protocol: Some("all".to_owned()),
            ports: Vec::new(),
        }],
        ..row
    };
    gcp::read(&row).ok().flatten()
}
