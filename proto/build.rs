//! Generates what is compiled into the program: Rust from the proto files, and the table of the packed product files.
//!
//! The library has the server's half of the services and the tests have the client's, each in a folder of `OUT_DIR`, so that the
//! library never sees the client. The packed product files have the same paths in `OUT_DIR` as in the repository.

use miniz_oxide::deflate::compress_to_vec;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{env, fs, io};
use toml::de::{DeTable, DeValue};

const FILES: [&str; 3] = ["tfplugin5.proto", "grpc_controller.proto", "health.proto"];

/// The highest compression level of DEFLATE.
const BEST: u8 = 10;

fn main() -> io::Result<()> {
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    services(&out)?;
    catalogue(&out)
}

fn services(out: &Path) -> io::Result<()> {
    println!("cargo::rerun-if-changed=proto");
    let files = protox::compile(FILES, ["proto"]).map_err(io::Error::other)?;
    for half in ["server", "client"] {
        let folder = out.join(half);
        fs::create_dir_all(&folder)?;
        tonic_prost_build::configure()
            .build_server(half == "server")
            .build_client(half == "client")
            .build_transport(false)
            // Calls that this provider does not implement, such as functions and actions, are answered with `Unimplemented`.
            .generate_default_stubs(true)
            // A state may have 60 MB; it is not copied out of its message.
            .bytes(".")
            .out_dir(&folder)
            .compile_fds(files.clone())?;
    }
    Ok(())
}

/// Packs every product file, since such text shrinks to a quarter, and lists them in `catalog.rs`, sorted by product, then oldest
/// version first.
fn catalogue(out: &Path) -> io::Result<()> {
    println!("cargo::rerun-if-changed=catalog");
    let mut files = Vec::new();
    let mut languages = BTreeSet::new();
    for product in names("catalog")? {
        let folder = format!("catalog/{product}");
        if !Path::new(&folder).is_dir() {
            continue;
        }
        fs::create_dir_all(out.join(&folder))?;
        let in_folder = names(&folder)?.into_iter();
        let versions = in_folder.filter_map(|it| Some(it.strip_suffix(".toml")?.to_owned()));
        let mut versions: Vec<String> = versions.collect();
        versions.sort_by_cached_key(|it| numbers(it));
        for version in versions {
            let path = format!("{folder}/{version}.toml");
            let text = fs::read_to_string(&path)?;
            fs::write(out.join(&path), compress_to_vec(text.as_bytes(), BEST))?;
            let file = DeTable::parse(&text);
            let file = file.map_err(|it| io::Error::other(format!("{path}: {it}")))?;
            let aliases = aliases(file.get_ref());
            languages_in(file.get_ref(), &mut languages);
            let packed = format!("/{path}");
            files.push(format!(
                "File {{ name: {product:?}, aliases: &{aliases:?}, version: {version:?}, packed: include_bytes!(concat!(env!(\"OUT_DIR\"), {packed:?})) }}",
            ));
        }
    }
    let table = format!(
        "/// Every product file, sorted by product, then oldest version first.\npub const FILES: &[File] = &[\n{},\n];\n\
            /// The languages of their texts, sorted.\npub const LANGUAGES: &[&str] = &{languages:?};\n",
        files.join(",\n"),
        languages = Vec::from_iter(languages),
    );
    fs::write(out.join("catalog.rs"), table)
}

/// What is in a folder, sorted.
fn names(folder: &str) -> io::Result<Vec<String>> {
    let entries =
        fs::read_dir(folder)?.map(|it| Ok(it?.file_name().to_string_lossy().into_owned()));
    let mut names = entries.collect::<io::Result<Vec<String>>>()?;
    names.sort_unstable();
    Ok(names)
}

/// The numbers of a version, by which versions are in order: 5.0 is before 10.0.
fn numbers(version: &str) -> Vec<Option<u32>> {
    version.split('.').map(|it| it.parse().ok()).collect()
}

/// The other names of a product, by which it is found without unpacking its file.
fn aliases(file: &DeTable<'_>) -> Vec<String> {
    let aliases = file.get("aliases").and_then(|it| it.get_ref().as_array());
    let aliases = aliases.into_iter().flat_map(|it| it.iter());
    let texts = aliases.filter_map(|it| it.get_ref().as_str());
    texts.map(str::to_owned).collect()
}

/// The languages of the texts in a table: the keys of every table that has `en`.
fn languages_in(table: &DeTable<'_>, found: &mut BTreeSet<String>) {
    if table.contains_key("en") {
        found.extend(table.keys().map(|it| it.get_ref().to_string()));
    }
    for value in table.values() {
        match value.get_ref() {
            DeValue::Table(inner) => languages_in(inner, found),
            DeValue::Array(items) => {
                let tables = items.iter().filter_map(|it| it.get_ref().as_table());
                tables.for_each(|it| languages_in(it, found));
            }
            _ => {}
        }
    }
}
