//! Attributes of resources as rows that the review can read.

use super::node::{Fields, Node};
use crate::model::words::Direction;
use crate::review::read::{aws, azure, gcp, intent};

/// A row of `aws_ingress` or `aws_egress`, a separate rule, or what a data source read of one.
pub(super) fn aws(id: &str, direction: Option<Direction>, of: &mut Fields) -> aws::Row {
    aws::Row {
        id: id.to_owned(),
        security_group_id: of.text("security_group_id"),
        direction,
        ip_protocol: of.text("ip_protocol"),
        from_port: of.number("from_port"),
        to_port: of.number("to_port"),
        cidr_ipv4: of.texts(["cidr_ipv4"]),
        cidr_ipv6: of.texts(["cidr_ipv6"]),
        prefix_list_id: of.texts(["prefix_list_id"]),
        referenced_security_group_id: of.texts(["referenced_security_group_id"]),
        itself: false,
    }
}

/// The field of a row that holds peers of one kind.
type Peers = fn(&mut aws::Row) -> &mut Vec<String>;

/// An inline block of a group, or `aws_security_group_rule`: a row for each peer, as AWS holds them.
pub(super) fn aws_lists(
    id: &str,
    group: Option<String>,
    direction: Option<Direction>,
    of: &mut Fields,
) -> Vec<aws::Row> {
    let row = aws::Row {
        id: id.to_owned(),
        security_group_id: group,
        direction,
        ip_protocol: of.text("protocol"),
        from_port: of.number("from_port"),
        to_port: of.number("to_port"),
        ..aws::Row::default()
    };
    let source = of.texts_if_known("source_security_group_id");
    let lists: [(Vec<String>, Peers); 5] = [
        (of.texts(["cidr_blocks"]), |it| &mut it.cidr_ipv4),
        (of.texts(["ipv6_cidr_blocks"]), |it| &mut it.cidr_ipv6),
        (of.texts(["prefix_list_ids"]), |it| &mut it.prefix_list_id),
        (of.texts(["security_groups"]), |it| {
            &mut it.referenced_security_group_id
        }),
        (source.clone().unwrap_or_default(), |it| {
            &mut it.referenced_security_group_id
        }),
    ];
    let mut rows = Vec::new();
    for (peers, place) in lists {
        for peer in peers {
            let mut row = row.clone();
            place(&mut row).push(peer);
            rows.push(row);
        }
    }
    if of.is("self") {
        rows.push(aws::Row {
            itself: true,
            ..row
        });
    }
    of.met.unknown |= rows.is_empty() && source.is_none();
    rows
}

/// A row of `azure_rules`, a separate rule, or, with the place of its group, an inline block.
pub(super) fn azure(id: &str, group: Option<(String, String)>, of: &mut Fields) -> azure::Row {
    let (resource_group_name, network_security_group_name) = match group {
        Some((resource_group, name)) => (Some(resource_group), Some(name)),
        None => (
            of.text("resource_group_name"),
            of.text("network_security_group_name"),
        ),
    };
    azure::Row {
        id: id.to_owned(),
        resource_group_name,
        network_security_group_name,
        direction: of.text("direction"),
        access: of.text("access"),
        priority: of.number("priority"),
        protocol: of.text("protocol"),
        source_port_ranges: of.texts(["source_port_range", "source_port_ranges"]),
        destination_port_ranges: of.texts(["destination_port_range", "destination_port_ranges"]),
        source_address_prefixes: of.texts(["source_address_prefix", "source_address_prefixes"]),
        destination_address_prefixes: of
            .texts(["destination_address_prefix", "destination_address_prefixes"]),
        source_application_security_group_ids: of.texts(["source_application_security_group_ids"]),
        destination_application_security_group_ids: of
            .texts(["destination_application_security_group_ids"]),
    }
}

/// A row of `gcp_rules`, or a firewall rule.
pub(super) fn gcp(id: &str, of: &mut Fields) -> gcp::Row {
    let mut blocks = |name| {
        let blocks = of.blocks(name).into_iter().map(Node::fields);
        blocks
            .map(|mut it| gcp::Block {
                protocol: it.text("protocol"),
                ports: it.texts(["ports"]),
            })
            .collect()
    };
    let (allow, deny) = (blocks("allow"), blocks("deny"));
    let direction = of.text("direction");
    let egress = direction.as_deref() == Some("EGRESS");
    let source_tags = of.texts(["source_tags"]);
    let source_service_accounts = of.texts(["source_service_accounts"]);
    let (source_ranges, destination_ranges) = (
        of.texts_if_known("source_ranges"),
        of.texts_if_known("destination_ranges"),
    );
    of.met.unknown |= if egress {
        destination_ranges.is_none()
    } else {
        source_ranges.is_none() && source_tags.is_empty() && source_service_accounts.is_empty()
    };
    gcp::Row {
        id: id.to_owned(),
        network: of.text("network"),
        project: of
            .texts_if_known("project")
            .and_then(|it| it.into_iter().next()),
        direction,
        priority: of.number("priority"),
        disabled: of.is("disabled"),
        source_ranges: source_ranges.unwrap_or_default(),
        destination_ranges: destination_ranges.unwrap_or_default(),
        source_tags,
        source_service_accounts,
        target_tags: of.texts(["target_tags"]),
        target_service_accounts: of.texts(["target_service_accounts"]),
        allow,
        deny,
    }
}

/// A row of `rules`.
pub(super) fn intent(key: &str, of: &mut Fields) -> intent::Row {
    intent::Row {
        key: key.to_owned(),
        zone: of.text("zone"),
        direction: of.text("direction"),
        peer_zone: of.text("peer_zone"),
        peer_trust: of.text("peer_trust"),
        transport: of.text("transport"),
        from_port: of.number("from_port"),
        to_port: of.number("to_port"),
        plane: of.text("plane"),
        required: of.is("required"),
        flows: of.texts(["flows"]),
    }
}
