//! The two ends that a heading, a cell or a line before a list connects: by an arrow, or by words.

use super::cell::parties;
use super::heading::{ACTORS, IMPERATIVES, ends, trimmed};
use super::text::{even, has_any, is_cjk, lower_in_place, stems, without_brackets, words};
use super::words::Way;

/// Two ends that a heading names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Arrow {
    /// Who connects; empty if the heading does not name them.
    pub(crate) from: Vec<String>,
    /// Who listens.
    pub(crate) to: Vec<String>,
    /// Whether either end connects.
    pub(crate) both: bool,
}

#[rustfmt::skip]
const EITHER: &[&str] = &[
    "<-->", "<--->", "<->", "<=>", "↔", "⇄", "⇆", "⟷", "⇔",
];
#[rustfmt::skip]
const FORWARD: &[&str] = &[
    "--->", "-->", "->", "→", "⇒", "==>", "=>", "➜", "➔", "⟶", "▶", "►",
];
#[rustfmt::skip]
const BACKWARD: &[&str] = &[
    "<---", "<--", "<-", "←", "⇐", "⟵",
];

/// The ends that a heading or a cell connects by an arrow, or a heading by words: `from A to B`, `between A and B`.
pub(crate) fn arrow(text: &str) -> Option<Arrow> {
    let text = inside(text);
    by_sign(&text).or_else(|| by_words(&text))
}

/// The ends that a line before a list connects: as in a heading, or by names alone, such as `Alice (10.0.0.1) to Bob (10.0.0.2)`.
pub(crate) fn introduced(text: &str) -> Option<Arrow> {
    let text = even(&without_brackets(text)).replace(" :", ":");
    let end = |it: &str| {
        let it = it.trim().trim_end_matches(':');
        let first = words(it).into_iter().next().unwrap_or_default();
        let is_name = it.starts_with(|it: char| it.is_uppercase() || it.is_ascii_digit())
            && it.split(' ').count() <= 4
            && !has_any(&words(it), NOT_BEFORE_TO)
            && !IMPERATIVES.contains(&first.as_str());
        is_name.then(|| ends(it)).filter(|it| !it.is_empty())
    };
    let names = || {
        let (left, right) = text.split_once(" to ")?;
        let (from, to) = (end(left)?, end(right)?);
        Some(Arrow {
            from,
            to,
            both: false,
        })
    };
    let mut arrow = by_words(&text).or_else(names).or_else(|| by_sign(&text))?;
    // `Nodes to all other nodes`
    for to in &mut arrow.to {
        let lower = lower_in_place(to);
        let rest = ["all other ", "other ", "all the other ", "the other "]
            .iter()
            .find_map(|it| lower.strip_prefix(it));
        let bare = |it: &str| stems(it.strip_prefix("all ").unwrap_or(it));
        let same = rest.and_then(|rest| {
            let mut from = arrow.from.iter();
            from.find(|it| bare(&lower_in_place(it)) == bare(rest))
        });
        if let Some(same) = same {
            to.clone_from(same);
        }
    }
    Some(arrow)
}

/// Words before "to" in names of networks and their kinds of links: `Site to site`.
pub(super) const LINKS: [&str; 5] = ["site", "point", "peer", "machine", "end"];

/// The ends that a cell connects: `A -> B`, `from A to B`, or `A to B` where both begin as names do.
pub(crate) fn in_cell(text: &str) -> Option<Arrow> {
    let first = words(text).into_iter().next()?;
    if text.contains('\n') || LINKS.contains(&first.as_str()) {
        return None;
    }
    let arrow = arrow(text)
        .or_else(|| introduced(text))
        .or_else(|| in_chinese(text))?;
    // `Node 1 to Node 3` and `Node 1 to 3` are several.
    let bare = |names: &[String]| -> Vec<String> {
        let words = names.iter().flat_map(|it| words(it));
        words
            .filter(|it| it.chars().any(char::is_alphabetic))
            .collect()
    };
    let (from, to) = (bare(&arrow.from), bare(&arrow.to));
    let counts = text.chars().any(|it| it.is_ascii_digit()) && (to.is_empty() || from == to);
    (!counts).then_some(arrow)
}

