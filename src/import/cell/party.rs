//! Cells with the names of those who connect and listen.

use crate::import::heading::ACTORS;
use crate::import::text::{even, has_any, is_blank, without_brackets, words};
use crate::import::words::without_marks;

/// The longest name that is kept; more is a sentence.
const LONGEST: usize = 120;

/// Words in cells of names that name nothing.
#[rustfmt::skip]
const NOT_NAMES: &[&str] = &[
    "or", "and", "optional", "required", "varies", "see note", "see notes", "see below", "see above", "see description", "below", "above", "tbd",
    "tba", "tbc", "to be determined", "to be defined", "to be confirmed", "unknown", "unspecified", "not specified", "not defined", "various",
    "oder", "und", "siehe unten", "siehe oben", "unbekannt", "или", "и", "см. ниже", "не указано", "veya", "ve", "aşağıya bakın", "belirtilmemiş",
    "x", "✓", "✔", "✗", "✘", "•", "●", "yes", "no", "或", "和", "见下文", "未定", "未定義", "下記参照",
];

/// Addresses that mean everyone.
const EVERYONE: [&str; 3] = ["0.0.0.0/0", "::/0", "0.0.0.0"];

/// The host of an address with a scheme: `https://registry.example.com:443/v2`.
fn host(name: &str) -> Option<&str> {
    let (scheme, rest) = name.split_once("://")?;
    let is_scheme = !scheme.is_empty()
        && scheme
            .chars()
            .all(|it| it.is_ascii_alphanumeric() || it == '+');
    let host = rest.split(['/', '?', ' ']).next().unwrap_or(rest);
    let host = host
        .rsplit_once(':')
        .filter(|(_, port)| port.bytes().all(|it| it.is_ascii_digit()))
        .map_or(host, |it| it.0);
    (is_scheme && !host.is_empty()).then_some(host)
}

/// A name without the path on it: `Web server: /api`. A path alone leaves nothing.
fn without_path(name: &str) -> &str {
    let name = name.trim();
    // `0.0.0.0/0(IPv4)`
    let address = name.split('(').next().unwrap_or(name).trim();
    if EVERYONE.contains(&address) {
        return "Any";
    }
    if let Some(host) = host(name) {
        return host;
    }
    if name.starts_with('/') {
        return "";
    }
    name.split_once(": /").map_or(name, |it| it.0)
}

/// A name without the ports after it and a condition: `registry.example.com:443`, `server:1194 (only known later)`, `clock:123 if it is used`.
fn without_ports(name: &str) -> String {
    let mut kept = String::with_capacity(name.len());
    let mut rest = name;
    while let Some(at) = rest.find(':') {
        let (head, tail) = (&rest[..at], &rest[at + 1..]);
        let digits = tail.len()
            - tail
                .trim_start_matches(|it: char| it.is_ascii_digit())
                .len();
        let is_port = (2..=5).contains(&digits)
            && head.ends_with(|it: char| it.is_alphanumeric() || matches!(it, '*' | '>' | ']' | ')'))
            && !head.ends_with(':')
            && tail[digits..].chars().next().is_none_or(|it| matches!(it, ' ' | ')' | '/'))
            // An address of IPv6.
            && !kept.rsplit(' ').next().unwrap_or(&kept).contains(':');
        kept.push_str(head);
        if !is_port {
            kept.push(':');
        }
        rest = if is_port { &tail[digits..] } else { tail };
    }
    kept.push_str(rest);
    let end = [
        " if ",
        " only if ",
        " when ",
        " (if ",
        " (only ",
        " (when ",
        " (known ",
    ]
    .iter()
    .filter_map(|it| kept.find(it))
    .min();
    kept.truncate(end.unwrap_or(kept.len()));
    kept
}

/// The most names of a cell. Real cells have a dozen.
pub(crate) const MOST_NAMES: usize = 100;

/// The names in a cell, as printed, and at most [`MOST_NAMES`]. Empty if it names none.
pub(crate) fn parties(text: &str) -> Vec<String> {
    let mut names = all_names(text);
    names.truncate(MOST_NAMES);
    names
}

/// Whether a cell has more names than are used.
pub(crate) fn has_too_many_names(text: &str) -> bool {
    text.len() > MOST_NAMES && all_names(text).len() > MOST_NAMES
}

/// Whether a line is the name of a host in a network, such as `hub.example.com`.
pub(crate) fn is_host_name(line: &str) -> bool {
    let name = line.trim_matches(['`', '*', '-', ' ', ',']);
    let labels: Vec<&str> = name.split('.').collect();
    labels.len() > 1
        && name.contains(char::is_alphabetic)
        && labels.iter().all(|it| {
            let is_letter = |it: char| it.is_ascii_alphanumeric() || it == '-' || it == '*';
            !it.is_empty() && it.chars().all(is_letter)
        })
}

