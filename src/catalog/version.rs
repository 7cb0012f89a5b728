//! Versions, compared number by number.

use std::cmp::Ordering;
use std::fmt;

/// A version such as `0.10` or `3.9.1`. Parts are compared as numbers where they are numbers; zeros at the end do not count.
#[derive(Clone, Debug)]
pub struct Version {
    text: String,
    parts: Vec<Part>,
}

/// A number and the letters behind it: `19c`. Letters alone have no number, and come before all numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Part {
    pub(super) number: Option<u64>,
    pub(super) letters: String,
}

impl Part {
    fn parse(text: &str) -> Part {
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let (number, letters) = text.split_at(digits);
        match number.parse() {
            Ok(number) => Part {
                number: Some(number),
                letters: letters.to_owned(),
            },
            Err(_) => Part {
                number: None,
                letters: text.to_owned(),
            },
        }
    }

    pub(super) fn is_zero(&self) -> bool {
        self.number == Some(0) && self.letters.is_empty()
    }
}

impl Version {
    /// Letters, digits, dots and dashes, beginning with a letter or digit.
    pub fn parse(text: &str) -> Option<Version> {
        let good = !text.is_empty()
            && text.len() <= 32
            && text.starts_with(|it: char| it.is_ascii_alphanumeric())
            && text
                .bytes()
                .all(|it| it.is_ascii_alphanumeric() || matches!(it, b'.' | b'-'));
        if !good {
            return None;
        }
        Some(Version {
            text: text.to_owned(),
            parts: text.split(['.', '-']).map(Part::parse).collect(),
        })
    }

    /// A release as vendors and users write it: `v1.77.3`, `RELEASE.2025-09-07T16-13-09Z`, `v1.30.2+k3s1`. The prefix and build
    /// data after `+` do not count, and a date and time of day is a sequence of numbers.
    pub fn release(text: &str) -> Option<Version> {
        let bare = without_prefix(text);
        let bare = bare.split_once('+').map_or(bare, |(release, _)| release);
        let parts: Vec<&str> = bare.split('-').flat_map(time_of_day).collect();
        Version::parse(&parts.join("-"))
    }

    /// Whether it is numbered by year: `2025.1`, `2025-09-07`.
    pub(super) fn is_by_year(&self) -> bool {
        matches!(self.parts[0].number, Some(1000..))
    }

    /// Every part, zeros at the end too.
    pub(super) fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// The parts by which versions are compared with each other.
    fn significant(&self) -> &[Part] {
        let zeros = self.parts[1..].iter().rev().take_while(|it| it.is_zero());
        &self.parts[..self.parts.len() - zeros.count()]
    }

    /// As written.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

/// What vendors write in front of the number of a release.
const PREFIXES: [&str; 6] = ["release.", "release-", "release/", "release ", "v", "v."];

pub(super) fn without_prefix(text: &str) -> &str {
    let rest = |prefix: &&str| {
        let (head, rest) = text.split_at_checked(prefix.len())?;
        let is_number = rest.starts_with(|it: char| it.is_ascii_digit());
        (is_number && head.eq_ignore_ascii_case(prefix)).then_some(rest)
    };
    PREFIXES.iter().find_map(rest).unwrap_or(text)
}

/// The two numbers of `07T16`, and the number of `09Z`. Other parts stay as they are.
fn time_of_day(part: &str) -> impl Iterator<Item = &str> {
    let is_number = |it: &str| !it.is_empty() && it.bytes().all(|it| it.is_ascii_digit());
    let (first, second) = match part.split_once('T') {
        Some((day, hour)) if is_number(day) && is_number(hour) => (day, Some(hour)),
        _ => (
            part.strip_suffix('Z')
                .filter(|it| is_number(it))
                .unwrap_or(part),
            None,
        ),
    };
    [Some(first), second].into_iter().flatten()
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl PartialEq for Version {
    fn eq(&self, other: &Self) -> bool {
        self.significant() == other.significant()
    }
}

impl Eq for Version {}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        self.significant().cmp(other.significant())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_numbers() {
        let version = |text| Version::parse(text).unwrap();
        assert!(version("3.10") > version("3.9.1"));
        assert!(version("0.11") > version("0.10.4"));
        assert_eq!(version("3"), version("3.0"));
        assert!(version("2025.1") < version("2025.1.2"));
        for bad in ["", "~>3", ">=3", "3 1", "-1", "latest version"] {
            assert!(Version::parse(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn releases_are_read_as_they_are_written() {
        let release = |text| Version::release(text).unwrap();
        for (written, meant) in [
            ("v1.77.3", "1.77.3"),
            ("V10.0.8.1", "10.0.8.1"),
            ("v10", "10"),
            ("release-1.2", "1.2"),
            ("v1.30.2+k3s1", "1.30.2"),
            ("RELEASE.2025-09-07T16-13-09Z", "2025-9-7-16-13-9"),
        ] {
            assert_eq!(
                release(written),
                Version::parse(meant).unwrap(),
                "{written}"
            );
        }
        // Words stay words: `v` and `release` are prefixes only in front of a number.
        assert_eq!(release("vnext").as_str(), "vnext");
        assert_eq!(release("3.9-TEST"), Version::parse("3.9-TEST").unwrap());
        assert_eq!(Version::release("v"), Version::parse("v"));
        assert!(Version::release("~> 3").is_none() && Version::release("").is_none());
    }
}
