//! The global part of the address space, which anyone may be in, and how much of it zones have.

use super::address::{Addresses, Cidr, Family};
use super::blocks::{aggregated, intersected, subtracted};
use super::cell::MaybeKnown;
use super::platform;
use std::collections::{BTreeMap, BTreeSet};
use std::net::{Ipv4Addr, Ipv6Addr};

/// Blocks that are not global unicast addresses.
/// Source: IANA IPv4 Special-Purpose Address Registry, "globally reachable"; IANA IPv4 Multicast Address Space Registry.
const NOT_GLOBAL: [([u8; 4], u8); 13] = [
    ([0, 0, 0, 0], 8),
    ([10, 0, 0, 0], 8),
    ([100, 64, 0, 0], 10),
    ([127, 0, 0, 0], 8),
    ([169, 254, 0, 0], 16),
    ([172, 16, 0, 0], 12),
    ([192, 0, 0, 0], 24),
    ([192, 0, 2, 0], 24),
    ([192, 168, 0, 0], 16),
    ([198, 18, 0, 0], 15),
    ([198, 51, 100, 0], 24),
    ([203, 0, 113, 0], 24),
    ([224, 0, 0, 0], 3),
];

/// The part of the global addresses, as its inverse, that is nearly all of them.
const NEARLY: u128 = 4;

/// A part of the global address space that zones have as a whole or not at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// Its family.
    family: Family,
    /// How many addresses it has.
    size: u128,
}

/// Whether parts together are nearly everything: a quarter or more of the global addresses of a family.
pub fn are_nearly_everything<'p>(parts: impl IntoIterator<Item = &'p Part>) -> bool {
    let mut sizes = [0; 2];
    for part in parts {
        sizes[usize::from(part.family == Family::V6)] += part.size;
    }
    Family::ALL
        .into_iter()
        .zip(sizes)
        .any(|(family, it)| it >= size(&global(family)) / NEARLY)
}

/// Whether a block has global addresses.
pub fn has_global(block: Cidr) -> bool {
    !intersected(&[block], &global(block.family())).is_empty()
}

/// How many addresses parts have, IPv4 first: nothing of IPv6 counts as much as something of IPv4.
pub fn share<'p>(parts: impl IntoIterator<Item = &'p Part>) -> (u128, u128) {
    let mut share = (0, 0);
    for part in parts {
        match part.family {
            Family::V4 => share.0 += part.size,
            Family::V6 => share.1 += part.size,
        }
    }
    share
}

/// Whether the known addresses of a zone are nearly everything on their own.
fn is_nearly_everything(zone: &Addresses) -> bool {
    Family::ALL
        .into_iter()
        .any(|family| are_nearly_all(&known(zone, family), family))
}

/// Whether joined blocks of a family are nearly all of its global addresses: a quarter or more of them.
pub fn are_nearly_all(blocks: &[Cidr], family: Family) -> bool {
    // Most blocks are far from it.
    let least = size(blocks) >= u128::from(u32::MAX) / 8;
    least && size(&intersected(blocks, &global(family))) >= size(&global(family)) / NEARLY
}

/// Why anyone may be in a zone that has every address of a family.
pub const EVERY_ADDRESS: &str = "every address";

/// In words, why anyone may be in a zone, as far as its addresses tell.
pub fn everyone(zone: &Addresses) -> Option<&'static str> {
    if zone.covers_all_addresses() {
        Some(EVERY_ADDRESS)
    } else if is_nearly_everything(zone) {
        Some("nearly every address")
    } else if zone.parts.iter().any(platform::Part::is_anyones) {
        Some("machines that anyone can have")
    } else {
        None
    }
}

/// The parts into which the blocks of zones divide the global address space, and the parts of each zone. There are none if all
/// zones together are not nearly everything.
pub fn parts(zones: &BTreeMap<String, Addresses>) -> (Vec<Part>, BTreeMap<&str, BTreeSet<usize>>) {
    let mut parts = Vec::new();
    let mut of_zones: BTreeMap<&str, BTreeSet<usize>> = BTreeMap::new();
    for family in Family::ALL {
        let global = global(family);
        let blocks = zones.iter().map(|(name, it)| {
            let blocks = intersected(&known(it, family), &global);
            (name.as_str(), blocks)
        });
        let blocks: Vec<(&str, Vec<Cidr>)> = blocks.filter(|(_, it)| !it.is_empty()).collect();
        let all = aggregated(blocks.iter().flat_map(|(_, it)| it).copied());
        if size(&all) < size(&global) / NEARLY {
            continue;
        }
        let bounds = || blocks.iter().flat_map(|(_, it)| it).map(|it| it.bounds());
        // No global block ends at the end of its family, so there is an address after it.
        let cuts: BTreeSet<u128> = bounds()
            .flat_map(|(first, last)| [first, last + 1])
            .collect();
        let at: BTreeMap<u128, usize> = cuts.iter().copied().zip(parts.len()..).collect();
        let ends = cuts.iter().zip(cuts.iter().skip(1));
        parts.extend(ends.map(|(first, end)| Part {
            family,
            size: end - first,
        }));
        for (zone, blocks) in &blocks {
            let own = of_zones.entry(zone).or_default();
            for (first, last) in blocks.iter().map(|it| it.bounds()) {
                own.extend(at.range(first..=last).map(|(_, part)| *part));
            }
        }
        // The last cut begins no part, but takes up a place.
        parts.push(Part { family, size: 0 });
    }
    (parts, of_zones)
}

