//! What the columns of a table contain: by their headers, and by their values where headers do not decide.

use super::arrow::{arrow, by_sign, in_cell};
use super::cell::{Carrier, is_host_name, port_cell, transport_cell, transports_in};
use super::header_words::{decides_nothing, may_mean_purpose, names_source, role_of};
use super::headers::names_program;
use super::heading::component;
use super::port_columns::one_port;
use super::protocols::is_protocol_name;
use super::sided::of_direction;
use super::table::Table;
use super::text::{has_any, is_blank, words};
use super::words::{Role, is_answer, is_flag, way};
use std::collections::BTreeSet;

/// The columns of a table with ports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Columns {
    /// What each contains.
    pub roles: Vec<Role>,
    /// Whether the first column of labels names the other end of outbound rows: it has names of services, not of protocols.
    pub labels_name_peers: bool,
    /// Whether the first column of labels names what runs on the ports, which listens where nothing else does.
    pub labels_name_programs: bool,
    /// Whether a further column has ports that are not used.
    pub more_ports: bool,
}

impl Columns {
    /// The places of the columns with a role, in their order.
    pub(crate) fn all(&self, role: Role) -> impl Iterator<Item = usize> {
        self.roles
            .iter()
            .enumerate()
            .filter(move |(_, it)| **it == role)
            .map(|(at, _)| at)
    }

    /// The places of the columns that name ends.
    pub(crate) fn ends(&self) -> Vec<usize> {
        let roles = self.roles.iter().enumerate();
        roles.filter(|it| it.1.is_end()).map(|it| it.0).collect()
    }

    /// The place of the first column with a role.
    pub(crate) fn first(&self, role: Role) -> Option<usize> {
        self.all(role).next()
    }
}

/// How many rows decide about a column.
pub(super) const LOOKED_AT: usize = 200;

/// The columns of a table; an error with their roles if it has no ports. `given` are the roles that a person decided on.
pub(crate) fn columns(table: &Table, given: Option<&[Role]>) -> Result<Columns, Vec<Role>> {
    let width = table
        .rows
        .iter()
        .take(LOOKED_AT)
        .map(|it| it.cells.len())
        .max()
        .unwrap_or(0)
        .max(table.header.len());
    let headers: Vec<&str> = table.header.iter().map(|it| it.text.as_str()).collect();
    let mut roles = given.map_or_else(|| by_headers(table), <[Role]>::to_vec);
    roles.resize(width, Role::Other);
    let more_ports = given.is_none() && by_values(table, &mut roles);
    let columns = Columns {
        more_ports,
        labels_name_peers: labels_name_peers(table, &headers, &roles),
        labels_name_programs: labels_name_programs(table, &headers, &roles),
        roles,
    };
    let has_ports = columns.roles.iter().enumerate().any(|(at, it)| {
        is_port(*it) && share(table, at, |it| !port_cell(it, &[]).pieces.is_empty()) > 0.0
    });
    // ICMP, ESP and the like have no ports, in a table of flows all the same.
    let of_flows = columns.roles.iter().any(|it| is_port(*it))
        || columns.first(Role::From).is_some() && columns.first(Role::To).is_some();
    let without_ports = |text: &str| {
        let carriers = transport_cell(text).carriers;
        carriers
            .iter()
            .any(|it| matches!(it, Carrier::Icmp | Carrier::Icmpv6 | Carrier::Ip(_)))
    };
    let protocols = columns.first(Role::Transport);
    let has_protocols =
        of_flows && protocols.is_some_and(|at| share(table, at, without_ports) > 0.0);
    if has_ports || has_protocols {
        Ok(columns)
    } else {
        Err(columns.roles)
    }
}

/// What the columns of a table contain by their headers alone.
pub(super) fn by_headers(table: &Table) -> Vec<Role> {
    let headers: Vec<&str> = table.header.iter().map(|it| it.text.as_str()).collect();
    let has_source = headers.iter().any(|it| names_source(it));
    let roles = headers.iter().map(|it| role_of(it, has_source));
    let mut roles: Vec<Role> = roles.collect();
    destination_or_purpose(&headers, &mut roles);
    roles
}

