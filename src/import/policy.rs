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

/// Whether a cell says that a port is not to be open, or is not used any more.
pub(crate) fn forbids(text: &str) -> bool {
    #[rustfmt::skip]
    let phrases: &[&str] = &[
        "do not open", "don't open", "never open", "must be closed", "must remain closed", "must be blocked", "keep closed",
        "should be closed", "should be blocked", "block this port", "block the port", "not allowed", "not permitted",
        "no longer used", "not used anymore", "not used any more", "не открывать", "не открывайте", "должен быть закрыт",
        "больше не используется", "不要开放", "请勿开放", "不再使用",
    ];
    let text = words(text);
    // Later in a sentence it may be about something else.
    phrases.iter().any(|it| {
        let phrase = words(it);
        text.windows(phrase.len()).take(3).any(|it| it == phrase)
    })
}

/// Whether a heading or caption announces ports that are not to be open, or not used any more.
pub(crate) fn announces_closed(text: &str) -> bool {
    #[rustfmt::skip]
    let phrases: &[&str] = &[
        "ports to block", "ports to close", "blocked ports", "closed ports", "removed ports", "unused ports", "denied ports",
        "forbidden ports", "ports no longer used", "ports that are no longer used", "ports that must be closed",
        "ports that must not be open", "ports that must not be opened", "ports that must not be exposed",
        "закрытые порты", "удалённые порты",
    ];
    has_any(&words(text), phrases)
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
