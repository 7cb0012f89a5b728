//! Names of rules and policies as labels of RFC 1035, which are labels of RFC 1123 too.

use super::hash;
use std::ops::Range;
use std::sync::Arc;

/// Characters of a label.
/// Source: RFC 1035, section 2.3.4, labels.
pub(super) const MAX_LABEL: usize = 63;

/// The parts joined by two dashes. If that is not a label, or a part could be read as two, it is changed and cut, and ends in
/// a hash of the parts as they are, so that different parts make different labels. Of the parts, those in `kept` are cut last.
pub(super) fn label(parts: &[&str], kept: Range<usize>) -> Arc<str> {
    let full = parts.join("--");
    if is_label(&full) && parts.iter().all(|it| is_one(it)) {
        return full.into();
    }
    let mut readable: Vec<Vec<char>> = parts.iter().map(|it| readable(it)).collect();
    shorten(&mut readable, &kept);
    let readable: Vec<String> = readable.iter().map(|it| it.iter().collect()).collect();
    let readable: Vec<&str> = readable
        .iter()
        .map(|it| it.trim_matches('-'))
        .filter(|it| !it.is_empty())
        .collect();
    let mut label = readable.join("--");
    let begin = label.find(|it: char| it.is_ascii_lowercase());
    label.drain(..begin.unwrap_or(label.len()));
    if label.is_empty() {
        label.push('x');
    }
    label.push('-');
    label.push_str(&hash::short(&parts.join("\0")));
    label.into()
}

/// A part in the alphabet of labels. A label has no more of it than its own length.
fn readable(part: &str) -> Vec<char> {
    part.chars()
        .map(|it| it.to_ascii_lowercase())
        .map(|it| if is_allowed(it) { it } else { '-' })
        .take(MAX_LABEL)
        .collect()
}

/// Cuts the longest of the parts that are not kept, then of those that are, until all fit next to a hash.
fn shorten(parts: &mut [Vec<char>], kept: &Range<usize>) {
    let room = MAX_LABEL - hash::DIGITS - 1;
    let length = |parts: &[Vec<char>]| {
        let left = parts.iter().filter(|it| !it.is_empty());
        left.map(|it| it.len() + 2).sum::<usize>()
    };
    while length(parts) > room + 2 {
        let longest = |is_kept: bool| {
            let of_sort = parts.iter().enumerate();
            let of_sort = of_sort.filter(|(at, _)| kept.contains(at) == is_kept);
            let longest = of_sort.max_by_key(|(_, it)| it.len());
            longest.filter(|(_, it)| !it.is_empty()).map(|(at, _)| at)
        };
        let Some(at) = longest(false).or_else(|| longest(true)) else {
            return;
        };
        parts[at].pop();
    }
}

const fn is_allowed(it: char) -> bool {
    it.is_ascii_lowercase() || it.is_ascii_digit() || it == '-'
}

/// Whether `text` matches `[a-z]([-a-z0-9]{0,61}[a-z0-9])?`.
pub(crate) fn is_label(text: &str) -> bool {
    text.len() <= MAX_LABEL
        && text.starts_with(|it: char| it.is_ascii_lowercase())
        && text.bytes().all(|it| is_allowed(it.into()))
        && !text.ends_with('-')
}

/// Whether a part contains no dashes that could be mistaken for those between parts.
fn is_one(part: &str) -> bool {
    let mut pairs = part.as_bytes().windows(2);
    !pairs.any(|it| it == b"--") && !part.starts_with('-') && !part.ends_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn what_is_a_label_stays_as_it_is() {
        assert_eq!(
            &*label(&["edge", "dmz", "i", "tcp-8443"], 1..4),
            "edge--dmz--i--tcp-8443"
        );
        assert_ne!(
            label(&["edge", "eu-dmz"], 1..2),
            label(&["edge-eu", "dmz"], 1..2)
        );
        let long = "a".repeat(MAX_LABEL);
        assert_eq!(&*label(&[&long], 0..0), long);
    }

    #[test]
    fn all_else_is_altered_and_stays_apart() {
        let long = "x".repeat(10_000);
        let longer = "x".repeat(10_001);
        let cases: [&[&str]; 14] = [
            &["Edge", "dmz"],
            &["edge.", "dmz"],
            &["edge", "-dmz"],
            &["edge-", "dmz"],
            &["edge--dmz"],
            &["1edge", "dmz"],
            &["eDge", "dmz"],
            &["Büro Köln", "dmz"],
            &["Buro Koln", "dmz"],
            &["🙂", "dmz"],
            &["🙃", "dmz"],
            &["\n\0\"", "1"],
            &[&long, "dmz"],
            &[&longer, "dmz"],
        ];
        let labels: BTreeSet<Arc<str>> = cases.iter().map(|it| label(it, 1..2)).collect();
        assert_eq!(labels.len(), cases.len(), "{labels:?}");
        assert!(labels.iter().all(|it| is_label(it)), "{labels:?}");
        assert_eq!(&*label(&["🙂"], 0..0), "x-d06f1525");
        assert_eq!(label(&[&long, "dmz"], 1..2).len(), MAX_LABEL);
    }

    #[test]
    fn what_is_kept_is_readable_in_a_label_that_is_cut() {
        let long = "production-europe-central-payments";
        let named = |name, zone, peer| {
            let parts = [name, zone, "i", "tcp-8443", peer, "ipv4"];
            label(&parts, 1..4)
        };
        let cut = named(long, "dmz", "internet");
        assert!(cut.starts_with("production-europe-"), "{cut}");
        assert!(cut.contains("--dmz--i--tcp-8443--internet--ipv4-"), "{cut}");
        let (zone, peer) = ("z".repeat(32), "p".repeat(65));
        let parts = [long, &zone, "e", "tcp-10000-20000", &peer, "ipv6"];
        let cut = label(&parts, 1..4);
        let wanted = format!("{zone}--e--tcp-10000-20000-");
        assert!(is_label(&cut) && cut.contains(&wanted), "{cut}");
        // A part that is changed but short is not cut.
        assert!(named("Edge", "dmz", "net").starts_with("edge--dmz--i--tcp-8443--net--ipv4-"));
    }
}
