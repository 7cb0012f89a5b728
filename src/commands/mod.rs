//! The same core from a shell: the catalogue for reading, product files for checking, and a plan with this very build.

mod lint;
mod products;
mod review;
mod show;
mod try_command;

use crate::catalog::Catalog;
use std::ffi::OsString;
use std::fmt::Write as _;
use std::io::{ErrorKind, Write as _};
use std::process::ExitCode;

const HELP: &str = "\
terraform-provider-portmatrix: firewall rules that products need, from their vendors' port matrices

Terraform and OpenTofu start this program by themselves. Started by a person, it is a small tool:

  try [--cli PROGRAM] DIR [-- ARGS]
                        run terraform, or else tofu, in DIR with this very build as the provider;
                        ARGS are those of the CLI, `plan` when there are none
  products [--search WORDS] [--port N [--transport NAME]] [--language LL]
                        list the catalogue, or what listens on a port
  show PRODUCT|FILE [--version VERSION] [--format FORMAT] [--language LL]
                        a product's matrix: a table and all that stands beside it (table, markdown), the
                        rows alone (csv), what the data source has (json), a chart (mermaid), or the
                        product file itself (toml)
  lint FILE...          check product files
  review [--before] [--all] [--format FORMAT] [--fail-on SEVERITY] [--ignore GLOB]... [--language LL] FILE|-
                        the firewall rules of a plan or a state against what its portmatrix_rules want;
                        FILE is what `terraform show -json` printed. A plan is judged by the rules that it
                        leaves in place, with --before by those there are before it. Reviewed are groups and
                        networks that portmatrix_rules name, with --all all of them. --ignore takes groups,
                        addresses of rules, and keys. Formats: text, json, sarif (2.1.0), markdown.
                        Severities: error (default), warning, info, never
  --debug               serve the provider until it is interrupted, for a debugger
  --version, --help

Exit codes: 0 fine, 1 something was found, 2 wrong usage or input that cannot be read.
";

/// What a command ends with.
pub(crate) enum Exit {
    /// All is well.
    Success,
    /// Something was found.
    Found,
    /// The exit code of another program.
    Code(u8),
}

/// Why a command could not do its work: wrong usage, or input that cannot be read.
pub(crate) struct CommandError(String);

impl<E: std::error::Error> From<E> for CommandError {
    fn from(error: E) -> Self {
        CommandError(error.to_string())
    }
}

/// What the tool has to say, and how it ends.
pub struct Output {
    /// What goes to the standard output.
    pub out: String,
    /// Why there is no more of it.
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
        // A reader that went away is no fault of ours.
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

/// Runs the tool, and prints nothing. `try` alone hands its own output to the program that it starts.
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

/// The exit code of what could not be done.
const REFUSED: u8 = 2;

fn command(arguments: Vec<OsString>, out: &mut String) -> Result<Exit, CommandError> {
    let mut parser = lexopt::Parser::from_args(arguments);
    let fine = |text: &str, out: &mut String| {
        out.push_str(text);
        Ok(Exit::Success)
    };
    match parser.next()? {
        None | Some(lexopt::Arg::Long("help") | lexopt::Arg::Short('h')) => fine(HELP, out),
        Some(lexopt::Arg::Long("version") | lexopt::Arg::Short('V')) => {
            let _ = writeln!(
                out,
                "terraform-provider-portmatrix {}",
                env!("CARGO_PKG_VERSION")
            );
            Ok(Exit::Success)
        }
        Some(lexopt::Arg::Value(name)) => match name.to_str() {
            Some("try") => try_command::run(parser),
            Some("products") => products::run(parser, &Catalog::default(), out),
            Some("show") => show::run(parser, &Catalog::default(), out),
            Some("lint") => lint::run(parser, out),
            Some("review") => review::run(parser, &Catalog::default(), out),
            Some("help") => fine(HELP, out),
            _ => {
                let name = name.to_string_lossy();
                let help = crate::model::name::suggest(
                    &name,
                    ["try", "products", "show", "lint", "review"],
                );
                Err(CommandError(format!("unknown command `{name}`; {help}")))
            }
        },
        Some(other) => Err(other.unexpected().into()),
    }
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
