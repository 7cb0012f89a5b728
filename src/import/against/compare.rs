//! The comparison of check files and of `import --against`: statements and flows, both ways, by pairs of components and by intervals
//! of ports.

use super::statement::{Protocol, Statement};
use crate::catalog::product::{Flow, Product};
use crate::model::ports::PortRange;
use crate::model::traffic::{PortSpec, Service};
use crate::model::words::Assumption;
use std::collections::BTreeSet;

/// Components of one end.
type Ends = BTreeSet<String>;

/// A statement with its ends replaced by whatever plays them.
#[derive(Debug)]
pub struct Fact<'s> {
    /// The statement.
    pub statement: &'s Statement,
    from: Option<Ends>,
    to: Option<Ends>,
}

/// A flow with its ends replaced by whatever plays them, and its ports by their defaults.
#[derive(Debug)]
pub struct Stated<'p> {
    /// Its id.
    pub id: &'p str,
    /// The flow.
    pub flow: &'p Flow,
    /// Who connects.
    pub from: BTreeSet<String>,
    /// Who listens.
    pub to: BTreeSet<String>,
    /// What it carries.
    pub pieces: Vec<Piece>,
}

/// A part of what a flow carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The service as the file writes it.
    pub text: String,
    /// Its protocol.
    pub protocol: Protocol,
    /// Its ports. None: the user's own.
    pub ports: Option<PortRange>,
}

impl Piece {
    /// Whether another is a part of this one.
    pub fn holds(&self, other: &Piece) -> bool {
        self.protocol == Protocol::Any
            || self.protocol == other.protocol && left(other.ports, &[self.ports]).is_empty()
    }
}

/// What one side has between two components, and the other does not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rest {
    /// Who connects; none where the source does not say.
    pub from: Option<String>,
    /// Who listens.
    pub to: Option<String>,
    /// The service, as its side writes it.
    pub service: String,
    /// Its protocol.
    pub protocol: Protocol,
    /// The ports that only this side has.
    pub ports: Vec<Option<PortRange>>,
}

/// A statement with whatever plays its ends.
pub fn fact<'s>(product: &Product, statement: &'s Statement) -> Fact<'s> {
    let ends = |it: &Option<Vec<String>>| it.as_ref().map(|it| played(product, it));
    Fact {
        statement,
        from: ends(&statement.from),
        to: ends(&statement.to),
    }
}

/// The flows of a product.
pub fn stated(product: &Product) -> Vec<Stated<'_>> {
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
        let mut push = |protocol, ports| {
            found.push(Piece {
                text: text.clone(),
                protocol,
                ports,
            });
        };
        match service {
            Service::Fixed(traffic) => {
                let (protocol, ports) = Protocol::of(*traffic);
                push(protocol, Some(ports));
            }
            Service::Ports(transports, specs) => {
                for transport in transports {
                    for spec in specs {
                        let ranges = match spec {
                            PortSpec::Range(range) => vec![*range],
                            PortSpec::Parameter(name) => product.shipped_ports(name),
                        };
                        if ranges.is_empty() {
                            push(Protocol::Of(*transport), None);
                        }
                        for range in ranges {
                            push(Protocol::Of(*transport), Some(range));
                        }
                    }
                }
            }
        }
    }
    found
}

/// What a statement has that no flow carries.
pub fn not_in_flows(fact: &Fact<'_>, flows: &[Stated<'_>]) -> Vec<Rest> {
    let mut found = Vec::new();
    for printed in &fact.statement.services {
        for (a, b) in pairs(fact.from.as_ref(), fact.to.as_ref()) {
            let matching = flows.iter().filter(|it| {
                a.is_none_or(|a| it.from.contains(a)) && b.is_none_or(|b| it.to.contains(b))
            });
            let carried = matching.flat_map(|it| {
                let open = it.flow.assumed.contains(&Assumption::Ports);
                let fitting = move |piece: &&Piece| {
                    piece.protocol == Protocol::Any || printed.protocol.fits(piece.protocol)
                };
                it.pieces.iter().filter(fitting).map(move |piece| {
                    // A flow whose ports are assumed, and one of all traffic, may carry the user's own port.
                    if printed.ports.is_none() && (open || piece.protocol == Protocol::Any) {
                        None
                    } else {
                        piece.ports
                    }
                })
            });
            let ports = left(printed.ports, &carried.collect::<Vec<_>>());
            if !ports.is_empty() {
                found.push(Rest {
                    from: a.cloned(),
                    to: b.cloned(),
                    service: printed.text.clone(),
                    protocol: printed.protocol,
                    ports,
                });
            }
        }
    }
    found
}

/// What a flow carries that no statement has.
pub fn not_in_facts(flow: &Stated<'_>, facts: &[Fact<'_>]) -> Vec<Rest> {
    let mut found = Vec::new();
    let assumes = |it| flow.flow.assumed.contains(&it);
    // A flow that assumes its direction may be a fact that is printed the other way round.
    let reversed = assumes(Assumption::Direction);
    let (any_from, any_to) = (assumes(Assumption::From), assumes(Assumption::To));
    for piece in &flow.pieces {
        for (a, b) in pairs(Some(&flow.from), Some(&flow.to)) {
            let is = |ends: &Option<Ends>, end: Option<&String>| {
                ends.as_ref()
                    .is_none_or(|it| end.is_none_or(|end| it.contains(end)))
            };
            let named = |it: &&Fact<'_>| {
                (any_from || is(&it.from, a)) && (any_to || is(&it.to, b))
                    || reversed && is(&it.from, b) && is(&it.to, a)
            };
            let services = facts.iter().filter(named);
            let services = services.flat_map(|it| &it.statement.services);
            let printed: Vec<Option<PortRange>> = services
                .filter(|it| it.protocol == Protocol::Any || it.protocol.fits(piece.protocol))
                .map(|it| match it.protocol {
                    Protocol::Any => piece.ports,
                    _ => it.ports,
                })
                .collect();
            let user_chosen = assumes(Assumption::Ports) && printed.contains(&None);
            let ports = left(piece.ports, &printed);
            if !user_chosen && !ports.is_empty() {
                found.push(Rest {
                    from: a.cloned(),
                    to: b.cloned(),
                    service: piece.text.clone(),
                    protocol: piece.protocol,
                    ports,
                });
            }
        }
    }
    found
}

