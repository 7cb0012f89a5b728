//! The `zone` block: the components in a zone, how far it is trusted, and how platforms refer to it.

mod aws;
mod azure;
mod gcp;
mod groups;
mod host;
mod kubernetes;
mod openstack;

use super::fields::Reader;
use super::schema::{at_most_one, glossary, list, map, optional, required};
use crate::model::address::{Addresses, Family};
use crate::model::code::Code;
use crate::model::finding::{ConfigPath, Finding};
use crate::model::global::everyone;
use crate::model::layout::{Placement, Zone};
use crate::model::platform::Part;
use crate::model::words::Trust;
use crate::policy::End;
use crate::render::platform::Options;
use crate::terraform::schema::{Block, NestedBlock};
use crate::terraform::value::{Type, Value};
use std::any::Any;
use std::collections::BTreeSet;
use std::sync::Arc;

/// The blocks of platforms, in the order of the documentation.
const BLOCKS: &[PlatformBlock] = &[
    aws::BLOCK,
    azure::BLOCK,
    gcp::BLOCK,
    openstack::BLOCK,
    kubernetes::BLOCK,
    host::BLOCK,
];

/// The block that says what a platform knows about a zone.
struct PlatformBlock {
    /// Its name.
    name: &'static str,
    /// Its schema.
    schema: fn() -> Block,
    /// Reads it from a zone; `None` if the zone does not have it.
    read: fn(&mut Reader, &Value, &ConfigPath) -> Option<Arc<dyn Part>>,
    /// Whether it says something without arguments, so that data may have `true` or `false` in its place.
    is_flag: bool,
    /// Checks what depends on the zone's addresses as well.
    check: Option<fn(&mut Reader, &Addresses, &ConfigPath)>,
    /// The block next to the zones that applies to all rules of the platform.
    options: Option<OptionsBlock>,
}

/// A block that applies to all rules of a resource on one platform.
struct OptionsBlock {
    /// Its name.
    name: &'static str,
    /// Its schema.
    schema: fn() -> Block,
    /// Reads it from the configuration, or gives the defaults.
    read: fn(&mut Reader, &Value, &ConfigPath) -> Arc<dyn Any + Send + Sync>,
}

/// A part for the zone.
fn part(part: impl Part) -> Arc<dyn Part> {
    Arc::new(part)
}

/// Whether a block of a zone is that of a platform.
pub(super) fn is_platform(name: &str) -> bool {
    BLOCKS.iter().any(|it| it.name == name)
}

/// Whether a block of a zone says something without arguments.
pub fn is_flag(name: &str) -> bool {
    BLOCKS.iter().any(|it| it.is_flag && it.name == name)
}

/// The schemas of the blocks that apply to all rules of a platform.
pub(super) fn option_schemas() -> impl Iterator<Item = NestedBlock> {
    let options = BLOCKS.iter().filter_map(|it| it.options.as_ref());
    options.map(|it| at_most_one(it.name, (it.schema)()))
}

/// The options of all platforms.
pub(super) fn read_options(reader: &mut Reader, config: &Value, top: &ConfigPath) -> Options {
    let options = BLOCKS.iter().filter_map(|it| it.options.as_ref());
    options.map(|it| (it.read)(reader, config, top)).collect()
}

/// Reads one zone.
pub(super) fn read(reader: &mut Reader, block: &Value, place: &ConfigPath) -> (Zone, Addresses) {
    let mut blocks =
        |name: &'static str, family| reader.blocks(block.get(name), &place.field(name), family);
    let addresses = Addresses {
        ipv4: blocks("ipv4", Family::V4),
        ipv6: blocks("ipv6", Family::V6),
        advertised_ipv4: blocks("advertised_ipv4", Family::V4),
        advertised_ipv6: blocks("advertised_ipv6", Family::V6),
        parts: BLOCKS
            .iter()
            .filter_map(|it| (it.read)(reader, block, place))
            .collect(),
        peer_only: reader.flag(block.get("enforce"), &place.field("enforce")) == Some(false),
    };
    for check in BLOCKS.iter().filter_map(|it| it.check) {
        check(reader, &addresses, place);
    }
    groups::read_peer_by(reader, block, place);
    let components = reader.texts(block.get("components"), &place.field("components"));
    let trust = reader.word(
        block.get("trust"),
        &place.field("trust"),
        &Trust::ALL.iter().map(|it| it.as_str()).collect::<Vec<_>>(),
        Trust::parse,
    );
    let zone = Zone {
        trust: trust.unwrap_or(Trust::Internal),
        segment: segment(reader, block, place),
        components: components
            .into_iter()
            .map(|(text, place)| placement(&text, place))
            .collect(),
        exact: reader
            .flag(block.get("exact"), &place.field("exact"))
            .unwrap_or(false),
        enforced: addresses.is_enforced(),
        null_block: None,
        several: addresses.has_several_hosts(),
        everyone: everyone(&addresses),
        parts: BTreeSet::new(),
        place: place.clone(),
    };
    (zone, addresses)
}

