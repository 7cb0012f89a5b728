//! Which columns of a table have the ports of the listener.

use super::cell::{Ports, port_cell};
use super::header_words::{decides_nothing, ends_range};
use super::roles::{is_port, is_port_list, share};
use super::table::Table;
use super::text::{has_any, words};
use super::words::Role;

/// Words that tell columns of ports apart of which a listener has all: `HTTP port` and `HTTPS port`.
#[rustfmt::skip]
const VARIANTS: &[&str] = &[
    "http", "https", "tls", "ssl", "secure", "non secure", "nonsecure", "insecure", "unsecured", "secured", "plain", "plaintext",
    "encrypted", "unencrypted", "non tls", "non ssl", "grpc", "alternative", "alternate", "additional", "secondary",
];

/// Words of headers that say nothing else of the numbers below: not `VLAN` or `Timeout`.
#[rustfmt::skip]
const GENERIC: &[&str] = &["number", "numbers", "no", "nr", "default", "value", "values", "range", "ranges"];

/// The place of a column of ports that is not called so: in a table without a header, or alone with numbers next to transports or to
/// a column that names the ports.
fn unnamed_ports(table: &Table, roles: &[Role], names_ports: bool) -> Option<usize> {
    if table.header.is_empty() {
        return (0..roles.len()).find(|at| share(table, *at, is_port_list) > 0.6);
    }
    let is_generic = |at: usize| {
        let header = table.header.get(at).map_or("", |it| it.text.as_str());
        words(header)
            .iter()
            .all(|it| GENERIC.contains(&it.as_str()))
            && !decides_nothing(header)
    };
    let is_open = |at: usize| matches!(roles[at], Role::Other | Role::Label | Role::Note);
    let mut lists = (0..roles.len())
        .filter(|at| is_open(*at) && is_generic(*at) && share(table, *at, is_port_list) > 0.8);
    let first = lists
        .next()
        .filter(|_| names_ports || roles.contains(&Role::Transport))?;
    // Two columns of numbers may be anything.
    lists.next().is_none().then_some(first)
}

/// One column of ports, unless each is for a transport or a variant of the listener. Returns whether a column with ports is left.
pub(super) fn one_port(table: &Table, roles: &mut [Role], names_ports: bool) -> bool {
    let has = |roles: &[Role]| roles.iter().any(|it| is_port(*it));
    if !has(roles) {
        // `Protocol: TCP 443`, and tables without a header.
        let inline = roles.iter().position(|it| *it == Role::Transport);
        let inline = inline.filter(|at| {
            share(table, *at, |it| {
                port_cell(it, &[])
                    .pieces
                    .iter()
                    .any(|it| matches!(it.ports, Ports::Ranges(_)))
            }) > 0.5
        });
        let found = inline.or_else(|| unnamed_ports(table, roles, names_ports));
        if let Some(at) = found {
            roles[at] = Role::Port;
        }
        return false;
    }
    let by_transport = roles.iter().any(|it| matches!(it, Role::PortOf(_)));
    let ports: Vec<usize> = (0..roles.len())
        .filter(|at| roles[*at] == Role::Port)
        .collect();
    // A destination among several; otherwise the first.
    let header = |at: &usize| {
        table
            .header
            .get(*at)
            .map(|it| words(&it.text))
            .unwrap_or_default()
    };
    let listener = |at: &usize| {
        has_any(
            &header(at),
            &[
                "destination",
                "target",
                "listen",
                "default",
                "dst",
                "hedef",
                "目标",
            ],
        )
    };
    let kept = ports
        .iter()
        .copied()
        .find(|it| listener(it))
        .or_else(|| ports.first().copied());
    // `Start port` and `End port`
    if let [start, end] = ports[..]
        && ends_range(&header(&start), &header(&end))
    {
        roles[end] = Role::PortEnd;
        return false;
    }
    let variants = ports.iter().filter(|at| has_any(&header(at), VARIANTS));
    // `Port` and `TLS port`, or every one with its word.
    let listeners = ports.iter().filter(|it| listener(it)).count();
    let is_split =
        (listeners == 0 || listeners == ports.len()) && variants.count() + 1 >= ports.len().max(2);
    let mut is_left = false;
    for at in ports {
        if by_transport || (Some(at) != kept && !is_split) {
            roles[at] = Role::Other;
            is_left |= share(table, at, is_port_list) > 0.0;
        }
    }
    is_left
}
