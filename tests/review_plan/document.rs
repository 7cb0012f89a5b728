//! Plans and states in the format of `terraform show -json`, made by hand after what Terraform 1.11 prints.

use serde_json::{Map, Value, json};

/// The group at which everything happens.
pub(crate) const GROUP: &str = "sg-0a1b2c3d";

/// What is wanted: HTTPS from a block, and the Admin API for operators.
pub(crate) fn wanted() -> Value {
    let row = |port: u16, block: &str| {
        json!({
            "security_group_id": GROUP, "cidr_ipv4": block, "cidr_ipv6": null, "prefix_list_id": null,
            "referenced_security_group_id": null, "ip_protocol": "tcp", "from_port": port, "to_port": port,
            "description": "kong",
        })
    };
    let rule = |peer: &str, trust: &str, port: u16, plane: &str, flow: &str| {
        json!({
            "zone": "dmz", "direction": "ingress", "peer_zone": peer, "peer_trust": trust, "transport": "tcp",
            "from_port": port, "to_port": port, "plane": plane, "required": true, "flows": [flow],
        })
    };
    json!({
        "zone": { "dmz": { "aws": [{ "security_group_id": GROUP }] } },
        "directions": null,
        "aws_ingress": {
            "dmz/tcp-8443/web:ipv4:a": row(8443, "10.1.0.0/24"),
            "dmz/tcp-8001/ops:ipv4:vpn": row(8001, "10.99.0.0/16"),
        },
        "aws_egress": {}, "azure_rules": {}, "gcp_rules": {},
        "rules": {
            "dmz/ingress/tcp-8443/web": rule("web", "internal", 8443, "data", "kong.proxy-https"),
            "dmz/ingress/tcp-8001/ops": rule("ops", "restricted", 8001, "admin", "kong.admin-http"),
        },
    })
}

/// The attributes of a separate ingress rule.
pub(crate) fn ingress(port: u16, block: &str) -> Value {
    json!({
        "security_group_id": GROUP, "cidr_ipv4": block, "cidr_ipv6": null, "prefix_list_id": null,
        "referenced_security_group_id": null, "ip_protocol": "tcp", "from_port": port, "to_port": port,
        "description": null, "tags": null,
    })
}

/// An inline block of a group.
pub(crate) fn inline(port: u16, blocks: &[&str]) -> Value {
    json!({
        "cidr_blocks": blocks, "description": "", "from_port": port, "ipv6_cidr_blocks": [],
        "prefix_list_ids": [], "protocol": "tcp", "security_groups": [], "self": false, "to_port": port,
    })
}

/// With one attribute set.
pub(crate) fn with(mut value: Value, name: &str, it: impl Into<Value>) -> Value {
    value[name] = it.into();
    value
}

/// The type in an address: the word before the last name.
fn kind(address: &str) -> &str {
    let address = address.split('[').next().unwrap_or_default();
    address.rsplit('.').nth(1).unwrap_or_default()
}

/// A change of a resource.
pub(crate) fn change(address: &str, actions: &[&str], before: &Value, after: &Value) -> Value {
    json!({
        "address": address, "mode": "managed", "type": kind(address), "name": "it",
        "change": {
            "actions": actions, "before": before, "after": after,
            "after_unknown": {}, "before_sensitive": {}, "after_sensitive": {},
        },
    })
}

pub(crate) fn created(address: &str, after: impl Into<Value>) -> Value {
    change(address, &["create"], &Value::Null, &after.into())
}

/// What nothing is planned for.
pub(crate) fn stays(address: &str, value: &Value) -> Value {
    change(address, &["no-op"], value, value)
}

/// Both wanted rules as separate resources.
pub(crate) fn in_place() -> Vec<Value> {
    let rule = |name: &str, port, block, id: &str| {
        let rule = with(ingress(port, block), "security_group_rule_id", id);
        stays(
            &format!("aws_vpc_security_group_ingress_rule.{name}"),
            &rule,
        )
    };
    vec![
        stays("portmatrix_rules.edge", &wanted()),
        rule("web", 8443, "10.1.0.0/24", "sgr-web"),
        rule("ops", 8001, "10.99.0.0/16", "sgr-ops"),
    ]
}

/// A plan with these changes, in which these data sources were read.
pub(crate) fn plan(changes: &[Value], data: &[(&str, Value)]) -> String {
    let resources: Vec<Value> = data
        .iter()
        .map(|(address, it)| resource(address, it))
        .collect();
    json!({
        "format_version": "1.2", "terraform_version": "1.11.4",
        "planned_values": { "root_module": {} },
        "resource_changes": changes,
        "prior_state": { "format_version": "1.0", "values": { "root_module": { "resources": resources } } },
        "configuration": { "root_module": {} },
    })
    .to_string()
}

pub(crate) fn resource(address: &str, values: &Value) -> Value {
    json!({
        "address": address, "mode": "data", "type": kind(address), "name": "it",
        "values": values, "sensitive_values": Map::new(),
    })
}

/// A state with these resources, the last of them in a module of a module.
pub(crate) fn state(resources: &[(&str, Value)]) -> String {
    let mut resources: Vec<Value> = resources
        .iter()
        .map(|(address, it)| resource(address, it))
        .collect();
    let last = resources.pop();
    json!({
        "format_version": "1.0", "terraform_version": "1.11.4",
        "values": { "root_module": {
            "resources": resources,
            "child_modules": [{ "address": "module.a", "child_modules": [{ "address": "module.a.module.b", "resources": [last] }] }],
        } },
    })
    .to_string()
}
