//! Front matter: what is above a page for the program that publishes it.

use super::lines::Lines;
use super::outline::Outline;
use super::plain::Plain;

/// The line after the front matter, whose title is kept.
pub(super) fn skip(lines: &Lines, outline: &mut Outline) -> usize {
    let mark = lines.get(0).trim_end();
    if !matches!(mark, "---" | "+++") {
        return 0;
    }
    let Some(end) = (1..lines.count()).find(|it| lines.get(*it).trim_end() == mark) else {
        return 0;
    };
    for name in ["title", "page_title", "pageTitle"] {
        for at in 1..end {
            let Some(rest) = lines.get(at).strip_prefix(name) else {
                continue;
            };
            if let Some(value) = rest.trim_start().strip_prefix([':', '=']) {
                let value = value.trim();
                let bare = ['"', '\'']
                    .iter()
                    .find_map(|it| value.strip_prefix(*it)?.strip_suffix(*it));
                outline.title(&Plain::new(bare.unwrap_or(value)).text);
            }
        }
    }
    end + 1
}
