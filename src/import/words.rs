//! What a column contains, and the words by which pages in six languages say which way traffic goes, and what is required.

use super::text::{has_any, is_blank, words};
use crate::model::traffic::Transport;

/// What a column contains.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Who opens the connection.
    From,
    /// Who listens.
    To,
    /// The other end, whichever way the connection goes.
    Peer,
    /// The host or component that the row is about.
    Host,
    /// The ports of the listener, perhaps with transports.
    Port,
    /// The ports of the listener for one transport.
    PortOf(Transport),
    /// The last port of a range whose first is in the column of ports.
    PortEnd,
    /// The ports of the side that connects; they make no rule.
    SourcePort,
    /// The transport.
    Transport,
    /// An application protocol.
    Application,
    /// Which way the connection is opened.
    Direction,
    /// Whether it is required.
    Need,
    /// The setting that changes the port.
    Setting,
    /// A short name of the traffic.
    Label,
    /// Sentences about it.
    Note,
    /// The configuration in which it applies.
    Condition,
    /// Whether it is to be allowed or denied.
    Action,
    /// Anything else.
    Other,
}

impl Role {
    /// Whether a column names an end, whichever it is.
    pub(crate) fn is_end(self) -> bool {
        matches!(self, Role::From | Role::To | Role::Host | Role::Peer)
    }

    /// The spelling in files of answers.
    pub fn as_str(self) -> &'static str {
        match self {
            Role::From => "from",
            Role::To => "to",
            Role::Peer => "peer",
            Role::Host => "host",
            Role::Port => "port",
            Role::PortOf(Transport::Tcp) => "port-tcp",
            Role::PortOf(Transport::Udp) => "port-udp",
            Role::PortOf(Transport::Sctp) => "port-sctp",
            Role::PortEnd => "port-end",
            Role::SourcePort => "source-port",
            Role::Transport => "transport",
            Role::Application => "application",
            Role::Direction => "direction",
            Role::Need => "need",
            Role::Setting => "setting",
            Role::Label => "service",
            Role::Note => "note",
            Role::Condition => "condition",
            Role::Action => "action",
            Role::Other => "other",
        }
    }

    /// Every role, for reading files of answers.
    pub const ALL: [Role; 20] = [
        Role::From,
        Role::To,
        Role::Peer,
        Role::Host,
        Role::Port,
        Role::PortOf(Transport::Tcp),
        Role::PortOf(Transport::Udp),
        Role::PortOf(Transport::Sctp),
        Role::PortEnd,
        Role::SourcePort,
        Role::Transport,
        Role::Application,
        Role::Direction,
        Role::Need,
        Role::Setting,
        Role::Label,
        Role::Note,
        Role::Condition,
        Role::Action,
        Role::Other,
    ];

    /// The role with this spelling. `peer-or-service` is what a service name is where rows have a direction.
    pub fn parse(word: &str) -> Option<Role> {
        if word == "peer-or-service" {
            return Some(Role::Label);
        }
        Role::ALL.into_iter().find(|it| it.as_str() == word)
    }
}

/// Which way a connection is opened, seen from the component that the row is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Way {
    /// To the component.
    In,
    /// From the component.
    Out,
    /// Either way.
    Both,
}

#[rustfmt::skip]
const INBOUND: &[&str] = &[
    "inbound", "incoming", "ingress", "in", "entrant", "entrants", "entrante", "entrantes", "entrada", "входящий",
    "входящие", "входящее", "входящая", "входящего", "入站", "入方向",
    "入口流量", "gelen", "gelen trafik", "eingehend", "eingehende", "eingehender", "rein", "インバウンド", "受信", "着信", "listen",
    "listening",
];
#[rustfmt::skip]
const OUTBOUND: &[&str] = &[
    "outbound", "outgoing", "egress", "out", "sortant", "sortants", "sortante", "saliente", "salientes", "salida",
    "исходящий", "исходящие", "исходящее", "исходящая", "исходящего", "出站",
    "出方向", "giden", "giden trafik", "ausgehend", "ausgehende", "ausgehender", "raus", "アウトバウンド", "送信", "発信",
];
#[rustfmt::skip]
const EITHER: &[&str] = &[
    "both", "bidirectional", "bi directional", "two way", "either", "двунаправленный", "двусторонний", "оба", "双向",
    "bidirectionnel", "bidirectionnelle", "bidireccional", "bidirezionale", "çift yönlü", "her iki", "iki yönlü", "双方向",
    "beide", "bidirektional", "beidseitig",
];

