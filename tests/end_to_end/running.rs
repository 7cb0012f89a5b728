//! A command of a CLI while it runs: its process, and those of the provider that it starts.

use crate::end_to_end::cli::Run;
use rustix::process::{Pid, Signal, kill_process};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Longer than any command here should ever take, on however busy a machine: only what hangs takes as long.
const PATIENCE: Duration = Duration::from_secs(1800);

/// Whether the provider's processes can be found, or why not.
pub(crate) fn is_possible() -> Result<(), String> {
    let there = Path::new("/proc/self/exe").exists();
    there.then_some(()).ok_or_else(|| {
        "the provider's processes are found through `/proc`; run these tests on Linux".to_owned()
    })
}

/// Waits for something that takes its time on a busy machine.
pub(crate) fn eventually(what: &str, mut is_so: impl FnMut() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < PATIENCE, "still waiting for {what}");
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// The provider's processes of whatever CLI runs in a folder.
pub(crate) fn providers(folder: &Path) -> Vec<Pid> {
    let folder = folder.canonicalize().expect("a folder");
    let link = |pid: Pid, name| {
        fs::read_link(format!("/proc/{}/{name}", pid.as_raw_nonzero())).unwrap_or_default()
    };
    let names = fs::read_dir("/proc").expect("processes").flatten();
    let pids = names.filter_map(|it| {
        it.file_name()
            .to_str()?
            .parse()
            .ok()
            .and_then(Pid::from_raw)
    });
    pids.filter(|pid| link(*pid, "cwd") == folder)
        .filter(|pid| {
            let program = link(*pid, "exe");
            let name = program.file_name().unwrap_or_default().to_string_lossy();
            name.starts_with("terraform-provider-portmatrix")
        })
        .collect()
}

/// A process that may have ended meanwhile takes no signal any more.
pub(crate) fn signal(pid: Pid, signal: Signal) {
    let _ = kill_process(pid, signal);
}

/// A command that was started.
pub(crate) struct Running {
    line: String,
    folder: PathBuf,
    child: Child,
    said: TempDir,
    start: Instant,
}

impl Running {
    pub(crate) fn start(mut command: Command, line: &str, folder: &Path) -> Running {
        let said = tempfile::tempdir().expect("a folder");
        let to = |name| File::create(said.path().join(name)).expect("a file");
        let child = command
            .stdin(Stdio::null())
            .stdout(to("out"))
            .stderr(to("err"))
            .spawn()
            .expect("a process");
        Running {
            line: line.to_owned(),
            folder: folder.to_owned(),
            child,
            said,
            start: Instant::now(),
        }
    }

    pub(crate) fn cli(&self) -> Pid {
        Pid::from_child(&self.child)
    }

    /// What it said so far, on both streams.
    pub(crate) fn said(&self) -> String {
        self.read("out") + &self.read("err")
    }

    fn read(&self, name: &str) -> String {
        let text = fs::read(self.said.path().join(name)).expect("output");
        String::from_utf8_lossy(&text).into_owned()
    }

    pub(crate) fn has_ended(&mut self) -> bool {
        self.status().is_some()
    }

    fn status(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().expect("a status")
    }

    /// Its end.
    pub(crate) fn ended(self) -> Run {
        self.ended_watched(Duration::from_millis(5), || ())
    }

    /// Its end, with a look at it now and then.
    pub(crate) fn ended_watched(mut self, every: Duration, mut look: impl FnMut()) -> Run {
        let status = loop {
            if let Some(status) = self.status() {
                break status;
            }
            assert!(
                self.start.elapsed() < PATIENCE,
                "`{}` is still running after {PATIENCE:?}",
                self.line
            );
            look();
            std::thread::sleep(every);
        };
        if std::env::var_os("PORTMATRIX_SHOW").is_some() {
            eprintln!(
                "{:>6.2} s  {}  ({})",
                self.start.elapsed().as_secs_f64(),
                self.line,
                self.folder.display()
            );
        }
        let code = status.code().unwrap_or(-1);
        Run::new(self.line.clone(), code, self.read("out"), self.read("err"))
    }
}

/// A test that fails leaves no process behind.
impl Drop for Running {
    fn drop(&mut self) {
        if self.has_ended() {
            return;
        }
        for pid in providers(&self.folder) {
            signal(pid, Signal::KILL);
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
