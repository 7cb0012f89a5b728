//! `portmatrix_report`: the rules of a layout for people, as a text to write to a file or to send.

use super::DataSource;
use super::diagnostics;
use super::fields::Reader;
use super::product_value::{built, unknown_field};
use super::reported::{Input, report};
use super::schema::{computed, glossary, map, optional, required};
use super::settings::{self, Settings};
use crate::model::code::Code;
use crate::model::finding::{ConfigPath, Finding};
use crate::model::secret::Secrets;
use crate::model::words::FailOn;
use crate::report::Format;
use crate::report::request::{Column, Form, csv};
use crate::terraform::diagnostic::Diagnostic;
use crate::terraform::schema::{Block, Schema};
use crate::terraform::value::{Type, Value};

pub(super) const OBJECT: DataSource = DataSource {
    name: "portmatrix_report",
    schema,
    validate: |config, _| diagnostics::mistakes(&asked(config).1, config),
    read,
};

/// What is asked for.
struct Asked {
    format: Format,
    form: Form,
    name: Option<String>,
}

fn asked(config: &Value) -> (Asked, Vec<Finding>) {
    let mut reader = Reader::default();
    let top = ConfigPath::default();
    let place = top.field("format");
    let format = reader.word(config.get("format"), &place, Format::WORDS, Format::parse);
    let name = reader.text(config.get("name"), &top.field("name"));
    let mut form = Form::default();
    let place = top.field("columns");
    let columns = reader.text(config.get("columns"), &place);
    if let Some(columns) = &columns {
        match form.clone().with_columns(columns) {
            Ok(it) => form = it,
            Err(message) => reader.mistake(
                &place,
                &message,
                "write names of columns, separated by commas",
            ),
        }
    }
    let place = top.field("values");
    let values = reader.text_map(config.get("values"), &place);
    for (name, value) in &values {
        match form.clone().with_value(name, value) {
            Ok(it) => form = it,
            Err(message) => reader.mistake(
                &place.key(name),
                &message,
                "remove it, or write another name",
            ),
        }
    }
    let format = format.unwrap_or(Format::Html);
    let is_formed = columns.is_some() || !values.is_empty();
    if is_formed && format != Format::Csv && !config.get("format").is_unknown() {
        let message = "`columns` and `values` are for a change request";
        reader.mistake(
            &top.field("format"),
            message,
            "set `format = \"csv\"`, or remove them",
        );
    }
    (Asked { format, form, name }, reader.findings)
}

/// The report. The configuration is wholly known here; the provider block may not be.
fn read(config: &Value, settings: &Settings) -> (Value, Vec<Diagnostic>) {
    let (asked, mut findings) = asked(config);
    findings.extend(settings.unknowns.first().map(settings::unknown_at_read));
    let values = config.get("of").to_json();
    let own_name = values["name"]
        .as_str()
        .map(|it| format!("portmatrix_rules of {it}"));
    let input = Input {
        name: asked
            .name
            .or(own_name)
            .unwrap_or_else(|| "portmatrix_rules".to_owned()),
        origin: "the configuration".to_owned(),
        values: &values,
        unknown: &serde_json::Value::Null,
        before: None,
        is_destroyed: false,
        secrets: Secrets::default(),
        catalog: settings.catalog.clone(),
        policy: settings.policy.clone(),
        day: settings.day,
    };
    let made = report(&input).map_err(|message| {
        let place = ConfigPath::default().field("of");
        let finding = Finding::for_argument(Code::BadValue, &place, message);
        findings.push(
            finding.remedy("set `of` to a whole resource, e.g. `of = portmatrix_rules.edge`"),
        );
    });
    let shown = diagnostics::all(&findings, FailOn::Error, config);
    let is_wrong = findings.iter().any(diagnostics::is_mistake);
    let Some(made) = made.ok().filter(|_| !is_wrong) else {
        return (Value::Null, shown);
    };
    let content = match asked.format {
        Format::Csv => csv(&made, &asked.form),
        format => made.text(format),
    };
    let Type::Object(fields) = &schema().block.ty() else {
        unreachable!("a block is an object")
    };
    let value = built(fields, |name| match name {
        "of" | "format" | "name" | "columns" | "values" => config.get(name).clone(),
        "content" => Value::string(content.as_str()),
        other => unknown_field(other),
    });
    (value, shown)
}

fn schema() -> Schema {
    let columns = glossary(Column::ALL, Column::as_str, Column::description);
    let attributes = vec![
        required(
            "of",
            Type::Dynamic,
            "The whole resource: `portmatrix_rules.edge`. If something in it is known only after apply, so is the report. \
                Its values are in the report; if some are sensitive, mark what you make of `content` as sensitive, too.",
        ),
        optional(
            "format",
            Type::String,
            &format!(
                "The form: {}. Default `html`.",
                glossary(Format::ALL, Format::as_str, Format::description)
            ),
        ),
        optional(
            "name",
            Type::String,
            "What the report is called. Default: `name` of the resource.",
        ),
        optional(
            "columns",
            Type::String,
            &format!(
                "With `csv`: the columns in order, separated by commas, each with a heading if it has another name in your form: \
                    `\"Source IP=source,Destination IP=destination,Port=service\"`. Columns: {columns}."
            ),
        ),
        optional(
            "values",
            map(Type::String),
            "With `csv`: what `ticket`, `due`, `expiry` and `requester` are in rows that have none.",
        ),
        computed(
            "content",
            Type::String,
            "The report. The same configuration makes the same text.",
        ),
    ];
    Schema {
        version: 0,
        block: Block {
            attributes,
            blocks: Vec::new(),
            description: "Who may connect to whom in a layout, and why, for people who do not read plans: a page, tables, a diagram, or a change request for a \
                firewall team. The command `report` creates the same report from a plan or state, and also shows what a plan changes."
                .to_owned(),
        },
    }
}
