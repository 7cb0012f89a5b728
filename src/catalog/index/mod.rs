//! The index of the catalogue: the names, release lines and flows of every product, read without loading a product file.
//!
//! `catalog/products.tsv` and `catalog/flows.tsv` are made of the product files, and a test keeps them fresh. The program has
//! both packed. The user's own products get an index in the same form, so that both are read alike.

mod read;
mod write;

pub use read::FlowRow;

use super::files::{PACKED_FLOWS, PACKED_PRODUCTS, unpacked};
use super::product::Product;
use super::version::{Covers, Version, line_text};
use crate::model::name::good_name;
use std::borrow::Cow;
use std::ops::Range;
use std::sync::{Arc, LazyLock, OnceLock};

/// Release lines, and their flows.
#[derive(Debug, Default)]
pub struct Index {
    lines: Vec<ReleaseLine>,
    /// Where the text of the flows is, as long as it has not been read.
    packed: &'static [u8],
    flows: OnceLock<FlowText>,
}

/// One release line of a product, without its flows.
#[derive(Clone, Debug)]
pub struct ReleaseLine {
    /// The catalogue's name of the product.
    pub name: String,
    /// The name of the line.
    pub version: Version,
    /// The releases that it covers.
    pub covers: Covers,
    /// What the vendor calls the product.
    pub title: String,
    /// Who makes it.
    pub vendor: String,
    /// Other names of the product, each as good as its name.
    pub aliases: Vec<String>,
    /// Words for the search only.
    pub words: Vec<String>,
    /// The languages of its texts, sorted.
    pub languages: Vec<String>,
    /// How many flows it has.
    pub flows: usize,
}

/// The text of the flows, with the part of each line.
#[derive(Debug, Default)]
struct FlowText {
    text: String,
    parts: Vec<Range<usize>>,
}

static BUILT_IN: LazyLock<Arc<Index>> = LazyLock::new(|| {
    let index = Index::unpack(PACKED_PRODUCTS, PACKED_FLOWS);
    Arc::new(index.expect("a test keeps `catalog/products.tsv` fresh"))
});

impl Index {
    /// That of the built-in products.
    pub fn built_in() -> Arc<Index> {
        Arc::clone(&BUILT_IN)
    }

    /// That of some products.
    pub fn of(products: &[Arc<Product>]) -> Index {
        let text = write::flows(products);
        Index {
            lines: products.iter().map(|it| write::line(it)).collect(),
            packed: &[],
            flows: OnceLock::from(FlowText::new(text)),
        }
    }

    /// That of the two texts, packed as DEFLATE. The flows are unpacked when one is asked for.
    pub fn unpack(lines: &[u8], flows: &'static [u8]) -> Option<Index> {
        Some(Index {
            lines: read::lines(&unpacked(lines))?,
            packed: flows,
            flows: OnceLock::new(),
        })
    }

    /// That of two texts as [`Index::texts`] writes them; `None` if they are not such texts.
    pub fn read(lines: &str, flows: &str) -> Option<Index> {
        let index = Index {
            lines: read::lines(lines)?,
            packed: &[],
            flows: OnceLock::from(FlowText::new(flows.to_owned())),
        };
        (index.flow_text().parts.len() == index.lines.len()).then_some(index)
    }

    /// The texts of `catalog/products.tsv` and `catalog/flows.tsv`.
    pub fn texts(&self) -> [String; 2] {
        [write::lines(&self.lines), self.flow_text().text.clone()]
    }

    /// The release lines, in the order of the index.
    pub fn lines(&self) -> &[ReleaseLine] {
        &self.lines
    }

    /// The flows of the line at a place, by id.
    pub fn flows(&self, line: usize) -> impl Iterator<Item = FlowRow<'_>> {
        let flows = self.flow_text();
        let part = flows.parts.get(line).cloned().unwrap_or_default();
        read::flows(&flows.text[part])
    }

    fn flow_text(&self) -> &FlowText {
        (self.flows).get_or_init(|| FlowText::new(unpacked(self.packed)))
    }
}

impl FlowText {
    fn new(text: String) -> FlowText {
        let parts = read::parts(&text);
        FlowText { text, parts }
    }
}

impl ReleaseLine {
    /// The line with what it covers, for messages: `` `3` (>=3.4, <4) ``.
    pub fn line(&self) -> String {
        line_text(&self.version, &self.covers)
    }

    /// The releases that the line covers, as bounds; just its own if the file gives none.
    pub fn covered(&self) -> String {
        self.covers.or_exactly(&self.version)
    }

    /// Every name of the product: its own, its aliases, and those with the vendor in front of it.
    pub fn names(&self) -> impl Iterator<Item = Cow<'_, str>> {
        let own = std::iter::once(&self.name).chain(&self.aliases);
        let own = own.map(|it| Cow::Borrowed(it.as_str()));
        own.chain(self.vendor_names().into_iter().map(Cow::Owned))
    }

    /// The names with the vendor in front of it, the shortest first: `apache-kafka`, `apache-software-kafka`.
    pub fn vendor_names(&self) -> Vec<String> {
        let vendor = good_name(&self.vendor).unwrap_or_default();
        let vendor = vendor.strip_prefix("the-").unwrap_or(&vendor);
        let ends = vendor.match_indices('-').map(|(at, _)| at);
        let fronts = ends.chain([vendor.len()]).map(|end| &vendor[..end]);
        let has = |it: &str| self.name == it || self.name.starts_with(&format!("{it}-"));
        let fronts = fronts.filter(|it| !it.is_empty() && !has(it));
        fronts.map(|it| format!("{it}-{}", self.name)).collect()
    }
}
