//! Bounds on releases: which releases a line covers, and in which of them a part of the matrix holds.

use super::version::{Part, Version, without_prefix};
use std::cmp::Ordering;
use std::fmt;

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

impl Bound {
    fn sign(self) -> &'static str {
        let sign = BOUNDS.iter().find(|(_, it)| *it == self);
        sign.map_or("", |(sign, _)| sign)
    }

    /// Whether a release meets it that compares so with its version.
    fn is_met(self, order: Ordering) -> bool {
        match self {
            Bound::AtLeast => order.is_ge(),
            Bound::AtMost => order.is_le(),
            Bound::Above => order.is_gt(),
            Bound::Below => order.is_lt(),
            Bound::Exactly => order.is_eq(),
        }
    }
}

/// A release that is compared with bounds. Parts that it does not have are the newest: `1.70` is the newest release of 1.70, and
/// without parts it is newer than every bound.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pin(Vec<Part>);

impl Pin {
    /// The release of a version.
    pub fn of(release: &Version) -> Pin {
        Pin(release.parts().to_vec())
    }

    /// The newest release below a version; nothing is below 0.
    fn below(version: &Version) -> Option<Pin> {
        let mut parts = version.parts().to_vec();
        while parts.len() > 1 && parts.last().is_some_and(Part::is_zero) {
            parts.pop();
        }
        if let Some(last) = parts.last_mut() {
            match (last.letters.pop(), last.number) {
                (Some(letter), _) => {
                    let before = u32::from(letter).checked_sub(1).and_then(char::from_u32);
                    last.letters.extend(before);
                    last.letters.push(char::MAX);
                }
                (None, number) => last.number = Some(number?.checked_sub(1)?),
            }
        }
        Some(Pin(parts))
    }

    /// How it compares with the version of a bound, at as many parts as the bound has. Letters behind a number are a part of their
    /// own: `<=19` holds for 19c, and the release 19 is the newest of 19, such as 19c.
    fn compare(&self, bound: &Version) -> Ordering {
        let last = |at: usize, parts: &[Part]| at + 1 == parts.len();
        for (at, part) in bound.parts().iter().enumerate() {
            let Some(own) = self.0.get(at) else {
                return Ordering::Greater;
            };
            let order = match own.number.cmp(&part.number) {
                Ordering::Equal if own.letters == part.letters => Ordering::Equal,
                Ordering::Equal if own.number.is_none() => own.letters.cmp(&part.letters),
                Ordering::Equal if last(at, bound.parts()) && part.letters.is_empty() => {
                    Ordering::Equal
                }
                Ordering::Equal if last(at, &self.0) && own.letters.is_empty() => Ordering::Greater,
                Ordering::Equal => own.letters.cmp(&part.letters),
                order => order,
            };
            if order != Ordering::Equal {
                return order;
            }
        }
        Ordering::Equal
    }
}

impl Covers {
    /// A comma list of bounds.
    ///
    /// # Errors
    /// What is not a bound.
    pub fn parse(text: &str) -> Result<Covers, String> {
        let bound = |it: &str| {
            let it = it.trim();
            let (bound, version) = BOUNDS
                .iter()
                .find_map(|(sign, bound)| Some((*bound, it.strip_prefix(sign)?.trim())))?;
            Some((bound, Version::parse(without_prefix(version))?))
        };
        text.split(',')
            .map(|it| {
                bound(it).ok_or_else(|| {
                    let it = it.trim();
                    let exactly = Version::parse(it)
                        .map_or_else(String::new, |_| format!("`={it}` for this release, or "));
                    format!("`{it}` is not a version bound; write {exactly}e.g. `>=3.4, <4`")
                })
            })
            .collect::<Result<_, _>>()
            .map(|bounds| Covers { bounds })
    }

    /// The releases of a version, such as 1.70.4 of 1.70.
    pub fn only(version: &Version) -> Covers {
        Covers {
            bounds: vec![(Bound::Exactly, version.clone())],
        }
    }

