//! Words by which a page says that a row or a table is a policy, is closed or is an example, and so has no flow.

use super::text::{has_any, words};

/// Whether a cell of a column of actions denies traffic.
pub(crate) fn denies(text: &str) -> bool {
    #[rustfmt::skip]
    let phrases: &[&str] = &[
        "deny", "denied", "drop", "dropped", "block", "blocked", "reject", "rejected", "close", "closed", "not allowed",
        "not permitted", "disallow", "disallowed", "запретить", "запрещено",
        "блокировать", "拒绝", "禁止", "拒否", "engelle", "reddet", "verweigern", "blockieren", "ablehnen",
    ];
    has_any(&words(text), phrases)
}

/// What a page says of a port that is not to be open, or that a product has stopped using.
#[rustfmt::skip]
const CLOSED: &[&str] = &[
    "do not open", "don't open", "never open", "must be closed", "must remain closed", "must be blocked", "keep closed",
    "should be closed", "should be blocked", "block this port", "block the port", "no longer used", "not used anymore",
    "не открывать", "не открывайте", "должен быть закрыт", "больше не используется", "不要开放", "请勿开放", "不再使用",
];

/// Whether a cell says so of the port of its row. Later in a sentence it may be about something else.
pub(crate) fn forbids(text: &str) -> bool {
    let text = words(text);
    // A cell that says nothing else.
    let is_never = ["not at all", "gar nicht"].map(words).contains(&text);
    // `Not supported or used by Parrot anymore`
    let is_past = text.len() <= 10
        && text.first().is_some_and(|it| it == "not")
        && has_any(&text, &["anymore", "any more", "any longer"]);
    is_never
        || is_past
        || CLOSED.iter().any(|it| {
            let phrase = words(it);
            text.windows(phrase.len()).take(3).any(|it| it == phrase)
        })
}

/// What a page says of ports that no firewall has to admit.
#[rustfmt::skip]
const NOT_TO_OPEN: &[&str] = &[
    "not necessary to expose", "not necessary to open", "not necessary to allow", "not need to be open", "not need to be opened",
    "not need to be exposed", "not need to be allowed", "not need to expose", "not need to open", "no need to open", "no need to expose",
    "need not be open", "need not be opened", "need not be exposed", "not have to be open", "not have to be opened", "not have to be exposed",
    "not required to be open", "not required to be opened",
];

/// Words of a sentence that limit what it says to some ports, hosts or times.
#[rustfmt::skip]
const LIMITS: &[&str] = &[
    "if", "unless", "when", "except", "other", "but", "inbound", "outbound", "any", "as", "because", "since", "only", "manually", "yourself",
    "more", "besides", "addition", "must", "although", "without", "all", "until", "during", "after", "again", "twice", "separately",
    "permanently", "just", "where", "by", "small", "windows", "linux", "customers",
];

/// Whether a heading, or the last sentence before ports, says so of these ports, without a condition or a limit.
pub(crate) fn is_not_to_open(lead: &str) -> bool {
    let lead = lead
        .replace('\n', " ")
        .replace("n't ", " not ")
        .replace("n’t ", " not ");
    // Not a limit, as `for external access` is: that leaves the ports between machines.
    let lead = lead
        .trim_end_matches([':', '.', ' '])
        .replace("for accessibility", "");
    let last = lead.rsplit(". ").next().unwrap_or(&lead);
    let its = words(last.rsplit("; ").next().unwrap_or(last));
    let means_these = [
        "these ports",
        "following ports",
        "ports that",
        "ports which",
        "they",
        "them",
    ];
    let after = NOT_TO_OPEN.iter().find_map(|it| {
        let phrase = words(it);
        let at = its.windows(phrase.len()).position(|it| it == phrase)?;
        Some(&its[at + phrase.len()..])
    });
    let is_limited = |after: &[String]| has_any(after, &["to", "for", "on", "between"]);
    has_any(&its, &means_these)
        && !has_any(&its, LIMITS)
        && its.first().is_none_or(|it| it != "for" && it != "on")
        && !last.contains('?')
        && after.is_some_and(|it| !is_limited(it))
}

