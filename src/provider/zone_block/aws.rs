//! The `aws` block of a zone.

use super::super::fields::Reader;
use super::super::schema::{map, optional};
use super::{only, twice};
use crate::model::cell::Named;
use crate::model::code::Code;
use crate::model::finding::{Finding, Place};
use crate::model::platform::{Aws, PeerBy};
use crate::render::aws::{MAX_GROUPS, MAX_PER_INTERFACE, MAX_RULES};
use crate::terraform::schema::Block;
use crate::terraform::value::{Type, Value};
use std::sync::Arc;

/// Reads the block of one zone.
pub(super) fn read(reader: &mut Reader, zone: &Value, place: &Place) -> Option<Aws> {
    let (block, place) = only(reader, zone, "aws", place)?;
    let group = reader.cell(
        block.get("security_group_id"),
        &place.field("security_group_id"),
    );
    let groups = groups(reader, block, &place);
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
        max_rules: reader.count(block.get("max_rules"), &place.field("max_rules")),
    };
    let lists_known = !block.get("prefix_list_ids").is_unknown();
    let groups_known = !block.get("security_group_ids").is_unknown();
    if aws.group.is_none() && aws.prefix_lists.is_empty() && lists_known && groups_known {
        let message = "neither `security_group_id` nor `prefix_list_ids` has a value, so the block says nothing";
        reader
            .findings
            .push(Finding::at(Code::BecameNull, &place, message));
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

/// The groups over which rules are spread, within what an interface takes.
fn groups(reader: &mut Reader, block: &Value, place: &Place) -> Named<Arc<str>> {
    let groups = reader.ids(
        block.get("security_group_ids"),
        &place.field("security_group_ids"),
    );
    if !groups.is_empty() && !block.get("security_group_id").is_null() {
        let message = "`security_group_id` and `security_group_ids` are both given";
        reader.mistake(
            &place.field("security_group_ids"),
            message,
            "give one group by the first, or all of them by the second",
        );
    }
    twice(reader, &groups, &place.field("security_group_ids"), |id| {
        id.to_owned()
    });
    let most = reader
        .count(block.get("max_groups"), &place.field("max_groups"))
        .unwrap_or(MAX_GROUPS);
    let count = u32::try_from(groups.len()).unwrap_or(u32::MAX);
    if count > most {
        let message = format!("there are {count} groups, and an interface takes {most}");
        reader.mistake(
            &place.field("security_group_ids"),
            &message,
            "take some out, or where the quota was raised, say so in `max_groups`",
        );
    }
    let rules = reader
        .count(block.get("max_rules"), &place.field("max_rules"))
        .unwrap_or(MAX_RULES);
    if count > 1 && rules.saturating_mul(count) > MAX_PER_INTERFACE {
        let message = format!(
            "{count} groups of {rules} rules are {} for an interface, and AWS takes {MAX_PER_INTERFACE}",
            rules.saturating_mul(count)
        );
        reader.mistake(
            &place.field("max_rules"),
            &message,
            "lower `max_rules`, or take groups out of `security_group_ids`",
        );
    }
    groups
}

/// The schema of the block.
pub(super) fn schema() -> Block {
    Block {
        description: "The zone on AWS. With `security_group_id` rules are made for it; without, the block only says how the rules of other zones name it.".to_owned(),
        attributes: vec![
            optional(
                "security_group_id",
                Type::String,
                "The zone's security group. It may be known only after apply. Other groups name it by this id, which needs one VPC or a peering in one region.",
            ),
            optional(
                "security_group_ids",
                map(Type::String),
                "Several groups, all of which the zone's interfaces have, by name, in place of `security_group_id`: rules beyond the quota of one group are spread over them. \
                 A rule that stays keeps its group. Rules of other zones name the zone by the first, in the order of names, and go on naming it by the one that they have while it is there.",
            ),
            optional(
                "max_groups",
                Type::Number,
                &format!("Groups that an interface may have, from 1. Default {MAX_GROUPS}, which is AWS's own. With more than one, groups times rules must be within {MAX_PER_INTERFACE}."),
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
