//! `portmatrix_product`: one product's matrix, as data.

use super::config::overrides;
use super::diagnostics;
use super::fields::Reader;
use super::resource_rules::override_attributes;
use super::schema::{computed, list, map, object, optional};
use super::settings::Settings;
use crate::catalog::product::{Product, SourceRef, Texts, in_language};
use crate::catalog::resolve::{Matrix, resolve};
use crate::catalog::table::{Row, transports};
use crate::catalog::{Wanted, bad_definition, load};
use crate::model::finding::{Code, Finding, Place};
use crate::model::traffic::port_list;
use crate::model::words::{FailOn, Need};
use crate::terraform::diagnostic::Diagnostic;
use crate::terraform::schema::{Block, Schema};
use crate::terraform::value::{Fields, Object, Type, Value};
use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

/// Mistakes in what is known.
pub(super) fn validate(config: &Value, settings: &Settings) -> Vec<Diagnostic> {
    let (_, findings, _) = resolved(config, settings);
    diagnostics::mistakes(&findings)
}

/// The product, as data. The configuration is wholly known here; the provider block may not be.
pub(super) fn read(config: &Value, settings: &Settings) -> (Value, Vec<Diagnostic>) {
    let (matrix, mut findings, undecided) = resolved(config, settings);
    if let Some(place) = undecided.first() {
        let message = format!(
            "`{place}` of the provider block is known only after apply, and a data source is read at plan"
        );
        let remedy = "give the provider block values that are known at plan, e.g. `file(…)`";
        findings.push(Finding::new(Code::BadValue, "provider", message).remedy(remedy));
    }
    let shown = diagnostics::all(&findings, FailOn::Error);
    match matrix {
        Some(matrix) if findings.iter().all(|it| !diagnostics::is_mistake(it)) => {
            (value(config, &matrix, settings), shown)
        }
        _ => (Value::Null, shown),
    }
}

fn resolved(config: &Value, settings: &Settings) -> (Option<Matrix>, Vec<Finding>, Vec<Place>) {
    let mut reader = Reader::default();
    let top = Place::default();
    let overrides = overrides(&mut reader, config, &top);
    let before = reader.undecided.len();
    let name = reader.text(config.get("name"), &top.field("name"));
    let version = reader.text(config.get("version"), &top.field("version"));
    let definition = reader.text(config.get("definition"), &top.field("definition"));
    let decided = reader.undecided.len() == before;
    reader.undecided.extend(settings.undecided.iter().cloned());
    if !decided || !settings.undecided.is_empty() {
        return (None, reader.findings, reader.undecided);
    }
    match find(
        name.as_deref(),
        version.as_deref(),
        definition.as_deref(),
        settings,
    ) {
        Ok(product) => {
            let (matrix, found) = resolve(&product, &overrides);
            reader.findings.extend(found);
            (Some(matrix), reader.findings, Vec::new())
        }
        Err(finding) => {
            reader.findings.push(*finding);
            (None, reader.findings, Vec::new())
        }
    }
}

fn find(
    name: Option<&str>,
    version: Option<&str>,
    definition: Option<&str>,
    settings: &Settings,
) -> Result<Arc<Product>, Box<Finding>> {
    let top = Place::default();
    let (name_place, version_place) = (top.field("name"), top.field("version"));
    if let Some(text) = definition {
        let product = load(text)
            .map_err(|mistakes| Box::new(bad_definition(&mistakes, &top.field("definition"))))?;
        if let Some(name) = name.filter(|it| *it != product.name) {
            let message = format!(
                "`name` is `{name}`, and the definition is of `{}`",
                product.name
            );
            return Err(Box::new(
                Finding::at(Code::BadValue, &name_place, message)
                    .remedy("leave `name` out; the definition has one"),
            ));
        }
        return Ok(Arc::new(product));
    }
    let Some(name) = name else {
        let message = "neither `name` nor `definition` is given";
        return Err(Box::new(
            Finding::at(Code::BadValue, &name_place, message)
                .remedy("name a product of the catalogue"),
        ));
    };
    settings.catalog.find(Wanted {
        name,
        name_place: &name_place,
        version,
        version_place: &version_place,
    })
}

/// An object type made of texts, apart from the fields that are named with another type.
fn fields(texts: &[&'static str], others: &[(&'static str, Type)]) -> Arc<Fields> {
    Arc::new(Fields::new(
        texts
            .iter()
            .map(|it| (*it, Type::String))
            .chain(others.iter().map(|(name, ty)| (*name, ty.clone()))),
    ))
}

