//! The `aws` block of a zone.

use super::super::fields::Reader;
use super::super::schema::{map, optional};
use super::{PlatformBlock, part, report_duplicate_ids, single_block};
use crate::model::cell::ByName;
use crate::model::code::Code;
use crate::model::finding::{ConfigPath, Finding};
use crate::model::platform::PeerBy;
use crate::render::aws::Aws;
use crate::render::aws::{MAX_GROUPS, MAX_PER_INTERFACE, MAX_RULES};
use crate::terraform::schema::Block;
use crate::terraform::value::{Type, Value};
use std::sync::Arc;

/// The block in the table of platforms.
pub(super) const BLOCK: PlatformBlock = PlatformBlock {
    name: "aws",
    schema,
    read: |reader, zone, place| read(reader, zone, place).map(part),
    check: None,
    options: None,
};

/// Reads the block of one zone.
fn read(reader: &mut Reader, zone: &Value, place: &ConfigPath) -> Option<Aws> {
    let (block, place) = single_block(reader, zone, "aws", place)?;
    let group = reader.cell(
        block.get("security_group_id"),
        &place.field("security_group_id"),
    );
    let max_rules = reader.count(block.get("max_rules"), &place.field("max_rules"));
    let groups = groups(reader, block, &place, max_rules);
    let first = groups.values().next().cloned();
    let aws = Aws {
        group: group.or(first),
        groups,
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
        max_rules,
    };
    let lists_known = !block.get("prefix_list_ids").is_unknown();
    let groups_known = !block.get("security_group_ids").is_unknown();
    if aws.group.is_none() && aws.prefix_lists.is_empty() && lists_known && groups_known {
        let message =
            "neither `security_group_id` nor `prefix_list_ids` is set, so the block has no effect";
        reader
            .findings
            .push(Finding::for_argument(Code::BecameNull, &place, message));
    }
    // A null list is removed, and its size has no effect.
    let named = |name: &str| matches!(block.get("prefix_list_ids"), Value::Map(lists) if lists.contains_key(name));
    for name in aws
        .prefix_list_sizes
        .keys()
        .filter(|it| lists_known && !named(it))
    {
        let place = place.field("prefix_list_sizes").key(name);
        reader.mistake(
            &place,
            &format!("`prefix_list_ids` has no prefix list `{name}`"),
            "remove it, or add the list",
        );
    }
    Some(aws)
}

/// The groups over which rules are spread, within what an interface takes.
fn groups(
    reader: &mut Reader,
    block: &Value,
    place: &ConfigPath,
    max_rules: Option<u32>,
) -> ByName<Arc<str>> {
    let groups = reader.ids(
        block.get("security_group_ids"),
        &place.field("security_group_ids"),
    );
    if !groups.is_empty() && !block.get("security_group_id").is_null() {
        let message = "`security_group_id` and `security_group_ids` cannot both be set";
        reader.mistake(
            &place.field("security_group_ids"),
            message,
            "set one group in the first, or all of them in the second",
        );
    }
    report_duplicate_ids(reader, &groups, &place.field("security_group_ids"), |id| {
        id.to_owned()
    });
    let most = reader
        .count(block.get("max_groups"), &place.field("max_groups"))
        .unwrap_or(MAX_GROUPS);
    let count = u32::try_from(groups.len()).unwrap_or(u32::MAX);
    if count > most {
        let message = format!("{count} groups are set, but an interface can have {most}");
        reader.mistake(
            &place.field("security_group_ids"),
            &message,
            "remove some, or set `max_groups` if the quota was raised",
        );
    }
    let rules = max_rules.unwrap_or(MAX_RULES);
    if count > 1 && rules.saturating_mul(count) > MAX_PER_INTERFACE {
        let message = format!(
            "{count} groups of {rules} rules make {} per interface, but AWS allows {MAX_PER_INTERFACE}",
            rules.saturating_mul(count)
        );
        reader.mistake(
            &place.field("max_rules"),
            &message,
            "lower `max_rules`, or remove groups from `security_group_ids`",
        );
    }
    groups
}

/// The schema of the block.
fn schema() -> Block {
    Block {
        description: "The zone on AWS. With `security_group_id`, rules are created for it; without, the block only says how rules of other zones refer to it.".to_owned(),
        attributes: vec![
            optional(
                "security_group_id",
                Type::String,
                "The zone's security group. May be known only after apply. Other groups refer to it by this id, which requires one VPC, or a peering in one region.",
            ),
            optional(
                "security_group_ids",
                map(Type::String),
                "Several groups by name, instead of `security_group_id`; the zone's interfaces must have all of them. \
                    Rules beyond the quota of one group are spread over the others. A rule that stays keeps its group. \
                    Rules of other zones refer to the zone by the first group in order of names, and keep the group that they use while it exists.",
            ),
            optional(
                "max_groups",
                Type::Number,
                &format!("Groups that an interface may have, at least 1. Default {MAX_GROUPS}, as on AWS. With more than one group, groups times rules must not exceed {MAX_PER_INTERFACE}."),
            ),
            optional("prefix_list_ids", map(Type::String), "Managed prefix lists that contain the zone's addresses, by name. The ids may be known only after apply."),
            optional(
                "prefix_list_sizes",
                map(Type::Number),
                "The maximum number of entries of each prefix list, at least 1, by the same names. AWS counts it against the quota of a group.",
            ),
            optional(
                "peer_by",
                Type::String,
                "How rules of other zones refer to this one: `group` (the default if there is a group), or `cidr` for its addresses and prefix lists.",
            ),
            optional(
                "max_rules",
                Type::Number,
                &format!("Entries that the group may have in each direction and address family, at least 1. Default {MAX_RULES}, as on AWS."),
            ),
        ],
        blocks: Vec::new(),
    }
}
