//! A change request: what a firewall team that works with a form is asked to do, row by row.

use super::changes::{Action, Change};
use super::words::{need_word, once};
use super::{Exempt, Report, csv};
use crate::model::name::{backticked, suggest};
use crate::model::secret::HIDDEN;
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
    /// The message names a column that does not exist.
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
    /// The message names a column that does not exist, or whose values come from the layout.
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
            "unknown column `{name}`; {}",
            suggest(name, Column::WORDS.iter().copied())
        )
    })
}

/// The change request. In a plan it has what changes; in a state, where nothing does, everything.
pub fn csv(report: &Report, form: &Form) -> String {
    let headings = form.columns.iter().map(|(heading, _)| heading.as_str());
    let mut text = csv::line(headings);
    let mut written = BTreeSet::new();
    for row in &report.changes {
        let columns = form.columns.iter();
        let cells: Vec<String> = columns
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

fn cell(report: &Report, form: &Form, row: &Change, column: Column) -> String {
    let it = &row.connection;
    // Neither the exceptions nor the documents of the layout before are in the report.
    let is_here = row.action != Action::Remove;
    let exempt = it.exempt.iter().filter(|_| is_here);
    let exempt: Vec<&Exempt> = exempt.filter_map(|at| report.exceptions.get(*at)).collect();
    let of_exempt = |what: fn(&Exempt) -> &str| {
        let mut texts: Vec<&str> = exempt
            .iter()
            .map(|it| what(it))
            .filter(|it| !it.is_empty())
            .collect();
        texts.sort_unstable();
        texts.dedup();
        Some(texts.join("; "))
    };
    let or_set = |own: Option<String>| {
        own.filter(|it| !it.is_empty())
            .or_else(|| form.set.get(column.as_str()).cloned())
            .unwrap_or_default()
    };
    let flows = |what: fn(&super::Flow) -> &str| {
        let texts = it.flows.iter().map(what).filter(|it| !it.is_empty());
        once(texts).join("; ")
    };
    match column {
        Column::Action => row.action.as_str().to_owned(),
        Column::Source => row.ends[0].clone(),
        Column::Destination => row.ends[1].clone(),
        Column::Service => it.ports.clone(),
        Column::Protocol => row.protocol.clone(),
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
        Column::SourceZone => row.zones[0].clone(),
        Column::DestinationZone => row.zones[1].clone(),
        Column::Family => row.family.to_owned(),
        Column::Plane => it.plane.to_string(),
        Column::Need => need_word(it.need).to_owned(),
        Column::Flows => flows(|it| &it.id),
        Column::Reference => {
            let cited = it
                .flows
                .iter()
                .flat_map(|it| &it.sources)
                .filter(|_| is_here);
            let urls = cited.filter_map(|(at, _)| Some(report.sources.get(*at)?.url.as_str()));
            once(urls).join("; ")
        }
        Column::Traffic if it.ports.is_empty() => row.protocol.clone(),
        Column::Traffic => format!("{}/{}", row.protocol, it.ports),
        Column::TranslatedDestination => row.inside.clone(),
        Column::TranslatedService => it.translated.clone().unwrap_or_default(),
        Column::PreviousSource => row.previous[0].clone(),
        Column::PreviousDestination => row.previous[1].clone(),
    }
}