struct Types {
    component: Arc<Fields>,
    port: Arc<Fields>,
    flow: Arc<Fields>,
    row: Arc<Fields>,
    advisory: Arc<Fields>,
    conflict: Arc<Fields>,
    gap: Arc<Fields>,
    suspect: Arc<Fields>,
    source: Arc<Fields>,
}

static TYPES: LazyLock<Types> = LazyLock::new(|| {
    let texts = || list(Type::String);
    Types {
        component: fields(&["title", "kind", "zone", "description"], &[]),
        port: fields(
            &["ports", "default_ports", "setting", "within", "note"],
            &[("overridden", Type::Bool)],
        ),
        flow: fields(
            &[
                "transport",
                "ports",
                "plane",
                "exposure",
                "need",
                "when",
                "purpose",
                "source",
                "source_url",
            ],
            &[
                ("from", texts()),
                ("to", texts()),
                ("services", texts()),
                ("application", texts()),
                ("assumed", texts()),
                ("tls", Type::Bool),
            ],
        ),
        row: fields(
            &[
                "flow",
                "source",
                "destination",
                "transport",
                "port",
                "application",
                "purpose",
                "exposure",
                "plane",
            ],
            &[
                ("from_port", Type::Number),
                ("to_port", Type::Number),
                ("required", Type::Bool),
            ],
        ),
        advisory: fields(
            &["id", "severity", "kind", "text", "source"],
            &[("flows", texts())],
        ),
        conflict: fields(
            &["id", "taken", "why"],
            &[("flows", texts()), ("statements", texts())],
        ),
        gap: fields(&["id", "text", "source"], &[("flows", texts())]),
        suspect: fields(
            &["id", "printed", "suggested", "why", "source"],
            &[("flows", texts())],
        ),
        source: fields(&["id", "title", "url", "retrieved", "language"], &[]),
    }
});

/// Builds the values of one product in one language.
struct Writer<'w> {
    matrix: &'w Matrix,
    language: &'w str,
}

fn value(config: &Value, matrix: &Matrix, settings: &Settings) -> Value {
    let Type::Object(fields) = &*TYPE else {
        unreachable!("a block is an object")
    };
    let writer = Writer {
        matrix,
        language: &settings.language,
    };
    let product = &matrix.product;
    Value::Object(Object::build(fields, |name| match name {
        "id" => Value::string(format!("{}/{}", product.name, product.version)),
        "title" => Value::string(product.title.as_str()),
        "vendor" => Value::string(product.vendor.as_str()),
        "digest" => Value::string(matrix.digest.as_str()),
        "resolved_version" => Value::string(product.version.as_str()),
        "versions" => writer.versions(settings),
        "components" => writer.components(),
        "port_parameters" => writer.port_parameters(),
        "flows" => writer.flows(),
        "matrix" => writer.rows(),
        "zones" => writer.zones(),
        "advisories" => writer.advisories(),
        "conflicts" => writer.conflicts(),
        "gaps" => writer.gaps(),
        "suspects" => writer.suspects(),
        "sources" => writer.sources(),
        argument => config.get(argument).clone(),
    }))
}

fn text(text: &str) -> Value {
    if text.is_empty() {
        Value::Null
    } else {
        Value::string(text)
    }
}

fn texts<T: AsRef<str>>(items: impl IntoIterator<Item = T>) -> Value {
    Value::List(
        items
            .into_iter()
            .map(|it| Value::string(it.as_ref()))
            .collect(),
    )
}

fn named<'i, T: 'i>(items: &'i BTreeMap<String, T>, value: impl Fn(&str, &'i T) -> Value) -> Value {
    Value::Map(
        items
            .iter()
            .map(|(name, it)| (name.as_str().into(), value(name, it)))
            .collect(),
    )
}

fn built(fields: &Arc<Fields>, value: impl FnMut(&str) -> Value) -> Value {
    Value::Object(Object::build(fields, value))
}

fn no_field(name: &str) -> ! {
    unreachable!("`{name}` is no field of the type")
}

