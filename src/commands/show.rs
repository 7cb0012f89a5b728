//! `show`: one product's matrix as a table, JSON, CSV or Markdown.

use super::{End, Refused, lint, table};
use crate::catalog::product::{Product, Texts, in_language};
use crate::catalog::resolve::{Matrix, resolve};
use crate::catalog::table::Row;
use crate::catalog::{Catalog, Wanted, load};
use crate::model::finding::Place;
use crate::model::layout::Overrides;
use crate::model::ports::port_list;
use crate::model::words::{Exposure, Need};
use lexopt::{Arg, ValueExt};
use serde_json::{Value, json};
use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;

pub(super) fn run(
    mut parser: lexopt::Parser,
    catalog: &Catalog,
    out: &mut String,
) -> Result<End, Refused> {
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
        Refused("`show` needs the name of a product, or the path of a product file".to_owned())
    })?;
    let product = find(&name, version.as_deref(), catalog)?;
    let (matrix, _) = resolve(&product, &Overrides::default());
    let page = Page {
        matrix: &matrix,
        language: &language,
    };
    match format.as_str() {
        "table" => page.table(out),
        "json" => page.json(out),
        "csv" => page.csv(out),
        "markdown" => page.markdown(out),
        other => {
            return Err(Refused(format!(
                "there is no format `{other}`; there are `table`, `json`, `csv`, `markdown`"
            )));
        }
    }
    Ok(End::Fine)
}

/// A product of the catalogue, or that of a file.
fn find(name: &str, version: Option<&str>, catalog: &Catalog) -> Result<Arc<Product>, Refused> {
    let path = Path::new(name);
    if path
        .extension()
        .is_some_and(|it| it == "toml" || it == "json")
    {
        return load(&lint::read(path)?).map(Arc::new).map_err(|mistakes| {
            let list: Vec<String> = mistakes
                .iter()
                .map(|it| format!("\n  {name}:{it}"))
                .collect();
            Refused(format!("`{name}` has mistakes:{}", list.concat()))
        });
    }
    let place = Place::default();
    let wanted = Wanted {
        name,
        name_place: &place,
        version,
        version_place: &place,
    };
    catalog
        .find(wanted)
        .map_err(|finding| Refused(format!("{}; {}", finding.message, finding.remedy)))
}

const COLUMNS: [&str; 9] = [
    "FLOW",
    "FROM",
    "TO",
    "TRANSPORT",
    "PORT",
    "PLANE",
    "EXPOSURE",
    "NEED",
    "PURPOSE",
];

struct Page<'p> {
    matrix: &'p Matrix,
    language: &'p str,
}

