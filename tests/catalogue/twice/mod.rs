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

/// A product file and its check file, by the name of both.
struct Pair {
    name: String,
    product: Product,
    sheet: Sheet,
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
            let sheet = read("check.csv").unwrap_or_else(|_| {
                panic!("catalog/{name}.toml has no check file; write catalog/{name}.check.csv")
            });
            let sheet = Sheet::parse(&sheet);
            let sheet = sheet.unwrap_or_else(|it| panic!("catalog/{name}.check.csv:{it}"));
            Pair {
                name,
                product,
                sheet,
            }
        })
        .collect()
}

#[test]
fn product_files_and_check_files_say_the_same() {
    let pairs = pairs();
    let found = pairs
        .iter()
        .flat_map(|it| differences(&it.name, &it.product, &it.sheet));
    none(&found.collect::<Vec<String>>());
}
