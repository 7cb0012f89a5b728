//! Text of a page in a form in which it can be compared: one case, one kind of dash, comma and space.

/// One character in the form in which cells are read: full-width forms as ASCII, every dash as `-`, every space as ` `.
fn folded(it: char) -> char {
    match it {
        // The full-width copies of ASCII.
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(it) - 0xfee0).map_or(it, folded_ascii),
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{301c}' => '-',
        '\u{3001}' | '\u{fe50}' => ',',
        '\u{3002}' => '.',
        '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{3000}' | '\t' | '\r' => ' ',
        _ => it,
    }
}

fn folded_ascii(it: char) -> char {
    if it == '~' { '-' } else { it }
}

/// The text with one kind of dash, comma and space. Line breaks stay, because they separate values.
pub(crate) fn even(text: &str) -> String {
    let kept = text
        .chars()
        .filter(|it| !('\u{200b}'..='\u{200f}').contains(it) && *it != '\u{feff}');
    let folded: String = kept.map(folded).collect();
    let lines = folded
        .lines()
        .map(|line| line.split(' ').filter(|it| !it.is_empty()));
    let lines: Vec<String> = lines.map(|it| it.collect::<Vec<_>>().join(" ")).collect();
    lines.join("\n").trim().to_owned()
}

/// The text with spaces for what is in brackets, each byte in its place.
pub(crate) fn without_brackets(text: &str) -> String {
    let mut depth = 0_usize;
    let mut plain = String::with_capacity(text.len());
    for it in text.chars() {
        let is_end = matches!(it, ')' | ']');
        depth += usize::from(matches!(it, '(' | '['));
        if depth > 0 {
            plain.extend(std::iter::repeat_n(' ', it.len_utf8()));
        } else {
            plain.push(it);
        }
        depth -= usize::from(is_end && depth > 0);
    }
    plain
}

/// The text in lower case with every letter in its place: letters whose lower case has another length stay.
pub(crate) fn lower_in_place(text: &str) -> String {
    let lower = |it: char| {
        let mut lower = it.to_lowercase();
        match (lower.next(), lower.next()) {
            (Some(one), None) if one.len_utf8() == it.len_utf8() => one,
            _ => it,
        }
    };
    text.chars().map(lower).collect()
}

