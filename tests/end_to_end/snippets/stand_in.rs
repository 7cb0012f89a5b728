//! Stand-ins for the providers of clouds: names and kinds of arguments are those that the real ones document, so a CLI refuses what
//! they would refuse by schema. What they check beyond that, and what the clouds say, is not tried. Those of Azure, Google and
//! OpenStack are not at hand; that of AWS is, and takes so long that only the pages about it have the real one.
//!
//! A CLI that starts this program as a plugin gets the one after which the program is called.

use portmatrix::terraform::diagnostic::Diagnostic;
use portmatrix::terraform::schema::{Attribute, Block, Mode, NestedBlock, Nesting, Schema};
use portmatrix::terraform::value::{Object, Type, Value};
use portmatrix::terraform::{FunctionError, Provider, Schemas, serve};
use std::env;
use std::process::ExitCode;

/// The providers that this program replaces.
pub(super) const PROVIDERS: [&str; 4] = ["aws", "azurerm", "google", "openstack"];

pub(crate) const VERSION: &str = "5.0.0";

/// Required, optional and computed arguments; `[]` marks a list, `{}` a map, `#` a number and `?` a flag.
type Arguments = (&'static str, &'static str, &'static str);

/// A type, its arguments, and its blocks with theirs.
type Kind = (
    &'static str,
    Arguments,
    &'static [(&'static str, Arguments)],
);

const AZURE_RULE: &str = "description source_port_range source_port_ranges[] destination_port_range destination_port_ranges[] \
    source_address_prefix source_address_prefixes[] source_application_security_group_ids[] destination_address_prefix \
    destination_address_prefixes[] destination_application_security_group_ids[]";

const AWS_RULE: Arguments = (
    "security_group_id ip_protocol",
    "cidr_ipv4 cidr_ipv6 referenced_security_group_id prefix_list_id from_port# to_port# description tags{}",
    "id arn security_group_rule_id",
);

const RESOURCES: [Kind; 17] = [
    ("aws_vpc", ("", "cidr_block tags{}", "id arn"), &[]),
    ("aws_subnet", ("vpc_id", "cidr_block tags{}", "id arn"), &[]),
    (
        "aws_security_group",
        ("", "name description vpc_id tags{}", "id arn"),
        &[],
    ),
    ("aws_vpc_security_group_ingress_rule", AWS_RULE, &[]),
    ("aws_vpc_security_group_egress_rule", AWS_RULE, &[]),
    (
        "azurerm_resource_group",
        ("name location", "tags{}", "id"),
        &[],
    ),
    (
        "azurerm_virtual_network",
        (
            "name location resource_group_name",
            "address_space[] tags{}",
            "id guid",
        ),
        &[],
    ),
    (
        "azurerm_subnet",
        (
            "name resource_group_name virtual_network_name",
            "address_prefixes[]",
            "id",
        ),
        &[],
    ),
    (
        "azurerm_application_security_group",
        ("name location resource_group_name", "tags{}", "id"),
        &[],
    ),
    (
        "azurerm_network_security_group",
        ("name location resource_group_name", "tags{}", "id"),
        &[(
            "security_rule",
            ("name protocol access priority# direction", AZURE_RULE, ""),
        )],
    ),
    (
        "azurerm_network_security_rule",
        (
            "name resource_group_name network_security_group_name protocol access priority# direction",
            AZURE_RULE,
            "id",
        ),
        &[],
    ),
    (
        "azurerm_subnet_network_security_group_association",
        ("subnet_id network_security_group_id", "", "id"),
        &[],
    ),
    (
        "google_compute_network",
        ("name", "project auto_create_subnetworks?", "id self_link"),
        &[],
    ),
    (
        "google_compute_subnetwork",
        (
            "name network ip_cidr_range",
            "project region",
            "id self_link",
        ),
        &[],
    ),
    (
        "google_compute_firewall",
        (
            "name network",
            "project description direction priority# disabled? source_ranges[] destination_ranges[] source_tags[] \
             source_service_accounts[] target_tags[] target_service_accounts[]",
            "id self_link",
        ),
        &[
            ("allow", ("protocol", "ports[]", "")),
            ("deny", ("protocol", "ports[]", "")),
        ],
    ),
    (
        "openstack_networking_secgroup_v2",
        ("name", "description delete_default_rules?", "id"),
        &[],
    ),
    (
        "openstack_networking_secgroup_rule_v2",
        (
            "direction ethertype security_group_id",
            "protocol port_range_min# port_range_max# remote_ip_prefix remote_group_id description",
            "id",
        ),
        &[],
    ),
];

const DATA_SOURCES: [Kind; 3] = [
    (
        "azurerm_network_security_group",
        ("name resource_group_name", "", "id location"),
        &[],
    ),
    (
        "aws_vpc_security_group_rules",
        ("", "", "id ids[]"),
        &[("filter", ("name values[]", "", ""))],
    ),
    (
        "aws_vpc_security_group_rule",
        (
            "",
            "security_group_rule_id",
            "id security_group_id is_egress? ip_protocol from_port# to_port# cidr_ipv4 cidr_ipv6 referenced_security_group_id \
             prefix_list_id description",
        ),
        &[],
    ),
];

fn attributes((required, optional, computed): Arguments) -> Vec<Attribute> {
    let of = |mode: Mode, names: &'static str| {
        names.split_whitespace().map(move |it| {
            let name = it.trim_end_matches(['[', ']', '{', '}', '#', '?']);
            let ty = match &it[name.len()..] {
                "[]" => Type::List(Box::new(Type::String)),
                "{}" => Type::Map(Box::new(Type::String)),
                "#" => Type::Number,
                "?" => Type::Bool,
                _ => Type::String,
            };
            Attribute {
                name,
                ty,
                mode,
                description: name.to_owned(),
            }
        })
    };
    of(Mode::Required, required)
        .chain(of(Mode::Optional, optional))
        .chain(of(Mode::Computed, computed))
        .collect()
}

