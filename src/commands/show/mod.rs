//! `show`: one product's matrix, for people and for programs.

mod csv;
mod mermaid;
mod page;

use super::{CommandError, Exit, lint};
use crate::catalog::product::Product;
use crate::catalog::resolve::{Matrix, resolve};
use crate::catalog::{Catalog, File, ProductQuery, load};
use crate::model::finding::{ConfigPath, Finding};
use crate::model::layout::Overrides;
use crate::model::name::backticked;
use crate::provider::product_json;
use lexopt::{Arg, ValueExt};
use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;

pub(super) fn run(
    mut parser: lexopt::Parser,
    catalog: &Catalog,
    out: &mut String,
) -> Result<Exit, CommandError> {
    let (mut name, mut version, mut format, mut language) =
        (None, None, "table".to_owned(), "en".to_owned());
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Value(it) if name.is_none() => name = Some(it.string()?),
            Arg::Long("version") => version = Some(parser.value()?.string()?),
            Arg::Long("format") => format = parser.value()?.string()?,
            Arg::Long("language") => language = parser.value()?.string()?,
            other => return Err(other.unexpected().into()),
        }
    }
    let name = name.ok_or_else(|| {
        CommandError::usage("`show` needs the name of a product or the path of a product file")
    })?;
    if !FORMATS.contains(&format.as_str()) {
        return Err(CommandError(format!(
            "unknown format `{format}`; expected one of {}",
            backticked(FORMATS)
        )));
    }
    let (product, text) = find(&name, version.as_deref(), catalog)?;
    let language = catalog.language(&language, |it| product.languages().contains(it))?;
    if format == "toml" {
        if text
            .trim_start_matches('\u{feff}')
            .trim_start()
            .starts_with('{')
        {
            return Err(CommandError(format!("`{name}` is JSON, not TOML")));
        }
        out.push_str(&text);
        return Ok(Exit::Success);
    }
    let (matrix, _) = resolve(&product, &Overrides::default());
    let page = Page {
        matrix: &matrix,
        language: &language,
    };
    match format.as_str() {
        "json" => {
            // Writing to a string does not fail.
            let _ = writeln!(out, "{:#}", product_json(&matrix, catalog, &language));
        }
        "csv" => page.csv(out),
        "markdown" => page.markdown(out),
        "mermaid" => page.mermaid(out),
        _ => page.table(out),
    }
    Ok(Exit::Success)
}

const FORMATS: [&str; 6] = ["table", "json", "csv", "markdown", "mermaid", "toml"];

struct Page<'p> {
    matrix: &'p Matrix,
    language: &'p str,
}

/// A product of the catalogue, or that of a file.
fn find(
    name: &str,
    version: Option<&str>,
    catalog: &Catalog,
) -> Result<(Arc<Product>, String), CommandError> {
    let path = Path::new(name);
    if path
        .extension()
        .is_some_and(|it| it == "toml" || it == "json")
    {
        let text = lint::read(path)?;
        let product = load(&text).map_err(|mistakes| {
            let list: Vec<String> = mistakes
                .iter()
                .map(|it| format!("\n  {name}:{it}"))
                .collect();
            CommandError(format!("`{name}` has errors:{}", list.concat()))
        })?;
        return Ok((Arc::new(product), text));
    }
    let place = ConfigPath::default();
    let wanted = ProductQuery {
        name,
        name_place: &place,
        version,
        version_place: &place,
    };
    let refused = |it: Finding| CommandError(format!("{}; {}", it.message, it.remedy));
    let (product, newer) = catalog.find(wanted).map_err(|it| refused(*it))?;
    if let Some(newer) = newer {
        return Err(refused(newer));
    }
    let file = File::of(&product.name, product.version.as_str());
    Ok((product, file.map_or_else(String::new, File::text)))
}
