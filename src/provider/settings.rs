//! The provider block: the user's own product files, the language, and the policy for all layouts with the day on which it is judged.

use super::fields::Reader;
use super::policy_block;
use super::schema::{list, optional};
use crate::catalog::Catalog;
use crate::model::code::Code;
use crate::model::day::Day;
use crate::model::finding::{ConfigPath, Finding};
use crate::policy::{Policy, WARN_DAYS, duplicate, duplicates};
use crate::terraform::schema::{Block, Schema};
use crate::terraform::value::{Type, Value};

/// The arguments of the provider block.
#[derive(Debug)]
pub(super) struct Settings {
    /// The built-in products and the user's own.
    pub(super) catalog: Catalog,
    /// The language of purposes and of the vendors' advice.
    pub(super) language: String,
    /// The policy for all layouts.
    pub(super) policy: Policy,
    /// The day on which exceptions are judged.
    pub(super) day: Option<Day>,
    /// From how many days before its end on an exception is reported.
    pub(super) warn_days: u32,
    /// Arguments that are not known yet.
    pub(super) unknowns: Vec<ConfigPath>,
    /// Those of them that only judgements depend on.
    pub(super) undecided: Vec<ConfigPath>,
}

/// The earliest year in which exceptions are judged: a clock before it is not set.
const FIRST_YEAR: i32 = 2000;

impl Default for Settings {
    fn default() -> Self {
        Settings {
            catalog: Catalog::default(),
            language: "en".to_owned(),
            policy: Policy::default(),
            day: None,
            warn_days: WARN_DAYS,
            unknowns: Vec::new(),
            undecided: Vec::new(),
        }
    }
}

impl Settings {
    /// Reads the block; unknown values may be anywhere in it.
    pub(super) fn read(config: &Value) -> (Settings, Vec<Finding>) {
        let mut reader = Reader::default();
        let top = ConfigPath::default();
        let definitions = reader.texts(config.get("definitions"), &top.field("definitions"));
        let more_may_come = !reader.unknowns.is_empty();
        let (catalog, findings) = Catalog::with_definitions(
            definitions
                .iter()
                .map(|(text, place)| (text.as_str(), place.clone())),
        );
        let place = top.field("language");
        let language = language(
            &mut reader,
            config.get("language"),
            &place,
            &catalog,
            |_| more_may_come,
        );
        reader.findings.extend(findings);
        let mut judged = Reader::default();
        let policy = policy_block::read_data(&mut judged, config, Some("the provider block"));
        let twice = duplicates(&policy.cells).map(|(first, second)| duplicate(first, second));
        judged.findings.extend(twice);
        let day = day(&mut judged, config.get("as_of"), &top.field("as_of"));
        let warn_days = warn_days(&mut judged, config, &top);
        reader.findings.extend(judged.findings);
        let settings = Settings {
            catalog,
            language: language.unwrap_or_else(|| "en".to_owned()),
            policy,
            day,
            warn_days: warn_days.unwrap_or(WARN_DAYS),
            unknowns: reader.unknowns,
            undecided: judged.unknowns,
        };
        (settings, reader.findings)
    }
}

/// The day on which exceptions are judged, unless a clock is not set.
fn day(reader: &mut Reader, value: &Value, place: &ConfigPath) -> Option<Day> {
    let text = reader.text(value, place)?;
    match Day::parse(&text) {
        Ok(day) => Some(day).filter(|it| it.year() >= FIRST_YEAR),
        Err(message) => {
            let remedy = "write `as_of = formatdate(\"YYYY-MM-DD\", plantimestamp())`";
            reader.mistake(place, &message, remedy);
            None
        }
    }
}

/// From how many days before its end on an exception is reported.
fn warn_days(reader: &mut Reader, config: &Value, top: &ConfigPath) -> Option<u32> {
    let place = top.field("warn_days");
    match config.get("warn_days") {
        Value::Number(text) => {
            let days = text.parse().ok();
            if days.is_none() {
                let message = format!("`{text}` is not a number of days");
                reader.mistake(&place, &message, "write a whole number from 0, e.g. `30`");
            }
            days
        }
        Value::Unknown => {
            reader.unknowns.push(place);
            None
        }
        _ => None,
    }
}

/// A language, as two letters; `may_be_elsewhere` says whether texts outside the catalogue may be in it.
pub(super) fn language(
    reader: &mut Reader,
    value: &Value,
    place: &ConfigPath,
    catalog: &Catalog,
    may_be_elsewhere: impl FnOnce(&str) -> bool,
) -> Option<String> {
    let text = reader.text(value, place)?;
    match catalog.language(&text, may_be_elsewhere) {
        Ok(language) => Some(language),
        Err(unknown) => {
            reader.mistake(place, &unknown.message, &unknown.remedy);
            None
        }
    }
}

pub(super) fn schema() -> Schema {
    let attributes = vec![
        optional(
            "definitions",
            list(Type::String),
            "The texts of your own product files, TOML or JSON, in addition to the built-in catalogue: `[for f in fileset(path.root, \"products/*.toml\") : \
                file(\"${path.root}/${f}\")]`. One with the name and version of a built-in product replaces it.",
        ),
        optional(
            "language",
            Type::String,
            "The language of purposes and of the vendors' advice: `en` (default), `ru`, `tr`, or one that your `definitions` have. A region is ignored: `ru-RU` is `ru`. Texts without a translation are in English.",
        ),
        optional(
            "as_of",
            Type::String,
            "The day on which exceptions and acceptances with `expires` are judged, in UTC, as `YYYY-MM-DD`: `formatdate(\"YYYY-MM-DD\", plantimestamp())`. \
                A saved plan keeps its day. Without it, none of them ends, and the finding `dates-not-judged` says so. \
                With `plantimestamp()` here, Terraform refuses the command `terraform import`; `import` blocks work, or use a variable.",
        ),
        optional(
            "warn_days",
            Type::Number,
            "From how many days before its last day on an exception is reported as `exception-expiring`. Default 30.",
        ),
    ]
    .into_iter()
    .chain(policy_block::data_arguments("for all layouts of this provider"))
    .collect();
    let description = "Computes the least-privilege firewall rules that products need in a zone layout, from their vendors' port matrices. \
        It needs no credentials and opens no files or connections.";
    Schema {
        version: 0,
        block: Block {
            attributes,
            blocks: Vec::new(),
            description: description.to_owned(),
        },
    }
}

/// The finding for a data source that would be read before `place` of the provider block is known.
pub(super) fn unknown_at_read(place: &ConfigPath) -> Finding {
    let message = format!(
        "`{place}` of the provider block is known only after apply, but a data source is read during the plan"
    );
    Finding::new(Code::BadValue, "provider", message)
        .remedy("use values in the provider block that are known at plan, e.g. `file(…)`")
}