impl Page<'_> {
    fn say<'t>(&self, texts: &'t Texts) -> &'t str {
        in_language(texts, self.language)
    }

    fn cells(&self, row: &Row<'_>) -> Vec<String> {
        let need = match (row.flow.need, row.flow.when.as_slice()) {
            (need, []) => need.to_string(),
            (need, when) => format!("{need}, with {}", when.join(" or ")),
        };
        vec![
            row.id.to_owned(),
            row.from.to_owned(),
            row.to.to_owned(),
            row.transport(),
            if row.traffic.is_none() {
                "to be given".to_owned()
            } else {
                row.port()
            },
            row.flow.plane.to_string(),
            row.flow
                .exposure
                .map(|it| it.to_string())
                .unwrap_or_default(),
            need,
            self.say(&row.flow.purpose).to_owned(),
        ]
    }

    fn rows(&self) -> Vec<Vec<String>> {
        self.matrix.rows().iter().map(|it| self.cells(it)).collect()
    }

    // Writing to a string does not fail, here and below.
    fn table(&self, out: &mut String) {
        let product = &self.matrix.product;
        let _ = writeln!(
            out,
            "{} {} ({})\n",
            product.title, product.version, product.vendor
        );
        table(&COLUMNS, &self.rows(), out);
        let ports: Vec<Vec<String>> = product
            .ports
            .iter()
            .map(|(name, it)| {
                let recommended: Vec<String> = it
                    .recommended
                    .iter()
                    .map(|(profile, it)| format!("{}: {profile}", port_list(it)))
                    .collect();
                let default = if it.default.is_empty() {
                    "to be given".to_owned()
                } else {
                    port_list(&it.default)
                };
                let note = it.note.clone();
                vec![
                    name.clone(),
                    default,
                    port_list(&it.within),
                    recommended.join(", "),
                    it.setting.clone().unwrap_or_default(),
                    note,
                ]
            })
            .collect();
        if !ports.is_empty() {
            out.push('\n');
            table(
                &[
                    "PORT PARAMETER",
                    "DEFAULT",
                    "WITHIN",
                    "RECOMMENDED",
                    "SETTING",
                    "NOTE",
                ],
                &ports,
                out,
            );
        }
        for (title, lines) in self.remarks() {
            if !lines.is_empty() {
                let _ = writeln!(out, "\n{}", title.to_uppercase());
                for line in lines {
                    let _ = writeln!(out, "  {line}");
                }
            }
        }
    }

    /// Everything beside the ports, in sections.
    fn remarks(&self) -> Vec<(&'static str, Vec<String>)> {
        let product = &self.matrix.product;
        let about = |flows: &[String]| {
            if flows.is_empty() {
                String::new()
            } else {
                format!(" ({})", flows.join(", "))
            }
        };
        let flows = product.flows.iter().map(|(id, it)| {
            let assumed: Vec<&str> = it.assumed.iter().map(|it| it.as_str()).collect();
            let assumed = if assumed.is_empty() {
                String::new()
            } else {
                format!("; assumed: {}", assumed.join(", "))
            };
            let note = if it.note.is_empty() {
                String::new()
            } else {
                format!("; {}", it.note)
            };
            format!("{id}: {}{assumed}{note}", self.matrix.cite(&it.sources))
        });
        let advisories = product.advisories.iter().map(|it| {
            format!(
                "{}{}: {} [{}]",
                it.id,
                about(&it.flows),
                self.say(&it.text),
                self.matrix.cite(&it.sources)
            )
        });
        let conflicts = product.conflicts.iter().map(|it| {
            let said: Vec<String> = it
                .statements
                .iter()
                .map(|(says, refs)| format!("“{says}” [{}]", self.matrix.cite(refs)))
                .collect();
            format!(
                "{}{}: {}; taken: {}; {}",
                it.id,
                about(&it.flows),
                said.join(" against "),
                it.taken,
                self.say(&it.why)
            )
        });
        let suspects = product.suspects.iter().map(|it| {
            let cited = self.matrix.cite(&it.sources);
            format!(
                "{}{}: printed “{}”, likely “{}”; {} [{cited}]",
                it.id,
                about(&it.flows),
                it.printed,
                it.suggested,
                self.say(&it.why)
            )
        });
        let gaps = product.gaps.iter().map(|it| {
            format!(
                "{}{}: {} [{}]",
                it.id,
                about(&it.flows),
                self.say(&it.text),
                self.matrix.cite(&it.sources)
            )
        });
        let sources = product
            .sources
            .iter()
            .map(|(id, it)| format!("{id}: {}, {} (read {})", it.title, it.url, it.retrieved));
        let components = product.components.iter().map(|(name, it)| {
            let is = if it.is.is_empty() {
                String::new()
            } else {
                format!("; is also {}", it.is.join(", "))
            };
            let on = if it.on.is_empty() {
                String::new()
            } else {
                format!("; runs on {}", it.on.join(", "))
            };
            let zone = it
                .zone
                .as_ref()
                .map_or_else(String::new, |it| format!("; recommended zone {it}"));
            format!("{name} ({}): {}{is}{on}{zone}", it.kind, it.title)
        });
        let features = product.features.iter().map(|(name, it)| {
            format!(
                "{name} ({}): {}",
                if it.default { "on" } else { "off" },
                it.title
            )
        });
        vec![
            ("Components", components.collect()),
            ("Features", features.collect()),
            ("Where the sources say so", flows.collect()),
            ("Advisories", advisories.collect()),
            ("Conflicts", conflicts.collect()),
            ("Suspects", suspects.collect()),
            ("Gaps", gaps.collect()),
            ("Sources", sources.collect()),
        ]
    }

    fn markdown(&self, out: &mut String) {
        let product = &self.matrix.product;
        let escape = |it: &str| it.replace('|', "\\|");
        let _ = writeln!(out, "# {} {}\n", product.title, product.version);
        let _ = writeln!(out, "| {} |", COLUMNS.map(str::to_lowercase).join(" | "));
        let _ = writeln!(out, "|{}", " --- |".repeat(COLUMNS.len()));
        for row in self.rows() {
            let _ = writeln!(
                out,
                "| {} |",
                row.iter()
                    .map(|it| escape(it))
                    .collect::<Vec<_>>()
                    .join(" | ")
            );
        }
        for (title, lines) in self.remarks() {
            if !lines.is_empty() {
                let _ = writeln!(out, "\n## {title}\n");
                for line in lines {
                    let _ = writeln!(out, "- {line}");
                }
            }
        }
    }

    /// RFC 4180, with the columns of the data source's `matrix`.
    fn csv(&self, out: &mut String) {
        let columns = [
            "flow",
            "source",
            "destination",
            "transport",
            "from_port",
            "to_port",
            "port",
            "application",
            "purpose",
            "required",
            "exposure",
            "plane",
        ];
        let _ = write!(out, "{}\r\n", columns.join(","));
        for row in self.matrix.rows() {
            let port = |it: Option<u16>| it.map(|it| it.to_string()).unwrap_or_default();
            let cells = [
                row.id.to_owned(),
                row.from.to_owned(),
                row.to.to_owned(),
                row.transport(),
                port(row.ports().map(|it| it.from)),
                port(row.ports().map(|it| it.to)),
                row.port(),
                row.flow.application.join(", "),
                self.say(&row.flow.purpose).to_owned(),
                (row.flow.need == Need::Required).to_string(),
                row.flow
                    .exposure
                    .map(|it| it.to_string())
                    .unwrap_or_default(),
                row.flow.plane.to_string(),
            ];
            let quoted = |it: &String| {
                if it.contains([',', '"', '\n', '\r']) {
                    format!("\"{}\"", it.replace('"', "\"\""))
                } else {
                    it.clone()
                }
            };
            let _ = write!(
                out,
                "{}\r\n",
                cells.iter().map(quoted).collect::<Vec<_>>().join(",")
            );
        }
    }

    fn json(&self, out: &mut String) {
        let product = &self.matrix.product;
        let flows: Vec<Value> = product
            .flows
            .iter()
            .map(|(id, it)| {
                json!({
                    "id": id,
                    "from": it.from,
                    "to": it.to,
                    "services": self.matrix.services(id),
                    "application": it.application,
                    "plane": it.plane.as_str(),
                    "exposure": it.exposure.map(Exposure::as_str),
                    "need": it.need.as_str(),
                    "when": it.when,
                    "tls": it.tls,
                    "purpose": self.say(&it.purpose),
                    "assumed": it.assumed.iter().map(|it| it.as_str()).collect::<Vec<_>>(),
                    "source": self.matrix.cite(&it.sources),
                })
            })
            .collect();
        let mut page = json!({
            "name": product.name,
            "title": product.title,
            "vendor": product.vendor,
            "version": product.version.as_str(),
            "digest": self.matrix.digest,
            "flows": flows,
        });
        for (title, lines) in self
            .remarks()
            .into_iter()
            .filter(|(title, _)| *title != "Where the sources say so")
        {
            page[title.to_lowercase()] = json!(lines);
        }
        let _ = writeln!(out, "{page:#}");
    }
}
