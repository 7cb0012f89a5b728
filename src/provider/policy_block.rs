//! The blocks `policy` and `exception`, and the arguments `policies` and `exceptions` that have the same as data.

use super::data_value::{entries, kind_of};
use super::fields::Reader;
use super::layout_data::block;
use super::schema::{glossary, list, optional, required};
use crate::model::code::Code;
use crate::model::day::Day;
use crate::model::finding::{ConfigPath, Finding, Step};
use crate::model::name::suggest;
use crate::model::services::Services;
use crate::model::words::{Severity, Trust};
use crate::policy::{Access, Cell, End, Exception, Origin, Policy, parse_services};
use crate::terraform::schema::{Attribute, Block};
use crate::terraform::value::{Type, Value};
use std::sync::{Arc, LazyLock};

static POLICY: LazyLock<Block> = LazyLock::new(policy_schema);
static EXCEPTION: LazyLock<Block> = LazyLock::new(exception_schema);

const POLICIES: &str = "policies";
const EXCEPTIONS: &str = "exceptions";

/// The arguments with policies as data.
pub(super) const DATA: [&str; 2] = [POLICIES, EXCEPTIONS];

/// Whether a place is in one of them.
pub(super) fn is_data(place: &ConfigPath) -> bool {
    matches!(place.parts().first(), Some(Step::Field(name)) if DATA.contains(name))
}

/// Whether a place decides what a policy refuses; `as_of` and `expires` only say until when something is permitted.
pub(super) fn decides(place: &ConfigPath) -> bool {
    let ends = ["as_of", "warn_days", "expires"];
    let is_date = |it: &Step| matches!(it, Step::Field(name) if ends.contains(name));
    !place.parts().iter().any(is_date)
}

/// Reads the blocks of a resource and its data.
pub(super) fn read(reader: &mut Reader, config: &Value) -> Policy {
    let top = ConfigPath::default();
    let blocks = |name: &'static str| -> Vec<(ConfigPath, &Value)> {
        match config.get(name) {
            Value::List(blocks) => {
                let place = top.field(name);
                let blocks = blocks.iter().enumerate();
                blocks.map(|(at, it)| (place.index(at), it)).collect()
            }
            _ => Vec::new(),
        }
    };
    for name in ["policy", "exception"] {
        if config.get(name).is_unknown() {
            reader.unknowns.push(top.field(name));
        }
    }
    let mut policy = Policy::default();
    for (place, value) in blocks("policy") {
        policy.cells.extend(cell(reader, value, origin(place)));
    }
    for (place, value) in blocks("exception") {
        let exception = exception(reader, value, origin(place));
        policy.exceptions.extend(exception);
    }
    policy.with(&read_data(reader, config, None))
}

fn origin(place: ConfigPath) -> Origin {
    Origin {
        place,
        elsewhere: None,
        in_data: false,
    }
}

/// Reads `policies` and `exceptions`; `elsewhere` says whose they are if they are not of a resource.
pub(super) fn read_data(reader: &mut Reader, config: &Value, elsewhere: Option<&str>) -> Policy {
    let origin = |place: ConfigPath| Origin {
        elsewhere: elsewhere.map(|it| format!("`{place}` of {it}")),
        place,
        in_data: true,
    };
    let cells = data(reader, config.get(POLICIES), POLICIES, "policy", &POLICY);
    let cells = cells.into_iter();
    let cells = cells.filter_map(|(place, it)| cell(reader, &it, origin(place)));
    let cells = cells.collect();
    let exceptions = data(
        reader,
        config.get(EXCEPTIONS),
        EXCEPTIONS,
        "exception",
        &EXCEPTION,
    );
    let exceptions = exceptions.into_iter();
    let exceptions = exceptions.filter_map(|(place, it)| exception(reader, &it, origin(place)));
    Policy {
        cells,
        exceptions: exceptions.collect(),
    }
}

/// The entries of an argument as blocks: a list of objects, such as `csvdecode` returns, or an object with an object for each.
fn data(
    reader: &mut Reader,
    value: &Value,
    argument: &'static str,
    name: &str,
    shape: &Block,
) -> Vec<(ConfigPath, Value)> {
    let place = ConfigPath::default().field(argument);
    let found: Vec<(ConfigPath, &Value)> = match value.plain() {
        Value::Null => return Vec::new(),
        Value::Unknown => {
            reader.unknowns.push(place);
            return Vec::new();
        }
        Value::List(items) => {
            let items = items.iter().enumerate();
            items.map(|(at, it)| (place.index(at), it)).collect()
        }
        other => {
            let Some(entries) = entries(other) else {
                let message = format!("expected a list of objects, found {}", kind_of(value));
                let remedy = format!("write one object for each {name}: `{argument} = [{{ … }}]`");
                reader.mistake(&place, &message, &remedy);
                return Vec::new();
            };
            let entries = entries.into_iter();
            entries.map(|(key, it)| (place.key(key), it)).collect()
        }
    };
    let ty = shape.ty();
    let is_empty = |it: &Value| match it {
        Value::String(text) => text.trim().is_empty(),
        other => other.is_null(),
    };
    let is_set = |it: &Value| match entries(it.plain()) {
        Some(cells) => cells.is_empty() || !cells.iter().all(|(_, it)| is_empty(it.plain())),
        None => !it.plain().is_null(),
    };
    let found = found.into_iter().filter(|(_, it)| is_set(it));
    found
        .map(|(place, it)| {
            let value = block(reader, &written_out(it), name, shape, &ty, &place);
            if value.is_unknown() && it.plain().is_unknown() {
                reader.unknowns.push(place.clone());
            }
            (place, value)
        })
        .collect()
}

