//! The ports of single components: what each listens on and what it connects to, with everything that needs it.

use super::resolve::Matrix;
use crate::model::traffic::Traffic;
use crate::model::words::{Exposure, Need, Plane};
use std::collections::{BTreeMap, BTreeSet};

/// The end of flows at which a component is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Others connect to it.
    Listens,
    /// It connects to others.
    Dials,
}

/// Everything that needs one piece of traffic of a component.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PortUse<'m> {
    /// The planes of its flows, the most sensitive first.
    pub planes: BTreeSet<Plane>,
    /// Who the listener is for, the widest first; empty if the listener is outside the product.
    pub exposures: BTreeSet<Exposure>,
    /// Whether one of its flows is required.
    pub required: bool,
    /// The ids of its flows.
    pub flows: BTreeSet<&'m str>,
    /// The components at the other end.
    pub peers: BTreeSet<&'m str>,
}

impl Matrix {
    /// The traffic of a component, and of what comes with it, in the flows that are on. What never leaves the host is left out.
    pub fn component_ports(&self, component: &str, end: End) -> BTreeMap<Traffic, PortUse<'_>> {
        let along = self.product.implied_components(component);
        let is_along = |names: &[String]| names.iter().any(|it| along.contains(&it.as_str()));
        let mut ports: BTreeMap<Traffic, PortUse<'_>> = BTreeMap::new();
        for (id, resolved) in self.flows.iter().filter(|(_, it)| it.enabled) {
            let flow = &self.product.flows[id];
            let (own, peers, traffic) = match end {
                End::Listens => (&flow.to, &flow.from, &resolved.listens),
                End::Dials => (&flow.from, &flow.to, &resolved.dials),
            };
            if flow.exposure == Some(Exposure::Local) || !is_along(own) {
                continue;
            }
            for it in traffic {
                let port = ports.entry(*it).or_default();
                port.planes.insert(flow.plane);
                port.exposures.extend(flow.exposure);
                port.required |= flow.need == Need::Required;
                port.flows.insert(id);
                port.peers.extend(peers.iter().map(String::as_str));
            }
        }
        ports
    }
}
