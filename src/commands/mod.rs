//! The same core from a shell: show the catalogue, check product files, review a plan, and try a plan with this build.

mod import;
mod lint;
mod products;
mod report;
mod review;
mod show;
mod site;
mod try_command;
mod usage;
mod why;

use crate::catalog::Catalog;
use crate::catalog::language::UnknownLanguage;
use crate::model::finding::Finding;
use crate::model::name::suggest;
use lexopt::Arg;
use std::ffi::{OsStr, OsString};
use std::fmt::{Display, Write as _};
use std::io::{ErrorKind, Write as _};
use std::process::ExitCode;
use usage::{COMMANDS, Command, general};

/// How a command ends.
pub(crate) enum Exit {
    /// Success.
    Success,
    /// Something was found.
    Found,
    /// The exit code of another program.
    Code(u8),
}

/// Why a command could not do its work: wrong usage, or input that cannot be read.
pub(crate) struct CommandError(String);

impl CommandError {
    /// Wrong usage. The message is followed by where the right usage is explained.
    fn usage(message: impl Display) -> CommandError {
        CommandError(format!(
            "{message}; use `--help` to see how the command is used"
        ))
    }

    /// Mistakes in files, a line for each.
    fn of_findings(findings: &[Finding]) -> CommandError {
        let lines = findings
            .iter()
            .map(|it| format!("{}. {}", it.message, it.remedy));
        CommandError(lines.collect::<Vec<_>>().join("\n"))
    }
}

impl From<lexopt::Error> for CommandError {
    fn from(error: lexopt::Error) -> Self {
        CommandError::usage(error)
    }
}

impl From<UnknownLanguage> for CommandError {
    fn from(error: UnknownLanguage) -> Self {
        CommandError(format!("{}; {}", error.message, error.remedy))
    }
}

impl From<std::io::Error> for CommandError {
    fn from(error: std::io::Error) -> Self {
        CommandError(error.to_string())
    }
}

/// The output of a command, and its exit code.
pub struct Output {
    /// What goes to the standard output.
    pub out: String,
    /// The error that ended it, if any.
    pub error: Option<String>,
    /// The exit code.
    pub code: u8,
}

/// Runs the tool.
pub fn run(arguments: Vec<OsString>) -> ExitCode {
    let mut answer = run_captured(arguments);
    let mut stdout = std::io::stdout();
    let written = stdout
        .write_all(answer.out.as_bytes())
        .and_then(|()| stdout.flush());
    match written {
        // A reader that closed the pipe is not an error.
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            answer.error = Some(format!("cannot write the output: {error}"));
            answer.code = REFUSED;
        }
        _ => {}
    }
    if let Some(error) = answer.error {
        let _ = writeln!(std::io::stderr(), "error: {error}");
    }
    ExitCode::from(answer.code)
}

/// Runs the tool, and prints nothing. Only `try` lets the program that it starts print directly.
pub fn run_captured(arguments: Vec<OsString>) -> Output {
    let mut out = String::new();
    let (code, error) = match command(arguments, &mut out) {
        Ok(Exit::Success) => (0, None),
        Ok(Exit::Found) => (1, None),
        Ok(Exit::Code(code)) => (code, None),
        Err(CommandError(error)) => (REFUSED, Some(error)),
    };
    Output { out, error, code }
}

/// The exit code for wrong usage and unreadable input.
const REFUSED: u8 = 2;

fn command(arguments: Vec<OsString>, out: &mut String) -> Result<Exit, CommandError> {
    // What follows `--` belongs to the CLI that `try` runs, or is a file.
    let mut own = arguments.iter().take_while(|it| *it != "--");
    let asks_for_help = own.any(|it| it == "--help" || it == "-h");
    let mut parser = lexopt::Parser::from_args(arguments);
    match parser.next()? {
        None | Some(Arg::Long("help") | Arg::Short('h')) => out.push_str(&general()),
        Some(Arg::Long("version") | Arg::Short('V')) => {
            let (name, version) = (env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"));
            // Writing to a string does not fail.
            let _ = writeln!(out, "{name} {version}");
        }
        Some(Arg::Value(name)) if name == "help" => match parser.next()? {
            Some(Arg::Value(name)) => out.push_str(&named(&name)?.help()),
            _ => out.push_str(&general()),
        },
        Some(Arg::Value(name)) => {
            let command = named(&name)?;
            if asks_for_help {
                out.push_str(&command.help());
                return Ok(Exit::Success);
            }
            return (command.run)(parser, &Catalog::default(), out);
        }
        Some(other) => return Err(other.unexpected().into()),
    }
    Ok(Exit::Success)
}

fn named(name: &OsStr) -> Result<&'static Command, CommandError> {
    let found = COMMANDS.iter().find(|it| name == it.name);
    found.ok_or_else(|| {
        let name = name.to_string_lossy();
        let help = suggest(&name, COMMANDS.iter().map(|it| it.name));
        CommandError(format!("unknown command `{name}`; {help}"))
    })
}

/// Rows as a table: columns as wide as their widest cell, the last one as it comes.
fn table(header: &[&str], rows: &[Vec<String>], out: &mut String) {
    let width = |at: usize| {
        rows.iter()
            .map(|row| row[at].chars().count())
            .chain([header[at].len()])
            .max()
            .unwrap_or(0)
    };
    let widths: Vec<usize> = (0..header.len()).map(width).collect();
    let header: Vec<String> = header.iter().map(ToString::to_string).collect();
    for row in std::iter::once(&header).chain(rows) {
        let cells: Vec<String> = row
            .iter()
            .zip(&widths)
            .map(|(cell, width)| format!("{cell:<width$}"))
            .collect();
        let _ = writeln!(out, "{}", cells.join("  ").trim_end());
    }
}
