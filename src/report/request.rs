//! A change request: what a firewall team that works with a form is asked to do, row by row.

use super::{Connection, Exempt, Report, Zone, csv, need_word};
use crate::model::name::{backticked, suggest};
use crate::model::words::vocabulary;
use std::collections::{BTreeMap, BTreeSet};

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
        Traffic = "traffic": "protocol and ports together, `tcp/10-12`, which a spreadsheet cannot take for a date",
        TranslatedDestination = "translated_destination": "the destination's own addresses, if peers connect to others",
        TranslatedService = "translated_service": "what the destination listens on, if peers connect to other ports",
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

/// The source and the destination of a row, then what the destination is behind an address translation: addresses of a family, or names.
type Ends = [String; 3];

/// What a row is for.
#[derive(Clone)]
struct Line<'r> {
    action: &'static str,
    zones: [&'r Zone; 2],
    connection: &'r Connection,
    family: &'static str,
    ends: Ends,
    previous: Ends,
}

impl Line<'_> {
    /// What a firewall sees of it. Zones that are called otherwise, or that share their addresses, are the same to it.
    fn seen(&self) -> (&Ends, String, &Option<String>) {
        (
            &self.ends,
            self.connection.service(),
            &self.connection.translated,
        )
    }

    /// Its zones and service: where only these are the same, addresses changed. Rows are in this order.
    fn key(&self) -> ([String; 2], String, &'static str) {
        let names = self.zones.map(|it| it.name.clone());
        (names, self.connection.service(), self.family)
    }
}

/// The change request. In a plan it has what changes; in a state, where nothing does, everything. What is removed comes last, and never
/// what something else still needs.
pub fn csv(report: &Report, form: &Form) -> String {
    let after = lines(&report.zones, &report.connections);
    let mut rows: Vec<Line<'_>> = Vec::new();
    match &report.before {
        None => rows.extend(after.into_iter().map(|it| Line {
            action: "keep",
            ..it
        })),
        Some(before) => {
            let before = lines(&before.zones, &before.connections);
            let seen = |all: &[Line<'_>]| -> BTreeSet<String> {
                all.iter().map(|it| format!("{:?}", it.seen())).collect()
            };
            let (is_new, is_old) = (seen(&after), seen(&before));
            let is_in =
                |all: &BTreeSet<String>, it: &Line<'_>| all.contains(&format!("{:?}", it.seen()));
            let mut gone: BTreeMap<_, Vec<Line<'_>>> = BTreeMap::new();
            for line in before.into_iter().filter(|it| !is_in(&is_new, it)) {
                gone.entry(line.key()).or_default().push(line);
            }
            for line in after.into_iter().filter(|it| !is_in(&is_old, it)) {
                rows.push(match gone.get_mut(&line.key()).and_then(Vec::pop) {
                    None => line,
                    Some(old) => Line {
                        action: "change",
                        previous: old.ends,
                        ..line
                    },
                });
            }
            let gone = gone.into_values().flatten();
            rows.extend(gone.map(|it| Line {
                action: "remove",
                ..it
            }));
        }
    }
    let headings = form.columns.iter().map(|(heading, _)| heading.as_str());
    let mut text = csv::line(headings);
    let mut written = BTreeSet::new();
    for row in &rows {
        let cells: Vec<String> = form
            .columns
            .iter()
            .map(|(_, it)| cell(report, form, row, *it))
            .collect();
        let line = csv::line(cells.iter().map(String::as_str));
        // Zones with the same addresses ask for the same. What is hidden may differ.
        if line.contains(HIDDEN) || written.insert(line.clone()) {
            text.push_str(&line);
        }
    }
    text
}

/// What a sensitive text is replaced by.
const HIDDEN: &str = "(sensitive)";

/// A row for each connection and family.
fn lines<'r>(zones: &'r [Zone], connections: &'r [Connection]) -> Vec<Line<'r>> {
    let mut lines = Vec::new();
    for it in connections {
        let zones = [&zones[it.from], &zones[it.to]];
        for (family, ends) in by_family(zones, it) {
            lines.push(Line {
                action: "add",
                zones,
                connection: it,
                family,
                ends,
                previous: Ends::default(),
            });
        }
    }
    lines.sort_by_cached_key(Line::key);
    lines
}

/// The families that both ends, and the transport, can have. An end without addresses of its own is named by what its rules name it by;
/// so are both where they have no family in common.
fn by_family([from, to]: [&Zone; 2], connection: &Connection) -> Vec<(&'static str, Ends)> {
    let has_addresses = |it: &Zone| !it.ipv4.is_empty() || !it.ipv6.is_empty();
    let named = |it: &Zone| {
        let names = it.named_by.join("; ");
        if names.is_empty() {
            it.name.clone()
        } else {
            format!("{} ({names})", it.name)
        }
    };
    let own = |blocks: &[String], it: &Zone| {
        if has_addresses(it) {
            (!blocks.is_empty()).then(|| blocks.join("; "))
        } else {
            Some(named(it))
        }
    };
    // ICMP without a type is that of both families.
    let is_only =
        |transport: &str| connection.transport == transport && !connection.ports.is_empty();
    let mut families = Vec::new();
    for (family, blocks, advertised, other) in [
        (
            "IPv4",
            [&from.ipv4, &to.ipv4],
            &to.advertised_ipv4,
            "icmpv6",
        ),
        ("IPv6", [&from.ipv6, &to.ipv6], &to.advertised_ipv6, "icmp"),
    ] {
        let (Some(source), Some(inside)) = (own(blocks[0], from), own(blocks[1], to)) else {
            continue;
        };
        if is_only(other) || !(has_addresses(from) || has_addresses(to)) {
            continue;
        }
        let ends = if advertised.is_empty() {
            [source, inside, String::new()]
        } else {
            [source, advertised.join("; "), inside]
        };
        families.push((family, ends));
    }
    if families.is_empty() {
        families.push(("", [named(from), named(to), String::new()]));
    }
    families
}

fn cell(report: &Report, form: &Form, row: &Line<'_>, column: Column) -> String {
    let it = row.connection;
    let exempt: Vec<&Exempt> = it
        .exempt
        .iter()
        .filter_map(|at| report.exceptions.get(*at))
        .collect();
    let of_exempt = |what: fn(&Exempt) -> &str| {
        let mut texts: Vec<&str> = exempt
            .iter()
            .map(|it| what(it))
            .filter(|it| !it.is_empty())
            .collect();
        texts.dedup();
        // The exceptions of the layout before are not in the report.
        let texts = if row.action == "remove" {
            Vec::new()
        } else {
            texts
        };
        Some(texts.join("; "))
    };
    let or_set = |own: Option<String>| {
        own.filter(|it| !it.is_empty())
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
        Column::Ticket => or_set(of_exempt(|it| &it.ticket)),
        Column::Due => or_set(None),
        Column::Expiry => or_set(of_exempt(|it| it.expires.as_deref().unwrap_or_default())),
        Column::Requester => or_set(of_exempt(|it| &it.requester)),
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
        Column::Traffic if it.ports.is_empty() => it.transport.clone(),
        Column::Traffic => format!("{}/{}", it.transport, it.ports),
        Column::TranslatedDestination => row.ends[2].clone(),
        Column::TranslatedService => it.translated.clone().unwrap_or_default(),
        Column::PreviousSource => row.previous[0].clone(),
        Column::PreviousDestination => row.previous[1].clone(),
    }
}
