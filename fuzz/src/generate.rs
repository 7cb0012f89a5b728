//! Configurations from bytes: blocks of a schema, filled with words that mean something, and with some that do not.

use arbitrary::Unstructured;
use portmatrix::terraform::schema::{Block, Mode, Nesting};
use portmatrix::terraform::value::{Fields, Object, Type, Value};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Where choices come from. When the bytes are used up every choice is the plainest one.
pub(crate) struct Source<'b> {
    bytes: Unstructured<'b>,
    /// Whether texts and numbers may be anything.
    odd: bool,
}

impl<'b> Source<'b> {
    pub(crate) fn new(bytes: &'b [u8]) -> Self {
        let mut source = Source::plain(bytes);
        source.odd = source.one_in(4);
        source
    }

    /// One whose texts and numbers mean something.
    pub(crate) fn plain(bytes: &'b [u8]) -> Self {
        Source {
            bytes: Unstructured::new(bytes),
            odd: false,
        }
    }

    pub(crate) fn one_in(&mut self, many: u8) -> bool {
        self.up_to(many - 1) == many - 1
    }

    pub(crate) fn up_to(&mut self, most: u8) -> u8 {
        self.bytes.int_in_range(0..=most).unwrap_or(0)
    }

    /// The value of a block: what the user sets, and null for the rest.
    pub(crate) fn block(&mut self, block: &Block) -> Value {
        let Type::Object(fields) = block.ty() else {
            unreachable!("a block is an object")
        };
        let mut values: BTreeMap<&str, Value> = BTreeMap::new();
        for attribute in &block.attributes {
            let stands = match attribute.mode {
                Mode::Required => true,
                Mode::Optional => self.stands(attribute.name),
                Mode::Computed => false,
            };
            if stands {
                values.insert(attribute.name, self.value(attribute.name, &attribute.ty));
            }
        }
        for nested in &block.blocks {
            let (name, stands) = (nested.name, self.stands(nested.name));
            let inner = |source: &mut Self| source.block(&nested.block);
            let value = match nested.nesting {
                Nesting::Single if stands => inner(self),
                Nesting::Single => Value::Null,
                Nesting::AtMostOne if stands => Value::List(vec![inner(self)]),
                Nesting::List if stands => {
                    let many = 1 + self.up_to(2);
                    Value::List((0..many).map(|_| inner(self)).collect())
                }
                Nesting::AtMostOne | Nesting::List => Value::List(Vec::new()),
                Nesting::Map if stands => self.map(name, inner),
                Nesting::Map => Value::Map(BTreeMap::new()),
            };
            values.insert(name, value);
        }
        let value = |name: &str| values.remove(name).unwrap_or(Value::Null);
        Value::Object(Object::build(&fields, value))
    }

    /// Whether what may be left out is there.
    fn stands(&mut self, name: &str) -> bool {
        match name {
            "zone" | "components" | "ipv4" | "security_group_id" => !self.one_in(8),
            "fail_on" | "trust" | "aws" | "flow" | "product" => self.one_in(2),
            _ => self.one_in(4),
        }
    }

    fn value(&mut self, name: &str, ty: &Type) -> Value {
        if self.odd && self.one_in(32) {
            return Value::Null;
        }
        match ty {
            Type::Bool => Value::Bool(self.one_in(2)),
            Type::String => Value::string(self.text(name)),
            Type::Number => Value::number(self.number(name)),
            Type::List(inner) | Type::Set(inner) => {
                let many = self.up_to(3);
                Value::List((0..many).map(|_| self.value(name, inner)).collect())
            }
            Type::Tuple(types) => {
                Value::List(types.iter().map(|it| self.value(name, it)).collect())
            }
            Type::Map(inner) => self.map(name, |source| source.value(name, inner)),
            Type::Dynamic => self.data(name),
            Type::Object(fields) => {
                let value = |it: &str| {
                    let (_, ty) = fields
                        .iter()
                        .find(|(name, _)| *name == it)
                        .expect("a field");
                    self.value(it, ty)
                };
                Value::Object(Object::build(fields, value))
            }
        }
    }

