//! A real CLI with this provider: where it is found, and what its commands take.

use crate::clock::timed;
use crate::programs::program;
use crate::watch::{Watched, ended_children, watch};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;

pub(crate) const PROVIDER: &str = env!("CARGO_BIN_EXE_terraform-provider-portmatrix");

/// The CLIs, with the variables that name them where they are not on PATH.
const KINDS: [(&str, &str); 2] = [
    ("terraform", "PORTMATRIX_TERRAFORM"),
    ("tofu", "PORTMATRIX_TOFU"),
];

/// A CLI that is there, with settings of its own.
pub(crate) struct Cli {
    /// As it says itself, e.g. `Terraform v1.11.4`.
    pub(crate) version: String,
    program: PathBuf,
    scratch: TempDir,
}

/// What a command took: the CLI with all that it started, and each alone.
#[derive(Clone, Copy)]
pub(crate) struct Took {
    pub(crate) time: Duration,
    pub(crate) cpu: Duration,
    pub(crate) used: Watched,
}

impl Cli {
    /// Every CLI, or why it is not there.
    pub(crate) fn all() -> Vec<Result<Cli, String>> {
        KINDS
            .iter()
            .map(|(name, variable)| Cli::new(program(name, variable)?))
            .collect()
    }

    fn new(program: PathBuf) -> Result<Cli, String> {
        let scratch = tempfile::tempdir().unwrap();
        let folder = Path::new(PROVIDER).parent().unwrap().display().to_string();
        let entries = ["registry.terraform.io", "registry.opentofu.org"]
            .map(|host| format!("\"{host}/portmatrix/portmatrix\" = \"{folder}\"\n"));
        let config = format!(
            "provider_installation {{\n dev_overrides {{\n{}}}\n direct {{}}\n}}\n",
            entries.concat()
        );
        fs::write(scratch.path().join("cli.tfrc"), config).unwrap();
        let said = Command::new(&program)
            .arg("version")
            .env("TF_CLI_CONFIG_FILE", scratch.path().join("cli.tfrc"))
            .env("CHECKPOINT_DISABLE", "1")
            .output()
            .map_err(|error| format!("`{}` does not start: {error}", program.display()))?;
        let said = String::from_utf8_lossy(&said.stdout);
        Ok(Cli {
            version: said.lines().next().unwrap_or_default().to_owned(),
            program,
            scratch,
        })
    }

    /// A root module, with the values of its variable.
    pub(crate) fn folder(&self, name: &str, main: &str, values: Option<&str>) -> PathBuf {
        let folder = self.scratch.path().join(name);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("main.tf"), main).unwrap();
        if let Some(values) = values {
            fs::write(folder.join("rows.auto.tfvars.json"), values).unwrap();
        }
        folder
    }

    pub(crate) fn plan(&self, folder: &Path) -> Took {
        self.run(folder, &["plan", "-input=false", "-out=plan"])
    }

    pub(crate) fn apply(&self, folder: &Path) {
        self.run(folder, &["apply", "-input=false", "-auto-approve"]);
    }

    fn run(&self, folder: &Path, arguments: &[&str]) -> Took {
        let before = ended_children();
        let (time, (status, used)) = timed(|| {
            let mut process = Command::new(&self.program)
                .current_dir(folder)
                .args(arguments)
                .env("TF_CLI_CONFIG_FILE", self.scratch.path().join("cli.tfrc"))
                .env("CHECKPOINT_DISABLE", "1")
                .stdout(Stdio::null())
                .stderr(Stdio::inherit())
                .spawn()
                .unwrap();
            watch(process.id(), || process.wait().unwrap())
        });
        assert!(
            status.success(),
            "{arguments:?} failed in {}",
            folder.display()
        );
        Took {
            time,
            cpu: ended_children().saturating_sub(before),
            used,
        }
    }
}
