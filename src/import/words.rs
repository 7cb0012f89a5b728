//! The words by which pages in six languages say what a column contains, which way traffic goes, and what is required.

use super::headers::{OTHER_PORTS, names_host};
use super::text::{has, has_any, is_blank, words};
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
    pub const ALL: [Role; 19] = [
        Role::From,
        Role::To,
        Role::Peer,
        Role::Host,
        Role::Port,
        Role::PortOf(Transport::Tcp),
        Role::PortOf(Transport::Udp),
        Role::PortOf(Transport::Sctp),
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

#[rustfmt::skip]
const PORT: &[&str] = &[
    "port", "ports", "port s", "порт", "порты", "порта", "端口", "端口号", "ポート", "portu", "portlar", "portları",
    "bağlantı noktası", "portnummer", "listener",
];
#[rustfmt::skip]
const SOURCE: &[&str] = &[
    "source", "sources", "from", "src", "origin", "initiator", "initiated by", "sender", "client", "clients",
    "caller", "used by", "requested by", "источник", "источники", "откуда", "отправитель", "инициатор", "от",
    "kaynak", "kaynağı", "gönderen", "istemci", "源", "来源", "发起方", "客户端", "送信元", "接続元", "ソース", "quelle", "von",
    "absender", "quellsystem",
];
#[rustfmt::skip]
const TARGET: &[&str] = &[
    "destination", "destinations", "to", "dst", "dest", "target", "targets", "receiver", "connects to", "куда",
    "приемник", "приёмник", "получатель", "цель", "hedef", "hedefi", "alıcı", "目标", "目的地", "目的地址", "目的端", "宛先", "送信先",
    "接続先", "あて先", "fqdn", "fqdns", "domain name", "domain names", "ziel", "nach", "empfänger", "zielsystem",
];
/// Words that mean a destination next to a source, and a purpose otherwise.
#[rustfmt::skip]
const TARGET_OR_PURPOSE: &[&str] = &[
    "назначение", "目的",
];
#[rustfmt::skip]
const PEER: &[&str] = &[
    "remote", "remote host", "peer", "peers", "communicates with", "counterpart", "other side", "партнёр", "对端", "相手",
    "karşı taraf", "gegenstelle",
];
#[rustfmt::skip]
pub(super) const HOST: &[&str] = &[
    "host", "hosts", "host s", "hostname", "hostnames", "node", "nodes", "node s", "component", "components",
    "server", "servers", "machine", "role", "roles", "vm", "instance", "endpoint", "system", "container",
    "containers", "pod", "pods", "appliance", "компонент",
    "компоненты", "узел", "узлы", "сервер", "хост", "组件", "节点", "主机", "服务器", "コンポーネント", "ノード", "ホスト", "サーバー", "サーバ",
    "bileşen", "sunucu", "düğüm", "komponente", "knoten",
];
#[rustfmt::skip]
const TRANSPORT: &[&str] = &[
    "protocol", "protocols", "transport", "layer 4", "l4", "tcp udp", "tcp or udp", "udp tcp", "протокол",
    "протоколы", "транспорт", "protokol", "protokolü", "协议", "传输协议", "プロトコル", "protokoll",
];
#[rustfmt::skip]
const APPLICATION: &[&str] = &[
    "application protocol", "layer 5", "layer 7", "l7", "l5", "application layer", "прикладной протокол", "应用协议",
    "アプリケーションプロトコル",
];
#[rustfmt::skip]
const DIRECTION: &[&str] = &[
    "direction", "traffic direction", "connection type", "inbound outbound", "in out", "направление", "yön", "yönü",
    "方向", "向き", "richtung",
];
#[rustfmt::skip]
const NEED: &[&str] = &[
    "required", "mandatory", "optional", "necessary", "обязательный", "обязательно", "обязательность", "обязателен",
    "gerekli", "zorunlu", "gereklilik", "必需", "必须", "是否必须", "必要", "必須", "erforderlich", "pflicht",
];
#[rustfmt::skip]
const SETTING: &[&str] = &[
    "setting", "settings", "parameter", "parameters", "property", "variable", "option", "config key",
    "configuration key", "flag", "параметр", "настройка", "переменная", "配置项", "参数", "設定", "設定項目", "パラメータ", "パラメーター",
    "parametre", "ayar", "einstellung", "attribute",
];
#[rustfmt::skip]
const LABEL: &[&str] = &[
    "service", "services", "name", "use", "usage", "application", "function", "feature", "purpose", "required for",
    "used for", "traffic", "connector", "process", "служба", "сервис", "функция", "использование", "服务", "用途", "功能",
    "サービス", "機能", "hizmet", "servis", "amaç", "amacı", "kullanım", "dienst", "zweck", "verwendung", "daemon",
];
#[rustfmt::skip]
const NOTE: &[&str] = &[
    "description", "details", "detail", "note", "notes", "comment", "comments", "info", "information", "remarks",
    "remark", "описание", "примечание", "примечания", "комментарий", "комментарии", "пояснение", "açıklama",
    "açıklaması", "not", "notlar", "说明", "描述", "备注", "注释", "説明", "備考", "内容", "beschreibung", "bemerkung", "hinweis",
    "explanation",
];
#[rustfmt::skip]
const CONDITION: &[&str] = &[
    "configuration", "when", "condition", "conditions", "scenario", "условие", "条件", "场景", "koşul", "bedingung",
];
#[rustfmt::skip]
const ACTION: &[&str] = &[
    "action", "policy", "действие", "动作", "操作", "アクション", "eylem", "aktion", "verdict", "rule",
];
/// Headers that decide nothing, whatever else is in them.
#[rustfmt::skip]
const NO_ROLE: &[&str] = &[
    "configurable", "can the ports be changed", "customizable", "changeable", "example", "examples", "encrypted",
    "encryption", "tls", "authentication", "可配置", "настраиваемый", "version", "external",
];

/// The role of a column by its header. `has_source` tells whether another header names the source.
pub(crate) fn role_of(header: &str, has_source: bool) -> Role {
    let text = words(header);
    let any = |phrases| has_any(&text, phrases);
    if text.is_empty() {
        return Role::Other;
    }
    if any(NO_ROLE) {
        return if any(PORT) && !any(&["can the ports be changed", "configurable"]) {
            Role::Port
        } else {
            Role::Other
        };
    }
    if any(OTHER_PORTS) {
        return Role::Other;
    }
    if any(PORT) {
        let only = |word| has(&text, word);
        return match (only("tcp"), only("udp")) {
            (true, false) => Role::PortOf(Transport::Tcp),
            (false, true) => Role::PortOf(Transport::Udp),
            _ if any(&[
                "source",
                "src",
                "источника",
                "源",
                "送信元",
                "kaynak",
                "client",
            ]) =>
            {
                Role::SourcePort
            }
            _ => Role::Port,
        };
    }
    match text.as_slice() {
        [one] if one == "tcp" => return Role::PortOf(Transport::Tcp),
        [one] if one == "udp" => return Role::PortOf(Transport::Udp),
        [one] if one == "sctp" => return Role::PortOf(Transport::Sctp),
        _ => {}
    }
    if any(&["connects to", "connect to", "connecting to"]) {
        return Role::To;
    }
    if any(TARGET_OR_PURPOSE) && !any(TARGET) {
        return if has_source { Role::To } else { Role::Label };
    }
    let order: [(&[&str], Role); 14] = [
        (&["required for", "used for"], Role::Label),
        (APPLICATION, Role::Application),
        (DIRECTION, Role::Direction),
        (SETTING, Role::Setting),
        (SOURCE, Role::From),
        (TARGET, Role::To),
        (PEER, Role::Peer),
        (NEED, Role::Need),
        (TRANSPORT, Role::Transport),
        (NOTE, Role::Note),
        (LABEL, Role::Label),
        (HOST, Role::Host),
        (CONDITION, Role::Condition),
        (ACTION, Role::Action),
    ];
    match order.into_iter().find(|(phrases, _)| any(phrases)) {
        Some((_, Role::Label)) if names_host(header) => Role::Host,
        Some((_, role)) => role,
        None => Role::Other,
    }
}

/// Whether a header or a heading has a word for ports.
pub(crate) fn names_port(text: &str) -> bool {
    has_any(&words(text), PORT)
}

/// Whether a header names the source without doubt.
pub(crate) fn names_source(header: &str) -> bool {
    let text = words(header);
    has_any(&text, SOURCE) && !has_any(&text, PORT)
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
    "inbound", "incoming", "ingress", "in", "входящий", "входящие", "входящее", "входящая", "входящего", "入站", "入方向",
    "入口流量", "gelen", "gelen trafik", "eingehend", "eingehende", "eingehender", "インバウンド", "受信", "着信", "listen",
    "listening",
];
#[rustfmt::skip]
const OUTBOUND: &[&str] = &[
    "outbound", "outgoing", "egress", "out", "исходящий", "исходящие", "исходящее", "исходящая", "исходящего", "出站",
    "出方向", "giden", "giden trafik", "ausgehend", "ausgehende", "ausgehender", "アウトバウンド", "送信", "発信",
];
#[rustfmt::skip]
const EITHER: &[&str] = &[
    "both", "bidirectional", "bi directional", "two way", "either", "двунаправленный", "двусторонний", "оба", "双向",
    "çift yönlü", "her iki", "iki yönlü", "双方向", "beide", "bidirektional", "beidseitig",
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

/// Whether a cell says that it is required, or that it is not. `None` if it says neither.
pub(crate) fn need(text: &str) -> Option<bool> {
    let text = words(text);
    #[rustfmt::skip]
    let no: &[&str] = &[
        "no", "n", "optional", "not required", "false", "recommended", "нет", "необязательно", "необязательный",
        "опционально", "否", "可选", "任意", "不要", "いいえ", "zorunlu değil", "gerekli değil", "isteğe bağlı", "opsiyonel",
        "hayır", "nein", "optionale", "conditional",
    ];
    #[rustfmt::skip]
    let yes: &[&str] = &[
        "yes", "y", "required", "mandatory", "true", "always", "да", "обязательно", "обязательный", "обязателен", "是",
        "必需", "必须", "必要", "必須", "はい", "gerekli", "zorunlu", "evet", "ja", "erforderlich", "pflicht",
    ];
    if has_any(&text, no) {
        Some(false)
    } else {
        has_any(&text, yes).then_some(true)
    }
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
    fn headers_tell_roles_in_six_languages() {
        let cases = [
            ("TCP or UDP", Role::Transport),
            ("Port (default)", Role::Port),
            ("TCP port", Role::PortOf(Transport::Tcp)),
            ("UDP", Role::PortOf(Transport::Udp)),
            ("Source port", Role::SourcePort),
            ("Connection source", Role::From),
            ("Service that client connects to", Role::To),
            ("FQDN", Role::To),
            ("Host(s)", Role::Host),
            ("Protocols/Ports", Role::Port),
            ("Layer 4 Protocol", Role::Transport),
            ("Layer 5 Protocol", Role::Application),
            ("Required For", Role::Label),
            ("Config Setting", Role::Setting),
            ("Порт", Role::Port),
            ("Источник", Role::From),
            ("默认端口", Role::Port),
            ("组件", Role::Host),
            ("说明", Role::Note),
            ("送信元", Role::From),
            ("宛先", Role::To),
            ("Kaynak", Role::From),
            ("Hedef", Role::To),
            ("Gerekli", Role::Need),
            ("Yön", Role::Direction),
            ("Quelle", Role::From),
            ("Richtung", Role::Direction),
            ("Configurable", Role::Other),
        ];
        for (header, role) in cases {
            assert_eq!(role_of(header, false), role, "{header}");
        }
        assert_eq!(
            (role_of("目的", true), role_of("目的", false)),
            (Role::To, Role::Label)
        );
        assert_eq!(role_of("Назначение", true), Role::To);
    }

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
        assert!(is_optional(
            "*Note:* This port is only required if SNMP is enabled"
        ));
        assert!(!is_optional("Used for DNS"));
    }
}
