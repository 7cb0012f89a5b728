//! Odd surroundings: temporary folders, homes, logs, limits and locales. The rules are made all the same, the state holds what it
//! held, and no process or socket stays.

use crate::end_to_end::Test;
use crate::end_to_end::cli::{Call, Cli, Root};
use crate::end_to_end::running::{eventually, providers};
use crate::support::program::under_test;
use serde_json::Value;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

pub(crate) const TESTS: &[Test] = &[
    ("temporary_folders", temporary_folders),
    ("homes", homes),
    ("logs", logs),
    ("limits_and_locales", limits_and_locales),
    ("a_very_long_path", a_very_long_path),
];

/// These fill a file system of their own.
pub(crate) const FULL: &[Test] = &[("full_temporary_folder", full_temporary_folder)];

/// Mounts a full file system that vanishes with the command.
const FULL_FOLDER: &str = r#"exec unshare -rm sh -c '
mount -t tmpfs -o size=4k,nr_inodes=2 full tmp && : > tmp/file && ! mkdir tmp/more 2>/dev/null && exec "$0" "$@"' "$0" "$@""#;

/// Whether a full file system can be had, or why not.
pub(crate) fn can_fill() -> Result<(), String> {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("tmp")).expect("a folder");
    let tried = Command::new("sh")
        .args(["-c", FULL_FOLDER, "true"])
        .current_dir(folder.path())
        .output();
    let why = "`unshare` may not mount a file system here; run these tests as root";
    let filled = tried.is_ok_and(|it| it.status.success());
    filled.then_some(()).ok_or_else(|| why.to_owned())
}

