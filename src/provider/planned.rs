//! A `portmatrix_rules` of a plan or state as `terraform show -json` prints it, read again as the layout that it was made of.

use super::RESOURCES;
use super::config;
use super::fields::Reader;
use super::policy_block;
use super::settings::Settings;
use crate::catalog::Catalog;
use crate::compile::Accept;
use crate::model::address::{Addresses, Cidr};
use crate::model::day::{Dates, Day};
use crate::model::finding::{ConfigPath, Finding};
use crate::model::layout::Layout;
use crate::policy::{Policy, WARN_DAYS, duplicate, duplicates};
use crate::terraform::value::{Fields, Object, Type, Value};
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What a `portmatrix_rules` was made of. Purposes and sources are those of the catalogue here, not of the one that made it.
pub struct Planned {
    /// Zones, products and flows.
    pub layout: Layout,
    /// The addresses and groups of zones; some may be known only after apply.
    pub addresses: BTreeMap<String, Addresses>,
    /// The resource's own policy.
    pub policy: Policy,
    /// Its exceptions to judgements.
    pub accepts: Vec<Accept>,
    /// The built-in products, and the definitions that were given.
    pub catalog: Catalog,
    /// The day on which exceptions are judged.
    pub dates: Dates,
    /// What could not be read: a product file that is missing, a value that an apply decides.
    pub findings: Vec<Finding>,
    /// Values that decide which rules there are, and are known only after apply.
    pub unknowns: Vec<ConfigPath>,
}

/// Reads a resource with what is unknown in it, by product files that were definitions of the provider.
///
/// # Errors
/// If a product file has mistakes: what they are.
pub fn planned(
    values: &Json,
    unknown: &Json,
    definitions: &[String],
    day: Option<Day>,
) -> Result<Planned, Vec<Finding>> {
    let catalog = catalog_with(definitions)?;
    Ok(planned_in(values, unknown, catalog, day))
}

/// The built-in products, and those of product files.
///
/// # Errors
/// If a product file has mistakes: what they are.
pub fn catalog_with(definitions: &[String]) -> Result<Catalog, Vec<Finding>> {
    let places = definitions.iter();
    let definitions = places.map(|it| (it.as_str(), ConfigPath::default()));
    let (catalog, findings) = Catalog::with_definitions(definitions);
    if findings.iter().any(super::diagnostics::is_mistake) {
        return Err(findings);
    }
    Ok(catalog)
}

/// The same, with products that are at hand.
pub(super) fn planned_in(
    values: &Json,
    unknown: &Json,
    catalog: Catalog,
    day: Option<Day>,
) -> Planned {
    let settings = Settings {
        catalog,
        day,
        ..Settings::default()
    };
    let ty = (RESOURCES[0].schema)().block.ty();
    let value = value(&ty, values, unknown);
    let config = config::read(&value, &settings);
    let dates = Dates {
        day,
        warn_days: WARN_DAYS,
    };
    Planned {
        layout: config.layout,
        addresses: config.addresses,
        policy: config.policy,
        accepts: config.accepts,
        catalog: settings.catalog,
        dates,
        findings: config.findings,
        unknowns: config.unknowns,
    }
}

/// The addresses that a zone has, each with its name, as far as they are known.
pub fn known_blocks(addresses: &Addresses) -> impl Iterator<Item = (&str, Cidr)> {
    let all = addresses.ipv4.iter().chain(&addresses.ipv6);
    all.filter_map(|(name, it)| Some((&**name, *it.known()?)))
}

/// A policy in a file, with the arguments `policies` and `exceptions`; `file` is its name in messages.
///
/// # Errors
/// If something in it is not as it should be: all mistakes.
pub fn policy_of(json: &Json, file: &str) -> Result<Policy, Vec<Finding>> {
    let (_, value) = typed(json, &Json::Null);
    let mut reader = Reader::default();
    let policy = policy_block::read_data(&mut reader, &value, Some(&format!("`{file}`")));
    let twice = duplicates(&policy.cells).map(|(first, second)| duplicate(first, second));
    reader.findings.extend(twice);
    if reader.findings.is_empty() {
        Ok(policy)
    } else {
        Err(reader.findings)
    }
}

