//! Addresses: CIDR blocks of both families in canonical form, and what a zone can be named by.

use std::collections::BTreeMap;
use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

/// An address family.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Family {
    /// IPv4, 32 bits.
    V4,
    /// IPv6, 128 bits.
    V6,
}

impl Family {
    /// Both, in the order of outputs.
    pub const ALL: [Family; 2] = [Family::V4, Family::V6];

    /// `ipv4` or `ipv6`, as arguments and keys have it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Family::V4 => "ipv4",
            Family::V6 => "ipv6",
        }
    }

    const fn title(self) -> &'static str {
        match self {
            Family::V4 => "IPv4",
            Family::V6 => "IPv6",
        }
    }
}

/// A block of addresses: a network and the length of its prefix. No host bits are set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cidr {
    /// IPv4, prefix length 0 to 32.
    V4(Ipv4Addr, u8),
    /// IPv6, prefix length 0 to 128.
    V6(Ipv6Addr, u8),
}

/// Why a text is no CIDR block, and what to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadCidr {
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub remedy: String,
}

impl Cidr {
    /// A block of `family`, in any spelling that is not ambiguous.
    pub fn parse(text: &str, family: Family) -> Result<Cidr, BadCidr> {
        let bad = |message: String, remedy: String| Err(BadCidr { message, remedy });
        let example = match family {
            Family::V4 => "10.0.0.0/8",
            Family::V6 => "2001:db8::/32",
        };
        if text.is_empty() {
            return bad(
                "an empty text is no address".to_owned(),
                format!("write a CIDR block such as `{example}`, or `null` to take the name out"),
            );
        }
        let (address, length) = match text.split_once('/') {
            Some((address, length)) => (address, Some(length)),
            None => (text, None),
        };
        if address.contains('%') {
            return bad(
                format!("`{text}` holds a zone id, which means something on one host only"),
                "leave the `%…` out".to_owned(),
            );
        }
        let (bits, width) = if let Ok(it) = address.parse::<Ipv4Addr>() {
            (u128::from(u32::from(it)), 32)
        } else if let Ok(it) = address.parse::<Ipv6Addr>() {
            if let Some(inner) = it.to_ipv4_mapped() {
                return bad(
                    format!("`{text}` is an IPv4 address in IPv6 clothes"),
                    format!("write `{inner}` under `ipv4`"),
                );
            }
            (u128::from(it), 128)
        } else if has_leading_zero(address) {
            return bad(
                format!(
                    "`{text}` has zeros in front of a number, which some programs read as octal"
                ),
                "leave the zeros out".to_owned(),
            );
        } else {
            return bad(
                format!("`{text}` is no CIDR block"),
                format!("write an address and a prefix length, e.g. `{example}`"),
            );
        };
        let found = if width == 32 { Family::V4 } else { Family::V6 };
        if found != family {
            return bad(
                format!("`{text}` is {}, in `{}`", found.title(), family.as_str()),
                format!("move it to `{}`", found.as_str()),
            );
        }
        let Some(length) = length else {
            return bad(
                format!("`{text}` has no prefix length"),
                format!("write `{text}/{width}` for this one address"),
            );
        };
        let digits = !length.is_empty()
            && length.bytes().all(|it| it.is_ascii_digit())
            && (length.len() == 1 || !length.starts_with('0'));
        let Some(length) = length
            .parse::<u8>()
            .ok()
            .filter(|it| digits && *it <= width)
        else {
            return bad(
                format!("`/{length}` in `{text}` is no prefix length"),
                format!("prefix lengths of {} are 0 to {width}", found.title()),
            );
        };
        let network = bits & mask(length, width);
        let cidr = Cidr::from_bits(network, length, found);
        if network != bits {
            return bad(
                format!("`{text}` has host bits set; the network is `{cidr}`"),
                format!(
                    "write `{cidr}` for the network, or `{address}/{width}` for this one address"
                ),
            );
        }
        Ok(cidr)
    }

    /// The family.
    pub const fn family(self) -> Family {
        match self {
            Cidr::V4(..) => Family::V4,
            Cidr::V6(..) => Family::V6,
        }
    }

    /// The first and the last address, as numbers.
    pub fn bounds(self) -> (u128, u128) {
        let (bits, length, width) = match self {
            Cidr::V4(address, length) => (u128::from(u32::from(address)), length, 32),
            Cidr::V6(address, length) => (u128::from(address), length, 128),
        };
        (bits, bits | (full(width) ^ mask(length, width)))
    }

