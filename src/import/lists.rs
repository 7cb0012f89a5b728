//! Lists of ports as tables: `8080/tcp: web pages`, below what they are about.

use super::cell::{Carrier, Ports, port_cell, transports_in};
use super::claim::is_local_address;
use super::header_words::names_port;
use super::heading::{component, subject};
use super::items::is_about_ports;
use super::line::divided;
use super::policy::{announces_closed, denies, is_not_to_open};
use super::protocols::is_protocol_name;
use super::roles::{Columns, is_port_list};
use super::table::{Cell, Heading, Item, Row, Table};
use super::text::{has_any, without_brackets, words};
use super::words::{Role, way_of_heading};
use crate::model::ports::PortRange;
use std::collections::BTreeSet;

/// What the columns of a list contain.
pub(super) const ROLES: [Role; 4] = [Role::Host, Role::Label, Role::Port, Role::Note];

/// The longest line before a list, in words, that is a heading of it, such as `Server`.
const MAX_HEADING: usize = 6;

/// Phrases and signs of lines whose numbers are not, or not any more, ports of a listener: those lines are left to a person.
#[rustfmt::skip]
const NOT_PORTS: &[&str] = &[
    "removed", "deprecated", "localhost", "loopback", "free ports", "inside the machine", "no longer", "not used", "not needed", "not open", "is closed", "already in use",
];
/// Words that say so in a line that does not begin with ports.
const NOT_PORTS_FIRST: [&str; 9] = [
    "change",
    "changed",
    "changes",
    "fixed",
    "bug",
    "renamed",
    "docker",
    "kubectl",
    "redirects",
];
/// Words of the name or the ports in a line, which say that the numbers are something else.
#[rustfmt::skip]
const OTHER_NUMBERS: &[&str] = &[
    "was", "not", "no", "never", "block", "blocked", "closed", "vlan", "mtu", "rfc", "timeout", "version", "java", "heap", "mb", "gb",
    "workers", "switch", "serial", "priority", "limit", "rule", "since", "max", "min", "asn", "weight", "id", "days", "size",
    "retention", "bytes", "bandwidth", "seconds", "minutes", "hours", "source", "except", "issue", "get", "post", "remove", "moved",
];
const NOT_PORTS_SIGNS: [&str; 8] = ["#", "127.0.0.", "::1", " -p ", "->", "://", "%", "$"];

/// Words with which a line before a list begins that names who connects.
const CLIENTS: [&str; 6] = ["from", "by", "used", "source", "sources", "connections"];

/// Words of headings within a list that are sentences, or name a state rather than a component.
#[rustfmt::skip]
const NOT_NAMES: &[&str] = &[
    "from", "to", "by", "used", "use", "uses", "must", "need", "needs", "connect", "connects", "connections", "initiate", "initiates",
    "source", "only", "note", "notes", "example", "legacy", "optional", "required", "step", "on", "these", "if", "when", "linux", "windows",
    "aws", "azure", "monitoring", "relevant", "other", "others", "default",
];

/// The tables that lines of lists make, one for those below the same headings that no other list parts; and the lines that make none.
pub(super) fn tables<'d>(lines: &[(&'d Item, &'d str)]) -> (Vec<Table>, Vec<&'d Item>) {
    let (mut tables, mut left) = (Vec::<(&Item, Table)>::new(), Vec::new());
    for (item, line) in lines {
        let Some(cells) = row(item, line) else {
            left.push(*item);
            continue;
        };
        let cell = |text: &str| Cell {
            text: text.trim().to_owned(),
            line: item.line,
            ..Cell::default()
        };
        let host = listens(line).map(|it| it.0).or_else(|| host(item, line));
        let host = host.unwrap_or_default();
        let cells = std::iter::once(host).chain(cells);
        let row = Row {
            line: item.line,
            cells: cells.map(cell).collect(),
            section: None,
        };
        match tables.last_mut() {
            Some((first, table)) if first.stack == item.stack => table.rows.push(row),
            _ => tables.push((item, begun(item, row))),
        }
    }
    (tables.into_iter().map(|it| it.1).collect(), left)
}

