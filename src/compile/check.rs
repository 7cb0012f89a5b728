//! Judgements on what is opened: to whom, by whom, and over which port.

use super::connect::{Connection, Flow};
use super::everyone::Everyone;
use super::exposure::{self, opened};
use super::instances::{Instances, Placed};
use crate::catalog::resolve::ResolvedPort;
use crate::model::code::Code;
use crate::model::finding::Finding;
use crate::model::layout::Layout;
use crate::model::name::backticked;
use crate::model::ports::{PortRange, port_list};
use crate::model::traffic::{Service, Transport};
use crate::model::words::{Exposure, Need, Severity};
use std::collections::{BTreeMap, BTreeSet};

/// Everything that is judged, whatever the platform.
pub(super) fn check(
    layout: &Layout,
    instances: &Instances<'_>,
    placed: &Placed<'_>,
    flows: &[Flow<'_>],
    connections: &[Connection<'_, '_>],
    findings: &mut Vec<Finding>,
) {
    let everyone = Everyone::of(layout, connections);
    exposure::exposed(layout, connections, &everyone, findings);
    let doors = exposure::doors(layout, connections, &everyone);
    exposure::exposed_by_neighbour(layout, flows, &doors, findings);
    port_clash(layout, instances, placed, findings);
    unset(instances, connections, flows, findings);
    group_shared(layout, instances, placed, connections, findings);
    nothing_enforced(layout, findings);
}

/// Parameters of one component that differ by default and meet in this layout.
fn port_clash(
    layout: &Layout,
    instances: &Instances<'_>,
    placed: &Placed<'_>,
    findings: &mut Vec<Finding>,
) {
    let mut reported = BTreeSet::new();
    for zone in layout.zones.keys() {
        for (label, component) in placed.named_in(zone) {
            let Some(resolved) = instances.get(label) else {
                continue;
            };
            let listens = parameters(resolved, component);
            for (at, (a, a_transport, a_port)) in listens.iter().enumerate() {
                for (b, b_transport, b_port) in &listens[at + 1..] {
                    let defaults = (
                        &resolved.matrix.ports[*a].default,
                        &resolved.matrix.ports[*b].default,
                    );
                    // Without a default there is nothing by which they differ.
                    let differ = !defaults.0.is_empty()
                        && !defaults.1.is_empty()
                        && meet(defaults.0, defaults.1).is_none();
                    let new = meet(&a_port.ranges, &b_port.ranges).filter(|_| differ);
                    let Some(port) = new.filter(|_| a != b && a_transport == b_transport) else {
                        continue;
                    };
                    if reported.insert((label, *a, *b)) {
                        let message = format!(
                            "`{a}` and `{b}` of `{label}.{component}` both listen on {port}, but differ by default"
                        );
                        let subject = format!("{label}.{component}/{a}+{b}");
                        findings.push(
                            Finding::new(Code::PortClash, subject, message)
                                .at(&resolved.instance.overrides.place),
                        );
                    }
                }
            }
        }
    }
}

/// The port parameters on which a component listens, with all that comes along with it.
fn parameters<'r>(
    resolved: &'r super::instances::Resolved<'_>,
    component: &str,
) -> Vec<(&'r str, Transport, &'r ResolvedPort)> {
    let matrix = &resolved.matrix;
    let along = matrix.product.implied_components(component);
    let mut found: BTreeMap<(&str, Transport), &ResolvedPort> = BTreeMap::new();
    for (id, flow) in matrix
        .product
        .flows
        .iter()
        .filter(|(id, _)| matrix.flows[*id].enabled)
    {
        if !flow.to.iter().any(|it| along.contains(&it.as_str())) {
            continue;
        }
        for service in &matrix.product.flows[id].services {
            let Service::Ports(transports, _) = service else {
                continue;
            };
            for name in service.parameters() {
                found.extend(
                    transports
                        .iter()
                        .map(|it| ((name, *it), &matrix.ports[name])),
                );
            }
        }
    }
    // The names borrow from the product, which the matrix keeps.
    found
        .into_iter()
        .map(|((name, transport), port)| (name, transport, port))
        .collect()
}

fn meet(a: &[PortRange], b: &[PortRange]) -> Option<PortRange> {
    a.iter()
        .flat_map(|a| b.iter().map(move |b| (a, b)))
        .find(|(a, b)| a.overlaps(**b))
        .map(|(a, b)| PortRange {
            from: a.from.max(b.from),
            to: a.to.min(b.to),
        })
}