    fn from_bits(bits: u128, length: u8, family: Family) -> Cidr {
        match family {
            // The bits came from 32 of them.
            Family::V4 => Cidr::V4(
                Ipv4Addr::from(u32::try_from(bits).unwrap_or_default()),
                length,
            ),
            Family::V6 => Cidr::V6(Ipv6Addr::from(bits), length),
        }
    }
}

/// Canonical text: dotted IPv4, IPv6 as RFC 5952 has it.
impl fmt::Display for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Cidr::V4(address, length) => write!(f, "{address}/{length}"),
            Cidr::V6(address, length) => write!(f, "{address}/{length}"),
        }
    }
}

const fn full(width: u8) -> u128 {
    if width == 128 {
        u128::MAX
    } else {
        (1 << width) - 1
    }
}

fn mask(length: u8, width: u8) -> u128 {
    if length == 0 {
        0
    } else {
        full(width) ^ (full(width).checked_shr(u32::from(length)).unwrap_or(0))
    }
}

fn has_leading_zero(address: &str) -> bool {
    let parts: Vec<&str> = address.split('.').collect();
    parts.len() == 4
        && parts
            .iter()
            .all(|it| !it.is_empty() && it.bytes().all(|b| b.is_ascii_digit()))
        && parts.iter().any(|it| it.len() > 1 && it.starts_with('0'))
}

/// Whether the blocks of one family together hold every address of it: 0.0.0.0/1 and 128.0.0.0/1 do.
pub fn is_everything(blocks: impl IntoIterator<Item = Cidr>) -> bool {
    let mut by_family: BTreeMap<Family, Vec<(u128, u128)>> = BTreeMap::new();
    for block in blocks {
        by_family
            .entry(block.family())
            .or_default()
            .push(block.bounds());
    }
    by_family.into_iter().any(|(family, mut ranges)| {
        let last = full(if family == Family::V4 { 32 } else { 128 });
        ranges.sort_unstable();
        let mut covered_to: Option<u128> = None;
        for (from, to) in ranges {
            let gapless = covered_to.map_or(from == 0, |it| from <= it.saturating_add(1));
            if !gapless {
                return false;
            }
            covered_to = Some(covered_to.map_or(to, |it| it.max(to)));
        }
        covered_to == Some(last)
    })
}

/// A value that may be known only after apply.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cell<T> {
    /// Known now.
    Known(T),
    /// Known after apply.
    Pending,
}

impl<T> Cell<T> {
    /// The value, if it is known.
    pub const fn known(&self) -> Option<&T> {
        match self {
            Cell::Known(value) => Some(value),
            Cell::Pending => None,
        }
    }
}

/// The named addresses of one family, or named prefix lists.
pub type Named<T> = BTreeMap<Arc<str>, Cell<T>>;

/// How other zones name a zone that has a group.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PeerBy {
    /// By its group where it has one, else by its addresses.
    #[default]
    Group,
    /// By its addresses and prefix lists, never by its group.
    Cidr,
}

impl PeerBy {
    /// The words of the argument.
    pub const WORDS: [&'static str; 2] = ["group", "cidr"];

    /// The value with this spelling.
    pub fn parse(word: &str) -> Option<PeerBy> {
        match word {
            "group" => Some(PeerBy::Group),
            "cidr" => Some(PeerBy::Cidr),
            _ => None,
        }
    }
}

/// What AWS knows of a zone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Aws {
    /// The security group; a zone without one is not enforced on AWS.
    pub group: Option<Cell<Arc<str>>>,
    /// Managed prefix lists that hold the zone's addresses.
    pub prefix_lists: Named<Arc<str>>,
    /// The number of entries that each of them counts for against the quota of a group.
    pub prefix_list_sizes: BTreeMap<Arc<str>, u32>,
    /// How the rules of other zones name this one.
    pub peer_by: PeerBy,
    /// Rules that the group may hold in each direction; `None` is AWS's default.
    pub max_rules: Option<u32>,
}

