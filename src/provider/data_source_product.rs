//! `portmatrix_product`: one product's matrix, as data.

use super::DataSource;
use super::config::overrides;
use super::diagnostics;
use super::fields::Reader;
use super::product_block::matrix_attributes;
use super::product_types::TYPES;
use super::product_value::value;
use super::schema::{computed, list, map, object, optional, type_word};
use super::settings::{self, Settings};
use crate::catalog::resolve::{Matrix, resolve};
use crate::catalog::{Catalog, Found, ProductQuery, load_definition};
use crate::model::code::Code;
use crate::model::finding::{ConfigPath, Finding};
use crate::model::words::FailOn;
use crate::terraform::diagnostic::Diagnostic;
use crate::terraform::schema::{Attribute, Block, Schema};
use crate::terraform::value::{Fields, Type, Value};
use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

pub(super) const OBJECT: DataSource = DataSource {
    name: "portmatrix_product",
    schema,
    validate,
    read,
};

/// Mistakes in what is known.
fn validate(config: &Value, settings: &Settings) -> Vec<Diagnostic> {
    let (_, findings, _) = resolved(config, settings);
    diagnostics::mistakes(&findings, config)
}

/// The product, as data. The configuration is wholly known here; the provider block may not be.
fn read(config: &Value, settings: &Settings) -> (Value, Vec<Diagnostic>) {
    let (matrix, mut findings, undecided) = resolved(config, settings);
    findings.extend(undecided.first().map(settings::unknown_at_read));
    let Type::Object(fields) = &*TYPE else {
        unreachable!("a block is an object")
    };
    let shown = diagnostics::all(&findings, FailOn::Error, config);
    match matrix {
        Some(matrix) if findings.iter().all(|it| !diagnostics::is_mistake(it)) => (
            value(
                config,
                &matrix,
                &settings.catalog,
                &settings.language,
                fields,
            ),
            shown,
        ),
        _ => (Value::Null, shown),
    }
}

/// A product as the data source has it, in JSON: what the command line shows.
pub fn product_json(matrix: &Matrix, catalog: &Catalog, language: &str) -> serde_json::Value {
    let Type::Object(fields) = &*TYPE else {
        unreachable!("a block is an object")
    };
    let mut json = value(&Value::Null, matrix, catalog, language, fields).to_json();
    if let Some(json) = json.as_object_mut() {
        for argument in matrix_attributes() {
            json.remove(argument.name);
        }
        json.insert("name".to_owned(), matrix.product.name.clone().into());
        json.insert("version".to_owned(), matrix.product.version.as_str().into());
    }
    json
}

