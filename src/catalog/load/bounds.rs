//! What only a reader of the whole file sees: bounds that mean nothing, and texts that are not written yet.

use super::document::{Item, Node};
use super::mistakes::Mistakes;
use crate::catalog::bounds::{Covers, Meaning, Releases};
use crate::catalog::version::Version;

/// What is in place of a text that is not written yet.
const PLACEHOLDERS: [&str; 8] = ["?", "…", "...", "-", "TODO", "TBD", "FIXME", "XXX"];

/// Bounds that all or none of the releases of the line meet, and placeholders if the file is not a draft.
pub(super) fn check(root: &Node<'_>, mistakes: &mut Mistakes<'_>) {
    let text = |field: &str| root.get(field).and_then(Node::text);
    let covers = text("covers").and_then(|it| Covers::parse(it).ok());
    if let (Some(covers), Some(node)) = (&covers, root.get("covers"))
        && !covers.is_met()
    {
        let message = format!("the file: no release meets `covers`, {covers}; correct the bounds");
        mistakes.add(node.at, message);
    }
    let version = text("version").and_then(Version::parse);
    let covers = covers.filter(Covers::is_met);
    let covered = covers.or_else(|| version.as_ref().map(Covers::only));
    let is_draft = matches!(
        root.get("draft"),
        Some(Node {
            value: Item::Bool(true),
            ..
        })
    );
    walk(root, covered.as_ref(), is_draft, mistakes);
}

fn walk(node: &Node<'_>, covered: Option<&Covers>, is_draft: bool, m: &mut Mistakes<'_>) {
    for entry in node.entries() {
        if entry.key == "releases"
            && let Some(covered) = covered
        {
            releases(&entry.node, covered, m);
        }
        walk(&entry.node, covered, is_draft, m);
    }
    match &node.value {
        Item::Array(items) => {
            for it in items {
                walk(it, covered, is_draft, m);
            }
        }
        Item::String(text) if !is_draft && is_placeholder(text) => {
            let message = format!(
                "`{}` is a placeholder; write the text, or add `draft = true` until you do",
                text.trim()
            );
            m.add(node.at, message);
        }
        _ => {}
    }
}

fn releases(node: &Node<'_>, covered: &Covers, m: &mut Mistakes<'_>) {
    let bounds = node.items().iter().filter_map(Node::text);
    let Ok(bounds) = bounds.map(Covers::parse).collect::<Result<Vec<_>, _>>() else {
        return;
    };
    let whole = Releases::any(bounds.clone());
    if whole.is_empty() {
        return;
    }
    let is_void = |it: &Covers| Releases::any(vec![it.clone()]).meaning(covered) == Meaning::None;
    if let Some(it) = bounds.iter().find(|it| is_void(it)) {
        let message = format!(
            "no release in {covered} meets `{it}`; correct the bounds, or remove what they are about"
        );
        m.add(node.at, message);
    } else if whole.meaning(covered) == Meaning::All {
        m.add(
            node.at,
            format!("every release in {covered} meets `{whole}`; remove `releases`"),
        );
    }
}

fn is_placeholder(text: &str) -> bool {
    let text = text.trim();
    let is = |it: &&str| {
        let (head, rest) = text.split_at_checked(it.len()).unwrap_or((text, ""));
        let is_word = it.starts_with(|it: char| it.is_ascii_uppercase());
        head.eq_ignore_ascii_case(it)
            && (rest.is_empty() || is_word && head == *it && rest.starts_with([':', ' ']))
    };
    PLACEHOLDERS.iter().any(is)
}
