//! `lint`: the errors in product files, with line and column.

use super::{CommandError, Exit};
use crate::catalog::load;
use lexopt::Arg;
use std::fmt::Write;
use std::path::PathBuf;

pub(super) fn run(mut parser: lexopt::Parser, out: &mut String) -> Result<Exit, CommandError> {
    let mut files: Vec<PathBuf> = Vec::new();
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Value(file) => files.push(file.into()),
            other => return Err(other.unexpected().into()),
        }
    }
    if files.is_empty() {
        return Err(CommandError::usage(
            "`lint` needs at least one product file",
        ));
    }
    let mut found = false;
    for file in files {
        let name = file.display();
        // Writing to a string does not fail.
        match load(&read(&file)?) {
            Ok(product) => {
                for remark in product.remarks() {
                    let _ = writeln!(out, "{name}: warning: {remark}");
                }
                if product.draft {
                    found = true;
                    let _ = writeln!(
                        out,
                        "{name}: the file is a draft; finish it, and remove `draft = true`"
                    );
                    continue;
                }
                let flows = product.flows.len();
                let _ = writeln!(
                    out,
                    "{name}: fine: {} {}, {flows} flow{}",
                    product.name,
                    product.version,
                    if flows == 1 { "" } else { "s" }
                );
            }
            Err(mistakes) => {
                found = true;
                for mistake in mistakes {
                    let _ = writeln!(out, "{name}:{mistake}");
                }
            }
        }
    }
    Ok(if found { Exit::Found } else { Exit::Success })
}

/// The text of a file.
pub(super) fn read(file: &std::path::Path) -> Result<String, CommandError> {
    let bytes = std::fs::read(file)
        .map_err(|error| CommandError(format!("cannot read `{}`: {error}", file.display())))?;
    String::from_utf8(bytes).map_err(|error| {
        let before = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = before.split(|it| *it == b'\n').count();
        CommandError(format!(
            "`{}` is not UTF-8 text; the first invalid byte is in line {line}",
            file.display()
        ))
    })
}
