//! `review` of two sides in memory: next to the difference of sets in Python, and with everything different on each platform.

use crate::Bar;
use crate::estates::{CHANGES, SHAPES, Shape, all_different, estate, tuples};
use crate::worker::{on_cpu, script};
use portmatrix::catalog::Catalog;
use portmatrix::model::platform::PlatformId;
use portmatrix::review::{ReviewInput, review};
use std::env;
use std::fs;
use std::hint::black_box;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

const RUNS: usize = 5;
const IN_SYNC: u32 = 100_000;
const DIFFERENT: [u32; 2] = [500, 4_000];

pub(crate) fn bars() -> Vec<Bar> {
    let python = env::var_os("PORTMATRIX_PYTHON").map_or_else(|| "python3".into(), PathBuf::from);
    let version = Command::new(&python)
        .arg("--version")
        .stdout(Stdio::null())
        .status();
    let mut bars = platforms();
    if version.is_ok_and(|it| it.success()) {
        let in_sync = SHAPES.iter().filter(|it| it.name.starts_with("in sync"));
        bars.extend(in_sync.map(|it| next_to_sets(it, &python)));
    } else {
        println!("SKIPPED: the bar about sets of tuples, because there is no `python3`");
    }
    bars
}

/// The CPU time of a review; what comes before does not count.
fn time_of(estate: &ReviewInput, catalog: &Catalog) -> Duration {
    let before = on_cpu();
    black_box(review(black_box(estate), catalog, "en"));
    on_cpu().saturating_sub(before)
}

/// Both in turn, so that a busy machine hurts them alike.
fn next_to_sets(shape: &Shape, python: &std::path::Path) -> Bar {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("rules");
    let (estate, catalog) = (estate(shape, IN_SYNC), Catalog::default());
    fs::write(&file, tuples(&estate)).unwrap();
    let runs = (0..RUNS).map(|_| {
        let theirs = script(python, "sets.py", &[file.to_str().unwrap()]).cpu;
        [time_of(&estate, &catalog), theirs.unwrap()]
    });
    let runs: Vec<[Duration; 2]> = runs.collect();
    let [ours, theirs] = [0, 1].map(|side| {
        let mut times: Vec<f64> = runs.iter().map(|it| it[side].as_secs_f64()).collect();
        times.sort_unstable_by(f64::total_cmp);
        times[RUNS / 2]
    });
    let ratio = ours / theirs;
    Bar {
        what: format!(
            "review of 100,000 rules next to sets in Python: {}",
            shape.name
        ),
        measured: format!("{ratio:.2} x ({:.0} : {:.0} ms)", ours * 1e3, theirs * 1e3),
        limit: "<= 0.8 x",
        met: ratio <= 0.8,
    }
}

/// Every platform with everything different, in the least favourable of several ways.
fn platforms() -> Vec<Bar> {
    let catalog = Catalog::default();
    let mut bars = Vec::new();
    let mut of_aws = Vec::new();
    for platform in [PlatformId::Aws, PlatformId::Azure, PlatformId::Gcp] {
        let times: Vec<[f64; 2]> = CHANGES
            .iter()
            .map(|(_, change)| {
                let estates = DIFFERENT.map(|it| all_different(platform, it, *change));
                // The least of some runs is the one that other work disturbed least.
                estates.map(|it| {
                    let runs = (0..RUNS).map(|_| time_of(&it, &catalog));
                    runs.min().unwrap_or_default().as_secs_f64()
                })
            })
            .collect();
        let rules = f64::from(DIFFERENT[1]) / f64::from(DIFFERENT[0]);
        let growth = times.iter().map(|[few, many]| many / few / rules);
        let growth = growth.fold(0.0, f64::max);
        bars.push(Bar {
            what: format!("review on {platform:?}, all different: 4,000 rules against 8 times 500"),
            measured: format!("{growth:.2} x"),
            limit: "<= 1.3 x",
            met: growth <= 1.3,
        });
        let times: Vec<f64> = times.iter().map(|it| it[1]).collect();
        if platform == PlatformId::Aws {
            of_aws = times;
            continue;
        }
        let ratios = times.iter().zip(&of_aws).map(|(it, aws)| it / aws);
        let ratio = ratios.fold(0.0, f64::max);
        bars.push(Bar {
            what: format!("review on {platform:?}, 4,000 rules, all different, next to AWS"),
            measured: format!("{ratio:.2} x"),
            limit: "<= 2 x",
            met: ratio <= 2.0,
        });
    }
    bars
}
