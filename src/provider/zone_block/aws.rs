//! The `aws` block of a zone.

use super::super::fields::Reader;
use super::super::schema::{map, optional};
use super::groups::{
    check_peer_groups, is_left_out, is_peer_only, peer_by, peer_by_schema, report_duplicates,
};
use super::{PlatformBlock, no_effect, part, single_block};
use crate::model::cell::{ByName, MaybeKnownText};
use crate::model::finding::ConfigPath;
use crate::render::aws::{Aws, MAX_GROUPS, MAX_PER_INTERFACE, MAX_RULES, without_account};
use crate::terraform::schema::Block;
use crate::terraform::value::{Type, Value};
use std::sync::Arc;

/// The block in the table of platforms.
pub(super) const BLOCK: PlatformBlock = PlatformBlock {
    name: "aws",
    schema,
    read: |reader, zone, place| read(reader, zone, place).map(part),
    is_flag: false,
    check: None,
    options: None,
};

/// Reads the block of one zone.
fn read(reader: &mut Reader, zone: &Value, place: &ConfigPath) -> Option<Aws> {
    let (block, place) = single_block(reader, zone, "aws", place)?;
    let at = |name| (block.get(name), place.field(name));
    let (own, own_place) = at("security_group_id");
    let (spread, spread_place) = at("spread_security_group_ids");
    let (peers, peers_place) = at("peer_security_group_ids");
    let (lists, lists_place) = at("prefix_list_ids");
    let (sizes, sizes_place) = at("prefix_list_sizes");
    let (most, most_place) = at("max_rules");
    let group = reader.cell(own, &own_place);
    let max_rules = reader.count(most, &most_place);
    let groups = groups(reader, block, &place, max_rules);
    let first = groups.values().next().cloned();
    let aws = Aws {
        group: group.or(first),
        groups,
        peer_groups: reader.ids(peers, &peers_place),
        prefix_lists: reader.ids(lists, &lists_place),
        prefix_list_sizes: reader
            .count_map(sizes, &sizes_place)
            .into_iter()
            .map(|(name, size)| (name.into(), size))
            .collect(),
        peer_by: peer_by(reader, zone, block, &place),
        max_rules,
    };
    let is_known = !lists.is_unknown() && !spread.is_unknown();
    if aws.group.is_none()
        && aws.prefix_lists.is_empty()
        && is_left_out(peers, &aws.peer_groups)
        && is_known
    {
        let message = "none of `security_group_id`, `peer_security_group_ids` and `prefix_list_ids` is set, so the block has no effect";
        no_effect(reader, &place, message);
    }
    let is_peer_only = is_peer_only(zone);
    let own = aws.group.iter().filter(|_| aws.groups.is_empty());
    for id in own.clone() {
        check_id(reader, id, &own_place, is_peer_only);
    }
    for (name, id) in &aws.groups {
        check_id(reader, id, &spread_place.key(name), is_peer_only);
    }
    for (name, id) in &aws.peer_groups {
        check_id(reader, id, &peers_place.key(name), true);
    }
    let own = own.map(|id| ("security_group_id", id));
    let spread = aws.groups.values();
    let own = own.chain(spread.map(|id| ("spread_security_group_ids", id)));
    check_peer_groups(reader, own, &aws.peer_groups, &peers_place, same);
    // A null list is removed, and its size has no effect.
    let named = |name: &str| matches!(lists, Value::Map(lists) if lists.contains_key(name));
    for name in aws
        .prefix_list_sizes
        .keys()
        .filter(|it| !lists.is_unknown() && !named(it))
    {
        reader.mistake(
            &sizes_place.key(name),
            &format!("`prefix_list_ids` has no prefix list `{name}`"),
            "remove it, or add the list",
        );
    }
    Some(aws)
}

/// Equal texts for ids of one group.
fn same(id: &str) -> String {
    without_account(id).to_owned()
}

/// Digits of the number of an account.
/// Source: AWS Account Management Reference Guide, "View AWS account identifiers".
const ACCOUNT_DIGITS: usize = 12;

