//! Firewall rules of Google Cloud: what is read of them, and how.

mod rule;
mod unread;

pub use rule::{Block, Row, network_tag, read, service_account};

use super::attributes::Attributes;
use super::platform::{
    Actual, Counted, ExistingRead, Facts, Found, Import, Links, Place, Platform, Quota, Wanted,
    Words,
};
use crate::model::platform::PlatformId;
use crate::render::gcp::{COLUMNS, MAX_RULES};

/// The row of Google Cloud.
pub const PLATFORM: Platform = Platform {
    id: PlatformId::Gcp,
    wanted: &[Wanted {
        argument: "gcp_rules",
        direction: None,
        columns: COLUMNS,
        required: &["network"],
    }],
    actual: Actual {
        argument: "actual_gcp",
        description: "Existing rules: firewall rules with the arguments of `google_compute_firewall`. Rules that are `disabled` are ignored.",
        by_group: false,
        columns: COLUMNS,
        omitted: &[],
        texts: &[],
        flags: &[("disabled", "Whether the rule is off.")],
        required: &["name", "network"],
    },
    resources: &["google_compute_firewall"],
    unread: unread::UNREAD,
    network_of: |_, _| None,
    zone_block: "gcp",
    owners: &[],
    words: Words {
        point: "network",
        scope: "project",
        defaults: "the platform's defaults apply",
    },
    facts: Facts {
        ignores_case: false,
        has_unique_rules: false,
        shares_points: true,
        members: None,
        default_egress: None,
        is_internet: |_| false,
        quota: Quota {
            limit: MAX_RULES,
            counted: Counted::Scope,
        },
    },
    links: &Links {
        types: &["google_compute_network"],
        name: "name",
        attributes: &["id", "name", "self_link"],
        own: &["network"],
        peers: &[],
        spread: None,
    },
    read_wanted: |key, _, row| read(&firewall(key, row)),
    read_actual,
    check_groups: |_| Vec::new(),
    read_resource,
    read_zone,
};

fn read_actual(at: &str, _: Option<&str>, row: &mut dyn Attributes) -> ExistingRead {
    let (name, project) = (row.text("name"), row.text("project"));
    let rule = read(&firewall(name.as_deref().unwrap_or(at), row))?;
    let id = name.as_ref().map(|name| match project {
        Some(project) => format!("projects/{project}/global/firewalls/{name}"),
        None => name.clone(),
    });
    Ok(rule.map(|rule| (rule, Import { id, name })))
}

fn read_zone(block: &mut dyn Attributes) -> Vec<Place> {
    let tags = block.texts(&["target_tags"]);
    let accounts = block.texts(&["service_accounts"]);
    let network = rule::point(&firewall("", block)).ok();
    let place = network.map(|point| Place {
        point,
        targets: rule::named(&tags, &accounts),
    });
    place.into_iter().collect()
}

fn read_resource(_: &str, address: &str, resource: &mut dyn Attributes) -> Vec<Found> {
    let row = firewall(address, resource);
    vec![Found {
        id: address.to_owned(),
        detail: None,
        element: None,
        name: resource.label("name"),
        mirrors: false,
        marks: resource.marks().clone(),
        rule: read(&row),
        point: rule::point(&row).ok(),
    }]
}

fn firewall(id: &str, of: &mut dyn Attributes) -> Row {
    let mut blocks = |name| {
        let blocks = of.blocks(name).into_iter();
        blocks
            .map(|mut it| Block {
                protocol: it.text("protocol"),
                ports: it.texts(&["ports"]),
            })
            .collect()
    };
    let (allow, deny) = (blocks("allow"), blocks("deny"));
    // The provider sets the direction that the user omits: ingress.
    let direction = of.texts_if_known("direction").unwrap_or_default();
    let direction = direction.into_iter().next();
    let is_egress = direction.as_deref() == Some("EGRESS");
    let source_tags = of.texts(&["source_tags"]);
    let source_service_accounts = of.texts(&["source_service_accounts"]);
    let source_ranges = of.texts_if_known("source_ranges");
    let destination_ranges = of.texts_if_known("destination_ranges");
    of.marks().unknown |= if is_egress {
        destination_ranges.is_none()
    } else {
        source_ranges.is_none() && source_tags.is_empty() && source_service_accounts.is_empty()
    };
    let project = of.texts_if_known("project").unwrap_or_default();
    Row {
        id: id.to_owned(),
        network: of.text("network"),
        project: project.into_iter().next(),
        direction,
        priority: of.number("priority"),
        disabled: of.flag("disabled") == Some(true),
        source_ranges: source_ranges.unwrap_or_default(),
        destination_ranges: destination_ranges.unwrap_or_default(),
        source_tags,
        source_service_accounts,
        target_tags: of.texts(&["target_tags"]),
        target_service_accounts: of.texts(&["target_service_accounts"]),
        allow,
        deny,
    }
}
