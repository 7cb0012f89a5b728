//! What is in `catalog/`, and that all of it is built in.

use crate::repository::files;
use crate::support::none;
use portmatrix::catalog::version::Version;
use portmatrix::catalog::{FILES, load};
use std::collections::{BTreeMap, BTreeSet};

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
        .filter(|it| *it != "README.md")
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
        if product.name != file.name || product.version.as_str() != file.version {
            found.push(format!(
                "{path} is of {} {}",
                product.name,
                product.version.as_str()
            ));
        }
        if product.aliases != file.aliases {
            found.push(format!(
                "{path} has other aliases than its row of the table"
            ));
        }
        found.extend(product.remarks().iter().map(|it| format!("{path}: {it}")));
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

#[test]
fn products_do_not_share_names() {
    let mut owners: BTreeMap<String, &str> = BTreeMap::new();
    for file in FILES {
        for name in file
            .load()
            .aliases
            .into_iter()
            .chain([file.name.to_owned()])
        {
            let owner = *owners.entry(name.clone()).or_insert(file.name);
            assert_eq!(owner, file.name, "`{name}` is two products");
        }
    }
}