/// The global addresses of a family.
fn global(family: Family) -> Vec<Cidr> {
    match family {
        Family::V4 => subtracted(
            [Cidr::all(Family::V4)],
            NOT_GLOBAL.map(|(it, length)| Cidr::V4(Ipv4Addr::from(it), length)),
        ),
        Family::V6 => vec![Cidr::V6(Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3)],
    }
}

/// The known blocks of a zone in one family, joined.
fn known(zone: &Addresses, family: Family) -> Vec<Cidr> {
    let cells = zone.family(family).values();
    aggregated(cells.filter_map(MaybeKnown::known).copied())
}

/// How many addresses joined blocks have; one less for all of a family.
fn size(blocks: &[Cidr]) -> u128 {
    let sizes = blocks.iter().map(|it| {
        let (first, last) = it.bounds();
        (last - first).saturating_add(1)
    });
    sizes.fold(0, u128::saturating_add)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone(texts: &[&str]) -> Addresses {
        let mut zone = Addresses::default();
        for (at, text) in texts.iter().enumerate() {
            let family = if text.contains(':') {
                Family::V6
            } else {
                Family::V4
            };
            let cell = MaybeKnown::Known(Cidr::parse(text, family).unwrap());
            let named = match family {
                Family::V4 => &mut zone.ipv4,
                Family::V6 => &mut zone.ipv6,
            };
            named.insert(at.to_string().into(), cell);
        }
        zone
    }

    #[test]
    fn a_quarter_of_the_global_addresses_is_nearly_everything() {
        for (texts, nearly) in [
            (&["0.0.0.0/0"][..], true),
            (&["0.0.0.0/1"], true),
            (&["128.0.0.0/1"], true),
            (&["0.0.0.0/2"], true),
            (&["64.0.0.0/3", "96.0.0.0/3"], true),
            // Much of it is multicast or reserved.
            (&["192.0.0.0/2"], false),
            (&["224.0.0.0/3", "10.0.0.0/8"], false),
            (&["0.0.0.0/3"], false),
            (&["::/0"], true),
            (&["2000::/4"], true),
            (&["2000::/5"], true),
            (&["2000::/6"], false),
            (&["fc00::/7", "8000::/1"], false),
            (&[], false),
        ] {
            assert_eq!(is_nearly_everything(&zone(texts)), nearly, "{texts:?}");
        }
    }

    #[test]
    fn parts_are_of_whoever_has_them() {
        let zones: BTreeMap<String, Addresses> = [
            ("a", zone(&["64.0.0.0/3", "10.0.0.0/8", "2000::/8"])),
            ("b", zone(&["96.0.0.0/4", "64.0.0.0/4"])),
            ("c", zone(&["192.168.0.0/16"])),
            ("d", zone(&["100.0.0.0/8", "104.0.0.0/6"])),
            ("e", zone(&["1.0.0.0/8", "16.0.0.0/4"])),
        ]
        .map(|(name, it)| (name.to_owned(), it))
        .into();
        let (parts, of) = parts(&zones);
        assert_eq!(of.keys().copied().collect::<Vec<_>>(), ["a", "b", "d", "e"]);
        let of_zones = |names: &[&str]| {
            let all: BTreeSet<usize> = names.iter().flat_map(|it| of[it].clone()).collect();
            let four = |it: &usize| parts[*it].family == Family::V4;
            let sizes = all.iter().filter(|it| four(it)).map(|it| parts[*it].size);
            sizes.sum::<u128>()
        };
        let of_blocks = |texts: &[&str]| {
            let global = global(Family::V4);
            size(&intersected(&known(&zone(texts), Family::V4), &global))
        };
        assert_eq!(of_zones(&["a"]), of_blocks(&["64.0.0.0/3"]));
        assert_eq!(of_zones(&["b"]), of_blocks(&["96.0.0.0/4", "64.0.0.0/4"]));
        assert_eq!(of_zones(&["d"]), of_blocks(&["100.0.0.0/8", "104.0.0.0/6"]));
        let all = of_blocks(&["64.0.0.0/3", "96.0.0.0/4"]);
        assert_eq!(of_zones(&["a", "b", "d"]), all);
        let together = |names: &[&str]| {
            let all: BTreeSet<usize> = names.iter().flat_map(|it| of[it].clone()).collect();
            are_nearly_everything(all.iter().map(|it| &parts[*it]))
        };
        assert!(!together(&["a", "e"]) && !together(&["a", "b", "d"]));
        assert!(together(&["a", "b", "e"]));
    }
}
