//! Where the programs are that tests and benches start.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

/// The program of this name on PATH or in the variable; or why there is none.
pub(crate) fn program(name: &str, variable: &str) -> Result<PathBuf, String> {
    if let Some(named) = env::var_os(variable).map(PathBuf::from) {
        return if named.is_file() {
            Ok(named)
        } else {
            Err(format!(
                "{variable} names no file; let it name the program `{name}`"
            ))
        };
    }
    env::split_paths(&env::var_os("PATH").unwrap_or_default())
        .map(|it| it.join(format!("{name}{}", env::consts::EXE_SUFFIX)))
        .find(|it| it.is_file())
        .ok_or_else(|| {
            format!("`{name}` is not on PATH; install it, or let {variable} name the program")
        })
}

/// Operating system and processor, as mirrors name them.
pub(crate) fn platform() -> String {
    let system = match env::consts::OS {
        "macos" => "darwin",
        other => other,
    };
    let processor = match env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    };
    format!("{system}_{processor}")
}

/// How deep below the root of the file system a plugin mirror is looked for.
const DEPTH: usize = 4;

/// The version and program of the AWS provider in a plugin mirror of this machine.
pub(crate) fn aws_provider() -> Result<(String, PathBuf), String> {
    let mirrors = match env::var_os("PORTMATRIX_PLUGIN_MIRROR") {
        Some(named) => vec![PathBuf::from(named).join("registry.terraform.io")],
        None => mirrors(),
    };
    for mirror in mirrors {
        let versions = mirror.join("hashicorp/aws");
        let Ok(entries) = fs::read_dir(&versions) else {
            continue;
        };
        for version in entries.flatten() {
            let folder = version.path().join(platform());
            let program = fs::read_dir(folder).ok().and_then(|files| {
                files.flatten().map(|it| it.path()).find(|it| {
                    it.file_name().is_some_and(|it| {
                        it.to_string_lossy().starts_with("terraform-provider-aws")
                    })
                })
            });
            if let Some(program) = program {
                let version = version.file_name().to_string_lossy().into_owned();
                return Ok((version, program));
            }
        }
    }
    Err("no plugin mirror of this machine holds the AWS provider; let PORTMATRIX_PLUGIN_MIRROR name one \
         (`terraform providers mirror DIR` in `examples/kong-aws` makes it)"
        .to_owned())
}

/// Folders of mirrors near the root of the file system, where images for builds keep them.
fn mirrors() -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![(PathBuf::from("/"), 0)];
    while let Some((folder, depth)) = folders.pop() {
        let Ok(entries) = fs::read_dir(&folder) else {
            continue;
        };
        for entry in entries.flatten() {
            // A link may lead in a circle, and there are no programs in what the kernel shows as files.
            let is_folder = entry.file_type().is_ok_and(|it| it.is_dir());
            let path = entry.path();
            if !is_folder
                || ["/proc", "/sys", "/dev"]
                    .iter()
                    .any(|it| path == Path::new(it))
            {
                continue;
            }
            if entry.file_name() == "registry.terraform.io" {
                found.push(path);
            } else if depth + 1 < DEPTH {
                folders.push((path, depth + 1));
            }
        }
    }
    found.sort();
    found
}
