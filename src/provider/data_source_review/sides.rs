//! The two sides of a review: what is wanted and what is in place, as rules.

use super::super::fields::Reader;
use super::import::ImportBlocker;
use super::rows::{aws_row, azure_row, gcp_row, intent_row, text};
use crate::model::finding::ConfigPath;
use crate::model::name::backticked;
use crate::model::words::Direction;
use crate::review::ReviewInput;
use crate::review::read::mistake::Mistake;
use crate::review::read::{aws, azure, gcp, intent};
use crate::review::rule::{EnforcementPoint, Platform, Rule};
use crate::terraform::value::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The arguments that hold what is wanted.
pub(super) const WANTED: [&str; 4] = ["aws_ingress", "aws_egress", "azure_rules", "gcp_rules"];

/// Mistakes after which no more rows are read: whoever has so many finds the rest alike.
const MAX_MISTAKES: usize = 20;

/// Both sides.
#[derive(Default)]
pub(super) struct Sides {
    pub(super) estate: ReviewInput,
    /// Where each wanted rule comes from.
    pub(super) origins: Vec<Origin>,
    /// How each rule in place is known to its platform.
    pub(super) imports: Vec<Import>,
}

/// Where a wanted rule comes from.
pub(super) struct Origin {
    /// The argument.
    pub(super) argument: &'static str,
    /// The name that the rule is to have, where rules have names.
    name: Option<String>,
}

/// How a rule in place is known to its platform.
#[derive(Default)]
pub(super) struct Import {
    /// What its resource is imported by.
    id: Option<String>,
    /// Its name, where rules have names.
    name: Option<String>,
}

impl Import {
    /// What it is imported by as the wanted rule.
    pub(super) fn id_for(&self, wanted: &Origin) -> Result<&str, ImportBlocker> {
        if wanted.name.is_some() && wanted.name != self.name {
            return Err(ImportBlocker::OtherName);
        }
        self.id.as_deref().ok_or(ImportBlocker::NoId)
    }
}

/// Reads what is wanted, why, and what is in place. Rows that are not wholly known yet are left out.
pub(super) fn read(reader: &mut Reader, config: &Value, directions: &BTreeSet<Direction>) -> Sides {
    let mut sides = Sides::default();
    wanted(reader, config, directions, &mut sides);
    let place = ConfigPath::default().field("rules");
    each(reader, config.get("rules"), &place, |key, row| {
        let intent = intent::read(&intent_row(key(), row))?;
        sides.estate.intents.push(intent);
        Ok(())
    });
    in_place(reader, config, &mut sides);
    gcp::settle_projects(&mut sides.estate.wanted, &mut sides.estate.found);
    check(reader, config);
    sides
}

fn wanted(
    reader: &mut Reader,
    config: &Value,
    directions: &BTreeSet<Direction>,
    sides: &mut Sides,
) {
    for argument in WANTED {
        let value = config.get(argument);
        if value.is_null() {
            continue;
        }
        let platform = platform(argument);
        let of_its_own = match argument {
            "aws_ingress" => Some(Direction::Ingress),
            "aws_egress" => Some(Direction::Egress),
            _ => None,
        };
        let reviewed = directions
            .iter()
            .filter(|it| of_its_own.is_none_or(|own| own == **it));
        let reviewed = reviewed.map(|it| (platform, *it));
        sides.estate.reviewed.extend(reviewed);
        let place = ConfigPath::default().field(argument);
        if let Some(direction) = of_its_own.filter(|it| !directions.contains(it)) {
            let message = format!("`{argument}` is set, but `directions` omits `{direction}`");
            reader.mistake(&place, &message, "remove one of the two");
        }
        each(reader, value, &place, |key, row| {
            let rule = match platform {
                Platform::Aws => aws::read(&aws_row(key(), row, of_its_own)).map(Some),
                Platform::Azure => azure::read(&azure_row(key(), row)).map(Some),
                Platform::Gcp => gcp::read(&gcp_row(key(), row)),
            }?;
            if let Some(rule) = rule {
                let name = text(row, "name");
                sides.origins.push(Origin { argument, name });
                sides.estate.wanted.push(rule.into_wanted());
            }
            Ok(())
        });
    }
}

