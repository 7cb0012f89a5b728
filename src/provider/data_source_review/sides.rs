//! The two sides of a review: the wanted and the existing rules that the arguments have.

use super::super::data_value::{entries, misfit};
use super::super::fields::Reader;
use super::import::ImportBlocker;
use super::rows::{Row, RowShape, actual_fields, wanted_fields};
use super::schema::rule_fields;
use crate::model::finding::ConfigPath;
use crate::model::name::backticked;
use crate::model::words::Direction;
use crate::review::gather::{Collected, Gathered};
use crate::review::read::attributes::Attributes as _;
use crate::review::read::mistake::Mistake;
use crate::review::read::platform::{Import, Platform, Wanted};
use crate::review::read::{PLATFORMS, intent};
use crate::review::rule::{EnforcementPoint, Rule};
use crate::terraform::value::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The arguments for wanted rules.
pub(super) fn wanted_arguments() -> impl Iterator<Item = &'static str> {
    let maps = PLATFORMS.iter().flat_map(|it| it.wanted);
    maps.map(|it| it.argument)
}

/// The number of errors after which no more rows are read, since the rest has the same ones.
const MAX_MISTAKES: usize = 20;

/// Both sides.
#[derive(Default)]
pub(super) struct Sides {
    pub(super) gathered: Gathered,
    /// Where each wanted rule comes from, in the order in which they were read.
    origins: Vec<Origin>,
    /// How each existing rule is imported, in the order in which they were read.
    imports: Vec<Import>,
}

/// Where a wanted rule comes from.
pub(super) struct Origin {
    /// The argument.
    pub(super) argument: &'static str,
    /// The name that the rule will have, if rules have names.
    name: Option<String>,
}

impl Origin {
    /// The import id of an existing rule that becomes the wanted one.
    pub(super) fn import_id<'i>(&self, from: &'i Import) -> Result<&'i str, ImportBlocker> {
        if self.name.is_some() && self.name != from.name {
            return Err(ImportBlocker::OtherName);
        }
        from.id.as_deref().ok_or(ImportBlocker::NoId)
    }
}

impl Sides {
    /// Where a wanted rule of the review comes from.
    pub(super) fn origin(&self, wanted: usize) -> &Origin {
        &self.origins[self.gathered.wanted_at[wanted]]
    }

    /// How an existing rule of the review is imported.
    pub(super) fn import(&self, found: usize) -> &Import {
        &self.imports[self.gathered.found_at[found]]
    }
}

/// Reads the wanted rules, why they are wanted, and the existing rules. Rows that are not wholly known are skipped.
pub(super) fn read(
    reader: &mut Reader,
    config: &Value,
    directions: &BTreeSet<Direction>,
    ignore: Vec<String>,
) -> Sides {
    let mut sides = Sides::default();
    let mut collected = Collected {
        ignore,
        ..Collected::default()
    };
    for platform in PLATFORMS {
        for map in platform.wanted {
            wanted(
                reader,
                config,
                directions,
                (platform, map),
                &mut collected,
                &mut sides,
            );
        }
    }
    let place = ConfigPath::default().field("rules");
    let shape = RowShape::of(&rule_fields());
    map(reader, config.get("rules"), &place, &shape, |key, row| {
        let intent = intent::read(&intent::row(key, row))?;
        collected.intents.push(intent);
        Ok(())
    });
    let mut existing = Existing::default();
    for platform in PLATFORMS {
        existing.read(reader, config, platform);
    }
    collected.found = existing.rules;
    sides.imports = existing.imports;
    sides.gathered = collected.gather();
    check(reader, config);
    sides
}

/// Reads an argument for wanted rules.
fn wanted(
    reader: &mut Reader,
    config: &Value,
    directions: &BTreeSet<Direction>,
    (platform, map_of): (&Platform, &Wanted),
    collected: &mut Collected,
    sides: &mut Sides,
) {
    let value = config.get(map_of.argument);
    if value.is_null() {
        return;
    }
    let own = map_of.direction;
    let reviewed = directions
        .iter()
        .filter(|it| own.is_none_or(|own| own == **it));
    let reviewed = reviewed.map(|it| (platform.id, *it));
    collected.reviewed.extend(reviewed);
    let place = ConfigPath::default().field(map_of.argument);
    if let Some(direction) = own.filter(|it| !directions.contains(it)) {
        let message = format!(
            "`{}` is set, but `directions` omits `{direction}`",
            map_of.argument
        );
        reader.mistake(&place, &message, "remove one of the two");
    }
    let shape = RowShape::of(&wanted_fields(map_of));
    map(reader, value, &place, &shape, |key, row| {
        if let Some(rule) = (platform.read_wanted)(key, own, row)? {
            sides.origins.push(Origin {
                argument: map_of.argument,
                name: row.text("name"),
            });
            collected.wanted.push(rule.into_wanted());
        }
        Ok(())
    });
}

/// Existing rules. Two data sources may have read the same rule, which is one rule all the same.
#[derive(Default)]
struct Existing {
    rules: Vec<Rule>,
    imports: Vec<Import>,
    first: BTreeMap<(EnforcementPoint, Direction, String), usize>,
}

