//! What goes wrong is said in words, and the process goes on.

use crate::wire::Test;
use crate::wire::client::proto::tfplugin5::{self as pb};
use crate::wire::client::{Plugin, Start, block_on};
use crate::wire::request::{act, create, error, msgpack, null, plan, read, table, with_client};
use portmatrix::terraform::value::Value;
use std::time::{Duration, Instant};

pub(crate) const TESTS: &[Test] = &[
    (
        "an_unknown_type_is_a_diagnostic",
        an_unknown_type_is_a_diagnostic,
    ),
    (
        "a_malformed_value_is_a_diagnostic",
        a_malformed_value_is_a_diagnostic,
    ),
    (
        "a_value_that_does_not_fit_the_schema_is_a_diagnostic",
        a_value_that_does_not_fit_the_schema_is_a_diagnostic,
    ),
    (
        "a_panic_is_a_diagnostic_and_the_process_lives",
        a_panic_is_a_diagnostic_and_the_process_lives,
    ),
    (
        "a_stop_ends_running_and_later_calls",
        a_stop_ends_running_and_later_calls,
    ),
    ("large_messages_pass", large_messages_pass),
    (
        "what_is_printed_does_not_reach_the_cli",
        what_is_printed_does_not_reach_the_cli,
    ),
];

fn an_unknown_type_is_a_diagnostic() {
    with_client(async |mut client| {
        let request = pb::plan_resource_change::Request {
            type_name: "portmatrix_rule".to_owned(),
            ..create(table(&[]))
        };
        let answer = plan(&mut client, request).await;
        let error = error(&answer.diagnostics);
        assert_eq!(error.summary, "Unknown resource type");
        assert_eq!(
            error.detail,
            "This provider has no resource type `portmatrix_rule`."
        );
    });
}

fn a_malformed_value_is_a_diagnostic() {
    with_client(async |mut client| {
        for bytes in [
            vec![0xc1],
            vec![0x81],
            vec![0x80],
            vec![0xdf, 0xff, 0xff, 0xff, 0xff],
        ] {
            let answer = plan(&mut client, create(msgpack(bytes))).await;
            assert_eq!(
                error(&answer.diagnostics).summary,
                "The CLI sent a value that does not fit the schema"
            );
        }
    });
}

fn a_value_that_does_not_fit_the_schema_is_a_diagnostic() {
    with_client(async |mut client| {
        let answer = plan(&mut client, create(act("misfit"))).await;
        let error = error(&answer.diagnostics);
        assert_eq!(
            error.summary,
            "The provider produced a value that does not fit its schema"
        );
        assert!(
            error
                .detail
                .starts_with("expected an object, found a string"),
            "{}",
            error.detail
        );
    });
}

fn a_panic_is_a_diagnostic_and_the_process_lives() {
    let plugin = Plugin::start();
    block_on(async {
        let mut client = plugin.provider().await;
        let answer = plan(&mut client, create(act("panic"))).await;
        let error = error(&answer.diagnostics);
        assert_eq!(error.summary, "The provider panicked");
        let call = "The provider panicked in `PlanResourceChange` of `portmatrix_table`: the test asked for it";
        assert!(error.detail.starts_with(call), "{}", error.detail);
        assert_eq!(answer.planned_state, Some(null()));
        assert_eq!(plan(&mut client, create(table(&[]))).await.diagnostics, []);
    });
    // In the form in which the CLIs look for a crash.
    plugin.says("tests/wire/provider.rs:");
    let stderr = plugin.stderr();
    assert!(
        stderr.starts_with("panic: the test asked for it\n\ntests/wire/provider.rs:"),
        "{stderr}"
    );
}

fn a_stop_ends_running_and_later_calls() {
    let mut plugin = Start::new().env("TF_LOG", "info").plugin();
    block_on(async {
        let mut client = plugin.provider().await;
        let mut other = client.clone();
        let running = tokio::spawn(async move { plan(&mut other, create(act("sleep"))).await });
        while !plugin.stderr().contains("sleeping") {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        let start = Instant::now();
        client.stop(pb::stop::Request {}).await.expect("an answer");
        let answer = running.await.expect("an answer");
        assert!(
            start.elapsed() < Duration::from_secs(2),
            "{:?}",
            start.elapsed()
        );
        assert_eq!(error(&answer.diagnostics).summary, "Stopped");
        assert_eq!(answer.planned_state, Some(null()));
        let later = plan(&mut client, create(act("panic"))).await;
        assert_eq!(
            error(&later.diagnostics).detail,
            "The run was stopped before `PlanResourceChange` of `portmatrix_table` answered."
        );
        // The end does not wait for the sleeper either.
        plugin.shut_down(plugin.channel().await).await;
    });
    let start = Instant::now();
    assert!(plugin.ended().success());
    assert!(
        start.elapsed() < Duration::from_secs(1),
        "{:?}",
        start.elapsed()
    );
    // What came later was not even begun.
    assert!(!plugin.last_words().contains("panic: "));
}

/// Tonic's own limit is 4 MiB; a state can be much more.
fn large_messages_pass() {
    with_client(async |mut client| {
        let config = table(&[("text", Value::string("x".repeat(60_000_000)))]);
        let answer = plan(&mut client, create(config)).await;
        assert_eq!(answer.diagnostics, []);
        assert_eq!(
            read(answer.planned_state)
                .get("text")
                .as_str()
                .map(str::len),
            Some(60_000_000)
        );
    });
}

fn what_is_printed_does_not_reach_the_cli() {
    let plugin = Plugin::start();
    block_on(async {
        assert_eq!(
            plan(&mut plugin.provider().await, create(act("print")))
                .await
                .diagnostics,
            []
        );
    });
    plugin.says("printed by mistake");
    assert_eq!(plugin.stdout_after_the_line(), "");
}
