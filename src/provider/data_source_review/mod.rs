//! `portmatrix_review`: compares wanted rules with existing ones. It is read at plan, and changes nothing.

mod import;
mod rows;
mod schema;
mod shown;
mod sides;

pub(super) use schema::is_data;
use schema::schema;

use super::DataSource;
use super::config::directions;
use super::diagnostics;
use super::fields::Reader;
use super::product_value::{built, texts, unknown_field};
use super::schema::list;
use super::settings::{self, Settings};
use crate::model::finding::{ConfigPath, Finding};
use crate::model::name::suggest;
use crate::model::words::FailOn;
use crate::review::explain::markdown::markdown;
use crate::review::fail_on::FailOnDifference;
use crate::review::rule::Rule;
use crate::review::{self, Report};
use crate::terraform::diagnostic::{Diagnostic, Level, Path};
use crate::terraform::value::{Fields, Object, Type, Value};
use import::Pair;
use shown::shown;
use sides::Sides;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

static FINDING: LazyLock<Arc<Fields>> = LazyLock::new(|| {
    let first = ["kind", "severity", "point", "direction", "traffic"];
    let texts = ["message", "meaning", "remedy"].into_iter().chain(first);
    let lists = ["rules", "keys"].map(|it| (it, list(Type::String)));
    Arc::new(Fields::new(texts.map(|it| (it, Type::String)).chain(lists)))
});

/// The arguments.
struct Config {
    sides: Sides,
    import_to: BTreeMap<String, String>,
    fail_on: FailOnDifference,
    findings: Vec<Finding>,
}

pub(super) const OBJECT: DataSource = DataSource {
    name: "portmatrix_review",
    schema,
    validate: |config, _| validate(config),
    read,
};

/// Errors in the known part of the configuration.
fn validate(config: &Value) -> Vec<Diagnostic> {
    diagnostics::mistakes(&configured(config).findings, config)
}

/// The review. The configuration is wholly known here, but the provider block may not be.
fn read(config: &Value, settings: &Settings) -> (Value, Vec<Diagnostic>) {
    let mut arguments = configured(config);
    let undecided = settings.unknowns.first();
    arguments
        .findings
        .extend(undecided.map(settings::unknown_at_read));
    if arguments.findings.iter().any(diagnostics::is_mistake) {
        let shown = diagnostics::all(&arguments.findings, FailOn::Error, config);
        return (Value::Null, shown);
    }
    let report = review::review(
        &arguments.sides.gathered.input,
        &settings.catalog,
        &settings.language,
    );
    let gathered = &arguments.sides.gathered;
    let mut shown = shown(&report.findings, arguments.fail_on);
    shown.extend(not_compared(&gathered.not_compared, arguments.fail_on));
    if shown.iter().any(|it| it.severity == Level::Error) {
        return (Value::Null, shown);
    }
    (value(config, &arguments, &report), shown)
}

/// Begins a note about rules that could not be compared.
const NOT_COMPARED: &str = "not compared";

/// What could not be compared: an error if differences are, because a review must not pass what it could not see.
fn not_compared(reasons: &[String], fail_on: FailOnDifference) -> impl Iterator<Item = Diagnostic> {
    reasons.iter().map(move |it| Diagnostic {
        severity: match fail_on {
            FailOnDifference::Never => Level::Warning,
            _ => Level::Error,
        },
        summary: format!("{NOT_COMPARED}: rules whose place is not certain"),
        detail: it.clone(),
        path: Path::ROOT,
    })
}

fn configured(config: &Value) -> Config {
    let mut reader = Reader::default();
    let top = ConfigPath::default();
    let place = top.field("directions");
    let directions = directions(&mut reader, config.get("directions"), &place);
    let place = top.field("ignore");
    let globs = reader.texts(config.get("ignore"), &place).into_iter();
    let ignore = globs.map(|(glob, _)| glob).collect();
    let sides = sides::read(&mut reader, config, &directions, ignore);
    let place = top.field("fail_on");
    let fail_on = reader.word(
        config.get("fail_on"),
        &place,
        FailOnDifference::WORDS,
        FailOnDifference::parse,
    );
    let import_to = import_to(
        &mut reader,
        config.get("import_to"),
        &top.field("import_to"),
    );
    Config {
        sides,
        import_to,
        fail_on: fail_on.unwrap_or(FailOnDifference::Never),
        findings: reader.findings,
    }
}

