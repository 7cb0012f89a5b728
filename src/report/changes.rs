//! What a firewall between the zones has to permit, row by row, and how that differs from before.

use super::words::LATER;
use super::{Connection, Zone};
use crate::model::words::vocabulary;
use std::collections::{BTreeMap, BTreeSet};

vocabulary! {
    /// What a firewall team has to do about a row.
    Action {
        Keep = "keep": "nothing: a state has it",
        Add = "add": "it is new",
        Change = "change": "its addresses, or what is behind a translation, differ",
        Remove = "remove": "nothing needs it now",
    }
}

/// A row of a change request: one connection in one address family.
#[derive(Clone, Debug)]
pub struct Change {
    /// What has to be done.
    pub action: Action,
    /// The names of the zones: source, destination.
    pub zones: [String; 2],
    /// The connection. Its indices are those of the layout that it is in.
    pub connection: Connection,
    /// The transport in this family.
    pub protocol: String,
    /// `IPv4` or `IPv6`; empty if both ends are named by something else than addresses.
    pub family: &'static str,
    /// The source, and the destination to which it connects: addresses, or names.
    pub ends: [String; 2],
    /// What is behind the destination, if addresses are translated.
    pub inside: String,
    /// The ends before a change.
    pub previous: [String; 2],
    /// The ends without names of zones, which a firewall does not see.
    seen: [String; 2],
}

impl Change {
    /// What the firewall sees: where this is the same, so is the rule.
    fn rule(&self) -> ([String; 2], String, String) {
        (
            self.seen.clone(),
            self.protocol.clone(),
            self.connection.ports.clone(),
        )
    }

    /// The same with what is behind a translation.
    fn whole(&self) -> (([String; 2], String, String), String, Option<String>) {
        (
            self.rule(),
            self.inside.clone(),
            self.connection.translated.clone(),
        )
    }

    /// Its zones and service: where only these are the same, addresses changed. Rows are in this order.
    fn key(&self) -> ([String; 2], String, &'static str) {
        (self.zones.clone(), self.connection.service(), self.family)
    }
}

/// All rows of a state, where nothing changes.
pub fn all(zones: &[Zone], connections: &[Connection]) -> Vec<Change> {
    let rows = rows(zones, connections).into_iter();
    rows.map(|it| Change {
        action: Action::Keep,
        ..it
    })
    .collect()
}

/// What changes from zones and connections to others. What is removed comes last, and is never a row that something else still needs.
pub fn between(before: (&[Zone], &[Connection]), after: (&[Zone], &[Connection])) -> Vec<Change> {
    let (before, after) = (rows(before.0, before.1), rows(after.0, after.1));
    let wholes = |rows: &[Change]| -> BTreeSet<_> { rows.iter().map(Change::whole).collect() };
    let rules = |rows: &[Change]| -> BTreeSet<_> { rows.iter().map(Change::rule).collect() };
    let (old_wholes, new_rules, old_rules) = (wholes(&before), rules(&after), rules(&before));
    let mut gone: BTreeMap<_, Vec<Change>> = BTreeMap::new();
    for row in before
        .into_iter()
        .filter(|it| !new_rules.contains(&it.rule()))
    {
        gone.entry(row.key()).or_default().push(row);
    }
    let mut changes = Vec::new();
    for row in after
        .into_iter()
        .filter(|it| !old_wholes.contains(&it.whole()))
    {
        let old = gone.get_mut(&row.key()).and_then(Vec::pop);
        changes.push(match old {
            Some(old) => Change {
                action: Action::Change,
                previous: old.ends,
                ..row
            },
            // The same rule, with something else behind it.
            None if old_rules.contains(&row.rule()) => Change {
                action: Action::Change,
                previous: row.ends.clone(),
                ..row
            },
            None => row,
        });
    }
    let gone = gone.into_values().flatten();
    changes.extend(gone.map(|it| Change {
        action: Action::Remove,
        ..it
    }));
    changes
}

/// A row for each connection and family.
fn rows(zones: &[Zone], connections: &[Connection]) -> Vec<Change> {
    let mut rows: Vec<Change> = connections
        .iter()
        .flat_map(|it| by_family([&zones[it.from], &zones[it.to]], it))
        .collect();
    rows.sort_by_cached_key(Change::key);
    rows
}

/// What a zone is named by in a row: addresses of a family, or what else its rules name it by. The second text is without its name.
struct Named {
    shown: String,
    seen: String,
}

fn has_addresses(zone: &Zone) -> bool {
    !zone.ipv4.is_empty() || !zone.ipv6.is_empty()
}

/// A zone by its groups, tags or labels, or by its name where it has none.
fn by_name(zone: &Zone) -> Named {
    let names = zone.named_by.join("; ");
    if names.is_empty() {
        return Named {
            shown: zone.name.clone(),
            seen: zone.name.clone(),
        };
    }
    Named {
        shown: format!("{} ({names})", zone.name),
        seen: names,
    }
}

/// A zone by blocks, in order, if it has some of this family. What is known only after apply is told apart by the zone.
fn by_blocks(blocks: &[String], zone: &Zone) -> Option<Named> {
    if !has_addresses(zone) {
        return Some(by_name(zone));
    }
    let mut sorted = blocks.to_vec();
    sorted.sort();
    let joined = sorted.join("; ");
    if joined.contains(LATER) {
        let shown = format!("{} ({joined})", zone.name);
        return Some(Named {
            seen: shown.clone(),
            shown,
        });
    }
    (!joined.is_empty()).then(|| Named {
        seen: joined.clone(),
        shown: joined,
    })
}

/// The families that both ends, and the transport, can have. Where the ends have none in common, both are named by something else.
fn by_family([from, to]: [&Zone; 2], connection: &Connection) -> Vec<Change> {
    let row = |family, protocol: &str, [source, destination]: [Named; 2], inside: String| Change {
        action: Action::Add,
        zones: [from.name.clone(), to.name.clone()],
        connection: connection.clone(),
        protocol: protocol.to_owned(),
        family,
        ends: [source.shown, destination.shown],
        inside,
        previous: [String::new(), String::new()],
        seen: [source.seen, destination.seen],
    };
    let transport = connection.transport.as_str();
    let has_type = !connection.ports.is_empty();
    let mut rows = Vec::new();
    for (family, blocks, advertised) in [
        ("IPv4", [&from.ipv4, &to.ipv4], &to.advertised_ipv4),
        ("IPv6", [&from.ipv6, &to.ipv6], &to.advertised_ipv6),
    ] {
        // ICMP without a type is that of both families.
        let protocol = match (family, transport) {
            ("IPv4", "icmpv6") => continue,
            ("IPv6", "icmp") if has_type => continue,
            ("IPv6", "icmp") => "icmpv6",
            (_, transport) => transport,
        };
        let (Some(source), Some(inside)) = (by_blocks(blocks[0], from), by_blocks(blocks[1], to))
        else {
            continue;
        };
        if !has_addresses(from) && !has_addresses(to) {
            continue;
        }
        rows.push(
            match by_blocks(advertised, to).filter(|_| !advertised.is_empty()) {
                Some(outside) => row(family, protocol, [source, outside], inside.shown),
                None => row(family, protocol, [source, inside], String::new()),
            },
        );
    }
    if rows.is_empty() {
        rows.push(row(
            "",
            transport,
            [by_name(from), by_name(to)],
            String::new(),
        ));
    }
    rows
}
