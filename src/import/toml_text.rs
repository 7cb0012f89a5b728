//! Values as TOML, and comments that cannot end early.

use std::collections::BTreeSet;

/// A text in quotes.
pub(crate) fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for it in text.chars() {
        match it {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            it if it.is_control() => {}
            it => out.push(it),
        }
    }
    out.push('"');
    out
}

/// A single text as a text, several as a list, and none as an empty text.
pub(crate) fn list(texts: &[String]) -> String {
    match texts {
        [] => quoted(""),
        [one, rest @ ..] if rest.iter().all(|it| it == one) => quoted(one),
        more => array(more),
    }
}

/// Texts as a list, however many, each once.
pub(crate) fn array(texts: &[String]) -> String {
    let mut seen = BTreeSet::new();
    let texts = texts.iter().filter(|it| seen.insert(*it));
    let texts: Vec<String> = texts.map(|it| quoted(it)).collect();
    format!("[{}]", texts.join(", "))
}

/// A table in one line.
pub(crate) fn inline(fields: &[(&str, String)]) -> String {
    let fields: Vec<String> = fields
        .iter()
        .map(|(key, value)| format!("{key} = {value}"))
        .collect();
    format!("{{ {} }}", fields.join(", "))
}

/// A text as it can be in a comment: in one line, without control characters.
pub(crate) fn comment(text: &str) -> String {
    let text: String = text
        .chars()
        .map(|it| if it.is_control() { ' ' } else { it })
        .collect();
    let parts: Vec<&str> = text.split_whitespace().collect();
    parts.join(" ").chars().take(300).collect()
}