/// Everything by which a zone can be named in a platform's rule. The compiler never sees it: that is what makes the keys
/// of rules known at plan.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Addresses {
    /// IPv4 blocks by name.
    pub ipv4: Named<Cidr>,
    /// IPv6 blocks by name.
    pub ipv6: Named<Cidr>,
    /// What peers dial instead of `ipv4`, where something translates between.
    pub advertised_ipv4: Named<Cidr>,
    /// What peers dial instead of `ipv6`, where something translates between.
    pub advertised_ipv6: Named<Cidr>,
    /// The zone on AWS.
    pub aws: Option<Aws>,
}

impl Addresses {
    /// The blocks of a family.
    pub const fn family(&self, family: Family) -> &Named<Cidr> {
        match family {
            Family::V4 => &self.ipv4,
            Family::V6 => &self.ipv6,
        }
    }

    /// The blocks of a family that peers dial where something translates between.
    pub const fn advertised(&self, family: Family) -> &Named<Cidr> {
        match family {
            Family::V4 => &self.advertised_ipv4,
            Family::V6 => &self.advertised_ipv6,
        }
    }

    /// Whether peers dial other addresses than the zone's own.
    pub fn is_advertised(&self) -> bool {
        !self.advertised_ipv4.is_empty() || !self.advertised_ipv6.is_empty()
    }

    /// Whether an address is known only after apply.
    pub fn is_pending(&self) -> bool {
        self.ipv4
            .values()
            .chain(self.ipv6.values())
            .any(|it| it.known().is_none())
    }

    /// Whether the addresses that are known are every address of a family.
    pub fn is_everything(&self) -> bool {
        is_everything(
            self.ipv4
                .values()
                .chain(self.ipv6.values())
                .filter_map(Cell::known)
                .copied(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_canonical() {
        for (text, family, canonical) in [
            ("10.0.0.0/8", Family::V4, "10.0.0.0/8"),
            ("0.0.0.0/0", Family::V4, "0.0.0.0/0"),
            ("192.168.1.7/32", Family::V4, "192.168.1.7/32"),
            ("2001:DB8:0:0::/32", Family::V6, "2001:db8::/32"),
            ("::/0", Family::V6, "::/0"),
            ("::1/128", Family::V6, "::1/128"),
        ] {
            assert_eq!(Cidr::parse(text, family).unwrap().to_string(), canonical);
        }
    }

    #[test]
    fn bad_blocks_say_what_was_meant() {
        for (text, family, word) in [
            ("10.1.2.3/16", Family::V4, "10.1.0.0/16"),
            ("2001:db8::1/32", Family::V6, "2001:db8::/32"),
            ("10.0.0.1", Family::V4, "10.0.0.1/32"),
            ("::1", Family::V6, "::1/128"),
            ("10.0.0.0/33", Family::V4, "0 to 32"),
            ("10.0.0.0/08", Family::V4, "prefix length"),
            ("10.0.0.0/+8", Family::V4, "prefix length"),
            ("10.0.0.0/", Family::V4, "prefix length"),
            ("010.0.0.0/8", Family::V4, "zeros"),
            ("::ffff:10.0.0.1/128", Family::V6, "10.0.0.1"),
            ("fe80::1%eth0/64", Family::V6, "zone id"),
            ("10.0.0.0/8", Family::V6, "move it to `ipv4`"),
            ("::/0", Family::V4, "move it to `ipv6`"),
            ("", Family::V4, "empty"),
            ("everyone", Family::V4, "no CIDR block"),
        ] {
            let bad = Cidr::parse(text, family).unwrap_err();
            assert!(
                format!("{} {}", bad.message, bad.remedy).contains(word),
                "{text}: {bad:?}"
            );
        }
    }

    #[test]
    fn everything_may_come_in_parts() {
        let blocks = |texts: &[&str]| {
            texts
                .iter()
                .map(|it| {
                    Cidr::parse(
                        it,
                        if it.contains(':') {
                            Family::V6
                        } else {
                            Family::V4
                        },
                    )
                    .unwrap()
                })
                .collect::<Vec<_>>()
        };
        assert!(is_everything(blocks(&["0.0.0.0/0"])));
        assert!(is_everything(blocks(&[
            "128.0.0.0/1",
            "10.0.0.0/8",
            "0.0.0.0/1"
        ])));
        assert!(is_everything(blocks(&["10.0.0.0/8", "::/0"])));
        assert!(!is_everything(blocks(&["0.0.0.0/1", "128.0.0.0/2"])));
        assert!(!is_everything(blocks(&["0.0.0.0/1", "8000::/1"])));
        assert!(!is_everything(blocks(&[])));
    }
}
