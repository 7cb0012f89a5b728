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
        let notes = json["notes"].to_string();
        let listed = self.rules();
        let is_told = |it: &Open| {
            let is_it = |listed: &String| {
                let rest = listed.strip_prefix(&it.address);
                rest.is_some_and(|it| it.is_empty() || it.starts_with(".ingress"))
            };
            // Addresses in notes are quoted, as in JSON.
            let name = Value::from(it.address.as_str()).to_string();
            let name = format!("`{}", name.trim_matches('"'));
            let is_noted = ["`", ".ingress"].map(|end| notes.contains(&format!("{name}{end}")));
            let waits = it.is_unknown && json["known_after_apply"] != 0;
            listed.iter().any(is_it) || is_noted.contains(&true) || waits
        };
        let silent = open_to_everyone(&file).into_iter();
        silent
            .filter(|it| !is_told(it))
            .map(|it| format!("the inventory does not have `{}`", it.address))
            .collect()
    }
}

fn run(path: &Path, format: &str, more: &[&str]) -> Output {
    let mut arguments = vec!["review".into(), path.as_os_str().to_owned()];
    arguments.extend(["--format", format].iter().chain(more).map(Into::into));
    commands::run_captured(arguments)
}

/// A resource on AWS that allows SSH from everyone.
struct Open {
    address: String,
    /// Whether something that decides about a rule is known only after apply.
    is_unknown: bool,
}

/// The attributes that decide about rules.
const DECIDE: [&str; 8] = [
    "cidr_blocks",
    "cidr_ipv4",
    "from_port",
    "ingress",
    "ip_protocol",
    "protocol",
    "security_group_id",
    "to_port",
];

/// New or kept resources of a plan, or those of a state, at whatever depth of modules.
fn open_to_everyone(file: &Value) -> Vec<Open> {
    let changes = file["resource_changes"].as_array().into_iter().flatten();
    let changes = changes.map(|it| (it, &it["change"]["after"], &it["change"]["after_unknown"]));
    let mut all: Vec<(&Value, &Value, &Value)> = changes.collect();
    if all.is_empty() {
        of_module(&file["values"]["root_module"], &mut all);
    }
    let mut open = Vec::new();
    for (resource, values, unknown) in all {
        let kind = resource["type"].as_str().unwrap_or_default();
        let address = resource["address"].as_str();
        let is_managed = resource["mode"] == "managed";
        if let Some(address) = address.filter(|_| is_managed && allows_ssh(kind, values)) {
            let unknown = DECIDE.map(|it| unknown[it].to_string().contains("true"));
            open.push(Open {
                address: address.to_owned(),
                is_unknown: unknown.contains(&true),
            });
        }
    }
    open
}

/// The resources of a module and of those below it.
fn of_module<'f>(module: &'f Value, all: &mut Vec<(&'f Value, &'f Value, &'f Value)>) {
    let own = module["resources"].as_array().into_iter().flatten();
    all.extend(own.map(|it| (it, &it["values"], &Value::Null)));
    for it in module["child_modules"].as_array().into_iter().flatten() {
        of_module(it, all);
    }
}

fn allows_ssh(kind: &str, values: &Value) -> bool {
    let is_open = |rule: &Value, protocol: &str, blocks: &str| {
        let protocol = rule[protocol].as_str().unwrap_or_default();
        let (from, to) = (rule["from_port"].as_i64(), rule["to_port"].as_i64());
        let has_ssh = protocol == "-1"
            || (protocol == "tcp"
                && from.is_some_and(|it| it <= 22)
                && to.is_some_and(|it| it >= 22));
        let everyone = |it: &Value| it == "0.0.0.0/0";
        let blocks = &rule[blocks];
        let mut all = blocks.as_array().into_iter().flatten();
        has_ssh && (everyone(blocks) || all.any(everyone))
    };
    match kind {
        "aws_security_group_rule" => {
            values["type"] == "ingress" && is_open(values, "protocol", "cidr_blocks")
        }
        "aws_vpc_security_group_ingress_rule" => is_open(values, "ip_protocol", "cidr_ipv4"),
        "aws_security_group" | "aws_default_security_group" => {
            let mut blocks = values["ingress"].as_array().into_iter().flatten();
            blocks.any(|it| is_open(it, "protocol", "cidr_blocks"))
        }
        _ => false,
    }
}
