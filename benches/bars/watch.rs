//! The CPU time and peak memory of a process and of those that it starts, read from `/proc`. Linux only.

use std::collections::BTreeMap;
use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

/// Clock ticks of a second, which Linux fixes for user space.
const TICKS: u64 = 100;

/// How often is looked. Peaks do not fall, so only the last moments of a process can be missed.
const PERIOD: Duration = Duration::from_millis(5);

/// What processes used: all of them together, and the largest at most.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Usage {
    pub(crate) cpu: Duration,
    /// Kilobytes.
    pub(crate) peak: u64,
}

/// A process, and those that descend from it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Watched {
    pub(crate) own: Usage,
    pub(crate) descendants: Usage,
}

/// Does something, which ends when the process does, while the process is watched.
pub(crate) fn watch<T>(process: u32, run: impl FnOnce() -> T) -> (T, Watched) {
    let stop = Arc::new(AtomicBool::new(false));
    let stopped = Arc::clone(&stop);
    let watcher = thread::spawn(move || {
        let mut seen: BTreeMap<u32, Usage> = BTreeMap::new();
        while !stopped.load(Ordering::Relaxed) {
            for pid in family(process) {
                let usage = usage(pid);
                let at_most = seen.entry(pid).or_default();
                at_most.cpu = at_most.cpu.max(usage.cpu);
                at_most.peak = at_most.peak.max(usage.peak);
            }
            thread::sleep(PERIOD);
        }
        seen
    });
    let done = run();
    stop.store(true, Ordering::Relaxed);
    let mut seen = watcher.join().unwrap();
    let own = seen.remove(&process).unwrap_or_default();
    let descendants = Usage {
        cpu: seen.values().map(|it| it.cpu).sum(),
        peak: seen.values().map(|it| it.peak).max().unwrap_or_default(),
    };
    (done, Watched { own, descendants })
}

/// The CPU time of all children that have ended, with their own.
pub(crate) fn ended_children() -> Duration {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = fields(&stat);
    // Fields 16 and 17 of proc(5), counted from the state, which is field 3.
    ticks(&fields, [13, 14])
}

/// What a process used so far; nothing where it is gone.
pub(crate) fn usage(pid: u32) -> Usage {
    let text = |name: &str| fs::read_to_string(format!("/proc/{pid}/{name}")).unwrap_or_default();
    let peak = text("status")
        .lines()
        .find_map(|it| it.strip_prefix("VmHWM:"))
        .and_then(|it| it.trim().trim_end_matches(" kB").parse().ok());
    Usage {
        // Fields 14 and 15.
        cpu: ticks(&fields(&text("stat")), [11, 12]),
        peak: peak.unwrap_or_default(),
    }
}

/// A process and all that descend from it.
fn family(process: u32) -> Vec<u32> {
    let mut children: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
        let Some(pid) = entry.file_name().to_str().and_then(|it| it.parse().ok()) else {
            continue;
        };
        let stat = fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
        if let Some(parent) = fields(&stat).get(1).and_then(|it| it.parse().ok()) {
            children.entry(parent).or_default().push(pid);
        }
    }
    let mut family = vec![process];
    let mut at = 0;
    while let Some(pid) = family.get(at) {
        family.extend(children.remove(pid).unwrap_or_default());
        at += 1;
    }
    family
}

/// The fields of `stat` after the name, which may hold anything.
fn fields(stat: &str) -> Vec<&str> {
    stat.rsplit_once(") ")
        .map_or(Vec::new(), |(_, tail)| tail.split(' ').collect())
}

fn ticks(fields: &[&str], places: [usize; 2]) -> Duration {
    let ticks: u64 = places
        .iter()
        .filter_map(|it| fields.get(*it)?.parse::<u64>().ok())
        .sum();
    Duration::from_millis(ticks * 1000 / TICKS)
}