/// Verbs before the word for "to", which is then not a direction between ends.
const CHINESE_VERBS: [&str; 10] = [
    "连接", "访问", "升级", "迁移", "更新", "切换", "发送", "请求", "推送", "上传",
];

/// `A 至 B；what for`: both ends without a word before the first one.
fn in_chinese(text: &str) -> Option<Arrow> {
    let text = even(text);
    let head = text.split([';', ',', ':']).next()?;
    let (left, right) = ["至", "到"].iter().find_map(|it| head.split_once(it))?;
    let fits = |it: &str| (1..=14).contains(&it.trim().chars().count());
    if !fits(left) || !fits(right) || CHINESE_VERBS.iter().any(|it| left.contains(it)) {
        return None;
    }
    let (from, to) = (parties(left), parties(right));
    (!from.is_empty() && !to.is_empty()).then_some(Arrow {
        from,
        to,
        both: false,
    })
}

/// The ends that an arrow connects.
pub(crate) fn by_sign(text: &str) -> Option<Arrow> {
    let text = text.replace('`', "");
    for (signs, both, back) in [
        (EITHER, true, false),
        (FORWARD, false, false),
        (BACKWARD, false, true),
    ] {
        for sign in signs {
            if let Some((left, right)) = text.split_once(sign)
                && !FORWARD.iter().chain(EITHER).any(|it| right.contains(it))
            {
                let right = right.split_once(": ").map_or(right, |(it, _)| it);
                let end = |text: &str| {
                    parties(&trimmed(text, &["traffic", "from", "communication"], &[]))
                };
                let (from, to) = (end(left), end(right));
                let (from, to) = if back { (to, from) } else { (from, to) };
                let whole = !from.is_empty() && !to.is_empty();
                return whole.then_some(Arrow { from, to, both });
            }
        }
    }
    None
}

/// The end at an arrow that has only one: `Agent ->`, `-> server`.
pub(super) fn open_ended(text: &str) -> Option<Arrow> {
    let text = text.trim().trim_matches('`');
    let end = |it: &str| Some(parties(it)).filter(|it| !it.is_empty());
    let none = Vec::new;
    FORWARD.iter().find_map(|sign| {
        let (from, to) = match (text.strip_suffix(sign), text.strip_prefix(sign)) {
            (Some(left), None) => (end(left)?, none()),
            (None, Some(right)) => (none(), end(right)?),
            _ => return None,
        };
        Some(Arrow {
            from,
            to,
            both: false,
        })
    })
}

/// The direction of an arrow by itself, seen from the component that a row is about.
pub(crate) fn sign_alone(text: &str) -> Option<Way> {
    let sign = text.trim().trim_matches('`');
    [
        (EITHER, Way::Both),
        (FORWARD, Way::Out),
        (BACKWARD, Way::In),
    ]
    .into_iter()
    .find(|(signs, _)| signs.contains(&sign))
    .map(|(_, way)| way)
}

/// Whether a direction says that traffic stays on its machine.
pub(crate) fn is_local(text: &str) -> bool {
    let text = words(text);
    let local: &[&str] = &[
        "本机",
        "local",
        "localhost",
        "loopback",
        "локально",
        "本地",
        "lokal",
        "yerel",
        "ローカル",
    ];
    text.len() <= 2 && has_any(&text, local)
}

/// What is in brackets, if the arrow is there.
fn inside(text: &str) -> String {
    let has = |it: &str| {
        [EITHER, FORWARD, BACKWARD]
            .iter()
            .any(|signs| signs.iter().any(|sign| it.contains(sign)))
    };
    let bracket = text.split_once('(').and_then(|(_, it)| it.split_once(')'));
    match bracket {
        Some((it, _)) if has(it) => it.to_owned(),
        _ => text.to_owned(),
    }
}

/// Words with which headings about changes begin, in which "from" and "to" do not name ends.
#[rustfmt::skip]
const CHANGES: &[&str] = &[
    "upgrade", "upgrading", "update", "updating", "migrate", "migrating", "migration", "move", "moving", "convert", "change", "changing",
    "switch", "switching", "add", "adding", "manually", "configure", "configuring", "install", "installing", "differences", "transition",
];