    /// A layout as data: entries with the arguments of a block, with a type that a CLI could give them. Or rows of a review.
    fn data(&mut self, name: &str) -> Value {
        let schemas = portmatrix::provider::schemas();
        let rules = &schemas.resources[0].1.block;
        let mut blocks = rules.blocks.iter();
        let one = match name {
            "policies" => "policy",
            several => several.trim_end_matches('s'),
        };
        let Some(nested) = blocks.find(|it| it.name == one) else {
            return self.rows(name, rules);
        };
        let block = &nested.block;
        if nested.nesting == Nesting::List && !self.one_in(4) {
            let many = self.up_to(3);
            return typed(&Value::List((0..many).map(|_| self.block(block)).collect()));
        }
        let entries = self.map(name, |source| source.block(block));
        let entries = match self.up_to(if self.odd { 3 } else { 1 }) {
            // As a `map(any)` has them, and as an object written by hand.
            0 => return Value::dynamic(Type::Map(Box::new(block.ty())), entries),
            1 | 2 => entries,
            _ => Value::List(vec![entries]),
        };
        typed(&entries)
    }

    /// Rows with some of the attributes that an output for them has, and with what only existing rules have.
    fn rows(&mut self, name: &str, rules: &Block) -> Value {
        let output = match name {
            "actual_aws" => "aws_ingress",
            "actual_azure" => "azure_rules",
            "actual_gcp" => "gcp_rules",
            "actual_openstack" => "openstack_rules",
            wanted => wanted,
        };
        let output = rules.attributes.iter().find(|it| it.name == output);
        let Some(Type::Map(row)) = output.map(|it| &it.ty) else {
            unreachable!("`{name}` has rows of an output")
        };
        let Type::Object(fields) = &**row else {
            unreachable!("a row is an object")
        };
        let row = |source: &mut Self| {
            let mut row = BTreeMap::new();
            for (name, ty) in fields.iter() {
                if !source.one_in(4) {
                    row.insert(name.into(), source.value(name, ty));
                }
            }
            let more = [
                ("is_egress", Type::Bool),
                ("disabled", Type::Bool),
                ("id", Type::String),
            ];
            for (name, ty) in more {
                if source.one_in(2) {
                    row.insert(name.into(), source.value(name, &ty));
                }
            }
            Value::Map(row)
        };
        let list = |source: &mut Self| {
            let many = source.up_to(3);
            Value::List((0..many).map(|_| row(source)).collect())
        };
        let rows = match name {
            "actual_azure" => self.map(name, list),
            it if it.starts_with("actual_") => list(self),
            _ => self.map(name, row),
        };
        typed(&rows)
    }

    fn map(&mut self, name: &str, mut value: impl FnMut(&mut Self) -> Value) -> Value {
        let many = 1 + self.up_to(3);
        let entry = |_| {
            let key = match (self.odd && self.one_in(16), keys(name)) {
                (false, keys) if !keys.is_empty() => self.one_of(keys).to_owned(),
                _ => self.any_text(),
            };
            (Arc::from(key), value(self))
        };
        Value::Map((0..many).map(entry).collect())
    }

    fn text(&mut self, name: &str) -> String {
        let words = words(name);
        if words.is_empty() || (self.odd && self.one_in(16)) {
            return self.any_text();
        }
        self.one_of(words).to_owned()
    }

    pub(crate) fn one_of<'w>(&mut self, words: &[&'w str]) -> &'w str {
        self.bytes.choose(words).copied().unwrap_or(words[0])
    }

    pub(crate) fn any_text(&mut self) -> String {
        let text: &str = self.bytes.arbitrary().unwrap_or_default();
        text.chars().take(100).collect()
    }

    fn number(&mut self, name: &str) -> String {
        if !self.odd || self.one_in(2) {
            return self.one_of(numbers(name)).to_owned();
        }
        match self.up_to(2) {
            0 => self.bytes.arbitrary::<i64>().unwrap_or(0).to_string(),
            1 => format!("{}.5", self.bytes.arbitrary::<i32>().unwrap_or(0)),
            _ => "123456789012345678901234567890".to_owned(),
        }
    }

    /// The same value as it may be known before apply: here and there nothing is known yet.
    pub(crate) fn before_apply(&mut self, value: &Value) -> Value {
        // The whole is known: the server refuses one that is not.
        self.each(value, Self::open)
    }

    fn open(&mut self, value: &Value) -> Value {
        if self.one_in(32) {
            return Value::Unknown;
        }
        self.each(value, Self::open)
    }

    /// The same value with some of its parts changed for others of its kind.
    pub(crate) fn changed(&mut self, value: &Value, block: &Block) -> Value {
        let other = self.block(block);
        self.mixed(value, &other)
    }

    fn mixed(&mut self, one: &Value, other: &Value) -> Value {
        match (one, other) {
            (Value::Object(a), Value::Object(b)) => {
                let value = |name: &str| match (a.get(name), b.get(name)) {
                    (Some(a), Some(b)) => self.mixed(a, b),
                    _ => Value::Null,
                };
                Value::Object(Object::build(a.fields(), value))
            }
            (Value::Map(a), Value::Map(b)) if !self.one_in(8) => {
                let mut mixed = a.clone();
                for (name, b) in b {
                    if let Some(a) = a.get(name) {
                        mixed.insert(Arc::clone(name), self.mixed(a, b));
                    } else if self.one_in(4) {
                        mixed.insert(Arc::clone(name), b.clone());
                    }
                }
                Value::Map(mixed)
            }
            _ if self.one_in(8) => other.clone(),
            _ => one.clone(),
        }
    }

    fn each(&mut self, value: &Value, change: fn(&mut Self, &Value) -> Value) -> Value {
        match value {
            Value::List(items) => Value::List(items.iter().map(|it| change(self, it)).collect()),
            Value::Map(map) => {
                let entries = map.iter();
                Value::Map(
                    entries
                        .map(|(name, it)| (Arc::clone(name), change(self, it)))
                        .collect(),
                )
            }
            Value::Object(object) => Value::Object(object.clone().map(|_, it| change(self, &it))),
            Value::Dynamic(it) => Value::dynamic(it.ty.clone(), change(self, &it.value)),
            plain => plain.clone(),
        }
    }
}

