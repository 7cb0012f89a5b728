//! A policy of one zone, and its manifest.

use super::super::describe::{describe, is_of_id};
use super::super::{Count, RowCell};
use super::MAX_PORTS_ON_EKS;
use super::yaml::{Yaml, quoted};
use crate::model::address::Cidr;
use crate::model::cell::{ByName, MaybeKnown, MaybeKnownText};
use crate::model::ports::PortRange;
use crate::model::rules::RuleKey;
use crate::model::traffic::{Traffic, Transport};
use crate::model::words::Direction;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The API of network policies.
/// Source: Kubernetes API reference, `NetworkPolicy v1 networking.k8s.io`.
const API_VERSION: &str = "networking.k8s.io/v1";

/// Characters of the line that names the flows of a port.
const MAX_COMMENT: usize = 160;

/// Labels that must all be there.
pub(super) type Labels = ByName<Arc<str>>;

/// One element of `from` or `to`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Element {
    /// Pods with these labels in namespaces with those: both, or it would be wider.
    Pods { namespace: Labels, pods: Labels },
    /// A block of addresses.
    Block(MaybeKnown<Cidr>),
}

/// By what a policy names a peer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Naming {
    /// By labels of its pods.
    Pods,
    /// By its addresses.
    Blocks,
}

/// One way in which a policy names the peer of a rule.
pub(super) struct Way {
    pub(super) naming: Naming,
    /// At least one: without any it would be everybody.
    pub(super) elements: Vec<Element>,
    /// Whether what the zone connects to is translated to what the peer listens on before a policy sees it.
    pub(super) is_translated: bool,
}

/// What a peer may carry, with the flows that it is there for.
type Carried = BTreeMap<Traffic, BTreeSet<Arc<str>>>;

/// The other end of a connection, and what it may carry. It is never without elements: that would be everybody.
struct Peer {
    elements: Vec<Element>,
    carried: Carried,
}

/// A policy.
pub(super) struct Policy<'z> {
    /// Its name.
    name: MaybeKnownText,
    /// Its namespace.
    namespace: &'z MaybeKnownText,
    /// The labels of the pods that it selects; all pods of the namespace if there are no labels.
    pods: &'z Labels,
    /// What it isolates its pods in.
    directions: &'z BTreeSet<Direction>,
    peers: BTreeMap<(Direction, Arc<str>, Naming), Peer>,
}

impl<'z> Policy<'z> {
    pub(super) fn new(
        name: MaybeKnownText,
        namespace: &'z MaybeKnownText,
        pods: &'z Labels,
        directions: &'z BTreeSet<Direction>,
    ) -> Self {
        Policy {
            name,
            namespace,
            pods,
            directions,
            peers: BTreeMap::new(),
        }
    }

    /// Permits traffic with the peer of a rule, in its direction.
    pub(super) fn permit(
        &mut self,
        key: &RuleKey,
        way: &Way,
        traffic: Traffic,
        flows: &BTreeSet<Arc<str>>,
    ) {
        assert!(
            !way.elements.is_empty() && can_express(traffic),
            "an empty peer or port would be all of them"
        );
        let peer = (key.direction, Arc::clone(&key.peer), way.naming);
        let peer = self.peers.entry(peer);
        let peer = peer.or_insert_with(|| Peer {
            elements: way.elements.clone(),
            carried: Carried::new(),
        });
        let of_traffic = peer.carried.entry(traffic).or_default();
        of_traffic.extend(flows.iter().cloned());
    }

    /// The most ports of one protocol that a peer has, in each direction.
    pub(super) fn count(&self) -> Count {
        let mut count = Count {
            limit: MAX_PORTS_ON_EKS,
            ..Count::default()
        };
        for ((direction, ..), peer) in &self.peers {
            let mut ports: BTreeMap<Transport, u32> = BTreeMap::new();
            for traffic in peer.carried.keys() {
                if let Traffic::Ports(transport, _) = traffic {
                    *ports.entry(*transport).or_default() += 1;
                }
            }
            let most = ports.into_values().max().unwrap_or_default();
            let count = match direction {
                Direction::Ingress => &mut count.ingress,
                Direction::Egress => &mut count.egress,
            };
            *count = most.max(*count);
        }
        count
    }

    /// The manifest, or that it waits for something that is not known yet.
    pub(super) fn cell(&self) -> RowCell {
        self.manifest()
            .map_or(RowCell::Unknown, |it| RowCell::Text(it.into()))
    }