/// What policies call the zone: a text that they can also write, and that is not a word for others.
fn segment(reader: &mut Reader, block: &Value, place: &ConfigPath) -> Option<String> {
    let place = place.field("segment");
    let text = reader.text(block.get("segment"), &place)?;
    let is_word = !matches!(End::parse(&text), Ok(End::Name(_)));
    if is_word || text.trim() != text {
        let message = format!("`{text}` cannot be the name of a segment");
        let remedy = "use a name without spaces at its ends, and not `*`, `any` or `trust:…`, which policies use for several zones";
        reader.mistake(&place, &message, remedy);
        return None;
    }
    Some(text)
}

fn placement(text: &str, place: ConfigPath) -> Placement {
    let (label, component) = match text.split_once('.') {
        Some((label, component)) if !label.is_empty() && !component.is_empty() => {
            (label, component)
        }
        _ => (text, ""),
    };
    Placement {
        label: label.to_owned(),
        component: component.to_owned(),
        place,
    }
}

/// The one block of a name, and its place; none where it is absent or may be.
pub(super) fn single_block<'v>(
    reader: &mut Reader,
    zone: &'v Value,
    name: &'static str,
    place: &ConfigPath,
) -> Option<(&'v Value, ConfigPath)> {
    let (blocks, place) = (zone.get(name), place.field(name));
    // A `dynamic` block over something unknown may turn out to be absent, so nothing can be planned with it.
    if blocks.is_unknown() {
        reader.unknowns.push(place.clone());
    }
    let Value::List(blocks) = blocks else {
        return None;
    };
    let block = blocks.first()?;
    if block.is_unknown() {
        reader.unknowns.push(place.index(0));
        return None;
    }
    Some((block, place.index(0)))
}

/// Reports a platform's block that says nothing about its zone.
fn no_effect(reader: &mut Reader, place: &ConfigPath, message: &str) {
    let remedy = "set one of its arguments, or remove the block; if the values can be null, make the block conditional on something known at plan, e.g. \
        `for_each = var.with_group ? [1] : []`";
    let finding = Finding::for_argument(Code::BecameNull, place, message);
    reader.findings.push(finding.remedy(remedy));
}

/// The schema of the block.
pub(super) fn schema() -> Block {
    let texts = || map(Type::String);
    Block {
        description: "A part of your network that is treated alike. The label is the zone's name: lower-case letters, digits and single dashes, at most 32 characters. \
            It is part of the rule keys, so renaming a zone renames its rules."
            .to_owned(),
        attributes: vec![
            required(
                "components",
                list(Type::String),
                "The components in the zone, as `<label>.<component>`. The label is that of a `product` block, otherwise the name of a product in the catalogue. \
                    `<label>.*` means all of a product's own components and those that it depends on. A component includes what it also is (a master is also a node) and what runs on it.",
            ),
            optional(
                "trust",
                Type::String,
                &format!("How far the zone is trusted: {}. Default `internal`.", glossary(Trust::ALL, Trust::as_str, Trust::description)),
            ),
            optional(
                "segment",
                Type::String,
                "What policies call the zone, e.g. the company's name for it. Several zones may be of one segment. Policies can always use the zone's own name.",
            ),
            optional(
                "ipv4",
                texts(),
                "The zone's IPv4 CIDR blocks by name, e.g. `{ a = \"10.0.1.0/24\" }`. Rule keys use the names, so a CIDR block may be known only after apply. \
                    A null value removes its name.",
            ),
            optional("ipv6", texts(), "The zone's IPv6 CIDR blocks by name, as in `ipv4`."),
            optional(
                "advertised_ipv4",
                texts(),
                "The IPv4 CIDR blocks that peers connect to, by name, if addresses are translated between them and the zone (NAT, a load balancer). \
                    Egress rules to the zone, including those of its own members, use these instead of `ipv4`, `ipv6` and the group.",
            ),
            optional("advertised_ipv6", texts(), "The IPv6 CIDR blocks that peers connect to, as in `advertised_ipv4`."),
            optional(
                "peer_by",
                Type::String,
                "How rules refer to the zone, on every platform: `group` for its security groups, application security groups, tags, service accounts or labels \
                    (the default if it has any), `cidr` for its addresses and prefix lists, `both` for rows of each. The block of a platform can override it. \
                    With `group`, addresses of a zone that has a group are not used. Egress rules to advertised addresses, rules of host firewalls \
                    and egress rules on Google Cloud use addresses in any case.",
            ),
            optional(
                "enforce",
                Type::Bool,
                "Whether rules are created for the zone. With `false`, no platform gets any; the zone is only a peer of other zones, which refer to it by its group, tag, labels or \
                    addresses. Set it if another team or account owns the zone's firewall. Default `true`.",
            ),
            optional("exact", Type::Bool, "Whether to place only the listed components, without what they also are and what runs on them. Default `false`."),
            optional("description", Type::String, "A note for readers of the configuration. Not part of any output."),
        ],
        blocks: BLOCKS
            .iter()
            .map(|it| at_most_one(it.name, (it.schema)()))
            .collect(),
    }
}
