//! The end of the CLI while its calls are in flight: the process goes too, and takes its socket along.

use crate::hostile::batch::{create, probe};
use crate::hostile::good;
use crate::hostile::host::{BOUND, Caller, Host, is_clean};
use crate::hostile::rpc::request;
use crate::hostile::{Test, block_on};
use crate::support::program::under_test;
use crate::wire::client::{COOKIE, channel, eventually};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use tokio::net::UnixStream;
use tokio::task::JoinSet;

pub(crate) const TESTS: &[Test] = &[
    (
        "the_cli_is_killed_while_calls_are_in_flight",
        the_cli_is_killed_while_calls_are_in_flight,
    ),
    (
        "the_connection_is_dropped_while_calls_are_in_flight",
        the_connection_is_dropped_while_calls_are_in_flight,
    ),
];

/// As many as a CLI has at most, in flight.
async fn in_flight(caller: &Caller) -> JoinSet<()> {
    let good = good::office("office");
    let plan = request("PlanResourceChange", create(&good, good.bytes()));
    let mut calls = JoinSet::new();
    for _ in 0..50 {
        let (caller, plan) = (caller.clone(), plan.clone());
        calls.spawn(async move { drop(caller.call("PlanResourceChange", plan).await) });
    }
    // They are sent once one of them is answered.
    calls.join_next().await;
    calls
}

fn the_cli_is_killed_while_calls_are_in_flight() {
    let folder = tempfile::tempdir().expect("a folder");
    let line = folder.path().join("line");
    // A shell stands for the CLI: it starts the plugin, waits, and is killed.
    let mut cli = Command::new("sh")
        .args(["-c", r#""$0" > "$1" & wait"#])
        .args([under_test().as_ref(), line.as_os_str()])
        .env(COOKIE.0, COOKIE.1)
        .env("TMPDIR", folder.path())
        .stdin(Stdio::null())
        .spawn()
        .expect("a shell");
    let read = || std::fs::read_to_string(&line).unwrap_or_default();
    eventually("the line", || read().ends_with('\n'));
    let socket = PathBuf::from(read().split('|').nth(3).expect("a path"));
    block_on(async {
        let stream = UnixStream::connect(&socket).await.expect("a connection");
        let caller = Caller(channel(stream, BOUND).await.expect("a channel"));
        let mut calls = in_flight(&caller).await;
        cli.kill().expect("a kill");
        cli.wait().expect("an end");
        // Each has an end, with an answer or without.
        while calls.join_next().await.is_some() {}
    });
    eventually("the socket to go", || {
        !socket.parent().expect("a folder").exists()
    });
    is_clean(&socket);
}

/// What was asked may be computed to its end, but is not sent to any client, and others are served.
fn the_connection_is_dropped_while_calls_are_in_flight() {
    let host = Host::start();
    block_on(async {
        let staying = host.caller().await;
        let before = probe(&staying).await;
        for _ in 0..3 {
            let leaving = host.caller().await;
            let mut calls = in_flight(&leaving).await;
            calls.abort_all();
            drop((calls, leaving));
            assert!(probe(&staying).await == before);
        }
        host.farewell().await;
    });
}
