//! Who a listener is opened to, against who it is for.

use super::connect::{Connection, Flow, Peer};
use crate::model::code::Code;
use crate::model::finding::Finding;
use crate::model::layout::{Layout, Zone};
use crate::model::name::backticked;
use crate::model::ports::PortRange;
use crate::model::traffic::Traffic;
use crate::model::words::{Direction, Exposure, Trust};
use std::collections::{BTreeMap, BTreeSet};

/// Judged per connection, before merging: a public flow on the same port would hide it.
pub(super) fn exposed(
    layout: &Layout,
    connections: &[Connection<'_, '_>],
    findings: &mut Vec<Finding>,
) {
    for connection in connections {
        let flow = connection.flow;
        let (Some(exposure), Some((to, _)), Peer::Zone(from)) = (
            flow.exposure,
            opened(layout, connection.to),
            connection.from,
        ) else {
            continue;
        };
        let peer = &layout.zones[&**from];
        if exposure == Exposure::Public || !is_open(peer) || flow.listens.is_empty() {
            continue;
        }
        let checks = checkov(&flow.listens);
        let message = format!(
            "`{}` ({}, plane `{}`) is for `{exposure}` use, but zone {} can reach it in zone `{to}`{checks}",
            flow.id,
            listed(&flow.listens),
            flow.plane,
            describe_wide_zone(from, peer),
        );
        let remedy = match exposure {
            Exposure::Group => format!("members of `{}` are in a zone that anyone can reach; give them a zone of their own", connection.to_component),
            _ => "place the source component in a zone with narrower trust and addresses; if this is intended, add an `accept` block with the reason"
                .to_owned(),
        };
        findings.push(
            Finding::new(Code::Exposed, format!("{to}/{}/{from}", flow.id), message)
                .remedy(remedy)
                .at(&peer.place),
        );
    }
}

/// The checks of checkov that fail on an AWS rule with this traffic from everywhere: port 22, 3389, 80, and everything.
/// Source: bridgecrewio/checkov, `checkov/terraform/checks/resource/aws/SecurityGroupUnrestrictedIngress{22,3389,80,Any}.py`.
const CHECKOV: [(&str, Option<u16>); 4] = [
    ("CKV_AWS_24", Some(22)),
    ("CKV_AWS_25", Some(3389)),
    ("CKV_AWS_260", Some(80)),
    ("CKV_AWS_277", None),
];

fn checkov(traffic: &[Traffic]) -> String {
    let fails = |port: Option<u16>| {
        traffic.iter().any(|it| match (it, port) {
            (Traffic::Ports(_, range), Some(port)) => range.contains(PortRange::single(port)),
            (Traffic::Any, None) => true,
            _ => false,
        })
    };
    let ids: Vec<&str> = CHECKOV
        .iter()
        .filter(|(_, port)| fails(*port))
        .map(|(id, _)| *id)
        .collect();
    if ids.is_empty() {
        String::new()
    } else {
        format!("; checkov: {}", ids.join(", "))
    }
}

/// A socket is a zone, a component and the traffic that it listens for. Its exposure is the widest of its flows.
pub(super) fn exposed_by_neighbour(
    layout: &Layout,
    flows: &[Flow<'_>],
    connections: &[Connection<'_, '_>],
    findings: &mut Vec<Finding>,
) {
    // What is allowed from open peers, by zone and peer: traffic, then the components that need it.
    let mut doors: BTreeMap<(&str, &str), BTreeMap<Traffic, BTreeSet<String>>> = BTreeMap::new();
    for connection in connections {
        let (Some((to, _)), Peer::Zone(from)) = (opened(layout, connection.to), connection.from)
        else {
            continue;
        };
        if is_open(&layout.zones[&**from]) {
            let door = doors.entry((to, from)).or_default();
            for traffic in &connection.flow.listens {
                door.entry(*traffic)
                    .or_default()
                    .insert(owner(connection.flow, connection.to_component));
            }
        }
    }
    if doors.is_empty() {
        return;
    }
    let sockets = sockets(flows);
    for ((zone, peer), door) in &doors {
        for ((socket_zone, component, traffic), socket) in &sockets {
            // A listener on any port is not opened by a rule for one port.
            let known = *traffic != Traffic::Any;
            if socket_zone != zone || socket.exposure == Exposure::Public || !known {
                continue;
            }
            let openers: BTreeSet<&str> = door
                .iter()
                .filter(|(opened, _)| opened.overlaps(*traffic))
                .flat_map(|(_, owners)| {
                    owners
                        .iter()
                        .map(String::as_str)
                        .filter(|it| it != component)
                })
                .collect();
            if openers.is_empty() {
                continue;
            }
            let message = format!(
                "`{component}` listens on `{traffic}` in zone `{zone}` for `{}` use ({}), but is also open to {}, because of a rule for {}",
                socket.exposure,
                backticked(socket.flows.iter().copied()),
                describe_wide_zone(peer, &layout.zones[*peer]),
                backticked(openers.iter().copied()),
            );
            let subject = format!("{zone}/{component}/{}/{peer}", traffic.key());
            findings.push(
                Finding::new(Code::ExposedByNeighbour, subject, message)
                    .at(&layout.zones[*zone].place),
            );
        }
    }
}

struct Socket<'f> {
    exposure: Exposure,
    flows: BTreeSet<&'f str>,
}

/// Every listener of the layout, even if no source for it is placed. Local listeners are left out: nothing reaches them.
fn sockets<'f>(flows: &'f [Flow<'_>]) -> BTreeMap<(&'f str, String, Traffic), Socket<'f>> {
    let mut sockets: BTreeMap<(&str, String, Traffic), Socket<'_>> = BTreeMap::new();
    for flow in flows {
        let Some(exposure) = flow.exposure.filter(|it| *it != Exposure::Local) else {
            continue;
        };
        for end in &flow.to {
            for peer in &end.peers {
                for traffic in &flow.listens {
                    let key = (&**peer.name(), owner(flow, end.component), *traffic);
                    let socket = sockets.entry(key).or_insert_with(|| Socket {
                        exposure,
                        flows: BTreeSet::new(),
                    });
                    // Exposures are declared from the widest on.
                    socket.exposure = socket.exposure.min(exposure);
                    socket.flows.insert(&flow.id);
                }
            }
        }
    }
    sockets
}

/// `label.component`, or the name of a flow block.
fn owner(flow: &Flow<'_>, component: &str) -> String {
    flow.origin.map_or_else(
        || component.to_owned(),
        |(label, _)| format!("{label}.{component}"),
    )
}

fn is_open(zone: &Zone) -> bool {
    zone.trust == Trust::Public || zone.everything
}

/// How messages name a zone that is too wide.
fn describe_wide_zone(name: &str, zone: &Zone) -> String {
    if zone.trust == Trust::Public {
        format!("`{name}` (trust `public`)")
    } else {
        format!("`{name}` (every address)")
    }
}

/// The zone of a peer where its listeners are opened by a rule of ours.
pub(super) fn opened<'n, 'l>(layout: &'l Layout, peer: &'n Peer) -> Option<(&'n str, &'l Zone)> {
    let Peer::Zone(name) = peer else { return None };
    let zone = &layout.zones[&**name];
    (zone.enforced && layout.directions.contains(&Direction::Ingress)).then_some((name, zone))
}

fn listed(traffic: &[Traffic]) -> String {
    traffic
        .iter()
        .map(|it| format!("`{it}`"))
        .collect::<Vec<_>>()
        .join(", ")
}
