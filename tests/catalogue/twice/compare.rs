//! What a product file and its check file say differently, in each interval of releases.

use super::sheet::{Carrier, Row, Sheet};
use portmatrix::catalog::product::{Flow, Product};
use portmatrix::catalog::version::Version;
use portmatrix::model::ports::{PortRange, shifted};
use portmatrix::model::traffic::{PortSpec, Service, Transport};
use portmatrix::model::words::Assumption;
use std::collections::BTreeSet;

type Ends = BTreeSet<String>;

/// A row with its ends replaced by whatever plays them.
struct Fact<'s> {
    row: &'s Row,
    from: Option<Ends>,
    to: Option<Ends>,
}

/// A flow with its ends replaced by whatever plays them, and its ports by their defaults.
struct Stated<'p> {
    id: &'p str,
    flow: &'p Flow,
    from: Ends,
    to: Ends,
    pieces: Vec<Piece>,
}

/// A part of what a flow carries; no ports: the user's own.
#[derive(Clone, Debug, PartialEq)]
struct Piece {
    text: String,
    carrier: Carrier,
    ports: Option<PortRange>,
}

/// The differences, each with its place.
pub(super) fn differences(name: &str, product: &Product, sheet: &Sheet) -> Vec<String> {
    let mut found = mistakes(name, product, sheet);
    if !found.is_empty() {
        return found;
    }
    for release in releases(product, sheet) {
        let facts: Vec<Fact<'_>> = sheet
            .rows
            .iter()
            .filter(|it| it.noted.is_none())
            .filter(|it| it.releases.as_ref().is_none_or(|it| it.contains(&release)))
            .map(|row| Fact {
                row,
                from: row.from.as_ref().map(|it| played(product, it)),
                to: row.to.as_ref().map(|it| played(product, it)),
            })
            .collect();
        let flows: Vec<Stated<'_>> = product
            .flows
            .iter()
            .map(|(id, flow)| Stated {
                id,
                flow,
                from: played(product, &flow.from),
                to: played(product, &flow.to),
                pieces: pieces(product, flow),
            })
            .collect();
        for fact in &facts {
            found.extend(not_in_flows(name, fact, &flows));
        }
        for flow in &flows {
            found.extend(not_in_rows(name, flow, &facts));
            found.extend(wrongly_assumed(name, flow, &facts));
        }
    }
    let mut seen = BTreeSet::new();
    found.retain(|it| seen.insert(it.clone()));
    found
}

/// Names in the check file that the product file does not have.
fn mistakes(name: &str, product: &Product, sheet: &Sheet) -> Vec<String> {
    let mut found = Vec::new();
    for row in &sheet.rows {
        let mut unknown = |what: &str, word: &str| {
            let place = format!("catalog/{name}.check.csv:{}", row.line);
            found.push(format!("{place}: the product file has no {what} `{word}`"));
        };
        if !product.sources.contains_key(&row.source) {
            unknown("source", &row.source);
        }
        for end in row.from.iter().chain(&row.to).flatten() {
            if !product.components.contains_key(end) {
                unknown("component", end);
            }
        }
        if let Some((kind, id)) = &row.noted {
            let is_there = match kind.as_str() {
                "gap" => product.gaps.iter().any(|it| it.id == *id),
                "advisory" => product.advisories.iter().any(|it| it.id == *id),
                "conflict" => product.conflicts.iter().any(|it| it.id == *id),
                "suspect" => product.suspects.iter().any(|it| it.id == *id),
                _ => false,
            };
            if !is_there {
                unknown(kind, id);
            }
        }
    }
    found
}

/// One release of each interval between the bounds that the rows give.
fn releases(product: &Product, sheet: &Sheet) -> Vec<Version> {
    let mut texts = BTreeSet::from([product.version.to_string()]);
    for covers in sheet.rows.iter().filter_map(|it| it.releases.as_ref()) {
        for bound in covers.to_string().split(',') {
            let bound = bound.trim().trim_start_matches(['<', '>', '=']);
            texts.insert(bound.to_owned());
            texts.insert(format!("{bound}.1"));
            texts.extend(just_below(bound));
        }
    }
    let covered = |it: &Version| product.covers.is_empty() || product.covers.contains(it);
    let releases: Vec<Version> = texts.iter().filter_map(|it| Version::parse(it)).collect();
    let within: Vec<Version> = releases.iter().filter(|it| covered(it)).cloned().collect();
    if within.is_empty() { releases } else { within }
}