fn in_place(reader: &mut Reader, config: &Value, sides: &mut Sides) {
    // Two data sources may have read the same rule, which is one rule all the same.
    let mut ids: BTreeMap<(EnforcementPoint, Direction, String), usize> = BTreeMap::new();
    let mut found = |rule: Rule, import: Import| {
        let all = &mut sides.estate.found;
        let place = (rule.point.clone(), rule.direction, rule.id.clone());
        let first = *ids.entry(place).or_insert(all.len());
        if all.get(first) != Some(&rule) {
            all.push(rule);
            sides.imports.push(import);
        }
    };
    let argument = |name| (config.get(name), ConfigPath::default().field(name));

    let (rows, place) = argument("actual_aws");
    each(reader, rows, &place, |at, row| {
        let id = text(row, "security_group_rule_id");
        let direction = match row.get("is_egress") {
            Value::Bool(true) => Some(Direction::Egress),
            Value::Bool(false) => Some(Direction::Ingress),
            _ => None,
        };
        let read = aws_row(id.clone().unwrap_or_else(at), row, direction);
        found(aws::read(&read)?, Import { id, name: None });
        Ok(())
    });

    if let (Value::Map(groups), place) = argument("actual_azure") {
        let mut known: BTreeMap<String, &str> = BTreeMap::new();
        for (key, rows) in groups {
            let group = azure_group(key).map(|(it, _)| it.id.to_lowercase());
            let first = group.ok().map(|it| known.entry(it).or_insert(key));
            if let Some(first) = first.filter(|it| **it != &**key) {
                let message = format!(
                    "`{key}` and `{first}` are the same group to the review, which ignores subscriptions"
                );
                let remedy = "review each subscription separately";
                reader.mistake(&place.key(key), &message, remedy);
                continue;
            }
            azure_in_place(reader, key, rows, &place.key(key), &mut found);
        }
    }

    let (rows, place) = argument("actual_gcp");
    each(reader, rows, &place, |at, row| {
        let name = text(row, "name");
        let rule = gcp::read(&gcp_row(name.clone().unwrap_or_else(at), row))?;
        let project = text(row, "project");
        let id = name.as_ref().map(|name| match project {
            Some(project) => format!("projects/{project}/global/firewalls/{name}"),
            None => name.clone(),
        });
        if let Some(rule) = rule {
            found(rule, Import { id, name });
        }
        Ok(())
    });
}

/// The rules of one network security group, which itself is named by the key only.
fn azure_in_place(
    reader: &mut Reader,
    key: &str,
    rows: &Value,
    place: &ConfigPath,
    found: &mut impl FnMut(Rule, Import),
) {
    let (group, is_id) = match azure_group(key) {
        Ok(group) => group,
        Err(mistake) => return reader.mistake(place, &mistake.message, &mistake.remedy),
    };
    if rows.is_null() {
        let remedy = "use an empty list if there are no rules";
        reader.mistake(place, "its rules are `null`", remedy);
    }
    each(reader, rows, place, |at, row| {
        let name = text(row, "name");
        let id = match &name {
            Some(name) => format!("{}/{name}", group.id),
            None => at(),
        };
        let read = azure::Row {
            resource_group_name: group.resource_group_name.clone(),
            network_security_group_name: group.network_security_group_name.clone(),
            ..azure_row(id, row)
        };
        let id = name.as_ref().filter(|_| is_id);
        let id = id.map(|name| format!("{key}/securityRules/{name}"));
        found(azure::read(&read)?, Import { id, name });
        Ok(())
    });
}

