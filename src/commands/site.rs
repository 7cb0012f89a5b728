//! `site`: the catalogue as pages.

use super::{CommandError, Exit};
use crate::catalog::Catalog;
use crate::catalog::FILES;
use crate::catalog::product::Product;
use crate::report::site::files;
use lexopt::{Arg, ValueExt};
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

pub(super) fn run(
    mut parser: lexopt::Parser,
    catalog: &Catalog,
    out: &mut String,
) -> Result<Exit, CommandError> {
    let (mut folder, mut language) = (None, "en".to_owned());
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Long("language") => language = parser.value()?.string()?,
            Arg::Value(it) if folder.is_none() => folder = Some(PathBuf::from(it)),
            other => return Err(other.unexpected().into()),
        }
    }
    let folder =
        folder.ok_or_else(|| CommandError::usage("`site` needs the folder to write to"))?;
    let products: Vec<Arc<Product>> = FILES.iter().map(|it| Arc::new(it.load())).collect();
    let known = |it: &str| {
        products
            .iter()
            .any(|product| product.languages().contains(it))
    };
    let language = catalog.language(&language, known)?;
    let cannot = |path: &PathBuf, error: std::io::Error| {
        CommandError(format!("cannot write `{}`: {error}", path.display()))
    };
    fs::create_dir_all(&folder).map_err(|error| cannot(&folder, error))?;
    let files = files(&products, &language);
    for file in &files {
        let path = folder.join(&file.name);
        fs::write(&path, &file.text).map_err(|error| cannot(&path, error))?;
    }
    // Writing to a string does not fail.
    let _ = writeln!(
        out,
        "{} pages in `{}`; begin with index.html",
        files.len(),
        folder.display()
    );
    Ok(Exit::Success)
}
