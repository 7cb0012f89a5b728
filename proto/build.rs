//! Turns the proto files into Rust: the server's half for the library, the client's half for the tests.
//!
//! Both lie in `OUT_DIR`, each in a folder of its own; the library never sees the client.

use std::path::PathBuf;
use std::{env, fs, io};

const FILES: [&str; 3] = ["tfplugin5.proto", "grpc_controller.proto", "health.proto"];

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=proto");
    let files = protox::compile(FILES, ["proto"]).map_err(io::Error::other)?;
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
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
