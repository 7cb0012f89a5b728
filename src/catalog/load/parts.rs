//! The tables that flows speak of: sources, components, zones, ports and features.

use super::document::Mistakes;
use super::fields::{Fields, Text};
use super::insert_once;
use crate::catalog::product::{Component, Feature, Port, RecommendedZone, Source};
use crate::model::address::{Cidr, Family, is_everything};
use crate::model::name::suggest;
use crate::model::ports::{PortRange, port_list, shifted};
use crate::model::words::{Kind, Trust};
use std::collections::BTreeMap;

pub(super) fn sources(top: &mut Fields<'_>, m: &mut Mistakes<'_>) -> BTreeMap<String, Source> {
    let mut sources = BTreeMap::new();
    for mut it in top.list("source", m) {
        let id = it.name("id", m);
        it.rename(format!("source `{}`", id.text));
        let retrieved = it.required("retrieved", m);
        if !retrieved.text.is_empty() && !is_date(&retrieved.text) {
            m.add(
                retrieved.at,
                format!(
                    "{}: `retrieved` is `{}`, and must be a date such as \"2026-11-20\"",
                    it.name, retrieved.text
                ),
            );
        }
        let language = it
            .text("language", m)
            .map_or_else(|| "en".to_owned(), |it| it.text);
        let source = Source {
            title: it.required("title", m).text,
            url: it.required("url", m).text,
            retrieved: retrieved.text,
            language,
        };
        it.finish(m);
        insert_once(&mut sources, "source", id, source, m);
    }
    if sources.is_empty() {
        m.add(
            top.at,
            "no [[source]]: every matrix says where it comes from",
        );
    }
    sources
}

pub(super) fn components(
    top: &mut Fields<'_>,
    m: &mut Mistakes<'_>,
) -> BTreeMap<String, Component> {
    let mut components = BTreeMap::new();
    let mut references: Vec<(&str, String, Text)> = Vec::new();
    let mut aliases: Vec<(String, Text)> = Vec::new();
    for (name, mut it) in top.named("component", m) {
        let kind = it
            .required_word("kind", Kind::ALL, Kind::as_str, m)
            .unwrap_or(Kind::Own);
        let mut related =
            |field: &'static str, it: &mut Fields<'_>, m: &mut Mistakes<'_>| -> Vec<String> {
                let texts = it.texts(field, m);
                references.extend(
                    texts
                        .iter()
                        .map(|text| (field, name.text.clone(), text.clone())),
                );
                texts.into_iter().map(|it| it.text).collect()
            };
        let is = related("is", &mut it, m);
        let on = related("on", &mut it, m);
        let address = it.text("address", m).and_then(|text| {
            let family = if text.text.contains(':') {
                Family::V6
            } else {
                Family::V4
            };
            let parsed = Cidr::parse(&text.text, family);
            match parsed {
                Ok(cidr) if !is_everything([cidr]) => return Some(cidr),
                Ok(_) => {
                    let message = format!("{}: `address` is every address; leave it out, and the user places the component", it.name);
                    m.add(text.at, message);
                }
                Err(bad) => m.add(text.at, format!("{}: {}; {}", it.name, bad.message, bad.remedy)),
            }
            None
        });
        let alias_texts = it.texts("aliases", m);
        aliases.extend(
            alias_texts
                .iter()
                .map(|text| (name.text.clone(), text.clone())),
        );
        let component = Component {
            title: it.required("title", m).text,
            kind,
            zone: it.text("zone", m).map(|it| it.text),
            description: it
                .text("description", m)
                .map(|it| it.text)
                .unwrap_or_default(),
            is,
            on,
            aliases: alias_texts.into_iter().map(|it| it.text).collect(),
            managed_by: it.text("managed_by", m).map(|it| it.text),
            address,
            fqdn: it.text("fqdn", m).map(|it| it.text),
            address_list_url: it.text("address_list_url", m).map(|it| it.text),
        };
        let fixed = component.address.is_some()
            || component.fqdn.is_some()
            || component.address_list_url.is_some();
        if fixed && matches!(kind, Kind::Own | Kind::Dependency) {
            m.add(it.at, format!("{}: `address`, `fqdn` and `address_list_url` are for what is outside; the kind is `{kind}`", it.name));
        }
        it.finish(m);
        components.insert(name.text, component);
    }
    if components.is_empty() {
        m.add(
            top.at,
            "no [component.…]: a matrix needs who dials and who listens",
        );
    }
    let mut taken: BTreeMap<String, String> = BTreeMap::new();
    for (owner, text) in aliases {
        let other = if components.contains_key(&text.text) {
            Some(text.text.clone())
        } else {
            taken.insert(text.text.clone(), owner.clone())
        };
        if let Some(other) = other {
            m.add(
                text.at,
                format!(
                    "component `{owner}`: the alias `{}` already means `{other}`",
                    text.text
                ),
            );
        }
    }
    for (field, owner, text) in references {
        if text.text == owner {
            m.add(
                text.at,
                format!("component `{owner}`: `{field}` names the component itself"),
            );
        } else if !components.contains_key(&text.text) {
            let help = suggest(&text.text, components.keys().map(String::as_str));
            m.add(
                text.at,
                format!(
                    "component `{owner}`: `{field}` names the unknown component `{}`; {help}",
                    text.text
                ),
            );
        }
    }
    components
}

