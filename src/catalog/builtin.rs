//! The product files that the binary carries. They are parsed only when they are asked for.

/// One file of `catalog/`.
pub struct File {
    /// The product, which is the folder.
    pub name: &'static str,
    /// Other names by which it goes, as the file has them.
    pub aliases: &'static [&'static str],
    /// The release line, which is the file's name.
    pub version: &'static str,
    /// The text.
    pub text: &'static str,
}

/// Declares the table from paths, so that a file and its row cannot differ.
macro_rules! files {
    ($($name:literal $aliases:tt $version:literal,)+) => {
        &[$(File {
            name: $name,
            aliases: &$aliases,
            version: $version,
            text: include_str!(concat!("../../catalog/", $name, "/", $version, ".toml")),
        },)+]
    };
}

/// Every file, sorted by product, then oldest version first. A test holds it against the folder.
pub const FILES: &[File] = files! {
    "kong" ["kong-gateway"] "0.10",
    "kong" ["kong-gateway"] "3",
};