/// A value of dynamic type, as HCL types what is written by hand: objects and tuples.
pub(crate) fn typed(value: &Value) -> Value {
    let (ty, value) = hand_written(value);
    match ty {
        Type::Dynamic => value,
        ty => Value::dynamic(ty, value),
    }
}

fn hand_written(value: &Value) -> (Type, Value) {
    let object = |entries: Vec<(String, (Type, Value))>| {
        let types = entries
            .iter()
            .map(|(name, (ty, _))| (name.clone(), ty.clone()));
        let fields = Arc::new(Fields::new(types));
        let values: BTreeMap<_, _> = entries
            .into_iter()
            .map(|(name, (_, it))| (name, it))
            .collect();
        let object = Object::build(&fields, |name| values[name].clone());
        (Type::Object(fields), Value::Object(object))
    };
    match value {
        Value::Null | Value::Unknown => (Type::Dynamic, value.clone()),
        Value::Bool(_) => (Type::Bool, value.clone()),
        Value::Number(_) => (Type::Number, value.clone()),
        Value::String(_) => (Type::String, value.clone()),
        Value::List(items) => {
            let (types, items): (Vec<_>, Vec<_>) = items.iter().map(hand_written).unzip();
            (Type::Tuple(types.into()), Value::List(items))
        }
        Value::Map(map) => object(
            map.iter()
                .map(|(name, it)| (name.to_string(), hand_written(it)))
                .collect(),
        ),
        Value::Object(it) => object(
            it.iter()
                .map(|(name, it)| (name.to_owned(), hand_written(it)))
                .collect(),
        ),
        Value::Dynamic(it) => (it.ty.clone(), it.value.clone()),
    }
}

/// A product with all that a product file can say.
pub(crate) const PARROT: &str = include_str!("../../tests/product_files/full.toml");

