//! Work in a process of its own, which tells what it took: peaks of memory cannot be told apart in one that does several things.

use crate::contest::Sample;
use serde_json::{Value, json};
use std::env;
use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Before the arguments of a worker.
pub(crate) const MARK: &str = "--worker";

/// Does the work of a worker, and says on stdout what it took, without what came before.
pub(crate) fn measure<T>(work: impl FnOnce() -> T) -> T {
    // Sets the peak back to what is in memory now. Where that is forbidden the peak is that of the whole process.
    let _ = fs::write("/proc/self/clear_refs", "5");
    let (before, start) = (on_cpu(), Instant::now());
    let done = black_box(work());
    let (time, cpu) = (start.elapsed(), on_cpu().saturating_sub(before));
    let peak = crate::watch::usage(std::process::id()).peak;
    let told = json!({ "seconds": time.as_secs_f64(), "cpu": cpu.as_secs_f64(), "peak": peak });
    println!("{told}");
    done
}

/// This program as a worker.
pub(crate) fn ours(arguments: &[&str]) -> Sample {
    let mut command = Command::new(env::current_exe().unwrap());
    told(command.arg(MARK).args(arguments))
}

/// A script next to this file as a worker.
pub(crate) fn script(python: &Path, name: &str, arguments: &[&str]) -> Sample {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("benches/peers")
        .join(name);
    let mut command = Command::new(python);
    command.env("PYTHONDONTWRITEBYTECODE", "1");
    told(command.arg(path).args(arguments))
}

fn told(command: &mut Command) -> Sample {
    let output = command.stderr(Stdio::inherit()).output().unwrap();
    assert!(output.status.success(), "{command:?} failed");
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    let time = |name: &str| Duration::from_secs_f64(told[name].as_f64().unwrap());
    Sample {
        time: time("seconds"),
        cpu: Some(time("cpu")),
        peaks: [told["peak"].as_u64().unwrap(), 0],
    }
}

/// The time that this thread was on a CPU: the first number of `schedstat`, in nanoseconds.
pub(crate) fn on_cpu() -> Duration {
    let text = fs::read_to_string("/proc/self/schedstat").unwrap_or_default();
    let nanoseconds = text.split(' ').next().and_then(|it| it.parse().ok());
    Duration::from_nanos(nanoseconds.unwrap_or_default())
}
