//! Rows as values, with the types that the schema gives them.

use super::super::rows::cell_type;
use super::super::schema::{list, map, object};
use crate::model::words::Direction;
use crate::render::{self, Column};
use crate::review::read::{aws, azure, gcp, intent};
use crate::terraform::value::{Fields, Type, Value};
use std::sync::Arc;

/// Objects of which only these fields must be there.
fn objects(fields: Vec<(&str, Type)>, needed: &[&str]) -> Type {
    let names = fields.iter().map(|(name, _)| *name);
    let optional: Vec<&str> = names.filter(|it| !needed.contains(it)).collect();
    object(&Arc::new(Fields::new(fields).with_optional(optional)))
}

/// The fields of these columns, and others.
fn fields<'c>(columns: &'c [Column], others: &[(&'c str, Type)]) -> Vec<(&'c str, Type)> {
    let columns = columns.iter().map(|it| (it.name, cell_type(it.kind)));
    columns.chain(others.iter().cloned()).collect()
}

/// The type of `aws_ingress` and `aws_egress`.
pub(super) fn aws_type() -> Type {
    let fields = fields(render::aws::COLUMNS, &[]);
    map(objects(fields, &["security_group_id", "ip_protocol"]))
}

/// The type of `azure_rules`.
pub(super) fn azure_type() -> Type {
    let fields = fields(render::azure::COLUMNS, &[]);
    let point = ["resource_group_name", "network_security_group_name"];
    map(objects(fields, &[&AZURE_NEEDS[..], &point].concat()))
}

/// The type of `gcp_rules`.
pub(super) fn gcp_type() -> Type {
    map(objects(fields(render::gcp::COLUMNS, &[]), &["network"]))
}

/// What says which traffic a rule of Azure's is about, and what becomes of it.
const AZURE_NEEDS: [&str; 4] = ["direction", "access", "priority", "protocol"];

/// The type of `actual_aws`.
pub(super) fn actual_aws_type() -> Type {
    let others = [
        ("security_group_rule_id", Type::String),
        ("is_egress", Type::Bool),
    ];
    let needed = ["security_group_id", "is_egress", "ip_protocol"];
    list(objects(fields(render::aws::COLUMNS, &others), &needed))
}

/// The type of `actual_azure`.
pub(super) fn actual_azure_type() -> Type {
    let mut fields = fields(render::azure::COLUMNS, &[]);
    fields.retain(|(name, _)| !name.ends_with("_name"));
    let needed = [&AZURE_NEEDS[..], &["name"]].concat();
    map(list(objects(fields, &needed)))
}

/// The type of `actual_gcp`.
pub(super) fn actual_gcp_type() -> Type {
    let fields = fields(render::gcp::COLUMNS, &[("disabled", Type::Bool)]);
    list(objects(fields, &["name", "network"]))
}

/// A wanted row of AWS's, or one in place.
pub(super) fn aws_row(id: String, row: &Value, direction: Option<Direction>) -> aws::Row {
    let one = |name| text(row, name).into_iter().collect();
    aws::Row {
        id,
        security_group_id: text(row, "security_group_id"),
        direction,
        ip_protocol: text(row, "ip_protocol"),
        from_port: number(row, "from_port"),
        to_port: number(row, "to_port"),
        cidr_ipv4: one("cidr_ipv4"),
        cidr_ipv6: one("cidr_ipv6"),
        prefix_list_id: one("prefix_list_id"),
        referenced_security_group_id: one("referenced_security_group_id"),
        itself: false,
    }
}

/// A wanted row of Azure's, or one in place, which does not name its group.
pub(super) fn azure_row(id: String, row: &Value) -> azure::Row {
    let both = |singular, plural| {
        let mut all = texts(row, plural);
        all.extend(text(row, singular));
        all
    };
    azure::Row {
        id,
        resource_group_name: text(row, "resource_group_name"),
        network_security_group_name: text(row, "network_security_group_name"),
        direction: text(row, "direction"),
        access: text(row, "access"),
        priority: number(row, "priority"),
        protocol: text(row, "protocol"),
        source_port_ranges: both("source_port_range", "source_port_ranges"),
        destination_port_ranges: both("destination_port_range", "destination_port_ranges"),
        source_address_prefixes: both("source_address_prefix", "source_address_prefixes"),
        destination_address_prefixes: both(
            "destination_address_prefix",
            "destination_address_prefixes",
        ),
        source_application_security_group_ids: texts(row, "source_application_security_group_ids"),
        destination_application_security_group_ids: texts(
            row,
            "destination_application_security_group_ids",
        ),
    }
}

/// A wanted row of Google Cloud's, or one in place.
pub(super) fn gcp_row(id: String, row: &Value) -> gcp::Row {
    let blocks = |name| {
        let blocks = items(row.get(name));
        let block = |it: &Value| gcp::Block {
            protocol: text(it, "protocol"),
            ports: texts(it, "ports"),
        };
        blocks.iter().map(block).collect()
    };
    gcp::Row {
        id,
        network: text(row, "network"),
        project: text(row, "project"),
        direction: text(row, "direction"),
        priority: number(row, "priority"),
        disabled: row.get("disabled") == &Value::Bool(true),
        source_ranges: texts(row, "source_ranges"),
        destination_ranges: texts(row, "destination_ranges"),
        source_tags: texts(row, "source_tags"),
        source_service_accounts: texts(row, "source_service_accounts"),
        target_tags: texts(row, "target_tags"),
        target_service_accounts: texts(row, "target_service_accounts"),
        allow: blocks("allow"),
        deny: blocks("deny"),
    }
}

/// A row of `rules`.
pub(super) fn intent_row(key: String, row: &Value) -> intent::Row {
    intent::Row {
        key,
        zone: text(row, "zone"),
        direction: text(row, "direction"),
        peer_zone: text(row, "peer_zone"),
        peer_trust: text(row, "peer_trust"),
        transport: text(row, "transport"),
        from_port: number(row, "from_port"),
        to_port: number(row, "to_port"),
        plane: text(row, "plane"),
        required: row.get("required") == &Value::Bool(true),
        flows: texts(row, "flows"),
    }
}

/// A text; providers return an empty one where there is none.
pub(super) fn text(row: &Value, name: &str) -> Option<String> {
    let text = row.get(name).as_str().filter(|it| !it.is_empty());
    text.map(str::to_owned)
}

fn texts(row: &Value, name: &str) -> Vec<String> {
    let texts = items(row.get(name)).iter();
    texts.filter_map(Value::as_str).map(str::to_owned).collect()
}

fn number(row: &Value, name: &str) -> Option<i64> {
    match row.get(name) {
        Value::Number(text) => text.parse().ok(),
        _ => None,
    }
}

fn items(value: &Value) -> &[Value] {
    match value {
        Value::List(items) => items,
        _ => &[],
    }
}