pub(super) fn zones(
    top: &mut Fields<'_>,
    m: &mut Mistakes<'_>,
) -> BTreeMap<String, RecommendedZone> {
    let mut zones = BTreeMap::new();
    let mut insides: Vec<(String, Text)> = Vec::new();
    for (name, mut it) in top.named("zone", m) {
        let inside = it.text("inside", m);
        insides.extend(inside.clone().map(|inside| (name.text.clone(), inside)));
        let zone = RecommendedZone {
            title: it
                .text("title", m)
                .map_or_else(|| name.text.clone(), |it| it.text),
            trust: it.word("trust", Trust::ALL, Trust::as_str, m),
            inside: inside.map(|it| it.text),
            description: it
                .text("description", m)
                .map(|it| it.text)
                .unwrap_or_default(),
        };
        it.finish(m);
        zones.insert(name.text, zone);
    }
    for (zone, inside) in insides {
        if inside.text == zone || !zones.contains_key(&inside.text) {
            let help = suggest(
                &inside.text,
                zones
                    .keys()
                    .map(String::as_str)
                    .filter(|it| *it != zone)
                    .collect::<Vec<_>>(),
            );
            m.add(
                inside.at,
                format!(
                    "zone `{zone}`: `inside` names `{}`, which is no other zone; {help}",
                    inside.text
                ),
            );
        }
    }
    zones
}

