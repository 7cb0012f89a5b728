//! Whatever a source states and a product file loses is noticed.

use super::compare::differs;
use super::pairs;
use crate::support::{is_long, none};
use portmatrix::catalog::port_text::PortText;
use portmatrix::catalog::product::{Flow, Port, Product};
use portmatrix::import::against::{Piece, Stated, stated};
use portmatrix::model::traffic::{PortSpec, Service};
use portmatrix::model::words::Assumption;

/// Losses that no check file can show, by product and what is lost.
const EXCUSED: &[(&str, &str)] = &[
    // The sources name no transport between these ends, and another flow has the same port over UDP.
    ("mariadb-galera/4", "flow `arbitrator-out`"),
    // The page prints no port, and other flows between these ends have one.
    ("victoriametrics/1", "flow `cache-reset`"),
    ("victoriametrics/1", "flow `alert-insert`"),
    // The pages do not say which of the two clusters they mean.
    ("confluent-platform/8", "flow `replicator-local`"),
    ("confluent-platform/8", "flow `mds-replicator`"),
    ("confluent-platform/8", "the default of port `remote-rest`"),
    // The page names no transport for HTTP/3, and the ports of all probes are the user's.
    ("prometheus-stack/3", "flow `probes-http3`"),
    // The page does not say who connects, and the gateway itself has the same default.
    ("tyk/5.14", "the default of port `ingress-http`"),
    // The page prints that the two ports are the same, and no number.
    (
        "apache-spark/3.5",
        "the offset of port `driver-block-manager`",
    ),
    // The pages state both transports of DNS for clients, and none for forwarders.
    ("freeipa/4.13", "service udp/53 of flow `forward-dns`"),
    ("freeipa/4.13", "service tcp/53 of flow `forward-dns`"),
    // Other flows between these ends have the same port.
    ("jaeger/2", "flow `own-traces`"),
    ("nextcloud/34", "flow `aio-own-address`"),
    (
        "opentelemetry-collector/0.159",
        "the default of port `load-balancing`",
    ),
    // The ports of both proxies are the user's, so their rows are the same.
    (
        "nexus-repository/3",
        "service tcp/{http-proxy} of flow `forward-proxy`",
    ),
    (
        "nexus-repository/3",
        "service tcp/{https-proxy} of flow `forward-proxy`",
    ),
    // The page names no numbers for these two ports, so each meets the row of the other.
    (
        "active-directory/2025",
        "service tcp/{ntds} of flow `rpc-fixed`",
    ),
    (
        "active-directory/2025",
        "service tcp/{netlogon} of flow `rpc-fixed`",
    ),
    ("apache-pulsar/4", "service tcp/{remote} of flow `geo-out`"),
    (
        "apache-pulsar/4",
        "service tcp/{remote-web} of flow `geo-out`",
    ),
    (
        "remote-desktop-services/2025",
        "service tcp/135 of flow `broker-rpc`",
    ),
    (
        "remote-desktop-services/2025",
        "service tcp/{rpc} of flow `broker-rpc`",
    ),
    ("wsus/2025", "service tcp/80 of flow `client-downloads`"),
    ("wsus/2025", "service tcp/443 of flow `client-downloads`"),
    // The pages do not say which component calls, and another flow goes to the same hosts.
    ("argo-cd/3.5", "the default of port `git-https`"),
    // The row with the sender has no transport, and the flow over UDP meets it.
    ("graphite/1.1", "flow `line`"),
    // The page names no transport, and the flow over TCP meets its row.
    ("trino/480", "flow `kerberos-udp`"),
    // The page names no numbers for these ports, and another row of the same listener has none either.
    ("ceph/20", "flow `nfs-v3`"),
    ("ceph/20", "service tcp+udp/{nfs-mount} of flow `nfs-v3`"),
    ("ceph/20", "service tcp+udp/{nfs-lock} of flow `nfs-v3`"),
    // One page states the port without a listener, the other the listener without a transport.
    ("samba/4.24", "flow `ldap-ping`"),
    // The page names no transport, and each of the two meets its row.
    (
        "openstack/2026.1",
        "service tcp/{more-notices-dns} of flow `dns-more-notices`",
    ),
    (
        "openstack/2026.1",
        "service udp/{more-notices-dns} of flow `dns-more-notices`",
    ),
    // The row has any port, as the user decides the one that this port follows.
    ("nginx/1.30", "the offset of port `tcp-health-check`"),
    ("nginx/1.30", "the offset of port `udp-health-check`"),
];

/// Whatever a source states and a product file loses is noticed: a flow, a port, an end.
#[test]
fn what_a_product_file_loses_is_noticed() {
    let mut unnoticed = Vec::new();
    for pair in pairs() {
        // Each costs a comparison of the whole product: the short run does one of many.
        let step = if is_long() { 1 } else { 24 };
        for (what, product) in losses(&pair.product).into_iter().step_by(step) {
            let is_excused = EXCUSED.contains(&(&*pair.name, &*what));
            let name = &pair.name;
            match (differs(name, &product, &pair.sheet), is_excused) {
                (true, true) => {
                    unnoticed.push(format!(
                        "{what} of {name} is noticed; remove it from EXCUSED"
                    ));
                }
                (false, false) => unnoticed.push(format!("catalog/{name}.toml without {what}")),
                _ => {}
            }
        }
    }
    none(&unnoticed);
}

