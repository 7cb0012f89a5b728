//! What is known of traffic: the flows of the layout that it belongs to, and who in the catalogue listens there.

use super::rule::{Intent, Point, Rule};
use super::services::Services;
use super::words::{list, services};
use crate::catalog::Catalog;
use crate::catalog::lookup::{Listener, Query};
use crate::catalog::product::in_language;
use crate::model::ports::PortRange;
use crate::model::traffic::{Ported, Traffic};
use crate::model::words::{Direction, Exposure, Plane};
use std::collections::{BTreeMap, BTreeSet};

/// Ports of administration that no matrix has to name, since every host may have them.
const COMMON: [(u16, &str); 2] = [(22, "SSH"), (3389, "Remote Desktop")];

/// Ports of one transport above which a rule is wide, and only what is sensitive in it is named.
const WIDE: u32 = 256;

/// Listeners that a meaning names.
const NAMED: usize = 3;

/// What the layout and the catalogue know, read once and only where there is something to explain.
pub(super) struct Known<'k> {
    zones: BTreeMap<(&'k Point, Direction), BTreeSet<&'k str>>,
    intents: BTreeMap<(&'k str, Direction), Vec<&'k Intent>>,
    labels: BTreeSet<&'k str>,
    catalog: &'k Catalog,
    language: &'k str,
    listeners: Option<Vec<Listens>>,
    memo: BTreeMap<Services, Heard>,
}

/// A listener of the catalogue.
struct Listens {
    listener: Listener,
    services: Services,
    in_layout: bool,
}

/// Who listens for some traffic, as far as the catalogue knows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Heard {
    /// Whether one of them is not for everyone.
    pub(super) private: bool,
    /// What they are for.
    pub(super) planes: BTreeSet<Plane>,
    /// Who they are, in words.
    pub(super) words: String,
}

impl<'k> Known<'k> {
    pub(super) fn new(
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
        let flows = intents.iter().flat_map(|it| &it.flows);
        let labels = flows.filter_map(|it| it.split_once('.')).map(|it| it.0);
        Known {
            zones,
            intents: by_zone,
            labels: labels.collect(),
            catalog,
            language,
            listeners: None,
            memo: BTreeMap::new(),
        }
    }

    /// The zones whose rules stand at a point.
    pub(super) fn zones(&self, point: &Point, direction: Direction) -> Vec<&'k str> {
        let names = self.zones.get(&(point, direction));
        names.into_iter().flatten().copied().collect()
    }

    /// What the layout wants of some traffic at a point: with the given peers, or with any where there are none.
    pub(super) fn intents(
        &self,
        point: &Point,
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

    /// Who is known to listen for some traffic: the products of the layout where they do, else all that there are.
    pub(super) fn heard(&mut self, traffic: &Services) -> Heard {
        if let Some(known) = self.memo.get(traffic) {
            return known.clone();
        }
        let labels = &self.labels;
        let all = self
            .listeners
            .get_or_insert_with(|| listeners(self.catalog, labels));
        let there: Vec<&Listens> = all
            .iter()
            .filter(|it| it.services.overlaps(traffic))
            .collect();
        let preferred: Vec<&Listens> = there.iter().copied().filter(|it| it.in_layout).collect();
        let there = if preferred.is_empty() {
            there
        } else {
            preferred
        };
        let exposures = there.iter().filter_map(|it| it.listener.flow().exposure);
        let heard = Heard {
            private: exposures.clone().any(|it| it != Exposure::Public),
            planes: there.iter().map(|it| it.listener.flow().plane).collect(),
            words: words(&there, traffic, self.language),
        };
        self.memo.insert(traffic.clone(), heard.clone());
        heard
    }
}

