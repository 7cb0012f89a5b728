//! How the process ends, and what does not end it.

use crate::wire::Test;
use crate::wire::client::proto::plugin::grpc_broker_client::GrpcBrokerClient;
use crate::wire::client::proto::plugin::grpc_stdio_client::GrpcStdioClient;
use crate::wire::client::proto::tfplugin5::provider_client::ProviderClient;
use crate::wire::client::proto::tfplugin5::{get_provider_schema, stop};
use crate::wire::client::{AS_PROVIDER, LONG, Plugin, Start, block_on, channel, eventually};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use tokio::net::UnixStream;

pub(crate) const TESTS: &[Test] = &[
    (
        "shutdown_ends_the_process_at_once",
        shutdown_ends_the_process_at_once,
    ),
    (
        "shutdown_does_not_wait_for_a_client_that_stays",
        shutdown_does_not_wait_for_a_client_that_stays,
    ),
    ("an_interrupt_is_ignored", an_interrupt_is_ignored),
    (
        "termination_removes_the_socket",
        termination_removes_the_socket,
    ),
    (
        "the_death_of_the_cli_ends_the_process",
        the_death_of_the_cli_ends_the_process,
    ),
    (
        "a_stop_alone_does_not_end_the_process",
        a_stop_alone_does_not_end_the_process,
    ),
    (
        "a_closed_stdout_does_not_panic",
        a_closed_stdout_does_not_panic,
    ),
    (
        "debugging_serves_several_clients_until_interrupted",
        debugging_serves_several_clients_until_interrupted,
    ),
];

/// Socket and folder are gone.
fn is_clean(socket: &Path) {
    assert!(!socket.exists());
    assert!(!socket.parent().expect("a folder").exists());
}

async fn answers(plugin: &Plugin) {
    plugin
        .provider()
        .await
        .get_schema(get_provider_schema::Request {})
        .await
        .expect("a schema");
}

fn shutdown_ends_the_process_at_once() {
    let mut plugin = Plugin::start();
    let start = block_on(async {
        let channel = plugin.channel().await;
        // As the CLI does: two streams that stay open.
        let output = GrpcStdioClient::new(channel.clone())
            .stream_stdio(())
            .await
            .expect("a stream");
        let further = GrpcBrokerClient::new(channel.clone())
            .start_stream(tokio_stream::pending())
            .await
            .expect("a stream");
        let start = Instant::now();
        plugin.shut_down(channel).await;
        drop((output, further));
        start
    });
    assert!(plugin.ended().success());
    assert!(
        start.elapsed() < Duration::from_secs(1),
        "{:?}",
        start.elapsed()
    );
    is_clean(&plugin.socket());
    assert_eq!(plugin.last_words(), "");
}

fn shutdown_does_not_wait_for_a_client_that_stays() {
    let mut plugin = Plugin::start();
    block_on(async {
        let staying = plugin.channel().await;
        let start = Instant::now();
        plugin.shut_down(staying.clone()).await;
        assert!(plugin.ended().success());
        assert!(
            start.elapsed() < Duration::from_secs(1),
            "{:?}",
            start.elapsed()
        );
        drop(staying);
    });
    is_clean(&plugin.socket());
}

fn an_interrupt_is_ignored() {
    let mut plugin = Plugin::start();
    plugin.signal("INT");
    plugin.signal("INT");
    block_on(answers(&plugin));
    assert_eq!(plugin.child.try_wait().expect("a status"), None);
}

/// Also right after the line, when the process has done nothing else yet.
fn termination_removes_the_socket() {
    for signal in ["TERM", "HUP"] {
        let mut plugin = Plugin::start();
        plugin.signal(signal);
        assert!(plugin.ended().success());
        is_clean(&plugin.socket());
    }
}

fn the_death_of_the_cli_ends_the_process() {
    let start = Start::new();
    let line = start.folder().join("line");
    // A shell stands for the CLI: it starts the plugin, waits, and is killed.
    let exe = std::env::current_exe().expect("this executable");
    let mut cli = Command::new("sh")
        .args(["-c", r#""$0" > "$1" & wait"#])
        .args([&exe, &line])
        .env(AS_PROVIDER, "1")
        .env(
            "TF_PLUGIN_MAGIC_COOKIE",
            "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
        )
        .env("TMPDIR", start.folder())
        .stdin(Stdio::null())
        .spawn()
        .expect("a shell");
    let read = || std::fs::read_to_string(&line).unwrap_or_default();
    eventually("the line", || read().ends_with('\n'));
    let socket = PathBuf::from(read().split('|').nth(3).expect("a path"));
    assert!(socket.exists());
    cli.kill().expect("a kill");
    cli.wait().expect("an end");
    eventually("the socket to go", || !socket.exists());
    eventually("the folder to go", || {
        !socket.parent().expect("a folder").exists()
    });
}

fn a_stop_alone_does_not_end_the_process() {
    let plugin = Plugin::start();
    block_on(async {
        let mut provider = plugin.provider().await;
        let answer = provider
            .stop(stop::Request {})
            .await
            .expect("an answer")
            .into_inner();
        assert_eq!(answer.error, "");
        provider
            .stop(stop::Request {})
            .await
            .expect("a second answer");
    });
}

fn a_closed_stdout_does_not_panic() {
    let start = Start::new();
    let folder = start.folder().to_owned();
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let mut plugin = start.stdout(writer).plugin_without_line();
    assert_eq!(plugin.ended().code(), Some(1));
    assert!(plugin.last_words().starts_with("cannot write to stdout"));
    assert!(
        !plugin.last_words().contains("panic"),
        "{}",
        plugin.last_words()
    );
    assert_eq!(folder.read_dir().expect("a folder").count(), 0);
}

fn debugging_serves_several_clients_until_interrupted() {
    // A cookie and a certificate do not matter here.
    let mut plugin = Start::by_hand().arg("--debug").plugin();
    eventually("the line", || {
        plugin
            .stdout_after_the_line()
            .contains("TF_REATTACH_PROVIDERS")
    });
    let text = plugin.stdout_after_the_line();
    let json = text.split('\'').nth(1).expect("the JSON");
    let json: serde_json::Value = serde_json::from_str(json).expect("JSON");
    let this = &json["portmatrix/portmatrix"];
    assert_eq!(this["Protocol"], "grpc");
    assert_eq!(this["ProtocolVersion"], 5);
    assert_eq!(this["Test"], true);
    assert_eq!(this["Pid"], plugin.child.id());
    assert_eq!(this["Addr"]["Network"], "unix");
    let socket = PathBuf::from(this["Addr"]["String"].as_str().expect("a path"));
    block_on(async {
        for _ in 0..2 {
            let stream = UnixStream::connect(&socket).await.expect("a connection");
            let mut provider = ProviderClient::new(channel(stream, LONG).await.expect("a channel"));
            provider
                .get_schema(get_provider_schema::Request {})
                .await
                .expect("a schema");
        }
    });
    plugin.signal("INT");
    assert!(plugin.ended().success());
    is_clean(&socket);
}
