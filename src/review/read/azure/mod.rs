//! Azure network security groups: what is read of them, and how.

mod rule;
mod unread;

pub use rule::{Row, application_security_group, read, service_tag};

use super::attributes::Attributes;
use super::mistake::Mistake;
use super::platform::{
    Actual, Counted, ExistingRead, Facts, Found, Import, Links, Place, Platform, Quota, RuleRead,
    Wanted, Words,
};
use crate::model::platform::PlatformId;
use crate::model::words::Direction;
use crate::render::azure::{COLUMNS, MAX_RULES};
use std::collections::BTreeMap;

/// The row of Azure.
pub const PLATFORM: Platform = Platform {
    id: PlatformId::Azure,
    wanted: &[Wanted {
        argument: "azure_rules",
        direction: None,
        columns: COLUMNS,
        required: &[
            "direction",
            "access",
            "priority",
            "protocol",
            "resource_group_name",
            "network_security_group_name",
        ],
    }],
    actual: Actual {
        argument: "actual_azure",
        description: "Existing rules: `security_rule` of `data \"azurerm_network_security_group\"`, by the group's `id`, or by `<resource group>/<name>`. \
            Only rules under an `id` can have `import` blocks.",
        by_group: true,
        columns: COLUMNS,
        omitted: &["resource_group_name", "network_security_group_name"],
        texts: &[],
        flags: &[],
        required: &["direction", "access", "priority", "protocol", "name"],
    },
    resources: &[
        "azurerm_network_security_group",
        "azurerm_network_security_rule",
    ],
    unread: unread::UNREAD,
    network_of: |_, _| None,
    zone_block: "azure",
    owners: &[super::platform::Owner {
        kind: "azurerm_network_security_group",
        blocks: &[("security_rule", Direction::ALL)],
        point: None,
        adopts: None,
    }],
    words: Words {
        point: "network security group",
        scope: "resource group",
        defaults: "VNet and internet defaults apply",
    },
    facts: Facts {
        ignores_case: true,
        has_unique_rules: true,
        shares_points: false,
        members: None,
        default_egress: None,
        is_internet: |it| rule::is_of_everyone(it),
        quota: Quota {
            limit: MAX_RULES,
            counted: Counted::Point,
        },
    },
    links: &Links {
        types: &["azurerm_network_security_group", "azurerm_resource_group"],
        name: "name",
        attributes: &["name"],
        own: &["network_security_group_name", "resource_group_name"],
        peers: &[],
        spread: None,
    },
    read_wanted,
    read_actual,
    check_groups,
    read_resource,
    read_zone,
};

fn read_wanted(key: &str, _: Option<Direction>, row: &mut dyn Attributes) -> RuleRead {
    read(&separate(key, row)).map(Some)
}

fn read_actual(at: &str, group: Option<&str>, row: &mut dyn Attributes) -> ExistingRead {
    let group = group.unwrap_or_default();
    let (short, is_id) = short(group);
    let name = row.text("name");
    let id = match &name {
        Some(name) => format!("{short}/{name}"),
        None => at.to_owned(),
    };
    let place = Row::at(&short)?;
    let row = in_group(
        &id,
        place.resource_group_name,
        place.network_security_group_name,
        row,
    );
    let import = Import {
        id: (name.as_ref().filter(|_| is_id)).map(|name| format!("{group}/securityRules/{name}")),
        name,
    };
    Ok(Some((read(&row)?, import)))
}

/// Keys that name no group, or one that another key names too.
fn check_groups(keys: &[&str]) -> Vec<(usize, Mistake)> {
    let mut known: BTreeMap<String, &str> = BTreeMap::new();
    let mut wrong = Vec::new();
    for (at, key) in keys.iter().enumerate() {
        let (short, _) = short(key);
        if let Err(mistake) = Row::at(&short) {
            wrong.push((at, mistake));
        } else if let Some(first) = known.insert(short.to_lowercase(), key) {
            let mistake = Mistake {
                field: "",
                message: format!(
                    "`{key}` and `{first}` are the same group to the review, which ignores subscriptions"
                ),
                remedy: "review each subscription separately".to_owned(),
            };
            wrong.push((at, mistake));
        }
    }
    wrong
}

