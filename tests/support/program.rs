//! The program as a person or a pipeline starts it.

use super::root;
use std::env;
use std::io::Write;
use std::process::{Command, Stdio};
use std::sync::LazyLock;

/// What a run gave.
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// The program under test: the one that `PORTMATRIX_PROGRAM` names, or else that which cargo has built for the tests.
pub(crate) fn under_test() -> &'static str {
    static PATH: LazyLock<String> = LazyLock::new(|| {
        let built = env!("CARGO_BIN_EXE_terraform-provider-portmatrix");
        env::var("PORTMATRIX_PROGRAM").unwrap_or_else(|_| built.to_owned())
    });
    &PATH
}

/// The program, to be run in the folder of the repository.
pub(crate) fn program() -> Command {
    let mut command = Command::new(under_test());
    command.current_dir(root());
    command
}

/// Runs it with an input.
pub(crate) fn run(arguments: &[&str], input: &[u8]) -> Ran {
    let mut child = program()
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A program that rejects its arguments does not read.
    let _ = child.stdin.take().unwrap().write_all(input);
    let output = child.wait_with_output().unwrap();
    let text = |it: Vec<u8>| String::from_utf8(it).unwrap();
    Ran {
        code: output.status.code().unwrap(),
        out: text(output.stdout),
        err: text(output.stderr),
    }
}