/// Ports that the installation decides and the layout does not give. The service is left out, the rest of the flow stays.
fn unset(
    instances: &Instances<'_>,
    connections: &[Connection<'_, '_>],
    flows: &[Flow<'_>],
    findings: &mut Vec<Finding>,
) {
    let used: BTreeSet<&str> = connections.iter().map(|it| &*it.flow.id).collect();
    for flow in flows.iter().filter(|it| used.contains(&*it.id)) {
        let Some((label, id)) = flow.origin else {
            continue;
        };
        let resolved = &instances[label];
        for name in &resolved.matrix.flows[id].unset {
            let port = &resolved.matrix.product.ports[name];
            let state = &resolved.matrix.ports[name];
            let bounds = if state.within.is_empty() {
                String::new()
            } else {
                format!(" and must be one of {}", port_list(&state.within))
            };
            // A port that follows another comes with it.
            let (given, also) = match &port.offset {
                Some((of, _)) => (of, format!("`{of}`, which it follows")),
                None => (name, "it".to_owned()),
            };
            let setting = port
                .setting
                .as_ref()
                .map_or_else(String::new, |it| format!(" (setting `{it}`)"));
            let required = flow.need == Need::Required;
            let (message, set) = match state.missing.first() {
                Some(number) => (
                    format!(
                        "`{}` needs the port `{name}`{setting}, which depends on the number `{number}`, and that has no default; no rule is created for it",
                        flow.id
                    ),
                    format!("set `{number}` with `numbers = {{ {number} = \"…\" }}`"),
                ),
                None => (
                    format!(
                        "`{}` needs the port `{name}`{setting}, which has no default{bounds}; no rule is created for it",
                        flow.id
                    ),
                    format!("set {also} with `ports = {{ {given} = \"…\" }}`"),
                ),
            };
            let finding = Finding::new(Code::PortUnset, format!("{label}.{id}/{name}"), message)
                .severity(if required {
                    Severity::Error
                } else {
                    Severity::Warning
                })
                .remedy(format!(
                    "{set} in the block `product \"{label}\"`, or list the flow in `disable`"
                ));
            findings.push(finding.at(&resolved.instance.place));
        }
    }
}

/// A zone that is opened to itself for one component is open to its other components too.
fn group_shared(
    layout: &Layout,
    instances: &Instances<'_>,
    placed: &Placed<'_>,
    connections: &[Connection<'_, '_>],
    findings: &mut Vec<Finding>,
) {
    let mut shared: BTreeMap<&str, (BTreeSet<&str>, BTreeSet<String>)> = BTreeMap::new();
    for connection in connections {
        let (Some((zone, _)), true) = (
            opened(layout, connection.to),
            connection.from == connection.to,
        ) else {
            continue;
        };
        let Some((label, _)) = connection
            .flow
            .origin
            .filter(|_| connection.flow.exposure == Some(Exposure::Group))
        else {
            continue;
        };
        let product = &instances[label].matrix.product;
        let is_member = |it: &(&str, &str)| {
            it.0 == label
                && product
                    .implied_components(it.1)
                    .contains(&connection.to_component)
        };
        let others = placed
            .named_in(zone)
            .into_iter()
            .filter(|it| !is_member(it));
        let others: Vec<String> = others
            .map(|(label, component)| format!("{label}.{component}"))
            .collect();
        if !others.is_empty() {
            let entry = shared.entry(zone).or_default();
            entry.0.insert(&connection.flow.id);
            entry.1.extend(others);
        }
    }
    for (zone, (flows, others)) in shared {
        let message = format!(
            "zone `{zone}` is open to itself for {}, and also contains {}",
            backticked(flows),
            backticked(others.iter().map(String::as_str)),
        );
        findings.push(Finding::new(Code::GroupShared, zone, message).at(&layout.zones[zone].place));
    }
}

fn nothing_enforced(layout: &Layout, findings: &mut Vec<Finding>) {
    let before = findings.len();
    for (name, zone) in &layout.zones {
        let Some(block) = zone.null_block.filter(|_| !zone.enforced) else {
            continue;
        };
        let message = format!(
            "`{block}` of zone `{name}` is null, which is as if it were absent, and no other block enforces rules there"
        );
        let remedy = format!(
            "write its value, in YAML for example `{block}: {{}}`, or remove `{block}` if the zone is only a peer"
        );
        let finding = Finding::new(Code::NothingEnforced, name, message).remedy(remedy);
        findings.push(finding.at(&zone.place.field(block)));
    }
    if findings.len() == before && !layout.zones.values().any(|it| it.enforced) {
        let message = if layout.zones.is_empty() {
            "no zone is declared"
        } else {
            "no zone says where its rules are enforced"
        };
        let remedy = "add an enforcing block to the zones that need rules, e.g. `aws { security_group_id = … }` or `host {}`";
        findings.push(Finding::new(Code::NothingEnforced, "zone", message).remedy(remedy));
    }
}