/// `<resource group>/<name>` of a key of `actual_azure`, and whether the key is the group's id.
fn short(key: &str) -> (String, bool) {
    let parts: Vec<&str> = key.trim_start_matches('/').split('/').collect();
    let word = |at: usize, word: &str| parts[at].eq_ignore_ascii_case(word);
    let is_id = parts.len() == 8
        && word(0, "subscriptions")
        && word(2, "resourceGroups")
        && word(6, "networkSecurityGroups");
    let short = if is_id {
        format!("{}/{}", parts[3], parts[7])
    } else {
        key.to_owned()
    };
    (short, is_id)
}

fn read_zone(block: &mut dyn Attributes) -> Vec<Place> {
    let point = rule::point(&separate("", block)).ok();
    let place = point.map(|point| Place {
        point,
        targets: Vec::new(),
    });
    place.into_iter().collect()
}

fn read_resource(kind: &str, address: &str, resource: &mut dyn Attributes) -> Vec<Found> {
    if kind == "azurerm_network_security_rule" {
        let row = separate(address, resource);
        return vec![found(&row, resource, false)];
    }
    let group = resource.text("resource_group_name");
    let name = resource.text("name");
    let marks = resource.marks().clone();
    let blocks = resource.nested("security_rule").into_iter();
    blocks
        .map(|mut block| {
            let id = match block.label("name") {
                Some(name) => format!("{address}.security_rule[{name:?}]"),
                None => format!("{address}.security_rule"),
            };
            let row = in_group(&id, group.clone(), name.clone(), &mut *block);
            let found = found(&row, &mut *block, true);
            Found {
                marks: marks.with(&found.marks),
                ..found
            }
        })
        .collect()
}

fn found(row: &Row, of: &mut dyn Attributes, mirrors: bool) -> Found {
    Found {
        id: row.id.clone(),
        detail: None,
        element: None,
        name: of.label("name"),
        mirrors,
        marks: of.marks().clone(),
        rule: read(row).map(Some),
        point: rule::point(row).ok(),
    }
}

/// A rule that names its group.
fn separate(id: &str, row: &mut dyn Attributes) -> Row {
    let group = row.text("resource_group_name");
    let name = row.text("network_security_group_name");
    in_group(id, group, name, row)
}

/// A rule of a group.
fn in_group(
    id: &str,
    resource_group_name: Option<String>,
    network_security_group_name: Option<String>,
    row: &mut dyn Attributes,
) -> Row {
    let mut both = |one: &str| row.texts(&[one, &plural(one)]);
    Row {
        source_port_ranges: both("source_port_range"),
        destination_port_ranges: both("destination_port_range"),
        source_address_prefixes: both("source_address_prefix"),
        destination_address_prefixes: both("destination_address_prefix"),
        id: id.to_owned(),
        resource_group_name,
        network_security_group_name,
        direction: row.text("direction"),
        access: row.text("access"),
        priority: row.number("priority"),
        protocol: row.text("protocol"),
        source_application_security_group_ids: row
            .texts(&["source_application_security_group_ids"]),
        destination_application_security_group_ids: row
            .texts(&["destination_application_security_group_ids"]),
    }
}

fn plural(field: &str) -> String {
    let es = if field.ends_with('x') { "es" } else { "s" };
    format!("{field}{es}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_is_named_by_its_id_or_by_its_resource_group_and_name() {
        let id = "/subscriptions/0/resourceGroups/Edge/providers/Microsoft.Network/networkSecurityGroups/dmz";
        for (key, is_id) in [("Edge/dmz", false), (id, true), (&id.to_lowercase(), true)] {
            let (short, found) = short(key);
            assert_eq!(found, is_id, "{key}");
            assert!(short.eq_ignore_ascii_case("Edge/dmz"), "{key}: {short}");
            assert_eq!(check_groups(&[key]), []);
        }
        let rule = format!("{id}/securityRules/x");
        for key in ["", "dmz", "a/", "/b", "a/b/c", &rule] {
            assert_eq!(check_groups(&[key]).len(), 1, "{key}");
        }
        let twice = check_groups(&[id, "other/dmz", "edge/DMZ"]);
        assert_eq!(twice.len(), 1);
        assert!(twice[0].0 == 2 && twice[0].1.message.contains("subscriptions"));
    }
}
