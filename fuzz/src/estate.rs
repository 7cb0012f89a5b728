//! Plans and states with resources that are read, in every shape that JSON allows: `review` has one judgement in every format.

use super::generate::Source;
use super::plan;
use portmatrix::review::read::PLATFORMS;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

pub(crate) fn holds(bytes: &[u8]) {
    let mut source = Source::new(bytes);
    let document = document(&mut source);
    if std::env::var_os("PORTMATRIX_FUZZ_PRINT").is_some() {
        eprintln!("{document:#}");
    }
    plan::holds(document.to_string().as_bytes());
}

fn document(source: &mut Source) -> Value {
    let many = 1 + source.up_to(5);
    let changes: Vec<Value> = (0..many).map(|_| change(source)).collect();
    let resources = |source: &mut Source| -> Vec<Value> {
        let many = source.up_to(3);
        (0..many).map(|_| resource(source)).collect()
    };
    let configuration = configuration(source, &changes);
    let state = json!({ "root_module": {
        "resources": resources(source),
        "child_modules": [{ "resources": resources(source) }],
    } });
    if source.one_in(6) {
        return json!({ "format_version": "1.0", "values": state });
    }
    json!({
        "format_version": "1.2",
        "resource_changes": changes,
        "prior_state": { "format_version": "1.0", "values": state },
        "configuration": { "root_module": configuration },
        "complete": !source.one_in(8),
    })
}

/// The type of a resource: one that is read, that has wanted rules, or that is named.
fn kind(source: &mut Source) -> &'static str {
    if source.one_in(4) {
        return "portmatrix_rules";
    }
    let read = PLATFORMS.iter().flat_map(|it| it.resources.iter().copied());
    let groups = PLATFORMS
        .iter()
        .flat_map(|it| it.links.types.iter().copied());
    let unread = PLATFORMS
        .iter()
        .flat_map(|it| it.unread.iter().map(|it| it.kind));
    let kinds: Vec<&str> = if source.one_in(4) {
        unread.chain(["aws_vpc", "aws_default_vpc"]).collect()
    } else {
        read.chain(groups).collect()
    };
    source.one_of(&kinds)
}

const NAMES: &[&str] = &["a", "b", "c[0]", "c[1]", "d[\"x\"]", "d[\"y\"]"];

fn resource(source: &mut Source) -> Value {
    let kind = kind(source);
    let values = attributes(source, kind);
    let address = format!("{kind}.{}", source.one_of(NAMES));
    let mode = source.one_of(&["managed", "data"]);
    json!({ "address": address, "mode": mode, "type": kind, "values": values })
}

fn change(source: &mut Source) -> Value {
    let kind = kind(source);
    let modules = source.one_of(&[
        "",
        "",
        "module.m.",
        "module.m.module.o.",
        "module.n[\"k\"].",
    ]);
    let name = source.one_of(NAMES);
    let actions = source.one_of(&[
        "create",
        "update",
        "delete",
        "delete create",
        "create delete",
        "no-op",
        "read",
        "forget",
    ]);
    let actions: Vec<&str> = actions.split(' ').collect();
    let after = attributes(source, kind);
    let before = if source.one_in(3) {
        after.clone()
    } else {
        attributes(source, kind)
    };
    let side = |source: &mut Source, it: Value| if source.one_in(3) { Value::Null } else { it };
    let unknown = marks(source, &after);
    let sensitive = if source.one_in(4) {
        marks(source, &after)
    } else {
        json!({})
    };
    let mut change = json!({
        "address": format!("{modules}{kind}.{name}"),
        "mode": if source.one_in(6) { "data" } else { "managed" },
        "type": kind,
        "change": {
            "actions": actions,
            "before": side(source, before),
            "after": side(source, after),
            "after_unknown": unknown,
            "after_sensitive": sensitive,
        },
    });
    if source.one_in(8) {
        change["deposed"] = json!("1a2b");
    }
    change
}

/// What an expression may refer to.
const REFERENCES: &[&str] = &[
    "aws_security_group.a.id",
    "aws_security_group.c",
    "azurerm_network_security_group.a.name",
    "count.index",
    "each.key",
    "each.value.security_group_id",
    "google_compute_network.a.id",
    "local.groups",
    "module.m",
    "module.m.group",
    "module.m.ids",
    "module.n[\"k\"].ids[\"x\"]",
    "module.o.ids",
    "openstack_networking_secgroup_v2.a.id",
    "portmatrix_rules.a.aws_ingress",
    "portmatrix_rules.a.aws_ingress[\"k\"].security_group_id",
    "self.id",
    "var.group",
    "var.ids",
];

