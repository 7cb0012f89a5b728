//! Versions, compared number by number, and the releases that a line covers.

use std::cmp::Ordering;
use std::fmt;

/// A version such as `0.10` or `3.9.1`. Parts are compared as numbers where they are numbers; zeros at the end do not count.
#[derive(Clone, Debug)]
pub struct Version {
    text: String,
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Text(String),
    Number(u64),
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
        let mut parts: Vec<Part> = text
            .split(['.', '-'])
            .map(|it| {
                it.parse()
                    .map_or_else(|_| Part::Text(it.to_owned()), Part::Number)
            })
            .collect();
        while parts.len() > 1 && parts.last() == Some(&Part::Number(0)) {
            parts.pop();
        }
        Some(Version {
            text: text.to_owned(),
            parts,
        })
    }

    /// As written.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl PartialEq for Version {
    fn eq(&self, other: &Self) -> bool {
        self.parts == other.parts
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
        self.parts.cmp(&other.parts)
    }
}

/// Bounds that a release must meet: `>=0.5, <0.11`.
#[derive(Clone, Debug, Default)]
pub struct Covers {
    bounds: Vec<(Bound, Version)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Bound {
    AtLeast,
    AtMost,
    Above,
    Below,
    Exactly,
}

const BOUNDS: [(&str, Bound); 5] = [
    (">=", Bound::AtLeast),
    ("<=", Bound::AtMost),
    (">", Bound::Above),
    ("<", Bound::Below),
    ("=", Bound::Exactly),
];

impl Covers {
    /// A comma list of bounds.
    pub fn parse(text: &str) -> Result<Covers, String> {
        let bound = |it: &str| {
            let it = it.trim();
            let (bound, version) = BOUNDS
                .iter()
                .find_map(|(sign, bound)| Some((*bound, it.strip_prefix(sign)?.trim())))?;
            Some((bound, Version::parse(version)?))
        };
        text.split(',')
            .map(|it| {
                bound(it).ok_or_else(|| {
                    format!(
                        "`{}` is not a version bound; write e.g. `>=3.4, <4`",
                        it.trim()
                    )
                })
            })
            .collect::<Result<_, _>>()
            .map(|bounds| Covers { bounds })
    }

    /// Whether a release meets every bound. No bounds cover nothing.
    pub fn contains(&self, release: &Version) -> bool {
        !self.bounds.is_empty()
            && self.bounds.iter().all(|(bound, version)| {
                let order = release.cmp(version);
                match bound {
                    Bound::AtLeast => order.is_ge(),
                    Bound::AtMost => order.is_le(),
                    Bound::Above => order.is_gt(),
                    Bound::Below => order.is_lt(),
                    Bound::Exactly => order.is_eq(),
                }
            })
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
    fn lines_cover_releases() {
        let covers = Covers::parse(">=0.5, <0.11").unwrap();
        let contains = |text| covers.contains(&Version::parse(text).unwrap());
        assert!(contains("0.5") && contains("0.10.4"));
        assert!(!contains("0.11") && !contains("0.4.9") && !contains("0.11.0"));
        assert!(
            Covers::parse("0.5").is_err()
                && Covers::parse(">=").is_err()
                && Covers::parse("").is_err()
        );
    }
}