fn schema(arguments: Arguments, blocks: &[(&'static str, Arguments)]) -> Schema {
    let block = |arguments| Block {
        attributes: attributes(arguments),
        ..Block::default()
    };
    let nested = |(name, arguments): &(&'static str, Arguments)| NestedBlock {
        name,
        nesting: Nesting::List,
        block: block(*arguments),
    };
    Schema {
        version: 0,
        block: Block {
            blocks: blocks.iter().map(nested).collect(),
            ..block(arguments)
        },
    }
}

/// Serves the stand-in that this program is called.
pub(crate) fn run() -> ExitCode {
    let called = env::args().next().unwrap_or_default();
    let name = PROVIDERS
        .into_iter()
        .find(|it| called.contains(&format!("terraform-provider-{it}_")));
    let name = name.expect("this is started under the name of a provider");
    let of = |kinds: &[Kind]| {
        let own = kinds.iter().filter(|it| it.0.starts_with(name));
        own.map(|(kind, arguments, blocks)| (*kind, schema(*arguments, blocks)))
            .collect::<Vec<_>>()
    };
    let mut data_sources = of(&DATA_SOURCES);
    for (_, schema) in data_sources.iter_mut().filter(|_| name == "azurerm") {
        // What it returns is like the blocks of the resource of the same name.
        let rule = Block {
            attributes: attributes(DATA_RULE),
            ..Block::default()
        };
        schema.block.attributes.push(Attribute {
            name: "security_rule",
            ty: Type::List(Box::new(rule.ty())),
            mode: Mode::Computed,
            description: String::new(),
        });
    }
    let blocks: &[_] = if name == "azurerm" {
        &[("features", ("", "", ""))]
    } else {
        &[]
    };
    let schemas = Schemas {
        provider: schema(("", "region project", ""), blocks),
        resources: of(&RESOURCES),
        functions: Vec::new(),
        data_sources,
    };
    serve(&format!("hashicorp/{name}"), StandIn(schemas), false)
}

const DATA_RULE: Arguments = ("name protocol access priority# direction", AZURE_RULE, "");

struct StandIn(Schemas);

impl StandIn {
    /// The configuration with what the provider sets.
    fn with(
        kinds: &[(&str, Schema)],
        kind: &str,
        config: &Value,
        computed: impl Fn(&str) -> Value,
    ) -> Value {
        let of_kind = kinds.iter().filter(|it| it.0 == kind);
        let attributes = of_kind.flat_map(|it| &it.1.block.attributes);
        let set: Vec<&str> = attributes
            .filter(|it| it.mode == Mode::Computed)
            .map(|it| it.name)
            .collect();
        let Value::Object(config) = config else {
            panic!("a configuration is an object")
        };
        Value::Object(Object::build(config.fields(), |name| {
            if set.contains(&name) {
                computed(name)
            } else {
                config.get(name).cloned().unwrap_or(Value::Null)
            }
        }))
    }
}

impl Provider for StandIn {
    fn schemas(&self) -> &Schemas {
        &self.0
    }

    fn prepare(&self, _: &Value) -> Vec<Diagnostic> {
        Vec::new()
    }

    fn configure(&self, _: &Value) -> Vec<Diagnostic> {
        Vec::new()
    }

    fn validate_resource(&self, _: &str, _: &Value) -> Vec<Diagnostic> {
        Vec::new()
    }

    fn validate_data_source(&self, _: &str, _: &Value) -> Vec<Diagnostic> {
        Vec::new()
    }

    fn plan(&self, kind: &str, prior: &Value, config: &Value) -> (Value, Vec<Diagnostic>) {
        let computed = |name: &str| match prior {
            Value::Object(prior) => prior.get(name).cloned().unwrap_or(Value::Null),
            _ => Value::Unknown,
        };
        (
            Self::with(&self.0.resources, kind, config, computed),
            Vec::new(),
        )
    }

    fn apply(&self, kind: &str, _: &Value, _: &Value, config: &Value) -> (Value, Vec<Diagnostic>) {
        let id = config.get("name").as_str().unwrap_or("of-the-stand-in");
        let id = format!("{kind}-{id}");
        (
            Self::with(&self.0.resources, kind, config, |_| {
                Value::string(id.as_str())
            }),
            Vec::new(),
        )
    }

    fn import(&self, kind: &str, _: &str) -> (Value, Vec<Diagnostic>) {
        (Value::Null, vec![Diagnostic::error("Not there", kind)])
    }

    fn upgrade(
        &self,
        _: &str,
        _: i64,
        state: serde_json::Value,
    ) -> (serde_json::Value, Vec<Diagnostic>) {
        (state, Vec::new())
    }

    fn call_function(&self, name: &str, _: &[Value]) -> Result<Value, FunctionError> {
        unreachable!("there is no function `{name}`")
    }

    fn read_data_source(&self, kind: &str, config: &Value) -> (Value, Vec<Diagnostic>) {
        let of = |name: &str| config.get(name).as_str().unwrap_or_default();
        let id = || {
            let (group, name) = (of("resource_group_name"), of("name"));
            format!(
                "/subscriptions/0/resourceGroups/{group}/providers/Microsoft.Network/networkSecurityGroups/{name}"
            )
        };
        let computed = |name: &str| match name {
            "security_rule" | "ids" => Value::List(Vec::new()),
            _ => Value::string(id()),
        };
        (
            Self::with(&self.0.data_sources, kind, config, computed),
            Vec::new(),
        )
    }
}
