//! The tables that flows refer to: sources, components, zones, ports and features.

use super::fields::{Fields, address, ports};
use super::mistakes::Mistakes;
use crate::catalog::product::{Component, Feature, Port, RecommendedZone, Source};
use crate::model::ports::{PortRange, port_list, shifted};
use crate::model::words::{Kind, Trust};
use std::collections::BTreeMap;

pub(super) fn sources(top: Fields<'_>) -> BTreeMap<String, Source> {
    let source = |it: Fields<'_>| Source {
        title: it.string("title"),
        url: it.string("url"),
        retrieved: it.string("retrieved"),
        language: it.optional("language").unwrap_or_else(|| "en".to_owned()),
    };
    top.tables("source")
        .map(|it| (it.string("id"), source(it)))
        .collect()
}

pub(super) fn components(top: Fields<'_>, m: &mut Mistakes<'_>) -> BTreeMap<String, Component> {
    let mut components = BTreeMap::new();
    for (name, it) in top.named("component") {
        for field in ["is", "on", "replaces"] {
            if let Some(text) = it.texts(field).find(|it| it.text == name) {
                let message = format!("{}: `{field}` refers to the component itself", it.called);
                m.add(text.at, message);
            }
        }
        let kind = it.word("kind", Kind::parse).unwrap_or(Kind::Own);
        let component = Component {
            title: it.string("title"),
            kind,
            zone: it.optional("zone"),
            description: it.string("description"),
            is: it.strings("is"),
            on: it.strings("on"),
            replaces: it.strings("replaces"),
            aliases: it.strings("aliases"),
            managed_by: it.optional("managed_by"),
            address: it.text("address").and_then(|it| address(it.text).ok()),
            fqdn: it.optional("fqdn"),
            address_list_url: it.optional("address_list_url"),
        };
        let fixed = ["address", "fqdn", "address_list_url"];
        if matches!(kind, Kind::Own | Kind::Dependency)
            && let Some(field) = fixed.iter().find(|field| it.has(field))
        {
            let message = format!(
                "{}: `{field}` is only for external components, but the kind is `{kind}`",
                it.called
            );
            m.add(it.at, message);
        }
        components.insert(name.to_owned(), component);
    }
    check_aliases(top, &components, m);
    components
}

fn check_aliases(top: Fields<'_>, components: &BTreeMap<String, Component>, m: &mut Mistakes<'_>) {
    let mut taken: BTreeMap<&str, &str> = BTreeMap::new();
    for (name, it) in top.named("component") {
        for alias in it.texts("aliases") {
            let other = match components.get_key_value(alias.text) {
                Some((other, _)) => Some(other.as_str()),
                None => taken.insert(alias.text, name),
            };
            if let Some(other) = other {
                let message = format!(
                    "{}: the alias `{}` already refers to `{other}`",
                    it.called, alias.text
                );
                m.add(alias.at, message);
            }
        }
    }
}

pub(super) fn zones(top: Fields<'_>, m: &mut Mistakes<'_>) -> BTreeMap<String, RecommendedZone> {
    let mut zones = BTreeMap::new();
    for (name, it) in top.named("zone") {
        let inside = it.text("inside");
        if let Some(text) = inside.filter(|it| it.text == name) {
            m.add(
                text.at,
                format!("{}: `inside` refers to the zone itself", it.called),
            );
        }
        let zone = RecommendedZone {
            title: it.optional("title").unwrap_or_else(|| name.to_owned()),
            trust: it.word("trust", Trust::parse),
            inside: it.optional("inside"),
            description: it.string("description"),
        };
        zones.insert(name.to_owned(), zone);
    }
    zones
}

pub(super) fn features(top: Fields<'_>) -> BTreeMap<String, Feature> {
    let feature = |it: Fields<'_>| Feature {
        title: it.string("title"),
        default: it.flag("default").unwrap_or(false),
    };
    top.named("feature")
        .map(|(name, it)| (name.to_owned(), feature(it)))
        .collect()
}

pub(super) fn all_ports(top: Fields<'_>, m: &mut Mistakes<'_>) -> BTreeMap<String, Port> {
    let ports: BTreeMap<String, Port> = top
        .named("port")
        .map(|(name, it)| (name.to_owned(), port(it, m)))
        .collect();
    for (name, it) in top.named("port") {
        let (Some(port), Some(offset)) = (ports.get(name), it.tables("offset").next()) else {
            continue;
        };
        if let Some(of) = offset.text("of")
            && let Some(message) = offset_fault(name, port, of.text, &ports)
        {
            m.add(of.at, format!("{}: {message}", it.called));
        }
    }
    ports
}

fn port(it: Fields<'_>, m: &mut Mistakes<'_>) -> Port {
    let within = it.ports("within");
    let mut check_bounds = |found: &[PortRange], at: usize| {
        for range in outside(found, &within) {
            let bounds = port_list(&within);
            m.add(
                at,
                format!("{}: {range} is outside its bounds, {bounds}", it.called),
            );
        }
    };
    let default = it.ports("default");
    check_bounds(&default, it.text("default").map_or(it.at, |it| it.at));
    let mut recommended = BTreeMap::new();
    for (profile, text) in it.by_key("recommended") {
        let found = ports(text);
        check_bounds(&found, text.at);
        recommended.insert(profile.to_owned(), found);
    }
    let alternatives = it.flag("alternatives").unwrap_or(false);
    if alternatives && default.len() < 2 {
        let message = format!(
            "{}: `alternatives` needs at least two ports in `default`",
            it.called
        );
        m.add(it.at, message);
    }
    let offset = it.tables("offset").next();
    if offset.is_some() && it.has("default") {
        let message = format!("{}: `default` and `offset` cannot both be set", it.called);
        m.add(it.at, message);
    }
    Port {
        default,
        setting: it.optional("setting"),
        advertised_setting: it.optional("advertised_setting"),
        recommended,
        within,
        offset: offset.map(|it| (it.string("of"), it.distance("by"))),
        alternatives,
        note: it.string("note"),
    }
}

/// What is wrong with a port that follows another; an unknown one has been reported.
fn offset_fault(
    name: &str,
    port: &Port,
    of: &str,
    ports: &BTreeMap<String, Port>,
) -> Option<String> {
    let followed = ports.get(of)?;
    if of == name {
        return Some("its `offset` refers back to itself".to_owned());
    }
    if let Some((further, _)) = &followed.offset {
        return Some(if further == name {
            format!("its `offset` refers back to itself through `{of}`")
        } else {
            format!("`offset` follows `{of}`, which itself follows `{further}`; follow that one")
        });
    }
    let by = port.offset.as_ref().map_or(0, |it| it.1);
    match shifted(&followed.default, by) {
        Err(message) => Some(message),
        Ok(found) => outside(&found, &port.within).next().map(|range| {
            let bounds = port_list(&port.within);
            format!("{range}, which follows `{of}`, is outside its bounds, {bounds}")
        }),
    }
}

/// The ports that are not within the bounds, where there are any.
fn outside<'r>(
    found: &'r [PortRange],
    within: &'r [PortRange],
) -> impl Iterator<Item = &'r PortRange> {
    found
        .iter()
        .filter(|it| !within.is_empty() && !within.iter().any(|bound| bound.contains(**it)))
}