/// A word that means a destination or a purpose is a destination right after the source, if the ports come later or another column
/// says what the traffic is for.
fn destination_or_purpose(headers: &[&str], roles: &mut [Role]) {
    let at = |roles: &[Role], role: Role| roles.iter().position(|it| *it == role);
    let Some(to) = at(roles, Role::To).filter(|at| may_mean_purpose(headers[*at])) else {
        return;
    };
    let is_next = to > 0 && roles[to - 1] == Role::From;
    let ports_later = at(roles, Role::Port).is_some_and(|it| it > to);
    let mut others = headers.iter().enumerate().filter(|(at, _)| *at != to);
    let has_purpose = others.any(|(_, it)| may_mean_purpose(it))
        || roles
            .iter()
            .any(|it| matches!(it, Role::Label | Role::Note | Role::Application));
    if !(is_next && (ports_later || has_purpose)) {
        roles[to] = Role::Label;
    }
}

pub(super) fn is_port(role: Role) -> bool {
    matches!(role, Role::Port | Role::PortOf(_))
}

/// Whether a column is about who may connect, and has more than a word in some cells.
fn says_who_may(table: &Table, at: usize) -> bool {
    let header = table
        .header
        .get(at)
        .map(|it| words(&it.text))
        .unwrap_or_default();
    let about = [
        "access",
        "visibility",
        "exposed",
        "exposure",
        "reachability",
    ];
    has_any(&header, &about) && share(table, at, |it| words(it).len() > 2) > 0.0
}

/// The share of the cells that say something for which a test holds; 0 if all are empty.
pub(super) fn share(table: &Table, column: usize, test: impl Fn(&str) -> bool) -> f64 {
    let mut all = 0_u32;
    let mut passed = 0_u32;
    for row in table.rows.iter().take(LOOKED_AT) {
        let Some(cell) = row.cells.get(column).filter(|it| !is_blank(&it.text)) else {
            continue;
        };
        all += 1;
        passed += u32::from(test(&cell.text));
    }
    f64::from(passed) / f64::from(all.max(1))
}

fn is_transport(text: &str) -> bool {
    if !text.chars().any(char::is_alphabetic) {
        return false; // A number alone may count anything.
    }
    transports_in(text)
        .iter()
        .any(|it| !matches!(it, Carrier::Named))
        && words(text).len() <= 4
}

/// Words of settings whose numbers are something else than ports.
#[rustfmt::skip]
const SETTINGS: &[&str] = &[
    "timeout", "size", "max", "min", "heap", "workers", "threads", "limit", "mb", "gb", "backlog", "idle", "cache", "count", "interval",
    "session", "retries",
];

/// Whether a cell is a port with its transport and nothing else: `tcp/443`.
fn is_port_with_transport(text: &str) -> bool {
    let mut pieces = port_cell(text, &[]).pieces.into_iter();
    let is_of = |it: Carrier| matches!(it, Carrier::Of(_));
    !text.contains(['.', ':']) && is_port_list(text) && pieces.all(|it| is_of(it.carrier))
}

/// Whether a cell is a port, a range or a list of them and nothing else.
pub(super) fn is_port_list(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let letters = text.chars().filter(|it| it.is_alphabetic()).count();
    digits >= 2 && letters <= 6 && !port_cell(text, &[]).pieces.is_empty()
}

