//! Numbers that are part of ports: lists of them, as the user and product files write them.

use std::fmt;

/// The highest number that may be part of a port.
const HIGHEST: u32 = 65535;

/// The most numbers of one list. There are as many texts of ports.
pub const MOST: usize = 1024;

/// Whole numbers and ranges of them, sorted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Numbers(Vec<(u32, u32)>);

impl Numbers {
    /// A comma list of numbers and ranges, with or without zeros in front: `00, 02-03`.
    ///
    /// # Errors
    /// What is not a number.
    pub fn parse(text: &str) -> Result<Numbers, String> {
        let number = |it: &str| -> Result<u32, String> {
            let it = it.trim();
            let is_number = !it.is_empty() && it.bytes().all(|it| it.is_ascii_digit());
            let number = it.parse().ok().filter(|it| is_number && *it <= HIGHEST);
            number.ok_or_else(|| {
                format!("`{it}` is not a whole number from 0 to {HIGHEST}; write e.g. `00, 02-03`")
            })
        };
        let range = |it: &str| match it.split_once('-') {
            None => number(it).map(|it| (it, it)),
            Some((from, to)) => {
                let (from, to) = (number(from)?, number(to)?);
                if from > to {
                    return Err(format!("`{}` ends before it begins", it.trim()));
                }
                Ok((from, to))
            }
        };
        let mut ranges = text.split(',').map(range).collect::<Result<Vec<_>, _>>()?;
        ranges.sort_unstable();
        ranges.dedup();
        Ok(Numbers(ranges))
    }

    /// Whether the list is empty.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Each number once, sorted; of a list that is longer than any may be, only the first ones and one more.
    pub fn each(&self) -> Vec<u32> {
        let mut all: Vec<u32> = self
            .0
            .iter()
            .flat_map(|(from, to)| (*from..=*to).take(MOST + 1))
            .collect();
        all.sort_unstable();
        all.dedup();
        all.truncate(MOST + 1);
        all
    }

    /// The numbers that are enough to try: the ends of each range, and where the number of digits changes once `by` is added. Between them,
    /// a port only grows with each number in it.
    pub(super) fn corners(&self, by: i32) -> Vec<u32> {
        let lengths = (0..6).flat_map(|it| [10_i64.pow(it) - 1, 10_i64.pow(it)]);
        let lengths = lengths.filter_map(|it| u32::try_from(it - i64::from(by)).ok());
        let ends = self.0.iter().flat_map(|(from, to)| [*from, *to]);
        let mut all: Vec<u32> = ends
            .chain(lengths)
            .filter(|it| self.contains(*it))
            .collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// Whether one of its ranges contains a number.
    pub fn contains(&self, number: u32) -> bool {
        self.0
            .iter()
            .any(|(from, to)| (*from..=*to).contains(&number))
    }

    /// The list with so many digits for each number: `00, 02-03`.
    pub fn padded(&self, digits: usize) -> String {
        let text = |(from, to): &(u32, u32)| {
            if from == to {
                format!("{from:0digits$}")
            } else {
                format!("{from:0digits$}-{to:0digits$}")
            }
        };
        let all: Vec<String> = self.0.iter().map(text).collect();
        all.join(", ")
    }

    /// The ranges that do not lie in one of the ranges of `within`.
    pub(super) fn outside<'n>(&'n self, within: &'n Numbers) -> impl Iterator<Item = String> {
        let inside = |it: &&(u32, u32)| {
            within
                .0
                .iter()
                .any(|(from, to)| *from <= it.0 && it.1 <= *to)
        };
        self.0
            .iter()
            .filter(move |it| !inside(it))
            .map(|it| Numbers(vec![*it]).to_string())
    }
}

impl fmt::Display for Numbers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.padded(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::port_text::{PortText, Written};

    /// What the corners say of a text, all numbers say.
    #[test]
    fn corners_find_every_text_that_is_not_a_port() {
        for text in [
            "{n}",
            "6{n}",
            "3{n}00",
            "{n}13",
            "5{n}-50{n}",
            "{n}-{m}",
            "65{n}{m}",
        ] {
            for (within, digits) in [
                ("0-97", 2),
                ("0-97", 1),
                ("3-12", 1),
                ("95-105", 3),
                ("1", 1),
            ] {
                let numbers = Numbers::parse(within).unwrap();
                let text = PortText::parse(text).unwrap();
                let fails = |values: &[u32]| {
                    let pairs = values
                        .iter()
                        .flat_map(|n| values.iter().map(move |m| (n, m)));
                    let mut written = pairs.map(|(n, m)| -> Written {
                        let texts = [("n", n), ("m", m)];
                        let texts = texts
                            .map(|(it, value)| (it.to_owned(), vec![format!("{value:0digits$}")]));
                        texts.into()
                    });
                    written.any(|it| text.expand(&it).is_err())
                };
                assert_eq!(
                    fails(&numbers.corners(0)),
                    fails(&numbers.each()),
                    "{text} {within} {digits}"
                );
            }
        }
    }
}
