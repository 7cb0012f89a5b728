//! A reader of a page, who writes down and runs what it says.

use super::config::Config;
use super::page::Block;
use super::stand_in;
use crate::end_to_end::cli::{Cli, Root, Run, plain};
use crate::end_to_end::cloud::{moto, offer_aws, turned};
use crate::end_to_end::endpoint::Endpoint;
use crate::end_to_end::folders::copy;
use crate::end_to_end::modules;
use crate::support::program::under_test;
use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

/// What is in hand and not run yet, since the next block may say what comes of it.
enum Pending {
    Plan,
    /// A plan with these settings of the CLI.
    PlanWith(String),
    Test,
    Script(String),
    /// Commands of a workflow, which may find something.
    Steps(String),
}

/// Where the README says that a build is.
const RELEASE: &str = "<path of the clone>/target/release";

/// Providers by the beginning of their types.
const PROVIDERS: [&str; 5] = ["portmatrix", "aws", "azurerm", "google", "openstack"];

/// A folder, and how far the reader has come.
pub(super) struct Reader<'c> {
    cli: &'c Cli,
    /// Whether the AWS provider is the real one.
    on_aws: bool,
    root: Root<'c>,
    config: Config,
    /// The configuration before the last step.
    before: Config,
    pending: Option<Pending>,
    last: Option<Run>,
    installed: BTreeSet<&'static str>,
    /// How many modules were called when the CLI last made the folder ready.
    calls: usize,
    endpoint: Option<Endpoint>,
    /// The product file that was last on the page.
    product: String,
}

