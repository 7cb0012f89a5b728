//! Every block of code in the README and in the documentation, run as a reader would who follows the page.
//!
//! A page is a folder that grows. Its `hcl` blocks make a configuration, which is planned after each of them; `sh` blocks are run
//! there; a `text` block is what the run before it says, with `…` for what is left out, and where it shows an error, the run fails
//! and the reader takes the step back. Product files in `toml` and `json` are linted. What a page takes for granted is in
//! `snippets/<page>/`. In the pages about AWS its provider is real and turned to an endpoint on loopback; elsewhere the providers of
//! clouds are stand-ins with the arguments that the real ones document.

mod config;
mod page;
mod run;
pub(crate) mod stand_in;

use crate::end_to_end::Test;
use crate::end_to_end::cli::Cli;
use crate::support::{read, root};
use page::{Block, blocks};
use run::Reader;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

/// The pages that need no cloud.
pub(crate) const TESTS: &[Test] = &[
    ("every_page_is_run", every_page_is_run),
    ("what_is_wrong_is_found", what_is_wrong_is_found),
    ("comments_in_examples", comments_in_examples),
    ("keys", |cli| {
        page(cli, "docs/guides/keys-and-unknown-values.md");
    }),
    ("peers", |cli| page(cli, "docs/guides/peers.md")),
    ("policy", |cli| page(cli, "docs/guides/policy.md")),
    ("around_the_rules", |cli| {
        page(cli, "docs/guides/around-the-rules.md");
    }),
    ("host_firewalls", |cli| {
        page(cli, "docs/guides/host-firewalls.md");
    }),
    ("reports", |cli| page(cli, "docs/guides/reports.md")),
    ("reviewing", |cli| page(cli, "docs/guides/reviewing.md")),
    ("first_steps_on_azure", |cli| {
        page(cli, "docs/guides/first-steps-azure.md");
    }),
    ("quotas_and_merging", |cli| {
        page(cli, "docs/guides/quotas-and-merging.md");
    }),
    ("reviewing_plans", |cli| {
        page(cli, "docs/guides/reviewing-plans.md");
    }),
    ("look_before_you_adopt", |cli| {
        page(cli, "docs/guides/look-before-you-adopt.md");
    }),
    ("writing_a_product", |cli| {
        page(cli, "docs/guides/writing-a-product.md");
    }),
    ("findings", |cli| page(cli, "docs/guides/findings.md")),
    ("index", |cli| page(cli, "docs/index.md")),
    ("rules", |cli| page(cli, "docs/resources/rules.md")),
    ("product", |cli| page(cli, "docs/data-sources/product.md")),
    ("products", |cli| page(cli, "docs/data-sources/products.md")),
    ("report", |cli| page(cli, "docs/data-sources/report.md")),
    ("review", |cli| page(cli, "docs/data-sources/review.md")),
    ("catalogue", |cli| page(cli, "catalog/README.md")),
    ("map", |cli| page(cli, "src/README.md")),
    ("fuzzing", |cli| page(cli, "fuzz/README.md")),
    ("modules_and_ci", |cli| {
        page(cli, "docs/guides/modules-and-ci.md");
    }),
    ("performance", |cli| {
        page(cli, "docs/guides/performance.md");
    }),
    ("module_for_azure", |cli| {
        page(cli, "modules/azure/README.md");
    }),
    ("module_for_google_cloud", |cli| {
        page(cli, "modules/google/README.md");
    }),
    ("module_for_openstack", |cli| {
        page(cli, "modules/openstack/README.md");
    }),
];

/// What a reader does first, in the short run too.
pub(crate) const FIRST: &[Test] = &[("readme_as_pasted", readme_as_pasted)];

/// The pages with the real AWS provider.
pub(crate) const ON_AWS: &[Test] = &[
    ("first_steps", |cli| {
        page_on_aws(cli, "docs/guides/first-steps-aws.md");
    }),
    ("coming_from_security_group", |cli| {
        page_on_aws(cli, "docs/guides/coming-from-security-group.md");
    }),
    ("taking_over", |cli| {
        page_on_aws(cli, "docs/guides/taking-over.md");
    }),
    ("readme", |cli| page_on_aws(cli, "README.md")),
    ("module_for_aws", |cli| {
        page_on_aws(cli, "modules/aws/README.md");
    }),
];

