//! The `azure` block of a zone.

mod options;

use super::super::fields::Reader;
use super::super::schema::{map, optional};
use super::groups::{peer_by, peer_by_schema, report_duplicates};
use super::{OptionsBlock, PlatformBlock, no_effect, part, single_block};
use crate::model::address::{Addresses, Family};
use crate::model::cell::MaybeKnown;
use crate::model::code::Code;
use crate::model::finding::{ConfigPath, Finding};
use crate::model::platform::PeerBy;
use crate::render::azure::MAX_APPLICATION_GROUPS;
use crate::render::azure::{Azure, Own};
use crate::terraform::schema::Block;
use crate::terraform::value::{Type, Value};
use std::sync::Arc;

/// The block in the table of platforms.
pub(super) const BLOCK: PlatformBlock = PlatformBlock {
    name: "azure",
    schema,
    read: |reader, zone, place| read(reader, zone, place).map(part),
    is_flag: false,
    check: Some(check),
    options: Some(OptionsBlock {
        name: "azure_options",
        schema: options::schema,
        read: |reader, config, top| Arc::new(options::read(reader, config, top)),
    }),
};

/// Reads the block of one zone.
fn read(reader: &mut Reader, zone: &Value, place: &ConfigPath) -> Option<Azure> {
    let (block, place) = single_block(reader, zone, "azure", place)?;
    let mut cell = |name: &'static str| reader.cell(block.get(name), &place.field(name));
    let azure = Azure {
        security_group: cell("network_security_group_name"),
        resource_group: cell("resource_group_name"),
        service_tag: cell("service_tag"),
        application_groups: reader.ids(
            block.get("application_security_group_ids"),
            &place.field("application_security_group_ids"),
        ),
        peer_by: PeerBy::default(),
        own: Own::default(),
        frontends: reader.blocks(
            block.get("frontends"),
            &place.field("frontends"),
            Family::V4,
        ),
        frontends_ipv6: reader.blocks(
            block.get("frontends_ipv6"),
            &place.field("frontends_ipv6"),
            Family::V6,
        ),
    };
    let groups_known = !block.get("application_security_group_ids").is_unknown();
    if azure == Azure::default() && groups_known {
        let message = "the block sets none of its arguments, so it has no effect";
        no_effect(reader, &place, message);
    } else if azure.security_group.is_some() != azure.resource_group.is_some() {
        let (given, missing) = if azure.security_group.is_some() {
            ("network_security_group_name", "resource_group_name")
        } else {
            ("resource_group_name", "network_security_group_name")
        };
        let message = format!("`{given}` is set, but `{missing}` is not");
        let finding = Finding::for_argument(Code::BecameNull, &place.field(missing), message);
        let remedy = "a network security group is identified by both: set them together";
        reader.findings.push(finding.remedy(remedy));
    }
    for (name, cell) in [
        ("network_security_group_name", &azure.security_group),
        ("resource_group_name", &azure.resource_group),
    ] {
        if let Some(MaybeKnown::Known(text)) = cell
            && text.contains('/')
        {
            let message = format!("`{text}` is an id; expected a name");
            let remedy = match named_by(text, name) {
                Some(name) => format!("write `{name}`"),
                None => "write only the name".to_owned(),
            };
            reader.mistake(&place.field(name), &message, &remedy);
        }
    }
    report_duplicates(
        reader,
        &azure.application_groups,
        &place.field("application_security_group_ids"),
        str::to_lowercase,
    );
    if azure.application_groups.len() > MAX_APPLICATION_GROUPS {
        let message = format!(
            "{} application security groups are set, but a rule can name at most {MAX_APPLICATION_GROUPS}",
            azure.application_groups.len()
        );
        reader.mistake(
            &place.field("application_security_group_ids"),
            &message,
            "put all network interfaces of the zone in one group, or split the zone",
        );
    }
    if let Some(MaybeKnown::Known(tag)) = &azure.service_tag
        && !is_tag(tag)
    {
        let remedy = if tag.eq_ignore_ascii_case("Any") {
            "Azure does not have this tag; for everyone, write `Internet`"
        } else {
            "write a tag such as `AzureMonitor` or `Storage.WestEurope`; addresses belong in `ipv4` and `ipv6`"
        };
        reader.mistake(
            &place.field("service_tag"),
            &format!("`{tag}` is not a valid service tag"),
            remedy,
        );
    }
    let own = reader.word(
        block.get("own"),
        &place.field("own"),
        &Own::WORDS,
        Own::parse,
    );
    Some(Azure {
        peer_by: peer_by(reader, zone, block, &place),
        own: own.unwrap_or_default(),
        ..azure
    })
}

/// The name that an id of Azure's holds for an argument, after the word for its kind.
fn named_by<'i>(id: &'i str, argument: &str) -> Option<&'i str> {
    let kind = match argument {
        "resource_group_name" => "resourceGroups",
        _ => "networkSecurityGroups",
    };
    let mut parts = id.split('/');
    parts.find(|it| it.eq_ignore_ascii_case(kind))?;
    parts.next().filter(|it| !it.is_empty())
}

