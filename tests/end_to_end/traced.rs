//! What the provider's process does to the world, as the kernel saw it: the claims of `SECURITY.md`.

use crate::end_to_end::Test;
use crate::end_to_end::cli::{Cli, Root};
use crate::end_to_end::programs::program;
use crate::support::program::under_test;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

pub(crate) const TESTS: &[Test] = &[("the_socket_is_all_that_it_makes", the_socket_is_all)];

/// Whether a process can be traced here.
pub(crate) fn strace() -> Result<(), String> {
    let strace = program("strace", "PORTMATRIX_STRACE")?;
    let tried = Command::new(strace)
        .args(["-o", "/dev/null", "true"])
        .status();
    match tried {
        Ok(status) if status.success() => Ok(()),
        _ => Err("`strace` may not trace here; run as a user who may".to_owned()),
    }
}

/// In place of the provider there is a script that starts the provider under `strace`.
fn the_socket_is_all(cli: &Cli) {
    let root = Root::copied(cli, "kong");
    let traced = root.path("traced");
    let log = root.path("trace");
    let script = format!(
        "#!/bin/sh\nexec '{}' -f -ff -qq -o '{}' -e trace=%file,%network,%process '{}' \"$@\"\n",
        program("strace", "PORTMATRIX_STRACE")
            .expect("strace")
            .display(),
        log.display(),
        under_test(),
    );
    fs::write(&traced, script).expect("a script");
    fs::set_permissions(&traced, fs::Permissions::from_mode(0o755)).expect("a mode");
    let config = format!(
        "provider_installation {{\n  dev_overrides {{\n    \"{}/portmatrix/portmatrix\" = \"{}\"\n  }}\n  direct {{}}\n}}\n",
        cli.host,
        root.path("bin").display(),
    );
    fs::create_dir(root.path("bin")).expect("a folder");
    fs::rename(&traced, root.path("bin/terraform-provider-portmatrix")).expect("a program");
    root.write("cli.tfrc", &config);
    let settings = root.path("cli.tfrc");
    let run = root
        .call()
        .env("TF_CLI_CONFIG_FILE", &settings.to_string_lossy())
        .run(&["apply", "-auto-approve"]);
    run.succeeds();

    let mut calls = Vec::new();
    for entry in fs::read_dir(root.path("")).expect("a folder").flatten() {
        if entry.file_name().to_string_lossy().starts_with("trace.") {
            let text = fs::read_to_string(entry.path()).expect("a trace");
            calls.extend(text.lines().map(str::to_owned));
        }
    }
    let named = |name: &str| {
        let open = format!("{name}(");
        let calls = calls.iter().filter(move |it| it.starts_with(&open));
        calls.cloned().collect::<Vec<String>>()
    };
    // It listens on unix sockets, and opens no connection.
    assert!(!named("bind").is_empty(), "{calls:#?}");
    assert_eq!(named("connect"), [""; 0]);
    assert!(named("socket").iter().all(|it| it.contains("AF_UNIX")));
    // It starts nothing: the one program is the provider itself.
    let started = named("execve");
    assert!(!started.is_empty());
    assert!(
        started
            .iter()
            .all(|it| it.contains("terraform-provider-portmatrix")),
        "{started:#?}"
    );
    // It writes no file. What it makes is a folder with a socket, and both are gone in the end.
    let written: Vec<String> = ["open", "openat", "creat"]
        .iter()
        .flat_map(|it| named(it))
        .filter(|it| {
            ["O_WRONLY", "O_RDWR", "O_CREAT", "creat("]
                .iter()
                .any(|word| it.contains(word))
        })
        .filter(|it| !it.contains("\"/dev/null\""))
        .collect();
    assert_eq!(written, [""; 0]);
    let made = named("mkdir");
    let mut gone = named("rmdir");
    gone.extend(
        named("unlinkat")
            .into_iter()
            .filter(|it| it.contains("AT_REMOVEDIR")),
    );
    assert_eq!(
        (made.len(), made.iter().all(|it| it.contains("/plugin"))),
        (gone.len(), true),
        "{made:#?} {gone:#?}"
    );
    // It reads nothing of the user's: neither the configuration nor the state.
    let read: Vec<String> = named("openat")
        .into_iter()
        .filter(|it| it.contains(&*root.path("").to_string_lossy()) || it.contains(".tf"))
        .filter(|it| !it.contains("ENOENT"))
        .collect();
    assert_eq!(read, [""; 0]);
}