/// Blocks that cannot be run here: the page, how they begin, and why.
const ELSEWHERE: &[(&str, &str, &str)] = &[
    (
        "docs/guides/modules-and-ci.md",
        "data \"terraform_remote_state\"",
        "`data::a_layout_comes_from_another_state` reads one",
    ),
    (
        "docs/guides/modules-and-ci.md",
        "# tests/rules.tftest.hcl",
        "`modules_on_aws::tests_with_mocks` runs it",
    ),
    (
        "docs/guides/coming-from-security-group.md",
        "moved {",
        "`modules_on_aws::groups_of_another_module` moves rules",
    ),
    (
        "README.md",
        "cargo run --release -- try examples/kong",
        "`.ci/run` runs both commands",
    ),
    (
        "README.md",
        "cargo run --release -- review ",
        "`review_plan::inventory::the_readme_shows_what_the_command_prints` runs it",
    ),
    (
        "README.md",
        "error: exposed: `aws_security_group.web",
        "it is the output of the command above, and the same test compares it",
    ),
    (
        "README.md",
        "cargo build --release",
        "it builds what is tested here",
    ),
    (
        "README.md",
        "plugins=~/",
        "`install::the_readme_leads_to_a_plan` runs it",
    ),
    (
        "README.md",
        "unzip -oq ",
        "`install::the_zip_alone_leads_to_a_plan` runs it",
    ),
    (
        "README.md",
        "error: extra: `aws_security_group.kong.ingress",
        "it needs a rule that was added outside of Terraform",
    ),
    (
        "docs/guides/host-firewalls.md",
        "table inet pm_warm_up",
        "`packets::a_first_load_keeps_connections_after_a_warm_up` loads it",
    ),
    ("src/README.md", " main.tf ", "a drawing"),
    ("fuzz/README.md", "fuzz/run ", "`.ci/run` runs it"),
    (
        "fuzz/README.md",
        "cargo fuzz cmin",
        "it needs cargo-fuzz, and rewrites the corpus",
    ),
];

/// Pages that another test follows, and which.
const FOLLOWED: &[(&str, &str)] = &[
    (
        "docs/guides/from-a-page-to-rules.md",
        "`import_drafts::examples::the_commands_of_the_guide_print_what_it_shows`, which needs no CLI",
    ),
    ("docs/functions/allows.md", OF_FUNCTION),
    ("docs/functions/matrix.md", OF_FUNCTION),
    ("docs/functions/merge_cidrs.md", OF_FUNCTION),
    ("docs/functions/merge_ports.md", OF_FUNCTION),
    ("docs/functions/overlaps.md", OF_FUNCTION),
    ("docs/functions/subtract_cidrs.md", OF_FUNCTION),
];

/// The pages of functions are generated, with their examples. CLIs that do not know functions cannot read them.
const OF_FUNCTION: &str = "`examples::functions` applies the example where the CLI knows functions";

/// What a page takes for granted, or none where it takes nothing.
fn context(page: &str) -> PathBuf {
    let name = Path::new(page).file_stem().expect("a name");
    let name = name.to_string_lossy().to_lowercase();
    let folder = if page == "docs/index.md" {
        "examples/provider".to_owned()
    } else {
        format!("tests/end_to_end/snippets/{name}")
    };
    root().join(folder)
}

fn is_elsewhere(page: &str, block: &Block) -> bool {
    ELSEWHERE
        .iter()
        .any(|(of, begin, _)| *of == page && block.text.starts_with(begin))
}

fn page(cli: &Cli, path: &str) {
    follow(path, &read(path), Reader::new(cli, false, &context(path)));
}

/// The first configuration of the README is planned without a warning, and nothing in it is undeclared. Only the source of the AWS
/// provider differs: a stand-in of the same version.
fn readme_as_pasted(cli: &Cli) {
    let text = read("README.md").replace("hashicorp/aws", "stand-in/aws");
    let first = blocks(&text).into_iter().find(|it| it.language == "hcl");
    let first = first.expect("a configuration");
    for output in ["aws_ingress", "aws_egress"] {
        assert!(first.text.contains(output), "the README has no {output}");
    }
    let mut reader = Reader::new(cli, false, Path::new(""));
    reader.reads(&first);
    reader.ends();
    let run = reader.last();
    run.says("Plan: 7 to add");
    run.does_not_say("Warning");
}

fn page_on_aws(cli: &Cli, path: &str) {
    follow(path, &read(path), Reader::new(cli, true, &context(path)));
}