/// A tag is a word, optionally with a region after a dot. `*` is not a tag: it would mean everything, as does `Any` in the portal.
fn is_tag(text: &str) -> bool {
    let allowed = |it: char| it.is_ascii_alphanumeric() || it == '.';
    text.starts_with(|it: char| it.is_ascii_alphabetic())
        && text.chars().all(allowed)
        && !text.eq_ignore_ascii_case("Any")
}

/// Checks what depends on the zone's addresses as well.
fn check(reader: &mut Reader, addresses: &Addresses, place: &ConfigPath) {
    tag_alone(reader, addresses, place);
    if let Some(azure) = addresses.part::<Azure>() {
        frontends(reader, azure, addresses, &place.field("azure").index(0));
    }
}

/// Frontends are the destination of rules of this zone, so they need such rules, and those have to name the zone.
fn frontends(reader: &mut Reader, azure: &Azure, addresses: &Addresses, place: &ConfigPath) {
    let is_unnamed = addresses.ipv4.is_empty()
        && addresses.ipv6.is_empty()
        && azure.application_groups.is_empty();
    for (argument, family) in [("frontends", Family::V4), ("frontends_ipv6", Family::V6)] {
        let frontends = azure.frontends(family);
        let place = place.field(argument);
        if frontends.is_empty() {
            continue;
        }
        if azure.security_group.is_none() {
            let message = format!(
                "`{argument}` has no effect without `network_security_group_name`: it is the destination of the zone's own ingress rules"
            );
            reader.mistake(&place, &message, "remove it; for what peers connect to, set `advertised_ipv4` or `advertised_ipv6` of the zone");
        } else if azure.own == Own::Any {
            let message = format!(
                "`{argument}` has no effect with `own = \"any\"`, which includes every destination"
            );
            reader.mistake(&place, &message, "remove one of the two");
        } else if is_unnamed {
            let message = format!(
                "`{argument}` has no effect: the zone has no addresses, so its rules include every destination"
            );
            reader.mistake(
                &place,
                &message,
                "add `ipv4` or `ipv6` to the zone, or remove it",
            );
        }
    }
}

/// A tag stands for the whole zone, so nothing else may.
fn tag_alone(reader: &mut Reader, addresses: &Addresses, place: &ConfigPath) {
    let Some(azure) = addresses
        .part::<Azure>()
        .filter(|it| it.service_tag.is_some())
    else {
        return;
    };
    let others = [
        ("`ipv4`", addresses.ipv4.is_empty()),
        ("`ipv6`", addresses.ipv6.is_empty()),
        ("`advertised_ipv4`", addresses.advertised_ipv4.is_empty()),
        ("`advertised_ipv6`", addresses.advertised_ipv6.is_empty()),
        (
            "`application_security_group_ids`",
            azure.application_groups.is_empty(),
        ),
    ];
    let given: Vec<&str> = others
        .iter()
        .filter(|(_, empty)| !empty)
        .map(|(name, _)| *name)
        .collect();
    if !given.is_empty() {
        let message = format!(
            "`service_tag` represents the whole zone, so no rule would use {}",
            given.join(", ")
        );
        reader.mistake(
            &place.field("azure").index(0).field("service_tag"),
            &message,
            "use a separate zone for the service tag",
        );
    }
}

/// The schema of the block.
fn schema() -> Block {
    Block {
        description: "The zone on Azure. With `network_security_group_name` and `resource_group_name`, rules are created for it unless `enforce = false`; without, the block only says how rules of \
            other zones refer to it.".to_owned(),
        attributes: vec![
            optional(
                "network_security_group_name",
                Type::String,
                "The network security group that protects the zone. May be known only after apply. \
                    Zones may share one, preferably with application security groups of their own; each adds its own final rules. \
                    Resources may share one too, if each has its own range of priorities; see the guide on keys.",
            ),
            optional("resource_group_name", Type::String, "The resource group of the network security group."),
            optional(
                "application_security_group_ids",
                map(Type::String),
                "Application security groups that contain the zone's network interfaces, by name; at most 10. \
                    Rules refer to the zone by these instead of its addresses. If a rule refers to two zones in this way, Azure requires both in one virtual network: \
                    otherwise set `peer_by = \"cidr\"`.",
            ),
            optional(
                "service_tag",
                Type::String,
                "The service tag that represents the zone as a peer, e.g. `AzureMonitor`. It replaces addresses and groups, which must not be set with it.",
            ),
            optional(
                "frontends",
                map(Type::String),
                "IPv4 CIDR blocks of load balancer frontends with floating IP (direct server return), by name: packets arrive with the frontend as their destination, so the zone's ingress \
                    rules include it. AKS creates its load balancers in this way. Frontends without floating IP belong in `advertised_ipv4` of the zone.",
            ),
            optional("frontends_ipv6", map(Type::String), "The IPv6 CIDR blocks of such frontends, as in `frontends`."),
            optional(
                "own",
                Type::String,
                "How the zone's own rules refer to the zone: `members` (default) for its application security groups, otherwise its addresses; `any` for `*`, \
                    which is everything that the network security group protects. Azure requires `any` in some subnets that it manages, such as that of an application gateway. \
                    Other zones in the same network security group then get the rules as well.",
            ),
            peer_by_schema("its application security groups", "its addresses"),
        ],
        blocks: Vec::new(),
    }
}