fn resolved(
    config: &Value,
    settings: &Settings,
) -> (Option<Matrix>, Vec<Finding>, Vec<ConfigPath>) {
    let mut reader = Reader::default();
    let top = ConfigPath::default();
    let overrides = overrides(&mut reader, config, &top);
    let before = reader.unknowns.len();
    let name = reader.text(config.get("name"), &top.field("name"));
    let version = reader.text(config.get("version"), &top.field("version"));
    let definition = reader.text(config.get("definition"), &top.field("definition"));
    let decided = reader.unknowns.len() == before;
    reader.unknowns.extend(settings.unknowns.iter().cloned());
    if !decided || !settings.unknowns.is_empty() {
        return (None, reader.findings, reader.unknowns);
    }
    match find(
        name.as_deref(),
        version.as_deref(),
        definition.as_deref(),
        settings,
    ) {
        Ok((product, newer)) => {
            let (matrix, found) = resolve(&product, &overrides);
            reader.findings.extend(newer);
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
) -> Result<Found, Box<Finding>> {
    let top = ConfigPath::default();
    let (name_place, version_place) = (top.field("name"), top.field("version"));
    if let Some(text) = definition {
        return Ok((load_definition(text, name, version, &top)?, None));
    }
    let Some(name) = name else {
        let message = "neither `name` nor `definition` is set";
        return Err(Box::new(
            Finding::for_argument(Code::BadValue, &name_place, message)
                .remedy("set `name` to a product in the catalogue"),
        ));
    };
    settings.catalog.find(ProductQuery {
        name,
        name_place: &name_place,
        version,
        version_place: &version_place,
    })
}

/// The fields of an element of `listens` and `dials`.
const PORT_USE: [(&str, &str); 12] = [
    (
        "transport",
        "As in `rules` of `portmatrix_rules`. Only `tcp`, `udp` and `sctp` have ports.",
    ),
    (
        "from_port",
        "The lowest port; for ICMP, the type; null if there is neither.",
    ),
    (
        "to_port",
        "The highest port; for ICMP, the code; null if there is neither.",
    ),
    (
        "port_range",
        "The ports as text, e.g. `443` or `7000-7999`; null for ICMP and for traffic without ports.",
    ),
    ("plane", "The most sensitive plane of its flows."),
    ("planes", "All of their planes, the most sensitive first."),
    (
        "exposure",
        "The widest exposure of its flows; null if the listener is outside the product.",
    ),
    ("exposures", "All of their exposures, the widest first."),
    ("required", "Whether a required flow needs it."),
    ("flows", "The ids of the flows that need it."),
    ("peers", "The components at the other end."),
    (
        "description",
        "The flows in a form that every platform accepts as the description of a rule.",
    ),
];

/// An output by component and port. Its type is dynamic: the generator of cdktf cannot make bindings for a map of maps.
fn by_port(name: &'static str, description: &str) -> Attribute {
    let types: BTreeMap<&str, &Type> = TYPES.port_use.iter().collect();
    let lines = PORT_USE.iter();
    let lines =
        lines.map(|(name, it)| format!("\n  - `{name}`: ({}) {it}", type_word(types[name])));
    let text = [description.to_owned()].into_iter().chain(lines);
    computed(name, Type::Dynamic, text.collect::<String>())
}

static TYPE: LazyLock<Type> = LazyLock::new(|| schema().block.ty());

fn schema() -> Schema {
    let texts = || list(Type::String);
    let many = |fields: &Arc<Fields>| list(object(fields));
    let mut attributes = vec![optional(
        "name",
        Type::String,
        "The product's name in the catalogue. Optional if `definition` is set, because the product file contains the name.",
    )];
    attributes.extend(matrix_attributes());
    attributes.extend([
        computed("id", Type::String, "The name and the release line, as `<name>/<version>`."),
        computed("title", Type::String, "The vendor's name for the product."),
        computed("vendor", Type::String, "Who makes it."),
        computed("digest", Type::String, "The SHA-256 of everything in the resolved matrix that affects rules, in hex."),
        computed("resolved_version", Type::String, "The release line that is used."),
        computed("versions", texts(), "The available release lines, newest first."),
        computed("covers", map(Type::String), "The releases that each of them covers, as bounds: `{ \"3\" = \">=3.4, <4\" }`."),
        computed(
            "components",
            map(object(&TYPES.component)),
            "The sources and listeners, by name. `kind` is `own`, `dependency`, `platform` or `external`; `zone` is the one that the vendor recommends. \
                A component includes what it `is`, and is placed with what it runs `on`. `managed_by` is who manages its firewall if you do not. \
                `addresses` (by name), `fqdns` and `address_list_urls` say where an external one is. A component with `role` is only a part of other components. \
                The hosts of one with `forwards` run pods or containers, and forward packets to them.",
        ),
        computed(
            "port_parameters",
            map(object(&TYPES.port)),
            "The ports that can be changed, by name: the value here (`ports`), the default, the vendor's setting, the bounds (`within`), the vendor's \
                recommendation by profile, whether only one of several is used (`alternatives`), and whether `ports` sets it (`overridden`). Null if there is none.",
        ),
        computed(
            "features",
            map(object(&TYPES.feature)),
            "What `enable` and `disable` can switch besides single flows, by name, whether it is on by `default`, and whether it is on here (`enabled`).",
        ),
        computed(
            "choice_parameters",
            map(object(&TYPES.choice)),
            "What `choices` can set, by name: the `options` with their titles, the `default`, and the option here (`chosen`); null where you must choose.",
        ),
        computed(
            "number_parameters",
            map(object(&TYPES.number)),
            "The numbers that are part of ports and that `numbers` can set, by name: the bounds (`within`), the `default`, and the `values` here as they are written in ports.",
        ),
        computed(
            "flows",
            map(object(&TYPES.flow)),
            "The connections between components, by flow id. `need` is `required`, `optional` (off unless enabled) or `unstated`; `enabled` is whether the flow is on here; `when` lists features and options of choices, at \
                least one of which must be on, `unless` those that must be off; `a+b` means both; `assumed` is what the source does not say; `source` is where it is stated.",
        ),
        computed(
            "matrix",
            many(&TYPES.row),
            "The flows as table rows: one for each pair of components and each port or range. `from_port` and `to_port` are null if there is no port.",
        ),
        by_port(
            "listens",
            "What each component listens on, by component and then by `<transport>-<ports>`, e.g. `listens[\"node\"][\"tcp-8443\"]`: the flows that are on, of the \
            component, what it `is` and what runs `on` it. Flows that never leave the host are omitted, and so is a port that you must set and have not set. \
            A key never changes when flows are added.",
        ),
        by_port(
            "dials",
            "What each component connects to, in the form of `listens`; with `advertised_ports`, the ports that peers advertise.",
        ),
        computed("zones", map(texts()), "The zones that the vendor recommends, and the components in each, without the product: `worker` is `apinizer.worker` in a `zone` block."),
        computed("advisories", many(&TYPES.advisory), "The vendor's advice in addition to the ports."),
        computed("conflicts", many(&TYPES.conflict), "Where the sources contradict each other: what each says, which statement the matrix follows, and why."),
        computed("gaps", many(&TYPES.gap), "What the sources leave out."),
        computed("suspects", many(&TYPES.suspect), "Likely errors in the source: kept as printed, with the probable meaning."),
        computed("sources", many(&TYPES.source), "The documents behind the matrix, and when they were read."),
    ]);
    let description = "A product's port matrix: which component connects to which, on which ports, why, and where the vendor says so.";
    Schema {
        version: 0,
        block: Block {
            attributes,
            blocks: Vec::new(),
            description: description.to_owned(),
        },
    }
}
