//! Sets of addresses as CIDR blocks: the fewest blocks for a set, differences and intersections.

use super::address::{Cidr, Family, host_bits};
use super::ranges::joined;

/// The fewest blocks with exactly the same addresses, sorted: IPv4 before IPv6, then by address.
///
/// Costs n log n for the sort, and one pass. The result is unique: no block is inside another, and no two are halves of one.
pub fn aggregated(blocks: impl IntoIterator<Item = Cidr>) -> Vec<Cidr> {
    // IPv4 blocks as first and last address in one number, which sorts fastest.
    let (mut four, mut six): (Vec<u64>, Vec<(u128, u128)>) = (Vec::new(), Vec::new());
    for block in blocks {
        match block {
            Cidr::V4(address, length) => {
                let first = u64::from(u32::from(address));
                four.push(first << 32 | first | u64::from(u32::MAX) >> length);
            }
            Cidr::V6(..) => six.push(block.bounds()),
        }
    }
    four.sort_unstable();
    six.sort_unstable();
    let four = four
        .into_iter()
        .map(|it| (it >> 32, it & u64::from(u32::MAX)));
    let mut result = Vec::new();
    for (first, last) in joined(four, |it| Some(it + 1)) {
        split(first.into(), last.into(), Family::V4, &mut result);
    }
    for (first, last) in joined(six, |it| it.checked_add(1)) {
        split(first, last, Family::V6, &mut result);
    }
    result
}

/// Puts a range behind the blocks, as the fewest: at each address the largest that begins there and ends within.
pub(crate) fn split(mut first: u128, last: u128, family: Family, blocks: &mut Vec<Cidr>) {
    let width = family.width();
    loop {
        let aligned = first.trailing_zeros().min(u32::from(width));
        let room = (last - first).saturating_add(1).ilog2();
        // From 0 to the end there is one address more than the number type can count.
        let whole = first == 0 && last == host_bits(0, width);
        let bits = if whole {
            u32::from(width)
        } else {
            aligned.min(room)
        };
        let length = width - u8::try_from(bits).unwrap_or(width);
        blocks.push(Cidr::from_bits(first, length, family));
        match (first | host_bits(length, width)).checked_add(1) {
            Some(it) if it <= last => first = it,
            _ => return,
        }
    }
}

/// The addresses of the one set that are not in the other, as the fewest blocks, sorted.
pub fn subtracted(
    from: impl IntoIterator<Item = Cidr>,
    without: impl IntoIterator<Item = Cidr>,
) -> Vec<Cidr> {
    let without = aggregated(without);
    let mut left = Vec::new();
    for block in aggregated(from) {
        carve(block, overlapping(&without, block), &mut left);
    }
    aggregated(left)
}

/// The addresses that are in both of two aggregated lists, as the fewest blocks, sorted.
pub fn intersected(a: &[Cidr], b: &[Cidr]) -> Vec<Cidr> {
    let mut both = Vec::new();
    for block in a {
        match overlapping(b, *block) {
            [around] if around.contains(*block) => both.push(*block),
            within => both.extend(within),
        }
    }
    both
}

/// Whether all of a block is in an aggregated list.
pub fn covers(aggregated: &[Cidr], block: Cidr) -> bool {
    // Parts of a block that together are all of it would be one block.
    matches!(overlapping(aggregated, block), [around] if around.contains(block))
}

/// The blocks of an aggregated list that share addresses with a block.
fn overlapping(sorted: &[Cidr], block: Cidr) -> &[Cidr] {
    let (first, last) = block.bounds();
    let family = block.family();
    let ends_before = |it: &Cidr| (it.family(), it.bounds().1) < (family, first);
    let begins_by_end = |it: &Cidr| (it.family(), it.bounds().0) <= (family, last);
    let rest = &sorted[sorted.partition_point(ends_before)..];
    &rest[..rest.partition_point(begins_by_end)]
}