    /// Whether some release meets every bound.
    pub(super) fn is_met(&self) -> bool {
        self.around()
            .chain([self.newest()])
            .any(|it| self.are_met(&it))
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

    /// Whether a release meets every bound.
    pub(super) fn are_met(&self, pin: &Pin) -> bool {
        let mut bounds = self.bounds.iter();
        bounds.all(|(bound, version)| bound.is_met(pin.compare(version)))
    }

    /// Whether a release meets every bound. No bounds cover nothing.
    pub fn contains(&self, release: &Version) -> bool {
        !self.bounds.is_empty() && self.are_met(&Pin::of(release))
    }

    /// Whether the newest release that is covered begins with a shorter one: 1.77 of `<1.78` with 1.
    pub(super) fn end_with(&self, release: &Version) -> bool {
        !self.bounds.is_empty() && self.newest().0.starts_with(release.parts())
    }

    /// The newest release that meets the bounds.
    pub(super) fn newest(&self) -> Pin {
        let bounds = self.bounds.iter();
        let mut uppers = bounds.filter_map(|(bound, version)| match bound {
            Bound::Below => Pin::below(version),
            Bound::AtMost | Bound::Exactly => Some(Pin::of(version)),
            Bound::AtLeast | Bound::Above => None,
        });
        uppers.find(|it| self.are_met(it)).unwrap_or_default()
    }

    /// Releases at and around each bound, in which whatever differs between releases shows.
    pub(super) fn around(&self) -> impl Iterator<Item = Pin> {
        self.bounds.iter().flat_map(|(_, version)| {
            let mut first = version.parts().to_vec();
            first.push(Part {
                number: Some(0),
                letters: String::new(),
            });
            let mut next = version.parts().to_vec();
            if let Some(last) = next.last_mut() {
                last.letters.clear();
                last.number = Some(last.number.map_or(0, |it| it.saturating_add(1)));
            }
            let around = [Pin(first), Pin(next), Pin::of(version)];
            around.into_iter().chain(Pin::below(version))
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

/// Text that reads as the same release; empty for the newest of all.
impl fmt::Display for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, part) in self.0.iter().enumerate() {
            let dot = if at == 0 { "" } else { "." };
            let number = part.number.map_or_else(String::new, |it| it.to_string());
            write!(f, "{dot}{number}{}", part.letters)?;
        }
        Ok(())
    }
}

impl fmt::Display for Covers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (bound, version)) in self.bounds.iter().enumerate() {
            let comma = if at == 0 { "" } else { ", " };
            write!(f, "{comma}{}{version}", bound.sign())?;
        }
        Ok(())
    }
}

/// The releases in which a part of the matrix holds: those that meet one of these; without any, all.
#[derive(Clone, Debug, Default)]
pub struct Releases(Vec<Covers>);

/// What bounds mean among the releases of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// All releases meet them.
    All,
    /// Some do, some do not.
    Some,
    /// No release does.
    None,
}

impl Releases {
    /// Those that meet one of several bounds.
    pub fn any(bounds: Vec<Covers>) -> Releases {
        Releases(bounds)
    }

    /// Whether it says nothing, so that the part holds in all releases.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the part holds in a release.
    pub fn hold(&self, pin: &Pin) -> bool {
        self.0.is_empty() || self.0.iter().any(|it| it.are_met(pin))
    }

    /// Releases at and around each bound.
    pub(super) fn around(&self) -> impl Iterator<Item = Pin> {
        self.0.iter().flat_map(Covers::around)
    }

    /// Which of the releases that a line covers meet them.
    pub(super) fn meaning(&self, covered: &Covers) -> Meaning {
        let pins = covered.around().chain(self.around());
        let pins = pins
            .chain([covered.newest()])
            .filter(|it| covered.are_met(it));
        let (mut some, mut all) = (false, true);
        for pin in pins {
            let holds = self.hold(&pin);
            some |= holds;
            all &= holds;
        }
        match (some, all) {
            (true, true) => Meaning::All,
            (true, false) => Meaning::Some,
            (false, _) => Meaning::None,
        }
    }

    /// In words, in which releases the part is: `since 1.63`.
    pub fn words(&self) -> String {
        if let [Covers { bounds }] = self.0.as_slice()
            && let [(bound, version)] = bounds.as_slice()
        {
            return match bound {
                Bound::AtLeast => format!("since {version}"),
                Bound::Above => format!("after {version}"),
                Bound::Below => format!("before {version}"),
                Bound::AtMost => format!("up to {version}"),
                Bound::Exactly => format!("only in {version}"),
            };
        }
        format!("only in {self}")
    }
}