fn expression(source: &mut Source) -> Value {
    let many = source.up_to(3);
    let references: Vec<&str> = (0..many).map(|_| source.one_of(REFERENCES)).collect();
    json!({ "references": references })
}

/// A module with the resources of these changes, each in the module that its address names, and with calls of those modules.
fn configuration(source: &mut Source, changes: &[Value]) -> Value {
    let mut resources: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    for it in changes {
        let address = it["address"].as_str().unwrap_or_default();
        let (name, local) = match address.rsplit_once("module.") {
            // The names of modules have one letter.
            Some((_, rest)) => (&rest[..1], rest.split_once('.').map_or("", |it| it.1)),
            None => ("", address),
        };
        let local = local.split('[').next().unwrap_or_default();
        let of_module = resources.entry(name).or_default();
        of_module.push(configured(source, local));
    }
    let mut own = |name: &str| resources.remove(name).unwrap_or_default();
    let [root, m, n, o] = ["", "m", "n", "o"].map(&mut own);
    let o = call(source, &o, &json!({}));
    let m = call(source, &m, &json!({ "o": o }));
    let n = call(source, &n, &json!({}));
    json!({ "resources": root, "module_calls": { "m": m, "n": n } })
}

/// A call of a module with these resources.
fn call(source: &mut Source, resources: &[Value], calls: &Value) -> Value {
    let mut expressions = Map::new();
    let mut outputs = Map::new();
    for name in ["group", "ids"] {
        if !source.one_in(4) {
            expressions.insert(name.to_owned(), expression(source));
        }
        if !source.one_in(4) {
            let of_it = json!({ "expression": expression(source) });
            outputs.insert(name.to_owned(), of_it);
        }
    }
    let mut call = json!({
        "expressions": expressions,
        "module": { "resources": resources, "outputs": outputs, "module_calls": calls },
    });
    if source.one_in(3) {
        let many = source.one_of(&["count_expression", "for_each_expression"]);
        call[many] = expression(source);
    }
    call
}

/// What the configuration says of the blocks of a group: an attribute with all of them, or one by one.
fn blocks(source: &mut Source) -> Value {
    match source.up_to(3) {
        0 => json!({ "constant_value": null }),
        1 => json!({ "constant_value": [object(source, 0)] }),
        2 => expression(source),
        _ => {
            let many = source.up_to(2);
            let block = |source: &mut Source| json!({ "cidr_blocks": expression(source), "security_groups": expression(source) });
            (0..many).map(|_| block(source)).collect()
        }
    }
}

fn configured(source: &mut Source, address: &str) -> Value {
    let mut expressions = Map::new();
    for name in [
        "security_group_id",
        "network",
        "cidr_ipv4",
        "zones",
        "source_security_group_id",
    ] {
        if source.one_in(2) {
            expressions.insert(name.to_owned(), expression(source));
        }
    }
    for name in ["egress", "ingress", "security_rule"] {
        if source.one_in(3) {
            expressions.insert(name.to_owned(), blocks(source));
        }
    }
    let zone = json!({ "a": { "aws": [{ "security_group_id": expression(source) }] } });
    expressions.insert("zone".to_owned(), zone);
    let mut configured = json!({ "address": address, "expressions": expressions });
    if source.one_in(2) {
        configured["for_each_expression"] = expression(source);
    }
    configured
}

/// Keys of rows: with zones that exist, or none.
const KEYS: &[&str] = &[
    "a/tcp-22/b:group",
    "a/tcp-22/b:ipv4:x",
    "a/ingress/tcp-22/b:ipv4:x",
    "k",
];

