//! The AWS provider as a process that goes on from one command of a CLI to the next. A CLI that starts it does so twice or three times in a
//! command, and each time it takes more than a second until its 700 MB have said what they can.

use crate::end_to_end::programs::aws_provider;
use std::fs::{self, File};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// The variable by which a CLI finds a provider that runs already.
const VARIABLE: &str = "TF_REATTACH_PROVIDERS";

/// Lets Go collect garbage less often: the schema of the AWS provider is in memory all the time, and looking through it takes a third of
/// the time.
const GARBAGE: (&str, &str) = ("GOGC", "400");

/// What the provider says before the value of the variable, which is in quotes.
const BEFORE: &str = "TF_REATTACH_PROVIDERS='";

/// Commands that talk to providers, and change nothing about which are installed.
const COMMANDS: [&str; 4] = ["plan", "apply", "destroy", "show"];

/// The provider of one folder, once a command needed it. It ends with the folder.
#[derive(Default)]
pub(crate) struct Aws(OnceLock<Attached>);

impl Aws {
    /// The variables with which a command finds the provider, if its folder was made ready for it. `host` is the registry that an address
    /// without one means.
    pub(crate) fn variables(
        &self,
        command: &[&str],
        folder: &Path,
        host: &str,
    ) -> Vec<(&'static str, String)> {
        let lock = fs::read_to_string(folder.join(".terraform.lock.hcl")).unwrap_or_default();
        let is_one = command.first().is_some_and(|it| COMMANDS.contains(it));
        if !is_one || !lock.contains("/hashicorp/aws\"") {
            return Vec::new();
        }
        let start = || Attached::start(&aws_provider().expect("the AWS provider").1);
        let said = &self.0.get_or_init(start).value;
        let (name, value) = GARBAGE;
        vec![
            (VARIABLE, said.replace("registry.terraform.io", host)),
            (name, value.to_owned()),
        ]
    }
}

struct Attached {
    process: Child,
    _folder: TempDir,
    /// For Terraform, as the provider says it.
    value: String,
}

impl Attached {
    /// Starts the program. Its socket is in a folder of its own.
    fn start(program: &Path) -> Attached {
        let folder = tempfile::tempdir().expect("a folder");
        let log = folder.path().join("log");
        let file = File::create(&log).expect("a file");
        let mut command = Command::new(program);
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("AWS_") {
                command.env_remove(&name);
            }
        }
        let process = command
            .arg("-debug")
            .env("TMPDIR", folder.path())
            .env(GARBAGE.0, GARBAGE.1)
            .stdin(Stdio::null())
            .stdout(file)
            .stderr(Stdio::null())
            .spawn()
            .expect("a provider");
        let mut attached = Attached {
            process,
            _folder: folder,
            value: String::new(),
        };
        let start = Instant::now();
        loop {
            let said = fs::read_to_string(&log).unwrap_or_default();
            let value = said
                .split_once(BEFORE)
                .and_then(|(_, it)| it.split_once('\''));
            if let Some((value, _)) = value {
                value.clone_into(&mut attached.value);
                return attached;
            }
            let ended = attached.process.try_wait().expect("a status").is_some();
            assert!(
                !ended && start.elapsed() < Duration::from_secs(120),
                "the AWS provider does not come up: {said}"
            );
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Attached {
    fn drop(&mut self) {
        // A process that is gone already needs no end.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
