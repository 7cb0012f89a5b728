//! The `openstack` block of a zone.

use super::super::fields::Reader;
use super::super::schema::{map, optional};
use super::groups::{check_peer_groups, is_left_out, peer_by, peer_by_schema};
use super::{PlatformBlock, no_effect, part, single_block};
use crate::model::cell::MaybeKnownText;
use crate::model::finding::ConfigPath;
use crate::render::openstack::{MAX_RULES, OpenStack};
use crate::terraform::schema::Block;
use crate::terraform::value::{Type, Value};

/// The block in the table of platforms.
pub(super) const BLOCK: PlatformBlock = PlatformBlock {
    name: "openstack",
    schema,
    read: |reader, zone, place| read(reader, zone, place).map(part),
    is_flag: false,
    check: None,
    options: None,
};

/// Reads the block of one zone.
fn read(reader: &mut Reader, zone: &Value, place: &ConfigPath) -> Option<OpenStack> {
    let (block, place) = single_block(reader, zone, "openstack", place)?;
    let at = |name| (block.get(name), place.field(name));
    let (own, own_place) = at("security_group_id");
    let (peers, peers_place) = at("peer_security_group_ids");
    let (most, most_place) = at("max_rules");
    let (deleted, deleted_place) = at("delete_default_rules");
    let openstack = OpenStack {
        group: reader.cell(own, &own_place),
        peer_groups: reader.ids(peers, &peers_place),
        peer_by: peer_by(reader, zone, block, &place),
        max_rules: reader.count(most, &most_place),
        default_rules_deleted: reader.flag(deleted, &deleted_place).unwrap_or(false),
    };
    if openstack.group.is_none() && is_left_out(peers, &openstack.peer_groups) {
        let message = "neither `security_group_id` nor `peer_security_group_ids` is set, so the block has no effect";
        no_effect(reader, &place, message);
    }
    if let Some(group) = &openstack.group {
        check_id(reader, group, &own_place);
    }
    for (name, group) in &openstack.peer_groups {
        check_id(reader, group, &peers_place.key(name));
    }
    let own = openstack.group.iter();
    let own = own.map(|id| ("security_group_id", id));
    let peers = &openstack.peer_groups;
    check_peer_groups(reader, own, peers, &peers_place, str::to_lowercase);
    Some(openstack)
}

/// Refuses what cannot be the id of a group.
fn check_id(reader: &mut Reader, id: &MaybeKnownText, place: &ConfigPath) {
    let wrong = |it: char| it.is_whitespace() || matches!(it, '/' | ':');
    if let Some(id) = id.known().filter(|it| it.contains(wrong)) {
        let message = format!("`{id}` is not the id of a security group");
        let remedy =
            "write its id (a UUID), not its name, e.g. `openstack_networking_secgroup_v2.this.id`";
        reader.mistake(place, &message, remedy);
    }
}

/// The schema of the block.
fn schema() -> Block {
    Block {
        description: "The zone on OpenStack. With `security_group_id`, rules are created for it unless `enforce = false`; without, the block only says how rules of other zones refer to it. \
            The group must be stateful, as OpenStack makes it by default."
            .to_owned(),
        attributes: vec![
            optional(
                "security_group_id",
                Type::String,
                "The zone's security group. May be known only after apply. Other groups refer to it by this id, which requires one project.",
            ),
            optional(
                "peer_security_group_ids",
                map(Type::String),
                "More security groups of the zone's members, by name, e.g. groups of another team. Rules that refer to the zone, those among its own members included, \
                    have one row for `security_group_id` and one for each of these. No rules are created for them. The ids may be known only after apply.",
            ),
            peer_by_schema("its security groups", "its addresses"),
            optional(
                "max_rules",
                Type::Number,
                &format!(
                    "Rules that the project may have, in all groups and both directions together, at least 1. Default {MAX_RULES}, as on OpenStack. \
                        All zones count as one project; if they differ, the lowest number counts. Rules that are not created here count too: those of the project's \
                        `default` group, and the two egress rules of each new group."
                ),
            ),
            optional(
                "delete_default_rules",
                Type::Bool,
                "Whether the group was created with `delete_default_rules = true`. Otherwise OpenStack gives it two rules that allow all egress, and the finding \
                    `default-open` reports that egress rules have no effect. Default `false`.",
            ),
        ],
        blocks: Vec::new(),
    }
}
