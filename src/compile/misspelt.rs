//! What is listed in `components` and is not `<label>.<component>`: which component it means.

use super::instances::{Instances, note};
use crate::catalog::Catalog;
use crate::catalog::product::Product;
use crate::model::code::Code;
use crate::model::finding::Finding;
use crate::model::layout::Layout;
use crate::model::name::{nearest, plain};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Notes a mistake for each of them.
pub(super) fn placements(
    layout: &Layout,
    instances: &Instances<'_>,
    catalog: &Catalog,
    findings: &mut Vec<Finding>,
) {
    let placements = layout.zones.values().flat_map(|it| &it.components);
    let mut wrong = placements.filter(|it| it.component.is_empty()).peekable();
    if wrong.peek().is_none() {
        return;
    }
    let mut known = Known::new(layout, instances, catalog);
    let mut meant: BTreeMap<&str, String> = BTreeMap::new();
    for it in wrong {
        let text = it.label.as_str();
        let remedy = meant.entry(text).or_insert_with(|| known.remedy(text));
        let message = format!("`{text}` is not a component");
        let finding = Finding::for_argument(Code::BadValue, &it.place, message);
        note(findings, finding.remedy(remedy.clone()));
    }
}

/// What a component may belong to.
struct Known<'k> {
    instances: &'k Instances<'k>,
    catalog: &'k Catalog,
    /// The labels of the layout and the names of all products.
    labels: BTreeSet<&'k str>,
    /// Products that are not in the layout, once they were asked for.
    products: BTreeMap<&'k str, Option<Arc<Product>>>,
}

impl<'k> Known<'k> {
    fn new(layout: &'k Layout, instances: &'k Instances<'k>, catalog: &'k Catalog) -> Self {
        let labels = layout.instances.keys().map(String::as_str);
        Known {
            instances,
            catalog,
            labels: labels.chain(catalog.names()).collect(),
            products: BTreeMap::new(),
        }
    }

    fn remedy(&mut self, text: &str) -> String {
        let words = plain(text);
        let words = words.trim_matches('-');
        if let Some(meant) = self.divided(words).or_else(|| self.without_label(words)) {
            return format!("did you mean `{meant}`?");
        }
        let label = text.trim_matches('.');
        format!(
            "write a product and a component, e.g. `{label}.*` for all of its own and those that it depends on"
        )
    }

    /// The component if a label is there, and something else than a dot behind it: `kong-admin`.
    fn divided(&mut self, words: &str) -> Option<String> {
        let rest = |label: &str| words.strip_prefix(&plain(label))?.strip_prefix('-');
        let labels = self.labels.iter();
        let mut labels: Vec<(&'k str, &str)> = labels
            .filter_map(|label| Some((*label, rest(label)?)))
            .collect();
        labels.sort_by_key(|(label, _)| std::cmp::Reverse(label.len()));
        let component = |(label, rest)| {
            let component = self.component(label, rest)?;
            Some(format!("{label}.{component}"))
        };
        labels.into_iter().find_map(component)
    }

    fn component(&mut self, label: &'k str, word: &str) -> Option<String> {
        if word == "*" {
            return Some(word.to_owned());
        }
        let of_catalog = || Some(self.catalog.lines(label).first()?.product());
        let product: &Product = match self.instances.get(label) {
            Some(it) => &it.matrix.product,
            None => self
                .products
                .entry(label)
                .or_insert_with(of_catalog)
                .as_deref()?,
        };
        let near = || nearest(word, product.components.keys().map(String::as_str));
        product
            .component_name(word)
            .or_else(near)
            .map(str::to_owned)
    }

    /// The component if one product of the layout has one of this name, and no other product has: `admin`.
    fn without_label(&self, words: &str) -> Option<String> {
        let named = |(label, it): (&String, &super::instances::Resolved<'_>)| {
            let component = it.matrix.product.component_name(words)?;
            Some(format!("{label}.{component}"))
        };
        let mut found = self.instances.iter().filter_map(named);
        let first = found.next()?;
        found.next().is_none().then_some(first)
    }
}
