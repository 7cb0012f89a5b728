//! `try`: terraform or tofu in a directory, with this build as the provider and nothing installed.

use super::{CommandError, Exit};
use crate::provider::ADDRESS;
use lexopt::Arg;
use std::env;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::TempDir;
use tokio::runtime::{self, Runtime};

/// The registries whose address a configuration may mean.
const HOSTS: [&str; 2] = ["registry.terraform.io", "registry.opentofu.org"];

/// How the name of the program begins, whatever its version.
const NAME: &str = "terraform-provider-portmatrix";

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The CLIs, in the order in which they are looked for.
const CLIS: [&str; 2] = ["terraform", "tofu"];

pub(super) fn run(mut parser: lexopt::Parser) -> Result<Exit, CommandError> {
    let (mut cli, mut folder, mut arguments) = (None, None, Vec::new());
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Long("cli") => cli = Some(PathBuf::from(parser.value()?)),
            Arg::Value(it) if folder.is_none() => {
                folder = Some(PathBuf::from(it));
                // What follows `--` is the CLI's, options and all.
                let rest: Vec<OsString> = parser.raw_args()?.collect();
                match rest.split_first() {
                    None => {}
                    Some((dashes, rest)) if dashes == "--" => arguments = rest.to_vec(),
                    Some((other, _)) => {
                        return Err(CommandError::usage(format!(
                            "unexpected `{}` before `--`; put the CLI's arguments after it",
                            other.to_string_lossy()
                        )));
                    }
                }
            }
            other => return Err(other.unexpected().into()),
        }
    }
    let folder = folder
        .ok_or_else(|| CommandError::usage("`try` needs the directory of a configuration"))?;
    if !folder.is_dir() {
        return Err(CommandError(format!(
            "directory `{}` does not exist",
            folder.display()
        )));
    }
    let cli = cli.or_else(|| CLIS.iter().find_map(|it| on_path(it))).ok_or_else(|| {
        CommandError(
            "neither `terraform` nor `tofu` is on PATH; install Terraform (https://developer.hashicorp.com/terraform/install) or OpenTofu \
                (https://opentofu.org/docs/intro/install/), or specify one with `--cli`"
                .to_owned(),
        )
    })?;
    if arguments.is_empty() {
        arguments = vec!["plan".into()];
    }
    let scratch = Scratch::new()?;
    let config = scratch.0.path().join("cli.tfrc");
    let program = env::current_exe()?;
    let mirror = scratch.mirror(&program)?;
    let folder_of_program = override_folder(&program, &mirrored(&mirror, HOSTS[0]));
    fs::write(
        &config,
        cli_config(&folder_of_program, &mirror, users_config().as_deref()),
    )?;
    let in_folder = |arguments: &[OsString]| {
        let mut command = Command::new(&cli);
        command
            .current_dir(&folder)
            .args(arguments)
            .env("TF_CLI_CONFIG_FILE", &config);
        if env::var_os("TF_DATA_DIR").is_none() {
            command.env("TF_DATA_DIR", scratch.0.path().join("data"));
        }
        command
    };
    // Other providers and modules of the configuration must be installed; this provider is used from where it was built,
    // so an init that fails may not matter.
    let _interrupts = ignore_interrupts()?;
    let lock = Kept::new(folder.join(".terraform.lock.hcl"));
    let init = in_folder(&["init".into(), "-input=false".into(), "-no-color".into()])
        .stdin(Stdio::null())
        .output();
    let init =
        init.map_err(|error| CommandError(format!("cannot run `{}`: {error}", cli.display())))?;
    let status = in_folder(&arguments).status()?;
    drop(lock);
    if !status.success() && !init.status.success() {
        let output = [init.stdout, init.stderr].concat();
        return Err(CommandError(format!(
            "`{} init` failed in `{}`:\n{}",
            cli.display(),
            folder.display(),
            String::from_utf8_lossy(&output)
        )));
    }
    Ok(status
        .code()
        .and_then(|it| u8::try_from(it).ok())
        .map_or(Exit::Found, Exit::Code))
}

