//! One product as values: components, ports, flows, rows, and the notes of its sources.

use super::product_types::TYPES;
use super::schema::{map, object};
use crate::catalog::component_ports::{End, PortUse};
use crate::catalog::product::{Product, SourceRef, Texts, in_language};
use crate::catalog::resolve::Matrix;
use crate::catalog::table::{Row, transports};
use crate::catalog::{Catalog, Listed};
use crate::model::ports::port_list;
use crate::model::traffic::Traffic;
use crate::model::words::Need;
use crate::render::describe::anywhere;
use crate::terraform::value::{Fields, Object, Value};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Builds the values of one product in one language.
struct Writer<'w> {
    matrix: &'w Matrix,
    language: &'w str,
}

/// The state of the data source: the arguments as they are, and the product.
/// The matrix of a product as rows.
pub(super) fn matrix_rows(matrix: &Matrix, language: &str) -> Value {
    Writer { matrix, language }.rows()
}

pub(super) fn value(
    config: &Value,
    matrix: &Matrix,
    catalog: &Catalog,
    language: &str,
    fields: &Arc<Fields>,
) -> Value {
    let writer = Writer { matrix, language };
    let product = &matrix.product;
    Value::Object(Object::build(fields, |name| match name {
        "id" => Value::string(format!("{}/{}", product.name, product.version)),
        "title" => Value::string(product.title.as_str()),
        "vendor" => Value::string(product.vendor.as_str()),
        "digest" => Value::string(matrix.digest.as_str()),
        "resolved_version" => Value::string(product.version.as_str()),
        "versions" => texts(writer.lines(catalog).into_iter().map(|it| it.0)),
        "covers" => covers(writer.lines(catalog)),
        "components" => writer.components(),
        "port_parameters" => writer.port_parameters(),
        "features" => writer.features(),
        "choice_parameters" => writer.choices(),
        "number_parameters" => writer.numbers(),
        "flows" => writer.flows(),
        "matrix" => writer.rows(),
        "listens" => writer.ports(End::Listens),
        "dials" => writer.ports(End::Dials),
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

fn maybe(it: Option<&str>) -> Value {
    it.map_or(Value::Null, text)
}

pub(super) fn texts<T: AsRef<str>>(items: impl IntoIterator<Item = T>) -> Value {
    Value::List(
        items
            .into_iter()
            .map(|it| Value::string(it.as_ref()))
            .collect(),
    )
}

fn named<'i, T: 'i>(items: &'i BTreeMap<String, T>, value: impl Fn(&str, &'i T) -> Value) -> Value {
    Value::map(
        items
            .iter()
            .map(|(name, it)| (name.as_str().into(), value(name, it)))
            .collect(),
    )
}

pub(super) fn built(fields: &Arc<Fields>, value: impl FnMut(&str) -> Value) -> Value {
    Value::Object(Object::build(fields, value))
}

/// The releases that each line covers, by line.
pub(super) fn covers(lines: impl IntoIterator<Item = (String, String)>) -> Value {
    let line = |(version, covered): (String, String)| (version.into(), Value::string(covered));
    Value::map(lines.into_iter().map(line).collect())
}

/// A release line and the releases that it covers.
pub(super) fn line(it: &Listed<'_>) -> (String, String) {
    (it.version.to_string(), it.covered())
}

pub(super) fn unknown_field(name: &str) -> ! {
    unreachable!("`{name}` is not a field of the type")
}

const fn severity(warns: bool) -> &'static str {
    if warns { "warning" } else { "info" }
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

    /// The release lines of the product, with the releases that each covers.
    fn lines(&self, catalog: &Catalog) -> Vec<(String, String)> {
        let product = self.product();
        let known = catalog.lines(&product.name);
        if known.iter().any(|it| it.version == product.version) {
            known.iter().map(line).collect()
        } else {
            vec![(product.version.to_string(), product.covered())]
        }
    }

    fn components(&self) -> Value {
        named(&self.product().components, |_, it| {
            built(&TYPES.component, |name| match name {
                "title" => text(&it.title),
                "kind" => text(it.kind.as_str()),
                "zone" => maybe(it.zone.as_deref()),
                "description" => text(&it.description),
                "managed_by" => maybe(it.managed_by.as_deref()),
                "addresses" => named(&it.addresses, |_, it| Value::string(it.to_string())),
                "fqdns" => texts(&it.fqdns),
                "address_list_urls" => texts(&it.address_list_urls),
                "role" => Value::Bool(it.role),
                "forwards" => Value::Bool(it.forwards),
                "is" => texts(&it.is),
                "on" => texts(&it.on),
                "replaces" => texts(&it.replaces),
                "aliases" => texts(&it.aliases),
                other => unknown_field(other),
            })
        })
    }

    fn port_parameters(&self) -> Value {
        named(&self.product().ports, |id, it| {
            let resolved = &self.matrix.ports[id];
            built(&TYPES.port, |name| match name {
                "ports" => text(&port_list(&resolved.ranges)),
                "default_ports" => text(&port_list(&resolved.default)),
                "setting" => maybe(it.setting.as_deref()),
                "advertised_setting" => maybe(it.advertised_setting.as_deref()),
                "alternatives" => Value::Bool(it.alternatives),
                "recommended" => named(&it.recommended, |_, it| text(&it.to_string())),
                "within" => text(&port_list(&resolved.within)),
                "overridden" => Value::Bool(resolved.overridden),
                "note" => text(&it.note),
                other => unknown_field(other),
            })
        })
    }

    fn features(&self) -> Value {
        let switches = &self.matrix.switches;
        named(&self.product().features, |feature, it| {
            built(&TYPES.feature, |name| match name {
                "title" => text(&it.title),
                "default" => {
                    let default = switches.first(&it.defaults).copied();
                    Value::Bool(default.unwrap_or(it.default))
                }
                "enabled" => Value::Bool(switches.features.contains(feature)),
                other => unknown_field(other),
            })
        })
    }

    fn choices(&self) -> Value {
        let switches = &self.matrix.switches;
        named(&self.product().choices, |choice, it| {
            built(&TYPES.choice, |name| match name {
                "title" => text(&it.title),
                "default" => maybe(switches.default_option(it).as_deref()),
                "chosen" => maybe(switches.choices[choice].as_deref()),
                "options" => named(&it.options, |_, it| text(&it.title)),
                other => unknown_field(other),
            })
        })
    }

    fn numbers(&self) -> Value {
        named(&self.product().numbers, |number, it| {
            built(&TYPES.number, |name| match name {
                "title" => text(&it.title),
                "within" => text(&it.within.to_string()),
                "default" => {
                    let default = self.matrix.switches.first(&it.defaults);
                    text(&default.unwrap_or(&it.default).to_string())
                }
                "values" => text(&self.matrix.numbers[number].join(", ")),
                other => unknown_field(other),
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
                "unless" => text(&it.unless.join(", ")),
                "enabled" => Value::Bool(self.matrix.flows[id].enabled),
                "note" => text(&it.note),
                "long_lived" => Value::Bool(it.long_lived),
                "tls" => it.tls.map_or(Value::Null, Value::Bool),
                "purpose" => self.say(&it.purpose),
                "assumed" => texts(it.assumed.iter().map(|it| it.as_str())),
                "source" => self.cite(&it.sources),
                "source_url" => it.sources.first().map_or(Value::Null, |it| {
                    text(&self.product().sources[&it.source].url)
                }),
                other => unknown_field(other),
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
            other => unknown_field(other),
        })
    }

    fn ports(&self, end: End) -> Value {
        let ports = named(&self.product().components, |component, _| {
            let ports = self.matrix.component_ports(component, end).into_iter();
            let port = |(traffic, it): (Traffic, PortUse<'_>)| {
                (traffic.key().to_string().into(), self.port(traffic, &it))
            };
            Value::map(ports.map(port).collect())
        });
        Value::dynamic(map(map(object(&TYPES.port_use))), ports)
    }

    fn port(&self, traffic: Traffic, port: &PortUse<'_>) -> Value {
        let (from, to) = traffic.numbers();
        let number = |it: Option<u16>| it.map_or(Value::Null, Value::number);
        let first = |it: Option<&'static str>| it.map_or(Value::Null, Value::string);
        let flows = port.flows.iter();
        let flows = flows.map(|it| format!("{}.{it}", self.product().name).into());
        built(&TYPES.port_use, |name| match name {
            "transport" => text(&traffic.transport()),
            "from_port" => number(from),
            "to_port" => number(to),
            "port_range" => traffic
                .ports()
                .map_or(Value::Null, |it| text(&it.to_string())),
            "plane" => first(port.planes.first().map(|it| it.as_str())),
            "planes" => texts(port.planes.iter().map(|it| it.as_str())),
            "exposure" => first(port.exposures.first().map(|it| it.as_str())),
            "exposures" => texts(port.exposures.iter().map(|it| it.as_str())),
            "required" => Value::Bool(port.required),
            "flows" => texts(&port.flows),
            "peers" => texts(&port.peers),
            "description" => text(&anywhere(&flows.clone().collect())),
            other => unknown_field(other),
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
        Value::map(
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
                "severity" => text(severity(it.warns)),
                "kind" => text(&it.kind),
                "text" => self.say(&it.text),
                "items" => texts(&it.items),
                "flows" => texts(&it.flows),
                "when" => texts(&it.when),
                "unless" => texts(&it.unless),
                "source" => self.cite(&it.sources),
                other => unknown_field(other),
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
                other => unknown_field(other),
            })
        });
        Value::List(conflicts.collect())
    }

    fn gaps(&self) -> Value {
        let gaps = self.product().gaps.iter().map(|it| {
            built(&TYPES.gap, |name| match name {
                "id" => text(&it.id),
                "text" => self.say(&it.text),
                "severity" => text(severity(it.warns)),
                "components" => texts(&it.components),
                "flows" => texts(&it.flows),
                "source" => self.cite(&it.sources),
                other => unknown_field(other),
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
                other => unknown_field(other),
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
                other => unknown_field(other),
            })
        });
        Value::List(sources.collect())
    }
}
