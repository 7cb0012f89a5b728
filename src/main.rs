//! The provider's process: serves the CLI that starts it, or runs a command for a person.

use portmatrix::{commands, provider, terraform};
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().skip(1).collect();
    let debug = arguments.iter().any(|it| it == "--debug");
    // A CLI starts the process without arguments and with its cookie in the environment.
    if debug || (arguments.is_empty() && terraform::started_by_cli()) {
        return terraform::serve(provider::ADDRESS, provider::Portmatrix::default(), debug);
    }
    commands::run(arguments)
}
