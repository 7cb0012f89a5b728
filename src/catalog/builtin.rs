//! The product files that the binary carries. They are unpacked and parsed only when they are asked for.

use miniz_oxide::inflate::decompress_to_vec;

/// One file of `catalog/`.
pub struct File {
    /// The product, which is the folder.
    pub name: &'static str,
    /// Other names by which it goes, as the file has them.
    pub aliases: &'static [&'static str],
    /// The release line, which is the file's name.
    pub version: &'static str,
    /// The text, as the build script packed it.
    packed: &'static [u8],
}

impl File {
    /// The text.
    pub fn text(&self) -> String {
        let text = decompress_to_vec(self.packed).ok();
        let text = text.and_then(|it| String::from_utf8(it).ok());
        text.expect("the build script packed a text")
    }
}

/// Declares the table from paths, so that a file and its row cannot differ.
macro_rules! files {
    ($($name:literal $aliases:tt $version:literal,)+) => {
        &[$(File {
            name: $name,
            aliases: &$aliases,
            version: $version,
            packed: include_bytes!(concat!(env!("OUT_DIR"), "/catalog/", $name, "/", $version, ".toml")),
        },)+]
    };
}

/// Every file, sorted by product, then oldest version first. A test holds it against the folder.
pub const FILES: &[File] = files! {
    "aiven" [] "2024",
    "aiven" [] "2026",
    "apinizer" [] "2026.01",
    "apinizer" [] "2026.04",
    "cilium" [] "1.20",
    "deckhouse" ["dkp", "deckhouse-kubernetes-platform"] "1.61",
    "deckhouse" ["dkp", "deckhouse-kubernetes-platform"] "1.69",
    "deckhouse" ["dkp", "deckhouse-kubernetes-platform"] "1.77",
    "elasticsearch" [] "9",
    "elma365" ["elma-365"] "2025",
    "etcd" [] "3.7",
    "ibm-api-connect" ["api-connect", "apic"] "5.0",
    "ibm-api-connect" ["api-connect", "apic"] "10.0",
    "kong" ["kong-gateway"] "0.10",
    "kong" ["kong-gateway"] "3",
    "kubernetes" ["k8s"] "1",
    "minio" [] "2025",
    "mongodb" [] "8.3",
    "postgresql" ["postgres"] "18",
    "rabbitmq" [] "4",
    "redis" [] "8",
    "valkey" [] "9",
};
