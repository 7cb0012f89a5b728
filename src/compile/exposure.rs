//! Who a listener is opened to, against who it is for.

use super::connect::{Connection, Flow, Peer};
use super::everyone::Everyone;
use crate::model::code::Code;
use crate::model::finding::Finding;
use crate::model::layout::{Layout, Zone};
use crate::model::name::backticked;
use crate::model::ports::PortRange;
use crate::model::traffic::Traffic;
use crate::model::words::{Direction, Exposure};
use std::collections::{BTreeMap, BTreeSet};

/// Judged per connection, before merging: a public flow on the same port would hide it.
pub(super) fn exposed(
    layout: &Layout,
    connections: &[Connection<'_, '_>],
    everyone: &Everyone<'_>,
    findings: &mut Vec<Finding>,
) {
    for connection in connections {
        let (Some((to, _)), Peer::Zone(from)) = (opened(layout, connection.to), connection.from)
        else {
            continue;
        };
        if let Some(words) = everyone.from(connection) {
            findings.extend(exposure(layout, connection, to, (from, &words), ""));
        }
    }
}

/// A listener that is not for everyone, and a zone of everyone that reaches it; `why` ends the sentence.
pub(super) fn exposure(
    layout: &Layout,
    connection: &Connection<'_, '_>,
    to: &str,
    (from, words): (&str, &str),
    why: &str,
) -> Option<Finding> {
    let flow = connection.flow;
    let exposure = flow.exposure.filter(|it| *it != Exposure::Public)?;
    if flow.listens.is_empty() {
        return None;
    }
    let checks = checkov(&flow.listens);
    let message = format!(
        "`{}` ({}, plane `{}`) is for `{exposure}` use, but zone `{from}` ({words}) can reach it in zone `{to}`{checks}{why}",
        flow.id,
        listed(&flow.listens),
        flow.plane,
    );
    let remedy = match exposure {
        Exposure::Group => format!("members of `{}` are in a zone that anyone can reach; give them a zone of their own", connection.to_component),
        _ if !why.is_empty() => "give the zones addresses, groups or tags of their own; if this is intended, add an `accept` block with the reason".to_owned(),
        _ => "place the source component in a zone with narrower trust and addresses; if this is intended, add an `accept` block with the reason"
            .to_owned(),
    };
    let finding = Finding::new(Code::Exposed, format!("{to}/{}/{from}", flow.id), message);
    Some(finding.remedy(remedy).at(&layout.zones[from].place))
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

/// What is allowed from zones of everyone, by zone and peer: traffic, then the rules that allow it.
#[derive(Default)]
pub(super) struct Doors<'d>(BTreeMap<(&'d str, &'d str), Door<'d>>);

/// Why the peer is everyone, and by which rules it may come in.
type Door<'d> = (String, BTreeMap<Traffic, BTreeSet<Opener<'d>>>);

/// The component or flow for which a rule is.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Opener<'d> {
    owner: String,
    /// The zone of the rule, if it is another, and why the rule holds here too.
    from: Option<(&'d str, &'d str)>,
}

impl<'d> Doors<'d> {
    /// Adds a rule for a connection; `beyond` is the zone of the rule, and why it opens another one.
    pub(super) fn open(
        &mut self,
        connection: &Connection<'_, '_>,
        traffic: Traffic,
        (zone, peer, words): (&'d str, &'d str, String),
        beyond: Option<(&'d str, &'d str)>,
    ) {
        let door = self.0.entry((zone, peer));
        let (_, door) = door.or_insert_with(|| (words, BTreeMap::new()));
        door.entry(traffic).or_default().insert(Opener {
            owner: owner(connection.flow, connection.to_component),
            from: beyond,
        });
    }
}

/// The doors that connections open.
pub(super) fn doors<'d>(
    layout: &'d Layout,
    connections: &'d [Connection<'_, '_>],
    everyone: &Everyone<'_>,
) -> Doors<'d> {
    let mut doors = Doors::default();
    for connection in connections {
        let (Some((to, _)), Peer::Zone(from)) = (opened(layout, connection.to), connection.from)
        else {
            continue;
        };
        if let Some(words) = everyone.from(connection) {
            for traffic in &connection.flow.listens {
                doors.open(connection, *traffic, (to, from, words.clone()), None);
            }
        }
    }
    doors
}

/// A socket is a zone, a component and the traffic that it listens for. Its exposure is the widest of its flows.
pub(super) fn exposed_by_neighbour(
    layout: &Layout,
    flows: &[Flow<'_>],
    doors: &Doors<'_>,
    findings: &mut Vec<Finding>,
) {
    if doors.0.is_empty() {
        return;
    }
    let sockets = sockets(flows);
    for ((zone, peer), (words, door)) in &doors.0 {
        for ((socket_zone, component, traffic), socket) in &sockets {
            // A listener on any port is not opened by a rule for one port.
            let known = *traffic != Traffic::Any;
            if socket_zone != zone || socket.exposure == Exposure::Public || !known {
                continue;
            }
            let openers = door.iter().filter(|(it, _)| it.overlaps(*traffic));
            let openers: BTreeSet<&Opener<'_>> = openers.flat_map(|(_, it)| it).collect();
            let own = |it: &&Opener<'_>| it.owner == *component && it.from.is_none();
            let openers: Vec<&Opener<'_>> = openers.into_iter().filter(|it| !own(it)).collect();
            let Some(first) = openers.first() else {
                continue;
            };
            let named = openers.iter().map(|it| match it.from {
                Some((other, _)) if other != *zone => format!("`{}` in zone `{other}`", it.owner),
                _ => format!("`{}`", it.owner),
            });
            let why = first
                .from
                .map_or_else(String::new, |(_, why)| format!(": {why}"));
            let message = format!(
                "`{component}` listens on `{traffic}` in zone `{zone}` for `{}` use ({}), but is also open to `{peer}` ({words}), because of a rule for {}{why}",
                socket.exposure,
                backticked(socket.flows.iter().copied()),
                named.collect::<Vec<_>>().join(", "),
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
