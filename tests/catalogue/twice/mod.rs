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
const WITHOUT: &[&str] = &[];

/// The products whose check file is there and is not yet compared at the source with the product file. The list only becomes
/// shorter.
const UNSETTLED: &[&str] = &[];

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
        let differences = differences(&pair.name, &pair.product, sheet);
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
