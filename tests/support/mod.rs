//! What more than one room of tests needs.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

pub(crate) mod core;
pub(crate) mod layouts;
pub(crate) mod page;
pub(crate) mod program;
pub(crate) mod random;
pub(crate) mod sarif;
pub(crate) mod spec;

use proptest::test_runner::{Config as ProptestConfig, FileFailurePersistence};
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

/// Whether everything is to be tried, which takes long, or a share of it.
pub(crate) fn is_long() -> bool {
    std::env::var_os("PORTMATRIX_LONG").is_some()
}

/// How properties are tried: a tenth of the cases, or all in the long run; first the seeds of earlier failures, which are kept in the
/// repository.
pub(crate) fn config(cases: u32, seeds: &'static str) -> ProptestConfig {
    ProptestConfig {
        cases: if is_long() {
            cases
        } else {
            cases.div_ceil(10).max(20)
        },
        failure_persistence: Some(Box::new(FileFailurePersistence::Direct(seeds))),
        ..ProptestConfig::default()
    }
}

/// [`config`] with the seeds of the file in which this is written.
macro_rules! properties {
    ($cases:expr) => {
        $crate::support::config(
            $cases,
            concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/proptest-regressions/",
                file!(),
                ".txt"
            ),
        )
    };
}
pub(crate) use properties;
