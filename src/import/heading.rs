//! What headings, captions and tabs say: who connects to whom, which way, and which component a table is about.

use super::cell::parties;
use super::table::Heading;
use super::text::{even, has_any, words};
use super::words::{Way, way_of_heading};

/// What precedes and follows names in headings.
#[rustfmt::skip]
const BEFORE: &[&str] = &[
    "traffic", "ports", "port", "communication", "communications", "connection", "connections", "access", "network",
    "from", "the", "external", "internal", "inbound", "outbound", "incoming", "outgoing", "required", "firewall",
    "rules", "трафик", "порты", "внешний", "связь", "verkehr", "von",
];
#[rustfmt::skip]
const AFTER: &[&str] = &[
    "traffic", "ports", "port", "communication", "communications", "connection", "connections", "rules", "access",
];

pub(super) fn ends(text: &str) -> Vec<String> {
    parties(&trimmed(side(text).map_or(text, |it| it.1), BEFORE, AFTER))
}

/// Words that belong to a name if another word of the name follows: `Management Server`, `Services Catalog`.
#[rustfmt::skip]
const PARTS_OF_NAMES: &[&str] = &[
    "access", "management", "network", "networking", "security", "service", "services", "system", "host", "table", "list",
    "connection", "connections", "configuration", "firewall", "port", "rule", "traffic",
];

/// The text without these words at its two ends. A number that counts headings goes too.
pub(super) fn trimmed(text: &str, before: &[&str], after: &[&str]) -> String {
    let text = even(text);
    let mut parts: Vec<&str> = text
        .split([' ', '\n'])
        .filter(|it| !it.is_empty())
        .collect();
    let plain = |it: &str| {
        it.trim_matches(|it: char| !it.is_alphanumeric())
            .to_lowercase()
    };
    let number = |it: &str| {
        it.chars()
            .all(|it| it.is_ascii_digit() || matches!(it, '.' | ')' | '-' | ':'))
    };
    let goes = |parts: &[&str]| match parts {
        [first, second, ..] => {
            let (first, second) = (plain(first), plain(second));
            let begins_name = PARTS_OF_NAMES.contains(&first.as_str())
                && !before.contains(&second.as_str())
                && !number(&second);
            number(parts[0]) || before.contains(&first.as_str()) && !begins_name
        }
        _ => false,
    };
    while goes(&parts) {
        parts.remove(0);
    }
    while parts.len() > 1
        && parts
            .last()
            .is_some_and(|it| after.contains(&plain(it).as_str()))
    {
        parts.pop();
    }
    parts.join(" ")
}

/// Nouns for what connects and listens.
#[rustfmt::skip]
pub(crate) const ACTORS: &[&str] = &[
    "node", "nodes", "node s", "server", "servers", "host", "hosts", "plane", "controller", "controllers", "agent",
    "agents", "manager", "managers", "worker", "workers", "master", "masters", "database", "databases", "gateway",
    "gateways", "proxy", "proxies", "client", "clients", "appliance", "appliances", "hub", "vm", "vms", "machine",
    "machines", "pod", "pods", "broker", "brokers", "console", "router", "routers", "balancer", "balancers", "sensor",
    "sensors", "collector", "collectors", "probe", "probes", "internet", "point", "points", "user", "users",
    "browser", "workstation", "workstations", "backend", "backends", "frontend", "member", "members", "storage", "center", "centre",
    "relay", "relays", "engine", "engines", "indexer", "indexers", "forwarder", "forwarders", "scheduler", "coordinator", "executor",
    "executors", "orchestrator", "director", "replica", "replicas", "leader", "bastion",
    "serveur", "serveurs", "nœud", "nœuds", "poller", "pollers", "servidor", "servidores",
    "узел", "узлы", "узлам", "узлами", "узлов", "сервер", "серверы", "серверу", "сервера", "агент", "агенты",
    "клиент", "клиенты", "节点", "服务器", "主机", "客户端", "サーバー", "サーバ", "ノード", "ホスト", "クライアント", "sunucu", "sunucusu",
    "sunucular", "düğüm", "düğümü", "istemci", "knoten",
];

