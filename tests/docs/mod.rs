//! What stands in `docs/`: most is made from the schemas, the table of codes, the format of product files and
//! `catalog/README.md`, and must be fresh.
//!
//! `UPDATE_EXPECT=1 cargo test --test in_process docs::` writes them anew.

mod findings;
mod markdown;
mod product_file;
mod schema;

use crate::support::{read, root};
use expect_test::expect_file;
use markdown::{anchors, front_matter, links, without_code};
use portmatrix::model::code::Code;
use portmatrix::provider;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The pages that people write, with the titles under which others list them.
const WRITTEN: [(&str, &str); 8] = [
    ("guides/first-steps-aws.md", "First steps on AWS"),
    ("guides/first-steps-azure.md", "First steps on Azure"),
    (
        "guides/keys-and-unknown-values.md",
        "Keys, unknown values and the life of the rules",
    ),
    (
        "guides/performance.md",
        "Performance: what costs what, and large layouts",
    ),
    ("guides/quotas-and-merging.md", "Quotas and merging"),
    ("guides/reviewing.md", "Reviewing what is in place"),
    (
        "guides/reviewing-plans.md",
        "Reviewing saved plans and states",
    ),
    ("guides/taking-over.md", "Taking over existing rules"),
];

/// Every generated file: its path in `docs/`, and its text.
fn generated() -> BTreeMap<String, String> {
    let schemas = provider::schemas();
    let short = |kind: &'static str| {
        kind.strip_prefix(provider::NAME)
            .and_then(|it| it.strip_prefix('_'))
            .unwrap_or_else(|| panic!("`{kind}` does not begin with the provider's name"))
    };
    let mut guides = vec![
        ("guides/findings.md", findings::TITLE),
        ("guides/writing-a-product.md", PRODUCT_GUIDE_TITLE),
    ];
    guides.extend(WRITTEN);
    guides.sort_unstable();

    let mut pages = BTreeMap::from([
        (
            "index.md".to_owned(),
            schema::provider_page(
                provider::NAME,
                &schemas.provider.block,
                &read("examples/provider/provider.tf"),
                &guides,
            ),
        ),
        ("guides/findings.md".to_owned(), findings::page()),
        (
            "guides/writing-a-product.md".to_owned(),
            product_guide(&product_file::manual(&read("catalog/README.md"))),
        ),
        (
            "product-file.schema.json".to_owned(),
            product_file::schema(),
        ),
    ]);
    for (kind, it) in &schemas.resources {
        let folder = format!("examples/resources/{kind}");
        let page = schema::Page {
            kind,
            what: "Resource",
            block: &it.block,
            example: &read(&format!("{folder}/resource.tf")),
            import: Some(&read(&format!("{folder}/import.sh"))),
        };
        pages.insert(format!("resources/{}.md", short(kind)), page.text());
    }
    for (kind, it) in &schemas.data_sources {
        let page = schema::Page {
            kind,
            what: "Data Source",
            block: &it.block,
            example: &read(&format!("examples/data-sources/{kind}/data-source.tf")),
            import: None,
        };
        pages.insert(format!("data-sources/{}.md", short(kind)), page.text());
    }
    pages
}

const PRODUCT_GUIDE_TITLE: &str = "Writing a product file";

/// The catalogue's own manual, for those who have only the provider.
fn product_guide(catalog: &str) -> String {
    let (_, manual) = catalog
        .split_once("\n## ")
        .expect("the catalogue's manual has sections");
    format!(
        "{}# {PRODUCT_GUIDE_TITLE}\n\n{PRODUCT_GUIDE_INTRO}\n## {manual}",
        front_matter(
            PRODUCT_GUIDE_TITLE,
            "How to describe a product that the catalogue lacks."
        )
    )
}

const PRODUCT_GUIDE_INTRO: &str = r#"A product that the catalogue lacks, or has otherwise than you run it, is a file of yours, in TOML or JSON. Its text goes to
`definitions` of the provider block for a whole configuration, or to `definition` of one `product` block:

```hcl
provider "portmatrix" {
  definitions = [for it in fileset(path.root, "products/*.toml") : file("${path.root}/${it}")]
}
```

The provider's program checks such files outside of a plan, and shows what it reads in them:

```shell
terraform-provider-portmatrix lint products/*.toml
terraform-provider-portmatrix show products/parrot.toml
```

Of the file below they say:

```text
products/parrot.toml: fine: parrot 2, 2 flows
Parrot 2 (Example Corp.)

FLOW      FROM    TO          TRANSPORT  PORT  PLANE     EXPOSURE  NEED      PURPOSE
web       user    server      tcp        8080  data      public    required  Web pages and API
database  server  postgresql  tcp        5432  database  internal  unstated  Parrot's data
…
```

A mistake is told with its line and column, in a plan as the finding [`bad-definition`](findings.md#bad-definition):

```shell
sed 's/"own"/"ours"/; s/{web}/{wbe}/' products/parrot.toml > parrot-with-mistakes.toml
terraform-provider-portmatrix lint parrot-with-mistakes.toml
```

```text
parrot-with-mistakes.toml:21:9: component `server`: `kind` is `ours`, and must be one of `own`, `dependency`, `platform`, `external`
parrot-with-mistakes.toml:35:16: flow `web`: `tcp/{wbe}` names the unknown port `wbe`; did you mean `web`?
```

The built-in catalogue is made of the same files, and what follows is its manual. Where it says `catalog/<product>/<version>.toml`,
yours may have any name and place.
"#;

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
fn the_manual_of_the_catalogue_has_every_field() {
    let path = "catalog/README.md";
    expect_file![root().join(path)].assert_eq(&product_file::manual(&read(path)));
}

#[test]
fn there_is_no_other_page() {
    let known: BTreeSet<String> = generated()
        .into_keys()
        .chain(WRITTEN.map(|(path, _)| path.to_owned()))
        .collect();
    assert_eq!(committed(), known);
}

#[test]
fn written_pages_have_their_titles() {
    for (path, title) in WRITTEN {
        let text = read(&format!("docs/{path}"));
        assert!(
            text.starts_with(&format!("---\npage_title: \"{title}\"\n")),
            "{path}"
        );
        assert!(text.contains(&format!("\n# {title}\n")), "{path}");
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
        "catalog/README.md",
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
                Err(_) => anchor.is_empty() && root().join(&target).is_dir(),
            };
            if !leads {
                broken.push(format!("{page}: {link}"));
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}
