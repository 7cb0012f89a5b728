//! Inline markup of reStructuredText, which is rewritten as Markdown where both differ.

use crate::import::read::lines::Lines;
use crate::import::read::markup::{Markup, plain as markdown};
use crate::import::read::plain::Plain;
use std::collections::BTreeMap;

/// Texts that are used by name: `|product|`.
#[derive(Debug, Default)]
pub(super) struct Substitutions(BTreeMap<String, String>);

/// The longest text that replaces a name.
const MAX_REPLACED: usize = 300;

impl Substitutions {
    /// All in a document: `.. |product| replace:: Portal Server`.
    pub(super) fn find(lines: &Lines) -> Self {
        let mut found = BTreeMap::new();
        for at in 0..lines.count() {
            let line = lines.get(at).trim_start();
            let Some((name, rest)) = line.strip_prefix(".. |").and_then(|it| it.split_once('|'))
            else {
                continue;
            };
            if let Some(text) = rest.trim_start().strip_prefix("replace::") {
                let text: String = text.trim().chars().take(MAX_REPLACED).collect();
                found.entry(name.to_owned()).or_insert(text);
            }
        }
        Substitutions(found)
    }
}

/// The plain text of a piece of a document.
pub(super) fn plain(raw: &str, substitutions: &Substitutions) -> Plain {
    let mut out = String::with_capacity(raw.len());
    let mut marks = Vec::new();
    let mut rest = raw;
    // Characters that are looked for and are not there any more.
    let (mut no_literal, mut no_tick, mut no_pipe) = (false, false, false);
    while let Some(first) = rest.chars().next() {
        let find = |from: &str, end: &str, missing: &mut bool| {
            let found = if *missing { None } else { from.find(end) };
            *missing = found.is_none();
            found
        };
        if let Some(inner) = rest.strip_prefix("``")
            && let Some(end) = find(inner, "``", &mut no_literal)
        {
            escape(&mut out, &inner[..end]);
            rest = &inner[end + 2..];
        } else if first == '`'
            && !rest.starts_with("``")
            && let Some(end) = find(&rest[1..], "`", &mut no_tick)
        {
            let inner = &rest[1..=end];
            drop_role(&mut out);
            escape(&mut out, shown(inner));
            rest = rest[end + 2..].trim_start_matches('_');
        } else if first == '|'
            && let Some(end) =
                find(&rest[1..], "|", &mut no_pipe).filter(|it| is_name(&rest[1..=*it]))
        {
            let name = &rest[1..=end];
            escape(
                &mut out,
                substitutions.0.get(name).map_or(name, String::as_str),
            );
            rest = &rest[end + 2..];
        } else if first == '['
            && let Some(end) = rest
                .bytes()
                .take(40)
                .position(|it| it == b']')
                .filter(|it| rest[*it..].starts_with("]_"))
        {
            marks.push(rest[1..end].to_owned());
            rest = &rest[end + 2..];
        } else if first == '\\' {
            // A backslash before a space joins words.
            let escaped = rest[1..].chars().next();
            match escaped {
                Some(it) if it.is_whitespace() => {}
                Some(it) => escape(&mut out, it.encode_utf8(&mut [0; 4])),
                None => {}
            }
            rest = &rest[1 + escaped.map_or(0, char::len_utf8)..];
        } else if first == '\n' {
            let next = rest[1..].trim_start_matches([' ', '\t']);
            // Lines of a line block stay lines.
            if let Some(line) = next.strip_prefix("| ") {
                out.push_str("\\\n");
                rest = line;
            } else {
                out.push('\n');
                rest = &rest[1..];
            }
        } else {
            // A trailing `_` makes a word a link.
            let after = rest[first.len_utf8()..].chars().next().unwrap_or(' ');
            if first == '_'
                && !after.is_alphanumeric()
                && out.ends_with(|it: char| it.is_alphanumeric())
            {
            } else if first == '*' {
                out.push('*');
            } else {
                escape(&mut out, first.encode_utf8(&mut [0; 4]));
            }
            rest = &rest[first.len_utf8()..];
        }
    }
    let out = out.strip_prefix("\\| ").unwrap_or(&out);
    let mut plain = markdown(out, Markup::Markdown);
    plain.marks.extend(marks);
    plain
}

/// Writes text that has no markup.
fn escape(out: &mut String, text: &str) {
    for it in text.chars() {
        match it {
            '<' => out.push_str("&lt;"),
            '&' => out.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '{' | '~' | '!' | '|' => {
                out.push('\\');
                out.push(it);
            }
            _ => out.push(it),
        }
    }
}

/// Removes `:role:` or `:domain:role:` from the end of what is written.
fn drop_role(out: &mut String) {
    while let Some(head) = out.strip_suffix(':') {
        let Some(at) = head.rfind(':') else { return };
        let name = &head[at + 1..];
        let good = |it: u8| it.is_ascii_alphanumeric() || matches!(it, b'-' | b'.' | b'+');
        if name.is_empty() || !name.bytes().all(good) {
            return;
        }
        // The colon before the name is the one after a domain, if there is one.
        let domain = head[..at].rfind(':').is_some_and(|it| {
            let name = &head[it + 1..at];
            !name.is_empty() && name.bytes().all(|it| it.is_ascii_lowercase())
        });
        out.truncate(if domain { at + 1 } else { at });
        if !domain {
            return;
        }
    }
}

/// The text of a link or a role: `text <target>`.
fn shown(inner: &str) -> &str {
    let text = match inner.rfind('<').filter(|_| inner.ends_with('>')) {
        Some(at) if at > 0 => &inner[..at],
        _ => inner,
    };
    text.trim().trim_start_matches(['~', '!'])
}

fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text.len() < 80
        && !text.starts_with(' ')
        && !text.ends_with(' ')
        && !text.contains('\n')
}
