//! What is known about traffic: the flows of the layout that it belongs to, and the listeners that the catalogue has for it.

use super::words::{list, services, union};
use crate::catalog::lookup::{Listener, Query};
use crate::catalog::version::Version;
use crate::catalog::{Catalog, Listed};
use crate::model::ports::PortRange;
use crate::model::services::Services;
use crate::model::traffic::{Traffic, Transport};
use crate::model::words::{Direction, Exposure, Plane};
use crate::review::rule::{EnforcementPoint, Intent, Rule};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// Ports for administration that need no matrix, since every host may have them.
const COMMON: [(u16, &str); 2] = [(22, "SSH"), (3389, "Remote Desktop")];

/// The number of ports above which traffic is wide, so that only its sensitive part is named.
const WIDE: u32 = 256;

/// The most ports of a range whose listener is known at each port. From a larger range, a service picks some ports. The default node ports
/// of Kubernetes, which are known, are 2,768.
const DYNAMIC: u16 = 4096;

/// The number of listeners that a meaning names.
const NAMED: usize = 3;

/// What the layout and the catalogue know, read once and only if there is something to explain.
pub(in crate::review) struct Known<'k> {
    zones: BTreeMap<(&'k EnforcementPoint, Direction), BTreeSet<&'k str>>,
    intents: BTreeMap<(&'k str, Direction), Vec<&'k Intent>>,
    labels: Labels<'k>,
    catalog: &'k Catalog,
    language: &'k str,
    listeners: Option<Listeners<'k>>,
    memo: BTreeMap<Services, KnownListeners>,
}

/// The flows of the layout by the label of their product.
type Labels<'k> = BTreeMap<&'k str, BTreeSet<&'k str>>;

/// The listeners of the catalogue.
struct Listeners<'k> {
    /// Every one of every line of every product, the most sensitive first.
    all: Vec<IndexedListener<'k>>,
    /// Whether a flow of a line that the layout may have, as `<label>.<flow>`, has a listener that is not for everyone.
    private: BTreeMap<String, bool>,
}

/// A listener of the catalogue.
struct IndexedListener<'k> {
    listener: Listener<'k>,
    services: Services,
    in_layout: bool,
    /// The rank of the product's release line: first the one that the layout may have, then the newest.
    line: usize,
}

impl IndexedListener<'_> {
    fn is_private(&self) -> bool {
        let exposure = self.listener.flow.exposure;
        exposure.is_some_and(|it| it != Exposure::Public)
    }
}

/// The listeners for some traffic, as far as the catalogue knows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::review) struct KnownListeners {
    /// Whether one of them is not for everyone.
    pub(super) private: bool,
    /// The planes of their flows.
    pub(super) planes: BTreeSet<Plane>,
    /// Their names and purposes.
    pub(in crate::review) words: String,
}

