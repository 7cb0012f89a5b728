//! What the catalogue lists: its release lines by the index. Only [`Listed::product`] loads a product file.

use super::files::File;
use super::index::{FlowRow, Index, ReleaseLine};
use super::product::Product;
use super::{Catalog, ProductQuery};
use crate::model::name::{nearest, suggest};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Deref;
use std::sync::Arc;

/// A release line of the catalogue.
#[derive(Clone, Copy, Debug)]
pub struct Listed<'c> {
    line: &'c ReleaseLine,
    /// The index that has it, and its place there.
    index: &'c Index,
    at: usize,
    /// The product, if it is the user's own.
    own: Option<&'c Arc<Product>>,
}

impl Deref for Listed<'_> {
    type Target = ReleaseLine;

    fn deref(&self) -> &ReleaseLine {
        self.line
    }
}

impl<'c> Listed<'c> {
    /// What the index has about it.
    pub fn line_of(self) -> &'c ReleaseLine {
        self.line
    }

    /// Its flows, by id.
    pub fn flow_rows(self) -> impl Iterator<Item = FlowRow<'c>> {
        self.index.flows(self.at)
    }

    /// Its product. A built-in one is unpacked and parsed.
    pub fn product(self) -> Arc<Product> {
        if let Some(own) = self.own {
            return Arc::clone(own);
        }
        let file = File::of(&self.name, self.version.as_str());
        let file = file.expect("a test keeps the index fresh");
        Arc::new(file.load())
    }

    /// Whether the product has a name with its vendor in front: `apache-kafka`.
    fn has_vendor_name(self, name: &str) -> bool {
        let ends = name.strip_suffix(self.name.as_str());
        ends.is_some_and(|it| it.ends_with('-')) && self.vendor_names().iter().any(|it| it == name)
    }
}

impl Catalog {
    /// Every release line: the user's own, and those built-in ones that these do not replace.
    pub fn listed(&self) -> impl Iterator<Item = Listed<'_>> {
        let own = self.own_index.lines().iter().enumerate();
        let own = own.map(|(at, line)| Listed {
            line,
            index: &self.own_index,
            at,
            own: self.own.get(at),
        });
        let built_in = self.built_in.lines().iter().enumerate();
        let built_in = built_in.map(|(at, line)| Listed {
            line,
            index: &self.built_in,
            at,
            own: None,
        });
        let is_replaced = |it: &Listed<'_>| {
            let mut own = self.own.iter();
            own.any(|own| own.name == it.name && own.version == it.version)
        };
        own.chain(built_in.filter(move |it| !is_replaced(it)))
    }

    /// The release lines of each product, newest first, by the products' names.
    pub fn products(&self) -> BTreeMap<&str, Vec<Listed<'_>>> {
        let mut products: BTreeMap<&str, Vec<Listed<'_>>> = BTreeMap::new();
        for it in self.listed() {
            products.entry(&it.line.name).or_default().push(it);
        }
        for lines in products.values_mut() {
            newest_first(lines);
        }
        products
    }

    /// The names of all products, sorted.
    pub fn names(&self) -> BTreeSet<&str> {
        self.listed().map(|it| it.line.name.as_str()).collect()
    }

    /// Every release line of a product, newest first: the product of this name, or else with this alias, or else with this name
    /// behind that of its vendor. Empty if there is no such product.
    pub fn lines(&self, name: &str) -> Vec<Listed<'_>> {
        let is_called: [&dyn Fn(&Listed<'_>) -> bool; 3] = [
            &|it| it.name == name,
            &|it| it.aliases.iter().any(|alias| alias == name),
            &|it| it.has_vendor_name(name),
        ];
        // The user's own products come first, as everywhere.
        let product = (is_called.iter()).find_map(|called| self.listed().find(|it| called(it)));
        let Some(product) = product else {
            return Vec::new();
        };
        let of_product = self.listed().filter(|it| it.name == product.name);
        let mut lines: Vec<Listed<'_>> = of_product.collect();
        newest_first(&mut lines);
        lines
    }

    /// What to do about an unknown name of a product.
    pub(super) fn suggestion(&self, wanted: &ProductQuery<'_>) -> String {
        let names = self.names();
        let aliases = self.listed().flat_map(|it| &it.line.aliases);
        let first = |it: Listed<'_>| it.vendor_names().into_iter().next();
        let of_vendors: BTreeSet<String> = self.listed().filter_map(first).collect();
        let known = names.iter().copied();
        let known = known.chain(aliases.map(String::as_str));
        let known = known.chain(of_vendors.iter().map(String::as_str));
        nearest(wanted.name, known).map_or_else(
            || suggest(wanted.name, names.iter().copied()),
            |near| format!("did you mean `{near}`?"),
        )
    }
}

fn newest_first(lines: &mut [Listed<'_>]) {
    lines.sort_by(|a, b| b.version.cmp(&a.version));
}
