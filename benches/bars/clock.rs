//! Medians of times, and times as text.

use std::time::{Duration, Instant};

/// The median of some runs.
pub(crate) fn median(runs: usize, mut run: impl FnMut() -> Duration) -> Duration {
    let mut times: Vec<Duration> = (0..runs).map(|_| run()).collect();
    times.sort_unstable();
    times[runs / 2]
}

/// How long something takes.
pub(crate) fn timed<T>(work: impl FnOnce() -> T) -> (Duration, T) {
    let start = Instant::now();
    let done = work();
    (start.elapsed(), done)
}

pub(crate) fn milliseconds(time: Duration) -> String {
    let number = time.as_secs_f64() * 1e3;
    if number < 10.0 {
        format!("{number:.2} ms")
    } else {
        format!("{number:.0} ms")
    }
}
