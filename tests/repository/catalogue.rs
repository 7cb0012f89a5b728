//! What is in `catalog/`, that all of it is built in, and that its index is fresh.
//!
//! `UPDATE_EXPECT=1 cargo test --test in_process repository::catalogue` makes the index anew.

use crate::repository::files;
use crate::support::{none, root};
use expect_test::expect_file;
use portmatrix::catalog::index::Index;
use portmatrix::catalog::product::Product;
use portmatrix::catalog::version::Version;
use portmatrix::catalog::{FILES, load};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The tables of the index.
const INDEX: [&str; 2] = ["products.tsv", "flows.tsv"];

#[test]
fn the_index_is_fresh() {
    let products: Vec<_> = FILES.iter().map(|it| Arc::new(it.load())).collect();
    let texts = Index::of(&products).texts();
    for (path, text) in INDEX.iter().zip(&texts) {
        expect_file![root().join("catalog").join(path)].assert_eq(text);
    }
    // What is read is what was written.
    let index = Index::read(&texts[0], &texts[1]).expect("the texts are an index");
    assert!(index.texts() == texts, "a text changes as it is read");
    for (at, product) in products.iter().enumerate() {
        let rows: Vec<_> = index.flows(at).collect();
        let ids: Vec<&str> = rows.iter().map(|it| it.id).collect();
        assert!(ids.iter().eq(product.flows.keys()), "{}", product.name);
        for it in rows {
            let flow = &product.flows[it.id];
            assert_eq!((it.plane, it.exposure), (flow.plane, flow.exposure));
            for (language, purpose) in &flow.purpose {
                assert_eq!(it.purpose(language), purpose);
            }
        }
    }
}

#[test]
fn every_catalogue_file_is_built_in() {
    let rows: Vec<(String, String)> = FILES
        .iter()
        .map(|it| (it.name.to_owned(), it.version.to_owned()))
        .collect();
    let mut sorted = rows.clone();
    let version =
        |text: &str| Version::parse(text).unwrap_or_else(|| panic!("`{text}` is no version"));
    sorted.sort_by(|a, b| {
        a.0.cmp(&b.0)
            .then_with(|| version(&a.1).cmp(&version(&b.1)))
    });
    assert_eq!(
        rows, sorted,
        "the table is sorted by product, then oldest version first"
    );

    let on_disk: BTreeSet<(String, String)> = files()
        .iter()
        .filter_map(|it| it.strip_prefix("catalog/"))
        .filter(|it| *it != "README.md" && !INDEX.contains(it) && !it.ends_with(".check.csv"))
        .map(|it| {
            let parts = it.strip_suffix(".toml").and_then(|it| it.split_once('/'));
            let (name, version) =
                parts.unwrap_or_else(|| panic!("catalog/{it} is not <product>/<version>.toml"));
            (name.to_owned(), version.to_owned())
        })
        .collect();
    assert_eq!(rows.into_iter().collect::<BTreeSet<_>>(), on_disk);
}

#[test]
fn every_catalogue_file_is_in_order() {
    let mut found = Vec::new();
    for file in FILES {
        let path = format!("catalog/{}/{}.toml", file.name, file.version);
        let product = match load(&file.text()) {
            Ok(product) => product,
            Err(mistakes) => {
                found.extend(mistakes.iter().map(|it| format!("{path}:{it}")));
                continue;
            }
        };
        // Built-in files are read by a quicker way.
        let quick = Product {
            built_in: false,
            ..file.load()
        };
        if format!("{product:?}") != format!("{quick:?}") {
            found.push(format!("{path} is read otherwise when it is built in"));
        }
        if product.name != file.name || product.version.as_str() != file.version {
            found.push(format!(
                "{path} is of {} {}",
                product.name,
                product.version.as_str()
            ));
        }
        found.extend(product.unused().iter().map(|it| format!("{path}: {it}")));
        let ids: [(&str, Vec<&str>); 4] = [
            (
                "advisory",
                product.advisories.iter().map(|it| it.id.as_str()).collect(),
            ),
            (
                "conflict",
                product.conflicts.iter().map(|it| it.id.as_str()).collect(),
            ),
            (
                "gap",
                product.gaps.iter().map(|it| it.id.as_str()).collect(),
            ),
            (
                "suspect",
                product.suspects.iter().map(|it| it.id.as_str()).collect(),
            ),
        ];
        for (what, ids) in ids {
            let mut seen = BTreeSet::new();
            found.extend(
                ids.iter()
                    .filter(|it| !seen.insert(**it))
                    .map(|it| format!("{path}: two {what} entries are `{it}`")),
            );
        }
        found.extend(
            product
                .features
                .keys()
                .filter(|it| product.flows.contains_key(*it))
                .map(|it| format!("{path}: `{it}` is a flow and a feature")),
        );
    }
    none(&found);
}

/// A name, an alias, and a name behind that of the vendor lead to one product each.
#[test]
fn products_do_not_share_names() {
    let index = Index::built_in();
    let mut owners: BTreeMap<String, &str> = BTreeMap::new();
    for line in index.lines() {
        for name in line.names() {
            let owner = *owners.entry(name.to_string()).or_insert(&line.name);
            assert_eq!(owner, line.name, "`{name}` is two products");
        }
    }
}