/// The words of a text in lower case, without punctuation: `Port(s) / Protocol` is `port s protocol`.
pub(crate) fn words(text: &str) -> Vec<String> {
    // A capital I with a dot is `i` and a combining dot in lower case, which no word list has.
    let lower = even(text).to_lowercase().replace('\u{307}', "");
    let parts = lower.split(|it: char| !it.is_alphanumeric());
    parts
        .filter(|it| !it.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Endings of nouns in Russian, longest first.
#[rustfmt::skip]
const RUSSIAN: &[&str] = &[
    "иями", "иях", "ями", "ами", "ией", "иям", "ого", "его", "ому", "ему", "ыми", "ими", "ов", "ев", "ей", "ам", "ям", "ах", "ях", "ом", "ем",
    "ии", "ия", "ию", "ые", "ие", "ый", "ий", "ой", "ая", "яя", "ое", "ее", "ую", "юю", "ых", "их", "а", "я", "ы", "и", "у", "ю", "е", "о", "ь",
];

/// Names after which an `s` is not a plural: `https`, `NATS`.
const SECURED: [&str; 8] = [
    "http", "ldap", "amqp", "mqtt", "smtp", "imap", "pop3", "nat",
];

/// A word without the ending that marks number or case, and in Russian without a vowel that comes and goes before it: `nodes` is `node`,
/// `узлам` and `узел` are `узл`.
fn stem(word: &str) -> String {
    if word.chars().any(|it| ('\u{400}'..='\u{4ff}').contains(&it)) {
        let bare = RUSSIAN
            .iter()
            .find_map(|it| word.strip_suffix(it).filter(|it| it.chars().count() >= 3))
            .unwrap_or(word);
        let letters: Vec<char> = bare.chars().collect();
        return match letters.as_slice() {
            [head @ .., 'е' | 'о', last @ ('л' | 'к' | 'ц' | 'н')]
                if bare == word && head.len() >= 2 =>
            {
                head.iter().chain([last]).collect()
            }
            _ => bare.to_owned(),
        };
    }
    let plural = word
        .strip_suffix('s')
        .filter(|it| !SECURED.contains(it))
        .filter(|it| it.len() >= 3 && it.is_ascii() && !it.ends_with(['s', 'u', 'i']));
    let Some(single) = plural else {
        return word.to_owned();
    };
    match single.strip_suffix("ie") {
        Some(it) if it.len() >= 3 => format!("{it}y"),
        _ => ["xe", "sse", "che", "she"]
            .iter()
            .find(|it| single.ends_with(*it))
            .map_or(single, |_| &single[..single.len() - 1])
            .to_owned(),
    }
}

/// The words of a text without endings, by which names are compared.
pub(crate) fn stems(text: &str) -> Vec<String> {
    let words = words(text);
    let is_article = |it: &&String| ["the", "a", "an"].contains(&it.as_str());
    let kept = words
        .iter()
        .filter(|it| words.len() == 1 || !is_article(it));
    kept.map(|it| stem(it)).collect()
}

/// Whether a character belongs to a script that is written without spaces.
pub(crate) fn is_cjk(it: char) -> bool {
    matches!(it, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}')
}

/// Whether `text`, whose words are given, has the phrase: as whole words, or anywhere in scripts without spaces.
pub(crate) fn has(text: &[String], phrase: &str) -> bool {
    if phrase.chars().any(is_cjk) {
        return text.iter().any(|it| it.contains(phrase));
    }
    let wanted: Vec<&str> = phrase.split(' ').collect();
    text.windows(wanted.len())
        .any(|it| it.iter().zip(&wanted).all(|(a, b)| a == b))
}

/// Whether the text has one of the phrases.
pub(crate) fn has_any(text: &[String], phrases: &[&str]) -> bool {
    phrases.iter().any(|it| has(text, it))
}

/// Whether a cell says nothing: empty, a dash, or the words for "not applicable".
pub(crate) fn is_blank(text: &str) -> bool {
    let text = even(text).to_lowercase();
    let marks = text
        .chars()
        .all(|it| matches!(it, '-' | '.' | ' ' | '?' | '*' | '/' | '\n'));
    // A lone star means everything.
    (marks && text.trim() != "*")
        || [
            "n/a",
            "na",
            "none",
            "not applicable",
            "нет",
            "н/д",
            "无",
            "なし",
            "yok",
            "keine",
            "entfällt",
        ]
        .contains(&text.as_str())
}

/// The first sentence or line of a text, without its full stop.
pub(crate) fn first_sentence(text: &str) -> &str {
    let line = text.lines().next().unwrap_or_default();
    let end = line.match_indices(['.', '。', ';']).find(|(at, it)| {
        let rest = &line[at + it.len()..];
        rest.is_empty() || rest.starts_with(' ') || *it == "。"
    });
    line[..end.map_or(line.len(), |(at, _)| at)].trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_cases_of_a_noun_have_one_stem() {
        for same in [
            &["node", "nodes"][..],
            &["proxy", "proxies"],
            &["database", "databases"],
            &["mailbox", "mailboxes"],
            &["узел", "узлы", "узлам", "узлов", "узлами", "узла"],
            &["сервер", "серверы", "серверу", "серверов"],
            &["клиент", "клиенты", "клиентам"],
        ] {
            for it in same {
                assert_eq!(stems(it), stems(same[0]), "{it}");
            }
        }
        for (a, b) in [
            ("dns", "dn"),
            ("nas", "na"),
            ("status", "statu"),
            ("access", "acces"),
            ("redis", "redi"),
            ("tls", "tl"),
            ("https", "http"),
            ("nats", "nat"),
        ] {
            assert_ne!(stems(a), stems(b));
        }
    }

    #[test]
    fn texts_become_even() {
        assert_eq!(
            even("７０００〜７９９９、\u{a0}80 – 81"),
            "7000-7999, 80 - 81"
        );
        assert_eq!(words("Port(s) / Protocol"), ["port", "s", "protocol"]);
        assert!(has(&words("默认端口"), "端口"));
        assert!(!has(&words("support"), "port"));
        assert!(is_blank("—") && is_blank(" N/A ") && !is_blank("*"));
        assert_eq!(first_sentence("Optional. Used by browsers"), "Optional");
        assert_eq!(first_sentence("TLS 1.2 only"), "TLS 1.2 only");
    }
}
