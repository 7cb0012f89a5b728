//! The CLIs: where they are found, the folders that they run in, and what they say.

use crate::end_to_end::attached::Aws;
use crate::end_to_end::folders::copy;
use crate::end_to_end::modules;
use crate::end_to_end::plan::Plan;
use crate::end_to_end::programs::{platform, program};
use crate::end_to_end::running::Running;
use crate::support::program::under_test;
use serde_json::Value;
use std::env;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use tempfile::TempDir;

/// What no output may hold: the words of a panic, and those in which a CLI blames a provider.
const NEVER: [&str; 5] = [
    "panicked",
    "bug in the provider",
    "This is a bug",
    "plugin crashed",
    "Plugin did not respond",
];

/// A CLI that may be there.
pub(crate) struct Kind {
    pub(crate) name: String,
    /// Its program, or why there is none.
    program: Result<PathBuf, String>,
    /// The registry that an address without a host means.
    host: &'static str,
}

/// How many kinds are always asked for.
pub(crate) const TWO: usize = 2;

/// Terraform and OpenTofu, and the further builds of Terraform that a variable names: paths with `:` between them, each in a folder
/// that has the name of the build.
pub(crate) fn kinds() -> Vec<Kind> {
    let known = [
        ("terraform", "PORTMATRIX_TERRAFORM", "registry.terraform.io"),
        ("tofu", "PORTMATRIX_TOFU", "registry.opentofu.org"),
    ];
    let known = known.map(|(name, variable, host)| Kind {
        name: name.to_owned(),
        program: program(name, variable),
        host,
    });
    let further = env::var_os("PORTMATRIX_FURTHER_CLIS").unwrap_or_default();
    let further = env::split_paths(&further).filter(|it| !it.as_os_str().is_empty());
    let further = further.map(|path| Kind {
        name: path
            .parent()
            .and_then(Path::file_name)
            .map_or_else(String::new, |it| it.to_string_lossy().into_owned()),
        program: if path.is_file() {
            Ok(path)
        } else {
            Err(format!("{} is not a file", path.display()))
        },
        host: "registry.terraform.io",
    });
    known.into_iter().chain(further).collect()
}

/// A CLI that is there, with settings of its own: the user's are neither read nor written.
pub(crate) struct Cli {
    pub(crate) name: String,
    pub(crate) host: &'static str,
    pub(crate) program: PathBuf,
    folder: TempDir,
    /// Whether the data folder that most roots share was filled.
    prepared: OnceLock<()>,
}

impl Cli {
    /// The CLI, or why there is none.
    pub(crate) fn find(kind: Kind) -> Result<Cli, String> {
        let program = kind.program?;
        let folder = tempfile::tempdir().expect("a folder");
        let cli = Cli {
            name: kind.name,
            host: kind.host,
            program,
            folder,
            prepared: OnceLock::new(),
        };
        cli.offer(
            "portmatrix/portmatrix",
            env!("CARGO_PKG_VERSION"),
            Path::new(under_test()),
        );
        let config = format!(
            "provider_installation {{\n  filesystem_mirror {{\n    path = \"{}\"\n  }}\n}}\n",
            cli.mirror().display()
        );
        fs::write(cli.config(), config).expect("settings");
        Ok(cli)
    }

    /// Puts a provider's program into the mirror from which this CLI installs.
    pub(crate) fn offer(&self, address: &str, version: &str, program: &Path) {
        let folder = self
            .mirror()
            .join(self.host)
            .join(address)
            .join(version)
            .join(platform());
        let name = address.rsplit('/').next().expect("a name");
        let suffix = env::consts::EXE_SUFFIX;
        let target = folder.join(format!("terraform-provider-{name}_v{version}{suffix}"));
        fs::create_dir_all(folder).expect("a folder in the mirror");
        // Another test may offer the same program at the same time.
        if let Err(error) = std::os::unix::fs::symlink(program, target) {
            assert_eq!(error.kind(), ErrorKind::AlreadyExists, "{error}");
        }
    }

