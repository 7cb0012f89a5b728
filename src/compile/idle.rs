//! Components that are placed although all of their flows are off.

use super::instances::{Instances, Resolved};
use crate::model::code::Code;
use crate::model::finding::Finding;
use crate::model::layout::Layout;
use crate::model::name::backticked;
use crate::model::words::Need;
use std::collections::{BTreeMap, BTreeSet};

/// Reports every component that a zone lists by name and that no flow uses. `label.*` asks for whatever is in use.
pub(super) fn idle(layout: &Layout, instances: &Instances<'_>, findings: &mut Vec<Finding>) {
    let mut zones: BTreeMap<(&str, &str), BTreeSet<&str>> = BTreeMap::new();
    for (zone, it) in &layout.zones {
        for placement in it.components.iter().filter(|it| it.component != "*") {
            let Some((label, resolved)) = instances.get_key_value(&placement.label) else {
                continue;
            };
            let product = &resolved.matrix.product;
            let Some(component) = product.component_name(&placement.component) else {
                continue;
            };
            let along = if it.exact {
                vec![component]
            } else {
                product.implied_components(component)
            };
            if !in_use(resolved, &along) {
                zones.entry((label, component)).or_default().insert(zone);
            }
        }
    }
    for ((label, component), zones) in zones {
        let resolved = &instances[label];
        let Some(switches) = switches(component, resolved) else {
            continue;
        };
        let message = format!(
            "`{label}.{component}` is in {}, but all of its flows are off, so it gets no rules",
            zones
                .iter()
                .map(|it| format!("zone `{it}`"))
                .collect::<Vec<_>>()
                .join(" and ")
        );
        let one_of = if switches.len() > 1 { "one of " } else { "" };
        let remedy = format!(
            "add {one_of}{} to `enable` of the block `product \"{label}\"`, or remove `{label}.{component}` from `components`",
            backticked(switches)
        );
        findings.push(
            Finding::new(Code::ComponentIdle, format!("{label}.{component}"), message)
                .remedy(remedy)
                .at(&resolved.instance.place),
        );
    }
}

/// Whether a flow of one of these components is on.
fn in_use(resolved: &Resolved<'_>, components: &[&str]) -> bool {
    let matrix = &resolved.matrix;
    let mut flows = matrix.product.flows.iter();
    flows.any(|(id, it)| {
        let mut ends = it.from.iter().chain(&it.to);
        matrix.flows[id].enabled && ends.any(|it| components.contains(&it.as_str()))
    })
}

/// What switches its flows on: the features that govern them, else the optional flows. `None` where the user has switched a flow
/// off by name, and so knows.
fn switches<'r>(component: &str, resolved: &'r Resolved<'_>) -> Option<BTreeSet<&'r str>> {
    let (product, overrides) = (&resolved.matrix.product, &resolved.instance.overrides);
    let along = product.implied_components(component);
    let (mut features, mut flows) = (BTreeSet::new(), BTreeSet::new());
    for (id, flow) in &product.flows {
        let mut ends = flow.from.iter().chain(&flow.to);
        if !ends.any(|it| along.contains(&it.as_str())) {
            continue;
        }
        let mut names = flow.when.iter().chain([id]);
        if names.any(|it| overrides.disable.contains(it)) {
            return None;
        }
        if flow.need == Need::Optional {
            flows.insert(id.as_str());
        } else {
            features.extend(flow.when.iter().map(String::as_str));
        }
    }
    let switches = if features.is_empty() { flows } else { features };
    (!switches.is_empty()).then_some(switches)
}
