//! The provider as a stranger gets it: the zip of a release in a mirror of files, a plain `init`, a lock file, and later an upgrade.

use crate::end_to_end::Test;
use crate::end_to_end::cli::{Cli, Root, Run};
use crate::end_to_end::programs::platform;
use crate::end_to_end::release::{DIST, OLDER, VERSION, release, scratch, zip_name};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

pub(crate) const TESTS: &[Test] = &[
    (
        "a_plain_init_installs_the_zip",
        a_plain_init_installs_the_zip,
    ),
    ("the_readme_leads_to_a_plan", the_readme_leads_to_a_plan),
    (
        "the_zip_alone_leads_to_a_plan",
        the_zip_alone_leads_to_a_plan,
    ),
    (
        "the_lock_file_refuses_another_zip",
        the_lock_file_refuses_another_zip,
    ),
    ("an_upgrade_and_back", an_upgrade_and_back),
    (
        "states_of_earlier_builds_are_read",
        states_of_earlier_builds_are_read,
    ),
];

/// A root that installs from a mirror of its own, in which there are zips and nothing else. Nothing is overridden.
struct Site<'c> {
    cli: &'c Cli,
    root: Root<'c>,
}

impl<'c> Site<'c> {
    fn new(cli: &'c Cli) -> Site<'c> {
        let site = Site {
            cli,
            root: Root::copied(cli, "kong"),
        };
        fs::create_dir_all(site.packages()).expect("a folder");
        let config = format!(
            "provider_installation {{\n  filesystem_mirror {{\n    path = \"{}\"\n  }}\n}}\n",
            site.root.path("mirror").display()
        );
        site.root.write("cli.tfrc", &config);
        site
    }

    fn packages(&self) -> PathBuf {
        let host = self.root.path("mirror").join(self.cli.host);
        host.join("portmatrix/portmatrix")
    }

    fn offer(&self, zip: &Path) {
        let name = zip.file_name().expect("a name");
        let target = self.packages().join(name);
        let _ = fs::remove_file(&target);
        fs::copy(zip, target).expect("a zip in the mirror");
    }

    fn init(&self, arguments: &[&str]) -> Run {
        let config = self.root.path("cli.tfrc");
        let call = self.root.call();
        let call = call.env("TF_CLI_CONFIG_FILE", &config.to_string_lossy());
        call.run(&[&["init"], arguments].concat())
    }

    /// The version that is locked, and the kinds of sums that pin it.
    fn locked(&self) -> (String, Vec<String>) {
        let lock = self.root.read(".terraform.lock.hcl");
        let lines = lock.lines().filter(|it| !it.starts_with('#'));
        let texts: Vec<&str> = lines.filter_map(|it| it.split('"').nth(1)).collect();
        assert!(texts[0].ends_with("portmatrix/portmatrix"), "{lock}");
        let kinds = texts.iter().filter_map(|it| it.split_once(':'));
        (
            texts[1].to_owned(),
            kinds.map(|it| it.0.to_owned()).collect(),
        )
    }

    fn starts_anew(&self) {
        fs::remove_dir_all(self.root.path(".terraform")).expect("a folder");
    }
}

fn zip(version: &str) -> PathBuf {
    DIST.join(zip_name(version))
}

fn a_plain_init_installs_the_zip(cli: &Cli) {
    let site = Site::new(cli);
    site.offer(&zip(VERSION));
    let run = site.init(&[]);
    run.succeeds();
    run.says(&format!("Installed portmatrix/portmatrix v{VERSION}"));
    assert_eq!(site.locked().0, VERSION);
    site.root.plan();
    site.root.run(&["apply", "saved.tfplan"]).succeeds();
    site.root.has_nothing_to_do();
    site.root.destroy();
}

/// The block of the README under this heading.
fn block(heading: &str) -> String {
    let readme = include_str!("../../README.md");
    let (_, rest) = readme.split_once(heading).expect("the heading");
    let (_, rest) = rest.split_once("```sh\n").expect("a block");
    rest.split_once("```").expect("its end").0.to_owned()
}

/// Commands of a shell in a directory, for a user with a CLI on PATH, a home of their own, and no settings.
fn shell(cli: &Cli, root: &Root<'_>, script: &str) -> Run {
    let home = tempfile::tempdir().expect("a folder");
    let bin = home.path().join("bin");
    fs::create_dir(&bin).expect("a folder");
    std::os::unix::fs::symlink(&cli.program, bin.join(&cli.name)).expect("a link");
    let mut call = root.call();
    let mut command = Command::new("sh");
    command
        .args(["-euc", script])
        .current_dir(root.path(""))
        .env_clear()
        .env("HOME", home.path())
        .env("PATH", format!("{}:/usr/bin:/bin", bin.display()))
        .env("CHECKPOINT_DISABLE", "1");
    call.command = command;
    call.finish(script)
}

/// The commands of the README, unchanged, in a shell with the zip and a CLI, and nothing else of this project.
fn the_readme_leads_to_a_plan(cli: &Cli) {
    let script = block("### From the zip of a release")
        .replace("registry.terraform.io", cli.host)
        .replace("linux_amd64", &platform())
        .replace("terraform init", &format!("{} init", cli.name));
    let site = Root::copied(cli, "kong");
    fs::copy(zip(VERSION), site.path(&zip_name(VERSION))).expect("a zip");
    let run = shell(cli, &site, &script);
    run.succeeds();
    run.says(&format!("Installed portmatrix/portmatrix v{VERSION}"));
    site.plan();
}

/// Unpacked, with the zip still next to it, the program makes a plan by itself.
fn the_zip_alone_leads_to_a_plan(cli: &Cli) {
    let script = block("### Without installing anything")
        .replace("linux_amd64", &platform())
        .replace(
            " try .",
            &format!(" try --cli {} . -- plan -no-color", cli.name),
        );
    let site = Root::copied(cli, "kong");
    fs::copy(zip(VERSION), site.path(&zip_name(VERSION))).expect("a zip");
    let run = shell(cli, &site, &script);
    run.succeeds();
    run.says("Plan: 9 to add, 0 to change, 0 to destroy.");
    run.says("dmz/tcp-443/internet:ipv4:any");
}

/// By a sum of what is in the zip, which an `init` from a mirror notes and `providers lock` too, and by those of whole zips, which
/// come from a registry's `SHA256SUMS`.
fn the_lock_file_refuses_another_zip(cli: &Cli) {
    let other = scratch(&format!("other-{}", cli.name));
    // The last of the arguments that say the same counts.
    let licence = Path::new(env!("CARGO_MANIFEST_DIR")).join("LICENSE");
    let made = release(&other, &["--program", &licence.to_string_lossy()]);
    assert!(made.status.success());

    let site = Site::new(cli);
    let by_init = || site.init(&[]).succeeds();
    let by_command = || {
        let mirror = format!("-fs-mirror={}", site.root.path("mirror").display());
        site.root.run(&["providers", "lock", &mirror]).succeeds();
    };
    let by_sums = || {
        site.root
            .write(".terraform.lock.hcl", &lock_of_a_registry(cli));
    };
    let ways: [(&dyn Fn(), &str); 3] = [(&by_init, "h1"), (&by_command, "h1"), (&by_sums, "zh")];
    for (lock, kind) in ways {
        let _ = fs::remove_file(site.root.path(".terraform.lock.hcl"));
        site.offer(&zip(VERSION));
        lock();
        let (version, kinds) = site.locked();
        assert_eq!((&*version, &*kinds[0]), (VERSION, kind));
        site.init(&[]).succeeds();
        let pinned = site.locked();
        site.starts_anew();
        site.offer(&other.join(zip_name(VERSION)));
        let run = site.init(&[]);
        run.fails();
        run.says("doesn't match any of the checksums");
        assert_eq!(site.locked(), pinned);
    }
}

/// The lock file after an installation from a registry: a sum for each line of `SHA256SUMS`.
fn lock_of_a_registry(cli: &Cli) -> String {
    let sums = DIST.join(format!(
        "terraform-provider-portmatrix_{VERSION}_SHA256SUMS"
    ));
    let sums = fs::read_to_string(sums).expect("sums");
    let hashes: Vec<String> = sums
        .lines()
        .map(|it| format!("    \"zh:{}\",\n", it.split(' ').next().unwrap_or_default()))
        .collect();
    let hashes = hashes.concat();
    format!(
        "provider \"{}/portmatrix/portmatrix\" {{\n  version = \"{VERSION}\"\n  hashes = [\n{hashes}  ]\n}}\n",
        cli.host
    )
}

/// A newer release is taken when it is asked for, reads the state of the one before, and a constraint leads back.
fn an_upgrade_and_back(cli: &Cli) {
    let site = Site::new(cli);
    site.offer(&zip(OLDER));
    site.init(&[]).succeeds();
    site.root.apply();
    site.offer(&zip(VERSION));
    site.init(&[]).succeeds();
    assert_eq!(site.locked().0, OLDER);
    site.init(&["-upgrade"]).succeeds();
    assert_eq!(site.locked().0, VERSION);
    site.root.has_nothing_to_do();

    let pinned = format!("source = \"portmatrix/portmatrix\", version = \"{OLDER}\"");
    site.root.edit(
        "main.tf",
        &[("source = \"portmatrix/portmatrix\"", &pinned)],
    );
    site.init(&[]).fails();
    site.init(&["-upgrade"]).succeeds();
    assert_eq!(site.locked().0, OLDER);
    site.root.has_nothing_to_do();
    site.root.destroy();
}

/// What builds of earlier commits left behind, the first that could plan and the first for several platforms: nothing is destroyed,
/// and one apply settles what has changed since. A release adds a folder of its own to them.
fn states_of_earlier_builds_are_read(cli: &Cli) {
    let folders = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/end_to_end/states");
    let mut tried = 0;
    for folder in fs::read_dir(folders).expect("states").flatten() {
        let read = |name: &str| fs::read_to_string(folder.path().join(name)).expect("a file");
        let root = Root::new(cli, "");
        root.write("main.tf", &read("main.tf"));
        let state = read("state.json").replace("registry.terraform.io", cli.host);
        root.write("terraform.tfstate", &state);
        let plan = root.plan();
        plan.destroys_nothing();
        assert_eq!(plan.with_action("create"), [""; 0], "{}", plan.said);
        root.run(&["apply", "saved.tfplan"]).succeeds();
        root.has_nothing_to_do();
        root.destroy();
        tried += 1;
    }
    assert!(tried > 0);
}