/// The block of a page that begins with a text.
pub(crate) fn block(path: &str, begin: &str) -> String {
    let mut found = blocks(&read(path))
        .into_iter()
        .filter(|it| it.text.starts_with(begin));
    found.next().expect("a block").text
}

/// Follows a page from its first block to its last.
fn follow(path: &str, text: &str, mut reader: Reader) {
    let blocks = blocks(text);
    let here = || blocks.iter().filter(|it| !is_elsewhere(path, it));
    for it in here() {
        reader.keeps(it);
    }
    for it in here() {
        eprintln!("{path}:{}", it.line); // where a test fails, the last is the block that did, or the one before
        reader.reads(it);
    }
    reader.ends();
}

/// Pages with a mistake, of which every one must fail.
const WRONG: [&str; 6] = [
    "```hcl\noutput \"x\" {\n  value = 1\n}\n```\n```text\nwhat nobody says\n```\n",
    "```hcl\noutput \"x\" {\n  value = 1\n}\n```\n```text\nError: x\n```\n",
    "```hcl\nresource \"azurerm_resource_group\" \"x\" {\n  nam = \"x\"\n}\n```\n",
    "```toml\nformat = 1\n```\n",
    "```sh\nterraform-provider-portmatrix show nothing\n```\n",
    "```ruby\n1\n```\n",
];

fn what_is_wrong_is_found(cli: &Cli) {
    for wrong in WRONG {
        let followed = catch_unwind(AssertUnwindSafe(|| {
            follow(
                "a wrong page",
                wrong,
                Reader::new(cli, false, Path::new("")),
            );
        }));
        assert!(followed.is_err(), "nothing is found in {wrong}");
    }
}

/// What the network of the example is, of which its comments speak.
const NETWORK: &str = r#"
resource "azurerm_virtual_network" "main" {
  name                = "vnet"
  location            = "westeurope"
  resource_group_name = local.resource_group
}
"#;

/// The resources that `terraform_data` represents in examples, as their comments have them. That of Kubernetes takes a manifest of
/// any shape, which no stand-in can; what it is given is checked by the tests of manifests.
fn comments_in_examples(cli: &Cli) {
    for (name, count, extra) in [("azure", 3, NETWORK), ("gcp", 2, "")] {
        let folder = root().join("examples").join(name);
        let main = fs::read_to_string(folder.join("main.tf")).expect("an example");
        let (mut text, mut found, mut inside) = (extra.to_owned(), 0, false);
        for line in main.lines().filter_map(|it| it.strip_prefix('#')) {
            let line = line.strip_prefix(' ').unwrap_or(line);
            if line.starts_with("resource \"") && !line.contains('…') {
                (found, inside) = (found + 1, true);
            }
            if inside {
                text.push_str(line);
                text.push('\n');
            }
            inside &= line != "}";
        }
        assert_eq!(found, count, "{name}");
        let mut reader = Reader::new(cli, false, &folder);
        reader.reads(&Block {
            line: 0,
            language: "hcl".to_owned(),
            text,
        });
        reader.ends();
    }
}

/// A page with blocks that no test follows fails here, and so does a block that is said to be run elsewhere and is not there.
fn every_page_is_run(_: &Cli) {
    let mut found = Vec::new();
    let mut folders = vec![root().to_owned()];
    let mut missing: Vec<_> = ELSEWHERE.to_vec();
    while let Some(folder) = folders.pop() {
        for entry in folder.read_dir().expect("a folder").flatten() {
            let path = entry.path();
            let name = entry.file_name();
            if path.is_dir() && name != "target" && !name.to_string_lossy().starts_with('.') {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == "md") {
                let blocks = blocks(&fs::read_to_string(&path).expect("a page"));
                let path = path.strip_prefix(root()).expect("a page of the repository");
                let path = path.to_string_lossy().into_owned();
                missing.retain(|(of, begin, _)| {
                    *of != path || !blocks.iter().any(|it| it.text.starts_with(begin))
                });
                if !blocks.is_empty() {
                    found.push(path);
                }
            }
        }
    }
    assert!(missing.is_empty(), "not there: {missing:#?}");
    let source = read("tests/end_to_end/snippets/mod.rs");
    found.retain(|it| !source.contains(&format!("(cli, \"{it}\")")));
    for (page, _) in FOLLOWED {
        assert!(found.iter().any(|it| it == page), "`{page}` is not there");
    }
    found.retain(|it| !FOLLOWED.iter().any(|(page, _)| page == it));
    assert!(found.is_empty(), "no test follows {found:#?}");
}
