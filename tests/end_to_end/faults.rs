//! The provider and the CLI are killed, interrupted and told to end in the middle of a call: the state stays, nothing is left
//! behind, and the next run succeeds.
//!
//! A call is caught for certain: as soon as the log says that the provider was asked, its process is held, and it is asked for
//! what takes a while. What a fault finds may still be over already; then the state is the new one, and the fault comes again.
//! A process that is killed outright cannot take its socket away, and the CLIs do it for no plugin: that one folder may stay.
//! A CLI that is killed while it writes a local state leaves the file empty, whatever the provider does: it truncates first. Here
//! it is killed while it waits for the provider, and the state is whole.

use crate::end_to_end::Test;
use crate::end_to_end::cli::{Call, Cli, Root};
use crate::end_to_end::running::{Running, eventually, providers, signal};
use crate::end_to_end::surroundings::{OWN, overridden, text_of, wrapped};
use crate::support::program::under_test;
use rustix::process::{Pid, Signal};
use serde_json::Value;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

pub(crate) const TESTS: &[Test] = &[
    ("in_plan", in_plan),
    ("in_apply", in_apply),
    ("killed_at_any_moment", killed_at_any_moment),
    ("out_of_memory", out_of_memory),
    ("the_socket_is_private_under_any_mask", under_any_mask),
    ("replaced_during_a_plan", replaced_during_a_plan),
    ("two_clis_at_once", two_clis_at_once),
];

/// How often a fault is tried to come in the middle.
const TRIES: usize = 5;

/// What is done to a run whose provider is held.
struct Fault {
    name: &'static str,
    strike: fn(&mut Running, &[Pid]),
    /// Whether a socket may stay.
    kills_provider: bool,
}

const FAULTS: &[Fault] = &[
    Fault {
        name: "the provider is killed",
        strike: |_, held| each(held, Signal::KILL),
        kills_provider: true,
    },
    Fault {
        name: "the provider is told to end",
        strike: |_, held| {
            each(held, Signal::TERM);
            each(held, Signal::CONT);
        },
        kills_provider: false,
    },
    Fault {
        name: "the CLI is interrupted",
        strike: |running, held| interrupt(running, held, &["Interrupt received"]),
        kills_provider: false,
    },
    Fault {
        name: "the CLI is interrupted twice",
        strike: |running, held| {
            interrupt(running, held, &["Interrupt received", "Two interrupts"]);
        },
        kills_provider: false,
    },
    Fault {
        name: "the CLI is killed",
        strike: |running, held| {
            signal(running.cli(), Signal::KILL);
            eventually("the CLI to die", || running.has_ended());
            each(held, Signal::CONT);
        },
        kills_provider: false,
    },
];

fn each(pids: &[Pid], it: Signal) {
    for pid in pids {
        signal(*pid, it);
    }
}

/// As a keyboard does it: to the CLI and to the provider. The provider goes on once the CLI has heard.
fn interrupt(running: &mut Running, held: &[Pid], heard: &[&str]) {
    for words in heard {
        signal(running.cli(), Signal::INT);
        each(held, Signal::INT);
        eventually(words, || {
            running.has_ended() || running.said().contains(words)
        });
    }
    each(held, Signal::CONT);
}

/// A layout that takes the provider a while, and of which little goes into the state.
fn layout(port: usize) -> String {
    format!(
        r#"
resource "portmatrix_rules" "it" {{
  merge      = "all"
  directions = ["ingress"]
  zone "clients" {{
    components = []
    ipv4 = merge([
      for a in range(32) : {{ for b in range(64) : "block-${{a}}-${{b}}" => "10.${{a}}.${{b}}.0/24" }}
    ]...)
  }}
  zone "servers" {{
    components = []
    aws {{ security_group_id = "sg-1" }}
  }}
  flow "load" {{
    from     = ["clients"]
    to       = ["servers"]
    services = ["tcp/{port}"]
  }}
}}
"#
    )
}

/// A root whose temporary files and log lie in its own folder.
fn root(cli: &Cli) -> Root<'_> {
    let root = Root::new(cli, &layout(8000));
    fs::create_dir(root.path("tmp")).expect("a folder");
    root
}