/// Words that an argument may hold. None where any text is as good.
#[rustfmt::skip]
fn words(name: &str) -> &'static [&'static str] {
    match name {
        "components" => &[
            "kong.client", "kong.node", "kong.admin", "kong.postgresql", "kong.*", "parrot.server", "parrot.user", "parrot.leader", "parrot.*",
            "second.node", "second.*", "elasticsearch.node", "elasticsearch.*", "etcd.*",
        ],
        "trust" | "peer_trust" => &["public", "partner", "dmz", "internal", "restricted"],
        "ipv4" | "advertised_ipv4" | "cidr_ipv4" => &[
            "10.0.0.0/8", "10.10.1.0/24", "10.10.1.128/25", "10.10.2.0/24", "10.10.3.0/24", "10.99.0.7/32", "0.0.0.0/0", "0.0.0.0/1",
            "128.0.0.0/1", "203.0.113.0/24",
        ],
        "ipv6" | "advertised_ipv6" | "cidr_ipv6" => &["2001:db8::/32", "2001:db8:1::/48", "::/0", "::/1", "8000::/1", "fd00::1/128"],
        "security_group_id" | "spread_security_group_ids" | "peer_security_group_ids" | "referenced_security_group_id" => &["sg-1", "sg-2", "sg-3", "1234/sg-1", "222222222222/sg-1"],
        "prefix_list_ids" | "prefix_list_id" => &["pl-1", "pl-2"],
        "network_security_group_name" => &["web", "WEB", "db"],
        "resource_group_name" => &["rg", "RG"],
        "application_security_group_ids" | "source_application_security_group_ids" | "destination_application_security_group_ids" => &["asg-1", "asg-2"],
        "service_tag" => &["Storage", "Internet", "VirtualNetwork"],
        "network" => &["net", "other", "projects/p/global/networks/net"],
        "project" => &["p", "q"],
        "target_tags" | "source_tags" => &["web", "db", "ops"],
        "service_accounts" | "source_service_accounts" | "target_service_accounts" => &["a@p.iam.gserviceaccount.com", "b@p.iam.gserviceaccount.com"],
        "namespace" | "namespace_labels" | "pod_labels" => &["front", "back"],
        "peer_by" => &["cidr", "group"],
        "directions" | "direction" => &["ingress", "egress", "INGRESS", "Inbound"],
        "merge" => &["ports", "all", "none"],
        "fail_on" => &["never", "never", "warning", "error"],
        "language" => &["ru", "en", "xx"],
        "from" | "to" => &["internet", "dmz", "ops", "data", "*", "trust:dmz", "trust:internal", "Red"],
        "zone" | "peer_zone" => &["internet", "dmz", "ops", "data"],
        "segment" => &["Red", "Blue"],
        "severity" => &["error", "warning", "info"],
        "expires" => &["2027-01-31", "2020-02-29", "2026-12-01"],
        "services" => &["tcp/443", "tcp/80-90", "udp/53", "tcp+udp/8000-8001", "icmp", "icmp/8", "icmpv6/128", "esp", "ip/89", "sctp/7", "any"],
        "plane" => &["data", "control", "admin", "cluster"],
        "exposure" => &["public", "internal", "group", "local"],
        "version" => &["3.9", "0.10", "2.10", "9"],
        "definition" => &[PARROT],
        "profile" => &["production", "none"],
        "enable" | "disable" => &["status", "web", "flock", "gossip", "admin-http", "proxy-http"],
        "ports" | "advertised_ports" => &["443", "80-90", "8000, 8443", "0-65535", "9000"],
        "code" => &["exposed", "zones-overlap", "quota-exceeded", "key-renamed"],
        "subject" => &["*", "dmz/*", "kong"],
        "ip_protocol" | "protocol" | "transport" => &["tcp", "udp", "icmp", "-1", "icmpv6", "50", "Tcp", "*", "all", "any"],
        "ignore" => &["*", "sg-1", "dmz/*"],
        "access" => &["Allow", "Deny", "allow", "block", "allow-only", "block-only"],
        "source_port_range" | "destination_port_range" | "source_port_ranges" | "destination_port_ranges" => &["*", "443", "80-90", "0-65535"],
        "source_address_prefix" | "destination_address_prefix" | "source_address_prefixes" | "destination_address_prefixes"
        | "source_ranges" | "destination_ranges" => &["*", "10.0.0.0/8", "10.10.1.0/24", "0.0.0.0/0", "::/0", "Internet", "VirtualNetwork", "10.10.1.4"],
        "import_to" => &["aws_vpc_security_group_ingress_rule.edge", "x.y"],
        _ => &[],
    }
}

/// Names that the entries of a map may have.
#[rustfmt::skip]
fn keys(name: &str) -> &'static [&'static str] {
    match name {
        "zone" => &["internet", "dmz", "ops", "data"],
        "product" => &["kong", "parrot", "second", "elasticsearch"],
        "flow" => &["backup", "mail"],
        "ports" | "advertised_ports" => &["proxy-http", "proxy-https", "web", "http"],
        "priorities" => &["dmz/ingress/tcp-443/ops:ipv4", "dmz/egress/any/*:deny"],
        "import_to" => &["aws_ingress", "aws_egress", "azure_rules", "gcp_rules"],
        "actual_azure" => &["rg/web", "RG/WEB", "rg/db"],
        "rules" | "azure_rules" | "gcp_rules" => &["dmz/ingress/tcp-443/ops:ipv4", "dmz/egress/any/*:deny", "dmz/ingress/tcp-80-90/internet", "data/ingress/icmp/dmz:tag"],
        "aws_ingress" | "aws_egress" => &["dmz/tcp-443/ops:ipv4:a", "dmz/tcp-443/internet:group", "data/any/dmz:ipv6:b"],
        _ => &["a", "b", "c/d:e", "any"],
    }
}

/// Numbers that an argument may hold.
fn numbers(name: &str) -> &'static [&'static str] {
    match name {
        "priority_first" | "priorities" | "priority" => &["100", "101", "4000", "4096"],
        "priority_last" => &["4094", "110", "4000"],
        "priority_step" => &["10", "1", "1000"],
        "from_port" | "to_port" => &["443", "80", "90", "0", "-1", "65535"],
        _ => &["1", "2", "5", "60", "1000", "4294967295"],
    }
}
