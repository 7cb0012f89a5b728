//! Requests as the CLI makes them, and what is read from the answers.

use crate::wire::client::proto::tfplugin5::{self as pb, DynamicValue, diagnostic::Severity};
use crate::wire::client::{Plugin, block_on};
use crate::wire::provider::{TABLE, TestProvider};
use pb::attribute_path::step::Selector;
use portmatrix::terraform::Provider;
use portmatrix::terraform::msgpack::{decode, encode};
use portmatrix::terraform::value::{Object, Type, Value};
use std::collections::BTreeMap;

pub(crate) fn ty() -> Type {
    TestProvider::new().schemas().resources[0].1.block.ty()
}

/// A table as it is configured: `name`, and what else is given.
pub(crate) fn table(set: &[(&str, Value)]) -> DynamicValue {
    let ty = ty();
    let Type::Object(fields) = &ty else {
        unreachable!()
    };
    let value = Object::build(fields, |name| {
        match set.iter().find(|(it, _)| *it == name) {
            Some((_, value)) => value.clone(),
            None if name == "name" => Value::string("t"),
            None if name == "zone" => Value::Map(BTreeMap::new()),
            None if name == "step" => Value::List(Vec::new()),
            None => Value::Null,
        }
    });
    msgpack(encode(&Value::Object(value), &ty).expect("bytes"))
}

pub(crate) fn msgpack(bytes: Vec<u8>) -> DynamicValue {
    DynamicValue {
        msgpack: bytes.into(),
        ..Default::default()
    }
}

pub(crate) fn null() -> DynamicValue {
    msgpack(vec![0xc0])
}

pub(crate) fn act(what: &str) -> DynamicValue {
    table(&[("act", Value::string(what))])
}

pub(crate) fn read(value: Option<DynamicValue>) -> Value {
    decode(&value.expect("a value").msgpack, &ty()).expect("a table")
}

/// A plan of a create.
pub(crate) fn create(config: DynamicValue) -> pb::plan_resource_change::Request {
    update(null(), config)
}

pub(crate) fn update(
    prior: DynamicValue,
    config: DynamicValue,
) -> pb::plan_resource_change::Request {
    pb::plan_resource_change::Request {
        type_name: TABLE.to_owned(),
        prior_state: Some(prior),
        proposed_new_state: Some(config.clone()),
        config: Some(config),
        ..Default::default()
    }
}

pub(crate) fn applying(
    prior: DynamicValue,
    planned: DynamicValue,
    config: DynamicValue,
) -> pb::apply_resource_change::Request {
    pb::apply_resource_change::Request {
        type_name: TABLE.to_owned(),
        prior_state: Some(prior),
        planned_state: Some(planned),
        config: Some(config),
        ..Default::default()
    }
}

/// The one error that there is.
pub(crate) fn error(diagnostics: &[pb::Diagnostic]) -> &pb::Diagnostic {
    let [one] = diagnostics else {
        panic!("{diagnostics:?}")
    };
    assert_eq!(one.severity, i32::from(Severity::Error));
    one
}

pub(crate) fn steps(diagnostic: &pb::Diagnostic) -> Vec<Selector> {
    let path = diagnostic.attribute.clone().unwrap_or_default();
    path.steps
        .into_iter()
        .filter_map(|it| it.selector)
        .collect()
}

pub(crate) type Client = pb::provider_client::ProviderClient<tonic::transport::Channel>;

pub(crate) async fn plan(
    client: &mut Client,
    request: pb::plan_resource_change::Request,
) -> pb::plan_resource_change::Response {
    client
        .plan_resource_change(request)
        .await
        .expect("an answer")
        .into_inner()
}

pub(crate) async fn apply(
    client: &mut Client,
    request: pb::apply_resource_change::Request,
) -> pb::apply_resource_change::Response {
    client
        .apply_resource_change(request)
        .await
        .expect("an answer")
        .into_inner()
}

pub(crate) fn with_client(test: impl AsyncFnOnce(Client)) {
    let plugin = Plugin::start();
    block_on(async { test(plugin.provider().await).await });
}
