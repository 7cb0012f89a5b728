//! The languages of the catalogue's texts.

use super::Catalog;
use super::product::{Product, Texts};
use crate::model::name::backticked;
use std::collections::BTreeSet;

/// Why a text is not a language of the catalogue.
#[derive(Debug)]
pub struct UnknownLanguage {
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub remedy: String,
}

/// The language of a tag: `ru` of `ru`, `RU`, `ru-RU` and `ru_RU`.
fn code(tag: &str) -> Option<String> {
    let (code, region) = tag.split_once(['-', '_']).unwrap_or((tag, "none"));
    let is_region = !region.is_empty()
        && region
            .bytes()
            .all(|it| it.is_ascii_alphanumeric() || it == b'-');
    let is_code = code.len() == 2 && code.bytes().all(|it| it.is_ascii_alphabetic());
    (is_code && is_region).then(|| code.to_ascii_lowercase())
}

impl Catalog {
    /// The language that `text` names, in two letters. It must be one of the catalogue or of the user's own product files,
    /// unless `may_be_elsewhere` says that others may be.
    ///
    /// # Errors
    /// What is wrong, and which languages there are.
    pub fn language(
        &self,
        text: &str,
        may_be_elsewhere: impl FnOnce(&str) -> bool,
    ) -> Result<String, UnknownLanguage> {
        let languages = self.listed().flat_map(|it| &it.line_of().languages);
        let known: BTreeSet<&str> = languages.map(String::as_str).collect();
        let unknown = |message| UnknownLanguage {
            message,
            remedy: format!("use one of {}", backticked(&known)),
        };
        let Some(code) = code(text) else {
            return Err(unknown(format!("`{text}` is not a language")));
        };
        if known.contains(code.as_str()) || may_be_elsewhere(&code) {
            Ok(code)
        } else {
            Err(unknown(format!(
                "no product has texts in the language `{text}`"
            )))
        }
    }
}

impl Product {
    /// The languages of its texts.
    pub fn languages(&self) -> BTreeSet<&str> {
        let flows = self.flows.values().map(|it| &it.purpose);
        let advisories = self.advisories.iter().map(|it| &it.text);
        let conflicts = self.conflicts.iter().map(|it| &it.why);
        let gaps = self.gaps.iter().map(|it| &it.text);
        let suspects = self.suspects.iter().map(|it| &it.why);
        let notes = advisories.chain(conflicts).chain(gaps).chain(suspects);
        flows
            .chain(notes)
            .flat_map(Texts::keys)
            .map(String::as_str)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_does_not_matter() {
        let catalog = Catalog::default();
        let language = |text| catalog.language(text, |_| false);
        for text in ["ru", "RU", "ru-RU", "ru_RU", "ru-Cyrl-RU"] {
            assert_eq!(language(text).unwrap(), "ru");
        }
        for text in [
            "xx", "english", "", "r", "ru-", "-ru", "ru.RU", "рус", "ru RU",
        ] {
            let unknown = language(text).unwrap_err();
            assert_eq!(unknown.remedy, "use one of `en`, `ru`, `tr`", "{text}");
        }
        assert_eq!(catalog.language("id", |it| it == "id").unwrap(), "id");
    }
}