/// The group that a key of `actual_azure` names, without a rule, and whether the key is its id.
fn azure_group(key: &str) -> Result<(azure::Row, bool), Mistake> {
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
    let row = azure::Row::at(&short)?;
    Ok((azure::Row { id: short, ..row }, is_id))
}

/// Reads each element of a list or map that is wholly known, with mistakes noted where they stand. An element is named by its
/// key, or by its place in the list.
fn each(
    reader: &mut Reader,
    value: &Value,
    place: &ConfigPath,
    mut read: impl FnMut(&dyn Fn() -> String, &Value) -> Result<(), Mistake>,
) {
    let before = reader.findings.len();
    let mut one = |row: &Value, place: &dyn Fn() -> ConfigPath, name: &dyn Fn() -> String| {
        if row.is_null() {
            let remedy = "remove the element, or set it";
            reader.mistake(&place(), "an element is `null`", remedy);
        } else if row.is_wholly_known()
            && let Err(mistake) = whole_numbers(row).and_then(|()| read(name, row))
        {
            let place = place().field(mistake.field);
            reader.mistake(&place, &mistake.message, &mistake.remedy);
        }
        reader.findings.len() - before < MAX_MISTAKES
    };
    match value {
        Value::List(items) => items
            .iter()
            .enumerate()
            .all(|(at, row)| one(row, &|| place.index(at), &|| place.index(at).to_string())),
        Value::Map(map) => map
            .iter()
            .all(|(key, row)| one(row, &|| place.key(key), &|| key.to_string())),
        _ => true,
    };
}

/// Ports and priorities are whole, or they would be taken for absent.
fn whole_numbers(row: &Value) -> Result<(), Mistake> {
    for field in ["from_port", "to_port", "priority"] {
        if let Value::Number(text) = row.get(field)
            && text.parse::<i64>().is_err()
        {
            return Err(Mistake {
                field,
                message: format!("`{text}` is not a whole number"),
                remedy: "write a whole number".to_owned(),
            });
        }
    }
    Ok(())
}

/// There is something to review, and something to hold it against.
fn check(reader: &mut Reader, config: &Value) {
    if WANTED.iter().all(|it| config.get(it).is_null()) {
        let message = format!(
            "none of {} is set, so nothing is reviewed",
            backticked(WANTED)
        );
        let remedy = "set the wanted rules, e.g. `aws_ingress = portmatrix_rules.edge.aws_ingress`; use `{}` if there are none";
        reader.mistake(&ConfigPath::default(), &message, remedy);
    }
    for argument in WANTED {
        let actual = match platform(argument) {
            Platform::Aws => "actual_aws",
            Platform::Azure => "actual_azure",
            Platform::Gcp => "actual_gcp",
        };
        if !config.get(argument).is_null() && config.get(actual).is_null() {
            let message = format!("`{argument}` is set, but `{actual}` is not");
            let remedy = "set the existing rules; use an empty value if there are none";
            reader.mistake(&ConfigPath::default().field(argument), &message, remedy);
        }
    }
}

fn platform(argument: &str) -> Platform {
    match argument {
        "azure_rules" => Platform::Azure,
        "gcp_rules" => Platform::Gcp,
        _ => Platform::Aws,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_of_azure_are_named_by_their_id_or_in_short() {
        let id = "/subscriptions/0/resourceGroups/Edge/providers/Microsoft.Network/networkSecurityGroups/dmz";
        for (key, is_id) in [("Edge/dmz", false), (id, true), (&id.to_lowercase(), true)] {
            let (row, found) = azure_group(key).expect("a group");
            assert_eq!(found, is_id, "{key}");
            assert!(row.id.eq_ignore_ascii_case("Edge/dmz"), "{key}: {}", row.id);
        }
        for key in [
            "",
            "dmz",
            "a/",
            "/b",
            "a/b/c",
            &format!("{id}/securityRules/x"),
        ] {
            assert!(azure_group(key).is_err(), "{key}");
        }
    }
}