/// Words that headings of tables with ports have, whatever the table is about.
#[rustfmt::skip]
const GENERIC: &[&str] = &[
    "port", "ports", "network", "networking", "networks", "firewall", "firewalls", "requirement", "requirements",
    "rule", "rules", "traffic", "communication", "communications", "connection", "connections", "connectivity",
    "access", "inbound", "outbound", "incoming", "outgoing", "ingress", "egress", "internal", "external", "default",
    "required", "used", "use", "usage", "list", "table", "matrix", "overview", "configuration", "configurations",
    "settings", "setting", "preparation", "prerequisites", "protocol", "protocols", "service", "services", "tcp",
    "udp", "for", "by", "of", "the", "on", "in", "to", "and", "or", "from", "with", "that", "must", "be", "open",
    "opened", "opening", "a", "an", "all", "other", "general", "only", "if", "when", "using", "specific", "summary",
    "range", "ranges", "listening", "listen", "allow", "allowed", "security", "details", "reference", "additional",
    "following", "between", "within", "common", "optional", "information", "system", "tab", "standard", "public",
    "private", "management", "host", "hosts", "порты", "порт", "сеть", "сетевые", "требования", "трафик", "таблица",
    "правила", "для", "端口", "网络", "要求", "ポート", "要件", "ネットワーク", "portlar", "gereksinimleri", "ağ", "netzwerk",
    "anforderungen",
];

/// Verbs with which headings of instructions begin.
#[rustfmt::skip]
pub(super) const IMPERATIVES: &[&str] = &[
    "prepare", "configure", "configuring", "install", "installing", "deploy", "deploying", "set", "setting", "open",
    "opening", "add", "adding", "create", "creating", "update", "updating", "upgrade", "enable", "enabling", "use",
    "using", "run", "running", "connect", "connecting", "manage", "managing", "allow", "plan", "planning", "check",
    "verify", "before", "step", "about", "understand", "secure", "securing", "restrict", "join", "start", "see", "refer",
];

/// Nouns for networks, which are not what connects or listens.
#[rustfmt::skip]
const NETWORKS: &[&str] = &[
    "network", "networks", "subnet", "subnets", "vlan", "vlans", "segment", "сеть", "netz", "netzwerk", "网络", "ネットワーク",
];
/// Words of headings for a way to deploy, or for what people open, in which a noun for components does not name who listens.
#[rustfmt::skip]
const NOT_COMPONENTS: &[&str] = &[
    "installation", "installations", "deployment", "deployments", "topology", "topologies", "architecture", "architectures",
    "access point", "access points", "entry point", "entry points", "end point", "end points", "multiple", "several",
];
/// Verbs after which a heading goes on about what it names: `The agent uses:`.
const VERBS: [&str; 18] = [
    "uses", "use", "requires", "require", "needs", "need", "listens", "listen", "opens", "has",
    "must", "should", "accepts", "accept", "connects", "connect", "starts", "comes",
];

/// The component that a heading names by an actor's noun: `Ports for worker nodes`, `Control plane`.
pub(crate) fn component(text: &str) -> Option<String> {
    let all: Vec<&str> = text.split(' ').collect();
    let verb = all
        .iter()
        .skip(1)
        .position(|it| VERBS.contains(&it.trim_end_matches(':')));
    if side(text).is_some() {
        return None;
    }
    let text = &verb.map_or_else(|| text.to_owned(), |at| all[..=at].join(" "));
    let printed = words(text);
    if printed.len() <= 3
        && printed
            .last()
            .is_some_and(|it| NETWORKS.contains(&it.as_str()))
    {
        return None; // `Client network`
    }
    let name = subject(text)?;
    let its = words(&name);
    // Words of traffic and of instructions; and of two ends, of which the heading is then about neither.
    let generic = [
        "to",
        "from",
        "traffic",
        "port",
        "ports",
        "communication",
        "трафик",
        "порты",
        "trafik",
        "流量",
        "requirements",
        "recommendations",
        "prerequisites",
        "considerations",
        "overview",
    ];
    if has_any(&its, &generic) {
        return None;
    }
    if its
        .first()
        .is_some_and(|it| IMPERATIVES.contains(&it.as_str()))
        || has_any(&its, &["your", "how", "you"])
    {
        return None; // `Prepare your server environment`
    }
    if has_any(&its, NOT_COMPONENTS) {
        return None;
    }
    let is_generic = its.iter().all(|it| GENERIC.contains(&it.as_str()));
    // `Mail role`
    let is_role = its.len() > 1 && its.last().is_some_and(|it| it == "role");
    (!is_generic && its.len() <= 6 && (has_any(&its, ACTORS) || is_role)).then_some(name)
}

