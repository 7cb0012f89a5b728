//! `show`: one product's matrix, for people and for programs.

mod csv;
mod mermaid;
mod page;

use super::{CommandError, Exit, lint};
use crate::catalog::product::Product;
use crate::catalog::resolve::{Matrix, resolve};
use crate::catalog::table::Row;
use crate::catalog::{Catalog, File, ProductQuery, load, load_definition};
use crate::model::finding::{ConfigPath, Finding};
use crate::model::layout::Overrides;
use crate::model::name::backticked;
use crate::model::words::Severity;
use crate::provider::product_json;
use crate::report::product::page as html;
use lexopt::{Arg, ValueExt};
use std::collections::BTreeMap;
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
    let mut overrides = Overrides::default();
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Value(it) if name.is_none() => name = Some(it.string()?),
            Arg::Long("version") => version = Some(parser.value()?.string()?),
            Arg::Long("format") => format = parser.value()?.string()?,
            Arg::Long("language") => language = parser.value()?.string()?,
            Arg::Long("choice") => set(&mut overrides.choices, "choice", &mut parser)?,
            Arg::Long("number") => set(&mut overrides.numbers, "number", &mut parser)?,
            Arg::Long("port") => set(&mut overrides.ports, "port", &mut parser)?,
            Arg::Long("profile") => overrides.profile = Some(parser.value()?.string()?),
            Arg::Long("enable") => overrides.enable.push(parser.value()?.string()?),
            Arg::Long("disable") => overrides.disable.push(parser.value()?.string()?),
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
        if overrides != Overrides::default() {
            return Err(CommandError::usage(
                "`--format toml` prints the product file as it is; remove the options that change the matrix",
            ));
        }
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
    let (matrix, findings) = resolve(&product, &overrides);
    if let Some(it) = findings
        .into_iter()
        .find(|it| it.severity == Severity::Error)
    {
        return Err(refused(&it));
    }
    let page = Page {
        matrix: &matrix,
        language: &language,
        is_set: overrides != Overrides::default(),
    };
    match format.as_str() {
        "json" => {
            // Writing to a string does not fail.
            let _ = writeln!(out, "{:#}", product_json(&matrix, catalog, &language));
        }
        "csv" => page.csv(out),
        "markdown" => page.markdown(out),
        "mermaid" => page.mermaid(out),
        "html" => out.push_str(&html(&matrix, &language, &[])),
        _ => page.table(out),
    }
    Ok(Exit::Success)
}

const FORMATS: [&str; 7] = [
    "table", "json", "csv", "markdown", "mermaid", "html", "toml",
];

struct Page<'p> {
    matrix: &'p Matrix,
    language: &'p str,
    /// Whether options were set, so that flows that are off are left out.
    is_set: bool,
}

impl Page<'_> {
    /// The rows to show.
    fn rows(&self) -> Vec<Row<'_>> {
        let mut rows = self.matrix.rows();
        rows.retain(|it| self.shows(it.id));
        rows
    }

    /// Whether a flow is shown.
    fn shows(&self, flow: &str) -> bool {
        !self.is_set || self.matrix.flows.get(flow).is_some_and(|it| it.enabled)
    }
}

/// Reads `NAME=VALUE`.
fn set(
    values: &mut BTreeMap<String, String>,
    option: &str,
    parser: &mut lexopt::Parser,
) -> Result<(), CommandError> {
    let text = parser.value()?.string()?;
    let Some((name, value)) = text.split_once('=') else {
        let message = format!("`--{option} {text}` has no value; write `--{option} NAME=VALUE`");
        return Err(CommandError(message));
    };
    match values.insert(name.to_owned(), value.to_owned()) {
        None => Ok(()),
        Some(_) => Err(CommandError(format!("`--{option}` sets `{name}` twice"))),
    }
}

fn refused(it: &Finding) -> CommandError {
    CommandError(format!("{}. {}", it.message, it.remedy))
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
        let product = match version {
            None => Arc::new(product),
            Some(_) => load_definition(&text, None, version, &ConfigPath::default())
                .map_err(|it| refused(&it))?,
        };
        return Ok((product, text));
    }
    let place = ConfigPath::default();
    let wanted = ProductQuery {
        name,
        name_place: &place,
        version,
        version_place: &place,
    };
    let (product, newer) = catalog.find(wanted).map_err(|it| refused(&it))?;
    if let Some(newer) = newer {
        return Err(refused(&newer));
    }
    let file = File::of(&product.name, product.version.as_str());
    Ok((product, file.map_or_else(String::new, File::text)))
}