fn attributes(source: &mut Source, kind: &str) -> Value {
    let mut all = Map::new();
    if kind == "portmatrix_rules" {
        let mut zones = Map::new();
        for zone in ["a", "b"] {
            let mut blocks = Map::new();
            for platform in PLATFORMS {
                if source.one_in(2) {
                    blocks.insert(platform.zone_block.to_owned(), json!([object(source, 1)]));
                }
            }
            zones.insert(zone.to_owned(), blocks.into());
        }
        all.insert("zone".to_owned(), zones.into());
        for map in PLATFORMS.iter().flat_map(|it| it.wanted) {
            let mut rows = Map::new();
            for _ in 0..source.up_to(2) {
                rows.insert(source.one_of(KEYS).to_owned(), object(source, 1));
            }
            all.insert(map.argument.to_owned(), rows.into());
        }
        return all.into();
    }
    object(source, 2)
}

/// Attributes of rules, groups and blocks.
const ATTRIBUTES: &[&str] = &[
    "access",
    "action",
    "allow",
    "body",
    "cidr_blocks",
    "cidr_ipv4",
    "cidr_ipv6",
    "deny",
    "destination_address_prefix",
    "destination_port_range",
    "destination_ranges",
    "direction",
    "disabled",
    "egress",
    "entry",
    "ethertype",
    "firewall_policy",
    "from_port",
    "id",
    "ingress",
    "ingress_rule_ids",
    "ip_protocol",
    "ipv6_cidr_blocks",
    "is_egress",
    "name",
    "network",
    "network_security_group_name",
    "port_range_max",
    "port_range_min",
    "ports",
    "prefix_list_id",
    "prefix_list_ids",
    "priority",
    "project",
    "protocol",
    "referenced_security_group_id",
    "remote_group_id",
    "remote_ip_prefix",
    "resource_group_name",
    "rule",
    "security_group_id",
    "security_groups",
    "security_rule",
    "self",
    "source_address_prefix",
    "source_port_range",
    "source_ranges",
    "source_security_group_id",
    "source_tags",
    "target_tags",
    "template_body",
    "to_port",
    "type",
    "vpc_id",
];

fn object(source: &mut Source, depth: u8) -> Value {
    let mut all = Map::new();
    for name in ATTRIBUTES {
        if !source.one_in(3) {
            all.insert((*name).to_owned(), value(source, name, depth));
        }
    }
    all.into()
}

/// Words that mean something in one attribute or another.
const WORDS: &[&str] = &[
    "*",
    "-1",
    "0.0.0.0/0",
    "10.0.0.0/8",
    "10.0.0.1",
    "22",
    "::/0",
    "Allow",
    "Deny",
    "EGRESS",
    "INGRESS",
    "IPv4",
    "IPv6",
    "Inbound",
    "Internet",
    "Outbound",
    "Tcp",
    "all",
    "app",
    "egress",
    "icmp",
    "icmpv6",
    "ingress",
    "main",
    "pl-1",
    "rg",
    "sg-1",
    "sg-2",
    "tcp",
    "udp",
    "1-65535",
    "projects/p/global/networks/main",
];

fn value(source: &mut Source, name: &str, depth: u8) -> Value {
    if source.one_in(24) {
        return [
            Value::Null,
            json!(true),
            json!([[]]),
            json!({ "a": [] }),
            json!(-1.5),
        ][usize::from(source.up_to(4))]
        .clone();
    }
    match name {
        "allow" | "deny" | "egress" | "entry" | "ingress" | "rule" | "security_rule" => {
            let many = if depth == 0 { 0 } else { source.up_to(2) };
            (0..many).map(|_| object(source, depth - 1)).collect()
        }
        "from_port" | "to_port" | "priority" | "port_range_min" | "port_range_max" => {
            json!([0, 22, 443, 65535, -1, 100_000, 100][usize::from(source.up_to(6))])
        }
        "self" | "disabled" | "is_egress" => json!(source.one_in(2)),
        _ if name.ends_with('s') => {
            let many = source.up_to(2);
            (0..many).map(|_| json!(source.one_of(WORDS))).collect()
        }
        _ if source.one_in(24) => json!(source.any_text()),
        _ => json!(source.one_of(WORDS)),
    }
}

/// A tree of marks in the shape of a value.
fn marks(source: &mut Source, value: &Value) -> Value {
    if source.one_in(12) {
        return json!(true);
    }
    match value {
        Value::Object(fields) => {
            let mut all = Map::new();
            for (name, it) in fields {
                if source.one_in(3) {
                    all.insert(name.clone(), marks(source, it));
                }
            }
            all.into()
        }
        Value::Array(items) => items.iter().map(|it| marks(source, it)).collect(),
        _ => json!(source.one_in(6)),
    }
}