/// The direction that a cell or a heading states.
pub(crate) fn way(text: &str) -> Option<Way> {
    if let Some(way) = super::arrow::sign_alone(text) {
        return Some(way);
    }
    let text = words(text);
    let (inward, outward) = (has_any(&text, INBOUND), has_any(&text, OUTBOUND));
    match (inward, outward) {
        _ if has_any(&text, EITHER) => Some(Way::Both),
        (true, true) => Some(Way::Both),
        (true, false) => Some(Way::In),
        (false, true) => Some(Way::Out),
        (false, false) => None,
    }
}

/// Whether a cell says that either end opens connections. `In/Out` next to both ends may only mean that both firewalls open the port.
pub(crate) fn is_two_way(text: &str) -> bool {
    super::arrow::sign_alone(text) == Some(Way::Both) || has_any(&words(text), EITHER)
}

/// The direction that a heading states. Prepositions say nothing there: `Ports in use` is not a direction.
pub(crate) fn way_of_heading(text: &str) -> Option<Way> {
    let text: Vec<String> = words(text);
    let without = |phrases: &[&'static str]| -> Vec<&'static str> {
        phrases
            .iter()
            .copied()
            .filter(|it| {
                ![
                    "in",
                    "out",
                    "listen",
                    "listening",
                    "both",
                    "either",
                    "оба",
                    "beide",
                ]
                .contains(it)
            })
            .collect()
    };
    let inward = has_any(&text, &without(INBOUND));
    let outward = has_any(&text, &without(OUTBOUND));
    match (inward, outward) {
        (true, true) => None,
        (true, false) => Some(Way::In),
        (false, true) => Some(Way::Out),
        (false, false) => has_any(&text, &without(EITHER)).then_some(Way::Both),
    }
}

#[rustfmt::skip]
const NOT_NEEDED: &[&str] = &[
    "no", "n", "optional", "not required", "false", "recommended", "нет", "необязательно", "необязательный",
    "опционально", "否", "可选", "任意", "不要", "いいえ", "zorunlu değil", "gerekli değil", "isteğe bağlı", "opsiyonel",
    "hayır", "nein", "optionale", "conditional", "facultatif", "optionnel", "opcional", "facoltativo",
];
#[rustfmt::skip]
const NEEDED: &[&str] = &[
    "yes", "y", "required", "mandatory", "true", "always", "да", "обязательно", "обязательный", "обязателен", "是",
    "必需", "必须", "必要", "必須", "はい", "gerekli", "zorunlu", "evet", "ja", "erforderlich", "pflicht", "oui",
    "obligatoire", "requis", "sí", "obligatorio", "obbligatorio", "sì",
];

/// Whether a cell says that it is required, or that it is not. `None` if it says neither.
pub(crate) fn need(text: &str) -> Option<bool> {
    let text = words(text);
    // `Non`, but not `non-TLS`.
    if has_any(&text, NOT_NEEDED) || text == ["non"] {
        Some(false)
    } else {
        has_any(&text, NEEDED).then_some(true)
    }
}

/// The longest text in brackets that may say only whether something is required, in bytes.
const LONGEST_MARK: usize = 60;

/// The first brackets of a text that say only whether something is required: `LDAP (optional)`, but not `LDAP (no TLS)`. Where they
/// begin, where they end, and what they say.
fn mark(text: &str) -> Option<(usize, usize, bool)> {
    let mut open = None;
    for (at, it) in text.char_indices() {
        match (it, open) {
            ('(', _) => open = Some(at),
            (')', Some(from)) => {
                open = None;
                let inside = &text[from + 1..at];
                if inside.len() > LONGEST_MARK || is_answer(inside) {
                    continue;
                }
                let inside = words(inside).join(" ");
                let is = |list: &[&str]| list.contains(&inside.as_str());
                if is(NOT_NEEDED) || is(NEEDED) {
                    return Some((from, at + 1, is(NEEDED)));
                }
            }
            _ => {}
        }
    }
    None
}

/// Whether brackets in a text say that something is required, or that it is not.
pub(crate) fn marked(text: &str) -> Option<bool> {
    mark(text).map(|it| it.2)
}

/// A text without brackets that say only whether it is required.
pub(crate) fn without_marks(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((from, to, _)) = mark(rest) {
        kept.push_str(rest[..from].trim_end());
        rest = &rest[to..];
    }
    kept.push_str(rest);
    kept
}

/// Whether sentences say that the traffic is optional.
pub(crate) fn is_optional(text: &str) -> bool {
    let starts = text.split(['.', '\n', '。', '(']).any(|it| {
        let it = words(it);
        it.first().is_some_and(|it| {
            [
                "optional",
                "optionally",
                "опционально",
                "необязательно",
                "可选",
                "opsiyonel",
                "任意",
            ]
            .contains(&it.as_str())
        })
    });
    let text = words(text);
    #[rustfmt::skip]
    let only: &[&str] = &[
        "required only if", "only required if", "only required when", "required only when", "needed only if",
        "only needed if", "needed only when", "only if", "off by default", "disabled by default",
    ];
    starts || has_any(&text, only)
}

/// Whether a cell means everything.
pub(crate) fn is_any(text: &str) -> bool {
    let text = words(text);
    let star = text.is_empty();
    #[rustfmt::skip]
    let alone: &[&str] = &[
        "any", "all", "все", "любой", "любые", "任意", "所有", "全部", "すべて", "全て", "tümü", "hepsi", "herhangi", "alle",
        "beliebig",
    ];
    !star && text.len() <= 2 && has_any(&text, alone)
}

/// Whether a cell only says yes or no.
pub(crate) fn is_answer(text: &str) -> bool {
    let text = words(text);
    #[rustfmt::skip]
    let answers: &[&str] = &[
        "yes", "y", "true", "no", "n", "false", "да", "нет", "是", "否", "はい", "いいえ", "evet", "hayır", "ja", "nein",
        "oui", "non", "sí", "sì",
    ];
    text.len() == 1 && answers.contains(&text[0].as_str())
}

/// Whether every word of a cell is a word for yes or no, or the cell says nothing.
pub(crate) fn is_flag(text: &str) -> bool {
    is_blank(text) || (need(text).is_some() && words(text).len() <= 3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directions_are_read() {
        assert_eq!(way("Inbound and Outbound"), Some(Way::Both));
        assert_eq!(way("Исходящий"), Some(Way::Out));
        assert_eq!(way_of_heading("Ports in use"), None);
        assert_eq!(
            way_of_heading("CNI Specific Inbound Network Rules"),
            Some(Way::In)
        );
    }

    #[test]
    fn needs_are_read() {
        assert_eq!(need("Zorunlu Değil"), Some(false));
        assert_eq!(need("Gerekli"), Some(true));
        assert!(is_optional("Optionally used to support DHCP"));
        assert_eq!(marked("Mail (optional)"), Some(false));
        assert_eq!(marked("Relay (Required)"), Some(true));
        assert_eq!(marked("Relay (no)"), None);
        for text in [
            "LDAP (no TLS)",
            "Web (non-TLS)",
            "Relay (always on)",
            "Relay (no",
            ")(",
        ] {
            assert_eq!(marked(text), None, "{text}");
            assert_eq!(without_marks(text), text);
        }
        assert_eq!(without_marks("Mail (optional) server"), "Mail server");
        assert_eq!(without_marks("Mail ((optional) (required))"), "Mail ()");
        assert_eq!(
            (need("Non"), need("Oui"), need("non-TLS")),
            (Some(false), Some(true), None)
        );
        assert!(is_optional(
            "*Note:* This port is only required if SNMP is enabled"
        ));
        assert!(!is_optional("Used for DNS"));
    }
}
