//! Requests that are as they should be, for every object of the provider: what is done to them comes later.

use crate::hostile::tree::Tree;
use crate::support::core;
use portmatrix::provider::schemas;
use portmatrix::terraform::msgpack;
use portmatrix::terraform::schema::Mode;
use portmatrix::terraform::value::{Type, Value};
use serde_json::{Value as Json, json};

/// What a configuration is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Provider,
    Resource,
    DataSource,
}

/// A configuration, with its object.
#[derive(Clone, Debug)]
pub(crate) struct Good {
    pub(crate) role: Role,
    /// The type's name; that of the provider for its own block.
    pub(crate) kind: &'static str,
    pub(crate) ty: Type,
    pub(crate) config: Value,
    /// What the provider sets itself.
    pub(crate) computed: Vec<&'static str>,
}

impl Good {
    pub(crate) fn tree(&self) -> Tree {
        Tree::of(&self.config)
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        msgpack::encode(&self.config, &self.ty).expect("bytes")
    }

    /// The calls that take such a configuration.
    pub(crate) fn rpcs(&self) -> &'static [&'static str] {
        match self.role {
            Role::Provider => &["PrepareProviderConfig", "Configure"],
            Role::Resource => &[
                "ValidateResourceTypeConfig",
                "PlanResourceChange",
                "ApplyResourceChange",
            ],
            Role::DataSource => &["ValidateDataSourceConfig", "ReadDataSource"],
        }
    }
}

fn good(role: Role, kind: &'static str, config: &Json) -> Good {
    let schemas = schemas();
    let schema = match role {
        Role::Provider => &schemas.provider,
        Role::Resource => {
            &schemas
                .resources
                .iter()
                .find(|(it, _)| *it == kind)
                .expect("it is there")
                .1
        }
        Role::DataSource => {
            &schemas
                .data_sources
                .iter()
                .find(|(it, _)| *it == kind)
                .expect("it is there")
                .1
        }
    };
    let ty = schema.block.ty();
    // What the provider computes is null in a configuration, whatever its type.
    let attributes = schema.block.attributes.iter();
    let computed = attributes.filter(|it| it.mode == Mode::Computed);
    let computed: Vec<&str> = computed.map(|it| it.name).collect();
    let config = match core::value(&ty, config) {
        Value::Object(it) => Value::Object(it.map(|name, it| {
            if computed.contains(&name) {
                Value::Null
            } else {
                it
            }
        })),
        other => other,
    };
    Good {
        role,
        kind,
        ty,
        config,
        computed,
    }
}

/// One for each object at least; between them they set every argument that there is, which a test holds against the schemas.
pub(crate) fn all() -> Vec<Good> {
    use Role::{DataSource, Provider, Resource};
    vec![
        good(
            Provider,
            "portmatrix",
            &json!({
                "language": "ru", "definitions": [SHOP], "as_of": "2027-01-31", "warn_days": 14,
                "policies": [{ "from": "elsewhere", "to": "*", "access": "block-only", "services": "tcp 23; icmp" }],
                "exceptions": { "old": { "from": "elsewhere", "to": "*", "services": ["tcp/23"], "reason": "agreed", "expires": "2026-12-31" } },
            }),
        ),
        good(Resource, "portmatrix_rules", &narrow("office")),
        good(Resource, "portmatrix_rules", &wide()),
        good(
            DataSource,
            "portmatrix_product",
            &json!({ "name": "kong", "version": "3.9", "ports": { "proxy-https": "443" } }),
        ),
        good(
            DataSource,
            "portmatrix_product",
            &json!({
                "name": "kong", "version": "0.10", "profile": "production", "advertised_ports": { "cluster": "9000" },
                "enable": ["admin"], "disable": ["proxy-http"],
            }),
        ),
        good(
            DataSource,
            "portmatrix_product",
            &json!({ "definition": SHOP }),
        ),
        good(
            DataSource,
            "portmatrix_product",
            &json!({ "definition": SAP, "numbers": { "app": "00, 02-03", "ascs": "1" } }),
        ),
        good(
            DataSource,
            "portmatrix_product",
            &json!({ "name": "exchange-server", "version": "2019", "choices": { "mail-flow": "edge" }, "enable": ["hybrid"] }),
        ),
        good(
            DataSource,
            "portmatrix_products",
            &json!({ "search": "kong", "port": 8001, "transport": "tcp" }),
        ),
        good(DataSource, "portmatrix_review", &review()),
        good(
            DataSource,
            "portmatrix_report",
            &json!({ "of": planned(), "name": "edge", "format": "html" }),
        ),
        good(
            DataSource,
            "portmatrix_report",
            &json!({
                "of": planned(), "format": "csv", "columns": "Source IP=source,Change=ticket", "values": { "ticket": "CHG-1" },
            }),
        ),
    ]
}