pub(super) fn ports(top: &mut Fields<'_>, m: &mut Mistakes<'_>) -> BTreeMap<String, Port> {
    let mut ports: BTreeMap<String, Port> = BTreeMap::new();
    let mut offsets: Vec<(String, Text)> = Vec::new();
    for (name, mut it) in top.named("port", m) {
        let within_text = it.text("within", m);
        let within = ranges(&it.name, within_text, "within", m);
        let default_text = it.text("default", m);
        let default_at = default_text.as_ref().map_or(it.at, |it| it.at);
        let default = ranges(&it.name, default_text, "default", m);
        let mut recommended = BTreeMap::new();
        for (profile, text) in it.text_map("recommended", m) {
            let at = text.at;
            let found = ranges(&it.name, Some(text), "recommended", m);
            check_bounds(&it.name, &found, &within, at, m);
            recommended.insert(profile, found);
        }
        check_bounds(&it.name, &default, &within, default_at, m);
        let alternatives = it.flag("alternatives", m).unwrap_or(false);
        if alternatives && default.len() < 2 {
            m.add(
                it.at,
                format!(
                    "{}: `alternatives` needs at least two ports in `default`",
                    it.name
                ),
            );
        }
        let offset = it.table("offset", m).map(|mut offset| {
            let of = offset.required("of", m);
            let by = offset.integer("by", m);
            match by {
                None if !offset.has("by") => {
                    m.add(
                        offset.at,
                        format!("{}: `by` is missing; write a whole number", offset.name),
                    );
                }
                Some((by, at)) if by.abs() > i64::from(u16::MAX) => {
                    m.add(
                        at,
                        format!("{}: `by` is {by}, and ports are 65535 at most", offset.name),
                    );
                }
                _ => {}
            }
            offset.finish(m);
            offsets.push((name.text.clone(), of.clone()));
            (
                of.text,
                by.and_then(|(by, _)| i32::try_from(by).ok()).unwrap_or(0),
            )
        });
        if offset.is_some() && !default.is_empty() {
            m.add(
                it.at,
                format!("{}: `default` and `offset` exclude each other", it.name),
            );
        }
        let port = Port {
            default,
            setting: it.text("setting", m).map(|it| it.text),
            advertised_setting: it.text("advertised_setting", m).map(|it| it.text),
            recommended,
            within,
            offset,
            alternatives,
            note: it.text("note", m).map(|it| it.text).unwrap_or_default(),
        };
        it.finish(m);
        ports.insert(name.text, port);
    }
    for (port, of) in offsets {
        if !ports.contains_key(&of.text) {
            let help = suggest(&of.text, ports.keys().map(String::as_str));
            m.add(
                of.at,
                format!(
                    "port `{port}`: `offset` follows the unknown port `{}`; {help}",
                    of.text
                ),
            );
        } else if of.text == port {
            m.add(
                of.at,
                format!("port `{port}`: its `offset` leads back to itself"),
            );
        } else if ports[&of.text].offset.is_some() {
            let message = format!(
                "port `{port}`: `offset` follows `{}`, which follows another; name that one",
                of.text
            );
            m.add(of.at, message);
        } else if let Err(message) = shifted(
            &ports[&of.text].default,
            ports[&port].offset.as_ref().map_or(0, |it| it.1),
        ) {
            m.add(of.at, format!("port `{port}`: {message}"));
        }
    }
    ports
}

pub(super) fn features(top: &mut Fields<'_>, m: &mut Mistakes<'_>) -> BTreeMap<String, Feature> {
    let mut features = BTreeMap::new();
    for (name, mut it) in top.named("feature", m) {
        let feature = Feature {
            title: it.required("title", m).text,
            default: it.flag("default", m).unwrap_or(false),
        };
        it.finish(m);
        features.insert(name.text, feature);
    }
    features
}

fn ranges(owner: &str, text: Option<Text>, field: &str, m: &mut Mistakes<'_>) -> Vec<PortRange> {
    let Some(text) = text else { return Vec::new() };
    PortRange::parse_list(&text.text).unwrap_or_else(|message| {
        m.add(text.at, format!("{owner}: `{field}`: {message}"));
        Vec::new()
    })
}

fn check_bounds(
    owner: &str,
    found: &[PortRange],
    within: &[PortRange],
    at: usize,
    m: &mut Mistakes<'_>,
) {
    for range in found
        .iter()
        .filter(|it| !within.is_empty() && !within.iter().any(|bound| bound.contains(**it)))
    {
        m.add(
            at,
            format!(
                "{owner}: {range} is outside of its bounds, {}",
                port_list(within)
            ),
        );
    }
}

fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let number = |at: usize, digits: usize, most: u32| {
        parts.get(at).is_some_and(|it: &&str| {
            it.len() == digits && it.parse().is_ok_and(|it: u32| (1..=most).contains(&it))
        })
    };
    parts.len() == 3 && number(0, 4, 9999) && number(1, 2, 12) && number(2, 2, 31)
}