/// Addresses of resources, by the argument whose rules they have.
fn import_to(reader: &mut Reader, value: &Value, place: &ConfigPath) -> BTreeMap<String, String> {
    let given = reader.text_map(value, place);
    let known: Vec<&str> = sides::wanted_arguments().collect();
    for (argument, address) in &given {
        let place = place.key(argument);
        if !known.contains(&argument.as_str()) {
            let message = format!("`{argument}` is not an argument for wanted rules");
            reader.mistake(&place, &message, &suggest(argument, known.iter().copied()));
        }
        let spoilt = address.contains(|it: char| it.is_whitespace() || it.is_control());
        if spoilt
            || !address.contains('.')
            || address.ends_with([']', '.'])
            || address.starts_with("data.")
            || address.contains("..")
        {
            let message = format!("`{address}` is not the address of a resource with `for_each`");
            let remedy = "write the type and name without a key, e.g. `aws_vpc_security_group_ingress_rule.edge`";
            reader.mistake(&place, &message, remedy);
        }
    }
    given
}

fn value(config: &Value, arguments: &Config, report: &Report) -> Value {
    let Type::Object(fields) = &*TYPE else {
        unreachable!("a block is an object")
    };
    Value::Object(Object::build(fields, |name| match name {
        "id" => Value::string("review"),
        "in_sync" => Value::Bool(report.in_sync),
        "findings" => Value::List(report.findings.iter().map(finding).collect()),
        "missing" => texts(named(report, FailOnDifference::Missing, |it| &it.keys)),
        "extra" => texts(named(report, FailOnDifference::Extra, |it| &it.ids)),
        "import_blocks" => Value::string(import_blocks(arguments, report)),
        "summary" => Value::string(report.summary.as_str()),
        "markdown" => {
            let notes = arguments.sides.gathered.not_compared.iter();
            let notes = notes.map(|it| format!("\n{NOT_COMPARED}: {it}\n"));
            Value::string(
                [markdown(report)]
                    .into_iter()
                    .chain(notes)
                    .collect::<String>(),
            )
        }
        argument => config.get(argument).clone(),
    }))
}

/// Names of rules in the findings that a word of `fail_on` covers, sorted, each once.
fn named(
    report: &Report,
    of: FailOnDifference,
    names: fn(&review::Finding) -> &Vec<String>,
) -> BTreeSet<&str> {
    let findings = report.findings.iter().filter(|it| of.fails(it.kind));
    findings.flat_map(names).map(String::as_str).collect()
}

fn finding(it: &review::Finding) -> Value {
    built(&FINDING, |name| match name {
        "kind" => Value::string(it.kind.as_str()),
        "severity" => Value::string(it.severity.as_str()),
        "point" => Value::string(it.point.to_string()),
        "direction" => Value::string(it.direction.as_str()),
        "rules" => texts(&it.ids),
        "keys" => texts(&it.keys),
        "traffic" => Value::string(it.traffic.as_str()),
        "message" => Value::string(it.message.as_str()),
        "meaning" => Value::string(it.meaning.as_str()),
        "remedy" => Value::string(it.remedy.as_str()),
        other => unknown_field(other),
    })
}

fn import_blocks(arguments: &Config, report: &Report) -> String {
    let sides = &arguments.sides;
    let effect = |it: &'_ Rule| {
        (
            it.point.clone(),
            it.direction,
            it.extent.clone(),
            it.order.denies,
        )
    };
    let mut equal: Option<BTreeMap<_, Vec<usize>>> = None;
    let pairs = report.matched.iter().map(|&(wanted, found)| {
        let origin = sides.origin(wanted);
        let id = origin.import_id(sides.import(found)).or_else(|why| {
            // Another rule with the same effect may be one that can be imported.
            let equal = equal.get_or_insert_with(|| {
                let mut equal: BTreeMap<_, Vec<usize>> = BTreeMap::new();
                for (at, it) in sides.gathered.input.found.iter().enumerate() {
                    equal.entry(effect(it)).or_default().push(at);
                }
                equal
            });
            let others = equal[&effect(&sides.gathered.input.found[found])].iter();
            let ids = others.map(|at| origin.import_id(sides.import(*at)));
            ids.flatten().next().ok_or(why)
        });
        Pair {
            argument: origin.argument,
            key: &sides.gathered.input.wanted[wanted].id,
            id,
        }
    });
    import::blocks(&arguments.import_to, pairs.collect())
}

static TYPE: LazyLock<Type> = LazyLock::new(|| schema().block.ty());
