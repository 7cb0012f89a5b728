//! Values through a whole call: what the CLI sends for an argument comes back as it was.

use crate::wire::Test;
use crate::wire::client::{Plugin, block_on};
use crate::wire::request::{create, msgpack, read, table};
use portmatrix::terraform::value::Value;

pub(crate) const TESTS: &[Test] = &[
    (
        "numbers_come_back_with_every_digit",
        numbers_come_back_with_every_digit,
    ),
    (
        "a_refined_unknown_value_is_unknown",
        a_refined_unknown_value_is_unknown,
    ),
    (
        "many_rows_pass_in_little_memory",
        many_rows_pass_in_little_memory,
    ),
];

fn numbers_come_back_with_every_digit() {
    let third = format!("0.{}", "3".repeat(155));
    let huge = format!("1{}", "0".repeat(400));
    let plugin = Plugin::start();
    block_on(async {
        let mut client = plugin.provider().await;
        for digits in [
            "443",
            "0.5",
            "0.1",
            "18446744073709551616",
            "-1",
            &third,
            &huge,
        ] {
            let request = create(table(&[("ratio", Value::number(digits))]));
            let planned = client
                .plan_resource_change(request)
                .await
                .expect("an answer")
                .into_inner();
            assert_eq!(planned.diagnostics, []);
            assert_eq!(
                read(planned.planned_state).get("ratio"),
                &Value::number(digits)
            );
        }
    });
}

fn a_refined_unknown_value_is_unknown() {
    let mut config = table(&[("text", Value::Unknown)]).msgpack.to_vec();
    let at = config
        .windows(3)
        .position(|it| it == [0xd4, 0, 0])
        .expect("an unknown value");
    // Known not to be null, and to begin with `ab`.
    config.splice(at..at + 3, *b"\xc7\x06\x0c\x82\x01\xc2\x02\xa2ab");
    config[at + 1] = 7;
    let plugin = Plugin::start();
    block_on(async {
        let request = create(msgpack(config));
        let planned = plugin
            .provider()
            .await
            .plan_resource_change(request)
            .await
            .expect("an answer")
            .into_inner();
        assert_eq!(planned.diagnostics, []);
        assert!(read(planned.planned_state).get("text").is_unknown());
    });
}

/// A guard, not a measurement: what is to be kept under is a quarter of a gigabyte.
fn many_rows_pass_in_little_memory() {
    let plugin = Plugin::start();
    block_on(async {
        let request = create(table(&[("more", Value::number(100_000))]));
        let mut client = plugin.provider().await;
        let planned = client
            .plan_resource_change(request)
            .await
            .expect("an answer")
            .into_inner();
        assert_eq!(planned.diagnostics, []);
        let prior = planned.planned_state.expect("a plan");
        assert!(prior.msgpack.len() > 4 << 20);
        // And once more with all that as the state from before.
        let request = create(table(&[("more", Value::number(100_000))]));
        let request = crate::wire::client::proto::tfplugin5::plan_resource_change::Request {
            prior_state: Some(prior),
            ..request
        };
        let planned = client
            .plan_resource_change(request)
            .await
            .expect("an answer")
            .into_inner();
        assert_eq!(planned.diagnostics, []);
    });
    if cfg!(target_os = "linux") {
        let status = std::fs::read_to_string(format!("/proc/{}/status", plugin.child.id()))
            .expect("a status");
        let peak = status
            .lines()
            .find_map(|it| it.strip_prefix("VmHWM:"))
            .expect("a peak");
        let kilobytes: u64 = peak
            .trim()
            .trim_end_matches(" kB")
            .parse()
            .expect("a number");
        assert!(kilobytes < 256 << 10, "{kilobytes} kB");
    }
}
