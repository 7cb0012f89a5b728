//! From the text of a product file to the product, or to all of its mistakes at once.

mod document;
mod mistakes;

mod check;

mod fields;
mod flows;
mod notes;
mod parts;
mod quick;

pub use mistakes::Mistake;

use super::product::Product;
use super::version::{Covers, Version};
use check::check;
use document::parse;
use fields::Fields;
use mistakes::Mistakes;

/// Reads a product file, TOML or JSON.
///
/// # Errors
/// Every mistake of the file, in its order.
pub fn load(text: &str) -> Result<Product, Vec<Mistake>> {
    // Editors on Windows begin a file with a mark that is none of its characters.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut mistakes = Mistakes::new(text);
    let product = parse(text, &mut mistakes).and_then(|root| {
        check(&root, &mut mistakes);
        product(Fields::file(&root), &mut mistakes)
    });
    match product {
        Some(product) if mistakes.is_empty() => Ok(product),
        _ => Err(mistakes.into_sorted()),
    }
}

/// Reads a file that a test has checked, so that there is no need to look for mistakes.
pub(super) fn load_checked(text: &str) -> Option<Product> {
    let mut mistakes = Mistakes::new(text);
    let root = quick::parse(text).or_else(|| parse(text, &mut mistakes))?;
    product(Fields::file(&root), &mut mistakes).filter(|_| mistakes.is_empty())
}

/// The product of a checked file, and what is wrong in it beyond the format: what contradicts itself.
fn product(top: Fields<'_>, m: &mut Mistakes<'_>) -> Option<Product> {
    let components = parts::components(top, m);
    let features = parts::features(top);
    let flows = flows::flows(top, &components, &features, m);
    let ports = parts::all_ports(top, m);
    let zones = parts::zones(top, m);
    Some(Product {
        name: top.string("name"),
        title: top.string("title"),
        vendor: top.string("vendor"),
        version: top.word("version", Version::parse)?,
        covers: top
            .word("covers", |it| Covers::parse(it).ok())
            .unwrap_or_default(),
        aliases: top.strings("aliases"),
        words: top.strings("words"),
        rejects: top
            .text("default_action")
            .is_some_and(|it| it.text == "reject"),
        built_in: false,
        sources: parts::sources(top),
        components,
        zones,
        ports,
        features,
        flows,
        advisories: top.tables("advisory").map(notes::advisory).collect(),
        conflicts: top.tables("conflict").map(notes::conflict).collect(),
        gaps: top.tables("gap").map(notes::gap).collect(),
        suspects: top.tables("suspect").map(notes::suspect).collect(),
    })
}
