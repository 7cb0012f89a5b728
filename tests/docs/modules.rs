//! The companion modules in `modules/`: their length, and the tables in their READMEs, which are generated from their files.

use crate::support::{read, root};
use expect_test::expect_file;
use std::fmt::Write as _;

const MODULES: [&str; 4] = ["aws", "azure", "google", "openstack"];

/// Lines that a file of a module may have: a module is read before it is used.
const MAX_LINES: usize = 79;

/// Where the generated part of a README begins.
const GENERATED: &str = "\n## Requirements\n";

/// A block with a label, and its arguments of one line.
struct Block {
    label: String,
    arguments: Vec<(String, String)>,
}

impl Block {
    fn get(&self, name: &str) -> Option<&str> {
        let found = self.arguments.iter().find(|(it, _)| it == name);
        found.map(|(_, value)| value.trim_matches('"'))
    }
}

/// The blocks of a type at the top of a file.
fn blocks(text: &str, kind: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut inside = false;
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix(kind) {
            let label = rest.trim_end_matches('{').trim().replace("\" \"", ".");
            blocks.push(Block {
                label: label.trim_matches('"').to_owned(),
                arguments: Vec::new(),
            });
            inside = true;
        }
        inside &= line != "}";
        let argument = line
            .strip_prefix("  ")
            .filter(|it| inside && !it.starts_with(' '))
            .and_then(|it| it.split_once(" = "));
        if let (Some((name, value)), Some(block)) = (argument, blocks.last_mut()) {
            let argument = (name.trim().to_owned(), value.to_owned());
            block.arguments.push(argument);
        }
    }
    blocks
}

/// The generated part of a README.
fn tables(module: &str) -> String {
    let file = |name: &str| read(&format!("modules/{module}/{name}.tf"));
    let mut text = "\n| Name | Version |\n| --- | --- |\n".to_owned();
    for line in file("versions").lines() {
        if let Some(version) = line.trim().strip_prefix("required_version = ") {
            let version = version.trim_matches('"');
            let _ = writeln!(text, "| Terraform or OpenTofu | {version} |");
        } else if let Some((name, rest)) = line.split_once(" = { source = ") {
            let version = rest.split("version = ").nth(1);
            let version = version.map_or("any", |it| it.trim_matches(['"', ' ', '}']));
            let _ = writeln!(text, "| provider `{}` | {version} |", name.trim());
        }
    }
    text.push_str("\n## Resources\n\n");
    for block in blocks(&file("main"), "resource ") {
        let _ = writeln!(text, "- `{}`", block.label);
    }
    text.push_str(
        "\n## Inputs\n\n| Name | Description | Type | Default |\n| --- | --- | --- | --- |\n",
    );
    for block in blocks(&file("variables"), "variable ") {
        let [description, ty] = ["description", "type"].map(|it| {
            block
                .get(it)
                .unwrap_or_else(|| panic!("`{}` has no {it}", block.label))
        });
        let default = match block.get("default") {
            Some(value) => format!("`{value}`"),
            None => "required".to_owned(),
        };
        let _ = writeln!(
            text,
            "| `{}` | {description} | `{ty}` | {default} |",
            block.label
        );
    }
    text.push_str("\n## Outputs\n\n| Name | Description |\n| --- | --- |\n");
    for block in blocks(&file("outputs"), "output ") {
        let description = block.get("description").expect("a description");
        let _ = writeln!(text, "| `{}` | {description} |", block.label);
    }
    text
}

#[test]
fn readmes_have_every_input_and_output() {
    for module in MODULES {
        let path = format!("modules/{module}/README.md");
        let text = read(&path);
        let (written, _) = text.split_once(GENERATED).expect("a README has its tables");
        let fresh = format!("{written}{GENERATED}{}", tables(module));
        expect_file![root().join(&path)].assert_eq(&fresh);
        let release = format!("//modules/{module}?ref=v{}\"", env!("CARGO_PKG_VERSION"));
        assert!(text.contains(&release), "{path} does not use this release");
    }
}

#[test]
fn modules_are_short_and_alike() {
    let common = |module: &str| {
        let text = read(&format!("modules/{module}/variables.tf"));
        let labels = blocks(&text, "variable ").into_iter().map(|it| it.label);
        let own = |it: &String| !it.ends_with("_options");
        labels.filter(own).collect::<Vec<_>>()
    };
    for module in MODULES {
        assert_eq!(common(module), common("aws"), "{module}");
        for file in ["main", "outputs", "variables", "versions"] {
            let lines = read(&format!("modules/{module}/{file}.tf")).lines().count();
            assert!(lines <= MAX_LINES, "{module}/{file}.tf has {lines} lines");
        }
    }
}

/// Each argument of the resource that a block or a variable sets is one that there is, and every block of options is passed on whole.
#[test]
fn options_are_passed_on_whole() {
    let schemas = portmatrix::provider::schemas();
    let (_, rules) = &schemas.resources[0];
    for (module, block) in [("azure", "azure_options"), ("google", "gcp_options")] {
        let nested = rules.block.blocks.iter().find(|it| it.name == block);
        let nested = &nested.expect("a block of options").block;
        let (main, variables) = (
            read(&format!("modules/{module}/main.tf")),
            read(&format!("modules/{module}/variables.tf")),
        );
        for it in &nested.attributes {
            let name = it.name;
            let passed = format!("try(var.{block}.{name}, null)");
            assert!(main.contains(&passed), "{module} does not pass {name} on");
            assert!(
                variables.contains(&format!("\"{name}\"")),
                "{module} refuses {name}"
            );
        }
    }
}
