//! The fuzz targets on the inputs that are kept in `fuzz/corpus/`, without a fuzzer.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[path = "../fuzz/src/lib.rs"]
#[allow(
    dead_code,
    unreachable_pub,
    reason = "to the fuzzer it is a crate by itself"
)]
mod fuzz;

use proptest::prelude::*;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fuzz")
        .join(name)
}

fn files(folder: &Path) -> BTreeSet<PathBuf> {
    let files = fs::read_dir(folder).unwrap_or_else(|it| panic!("{}: {it}", folder.display()));
    files.map(|it| it.unwrap().path()).collect()
}

#[test]
fn every_target_passes_on_the_kept_inputs() {
    for (target, holds) in fuzz::TARGETS {
        let kept = files(&folder("corpus").join(target));
        assert!(!kept.is_empty(), "`{target}` has no input");
        for path in kept {
            // Shown where the test fails.
            println!("{}", path.display());
            holds(&fs::read(&path).unwrap());
        }
    }
}

proptest! {
    #![proptest_config(crate::support::properties!(400))]

    #[test]
    fn a_layout_as_data_is_as_one_in_blocks(bytes in prop::collection::vec(any::<u8>(), 0..3000)) {
        fuzz::holds("data", &bytes);
    }
}

proptest! {
    #![proptest_config(crate::support::properties!(200))]

    #[test]
    fn any_estate_has_one_judgement_in_every_format(bytes in prop::collection::vec(any::<u8>(), 0..4000)) {
        fuzz::holds("estate", &bytes);
    }
}

#[test]
fn every_target_is_one_of_the_fuzzer() {
    let names = |it: &PathBuf| it.file_stem().unwrap().to_str().unwrap().to_owned();
    let built: Vec<String> = files(&folder("fuzz_targets")).iter().map(names).collect();
    assert_eq!(built, fuzz::TARGETS.map(|(name, _)| name));
    for (name, _) in fuzz::TARGETS {
        let text = fs::read_to_string(folder("fuzz_targets").join(format!("{name}.rs"))).unwrap();
        assert!(
            text.contains(&format!("portmatrix_fuzz::holds(\"{name}\", bytes)")),
            "{name}"
        );
    }
}
