//! What of a release a text can be held to: the workflows of the public host, and the policy on dependencies.

use crate::repository::files;
use crate::support::{none, read};
use serde_json::Value;
use std::collections::BTreeSet;

fn workflows() -> Vec<(String, Value)> {
    let found: Vec<(String, Value)> = files()
        .into_iter()
        .filter(|it| it.starts_with(".github/workflows/"))
        .map(|path| {
            let text = read(&path);
            let value = serde_norway::from_str(&text);
            let value = value.unwrap_or_else(|error| panic!("{path}: {error}"));
            (path, value)
        })
        .collect();
    assert!(!found.is_empty());
    found
}

/// Every value under this key, wherever it is.
fn under<'v>(value: &'v Value, key: &str, found: &mut Vec<&'v Value>) {
    match value {
        Value::Object(map) => {
            for (name, value) in map {
                if name == key {
                    found.push(value);
                }
                under(value, key, found);
            }
        }
        Value::Array(list) => list.iter().for_each(|it| under(it, key, found)),
        _ => {}
    }
}

fn texts<'v>(value: &'v Value, key: &str) -> Vec<&'v str> {
    let mut found = Vec::new();
    under(value, key, &mut found);
    found.into_iter().filter_map(Value::as_str).collect()
}

#[test]
fn actions_are_pinned_by_hash() {
    let mut found = Vec::new();
    for (path, workflow) in workflows() {
        for action in texts(&workflow, "uses") {
            let hash = action.split_once('@').map_or("", |it| it.1);
            if hash.len() != 40 || !hash.bytes().all(|it| it.is_ascii_hexdigit()) {
                found.push(format!("{path}: {action}"));
            }
        }
    }
    none(&found);
}

#[test]
fn every_platform_is_built_and_released() {
    let expected = BTreeSet::from([
        "darwin_amd64",
        "darwin_arm64",
        "linux_amd64",
        "linux_arm64",
        "windows_amd64",
        "windows_arm64",
    ]);
    for (path, workflow) in workflows() {
        let built: BTreeSet<&str> = texts(&workflow["jobs"], "platform").into_iter().collect();
        // The site is built once.
        let is_site = path.ends_with("site.yml");
        assert_eq!(
            built,
            if is_site {
                BTreeSet::new()
            } else {
                expected.clone()
            },
            "{path}"
        );
    }
}

#[test]
fn workflows_may_only_read_unless_a_job_says_why() {
    for (path, workflow) in workflows() {
        let read_only = serde_json::json!({ "contents": "read" });
        assert_eq!(workflow["permissions"], read_only, "{path}");
    }
}

/// The tools of the workflows and of the scripts are the same ones.
#[test]
fn tools_have_one_version() {
    let mut versions: BTreeSet<(&str, String)> = BTreeSet::new();
    let scripts = [
        ".ci/run",
        ".ci/release",
        ".github/workflows/ci.yml",
        ".github/workflows/release.yml",
    ];
    for path in scripts {
        let text = read(path);
        for tool in ["cargo-deny", "cargo-cyclonedx"] {
            for (at, _) in text.match_indices(&format!("cargo install {tool} ")) {
                let rest = text[at..].split("--version ").nth(1).unwrap_or_default();
                let version = rest.split_whitespace().next().unwrap_or_default();
                versions.insert((tool, version.to_owned()));
            }
        }
    }
    let tools: Vec<&str> = versions.iter().map(|it| it.0).collect();
    assert_eq!(tools, ["cargo-cyclonedx", "cargo-deny"], "{versions:?}");
}

/// The toolchain of the workflows is that of the repository.
#[test]
fn the_toolchain_has_one_version() {
    let file = read("rust-toolchain.toml");
    let line = file.lines().find(|it| it.starts_with("channel = "));
    let version = line.and_then(|it| it.split('"').nth(1));
    for (path, workflow) in workflows() {
        assert_eq!(workflow["env"]["RUST"].as_str(), version, "{path}");
    }
}

/// Forms of issues and the settings of dependabot are YAML that the host can read.
#[test]
fn forms_are_yaml() {
    let forms = files();
    let forms = forms.iter().filter(|it| {
        let path = std::path::Path::new(it);
        path.starts_with(".github") && path.extension().is_some_and(|it| it == "yml")
    });
    let mut found = 0;
    for path in forms {
        let value: Result<Value, _> = serde_norway::from_str(&read(path));
        let value = value.unwrap_or_else(|error| panic!("{path}: {error}"));
        let is_form = path.contains("ISSUE_TEMPLATE/") && !path.ends_with("config.yml");
        if is_form {
            found += 1;
            for key in ["name", "description", "body"] {
                assert!(!value[key].is_null(), "{path} has no `{key}`");
            }
        }
    }
    assert_eq!(found, 3);
}

#[test]
fn every_exception_has_its_reason() {
    let policy = read("deny.toml");
    let entries = policy.lines().filter(|it| it.contains("{ crate = "));
    let silent: Vec<String> = entries
        .filter(|it| !it.contains("reason = \"") || it.contains("reason = \"\""))
        .map(str::to_owned)
        .collect();
    none(&silent);
}
