//! The rules of platforms, and how full their quotas are.

use super::Side;
use super::zones::has_true;
use crate::model::key::RowKey;
use crate::model::words::Direction;
use crate::render::platform::Shape;
use crate::render::table::PLATFORMS;
use crate::report::words::LATER;
use crate::report::{PlatformRules, Quota, Row};
use serde_json::Value as Json;

/// Parts of the names of columns that have the peer of a rule.
const PEERS: [&str; 6] = [
    "cidr",
    "prefix",
    "ranges",
    "referenced",
    "remote",
    "security_group_ids",
];

/// Parts of the names of columns that name the peer by something else.
const BY_NAME: [&str; 2] = ["source_tags", "source_service_accounts"];

/// The platforms that have rules.
pub(super) fn platforms(side: &Side<'_>, unknown: &Json) -> Vec<PlatformRules> {
    let mut platforms = Vec::new();
    for platform in PLATFORMS {
        let about = platform.about();
        let mut found = PlatformRules {
            title: about.name,
            rows: Vec::new(),
            texts: Vec::new(),
        };
        for output in about.outputs {
            let (values, unknown) = (&side.values[output.name], &unknown[output.name]);
            let names = values.as_object().into_iter().flatten().map(|(key, _)| key);
            let later = unknown
                .as_object()
                .into_iter()
                .flatten()
                .map(|(key, _)| key);
            let mut keys: Vec<&String> = names.chain(later).collect();
            keys.sort();
            keys.dedup();
            for key in keys {
                let (value, later) = (&values[key], &unknown[key]);
                match output.shape {
                    Shape::Rows { .. } => found.rows.push(row(output.name, key, value, later)),
                    Shape::Texts => {
                        let text = value.as_str().unwrap_or(LATER);
                        found.texts.push((key.clone(), text.to_owned()));
                    }
                }
            }
        }
        if !found.rows.is_empty() || !found.texts.is_empty() {
            platforms.push(found);
        }
    }
    platforms
}

fn row(output: &str, key: &str, value: &Json, unknown: &Json) -> Row {
    let parsed = RowKey::parse(key);
    let direction = parsed.and_then(|it| it.direction);
    // Where a key has no direction, the output is for one.
    let is_out = direction.map_or(output.ends_with("egress"), |it| it == Direction::Egress);
    let service = match parsed {
        Some(it) if it.peer == "*" => value["description"]
            .as_str()
            .unwrap_or("everything else")
            .to_owned(),
        Some(it) => it.traffic.replacen('-', " ", 1),
        None => String::new(),
    };
    Row {
        key: key.to_owned(),
        way: if is_out { "out" } else { "in" },
        service,
        peer: peer(value, unknown, is_out),
    }
}

/// The address or group of the peer, whatever the column is called.
fn peer(value: &Json, unknown: &Json, is_out: bool) -> String {
    let own_side = if is_out { "source_" } else { "destination_" };
    let is_peer = |name: &str| {
        let names = PEERS.iter().chain(&BY_NAME).any(|it| name.contains(it));
        names && !name.starts_with(own_side) && !name.contains("port")
    };
    let mut texts = Vec::new();
    for (name, it) in value
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(name, _)| is_peer(name))
    {
        if has_true(&unknown[name]) {
            texts.push(LATER.to_owned());
        }
        match it {
            Json::String(text) if text == "*" => texts.push("any".to_owned()),
            Json::String(text) => texts.push(text.clone()),
            Json::Array(items) => {
                texts.extend(items.iter().filter_map(Json::as_str).map(str::to_owned));
            }
            _ => {}
        }
    }
    let later = unknown.as_object().into_iter().flatten();
    let later = later
        .filter(|(name, it)| is_peer(name) && value.get(name.as_str()).is_none() && has_true(it));
    texts.extend(later.map(|_| LATER.to_owned()));
    texts.join(", ")
}

pub(super) fn quotas(values: &Json) -> Vec<Quota> {
    let counts = values["counts"].as_object().into_iter().flatten();
    let quotas = counts.map(|(name, it)| {
        let number = |field: &str| it[field].as_u64().unwrap_or_default();
        Quota {
            name: name.clone(),
            ingress: number("ingress"),
            egress: number("egress"),
            limit: number("limit"),
            headroom: it["headroom"].as_i64().unwrap_or_default(),
        }
    });
    quotas.collect()
}