/// The fields of a flow about which `assumed` is wrong, and whether statements state them. A field is stated if statements state
/// it for each pair of the ends and every one of the ports.
pub fn wrongly_assumed(flow: &Stated<'_>, facts: &[Fact<'_>]) -> Vec<(Assumption, bool)> {
    let assumes = |it| flow.flow.assumed.contains(&it);
    let mut fields = vec![Assumption::Transport];
    if !assumes(Assumption::Direction) {
        fields.extend([Assumption::From, Assumption::To]);
    }
    let is_stated = |field: Assumption| {
        let mut pairs = pairs(Some(&flow.from), Some(&flow.to)).into_iter();
        pairs.all(|ends| {
            let by_facts = |piece: &Piece| {
                let ports = facts
                    .iter()
                    .flat_map(|it| states(it, field, ends, flow, piece));
                left(piece.ports, &ports.collect::<Vec<_>>()).is_empty()
            };
            flow.pieces.iter().all(by_facts)
        })
    };
    fields
        .into_iter()
        .map(|field| (field, is_stated(field)))
        .filter(|(field, stated)| assumes(*field) == *stated)
        .collect()
}

/// The ports for which a statement states the field of a flow, for a pair of its ends and a part of what it carries.
fn states(
    fact: &Fact<'_>,
    field: Assumption,
    (a, b): (Option<&String>, Option<&String>),
    flow: &Stated<'_>,
    piece: &Piece,
) -> Vec<Option<PortRange>> {
    let assumes = |it| flow.flow.assumed.contains(&it);
    let is = |side, ends: &Option<Ends>, stated: bool, end: Option<&String>| {
        if field == side && !stated {
            return false;
        }
        ends.as_ref().is_none_or(|ends| {
            end.is_some_and(|end| ends.contains(end)) || assumes(side) && !assumes(field)
        })
    };
    let statement = fact.statement;
    if !is(Assumption::From, &fact.from, statement.from_stated, a)
        || !is(Assumption::To, &fact.to, statement.to_stated, b)
    {
        return Vec::new();
    }
    let of = statement.services.iter().filter(|it| {
        let transport = field != Assumption::Transport || it.protocol.is_stated();
        transport && it.protocol.fits(piece.protocol)
    });
    // The user's own port is any port where the flow's is assumed.
    of.map(|it| match (it.ports, piece.ports) {
        (None, _) | (_, None) if assumes(Assumption::Ports) => piece.ports,
        (ports, _) => ports,
    })
    .collect()
}

/// Each pair of ends; none where a side is not stated.
pub(super) fn pairs<'e>(
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

impl Fact<'_> {
    /// How many pairs of components it is about.
    pub(super) fn pairs(&self) -> usize {
        pairs(self.from.as_ref(), self.to.as_ref()).len()
    }
}

/// What of the ports is not among the others. The user's own port is only among the user's own ports.
fn left(ports: Option<PortRange>, others: &[Option<PortRange>]) -> Vec<Option<PortRange>> {
    let Some(ports) = ports else {
        return if others.contains(&None) {
            Vec::new()
        } else {
            vec![None]
        };
    };
    let mut ranges: Vec<PortRange> = others.iter().copied().flatten().collect();
    ranges.sort_unstable();
    let mut found = Vec::new();
    // The first port that no range has so far; beyond the last port when all are found.
    let mut next = u32::from(ports.from);
    let end = u32::from(ports.to);
    let mut gap = |from: u32, to: u32| {
        if let (Ok(from), Ok(to)) = (u16::try_from(from), u16::try_from(to)) {
            found.push(Some(PortRange { from, to }));
        }
    };
    for range in ranges {
        if next > end {
            break;
        }
        let from = u32::from(range.from);
        if from > next {
            gap(next, end.min(from - 1));
        }
        next = next.max(u32::from(range.to) + 1);
    }
    if next <= end {
        gap(next, end);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_is_exact() {
        let ranges = |text: &str| -> Vec<Option<PortRange>> {
            let parts = text.split(' ').filter(|it| !it.is_empty());
            parts
                .map(|it| (it != "*").then(|| PortRange::parse(it).unwrap()))
                .collect()
        };
        for (ports, others, expected) in [
            ("10-20", "12-13 15", "10-11 14 16-20"),
            ("10-20", "1-10 11-30", ""),
            ("10-20", "30 1-9", "10-20"),
            ("10-20", "5-12 20-40 *", "13-19"),
            ("1-65535", "2-65534", "1 65535"),
            ("*", "1-65535", "*"),
            ("*", "* 1", ""),
        ] {
            assert_eq!(
                left(ranges(ports)[0], &ranges(others)),
                ranges(expected),
                "{ports} {others}"
            );
        }
    }
}
