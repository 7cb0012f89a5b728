//! A matrix as rows: one for each pair of components and each port or range, ready for people.

use super::product::{Flow, SourceRef, in_language};
use super::resolve::Matrix;
use crate::model::ports::{PortRange, port_list};
use crate::model::traffic::{Service, Traffic};

/// One row. Fields that do not apply are empty.
#[derive(Clone, Debug)]
pub struct Row<'m> {
    /// The flow's id.
    pub id: &'m str,
    /// The flow.
    pub flow: &'m Flow,
    /// The source component.
    pub from: &'m str,
    /// The component that listens.
    pub to: &'m str,
    /// What it carries; none where a port must be given and is not.
    pub traffic: Option<Traffic>,
}

impl Row<'_> {
    /// `tcp`, `icmp`, `tcp+udp` where a port is missing.
    pub fn transport(&self) -> String {
        self.traffic
            .map_or_else(|| transports(self.flow), Traffic::transport)
    }

    /// The ports, if there are any.
    pub fn ports(&self) -> Option<PortRange> {
        self.traffic.and_then(Traffic::ports)
    }

    /// Ports or ICMP type as text; empty where there is none.
    pub fn port(&self) -> String {
        self.traffic.and_then(Traffic::detail).unwrap_or_default()
    }
}

impl Matrix {
    /// The flows in the order of the file.
    pub fn in_order(&self) -> Vec<(&String, &Flow)> {
        let mut flows: Vec<_> = self.product.flows.iter().collect();
        flows.sort_by_key(|(_, it)| it.order);
        flows
    }

    /// The rows, in the order of the file.
    pub fn rows(&self) -> Vec<Row<'_>> {
        let mut rows = Vec::new();
        for (id, flow) in self.in_order() {
            let listens = &self.flows[id].listens;
            for (from, to) in flow
                .from
                .iter()
                .flat_map(|from| flow.to.iter().map(move |to| (from, to)))
            {
                let row = |traffic| Row {
                    id,
                    flow,
                    from,
                    to,
                    traffic,
                };
                rows.extend(listens.iter().map(|it| row(Some(*it))));
                if !self.flows[id].unset.is_empty() {
                    rows.push(row(None));
                }
            }
        }
        rows
    }

    /// What a flow listens on; where a port must be given and is not, as the file writes it.
    pub fn services(&self, id: &str) -> Vec<String> {
        let (flow, resolved) = (&self.product.flows[id], &self.flows[id]);
        let open = flow.services.iter().zip(&flow.service_texts);
        let open = open.filter(|(it, _)| it.parameters().any(|name| resolved.unset.contains(name)));
        resolved
            .listens
            .iter()
            .map(ToString::to_string)
            .chain(open.map(|(_, text)| text.clone()))
            .collect()
    }

    /// The ports of a flow as a comma list.
    pub fn port_summary(&self, id: &str) -> String {
        let mut ranges: Vec<_> = self.flows[id]
            .listens
            .iter()
            .filter_map(|it| it.ports())
            .collect();
        ranges.sort_unstable();
        ranges.dedup();
        port_list(&ranges)
    }

    /// `<title>: <place>`, joined by `; `.
    pub fn cite(&self, refs: &[SourceRef]) -> String {
        let cited: Vec<String> = refs
            .iter()
            .map(|it| format!("{}: {}", self.product.sources[&it.source].title, it.at))
            .collect();
        cited.join("; ")
    }

    /// The purpose of a flow in a language, else in English.
    pub fn purpose(&self, id: &str, language: &str) -> &str {
        in_language(&self.product.flows[id].purpose, language)
    }
}

/// The transports of a flow, joined by `+`.
pub fn transports(flow: &Flow) -> String {
    let mut transports: Vec<String> = Vec::new();
    for service in &flow.services {
        let names = match service {
            Service::Fixed(traffic) => vec![traffic.transport()],
            Service::Ports(transports, _) => {
                transports.iter().map(|it| it.as_str().to_owned()).collect()
            }
        };
        for name in names {
            if !transports.contains(&name) {
                transports.push(name);
            }
        }
    }
    transports.join("+")
}
