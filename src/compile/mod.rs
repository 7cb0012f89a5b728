//! A layout and the catalogue make rules: resolve, connect, allow, check. Pure and total, no clock, no file, no address.

mod accept;
mod allow;
mod beyond;
mod catalogue_findings;
mod check;
mod connect;
mod described;
mod everyone;
mod exposure;
mod gaps;
mod idle;
mod instances;
mod mentions;
mod misspelt;
mod shadowed;
mod unplaced;
mod why;

pub use accept::{Accept, accept};
pub use described::{Described, DescribedFlow, DescribedProduct, describe};
pub use why::{Off, Question, Reason, State, why};

use crate::catalog::Catalog;
use crate::model::address::Cidr;
use crate::model::finding::Finding;
use crate::model::layout::Layout;
use crate::model::rules::{Beyond, Forwarding, Rules, TranslatedTraffic};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The rules that a layout needs, and the findings about it.
#[derive(Clone, Debug, Default)]
pub struct Compiled {
    /// One rule for each traffic between two ends, with all flows that need it.
    pub rules: Rules,
    /// What zones listen on, if that differs from what peers connect to.
    pub listened: TranslatedTraffic,
    /// Ingress rules for what peers connect to, where that differs from what zones listen on: what hosts that judge packets before
    /// addresses and ports are translated allow in addition to `rules`.
    pub untranslated: Rules,
    /// Peers that are not zones: `<label>.<component>` to the addresses that the product file gives, by name.
    pub fixed: BTreeMap<Arc<str>, BTreeMap<Arc<str>, Cidr>>,
    /// Every component with fixed addresses that is in no zone, as `<label>.<component>`, whether a flow needs it or not.
    pub addressed: BTreeSet<String>,
    /// Zones with a component whose vendor wants traffic that is not allowed to be rejected.
    pub rejecting: BTreeSet<String>,
    /// Zones with hosts that run pods or containers.
    pub forwarding: Forwarding,
    /// The digest of each product's matrix, by label.
    pub digests: BTreeMap<String, String>,
    /// Sorted, each once.
    pub findings: Vec<Finding>,
}

/// Compiles a layout.
///
/// INVARIANT (complete and least): for every packet between two zones, a rule allows it exactly when an enabled flow
/// needs it. Errors in the layout are findings; the rest of it is compiled all the same.
pub fn compile(layout: &Layout, catalog: &Catalog) -> Compiled {
    let mut findings = Vec::new();
    let instances = instances::resolve(layout, catalog, &mut findings);
    let placed = instances::place(layout, &instances, &mut findings);
    let flows = connect::flows(layout, &instances, &placed, &mut findings);
    let connections = connect::connect(&flows);
    let rules = allow::allow(layout, &connections);
    check::check(
        layout,
        &instances,
        &placed,
        &flows,
        &connections,
        &mut findings,
    );
    unplaced::unplaced(
        &unplaced::Layers {
            layout,
            instances: &instances,
            placed: &placed,
            rules: &rules,
        },
        &flows,
        &connections,
        &mut findings,
    );
    idle::idle(layout, &instances, &mut findings);
    shadowed::shadowed(layout, &rules, &mut findings);
    catalogue_findings::remark(layout, &instances, &flows, &connections, &mut findings);
    gaps::gaps(layout, &instances, &placed, &mut findings);
    findings.sort();
    findings.dedup();
    Compiled {
        rules,
        listened: allow::listened(&connections),
        untranslated: allow::untranslated(layout, &connections),
        fixed: connect::fixed(&connections),
        addressed: instances::addressed(&instances, &placed),
        rejecting: instances::rejecting(&instances, &placed),
        forwarding: instances::forwarding(&instances, &placed),
        digests: instances
            .iter()
            .map(|(label, it)| (label.clone(), it.matrix.digest.clone()))
            .collect(),
        findings,
    }
}

/// Judges what rules of a layout open beyond their own ends to zones that anyone may be in.
pub fn exposed_beyond(layout: &Layout, catalog: &Catalog, opened: &[Beyond]) -> Vec<Finding> {
    let mut said = Vec::new();
    let instances = instances::resolve(layout, catalog, &mut said);
    let placed = instances::place(layout, &instances, &mut said);
    let flows = connect::flows(layout, &instances, &placed, &mut said);
    let connections = connect::connect(&flows);
    let mut findings = Vec::new();
    beyond::judge(layout, &flows, &connections, opened, &mut findings);
    findings.sort();
    findings.dedup();
    findings
}
