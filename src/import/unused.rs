//! Tables in which ports may be although no column is recognised as ports: they are listed, so that nothing is lost in silence.

use super::cell::{Carrier, Ports, port_cell};
use super::header_words::names_port;
use super::roles::{is_port_list, share};
use super::table::Table;
use super::text::{has_any, is_blank, words};
use super::words::Role;

/// A table that is not used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unused {
    /// The heading, tab or caption by which it is found.
    pub at: String,
    /// Its first line in the document.
    pub line: usize,
    /// Its headers.
    pub headers: Vec<String>,
    /// What its columns seem to contain.
    pub roles: Vec<Role>,
    /// Why it is not used.
    pub why: String,
}

/// Why a table without a column of ports may have ports all the same. `None` if nothing in it looks like a port.
pub(super) fn unused(
    table: &Table,
    at: &str,
    headers: &[String],
    roles: Vec<Role>,
) -> Option<Unused> {
    let of_ports = |it: &usize| headers.get(*it).is_some_and(|it| names_port(it));
    let columns = || 0..roles.len();
    let named: Vec<usize> = columns().filter(of_ports).collect();
    let with_ports = |it: &usize| share(table, *it, is_port_list) > 0.5;
    let quoted = |at: usize| format!("`{}`", headers.get(at).map_or("", String::as_str));
    let source = columns().find(|it| roles[*it] == Role::SourcePort);
    let why = if let Some(at) = source.filter(|at| share(table, *at, is_port_list) > 0.0) {
        format!("{} may be the port of the side that connects", quoted(at))
    } else if let Some(at) = named
        .iter()
        .find(|at| share(table, **at, |it| it.chars().any(|it| it.is_ascii_digit())) > 0.0)
    {
        format!("{} has no ports that can be read", quoted(*at))
    } else if columns().any(|at| share(table, at, names_transport_and_port) > 0.0) {
        "no column is recognised as ports, but a cell has a transport with a port".to_owned()
    } else {
        // Numbers in tables of sizes look like ports, too: only what is around them tells.
        let near = table
            .caption
            .iter()
            .chain(table.tabs.last())
            .chain(table.stack.last().map(|it| &it.text));
        let is_near = near.into_iter().any(|it| names_port(it))
            || roles.contains(&Role::Transport)
            || has_any(&words(&table.lead), &["port", "ports"]);
        let numbers = columns().find(|it| is_near && with_ports(it))?;
        format!(
            "{} has numbers that may be ports, but its header does not say so",
            quoted(numbers)
        )
    };
    Some(Unused {
        at: at.to_owned(),
        line: table.line,
        headers: headers.to_vec(),
        roles,
        why,
    })
}

/// `TCP 443`, `8080/tcp`.
fn names_transport_and_port(text: &str) -> bool {
    let is_stated = |it: &Carrier| matches!(it, Carrier::Of(_));
    let pieces = port_cell(text, &[]).pieces;
    !is_blank(text)
        && pieces
            .iter()
            .any(|it| is_stated(&it.carrier) && matches!(it.ports, Ports::Ranges(_)))
}
