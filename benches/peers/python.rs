//! Python with the libraries that are peers: what `PORTMATRIX_PYTHON` names, or a virtual environment under `target/`.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The libraries, of the versions that the guide tells of.
const PACKAGES: [&str; 2] = ["aerleon==1.18.0", "netaddr==1.3.0"];

/// The program that has the libraries.
pub(crate) struct Python {
    pub(crate) program: PathBuf,
    /// Its own version and those of the libraries.
    pub(crate) versions: Vec<String>,
}

impl Python {
    /// Makes the virtual environment where it is not there yet, or says why there is none.
    pub(crate) fn find() -> Result<Python, String> {
        let program = match env::var_os("PORTMATRIX_PYTHON") {
            Some(named) => named.into(),
            None => environment()?,
        };
        let script = "import platform\nfrom importlib.metadata import version as v\n\
                      print('Python '+platform.python_version(),*(f'{n} {v(n)}' for n in ('aerleon','netaddr')),sep='\\n')";
        let versions = said(Command::new(&program).args(["-c", script])).map_err(|why| {
            format!(
                "`{}` lacks one of {}: {why}",
                program.display(),
                PACKAGES.join(", ")
            )
        })?;
        let versions = versions.lines().map(str::to_owned).collect();
        Ok(Python { program, versions })
    }

    /// A version by the name that it begins with.
    pub(crate) fn version<'v>(&'v self, name: &'v str) -> &'v str {
        let found = self.versions.iter().find(|it| it.starts_with(name));
        found.map_or(name, String::as_str)
    }
}

fn environment() -> Result<PathBuf, String> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("peers-of-benches");
    let program = folder.join("bin/python");
    if !program.is_file() {
        said(Command::new("python3").args(["-m", "venv"]).arg(&folder))?;
    }
    let mut pip = Command::new(&program);
    pip.args(["-m", "pip", "install", "--quiet"]);
    pip.arg("--disable-pip-version-check").args(PACKAGES);
    said(&mut pip)?;
    Ok(program)
}

fn said(command: &mut Command) -> Result<String, String> {
    let output = command.stdin(Stdio::null()).output();
    let output = output.map_err(|error| format!("`{command:?}` does not start: {error}"))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        let why = String::from_utf8_lossy(&output.stderr).into_owned();
        Err(why.trim().lines().last().unwrap_or_default().to_owned())
    }
}
