//! A product with a user's overrides: which flows are enabled, what each listens on, and what peers connect to. In this order:
//! the release, choices, features, numbers, ports, flows; each depends only on what comes before it.

mod digest;
mod ports;
mod switches;

pub(super) use ports::written;
pub use switches::Switches;

use super::product::{Flow, Product};
use crate::model::finding::Finding;
use crate::model::layout::Overrides;
use crate::model::ports::PortRange;
use crate::model::traffic::{PortSpec, Service, Traffic};
use crate::model::words::Need;
use digest::digest;
use ports::resolve_ports;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use switches::{Named, named};

/// A product as this layout runs it.
#[derive(Clone, Debug)]
pub struct Matrix {
    /// The product.
    pub product: Arc<Product>,
    /// Every port parameter.
    pub ports: BTreeMap<String, ResolvedPort>,
    /// Every flow, whether it is on or not.
    pub flows: BTreeMap<String, ResolvedFlow>,
    /// The options and features that are on.
    pub switches: Switches,
    /// The values of numbers as they are written in ports; empty where one must be given and is not.
    pub numbers: BTreeMap<String, Vec<String>>,
    /// The sha256 of all of the matrix that bears on rules, in hex.
    pub digest: String,
}

/// A port parameter with its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResolvedPort {
    /// What the product listens on. Empty where it must be given and is not.
    pub ranges: Vec<PortRange>,
    /// What it would listen on if `ports` did not set it and there was no profile.
    pub default: Vec<PortRange>,
    /// The bounds within which it may be set.
    pub within: Vec<PortRange>,
    /// The numbers whose values are missing, so that it is empty.
    pub missing: BTreeSet<String>,
    /// What peers connect to, if an address translation is in between.
    pub advertised: Option<Vec<PortRange>>,
    /// Whether the user set it.
    pub overridden: bool,
}

/// A flow with its traffic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResolvedFlow {
    /// Whether it is on.
    pub enabled: bool,
    /// Whether the user chose it, or one of its ports, by name; doubts of the source are settled by that.
    pub settled: bool,
    /// What the listener listens on. Sorted.
    pub listens: Vec<Traffic>,
    /// What the source connects to. Sorted.
    pub dials: Vec<Traffic>,
    /// Port parameters without a value; their services are missing from what components listen on and connect to.
    pub unset: BTreeSet<String>,
}

impl Matrix {
    /// Whether conditions that may also name flows hold.
    pub fn hold(&self, when: &[String], unless: &[String]) -> bool {
        let is_on = |name: &str| self.flows.get(name).is_some_and(|it| it.enabled);
        self.switches.hold_with(when, unless, is_on)
    }
}

/// Resolves a product, in its newest release unless it is that of another. Mistakes in the overrides are findings; what they would
/// have changed stays at its default.
pub fn resolve(product: &Arc<Product>, overrides: &Overrides) -> (Matrix, Vec<Finding>) {
    let product = match product.absent.release {
        Some(_) => Arc::clone(product),
        None => product.at(None),
    };
    let mut findings = Vec::new();
    let named = named(&product, overrides, &mut findings);
    let switches = Switches::resolve(&product, overrides, &named, &mut findings);
    let (ports, numbers) = resolve_ports(&product, overrides, &switches, &mut findings);
    let flows = product.flows.iter();
    let flows = flows
        .map(|(id, flow)| {
            (
                id.clone(),
                resolve_flow(id, flow, &ports, &switches, &named),
            )
        })
        .collect();
    let digest = digest(&product, &flows);
    let matrix = Matrix {
        product,
        ports,
        flows,
        switches,
        numbers,
        digest,
    };
    (matrix, findings)
}

fn resolve_flow(
    id: &str,
    flow: &Flow,
    ports: &BTreeMap<String, ResolvedPort>,
    switches: &Switches,
    named: &Named<'_>,
) -> ResolvedFlow {
    // A flow whose features are disabled is off, even if it is named in `enable`.
    let off = |term: &String| term.split('+').any(|it| named.disable.contains(it));
    let features_off = !flow.when.is_empty() && flow.when.iter().all(off);
    let by_default = flow.need != Need::Optional && switches.hold(&flow.when, &flow.unless);
    let enabled =
        (named.enable.contains(id) || by_default) && !named.disable.contains(id) && !features_off;

    let mut resolved = ResolvedFlow {
        enabled,
        settled: named.enable.contains(id),
        listens: Vec::new(),
        dials: Vec::new(),
        unset: BTreeSet::new(),
    };
    for service in &flow.services {
        let (transports, specs) = match service {
            Service::Fixed(traffic) => {
                resolved.listens.push(*traffic);
                resolved.dials.push(*traffic);
                continue;
            }
            Service::Ports(transports, specs) => (transports, specs),
        };
        for spec in specs {
            let (listens, dials) = match spec {
                PortSpec::Range(range) => {
                    (std::slice::from_ref(range), std::slice::from_ref(range))
                }
                PortSpec::Parameter(name) => {
                    let port = &ports[name];
                    if port.ranges.is_empty() {
                        resolved.unset.insert(name.clone());
                        continue;
                    }
                    resolved.settled |= port.overridden;
                    (
                        port.ranges.as_slice(),
                        port.advertised.as_ref().unwrap_or(&port.ranges).as_slice(),
                    )
                }
            };
            for transport in transports {
                resolved
                    .listens
                    .extend(listens.iter().map(|it| Traffic::Ports(*transport, *it)));
                resolved
                    .dials
                    .extend(dials.iter().map(|it| Traffic::Ports(*transport, *it)));
            }
        }
    }
    for side in [&mut resolved.listens, &mut resolved.dials] {
        side.sort_unstable();
        side.dedup();
    }
    resolved
}