/// What the columns of such a table contain.
pub(super) fn columns() -> Columns {
    Columns {
        roles: ROLES.to_vec(),
        labels_name_peers: false,
        labels_name_programs: false,
        more_ports: false,
    }
}

/// A table with its first row. A name before the list is a heading, a sentence leads to the table.
fn begun(item: &Item, row: Row) -> Table {
    let mut stack = item.stack.clone();
    let mut lead = String::new();
    stack.retain(|it| {
        let its = words(&it.text);
        let is_sentence = its.len() > MAX_HEADING || has_any(&its, NOT_NAMES);
        let is_within = it.level > 6;
        // `From agents` names who connects, and a heading is read for who listens.
        let is_of_clients = its.first().is_some_and(|it| CLIENTS.contains(&it.as_str()));
        if is_within && is_sentence && !is_of_clients {
            lead.clone_from(&it.text);
        }
        !(is_within && (is_sentence || has_ports(&it.text, true)))
    });
    Table {
        line: item.line,
        stack,
        tabs: Vec::new(),
        caption: None,
        lead,
        header: Vec::new(),
        rows: vec![row],
    }
}

/// Whether an item says something of the item that it is within: `Endpoint: hub.example.com`, `Ports`.
fn is_attribute(text: &str) -> bool {
    let key = text.split_once(": ").map_or(text, |it| it.0);
    words(key).len() <= 2 && (key.len() < text.len() || names_port(key))
}

/// The item that an item is within, if it is a name: `hbbs`, but not `Inbound` or `Ports of the server`, which headings are read for.
fn host<'i>(item: &'i Item, line: &str) -> Option<&'i str> {
    let within = item.stack.iter().rev().take_while(|it| it.level > 6);
    let mut within = within.filter(|_| item.depth > Some(0));
    let above = within.next()?;
    let key = line.split_once(": ").map_or("", |it| it.0);
    // `Port: 443` is said of a listener, and of one that is connected to below an outbound heading.
    let has_way = item
        .stack
        .iter()
        .any(|it| way_of_heading(&it.text).is_some());
    if has_way && (is_attribute(&above.text) || is_attribute(key) && names_port(key)) {
        let named = std::iter::once(above)
            .chain(within)
            .find(|it| !is_attribute(&it.text))?;
        let is_name = words(&named.text).len() <= 5
            && way_of_heading(&named.text).is_none()
            && !has_ports(&named.text, true);
        return is_name.then_some(&named.text);
    }
    let text = &above.text;
    let its = words(text);
    let is_name = its.len() <= 3
        && subject(text).as_deref() == Some(text)
        && !has_any(&its, NOT_NAMES)
        && !has_any(&its, NOT_PORTS)
        && !has_any(&its, OTHER_NUMBERS)
        && !is_protocol_name(text)
        && !text.chars().any(|it| it.is_ascii_digit());
    let is_heading = component(text).is_some() || way_of_heading(text).is_some();
    (is_name && !is_heading && !has_ports(text, true)).then_some(text)
}

/// The name, the ports and the description in a line: `8080/tcp: web pages`, `SSH: 22/tcp`, `SSH (TCP 22)`, `Port 22 is for SSH`.
fn row<'d>(item: &Item, line: &'d str) -> Option<[&'d str; 3]> {
    let is_closed = |it: &Heading| {
        let short = words(&it.text).len() <= 2 && denies(&it.text);
        short
            || announces_closed(&it.text)
            || is_not_to_open(&it.text)
            || is_local_address(&it.text)
    };
    let about_ports = is_about_ports(item);
    let (head, _) = divided(line);
    let its = words(line);
    let is_other = has_any(&its, NOT_PORTS)
        || !has_ports(head, about_ports) && has_any(&its, &NOT_PORTS_FIRST)
        || has_any(&its, &["is blocked"]) && !has_any(&its, &["when", "if", "where"])
        || NOT_PORTS_SIGNS.iter().any(|it| line.contains(it))
        || maps_ports(line)
        || item.stack.iter().filter(|it| it.level > 6).any(is_closed);
    let found = cells(line, about_ports).filter(|_| !is_other)?;
    // What the line states elsewhere would be lost.
    let [name, ports, _] = found;
    let is_number = [name, ports]
        .iter()
        .any(|it| has_any(&words(it), OTHER_NUMBERS));
    let chosen = ranges(ports);
    let is_whole = ranges(line).iter().all(|it| chosen.contains(it));
    ((is_whole || ports == line) && !is_number && !is_unclear(ports)).then_some(found)
}

