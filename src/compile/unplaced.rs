//! Components that flows need and no zone contains, and what that cuts off.

use super::connect::{Connection, End, Flow, Peer};
use super::instances::{Instances, Placed, Resolved};
use crate::catalog::product;
use crate::model::code::Code;
use crate::model::finding::Finding;
use crate::model::global::EVERY_ADDRESS;
use crate::model::layout::Layout;
use crate::model::name::backticked;
use crate::model::ports::PortRange;
use crate::model::rules::Rules;
use crate::model::traffic::Traffic;
use crate::model::words::{Direction, Exposure, Kind, Need, Severity};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Ports of name and time servers, which some platforms have of their own.
const SERVICES: [u16; 2] = [53, 123];

/// What is judged together.
pub(super) struct Layers<'l, 'i> {
    pub(super) layout: &'l Layout,
    pub(super) instances: &'l Instances<'i>,
    pub(super) placed: &'l Placed<'i>,
    pub(super) rules: &'l Rules,
}

/// What a missing component leaves without rules.
#[derive(Default)]
struct Missing<'f> {
    flows: BTreeMap<&'f str, &'f Flow<'f>>,
    /// Zones with enforced egress that cannot reach it.
    zones: BTreeSet<&'f str>,
    /// The traffic that they cannot send, with its flows.
    cut: Vec<String>,
    /// Whether some of it goes elsewhere than to name and time servers of the platform.
    is_severe: bool,
    /// Whether an enforced listener lets nothing in from it.
    is_awaited: bool,
}

/// Reports every component that is missing: the other end of a flow is placed, and on this side nothing is.
pub(super) fn unplaced(
    layers: &Layers<'_, '_>,
    flows: &[Flow<'_>],
    connections: &[Connection<'_, '_>],
    findings: &mut Vec<Finding>,
) {
    let used: BTreeSet<(&str, &str)> = connections.iter().filter_map(|it| it.flow.origin).collect();
    let mut egress = None;
    let mut missing: BTreeMap<(&str, &str), Missing<'_>> = BTreeMap::new();
    for flow in flows
        .iter()
        .filter(|it| it.exposure != Some(Exposure::Local))
    {
        let Some((label, _)) = flow.origin else {
            continue;
        };
        let sides = [
            (&flow.from, &flow.to, Direction::Ingress),
            (&flow.to, &flow.from, Direction::Egress),
        ];
        // The direction is that of the rules at the other side.
        for (ends, others, direction) in sides {
            if is_served(layers, label, ends) {
                continue;
            }
            // A component with a fixed address is in every layout, so it does not show that the flow is wanted.
            let zones: BTreeSet<&str> = others
                .iter()
                .flat_map(|it| &it.peers)
                .filter_map(|it| match it {
                    Peer::Zone(name) => Some(&**name),
                    Peer::Fixed(..) => None,
                })
                .collect();
            if zones.is_empty() {
                continue;
            }
            let is_enforced = |it: &&str| {
                layers.layout.zones[*it].enforced && layers.layout.directions.contains(&direction)
            };
            let enforced: Vec<&str> = zones.into_iter().filter(is_enforced).collect();
            for end in ends {
                let it = missing.entry((label, end.component)).or_default();
                it.flows.insert(&flow.id, flow);
                if direction == Direction::Egress {
                    let egress = egress.get_or_insert_with(|| Egress::of(layers));
                    it.add(layers, egress, flow, &enforced);
                } else {
                    it.is_awaited |= !enforced.is_empty();
                }
            }
        }
    }
    for ((label, component), it) in missing {
        findings.push(it.finding(label, component, &layers.instances[label], &used));
    }
    for (label, resolved) in layers.instances {
        if !layers.placed.has(label) {
            let message = format!(
                "no zone contains a component of `{label}`, so its `product` block has no effect"
            );
            findings.push(
                Finding::new(Code::ComponentUnplaced, format!("{label}.*"), message)
                    .at(&resolved.instance.place),
            );
        }
    }
}

/// Whether a side of a flow needs nothing more: one of its components is placed, or one that replaces it.
fn is_served(layers: &Layers<'_, '_>, label: &str, ends: &[End<'_>]) -> bool {
    let product = &layers.instances[label].matrix.product;
    let placed = |component: &str| layers.placed.zones(label, component).next().is_some();
    let replaced = |component: &str| {
        let mut all = product.components.iter();
        all.any(|(name, it)| it.replaces.iter().any(|it| it == component) && placed(name))
    };
    ends.iter().any(|end| {
        let mut bearers = product.bearers(end.component);
        !end.peers.is_empty() || replaced(end.component) || bearers.any(replaced)
    })
}

fn is_service(traffic: Traffic) -> bool {
    let mut services = SERVICES.iter().map(|it| PortRange::single(*it));
    let ports = traffic.ports();
    ports.is_some_and(|ports| services.any(|it| it.contains(ports)))
}

/// The traffic that a zone may send to a peer that is not placed: what it may send to every address, and what `flow` blocks allow
/// to name and time servers.
struct Egress<'r>(BTreeMap<&'r str, BTreeSet<Traffic>>);

impl<'r> Egress<'r> {
    fn of(layers: &Layers<'r, '_>) -> Egress<'r> {
        let mut zones: BTreeMap<&str, BTreeSet<Traffic>> = BTreeMap::new();
        for (key, rule) in layers.rules {
            let peer = layers.layout.zones.get(&*key.peer);
            let everyone = peer.is_some_and(|it| it.everyone == Some(EVERY_ADDRESS));
            let by_hand = |flow: &Arc<str>| layers.layout.flows.contains_key(&**flow);
            let is_server = is_service(key.traffic) && rule.flows.iter().any(by_hand);
            if key.direction == Direction::Egress && (everyone || is_server) {
                let allowed = zones.entry(&key.zone).or_default();
                allowed.insert(key.traffic);
            }
        }
        Egress(zones)
    }

    fn covers(&self, zone: &str, traffic: Traffic) -> bool {
        let mut allowed = self.0.get(zone).into_iter().flatten();
        allowed.any(|it| it.covers(traffic))
    }
}

