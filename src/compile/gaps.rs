//! What the matrix of a product lacks, since the vendor leaves it out.

use super::instances::{Instances, Placed};
use super::mentions::mentions;
use crate::catalog::product::in_language;
use crate::model::code::Code;
use crate::model::finding::{ConfigPath, Finding, as_note};
use crate::model::layout::Layout;
use crate::model::name::backticked;
use crate::model::words::Severity;
use std::collections::BTreeSet;

/// Reports every gap that touches a component which is placed.
pub(super) fn gaps(
    layout: &Layout,
    instances: &Instances<'_>,
    placed: &Placed<'_>,
    findings: &mut Vec<Finding>,
) {
    for label in instances.keys() {
        of_instance(layout, instances, placed, label, findings);
    }
}

/// The gaps of one product. A gap about flows that a feature switches off does not count.
fn of_instance(
    layout: &Layout,
    instances: &Instances<'_>,
    placed: &Placed<'_>,
    label: &str,
    findings: &mut Vec<Finding>,
) {
    let resolved = &instances[label];
    let matrix = &resolved.matrix;
    for gap in &matrix.product.gaps {
        let is_open = |id: &String| {
            let flow = &matrix.product.flows[id];
            matrix.flows[id].enabled || (flow.when.is_empty() && flow.unless.is_empty())
        };
        if !gap.flows.is_empty() && !gap.flows.iter().any(is_open) {
            continue;
        }
        let touched: Vec<&String> = gap
            .components
            .iter()
            .filter(|it| placed.zones(label, it).next().is_some())
            .collect();
        if touched.is_empty() {
            continue;
        }
        let names: Vec<String> = touched.iter().map(|it| format!("{label}.{it}")).collect();
        let cut = |it: &&String| is_cut(layout, instances, placed, label, it);
        let text = in_language(&gap.text, &layout.language);
        let release = resolved.release();
        let is_now = gap.releases.is_empty() && mentions([&*gap.text["en"]], release);
        let severity = if is_now || (gap.warns && touched.iter().any(cut)) {
            Severity::Warning
        } else {
            Severity::Info
        };
        let message = format!(
            "the matrix lacks something for {}: {}",
            backticked(names.iter().map(String::as_str)),
            as_note(text),
        );
        findings.push(
            Finding::new(Code::SourceGap, format!("{label}.{}", gap.id), message)
                .severity(severity)
                .at(&resolved.instance.place),
        );
    }
}

/// Whether there are several members of a component, some of which have their rules made here, and nothing connects them. Several
/// labels of one product may be the places of one installation.
fn is_cut(
    layout: &Layout,
    instances: &Instances<'_>,
    placed: &Placed<'_>,
    label: &str,
    component: &str,
) -> bool {
    let product = &instances[label].matrix.product.name;
    let same = instances
        .iter()
        .filter(|(_, it)| it.matrix.product.name == *product);
    let zones: BTreeSet<&str> = same
        .flat_map(|(label, _)| placed.zones(label, component))
        .collect();
    let is_several = zones.len() > 1 || zones.iter().any(|it| layout.zones[*it].several);
    let mut own = placed.zones(label, component);
    let is_enforced = own.any(|it| layout.zones[it].enforced);
    let is_bridged = layout.flows.values().any(|flow| {
        let touches =
            |ends: &[(String, ConfigPath)]| ends.iter().any(|it| zones.contains(it.0.as_str()));
        touches(&flow.from) && touches(&flow.to)
    });
    is_several && is_enforced && !is_bridged
}
