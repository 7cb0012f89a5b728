//! The `zone` block: what stands in a zone, how far it is trusted, and by what platforms name it.

use super::fields::Reader;
use super::schema::{at_most_one, glossary, list, map, optional, required};
use crate::model::address::{Addresses, Aws, Family, PeerBy};
use crate::model::code::Code;
use crate::model::finding::{Finding, Place};
use crate::model::layout::{Placement, Zone};
use crate::model::words::Trust;
use crate::render::aws::MAX_RULES;
use crate::terraform::schema::Block;
use crate::terraform::value::{Type, Value};

/// Reads one zone.
pub(super) fn read(reader: &mut Reader, block: &Value, place: &Place) -> (Zone, Addresses) {
    let mut blocks =
        |name: &'static str, family| reader.blocks(block.get(name), &place.field(name), family);
    let addresses = Addresses {
        ipv4: blocks("ipv4", Family::V4),
        ipv6: blocks("ipv6", Family::V6),
        advertised_ipv4: blocks("advertised_ipv4", Family::V4),
        advertised_ipv6: blocks("advertised_ipv6", Family::V6),
        aws: aws(reader, block.get("aws"), &place.field("aws")),
    };
    let components = reader.texts(block.get("components"), &place.field("components"));
    let trust = reader.word(
        block.get("trust"),
        &place.field("trust"),
        &Trust::ALL.iter().map(|it| it.as_str()).collect::<Vec<_>>(),
        Trust::parse,
    );
    let zone = Zone {
        trust: trust.unwrap_or(Trust::Internal),
        components: components
            .into_iter()
            .filter_map(|(text, place)| placement(reader, &text, place))
            .collect(),
        exact: reader
            .flag(block.get("exact"), &place.field("exact"))
            .unwrap_or(false),
        enforced: addresses.aws.as_ref().is_some_and(|it| it.group.is_some()),
        everything: addresses.is_everything(),
        place: place.clone(),
    };
    (zone, addresses)
}

fn placement(reader: &mut Reader, text: &str, place: Place) -> Option<Placement> {
    match text.split_once('.') {
        Some((label, component)) if !label.is_empty() && !component.is_empty() => Some(Placement {
            label: label.to_owned(),
            component: component.to_owned(),
            place,
        }),
        _ => {
            let label = text.trim_matches('.');
            let remedy = format!(
                "write a product and a component, e.g. `{label}.*` for all of its own and what it depends on"
            );
            reader.mistake(&place, &format!("`{text}` names no component"), &remedy);
            None
        }
    }
}

fn aws(reader: &mut Reader, block: &Value, place: &Place) -> Option<Aws> {
    // A `dynamic` block over something unknown may turn out to be absent, so nothing can be planned with it.
    if block.is_unknown() {
        reader.undecided.push(place.clone());
    }
    let Value::List(blocks) = block else {
        return None;
    };
    let (block, place) = (blocks.first()?, &place.index(0));
    if block.is_unknown() {
        reader.undecided.push(place.clone());
        return None;
    }
    let aws = Aws {
        group: reader.cell(
            block.get("security_group_id"),
            &place.field("security_group_id"),
        ),
        prefix_lists: reader.ids(
            block.get("prefix_list_ids"),
            &place.field("prefix_list_ids"),
        ),
        prefix_list_sizes: reader
            .count_map(
                block.get("prefix_list_sizes"),
                &place.field("prefix_list_sizes"),
            )
            .into_iter()
            .map(|(name, size)| (name.into(), size))
            .collect(),
        peer_by: reader
            .word(
                block.get("peer_by"),
                &place.field("peer_by"),
                &PeerBy::WORDS,
                PeerBy::parse,
            )
            .unwrap_or_default(),
        max_rules: reader.count(block.get("max_rules"), &place.field("max_rules")),
    };
    let lists_known = !block.get("prefix_list_ids").is_unknown();
    let group = block.get("security_group_id");
    if group.is_null() && aws.prefix_lists.is_empty() && lists_known {
        let message = "neither `security_group_id` nor `prefix_list_ids` has a value, so the block says nothing";
        reader
            .findings
            .push(Finding::at(Code::BecameNull, place, message));
    }
    // A list that is null is taken out, and its size says nothing.
    let named = |name: &str| matches!(block.get("prefix_list_ids"), Value::Map(lists) if lists.contains_key(name));
    for name in aws
        .prefix_list_sizes
        .keys()
        .filter(|it| lists_known && !named(it))
    {
        let place = place.field("prefix_list_sizes").key(name);
        reader.mistake(
            &place,
            &format!("there is no prefix list `{name}` in `prefix_list_ids`"),
            "take it out, or add the list",
        );
    }
    Some(aws)
}

/// The schema of the block.
pub(super) fn schema() -> Block {
    let texts = || map(Type::String);
    Block {
        description: "A named group of addresses. The label is the zone's name: lower-case letters, digits and single dashes, at most 32 characters. \
                      It is a part of rule keys, so renaming a zone renames its rules."
            .to_owned(),
        attributes: vec![
            required(
                "components",
                list(Type::String),
                "What stands in the zone: `<label>.<component>`, where the label is that of a `product` block, else the name of a product of the catalogue. \
                 `<label>.*` is all of a product's own components and those that it depends on. A component brings along what it also is (a master is also a node) and what runs on it.",
            ),
            optional(
                "trust",
                Type::String,
                &format!("How far the zone is trusted: {}. Default `internal`.", glossary(Trust::ALL, Trust::as_str, Trust::meaning)),
            ),
            optional(
                "ipv4",
                texts(),
                "The zone's IPv4 blocks by name, e.g. `{ a = \"10.0.1.0/24\" }`. The names make rule keys, so a block may be known only after apply. A null value takes its name out.",
            ),
            optional("ipv6", texts(), "The zone's IPv6 blocks by name, as in `ipv4`."),
            optional(
                "advertised_ipv4",
                texts(),
                "The IPv4 blocks that peers dial, by name, where something translates between them and the zone (NAT, a balancer). \
                 Egress rules towards the zone, its own members' among them, name these instead of `ipv4`, `ipv6` and the group.",
            ),
            optional("advertised_ipv6", texts(), "The IPv6 blocks that peers dial, as in `advertised_ipv4`."),
            optional("exact", Type::Bool, "Whether components come alone, without what they also are and what runs on them. Default `false`."),
            optional("description", Type::String, "A note for readers of the configuration. No output holds it."),
        ],
        blocks: vec![at_most_one("aws", aws_schema())],
    }
}

fn aws_schema() -> Block {
    Block {
        description: "The zone on AWS. With `security_group_id` rules are made for it; without, the block only says how the rules of other zones name it.".to_owned(),
        attributes: vec![
            optional(
                "security_group_id",
                Type::String,
                "The zone's security group. It may be known only after apply. Other groups name it by this id, which needs one VPC or a peering in one region.",
            ),
            optional("prefix_list_ids", map(Type::String), "Managed prefix lists that hold the zone's addresses, by name. The ids may be known only after apply."),
            optional(
                "prefix_list_sizes",
                map(Type::Number),
                "The maximum number of entries of each prefix list, from 1, by the same names. AWS counts it against the quota of a group.",
            ),
            optional(
                "peer_by",
                Type::String,
                "How the rules of other zones name this one: `group` (default where there is a group), or `cidr` for its addresses and prefix lists.",
            ),
            optional(
                "max_rules",
                Type::Number,
                &format!("Entries that the group may hold in each direction and address family, from 1. Default {MAX_RULES}, which is AWS's own."),
            ),
        ],
        blocks: Vec::new(),
    }
}
