//! What a product file and its check file say differently, in each interval of releases.

use super::sheet::{Carrier, Printed, Row, Sheet};
use portmatrix::catalog::product::{Flow, Product};
use portmatrix::catalog::version::Version;
use portmatrix::model::ports::{PortRange, shifted};
use portmatrix::model::traffic::{PortSpec, Service, Traffic};
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
pub(super) struct Stated<'p> {
    pub(super) id: &'p str,
    pub(super) flow: &'p Flow,
    pub(super) from: Ends,
    pub(super) to: Ends,
    pub(super) pieces: Vec<Piece>,
}

/// A part of what a flow carries; no ports: the user's own.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Piece {
    pub(super) text: String,
    pub(super) carrier: Carrier,
    pub(super) ports: Option<PortRange>,
}

impl Piece {
    /// Whether another is a part of this one.
    pub(super) fn holds(&self, other: &Piece) -> bool {
        let any = Carrier::Other(Service::Fixed(Traffic::Any));
        self.carrier == any
            || self.carrier == other.carrier && is_within(other.ports, &[self.ports])
    }
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
        let flows = stated(product);
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

/// The flows of a product file.
pub(super) fn stated(product: &Product) -> Vec<Stated<'_>> {
    let flows = product.flows.iter();
    flows
        .map(|(id, flow)| Stated {
            id,
            flow,
            from: played(product, &flow.from),
            to: played(product, &flow.to),
            pieces: pieces(product, flow),
        })
        .collect()
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
        (Carrier::Unstated, Carrier::Stated(_) | Carrier::Other(Service::Fixed(Traffic::Any))) => {
            true
        }
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
    let assumes = |it| flow.flow.assumed.contains(&it);
    for piece in &flow.pieces {
        for (a, b) in pairs(Some(&flow.from), Some(&flow.to)) {
            let mut printed = Vec::new();
            for fact in facts {
                let is = |ends: &Option<Ends>, end: Option<&String>| {
                    ends.as_ref().is_none_or(|it| it.contains(end.unwrap()))
                };
                // A flow that assumes its direction may be a fact that is printed the other way round.
                let reversed = assumes(Assumption::Direction);
                let (any_from, any_to) = (assumes(Assumption::From), assumes(Assumption::To));
                let named = (any_from || is(&fact.from, a)) && (any_to || is(&fact.to, b))
                    || reversed && is(&fact.from, b) && is(&fact.to, a);
                let services = fact.row.services.iter().filter(|_| named);
                let fitting = services.filter(|it| fits(&it.carrier, &piece.carrier));
                printed.extend(fitting.map(|it| it.ports));
            }
            let user_chosen = assumes(Assumption::Ports) && printed.contains(&None);
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

/// What a flow assumes although rows state it, and what it does not say that it assumes. A field is stated if rows state it for
/// each pair of the ends and each of the ports.
fn wrongly_assumed(name: &str, flow: &Stated<'_>, facts: &[Fact<'_>]) -> Vec<String> {
    let assumes = |it| flow.flow.assumed.contains(&it);
    let mut fields = vec![Assumption::Transport];
    if !assumes(Assumption::Direction) {
        fields.extend([Assumption::From, Assumption::To]);
    }
    let is_stated = |field: Assumption| {
        let states = |a, b, piece| {
            facts
                .iter()
                .any(|it| states(it, field, (a, b), flow, piece))
        };
        let mut pairs = pairs(Some(&flow.from), Some(&flow.to)).into_iter();
        pairs.all(|(a, b)| flow.pieces.iter().all(|it| states(a, b, it)))
    };
    fields
        .into_iter()
        .map(|field| (field, is_stated(field)))
        .filter(|(field, stated)| assumes(*field) == *stated)
        .map(|(field, stated)| {
            let says = if stated {
                format!("assumes `{field}`, which rows of the check file state")
            } else {
                format!("has `{field}`, which the check file does not state for all of it; put it into `assumed`, or correct the check file")
            };
            format!("catalog/{name}.toml: flow `{}` {says}", flow.id)
        })
        .collect()
}

/// Whether a row states the field of a flow for a pair of its ends and a part of what it carries.
fn states(
    fact: &Fact<'_>,
    field: Assumption,
    (a, b): (Option<&String>, Option<&String>),
    flow: &Stated<'_>,
    piece: &Piece,
) -> bool {
    let assumes = |it| flow.flow.assumed.contains(&it);
    let is = |side, ends: &Option<Ends>, end: Option<&String>| match ends {
        None => field != side,
        Some(ends) => ends.contains(end.unwrap()) || assumes(side) && !assumes(field),
    };
    let same = |printed: &Printed| {
        let ports = match (printed.ports, piece.ports) {
            (Some(a), Some(b)) => a.overlaps(b),
            (a, b) => a == b || assumes(Assumption::Ports),
        };
        let transport = matches!(printed.carrier, Carrier::Stated(_) | Carrier::Other(_));
        let transport = field != Assumption::Transport || transport;
        ports && transport && fits(&printed.carrier, &piece.carrier)
    };
    is(Assumption::From, &fact.from, a)
        && is(Assumption::To, &fact.to, b)
        && fact.row.services.iter().any(same)
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
