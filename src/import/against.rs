//! Compares statements about ports with a product file, both ways: rows of a page, or of any other list that a reader made.

use super::cell::{Carrier, Ports};
use super::settle::{Flow as PageFlow, UNSTATED};
use super::text::words;
use crate::catalog::product::Product;
use crate::model::ports::{PortRange, port_list};
use crate::model::traffic::{PortSpec, Service, Traffic};
use std::collections::{BTreeMap, BTreeSet};

/// One statement: who connects to whom, on what. An empty end means that the source does not say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// Where it is stated.
    pub at: String,
    /// Who connects: components of the product, or names that the product may not have.
    pub from: Vec<String>,
    /// Who listens.
    pub to: Vec<String>,
    /// The carriers with their ports. A carrier that the source does not name matches every transport.
    pub services: Vec<(Carrier, Ports)>,
}

/// A difference between the statements and the file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Difference {
    /// The statements have it, and the file does not.
    Stated(String),
    /// The file has it, and no statement does.
    Filed(String),
    /// The file has no component of this name.
    Unknown(String),
}

/// The statements of a page.
pub fn statements(flows: &[PageFlow]) -> Vec<Statement> {
    let known = |names: &[String]| -> Vec<String> {
        names.iter().filter(|it| *it != UNSTATED).cloned().collect()
    };
    let statement = |it: &PageFlow| Statement {
        at: it.at.join("; "),
        from: known(&it.from),
        to: known(&it.to),
        services: it
            .pieces
            .iter()
            .map(|it| (it.carrier, it.ports.clone()))
            .collect(),
    };
    flows.iter().map(statement).collect()
}

/// Both ends of a flow, with all who play them.
struct Ends {
    from: BTreeSet<String>,
    to: BTreeSet<String>,
}

/// A flow of the file: its id, its ends, and what it carries.
type Filed<'p> = (&'p str, Ends, Vec<(Carrier, Ports)>);

/// A statement with all who play its ends; `None` if it does not state them.
type Stated<'s> = (
    Option<BTreeSet<String>>,
    Option<BTreeSet<String>>,
    &'s Statement,
);

/// Compares statements with a product. `source` is the id of the document in the product file: only flows that refer to it
/// are expected among the statements. Without it, all are.
pub fn compare(
    statements: &[Statement],
    product: &Product,
    source: Option<&str>,
) -> Vec<Difference> {
    let names = Names::new(product);
    let mut differences: BTreeSet<Difference> = BTreeSet::new();
    let flows: Vec<Filed<'_>> = product
        .flows
        .iter()
        .map(|(id, it)| {
            (
                id.as_str(),
                Ends {
                    from: names.players(&it.from),
                    to: names.players(&it.to),
                },
                services(product, &it.services),
            )
        })
        .collect();
    let mut stated: Vec<Stated<'_>> = Vec::new();
    for statement in statements {
        for name in statement.from.iter().chain(&statement.to) {
            if names.component(name).is_none() {
                differences.insert(Difference::Unknown(name.clone()));
            }
        }
        stated.push((
            names.stated(&statement.from),
            names.stated(&statement.to),
            statement,
        ));
    }
    for (from, to, statement) in &stated {
        for (carrier, ports) in &statement.services {
            let fits =
                |ends: &Ends| meets(from.as_ref(), &ends.from) && meets(to.as_ref(), &ends.to);
            let offered = flows.iter().filter(|it| fits(&it.1)).flat_map(|it| &it.2);
            if let Some(rest) = rest(*carrier, ports, offered) {
                differences.insert(Difference::Stated(format!(
                    "{}: {} -> {} {rest}",
                    statement.at,
                    end(&statement.from),
                    end(&statement.to)
                )));
            }
        }
    }
    for (id, ends, services) in &flows {
        let listed = product.flows.get(*id).is_some_and(|it| {
            source.is_none_or(|source| it.sources.iter().any(|it| it.source == source))
        });
        if !listed {
            continue;
        }
        for (carrier, ports) in services {
            let fits = |it: &&Stated<'_>| {
                meets(it.0.as_ref(), &ends.from) && meets(it.1.as_ref(), &ends.to)
            };
            let offered = stated.iter().filter(fits).flat_map(|it| &it.2.services);
            if let Some(rest) = rest(*carrier, ports, offered) {
                differences.insert(Difference::Filed(format!("flow `{id}`: {rest}")));
            }
        }
    }
    differences.into_iter().collect()
}

fn end(names: &[String]) -> String {
    if names.is_empty() {
        "?".to_owned()
    } else {
        names.join(", ")
    }
}

/// Whether an end that may not be stated shares a component with one that is.
fn meets(stated: Option<&BTreeSet<String>>, filed: &BTreeSet<String>) -> bool {
    stated.is_none_or(|it| !it.is_disjoint(filed))
}

