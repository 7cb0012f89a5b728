//! The catalogue as a static site: a page to search it, and a page for each product and release line.

use super::html::shell;
use super::product::{Link, page};
use super::words::counted;
use crate::catalog::product::Product;
use crate::catalog::resolve::{Matrix, resolve};
use crate::model::layout::Overrides;
use maud::{Markup, html};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Search by words and ports.
const SCRIPT: &str = include_str!("html/site.js");

/// A file of the site.
pub struct File {
    /// Its name.
    pub name: String,
    /// What is in it.
    pub text: String,
}

/// The files of a site of products, which come by name, oldest release first.
pub fn files(products: &[Arc<Product>], language: &str) -> Vec<File> {
    let mut files = Vec::new();
    let mut cards = Vec::new();
    for lines in products.chunk_by(|a, b| a.name == b.name) {
        let Some(newest) = lines.last() else { continue };
        for product in lines {
            let (matrix, _) = resolve(product, &Overrides::default());
            let mut links = vec![Link {
                text: "all products".to_owned(),
                to: "index.html".to_owned(),
            }];
            let others = lines
                .iter()
                .rev()
                .filter(|it| it.version != product.version);
            links.extend(others.map(|it| Link {
                text: format!("release {}", it.version),
                to: file_of(it, newest),
            }));
            files.push(File {
                name: file_of(product, newest),
                text: page(&matrix, language, &links),
            });
            if product.version == newest.version {
                cards.push(card(&matrix, lines));
            }
        }
    }
    files.push(File {
        name: "index.html".to_owned(),
        text: index(&cards),
    });
    files
}

/// The newest line of a product has its name alone, so that links to it stay.
fn file_of(product: &Product, newest: &Product) -> String {
    if product.version == newest.version {
        format!("{}.html", product.name)
    } else {
        format!("{}-{}.html", product.name, product.version)
    }
}

/// A product in the list, with the words and ports by which it is found.
fn card(matrix: &Matrix, lines: &[Arc<Product>]) -> Markup {
    let product = &matrix.product;
    let names = [&product.name, &product.title, &product.vendor];
    let components = product
        .components
        .iter()
        .flat_map(|(name, it)| [name, &it.title]);
    let words = names
        .into_iter()
        .chain(&product.aliases)
        .chain(&product.words)
        .chain(components);
    let words: BTreeSet<String> = words.map(|it| it.to_lowercase()).collect();
    let ports = matrix.rows().into_iter().filter_map(|it| it.ports());
    let ports: BTreeSet<String> = ports.map(|it| it.to_string()).collect();
    let versions: Vec<String> = lines
        .iter()
        .rev()
        .map(|it| it.version.to_string())
        .collect();
    let joined = |all: BTreeSet<String>| all.into_iter().collect::<Vec<_>>().join(" ");
    html! {
        li data-words=(joined(words)) data-ports=(joined(ports)) {
            a href=(file_of(product, product)) {
                b { (product.title) }
                span class="soft" { (product.vendor) }
                br;
                span { (versions.join(", ")) " · " (counted(product.flows.len(), "flow", "flows")) }
                span class="found soft" {}
            }
        }
    }
}

fn index(cards: &[Markup]) -> String {
    let body = html! {
        header {
            div {
                p class="over" { "portmatrix" }
                h1 { "Who must be able to connect to whom" }
                p class="soft" { "Port matrices of " (counted(cards.len(), "product", "products")) ", each flow with the vendor's page that says so." }
            }
        }
        main {
            section id="products" {
                div class="tools" {
                    label { "Search " input type="search" id="query" placeholder="a product, a component or a port" autocomplete="off"; }
                    span id="hits" class="soft" role="status" {}
                }
                ul class="cards" { @for it in cards { (it) } }
            }
        }
        footer { "Made by portmatrix from its catalogue. The page is complete in itself and loads nothing." }
    };
    shell("Port matrices of products", SCRIPT, &body)
}