/// A value of a type, from JSON with a tree of what is unknown: `true` is for all that is below.
fn value(ty: &Type, json: &Json, unknown: &Json) -> Value {
    if *unknown == Json::Bool(true) {
        return Value::Unknown;
    }
    let at = |index: usize| unknown.get(index).unwrap_or(&Json::Null);
    let of = |name: &str| unknown.get(name).unwrap_or(&Json::Null);
    match (ty, json) {
        (Type::Dynamic, json) => match typed(json, unknown) {
            (_, Value::Null) => Value::Null,
            (ty, value) => Value::dynamic(ty, value),
        },
        (Type::String, Json::String(text)) => Value::string(text.as_str()),
        (Type::Number, Json::Number(it)) => Value::number(it),
        (Type::Bool, Json::Bool(it)) => Value::Bool(*it),
        (Type::List(inner) | Type::Set(inner), Json::Array(items)) => {
            let items = items.iter().enumerate();
            Value::List(
                items
                    .map(|(index, it)| value(inner, it, at(index)))
                    .collect(),
            )
        }
        (Type::Map(inner), Json::Object(map)) => {
            let known = map
                .iter()
                .map(|(name, it)| (name, value(inner, it, of(name))));
            let mut entries: BTreeMap<Arc<str>, Value> =
                known.map(|(name, it)| (name.as_str().into(), it)).collect();
            // What is unknown as a whole has no value in the plan.
            let names = unknown.as_object().into_iter().flatten();
            for (name, _) in names.filter(|(_, it)| **it == Json::Bool(true)) {
                entries.insert(name.as_str().into(), Value::Unknown);
            }
            Value::Map(entries)
        }
        (Type::Object(fields), Json::Object(map)) => Value::Object(Object::build(fields, |name| {
            let found = fields.iter().find(|(it, _)| *it == name);
            let ty = found.map_or(&Type::Dynamic, |(_, ty)| ty);
            value(ty, map.get(name).unwrap_or(&Json::Null), of(name))
        })),
        _ => Value::Null,
    }
}

/// A value of any type, with the type that a CLI gives what is written by hand.
fn typed(json: &Json, unknown: &Json) -> (Type, Value) {
    if *unknown == Json::Bool(true) {
        return (Type::Dynamic, Value::Unknown);
    }
    match json {
        Json::Null => (Type::Dynamic, Value::Null),
        Json::Bool(it) => (Type::Bool, Value::Bool(*it)),
        Json::Number(it) => (Type::Number, Value::number(it)),
        Json::String(text) => (Type::String, Value::string(text.as_str())),
        Json::Array(items) => {
            let items = items.iter().enumerate();
            let items = items.map(|(at, it)| typed(it, unknown.get(at).unwrap_or(&Json::Null)));
            let (types, items): (Vec<_>, Vec<_>) = items.unzip();
            (Type::Tuple(types.into()), Value::List(items))
        }
        Json::Object(map) => {
            let hidden = unknown.as_object().into_iter().flatten();
            let hidden = hidden.filter(|(name, _)| !map.contains_key(*name));
            let hidden = hidden.map(|(name, it)| (name, typed(&Json::Null, it)));
            let known = map.iter().map(|(name, it)| {
                let unknown = unknown.get(name).unwrap_or(&Json::Null);
                (name, typed(it, unknown))
            });
            let all: BTreeMap<&String, (Type, Value)> = known.chain(hidden).collect();
            let types = all
                .iter()
                .map(|(name, (ty, _))| (name.as_str(), ty.clone()));
            let fields = Arc::new(Fields::new(types));
            let object = Object::build(&fields, |name| {
                let found = all.iter().find(|(it, _)| it.as_str() == name);
                found.map_or(Value::Null, |(_, (_, value))| value.clone())
            });
            (Type::Object(fields), Value::Object(object))
        }
    }
}