/// What is left of a heading without the words that all such headings have.
pub(crate) fn subject(text: &str) -> Option<String> {
    let text = text.split(" - ").last().unwrap_or(text);
    let after: Vec<&str> = GENERIC
        .iter()
        .copied()
        .filter(|it| !["hosts", "host", "system"].contains(it))
        .collect();
    let name = trimmed(text, GENERIC, &after);
    let name = name
        .trim_matches(|it: char| !(it.is_alphanumeric() || matches!(it, ')' | '(')))
        .to_owned();
    let its = words(&name);
    let all = its.iter().all(|it| GENERIC.contains(&it.as_str()));
    (!all && !name.is_empty() && name.chars().count() <= 60).then_some(name)
}

/// Words of headings with the side on which the names after them are: `Source — Agents`.
const SIDES: [(&[&str], Way); 2] = [
    (
        &["source", "sources", "quelle", "origen", "источник"],
        Way::In,
    ),
    (
        &["destination", "destinations", "destino", "назначение"],
        Way::Out,
    ),
];
/// Words after them that name no end: `Source: Table 3`, `Destination - Online installations`.
#[rustfmt::skip]
const NOT_ENDS: &[&str] = &[
    "matrix", "table", "overview", "port", "ports", "rules", "rule", "documentation", "guide", "page", "release", "releases", "version",
    "versions", "installation", "installations", "environment", "environments", "tcp", "udp", "to", "from", "rfc", "https", "http",
    "not", "except", "below", "same", "docs", "manual", "standard", "ephemeral", "blog", "all",
];

/// What comes between the side and the names.
const SIGNS: [&str; 4] = [" — ", " – ", " - ", ": "];

/// The side with which a heading begins, as where the traffic goes seen from what the page is about, and what follows.
fn side(text: &str) -> Option<(Way, &str)> {
    SIGNS.iter().find_map(|it| {
        let (side, names) = text.split_once(it)?;
        let [side] = <[String; 1]>::try_from(words(side)).ok()?;
        let (_, way) = SIDES.iter().find(|it| it.0.contains(&side.as_str()))?;
        Some((*way, names))
    })
}

/// The names that the nearest heading gives with their side. Without a noun for what connects they need a heading above with a
/// direction.
pub(crate) fn peers_of(stack: &[Heading]) -> Option<(Way, Vec<String>)> {
    let mut above = stack.iter().rev().filter(|it| it.level <= 6);
    let (way, names) = side(&above.next()?.text)?;
    let its = words(names);
    let mut is_directed = || above.any(|it| way_of_heading(&it.text) == Some(way));
    let has_sign = names.contains(['.', '\n', '→', '>', ';', '<'])
        || SIGNS.iter().any(|it| names.contains(it));
    let has_side = SIDES.iter().any(|it| has_any(&its, it.0));
    let fits = (1..=5).contains(&its.len())
        && !has_sign
        && !has_side
        && !has_any(&its, NOT_ENDS)
        && (has_any(&its, ACTORS) || is_directed());
    fits.then(|| (way, parties(names)))
        .filter(|it| !it.1.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_name_components() {
        for (text, expected) in [
            ("Control plane node(s)", Some("Control plane node(s)")),
            ("Ports required for worker nodes", Some("worker nodes")),
            ("Network preparation", None),
            ("Inbound Network Rules", None),
            ("Hop Nodes", Some("Hop Nodes")),
            ("Management Server ports", Some("Management Server")),
            (
                "Network access to the management server",
                Some("management server"),
            ),
            ("Client Network", None),
            ("Access Points", None),
            ("Mail Role", Some("Mail Role")),
            ("Ports by role", None),
            (
                "Firewall rules for installations with several masters",
                None,
            ),
            ("Distribution points", Some("Distribution points")),
            ("Agents to the server", None),
            ("The Parrot agent uses:", Some("Parrot agent")),
        ] {
            assert_eq!(component(text).as_deref(), expected, "{text}");
        }
        assert_eq!(
            subject("CNI Specific Inbound Network Rules").as_deref(),
            Some("CNI")
        );
        assert_eq!(
            subject("Services Catalog").as_deref(),
            Some("Services Catalog")
        );
    }
}
