//! Ports: ranges, lists of ranges, and their text form.

use std::fmt;

/// Ports from `from` to `to`, both included: 1 to 65535, or 0-65535 for all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PortRange {
    /// The lowest port.
    pub from: u16,
    /// The highest port.
    pub to: u16,
}

impl PortRange {
    /// Every port, written as `0-65535`.
    pub const ALL: PortRange = PortRange {
        from: 0,
        to: u16::MAX,
    };

    /// One port.
    pub const fn single(port: u16) -> Self {
        PortRange {
            from: port,
            to: port,
        }
    }

    /// `443` or `7000-7999`; no leading zeros, and no port 0 except in `0-65535`.
    pub fn parse(text: &str) -> Result<Self, String> {
        let range = match text.split_once('-') {
            None => PortRange::single(parse_port(text)?),
            Some(("", _) | (_, "")) => {
                return Err(format!(
                    "range `{text}` has only one end; write e.g. `80-90`"
                ));
            }
            Some((from, to)) => PortRange {
                from: parse_port(from.trim())?,
                to: parse_port(to.trim())?,
            },
        };
        if range.from > range.to {
            return Err(format!(
                "port range `{text}` ends before it begins; write `{}-{}`",
                range.to, range.from
            ));
        }
        if range.from == 0 && range != PortRange::ALL {
            return Err(format!(
                "port 0 in `{text}` is not valid; ports are 1 to 65535, and `0-65535` means all"
            ));
        }
        Ok(range)
    }

    /// A comma-separated list of ports and ranges, sorted, each once.
    pub fn parse_list(text: &str) -> Result<Vec<Self>, String> {
        if text.trim().is_empty() {
            return Err(
                "no port is given; write a port, a range or a comma-separated list, e.g. `80, 8000-8099`"
                    .to_owned(),
            );
        }
        let mut ranges = text
            .split(',')
            .map(|it| PortRange::parse(it.trim()))
            .collect::<Result<Vec<_>, _>>()?;
        ranges.sort_unstable();
        ranges.dedup();
        Ok(ranges)
    }

    /// Whether the two share a port.
    pub fn overlaps(self, other: PortRange) -> bool {
        self.from <= other.to && other.from <= self.to
    }

    /// Whether every port of `other` is in this range.
    pub fn contains(self, other: PortRange) -> bool {
        self.from <= other.from && other.to <= self.to
    }
}

impl fmt::Display for PortRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.from == self.to {
            write!(f, "{}", self.from)
        } else {
            write!(f, "{}-{}", self.from, self.to)
        }
    }
}

/// Ranges as a comma-separated list: `80, 8000-8099`.
pub fn port_list(ranges: &[PortRange]) -> String {
    ranges
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(", ")
}

/// Ports at a distance from others.
///
/// # Errors
/// If one of them would not be a port.
pub fn shifted(ranges: &[PortRange], by: i32) -> Result<Vec<PortRange>, String> {
    let moved = |port: u16| {
        let number = i32::from(port).saturating_add(by);
        let shifted = u16::try_from(number).ok().filter(|it| *it > 0);
        shifted.ok_or_else(|| format!("{port} with offset {by} is {number}, which is not a port"))
    };
    ranges
        .iter()
        .map(|it| {
            Ok(PortRange {
                from: moved(it.from)?,
                to: moved(it.to)?,
            })
        })
        .collect()
}

fn parse_port(text: &str) -> Result<u16, String> {
    let wrong = || format!("`{text}` is not a port; ports are whole numbers from 1 to 65535");
    if text.is_empty() {
        return Err("a port is missing; ports are whole numbers from 1 to 65535".to_owned());
    }
    if !text.bytes().all(|it| it.is_ascii_digit()) {
        return Err(wrong());
    }
    if text.len() > 1 && text.starts_with('0') {
        return Err(match text.trim_start_matches('0') {
            "" => wrong(),
            number => format!("port `{text}` has a leading zero; write `{number}`"),
        });
    }
    text.parse().map_err(|_| wrong())
}