impl Writer<'_> {
    fn product(&self) -> &Product {
        &self.matrix.product
    }

    fn say(&self, in_all: &Texts) -> Value {
        text(in_language(in_all, self.language))
    }

    fn cite(&self, refs: &[SourceRef]) -> Value {
        text(&self.matrix.cite(refs))
    }

    fn versions(&self, settings: &Settings) -> Value {
        let known = settings.catalog.versions(&self.product().name);
        if known.iter().any(|it| it.version == self.product().version) {
            texts(known.iter().map(|it| it.version.as_str()))
        } else {
            texts([self.product().version.as_str()])
        }
    }

    fn components(&self) -> Value {
        named(&self.product().components, |_, it| {
            built(&TYPES.component, |name| match name {
                "title" => text(&it.title),
                "kind" => text(it.kind.as_str()),
                "zone" => it.zone.as_deref().map_or(Value::Null, text),
                "description" => text(&it.description),
                other => no_field(other),
            })
        })
    }

    fn port_parameters(&self) -> Value {
        named(&self.product().ports, |id, it| {
            let resolved = &self.matrix.ports[id];
            built(&TYPES.port, |name| match name {
                "ports" => text(&port_list(&resolved.ranges)),
                "default_ports" => text(&port_list(&it.default)),
                "setting" => it.setting.as_deref().map_or(Value::Null, text),
                "within" => text(&port_list(&it.within)),
                "overridden" => Value::Bool(resolved.overridden),
                "note" => text(&it.note),
                other => no_field(other),
            })
        })
    }

    fn flows(&self) -> Value {
        named(&self.product().flows, |id, it| {
            built(&TYPES.flow, |name| match name {
                "from" => texts(&it.from),
                "to" => texts(&it.to),
                "transport" => text(&transports(it)),
                "ports" => text(&self.matrix.port_summary(id)),
                "services" => texts(self.matrix.services(id)),
                "application" => texts(&it.application),
                "plane" => text(it.plane.as_str()),
                "exposure" => it.exposure.map_or(Value::Null, |it| text(it.as_str())),
                "need" => text(it.need.as_str()),
                "when" => text(&it.when.join(", ")),
                "tls" => it.tls.map_or(Value::Null, Value::Bool),
                "purpose" => self.say(&it.purpose),
                "assumed" => texts(it.assumed.iter().map(|it| it.as_str())),
                "source" => self.cite(&it.sources),
                "source_url" => it.sources.first().map_or(Value::Null, |it| {
                    text(&self.product().sources[&it.source].url)
                }),
                other => no_field(other),
            })
        })
    }

    fn rows(&self) -> Value {
        Value::List(self.matrix.rows().iter().map(|it| self.row(it)).collect())
    }

    fn row(&self, row: &Row<'_>) -> Value {
        built(&TYPES.row, |name| match name {
            "flow" => text(row.id),
            "source" => text(row.from),
            "destination" => text(row.to),
            "transport" => text(&row.transport()),
            "from_port" => row.ports().map_or(Value::Null, |it| Value::number(it.from)),
            "to_port" => row.ports().map_or(Value::Null, |it| Value::number(it.to)),
            "port" => text(&row.port()),
            "application" => text(&row.flow.application.join(", ")),
            "purpose" => self.say(&row.flow.purpose),
            "required" => Value::Bool(row.flow.need == Need::Required),
            "exposure" => row
                .flow
                .exposure
                .map_or(Value::Null, |it| text(it.as_str())),
            "plane" => text(row.flow.plane.as_str()),
            other => no_field(other),
        })
    }

    fn zones(&self) -> Value {
        let product = self.product();
        let mut zones: BTreeMap<&str, Vec<&str>> = product
            .zones
            .keys()
            .map(|it| (it.as_str(), Vec::new()))
            .collect();
        for (name, component) in &product.components {
            if let Some(zone) = &component.zone {
                zones.entry(zone).or_default().push(name);
            }
        }
        Value::Map(
            zones
                .into_iter()
                .map(|(zone, components)| (zone.into(), texts(components)))
                .collect(),
        )
    }

    fn advisories(&self) -> Value {
        let advisories = self.product().advisories.iter().map(|it| {
            built(&TYPES.advisory, |name| match name {
                "id" => text(&it.id),
                "severity" => text(if it.warns { "warning" } else { "info" }),
                "kind" => text(&it.kind),
                "text" => self.say(&it.text),
                "flows" => texts(&it.flows),
                "source" => self.cite(&it.sources),
                other => no_field(other),
            })
        });
        Value::List(advisories.collect())
    }

    fn conflicts(&self) -> Value {
        let conflicts = self.product().conflicts.iter().map(|it| {
            built(&TYPES.conflict, |name| match name {
                "id" => text(&it.id),
                "flows" => texts(&it.flows),
                "statements" => texts(
                    it.statements
                        .iter()
                        .map(|(says, refs)| format!("{says} ({})", self.matrix.cite(refs))),
                ),
                "taken" => text(&it.taken),
                "why" => self.say(&it.why),
                other => no_field(other),
            })
        });
        Value::List(conflicts.collect())
    }

    fn gaps(&self) -> Value {
        let gaps = self.product().gaps.iter().map(|it| {
            built(&TYPES.gap, |name| match name {
                "id" => text(&it.id),
                "text" => self.say(&it.text),
                "flows" => texts(&it.flows),
                "source" => self.cite(&it.sources),
                other => no_field(other),
            })
        });
        Value::List(gaps.collect())
    }

    fn suspects(&self) -> Value {
        let suspects = self.product().suspects.iter().map(|it| {
            built(&TYPES.suspect, |name| match name {
                "id" => text(&it.id),
                "flows" => texts(&it.flows),
                "printed" => text(&it.printed),
                "suggested" => text(&it.suggested),
                "why" => self.say(&it.why),
                "source" => self.cite(&it.sources),
                other => no_field(other),
            })
        });
        Value::List(suspects.collect())
    }

    fn sources(&self) -> Value {
        let sources = self.product().sources.iter().map(|(id, it)| {
            built(&TYPES.source, |name| match name {
                "id" => text(id),
                "title" => text(&it.title),
                "url" => text(&it.url),
                "retrieved" => text(&it.retrieved),
                "language" => text(&it.language),
                other => no_field(other),
            })
        });
        Value::List(sources.collect())
    }
}

