//! A review of many rules, compared with Python's sets of tuples, which know neither splits nor wider rules.

use crate::contest::{Contestant, contest, skipped};
use crate::estates::{SHAPES, estate, tuples};
use crate::python::Python;
use crate::worker::{measure, ours, script};
use portmatrix::catalog::Catalog;
use portmatrix::review::review;
use std::fs;

const COUNT: u32 = 100_000;
const RUNS: usize = 3;

pub(crate) fn lines(python: Result<&Python, &String>) {
    if let Err(why) = python {
        skipped("comparing rules as sets in Python", why);
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("rules");
    let file = file.to_str().unwrap();
    for (at, shape) in SHAPES.iter().enumerate() {
        fs::write(file, tuples(&estate(shape, COUNT))).unwrap();
        let at = at.to_string();
        let mut contestants = vec![Contestant::new("this provider", || ours(&["review", &at]))];
        if let Ok(python) = python {
            let name = format!("difference of sets of tuples, {}", python.version("Python"));
            contestants.push(Contestant::new(name, || {
                script(&python.program, "sets.py", &[file])
            }));
        }
        let task = format!("review of 100,000 rules, {}", shape.name);
        contest(&task, RUNS, contestants);
    }
}

/// The review of one shape.
pub(crate) fn work(shape: &str) {
    let shape = &SHAPES[shape.parse::<usize>().unwrap()];
    let estate = estate(shape, COUNT);
    let catalog = Catalog::default();
    let report = measure(|| review(&estate, &catalog, "en"));
    let is_clean = report.findings.is_empty();
    assert_eq!(
        is_clean,
        !shape.name.contains("shifted") && !shape.name.contains("wide")
    );
}
