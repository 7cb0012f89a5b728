//! What every file has, and what none may hold.

use crate::repository::{dependency_lines, files, rust_files};
use crate::support::{none, read, root};
use std::fs;

/// Lines that a file may have.
const MAX_LINES: usize = 500;

#[test]
fn every_file_says_what_it_is_for() {
    let silent: Vec<String> = rust_files()
        .filter(|(_, text)| {
            !text.starts_with("//! ") && !text.starts_with("#![doc = include_str!(")
        })
        .map(|(path, _)| path)
        .collect();
    none(&silent);
}

#[test]
fn no_file_is_too_long() {
    let long: Vec<String> = rust_files()
        .map(|(path, text)| (path, text.lines().count()))
        .filter(|(_, lines)| *lines > MAX_LINES)
        .map(|(path, lines)| format!("{path} has {lines} lines; split it by what changes together"))
        .collect();
    none(&long);
}

#[test]
fn every_dependency_has_its_reason() {
    let silent: Vec<String> = dependency_lines()
        .filter(|it| {
            it.split_once(" # ")
                .is_none_or(|(_, reason)| reason.trim().is_empty())
        })
        .collect();
    none(&silent);
}

#[test]
fn crates_come_from_the_public_registry() {
    let public = "source = \"registry+https://github.com/rust-lang/crates.io-index\"";
    let locks = ["Cargo.lock", "fuzz/Cargo.lock"].map(read);
    let others: Vec<String> = locks
        .iter()
        .flat_map(|it| it.lines())
        .filter(|it| it.starts_with("source = ") && *it != public)
        .map(str::to_owned)
        .collect();
    none(&others);
}

/// The words are put together here, or this file would be the first to hold them.
#[test]
fn no_file_names_a_machine() {
    let folders = ["work", "root", "opt"].map(|it| format!("/{it}/"));
    let scratch = ["wt", "bash_jobs"].map(|it| format!("/tmp/{it}"));
    let hosts = [
        ("index.crates", "io"),
        ("static.crates", "io"),
        ("registry.npmjs", "org"),
        ("pypi", "org"),
        ("files.pythonhosted", "org"),
        ("proxy.golang", "org"),
        ("sum.golang", "org"),
        ("deb.debian", "org"),
        ("archive.ubuntu", "com"),
    ]
    .map(|(name, top)| format!("{name}.{top}"));
    let mut found = Vec::new();
    for path in files() {
        let Ok(text) = fs::read_to_string(root().join(&path)) else {
            continue;
        };
        for word in folders.iter().chain(&scratch).chain(&hosts) {
            for (at, line) in text.lines().enumerate().filter(|(_, it)| it.contains(word)) {
                found.push(format!("{path}:{}: {line}", at + 1));
            }
        }
    }
    none(&found);
}

#[test]
fn what_a_release_needs_is_there() {
    let licence = read("LICENSE");
    assert!(licence.contains("Apache License") && licence.contains("Version 2.0, January 2004"));
    assert!(licence.contains("END OF TERMS AND CONDITIONS"));
    let manifest: serde_json::Value =
        serde_json::from_str(&read("terraform-registry-manifest.json"))
            .expect("the manifest is JSON");
    assert_eq!(
        manifest,
        serde_json::json!({ "version": 1, "metadata": { "protocol_versions": ["5.0"] } })
    );
    assert!(read("CHANGELOG.md").contains("## [Unreleased]"));
}
