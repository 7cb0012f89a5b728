//! Zones as a reader wants them: ordered by trust, with what rules name them by.

use super::Side;
use crate::model::address::Family;
use crate::model::cell::{ByName, MaybeKnown};
use crate::render::table::PLATFORMS;
use crate::report::Zone;
use crate::report::words::LATER;
use serde_json::Value as Json;
use std::collections::BTreeSet;

/// What blocks of platforms have besides names: numbers, and how rules refer to the zone.
const NOT_NAMES: [&str; 2] = ["peer_by", "max_"];

/// The zones, the most open first, then peers with a fixed address that have a rule.
pub(super) fn zones(side: &Side<'_>, unknown: &Json, peers: &BTreeSet<&str>) -> Vec<Zone> {
    let layout = &side.planned.layout;
    let mut zones: Vec<Zone> = Vec::new();
    for (name, zone) in &layout.zones {
        let addresses = side.planned.addresses.get(name);
        let block = |of: &Json| {
            let written = &of["zone"][name];
            if written.is_null() {
                of["zones"][name].clone()
            } else {
                written.clone()
            }
        };
        let written = block(side.values);
        let mut named_by = Vec::new();
        for platform in PLATFORMS {
            named(
                platform.about().block,
                &written,
                &block(unknown),
                &mut named_by,
            );
        }
        let of_family = |family| addresses.map_or_else(Vec::new, |it| blocks(it.family(family)));
        let advertised =
            |family| addresses.map_or_else(Vec::new, |it| blocks(it.advertised(family)));
        let enforcing = PLATFORMS
            .iter()
            .filter(|it| addresses.is_some_and(|zone| it.enforces(zone)));
        zones.push(Zone {
            name: name.clone(),
            trust: Some(zone.trust),
            components: side
                .described
                .components
                .get(name)
                .cloned()
                .unwrap_or_default(),
            ipv4: of_family(Family::V4),
            ipv6: of_family(Family::V6),
            advertised_ipv4: advertised(Family::V4),
            advertised_ipv6: advertised(Family::V6),
            named_by,
            platforms: enforcing.map(|it| it.about().name).collect(),
            filters: if zone.enforced {
                layout.directions.clone()
            } else {
                BTreeSet::new()
            },
            description: written["description"]
                .as_str()
                .unwrap_or_default()
                .to_owned(),
        });
    }
    zones.sort_by(|a, b| (a.trust, &a.name).cmp(&(b.trust, &b.name)));
    for name in peers.iter().filter(|it| !layout.zones.contains_key(**it)) {
        let fixed = side.compiled.fixed.get(*name);
        let of_family = |family| {
            let blocks = fixed.into_iter().flat_map(|it| it.values());
            let blocks = blocks.filter(|it| it.family() == family);
            blocks.map(ToString::to_string).collect()
        };
        zones.push(Zone {
            name: (*name).to_owned(),
            ipv4: of_family(Family::V4),
            ipv6: of_family(Family::V6),
            components: vec![(*name).to_owned()],
            ..Zone::default()
        });
    }
    zones
}

/// Addresses as text. Those of one value are there once.
fn blocks(all: &ByName<crate::model::address::Cidr>) -> Vec<String> {
    let mut texts: Vec<String> = Vec::new();
    for (name, it) in all {
        let text = match it {
            MaybeKnown::Known(block) => block.to_string(),
            MaybeKnown::Unknown => format!("{name}: {LATER}"),
        };
        if !texts.contains(&text) {
            texts.push(text);
        }
    }
    texts
}

/// What the block of a platform names the zone by.
fn named(block: &str, zone: &Json, unknown: &Json, named_by: &mut Vec<String>) {
    let of = |json: &Json| match &json[block] {
        Json::Array(items) => items.first().cloned().unwrap_or(Json::Null),
        it => it.clone(),
    };
    let (values, unknown) = (of(zone), of(unknown));
    let mut add = |name: &str, value: &str| named_by.push(format!("{block} {name}: {value}"));
    let fields = values.as_object().into_iter().flatten();
    for (name, value) in fields.filter(|(name, _)| !NOT_NAMES.iter().any(|it| name.starts_with(it)))
    {
        match value {
            Json::String(text) => add(name, text),
            Json::Array(items) => items
                .iter()
                .filter_map(Json::as_str)
                .for_each(|it| add(name, it)),
            Json::Object(items) => {
                let texts = items
                    .iter()
                    .filter_map(|(key, it)| Some((key, it.as_str()?)));
                for (key, text) in texts {
                    add(
                        name,
                        &if name.ends_with("labels") {
                            format!("{key}={text}")
                        } else {
                            text.to_owned()
                        },
                    );
                }
            }
            _ => {}
        }
    }
    let later = unknown.as_object().into_iter().flatten();
    for (name, _) in later.filter(|(_, it)| has_true(it)) {
        add(name, LATER);
    }
}

/// Whether something in a tree of marks is marked.
pub(super) fn has_true(marks: &Json) -> bool {
    match marks {
        Json::Bool(it) => *it,
        Json::Array(items) => items.iter().any(has_true),
        Json::Object(fields) => fields.values().any(has_true),
        _ => false,
    }
}