impl fmt::Display for Releases {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all: Vec<String> = self.0.iter().map(ToString::to_string).collect();
        f.write_str(&all.join(" or "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn release(text: &str) -> Version {
        Version::release(text).unwrap()
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

    #[test]
    fn dates_are_releases() {
        let minio = Covers::parse(">=2023-04-20, <2026").unwrap();
        assert!(minio.contains(&release("RELEASE.2023-04-20T17-56-55Z")));
        assert!(minio.contains(&release("RELEASE.2023-04-28T18-11-17Z")));
        assert!(!minio.contains(&release("RELEASE.2023-04-13T03-08-07Z")));
        assert!(!minio.contains(&release("RELEASE.2026-01-01T00-00-00Z")));
    }

    #[test]
    fn bounds_are_compared_at_their_own_number_of_parts() {
        let holds = |bounds: &str, pin: &str| {
            let pin = Pin::of(&release(pin));
            Covers::parse(bounds).unwrap().are_met(&pin)
        };
        for (bounds, pin, wanted) in [
            ("<=1.70", "1.70.4", true),
            (">1.69", "1.69.17", false),
            (">1.69", "1.70", true),
            // A pin that is shorter than a bound is the newest release that begins with it.
            (">=1.69.5", "1.69", true),
            ("<1.69.5", "1.69", false),
            ("<=1.69.5", "1.69", false),
            (">=10.0", "10", true),
            ("<=10.0", "10.4", false),
            (">=v1.62", "v1.62.0", true),
            (">=19c", "19c", true),
            (">=19", "19c", true),
            ("<=19", "19c", true),
            (">19", "19c", false),
            ("=1.0.2", "1.0.2u", true),
            (">=19c", "19", true),
            ("<=19c", "19", false),
            (">=1.5c", "1.5.2", false),
            ("<20", "19c.3", true),
            (">=19c", "18z", false),
        ] {
            assert_eq!(holds(bounds, pin), wanted, "{pin} {bounds}");
        }
    }

    #[test]
    fn unpinned_is_just_below_the_upper_bound() {
        for (covers, bounds, wanted) in [
            (">=1.62, <1.78", ">=1.77", true),
            (">=1.62, <1.78", "<=1.77", true),
            (">=1.62, <1.78", ">=1.77.99", true),
            (">=1.62, <1.78", ">=1.78", false),
            (">=2.8, <4.0", ">=3.99", true),
            (">=2.8, <=4.1", "=4.1", true),
            (">=2.8, <4.1.2", "=4.1.1", true),
            (">=2.8", ">=99", true),
            ("<19c", ">19b", true),
            ("<19c", ">=19c", false),
            (">=18c, <20", ">=19c", true),
        ] {
            let newest = Covers::parse(covers).unwrap().newest();
            let bounds = Covers::parse(bounds).unwrap();
            assert_eq!(bounds.are_met(&newest), wanted, "{covers}: {bounds}");
        }
    }

    #[test]
    fn what_bounds_mean_within_a_line() {
        let line = Covers::parse(">=1.62, <1.78").unwrap();
        for (bounds, meaning, words) in [
            (">=1.62", Meaning::All, "since 1.62"),
            (">=1.60", Meaning::All, "since 1.60"),
            (">=1.63", Meaning::Some, "since 1.63"),
            (">1.62.0", Meaning::Some, "after 1.62.0"),
            ("<1.78", Meaning::All, "before 1.78"),
            (">1.77", Meaning::None, "after 1.77"),
            ("<1.62", Meaning::None, "before 1.62"),
            ("=1.70", Meaning::Some, "only in 1.70"),
            (">=1.70, <1.72", Meaning::Some, "only in >=1.70, <1.72"),
            (">=1.72, <1.70", Meaning::None, "only in >=1.72, <1.70"),
        ] {
            let releases = Releases::any(vec![Covers::parse(bounds).unwrap()]);
            assert_eq!(releases.meaning(&line), meaning, "{bounds}");
            assert_eq!(releases.words(), words);
        }
    }
}