/// Corrects the roles by the values. Returns whether a column with ports is not used.
fn by_values(table: &Table, roles: &mut [Role]) -> bool {
    let has_direction = roles.contains(&Role::Direction);
    let has_ports = roles.iter().any(|it| is_port(*it));
    let mut names_ports = false;
    let has_ends = roles.contains(&Role::From) && roles.contains(&Role::To);
    let names_ends = roles.iter().any(|it| it.is_end());
    for (at, role) in roles.iter_mut().enumerate() {
        let most = |test: fn(&str) -> bool| share(table, at, test) > 0.5;
        match role {
            // `Destination: tcp/443`, next to a column that names who listens.
            Role::From | Role::To | Role::Peer | Role::Host | Role::Label
                if !has_ports && share(table, at, is_port_with_transport) > 0.8 =>
            {
                *role = Role::Port;
            }
            Role::Other if most(is_transport) => *role = Role::Transport,
            // `Method: SSH`, whatever the column is called.
            Role::Other if most(is_protocol_name) => *role = Role::Application,
            // `Public access: yes, from the users of the console`
            Role::Other if says_who_may(table, at) => *role = Role::Note,
            Role::Other if most(|it| way(it).is_some() && words(it).len() <= 3) => {
                *role = Role::Direction;
            }
            // `A -> B`, whatever the column is called.
            Role::Other | Role::Peer if !has_direction && most(|it| in_cell(it).is_some()) => {
                *role = Role::Direction;
            }
            Role::Label if !has_direction && all_connect(table, at) => *role = Role::Direction,
            // `Used by: SSH, HTTPS` names what the traffic is: protocols do not connect. They do name peers: `DNS`, `NTP`.
            Role::From if share(table, at, is_protocol_name) >= 0.4 => {
                *role = Role::Label;
            }
            // Names of hosts on the internet are connected to, whatever the column is called.
            Role::Label | Role::Other if !names_ends && most(is_domain) => *role = Role::To,
            Role::Direction if !most(is_direction) => {
                *role = if most(is_transport) {
                    Role::Transport
                } else {
                    Role::Other
                };
            }
            Role::Transport if most(|it| way(it).is_some()) => *role = Role::Direction,
            Role::Need if !most(is_flag) => *role = Role::Note,
            // `TLS service: yes` names nothing.
            Role::Label | Role::Note | Role::Application | Role::Condition
                if share(table, at, is_answer) > 0.5 =>
            {
                *role = Role::Other;
            }
            // A column that says nothing is what it is called.
            _ if share(table, at, |_| true) == 0.0 => {}
            Role::PortOf(_) if !most(|it| !port_cell(it, &[]).pieces.is_empty()) => {
                *role = Role::Other;
            }
            // A column that is called "port" and names switch ports or services. Between two ends it has ports if some are numbers.
            Role::Port if share(table, at, may_be_port) <= if has_ends { 0.2 } else { 0.5 } => {
                *role = Role::Label;
                let is_setting = |it: &str| has_any(&words(it), SETTINGS);
                names_ports = share(table, at, is_setting) == 0.0;
            }
            _ => {}
        }
    }
    let more_ports = one_port(table, roles, names_ports);
    one_transport(table, roles);
    first_names_hosts(table, roles);
    // A host next to both ends is not an end.
    if roles.contains(&Role::From) && roles.contains(&Role::To) {
        for role in roles
            .iter_mut()
            .filter(|it| matches!(it, Role::Host | Role::Peer))
        {
            *role = Role::Label;
        }
    }
    for single in [
        Role::From,
        Role::To,
        Role::Host,
        Role::Peer,
        Role::Direction,
        Role::Setting,
    ] {
        for it in roles.iter_mut().filter(|it| **it == single).skip(1) {
            *it = Role::Other;
        }
    }
    more_ports
}

/// The first column names who listens, whatever it is called, if no other column and no heading names an end, and none says what the
/// ports are for.
fn first_names_hosts(table: &Table, roles: &mut [Role]) {
    let says_more = |it: &Role| {
        matches!(
            it,
            Role::From | Role::To | Role::Host | Role::Peer | Role::Direction | Role::Label
        )
    };
    let headings = table.stack.iter().map(|it| it.text.as_str());
    let mut near = headings.chain(table.caption.as_deref());
    if roles.first() == Some(&Role::Other)
        && !roles.iter().any(says_more)
        && !near.any(|it| component(it).is_some() || arrow(it).is_some())
        && has_names(table, 0)
    {
        roles[0] = Role::Host;
    }
}

/// Whether a column has short names and a header that does not say otherwise.
fn has_names(table: &Table, at: usize) -> bool {
    let header = table.header.get(at).map_or("", |it| it.text.as_str());
    let is_name = |it: &str| {
        it.chars().any(char::is_alphabetic)
            && !it.contains(['=', '/', '<'])
            && !is_protocol_name(it)
            && words(it).len() <= 6
    };
    !is_blank(header)
        && !decides_nothing(header)
        && share(table, at, |it| it.lines().all(is_name)) > 0.8
}