/// A release that comes just before a bound: 3.5.9999 before 3.6.
fn just_below(bound: &str) -> Option<String> {
    let (head, last) = bound.rsplit_once('.').unwrap_or(("", bound));
    let number: u64 = last.parse().ok()?;
    let dot = if head.is_empty() { "" } else { "." };
    Some(format!("{head}{dot}{}.9999", number.checked_sub(1)?))
}

/// The components, and whatever is one of them.
fn played(product: &Product, names: &[String]) -> Ends {
    let mut found: Ends = names.iter().cloned().collect();
    loop {
        let bearers: Ends = found
            .iter()
            .flat_map(|it| product.bearers(it))
            .map(str::to_owned)
            .collect();
        let before = found.len();
        found.extend(bearers);
        if found.len() == before {
            return found;
        }
    }
}

fn pieces(product: &Product, flow: &Flow) -> Vec<Piece> {
    let mut found = Vec::new();
    for (service, text) in flow.services.iter().zip(&flow.service_texts) {
        let mut push = |carrier, ports| {
            found.push(Piece {
                text: text.clone(),
                carrier,
                ports,
            });
        };
        match service {
            Service::Fixed(_) => push(Carrier::Other(service.clone()), Some(PortRange::ALL)),
            Service::Ports(transports, specs) => {
                for transport in transports {
                    for spec in specs {
                        let ranges = match spec {
                            PortSpec::Range(range) => vec![*range],
                            PortSpec::Parameter(name) => defaults(product, name),
                        };
                        if ranges.is_empty() {
                            push(Carrier::Stated(*transport), None);
                        }
                        for range in ranges {
                            push(Carrier::Stated(*transport), Some(range));
                        }
                    }
                }
            }
        }
    }
    found
}

/// The default ports of a parameter: its own, else those at its distance from another's.
fn defaults(product: &Product, name: &str) -> Vec<PortRange> {
    let port = &product.ports[name];
    match &port.offset {
        Some((of, by)) if port.default.is_empty() => {
            shifted(&defaults(product, of), *by).unwrap_or_default()
        }
        _ => port.default.clone(),
    }
}

/// Whether a service that a source prints can be what a flow carries, ports aside.
fn fits(printed: &Carrier, carried: &Carrier) -> bool {
    match (printed, carried) {
        (Carrier::Unstated, Carrier::Stated(_)) => true,
        (Carrier::Implied(a), Carrier::Stated(b)) => a == b,
        _ => printed == carried,
    }
}

/// Whether the ends of a row and a flow are the same pair.
fn has_pair(from: &Ends, to: &Ends, a: Option<&String>, b: Option<&String>) -> bool {
    a.is_none_or(|it| from.contains(it)) && b.is_none_or(|it| to.contains(it))
}

fn not_in_flows(name: &str, fact: &Fact<'_>, flows: &[Stated<'_>]) -> Vec<String> {
    let mut found = Vec::new();
    for printed in &fact.row.services {
        for (a, b) in pairs(fact.from.as_ref(), fact.to.as_ref()) {
            let matching = flows.iter().filter(|it| has_pair(&it.from, &it.to, a, b));
            let carried = matching.flat_map(|it| {
                let open = it.flow.assumed.contains(&Assumption::Ports);
                let fitting = move |piece: &&Piece| fits(&printed.carrier, &piece.carrier);
                let fitting = it.pieces.iter().filter(fitting);
                fitting.map(move |piece| {
                    if open && printed.ports.is_none() {
                        None
                    } else {
                        piece.ports
                    }
                })
            });
            if !is_within(printed.ports, &carried.collect::<Vec<_>>()) {
                let place = format!("catalog/{name}.check.csv:{}", fact.row.line);
                let ends = format!("from {} to {}", word(a), word(b));
                found.push(format!("{place}: no flow has {} {ends}", printed.text));
            }
        }
    }
    found
}

