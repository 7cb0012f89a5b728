//! The CPU time and peak memory of the provider's processes while a CLI runs, read from `/proc`. Linux only.

use std::collections::BTreeMap;
use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

/// How the kernel cuts the name of the provider's process.
const NAME: &str = "terraform-provi";

/// What the provider's processes used, all together and at most.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Usage {
    /// Clock ticks of all processes.
    pub(crate) ticks: u64,
    /// Kilobytes of the largest process.
    pub(crate) peak: u64,
}

/// Runs something while the provider's processes are watched.
pub(crate) fn watch(run: impl FnOnce()) -> Usage {
    let stop = Arc::new(AtomicBool::new(false));
    let stopped = Arc::clone(&stop);
    let watcher = thread::spawn(move || {
        let mut seen: BTreeMap<u32, Usage> = BTreeMap::new();
        while !stopped.load(Ordering::Relaxed) {
            for (pid, usage) in processes() {
                seen.insert(pid, usage);
            }
            thread::sleep(Duration::from_millis(2));
        }
        seen
    });
    run();
    stop.store(true, Ordering::Relaxed);
    let seen = watcher.join().unwrap();
    Usage {
        ticks: seen.values().map(|it| it.ticks).sum(),
        peak: seen.values().map(|it| it.peak).max().unwrap_or_default(),
    }
}

fn processes() -> Vec<(u32, Usage)> {
    let Ok(folder) = fs::read_dir("/proc") else {
        return Vec::new();
    };
    folder
        .filter_map(|it| it.ok()?.file_name().to_str()?.parse().ok())
        .filter_map(|pid| Some((pid, usage(pid)?)))
        .collect()
}

fn usage(pid: u32) -> Option<Usage> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (head, tail) = stat.rsplit_once(") ")?;
    if !head.ends_with(NAME) {
        return None;
    }
    // Fields 14 and 15 of proc(5), counted from the state, which is field 3.
    let fields: Vec<&str> = tail.split(' ').collect();
    let ticks = fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?;
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let peak = status
        .lines()
        .find_map(|it| it.strip_prefix("VmHWM:"))?
        .trim()
        .trim_end_matches(" kB")
        .parse()
        .ok()?;
    Some(Usage { ticks, peak })
}
