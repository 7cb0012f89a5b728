//! The port matrices: built-in and the user's own, and how overrides turn a product into a matrix.

pub mod bounds;
pub mod component_ports;
mod files;
pub mod format;
pub mod language;
mod lint;
mod load;
pub mod lookup;
pub mod numbers;
mod pin;
pub mod port_text;
pub mod product;
mod releases;
pub mod resolve;
mod settings;
pub mod table;
pub mod version;

pub use files::{FILES, File, LANGUAGES};
pub use load::{Mistake, load};

use crate::model::code::Code;
use crate::model::finding::{ConfigPath, Finding};
use crate::model::name::suggest;
use product::Product;
use releases::Line;
use std::collections::BTreeSet;
use std::sync::Arc;
use version::Version;

/// The built-in products and the user's own, which come first.
#[derive(Clone, Debug, Default)]
pub struct Catalog {
    own: Vec<Arc<Product>>,
}

/// A product to find, and the places of the arguments that name it.
#[derive(Clone, Copy, Debug)]
pub struct ProductQuery<'w> {
    /// Its name, or one of its aliases.
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
    /// The catalogue with the user's own product files, and the errors in these.
    pub fn with_definitions<'d>(
        definitions: impl IntoIterator<Item = (&'d str, ConfigPath)>,
    ) -> (Catalog, Vec<Finding>) {
        let mut catalog = Catalog::default();
        let mut findings = Vec::new();
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
        }
        (catalog, findings)
    }

    /// The names of all products, sorted.
    pub fn names(&self) -> BTreeSet<&str> {
        FILES
            .iter()
            .map(|it| it.name)
            .chain(self.own.iter().map(|it| it.name.as_str()))
            .collect()
    }

    /// Every version of a product, newest first. Empty if there is no such product.
    pub fn versions(&self, name: &str) -> Vec<Arc<Product>> {
        let by_name = self.called(|product| product.name == name, |file| file.name == name);
        let mut found = if by_name.is_empty() {
            self.called(
                |product| product.aliases.iter().any(|it| it == name),
                |file| file.aliases.contains(&name),
            )
        } else {
            by_name
        };
        found.sort_by(|a, b| b.version.cmp(&a.version));
        found
    }

    /// The matching products, the user's own before built-in ones.
    fn called(
        &self,
        own: impl Fn(&Product) -> bool,
        built_in: impl Fn(&File) -> bool,
    ) -> Vec<Arc<Product>> {
        let mut found: Vec<Arc<Product>> = self.own.iter().filter(|it| own(it)).cloned().collect();
        for file in FILES.iter().filter(|it| built_in(it)) {
            if !found.iter().any(|it| file.is(it)) {
                found.push(Arc::new(file.load()));
            }
        }
        found
    }

    /// The product in the version wanted. Of a release that is newer than every line, it is the newest line, and a judgement.
    ///
    /// # Errors
    /// `unknown-product` or `unknown-version`.
    pub fn find(&self, wanted: ProductQuery<'_>) -> Result<Found, Box<Finding>> {
        let versions = self.versions(wanted.name);
        let Some(newest) = versions.first() else {
            let message = format!("unknown product `{}`", wanted.name);
            let names = self.names();
            let remedy = suggest(wanted.name, names.iter().copied());
            return Err(Box::new(
                Finding::for_argument(Code::UnknownProduct, wanted.name_place, message)
                    .remedy(remedy),
            ));
        };
        let Some(text) = wanted.version else {
            return Ok((newest.at(None), None));
        };
        match releases::line(text, &versions) {
            Line::Covers(line) => Ok((line.at(Some(text)), None)),
            Line::Older(newest) => {
                let judgement = releases::newer(&wanted, text, &newest);
                Ok((newest.at(None), Some(judgement)))
            }
            Line::None => Err(Box::new(releases::unknown(&wanted, text, &versions))),
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
    let fits = |text: &str| {
        let release = Version::release(text);
        release.is_some_and(|it| it == product.version || product.covers.contains(&it))
    };
    if let Some(version) = version.filter(|it| !fits(it)) {
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
    !product.built_in && FILES.iter().any(|it| it.is(product))
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