impl<'c> Reader<'c> {
    pub(super) fn new(cli: &'c Cli, on_aws: bool, context: &Path) -> Reader<'c> {
        let root = Root::empty(cli);
        let mut config = Config::default();
        if context.is_dir() {
            copy(context, &root.path("."));
            for entry in context.read_dir().expect("a folder").flatten() {
                if entry.path().extension().is_some_and(|it| it == "tf") {
                    config = Config::new(&fs::read_to_string(entry.path()).expect("a file"));
                    fs::remove_file(root.path(&entry.file_name().to_string_lossy()))
                        .expect("a copy");
                }
            }
        }
        modules::copied_to(&root);
        let programs = root.path(".programs");
        fs::create_dir(&programs).expect("a folder");
        symlink(&cli.program, programs.join("terraform")).expect("a link");
        symlink(under_test(), programs.join("terraform-provider-portmatrix")).expect("a link");
        Reader {
            cli,
            on_aws,
            root,
            before: config.clone(),
            config,
            pending: None,
            last: None,
            installed: BTreeSet::new(),
            calls: 0,
            endpoint: None,
            product: String::new(),
        }
    }

    /// Product files and files with a name are there from the beginning, wherever on the page they are. TOML that does not begin with
    /// `format` goes on with the product file before it.
    pub(super) fn keeps(&mut self, block: &Block) {
        if block.language == "toml" && !block.text.starts_with("format") {
            let whole = format!("{}\n{}", self.product, block.text);
            portmatrix::catalog::load(&whole).unwrap_or_else(|mistakes| panic!("{mistakes:?}"));
        } else if ["toml", "json"].contains(&block.language.as_str()) {
            let product = portmatrix::catalog::load(&block.text);
            let product = product.unwrap_or_else(|mistakes| panic!("{mistakes:?}"));
            self.product.clone_from(&block.text);
            fs::create_dir_all(self.root.path("products")).expect("a folder");
            let path = format!("products/{}.{}", product.name, block.language);
            self.root.write(&path, &block.text);
        }
        if let Some(name) = block.file_name() {
            self.root.write(name, &block.text);
        }
    }

    pub(super) fn reads(&mut self, block: &Block) {
        let text = &block.text;
        match block.language.as_str() {
            "toml" | "json" => {} // linted and kept from the beginning
            "yaml" if block.file_name().is_some() => {}
            "hcl" | "terraform" if text.starts_with("run ") => {
                self.ends();
                self.root.write("page.tftest.hcl", text);
                self.pending = Some(Pending::Test);
            }
            "hcl" | "terraform" if text.starts_with("provider_installation") => {
                self.ends();
                let folder = Path::new(under_test()).parent().expect("a folder");
                let folder = folder.to_string_lossy();
                assert!(text.contains(RELEASE), "settings that no test knows");
                self.pending = Some(Pending::PlanWith(text.replace(RELEASE, &folder)));
            }
            "hcl" | "terraform" => {
                self.ends();
                self.before = self.config.clone();
                self.config.add(text);
                self.pending = Some(Pending::Plan);
            }
            "sh" | "shell" => {
                let plans = ["terraform plan", "terraform apply"];
                if !plans.iter().any(|it| text.contains(it)) {
                    self.ends();
                }
                self.pending = Some(Pending::Script(text.clone()));
            }
            "yaml" => {
                self.ends();
                self.pending = Some(Pending::Steps(steps(text)));
            }
            "text" => self.compares(text),
            other => panic!("no test runs a block of `{other}`"),
        }
    }

    /// What is in hand is run, and nothing is wrong with it.
    pub(super) fn ends(&mut self) {
        if let Some(pending) = self.pending.take() {
            let may_find = matches!(pending, Pending::Steps(_));
            let run = self.runs(pending);
            if !(may_find && run.code == 1) {
                run.succeeds();
            }
            self.last = Some(run);
        }
    }

    /// The last run.
    pub(super) fn last(&self) -> &Run {
        self.last.as_ref().expect("something that was run")
    }

    /// The last run says this, and fails exactly if this is an error.
    fn compares(&mut self, text: &str) {
        if let Some(pending) = self.pending.take() {
            let is_plan = matches!(pending, Pending::Plan);
            let run = self.runs(pending);
            if shows_an_error(text) {
                run.fails();
                if is_plan {
                    self.config = self.before.clone();
                }
            } else {
                run.succeeds();
            }
            self.last = Some(run);
        }
        let run = self.last();
        let mut rest = run.said.as_str();
        for part in plain(text).split('…').map(str::trim) {
            let Some((_, after)) = rest.split_once(part) else {
                panic!("not said, or not in this order: {part}\n{run}");
            };
            rest = after;
        }
    }

    fn runs(&mut self, pending: Pending) -> Run {
        let needed = self.writes();
        let inits = matches!(&pending, Pending::Script(it) if it.contains("terraform init"));
        self.installs(needed, inits);
        match pending {
            Pending::Plan => self.root.run(&["plan"]),
            Pending::PlanWith(settings) => {
                self.root.write("page.tfrc", &settings);
                let path = self.root.path("page.tfrc");
                let call = self.root.call();
                let run = call
                    .env("TF_CLI_CONFIG_FILE", &path.to_string_lossy())
                    .run(&["plan"]);
                run.says("development overrides are in effect");
                run
            }
            Pending::Test => self.root.run(&["test", "-no-color"]),
            Pending::Script(script) | Pending::Steps(script) => self.shell(&script),
        }
    }

    /// Writes the configuration, and says which providers it needs.
    fn writes(&mut self) -> BTreeSet<&'static str> {
        let [context, main] = self.config.texts().map(|it| modules::local(&it));
        let all = format!("{context}{main}");
        let is_needed = |it: &&str| {
            all.contains(&format!("\"{it}_"))
                || all.contains(&format!("provider \"{it}\""))
                || modules::needs(&all, it)
        };
        let needed: BTreeSet<&str> = PROVIDERS.into_iter().filter(is_needed).collect();
        let mut extra = String::new();
        if !self.config.has("terraform") {
            let required = needed.iter().map(|it| {
                let source = self.source(it);
                format!("    {it} = {{ source = \"{source}\" }}\n")
            });
            let required: String = required.collect();
            extra = format!("terraform {{\n  required_providers {{\n{required}  }}\n}}\n");
        }
        if needed.contains("aws") && self.on_aws {
            self.turns_to_the_endpoint(&all);
            if !self.config.has("provider \"aws\"") {
                extra.push_str("provider \"aws\" {}\n");
            }
        }
        if needed.contains("azurerm") && !self.config.has("provider \"azurerm\"") {
            extra.push_str("provider \"azurerm\" {\n  features {}\n}\n");
        }
        self.root.write("context.tf", &format!("{context}{extra}"));
        self.root.write("main.tf", &main);
        let calls = all.matches("module \"").count();
        if calls > self.calls {
            // Modules are installed as providers are.
            self.installed.clear();
        }
        self.calls = calls;
        needed
    }