/// Whether numbers may belong together or not: `Node 1 22/tcp`, `9100/tcp - 9110/tcp`.
fn is_unclear(ports: &str) -> bool {
    let is_dash = |it: &str| matches!(it, "-" | "–" | "—");
    let words: Vec<&str> = ports.split(' ').filter(|it| !it.is_empty()).collect();
    let digit = |it: Option<char>| it.is_some_and(|it| it.is_ascii_digit());
    let ends = |it: &str| digit(it.chars().next_back());
    let begins = |it: &str| digit(it.chars().next());
    let next_to = words.windows(2).any(|it| ends(it[0]) && begins(it[1]));
    let torn =
        |it: &[&str]| is_dash(it[1]) && it[0].contains('/') && begins(it[0]) && begins(it[2]);
    next_to || words.windows(3).any(torn)
}

/// `8080:80`
fn maps_ports(line: &str) -> bool {
    let is_digit = |it: Option<char>| it.is_some_and(|it| it.is_ascii_digit());
    let mut colons = line.match_indices(':').map(|it| it.0);
    colons.any(|at| {
        is_digit(line[..at].chars().next_back()) && is_digit(line[at + 1..].chars().next())
    })
}

/// The ports in a text that a transport or a word for ports is next to, or that are in a list of nothing else.
fn ranges(text: &str) -> BTreeSet<PortRange> {
    let mut found = BTreeSet::new();
    for part in text
        .split([',', ';'])
        .flat_map(|it| it.split(" or "))
        .flat_map(|it| it.split(" and "))
    {
        let read = port_cell(part, &[]);
        let begins = part
            .trim_start()
            .starts_with(|it: char| it.is_ascii_digit());
        for piece in read.pieces {
            let is_stated = begins || names_port(part) || matches!(piece.carrier, Carrier::Of(_));
            if let Ports::Ranges(ranges) = piece.ports
                && is_stated
            {
                found.extend(ranges);
            }
        }
    }
    found
}

/// What comes between the name of a listener and its ports.
const LISTENS: [&str; 8] = [
    " listens on ",
    " listen on ",
    " listening on ",
    " hört auf ",
    " lauscht auf ",
    " écoute sur ",
    " escucha en ",
    " слушает ",
];

/// Words in front of that verb with which the sentence says something else, or which name nothing.
#[rustfmt::skip]
const NOT_LISTENERS: &[&str] = &[
    "which", "that", "must", "needs", "need", "to", "if", "once", "when", "until", "nothing", "something", "anything", "verify", "stopped",
    "used", "no", "none", "not", "another", "it", "they", "this", "your", "port", "old", "legacy", "now", "also", "can", "will", "may",
    "should", "connects", "polls", "inbound", "outbound", "make", "program", "else",
];

