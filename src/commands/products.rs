//! `products`: what the catalogue contains, and what listens on a port.

use super::{CommandError, Exit, table};
use crate::catalog::lookup::{Listener, Query, TRANSPORTS};
use crate::catalog::{Catalog, Listed};
use crate::model::name::backticked;
use crate::model::ports::PortRange;
use lexopt::{Arg, ValueExt};

pub(super) fn run(
    mut parser: lexopt::Parser,
    catalog: &Catalog,
    out: &mut String,
) -> Result<Exit, CommandError> {
    let mut query = Query::default();
    let mut language = "en".to_owned();
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Long("search") => query.search = Some(parser.value()?.string()?),
            Arg::Long("port") => {
                let text = parser.value()?.string()?;
                query.port = Some(PortRange::parse(&text).map_err(CommandError)?);
            }
            Arg::Long("transport") => query.transport = Some(parser.value()?.string()?),
            Arg::Long("language") => {
                let text = parser.value()?.string()?;
                language = catalog.language(&text, |_| false)?;
            }
            other => return Err(other.unexpected().into()),
        }
    }
    if let Some(transport) = &query.transport {
        if query.port.is_none() {
            return Err(CommandError::usage("`--transport` requires `--port`"));
        }
        if !TRANSPORTS.contains(&transport.as_str()) {
            return Err(CommandError(format!(
                "`{transport}` has no ports; expected one of {}",
                backticked(TRANSPORTS)
            )));
        }
    }
    query.language = Some(language.clone());
    let answer = catalog.lookup(&query);
    if answer.products.is_empty() {
        out.push_str(match query.port {
            Some(_) => "no product in the catalogue listens there by default\n",
            None => "no product in the catalogue matches\n",
        });
    } else if query.port.is_some() {
        let rows: Vec<_> = answer
            .listeners
            .iter()
            .map(|it| listener(it, &language))
            .collect();
        let header = [
            "PRODUCT",
            "VERSION",
            "COMPONENT",
            "FLOW",
            "SERVICE",
            "PURPOSE",
        ];
        table(&header, &rows, out);
    } else {
        let rows: Vec<_> = answer.products.iter().map(|it| product(it)).collect();
        let header = ["NAME", "VERSIONS", "FLOWS", "TITLE", "VENDOR"];
        table(&header, &rows, out);
    }
    Ok(Exit::Success)
}

fn product(versions: &[Listed<'_>]) -> Vec<String> {
    let newest = &versions[0];
    let known: Vec<String> = versions
        .iter()
        .map(|it| it.line().replace('`', ""))
        .collect();
    vec![
        newest.name.clone(),
        known.join(", "),
        newest.flows.to_string(),
        newest.title.clone(),
        newest.vendor.clone(),
    ]
}

fn listener(it: &Listener<'_>, language: &str) -> Vec<String> {
    vec![
        it.line.name.clone(),
        it.line.version.to_string(),
        it.component.to_owned(),
        it.flow.id.to_owned(),
        it.traffic.to_string(),
        it.flow.purpose(language).to_owned(),
    ]
}
