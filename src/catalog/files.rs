//! The product files of the folder `catalog/`, as the build script listed and packed them. A file is unpacked and parsed only
//! when it is used.

use super::load::load_checked;
use super::product::Product;
use miniz_oxide::inflate::decompress_to_vec;

/// One file of `catalog/`.
#[derive(Debug)]
pub struct File {
    /// The name of the product, which is the name of the folder.
    pub name: &'static str,
    /// The release line, which is the name of the file.
    pub version: &'static str,
    /// The text, as the build script packed it.
    packed: &'static [u8],
}

// `FILES`, and `PACKED_PRODUCTS` and `PACKED_FLOWS`, which are the index; written by the build script.
include!(concat!(env!("OUT_DIR"), "/catalog.rs"));

/// A text that the build script packed.
pub(super) fn unpacked(packed: &[u8]) -> String {
    let text = decompress_to_vec(packed).ok();
    let text = text.and_then(|it| String::from_utf8(it).ok());
    text.expect("the build script packed a text")
}

impl File {
    /// The text.
    pub fn text(&self) -> String {
        unpacked(self.packed)
    }

    /// The file of a product in one version.
    pub(crate) fn of(name: &str, version: &str) -> Option<&'static File> {
        let mut files = FILES.iter();
        files.find(|it| it.name == name && it.version == version)
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