/// As long as this is kept, an interrupt does not end this process. It reaches the CLI as well, which knows how to end, and what
/// was made for it is still removed afterwards.
fn ignore_interrupts() -> std::io::Result<Runtime> {
    let mut runtime = runtime::Builder::new_multi_thread();
    let runtime = runtime.worker_threads(1).enable_all().build()?;
    runtime.spawn(async { while tokio::signal::ctrl_c().await.is_ok() {} });
    Ok(runtime)
}

/// The user's own CLI settings, with this build in place of the registry's provider. `init` finds it in the mirror, every
/// other command in its folder.
fn cli_config(folder: &Path, mirror: &Path, users: Option<&str>) -> String {
    let slashed = |path: &Path| path.display().to_string().replace('\\', "/");
    let folder = slashed(folder);
    let overrides = HOSTS
        .map(|host| format!("    \"{host}/{ADDRESS}\" = \"{folder}\"\n"))
        .concat();
    let ours = HOSTS.map(|host| format!("\"{host}/{ADDRESS}\"")).join(", ");
    let first = format!(
        "\n  dev_overrides {{\n{overrides}  }}\n  filesystem_mirror {{\n    path    = \"{}\"\n    include = [{ours}]\n  }}\n",
        slashed(mirror)
    );
    let users = users.unwrap_or_default();
    match find_block(users, "provider_installation") {
        Some(at) => format!("{}{first}{}", &users[..at], &users[at..]),
        None => format!(
            "{users}\nprovider_installation {{{first}  direct {{\n    exclude = [{ours}]\n  }}\n}}\n"
        ),
    }
}

/// Where the CLI is to look for the program: in its own folder, unless it has another name or another file there comes first. The CLI uses
/// the first one whose name is a provider's, and that may be the zip in which the program came.
fn override_folder(program: &Path, mirrored: &Path) -> PathBuf {
    let folder = program.parent().unwrap_or(Path::new("."));
    let is_provider = |name: &OsStr| name.to_string_lossy().starts_with(NAME);
    let comes_first = |other: &OsString| {
        is_provider(other) && program.file_name().is_some_and(|it| other.as_os_str() < it)
    };
    let is_named = program.file_name().is_some_and(is_provider);
    let is_first = fs::read_dir(folder)
        .is_ok_and(|mut files| !files.any(|it| it.is_ok_and(|it| comes_first(&it.file_name()))));
    if is_named && is_first {
        folder
    } else {
        mirrored
    }
    .to_owned()
}

/// The folder of the program in a mirror.
fn mirrored(mirror: &Path, host: &str) -> PathBuf {
    let platform = format!("{}_{}", system(), architecture());
    mirror.join(host).join(ADDRESS).join(VERSION).join(platform)
}

/// The byte after the opening brace of a block that is not commented out.
fn find_block(text: &str, name: &str) -> Option<usize> {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if let Some(rest) = line.trim_start().strip_prefix(name)
            && rest.trim_start().starts_with('{')
        {
            return line.find('{').map(|brace| at + brace + 1);
        }
        at += line.len();
    }
    None
}

/// The text of the settings file that the CLI would read.
fn users_config() -> Option<String> {
    let named = env::var_os("TF_CLI_CONFIG_FILE").map(PathBuf::from);
    let home = env::var_os("HOME").map(|it| PathBuf::from(it).join(".terraformrc"));
    let roaming = env::var_os("APPDATA").map(|it| PathBuf::from(it).join("terraform.rc"));
    named
        .or(if cfg!(windows) { roaming } else { home })
        .and_then(|it| fs::read_to_string(it).ok())
}

fn on_path(name: &str) -> Option<PathBuf> {
    let name = format!("{name}{}", env::consts::EXE_SUFFIX);
    env::split_paths(&env::var_os("PATH")?)
        .map(|it| it.join(&name))
        .find(|it| it.is_file())
}