/// Starts a command with a log.
fn start(root: &Root<'_>, arguments: &[&str]) -> Running {
    let call = root.call().env("TMPDIR", &text_of(root, "tmp"));
    logged(root, call).start(arguments)
}

fn logged<'c>(root: &Root<'_>, call: Call<'c>) -> Call<'c> {
    let _ = fs::remove_file(root.path("log"));
    call.env("TF_LOG_PROVIDER", "trace")
        .env("TF_LOG_PATH", &text_of(root, "log"))
}

/// Holds the provider once the log says this; nothing where the run is over before.
fn held(root: &Root<'_>, running: &mut Running, words: &str) -> Vec<Pid> {
    let said = || fs::read_to_string(root.path("log")).is_ok_and(|it| it.contains(words));
    eventually(words, || running.has_ended() || said());
    let pids = providers(&root.path("."));
    each(&pids, Signal::STOP);
    pids
}

/// A command whose provider is held once the log says this.
fn caught(root: &Root<'_>, words: &str, start: impl Fn() -> Running) -> (Running, Vec<Pid>) {
    for _ in 0..TRIES {
        let mut running = start();
        let held = held(root, &mut running, words);
        if !held.is_empty() {
            return (running, held);
        }
        running.ended().succeeds();
    }
    panic!("never in the middle: {words}")
}

/// The state as it is stored.
fn state(root: &Root<'_>) -> Value {
    let pulled = root.run(&["state", "pull"]);
    pulled.succeeds();
    serde_json::from_str(&pulled.stdout).expect("a state")
}

/// The state is the old one, which is answered with true, or wholly the new one.
fn is_old(root: &Root<'_>, before: &Value, what: &str) -> bool {
    let after = state(root);
    assert_eq!(after["lineage"], before["lineage"], "{what}");
    assert!(
        after["serial"].as_u64() >= before["serial"].as_u64(),
        "{what}"
    );
    let old = after["resources"] == before["resources"];
    if !old {
        root.has_nothing_to_do();
    }
    old
}

/// No process and no socket is left, but for as many as could not be taken away.
fn is_clean(root: &Root<'_>, lost: usize) {
    eventually("the provider to go", || {
        providers(&root.path(".")).is_empty()
    });
    eventually("the sockets to go", || sockets(root).len() <= lost);
    for socket in sockets(root) {
        fs::remove_dir_all(socket).expect("a socket's folder");
    }
}

/// The folders of the sockets that there are.
fn sockets(root: &Root<'_>) -> Vec<PathBuf> {
    let entries = fs::read_dir(root.path("tmp")).expect("a folder").flatten();
    let is_ours = |it: &fs::DirEntry| it.file_name().to_string_lossy().starts_with("plugin");
    entries.filter(is_ours).map(|it| it.path()).collect()
}

/// Every fault comes in the middle of the call, changes nothing, and the same command then does what was to be done.
fn in_the_middle(cli: &Cli, call: &str, arguments: &[&str]) {
    let root = root(cli);
    root.apply();
    let mut port = 8000;
    for fault in FAULTS {
        let caught = (0..TRIES).any(|_| {
            let before = state(&root);
            port += 1;
            root.main(&layout(port));
            let mut running = start(&root, arguments);
            let held = held(&root, &mut running, &format!("call={call} "));
            (fault.strike)(&mut running, &held);
            let run = running.ended();
            is_clean(&root, usize::from(fault.kills_provider));
            is_old(&root, &before, fault.name) && run.code != 0
        });
        assert!(caught, "never in the middle: {}", fault.name);
        root.run(arguments).succeeds();
    }
    root.apply();
    root.has_nothing_to_do();
    root.destroy();
}

fn in_plan(cli: &Cli) {
    in_the_middle(cli, "PlanResourceChange", &["plan", "-out=saved.tfplan"]);
}

fn in_apply(cli: &Cli) {
    in_the_middle(cli, "ApplyResourceChange", &["apply", "-auto-approve"]);
}