/// An entry as a table has it: an empty cell is absent, and several services are one text.
fn written_out(entry: &Value) -> Value {
    let Some(given) = entries(entry.plain()) else {
        return entry.clone();
    };
    let given = given.into_iter();
    let given = given.map(|(name, value)| {
        let value = match (name, value.plain()) {
            ("services", Value::String(text)) => {
                let services = text.split([';', '\n']).map(str::trim);
                let services = services.filter(|it| !it.is_empty());
                Value::List(services.map(Value::string).collect())
            }
            (_, Value::String(text)) if text.trim().is_empty() => Value::Null,
            ("access" | "severity" | "monitor", Value::String(text)) => {
                Value::string(text.trim().to_lowercase())
            }
            (_, Value::String(text)) => Value::string(text.trim()),
            (_, other) => other.clone(),
        };
        (Arc::from(name), value)
    });
    Value::map(given.collect())
}

fn cell(reader: &mut Reader, block: &Value, origin: Origin) -> Option<Cell> {
    let place = origin.place.clone();
    let (from, to) = ends(reader, block, &place);
    let access = reader.word(
        block.get("access"),
        &place.field("access"),
        Access::WORDS,
        Access::parse,
    );
    let services = services(reader, block, &place);
    let severity = reader.word(
        block.get("severity"),
        &place.field("severity"),
        Severity::WORDS,
        Severity::parse,
    );
    let monitor = reader.flag(block.get("monitor"), &place.field("monitor"));
    let reason = reader.text(block.get("reason"), &place.field("reason"));
    let (access, services) = (access?, services?);
    if !access.has_services() && !services.is_empty() {
        let message = format!("`services` has no effect with `access = \"{access}\"`");
        let remedy = format!("write `access = \"{access}-only\"`, or remove `services`");
        reader.mistake(&place.field("services"), &message, &remedy);
    }
    Some(Cell {
        from: from?,
        to: to?,
        access,
        services,
        severity: severity.unwrap_or(Severity::Error),
        monitor: monitor.unwrap_or(false),
        reason,
        origin,
    })
}

fn exception(reader: &mut Reader, block: &Value, origin: Origin) -> Option<Exception> {
    let place = origin.place.clone();
    let (from, to) = ends(reader, block, &place);
    if matches!(block.get("services"), Value::List(items) if items.is_empty()) {
        let message = "an exception without services permits nothing";
        let remedy = "list the services, e.g. `[\"tcp/5432\"]`, or `[\"any\"]`";
        reader.mistake(&place.field("services"), message, remedy);
    }
    let services = services(reader, block, &place);
    let mut text = |name: &'static str| reader.text(block.get(name), &place.field(name));
    let (reason, ticket, requester, approver) = (
        text("reason"),
        text("ticket"),
        text("requester"),
        text("approver"),
    );
    Some(Exception {
        from: from?,
        to: to?,
        services: services?,
        reason: reason?,
        ticket,
        requester,
        approver,
        expires: expires(reader, block, &place),
        origin,
    })
}

/// The last day of an exception.
pub(super) fn expires(reader: &mut Reader, block: &Value, place: &ConfigPath) -> Option<Day> {
    let place = place.field("expires");
    let text = reader.text(block.get("expires"), &place)?;
    match Day::parse(&text) {
        Ok(day) => Some(day),
        Err(message) => {
            reader.mistake(
                &place,
                &message,
                "write the last day on which it is valid, e.g. `\"2027-03-31\"`",
            );
            None
        }
    }
}

fn ends(reader: &mut Reader, block: &Value, place: &ConfigPath) -> (Option<End>, Option<End>) {
    let mut end = |name: &'static str| {
        let place = place.field(name);
        let text = reader.text(block.get(name), &place)?;
        match End::parse(&text) {
            Ok(end) => Some(end),
            Err(level) => {
                let message = format!("`{level}` is not a level of trust");
                reader.mistake(
                    &place,
                    &message,
                    &suggest(level, Trust::WORDS.iter().copied()),
                );
                None
            }
        }
    };
    (end("from"), end("to"))
}

