//! Contestants that do the same, run in turn so that a busy machine hurts them alike, and the medians as a table in Markdown.

use crate::clock::milliseconds;
use std::time::Duration;

/// What one run took.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Sample {
    pub(crate) time: Duration,
    /// Of all processes of the contestant, where it is long enough to be told.
    pub(crate) cpu: Option<Duration>,
    /// Kilobytes at the peak: of the process, and of the largest that it started.
    pub(crate) peaks: [u64; 2],
}

/// One that does the task.
pub(crate) struct Contestant<'c> {
    name: String,
    run: Box<dyn FnMut() -> Sample + 'c>,
    samples: Vec<Sample>,
}

impl<'c> Contestant<'c> {
    pub(crate) fn new(name: impl Into<String>, run: impl FnMut() -> Sample + 'c) -> Self {
        Contestant {
            name: name.into(),
            run: Box::new(run),
            samples: Vec::new(),
        }
    }

    fn median(&self) -> Sample {
        let middle = |of: fn(&Sample) -> u128| {
            let mut all: Vec<u128> = self.samples.iter().map(of).collect();
            all.sort_unstable();
            u64::try_from(all[all.len() / 2]).unwrap()
        };
        let cpu = middle(|it| it.cpu.unwrap_or_default().as_micros());
        Sample {
            time: Duration::from_micros(middle(|it| it.time.as_micros())),
            cpu: (cpu > 0).then(|| Duration::from_micros(cpu)),
            peaks: [
                middle(|it| it.peaks[0].into()),
                middle(|it| it.peaks[1].into()),
            ],
        }
    }
}

/// Prints the head of a table.
pub(crate) fn head() {
    println!(
        "| task | done by | time | this provider : it | CPU time | this provider : it | peak memory |\n\
         | --- | --- | ---: | ---: | ---: | ---: | ---: |"
    );
}

/// Runs all in turn, so many times, and prints their lines; the first of them is this provider.
pub(crate) fn contest(task: &str, runs: usize, mut contestants: Vec<Contestant<'_>>) {
    eprintln!("{task}: {} contestants, {runs} runs", contestants.len());
    for _ in 0..runs {
        for it in &mut contestants {
            let sample = (it.run)();
            it.samples.push(sample);
        }
    }
    let ours = contestants[0].median();
    for (at, it) in contestants.iter().enumerate() {
        let median = it.median();
        let against = |ours: Option<Duration>, other: Option<Duration>| match (ours, other) {
            (Some(ours), Some(other)) if at > 0 => {
                format!("{:.3} x", ours.as_secs_f64() / other.as_secs_f64())
            }
            _ => String::new(),
        };
        println!(
            "| {task} | {} | {} | {} | {} | {} | {} |",
            it.name,
            milliseconds(median.time),
            against(Some(ours.time), Some(median.time)),
            median.cpu.map_or_else(String::new, milliseconds),
            against(ours.cpu, median.cpu),
            memory(median.peaks),
        );
    }
}

/// Prints the line of what cannot be measured here.
pub(crate) fn skipped(what: &str, why: &str) {
    eprintln!("SKIPPED: {what}, because {why}");
    println!("| {what} | SKIPPED: {why} | | | | | |");
}

fn memory([own, started]: [u64; 2]) -> String {
    #[expect(clippy::cast_precision_loss, reason = "no more than a digit is shown")]
    let mebibytes = |it: u64| format!("{:.0} MiB", it as f64 / 1024.0);
    match (own, started) {
        (own, 0) => mebibytes(own),
        (own, started) => format!("{} + {}", mebibytes(own), mebibytes(started)),
    }
}
