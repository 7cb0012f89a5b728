//! Reads arguments, each by its type, and notes errors and unknown values with their places.

use crate::model::address::{Cidr, Family};
use crate::model::cell::{ByName, MaybeKnown};
use crate::model::code::Code;
use crate::model::finding::{ConfigPath, Finding};
use crate::model::name::{address_name_fault, backticked};
use crate::terraform::value::Value;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Errors beyond which no more are noted: longer lists are not read, and a list may have millions.
const MOST_MISTAKES: usize = 1000;

/// What was noticed while reading a block.
#[derive(Default)]
pub(super) struct Reader {
    /// Mistakes.
    pub(super) findings: Vec<Finding>,
    /// Arguments that affect which rules exist, and are known only after apply.
    pub(super) unknowns: Vec<ConfigPath>,
}

impl Reader {
    /// A text that affects which rules exist. Null is absent; an empty text is an error.
    pub(super) fn text(&mut self, value: &Value, place: &ConfigPath) -> Option<String> {
        match value {
            Value::Unknown => {
                self.unknowns.push(place.clone());
                None
            }
            Value::String(text) if text.is_empty() => {
                self.mistake(
                    place,
                    "the value is empty",
                    "set a value, or omit the argument",
                );
                None
            }
            Value::String(text) => Some(text.to_string()),
            _ => None,
        }
    }

    /// A word of a closed vocabulary. It affects which rules exist.
    pub(super) fn word<T>(
        &mut self,
        value: &Value,
        place: &ConfigPath,
        words: &[&str],
        parse: fn(&str) -> Option<T>,
    ) -> Option<T> {
        let text = self.text(value, place)?;
        let found = parse(&text);
        if found.is_none() {
            let remedy = format!("expected one of {}", backticked(words.iter().copied()));
            self.mistake(place, &format!("`{text}` is not a valid value"), &remedy);
        }
        found
    }

    /// True or false. It affects which rules exist.
    pub(super) fn flag(&mut self, value: &Value, place: &ConfigPath) -> Option<bool> {
        match value {
            Value::Bool(it) => Some(*it),
            Value::Unknown => {
                self.unknowns.push(place.clone());
                None
            }
            _ => None,
        }
    }

