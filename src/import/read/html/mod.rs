//! HTML: pages, and tables in documents of other formats.

pub(super) mod table;

use super::Error;
use super::code;
use super::lines::Lines;
use super::markup::{Markup, plain};
use super::outline::Outline;
use super::tags::{Piece, Tokens, attribute};
use crate::import::table::{Document, Format};
use std::collections::BTreeMap;
use table::Tables;

/// Tags before and after which a paragraph ends.
const BLOCKS: &[&str] = &[
    "p",
    "div",
    "li",
    "ul",
    "ol",
    "dl",
    "dt",
    "dd",
    "section",
    "article",
    "main",
    "header",
    "footer",
    "nav",
    "aside",
    "blockquote",
    "pre",
    "hr",
    "body",
    "head",
    "figure",
    "form",
    "summary",
    "details",
];

/// A block with a title that can be closed.
#[derive(Debug)]
struct Fold {
    /// The tag that ends it, and how many of that name are open within it.
    name: String,
    depth: usize,
    title: Option<String>,
}

/// The most blocks in each other; deeper ones are not tabs.
const MAX_FOLDS: usize = 32;

/// Reads a page.
pub(super) fn read(text: &str) -> Result<Document, Error> {
    let lines = Lines::new(text);
    let mut outline = Outline::new(Format::Html);
    let mut tables = Tables::new(&lines, Markup::Html);
    let mut folds: Vec<Fold> = Vec::new();
    // The titles of tabs by the id of the element that shows them.
    let mut labels: BTreeMap<String, String> = BTreeMap::new();
    let mut label: Option<(String, usize)> = None;
    let mut heading: Option<(u8, usize)> = None;
    let mut place = Place::default();
    // Where text as it was typed begins.
    let mut typed: Option<usize> = None;
    for token in Tokens::new(text, 0) {
        if outline.is_full() {
            break;
        }
        if tables.feed(token, &mut outline) {
            place.flush(token.start, &lines, &mut outline);
            continue;
        }
        match token.piece {
            Piece::Text(it) => {
                if heading.is_none() && !it.trim().is_empty() {
                    let space = it.len() - it.trim_start().len();
                    place.paragraph.get_or_insert(token.start + space);
                }
            }
            Piece::Other => {}
            Piece::Open {
                name,
                attributes,
                closed,
            } => {
                let name = name.to_ascii_lowercase();
                if let Some(level) = heading_level(&name) {
                    place.flush(token.start, &lines, &mut outline);
                    heading = Some((level, token.end));
                    continue;
                }
                if BLOCKS.contains(&name.as_str()) {
                    place.flush(token.start, &lines, &mut outline);
                }
                place.listed |= name == "li";
                place.lists += usize::from(matches!(name.as_str(), "ul" | "ol"));
                if name == "pre" {
                    typed = Some(token.end);
                }
                match name.as_str() {
                    "title" | "summary" => heading = Some((0, token.end)),
                    "script" | "style" => {}
                    _ => {
                        let id = attribute(attributes, &["id"]);
                        let role = attribute(attributes, &["role"]);
                        if role.as_deref() == Some("tab") || name == "label" {
                            let id = id.or_else(|| attribute(attributes, &["for"]));
                            label = id.map(|it| (it, token.end));
                        } else if let (false, Some(title)) =
                            (closed, title(&name, role.as_deref(), attributes, &labels))
                        {
                            if folds.len() < MAX_FOLDS {
                                folds.push(Fold {
                                    name,
                                    depth: 1,
                                    title,
                                });
                            }
                            show(&folds, &mut outline);
                            continue;
                        }
                        if let Some(last) = folds.last_mut().filter(|it| !closed && it.name == name)
                        {
                            last.depth += 1;
                        }
                    }
                }
            }
            Piece::Close(name) => {
                let name = name.to_ascii_lowercase();
                if let Some((level, start)) = heading.take_if(|it| {
                    heading_level(&name).is_some_and(|level| level == it.0) || it.0 == 0
                }) {
                    let it = plain(&text[start..token.start], Markup::Html);
                    match name.as_str() {
                        "title" => outline.title(&it.text),
                        "summary" => {
                            if let Some(fold) = folds.iter_mut().rev().find(|it| it.title.is_none())
                            {
                                fold.title = Some(it.text);
                            }
                            show(&folds, &mut outline);
                        }
                        _ if level > 0 => outline.heading(level, &it, lines.number(start)),
                        _ => {}
                    }
                    continue;
                }
                if let Some((id, start)) = label.take() {
                    labels.insert(id, plain(&text[start..token.start], Markup::Html).text);
                }
                if BLOCKS.contains(&name.as_str()) {
                    place.flush(token.start, &lines, &mut outline);
                }
                place.listed &= name != "li";
                if matches!(name.as_str(), "ul" | "ol") {
                    place.lists = place.lists.saturating_sub(1);
                    place.listed &= place.lists > 0;
                }
                if let Some(start) = typed.take_if(|_| name == "pre") {
                    let (from, end) = (lines.index(start), lines.index(token.start));
                    code::name_tables(&lines, from, end + 1, &mut outline);
                }
                if let Some(last) = folds.last_mut().filter(|it| it.name == name) {
                    last.depth -= 1;
                    if last.depth == 0 {
                        folds.pop();
                        show(&folds, &mut outline);
                    }
                }
            }
        }
    }
    place.flush(text.len(), &lines, &mut outline);
    tables.finish(text.len(), &mut outline);
    outline.finish()
}

/// The title of an element that can be closed: none yet for `<details>`.
#[expect(
    clippy::option_option,
    reason = "an element that is not a fold, and one whose title follows"
)]
fn title(
    name: &str,
    role: Option<&str>,
    attributes: &str,
    labels: &BTreeMap<String, String>,
) -> Option<Option<String>> {
    if name == "details" {
        return Some(None);
    }
    let given = attribute(
        attributes,
        &["aria-label", "title", "label", "data-title", "data-label"],
    );
    if role == Some("tabpanel") {
        let by =
            attribute(attributes, &["aria-labelledby"]).and_then(|it| labels.get(&it).cloned());
        return Some(by.or(given));
    }
    matches!(name, "tab" | "tab-item" | "tabitem" | "accordion").then_some(given)
}

fn show(folds: &[Fold], outline: &mut Outline) {
    outline.tabs(folds.iter().filter_map(|it| it.title.clone()));
}

/// 1 to 6 for a tag of a heading.
pub(super) fn heading_level(name: &str) -> Option<u8> {
    let level = name.strip_prefix(['h', 'H'])?.parse().ok()?;
    (1..=6).contains(&level).then_some(level)
}

/// Where a reader is in the text.
#[derive(Default)]
struct Place {
    /// Where the paragraph begins that is not at its end.
    paragraph: Option<usize>,
    /// Within an item of a list.
    listed: bool,
    /// How many lists are open.
    lists: usize,
}

impl Place {
    /// The end of a paragraph or an item.
    fn flush(&mut self, end: usize, lines: &Lines, outline: &mut Outline) {
        let Some(start) = self.paragraph.take() else {
            return;
        };
        let text = plain(&lines.text[start..end], Markup::Html);
        if self.listed {
            outline.item(&text, lines.number(start), self.lists);
        } else {
            outline.paragraph(&text, lines.number(start), Some(0));
        }
    }
}
