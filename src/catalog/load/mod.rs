//! From the text of a product file to the product, or to all of its mistakes at once.

mod document;
mod fields;
mod flows;
mod parts;
mod remarks;

pub use document::Mistake;

use super::product::{Component, Feature, Flow, Port, Product, Source};
use super::version::{Covers, Version};
use document::{Mistakes, parse};
use fields::{Fields, Text};
use std::collections::BTreeMap;

/// Reads a product file, TOML or JSON.
///
/// # Errors
/// Every mistake of the file, in its order.
pub fn load(text: &str) -> Result<Product, Vec<Mistake>> {
    let mut mistakes = Mistakes::new(text);
    let product = parse(text, &mut mistakes).and_then(|root| {
        Fields::new(&root, "the file", &mut mistakes).map(|fields| product(fields, &mut mistakes))
    });
    match product {
        Some(product) if mistakes.is_empty() => Ok(product),
        _ => Err(mistakes.into_sorted()),
    }
}

/// What has been read so far, so that later tables can refer to it.
struct Known {
    sources: BTreeMap<String, Source>,
    components: BTreeMap<String, Component>,
    ports: BTreeMap<String, Port>,
    features: BTreeMap<String, Feature>,
    flows: BTreeMap<String, Flow>,
}

fn product(mut top: Fields<'_>, m: &mut Mistakes<'_>) -> Product {
    match top.integer("format", m) {
        Some((1, _)) => {}
        Some((other, at)) => m.add(
            at,
            format!("format {other} is not known here; this provider reads format 1"),
        ),
        // A `format` of another type has been reported.
        None if top.has("format") => {}
        None => m.add(
            top.at,
            "`format` is missing; a product file begins with `format = 1`",
        ),
    }
    let name = top.name("name", m).text;
    let title = top.required("title", m).text;
    let vendor = top.required("vendor", m).text;
    let version = version(&mut top, m);
    let covers = top.text("covers", m).map_or_else(Covers::default, |it| {
        Covers::parse(&it.text).unwrap_or_else(|message| {
            m.add(it.at, format!("`covers`: {message}"));
            Covers::default()
        })
    });
    let aliases = top
        .texts("aliases", m)
        .into_iter()
        .map(|it| it.text)
        .collect();
    let rejects = top.word("default_action", &["reject", "drop"], |it| it, m) == Some("reject");

    let mut known = Known {
        sources: parts::sources(&mut top, m),
        components: parts::components(&mut top, m),
        ports: parts::ports(&mut top, m),
        features: parts::features(&mut top, m),
        flows: BTreeMap::new(),
    };
    let zones = parts::zones(&mut top, m);
    known.flows = known.flows(&mut top, m);
    known.check_choices(&top, m);
    let advisories = known.advisories(&mut top, m);
    let conflicts = known.conflicts(&mut top, m);
    let gaps = known.gaps(&mut top, m);
    let suspects = known.suspects(&mut top, m);
    top.finish(m);
    Product {
        name,
        title,
        vendor,
        version,
        covers,
        aliases,
        rejects,
        built_in: false,
        sources: known.sources,
        components: known.components,
        zones,
        ports: known.ports,
        features: known.features,
        flows: known.flows,
        advisories,
        conflicts,
        gaps,
        suspects,
    }
}

fn version(top: &mut Fields<'_>, m: &mut Mistakes<'_>) -> Version {
    let text = top.required("version", m);
    let nothing = Version::parse("0").unwrap_or_else(|| unreachable!("0 is a version"));
    if text.text.is_empty() {
        return nothing;
    }
    Version::parse(&text.text).unwrap_or_else(|| {
        m.add(
            text.at,
            format!(
                "`version` is `{}`, and must be letters, digits, dots and dashes, e.g. \"3.10\"",
                text.text
            ),
        );
        nothing
    })
}

/// Puts a table with an id where it belongs; the second of one id is a mistake.
fn insert_once<T>(
    map: &mut BTreeMap<String, T>,
    what: &str,
    id: Text,
    value: T,
    m: &mut Mistakes<'_>,
) {
    if map.contains_key(&id.text) && !id.text.is_empty() {
        m.add(id.at, format!("{what} `{}` stands twice", id.text));
    }
    map.insert(id.text, value);
}