impl Existing {
    /// Reads the argument of a platform: a list of rows, or a map of such lists.
    fn read(&mut self, reader: &mut Reader, config: &Value, platform: &Platform) {
        let value = config.get(platform.actual.argument);
        let place = ConfigPath::default().field(platform.actual.argument);
        let shape = RowShape::of(&actual_fields(&platform.actual));
        if !platform.actual.by_group {
            return self.rows(reader, value, &place, platform, (&shape, None));
        }
        let Some(groups) = named(reader, value, &place) else {
            return;
        };
        let keys: Vec<&str> = groups.iter().map(|(key, _)| *key).collect();
        let wrong: BTreeMap<usize, Mistake> = (platform.check_groups)(&keys).into_iter().collect();
        for (at, (key, rows)) in groups.iter().enumerate() {
            let place = place.key(key);
            if let Some(mistake) = wrong.get(&at) {
                reader.mistake(&place, &mistake.message, &mistake.remedy);
                continue;
            }
            if rows.is_null() {
                let remedy = "use an empty list if there are no rules";
                reader.mistake(&place, "its rules are `null`", remedy);
            }
            self.rows(reader, rows, &place, platform, (&shape, Some(key)));
        }
    }

    fn rows(
        &mut self,
        reader: &mut Reader,
        rows: &Value,
        place: &ConfigPath,
        platform: &Platform,
        (shape, group): (&RowShape, Option<&str>),
    ) {
        list(reader, rows, place, shape, |at, row| {
            if let Some((rule, import)) = (platform.read_actual)(at, group, row)? {
                self.add(rule, import);
            }
            Ok(())
        });
    }

    fn add(&mut self, rule: Rule, import: Import) {
        let place = (rule.point.clone(), rule.direction, rule.id.clone());
        let first = *self.first.entry(place).or_insert(self.rules.len());
        if self.rules.get(first) != Some(&rule) {
            self.rules.push(rule);
            self.imports.push(import);
        }
    }
}

/// What an argument has by name; none if it is absent, not known yet, or a mistake.
fn named<'v>(
    reader: &mut Reader,
    value: &'v Value,
    place: &ConfigPath,
) -> Option<Vec<(&'v str, &'v Value)>> {
    if value.is_null() || value.is_unknown() {
        return None;
    }
    let found = entries(value.plain());
    if found.is_none() {
        misfit(reader, place, "an object", value);
    }
    found
}

/// Reads the rows of a map, each of which has a key.
fn map(
    reader: &mut Reader,
    value: &Value,
    place: &ConfigPath,
    shape: &RowShape,
    read: impl FnMut(&str, &mut Row) -> Result<(), Mistake>,
) {
    let rows = named(reader, value, place).unwrap_or_default().into_iter();
    let rows = rows.map(|(key, row)| (row, place.key(key), key.to_owned()));
    each(reader, rows, shape, read);
}

/// Reads the rows of a list, each of which has a place in it. Data sources with `for_each` have them under keys, and so does a list
/// that was written with cdktf.
fn list(
    reader: &mut Reader,
    value: &Value,
    place: &ConfigPath,
    shape: &RowShape,
    read: impl FnMut(&str, &mut Row) -> Result<(), Mistake>,
) {
    match value.plain() {
        Value::Null | Value::Unknown => {}
        Value::List(rows) => {
            let rows = rows.iter().enumerate();
            let rows = rows.map(|(at, row)| {
                let place = place.index(at);
                (row, place.clone(), place.to_string())
            });
            each(reader, rows, shape, read);
        }
        other => match entries(other) {
            Some(rows) => {
                let rows = rows.into_iter().map(|(key, row)| {
                    let place = place.key(key);
                    (row, place.clone(), place.to_string())
                });
                each(reader, rows, shape, read);
            }
            None => {
                misfit(reader, place, "a list", other);
            }
        },
    }
}

/// Reads each row that is wholly known, and notes errors at its place. The first of them are enough.
fn each<'v>(
    reader: &mut Reader,
    rows: impl Iterator<Item = (&'v Value, ConfigPath, String)>,
    shape: &RowShape,
    mut read: impl FnMut(&str, &mut Row) -> Result<(), Mistake>,
) {
    let before = reader.findings.len();
    for (row, place, name) in rows {
        let row = shape.row(reader, row, &place);
        if row.is_null() {
            let remedy = "remove the element, or set it";
            reader.mistake(&place, "an element is `null`", remedy);
        } else if row.is_wholly_known()
            && let Err(mistake) =
                whole_numbers(&row).and_then(|()| read(&name, &mut Row::new(&row)))
        {
            let place = place.field(mistake.field);
            reader.mistake(&place, &mistake.message, &mistake.remedy);
        }
        if reader.findings.len() - before >= MAX_MISTAKES {
            return;
        }
    }
}

/// Ports and priorities must be whole numbers, or they would be read as absent.
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

/// There must be something to review, and something to compare it with.
fn check(reader: &mut Reader, config: &Value) {
    if wanted_arguments().all(|it| config.get(it).is_null()) {
        let message = format!(
            "none of {} is set, so nothing is reviewed",
            backticked(wanted_arguments())
        );
        let remedy = "set the wanted rules, e.g. `aws_ingress = portmatrix_rules.edge.aws_ingress`; use `{}` if there are none";
        reader.mistake(&ConfigPath::default(), &message, remedy);
    }
    for platform in PLATFORMS {
        let actual = platform.actual.argument;
        for map in platform.wanted {
            if !config.get(map.argument).is_null() && config.get(actual).is_null() {
                let message = format!("`{}` is set, but `{actual}` is not", map.argument);
                let remedy = "set the existing rules; use an empty value if there are none";
                let place = ConfigPath::default().field(map.argument);
                reader.mistake(&place, &message, remedy);
            }
        }
    }
}
