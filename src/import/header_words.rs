//! The words of headers, and the role of a column that they name.

use super::headers::{OTHER_PORTS, names_host};
use super::text::{has, has_any, words};
use super::words::Role;
use crate::model::traffic::Transport;

#[rustfmt::skip]
const PORT: &[&str] = &[
    "port", "ports", "port s", "порт", "порты", "порта", "端口", "端口号", "ポート", "portu", "portlar", "portları",
    "bağlantı noktası", "portnummer", "listener", "listens on", "listen on", "listening on",
    "puerto", "puertos", "porta", "portas", "포트",
];
#[rustfmt::skip]
const SOURCE: &[&str] = &[
    "source", "sources", "from", "src", "origin", "initiator", "initiated by", "sender", "client", "clients",
    "caller", "used by", "accessed by", "access from", "typical access", "allowed from", "reachable from", "accessible from", "called by", "requested by", "источник", "источники", "откуда", "отправитель", "инициатор", "от",
    "kaynak", "kaynağı", "gönderen", "istemci", "源", "来源", "发起方", "客户端", "送信元", "接続元", "ソース", "quelle", "von",
    "absender", "quellsystem",
    "quell", "通信元", "発信元", "アクセス元", "origen", "origem", "origine", "출발지", "소스", "depuis", "desde", "émetteur", "émetteurs",
    "mittente",
];
#[rustfmt::skip]
const TARGET: &[&str] = &[
    "destination", "destinations", "to", "dst", "dest", "target", "targets", "receiver", "connects to", "куда",
    "приемник", "приёмник", "получатель", "цель", "hedef", "hedefi", "alıcı", "目标", "目的地", "目的地址", "目的端", "宛先", "送信先",
    "接続先", "あて先", "fqdn", "fqdns", "domain name", "domain names", "ziel", "nach", "empfänger", "zielsystem",
    "назначения", "адресат", "адресаты", "通信先", "アクセス先", "destino", "destinos", "destinazione", "목적지", "대상", "vers", "hacia",
    "verso", "destinataire", "destinataires", "cible", "cibles", "récepteur",
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
    "load balancer", "load balancers", "rolle", "rollen", "rechner", "lastenausgleich", "роль", "роли", "角色", "模块",
    "ロール", "serveur", "serveurs", "hôte", "hôtes", "nœud", "nœuds", "composant", "composants", "rôle", "rôles", "servidor", "servidores",
    "componente", "componentes", "nodo", "nodos", "subsystem", "subsystems", "module", "modules", "tier", "microservice", "workload",
    "software", "where",
];
#[rustfmt::skip]
const TRANSPORT: &[&str] = &[
    "protocol", "protocols", "transport", "layer 4", "l4", "tcp udp", "tcp or udp", "udp tcp", "протокол",
    "протоколы", "транспорт", "protokol", "protokolü", "协议", "传输协议", "プロトコル", "protokoll",
    "protocole", "protocoles", "protocolo", "protocolos", "protocollo", "protocolli", "프로토콜",
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
    "流向", "sens", "sens du flux", "sentido", "dirección", "direção", "direzione", "방향",
];
#[rustfmt::skip]
const NEED: &[&str] = &[
    "required", "mandatory", "optional", "necessary", "обязательный", "обязательно", "обязательность", "обязателен",
    "gerekli", "zorunlu", "gereklilik", "必需", "必须", "是否必须", "必要", "必須", "erforderlich", "pflicht",
    "是否必选", "是否必需", "obligatorio", "obligatoire",
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
    "предназначение", "имя", "название", "наименование", "作用", "进程", "service type", "uso", "usage type", "utilisation", "servizio", "servicio",
    "serviço", "utilizzo", "용도", "서비스",
];
#[rustfmt::skip]
const NOTE: &[&str] = &[
    "description", "details", "detail", "note", "notes", "comment", "comments", "info", "information", "remarks",
    "remark", "описание", "примечание", "примечания", "комментарий", "комментарии", "пояснение", "açıklama",
    "açıklaması", "not", "notlar", "说明", "描述", "备注", "注释", "説明", "備考", "内容", "beschreibung", "bemerkung", "hinweis",
    "explanation",
    "notiz", "notizen", "anmerkung", "anmerkungen", "bemerkungen", "hinweise", "erläuterung", "erläuterungen",
    "kommentar", "descripción", "descrição", "descrizione", "설명", "비고", "commentaire", "commentaires", "remarque", "remarques",
    "comentario", "comentarios", "observaciones", "nota", "notas",
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

/// German nouns with which compounds begin, and those with which they end. English has the same without a gap: `hostname`.
#[rustfmt::skip]
const FIRST: &[&str] = &["quell", "ziel", "server", "dienst", "port", "protokoll", "client", "netzwerk", "standard", "lasten"];
#[rustfmt::skip]
const LAST: &[&str] = &[
    "port", "ports", "rolle", "rollen", "server", "rechner", "system", "systeme", "name", "namen", "nummer", "nummern", "bereich",
    "bereiche", "typ", "komponente", "komponenten", "knoten", "adresse", "adressen", "dienst",
];

/// The words of a header, with the parts of German compounds as words of their own: `Zielserver`, `Quell-IP`.
fn words_of(header: &str) -> Vec<String> {
    let parts = |it: String| -> Vec<String> {
        let pair = FIRST.iter().find_map(|first| {
            let rest = it.strip_prefix(first)?;
            let last = rest
                .strip_prefix('s')
                .filter(|it| LAST.contains(it))
                .unwrap_or(rest);
            LAST.contains(&last)
                .then(|| vec![(*first).to_owned(), last.to_owned()])
        });
        pair.unwrap_or_else(|| vec![it])
    };
    words(header).into_iter().flat_map(parts).collect()
}

/// Chinese words with the sign for a source that are about something else.
const NO_SOURCES: [&str; 4] = ["资源", "开源", "电源", "数据源"];

/// Whether a header is one that decides nothing: `Configurable`.
pub(crate) fn decides_nothing(header: &str) -> bool {
    has_any(&words_of(header), NO_ROLE)
}

/// The role of a column by its header. `has_source` tells whether another header names the source.
pub(crate) fn role_of(header: &str, has_source: bool) -> Role {
    let plain = NO_SOURCES
        .iter()
        .fold(header.to_owned(), |it, word| it.replace(word, ""));
    let text = words_of(&plain);
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
                "quell",
                "origen",
                "origem",
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
    // `Destination protocol`
    if text.len() > 1
        && text
            .last()
            .is_some_and(|it| TRANSPORT.contains(&it.as_str()))
        && (any(SOURCE) || any(TARGET))
    {
        return Role::Transport;
    }
    // `Source/destination` is the other end, whichever way the connection goes.
    let is_target = any(TARGET) || any(TARGET_OR_PURPOSE);
    if any(SOURCE) && is_target && !any(TRANSPORT) && header.contains(['/', '\\', '|', '／']) {
        return Role::Peer;
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

/// Whether a header has a word for a destination that means a purpose, too.
pub(crate) fn may_mean_purpose(header: &str) -> bool {
    let text = words_of(header);
    has_any(&text, TARGET_OR_PURPOSE) && !has_any(&text, TARGET) && !has_any(&text, SOURCE)
}

/// Words for the first port of a range, and for the last one in another column.
#[rustfmt::skip]
const START: &[&str] = &["start", "starting", "first", "begin", "low", "起始", "开始", "начальный", "başlangıç", "開始", "erster"];
#[rustfmt::skip]
const END: &[&str] = &["end", "ending", "last", "high", "结束", "终止", "конечный", "bitiş", "終了", "letzter"];

/// Whether two headers name the first and the last port of a range, and differ in nothing else.
pub(crate) fn ends_range(start: &[String], end: &[String]) -> bool {
    let rest = |its: &[String], without: &[&str]| -> Option<Vec<String>> {
        let is_other = |it: &&String| !without.contains(&it.as_str());
        let rest: Vec<String> = its.iter().filter(is_other).cloned().collect();
        (rest.len() + 1 == its.len()).then_some(rest)
    };
    // Words without spaces between them.
    let joined = |its: &[String], list: &[&str]| {
        let text = its.concat();
        let mut found = list.iter().filter_map(|it| text.strip_prefix(it));
        found.next().map(|it| vec![it.to_owned()])
    };
    let of = |its, list| rest(its, list).or_else(|| joined(its, list));
    of(start, START).is_some_and(|it| of(end, END) == Some(it))
}

/// Whether a header or a heading has a word for ports.
pub(crate) fn names_port(text: &str) -> bool {
    has_any(&words_of(text), PORT)
}

/// Whether a header names the source without doubt.
pub(crate) fn names_source(header: &str) -> bool {
    let text = words_of(header);
    has_any(&text, SOURCE) && !has_any(&text, PORT)
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
            ("Destination Protocol", Role::Transport),
            ("Source / Dest", Role::Peer),
            ("Источник/Назначение", Role::Peer),
            ("Typical access", Role::From),
            ("Zielserver", Role::To),
            ("Quellport", Role::SourcePort),
            ("Portnummer", Role::Port),
            ("Serverrolle", Role::Host),
            ("Dienstname", Role::Label),
            ("Узел назначения", Role::To),
            ("资源", Role::Other),
            ("通信先", Role::To),
            ("Protocole", Role::Transport),
            ("Puerto", Role::Port),
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
}
