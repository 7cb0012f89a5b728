//! The provider block: the user's own product files, and the language.

use super::fields::Reader;
use super::schema::{list, optional};
use crate::catalog::Catalog;
use crate::model::code::Code;
use crate::model::finding::{ConfigPath, Finding};
use crate::terraform::schema::{Block, Schema};
use crate::terraform::value::{Type, Value};

/// The arguments of the provider block.
#[derive(Debug)]
pub(super) struct Settings {
    /// The built-in products and the user's own.
    pub(super) catalog: Catalog,
    /// The language of purposes and of the vendors' advice.
    pub(super) language: String,
    /// Arguments that are not known yet.
    pub(super) unknowns: Vec<ConfigPath>,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            catalog: Catalog::default(),
            language: "en".to_owned(),
            unknowns: Vec::new(),
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
        let settings = Settings {
            catalog,
            language: language.unwrap_or_else(|| "en".to_owned()),
            unknowns: reader.unknowns,
        };
        (settings, reader.findings)
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
    ];
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
