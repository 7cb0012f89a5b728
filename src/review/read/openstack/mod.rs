//! OpenStack security groups: what is read of them, and how.

mod rule;
mod unread;

pub use rule::{Row, read};

use super::attributes::Attributes;
use super::mistake::Mistake;
use super::platform::{
    Actual, Counted, DefaultEgress, Facts, Found, Import, Links, Place, Platform, Quota, RuleRead,
    Wanted, Words,
};
use crate::model::platform::PlatformId;
use crate::model::words::Direction;
use crate::render::openstack::{COLUMNS, MAX_RULES};
use crate::review::rule::Rule;

/// The row of OpenStack.
pub const PLATFORM: Platform = Platform {
    id: PlatformId::OpenStack,
    wanted: &[Wanted {
        argument: "openstack_rules",
        direction: None,
        columns: COLUMNS,
        required: REQUIRED,
    }],
    actual: Actual {
        argument: "actual_openstack",
        description: "Existing rules: objects with the `id` of each rule and the arguments of `openstack_networking_secgroup_rule_v2`. \
            Every group that these or the wanted rules name is reviewed.",
        by_group: false,
        columns: COLUMNS,
        omitted: &[],
        texts: &[(
            "id",
            "The id of the rule, which findings and `import` blocks name.",
        )],
        flags: &[],
        required: REQUIRED,
    },
    resources: &["openstack_networking_secgroup_rule_v2"],
    unread: unread::UNREAD,
    network_of: |_, _| None,
    zone_block: "openstack",
    owners: &[],
    words: Words {
        point: "security group",
        scope: "project",
        defaults: "the platform's defaults apply",
    },
    facts: Facts {
        ignores_case: false,
        has_unique_rules: true,
        shares_points: false,
        members: Some(rule::GROUP),
        default_egress: Some(DefaultEgress {
            meaning: "one of the rules that OpenStack adds to a new group",
            removal: "`openstack_networking_secgroup_v2` removes it when it creates a group with `delete_default_rules = true`",
        }),
        is_internet: |_| false,
        quota: Quota {
            limit: MAX_RULES,
            counted: Counted::Scope,
        },
    },
    links: &Links {
        types: &["openstack_networking_secgroup_v2"],
        name: "id",
        attributes: &["id"],
        own: &["security_group_id"],
        peers: &["remote_group_id"],
        spread: None,
    },
    read_wanted,
    read_actual,
    check_groups: |_| Vec::new(),
    read_resource,
    read_zone,
};

const REQUIRED: &[&str] = &["direction", "ethertype", "security_group_id"];

fn read_wanted(key: &str, _: Option<Direction>, row: &mut dyn Attributes) -> RuleRead {
    read(&one(key, row)).map(Some)
}

fn read_actual(
    at: &str,
    _: Option<&str>,
    row: &mut dyn Attributes,
) -> Result<Option<(Rule, Import)>, Mistake> {
    let id = row.text("id");
    let rule = read(&one(id.as_deref().unwrap_or(at), row))?;
    Ok(Some((rule, Import { id, name: None })))
}

fn read_zone(block: &mut dyn Attributes) -> Vec<Place> {
    let groups = block.texts(&["security_group_id"]);
    let places = groups.iter().map(|it| Place {
        point: rule::point(it),
        targets: Vec::new(),
    });
    places.collect()
}

fn read_resource(_: &str, address: &str, resource: &mut dyn Attributes) -> Vec<Found> {
    let row = one(address, resource);
    // The provider sets the peers that the user omits, so an unknown one does not make the rule unknown.
    vec![Found {
        id: row.id.clone(),
        detail: None,
        element: None,
        name: resource.label("id"),
        mirrors: false,
        marks: resource.marks().clone(),
        rule: read(&row).map(Some),
        point: row.security_group_id.as_deref().map(rule::point),
    }]
}

fn one(id: &str, row: &mut dyn Attributes) -> Row {
    let prefix = row.texts_if_known("remote_ip_prefix");
    let group = row.texts_if_known("remote_group_id");
    let address_group = row.texts_if_known("remote_address_group_id");
    // Only one of the three can be given, and the provider sets the others: unknown ones are empty if one is known.
    let peers = [&prefix, &group, &address_group];
    let is_open = peers.iter().any(|it| it.is_none());
    let is_given = peers.into_iter().flatten().any(|it| !it.is_empty());
    row.marks().unknown |= is_open && !is_given;
    let first = |texts: Option<Vec<String>>| texts.into_iter().flatten().next();
    Row {
        id: id.to_owned(),
        security_group_id: row.text("security_group_id"),
        direction: row.text("direction"),
        ethertype: row.text("ethertype"),
        protocol: row.text("protocol"),
        port_range_min: row.number("port_range_min"),
        port_range_max: row.number("port_range_max"),
        remote_ip_prefix: first(prefix),
        remote_group_id: first(group),
        remote_address_group_id: first(address_group),
    }
}