/// From the start of the process on. The run may be past the need for this process when it dies, but it never hangs.
fn killed_at_any_moment(cli: &Cli) {
    let root = root(cli);
    root.apply();
    let moments = [
        "plugin started",
        "serving:",
        "call=GetSchema ",
        "call=ValidateResourceTypeConfig ",
        "call=Configure ",
    ];
    let mut failed = 0;
    for (number, moment) in moments.into_iter().enumerate() {
        let before = state(&root);
        root.main(&layout(9000 + number));
        let mut running = start(&root, &["apply", "-auto-approve"]);
        let held = held(&root, &mut running, moment);
        each(&held, Signal::KILL);
        failed += usize::from(running.ended().code == 1);
        is_clean(&root, held.len());
        is_old(&root, &before, moment);
    }
    assert!(failed > 0, "it never died before its time");
    root.apply();
    root.has_nothing_to_do();
}

/// Whether it cannot start or dies over the layout: the CLI says so, and nothing is lost.
fn out_of_memory(cli: &Cli) {
    let root = root(cli);
    root.apply();
    let before = state(&root);
    root.main(&layout(8001));
    for kilobytes in [20_000, 60_000] {
        let call = wrapped(&root, root.call(), &format!("ulimit -v {kilobytes}"));
        let call = call.env("TMPDIR", &text_of(&root, "tmp"));
        let run = call.start(&["apply", "-auto-approve"]).ended();
        assert_eq!(run.code, 1, "{run}");
        run.says("Error:");
        is_clean(&root, 1);
        assert!(is_old(&root, &before, "out of memory"));
    }
    root.apply();
    root.has_nothing_to_do();
}

/// Others could write to the socket, or this user not even reach it, if the mask had its way.
fn under_any_mask(cli: &Cli) {
    let root = root(cli);
    for mask in ["000", "777"] {
        let (running, held) = caught(&root, "call=PlanResourceChange ", || {
            let call = wrapped(&root, root.call(), &format!("umask {mask}"));
            let call = call.env("TMPDIR", &text_of(&root, "tmp"));
            logged(&root, call).start(&["plan"])
        });
        let mode = |it: &PathBuf| fs::metadata(it).expect("a mode").permissions().mode() & 0o777;
        let modes: Vec<_> = sockets(&root)
            .iter()
            .map(|it| (mode(it), mode(&it.join("socket"))))
            .collect();
        each(&held, Signal::CONT);
        running.ended().succeeds();
        assert_eq!(modes, [(0o700, 0o600)], "under the mask {mask}");
        is_clean(&root, 0);
    }
}

/// An upgrade that comes while a plan runs: the plan ends as it began, the next run has the new program.
fn replaced_during_a_plan(cli: &Cli) {
    let root = root(cli);
    let install = |folder: &str| {
        fs::create_dir(root.path(folder)).expect("a folder");
        let program = root.path(folder).join("terraform-provider-portmatrix");
        fs::copy(under_test(), &program).expect("a program");
        program
    };
    let call = || overridden(&root, root.call()).env("TMPDIR", &text_of(&root, "tmp"));
    let program = install(OWN);
    let (running, held) = caught(&root, "call=PlanResourceChange ", || {
        logged(&root, call()).start(&["apply", "-auto-approve"])
    });
    fs::rename(install("newer"), program).expect("a new program");
    each(&held, Signal::CONT);
    running.ended().succeeds();
    is_clean(&root, 0);
    let run = call().run(&["plan", "-detailed-exitcode"]);
    assert_eq!(run.code, 0, "{run}");
}

/// Two providers of one program live side by side: one run begins and ends while the other is in the middle.
fn two_clis_at_once(cli: &Cli) {
    let [long, short] = [root(cli), root(cli)];
    let (running, held) = caught(&long, "call=PlanResourceChange ", || {
        start(&long, &["apply", "-auto-approve"])
    });
    start(&short, &["apply", "-auto-approve"])
        .ended()
        .succeeds();
    is_clean(&short, 0);
    each(&held, Signal::CONT);
    running.ended().succeeds();
    for root in [&long, &short] {
        is_clean(root, 0);
        root.has_nothing_to_do();
    }
}