    fn mirror(&self) -> PathBuf {
        self.folder.path().join("mirror")
    }

    fn config(&self) -> PathBuf {
        self.folder.path().join("cli.tfrc")
    }

    /// The data folder of every root that uses this provider alone. It is only read once it is filled.
    fn shared_data(&self) -> PathBuf {
        let data = self.folder.path().join("data");
        self.prepared.get_or_init(|| {
            let root = self.folder.path().join("root");
            fs::create_dir(&root).expect("a folder");
            fs::write(root.join("main.tf"), REQUIRED).expect("a configuration");
            let run = Call::new(self, &root, &data).run(&["init"]);
            run.succeeds();
        });
        data
    }
}

/// The head of every configuration that is written here.
pub(crate) const REQUIRED: &str = r#"terraform {
  required_providers {
    portmatrix = { source = "portmatrix/portmatrix" }
  }
}
"#;

/// The folder of an example.
pub(crate) fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("examples")
        .join(name)
}

/// A folder with a configuration, and its state.
pub(crate) struct Root<'c> {
    cli: &'c Cli,
    folder: TempDir,
    data: PathBuf,
    /// The AWS provider, once a command needed it.
    pub(super) aws: Aws,
}

impl<'c> Root<'c> {
    /// A root of this provider alone. The text is in `main.tf`, after the head that says where the provider comes from.
    pub(crate) fn new(cli: &'c Cli, main: &str) -> Root<'c> {
        let root = Root::sharing(cli);
        root.main(main);
        root
    }

    /// A copy of an example that needs this provider alone.
    pub(crate) fn example(cli: &'c Cli, name: &str) -> Root<'c> {
        let root = Root::sharing(cli);
        copy(&example(name), root.folder.path());
        root
    }

    /// An empty folder with the data folder that others have, and its lock file.
    fn sharing(cli: &'c Cli) -> Root<'c> {
        let root = Root {
            data: cli.shared_data(),
            ..Root::empty(cli)
        };
        let lock = cli.folder.path().join("root/.terraform.lock.hcl");
        fs::copy(lock, root.path(".terraform.lock.hcl")).expect("a lock file");
        root
    }

    /// A copy of an example with a data folder of its own, to be initialised as a user does it.
    pub(crate) fn copied(cli: &'c Cli, name: &str) -> Root<'c> {
        let root = Root::empty(cli);
        copy(&example(name), root.folder.path());
        modules::brought_along(&root);
        root
    }

    /// An empty folder with a data folder of its own.
    pub(crate) fn empty(cli: &'c Cli) -> Root<'c> {
        let folder = tempfile::tempdir().expect("a folder");
        let data = folder.path().join(".terraform");
        Root {
            cli,
            folder,
            data,
            aws: Aws::default(),
        }
    }

    /// Replaces `main.tf`.
    pub(crate) fn main(&self, text: &str) {
        self.write("main.tf", &format!("{REQUIRED}{text}"));
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).expect("a file");
    }

    /// Changes a file by replacing one text that occurs in it.
    pub(crate) fn edit(&self, name: &str, edits: &[(&str, &str)]) {
        let mut text = self.read(name);
        for (old, new) in edits {
            assert!(text.contains(old), "`{name}` holds no `{old}`:\n{text}");
            text = text.replace(old, new);
        }
        self.write(name, &text);
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).expect("a file")
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A command that is not run yet, for a variable or two in its environment.
    pub(crate) fn call(&self) -> Call<'_> {
        Call::new(self.cli, self.folder.path(), &self.data)
    }

    /// Runs a command, next to the AWS provider where the folder needs it.
    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        let mut call = self.call();
        let (folder, host) = (self.folder.path(), self.cli.host);
        for (name, value) in self.aws.variables(arguments, folder, host) {
            call = call.env(name, &value);
        }
        call.run(arguments)
    }

    /// The program's own command `try`, with this CLI and in this folder.
    pub(crate) fn try_it(&self, arguments: &[&str]) -> Run {
        let mut call = self.call();
        let mut command = Command::new(under_test());
        command
            .arg("try")
            .arg("--cli")
            .arg(&self.cli.program)
            .arg(self.folder.path())
            .arg("--")
            .args(arguments)
            .env("TF_CLI_CONFIG_FILE", self.cli.config())
            .env("TF_DATA_DIR", &self.data)
            .env("CHECKPOINT_DISABLE", "1");
        call.command = command;
        call.finish(&format!("try -- {}", arguments.join(" ")))
    }

    /// The program's own command `review`, on what `show -json` prints of a saved plan or, without one, of the state.
    pub(crate) fn review(&self, saved: &[&str], arguments: &[&str]) -> Run {
        let shown = self.run(&[&["show", "-json"], saved].concat());
        shown.succeeds();
        self.write("shown.json", &shown.stdout);
        self.reviewed("shown.json", arguments)
    }

    /// The program's own command `review`, on a file in this folder.
    pub(crate) fn reviewed(&self, file: &str, arguments: &[&str]) -> Run {
        let mut call = self.call();
        let mut command = Command::new(under_test());
        command
            .current_dir(self.folder.path())
            .args(["review", file])
            .args(arguments);
        call.command = command;
        call.finish(&format!("review {}", arguments.join(" ")))
    }

    pub(crate) fn apply(&self) -> Run {
        let run = self.run(&["apply", "-auto-approve"]);
        run.succeeds();
        run
    }

    /// A plan that is saved as `saved.tfplan`, as its JSON.
    pub(crate) fn plan(&self) -> Plan {
        self.plan_with(&[])
    }

    pub(crate) fn plan_with(&self, arguments: &[&str]) -> Plan {
        let run = self.run(&[&["plan", "-out=saved.tfplan"], arguments].concat());
        run.succeeds();
        let shown = self.run(&["show", "-json", "saved.tfplan"]);
        shown.succeeds();
        Plan::read(&shown.stdout, run.said)
    }

    /// A plan that has nothing to do.
    pub(crate) fn has_nothing_to_do(&self) {
        let run = self.run(&["plan", "-detailed-exitcode"]);
        assert_eq!(run.code, 0, "{run}");
    }

    /// Destroys everything; the state is empty then.
    pub(crate) fn destroy(&self) {
        self.run(&["destroy", "-auto-approve"]).succeeds();
        let left = self.run(&["state", "list"]);
        assert_eq!(left.stdout.trim(), "", "{left}");
    }

    /// The resources of a type in the state, by address.
    pub(crate) fn every(&self, kind: &str) -> Vec<(String, Value)> {
        let run = self.run(&["show", "-json"]);
        run.succeeds();
        let state: Value = serde_json::from_str(&run.stdout).expect("JSON");
        let mut found = Vec::new();
        let mut modules = vec![&state["values"]["root_module"]];
        while let Some(module) = modules.pop() {
            let all = |name: &str| module[name].as_array().into_iter().flatten();
            found.extend(all("resources").filter(|it| it["type"] == kind));
            modules.extend(all("child_modules"));
        }
        let address = |it: &Value| it["address"].as_str().expect("an address").to_owned();
        let values = found
            .into_iter()
            .map(|it| (address(it), it["values"].clone()));
        values.collect()
    }

    /// The outputs of the root.
    pub(crate) fn outputs(&self) -> Value {
        let run = self.run(&["output", "-json"]);
        run.succeeds();
        let outputs: Value = serde_json::from_str(&run.stdout).expect("JSON");
        let plain = outputs
            .as_object()
            .expect("outputs")
            .iter()
            .map(|(name, it)| (name.clone(), it["value"].clone()))
            .collect();
        Value::Object(plain)
    }
}

/// A command of a CLI.
pub(crate) struct Call<'c> {
    cli: &'c Cli,
    folder: &'c Path,
    pub(crate) command: Command,
}

impl<'c> Call<'c> {
    fn new(cli: &'c Cli, folder: &'c Path, data: &Path) -> Call<'c> {
        let mut command = Command::new(&cli.program);
        for (name, _) in env::vars_os() {
            let name_text = name.to_string_lossy();
            if name_text.starts_with("TF_") || name_text.starts_with("AWS_") {
                command.env_remove(&name);
            }
        }
        command
            .current_dir(folder)
            .env("TF_CLI_CONFIG_FILE", cli.config())
            .env("TF_DATA_DIR", data)
            .env("CHECKPOINT_DISABLE", "1");
        Call {
            cli,
            folder,
            command,
        }
    }

