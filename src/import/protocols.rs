//! Names of application protocols, which say what traffic is rather than who connects; and names of products, which listen.

use super::text::words;
use crate::catalog::index::Index;
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// Application protocols by which columns of services name rows.
#[rustfmt::skip]
const PROTOCOLS: &[&str] = &[
    "ssh", "scp", "http", "https", "ldap", "ldaps", "dns", "ntp", "smtp", "snmp", "ftp", "sftp", "tftp", "rdp", "telnet",
    "nfs", "smb", "syslog", "kerberos", "amqp", "amqps", "mqtt", "grpc", "rpc", "postgres", "postgresql", "mysql",
    "iscsi", "imap", "pop3", "sip", "radius", "tacacs", "vnc", "websocket", "tls", "ssl", "jdbc", "receptor", "dhcp",
    "bgp",
];

/// Whether a cell is only the name of a protocol: `HTTPS`, `gRPC API`, but not `UI`, which may connect.
pub(crate) fn is_protocol_name(text: &str) -> bool {
    let words = words(text);
    let is = |it: &String, list: &[&str]| list.contains(&it.as_str());
    let is_protocol = |it: &String| is(it, PROTOCOLS) || is(it, &["api", "tcp", "udp"]);
    let may_follow = |it: &String| is_protocol(it) || is(it, &["or", "and", "ui"]);
    words.len() <= 4 && words.iter().all(may_follow) && words.iter().any(is_protocol)
}

/// Whether a protocol has the name of the database that speaks it, which is then a component as well.
pub(crate) fn is_database(text: &str) -> bool {
    ["postgres", "postgresql", "mysql"].contains(&words(text).join(" ").as_str())
}

/// Names of products of the catalogue, as words.
static PRODUCTS: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
    let index = Index::built_in();
    let lines = index.lines().iter();
    let names = lines.flat_map(|it| [&it.name, &it.title].into_iter().chain(&it.aliases));
    names.map(|it| words(it).join(" ")).collect()
});

/// Whether a text is the name of a known product, which listens where nothing else is said to: `MySQL: 3306`.
pub(crate) fn is_product(text: &str) -> bool {
    PRODUCTS.contains(&words(text).join(" "))
}

/// Application protocols that do not use TCP, or not alone.
#[rustfmt::skip]
const NOT_TCP_ALONE: &[&str] = &[
    "dns", "ntp", "snmp", "tftp", "syslog", "kerberos", "sip", "radius", "dhcp", "receptor",
];

fn uses_tcp(word: &str) -> bool {
    PROTOCOLS.contains(&word) && !NOT_TCP_ALONE.contains(&word)
}

/// Whether a short name of the traffic is about an application protocol over TCP: `SSH client`.
pub(crate) fn has_protocol_name(text: &str) -> bool {
    let words = words(text);
    words.len() <= 6 && words.iter().any(|it| uses_tcp(it))
}

/// Whether a cell of ports has words, and all are application protocols over TCP: `SSH (22)`.
pub(crate) fn names_protocol(text: &str) -> bool {
    let words = words(text).into_iter();
    let mut words = words
        .filter(|it| it.chars().any(char::is_alphabetic))
        .peekable();
    words.peek().is_some() && words.all(|it| uses_tcp(&it))
}