/// A cell with a list: without the line that opens it, such as `Any of the following:`, and with items that are broken over lines joined.
fn listed(text: &str) -> String {
    let is_item = |it: &&str| {
        let it = it.trim_start();
        it.starts_with(['•', '·']) || it.starts_with("* ") || it.starts_with("- ")
    };
    let lines: Vec<&str> = text.lines().collect();
    let mut kept = String::with_capacity(text.len());
    let mut in_list = false;
    for (at, line) in lines.iter().enumerate() {
        let line = line.trim();
        let next = lines.get(at + 1);
        let opens = next.is_some_and(is_item) || next.is_some() && has_any(&words(line), OPENING);
        if line.ends_with(':') && opens && !is_item(&line) {
            continue;
        }
        let is_lower = in_list && !is_item(&line) && line.starts_with(char::is_lowercase);
        let goes_on = is_lower || GOES_ON.iter().any(|it| line.starts_with(it));
        if !kept.is_empty() {
            kept.push(if goes_on { ' ' } else { '\n' });
        }
        kept.push_str(line);
        in_list |= is_item(&line);
    }
    kept
}

/// Words of a line that opens a list of names, and names none.
#[rustfmt::skip]
const OPENING: &[&str] = &[
    "following", "any", "one of", "either", "all of", "folgenden", "folgende", "jegliche", "следующие", "следующих", "以下", "次の",
];
/// Words with which a line goes on about the name before it.
const GOES_ON: [&str; 11] = [
    "in ", "of ", "on ", "with ", "that ", "which ", "where ", "für ", "auf ", "mit ", "im ",
];

/// German words with which a clause about the name before it begins.
const RELATIVE: [&str; 8] = [
    "die ", "der ", "das ", "den ", "dem ", "deren ", "auf ", "in ",
];

/// The names in a cell, and at most one more than are used.
fn all_names(text: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let text = listed(&even(text));
    let mut lines = text.split(['\n', ';']).peekable();
    while let Some(line) = lines.next() {
        // `Control plane:` above names of hosts.
        let next = lines.peek().is_some_and(|it| is_host_name(it));
        if next && line.trim_end().ends_with(':') {
            continue;
        }
        for part in split_list(line) {
            for name in split_and(&without_ports(&part)) {
                if names.len() > MOST_NAMES {
                    return names;
                }
                let name = without_path(&name);
                let name = if name.trim() == "*" {
                    "Any".to_owned()
                } else {
                    clean(name)
                };
                let says_nothing =
                    is_blank(&name) || NOT_NAMES.contains(&name.to_lowercase().as_str());
                if !says_nothing && !names.contains(&name) {
                    names.push(name);
                }
            }
        }
    }
    names
}

