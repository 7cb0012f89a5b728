//! The calls of a resource's life: plan, apply, read, upgrade, import.

use crate::wire::Test;
use crate::wire::client::proto::tfplugin5::{self as pb, RawState, diagnostic::Severity};
use crate::wire::provider::TABLE;
use crate::wire::request::{
    Client, act, apply, applying, create, error, msgpack, null, plan, read, steps, table, ty,
    update, with_client,
};
use pb::attribute_path::step::Selector;
use portmatrix::terraform::value::{Object, Type, Value};
use std::collections::BTreeMap;

pub(crate) const TESTS: &[Test] = &[
    (
        "a_plan_has_known_keys_and_unknown_cells",
        a_plan_has_known_keys_and_unknown_cells,
    ),
    (
        "a_destroy_is_not_asked_of_the_provider",
        a_destroy_is_not_asked_of_the_provider,
    ),
    (
        "a_failed_plan_or_apply_keeps_the_prior_state",
        a_failed_plan_or_apply_keeps_the_prior_state,
    ),
    ("a_warning_does_not_fail", a_warning_does_not_fail),
    (
        "reading_returns_the_state_byte_for_byte",
        reading_returns_the_state_byte_for_byte,
    ),
    ("private_bytes_come_back", private_bytes_come_back),
    (
        "state_of_the_same_version_follows_the_schema",
        state_of_the_same_version_follows_the_schema,
    ),
    ("older_state_is_upgraded", older_state_is_upgraded),
    (
        "newer_state_is_rejected_with_a_message",
        newer_state_is_rejected_with_a_message,
    ),
    (
        "stored_state_that_does_not_fit_is_a_diagnostic",
        stored_state_that_does_not_fit_is_a_diagnostic,
    ),
    ("import_fills_the_blocks", import_fills_the_blocks),
];

fn zone(cidr: &Value) -> Value {
    let ty = ty();
    let Type::Object(fields) = &ty else {
        unreachable!()
    };
    let (_, Type::Map(zone)) = fields
        .iter()
        .find(|(name, _)| *name == "zone")
        .expect("zone")
    else {
        unreachable!()
    };
    let Type::Object(fields) = &**zone else {
        unreachable!()
    };
    let zone = Object::build(fields, |name| {
        if name == "cidr" {
            cidr.clone()
        } else {
            Value::Null
        }
    });
    Value::Map(BTreeMap::from([("web".into(), Value::Object(zone))]))
}

fn a_plan_has_known_keys_and_unknown_cells() {
    with_client(async |mut client| {
        let config = table(&[("zone", zone(&Value::Unknown))]);
        let client_capabilities = Some(pb::ClientCapabilities {
            deferral_allowed: true,
            ..Default::default()
        });
        let request = pb::plan_resource_change::Request {
            client_capabilities,
            ..create(config)
        };
        let planned = plan(&mut client, request).await;
        // OpenTofu offers to take a deferral and then makes an error of it.
        assert_eq!(planned.deferred, None);
        let state = read(planned.planned_state.clone());
        let Value::Map(rows) = state.get("rows") else {
            panic!("rows are unknown")
        };
        assert!(rows["web"].get("cidr").is_unknown());
        assert_eq!(rows["web"].get("port"), &Value::number(443));

        let config = table(&[("zone", zone(&Value::string("10.0.0.0/8")))]);
        let applied = apply(
            &mut client,
            applying(null(), planned.planned_state.expect("a plan"), config),
        )
        .await;
        let state = read(applied.new_state);
        assert!(state.is_wholly_known());
        assert_eq!(
            state.get("rows").get("web").get("cidr"),
            &Value::string("10.0.0.0/8")
        );
    });
}

fn a_destroy_is_not_asked_of_the_provider() {
    with_client(async |mut client| {
        // Asked, it would panic.
        let prior = act("panic");
        let request = pb::plan_resource_change::Request {
            type_name: TABLE.to_owned(),
            prior_state: Some(prior.clone()),
            proposed_new_state: Some(null()),
            config: Some(null()),
            ..Default::default()
        };
        let planned = plan(&mut client, request).await;
        assert_eq!(
            (planned.planned_state, planned.diagnostics),
            (Some(null()), Vec::new())
        );
        let applied = apply(&mut client, applying(prior, null(), null())).await;
        assert_eq!(
            (applied.new_state, applied.diagnostics),
            (Some(null()), Vec::new())
        );
    });
}

fn a_failed_plan_or_apply_keeps_the_prior_state() {
    with_client(async |mut client| {
        for prior in [null(), table(&[])] {
            let planned = plan(&mut client, update(prior.clone(), act("fail"))).await;
            assert_eq!(planned.planned_state.as_ref(), Some(&prior));
            let place = [
                Selector::AttributeName("zone".to_owned()),
                Selector::ElementKeyString("web".to_owned()),
                Selector::AttributeName("cidr".to_owned()),
            ];
            assert_eq!(steps(error(&planned.diagnostics)), place);
            let applied = apply(
                &mut client,
                applying(prior.clone(), act("fail"), act("fail")),
            )
            .await;
            assert_eq!(applied.new_state.as_ref(), Some(&prior));
            assert_eq!(error(&applied.diagnostics).summary, "It failed");
        }
    });
}

