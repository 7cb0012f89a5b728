//! Names for what a page prints: components, flows, ports and features.

use super::text::words;
use crate::model::name::{MAX_NAME, good_name};
use std::collections::{BTreeMap, BTreeSet};

/// A letter of another script in Latin letters. Source: the usual scientific transliteration, without marks.
fn latin(it: char) -> Option<&'static str> {
    const CYRILLIC: [&str; 32] = [
        "a", "b", "v", "g", "d", "e", "zh", "z", "i", "i", "k", "l", "m", "n", "o", "p", "r", "s",
        "t", "u", "f", "kh", "ts", "ch", "sh", "shch", "", "y", "", "e", "yu", "ya",
    ];
    let at = u32::from(it)
        .checked_sub(u32::from('а'))
        .and_then(|it| usize::try_from(it).ok());
    if let Some(found) = at.and_then(|it| CYRILLIC.get(it)) {
        return Some(found);
    }
    Some(match it {
        'ğ' => "g",
        'ı' | 'î' | 'í' => "i",
        'ş' | 'ś' => "s",
        'ç' => "c",
        'ö' | 'ó' | 'ô' => "o",
        'ü' | 'ú' => "u",
        'ä' | 'á' | 'à' | 'â' => "a",
        'ß' => "ss",
        'ё' | 'é' | 'è' | 'ê' => "e",
        'ñ' => "n",
        _ => return None,
    })
}

/// A valid name for a printed text. `None` if no letter of it can be used.
pub(crate) fn slug(text: &str) -> Option<String> {
    let lower = text.to_lowercase().replace('\u{307}', "");
    let mut plain = String::new();
    for it in lower.chars() {
        match latin(it) {
            Some(it) => plain.push_str(it),
            None if it == '\'' || it == '’' => {}
            None => plain.push(it),
        }
    }
    good_name(&plain)
}

/// Names that are taken, and the next number behind each.
#[derive(Debug, Default)]
pub(crate) struct Taken {
    names: BTreeSet<String>,
    next: BTreeMap<String, usize>,
}

impl FromIterator<String> for Taken {
    fn from_iter<I: IntoIterator<Item = String>>(names: I) -> Self {
        Taken {
            names: names.into_iter().collect(),
            next: BTreeMap::new(),
        }
    }
}

/// A name that is not taken yet: with a number behind it, if need be.
pub(crate) fn unused(name: &str, taken: &mut Taken) -> String {
    let mut candidate: String = name.chars().take(MAX_NAME).collect();
    candidate.truncate(candidate.trim_end_matches('-').len());
    if taken.names.insert(candidate.clone()) {
        return candidate;
    }
    let next = taken.next.entry(candidate.clone()).or_insert(2);
    loop {
        let end = format!("-{next}");
        *next += 1;
        let head: String = name
            .chars()
            .take(MAX_NAME.saturating_sub(end.len()))
            .collect();
        candidate = format!("{}{end}", head.trim_end_matches('-'));
        if taken.names.insert(candidate.clone()) {
            return candidate;
        }
    }
}

/// A label as a purpose: one line, not a sentence of the vendor. `None` if it is a sentence.
pub(crate) fn short_label(text: &str) -> Option<String> {
    let line = text.lines().next().unwrap_or_default().trim();
    let line = line.trim_end_matches(['.', ':', '。', ',']);
    let short = line.chars().count() <= 60 && line.split_whitespace().count() <= 8;
    (short && !words(line).is_empty()).then(|| line.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_made_in_any_script() {
        assert_eq!(slug("All RKE2 nodes").as_deref(), Some("all-rke2-nodes"));
        assert_eq!(slug("master-узлам").as_deref(), Some("master-uzlam"));
        assert_eq!(slug("İstemci düğümü").as_deref(), Some("istemci-dugumu"));
        assert_eq!(slug("组件"), None);
        let mut taken = Taken::default();
        assert_eq!(unused("a", &mut taken), "a");
        assert_eq!(unused("a", &mut taken), "a-2");
    }
}