/// The longest heading in which words name two ends.
const LONGEST: usize = 14;
/// Words after which "to" is not a direction: `how to`, `ports to open`.
#[rustfmt::skip]
const NOT_BEFORE_TO: &[&str] = &[
    "how", "need", "needs", "want", "ports", "port", "access", "related", "introduction", "guide", "due", "according",
    "required", "up", "used", "changes", "steps", "range", "and", "or", "able",
];
/// Verbs after which "to" is not a direction: `to open`.
#[rustfmt::skip]
const NOT_AFTER_TO: &[&str] = &[
    "open", "be", "allow", "configure", "use", "enable", "the", "ensure", "check", "set", "connect", "install",
    "deploy", "access", "run", "change", "know", "consider", "reach", "communicate", "talk",
];

fn by_words(text: &str) -> Option<Arrow> {
    let text = even(text);
    if text.split(' ').count() > LONGEST {
        return None;
    }
    if text.chars().any(is_cjk) {
        return by_cjk(&text);
    }
    let lower = lower_in_place(&text);
    let its = words(&text);
    // `Upgrade from 3.1 to 3.2`, `Not open to clients`
    if its.first().is_some_and(|it| CHANGES.contains(&it.as_str())) || has_any(&its, &["not"]) {
        return None;
    }
    let find = |word: &str, from: usize| -> Option<usize> {
        let at = lower.get(from..)?.find(word)? + from;
        let start = at == 0 || lower[..at].ends_with([' ', '(']);
        start.then_some(at)
    };
    for (open, middle) in [
        ("between ", " and "),
        ("между ", " и "),
        ("zwischen ", " und "),
    ] {
        if let Some(at) = find(open, 0) {
            let rest = &text[at + open.len()..];
            let lower_rest = &lower[at + open.len()..];
            let (from, to) = match lower_rest.find(middle) {
                Some(cut) => (ends(&rest[..cut]), ends(&rest[cut + middle.len()..])),
                None => (ends(rest), ends(rest)),
            };
            let both = from != to;
            return (!from.is_empty() && !to.is_empty()).then_some(Arrow { from, to, both });
        }
    }
    for (open, middle) in [
        ("from ", " to "),
        ("от ", " к "),
        ("von ", " nach "),
        ("von ", " zu "),
    ] {
        if let Some(at) = find(open, 0) {
            let start = at + open.len();
            if let Some(cut) = lower[start..].find(middle) {
                let (from, to) = (
                    ends(&text[start..start + cut]),
                    ends(&text[start + cut + middle.len()..]),
                );
                return (!from.is_empty() && !to.is_empty()).then_some(Arrow {
                    from,
                    to,
                    both: false,
                });
            }
        }
    }
    if let Some(arrow) = by_access(&text, &lower) {
        return Some(arrow);
    }
    let (cut, length) = match lower.find(" to ") {
        Some(cut) => (cut, 4),
        None => return toward(&text, &lower),
    };
    let (left, right) = (words(&text[..cut]), words(&text[cut + length..]));
    let bad = left
        .last()
        .is_none_or(|it| NOT_BEFORE_TO.contains(&it.as_str()))
        || right
            .first()
            .is_none_or(|it| NOT_AFTER_TO.contains(&it.as_str()));
    let (from, to) = (ends(&text[..cut]), ends(&text[cut + length..]));
    let nouns = has_any(&left, ACTORS) || has_any(&right, ACTORS);
    (!bad && nouns && !from.is_empty() && !to.is_empty()).then_some(Arrow {
        from,
        to,
        both: false,
    })
}