impl<'k> Known<'k> {
    pub(in crate::review) fn new(
        wanted: &'k [Rule],
        intents: &'k [Intent],
        catalog: &'k Catalog,
        language: &'k str,
    ) -> Known<'k> {
        let mut zones: BTreeMap<_, BTreeSet<&str>> = BTreeMap::new();
        for rule in wanted {
            if let Some(names) = &rule.zones {
                let at = zones.entry((&rule.point, rule.direction)).or_default();
                at.insert(names.own.as_str());
            }
        }
        let mut by_zone: BTreeMap<_, Vec<&Intent>> = BTreeMap::new();
        for it in intents {
            let at = by_zone.entry((it.zone.as_str(), it.direction)).or_default();
            at.push(it);
        }
        let mut labels = Labels::new();
        for flow in intents.iter().flat_map(|it| &it.flows) {
            if let Some((label, id)) = flow.split_once('.') {
                labels.entry(label).or_default().insert(id);
            }
        }
        Known {
            zones,
            intents: by_zone,
            labels,
            catalog,
            language,
            listeners: None,
            memo: BTreeMap::new(),
        }
    }

    /// The zones whose rules are enforced at a point.
    pub(super) fn zones(&self, point: &EnforcementPoint, direction: Direction) -> Vec<&'k str> {
        let names = self.zones.get(&(point, direction));
        names.into_iter().flatten().copied().collect()
    }

    /// The intents of the layout for some traffic at a point: with these peers, or with any if there are none.
    pub(super) fn intents(
        &self,
        point: &EnforcementPoint,
        direction: Direction,
        peers: &BTreeSet<&str>,
        traffic: &Services,
    ) -> Vec<&'k Intent> {
        let zones = self.zones(point, direction);
        let there = zones.into_iter().filter_map(|it| {
            let at = self.intents.get(&(it, direction));
            at.map(Vec::as_slice)
        });
        there
            .flatten()
            .copied()
            .filter(|it| peers.is_empty() || peers.contains(it.peer_zone.as_str()))
            .filter(|it| it.services.overlaps(traffic))
            .collect()
    }

    /// Whether one of the flows of some intents has a listener that is not for everyone; `None` if the catalogue knows none of
    /// these flows.
    pub(super) fn is_private(&mut self, intents: &[&Intent]) -> Option<bool> {
        let private = &self.listeners().private;
        let flows = intents.iter().flat_map(|it| &it.flows);
        let known = flows.filter_map(|it| private.get(it).copied());
        known.reduce(|a, b| a || b)
    }

    fn listeners(&mut self) -> &Listeners<'k> {
        let labels = &self.labels;
        self.listeners.get_or_insert_with(|| {
            let all = listeners(self.catalog, labels);
            let private = private(&all);
            Listeners { all, private }
        })
    }

    /// The known listeners for some traffic: those of the layout's products if there are any, otherwise all.
    pub(in crate::review) fn listeners_of(&mut self, traffic: &Services) -> KnownListeners {
        if let Some(known) = self.memo.get(traffic) {
            return known.clone();
        }
        let language = self.language;
        let there = self.there(traffic);
        let common = !common(traffic).is_empty();
        let listeners = KnownListeners {
            private: common || there.iter().any(|it| it.is_private()),
            planes: (there.iter().map(|it| it.listener.flow.plane))
                .chain(common.then_some(Plane::Admin))
                .collect(),
            words: words(&there, traffic, language),
        };
        self.memo.insert(traffic.clone(), listeners.clone());
        listeners
    }

    /// The known listeners for some traffic, each with what the catalogue has about it.
    pub(in crate::review) fn named_listeners_of(&mut self, traffic: &Services) -> Vec<Named> {
        let language = self.language;
        let named = |it: &IndexedListener| {
            let Listener {
                line,
                component,
                flow,
                ..
            } = it.listener;
            Named {
                product: line.name.clone(),
                title: line.title.clone(),
                component: component.to_owned(),
                flow: flow.id.to_owned(),
                plane: flow.plane,
                exposure: flow.exposure,
                purpose: flow.purpose(language).to_owned(),
                services: it.services.intersection(traffic),
            }
        };
        self.there(traffic).into_iter().map(named).collect()
    }

    /// The known listeners for some traffic, of one release line of each product.
    fn there(&mut self, traffic: &Services) -> Vec<&IndexedListener<'k>> {
        let mut there: Vec<&IndexedListener<'k>> = self
            .listeners()
            .all
            .iter()
            .filter(|it| it.services.overlaps(traffic))
            .collect();
        if there.iter().any(|it| it.in_layout) {
            there.retain(|it| it.in_layout);
        }
        // Ports that every host may have are explained without a product.
        let everywhere = Services::of(COMMON.map(|(number, _)| tcp(number)));
        there.retain(|it| {
            let common = it.services.intersection(traffic);
            it.in_layout || !common.difference(&everywhere).is_empty()
        });
        let mut lines: BTreeMap<&str, usize> = BTreeMap::new();
        for it in &there {
            let line = lines.entry(&it.listener.line.name).or_insert(it.line);
            *line = it.line.min(*line);
        }
        there.retain(|it| lines[it.listener.line.name.as_str()] == it.line);
        there
    }
}

/// A listener of the catalogue in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// The name of its product.
    pub product: String,
    /// The title of its product.
    pub title: String,
    /// The component that listens.
    pub component: String,
    /// The flow that connects to it.
    pub flow: String,
    /// What the flow is for.
    pub plane: Plane,
    /// Who the listener is for, if the source says.
    pub exposure: Option<Exposure>,
    /// What the flow is for, in words.
    pub purpose: String,
    /// The part of the traffic that it listens for.
    pub services: Services,
}

/// The flows of intents in words, each once.
pub(super) fn flows(intents: &[&Intent], traffic: &Services) -> String {
    let mut by_flow: BTreeMap<&str, (Services, BTreeSet<&str>)> = BTreeMap::new();
    for it in intents {
        for flow in &it.flows {
            let (known, peers) = by_flow.entry(flow).or_default();
            *known = union([&*known, &it.services.intersection(traffic)]);
            peers.insert(&it.peer_zone);
        }
    }
    let one = |(flow, (known, peers)): (&str, (Services, BTreeSet<&str>))| {
        let peers = list(peers, ", ", |it| format!("`{it}`"));
        format!("`{flow}` ({} with {peers})", services(&known))
    };
    list(by_flow, ", ", one)
}