/// All services of an entry; `None` if one is wrong, since the rest of them would judge otherwise.
fn services(reader: &mut Reader, block: &Value, place: &ConfigPath) -> Option<Services> {
    let before = reader.unknowns.len();
    let texts = reader.texts(block.get("services"), &place.field("services"));
    let mut all = Some(Services::default()).filter(|_| reader.unknowns.len() == before);
    for (text, place) in texts {
        match parse_services(&text) {
            Ok(services) => all = all.map(|it| it.union(&services)),
            Err(message) => {
                let finding = Finding::for_argument(Code::BadService, &place, message);
                reader.findings.push(finding);
                all = None;
            }
        }
    }
    all
}

const END: &str = "a zone, a segment, `<label>.<component>` for a component with a fixed address, `trust:<level>` for every zone of a trust, or `*` for all";

/// The schema of the block `policy`.
pub(super) fn policy_schema() -> Block {
    Block {
        description: "What one end may send to another. The most specific policies decide: one that names a zone or segment beats one for a trust, and that beats `*`, \
            if it is at least as specific at both ends. If neither of two policies is more specific, traffic needs the permission of both. Where no policy matches, traffic is allowed. \
            A zone to itself is judged only by policies that name it at both ends. The order does not matter."
            .to_owned(),
        attributes: vec![
            required("from", Type::String, &format!("Who opens the connection: {END}.")),
            required("to", Type::String, "Who listens, as in `from`."),
            required(
                "access",
                Type::String,
                &format!("What is allowed: {}.", glossary(Access::ALL, Access::as_str, Access::description)),
            ),
            optional(
                "services",
                list(Type::String),
                "The services of `allow-only` and `block-only`: as in a `flow` block, or a transport alone for all of its ports: `tcp/443`, `tcp`, `icmp`. Also `tcp 80`. \
                    `allow-only` without services allows nothing.",
            ),
            optional("severity", Type::String, "How bad a violation is: `error` (the default), `warning`, `info`."),
            optional(
                "monitor",
                Type::Bool,
                "Whether a violation is only reported, as the warning `policy-monitored`, which never stops a plan. Default `false`.",
            ),
            optional("reason", Type::String, "Why it is so. It is part of the message."),
        ],
        blocks: Vec::new(),
    }
}

/// The schema of the block `exception`.
pub(super) fn exception_schema() -> Block {
    Block {
        description: "Traffic that is permitted although a policy refuses it, until a day."
            .to_owned(),
        attributes: vec![
            required(
                "from",
                Type::String,
                "Who opens the connection, as in a `policy` block.",
            ),
            required("to", Type::String, "Who listens, as in a `policy` block."),
            required(
                "services",
                list(Type::String),
                "The services that are permitted, as in a `policy` block.",
            ),
            required("reason", Type::String, "Why it is permitted."),
            optional(
                "ticket",
                Type::String,
                "Where it was approved. Messages use it as the name of the exception.",
            ),
            optional("requester", Type::String, "Who asked for it."),
            optional("approver", Type::String, "Who approved it."),
            expires_argument(),
        ],
        blocks: Vec::new(),
    }
}

/// The argument `expires` of an exception or acceptance.
pub(super) fn expires_argument() -> Attribute {
    optional(
        "expires",
        Type::String,
        "The last day on which it is valid, as `YYYY-MM-DD`. It is compared with `as_of` of the provider. Without a day, it does not end.",
    )
}

/// The arguments `policies` and `exceptions`; `also` says which others apply.
pub(super) fn data_arguments(also: &str) -> [Attribute; 2] {
    [
        optional(
            POLICIES,
            Type::Dynamic,
            &format!(
                "Policies as data: a list of objects with the arguments of a `policy` block, e.g. `csvdecode(file(\"matrix.csv\"))`, {also}. \
                    In data, empty texts count as absent, `services` may be one text with semicolons, and names that the layout does not have are ignored."
            ),
        ),
        optional(
            EXCEPTIONS,
            Type::Dynamic,
            &format!(
                "Exceptions as data: a list of objects with the arguments of an `exception` block, {also}."
            ),
        ),
    ]
}

/// What an argument with policies says, whatever the types that it is written in. `None` if it has mistakes.
pub(super) fn normal(argument: &'static str, value: &Value) -> Option<Vec<Value>> {
    let (name, shape) = match argument {
        POLICIES => ("policy", &POLICY),
        _ => ("exception", &EXCEPTION),
    };
    let mut reader = Reader::default();
    let entries = data(&mut reader, value, argument, name, shape);
    reader
        .findings
        .is_empty()
        .then(|| entries.into_iter().map(|(_, it)| it).collect())
}
