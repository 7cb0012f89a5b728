//! Names of rules and policies as labels of RFC 1035, which are labels of RFC 1123 too.

use super::hash;
use std::sync::Arc;

/// Characters of a label.
/// Source: RFC 1035, section 2.3.4, labels.
pub(super) const MAX_LABEL: usize = 63;

/// The parts joined by two dashes. If that is not a label, or a part could be read as two, it is changed and cut, and ends in
/// a hash of the parts as they are, so that different parts make different labels.
pub(super) fn label(parts: &[&str]) -> Arc<str> {
    let full = parts.join("--");
    if is_label(&full) && parts.iter().all(|it| is_one(it)) {
        return full.into();
    }
    let altered: String = full
        .chars()
        .map(|it| it.to_ascii_lowercase())
        .map(|it| if is_allowed(it) { it } else { '-' })
        .collect();
    let mut label: String = altered
        .trim_start_matches(|it: char| !it.is_ascii_lowercase())
        .chars()
        .take(MAX_LABEL - hash::DIGITS - 1)
        .collect();
    label.truncate(label.trim_end_matches('-').len());
    if label.is_empty() {
        label.push('x');
    }
    label.push('-');
    label.push_str(&hash::short(&parts.join("\0")));
    label.into()
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
            &*label(&["edge", "dmz", "i", "tcp-8443"]),
            "edge--dmz--i--tcp-8443"
        );
        assert_ne!(label(&["edge", "eu-dmz"]), label(&["edge-eu", "dmz"]));
        let long = "a".repeat(MAX_LABEL);
        assert_eq!(&*label(&[&long]), long);
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
        let labels: BTreeSet<Arc<str>> = cases.iter().map(|it| label(it)).collect();
        assert_eq!(labels.len(), cases.len(), "{labels:?}");
        assert!(labels.iter().all(|it| is_label(it)), "{labels:?}");
        assert_eq!(&*label(&["🙂"]), "x-d06f1525");
        assert_eq!(label(&[&long, "dmz"]).len(), MAX_LABEL);
    }
}