/// What is odd: its name, and the command in it.
type Odd = (&'static str, for<'c> fn(&Root<'_>, Call<'c>) -> Call<'c>);

/// The resource is planned, applied and stored in each of the surroundings as it is without them.
fn holds(cli: &Cli, all: &[Odd]) {
    let root = Root::example(cli, "kong");
    root.apply();
    let before = resources(&root);
    for (name, odd) in all {
        let call = odd(&root, logged(&root));
        let run = call.run(&["apply", "-auto-approve", "-replace=portmatrix_rules.edge"]);
        assert_eq!(run.code, 0, "{name}: {run}");
        assert_eq!(resources(&root), before, "{name}");
        eventually(name, || providers(&root.path(".")).is_empty());
        let places = places(&root);
        let told = root.path("log").exists();
        assert_eq!(places.is_empty(), !told, "{name}");
        for place in places {
            assert!(!Path::new(&place).exists(), "{name}: {place} is left");
        }
    }
    root.has_nothing_to_do();
}

fn resources(root: &Root<'_>) -> Value {
    let state: Value = serde_json::from_str(&root.read("terraform.tfstate")).expect("a state");
    state["resources"].clone()
}

/// A command with a log that tells where the provider listened.
fn logged<'c>(root: &'c Root<'_>) -> Call<'c> {
    let log = root.path("log");
    let _ = fs::remove_file(&log);
    root.call()
        .env("TF_LOG_PROVIDER", "trace")
        .env("TF_LOG_PATH", log.to_str().expect("a path"))
}

/// Where the provider listened: sockets, and ports where there was no place for one.
fn places(root: &Root<'_>) -> Vec<String> {
    let log = fs::read_to_string(root.path("log")).unwrap_or_default();
    let places = log.lines().filter_map(|it| it.split_once(" address="));
    places
        .map(|(_, it)| match it.strip_prefix('"') {
            Some(backticked) => backticked.split('"').next().unwrap_or_default().to_owned(),
            None => it.split(' ').next().unwrap_or_default().to_owned(),
        })
        .collect()
}

/// The folder from which [`overridden`] takes the provider.
pub(crate) const OWN: &str = "own";

/// With the provider that lies in the root's folder [`OWN`].
pub(crate) fn overridden<'c>(root: &Root<'_>, call: Call<'c>) -> Call<'c> {
    let folder = root.path(OWN);
    let overrides = ["registry.terraform.io", "registry.opentofu.org"]
        .map(|it| {
            format!(
                "\"{it}/portmatrix/portmatrix\" = \"{}\"\n",
                folder.display()
            )
        })
        .concat();
    let text = format!("provider_installation {{\ndev_overrides {{\n{overrides}}}\n}}\n");
    root.write("own.tfrc", &text);
    call.env("TF_CLI_CONFIG_FILE", &text_of(root, "own.tfrc"))
}

/// With the provider behind a script that goes first.
pub(crate) fn wrapped<'c>(root: &Root<'_>, call: Call<'c>, script: &str) -> Call<'c> {
    let program = root.path(OWN).join("terraform-provider-portmatrix");
    fs::create_dir_all(root.path(OWN)).expect("a folder");
    fs::set_permissions(root.path(OWN), Permissions::from_mode(0o755)).expect("a mode");
    let _ = fs::remove_file(&program);
    let text = format!("#!/bin/sh\n{script}\nexec '{}' \"$@\"\n", under_test());
    fs::write(&program, text).expect("a script");
    fs::set_permissions(&program, Permissions::from_mode(0o555)).expect("a mode");
    overridden(root, call)
}

/// A path in a root, as text.
pub(crate) fn text_of(root: &Root<'_>, name: &str) -> String {
    root.path(name).to_str().expect("text").to_owned()
}

/// A folder of the root, as the command's own for temporary files.
fn in_folder<'c>(root: &Root<'_>, call: Call<'c>, name: &str) -> Call<'c> {
    fs::create_dir_all(root.path(name)).expect("a folder");
    call.env("TMPDIR", &text_of(root, name))
}

fn temporary_folders(cli: &Cli) {
    holds(
        cli,
        &[
            ("no TMPDIR", |_, call| call.without("TMPDIR")),
            ("an empty TMPDIR", |_, call| call.env("TMPDIR", "")),
            ("a TMPDIR that is not there", |root, call| {
                call.env("TMPDIR", &text_of(root, "gone"))
            }),
            ("a TMPDIR that is a file", |root, call| {
                call.env("TMPDIR", &text_of(root, "main.tf"))
            }),
            // Not even root can write there.
            ("a TMPDIR that cannot be written to", |_, call| {
                call.env("TMPDIR", "/proc")
            }),
            ("a TMPDIR too long for a socket", |root, call| {
                in_folder(root, call, &"long".repeat(40))
            }),
            ("a TMPDIR with spaces and other letters", |root, call| {
                in_folder(root, call, "für Ключ 港")
            }),
            (
                "a TMPDIR that would break the handshake line",
                |root, call| in_folder(root, call, "a|b"),
            ),
            ("a TMPDIR seen from here", |root, call| {
                in_folder(root, call, "here").env("TMPDIR", "here")
            }),
        ],
    );
}

/// The last resort of a provider that can make no socket at all is a port; here it is `/tmp`.
fn full_temporary_folder(cli: &Cli) {
    holds(
        cli,
        &[("a full TMPDIR", |root, call| {
            in_folder(root, call, "tmp").after(FULL_FOLDER)
        })],
    );
}

fn homes(cli: &Cli) {
    holds(
        cli,
        &[
            ("no HOME", |_, call| call.without("HOME")),
            ("a HOME that is not there", |root, call| {
                call.env("HOME", &text_of(root, "gone"))
            }),
            // Not even root can write there.
            ("a HOME that cannot be written to", |_, call| {
                call.env("HOME", "/proc")
            }),
        ],
    );
}

/// Fills the pipe `full`, which has no reader. The shell holds it open at both ends.
const FULL_PIPE: &str = "rm -f full; mkfifo full; exec 9<>full
dd if=/dev/zero of=full bs=4096 oflag=nonblock 2>/dev/null || true
exec 2>&9 9>&-";

/// What is not logged is not missed. A provider that has something to log waits for the reader of its stderr, which is the CLI.
fn logs(cli: &Cli) {
    holds(
        cli,
        &[
            ("the CLI's log on a full disk", |_, call| {
                call.env("TF_LOG", "trace").env("TF_LOG_PATH", "/dev/full")
            }),
            ("the provider's stderr on a full disk", |root, call| {
                wrapped(root, call, "exec 2>/dev/full").without("TF_LOG_PATH")
            }),
            ("the provider's stderr closed", |root, call| {
                wrapped(root, call, "exec 2>&-").without("TF_LOG_PATH")
            }),
            (
                "the provider's stderr unread, without a log",
                |root, call| {
                    wrapped(root, call, FULL_PIPE)
                        .without("TF_LOG_PROVIDER")
                        .without("TF_LOG_PATH")
                },
            ),
            ("the CLI's stderr closed", |_, call| call.after("exec 2>&-")),
            ("the CLI's stderr unread", |_, call| call.after(FULL_PIPE)),
            ("the CLI's stderr on a full disk", |_, call| {
                call.after("exec 2>/dev/full")
            }),
        ],
    );
}

fn limits_and_locales(cli: &Cli) {
    holds(
        cli,
        &[
            ("few open files", |_, call| call.after("ulimit -n 40")),
            ("no core dumps, a small stack", |_, call| {
                call.after("ulimit -c 0; ulimit -s 512")
            }),
            ("everyone may write", |_, call| call.after("umask 000")),
            ("only the owner may read", |_, call| call.after("umask 077")),
            ("the provider's folder is read-only", |root, call| {
                let call = wrapped(root, call, "");
                let read_only = Permissions::from_mode(0o555);
                fs::set_permissions(root.path(OWN), read_only).expect("a mode");
                call
            }),
            ("few open files for the provider", |root, call| {
                wrapped(root, call, "ulimit -n 24")
            }),
            ("the locale C", |_, call| {
                call.env("LC_ALL", "C").env("LANG", "C")
            }),
            ("another locale", |_, call| {
                call.env("LC_ALL", "tr_TR.UTF-8").env("LANG", "tr_TR.UTF-8")
            }),
            ("an environment that says nothing", |_, call| {
                ["HOME", "TMPDIR", "LANG", "USER", "PATH", "TERM"]
                    .into_iter()
                    .fold(call, Call::without)
            }),
        ],
    );
}

/// A working folder of more than a thousand letters, as deep modules of deep pipelines have it.
fn a_very_long_path(cli: &Cli) {
    let root = Root::example(cli, "kong");
    let deep = vec!["deep".repeat(60); 5].join("/");
    fs::create_dir_all(root.path(&deep)).expect("a folder");
    for file in ["main.tf", ".terraform.lock.hcl"] {
        let target = root.path(&deep).join(file);
        fs::copy(root.path(file), target).expect("a file");
    }
    let call = || root.call().after(&format!("cd {deep}"));
    call().run(&["apply", "-auto-approve"]).succeeds();
    assert!(root.path(&deep).join("terraform.tfstate").exists());
    let run = call().run(&["plan", "-detailed-exitcode"]);
    assert_eq!(run.code, 0, "{run}");
    eventually("the provider to go", || {
        providers(&root.path(&deep)).is_empty()
    });
}