/// `Agent access to the server`, `Nodes access to each other`. What is before "access" has to be what connects: not `Network access`.
fn by_access(text: &str, lower: &str) -> Option<Arrow> {
    let (left, right) = [" access to ", " to "]
        .iter()
        .find_map(|it| lower.find(it).map(|at| (at, at + it.len())))?;
    let its = words(&text[..left]);
    let first = its.first()?;
    let from = ends(&text[..left]);
    let mutual = ["each other", "one another"];
    let is_mutual = mutual.contains(&lower[right..].trim_end_matches([':', '.']));
    let is_access = lower[left..].starts_with(" access");
    if IMPERATIVES.contains(&first.as_str()) || !has_any(&its, ACTORS) || !(is_access || is_mutual)
    {
        return None;
    }
    let to = if is_mutual {
        from.clone()
    } else {
        ends(&text[right..])
    };
    (!from.is_empty() && !to.is_empty()).then_some(Arrow {
        from,
        to,
        both: false,
    })
}

/// `External traffic to master nodes`: only the listener is named.
fn toward(text: &str, lower: &str) -> Option<Arrow> {
    let at = lower.find("трафик к ")?;
    let to = ends(&text[at + "трафик к ".len()..]);
    (!to.is_empty()).then_some(Arrow {
        from: Vec::new(),
        to,
        both: false,
    })
}

fn by_cjk(text: &str) -> Option<Arrow> {
    let pairs = [("从", "到", ""), ("从", "至", ""), ("", "から", "へ")];
    for (open, middle, close) in pairs {
        let Some((_, rest)) = text.split_once(open) else {
            continue;
        };
        if let Some((left, right)) = rest.split_once(middle) {
            let right = right.split(['的', 'の', '，', ',']).next().unwrap_or(right);
            let right = right.trim_end_matches(close);
            let (from, to) = (parties(left), parties(right));
            return (!from.is_empty() && !to.is_empty()).then_some(Arrow {
                from,
                to,
                both: false,
            });
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ends_of(text: &str) -> String {
        arrow(text).map_or_else(String::new, |it| {
            format!(
                "{} {} {}",
                it.from.join("; "),
                if it.both { "<>" } else { ">" },
                it.to.join("; ")
            )
        })
    }

    #[test]
    fn cells_name_two_ends() {
        for (text, expected) in [
            ("Parrot to Perch", "Parrot > Perch"),
            ("Parrot -> Perch (TLS)", "Parrot > Perch (TLS)"),
            ("from Parrot to Perch", "Parrot > Perch"),
            ("between Parrot and Perch", "Parrot <> Perch"),
            ("Site to Site VPN", ""),
            ("Node 1 to Node 3", ""),
            ("Node 1 to 3", ""),
            ("Node to node", "Node > node"),
            ("Access to storage", ""),
            ("所有节点至 server；API", "所有节点 > server"),
            ("连接到服务器", ""),
            ("Parrot", ""),
            ("Parrot to\nPerch", ""),
        ] {
            let ends = in_cell(text).map_or_else(String::new, |it| {
                let sign = if it.both { "<>" } else { ">" };
                format!("{} {sign} {}", it.from.join("; "), it.to.join("; "))
            });
            assert_eq!(ends, expected, "{text}");
        }
    }

    #[test]
    fn headings_name_two_ends() {
        for (text, expected) in [
            (
                "Client `-->` Distribution point, both standard and pull",
                "Client > Distribution point",
            ),
            (
                "Management point `<-->` Site server",
                "Management point <> Site server",
            ),
            ("Manager → Worker", "Manager > Worker"),
            (
                "Inbound Trafik (Internet → Apinizer)",
                "Internet > Apinizer",
            ),
            ("Traffic from agents to the server", "agents > server"),
            (
                "Worker nodes to control plane",
                "Worker nodes > control plane",
            ),
            ("Трафик от master-узлов к узлам", "master-узлов > узлам"),
            ("Трафик между узлами", "узлами > узлами"),
            ("Внешний трафик к master-узлам", " > master-узлам"),
            ("Ports to open", ""),
            (
                "Parrot agent access to the seed server",
                "Parrot agent > seed server",
            ),
            (
                "Perch nodes access to each other:",
                "Perch nodes > Perch nodes",
            ),
            ("Manager to manager access", "Manager > manager"),
            ("Network access to the server", ""),
            ("Allow client access to the server", ""),
            ("How to connect to the server", ""),
            ("从客户端到服务器", "客户端 > 服务器"),
        ] {
            assert_eq!(ends_of(text), expected, "{text}");
        }
    }
}
