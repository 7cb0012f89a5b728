//! A line of a list: what is before and after its first break.

use super::cell::{Carrier, transports_in};
use super::text::words;

const BREAKS: [&str; 8] = [": ", " - ", " – ", " — ", " (", " = ", " => ", "："];

/// A line before and after its first break. A bracket with transports does not break it, and neither does the dash of a range:
/// `443 (tcp): web pages`, `3000 - 3010: members`.
pub(super) fn divided(line: &str) -> (&str, &str) {
    let has_transports = |at: usize| {
        let inner = line[at + 2..].split(')').next().unwrap_or_default();
        let of = |it: &Carrier| matches!(it, Carrier::Of(_));
        words(inner).len() <= 4 && transports_in(inner).iter().any(of)
    };
    let digit = |it: Option<char>| it.is_some_and(|it| it.is_ascii_digit());
    let is_range = |at: usize, it: &str| {
        let before = line[..at].trim_end_matches(|it: char| it.is_alphabetic() || it == '/');
        it.trim().chars().all(|it| matches!(it, '-' | '–' | '—'))
            && digit(before.chars().next_back())
            && digit(line[at + it.len()..].chars().next())
    };
    let places = BREAKS.iter().flat_map(|it| line.match_indices(it));
    let mut breaks = places.filter(|(at, it)| match *it {
        " (" => !has_transports(*at),
        _ => !is_range(*at, it),
    });
    match breaks.by_ref().min_by_key(|it| it.0) {
        Some((at, it)) => (&line[..at], &line[at + it.len()..]),
        None => (line, ""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_and_brackets_with_transports_are_whole() {
        for (line, expected) in [
            ("443: web", ("443", "web")),
            ("443 (tcp): web - all", ("443 (tcp)", "web - all")),
            ("443 (web)", ("443", "web)")),
            ("3000 - 3010: members", ("3000 - 3010", "members")),
            ("3000 – 3010 - members", ("3000 – 3010", "members")),
            ("9100/tcp - 9110/tcp", ("9100/tcp - 9110/tcp", "")),
            ("443", ("443", "")),
        ] {
            assert_eq!(divided(line), expected, "{line}");
        }
    }
}