/// The provider block with nothing in it.
pub(crate) fn no_settings() -> Good {
    good(Role::Provider, "portmatrix", &json!({}))
}

/// The layout of [`narrow`].
pub(crate) fn office(zone: &str) -> Good {
    good(Role::Resource, "portmatrix_rules", &narrow(zone))
}

/// A layout in which no address is wide, with a name of its own.
fn narrow(zone: &str) -> Json {
    json!({
        "name": zone,
        "zone": {
            zone: { "components": ["kong.client", "kong.admin"], "ipv4": { "floor": "10.98.0.0/20" } },
            "dmz": { "trust": "dmz", "components": ["kong.node"], "ipv4": { "a": "10.10.1.0/24" }, "aws": { "security_group_id": "sg-1" } },
        },
    })
}

/// Everything that `portmatrix_rules` takes. The only wide addresses are those of the zone `internet`.
fn wide() -> Json {
    json!({
        "name": "edge", "directions": ["ingress", "egress"], "merge": "ports", "fail_on": "never", "verbose": true, "language": "tr",
        "zone": {
            "balancer": { "enforce": false, "components": ["shop.customer"], "azure": { "service_tag": "AzureLoadBalancer" } },
            "internet": {
                "trust": "public", "components": ["kong.client"], "ipv4": { "any": "0.0.0.0/0" }, "ipv6": { "any": "::/0" },
                "description": "all of it",
            },
            "dmz": {
                "trust": "dmz", "components": ["kong.node"], "exact": true, "peer_by": "group", "ipv4": { "a": "10.10.1.0/24" }, "ipv6": { "a": "2001:db8::/64" },
                "advertised_ipv4": { "lb": "10.1.1.1/32" }, "advertised_ipv6": { "lb": "2001:db8:1::/64" },
                "aws": {
                    "spread_security_group_ids": { "a": "sg-1", "b": "sg-2" }, "peer_by": "both", "max_rules": 50, "max_groups": 4,
                    "prefix_list_ids": { "x": "pl-1" }, "prefix_list_sizes": { "x": 5 },
                },
            },
            "ops": {
                "trust": "restricted", "components": ["kong.admin"], "ipv4": { "vpn": "10.99.0.0/16" },
                "azure": { "network_security_group_name": "nsg", "resource_group_name": "rg", "application_security_group_ids": { "x": "/subscriptions/1/asg" }, "peer_by": "both", "own": "members", "frontends": { "a": "203.0.113.9/32" }, "frontends_ipv6": { "a": "2001:db8:ffff::9/128" } },
                "gcp": { "network": "net", "project": "edge", "target_tags": ["kong"], "peer_by": "both" },
                "host": { "translated": "both" },
            },
            "data": {
                "segment": "Databases",
                "components": ["kong.postgresql", "shop.orders"], "ipv4": { "a": "10.10.8.0/24" },
                "aws": { "security_group_id": "sg-3", "peer_security_group_ids": { "web": "sg-4" } },
                "openstack": {
                    "security_group_id": "0a0a0a0a-1111-4222-8333-444444444444", "peer_security_group_ids": { "web": "0b0b0b0b-1111-4222-8333-444444444444" },
                    "peer_by": "group", "max_rules": 100, "delete_default_rules": true,
                },
                "kubernetes": { "peer_by": "cidr", "namespace": "data", "namespace_labels": { "team": "db" }, "pod_labels": { "app": "pg" } },
                "gcp": { "network": "net", "project": "edge", "service_accounts": ["pg@edge.iam.gserviceaccount.com"] },
            },
        },
        "product": {
            "kong": { "name": "kong", "version": "3.9", "ports": { "proxy-http": "80" }, "advertised_ports": { "proxy-https": "443" }, "enable": ["status"], "disable": ["admin-http"] },
            "shop": { "definition": SHOP },
            "old": { "name": "kong", "version": "0.10", "profile": "production" },
            "mail": { "name": "exchange-server", "version": "2016", "choices": { "mail-flow": "direct" } },
            "sap": { "definition": SAP, "numbers": { "app": "02-03" } },
        },
        "flow": { "ssh": { "from": ["ops"], "to": ["dmz"], "services": ["tcp/22", "icmp/8"], "plane": "admin", "exposure": "internal", "purpose": "repairs" } },
        "zones": {
            "data-center": { "components": ["shop.customer", "mail.mailbox", "sap.app-server"], "ipv4": { "a": "10.10.9.0/24" }, "aws": { "security_group_id": "sg-9" }, "host": true, "//": "rented" },
        },
        "products": { "second": { "name": "kong", "version": "3.9", "disable": ["admin-http"] } },
        "flows": { "time": { "from": ["data-center"], "to": ["ops"], "services": ["udp/123"] } },
        "accept": [{ "code": "exposed", "subject": "dmz*", "reason": "agreed", "ticket": "X-1", "owner": "me", "expires": "2027-12-31" }],
        "policy": [{ "from": "trust:public", "to": "Databases", "access": "allow-only", "services": ["tcp/5432", "icmp"], "severity": "warning", "monitor": true, "reason": "audit" }],
        "exception": [{ "from": "dmz", "to": "data", "services": ["tcp"], "reason": "migration", "ticket": "X-2", "requester": "ann", "approver": "ben", "expires": "2027-02-28" }],
        "policies": [{ "from": "ops", "to": "*", "access": "block", "severity": "info" }],
        "exceptions": [{ "from": "ops", "to": "dmz", "services": ["any"], "reason": "repairs" }],
        "azure_options": { "priority_first": 200, "priority_last": 4000, "priority_step": 5, "deny_rest": true, "allow_probes": true, "priorities": { "ops/egress/tcp-8001/dmz:ipv4": 300 } },
        "gcp_options": { "deny_rest": true },
    })
}