fn not_in_rows(name: &str, flow: &Stated<'_>, facts: &[Fact<'_>]) -> Vec<String> {
    let mut found = Vec::new();
    let open = flow.flow.assumed.contains(&Assumption::Ports);
    for piece in &flow.pieces {
        for (a, b) in pairs(Some(&flow.from), Some(&flow.to)) {
            let mut printed = Vec::new();
            for fact in facts {
                let named = fact.from.as_ref().is_none_or(|it| it.contains(a.unwrap()))
                    && fact.to.as_ref().is_none_or(|it| it.contains(b.unwrap()));
                let services = fact.row.services.iter().filter(|_| named);
                let fitting = services.filter(|it| fits(&it.carrier, &piece.carrier));
                printed.extend(fitting.map(|it| it.ports));
            }
            let user_chosen = open && printed.contains(&None);
            if !user_chosen && !is_within(piece.ports, &printed) {
                let ports = piece.ports.map_or("*".to_owned(), |it| it.to_string());
                let ends = format!("from {} to {}", word(a), word(b));
                found.push(format!(
                    "catalog/{name}.toml: flow `{}`: no row of the check file has {} (port {ports}) {ends}",
                    flow.id, piece.text
                ));
            }
        }
    }
    found
}

/// What a flow assumes although a row states it, and what it does not say that it assumes.
fn wrongly_assumed(name: &str, flow: &Stated<'_>, facts: &[Fact<'_>]) -> Vec<String> {
    let covering: Vec<(&Fact<'_>, &Carrier)> = facts
        .iter()
        .filter(|it| {
            it.from
                .as_ref()
                .is_none_or(|it| !it.is_disjoint(&flow.from))
        })
        .filter(|it| it.to.as_ref().is_none_or(|it| !it.is_disjoint(&flow.to)))
        .flat_map(|fact| fact.row.services.iter().map(move |it| (fact, it)))
        .filter(|(_, printed)| {
            let same = |piece: &Piece| {
                fits(&printed.carrier, &piece.carrier)
                    && match (printed.ports, piece.ports) {
                        (Some(a), Some(b)) => a.overlaps(b),
                        (a, b) => a == b || flow.flow.assumed.contains(&Assumption::Ports),
                    }
            };
            flow.pieces.iter().any(same)
        })
        .map(|(fact, printed)| (fact, &printed.carrier))
        .collect();
    if covering.is_empty() {
        return Vec::new();
    }
    let states_transport = |it: &Carrier| {
        !matches!(
            it,
            Carrier::Unstated | Carrier::Implied(Transport::Tcp | Transport::Udp | Transport::Sctp)
        )
    };
    let direction = flow.flow.assumed.contains(&Assumption::Direction);
    let fields = [
        (
            Assumption::Transport,
            covering.iter().any(|(_, it)| states_transport(it)),
            false,
        ),
        (
            Assumption::From,
            covering.iter().any(|(it, _)| it.from.is_some()),
            direction,
        ),
        (
            Assumption::To,
            covering.iter().any(|(it, _)| it.to.is_some()),
            direction,
        ),
    ];
    fields
        .into_iter()
        .filter(|(_, _, either)| !either)
        .filter(|(field, stated, _)| flow.flow.assumed.contains(field) == *stated)
        .map(|(field, stated, _)| {
            let says = if stated {
                format!("assumes `{field}`, which a row of the check file states")
            } else {
                format!("has `{field}`, which no row of the check file states; put it into `assumed`, or correct the check file")
            };
            format!("catalog/{name}.toml: flow `{}` {says}", flow.id)
        })
        .collect()
}

/// Each pair of ends; none where a side is not stated.
fn pairs<'e>(
    from: Option<&'e Ends>,
    to: Option<&'e Ends>,
) -> Vec<(Option<&'e String>, Option<&'e String>)> {
    let side = |it: Option<&'e Ends>| match it {
        None => vec![None],
        Some(ends) => ends.iter().map(Some).collect(),
    };
    let (from, to) = (side(from), side(to));
    let with = |a: Option<&'e String>| to.iter().map(move |b| (a, *b)).collect::<Vec<_>>();
    from.into_iter().flat_map(with).collect()
}

/// Whether every one of the ports is among the others. The user's own port is only among the user's own ports.
fn is_within(ports: Option<PortRange>, others: &[Option<PortRange>]) -> bool {
    let Some(ports) = ports else {
        return others.contains(&None);
    };
    let mut ranges: Vec<PortRange> = others.iter().copied().flatten().collect();
    ranges.sort_unstable();
    let mut next = u32::from(ports.from);
    for range in ranges {
        if u32::from(range.from) <= next {
            next = next.max(u32::from(range.to) + 1);
        }
    }
    next > u32::from(ports.to)
}

fn word(end: Option<&String>) -> String {
    end.map_or("whatever".to_owned(), |it| format!("`{it}`"))
}
