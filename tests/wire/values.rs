//! Values through a whole call: what the CLI sends for an argument comes back as it was.

use crate::wire::Test;
use crate::wire::client::proto::tfplugin5 as pb;
use crate::wire::client::{Plugin, block_on};
use crate::wire::provider::TABLE;
use crate::wire::request::{create, msgpack, read, table};
use portmatrix::terraform::value::{Type, Value};

pub(crate) const TESTS: &[Test] = &[
    (
        "numbers_come_back_with_every_digit",
        numbers_come_back_with_every_digit,
    ),
    (
        "a_dynamic_value_comes_back_with_its_type",
        a_dynamic_value_comes_back_with_its_type,
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

/// Through a plan in MessagePack, and as the state that was stored in JSON.
fn a_dynamic_value_comes_back_with_its_type() {
    let list = Type::List(Box::new(Type::Number));
    let ty = Type::Tuple([Type::Set(Box::new(Type::String)), list].into());
    let texts = Value::List(vec![Value::string("a"), Value::string("b")]);
    let plugin = Plugin::start();
    block_on(async {
        let mut client = plugin.provider().await;
        for any in [
            Value::Null,
            Value::Unknown,
            Value::dynamic(Type::String, Value::Null),
            Value::dynamic(Type::String, Value::Unknown),
            Value::dynamic(ty.clone(), Value::List(vec![texts.clone(), Value::Unknown])),
        ] {
            let request = create(table(&[("any", any.clone())]));
            let planned = client.plan_resource_change(request).await;
            let planned = planned.expect("an answer").into_inner();
            assert_eq!(planned.diagnostics, []);
            assert_eq!(read(planned.planned_state).get("any"), &any);
        }
        let stored = br#"{"name":"t","any":{"value":[["a","b"],[1]],"type":["tuple",[["set","string"],["list","number"]]]}}"#;
        let request = pb::upgrade_resource_state::Request {
            type_name: TABLE.to_owned(),
            version: 1,
            raw_state: Some(pb::RawState {
                json: stored.to_vec().into(),
                ..Default::default()
            }),
        };
        let upgraded = client.upgrade_resource_state(request).await;
        let upgraded = upgraded.expect("an answer").into_inner();
        assert_eq!(upgraded.diagnostics, []);
        let numbers = Value::List(vec![Value::number(1)]);
        assert_eq!(
            read(upgraded.upgraded_state).get("any"),
            &Value::dynamic(ty, Value::List(vec![texts, numbers]))
        );
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