fn review() -> Json {
    let aws = json!({ "security_group_id": "sg-1", "cidr_ipv4": "10.98.0.0/20", "ip_protocol": "tcp", "from_port": 8443, "to_port": 8443, "description": "x" });
    let in_place = json!({ "security_group_rule_id": "sgr-1", "security_group_id": "sg-1", "is_egress": false, "ip_protocol": "tcp", "from_port": 8443, "to_port": 8443, "cidr_ipv4": "10.98.0.0/16", "description": "x" });
    let azure = json!({ "name": "a", "priority": 100, "direction": "Inbound", "access": "Allow", "protocol": "Tcp", "source_port_range": "*", "destination_port_range": "443", "source_address_prefix": "10.0.0.0/8", "destination_address_prefix": "*", "resource_group_name": "rg", "network_security_group_name": "nsg" });
    let gcp = json!({ "name": "a", "network": "net", "project": "p", "direction": "INGRESS", "priority": 1000, "source_ranges": ["10.0.0.0/8"], "allow": [{ "protocol": "tcp", "ports": ["443"] }] });
    let openstack = json!({ "security_group_id": "4f3c9a1e-8b57-4f0e-9d7e-2d1f0c5a6b7e", "direction": "ingress", "ethertype": "IPv4", "protocol": "tcp", "port_range_min": 443, "port_range_max": 443, "remote_ip_prefix": "10.98.0.0/20" });
    json!({
        "rules": { "dmz/ingress/tcp-8443/office": { "zone": "dmz", "direction": "ingress", "peer_zone": "office", "peer_trust": "internal", "transport": "tcp", "from_port": 8443, "to_port": 8443, "plane": "data", "required": true, "flows": ["kong.proxy-https"] } },
        "aws_ingress": { "dmz/tcp-8443/office:ipv4:floor": aws }, "aws_egress": {},
        "azure_rules": { "dmz/ingress/tcp-443/office:ipv4": azure }, "gcp_rules": { "dmz/ingress/tcp-443/office:ipv4": gcp },
        "openstack_rules": { "dmz/ingress/tcp-443/office:ipv4": openstack }, "actual_openstack": [openstack],
        "actual_aws": [in_place], "actual_azure": { "rg/nsg": [azure] }, "actual_gcp": [gcp],
        "directions": ["ingress", "egress"], "ignore": ["sg-9*"], "fail_on": "never", "import_to": { "aws_ingress": "aws_vpc_security_group_ingress_rule.edge" },
    })
}

/// A resource as its plan has it, as far as a report reads it.
fn planned() -> Json {
    json!({
        "name": "edge", "zone": narrow("office")["zone"], "counts": { "office": 1 }, "digests": { "kong": "0123456789abcdef" },
        "rules": {
            "dmz/ingress/tcp-8444/office": {
                "zone": "dmz", "direction": "ingress", "peer_zone": "office", "peer_trust": "internal", "transport": "tcp",
                "from_port": 8444, "to_port": 8444, "plane": "admin", "required": true, "flows": ["kong.admin-https"],
            },
        },
        "exceptions": [{ "from": "office", "to": "dmz", "services": ["any"], "reason": "repairs", "expires": "2027-02-28" }],
    })
}

/// A product file with numbers.
const SAP: &str = include_str!("../product_files/stress/sap-netweaver.toml");

/// A small product file.
pub(crate) const SHOP: &str = include_str!("../../examples/own-product/products/shop.toml");