/// Refuses what cannot be the id of a group, and a group of another account where rules would be created in it.
fn check_id(reader: &mut Reader, id: &MaybeKnownText, place: &ConfigPath, is_peer: bool) {
    let Some(id) = id.known() else { return };
    let (account, group) = id.split_once('/').unwrap_or(("", id));
    let is_account =
        account.len() == ACCOUNT_DIGITS && account.bytes().all(|it| it.is_ascii_digit());
    let wrong = |it: char| it.is_whitespace() || matches!(it, '/' | ':');
    if group.is_empty() || group.contains(wrong) || !(is_account || group.len() == id.len()) {
        let message = format!("`{id}` is not the id of a security group");
        let remedy = "write its id, e.g. `aws_security_group.this.id`, not its name or ARN; a group of another account is `<account>/<id>`, e.g. `222222222222/sg-0123456789abcdef0`";
        reader.mistake(place, &message, remedy);
    } else if is_account && !is_peer {
        let message = format!(
            "`{id}` is a group of account `{account}`, but rules for the zone would be created in it"
        );
        let remedy = "set `enforce = false` if the zone is only a peer, or write the id without the account if the group is your own";
        reader.mistake(place, &message, remedy);
    }
}

/// The groups over which rules are spread, within what an interface takes.
fn groups(
    reader: &mut Reader,
    block: &Value,
    place: &ConfigPath,
    max_rules: Option<u32>,
) -> ByName<Arc<str>> {
    let groups = reader.ids(
        block.get("spread_security_group_ids"),
        &place.field("spread_security_group_ids"),
    );
    if !groups.is_empty() && !block.get("security_group_id").is_null() {
        let message = "`security_group_id` and `spread_security_group_ids` cannot both be set";
        reader.mistake(
            &place.field("spread_security_group_ids"),
            message,
            "set one group in the first, or all of them in the second",
        );
    }
    report_duplicates(
        reader,
        &groups,
        &place.field("spread_security_group_ids"),
        same,
    );
    let most = reader
        .count(block.get("max_groups"), &place.field("max_groups"))
        .unwrap_or(MAX_GROUPS);
    let count = u32::try_from(groups.len()).unwrap_or(u32::MAX);
    if count > most {
        let message = format!("{count} groups are set, but an interface can have {most}");
        reader.mistake(
            &place.field("spread_security_group_ids"),
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
            "lower `max_rules`, or remove groups from `spread_security_group_ids`",
        );
    }
    groups
}

/// The schema of the block.
fn schema() -> Block {
    Block {
        description: "The zone on AWS. With `security_group_id`, rules are created for it unless `enforce = false`; without, the block only says how rules of other zones refer to it.".to_owned(),
        attributes: vec![
            optional(
                "security_group_id",
                Type::String,
                "The zone's security group. May be known only after apply. Other groups refer to it by this id, which requires one VPC, or a peering in one region. \
                    With `enforce = false`, it may be a group of another account, as in `peer_security_group_ids`.",
            ),
            optional(
                "spread_security_group_ids",
                map(Type::String),
                "Several groups by name over which the zone's rules are spread, instead of `security_group_id`; the zone's interfaces must have all of them. \
                    Rules beyond the quota of one group are spread over the others. A rule that stays keeps its group. \
                    Rules of other zones refer to the zone by the first group in order of names, and keep the group that they use while it exists.",
            ),
            optional(
                "peer_security_group_ids",
                map(Type::String),
                "More security groups of the zone's members, by name, e.g. the groups of another team. Rules that refer to the zone, those among its own members included, \
                    have one row for `security_group_id` and one for each of these, so adding one removes no other. No rules are created for them. \
                    The ids may be known only after apply. Write a group of another account as `<account>/<id>`, e.g. `222222222222/sg-0123456789abcdef0`, \
                    and a group of your own account without the account: AWS returns its id without it, and every plan would show a change.",
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
            peer_by_schema("its security groups", "its addresses and prefix lists"),
            optional(
                "max_rules",
                Type::Number,
                &format!("Entries that the group may have in each direction and address family, at least 1. Default {MAX_RULES}, as on AWS."),
            ),
        ],
        blocks: Vec::new(),
    }
}
