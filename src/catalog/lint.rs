//! What is odd about a product file that is right: names that nothing uses, and listeners that are open to everyone although
//! such listeners rarely are.

use super::product::{Conditional, Port, Product};
use crate::model::ports::PortRange;
use crate::model::traffic::{PortSpec, Service};
use crate::model::words::{Exposure, Plane};
use std::collections::BTreeSet;

/// The planes whose listeners are rarely for everyone.
const GUARDED: [Plane; 4] = [
    Plane::Admin,
    Plane::Control,
    Plane::Cluster,
    Plane::Database,
];

/// The ports that Kubernetes gives to services on every node.
const NODE_PORTS: PortRange = PortRange {
    from: 30000,
    to: 32767,
};

impl Product {
    /// What nothing in the file uses, and listeners that are open more widely than is usual: harmless or not, most likely a slip.
    pub fn remarks(&self) -> Vec<String> {
        let mut remarks = self.unused();
        remarks.extend(self.generous());
        remarks.extend(self.never_used());
        remarks
    }

    /// Defaults after one that has no conditions.
    fn never_used(&self) -> Vec<String> {
        fn of<T>(called: &str, defaults: &[Conditional<T>], has_default: bool) -> Option<String> {
            let always = |it: &Conditional<T>| {
                it.releases.is_empty() && it.when.is_empty() && it.unless.is_empty()
            };
            let at = defaults.iter().position(always)?;
            (at + 1 < defaults.len() || has_default).then(|| {
                format!("{called} has a default without conditions in `defaults`, so that no default after it is used")
            })
        }
        let ports = self.ports.iter().filter_map(|(name, it)| {
            of(
                &format!("port `{name}`"),
                &it.defaults,
                !it.default.is_empty(),
            )
        });
        let choices = self.choices.iter().filter_map(|(name, it)| {
            of(
                &format!("choice `{name}`"),
                &it.defaults,
                it.default.is_some(),
            )
        });
        let numbers = self.numbers.iter().filter_map(|(name, it)| {
            of(
                &format!("number `{name}`"),
                &it.defaults,
                !it.default.is_empty(),
            )
        });
        let features = self
            .features
            .iter()
            .filter_map(|(name, it)| of(&format!("feature `{name}`"), &it.defaults, it.default));
        ports
            .chain(choices)
            .chain(numbers)
            .chain(features)
            .collect()
    }

    /// What nothing in the file uses.
    fn unused(&self) -> Vec<String> {
        let references = self
            .flows
            .values()
            .flat_map(|it| &it.sources)
            .chain(self.advisories.iter().flat_map(|it| &it.sources))
            .chain(
                self.conflicts
                    .iter()
                    .flat_map(|it| it.statements.iter().flat_map(|(_, refs)| refs)),
            )
            .chain(self.gaps.iter().flat_map(|it| &it.sources))
            .chain(self.suspects.iter().flat_map(|it| &it.sources));
        let ends = self
            .flows
            .values()
            .flat_map(|it| it.from.iter().chain(&it.to));
        let related = self.components.iter().flat_map(|(name, it)| {
            let others = it.is.iter().chain(&it.on);
            let itself = (!it.is.is_empty() || !it.on.is_empty()).then_some(name);
            others.chain(itself)
        });
        let services = self.flows.values().flat_map(|it| &it.services);
        let followed = self.ports.values().filter_map(|it| it.offset.as_ref());
        let numbers = self.numbers.values().filter_map(|it| it.offset.as_ref());
        let conditions = || self.conditions().flat_map(|it| it.split('+'));
        let tables: [(&str, BTreeSet<&str>, BTreeSet<&str>); 6] = [
            (
                "source",
                names(self.sources.keys()),
                references.map(|it| it.source.as_str()).collect(),
            ),
            (
                "component",
                names(self.components.keys()),
                names(ends.chain(related)),
            ),
            (
                "port",
                names(self.ports.keys()),
                services
                    .flat_map(Service::parameters)
                    .chain(followed.map(|(of, _)| of.as_str()))
                    .collect(),
            ),
            (
                "feature",
                names(self.features.keys()),
                conditions().filter(|it| !it.contains('.')).collect(),
            ),
            (
                "choice",
                names(self.choices.keys()),
                conditions()
                    .filter_map(|it| it.split_once('.'))
                    .map(|(choice, _)| choice)
                    .collect(),
            ),
            (
                "number",
                names(self.numbers.keys()),
                self.ports
                    .values()
                    .flat_map(Port::numbers)
                    .chain(numbers.map(|(of, _)| of.as_str()))
                    .collect(),
            ),
        ];
        tables
            .iter()
            .flat_map(|(table, known, used)| {
                let unused = known.difference(used);
                unused.map(move |it| format!("{table} `{it}` is not used"))
            })
            .collect()
    }

    /// Every condition in the file, other than those of advisories.
    fn conditions(&self) -> impl Iterator<Item = &str> {
        fn of<T>(it: &Conditional<T>) -> impl Iterator<Item = &String> {
            it.when.iter().chain(&it.unless)
        }
        let flows = self.flows.values();
        let flows = flows.flat_map(|it| it.when.iter().chain(&it.unless));
        let ports = self.ports.values().flat_map(|it| &it.defaults).flat_map(of);
        let features = self.features.values();
        let features = features.flat_map(|it| &it.defaults).flat_map(of);
        let choices = self.choices.values();
        let choices = choices.flat_map(|it| &it.defaults).flat_map(of);
        let numbers = self.numbers.values();
        let numbers = numbers.flat_map(|it| &it.defaults).flat_map(of);
        let defaults = ports.chain(features).chain(choices).chain(numbers);
        flows.chain(defaults).map(String::as_str)
    }

    /// Public listeners for administration and the like, and public ranges of node ports, unless an advisory of the kind `topology` says
    /// why.
    fn generous(&self) -> Vec<String> {
        let explained = |id: &String| {
            let mut advice = self.advisories.iter();
            advice.any(|it| it.kind == "topology" && it.flows.contains(id))
        };
        let public = self
            .flows
            .iter()
            .filter(|(id, it)| it.exposure == Some(Exposure::Public) && !explained(id));
        let mut found = Vec::new();
        for (id, flow) in public {
            let why = if GUARDED.contains(&flow.plane) {
                format!("on the plane `{}`", flow.plane)
            } else if flow.services.iter().any(|it| self.has_node_ports(it)) {
                "on a range of node ports".to_owned()
            } else {
                continue;
            };
            found.push(format!(
                "flow `{id}` is `public` {why}; if the vendor intends it for everyone, add an advisory of the kind `topology` that names the flow and says why"
            ));
        }
        found
    }

    /// Whether a service has a range within the node ports.
    fn has_node_ports(&self, service: &Service) -> bool {
        let is_range = |it: &PortRange| it.from < it.to && NODE_PORTS.contains(*it);
        let Service::Ports(_, specs) = service else {
            return false;
        };
        specs.iter().any(|it| match it {
            PortSpec::Range(range) => is_range(range),
            PortSpec::Parameter(name) => {
                let port = self.ports.get(name);
                let texts = port.into_iter().flat_map(Port::texts);
                texts
                    .flat_map(super::port_text::PortText::fixed)
                    .any(is_range)
            }
        })
    }
}

fn names<'n>(names: impl Iterator<Item = &'n String>) -> BTreeSet<&'n str> {
    names.map(String::as_str).collect()
}