/// Every listener of every line of every product, the most sensitive first.
fn listeners<'k>(catalog: &'k Catalog, labels: &Labels<'_>) -> Vec<IndexedListener<'k>> {
    let answer = catalog.lookup(&Query {
        port: Some(PortRange::ALL),
        ..Query::default()
    });
    let mut ranks: BTreeMap<(&str, &Version), (bool, usize)> = BTreeMap::new();
    for lines in &answer.products {
        let ids = lines.iter().find_map(|it| flows_of(*it, labels));
        let fits = |it: &Listed<'_>| {
            ids.is_none_or(|ids| {
                let known: BTreeSet<&str> = it.flow_rows().map(|it| it.id).collect();
                ids.is_subset(&known)
            })
        };
        let (fit, rest): (Vec<Listed<'_>>, Vec<Listed<'_>>) = lines.iter().partition(|it| fits(it));
        for (rank, it) in fit.into_iter().chain(rest).enumerate() {
            let line = it.line_of();
            ranks.insert((&line.name, &line.version), (ids.is_some(), rank));
        }
    }
    let mut places: BTreeMap<(&str, &Version, &str, &str), usize> = BTreeMap::new();
    let mut all: Vec<IndexedListener<'k>> = Vec::new();
    for it in answer.listeners {
        if it.flow.exposure == Some(Exposure::Local) {
            continue; // Nothing connects to it.
        }
        let product = it.line.line_of();
        let (in_layout, line) = ranks[&(product.name.as_str(), &product.version)];
        if !in_layout && is_dynamic(it.traffic) {
            continue; // That it may have a port says nothing of who has it.
        }
        let name = (
            product.name.as_str(),
            &product.version,
            it.component,
            it.flow.id,
        );
        let services = Services::of([it.traffic]);
        if let Some(at) = places.get(&name) {
            all[*at].services = union([&all[*at].services, &services]);
            continue;
        }
        places.insert(name, all.len());
        all.push(IndexedListener {
            listener: it,
            services,
            in_layout,
            line,
        });
    }
    all.sort_by(|a, b| rank(a).cmp(&rank(b)));
    all
}

/// Whether traffic is a range from which a listener picks ports, such as RPC.
fn is_dynamic(traffic: Traffic) -> bool {
    traffic.ports().is_some_and(|it| it.to - it.from >= DYNAMIC)
}

/// Whether flows have a listener that is not for everyone, under each name of their product.
fn private(all: &[IndexedListener<'_>]) -> BTreeMap<String, bool> {
    let mut flows: BTreeMap<String, bool> = BTreeMap::new();
    for it in all.iter().filter(|it| it.line == 0) {
        let Listener { line, flow, .. } = &it.listener;
        for name in line.names() {
            *flows.entry(format!("{name}.{}", flow.id)).or_default() |= it.is_private();
        }
    }
    flows
}

/// The flows of a product in the layout, if it is there under one of its names.
fn flows_of<'l>(product: Listed<'_>, labels: &'l Labels<'_>) -> Option<&'l BTreeSet<&'l str>> {
    (product.line_of().names()).find_map(|it| labels.get(it.as_ref()))
}

/// The sort key of listeners.
fn rank<'k>(it: &IndexedListener<'k>) -> (Plane, &'k str, &'k str, &'k str) {
    let Listener {
        line,
        component,
        flow,
        ..
    } = it.listener;
    (flow.plane, &line.line_of().name, flow.id, component)
}

/// Listeners in words: all of them for few ports, the sensitive ones for many.
fn words(there: &[&IndexedListener<'_>], traffic: &Services, language: &str) -> String {
    let wide = is_wide(traffic);
    let mut parts = common(traffic);
    let enough = parts.len() + NAMED;
    let mut flows = BTreeSet::new();
    let mut more = 0;
    for it in there {
        let Listener { line, flow, .. } = &it.listener;
        // One flow may have several listeners.
        if !flows.insert((line.name.as_str(), flow.id)) {
            continue;
        }
        if parts.len() == enough {
            more += 1;
            continue;
        }
        let purpose = flow.purpose(language);
        let purpose = purpose.trim_end_matches('.');
        // A listener that only another release line has is named with its release.
        let title = if it.line == 0 {
            line.title.clone()
        } else {
            format!("{} {}", line.title, line.version)
        };
        let colon = if purpose.is_empty() { "" } else { ": " };
        parts.push((
            services(&it.services.intersection(traffic)),
            format!("{title}{colon}{purpose} (`{}.{}`)", line.name, flow.id),
        ));
    }
    let (before, is) = if wide && !parts.is_empty() {
        ("includes ", ",")
    } else {
        ("", " is")
    };
    let by_ports = parts.chunk_by(|(ports, _), (others, _)| ports == others);
    let parts = by_ports.map(|of_them| {
        let who: Vec<&str> = of_them.iter().map(|(_, who)| &**who).collect();
        format!("{}{is} {}", of_them[0].0, who.join(", or "))
    });
    let mut text = before.to_owned() + &parts.collect::<Vec<_>>().join("; ");
    if more > 0 {
        let _ = write!(text, ", and {more} more known");
    }
    text
}

/// The ports for administration in some traffic, and their names.
fn common(traffic: &Services) -> Vec<(String, String)> {
    let there = COMMON
        .iter()
        .filter(|it| traffic.overlaps(&Services::of([tcp(it.0)])));
    there
        .map(|(number, name)| (tcp(*number).to_string(), (*name).to_owned()))
        .collect()
}

const fn tcp(port: u16) -> Traffic {
    Traffic::Ports(Transport::Tcp, PortRange::single(port))
}

/// Whether traffic has so many ports that its rule was hardly written for one listener.
pub(in crate::review) fn is_wide(traffic: &Services) -> bool {
    let ports = traffic
        .ranges()
        .iter()
        .map(|(first, last)| last - first + 1);
    ports.sum::<u32>() > WIDE
}
