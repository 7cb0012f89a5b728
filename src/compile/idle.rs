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
        let is_name = |it: &Vec<&str>| matches!(it.as_slice(), [name] if !name.contains('.'));
        let (names, others): (Vec<_>, Vec<_>) = switches.into_iter().partition(is_name);
        let mut ways = Vec::new();
        if !names.is_empty() {
            let one_of = if names.len() > 1 { "one of " } else { "" };
            let names = backticked(names.concat());
            ways.push(format!("add {one_of}{names} to `enable`"));
        }
        let step = |it: &&str| match it.split_once('.') {
            Some((choice, option)) => format!("set `choices = {{ {choice} = \"{option}\" }}`"),
            None => format!("add `{it}` to `enable`"),
        };
        let together = |it: &Vec<&str>| it.iter().map(step).collect::<Vec<_>>().join(" and ");
        ways.extend(others.iter().map(together));
        let remedy = format!(
            "{} in the block `product \"{label}\"`, or remove `{label}.{component}` from `components`",
            ways.join(" or ")
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

/// What switches its flows on, each way with all that it needs: the features and options that govern them, else the optional flows. `None`
/// if the user has switched a flow off by name, and so knows.
fn switches<'r>(component: &str, resolved: &'r Resolved<'_>) -> Option<BTreeSet<Vec<&'r str>>> {
    let (product, overrides) = (&resolved.matrix.product, &resolved.instance.overrides);
    let along = product.implied_components(component);
    let (mut features, mut flows) = (Vec::new(), BTreeSet::new());
    for (id, flow) in &product.flows {
        let mut ends = flow.from.iter().chain(&flow.to);
        if !ends.any(|it| along.contains(&it.as_str())) {
            continue;
        }
        let terms = || flow.when.iter().flat_map(|it| it.split('+'));
        let mut names = terms().chain([id.as_str()]);
        if names.any(|it| overrides.disable.iter().any(|other| other == it)) {
            return None;
        }
        if flow.need == Need::Optional {
            flows.insert(id.as_str());
        } else {
            features.extend(flow.when.iter().filter_map(|it| missing(it, resolved)));
        }
    }
    // What needs the fewest switches says how to have flows at all.
    let fewest = features.iter().map(Vec::len).min().unwrap_or(0);
    features.retain(|it| it.len() == fewest);
    let ways: BTreeSet<Vec<&str>> = match fewest {
        0 => flows.into_iter().map(|it| vec![it]).collect(),
        _ => features.into_iter().collect(),
    };
    (!ways.is_empty()).then_some(ways)
}

/// The features and options of a condition that are off. Nothing if the release does not have one of them.
fn missing<'r>(condition: &'r str, resolved: &'r Resolved<'_>) -> Option<Vec<&'r str>> {
    let (product, switches) = (&resolved.matrix.product, &resolved.matrix.switches);
    let mut missing = Vec::new();
    for name in condition.split('+') {
        let (is_known, is_on) = match name.split_once('.') {
            Some((choice, option)) => {
                let of = product.choices.get(choice);
                let chosen = switches.choices.get(choice).and_then(Option::as_deref);
                let is_known = of.is_some_and(|it| it.options.contains_key(option));
                (is_known, chosen.is_none_or(|it| it == option))
            }
            None => (
                product.features.contains_key(name),
                switches.features.contains(name),
            ),
        };
        if !is_known {
            return None;
        }
        if !is_on {
            missing.push(name);
        }
    }
    Some(missing)
}