/// The listener and its ports in a line: `Hub - the server, listens on TCP (443, 8443 for administrators)`. Nothing but ports comes after
/// the verb, and nothing but a name, or a name and what it is, before it.
pub(super) fn listens(line: &str) -> Option<(&str, &str)> {
    let (before, ports) = LISTENS.iter().find_map(|it| line.split_once(it))?;
    let (name, what) = divided(before);
    let name = name.trim_end_matches([',', ':']).trim();
    let name = ["The ", "the ", "A ", "Each ", "Every "]
        .iter()
        .find_map(|it| name.strip_prefix(it))
        .unwrap_or(name);
    let (its, what) = (words(name), words(what));
    let is_name = (1..=4).contains(&its.len())
        && what.len() <= 8
        && !has_any(&its, NOT_NAMES)
        && !has_any(&its, NOT_LISTENERS)
        && !has_any(&what, NOT_LISTENERS)
        && !name.contains(|it: char| it.is_ascii_digit());
    let joins = [
        "tcp", "udp", "sctp", "and", "or", "port", "ports", "both", "und", "oder", "et", "y",
    ];
    let is_joined =
        |it: &String| joins.contains(&it.as_str()) || it.bytes().all(|it| it.is_ascii_digit());
    let is_list = words(&without_brackets(ports)).iter().all(is_joined);
    (is_name && is_list && has_ports(ports, true)).then_some((name, ports))
}

fn cells(line: &str, about_ports: bool) -> Option<[&str; 3]> {
    if let Some((_, ports)) = listens(line) {
        return Some(["", ports, line]);
    }
    if let Some((name, ports)) = name_and_ports(line).filter(|_| about_ports) {
        return Some([name, ports, ""]);
    }
    let (head, rest) = divided(line);
    if has_ports(head, about_ports) {
        let is_sentence = words(head).len() > MAX_HEADING;
        return Some(["", head, if is_sentence { line } else { rest }]);
    }
    let inner = rest.trim_end_matches(['.', ')']);
    let (ports, note) = divided(inner);
    if has_ports(ports, about_ports) {
        // `Ports: 80, 443` names nothing.
        let name = if is_attribute(head) && names_port(head) {
            ""
        } else {
            head
        };
        return Some([name, ports, note]);
    }
    // `22 for SSH`
    if let Some((ports, note)) = line.split_once(" for ")
        && about_ports
        && !ports.contains(char::is_alphabetic)
        && has_ports(ports, true)
    {
        return Some(["", ports, note]);
    }
    let ports = line.split(". ").next().unwrap_or(line);
    has_ports(ports, false).then_some(["", ports, line])
}

/// A name with ports behind it: `SSH 22`, `Web pages 80/443 (either)`.
fn name_and_ports(line: &str) -> Option<(&str, &str)> {
    let next_is_digit = |at: usize| line[at + 1..].starts_with(|it: char| it.is_ascii_digit());
    let at = line
        .match_indices(' ')
        .map(|it| it.0)
        .find(|it| next_is_digit(*it))?;
    let (name, ports) = (&line[..at], &line[at + 1..]);
    let end = ports.find(" (").unwrap_or(ports.len());
    let has_letters = name.chars().any(char::is_alphabetic);
    let is_name = has_letters
        && words(name).len() <= 4
        && !names_port(name)
        && !name.contains([':', '('])
        && !name.contains(|it: char| it.is_ascii_digit());
    let list = &ports[..end];
    // Nothing but numbers with signs between them: not `2 4560`, `22, HTTP 80`.
    let is_list = list.chars().all(|it| !it.is_alphabetic()) || is_bare_with_transport(list);
    let fits = is_name && transports_in(name).is_empty() && is_port_list(list);
    (fits && is_list && !is_unclear(list)).then_some((name, ports))
}

/// Whether the letters of a list of ports are those of transports.
fn is_bare_with_transport(list: &str) -> bool {
    let all = words(list);
    let mut names = all.iter().filter(|it| it.chars().any(char::is_alphabetic));
    names.all(|it| ["tcp", "udp", "sctp"].contains(&it.as_str()))
}

/// Whether a text has ports: with a transport or a word for ports, or as numbers alone in a list about ports.
fn has_ports(text: &str, about_ports: bool) -> bool {
    let read = port_cell(text, &[]);
    let is_sign = |it: char| !it.is_alphabetic() && it != '.' && it != ':';
    let bare = about_ports && text.chars().all(is_sign);
    let named = bare || names_port(text);
    read.pieces.iter().any(|it| {
        matches!(it.ports, Ports::Ranges(_)) && (named || matches!(it.carrier, Carrier::Of(_)))
    })
}