/// The operating system, as the CLIs name it.
fn system() -> &'static str {
    if env::consts::OS == "macos" {
        "darwin"
    } else {
        env::consts::OS
    }
}

/// The processor, as the CLIs name it.
fn architecture() -> &'static str {
    match env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    }
}

/// A file whose content is restored when this is dropped.
struct Kept {
    path: PathBuf,
    content: Option<Vec<u8>>,
}

impl Kept {
    fn new(path: PathBuf) -> Kept {
        let content = fs::read(&path).ok();
        Kept { path, content }
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        // If this fails, what `init` wrote stays, as after any `init`.
        let _ = match &self.content {
            Some(content) => fs::write(&self.path, content),
            None => fs::remove_file(&self.path),
        };
    }
}

/// A folder that is removed when the command ends. What cannot be removed is in the system's folder for such things.
struct Scratch(TempDir);

impl Scratch {
    /// Where only this user can enter: the CLI starts what lies there.
    fn new() -> std::io::Result<Scratch> {
        let mut folder = tempfile::Builder::new();
        folder.prefix("portmatrix-try-");
        #[cfg(unix)]
        folder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
        folder.tempdir().map(Scratch)
    }

    /// A folder in the layout of a plugin mirror, with the program in it.
    fn mirror(&self, program: &Path) -> std::io::Result<PathBuf> {
        let mirror = self.0.path().join("mirror");
        for host in HOSTS {
            let folder = mirrored(&mirror, host);
            fs::create_dir_all(&folder)?;
            let target = folder.join(format!("{NAME}_v{VERSION}{}", env::consts::EXE_SUFFIX));
            if fs::hard_link(program, &target).is_err() {
                fs::copy(program, &target)?;
            }
        }
        Ok(mirror)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_users_own_settings_stay() {
        let (program, mirror) = (Path::new("/build"), Path::new("/scratch/mirror"));
        let mirrors = "# provider_installation {\nprovider_installation {\n  network_mirror { url = \"https://m.example/\" }\n}\n";
        let config = cli_config(program, mirror, Some(mirrors));
        assert!(
            config.contains("provider_installation {\n  dev_overrides {"),
            "{config}"
        );
        assert!(
            config.contains("network_mirror") && !config.contains("direct"),
            "{config}"
        );
        let config = cli_config(program, mirror, Some("disable_checkpoint = true\n"));
        assert!(
            config.starts_with("disable_checkpoint") && config.contains("direct {"),
            "{config}"
        );
        assert!(
            config.contains("\"registry.opentofu.org/portmatrix/portmatrix\" = \"/build\""),
            "{config}"
        );
    }

    #[test]
    fn a_zip_next_to_the_program_is_not_used() {
        let folder = tempfile::tempdir().expect("a folder");
        let program = folder.path().join(format!("{NAME}_v0.1.0"));
        let mirrored = Path::new("/scratch");
        for name in [
            &*format!("{NAME}_v0.1.0"),
            "main.tf",
            &format!("{NAME}_v0.1.0.d"),
        ] {
            fs::write(folder.path().join(name), "").expect("a file");
            assert_eq!(override_folder(&program, mirrored), folder.path());
        }
        let renamed = folder.path().join("portmatrix");
        assert_eq!(override_folder(&renamed, mirrored), mirrored);
        fs::write(
            folder.path().join(format!("{NAME}_0.1.0_linux_amd64.zip")),
            "",
        )
        .expect("a file");
        assert_eq!(override_folder(&program, mirrored), mirrored);
    }

    #[cfg(unix)]
    #[test]
    fn others_cannot_enter_the_scratch_folder() {
        use std::os::unix::fs::PermissionsExt;
        let (first, second) = (
            Scratch::new().expect("a folder"),
            Scratch::new().expect("another"),
        );
        assert_ne!(first.0.path(), second.0.path());
        let mode = fs::metadata(first.0.path())
            .expect("a folder")
            .permissions()
            .mode();
        assert_eq!(mode & 0o7777, 0o700);
    }
}
