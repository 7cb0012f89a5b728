//! A change request: what a firewall team that works with a form is asked to do, row by row.

use super::{Connection, Report, Zone, csv, need_word};
use crate::model::name::{backticked, suggest};
use crate::model::words::vocabulary;
use std::collections::BTreeMap;

vocabulary! {
    /// What a row can have.
    Column {
        Action = "action": "`add`, `change` or `remove`; `keep` in a state",
        Source = "source": "the addresses that open the connection, or what else names them",
        Destination = "destination": "the addresses that listen, or what else names them",
        Service = "service": "the ports, or the type of ICMP",
        Protocol = "protocol": "`tcp`, `udp`, `icmp` and others",
        Justification = "justification": "what it is for",
        Ticket = "ticket": "the ticket of the exception in the policy, or the one that is set",
        Due = "due": "when it is needed, if that is set",
        Expiry = "expiry": "the last day of the exception in the policy, or the one that is set",
        Requester = "requester": "who asks for it",
        SourceZone = "source_zone": "the zone that opens the connection",
        DestinationZone = "destination_zone": "the zone that listens",
        Family = "family": "`IPv4` or `IPv6`; empty if no addresses are known",
        Plane = "plane": "the plane of the connection",
        Need = "need": "whether the vendor requires it",
        Flows = "flows": "the flows that need it",
        Reference = "reference": "the vendor's pages that say so",
        PreviousSource = "previous_source": "the source before a change",
        PreviousDestination = "previous_destination": "the destination before a change",
    }
}

/// The columns if nothing else is asked for.
const DEFAULT: [Column; 10] = [
    Column::Action,
    Column::Source,
    Column::Destination,
    Column::Service,
    Column::Protocol,
    Column::Justification,
    Column::Ticket,
    Column::Due,
    Column::Expiry,
    Column::Requester,
];

/// The columns that a form has, with their headings, and what is in all of its rows.
#[derive(Clone, Debug)]
pub struct Form {
    columns: Vec<(String, Column)>,
    set: BTreeMap<&'static str, String>,
}

impl Default for Form {
    fn default() -> Self {
        Form {
            columns: DEFAULT.map(|it| (it.as_str().to_owned(), it)).to_vec(),
            set: BTreeMap::new(),
        }
    }
}

impl Form {
    /// Reads columns: `source,destination` or, with headings, `Source IP=source,Destination IP=destination`.
    ///
    /// # Errors
    /// If there is no such column: a sentence that says so.
    pub fn with_columns(self, text: &str) -> Result<Form, String> {
        let columns = text.split(',').map(|it| {
            let (heading, name) = it.rsplit_once('=').unwrap_or((it, it));
            Ok((heading.trim().to_owned(), column(name.trim())?))
        });
        let columns = columns.collect::<Result<_, String>>()?;
        Ok(Form { columns, ..self })
    }

    /// Sets what a column has in rows that have nothing in it.
    ///
    /// # Errors
    /// If there is no such column, or it comes from the layout: a sentence that says so.
    pub fn with_value(mut self, name: &str, value: &str) -> Result<Form, String> {
        let settable = [
            Column::Ticket,
            Column::Due,
            Column::Expiry,
            Column::Requester,
        ];
        let column = column(name)?;
        if !settable.contains(&column) {
            let names = backticked(settable.map(Column::as_str));
            return Err(format!(
                "`{name}` comes from the layout; set one of {names}"
            ));
        }
        self.set.insert(column.as_str(), value.to_owned());
        Ok(self)
    }
}

fn column(name: &str) -> Result<Column, String> {
    Column::parse(name).ok_or_else(|| {
        format!(
            "there is no column `{name}`; {}",
            suggest(name, Column::WORDS.iter().copied())
        )
    })
}

/// One side of a row: the addresses of a family, or names.
type Ends = [String; 2];

/// What a row is for.
struct Line<'r> {
    action: &'static str,
    zones: [&'r Zone; 2],
    connection: &'r Connection,
    family: &'static str,
    ends: Ends,
    previous: Ends,
}

/// What makes a row the same before and after.
type Key<'r> = (&'r str, &'r str, String, &'static str);

/// The change request. In a plan it has what changes; in a state, where nothing does, everything.
pub fn csv(report: &Report, form: &Form) -> String {
    let after = lines(&report.zones, &report.connections);
    let mut rows: Vec<Line<'_>> = Vec::new();
    match &report.before {
        None => rows.extend(after.into_values().map(|it| Line {
            action: "keep",
            ..it
        })),
        Some(before) => {
            let mut before = lines(&before.zones, &before.connections);
            for (key, line) in after {
                match before.remove(&key) {
                    None => rows.push(line),
                    Some(old) if old.ends == line.ends => {}
                    Some(old) => rows.push(Line {
                        action: "change",
                        previous: old.ends,
                        ..line
                    }),
                }
            }
            rows.extend(before.into_values().map(|it| Line {
                action: "remove",
                ..it
            }));
        }
    }
    let headings = form.columns.iter().map(|(heading, _)| heading.as_str());
    let mut text = csv::line(headings);
    for row in &rows {
        let cells: Vec<String> = form
            .columns
            .iter()
            .map(|(_, it)| cell(report, form, row, *it))
            .collect();
        text.push_str(&csv::line(cells.iter().map(String::as_str)));
    }
    text
}

