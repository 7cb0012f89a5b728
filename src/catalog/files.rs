//! The product files of the folder `catalog/`, as the build script listed and packed them. A file is unpacked and parsed only
//! when it is used.

use super::load::load_checked;
use super::product::Product;
use miniz_oxide::inflate::decompress_to_vec;

/// One file of `catalog/`.
pub struct File {
    /// The name of the product, which is the name of the folder.
    pub name: &'static str,
    /// Other names of the product, as the file lists them.
    pub aliases: &'static [&'static str],
    /// The release line, which is the name of the file.
    pub version: &'static str,
    /// The text, as the build script packed it.
    packed: &'static [u8],
}

// `FILES` and `LANGUAGES`, written by the build script.
include!(concat!(env!("OUT_DIR"), "/catalog.rs"));

impl File {
    /// The text.
    pub fn text(&self) -> String {
        let text = decompress_to_vec(self.packed).ok();
        let text = text.and_then(|it| String::from_utf8(it).ok());
        text.expect("the build script packed a text")
    }

    /// Whether the product has the name and version of this file: it is the file's own, or one of the user's that replaces it.
    pub(crate) fn is(&self, product: &Product) -> bool {
        self.name == product.name && self.version == product.version.as_str()
    }

    /// The product. The file is part of the program, so an error in it is a bug of ours.
    pub fn load(&self) -> Product {
        let product = load_checked(&self.text()).unwrap_or_else(|| {
            panic!(
                "the built-in catalogue file {}/{}.toml is broken",
                self.name, self.version
            )
        });
        Product {
            built_in: true,
            ..product
        }
    }
}