/// The product without one flow that no other repeats, without one port of a flow, without one end of a flow that a source states.
fn losses(product: &Product) -> Vec<(String, Product)> {
    let mut found = Vec::new();
    let flows = stated(product);
    for (name, port) in &product.ports {
        // A port that the file assumes may be any for the check file.
        let stated = flows.iter();
        let mut stated = stated.filter(|it| !it.flow.assumed.contains(&Assumption::Ports));
        let used = stated.any(|it| {
            it.flow
                .services
                .iter()
                .flat_map(Service::parameters)
                .any(|it| it == name)
        });
        if !used {
            continue;
        }
        let mut changed = |what: String, change: &dyn Fn(&mut Port)| {
            let mut without = product.clone();
            without.ports.entry(name.clone()).and_modify(change);
            found.push((format!("{what} of port `{name}`"), without));
        };
        // What a condition gives as well is not lost.
        let given = port.defaults.iter().flat_map(|it| it.value.fixed());
        let given: Vec<_> = given.collect();
        let is_given = !port.default.fixed().is_empty()
            && port.default.fixed().iter().all(|it| given.contains(&it));
        if !port.default.is_empty() && !is_given {
            changed("the default".to_owned(), &|it| {
                it.default = PortText::default();
            });
        }
        for (at, one) in port.defaults.iter().enumerate() {
            // What other conditions give as well is not lost.
            let others = port.defaults.iter().enumerate().filter(|(it, _)| *it != at);
            let others = others.map(|(_, it)| &it.value).chain([&port.default]);
            let others: Vec<&PortText> = others.collect();
            let is_given = |range| others.iter().any(|it| it.fixed().contains(range));
            if one.value.fixed().is_empty() || !one.value.fixed().iter().all(is_given) {
                changed(format!("the default {}", one.value), &|it| {
                    it.defaults.remove(at);
                });
            }
        }
        if port.offset.is_some() && port.default.is_empty() && port.defaults.is_empty() {
            changed("the offset".to_owned(), &|it| it.offset = None);
        }
    }
    for (id, flow) in &product.flows {
        let this = flows.iter().find(|it| it.id == id);
        let repeated_between = |pieces: &dyn Fn(&Piece) -> bool, from: Ends<'_>, to: Ends<'_>| {
            this.is_some_and(|it| is_repeated(it, pieces, (from, to), &flows))
        };
        let all = |_: &String| true;
        let repeated = |pieces: &dyn Fn(&Piece) -> bool| repeated_between(pieces, &all, &all);
        if repeated(&|_| true) {
            continue;
        }
        let mut without = product.clone();
        without.flows.remove(id);
        found.push((format!("flow `{id}`"), without));

        let mut changed = |what: String, change: &dyn Fn(&mut Flow)| {
            let mut product = product.clone();
            product.flows.entry(id.clone()).and_modify(change);
            found.push((format!("{what} of flow `{id}`"), product));
        };
        for (at, service) in flow.services.iter().enumerate() {
            if repeated(&|it| it.text == flow.service_texts[at]) {
                continue;
            }
            if flow.services.len() > 1 {
                changed(format!("service {}", flow.service_texts[at]), &|it| {
                    it.services.remove(at);
                });
            }
            let Service::Ports(transports, ports) = service else {
                continue;
            };
            for port in 0..ports.len() {
                if ports.len() > 1 {
                    let kept: Vec<PortSpec> = [&ports[..port], &ports[port + 1..]].concat();
                    changed(format!("a port of {}", flow.service_texts[at]), &|it| {
                        it.services[at] = Service::Ports(transports.clone(), kept.clone());
                    });
                }
            }
        }
        let open = flow.assumed.contains(&Assumption::Direction);
        for end in &flow.from {
            let is_stated = !open && !flow.assumed.contains(&Assumption::From);
            if flow.from.len() > 1
                && is_stated
                && !repeated_between(&|_| true, &|it| it == end, &all)
            {
                changed(format!("source `{end}`"), &|it| {
                    it.from.retain(|it| it != end);
                });
            }
        }
        for end in &flow.to {
            let is_stated = !open && !flow.assumed.contains(&Assumption::To);
            if flow.to.len() > 1 && is_stated && !repeated_between(&|_| true, &all, &|it| it == end)
            {
                changed(format!("listener `{end}`"), &|it| {
                    it.to.retain(|it| it != end);
                });
            }
        }
    }
    found
}

/// Which ends of a flow are meant.
type Ends<'a> = &'a dyn Fn(&String) -> bool;

/// Whether other flows say all that this one says between some ends: for another purpose or feature, or from a source that the file assumes.
/// What no source tells apart, no check file can.
fn is_repeated(
    flow: &Stated<'_>,
    pieces: &dyn Fn(&Piece) -> bool,
    (a, b): (Ends<'_>, Ends<'_>),
    flows: &[Stated<'_>],
) -> bool {
    let assumes = |it| flow.flow.assumed.contains(&it);
    let says = |other: &Stated<'_>, a: &String, b: &String| {
        let direction = assumes(Assumption::Direction);
        let from = direction || assumes(Assumption::From) || other.from.contains(a);
        let to = direction || assumes(Assumption::To) || other.to.contains(b);
        from && to
    };
    let carries = |other: &Stated<'_>, piece: &Piece| {
        other.pieces.iter().any(|it| it.holds(piece))
            || other.flow.assumed.contains(&Assumption::Ports)
    };
    flow.pieces.iter().filter(|it| pieces(it)).all(|piece| {
        flow.from.iter().filter(|it| a(it)).all(|a| {
            flow.to.iter().filter(|it| b(it)).all(|b| {
                let others = flows.iter().filter(|it| it.id != flow.id);
                others
                    .filter(|it| says(it, a, b))
                    .any(|it| carries(it, piece))
            })
        })
    })
}
