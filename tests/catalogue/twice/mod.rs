//! Each fact of the catalogue is entered twice, by different readers: in the product file and in the check file next to it.
//! The two must say the same.

mod compare;
mod losses;
mod sheet;

use crate::support::none;
use compare::differences;
use portmatrix::catalog::product::Product;
use portmatrix::catalog::{FILES, load};
use sheet::Sheet;
use std::fs;
use std::path::PathBuf;

/// The products without a check file. The list only becomes shorter.
const WITHOUT: &[&str] = &[
    "cockroachdb/26.2",
    "deckhouse/1.61",
    "deckhouse/1.69",
    "deckhouse/1.77",
    "kafka/4",
    "zookeeper/3.9",
];

/// The products whose check file is there and is not yet compared at the source with the product file. The list only becomes
/// shorter.
const UNSETTLED: &[&str] = &["ibm-api-connect/10.0"];

/// Flows that are not in every release that their product file covers, by product and id. They wait for `releases` on flows.
const RELEASES: &[(&str, &str)] = &[
    ("aiven/2024", "wireguard"),
    ("etcd/3.7", "tracing"),
    ("kong/3", "status"),
];

/// A product file and its check file, by the name that the lists above use.
struct Pair {
    name: String,
    product: Product,
    sheet: Option<Sheet>,
}

fn pairs() -> Vec<Pair> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("catalog");
    FILES
        .iter()
        .map(|file| {
            let name = format!("{}/{}", file.name, file.version);
            let read = |end: &str| fs::read_to_string(folder.join(format!("{name}.{end}")));
            let product =
                load(&read("toml").unwrap()).unwrap_or_else(|it| panic!("{name}: {it:?}"));
            let sheet = read("check.csv").ok().map(|it| {
                Sheet::parse(&it).unwrap_or_else(|it| panic!("catalog/{name}.check.csv:{it}"))
            });
            Pair {
                name,
                product,
                sheet,
            }
        })
        .collect()
}

#[test]
fn every_product_has_a_check_file() {
    let missing: Vec<String> = pairs()
        .into_iter()
        .filter(|it| it.sheet.is_none() != WITHOUT.contains(&it.name.as_str()))
        .map(|it| match it.sheet {
            None => format!(
                "catalog/{0}.toml has no check file; write catalog/{0}.check.csv",
                it.name
            ),
            Some(_) => format!(
                "catalog/{0}.check.csv is there; remove `{0}` from WITHOUT",
                it.name
            ),
        })
        .collect();
    none(&missing);
}

#[test]
fn product_files_and_check_files_say_the_same() {
    let mut found = Vec::new();
    for pair in pairs() {
        let Some(sheet) = &pair.sheet else { continue };
        let mut differences = differences(&pair.name, &pair.product, sheet);
        for (product, flow) in RELEASES.iter().filter(|(it, _)| *it == pair.name) {
            let start = format!("catalog/{product}.toml: flow `{flow}`");
            let before = differences.len();
            let is_release = |it: &String| {
                it.contains("no row of the check file has") || it.contains("does not state")
            };
            differences.retain(|it| !(it.starts_with(&start) && is_release(it)));
            if differences.len() == before {
                found.push(format!(
                    "flow `{flow}` of {product} has no differences; remove it from RELEASES"
                ));
            }
        }
        if !UNSETTLED.contains(&pair.name.as_str()) {
            found.extend(differences);
        } else if differences.is_empty() {
            found.push(format!(
                "`{}` has no differences; remove it from UNSETTLED",
                pair.name
            ));
        }
    }
    none(&found);
}