/// The place of a column of names that is not used, and might name an end. One that says the same everywhere, or yes and no, names none.
pub(super) fn unread(table: &Table, roles: &[Role]) -> Option<usize> {
    let differs = |at: usize| {
        let cells = table.rows.iter().filter_map(|it| it.cells.get(at));
        let texts: BTreeSet<&str> = cells.map(|it| it.text.trim()).collect();
        table.rows.len() < 3 || texts.len() > 1
    };
    (0..roles.len()).find(|at| {
        roles[*at] == Role::Other
            && has_names(table, *at)
            && differs(*at)
            && share(table, *at, is_answer) < 0.5
    })
}

fn may_be_port(text: &str) -> bool {
    text.chars().any(char::is_numeric) || !port_cell(text, &[]).pieces.is_empty()
}

/// Domains at the top, by which names of hosts are told from keys of settings.
#[rustfmt::skip]
const TOP: &[&str] = &[
    "com", "net", "org", "io", "gov", "edu", "cloud", "dev", "app", "co", "eu", "us", "uk", "de", "fr", "ru", "cn", "jp", "tr", "info", "ai",
];

/// Whether a cell is the name of a host on the internet.
fn is_domain(text: &str) -> bool {
    let name = text.trim().trim_matches(['`', '*', '.']);
    let top = name.rsplit('.').next().unwrap_or_default();
    is_host_name(name) && TOP.contains(&top.to_lowercase().as_str())
}

/// Whether a cell says which way connections go, or connects two ends in each line.
fn is_direction(text: &str) -> bool {
    let mut lines = text.lines().filter(|it| !it.trim().is_empty());
    way(text).is_some() || of_direction(text).is_some() || lines.all(|it| in_cell(it).is_some())
}

/// Whether all cells of a column of labels connect two ends: by arrows, or by words if its header is about connections.
fn all_connect(table: &Table, at: usize) -> bool {
    let header = table.header.get(at).map(|it| words(&it.text));
    let about = [
        "traffic",
        "communication",
        "connection",
        "connections",
        "flow",
    ];
    let by_words = header.is_some_and(|it| has_any(&it, &about));
    let connects = |it: &str| by_sign(it).is_some() || by_words && in_cell(it).is_some();
    share(table, at, connects) > 0.99
}

/// One column of transports. Where two are called "protocol", the other one names applications.
fn one_transport(table: &Table, roles: &mut [Role]) {
    let all: Vec<usize> = (0..roles.len())
        .filter(|at| roles[*at] == Role::Transport)
        .collect();
    if all.len() < 2 {
        return;
    }
    let best = all.iter().copied().max_by(|a, b| {
        let by = |at: &usize| share(table, *at, is_transport);
        by(a).total_cmp(&by(b)).then(b.cmp(a))
    });
    for at in all.into_iter().filter(|at| Some(*at) != best) {
        roles[at] = Role::Application;
    }
}

fn labels_name_peers(table: &Table, headers: &[&str], roles: &[Role]) -> bool {
    let Some(at) = roles.iter().position(|it| *it == Role::Label) else {
        return false;
    };
    let header = headers.get(at).map(|it| words(it)).unwrap_or_default();
    let named = has_any(
        &header,
        &[
            "service",
            "name",
            "application",
            "system",
            "服务",
            "сервис",
            "サービス",
            "servis",
            "dienst",
        ],
    );
    named && share(table, at, is_protocol_name) < 0.5
}

/// Whether a column is called "application" or the like, and its cells are names rather than protocols or sentences.
fn labels_name_programs(table: &Table, headers: &[&str], roles: &[Role]) -> bool {
    let Some(at) = roles.iter().position(|it| *it == Role::Label) else {
        return false;
    };
    let is_name = |text: &str| {
        let count = words(text).len();
        (1..=5).contains(&count) && !is_protocol_name(text) && !text.trim_end().ends_with('.')
    };
    headers.get(at).is_some_and(|it| names_program(it)) && share(table, at, is_name) > 0.8
}
