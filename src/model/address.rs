//! Addresses: CIDR blocks of both families in canonical form, and what a zone can be named by.

use super::cell::{ByName, MaybeKnown};
use super::platform::{Part, Parts};
use super::ranges::joined;
use std::collections::BTreeMap;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

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

    /// The bits of an address.
    pub const fn width(self) -> u8 {
        match self {
            Family::V4 => 32,
            Family::V6 => 128,
        }
    }

    /// `IPv4` or `IPv6`, as sentences have it.
    pub const fn title(self) -> &'static str {
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

/// Why a text is not a CIDR block, and what to write.
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
                "the address is empty".to_owned(),
                format!("write a CIDR block such as `{example}`, or `null` to remove the name"),
            );
        }
        let (address, length) = match text.split_once('/') {
            Some((address, length)) => (address, Some(length)),
            None => (text, None),
        };
        if address.contains('%') {
            return bad(
                format!("`{text}` contains a zone id, which is valid only on one host"),
                "remove the `%…`".to_owned(),
            );
        }
        let (bits, width) = if let Ok(it) = address.parse::<Ipv4Addr>() {
            (u128::from(u32::from(it)), 32)
        } else if let Ok(it) = address.parse::<Ipv6Addr>() {
            if let Some(inner) = it.to_ipv4_mapped() {
                let length = length.and_then(|it| it.parse::<u8>().ok());
                let length = length.and_then(|it| it.checked_sub(96)).unwrap_or(32);
                return bad(
                    format!("`{text}` is an IPv4-mapped IPv6 address"),
                    format!("write `{inner}/{length}` under `ipv4`"),
                );
            }
            (u128::from(it), 128)
        } else if has_leading_zero(address) {
            return bad(
                format!("`{text}` has leading zeros, which some programs read as octal"),
                "remove the leading zeros".to_owned(),
            );
        } else {
            return bad(
                format!("`{text}` is not a CIDR block"),
                format!("write an address and a prefix length, e.g. `{example}`"),
            );
        };
        let found = if width == 32 { Family::V4 } else { Family::V6 };
        if found != family {
            return bad(
                format!(
                    "`{text}` is {}, but this argument is for {}",
                    found.title(),
                    family.title()
                ),
                format!(
                    "move it to the argument for {}, such as `{}`",
                    found.title(),
                    found.as_str()
                ),
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
                format!("`/{length}` in `{text}` is not a valid prefix length"),
                format!("prefix lengths of {} are 0 to {width}", found.title()),
            );
        };
        let network = bits & !host_bits(length, width);
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

    /// The block that a platform means by a text of either family: host bits are cleared, and an address without a prefix length
    /// is that address alone.
    pub fn meant_by(text: &str) -> Option<Cidr> {
        let (address, length) = match text.split_once('/') {
            Some((address, length)) => (address, Some(length)),
            None => (text, None),
        };
        let (bits, family) = match address.parse().ok()? {
            IpAddr::V4(it) => (u128::from(u32::from(it)), Family::V4),
            IpAddr::V6(it) => (u128::from(it), Family::V6),
        };
        let width = family.width();
        let length = length.map_or(Some(width), |it| it.parse().ok())?;
        let network = |it| Cidr::from_bits(bits & !host_bits(it, width), it, family);
        (length <= width).then(|| network(length))
    }

    /// Every address of a family.
    pub const fn all(family: Family) -> Cidr {
        match family {
            Family::V4 => Cidr::V4(Ipv4Addr::UNSPECIFIED, 0),
            Family::V6 => Cidr::V6(Ipv6Addr::UNSPECIFIED, 0),
        }
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
        let bits = match self {
            Cidr::V4(address, _) => u128::from(u32::from(address)),
            Cidr::V6(address, _) => u128::from(address),
        };
        (bits, bits | host_bits(self.length(), self.family().width()))
    }

    /// The length of the prefix.
    pub const fn length(self) -> u8 {
        match self {
            Cidr::V4(_, length) | Cidr::V6(_, length) => length,
        }
    }

    /// Whether every address of the other is in this one.
    pub fn contains(self, other: Cidr) -> bool {
        let ((first, last), (from, to)) = (self.bounds(), other.bounds());
        self.family() == other.family() && first <= from && to <= last
    }

    /// The block of a network, whose host bits are not set.
    pub(super) fn from_bits(bits: u128, length: u8, family: Family) -> Cidr {
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

/// The bits behind a prefix, all set.
pub(crate) const fn host_bits(length: u8, width: u8) -> u128 {
    match (u128::MAX >> (128 - width)).checked_shr(length as u32) {
        Some(bits) => bits,
        None => 0,
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

/// Whether the blocks of one family together cover every address of it: 0.0.0.0/1 and 128.0.0.0/1 do.
pub fn covers_all_addresses(blocks: impl IntoIterator<Item = Cidr>) -> bool {
    let mut by_family: BTreeMap<Family, Vec<(u128, u128)>> = BTreeMap::new();
    for block in blocks {
        by_family
            .entry(block.family())
            .or_default()
            .push(block.bounds());
    }
    by_family.into_iter().any(|(family, mut ranges)| {
        ranges.sort_unstable();
        joined(ranges, |it| it.checked_add(1)) == [(0, host_bits(0, family.width()))]
    })
}

/// Everything by which a zone can be named in a platform's rule. The compiler never sees it: that is what makes the keys
/// of rules known at plan.
#[derive(Clone, Debug, Default)]
pub struct Addresses {
    /// IPv4 blocks by name.
    pub ipv4: ByName<Cidr>,
    /// IPv6 blocks by name.
    pub ipv6: ByName<Cidr>,
    /// What peers connect to instead of `ipv4`, if addresses are translated between them and the zone.
    pub advertised_ipv4: ByName<Cidr>,
    /// What peers connect to instead of `ipv6`, if addresses are translated between them and the zone.
    pub advertised_ipv6: ByName<Cidr>,
    /// What each platform knows about the zone.
    pub parts: Parts,
    /// Whether no platform enforces rules at the zone, whatever its parts say: it is a peer of other zones and nothing else.
    pub peer_only: bool,
}

impl Addresses {
    /// What one platform knows about the zone.
    pub fn part<P: Part>(&self) -> Option<&P> {
        self.parts.get()
    }

    /// What one platform knows about the zone, if it enforces rules there.
    pub fn enforced_by<P: Part>(&self) -> Option<&P> {
        self.part::<P>()
            .filter(|it| !self.peer_only && it.is_enforced())
    }

    /// The parts of the platforms that enforce rules at the zone.
    fn enforcing(&self) -> impl Iterator<Item = &dyn Part> {
        let parts = self.parts.iter();
        parts.filter(|it| !self.peer_only && it.is_enforced())
    }

    /// Whether some platform enforces rules at the zone.
    pub fn is_enforced(&self) -> bool {
        self.enforcing().next().is_some()
    }

    /// Whether a platform other than the zone's own hosts enforces rules at it.
    pub fn is_in_cloud(&self) -> bool {
        self.enforcing().any(|it| !it.is_on_hosts())
    }

    /// Whether every platform that enforces rules at the zone lets its members reach the platform's own name and time servers.
    pub fn has_own_services(&self) -> bool {
        let mut enforcing = self.parts.iter().filter(|it| it.is_enforced());
        self.is_enforced() && enforcing.all(Part::has_own_services)
    }

    /// The blocks of a family.
    pub const fn family(&self, family: Family) -> &ByName<Cidr> {
        match family {
            Family::V4 => &self.ipv4,
            Family::V6 => &self.ipv6,
        }
    }

    /// The CIDR blocks of a family that peers connect to, if addresses are translated.
    pub const fn advertised(&self, family: Family) -> &ByName<Cidr> {
        match family {
            Family::V4 => &self.advertised_ipv4,
            Family::V6 => &self.advertised_ipv6,
        }
    }

    /// Whether peers connect to other addresses than the zone's own.
    pub fn is_advertised(&self) -> bool {
        !self.advertised_ipv4.is_empty() || !self.advertised_ipv6.is_empty()
    }

    /// Whether an address is known only after apply.
    pub fn is_pending(&self) -> bool {
        let mut blocks = self.ipv4.values().chain(self.ipv6.values());
        blocks.any(|it| it.known().is_none()) || self.parts.iter().any(Part::is_pending)
    }

    /// Whether the addresses that are known show that there is more than one host: blocks of one address each.
    pub fn has_several_hosts(&self) -> bool {
        [&self.ipv4, &self.ipv6].iter().any(|blocks| {
            let known = blocks.values().filter_map(MaybeKnown::known);
            known
                .filter(|it| it.length() == it.family().width())
                .count()
                > 1
        })
    }

    /// Whether the addresses that are known, or a platform's word for them, are every address of a family.
    pub fn covers_all_addresses(&self) -> bool {
        if self.parts.iter().any(Part::covers_all_addresses) {
            return true;
        }
        covers_all_addresses(
            self.ipv4
                .values()
                .chain(self.ipv6.values())
                .filter_map(MaybeKnown::known)
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
            ("10.0.0.0/8", Family::V6, "for IPv4, such as `ipv4`"),
            ("::/0", Family::V4, "for IPv6, such as `ipv6`"),
            ("", Family::V4, "empty"),
            ("everyone", Family::V4, "not a CIDR block"),
        ] {
            let bad = Cidr::parse(text, family).unwrap_err();
            assert!(
                format!("{} {}", bad.message, bad.remedy).contains(word),
                "{text}: {bad:?}"
            );
        }
    }

    #[test]
    fn platforms_are_taken_at_their_word() {
        for (text, meant) in [
            ("10.1.2.3/16", Some("10.1.0.0/16")),
            ("10.1.2.3", Some("10.1.2.3/32")),
            ("10.1.2.3/0", Some("0.0.0.0/0")),
            ("2001:DB8::1/32", Some("2001:db8::/32")),
            ("::1", Some("::1/128")),
            ("ff::1/0", Some("::/0")),
            ("10.0.0.0/33", None),
            ("::/129", None),
            ("10.0.0.0/", None),
            ("10.0.0", None),
            ("010.0.0.0/8", None),
            ("fe80::1%eth0/64", None),
            ("Internet", None),
            ("", None),
        ] {
            let found = Cidr::meant_by(text).map(|it| it.to_string());
            assert_eq!(found.as_deref(), meant, "{text}");
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
        assert!(covers_all_addresses(blocks(&["0.0.0.0/0"])));
        assert!(covers_all_addresses(blocks(&[
            "128.0.0.0/1",
            "10.0.0.0/8",
            "0.0.0.0/1"
        ])));
        assert!(covers_all_addresses(blocks(&["10.0.0.0/8", "::/0"])));
        assert!(!covers_all_addresses(blocks(&["0.0.0.0/1", "128.0.0.0/2"])));
        assert!(!covers_all_addresses(blocks(&["0.0.0.0/1", "8000::/1"])));
        assert!(!covers_all_addresses(blocks(&[])));
    }
}