/// Puts what is left of a block before, between and after some others behind what is left already.
fn carve(block: Cidr, without: &[Cidr], left: &mut Vec<Cidr>) {
    let (first, last) = block.bounds();
    let family = block.family();
    let mut next = Some(first);
    for other in without {
        let (from, to) = other.bounds();
        if let Some(first) = next.filter(|it| *it < from) {
            split(first, from - 1, family, left);
        }
        next = to.checked_add(1).filter(|it| *it <= last);
    }
    if let Some(first) = next {
        split(first, last, family, left);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn cidr(text: &str) -> Cidr {
        let family = if text.contains(':') {
            Family::V6
        } else {
            Family::V4
        };
        Cidr::parse(text, family).unwrap()
    }

    fn texts(blocks: &[Cidr]) -> Vec<String> {
        blocks.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn adjacent_halves_merge_and_contained_blocks_are_removed() {
        for (given, found) in [
            (&["10.0.0.0/25", "10.0.0.128/25"][..], &["10.0.0.0/24"][..]),
            (
                &["10.0.0.128/25", "10.0.1.0/25"],
                &["10.0.0.128/25", "10.0.1.0/25"],
            ),
            (&["10.0.0.7/32", "10.0.0.0/8"], &["10.0.0.0/8"]),
            (&["128.0.0.0/1", "0.0.0.0/1"], &["0.0.0.0/0"]),
            (&["8000::/1", "::/1", "0.0.0.0/0"], &["0.0.0.0/0", "::/0"]),
            (
                &[
                    "10.0.0.0/26",
                    "10.0.0.64/26",
                    "10.0.0.128/25",
                    "10.0.1.0/24",
                ],
                &["10.0.0.0/23"],
            ),
            (
                &["255.255.255.255/32", "255.255.255.254/32"],
                &["255.255.255.254/31"],
            ),
            (&["::/0", "::1/128"], &["::/0"]),
            (&[], &[]),
        ] {
            assert_eq!(texts(&aggregated(given.iter().map(|it| cidr(it)))), found);
        }
    }

    #[test]
    fn what_is_left_is_the_fewest_blocks() {
        let left = |from: &[&str], without: &[&str]| {
            let blocks = |it: &[&str]| it.iter().map(|it| cidr(it)).collect::<Vec<_>>();
            texts(&subtracted(blocks(from), blocks(without)))
        };
        assert_eq!(
            left(&["10.0.0.0/24"], &["10.0.0.64/26"]),
            ["10.0.0.0/26", "10.0.0.128/25"]
        );
        assert_eq!(left(&["10.0.0.0/24"], &["10.0.0.0/8"]), [""; 0]);
        assert_eq!(left(&["10.0.0.0/24"], &["::/0"]), ["10.0.0.0/24"]);
        assert_eq!(left(&["::/0"], &["::/1"]), ["8000::/1"]);
        assert_eq!(left(&["0.0.0.0/0"], &["0.0.0.0/32"]).len(), 32);
    }

    /// Blocks of a small world of 64 addresses, at the end of the family so that nothing may overflow.
    fn small(family: Family) -> impl Strategy<Value = Vec<Cidr>> {
        let width = family.width();
        let base = host_bits(0, width) ^ 63;
        let block = (0..64u128, 0..=6u8).prop_map(move |(at, short)| {
            let length = width - short;
            let bits = base + at;
            Cidr::from_bits(bits & !host_bits(length, width), length, family)
        });
        proptest::collection::vec(block, 0..12)
    }

    fn addresses(blocks: &[Cidr]) -> BTreeSet<u128> {
        let each = |it: &Cidr| it.bounds().0..=it.bounds().1;
        blocks.iter().flat_map(each).collect()
    }

    /// The fewest blocks for some addresses, by the definition: the largest aligned block at each address in turn.
    fn fewest(addresses: &BTreeSet<u128>, family: Family) -> Vec<Cidr> {
        let width = family.width();
        let mut found: Vec<Cidr> = Vec::new();
        for address in addresses {
            if found.last().is_some_and(|it| *address <= it.bounds().1) {
                continue;
            }
            let fits = |length: &u8| {
                let hosts = host_bits(*length, width);
                address & hosts == 0
                    && (*address..=address | hosts).all(|it| addresses.contains(&it))
            };
            let length = (width - 6..=width).find(fits).unwrap();
            found.push(Cidr::from_bits(*address, length, family));
        }
        found
    }

    proptest! {
        #[test]
        fn aggregation_is_exact_and_the_least(a in small(Family::V4), b in small(Family::V6)) {
            for (blocks, family) in [(a, Family::V4), (b, Family::V6)] {
                let found = aggregated(blocks.iter().copied());
                prop_assert_eq!(&found, &fewest(&addresses(&blocks), family));
                let reversed = blocks.into_iter().rev();
                prop_assert_eq!(&found, &aggregated(reversed));
                prop_assert_eq!(&found, &aggregated(found.iter().copied()));
            }
        }

        #[test]
        fn subtraction_is_exact_and_the_least(a in small(Family::V6), b in small(Family::V6)) {
            let left = &addresses(&a) - &addresses(&b);
            prop_assert_eq!(subtracted(a, b), fewest(&left, Family::V6));
        }

        #[test]
        fn intersection_is_exact_and_the_least(a in small(Family::V4), b in small(Family::V4)) {
            let both = &addresses(&a) & &addresses(&b);
            let found = intersected(&aggregated(a), &aggregated(b));
            prop_assert_eq!(found, fewest(&both, Family::V4));
        }
    }
}
