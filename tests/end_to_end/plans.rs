//! Plans and states of other people: `review` on every JSON file below the folder that `PORTMATRIX_PLANS` names.
//!
//! The tests of other tools have hundreds of them in public repositories. None is part of this repository.

use crate::end_to_end::Test;
use crate::end_to_end::cli::Cli;
use crate::support::{none, sarif};
use portmatrix::commands::{self, Output};
use serde_json::Value;
use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};

pub(crate) const TESTS: &[Test] = &[("each_file_is_reviewed_or_refused", each_file)];

const VARIABLE: &str = "PORTMATRIX_PLANS";

/// Whether there is a folder with plans.
pub(crate) fn is_possible() -> Result<(), String> {
    match env::var_os(VARIABLE) {
        None => Err(format!(
            "{VARIABLE} is not set; let it name a folder with the JSON of plans and states"
        )),
        Some(folder) if !Path::new(&folder).is_dir() => {
            Err(format!("{VARIABLE} does not name a folder"))
        }
        Some(_) => Ok(()),
    }
}

fn each_file(_: &Cli) {
    let mut files = Vec::new();
    below(
        Path::new(&env::var_os(VARIABLE).expect(VARIABLE)),
        &mut files,
    );
    files.sort();
    assert!(!files.is_empty(), "{VARIABLE} has no JSON file");
    let validator = jsonschema::validator_for(&sarif::schema()).expect("a schema");
    let mut wrong = Vec::new();
    let (mut reviewed, mut rules) = (0, 0);
    for path in &files {
        match catch_unwind(|| Reviewed::new(path)) {
            Ok(it) => {
                reviewed += usize::from(it.inventory.error.is_none());
                rules += it.rules().len();
                let faults = it.faults(path, &validator).into_iter();
                wrong.extend(faults.map(|it| format!("{}: {it}", path.display())));
            }
            Err(_) => wrong.push(format!("{}: panics", path.display())),
        }
    }
    eprintln!(
        "{} files, {reviewed} of them reviewed, {rules} rules",
        files.len()
    );
    assert!(reviewed > 0 && rules > 0, "every file was refused");
    none(&wrong);
}

/// The JSON files below a folder.
fn below(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            below(&path, files);
        } else if path.extension().is_some_and(|it| it == "json") {
            files.push(path);
        }
    }
}

/// What `review` prints for a file.
struct Reviewed {
    /// In every format, without and with `--all`.
    outputs: Vec<(&'static str, Output)>,
    /// The inventory in JSON.
    inventory: Output,
}

impl Reviewed {
    fn new(path: &Path) -> Reviewed {
        let mut outputs = Vec::new();
        for more in [&[][..], &["--all"]] {
            for format in ["text", "json", "sarif", "markdown"] {
                outputs.push((format, run(path, format, more)));
            }
        }
        let inventory = run(path, "json", &["--all", "--fail-on", "never"]);
        Reviewed { outputs, inventory }
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.inventory.out).unwrap_or_default()
    }

    /// The addresses of the rules in the inventory.
    fn rules(&self) -> BTreeSet<String> {
        let json = self.json();
        let entries = json["entries"].as_array().into_iter().flatten();
        let rules = entries.flat_map(|it| it["rules"].as_array().into_iter().flatten());
        rules
            .filter_map(|it| it["address"].as_str().map(str::to_owned))
            .collect()
    }

    fn faults(&self, path: &Path, validator: &jsonschema::Validator) -> Vec<String> {
        let mut faults = Vec::new();
        for (at, (format, it)) in self.outputs.iter().enumerate() {
            let first = &self.outputs[at - at % 4].1;
            if it.code != first.code || it.code > 2 {
                faults.push(format!("ends with {} as {format}", it.code));
            }
            if it.error.is_some() != it.out.is_empty() || (it.error.is_some() && it.code != 2) {
                faults.push(format!("prints {format} and an error, or neither"));
            }
            if it.error.is_some() || !["json", "sarif"].contains(format) {
                continue;
            }
            match serde_json::from_str::<Value>(&it.out) {
                Err(error) => faults.push(format!("prints {format} that is not JSON: {error}")),
                Ok(log) if *format == "sarif" => {
                    let errors = validator.iter_errors(&log);
                    faults.extend(errors.map(|it| format!("SARIF: {it}")));
                }
                Ok(_) => {}
            }
        }
        if self.inventory.error.is_none() {
            faults.extend(self.silent(path));
        }
        faults
    }

    /// Rules for SSH from everyone that the inventory passes over in silence, told by an independent look at the file.
    fn silent(&self, path: &Path) -> Vec<String> {
        let text = fs::read(path).expect("a file");
        let text = String::from_utf8_lossy(&text).into_owned();
        let text = text.trim_start_matches('\u{feff}');
        let file: Value = serde_json::from_str(text).expect("JSON");
        let json = self.json();
        let is_noted = json["known_after_apply"] != 0 || json["notes"] != Value::Array(Vec::new());
        let listed = self.rules();
        let open = open_to_everyone(&file).into_iter();
        let silent = open.filter(|address| {
            let is_it = |it: &String| it.starts_with(address.as_str());
            !is_noted && !listed.iter().any(is_it)
        });
        silent
            .map(|it| format!("the inventory does not have `{it}`"))
            .collect()
    }
}

fn run(path: &Path, format: &str, more: &[&str]) -> Output {
    let mut arguments = vec!["review".into(), path.as_os_str().to_owned()];
    arguments.extend(["--format", format].iter().chain(more).map(Into::into));
    commands::run_captured(arguments)
}

/// The addresses of new or kept resources on AWS that allow SSH from everyone.
fn open_to_everyone(file: &Value) -> Vec<String> {
    let changes = file["resource_changes"].as_array().into_iter().flatten();
    let is_open = |rule: &Value, blocks: &str| {
        let everyone = rule[blocks].as_array().into_iter().flatten();
        let protocol = rule["protocol"].as_str().unwrap_or_default();
        let (from, to) = (rule["from_port"].as_i64(), rule["to_port"].as_i64());
        let has_ssh = protocol == "-1"
            || (protocol == "tcp"
                && from.is_some_and(|it| it <= 22)
                && to.is_some_and(|it| it >= 22));
        has_ssh && everyone.into_iter().any(|it| it == "0.0.0.0/0")
    };
    let mut open = Vec::new();
    for it in changes.filter(|it| it["mode"] == "managed") {
        let after = &it["change"]["after"];
        let is_open = match it["type"].as_str() {
            Some("aws_security_group_rule") => {
                after["type"] == "ingress" && is_open(after, "cidr_blocks")
            }
            Some("aws_security_group") => {
                let blocks = after["ingress"].as_array().into_iter().flatten();
                blocks.into_iter().any(|it| is_open(it, "cidr_blocks"))
            }
            _ => false,
        };
        let address = it["address"].as_str().filter(|_| is_open);
        open.extend(address.map(str::to_owned));
    }
    open
}