/// Whether a heading or caption says so of the ports below it.
pub(crate) fn announces_closed(text: &str) -> bool {
    #[rustfmt::skip]
    let phrases: &[&str] = &[
        "ports to block", "ports to close", "blocked ports", "closed ports", "removed ports", "unused ports", "denied ports",
        "forbidden ports", "must not be open", "must not be opened", "must not be exposed", "are blocked", "are closed", "not needed", "not used", "закрытые порты", "удалённые порты",
    ];
    let text = words(text);
    has_any(&text, CLOSED) || has_any(&text, phrases)
}

/// Whether a heading or caption announces an example, which is not a fact about the product.
pub(crate) fn is_example(text: &str) -> bool {
    #[rustfmt::skip]
    let phrases: &[&str] = &[
        "example", "examples", "sample", "samples", "пример", "примеры", "示例", "例", "サンプル", "örnek", "örnekler",
        "beispiel", "beispiele",
    ];
    has_any(&words(text), phrases)
}

/// Whether a cell is a type of DNS records: a port in such a record is not a flow of the page.
pub(crate) fn is_record_type(text: &str) -> bool {
    let text = words(text);
    let is_type =
        |it: &str| ["a", "aaaa", "srv", "cname", "mx", "txt", "ptr", "ns", "caa"].contains(&it);
    match text.as_slice() {
        [one] => is_type(one),
        // `SRV record`, `Ein Datensatz` for "A record" in a translation.
        [first, second] => {
            (is_type(first) || first == "ein")
                && [
                    "record",
                    "records",
                    "eintrag",
                    "datensatz",
                    "запись",
                    "记录",
                    "レコード",
                    "kaydı",
                ]
                .contains(&second.as_str())
        }
        _ => false,
    }
}

/// Whether the last sentence before a table says that the table is an example. A sentence may have an example, and the table not be one:
/// `For example, the server uses 443.`
pub(crate) fn introduces_example(lead: &str) -> bool {
    #[rustfmt::skip]
    let phrases: &[&str] = &[
        "following example", "example below", "following sample", "sample below", "an example of", "example shows", "sample shows",
        "is an example", "as an example", "only an example", "for illustration", "illustrative", "fictitious", "example configuration",
        "example output", "sample output", "sample configuration", "в примере ниже", "следующий пример", "以下示例", "次の例",
        "folgende beispiel", "aşağıdaki örnek",
    ];
    let text = lead.replace('\n', " ");
    let last = text.trim().trim_end_matches(['.', ':']);
    let last = last.rsplit(". ").next().unwrap_or(last);
    let its = words(last);
    let alone = its.len() <= 2 && has_any(&its, &["example", "sample", "for example"]);
    alone || has_any(&its, phrases)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_are_closed_by_the_words_about_them() {
        for text in [
            "Do not open this port",
            "The port must be closed",
            "No longer used since 2.0",
            "Not supported or used by Parrot anymore",
            "Gar nicht",
            "Порт больше не используется",
            "请勿开放",
        ] {
            assert!(forbids(text), "{text}");
        }
        for text in [
            "Anonymous access not allowed",
            "Web pages. The old port 80 is no longer used.",
            "Must be open",
        ] {
            assert!(!forbids(text), "{text}");
        }
        assert!(introduces_example(
            "Ports are up to you. The following example uses two nodes:"
        ));
        assert!(introduces_example("For example:"));
        assert!(!introduces_example(
            "For example, the server needs these ports:"
        ));
        assert!(is_record_type("SRV") && is_record_type("A record"));
        assert!(!is_record_type("A server") && !is_record_type("TCP"));
        assert!(announces_closed("Ports that are no longer used"));
        assert!(announces_closed("Ports that must be closed"));
        assert!(!announces_closed("Ports to open"));
    }
}
