//! Names: their grammar, and the nearest known name for an unknown one.

use unicode_normalization::char::is_combining_mark;
use unicode_normalization::{UnicodeNormalization, is_nfc};

/// The longest zone name, product label or flow name, so that they join into the names that clouds allow.
pub const MAX_NAME: usize = 32;

/// The longest address or prefix-list name.
pub const MAX_ADDRESS_NAME: usize = 64;

/// Whether `name` matches `^[a-z][a-z0-9]*(-[a-z0-9]+)*$` and is short enough to be a zone, label, flow, component, port or
/// feature.
pub fn is_name(name: &str) -> bool {
    name.len() <= MAX_NAME
        && name.starts_with(|it: char| it.is_ascii_lowercase())
        && name
            .bytes()
            .all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'-')
        && !name.ends_with('-')
        && !name.contains("--")
}

/// The valid name that `name` most likely means: `dmz-a` for `DMZ A`. `None` if nothing of it is usable.
pub fn good_name(name: &str) -> Option<String> {
    let mut good = String::new();
    for it in name.chars().flat_map(char::to_lowercase) {
        if it.is_ascii_lowercase() || (it.is_ascii_digit() && !good.is_empty()) {
            good.push(it);
        } else if !good.is_empty() && !good.ends_with('-') {
            good.push('-');
        }
    }
    good.truncate(MAX_NAME);
    let good = good.trim_end_matches('-');
    is_name(good).then(|| good.to_owned())
}

/// What is wrong with the name of an address or a prefix list, which is free text.
pub fn address_name_fault(name: &str) -> Option<&'static str> {
    if name.is_empty() {
        Some("is empty")
    } else if name.chars().count() > MAX_ADDRESS_NAME {
        Some("has more than 64 characters")
    } else if name.chars().any(char::is_control) {
        Some("contains a control character")
    } else if name.trim() != name {
        Some("starts or ends with a space")
    } else if !is_nfc(name) {
        Some("is not in Unicode normalization form C")
    } else {
        None
    }
}

/// How many known names are compared; with more, many errors in a huge file would be slow.
const MAX_KNOWN: usize = 1000;

/// A name with everything that people put between words written as a hyphen, in lower case: `Kong_Admin` as `kong-admin`.
pub fn plain(name: &str) -> String {
    name.to_lowercase().replace(['_', '.', ':', '/', ' '], "-")
}

/// A text for a search, which is not about case, accents, or what is between words: `Ağ Geçidi` as `aggecidi`, `IBM-MQ` as `ibmmq`.
pub fn folded(text: &str) -> String {
    let letters = text.nfd().filter(|it| !is_combining_mark(*it));
    let lower = letters.flat_map(char::to_lowercase);
    let lower = lower.filter(|it| it.is_alphanumeric());
    // The Turkish letter without a dot, which is what `I` is there.
    lower.map(|it| if it == 'ı' { 'i' } else { it }).collect()
}

/// The known name nearest to `name`, if one is near enough to be what was meant. What is between words does not matter.
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if name.len() > 4 * MAX_ADDRESS_NAME {
        return None; // Too long to be a name, and slow to compare.
    }
    let limit = (name.chars().count() / 3).max(1);
    let wanted = plain(name);
    known
        .into_iter()
        .take(MAX_KNOWN)
        .filter(|it| it.len().abs_diff(wanted.len()) <= 4 * limit)
        .map(|it| (strsim::osa_distance(&wanted, &plain(it)), it))
        .filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, it)| it)
}

/// What to do about an unknown name: use the nearest known one, or one of those that exist.
pub fn suggest<'a>(name: &str, known: impl IntoIterator<Item = &'a str> + Clone) -> String {
    if let Some(near) = nearest(name, known.clone()) {
        return format!("did you mean `{near}`?");
    }
    let mut all: Vec<&str> = known.into_iter().take(MAX_KNOWN).collect();
    all.sort_unstable();
    all.dedup();
    match all.len() {
        0 => "none are available".to_owned(),
        1..=24 => format!("expected one of {}", backticked(all)),
        MAX_KNOWN => format!(
            "expected one of {}, and many more",
            backticked(all[..24].iter().copied())
        ),
        more => format!(
            "expected one of {}, and {} more",
            backticked(all[..24].iter().copied()),
            more - 24
        ),
    }
}

/// A list for a sentence: `` `a`, `b` ``.
pub fn backticked(names: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    names
        .into_iter()
        .map(|it| format!("`{}`", it.as_ref()))
        .collect::<Vec<_>>()
        .join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_join_into_what_clouds_allow() {
        for good in ["a", "dmz-a", "a1-2b", "kong"] {
            assert!(is_name(good), "{good}");
        }
        let long = "a".repeat(33);
        for bad in ["", "A", "1a", "a--b", "a-", "-a", "a_b", "a/b", "é", &long] {
            assert!(!is_name(bad), "{bad}");
        }
    }

    #[test]
    fn a_bad_name_offers_the_good_one_meant() {
        assert_eq!(good_name("DMZ A").as_deref(), Some("dmz-a"));
        assert_eq!(good_name("1_web__tier ").as_deref(), Some("web-tier"));
        assert_eq!(good_name("🙂"), None);
    }

    #[test]
    fn address_names_are_free_text() {
        for good in ["10.0.0.0/8", "a:b", "Büro Köln"] {
            assert_eq!(address_name_fault(good), None, "{good}");
        }
        for bad in ["", " a", "a\n", "e\u{301}"] {
            assert!(address_name_fault(bad).is_some(), "{bad:?}");
        }
    }

    #[test]
    fn searches_fold_what_people_write_differently() {
        for (one, other) in [
            ("IBM MQ", "ibm-mq"),
            ("Шлюзы", "шлюзы"),
            ("AĞ GEÇİDİ", "ağ geçidi"),
            ("SIĞINAK", "sığınak"),
            ("ещё", "еще"),
            ("Büro", "Bu\u{308}ro"),
        ] {
            assert_eq!(folded(one), folded(other));
        }
        assert_eq!(folded(" Kong_Gateway 3.9 "), "konggateway39");
    }

    #[test]
    fn the_nearest_name_is_near() {
        assert_eq!(nearest("kng", ["kong", "aiven"]), Some("kong"));
        assert_eq!(nearest("Kong", ["kong"]), Some("kong"));
        assert_eq!(nearest("a_b:c", ["a-x/c", "a-b.c"]), Some("a-b.c"));
        assert_eq!(nearest("postgres", ["kong", "aiven"]), None);
        assert_eq!(suggest("x-y-z", ["b", "a"]), "expected one of `a`, `b`");
    }
}
