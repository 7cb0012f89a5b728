//! Generates what is compiled into the program: Rust from the proto files, and the table of the packed product files.
//!
//! The library has the server's half of the services and the tests have the client's, each in a folder of `OUT_DIR`, so that the
//! library never sees the client. The packed product files have the same paths in `OUT_DIR` as in the repository.

use miniz_oxide::deflate::compress_to_vec;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

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
            // Calls that this provider does not implement, such as actions, are answered with `Unimplemented`.
            .generate_default_stubs(true)
            // A state may have 60 MB; it is not copied out of its message.
            .bytes(".")
            .out_dir(&folder)
            .compile_fds(files.clone())?;
    }
    Ok(())
}

/// Packs every product file and the index, since such text shrinks to a quarter, and lists the files in `catalog.rs`, sorted by
/// product, then oldest version first. Adding a product is adding its file.
fn catalogue(out: &Path) -> io::Result<()> {
    println!("cargo::rerun-if-changed=catalog");
    let mut files = Vec::new();
    for product in names("catalog")? {
        let folder = format!("catalog/{product}");
        if !Path::new(&folder).is_dir() {
            continue;
        }
        let in_folder = names(&folder)?.into_iter();
        let versions = in_folder.filter_map(|it| Some(it.strip_suffix(".toml")?.to_owned()));
        let mut versions: Vec<String> = versions.collect();
        versions.sort_by_cached_key(|it| numbers(it));
        for version in versions {
            let packed = packed(out, &format!("{folder}/{version}.toml"))?;
            files.push(format!(
                "File {{ name: {product:?}, version: {version:?}, packed: {packed} }}",
            ));
        }
    }
    let table = format!(
        "/// Every product file, sorted by product, then oldest version first.\npub const FILES: &[File] = &[\n{},\n];\n\
            pub(super) const PACKED_PRODUCTS: &[u8] = {};\npub(super) const PACKED_FLOWS: &[u8] = {};\n",
        files.join(",\n"),
        packed(out, "catalog/products.tsv")?,
        packed(out, "catalog/flows.tsv")?,
    );
    fs::write(out.join("catalog.rs"), table)
}

/// Packs a file into the same path in `OUT_DIR`: an expression for its bytes.
fn packed(out: &Path, path: &str) -> io::Result<String> {
    let text = fs::read(path).map_err(|it| io::Error::other(format!("{path}: {it}")))?;
    let to = out.join(path);
    fs::create_dir_all(to.parent().unwrap_or(out))?;
    fs::write(to, compress_to_vec(&text, BEST))?;
    let path = format!("/{path}");
    Ok(format!(
        "include_bytes!(concat!(env!(\"OUT_DIR\"), {path:?}))"
    ))
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