    pub(crate) fn env(mut self, name: &str, value: &str) -> Call<'c> {
        self.command.env(name, value);
        self
    }

    /// Without this variable.
    pub(crate) fn without(mut self, name: &str) -> Call<'c> {
        self.command.env_remove(name);
        self
    }

    /// From a shell that does this first: limits, masks, mounts, redirections.
    pub(crate) fn after(mut self, script: &str) -> Call<'c> {
        let mut shell = Command::new("sh");
        shell
            .arg("-c")
            .arg(format!("{script}\nexec \"$0\" \"$@\""))
            .arg(self.command.get_program())
            .current_dir(self.folder);
        for (name, value) in self.command.get_envs() {
            match value {
                Some(value) => shell.env(name, value),
                None => shell.env_remove(name),
            };
        }
        self.command = shell;
        self
    }

    /// Runs it. Whatever it says, it never says the words of [`NEVER`].
    pub(crate) fn run(self, arguments: &[&str]) -> Run {
        self.start(arguments).ended().has_no_findings()
    }

    /// Starts it, for something to be done to it while it runs.
    pub(crate) fn start(mut self, arguments: &[&str]) -> Running {
        let (verb, rest) = arguments.split_first().expect("a command");
        // Options come before what a command acts on.
        let options: &[&str] = match *verb {
            "init" | "plan" | "apply" | "destroy" | "import" => &["-no-color", "-input=false"],
            "validate" => &["-no-color"],
            _ => &[],
        };
        self.command.arg(verb).args(options).args(rest);
        let line = format!("{} {}", self.cli.name, arguments.join(" "));
        Running::start(self.command, &line, self.folder)
    }

    pub(crate) fn finish(self, line: &str) -> Run {
        Running::start(self.command, line, self.folder)
            .ended()
            .has_no_findings()
    }
}

