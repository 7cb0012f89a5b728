//! Ports in which numbers of the product may occur: `32{app}` is 3200 where `app` is 00.

use super::numbers::MOST;
use crate::model::ports::{PortRange, port_list};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// The values of numbers as they are written in ports, with their zeros, by name.
pub type Written = BTreeMap<String, Vec<String>>;

/// A comma list of ports and ranges.
#[derive(Clone, Debug, Default)]
pub struct PortText {
    /// The text, if numbers occur in it.
    text: String,
    /// The ports, if none does.
    fixed: Vec<PortRange>,
    /// The numbers that occur.
    numbers: BTreeSet<String>,
}

impl PortText {
    /// Reads a text. What numbers make of it is not known here.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<PortText, String> {
        if !text.contains(['{', '}']) {
            let fixed = PortRange::parse_list(text)?;
            return Ok(PortText {
                fixed,
                ..PortText::default()
            });
        }
        let mut numbers = BTreeSet::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let Some((name, after)) = after.split_once('}').filter(|_| !before.contains('}'))
            else {
                break;
            };
            if name.trim() != name || name.is_empty() {
                return Err(format!(
                    "`{{{name}}}` in `{text}` must be a number's name alone; write e.g. `32{{app}}`"
                ));
            }
            numbers.insert(name.to_owned());
            rest = after;
        }
        if rest.contains(['{', '}']) {
            return Err(format!(
                "`{text}` has a brace without its counterpart; write e.g. `32{{app}}`"
            ));
        }
        Ok(PortText {
            text: text.to_owned(),
            fixed: Vec::new(),
            numbers,
        })
    }

    /// Whether nothing is set.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty() && self.fixed.is_empty()
    }

    /// Whether it has several ports or ranges.
    pub(super) fn is_list(&self) -> bool {
        self.text.contains(',') || self.fixed.len() > 1
    }

    /// The ports, if no number occurs.
    pub fn fixed(&self) -> &[PortRange] {
        &self.fixed
    }

    /// The numbers that occur.
    pub fn numbers(&self) -> impl Iterator<Item = &str> {
        self.numbers.iter().map(String::as_str)
    }

    /// The ports with the values of the numbers; none if a number has no value. The text counts once for each value, or for each
    /// combination of values.
    ///
    /// # Errors
    /// What is not a port then, or that there are too many.
    pub fn expand(&self, values: &Written) -> Result<Vec<PortRange>, String> {
        if self.numbers.is_empty() {
            return Ok(self.fixed.clone());
        }
        let mut texts = vec![self.text.clone()];
        for name in &self.numbers {
            let (braced, values) = (format!("{{{name}}}"), values.get(name));
            let values = values.map_or(&[][..], Vec::as_slice);
            if texts.len() * values.len() > MOST {
                return Err(self.too_many());
            }
            let with = |text: &String| {
                let texts = values.iter().map(|it| text.replace(&braced, it));
                texts.collect::<Vec<_>>()
            };
            texts = texts.iter().flat_map(with).collect();
        }
        let mut ranges = Vec::new();
        for text in texts {
            let found = PortRange::parse_list(&text);
            ranges.extend(found.map_err(|message| format!("`{self}` is `{text}`: {message}"))?);
        }
        ranges.sort_unstable();
        ranges.dedup();
        let ports: usize = ranges
            .iter()
            .map(|it| usize::from(it.to - it.from) + 1)
            .sum();
        if ports > MOST {
            return Err(self.too_many());
        }
        Ok(ranges)
    }

    fn too_many(&self) -> String {
        format!("`{self}` is more than {MOST} ports with these numbers")
    }
}

impl fmt::Display for PortText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.numbers.is_empty() {
            f.write_str(&port_list(&self.fixed))
        } else {
            f.write_str(&self.text)
        }
    }
}
