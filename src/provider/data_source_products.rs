//! `portmatrix_products`: the catalogue as a list, and who listens on a port.

use super::DataSource;
use super::diagnostics;
use super::fields::Reader;
use super::product_value::{built, covers, line, texts, unknown_field};
use super::schema::{computed, list, map, object, optional};
use super::settings::{self, Settings};
use crate::catalog::Listed;
use crate::catalog::lookup::{Listener, LookupResult, Query, TRANSPORTS};
use crate::model::finding::{ConfigPath, Finding};
use crate::model::ports::PortRange;
use crate::model::words::FailOn;
use crate::terraform::diagnostic::Diagnostic;
use crate::terraform::schema::{Block, Schema};
use crate::terraform::value::{Fields, Object, Type, Value};
use std::sync::{Arc, LazyLock};

struct Types {
    product: Arc<Fields>,
    listener: Arc<Fields>,
}

static TYPES: LazyLock<Types> = LazyLock::new(|| {
    let text = |name| (name, Type::String);
    let product = [text("name"), text("title"), text("vendor")];
    let others = [
        ("versions", list(Type::String)),
        ("covers", map(Type::String)),
        ("flows", Type::Number),
    ];
    let listener = [
        "product",
        "version",
        "component",
        "flow",
        "service",
        "purpose",
    ];
    Types {
        product: Arc::new(Fields::new(product.into_iter().chain(others))),
        listener: Arc::new(Fields::new(listener.map(text))),
    }
});

pub(super) const OBJECT: DataSource = DataSource {
    name: "portmatrix_products",
    schema,
    validate: |config, _| validate(config),
    read,
};

/// Mistakes in what is known.
fn validate(config: &Value) -> Vec<Diagnostic> {
    diagnostics::mistakes(&query(config).1, config)
}

/// What the catalogue answers. The configuration is wholly known here; the provider block may not be.
fn read(config: &Value, settings: &Settings) -> (Value, Vec<Diagnostic>) {
    let (mut query, mut findings) = query(config);
    findings.extend(settings.unknowns.first().map(settings::unknown_at_read));
    if findings.iter().any(diagnostics::is_mistake) {
        let shown = diagnostics::all(&findings, FailOn::Error, config);
        return (Value::Null, shown);
    }
    let language = &settings.language;
    query.language = Some(language.clone());
    let answer = settings.catalog.lookup(&query);
    (value(config, &answer, language), Vec::new())
}

fn query(config: &Value) -> (Query, Vec<Finding>) {
    let mut reader = Reader::default();
    let top = ConfigPath::default();
    let search = reader.text(config.get("search"), &top.field("search"));
    let (port_value, port_place) = (config.get("port"), top.field("port"));
    let port = reader.count(port_value, &port_place).and_then(|number| {
        let range = PortRange::parse(&number.to_string());
        if let Err(message) = &range {
            reader.mistake(&port_place, message, "write a port from 1 to 65535");
        }
        range.ok()
    });
    let place = top.field("transport");
    let transport = reader.word(config.get("transport"), &place, &TRANSPORTS, |word| {
        TRANSPORTS.contains(&word).then(|| word.to_owned())
    });
    if transport.is_some() && port_value.is_null() {
        let message = "`transport` requires `port`";
        reader.mistake(&place, message, "set `port`, or omit `transport`");
    }
    let query = Query {
        search,
        port,
        transport,
        language: None,
    };
    (query, reader.findings)
}

fn value(config: &Value, answer: &LookupResult<'_>, language: &str) -> Value {
    let Type::Object(fields) = &*TYPE else {
        unreachable!("a block is an object")
    };
    let names = answer.products.iter().map(|it| it[0].name.as_str());
    Value::Object(Object::build(fields, |name| match name {
        "id" => Value::string("products"),
        "names" => texts(names.clone()),
        "products" => Value::List(answer.products.iter().map(|it| product(it)).collect()),
        "listeners" => Value::List(
            answer
                .listeners
                .iter()
                .map(|it| listener(it, language))
                .collect(),
        ),
        argument => config.get(argument).clone(),
    }))
}

fn product(versions: &[Listed<'_>]) -> Value {
    let newest = &versions[0];
    built(&TYPES.product, |name| match name {
        "name" => Value::string(newest.name.as_str()),
        "title" => Value::string(newest.title.as_str()),
        "vendor" => Value::string(newest.vendor.as_str()),
        "versions" => texts(versions.iter().map(|it| it.version.as_str())),
        "covers" => covers(versions.iter().map(line)),
        "flows" => Value::number(newest.flows),
        other => unknown_field(other),
    })
}

fn listener(it: &Listener<'_>, language: &str) -> Value {
    built(&TYPES.listener, |name| {
        Value::string(match name {
            "product" => it.line.name.clone(),
            "version" => it.line.version.to_string(),
            "component" => it.component.to_owned(),
            "flow" => it.flow.id.to_owned(),
            "service" => it.traffic.to_string(),
            "purpose" => it.flow.purpose(language).to_owned(),
            other => unknown_field(other),
        })
    })
}

static TYPE: LazyLock<Type> = LazyLock::new(|| schema().block.ty());

fn schema() -> Schema {
    let many = |fields: &Arc<Fields>| list(object(fields));
    let attributes = vec![
        optional(
            "search",
            Type::String,
            "Words that must all occur in the name, title, vendor, aliases or search words of a product. Case, accents, blanks and dashes are ignored. With a `language` other than English in the provider block, purposes in that language are searched, too.",
        ),
        optional(
            "port",
            Type::Number,
            "A port, 1 to 65535: only products that listen there by default, and their `listeners`.",
        ),
        optional(
            "transport",
            Type::String,
            "With `port`: the transport, `tcp`, `udp` or `sctp`. Default: any of them.",
        ),
        computed("id", Type::String, "Always `products`."),
        computed(
            "names",
            list(Type::String),
            "The names of the matching products, sorted.",
        ),
        computed(
            "products",
            many(&TYPES.product),
            "The matching products, sorted by name: their release lines, newest first, the releases that each line `covers`, and the number of `flows` in the newest.",
        ),
        computed(
            "listeners",
            many(&TYPES.listener),
            "With `port`: the listeners there, by product, version and component, and what they are for (`purpose`). Empty without `port`.",
        ),
    ];
    let description =
        "The products of the catalogue and of your own `definitions`; and what listens on a port.";
    Schema {
        version: 0,
        block: Block {
            attributes,
            blocks: Vec::new(),
            description: description.to_owned(),
        },
    }
}