    /// Points the real AWS provider at an endpoint that has what the page expects there.
    fn turns_to_the_endpoint(&mut self, config: &str) {
        let endpoint = self.endpoint.get_or_insert_with(|| {
            offer_aws(self.cli);
            let endpoint = Endpoint::start(&moto().expect("the endpoint"));
            let before = fs::read_to_string(self.root.path("before.txt")).unwrap_or_default();
            for action in before.lines() {
                endpoint.ask(action);
            }
            endpoint
        });
        let settings = turned(endpoint, config);
        self.root.write("endpoint_override.tf", &settings);
        modules::forgets_descriptions(&self.root);
    }

    /// Makes the providers ready that are not yet, unless the page says how.
    fn installs(&mut self, needed: BTreeSet<&'static str>, by_the_page: bool) {
        if needed.is_subset(&self.installed) {
            return;
        }
        for it in &needed {
            if *it != "portmatrix" && (*it != "aws" || !self.on_aws) {
                let program = env::current_exe().expect("this program");
                self.cli
                    .offer(&self.source(it), stand_in::VERSION, &program);
            }
        }
        if !by_the_page {
            self.root.run(&["init"]).succeeds();
        }
        self.installed = needed;
    }

    /// The address of a provider.
    fn source(&self, provider: &str) -> String {
        match provider {
            "portmatrix" => "portmatrix/portmatrix".to_owned(),
            "aws" if !self.on_aws => "stand-in/aws".to_owned(),
            "openstack" => modules::OPENSTACK.to_owned(),
            other => format!("hashicorp/{other}"),
        }
    }

    /// Runs commands as they are on the page; questions are answered with yes.
    fn shell(&self, script: &str) -> Run {
        let path = env::var("PATH").unwrap_or_default();
        let path = format!("{}:{path}", self.root.path(".programs").display());
        let mut call = self.root.call();
        let mut command = Command::new("sh");
        command
            .args(["-e", "-c", script])
            .current_dir(self.root.path("."));
        for (name, value) in call.command.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        for (verb, options) in [
            ("init", "-no-color -input=false"),
            ("plan", "-no-color -input=false"),
            ("apply", "-no-color -input=false -auto-approve"),
            ("import", "-no-color -input=false"),
            ("show", "-no-color"),
            ("output", "-no-color"),
            ("test", "-no-color"),
        ] {
            command.env(format!("TF_CLI_ARGS_{verb}"), options);
        }
        command.env("PATH", path);
        call.command = command;
        call.finish(script.trim_end())
    }
}

/// Whether a text shows that something is wrong: an error, or a mistake in a file.
fn shows_an_error(text: &str) -> bool {
    text.lines().any(|it| {
        let is_place = |it: &str| !it.is_empty() && it.bytes().all(|it| it.is_ascii_digit());
        let mut parts = it.split(':').skip(1);
        it.starts_with("Error: ")
            || it.starts_with("error: ")
            || parts.next().is_some_and(is_place) && parts.next().is_some_and(is_place)
    })
}

/// The commands in the steps of a workflow.
fn steps(text: &str) -> String {
    let steps: Vec<serde_norway::Value> = serde_norway::from_str(text).expect("a list of steps");
    let commands = steps.iter().filter_map(|it| it.get("run")?.as_str());
    commands.collect::<Vec<_>>().join("\n")
}