fn a_warning_does_not_fail() {
    with_client(async |mut client| {
        let planned = plan(&mut client, create(act("warn"))).await;
        assert_eq!(
            planned.diagnostics[0].severity,
            i32::from(Severity::Warning)
        );
        assert_eq!(
            read(planned.planned_state).get("digest"),
            &Value::string("constant")
        );
    });
}

fn reading_returns_the_state_byte_for_byte() {
    with_client(async |mut client| {
        // Not even looked at, so it could be anything.
        let current_state = Some(msgpack(vec![0xc1, 1, 2, 3]));
        let request = pb::read_resource::Request {
            type_name: TABLE.to_owned(),
            current_state: current_state.clone(),
            private: vec![7].into(),
            ..Default::default()
        };
        let answer = client
            .read_resource(request)
            .await
            .expect("an answer")
            .into_inner();
        assert_eq!(
            (answer.new_state, &answer.private[..]),
            (current_state, &[7][..])
        );
        assert_eq!(answer.diagnostics, []);
    });
}

fn private_bytes_come_back() {
    with_client(async |mut client| {
        let request = pb::plan_resource_change::Request {
            prior_private: vec![1].into(),
            ..create(table(&[]))
        };
        assert_eq!(plan(&mut client, request).await.planned_private, vec![1]);
        let request = applying(null(), table(&[]), table(&[]));
        let request = pb::apply_resource_change::Request {
            planned_private: vec![2].into(),
            ..request
        };
        assert_eq!(apply(&mut client, request).await.private, vec![2]);
    });
}

async fn upgrade(
    client: &mut Client,
    version: i64,
    json: &str,
) -> pb::upgrade_resource_state::Response {
    let raw_state = Some(RawState {
        json: json.to_owned().into(),
        ..Default::default()
    });
    let request = pb::upgrade_resource_state::Request {
        type_name: TABLE.to_owned(),
        version,
        raw_state,
    };
    client
        .upgrade_resource_state(request)
        .await
        .expect("an answer")
        .into_inner()
}

fn state_of_the_same_version_follows_the_schema() {
    with_client(async |mut client| {
        let json =
            r#"{"name": "t", "ratio": 0.1, "gone": [1], "zone": {"web": {"cidr": "10.0.0.0/8"}}}"#;
        let answer = upgrade(&mut client, 1, json).await;
        assert_eq!(answer.diagnostics, []);
        let state = read(answer.upgraded_state);
        assert_eq!(state.get("name"), &Value::string("t"));
        assert_eq!(state.get("ratio"), &Value::number("0.1"));
        assert_eq!(state.get("rows"), &Value::Null);
        assert_eq!(
            state.get("zone").get("web").get("cidr"),
            &Value::string("10.0.0.0/8")
        );
        assert_eq!(state.get("zone").get("web").get("host"), &Value::Null);
        // A block that is not there is empty, not null.
        assert_eq!(state.get("step"), &Value::List(Vec::new()));
    });
}

fn older_state_is_upgraded() {
    with_client(async |mut client| {
        let answer = upgrade(&mut client, 0, r#"{"title": "t"}"#).await;
        assert_eq!(answer.diagnostics, []);
        assert_eq!(read(answer.upgraded_state).get("name"), &Value::string("t"));
    });
}

fn newer_state_is_rejected_with_a_message() {
    with_client(async |mut client| {
        let answer = upgrade(&mut client, 2, "{}").await;
        assert_eq!(answer.upgraded_state, None);
        let error = error(&answer.diagnostics);
        assert_eq!(error.summary, "The state is newer than the provider");
        assert!(
            error
                .detail
                .contains("state version 2; this version knows 1"),
            "{}",
            error.detail
        );
    });
}

fn stored_state_that_does_not_fit_is_a_diagnostic() {
    with_client(async |mut client| {
        for (version, json) in [(1, r#"{"name": 1}"#), (1, "{"), (1, ""), (0, "{")] {
            let answer = upgrade(&mut client, version, json).await;
            error(&answer.diagnostics);
        }
    });
}

fn import_fills_the_blocks() {
    with_client(async |mut client| {
        let request = pb::import_resource_state::Request {
            type_name: TABLE.to_owned(),
            id: "t".to_owned(),
            ..Default::default()
        };
        let answer = client
            .import_resource_state(request)
            .await
            .expect("an answer")
            .into_inner();
        let [imported] = &answer.imported_resources[..] else {
            panic!("{answer:?}")
        };
        let state = read(imported.state.clone());
        assert_eq!(state.get("name"), &Value::string("t"));
        assert_eq!(state.get("zone"), &Value::Map(BTreeMap::new()));
    });
}
