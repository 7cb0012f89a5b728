//! Makes what the program carries: Rust from the proto files, and the product files packed.
//!
//! Of the services the library has the server's half and the tests the client's, each in a folder of `OUT_DIR`; the library never
//! sees the client. The product files lie in `OUT_DIR` under the paths that they have in the repository.

use miniz_oxide::deflate::compress_to_vec;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

const FILES: [&str; 3] = ["tfplugin5.proto", "grpc_controller.proto", "health.proto"];

/// The highest level that the format knows.
const BEST: u8 = 10;

fn main() -> io::Result<()> {
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    services(&out)?;
    pack(Path::new("catalog"), &out)
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
            // What a provider without functions, ephemeral resources or actions leaves out is answered `Unimplemented`.
            .generate_default_stubs(true)
            // A state of 60 MB is not copied out of the message that brought it.
            .bytes(".")
            .out_dir(&folder)
            .compile_fds(files.clone())?;
    }
    Ok(())
}

/// Packs the product files of a folder and those in it: such text shrinks to a quarter, or it would be a tenth of the program.
fn pack(folder: &Path, out: &Path) -> io::Result<()> {
    println!("cargo::rerun-if-changed={}", folder.display());
    fs::create_dir_all(out.join(folder))?;
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            pack(&path, out)?;
        } else if path.extension().is_some_and(|it| it == "toml") {
            fs::write(out.join(&path), compress_to_vec(&fs::read(&path)?, BEST))?;
        }
    }
    Ok(())
}
