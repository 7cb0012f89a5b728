//! How every format writes things.

use crate::model::words::{Need, Trust};

/// A value that only an apply decides.
pub const LATER: &str = "known after apply";

/// How trust is written; a fixed address has none.
pub(super) fn trust_word(trust: Option<Trust>) -> &'static str {
    trust.map_or("fixed", Trust::as_str)
}

/// The title of zones with the same trust.
pub(super) fn trust_title(word: &str) -> &str {
    match word {
        "fixed" => "fixed address",
        word => word,
    }
}

/// How a need is written; a flow block has none.
pub(super) fn need_word(need: Option<Need>) -> &'static str {
    match need {
        None => "own flow",
        Some(Need::Required) => "required",
        Some(Need::Optional) => "optional",
        Some(Need::Unstated) => "not stated",
    }
}

/// A number with a word that fits it.
pub(super) fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// Each item once, at its first place.
pub(super) fn once<T: PartialEq + Clone>(items: impl IntoIterator<Item = T>) -> Vec<T> {
    once_by(items, T::clone)
}

/// The first item of each key.
pub(super) fn once_by<T, K: PartialEq>(
    items: impl IntoIterator<Item = T>,
    key: impl Fn(&T) -> K,
) -> Vec<T> {
    let mut seen = Vec::new();
    let mut is_new = |it: &T| {
        let key = key(it);
        let is_new = !seen.contains(&key);
        if is_new {
            seen.push(key);
        }
        is_new
    };
    items.into_iter().filter(|it| is_new(it)).collect()
}

/// Texts that a label names before it counts the rest.
const NAMED: usize = 3;

/// A short list for a label: `80, 443, 3 more`.
pub(super) fn shortened<T: AsRef<str>>(texts: &[T]) -> String {
    let is_long = texts.len() > NAMED;
    let named = if is_long { NAMED - 1 } else { texts.len() };
    let mut parts: Vec<String> = texts[..named]
        .iter()
        .map(|it| it.as_ref().to_owned())
        .collect();
    if is_long {
        parts.push(format!("{} more", texts.len() - named));
    }
    parts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lists_are_counted() {
        assert_eq!(shortened(&["1", "2", "3"]), "1, 2, 3");
        assert_eq!(shortened(&["1", "2", "3", "4"]), "1, 2, 2 more");
        assert_eq!(shortened::<&str>(&[]), "");
    }

    #[test]
    fn each_is_there_once_in_order() {
        assert_eq!(once([3, 1, 3, 2, 1]), [3, 1, 2]);
    }
}
