//! Flows between zones: every member of `from` reaches every member of `to` that the matrix says.

use super::instances::{Instances, Placed};
use crate::model::address::Cidr;
use crate::model::code::Code;
use crate::model::finding::Finding;
use crate::model::layout::{CustomFlow, Layout};
use crate::model::name::suggest;
use crate::model::traffic::{PortSpec, Service, Traffic};
use crate::model::words::{Exposure, Need, Plane};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A flow that is on, of a product or of the user's own.
pub(super) struct Flow<'l> {
    /// `label.flow`, or the name of a flow block.
    pub(super) id: Arc<str>,
    /// The label and the flow's id in the matrix; none for a flow block.
    pub(super) origin: Option<(&'l str, &'l str)>,
    pub(super) from: Vec<End<'l>>,
    pub(super) to: Vec<End<'l>>,
    /// What the listener listens on.
    pub(super) listens: Vec<Traffic>,
    /// What the source connects to.
    pub(super) dials: Vec<Traffic>,
    pub(super) plane: Plane,
    /// `None` if the listener is outside the product.
    pub(super) exposure: Option<Exposure>,
    pub(super) need: Need,
}

/// One side of a flow.
pub(super) struct End<'l> {
    /// The component; for a flow block, the flow's own name.
    pub(super) component: &'l str,
    /// The zones that it is in, or its fixed address.
    pub(super) peers: Vec<Peer>,
}

/// A zone, or a component whose address is the same everywhere.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Peer {
    Zone(Arc<str>),
    Fixed(Arc<str>, BTreeMap<Arc<str>, Cidr>),
}

impl Peer {
    pub(super) fn name(&self) -> &Arc<str> {
        match self {
            Peer::Zone(name) | Peer::Fixed(name, _) => name,
        }
    }
}

/// A flow between two peers, of which at least one is a zone.
pub(super) struct Connection<'c, 'l> {
    pub(super) flow: &'c Flow<'l>,
    pub(super) from: &'c Peer,
    pub(super) to: &'c Peer,
    pub(super) to_component: &'l str,
}

/// The flows that are on.
pub(super) fn flows<'l>(
    layout: &'l Layout,
    instances: &'l Instances<'_>,
    placed: &Placed<'_>,
    findings: &mut Vec<Finding>,
) -> Vec<Flow<'l>> {
    let mut flows = Vec::new();
    for (label, resolved) in instances {
        let matrix = &resolved.matrix;
        for (id, state) in matrix.flows.iter().filter(|(_, it)| it.enabled) {
            let flow = &matrix.product.flows[id];
            let ends = |names: &'l [String]| -> Vec<End<'l>> {
                names
                    .iter()
                    .map(|name| End {
                        component: name,
                        peers: peers(
                            label,
                            name,
                            &matrix.product.components[name].addresses,
                            placed,
                        ),
                    })
                    .collect()
            };
            flows.push(Flow {
                id: format!("{label}.{id}").into(),
                origin: Some((label, id)),
                from: ends(&flow.from),
                to: ends(&flow.to),
                listens: state.listens.clone(),
                dials: state.dials.clone(),
                plane: flow.plane,
                exposure: flow.exposure,
                need: flow.need,
            });
        }
    }
    flows.extend(
        layout
            .flows
            .iter()
            .map(|(name, flow)| custom(name, flow, layout, findings)),
    );
    flows
}

/// The zones of a component; its fixed address if it is in none.
fn peers(
    label: &str,
    component: &str,
    addresses: &BTreeMap<String, Cidr>,
    placed: &Placed<'_>,
) -> Vec<Peer> {
    let zones: Vec<Peer> = placed
        .zones(label, component)
        .map(|it| Peer::Zone(it.into()))
        .collect();
    if addresses.is_empty() || !zones.is_empty() {
        return zones;
    }
    let addresses = addresses.iter();
    let addresses = addresses.map(|(name, it)| (name.as_str().into(), *it));
    let name = format!("{label}.{component}");
    vec![Peer::Fixed(name.into(), addresses.collect())]
}

fn custom<'l>(
    name: &'l str,
    flow: &'l CustomFlow,
    layout: &Layout,
    findings: &mut Vec<Finding>,
) -> Flow<'l> {
    let mut end = |zones: &[(String, crate::model::finding::ConfigPath)]| {
        let mut peers = Vec::new();
        for (zone, place) in zones {
            if layout.zones.contains_key(zone) {
                peers.push(Peer::Zone(zone.as_str().into()));
            } else {
                let remedy = suggest(zone, layout.zones.keys().map(String::as_str));
                findings.push(
                    Finding::for_argument(
                        Code::UnknownZone,
                        place,
                        format!("zone `{zone}` is not declared"),
                    )
                    .remedy(remedy),
                );
            }
        }
        peers.sort();
        peers.dedup();
        vec![End {
            component: name,
            peers,
        }]
    };
    let mut traffic: Vec<Traffic> = flow.services.iter().flat_map(fixed_traffic).collect();
    traffic.sort_unstable();
    traffic.dedup();
    Flow {
        id: name.into(),
        origin: None,
        from: end(&flow.from),
        to: end(&flow.to),
        listens: traffic.clone(),
        dials: traffic,
        plane: flow.plane,
        exposure: Some(flow.exposure),
        need: Need::Required,
    }
}

/// The traffic of a service without parameters, which is what a flow block may have.
fn fixed_traffic(service: &Service) -> Vec<Traffic> {
    match service {
        Service::Fixed(traffic) => vec![*traffic],
        Service::Ports(transports, specs) => transports
            .iter()
            .flat_map(|transport| {
                specs.iter().filter_map(|spec| match spec {
                    PortSpec::Range(range) => Some(Traffic::Ports(*transport, *range)),
                    PortSpec::Parameter(_) => None,
                })
            })
            .collect(),
    }
}

/// Every pair of peers that a flow joins. A zone is joined with itself too, since a security group blocks its own members.
pub(super) fn connect<'c, 'l>(flows: &'c [Flow<'l>]) -> Vec<Connection<'c, 'l>> {
    let mut connections = Vec::new();
    for flow in flows
        .iter()
        .filter(|it| it.exposure != Some(Exposure::Local))
    {
        for to in &flow.to {
            for (from, to_peer) in flow
                .from
                .iter()
                .flat_map(|it| &it.peers)
                .flat_map(|from| to.peers.iter().map(move |to| (from, to)))
            {
                if matches!((from, to_peer), (Peer::Fixed(..), Peer::Fixed(..))) {
                    continue;
                }
                connections.push(Connection {
                    flow,
                    from,
                    to: to_peer,
                    to_component: to.component,
                });
            }
        }
    }
    connections
}

/// The peers that are not zones, with their addresses.
pub(super) fn fixed(
    connections: &[Connection<'_, '_>],
) -> BTreeMap<Arc<str>, BTreeMap<Arc<str>, Cidr>> {
    connections
        .iter()
        .flat_map(|it| [it.from, it.to])
        .filter_map(|it| match it {
            Peer::Fixed(name, addresses) => Some((Arc::clone(name), addresses.clone())),
            Peer::Zone(_) => None,
        })
        .collect()
}
