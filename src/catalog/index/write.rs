//! Writing the texts of the index, from products.

use super::ReleaseLine;
use crate::catalog::product::Product;
use crate::catalog::resolve::resolve;
use crate::model::layout::Overrides;
use crate::model::words::{Exposure, Kind};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::sync::Arc;

/// The columns of `products.tsv`.
const COLUMNS: &str = "name\tversion\tcovers\tflows\ttitle\tvendor\taliases\twords\tlanguages\n";

/// The row of a product.
pub(super) fn line(product: &Product) -> ReleaseLine {
    ReleaseLine {
        name: product.name.clone(),
        version: product.version.clone(),
        covers: product.covers.clone(),
        title: product.title.clone(),
        vendor: product.vendor.clone(),
        aliases: product.aliases.clone(),
        words: product.words.clone(),
        languages: product.languages().into_iter().map(str::to_owned).collect(),
        flows: product.flows.len(),
    }
}

/// The text of `products.tsv`.
pub(super) fn lines(lines: &[ReleaseLine]) -> String {
    let mut text = COLUMNS.to_owned();
    for it in lines {
        let list = |items: &[String]| items.join("|");
        // Writing to a string does not fail.
        let _ = writeln!(
            text,
            "{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}",
            it.name,
            it.version,
            it.covers,
            it.flows,
            clean(&it.title),
            clean(&it.vendor),
            list(&it.aliases),
            list(&it.words),
            list(&it.languages),
        );
    }
    text
}

/// The text of `flows.tsv`: a row for each product, and under it one for each flow.
pub(super) fn flows(products: &[Arc<Product>]) -> String {
    let mut text = String::new();
    for product in products {
        let purposes = product.flows.values().flat_map(|it| it.purpose.keys());
        let languages: BTreeSet<&str> = purposes.map(String::as_str).collect();
        let columns: Vec<&str> = languages.into_iter().collect();
        let _ = writeln!(
            text,
            "{}\t{}\t{}",
            product.name,
            product.version,
            columns.join("\t")
        );
        let (matrix, _) = resolve(product, &Overrides::default());
        for (id, flow) in &product.flows {
            // The ports of external components are not the product's.
            let inside = |it: &&String| product.components[*it].kind != Kind::External;
            let components: Vec<&str> =
                (flow.to.iter().filter(inside).map(String::as_str)).collect();
            let listens = &matrix.flows[id].listens;
            let services: Vec<String> = listens.iter().map(ToString::to_string).collect();
            let purposes: Vec<String> = (columns.iter())
                .map(|it| clean(flow.purpose.get(*it).map_or("", String::as_str)))
                .collect();
            let _ = writeln!(
                text,
                "\t{id}\t{}\t{}\t{}\t{}\t\t{}",
                components.join(" "),
                services.join(" "),
                flow.plane,
                flow.exposure.map_or("", Exposure::as_str),
                purposes.join("\t"),
            );
        }
    }
    text
}

/// A text that stays in its cell.
fn clean(text: &str) -> String {
    text.replace(char::is_control, " ")
}
