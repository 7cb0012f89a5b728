//! What more than one room of tests needs.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

pub(crate) mod core;
pub(crate) mod program;
pub(crate) mod random;
pub(crate) mod spec;

use std::fs;
use std::path::Path;

/// The folder of the repository.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A file of the repository, by its path there.
pub(crate) fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Fails with a line for each thing found.
pub(crate) fn none(found: &[String]) {
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}