/// A row for each connection and family.
fn lines<'r>(zones: &'r [Zone], connections: &'r [Connection]) -> BTreeMap<Key<'r>, Line<'r>> {
    let mut lines = BTreeMap::new();
    for it in connections {
        let ends = [&zones[it.from], &zones[it.to]];
        for (family, ends) in by_family(ends) {
            let zones = [&zones[it.from], &zones[it.to]];
            let key = (
                zones[0].name.as_str(),
                zones[1].name.as_str(),
                it.service(),
                family,
            );
            let line = Line {
                action: "add",
                zones,
                connection: it,
                family,
                ends,
                previous: Ends::default(),
            };
            lines.insert(key, line);
        }
    }
    lines
}

/// The families that both ends can have. An end without addresses of its own is named by what its rules name it by.
fn by_family(zones: [&Zone; 2]) -> Vec<(&'static str, Ends)> {
    let has_addresses = |it: &Zone| !it.ipv4.is_empty() || !it.ipv6.is_empty();
    let all = |blocks: &[String], zone: &Zone| {
        if has_addresses(zone) {
            (!blocks.is_empty()).then(|| blocks.join("; "))
        } else {
            let names = zone.named_by.join("; ");
            Some(if names.is_empty() {
                zone.name.clone()
            } else {
                format!("{} ({names})", zone.name)
            })
        }
    };
    if !zones.iter().any(|it| has_addresses(it)) {
        let ends = zones.map(|it| all(&[], it).unwrap_or_default());
        return vec![("", ends)];
    }
    let families = [
        ("IPv4", zones.map(|it| all(&it.ipv4, it))),
        ("IPv6", zones.map(|it| all(&it.ipv6, it))),
    ];
    let both = families
        .into_iter()
        .filter_map(|(family, [from, to])| Some((family, [from?, to?])));
    both.collect()
}

fn cell(report: &Report, form: &Form, row: &Line<'_>, column: Column) -> String {
    let it = row.connection;
    let exempt = it
        .exempt
        .and_then(|at| report.exceptions.get(at))
        .filter(|_| row.action != "remove");
    let or_set = |own: Option<&str>| {
        let own = own.filter(|it| !it.is_empty());
        own.map(str::to_owned)
            .or_else(|| form.set.get(column.as_str()).cloned())
            .unwrap_or_default()
    };
    let flows = |what: fn(&super::Flow) -> &str| {
        let mut texts: Vec<&str> = Vec::new();
        for text in it.flows.iter().map(what).filter(|it| !it.is_empty()) {
            if !texts.contains(&text) {
                texts.push(text);
            }
        }
        texts.join("; ")
    };
    match column {
        Column::Action => row.action.to_owned(),
        Column::Source => row.ends[0].clone(),
        Column::Destination => row.ends[1].clone(),
        Column::Service => it.ports.clone(),
        Column::Protocol => it.transport.clone(),
        Column::Justification => {
            let purposes = flows(|it| &it.purpose);
            if purposes.is_empty() {
                flows(|it| &it.id)
            } else {
                purposes
            }
        }
        Column::Ticket => or_set(exempt.map(|it| it.ticket.as_str())),
        Column::Due => or_set(None),
        Column::Expiry => or_set(exempt.and_then(|it| it.expires.as_deref())),
        Column::Requester => or_set(exempt.map(|it| it.requester.as_str())),
        Column::SourceZone => row.zones[0].name.clone(),
        Column::DestinationZone => row.zones[1].name.clone(),
        Column::Family => row.family.to_owned(),
        Column::Plane => it.plane.to_string(),
        Column::Need => need_word(it.need).to_owned(),
        Column::Flows => flows(|it| &it.id),
        Column::Reference => {
            let mut urls: Vec<&str> = Vec::new();
            // A connection that is removed cites documents of the layout before, which the report does not have.
            let cited = it
                .flows
                .iter()
                .flat_map(|it| &it.sources)
                .filter(|_| row.action != "remove");
            for url in cited.filter_map(|(at, _)| Some(report.sources.get(*at)?.url.as_str())) {
                if !urls.contains(&url) {
                    urls.push(url);
                }
            }
            urls.join("; ")
        }
        Column::PreviousSource => row.previous[0].clone(),
        Column::PreviousDestination => row.previous[1].clone(),
    }
}
