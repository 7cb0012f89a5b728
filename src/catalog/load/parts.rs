//! The tables that flows refer to: sources, components and zones.

use super::fields::{Fields, address};
use super::mistakes::Mistakes;
use crate::catalog::product::{Component, ONLY_ADDRESS, RecommendedZone, Source};
use crate::model::address::Cidr;
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

/// The component of a draft for an end that the page does not name.
const UNSTATED: &str = "unstated";

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
            forwards: it.flag("forwards").unwrap_or(false),
            managed_by: it.optional("managed_by"),
            role: it.flag("role").unwrap_or(false),
            addresses: addresses(it),
            fqdns: it.strings("fqdn"),
            address_list_urls: it.strings("address_list_url"),
            releases: it.releases(),
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
        if name == UNSTATED && top.flag("draft") != Some(true) {
            let message = format!(
                "{}: this name is only for drafts, where a page does not say who it is; give the component its own name",
                it.called
            );
            m.add(it.at, message);
        }
        components.insert(name.to_owned(), component);
    }
    check_aliases(top, &components, m);
    components
}

/// The addresses by name. A single one has no name of its own.
fn addresses(it: Fields<'_>) -> BTreeMap<String, Cidr> {
    let only = it.text("address").map(|it| (ONLY_ADDRESS, it));
    let named = it.by_key("address").chain(only);
    named
        .filter_map(|(name, it)| Some((name.to_owned(), address(it.text).ok()?)))
        .collect()
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
