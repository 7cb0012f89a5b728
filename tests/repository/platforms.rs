//! What a platform costs outside its own files: at most a handful of lines, each a `mod`, a `use` or a row of a table.
//!
//! A line counts if its code names the platform: a module, a type, an output, a block, an argument. Comments, unit tests and
//! prose (texts with blanks or capitals) do not count: they explain, and nothing breaks without them.

use crate::repository::rust::{code_with, without_tests};
use crate::repository::rust_files;
use crate::support::none;
use portmatrix::render::table::PLATFORMS;

/// Lines outside its own files that may name a platform.
const MAX_LINES: usize = 8;

/// A platform and how code names it.
struct Names {
    /// The block of a zone.
    block: &'static str,
    /// Its folder in `src/render/`.
    folder: &'static str,
    /// Words of identifiers, in lower case.
    words: &'static [&'static str],
    /// Code in which a word names the platform that elsewhere means something else.
    code: &'static [&'static str],
}

const NAMES: &[Names] = &[
    Names {
        block: "aws",
        folder: "aws",
        words: &["aws"],
        code: &[],
    },
    Names {
        block: "azure",
        folder: "azure",
        words: &["azure", "azurerm"],
        code: &[],
    },
    Names {
        block: "gcp",
        folder: "gcp",
        words: &["gcp", "google"],
        code: &[],
    },
    Names {
        block: "openstack",
        folder: "openstack",
        words: &["openstack"],
        code: &[],
    },
    Names {
        block: "kubernetes",
        folder: "kubernetes",
        words: &["kubernetes"],
        code: &[],
    },
    // A host is also the part of an address and the name of a server.
    Names {
        block: "host",
        folder: "nftables",
        words: &["nftables"],
        code: &["mod host;", "host::", "Host", "\"host\""],
    },
];

impl Names {
    /// Whether a file is the platform's own.
    fn owns(&self, path: &str) -> bool {
        let Names { block, folder, .. } = self;
        let is_own = |folder: &str| {
            let rest = path
                .strip_prefix(folder)
                .and_then(|it| it.strip_prefix(block));
            // `azure.rs`, `azure_options.rs`, `azure/mod.rs`
            rest.is_some_and(|it| it.starts_with(['.', '_', '/']))
        };
        // Pages of vendors name hosts and clouds; in the words by which they are read, no platform is meant.
        path.starts_with("src/import/")
            || path.starts_with(&format!("src/render/{folder}/"))
            || is_own("src/provider/zone_block/")
            || is_own("src/review/read/")
    }

    fn are_in(&self, line: &str) -> bool {
        let mut words = line.split(|it: char| !it.is_alphanumeric());
        words.any(|it| self.words.iter().any(|word| is_named(it, word)))
            || self.code.iter().any(|it| line.contains(it))
    }
}

/// Whether a word is the name, or begins with it as in `AwsRow`.
fn is_named(word: &str, name: &str) -> bool {
    if word.eq_ignore_ascii_case(name) {
        return true;
    }
    let (first, rest) = name.split_at(1);
    let begins = word.strip_prefix(&first.to_uppercase());
    let after = begins.and_then(|it| it.strip_prefix(rest));
    after.is_some_and(|it| it.starts_with(char::is_uppercase))
}

/// Texts that may be names: one word in lower case.
fn is_name(text: &str) -> bool {
    let inside = text.trim_matches('"');
    let allowed = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '_';
    !inside.is_empty() && inside.chars().all(allowed)
}

/// The folders of modules that exist only in unit tests, such as `src/review/explain/golden/`.
fn test_folders() -> Vec<String> {
    let mut folders = Vec::new();
    for (path, text) in rust_files() {
        let folder = path.strip_suffix("mod.rs").unwrap_or_default();
        for declared in text.split("#[cfg(test)]\nmod ").skip(1) {
            let name = declared.split_once(';').map(|it| it.0);
            folders.extend(name.map(|it| format!("{folder}{it}/")));
        }
    }
    folders
}

#[test]
fn every_platform_is_counted() {
    let listed: Vec<&str> = NAMES.iter().map(|it| it.block).collect();
    let table: Vec<&str> = PLATFORMS.iter().map(|it| it.about().block).collect();
    assert_eq!(listed, table);
}

#[test]
fn a_platform_costs_few_lines_outside_its_own_files() {
    let tests = test_folders();
    let files: Vec<(String, String)> = rust_files()
        .filter(|(path, _)| path.starts_with("src/"))
        .filter(|(path, _)| !tests.iter().any(|it| path.starts_with(it)))
        .map(|(path, text)| (path, without_tests(&code_with(&text, is_name)).to_owned()))
        .collect();
    let mut found = Vec::new();
    for names in NAMES {
        let mut lines = Vec::new();
        for (path, code) in files.iter().filter(|(path, _)| !names.owns(path)) {
            let named = code.lines().filter(|it| names.are_in(it));
            lines.extend(named.map(|it| format!("    {path}: {}", it.trim())));
        }
        assert!(lines.len() > 2, "`{}` is in no table", names.block);
        if lines.len() > MAX_LINES {
            let block = names.block;
            found.push(format!("`{block}` is named in {} lines:", lines.len()));
            found.append(&mut lines);
        }
    }
    none(&found);
}
