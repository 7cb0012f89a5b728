//! A program that goes on in the background, and says where it is to be found.

use std::fs::{self, File};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// How long it may take to come up on a busy machine.
const PATIENCE: Duration = Duration::from_secs(120);

/// The program, which ends with this value.
pub(crate) struct Server {
    process: Child,
    folder: TempDir,
}

impl Server {
    /// Starts a program, with files for a while in a folder of its own, and waits until it has said this. What follows up to the
    /// character is returned with it.
    pub(crate) fn start(
        mut command: Command,
        before: &str,
        end: fn(char) -> bool,
    ) -> (Server, String) {
        let folder = tempfile::tempdir().expect("a folder");
        let log = folder.path().join("log");
        let file = File::create(&log).expect("a file");
        let process = command
            .env("TMPDIR", folder.path())
            .stdin(Stdio::null())
            .stdout(file.try_clone().expect("a handle"))
            .stderr(file)
            .spawn()
            .expect("a process");
        let mut server = Server { process, folder };
        let start = Instant::now();
        loop {
            let said = fs::read_to_string(&log).unwrap_or_default();
            let rest = said.split_once(before).map(|it| it.1);
            if let Some((value, _)) = rest.and_then(|it| it.split_once(end)) {
                return (server, value.to_owned());
            }
            let ended = server.process.try_wait().expect("a status").is_some();
            assert!(
                !ended && start.elapsed() < PATIENCE,
                "{command:?} does not come up in {}: {said}",
                server.folder.path().display()
            );
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // A process that is gone already needs no end.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