/// A command that ended.
pub(crate) struct Run {
    pub(crate) line: String,
    pub(crate) code: i32,
    /// All that it said, as running text.
    pub(crate) said: String,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Run {
    /// What a command said until its end.
    pub(crate) fn new(line: String, code: i32, stdout: String, stderr: String) -> Run {
        Run {
            line,
            code,
            said: plain(&format!("{stdout}\n{stderr}")),
            stdout,
            stderr,
        }
    }

    fn has_no_findings(self) -> Run {
        for words in NEVER {
            assert!(!self.said.contains(words), "{words}: {self}");
        }
        self
    }

    pub(crate) fn succeeds(&self) {
        assert_eq!(self.code, 0, "{self}");
    }

    pub(crate) fn fails(&self) {
        assert_eq!(self.code, 1, "{self}");
    }

    pub(crate) fn says(&self, words: &str) {
        assert!(self.said.contains(words), "not said: {words}\n{self}");
    }

    pub(crate) fn does_not_say(&self, words: &str) {
        assert!(!self.said.contains(words), "said: {words}\n{self}");
    }
}

impl std::fmt::Display for Run {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "`{}` ended with {}", self.line, self.code)?;
        write!(f, "{}\n{}", self.stdout, self.stderr)
    }
}

/// Text without frames, line breaks and indentation, so that it does not matter where a CLI breaks a line.
pub(crate) fn plain(text: &str) -> String {
    let unframed = text.replace(['│', '╷', '╵'], " ");
    unframed.split_whitespace().collect::<Vec<_>>().join(" ")
}
