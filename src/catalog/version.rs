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
        matches!(self.parts[0], Part::Number(1000..))
    }

    /// As written.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

/// What vendors write in front of the number of a release.
const PREFIXES: [&str; 6] = ["release.", "release-", "release/", "release ", "v", "v."];

fn without_prefix(text: &str) -> &str {
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

    /// Whether every release is covered, because no bound is set.
    pub fn is_empty(&self) -> bool {
        self.bounds.is_empty()
    }

    /// The bounds as text; if there are none, just the release of the line itself.
    pub(super) fn or_exactly(&self, version: &Version) -> String {
        if self.is_empty() {
            format!("={version}")
        } else {
            self.to_string()
        }
    }

    /// Whether a release is at or beyond every bound.
    pub(super) fn are_below(&self, release: &Version) -> bool {
        self.bounds.iter().all(|(_, version)| version <= release)
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

/// A release line with what it covers, for messages: `` `3` (>=3.4, <4) ``.
pub(super) fn line_text(version: &Version, covers: &Covers) -> String {
    if covers.is_empty() {
        format!("`{version}`")
    } else {
        format!("`{version}` ({covers})")
    }
}

impl fmt::Display for Covers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (bound, version)) in self.bounds.iter().enumerate() {
            let sign = BOUNDS.iter().find(|(_, it)| it == bound);
            let comma = if at == 0 { "" } else { ", " };
            write!(f, "{comma}{}{version}", sign.map_or("", |(sign, _)| sign))?;
        }
        Ok(())
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
        let minio = Covers::parse(">=2023-04-20, <2026").unwrap();
        assert!(minio.contains(&release("RELEASE.2023-04-20T17-56-55Z")));
        assert!(minio.contains(&release("RELEASE.2023-04-28T18-11-17Z")));
        assert!(!minio.contains(&release("RELEASE.2023-04-13T03-08-07Z")));
        assert!(!minio.contains(&release("RELEASE.2026-01-01T00-00-00Z")));
        // Words stay words: `v` and `release` are prefixes only in front of a number.
        assert_eq!(release("vnext").as_str(), "vnext");
        assert_eq!(release("3.9-TEST"), Version::parse("3.9-TEST").unwrap());
        assert_eq!(Version::release("v"), Version::parse("v"));
        assert!(Version::release("~> 3").is_none() && Version::release("").is_none());
    }

    #[test]
    fn lines_cover_releases() {
        let covers = Covers::parse(">=0.5, <0.11").unwrap();
        let contains = |text| covers.contains(&Version::parse(text).unwrap());
        assert!(contains("0.5") && contains("0.10.4"));
        assert!(!contains("0.11") && !contains("0.4.9") && !contains("0.11.0"));
        assert_eq!(
            Covers::parse(" >=0.5,<0.11").unwrap().to_string(),
            ">=0.5, <0.11"
        );
        assert!(
            Covers::parse("0.5").is_err()
                && Covers::parse(">=").is_err()
                && Covers::parse("").is_err()
        );
    }
}
