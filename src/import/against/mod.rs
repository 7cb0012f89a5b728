//! Compares a page with a product file, both ways, by the comparison of the check files.

mod compare;
mod statement;

pub use compare::{Piece, Stated, fact, not_in_facts, not_in_flows, stated, wrongly_assumed};
pub use statement::{Printed, Protocol, Statement};

use super::cell::Ports;
use super::settle::{Flow as PageFlow, UNSTATED};
use super::text::words;
use crate::catalog::product::Product;
use crate::model::ports::PortRange;
use crate::model::traffic::IcmpType;
use compare::Rest;
use statement::icmp_range;
use std::collections::{BTreeMap, BTreeSet};

/// A difference between a page and a product file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Difference {
    /// The page has it, and the file does not.
    Stated(String),
    /// The file has it, and the page does not.
    Filed(String),
    /// The file assumes what the page states.
    Assumed(String),
    /// The file has no component of this name.
    Unknown(String),
}

/// Compares the flows of a page with those of a product. `source` is the id of the page in the product file: only flows that refer
/// to it are expected on the page. Without it, all are.
pub fn compare(flows: &[PageFlow], product: &Product, source: Option<&str>) -> Vec<Difference> {
    let names = names(product);
    let mut differences: BTreeSet<Difference> = BTreeSet::new();
    let mut name = |name: &String| {
        if let Some(known) = names.get(&words(name)) {
            return (*known).to_owned();
        }
        differences.insert(Difference::Unknown(name.clone()));
        // No component has this name, so no flow matches.
        name.clone()
    };
    let statements: Vec<(String, Statement)> = flows
        .iter()
        .map(|it| (it.at.join("; "), statement(it, &mut name)))
        .collect();
    let facts: Vec<_> = statements.iter().map(|it| fact(product, &it.1)).collect();
    let stated = stated(product);
    for ((at, statement), fact) in statements.iter().zip(&facts) {
        let rests = not_in_flows(fact, &stated);
        for (service, ends) in by_service(rests, fact.pairs()) {
            let ends = ends.unwrap_or_else(|| {
                format!(
                    "{} -> {}",
                    end(statement.from.as_ref()),
                    end(statement.to.as_ref())
                )
            });
            differences.insert(Difference::Stated(format!("{at}: {ends} {service}")));
        }
    }
    for it in &stated {
        let sources = &it.flow.sources;
        if source.is_some_and(|source| sources.iter().all(|it| it.source != source)) {
            continue;
        }
        let rests = not_in_facts(it, &facts);
        for (service, ends) in by_service(rests, it.from.len() * it.to.len()) {
            let ends = ends.map_or_else(String::new, |it| format!("{it} "));
            let text = format!("flow `{}`: {ends}{service}", it.id);
            differences.insert(Difference::Filed(text));
        }
        // What the page does not state may be in a sentence or on another page.
        let stated = wrongly_assumed(it, &facts).into_iter().filter(|it| it.1);
        differences.extend(stated.map(|(field, _)| {
            Difference::Assumed(format!("flow `{}` assumes `{}`", it.id, field.as_str()))
        }));
    }
    differences.into_iter().collect()
}

/// What is left, by service. Without ends, it is left between all pairs of components.
fn by_service(rests: Vec<Rest>, pairs: usize) -> Vec<(String, Option<String>)> {
    let mut services: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for it in rests {
        let word = |it: &Option<String>| it.clone().unwrap_or_else(|| "?".to_owned());
        let mut service = it.protocol.with(&it.ports);
        if it.service.ends_with('~') {
            service = service.replacen('?', &it.service, 1);
        }
        let ends = format!("{} -> {}", word(&it.from), word(&it.to));
        services.entry(service).or_default().push(ends);
    }
    let mut found = Vec::new();
    for (service, mut ends) in services {
        ends.sort_unstable();
        ends.dedup();
        if ends.len() == pairs {
            found.push((service, None));
        } else {
            found.extend(ends.into_iter().map(|it| (service.clone(), Some(it))));
        }
    }
    found
}

fn end(names: Option<&Vec<String>>) -> String {
    names.map_or_else(|| "?".to_owned(), |it| it.join(", "))
}

/// A flow of a page as a statement.
fn statement(flow: &PageFlow, name: &mut impl FnMut(&String) -> String) -> Statement {
    let mut ends = |names: &[String]| {
        let silent = names.iter().any(|it| it == UNSTATED);
        (!silent).then(|| names.iter().map(&mut *name).collect::<Vec<_>>())
    };
    let (from, to) = (ends(&flow.from), ends(&flow.to));
    let mut services = Vec::new();
    for piece in &flow.pieces {
        let protocol = Protocol::of_page(piece.carrier);
        let kind = |number: &u8| {
            let kind = IcmpType {
                number: *number,
                code: None,
            };
            Some(icmp_range(Some(kind)))
        };
        let ports: Vec<Option<PortRange>> = match &piece.ports {
            Ports::Ranges(ranges) => ranges.iter().copied().map(Some).collect(),
            Ports::Types(types) => types.iter().map(kind).collect(),
            Ports::Dynamic => vec![None],
            Ports::Any | Ports::None => vec![Some(PortRange::ALL)],
        };
        services.extend(ports.into_iter().map(|ports| Printed {
            text: piece.carrier.to_string(),
            protocol,
            ports,
        }));
    }
    Statement {
        from_stated: flow.from_stated,
        to_stated: flow.to_stated,
        from,
        to,
        services,
    }
}

/// The components of a product by every spelling.
fn names(product: &Product) -> BTreeMap<Vec<String>, &str> {
    let mut names = BTreeMap::new();
    for (name, it) in &product.components {
        for spelling in it.aliases.iter().chain([&it.title]) {
            names.entry(words(spelling)).or_insert(name.as_str());
        }
    }
    for name in product.components.keys() {
        names.insert(words(name), name);
    }
    names
}