/// The members of a list with commas, unless a comma is inside brackets or begins an apposition: `X, both A and B`.
fn split_list(line: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut depth = 0_usize;
    for (at, it) in line.char_indices() {
        match it {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if it != ',' || depth > 0 {
            if let Some(last) = parts.last_mut() {
                last.push(it);
            }
            continue;
        }
        let rest = line[at..].trim_start_matches([',', ' ']);
        let clause = rest.split(',').next().unwrap_or(rest);
        let is_clause =
            RELATIVE.iter().any(|it| clause.starts_with(it)) && clause.split(' ').count() > 2;
        let apposition = is_clause
            || [
                "both ",
                "including ",
                "such as ",
                "e.g.",
                "i.e.",
                "for example",
                "which ",
                "where ",
                "or any",
                "etc",
                "wenn ",
                "где ",
                "на котор",
                "котор",
            ]
            .iter()
            .any(|it| rest.starts_with(it));
        if apposition {
            break;
        }
        parts.push(String::new());
    }
    parts
}

/// Whether a word joins names: the short ones of Spanish and French are in names of other languages as well, so names are around them.
fn joins(text: &str, at: usize, word: &str) -> bool {
    let is_short = [" y ", " o ", " et ", " ou "].contains(&word);
    let before = text[..at].rsplit(' ').next().unwrap_or_default();
    let after = text[at + word.len()..]
        .split(' ')
        .next()
        .unwrap_or_default();
    let is_name = |it: &str| it.chars().count() > 1;
    !is_short || is_name(before) && is_name(after) && after.starts_with(char::is_uppercase)
}

/// `A and B` as two names if both are short. In a long phrase, "and" joins words of one name.
fn split_and(part: &str) -> Vec<String> {
    let part = part.trim();
    let joined = ["and ", "or ", "And ", "Or ", "AND ", "OR "];
    let part = joined
        .iter()
        .find_map(|it| part.strip_prefix(it))
        .unwrap_or(part);
    let plain = without_brackets(part);
    if !plain.contains(" + ") && plain.split(' ').filter(|it| !it.is_empty()).count() > 6 {
        return vec![part.to_owned()];
    }
    for word in [
        " and ", " or ", " & ", " и ", " или ", " ve ", " veya ", " und ", " oder ", " y ", " o ",
        " et ", " ou ",
    ] {
        if let Some(at) = plain.find(word).filter(|at| joins(&plain, *at, word)) {
            let (left, right) = (&part[..at], &part[at + word.len()..]);
            let short =
                |it: &str| (1..=3).contains(&it.split(' ').filter(|it| !it.is_empty()).count());
            if short(&plain[..at]) && short(&plain[at + word.len()..]) {
                return [left, right].into_iter().flat_map(split_and).collect();
            }
        }
    }
    // `Perch + nests with parrots`
    if let Some(at) = plain.find(" + ") {
        let (left, right) = (&part[..at], &part[at + 3..]);
        return [left, right].into_iter().flat_map(split_and).collect();
    }
    // `Manager / Compute`; `Active Directory / LDAP` is one.
    let parts: Vec<&str> = plain.split(" / ").map(str::trim).collect();
    let short = |it: &&str| (1..=3).contains(&it.split(' ').count()) && !it.contains('/');
    let is_host = |it: &&str| has_any(&words(it), ACTORS) || is_host_name(it);
    if parts.len() > 1 && parts.iter().all(short) && parts.iter().any(is_host) {
        let mut from = 0;
        let mut names = Vec::new();
        for (at, _) in plain.match_indices(" / ").chain([(plain.len(), "")]) {
            names.extend(split_and(&part[from..at]));
            from = (at + 3).min(plain.len());
        }
        return names;
    }
    for word in ["和", "或", "及", "、", "と", "または"] {
        if let Some((left, right)) = part.split_once(word)
            && [left, right]
                .iter()
                .all(|it| (1..=12).contains(&it.trim().chars().count()))
        {
            return [left, right].into_iter().flat_map(split_and).collect();
        }
    }
    vec![part.to_owned()]
}

/// A name without list marks, quotes and a full stop at its end.
pub(crate) fn clean(name: &str) -> String {
    let name = without_marks(name);
    let name = name.trim().trim_start_matches(['*', '-', '•', '·']).trim();
    let name = name.trim_matches(['"', '\'', '`', '“', '”', '«', '»', ' ']);
    let name = name.trim_end_matches(['.', ',', ':', '*', '。', ' ']);
    // `{product} server`, with an attribute that the page does not define.
    let kept = name
        .chars()
        .filter(|it| !it.is_control() && !['{', '}'].contains(it));
    kept.take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_names() {
        assert_eq!(parties("Internal, External"), ["Internal", "External"]);
        assert_eq!(parties("Active Directory/LDAP"), ["Active Directory/LDAP"]);
        assert_eq!(parties("Worker and Manager"), ["Worker", "Manager"]);
        let long = "Admin Nodes and Gateway Nodes on the destination grid";
        assert_eq!(parties(long), [long]);
        assert_eq!(
            parties("Distribution point, both standard and pull"),
            ["Distribution point"]
        );
        assert_eq!(parties("Käfige, auf denen auch Futter liegt"), ["Käfige"]);
        assert_eq!(
            parties(
                "Any of the following:\n• Parrot\n• Each perch\nin your cage\n• Jeder Sittich, der hier wohnt"
            ),
            ["Parrot", "Each perch in your cage", "Jeder Sittich"]
        );
        assert_eq!(
            parties("The birds of the cage:\n- Parrot\n- Perch"),
            ["Parrot", "Perch"]
        );
        assert_eq!(
            parties("Parrot server (managed) or Perch (managed or not)"),
            ["Parrot server (managed)", "Perch (managed or not)"]
        );
        assert_eq!(
            parties("Console (web or shell)"),
            ["Console (web or shell)"]
        );
        assert_eq!(parties("* Alice.\n* Bob"), ["Alice", "Bob"]);
        assert_eq!(
            parties("Alice (optional), {acme} server"),
            ["Alice", "acme server"]
        );
        assert_eq!(parties("—"), [] as [&str; 0]);
        assert_eq!(parties("Optional"), [] as [&str; 0]);
        assert_eq!(parties("TBD; see below, Alice"), ["Alice"]);
        assert_eq!(parties("0.0.0.0/0"), ["Any"]);
        assert_eq!(parties("0.0.0.0/0(IPv4), ::/0 (IPv6)"), ["Any"]);
        assert_eq!(
            parties("Manager / Compute node"),
            ["Manager", "Compute node"]
        );
        assert_eq!(
            parties("Active Directory / LDAP"),
            ["Active Directory / LDAP"]
        );
        assert_eq!(
            parties(
                "https://registry.example.com:443/v2\nmirror.example.com:8443\nhttp://[fd00::1]:80"
            ),
            ["registry.example.com", "mirror.example.com", "[fd00::1]"]
        );
        assert_eq!(
            parties(
                "*:1194\nOr\nTag - Cloud.<Region>:1194\n* or clock.example.com:123 (if the network rules of Acme are used)\nServer:22 (only known later)"
            ),
            ["Any", "Tag - Cloud.<Region>", "clock.example.com", "Server"]
        );
        assert_eq!(
            parties("fd00::1:443, fd00::12"),
            ["fd00::1:443", "fd00::12"]
        );
        assert_eq!(parties("Zone 1: 10, node"), ["Zone 1: 10", "node"]);
        assert_eq!(
            parties("North:\nhub.example.com\neu1.example.com\nSouth:\n10.0.0.1"),
            ["hub.example.com", "eu1.example.com", "South", "10.0.0.1"]
        );
        assert_eq!(
            parties("Mailbox: /ews/x\nor\nCAS:\n/ews/y"),
            ["Mailbox", "CAS"]
        );
    }
}
