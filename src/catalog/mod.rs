//! The port matrices: built-in and the user's own, and how overrides turn a product into a matrix.

pub mod bounds;
pub mod component_ports;
mod files;
pub mod format;
pub mod index;
pub mod language;
mod lint;
mod listed;
mod load;
pub mod lookup;
pub mod numbers;
mod pin;
pub mod port_text;
pub mod product;
mod releases;
pub mod resolve;
mod settings;
mod shipped;
pub mod table;
pub mod version;

pub use files::{FILES, File};
pub use listed::Listed;
pub use load::{Mistake, load};

use crate::model::code::Code;
use crate::model::finding::{ConfigPath, Finding};
use index::Index;
use product::Product;
use releases::Line;
use std::sync::Arc;
use version::Version;

/// The built-in products, by their index, and the user's own, which come first.
#[derive(Clone, Debug)]
pub struct Catalog {
    built_in: Arc<Index>,
    own: Vec<Arc<Product>>,
    own_index: Arc<Index>,
}

impl Default for Catalog {
    fn default() -> Self {
        Catalog::of(Index::built_in())
    }
}

/// A product to find, and the places of the arguments that name it.
#[derive(Clone, Copy, Debug)]
pub struct ProductQuery<'w> {
    /// Its name, one of its aliases, or its name behind that of its vendor.
    pub name: &'w str,
    /// Where the name is set.
    pub name_place: &'w ConfigPath,
    /// The release; the newest line if absent.
    pub version: Option<&'w str>,
    /// Where the version is set.
    pub version_place: &'w ConfigPath,
}

/// A product, and the judgement `version-newer` if it is older than the release wanted.
pub type Found = (Arc<Product>, Option<Finding>);

impl Catalog {
    /// The catalogue with some index in the place of the built-in one.
    pub fn of(built_in: Arc<Index>) -> Catalog {
        Catalog {
            built_in,
            own: Vec::new(),
            own_index: Arc::default(),
        }
    }

    /// The catalogue with the user's own product files, and the errors in these.
    pub fn with_definitions<'d>(
        definitions: impl IntoIterator<Item = (&'d str, ConfigPath)>,
    ) -> (Catalog, Vec<Finding>) {
        let mut catalog = Catalog::default();
        let mut findings = Vec::new();
        let mut places = Vec::new();
        for (text, place) in definitions {
            let product = match load(text) {
                Ok(product) => product,
                Err(mistakes) => {
                    findings.push(bad_definition(&mistakes, &place));
                    continue;
                }
            };
            let name = format!("{} {}", product.name, product.version);
            if catalog
                .own
                .iter()
                .any(|it| it.name == product.name && it.version == product.version)
            {
                let message = format!("two definitions have the name and version `{name}`");
                findings.push(
                    Finding::for_argument(Code::BadDefinition, &place, message)
                        .remedy("remove one of them, or change its `version`"),
                );
            }
            catalog.own.push(Arc::new(product));
            places.push(place);
        }
        catalog.own_index = Arc::new(Index::of(&catalog.own));
        for (product, place) in catalog.own.iter().zip(&places) {
            let taken = product.aliases.iter().filter_map(|alias| {
                // The user's own aliases come before built-in ones, but never before a name.
                let is_called = |it: &Listed<'_>| {
                    it.name == *alias || it.is_own() && it.aliases.contains(alias)
                };
                let mut others = catalog.listed().filter(|it| it.name != product.name);
                let other = others.find(is_called)?;
                let message = format!(
                    "the alias `{alias}` of `{}` already refers to the product `{}`",
                    product.name, other.name
                );
                let finding = Finding::for_argument(Code::BadDefinition, place, message);
                Some(finding.remedy("remove the alias, or choose another"))
            });
            findings.extend(taken);
        }
        (catalog, findings)
    }

    /// The product in the version wanted. Of a release that is newer than every line, it is the newest line, and a judgement.
    ///
    /// # Errors
    /// `unknown-product` or `unknown-version`.
    pub fn find(&self, wanted: ProductQuery<'_>) -> Result<Found, Box<Finding>> {
        let lines = self.lines(wanted.name);
        let Some(newest) = lines.first() else {
            let message = format!("unknown product `{}`", wanted.name);
            let remedy = self.suggestion(&wanted);
            return Err(Box::new(
                Finding::for_argument(Code::UnknownProduct, wanted.name_place, message)
                    .remedy(remedy),
            ));
        };
        let Some(text) = wanted.version else {
            return Ok((newest.product().at(None), None));
        };
        match releases::line(text, &lines) {
            Line::Covers(line) => Ok((line.product().at(Some(text)), None)),
            Line::Older(newest) => {
                let judgement = releases::newer(&wanted, text, newest);
                Ok((newest.product().at(None), Some(judgement)))
            }
            Line::None => Err(Box::new(releases::unknown(&wanted, text, &lines))),
        }
    }
}

/// The product of a file in the configuration. Name and version may be set as well, and must then be those of the file.
///
/// # Errors
/// `bad-definition`, `bad-value` at `name`, `unknown-version` at `version`.
pub fn load_definition(
    text: &str,
    name: Option<&str>,
    version: Option<&str>,
    block: &ConfigPath,
) -> Result<Arc<Product>, Box<Finding>> {
    let place = block.field("definition");
    let product = load(text).map_err(|mistakes| Box::new(bad_definition(&mistakes, &place)))?;
    if let Some(name) = name.filter(|it| *it != product.name) {
        let message = format!(
            "`name` is `{name}`, but the definition is for `{}`",
            product.name
        );
        let finding = Finding::for_argument(Code::BadValue, &block.field("name"), message);
        return Err(Box::new(
            finding.remedy("omit `name`; the definition has one"),
        ));
    }
    if let Some(version) = version.filter(|it| !product.has_release(it)) {
        let message = format!(
            "`version` is `{version}`, but the definition is for {}",
            product.line()
        );
        let finding = Finding::for_argument(Code::UnknownVersion, &block.field("version"), message);
        return Err(Box::new(
            finding.remedy("omit `version`; the definition has one"),
        ));
    }
    Ok(Arc::new(product).at(version))
}

/// Whether a product of the user replaces a built-in one.
pub fn overrides_builtin(product: &Product) -> bool {
    let mut files = FILES.iter().filter(|it| it.name == product.name);
    let is_version = |it: &File| Version::parse(it.version).as_ref() == Some(&product.version);
    !product.built_in && files.any(is_version)
}

/// The finding for a product file that does not load: every mistake, one to a line.
pub fn bad_definition(mistakes: &[Mistake], place: &ConfigPath) -> Finding {
    let shown: Vec<String> = mistakes
        .iter()
        .take(MAX_SHOWN)
        .map(|it| format!("\n  {it}"))
        .collect();
    let more = mistakes.len().saturating_sub(MAX_SHOWN);
    let more = if more == 0 {
        String::new()
    } else {
        format!("\n  and {more} more")
    };
    let count = if mistakes.len() == 1 {
        "an error".to_owned()
    } else {
        format!("{} errors", mistakes.len())
    };
    Finding::for_argument(
        Code::BadDefinition,
        place,
        format!(
            "the product file has {count} (line:column):{}{more}",
            shown.concat()
        ),
    )
}

/// Mistakes of one file that a message shows; `lint` shows them all.
const MAX_SHOWN: usize = 50;
