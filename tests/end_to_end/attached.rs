//! The AWS provider as a process that goes on from one command of a CLI to the next. A CLI that starts it does so twice or three times in a
//! command, and each time it takes more than a second until its 700 MB have said what they can.

use crate::end_to_end::cli::Root;
use crate::end_to_end::programs::aws_provider;
use crate::end_to_end::server::Server;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

/// The variable by which a CLI finds a provider that runs already.
const VARIABLE: &str = "TF_REATTACH_PROVIDERS";

/// Lets Go collect garbage less often: the schema of the AWS provider is in memory all the time, and looking through it takes a third of
/// the time.
const GARBAGE: (&str, &str) = ("GOGC", "400");

/// What the provider says before the value of the variable, which is in quotes.
const BEFORE: &str = "TF_REATTACH_PROVIDERS='";

/// Commands that talk to providers, and change nothing about which are installed.
const COMMANDS: [&str; 4] = ["plan", "apply", "destroy", "show"];

/// The provider of one folder, once a command needed it, and the value of the variable for Terraform. It ends with the folder. Nothing
/// where the CLI starts it by itself.
#[derive(Default)]
pub(super) struct Aws(OnceLock<Option<(Server, String)>>);

impl<'c> Root<'c> {
    /// The folder with a CLI that starts all its providers itself, as it does for users.
    pub(crate) fn starts_all(mut self) -> Root<'c> {
        self.aws = Aws(OnceLock::from(None));
        self
    }
}

impl Aws {
    /// The variables with which a command finds the provider, if its folder was made ready for it. `host` is the registry that an address
    /// without one means.
    pub(super) fn variables(
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
        let Some((_, said)) = self.0.get_or_init(|| Some(start())) else {
            return Vec::new();
        };
        let (name, value) = GARBAGE;
        vec![
            (VARIABLE, said.replace("registry.terraform.io", host)),
            (name, value.to_owned()),
        ]
    }
}

/// The provider, and the value of the variable for Terraform.
fn start() -> (Server, String) {
    let (_, program) = aws_provider().expect("the AWS provider");
    let mut command = Command::new(program);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("AWS_") {
            command.env_remove(&name);
        }
    }
    command.arg("-debug").env(GARBAGE.0, GARBAGE.1);
    Server::start(command, BEFORE, |it| it == '\'')
}