impl<'f> Missing<'f> {
    /// Adds what zones cannot send because the listener of a flow is missing.
    fn add(
        &mut self,
        layers: &Layers<'_, '_>,
        egress: &Egress<'_>,
        flow: &Flow<'_>,
        zones: &[&'f str],
    ) {
        let is_unset = flow.dials.is_empty();
        for zone in zones {
            let cut: Vec<Traffic> = flow
                .dials
                .iter()
                .copied()
                .filter(|it| !egress.covers(zone, *it))
                .collect();
            if cut.is_empty() && !is_unset {
                continue;
            }
            self.zones.insert(zone);
            let has_own = layers.layout.own_services.contains(*zone);
            self.is_severe |= is_unset || !has_own || !cut.iter().all(|it| is_service(*it));
            let what = if is_unset {
                "a port that is not set".to_owned()
            } else {
                let cut: Vec<String> = cut.iter().map(ToString::to_string).collect();
                backticked(cut.iter().map(String::as_str))
            };
            let line = format!("{what} (`{}`)", flow.id);
            if !self.cut.contains(&line) {
                self.cut.push(line);
            }
        }
    }

    fn finding(
        &self,
        label: &str,
        component: &str,
        resolved: &Resolved<'_>,
        used: &BTreeSet<(&str, &str)>,
    ) -> Finding {
        let product = &resolved.matrix.product;
        let it = &product.components[component];
        let ours = matches!(it.kind, Kind::Own | Kind::Dependency);
        let required = self.flows.values().any(|it| it.need == Need::Required);
        let severe = self.is_severe || (self.is_awaited && (ours || required));
        let severity = if severe {
            Severity::Warning
        } else {
            Severity::Info
        };
        let bearers: Vec<String> = product
            .bearers(component)
            .map(|it| format!("{label}.{it}"))
            .collect();
        let bearers: Vec<&str> = bearers.iter().map(String::as_str).collect();
        let along = if bearers.is_empty() {
            String::new()
        } else {
            format!(
                ", nor is any component that includes it ({})",
                backticked(bearers.iter().copied())
            )
        };
        let effect = if self.zones.is_empty() {
            let flows = backticked(self.flows.keys().copied());
            format!("; no rules are created for {flows}")
        } else {
            let zones = if self.zones.len() == 1 {
                "zone"
            } else {
                "zones"
            };
            format!(
                ", so {zones} {} cannot reach it on {}",
                backticked(self.zones.iter().copied()),
                self.cut.join(", ")
            )
        };
        let message = format!(
            "`{label}.{component}` ({}) is in no zone{along}{effect}",
            it.title
        );
        let place = match (it.fqdns.as_slice(), it.address_list_urls.as_slice()) {
            ([name], _) => {
                format!("put it in a zone with the addresses that `{name}` resolves to")
            }
            (names @ [_, ..], _) => format!(
                "put it in a zone with the addresses that {} resolve to",
                backticked(names)
            ),
            ([], urls @ [_, ..]) => format!(
                "put it in a zone with the addresses listed at {}",
                urls.join(" and ")
            ),
            ([], []) if bearers.is_empty() => {
                format!("add `{label}.{component}` to `components` of a zone")
            }
            ([], []) => format!(
                "add one of {} to `components` of a zone",
                backticked(bearers)
            ),
        };
        let switch = self.switch_off(label, resolved, used);
        let remedy = format!(
            "{place}; or {switch} in the block `product \"{label}\"`; or accept it with an `accept` block"
        );
        Finding::new(
            Code::ComponentUnplaced,
            format!("{label}.{component}"),
            message,
        )
        .severity(severity)
        .remedy(remedy)
        .at(&resolved.instance.place)
    }

    /// What to change so that the flows are off.
    fn switch_off(
        &self,
        label: &str,
        resolved: &Resolved<'_>,
        used: &BTreeSet<(&str, &str)>,
    ) -> String {
        let (product, overrides) = (&resolved.matrix.product, &resolved.instance.overrides);
        let mut changes: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for name in self.switches(label, resolved, used) {
            let by_default = match product.features.get(name) {
                Some(feature) => feature.default,
                None => product.flows[name].need != Need::Optional,
            };
            let is_named = overrides.enable.iter().any(|it| it == name);
            let change = match (is_named, by_default) {
                (false, _) => "add to `disable`",
                (true, false) => "remove from `enable`",
                (true, true) => "move from `enable` to `disable`",
            };
            changes.entry(change).or_default().push(name);
        }
        let change = |(change, names): (&str, Vec<&str>)| {
            let (verb, place) = change.split_once(' ').unwrap_or((change, ""));
            format!("{verb} {} {place}", backticked(names))
        };
        let changes: Vec<String> = changes.into_iter().map(change).collect();
        changes.join(" and ")
    }

    /// What switches the flows off: the features that govern them, unless another flow of the feature has rules; else the flows.
    fn switches<'r>(
        &self,
        label: &str,
        resolved: &'r Resolved<'_>,
        used: &BTreeSet<(&str, &str)>,
    ) -> BTreeSet<&'r str> {
        let product = &resolved.matrix.product;
        let is_free = |feature: &str| {
            let mut governed = product
                .flows
                .iter()
                .filter(|(_, it)| conditions(it).any(|it| it == feature));
            !governed.any(|(id, _)| used.contains(&(label, id.as_str())))
        };
        let ids = self.flows.values().filter_map(|it| it.origin);
        let mut switches = BTreeSet::new();
        for (id, flow) in ids.filter_map(|(_, id)| product.flows.get_key_value(id)) {
            let features = &resolved.matrix.switches.features;
            let on: Vec<&str> = conditions(flow)
                .filter(|it| features.contains(*it))
                .collect();
            // Only features that switch the flow off, each of its conditions by itself.
            let in_all = flow
                .when
                .iter()
                .all(|it| it.split('+').any(|it| on.contains(&it)));
            if !on.is_empty() && in_all && on.iter().all(|it| is_free(it)) {
                switches.extend(on);
            } else {
                switches.insert(id.as_str());
            }
        }
        switches
    }
}

/// What the conditions of a flow name.
fn conditions(flow: &product::Flow) -> impl Iterator<Item = &str> {
    flow.when.iter().flat_map(|it| it.split('+'))
}
