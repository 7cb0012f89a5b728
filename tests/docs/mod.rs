//! The pages in `docs/`. Most are generated from the schemas, the table of codes, the format of product files,
//! the catalogue, `catalog/README.md` and the texts in `templates/`, and must be fresh. So must be the list of products in `README.md`.
//!
//! `UPDATE_EXPECT=1 cargo test --test in_process docs::` generates them again.

mod catalogue;
mod findings;
mod functions;
mod layout;
mod markdown;
mod modules;
mod product_file;
mod schema;

use crate::support::{read, root};
use expect_test::expect_file;
use markdown::{anchors, links, without_code};
use portmatrix::model::code::Code;
use portmatrix::provider;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The guides that are written by hand. Pages with generated parts are in `templates/`.
const WRITTEN: [&str; 17] = [
    "guides/around-the-rules.md",
    "guides/coming-from-security-group.md",
    "guides/first-steps-aws.md",
    "guides/first-steps-azure.md",
    "guides/from-a-page-to-rules.md",
    "guides/host-firewalls.md",
    "guides/keys-and-unknown-values.md",
    "guides/look-before-you-adopt.md",
    "guides/modules-and-ci.md",
    "guides/peers.md",
    "guides/performance.md",
    "guides/policy.md",
    "guides/quotas-and-merging.md",
    "guides/reports.md",
    "guides/reviewing.md",
    "guides/reviewing-plans.md",
    "guides/taking-over.md",
];

/// A page from its template in `templates/`, with `{{ name }}` replaced by the text of that name.
fn filled(path: &str, parts: &[(&str, &str)]) -> String {
    let mut page = read(&format!("templates/{path}.tmpl"));
    for (name, text) in parts {
        let mark = format!("{{{{ {name} }}}}");
        assert!(page.contains(&mark), "the template of {path} has no {mark}");
        page = page.replace(&mark, text.trim_end());
    }
    page
}

/// Every generated file: its path in `docs/`, and its text.
fn generated() -> BTreeMap<String, String> {
    let schemas = provider::schemas();
    let short = |kind: &'static str| {
        kind.strip_prefix(provider::NAME)
            .and_then(|it| it.strip_prefix('_'))
            .unwrap_or_else(|| panic!("`{kind}` does not begin with the provider's name"))
    };
    let provider = &schemas.provider.block;
    let index = filled(
        "index.md",
        &[
            ("description", &provider.description),
            ("example", &read("examples/provider/provider.tf")),
            ("schema", &schema::schema(provider)),
        ],
    );
    let manual = product_file::manual(&read("catalog/README.md"));
    let (_, manual) = manual
        .split_once("\n## ")
        .expect("the manual of the catalogue has sections");
    let mut pages = BTreeMap::from([
        ("index.md".to_owned(), index),
        (
            "guides/catalogue.md".to_owned(),
            filled(
                "guides/catalogue.md",
                &[
                    ("table", &catalogue::table()),
                    ("sections", &catalogue::sections()),
                ],
            ),
        ),
        (
            "guides/findings.md".to_owned(),
            filled("guides/findings.md", &[("codes", &findings::codes())]),
        ),
        (
            "guides/writing-a-product.md".to_owned(),
            filled(
                "guides/writing-a-product.md",
                &[("manual", &format!("## {manual}"))],
            ),
        ),
        (
            "product-file.schema.json".to_owned(),
            product_file::schema(),
        ),
        ("layout.schema.json".to_owned(), layout::schema()),
    ]);
    for (kind, it) in &schemas.resources {
        let path = format!("resources/{}.md", short(kind));
        let folder = format!("examples/resources/{kind}");
        let parts = [
            ("description", &*it.block.description),
            ("example", &read(&format!("{folder}/resource.tf"))),
            ("schema", &schema::schema(&it.block)),
            ("import", &read(&format!("{folder}/import.sh"))),
        ];
        pages.insert(path.clone(), filled(&path, &parts));
    }
    for (kind, it) in &schemas.data_sources {
        let path = format!("data-sources/{}.md", short(kind));
        let example = read(&format!("examples/data-sources/{kind}/data-source.tf"));
        let parts = [
            ("description", &*it.block.description),
            ("example", &example),
            ("schema", &schema::schema(&it.block)),
        ];
        pages.insert(path.clone(), filled(&path, &parts));
    }
    for (name, signature) in &schemas.functions {
        let page = functions::page(name, signature);
        pages.insert(format!("functions/{name}.md"), page);
    }
    pages
}

/// Every file in `docs/`, by its path there.
fn committed() -> BTreeSet<String> {
    let docs = root().join("docs");
    let mut folders = vec![docs.clone()];
    let mut files = BTreeSet::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("the folder is there") {
            let path = entry.expect("the folder can be read").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let path = path.strip_prefix(&docs).expect("it is below docs");
                files.insert(path.to_string_lossy().replace('\\', "/"));
            }
        }
    }
    files
}

#[test]
fn generated_pages_are_fresh() {
    for (path, text) in generated() {
        expect_file![root().join("docs").join(path)].assert_eq(&text);
    }
}

#[test]
fn the_list_of_the_readme_is_fresh() {
    let path = "README.md";
    expect_file![root().join(path)].assert_eq(&catalogue::readme(&read(path)));
}

#[test]
fn the_manual_of_the_catalogue_has_every_field() {
    let path = "catalog/README.md";
    expect_file![root().join(path)].assert_eq(&product_file::manual(&read(path)));
}

#[test]
fn there_is_no_other_page() {
    let known: BTreeSet<String> = generated()
        .into_keys()
        .chain(WRITTEN.map(str::to_owned))
        .collect();
    assert_eq!(committed(), known);
}

#[test]
fn guides_have_their_titles_and_are_in_the_index() {
    let index = read("docs/index.md");
    for path in committed().iter().filter(|it| it.starts_with("guides/")) {
        let text = read(&format!("docs/{path}"));
        let title = text
            .strip_prefix("---\npage_title: \"")
            .and_then(|it| it.split_once("\"\n"))
            .map_or_else(
                || panic!("{path} does not start with its title"),
                |(title, _)| title,
            );
        assert!(text.contains(&format!("\n# {title}\n")), "{path}");
        assert!(index.contains(&format!("({path})")), "{path}");
    }
}

#[test]
fn every_code_is_explained() {
    let page = read("docs/guides/findings.md");
    for code in Code::ALL {
        assert!(page.contains(&format!("\n### {code}\n")), "{code}");
    }
}

#[test]
fn links_lead_somewhere() {
    let pages = committed().into_iter().map(|it| format!("docs/{it}"));
    let others = [
        "README.md",
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "SECURITY.md",
        "benches/README.md",
        "catalog/README.md",
        "modules/aws/README.md",
        "modules/azure/README.md",
        "modules/google/README.md",
        "modules/openstack/README.md",
        "src/README.md",
    ];
    let mut broken = Vec::new();
    for page in pages.chain(others.map(str::to_owned)) {
        let text = read(&page);
        for link in links(&without_code(&text)) {
            if link.contains("://") {
                continue;
            }
            let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
            let target = if file.is_empty() {
                PathBuf::from(&page)
            } else {
                Path::new(&page)
                    .parent()
                    .unwrap_or(Path::new(""))
                    .join(file)
            };
            let leads = match fs::read_to_string(root().join(&target)) {
                Ok(text) => anchor.is_empty() || anchors(&text).contains(anchor),
                // A folder, or a picture.
                Err(_) => anchor.is_empty() && root().join(&target).exists(),
            };
            if !leads {
                broken.push(format!("{page}: {link}"));
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}
