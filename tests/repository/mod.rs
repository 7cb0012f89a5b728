//! The repository's own rules.

mod catalogue;
mod files;
mod platforms;
mod release;
mod rooms;
mod rust;
mod words;
mod world;

use crate::support::{read, root};
use std::path::Path;
use std::process::Command;

/// The files of the repository, tracked or about to be, by path.
pub(crate) fn files() -> Vec<String> {
    let output = Command::new("git")
        .args([
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ])
        .current_dir(root())
        .output()
        .expect("git is there");
    assert!(
        output.status.success(),
        "these rules are about a repository"
    );
    let list = String::from_utf8(output.stdout).expect("paths are text");
    let mut files: Vec<String> = list
        .split('\0')
        .filter(|it| root().join(it).is_file())
        .map(str::to_owned)
        .collect();
    files.sort();
    files
}

pub(crate) fn rust_files() -> impl Iterator<Item = (String, String)> {
    files()
        .into_iter()
        .filter(|it| Path::new(it).extension().is_some_and(|it| it == "rs"))
        .map(|it| {
            let text = read(&it);
            (it, text)
        })
}

/// The crates that `Cargo.toml` names, as code names them.
pub(crate) fn dependencies() -> Vec<String> {
    dependency_lines()
        .map(|it| {
            let name = it.split(['=', '.']).next().unwrap_or_default();
            name.trim().replace('-', "_")
        })
        .collect()
}

pub(crate) fn dependency_lines() -> impl Iterator<Item = String> {
    let mut inside = false;
    let lines: Vec<String> = read("Cargo.toml")
        .lines()
        .filter(|line| {
            if line.starts_with('[') {
                inside = line.trim_end().ends_with("dependencies]");
                return false;
            }
            inside && !line.trim().is_empty() && !line.starts_with('#')
        })
        .map(str::to_owned)
        .collect();
    lines.into_iter()
}