static TYPE: LazyLock<Type> = LazyLock::new(|| schema().block.ty());

pub(super) fn schema() -> Schema {
    let texts = || list(Type::String);
    let many = |fields: &Arc<Fields>| list(object(fields));
    let mut attributes = vec![optional(
        "name",
        Type::String,
        "The product's name in the catalogue. It may be absent where `definition` is given, which has a name.",
    )];
    attributes.extend(override_attributes());
    attributes.extend([
        computed("id", Type::String, "`<name>/<version>`."),
        computed("title", Type::String, "What the vendor calls the product."),
        computed("vendor", Type::String, "Who makes it."),
        computed("digest", Type::String, "The sha256 of all of the resolved matrix that bears on rules, in hex."),
        computed("resolved_version", Type::String, "The release line that was taken."),
        computed("versions", texts(), "The release lines that there are, newest first."),
        computed(
            "components",
            map(object(&TYPES.component)),
            "Who listens and who dials, by name. `kind` is `own`, `dependency`, `platform` or `external`; `zone` is the one that the vendor recommends.",
        ),
        computed(
            "port_parameters",
            map(object(&TYPES.port)),
            "The ports that can be changed, by name: the value here (`ports`), the default, the vendor's setting, the bounds (`within`), and whether `ports` sets it (`overridden`). Null where there is none.",
        ),
        computed(
            "flows",
            map(object(&TYPES.flow)),
            "Who talks to whom, by flow id. `need` is `required`, `optional` (off unless enabled) or `unstated`; `when` names the features of which one must be on; \
             `assumed` is what the source does not say; `source` says where it does.",
        ),
        computed(
            "matrix",
            many(&TYPES.row),
            "The flows as rows for tables: one for each pair of components and each port or range. `from_port` and `to_port` are null where there is no port.",
        ),
        computed("zones", map(texts()), "The zones that the vendor recommends, and the components in each."),
        computed("advisories", many(&TYPES.advisory), "What the vendor advises beside the ports."),
        computed("conflicts", many(&TYPES.conflict), "Where the sources contradict each other: what each says, what was taken, and why."),
        computed("gaps", many(&TYPES.gap), "What the sources leave out."),
        computed("suspects", many(&TYPES.suspect), "What is most likely a mistake of the source: kept as printed, with what was probably meant."),
        computed("sources", many(&TYPES.source), "The documents that the matrix comes from, and when they were read."),
    ]);
    let description = "A product's port matrix: who talks to whom, on which ports, why, and where the vendor says so.";
    Schema {
        version: 0,
        block: Block {
            attributes,
            blocks: Vec::new(),
            description: description.to_owned(),
        },
    }
}
