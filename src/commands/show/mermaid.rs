//! The matrix as a picture: a Mermaid flow chart of which component connects to which.

use super::Page;
use crate::catalog::product::Component;
use crate::model::words::{Exposure, Need};
use crate::report::mermaid::quoted;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

impl Page<'_> {
    /// Zones that the vendor recommends are boxes. Flows of one pair are one arrow, dotted where every one of them is optional.
    pub(super) fn mermaid(&self, out: &mut String) {
        let product = &self.matrix.product;
        let mut zones: BTreeMap<Option<&String>, Vec<(&String, &Component)>> = BTreeMap::new();
        for (name, component) in &product.components {
            let members = zones.entry(component.zone.as_ref()).or_default();
            members.push((name, component));
        }
        // Writing to a string does not fail.
        let _ = writeln!(out, "flowchart LR");
        for (zone, members) in zones {
            if let Some(zone) = zone {
                let title = product.zones.get(zone).map_or(zone, |it| &it.title);
                let _ = writeln!(out, "  subgraph zone-{zone}[{}]", quoted(title));
            }
            for (name, component) in members {
                let _ = writeln!(out, "    c-{name}[{}]", quoted(&component.title));
            }
            if zone.is_some() {
                let _ = writeln!(out, "  end");
            }
        }
        let mut arrows: BTreeMap<(&str, &str), (BTreeSet<String>, bool)> = BTreeMap::new();
        for row in self.rows() {
            if row.flow.exposure == Some(Exposure::Local) {
                continue;
            }
            let (labels, optional) = arrows
                .entry((row.from, row.to))
                .or_insert((BTreeSet::new(), true));
            *optional &= row.flow.need == Need::Optional;
            labels.insert(match row.traffic {
                Some(traffic) => traffic.to_string(),
                None => row.flow.service_texts.join(", "),
            });
        }
        for ((from, to), (labels, optional)) in arrows {
            let arrow = if optional { "-.->" } else { "-->" };
            let labels: Vec<String> = labels.into_iter().collect();
            let _ = writeln!(
                out,
                "  c-{from} {arrow}|{}| c-{to}",
                quoted(&labels.join(", "))
            );
        }
        for (name, component) in &product.components {
            for role in &component.is {
                let _ = writeln!(out, "  c-{name} ---|\"is also\"| c-{role}");
            }
        }
    }
}
