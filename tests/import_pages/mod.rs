//! What `import` does in a terminal, with real pages, and with documents that are made to break it.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod huge;
mod scores;
#[cfg(unix)]
mod terminal;
mod worked;

use crate::support::is_long;
use libtest_mimic::Trial;
use std::path::{Path, PathBuf};

/// The variable that names a folder with `documents/<id>.*`, `expected/<id>.csv` and `expected/aliases.csv`, `answers/<id>.toml` where a
/// question has an answer, and `examples/` with the worked examples.
const FOLDER: &str = "PORTMATRIX_IMPORT";

type Test = (&'static str, fn(&Path));

/// The tests of pages that are not part of the repository.
const WITH_PAGES: [Test; 2] = [
    ("scores", scores::are_as_promised),
    ("worked_examples", worked::come_out_as_they_are),
];

pub(crate) fn trials() -> Vec<Trial> {
    let mut trials = Vec::new();
    #[cfg(unix)]
    for (name, test) in terminal::TESTS {
        trials.push(Trial::test(
            format!("import_pages::terminal::{name}"),
            move || {
                test();
                Ok(())
            },
        ));
    }
    for (name, test) in huge::TESTS {
        let run = move || {
            test();
            Ok(())
        };
        let trial = Trial::test(format!("import_pages::huge::{name}"), run);
        trials.push(trial.with_ignored_flag(!is_long()));
    }
    if !is_long() {
        eprintln!(
            "SKIPPED: {} test of `import` with huge documents, because it takes long; run it with PORTMATRIX_LONG=1",
            huge::TESTS.len()
        );
    }
    let folder = std::env::var_os(FOLDER).map(PathBuf::from);
    if folder.is_none() {
        eprintln!(
            "SKIPPED: {} tests of real pages because {FOLDER} does not name a folder with documents and expected rows",
            WITH_PAGES.len()
        );
    }
    for (name, test) in WITH_PAGES {
        let folder = folder.clone();
        let is_ignored = folder.is_none();
        let run = move || {
            test(&folder.ok_or_else(|| format!("{FOLDER} is not set"))?);
            Ok(())
        };
        let trial = Trial::test(format!("import_pages::{name}"), run);
        trials.push(trial.with_ignored_flag(is_ignored));
    }
    trials
}