    /// A whole number from 1. It affects which rules exist.
    pub(super) fn count(&mut self, value: &Value, place: &ConfigPath) -> Option<u32> {
        match value {
            Value::Number(text) => {
                let number = text
                    .parse::<f64>()
                    .ok()
                    .filter(|it| it.fract() == 0.0 && *it >= 1.0 && *it <= f64::from(u32::MAX));
                if number.is_none() {
                    self.mistake(
                        place,
                        &format!("`{text}` is not a positive whole number"),
                        "write a whole number, at least 1",
                    );
                }
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "the bounds were checked above"
                )]
                number.map(|it| it as u32)
            }
            Value::Unknown => {
                self.unknowns.push(place.clone());
                None
            }
            _ => None,
        }
    }

    /// The texts of a list, each with its place. They affect which rules exist. A null element is an error.
    pub(super) fn texts(&mut self, value: &Value, place: &ConfigPath) -> Vec<(String, ConfigPath)> {
        let items = match value {
            Value::List(items) => items,
            Value::Unknown => {
                self.unknowns.push(place.clone());
                return Vec::new();
            }
            _ => return Vec::new(),
        };
        let mut texts = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            let place = place.index(index);
            if item.is_null() {
                self.mistake(
                    &place,
                    "a list contains `null`",
                    "remove the element, e.g. with `compact(…)`",
                );
            } else if let Some(text) = self.text(item, &place) {
                texts.push((text, place));
            }
        }
        texts
    }

    /// Texts by name. They affect which rules exist. A name with a null value is left out.
    pub(super) fn text_map(
        &mut self,
        value: &Value,
        place: &ConfigPath,
    ) -> BTreeMap<String, String> {
        self.map(value, place, |reader, value, place| {
            reader.text(value, place)
        })
    }

    /// Counts by name. They affect which rules exist. A name with a null value is left out.
    pub(super) fn count_map(&mut self, value: &Value, place: &ConfigPath) -> BTreeMap<String, u32> {
        self.map(value, place, Reader::count)
    }

    fn map<T>(
        &mut self,
        value: &Value,
        place: &ConfigPath,
        read: impl Fn(&mut Self, &Value, &ConfigPath) -> Option<T>,
    ) -> BTreeMap<String, T> {
        match value {
            Value::Map(map) => map
                .iter()
                .filter_map(|(name, value)| {
                    Some((name.to_string(), read(self, value, &place.key(name))?))
                })
                .collect(),
            Value::Unknown => {
                self.unknowns.push(place.clone());
                BTreeMap::new()
            }
            _ => BTreeMap::new(),
        }
    }

    /// A text that does not affect which rules exist, such as an id: it may be known only after apply. Null is absent.
    pub(super) fn cell(
        &mut self,
        value: &Value,
        place: &ConfigPath,
    ) -> Option<MaybeKnown<Arc<str>>> {
        match value {
            Value::Unknown => Some(MaybeKnown::Unknown),
            Value::String(text) if text.is_empty() => {
                self.mistake(
                    place,
                    "an id must not be empty",
                    "write the id, or omit the argument",
                );
                // It is set, or the block would look empty as well.
                Some(MaybeKnown::Unknown)
            }
            Value::String(text) => Some(MaybeKnown::Known(Arc::clone(text))),
            _ => None,
        }
    }

    /// Texts that do not affect which rules exist, in a list whose length does. A null element is an error.
    pub(super) fn cells(&mut self, value: &Value, place: &ConfigPath) -> Vec<MaybeKnown<Arc<str>>> {
        let items = match value {
            Value::List(items) => items,
            Value::Unknown => {
                self.unknowns.push(place.clone());
                return Vec::new();
            }
            _ => return Vec::new(),
        };
        let mut cells = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            let place = place.index(index);
            if item.is_null() {
                self.mistake(
                    &place,
                    "a list contains `null`",
                    "remove the element, e.g. with `compact(…)`",
                );
            }
            // A wrong element keeps its place, or the others would have the wrong index.
            cells.push(self.cell(item, &place).unwrap_or(MaybeKnown::Unknown));
        }
        cells
    }

    /// CIDR blocks of one family by name. The names affect which rules exist; the blocks may be known only after apply.
    pub(super) fn blocks(
        &mut self,
        value: &Value,
        place: &ConfigPath,
        family: Family,
    ) -> ByName<Cidr> {
        self.named(value, place, |reader, value, place| match value {
            Value::Unknown => Some(MaybeKnown::Unknown),
            Value::String(text) => match Cidr::parse(text, family) {
                Ok(cidr) => Some(MaybeKnown::Known(cidr)),
                Err(bad) => {
                    let finding = Finding::for_argument(Code::BadCidr, place, bad.message);
                    reader.note(finding.remedy(bad.remedy));
                    // The name stays, or the zone would look empty as well.
                    Some(MaybeKnown::Unknown)
                }
            },
            _ => None,
        })
    }

    /// IDs by name. The names affect which rules exist; the IDs may be known only after apply.
    pub(super) fn ids(&mut self, value: &Value, place: &ConfigPath) -> ByName<Arc<str>> {
        self.named(value, place, Reader::cell)
    }

    fn named<T>(
        &mut self,
        value: &Value,
        place: &ConfigPath,
        read: impl Fn(&mut Self, &Value, &ConfigPath) -> Option<MaybeKnown<T>>,
    ) -> ByName<T> {
        let map = match value {
            Value::Map(map) => map,
            Value::Unknown => {
                self.unknowns.push(place.clone());
                return ByName::new();
            }
            _ => return ByName::new(),
        };
        let mut named = ByName::new();
        for (name, value) in map {
            let place = place.key(name);
            if let Some(fault) = address_name_fault(name) {
                let message = format!("the name {name:?} {fault}");
                let remedy = "use 1 to 64 printable characters, without leading or trailing spaces";
                self.note(Finding::for_argument(Code::BadName, &place, message).remedy(remedy));
            }
            if let Some(cell) = read(self, value, &place) {
                named.insert(Arc::clone(name), cell);
            }
        }
        named
    }

    /// Blocks by label. A block that is unknown as a whole affects which rules exist.
    pub(super) fn labelled<'v>(
        &mut self,
        value: &'v Value,
        place: &ConfigPath,
    ) -> Vec<(&'v Arc<str>, &'v Value)> {
        match value {
            Value::Map(map) => {
                let known = map.iter().filter(|(label, value)| {
                    if value.is_unknown() {
                        self.unknowns.push(place.key(label));
                    }
                    !value.is_unknown()
                });
                known.collect()
            }
            Value::Unknown => {
                self.unknowns.push(place.clone());
                Vec::new()
            }
            _ => Vec::new(),
        }
    }

    /// An error of any kind.
    fn note(&mut self, mistake: Finding) {
        if self.findings.len() < MOST_MISTAKES {
            self.findings.push(mistake);
        }
    }

    /// An error in a value.
    pub(super) fn mistake(&mut self, place: &ConfigPath, message: &str, remedy: &str) {
        self.note(Finding::for_argument(Code::BadValue, place, message).remedy(remedy));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_million_mistakes_are_not_all_noted() {
        let mut reader = Reader::default();
        let nulls = Value::List(vec![Value::Null; 1_000_000]);
        assert_eq!(reader.texts(&nulls, &ConfigPath::default()), []);
        assert_eq!(reader.findings.len(), MOST_MISTAKES);
    }
}