/// The flows of intents in words, each once.
pub(super) fn flows(intents: &[&Intent], traffic: &Services) -> String {
    let mut by_flow: BTreeMap<&str, (Services, BTreeSet<&str>)> = BTreeMap::new();
    for it in intents {
        for flow in &it.flows {
            let (known, peers) = by_flow.entry(flow).or_default();
            *known = super::words::union([&*known, &it.services.intersection(traffic)]);
            peers.insert(&it.peer_zone);
        }
    }
    let one = |(flow, (known, peers)): (&str, (Services, BTreeSet<&str>))| {
        let peers = list(peers.into_iter().map(|it| format!("`{it}`")), ", ");
        format!("`{flow}` ({} with {peers})", services(&known))
    };
    list(by_flow.into_iter().map(one), ", ")
}

/// Every listener of the newest line of each product that has it, the most sensitive first.
fn listeners(catalog: &Catalog, labels: &BTreeSet<&str>) -> Vec<Listens> {
    let query = Query {
        port: Some(PortRange::ALL),
        ..Query::default()
    };
    let mut lines: BTreeMap<(String, String, String), usize> = BTreeMap::new();
    let mut all: Vec<Listens> = Vec::new();
    for it in catalog.look_up(&query).listeners {
        if it.flow().exposure == Some(Exposure::Local) {
            continue; // Nothing reaches it.
        }
        let name = (it.product.name.clone(), it.component.clone(), it.id.clone());
        let traffic = Services::of([it.traffic]);
        // Versions come newest first, and the pieces of one flow together.
        match lines.get(&name).map(|at| &mut all[*at]) {
            Some(known) if known.listener.product.version == it.product.version => {
                known.services = super::words::union([&known.services, &traffic]);
            }
            Some(_) => {}
            None => {
                lines.insert(name, all.len());
                let names = || [&it.product.name].into_iter().chain(&it.product.aliases);
                let in_layout = names().any(|it| labels.contains(it.as_str()));
                all.push(Listens {
                    listener: it,
                    services: traffic,
                    in_layout,
                });
            }
        }
    }
    all.sort_by(|a, b| rank(a).cmp(&rank(b)));
    all
}

/// What goes first among listeners.
fn rank(it: &Listens) -> (Plane, &str, &str, &str) {
    let Listener {
        product,
        component,
        id,
        ..
    } = &it.listener;
    (it.listener.flow().plane, &product.name, id, component)
}

/// Who listens, in words: who they are for few ports, what is sensitive for many.
fn words(there: &[&Listens], traffic: &Services, language: &str) -> String {
    let wide = is_wide(traffic);
    let common = COMMON.iter().filter_map(|(port, name)| {
        let ssh = Traffic::Ports(Ported::Tcp, PortRange::single(*port));
        let there = traffic.overlaps(&Services::of([ssh]));
        there.then(|| (ssh.to_string(), (*name).to_owned()))
    });
    let mut said: Vec<(String, String)> = common.collect();
    let mut flows = BTreeSet::new();
    let mut more = 0;
    for it in there {
        let Listener { product, id, .. } = &it.listener;
        // One flow may have several listeners.
        if !flows.insert((&product.name, id)) {
            continue;
        }
        if said.len() == NAMED {
            more += 1;
            continue;
        }
        let purpose = in_language(&it.listener.flow().purpose, language);
        let purpose = purpose.trim_end_matches('.');
        let colon = if purpose.is_empty() { "" } else { ": " };
        said.push((
            services(&it.services.intersection(traffic)),
            format!(
                "{}{colon}{purpose} (`{}.{id}`)",
                product.title, product.name
            ),
        ));
    }
    if said.is_empty() {
        return String::new();
    }
    let more = if more == 0 {
        String::new()
    } else {
        format!(", and {more} more known listeners")
    };
    if wide {
        let said = said.iter().map(|(ports, who)| format!("{ports}, {who}"));
        format!("includes {}{more}", said.collect::<Vec<_>>().join("; "))
    } else {
        let said = said.iter().map(|(ports, who)| format!("{ports} is {who}"));
        format!("{}{more}", said.collect::<Vec<_>>().join("; "))
    }
}

/// Whether a rule for this has so many ports that it was hardly written for one listener.
pub(super) fn is_wide(traffic: &Services) -> bool {
    let ports = traffic
        .ranges()
        .iter()
        .map(|(first, last)| last - first + 1);
    ports.sum::<u32>() > WIDE
}