    fn manifest(&self) -> Option<String> {
        let mut yaml = Yaml::default();
        yaml.text(0, "apiVersion", API_VERSION);
        yaml.text(0, "kind", "NetworkPolicy");
        yaml.line(0, "metadata:");
        yaml.text(1, "name", self.name.known()?);
        yaml.text(1, "namespace", self.namespace.known()?);
        yaml.line(0, "spec:");
        selector(&mut yaml, 1, "podSelector", self.pods)?;
        yaml.line(1, "policyTypes:");
        for direction in self.directions {
            let name = match direction {
                Direction::Ingress => "Ingress",
                Direction::Egress => "Egress",
            };
            yaml.line(2, &format!("- {}", quoted(name)));
        }
        for direction in self.directions {
            let mut peers = self.peers.iter().filter(|((it, ..), _)| it == direction);
            let Some(first) = peers.next() else {
                // A direction without rules denies all of its traffic.
                continue;
            };
            let (list, side) = match direction {
                Direction::Ingress => ("ingress:", "from:"),
                Direction::Egress => ("egress:", "to:"),
            };
            yaml.line(1, list);
            for (_, peer) in std::iter::once(first).chain(peers) {
                rules(&mut yaml, side, peer)?;
            }
        }
        Some(yaml.finish())
    }
}

/// Whether a policy can allow just this traffic: policies know three transports with ports, and everything.
/// Source: Kubernetes API reference, `NetworkPolicyPort v1 networking.k8s.io`.
pub(super) const fn can_express(traffic: Traffic) -> bool {
    matches!(traffic, Traffic::Ports(..) | Traffic::Any)
}

/// The rules for one peer: one for traffic with ports, and one without `ports` if everything is allowed.
fn rules(yaml: &mut Yaml, side: &str, peer: &Peer) -> Option<()> {
    let ported: Vec<(Transport, PortRange, &BTreeSet<Arc<str>>)> = peer
        .carried
        .iter()
        .filter_map(|(traffic, flows)| match traffic {
            Traffic::Ports(transport, range) => Some((*transport, *range, flows)),
            _ => None,
        })
        .collect();
    if !ported.is_empty() {
        elements(yaml, side, &peer.elements)?;
        yaml.line(3, "ports:");
        for (transport, range, flows) in ported {
            comment(yaml, 4, flows);
            yaml.line(
                4,
                &format!("- protocol: {}", quoted(&transport.as_str().to_uppercase())),
            );
            // Kubernetes does not accept port 0; a transport without a port means all of its ports.
            if range != PortRange::ALL {
                yaml.line(5, &format!("port: {}", range.from));
                if range.to != range.from {
                    yaml.line(5, &format!("endPort: {}", range.to));
                }
            }
        }
    }
    if let Some(flows) = peer.carried.get(&Traffic::Any) {
        comment(yaml, 2, flows);
        elements(yaml, side, &peer.elements)?;
    }
    Some(())
}

fn comment(yaml: &mut Yaml, level: usize, flows: &BTreeSet<Arc<str>>) {
    let flows = describe(flows, MAX_COMMENT, is_of_id);
    yaml.line(level, &format!("# {flows}"));
}

fn elements(yaml: &mut Yaml, side: &str, elements: &[Element]) -> Option<()> {
    yaml.line(2, &format!("- {side}"));
    for element in elements {
        match element {
            Element::Block(cidr) => {
                yaml.line(4, "- ipBlock:");
                yaml.text(6, "cidr", &cidr.known()?.to_string());
            }
            Element::Pods { namespace, pods } => {
                selector(yaml, 4, "- namespaceSelector", namespace)?;
                selector(yaml, 5, "podSelector", pods)?;
            }
        }
    }
    Some(())
}

/// A selector of labels; `{}` is all there are.
fn selector(yaml: &mut Yaml, level: usize, key: &str, labels: &Labels) -> Option<()> {
    if labels.is_empty() {
        yaml.line(level, &format!("{key}: {{}}"));
        return Some(());
    }
    yaml.line(level, &format!("{key}:"));
    // A key after a dash is one level deeper than the dash.
    let level = level + usize::from(key.starts_with('-'));
    yaml.line(level + 1, "matchLabels:");
    for (name, value) in labels {
        yaml.text(level + 2, &quoted(name), value.known()?);
    }
    Some(())
}