/// What of the ports is not among those offered, as text. `None` if all are.
fn rest<'a>(
    carrier: Carrier,
    ports: &Ports,
    offered: impl Iterator<Item = &'a (Carrier, Ports)>,
) -> Option<String> {
    let open = |it: Carrier| matches!(it, Carrier::Named | Carrier::Unstated);
    let same = |other: Carrier| {
        other == carrier
            || other == Carrier::Any
            || ((open(carrier) || open(other)) && with_ports(carrier) && with_ports(other))
    };
    let offered: Vec<&Ports> = offered.filter(|it| same(it.0)).map(|it| &it.1).collect();
    let text = |ports: &str| {
        if ports.is_empty() {
            carrier.to_string()
        } else {
            format!("{carrier}/{ports}")
        }
    };
    match ports {
        Ports::Ranges(ranges) => {
            let mut left = ranges.clone();
            for it in &offered {
                match it {
                    Ports::Ranges(known) => left = subtract(&left, known),
                    Ports::Any | Ports::None => left.clear(),
                    Ports::Types(_) | Ports::Dynamic => {}
                }
            }
            (!left.is_empty()).then(|| text(&port_list(&left)))
        }
        // A port that is chosen later matches a port without a number, and every range.
        Ports::Dynamic => offered.is_empty().then(|| text("*")),
        Ports::Any => offered
            .iter()
            .all(|it| !matches!(it, Ports::Any | Ports::None))
            .then(|| text("*")),
        Ports::Types(types) => {
            let known: BTreeSet<u8> = offered
                .iter()
                .filter_map(|it| match it {
                    Ports::Types(types) => Some(types),
                    _ => None,
                })
                .flatten()
                .copied()
                .collect();
            let all = offered.contains(&&Ports::None);
            let left: Vec<String> = types
                .iter()
                .filter(|it| !all && !known.contains(it))
                .map(ToString::to_string)
                .collect();
            (!left.is_empty()).then(|| text(&left.join(", ")))
        }
        Ports::None => offered.is_empty().then(|| text("")),
    }
}

fn with_ports(carrier: Carrier) -> bool {
    matches!(carrier, Carrier::Of(_) | Carrier::Named | Carrier::Unstated)
}

/// Ranges without others.
fn subtract(ranges: &[PortRange], others: &[PortRange]) -> Vec<PortRange> {
    let mut left = ranges.to_vec();
    for other in others {
        let mut next = Vec::new();
        for it in left {
            if !it.overlaps(*other) {
                next.push(it);
                continue;
            }
            if let Some(to) = other.from.checked_sub(1).filter(|to| it.from <= *to) {
                next.push(PortRange { from: it.from, to });
            }
            if let Some(from) = other.to.checked_add(1).filter(|from| *from <= it.to) {
                next.push(PortRange { from, to: it.to });
            }
        }
        left = next;
    }
    left
}

/// The services of a flow with the defaults of its ports.
fn services(product: &Product, services: &[Service]) -> Vec<(Carrier, Ports)> {
    let mut all = Vec::new();
    for service in services {
        match service {
            Service::Ports(transports, specs) => {
                let mut ranges: Vec<PortRange> = Vec::new();
                let mut dynamic = false;
                for it in specs {
                    match it {
                        PortSpec::Range(range) => ranges.push(*range),
                        PortSpec::Parameter(name) => {
                            let default = defaults(product, name);
                            dynamic |= default.is_empty();
                            ranges.extend(default);
                        }
                    }
                }
                for transport in transports {
                    if !ranges.is_empty() {
                        all.push((Carrier::Of(*transport), Ports::Ranges(ranges.clone())));
                    }
                    if dynamic {
                        all.push((Carrier::Of(*transport), Ports::Dynamic));
                    }
                }
            }
            Service::Fixed(traffic) => all.push(match traffic {
                Traffic::Ports(transport, range) => {
                    (Carrier::Of(*transport), Ports::Ranges(vec![*range]))
                }
                Traffic::Icmp(kind) => (
                    Carrier::Icmp,
                    kind.map_or(Ports::None, |it| Ports::Types(vec![it.number])),
                ),
                Traffic::Icmpv6(kind) => (
                    Carrier::Icmpv6,
                    kind.map_or(Ports::None, |it| Ports::Types(vec![it.number])),
                ),
                Traffic::Ip(number) => (Carrier::Ip(*number), Ports::None),
                Traffic::Any => (Carrier::Any, Ports::None),
            }),
        }
    }
    all
}

/// The default of a port, or of the one that it follows.
fn defaults(product: &Product, name: &str) -> Vec<PortRange> {
    let Some(port) = product.ports.get(name) else {
        return Vec::new();
    };
    match &port.offset {
        Some((of, by)) if port.default.is_empty() => {
            let base = product
                .ports
                .get(of)
                .map(|it| it.default.clone())
                .unwrap_or_default();
            crate::model::ports::shifted(&base, *by).unwrap_or_default()
        }
        _ => port.default.clone(),
    }
}

/// The components of a product by every spelling, and who plays whom.
struct Names<'p> {
    by_words: BTreeMap<Vec<String>, &'p str>,
    players: BTreeMap<&'p str, BTreeSet<String>>,
}

impl<'p> Names<'p> {
    fn new(product: &'p Product) -> Self {
        let mut by_words = BTreeMap::new();
        let mut players: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
        for (name, it) in &product.components {
            for spelling in it.aliases.iter().chain([&it.title]) {
                by_words.entry(words(spelling)).or_insert(name.as_str());
            }
            players.entry(name).or_default().insert(name.clone());
            for played in product.implied_components(name) {
                if let Some((played, _)) = product.components.get_key_value(played) {
                    players.entry(played).or_default().insert(name.clone());
                }
            }
        }
        for name in product.components.keys() {
            by_words.insert(words(name), name);
        }
        Names { by_words, players }
    }

    fn component(&self, name: &str) -> Option<&'p str> {
        self.by_words.get(&words(name)).copied()
    }

    /// All who play one of the components.
    fn players(&self, names: &[String]) -> BTreeSet<String> {
        names
            .iter()
            .filter_map(|it| self.players.get(it.as_str()))
            .flatten()
            .cloned()
            .collect()
    }

    /// The components of a stated end. `None` if it states nothing that the product knows.
    fn stated(&self, names: &[String]) -> Option<BTreeSet<String>> {
        let known: Vec<String> = names
            .iter()
            .filter_map(|it| self.component(it))
            .map(str::to_owned)
            .collect();
        (!known.is_empty()).then(|| self.players(&known))
    }
}
