//! The companion modules in `modules/`: their length, and the tables in their READMEs, which are generated from their files.

use crate::support::{read, root};
use expect_test::expect_file;
use std::fmt::Write as _;

const MODULES: [&str; 4] = ["aws", "azure", "google", "openstack"];

/// Lines that the files of a module may have together: a module is read before it is used.
const MAX_LINES: usize = 79;

/// Where the generated part of a README begins.
const GENERATED: &str = "\n## Requirements\n";

/// A variable or an output: a block of one line, with a comment that describes it.
struct Line {
    name: String,
    argument: String,
    description: String,
}

/// The variables or outputs of a file.
fn lines(text: &str) -> Vec<Line> {
    let line = |line: &str| {
        let (_, rest) = line.split_once(" \"")?;
        let (name, rest) = rest.split_once("\" { ")?;
        let (argument, description) = rest.split_once(" # ")?;
        Some(Line {
            name: name.to_owned(),
            argument: argument.trim_end().trim_end_matches(" }").to_owned(),
            description: description.to_owned(),
        })
    };
    let of_line = |it| line(it).unwrap_or_else(|| panic!("not a block of one line: {it}"));
    text.lines().map(of_line).collect()
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
    for line in file("main").lines() {
        if let Some(labels) = line.strip_prefix("resource ") {
            let labels = labels.trim_end_matches(" {").replace("\" \"", ".");
            let _ = writeln!(text, "- `{}`", labels.trim_matches('"'));
        }
    }
    text.push_str("\n## Inputs\n\n| Name | Description | Default |\n| --- | --- | --- |\n");
    for it in lines(&file("variables")) {
        let default = match it.argument.strip_prefix("default = ") {
            Some(value) => format!("`{value}`"),
            None => "required".to_owned(),
        };
        let _ = writeln!(text, "| `{}` | {} | {default} |", it.name, it.description);
    }
    text.push_str("\n## Outputs\n\n| Name | Description |\n| --- | --- |\n");
    for it in lines(&file("outputs")) {
        let _ = writeln!(text, "| `{}` | {} |", it.name, it.description);
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

/// The options of a module: the block that they are arguments of, and the variables that its file has after those of all modules.
const OPTIONS: [(&str, &str); 2] = [("azure", "azure_options"), ("google", "gcp_options")];

#[test]
fn modules_are_short_and_alike() {
    let variables = |module: &str| lines(&read(&format!("modules/{module}/variables.tf")));
    let common: Vec<_> = variables("aws").into_iter().map(|it| it.name).collect();
    for module in MODULES {
        let names: Vec<_> = variables(module).into_iter().map(|it| it.name).collect();
        let (alike, own) = names.split_at(common.len());
        assert_eq!(alike, common, "{module}");
        let has_options = OPTIONS.iter().any(|it| it.0 == module);
        assert_eq!(!own.is_empty(), has_options, "{module} has {own:?}");
        let files = ["main", "outputs", "variables", "versions"];
        let lines = files.map(|it| read(&format!("modules/{module}/{it}.tf")).lines().count());
        let lines: usize = lines.iter().sum();
        assert!(lines <= MAX_LINES, "{module} has {lines} lines");
    }
}

/// Every argument of a block of options is a variable of the module, and is passed on.
#[test]
fn options_are_passed_on_whole() {
    let schemas = portmatrix::provider::schemas();
    let (_, rules) = &schemas.resources[0];
    for (module, block) in OPTIONS {
        let nested = rules.block.blocks.iter().find(|it| it.name == block);
        let nested = &nested.expect("a block of options").block;
        let main = read(&format!("modules/{module}/main.tf"));
        let (_, main) = main
            .split_once(&format!("  {block} {{\n"))
            .expect("a block");
        let (main, _) = main.split_once("  }\n").expect("its end");
        let passed = main
            .lines()
            .map(|it| it.split_once(" = ").expect("an argument"));
        let passed: Vec<_> = passed
            .map(|(name, value)| (name.trim(), value.to_owned()))
            .collect();
        let mut expected: Vec<_> = nested
            .attributes
            .iter()
            .map(|it| (it.name, format!("var.{}", it.name)))
            .collect();
        let key = |it: &(&str, String)| it.0.to_owned();
        let mut sorted = passed.clone();
        sorted.sort_by_key(key);
        expected.sort_by_key(key);
        assert_eq!(sorted, expected, "{module}");
    }
}
