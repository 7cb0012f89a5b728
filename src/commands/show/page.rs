//! The matrix with all notes, as plain text or Markdown.

use super::super::table;
use super::Page;
use crate::catalog::numbers::Numbers;
use crate::catalog::product::{ONLY_ADDRESS, Texts, in_language};
use crate::catalog::table::Row;
use std::fmt::Write;

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

impl Page<'_> {
    fn say<'t>(&self, texts: &'t Texts) -> &'t str {
        in_language(texts, self.language)
    }

    fn cells(&self, row: &Row<'_>) -> Vec<String> {
        let listed = |before: &str, names: &[String]| match names {
            [] => String::new(),
            names => format!(", {before} {}", names.join(" or ")),
        };
        let need = format!(
            "{}{}{}",
            row.flow.need,
            listed("with", &row.flow.when),
            listed("without", &row.flow.unless)
        );
        vec![
            row.id.to_owned(),
            row.from.to_owned(),
            row.to.to_owned(),
            row.transport(),
            if row.traffic.is_none() {
                "must be set".to_owned()
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

    fn lines(&self) -> Vec<Vec<String>> {
        self.rows().iter().map(|it| self.cells(it)).collect()
    }

    // Writing to a string does not fail, here and below.
    pub(super) fn table(&self, out: &mut String) {
        let product = &self.matrix.product;
        let _ = writeln!(
            out,
            "{} {} ({})",
            product.title,
            product.release(),
            product.vendor
        );
        let _ = writeln!(out, "covers the releases {}", product.covered());
        if product.rejects {
            let _ = writeln!(
                out,
                "traffic to other ports should be rejected, not dropped"
            );
        }
        out.push('\n');
        table(&COLUMNS, &self.lines(), out);
        let ports: Vec<Vec<String>> = product
            .ports
            .iter()
            .map(|(name, it)| {
                let recommended: Vec<String> = it
                    .recommended
                    .iter()
                    .map(|(profile, it)| format!("{it}: {profile}"))
                    .collect();
                let defaults = it.defaults.iter().map(ToString::to_string);
                let always = match &it.offset {
                    Some((of, by)) => format!("{of} {by:+}"),
                    None if it.default.is_empty() => "must be set".to_owned(),
                    None => it.default.to_string(),
                };
                let default = defaults.chain([always]).collect::<Vec<_>>().join("; ");
                let note = it.note.clone();
                vec![
                    name.clone(),
                    default,
                    it.within.to_string(),
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

    /// Everything in addition to the ports, in sections.
    fn remarks(&self) -> Vec<(&'static str, Vec<String>)> {
        let product = &self.matrix.product;
        let listed = |before: &str, names: &[String]| {
            if names.is_empty() {
                String::new()
            } else {
                format!("{before}{}", names.join(", "))
            }
        };
        let about = |flows: &[String]| {
            if flows.is_empty() {
                String::new()
            } else {
                format!(" ({})", flows.join(", "))
            }
        };
        let flows = self.matrix.in_order().into_iter().map(|(id, it)| {
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
            let long = if it.long_lived { "; long-lived" } else { "" };
            format!(
                "{id}: {}{assumed}{long}{note}",
                self.matrix.cite(&it.sources)
            )
        });
        let advisories = product.advisories.iter().map(|it| {
            let items = if it.items.is_empty() {
                String::new()
            } else {
                format!(" {}", it.items.join("; "))
            };
            format!(
                "{}{}{}{}: {}{items} [{}]",
                it.id,
                about(&it.flows),
                listed(" when ", &it.when),
                listed(" unless ", &it.unless),
                self.say(&it.text),
                self.matrix.cite(&it.sources)
            )
        });
        let conflicts = product.conflicts.iter().map(|it| {
            let statements: Vec<String> = it
                .statements
                .iter()
                .map(|(says, refs)| match self.matrix.cite(refs) {
                    cited if cited.is_empty() => format!("“{says}”"),
                    cited => format!("“{says}” [{cited}]"),
                })
                .collect();
            format!(
                "{}{}: {}; taken: {}; {}",
                it.id,
                about(&it.flows),
                statements.join(" against "),
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
                "{}{}{}: {} [{}]",
                it.id,
                about(&it.flows),
                listed(" touches ", &it.components),
                self.say(&it.text),
                self.matrix.cite(&it.sources)
            )
        });
        let sources = product
            .sources
            .iter()
            .map(|(id, it)| format!("{id}: {}, {} (read {})", it.title, it.url, it.retrieved));
        let components = product.components.iter().map(|(name, it)| {
            let list = |what: &str, items: &[String]| {
                (!items.is_empty()).then(|| format!("{what} {}", items.join(", ")))
            };
            let labelled = |what: &str, text: &Option<String>| {
                text.as_ref().map(|text| format!("{what} {text}"))
            };
            let addresses = it.addresses.iter().map(|(name, it)| match name.as_str() {
                ONLY_ADDRESS => it.to_string(),
                name => format!("{it} ({name})"),
            });
            let addresses: Vec<String> = addresses.collect();
            let parts = [
                Some(format!("{name} ({}): {}", it.kind, it.title)),
                list("also called", &it.aliases),
                list("is also", &it.is),
                list("runs on", &it.on),
                labelled("recommended zone", &it.zone),
                it.forwards
                    .then(|| "forwards packets to pods or containers".to_owned()),
                labelled("firewall managed by", &it.managed_by),
                it.role.then(|| "only a part of others".to_owned()),
                list("at", &addresses),
                list("at", &it.fqdns),
                list("addresses at", &it.address_list_urls),
                Some(it.description.clone()).filter(|it| !it.is_empty()),
            ];
            parts.into_iter().flatten().collect::<Vec<_>>().join("; ")
        });
        let zones = product.zones.iter().map(|(name, it)| {
            let trust = it.trust.map(|it| format!("trust {it}"));
            let inside = it.inside.as_ref().map(|it| format!("inside {it}"));
            let about = Some(it.description.clone()).filter(|it| !it.is_empty());
            let head = Some(format!("{name}: {}", it.title));
            let parts = [head, trust, inside, about];
            parts.into_iter().flatten().collect::<Vec<_>>().join("; ")
        });
        let features = product.features.iter().map(|(name, it)| {
            let on = |it: bool| if it { "on" } else { "off" };
            let defaults = it.defaults.iter().map(|it| it.with(on(it.value)));
            let defaults: Vec<String> = defaults.chain([on(it.default).to_owned()]).collect();
            format!("{name} ({}): {}", defaults.join("; "), it.title)
        });
        let choices = product.choices.iter().map(|(name, it)| {
            let options = it.options.iter();
            let options: Vec<String> = options
                .map(|(name, it)| format!("{name}: {}", it.title))
                .collect();
            let defaults = it.defaults.iter().map(ToString::to_string);
            let always = it
                .default
                .clone()
                .filter(|name| it.options.contains_key(name))
                .unwrap_or_else(|| "must be chosen".to_owned());
            let defaults: Vec<String> = defaults.chain([always]).collect();
            format!(
                "{name} ({}): {}; {}",
                defaults.join("; "),
                it.title,
                options.join("; ")
            )
        });
        let numbers = product.numbers.iter().map(|(name, it)| {
            let written = |numbers: &Numbers| numbers.padded(it.digits);
            let defaults = it.defaults.iter().map(|it| it.with(&written(&it.value)));
            let always = match &it.offset {
                Some((of, by)) => format!("{of} {by:+}"),
                None if it.default.is_empty() => "must be set".to_owned(),
                None => written(&it.default),
            };
            let defaults: Vec<String> = defaults.chain([always]).collect();
            let within = Some(written(&it.within)).filter(|it| !it.is_empty());
            let within = within
                .map(|it| format!(", within {it}"))
                .unwrap_or_default();
            format!("{name} ({}{within}): {}", defaults.join("; "), it.title)
        });
        let off = product.flows.keys().filter(|it| !self.shows(it)).cloned();
        vec![
            ("Off with these settings", off.collect()),
            ("Components", components.collect()),
            ("Zones that the vendor recommends", zones.collect()),
            ("Features", features.collect()),
            ("Choices", choices.collect()),
            ("Numbers", numbers.collect()),
            ("Where the sources say so", flows.collect()),
            ("Advisories", advisories.collect()),
            ("Conflicts", conflicts.collect()),
            ("Suspects", suspects.collect()),
            ("Gaps", gaps.collect()),
            ("Sources", sources.collect()),
        ]
    }

    pub(super) fn markdown(&self, out: &mut String) {
        let product = &self.matrix.product;
        let escape = |it: &str| it.replace('|', "\\|");
        let _ = writeln!(out, "# {} {}\n", product.title, product.release());
        let _ = writeln!(out, "Covers the releases {}.\n", escape(&product.covered()));
        let _ = writeln!(out, "| {} |", COLUMNS.map(str::to_lowercase).join(" | "));
        let _ = writeln!(out, "|{}", " --- |".repeat(COLUMNS.len()));
        for row in self.lines() {
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
}
