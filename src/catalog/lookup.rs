//! The catalogue as a whole: which products there are, and which of them listen on a port.

use super::Catalog;
use super::product::{Flow, Product};
use super::resolve::{Matrix, resolve};
use crate::model::layout::Overrides;
use crate::model::ports::PortRange;
use crate::model::traffic::Traffic;
use crate::model::words::Kind;
use std::collections::BTreeSet;
use std::sync::Arc;

/// What to look for; what is absent excludes nothing.
#[derive(Clone, Debug, Default)]
pub struct Query {
    /// Words, all of which must occur in a product's name, aliases, title or vendor, in either case.
    pub search: Option<String>,
    /// Ports, some of which the product must listen on by default.
    pub port: Option<PortRange>,
    /// The transport on which it must do so: `tcp`, `udp` or `sctp`.
    pub transport: Option<String>,
}

/// What was found, by product name.
#[derive(Debug, Default)]
pub struct LookupResult {
    /// Each product in all of its versions, newest first.
    pub products: Vec<Vec<Arc<Product>>>,
    /// The listeners on the port of the query; empty without a port.
    pub listeners: Vec<Listener>,
}

/// A component that listens on a port that was asked for.
#[derive(Debug)]
pub struct Listener {
    /// The product in one version.
    pub product: Arc<Product>,
    /// The component.
    pub component: String,
    /// The id of the flow.
    pub id: String,
    /// What it listens on by default.
    pub traffic: Traffic,
}

impl Listener {
    /// The flow.
    pub fn flow(&self) -> &Flow {
        &self.product.flows[&self.id]
    }
}

/// Transports that have ports.
pub const TRANSPORTS: [&str; 3] = ["tcp", "udp", "sctp"];

impl Catalog {
    /// The products that fit a query, and where a port is asked for, their listeners.
    pub fn lookup(&self, query: &Query) -> LookupResult {
        let mut answer = LookupResult::default();
        let wanted = query.search.as_deref().unwrap_or_default().to_lowercase();
        for name in self.names() {
            let versions = self.versions(name);
            if !versions.iter().any(|it| it.has_words(&wanted)) {
                continue;
            }
            if let Some(ports) = query.port {
                let before = answer.listeners.len();
                for product in &versions {
                    let listeners = listeners(product, ports, query.transport.as_deref());
                    answer.listeners.extend(listeners);
                }
                if answer.listeners.len() == before {
                    continue;
                }
            }
            answer.products.push(versions);
        }
        answer
    }
}

impl Product {
    /// Whether each word of a lower-case text occurs in what the product is called.
    fn has_words(&self, wanted: &str) -> bool {
        let called = [&self.name, &self.title, &self.vendor];
        let called: Vec<String> = called
            .into_iter()
            .chain(&self.aliases)
            .map(|it| it.to_lowercase())
            .collect();
        wanted
            .split_whitespace()
            .all(|word| called.iter().any(|it| it.contains(word)))
    }
}

/// The product's listeners on some of the ports. External components are left out: their ports are not the product's.
fn listeners(product: &Arc<Product>, ports: PortRange, transport: Option<&str>) -> Vec<Listener> {
    let (matrix, _) = resolve(product, &Overrides::default());
    let Matrix { flows, .. } = &matrix;
    let mut found = Vec::new();
    for (id, flow) in &product.flows {
        let traffic: BTreeSet<Traffic> = flows[id]
            .listens
            .iter()
            .copied()
            .filter(|it| it.ports().is_some_and(|it| it.overlaps(ports)))
            .filter(|it| transport.is_none_or(|name| it.transport() == name))
            .collect();
        let inside = |it: &&String| product.components[*it].kind != Kind::External;
        for component in flow.to.iter().filter(inside) {
            found.extend(traffic.iter().map(|traffic| Listener {
                product: Arc::clone(product),
                component: component.clone(),
                id: id.clone(),
                traffic: *traffic,
            }));
        }
    }
    found
}
