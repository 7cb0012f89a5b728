//! What a reader wants to know of a layout besides its rules: what each flow is for and who says so, and what is in which zone.

use super::connect;
use super::instances;
use crate::catalog::Catalog;
use crate::catalog::product::{Source, in_language};
use crate::model::layout::Layout;
use crate::model::traffic::Traffic;
use crate::model::words::Need;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A layout in words.
#[derive(Clone, Debug, Default)]
pub struct Described {
    /// The flows that are on, by `label.flow` or the name of a flow block.
    pub flows: BTreeMap<Arc<str>, DescribedFlow>,
    /// The products, in the order of their labels.
    pub products: Vec<DescribedProduct>,
    /// The components that the user put into each zone, as `<label>.<component>`.
    pub components: BTreeMap<String, Vec<String>>,
}

/// A flow that is on.
#[derive(Clone, Debug)]
pub struct DescribedFlow {
    /// What it is for, in the layout's language; empty for a flow block.
    pub purpose: String,
    /// Whether it is required, as far as a product says so.
    pub need: Option<Need>,
    /// The documents that say so, and where in them.
    pub sources: Vec<(Source, String)>,
    /// What the source connects to.
    pub dials: Vec<Traffic>,
    /// What the listener listens on, in the same order unless the numbers of both differ.
    pub listens: Vec<Traffic>,
}

/// A product of the layout.
#[derive(Clone, Debug)]
pub struct DescribedProduct {
    /// Its label.
    pub label: String,
    /// What the vendor calls it, with the release.
    pub title: String,
}

/// Describes a layout.
pub fn describe(layout: &Layout, catalog: &Catalog) -> Described {
    let mut ignored = Vec::new();
    let instances = instances::resolve(layout, catalog, &mut ignored);
    let placed = instances::place(layout, &instances, &mut ignored);
    let mut described = Described::default();
    for flow in connect::flows(layout, &instances, &placed, &mut ignored) {
        let product = flow
            .origin
            .map(|(label, id)| (&instances[label].matrix.product, id));
        let of_product = product.map(|(product, id)| (product, &product.flows[id]));
        let sources = of_product
            .iter()
            .flat_map(|(product, flow)| product.cited(flow));
        let sources = sources.map(|(source, at)| (source.clone(), at.to_owned()));
        let purpose =
            of_product.map(|(_, it)| in_language(&it.purpose, &layout.language).to_owned());
        let of = DescribedFlow {
            purpose: purpose.unwrap_or_default(),
            need: of_product.map(|(_, it)| it.need),
            sources: sources.collect(),
            dials: flow.dials,
            listens: flow.listens,
        };
        described.flows.insert(flow.id, of);
    }
    described.products = instances
        .iter()
        .map(|(label, it)| DescribedProduct {
            label: label.clone(),
            title: format!(
                "{} {}",
                it.matrix.product.title,
                it.matrix.product.release()
            ),
        })
        .collect();
    for zone in layout.zones.keys() {
        let named = placed.named_in(zone).into_iter();
        let named = named.map(|(label, component)| format!("{label}.{component}"));
        described.components.insert(zone.clone(), named.collect());
    }
    described
}
