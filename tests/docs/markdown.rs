//! The little of Markdown that the pages need.

use std::collections::BTreeSet;

/// The text without blocks and spans of code, in which brackets are not links.
pub(crate) fn without_code(text: &str) -> String {
    let mut fenced = false;
    let prose = text.lines().filter(|line| {
        let fence = line.trim_start().starts_with("```");
        fenced ^= fence;
        !fenced && !fence
    });
    prose
        .map(|line| line.split('`').step_by(2).collect::<Vec<_>>().join("`"))
        .collect::<Vec<_>>()
        .join("\n")
}

/// The targets of the links.
pub(crate) fn links(text: &str) -> impl Iterator<Item = &str> {
    text.split("](")
        .skip(1)
        .filter_map(|it| it.split_once(')').map(|(target, _)| target))
}

/// The places in a page to which a link can lead: named anchors, and headings as the Registry and GitHub name them.
pub(crate) fn anchors(text: &str) -> BTreeSet<String> {
    let named = text
        .split("<a id=\"")
        .skip(1)
        .filter_map(|it| it.split_once('"').map(|(name, _)| name.to_owned()));
    let headings = text
        .lines()
        .filter(|it| it.starts_with('#'))
        .map(|it| slug(it.trim_start_matches('#').trim()));
    named.chain(headings).collect()
}

fn slug(heading: &str) -> String {
    heading
        .to_lowercase()
        .chars()
        .filter(|it| it.is_alphanumeric() || [' ', '-', '_'].contains(it))
        .map(|it| if it == ' ' { '-' } else { it })
        .collect()
}
