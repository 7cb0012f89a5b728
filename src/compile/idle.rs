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
        let message = format!(
            "`{label}.{component}` is in {}, but all of its flows are off, so it gets no rules",
            zones
                .iter()
                .map(|it| format!("zone `{it}`"))
                .collect::<Vec<_>>()
                .join(" and ")
        );
        findings.push(
            Finding::new(Code::ComponentIdle, format!("{label}.{component}"), message)
                .remedy(remedy(label, component, resolved))
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

/// What switches its flows on.
fn remedy(label: &str, component: &str, resolved: &Resolved<'_>) -> String {
    let (product, overrides) = (&resolved.matrix.product, &resolved.instance.overrides);
    let along = product.implied_components(component);
    let (mut features, mut flows, mut disabled) =
        (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    let is_disabled = |name: &str| overrides.disable.iter().any(|it| it == name);
    for (id, flow) in &product.flows {
        let mut ends = flow.from.iter().chain(&flow.to);
        if !ends.any(|it| along.contains(&it.as_str())) {
            continue;
        }
        let names = flow.when.iter().chain([id]).map(String::as_str);
        let off: Vec<&str> = names.filter(|it| is_disabled(it)).collect();
        if !off.is_empty() {
            disabled.extend(off);
        } else if flow.need == Need::Optional {
            flows.insert(id.as_str());
        } else {
            features.extend(flow.when.iter().map(String::as_str));
        }
    }
    let block = format!("of the block `product \"{label}\"`");
    let enable = if features.is_empty() { flows } else { features };
    let switch = match (enable.len(), disabled.is_empty()) {
        (0, _) => format!("remove {} from `disable` {block}", backticked(disabled)),
        (1, _) => format!("add {} to `enable` {block}", backticked(enable)),
        _ => format!("add one of {} to `enable` {block}", backticked(enable)),
    };
    format!("{switch}, or remove `{label}.{component}` from `components`")
}
