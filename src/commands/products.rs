//! `products`: what the catalogue holds, and who listens on a port.

use super::{End, Refused, table};
use crate::catalog::Catalog;
use crate::catalog::product::in_language;
use crate::catalog::resolve::resolve;
use crate::model::layout::Overrides;
use crate::model::ports::PortRange;
use crate::model::traffic::Traffic;
use lexopt::{Arg, ValueExt};

pub(super) fn run(
    mut parser: lexopt::Parser,
    catalog: &Catalog,
    out: &mut String,
) -> Result<End, Refused> {
    let (mut port, mut transport) = (None, None);
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Long("port") => {
                let text = parser.value()?.string()?;
                port = Some(PortRange::parse(&text).map_err(Refused)?);
            }
            Arg::Long("transport") => transport = Some(parser.value()?.string()?),
            other => return Err(other.unexpected().into()),
        }
    }
    match port {
        Some(port) => listeners(catalog, port, transport.as_deref(), out),
        None if transport.is_some() => {
            return Err(Refused("`--transport` goes with `--port`".to_owned()));
        }
        None => list(catalog, out),
    }
    Ok(End::Fine)
}

fn list(catalog: &Catalog, out: &mut String) {
    let mut rows = Vec::new();
    for name in catalog.names() {
        let versions = catalog.versions(name);
        let Some(newest) = versions.first() else {
            continue;
        };
        let known: Vec<&str> = versions.iter().map(|it| it.version.as_str()).collect();
        rows.push(vec![
            name.to_owned(),
            known.join(", "),
            newest.flows.len().to_string(),
            newest.title.clone(),
            newest.vendor.clone(),
        ]);
    }
    table(
        &["NAME", "VERSIONS", "FLOWS", "TITLE", "VENDOR"],
        &rows,
        out,
    );
}

fn listeners(catalog: &Catalog, port: PortRange, transport: Option<&str>, out: &mut String) {
    let mut rows = Vec::new();
    for name in catalog.names() {
        for product in catalog.versions(name) {
            let (matrix, _) = resolve(&product, &Overrides::default());
            for (id, flow) in &product.flows {
                let listens = |it: &&Traffic| {
                    it.ports().is_some_and(|it| it.overlaps(port))
                        && transport.is_none_or(|name| it.transport() == name)
                };
                for traffic in matrix.flows[id].listens.iter().filter(listens) {
                    let purpose = in_language(&flow.purpose, "en").to_owned();
                    rows.push(vec![
                        name.to_owned(),
                        product.version.to_string(),
                        flow.to.join(", "),
                        id.clone(),
                        traffic.to_string(),
                        purpose,
                    ]);
                }
            }
        }
    }
    if rows.is_empty() {
        out.push_str("no product of the catalogue listens there by default\n");
    } else {
        table(
            &[
                "PRODUCT",
                "VERSION",
                "COMPONENT",
                "FLOW",
                "SERVICE",
                "PURPOSE",
            ],
            &rows,
            out,
        );
    }
}
