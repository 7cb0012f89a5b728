//! How long a provider takes until it says where it listens.

use crate::clock::timed;
use crate::watch::{Usage, usage};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

/// Starts a provider as the CLIs do, until its handshake line.
pub(crate) fn start(program: &Path) -> (Duration, Usage) {
    let (time, (mut process, line)) = timed(|| {
        let mut process = Command::new(program)
            .env(
                "TF_PLUGIN_MAGIC_COOKIE",
                "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
            )
            .env("PLUGIN_PROTOCOL_VERSIONS", "5,6")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        (process, line)
    });
    let used = usage(process.id());
    process.kill().unwrap();
    process.wait().unwrap();
    assert!(line.starts_with("1|5|"), "{line}");
    (time, used)
}
