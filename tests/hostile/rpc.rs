//! Every call of the protocol, as bytes, and what is read from the answers.

use crate::hostile::host::Answer;
use crate::wire::client::proto::tfplugin5::{self as pb, DynamicValue};
use prost::Message;
use tonic::Code;
use tonic::codegen::Bytes;

/// The calls that the provider answers.
pub(crate) const SERVED: [&str; 16] = [
    "GetMetadata",
    "GetSchema",
    "GetFunctions",
    "PrepareProviderConfig",
    "Configure",
    "ValidateResourceTypeConfig",
    "UpgradeResourceState",
    "ReadResource",
    "PlanResourceChange",
    "ApplyResourceChange",
    "ImportResourceState",
    "MoveResourceState",
    "ValidateDataSourceConfig",
    "ReadDataSource",
    "CallFunction",
    "Stop",
];

/// The calls for what it does not have.
pub(crate) const UNSERVED: [&str; 12] = [
    "GetResourceIdentitySchemas",
    "UpgradeResourceIdentity",
    "GenerateResourceConfig",
    "ValidateEphemeralResourceConfig",
    "OpenEphemeralResource",
    "RenewEphemeralResource",
    "CloseEphemeralResource",
    "ListResource",
    "ValidateListResourceConfig",
    "ValidateActionConfig",
    "PlanAction",
    "InvokeAction",
];

/// What a request may hold; each call takes of it what it has a field for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Parts {
    pub(crate) kind: String,
    pub(crate) config: Option<DynamicValue>,
    pub(crate) prior: Option<DynamicValue>,
    /// The proposed state of a plan, the planned one of an apply.
    pub(crate) planned: Option<DynamicValue>,
    pub(crate) private: Vec<u8>,
    /// The stored state of an upgrade or a move.
    pub(crate) stored: Option<Vec<u8>>,
    pub(crate) version: i64,
    pub(crate) id: String,
}

/// The bytes of a request.
pub(crate) fn request(rpc: &str, parts: Parts) -> Bytes {
    let Parts {
        kind: type_name,
        config,
        prior,
        planned,
        private,
        stored,
        version,
        id,
    } = parts;
    let raw_state = stored.map(|json| pb::RawState {
        json: json.into(),
        ..Default::default()
    });
    let private: Bytes = private.into();
    let bytes = match rpc {
        "PrepareProviderConfig" => pb::prepare_provider_config::Request { config }.encode_to_vec(),
        "Configure" => pb::configure::Request {
            terraform_version: id,
            config,
            ..Default::default()
        }
        .encode_to_vec(),
        "ValidateResourceTypeConfig" => pb::validate_resource_type_config::Request {
            type_name,
            config,
            ..Default::default()
        }
        .encode_to_vec(),
        "ValidateDataSourceConfig" => {
            pb::validate_data_source_config::Request { type_name, config }.encode_to_vec()
        }
        "ReadDataSource" => pb::read_data_source::Request {
            type_name,
            config,
            ..Default::default()
        }
        .encode_to_vec(),
        "UpgradeResourceState" => pb::upgrade_resource_state::Request {
            type_name,
            version,
            raw_state,
        }
        .encode_to_vec(),
        "ReadResource" => pb::read_resource::Request {
            type_name,
            current_state: prior,
            private,
            ..Default::default()
        }
        .encode_to_vec(),
        "PlanResourceChange" => pb::plan_resource_change::Request {
            type_name,
            prior_state: prior,
            proposed_new_state: planned,
            config,
            prior_private: private,
            ..Default::default()
        }
        .encode_to_vec(),
        "ApplyResourceChange" => pb::apply_resource_change::Request {
            type_name,
            prior_state: prior,
            planned_state: planned,
            config,
            planned_private: private,
            ..Default::default()
        }
        .encode_to_vec(),
        "ImportResourceState" => pb::import_resource_state::Request {
            type_name,
            id,
            ..Default::default()
        }
        .encode_to_vec(),
        "MoveResourceState" => pb::move_resource_state::Request {
            source_type_name: id,
            target_type_name: type_name,
            source_state: raw_state,
            source_private: private,
            ..Default::default()
        }
        .encode_to_vec(),
        "CallFunction" => pb::call_function::Request {
            name: type_name,
            arguments: [config, prior, planned].into_iter().flatten().collect(),
        }
        .encode_to_vec(),
        // The fields of the others are of no interest to a provider that has nothing of the kind.
        _ => pb::validate_data_source_config::Request { type_name, config }.encode_to_vec(),
    };
    bytes.into()
}

/// What an answer says and brings.
#[derive(Debug, Default)]
pub(crate) struct Reply {
    pub(crate) diagnostics: Vec<pb::Diagnostic>,
    pub(crate) state: Option<DynamicValue>,
}

impl Reply {
    pub(crate) fn failed(&self) -> bool {
        self.diagnostics
            .iter()
            .any(|it| it.severity == i32::from(pb::diagnostic::Severity::Error))
    }
}

/// The answer to a call, which must be one.
pub(crate) fn reply(rpc: &str, answer: &Answer) -> Reply {
    let bytes = answer.clone().message();
    macro_rules! read {
        ($message:ident) => {
            pb::$message::Response::decode(bytes).expect("an answer of this call")
        };
        ($message:ident, $state:expr) => {{
            let it = read!($message);
            let state = $state(&it);
            Reply {
                diagnostics: it.diagnostics,
                state,
            }
        }};
    }
    match rpc {
        "GetMetadata" => read!(get_metadata, |_: &_| None),
        "GetSchema" => read!(get_provider_schema, |_: &_| None),
        "GetFunctions" => read!(get_functions, |_: &_| None),
        "PrepareProviderConfig" => read!(prepare_provider_config, |_: &_| None),
        "Configure" => read!(configure, |_: &_| None),
        "ValidateResourceTypeConfig" => read!(validate_resource_type_config, |_: &_| None),
        "ValidateDataSourceConfig" => read!(validate_data_source_config, |_: &_| None),
        "MoveResourceState" => read!(
            move_resource_state,
            |it: &pb::move_resource_state::Response| it.target_state.clone()
        ),
        "UpgradeResourceState" => read!(
            upgrade_resource_state,
            |it: &pb::upgrade_resource_state::Response| it.upgraded_state.clone()
        ),
        "ReadResource" => read!(read_resource, |it: &pb::read_resource::Response| it
            .new_state
            .clone()),
        "PlanResourceChange" => read!(
            plan_resource_change,
            |it: &pb::plan_resource_change::Response| it.planned_state.clone()
        ),
        "ApplyResourceChange" => read!(
            apply_resource_change,
            |it: &pb::apply_resource_change::Response| it.new_state.clone()
        ),
        "ReadDataSource" => read!(read_data_source, |it: &pb::read_data_source::Response| it
            .state
            .clone()),
        "ImportResourceState" => read!(
            import_resource_state,
            |it: &pb::import_resource_state::Response| {
                it.imported_resources
                    .first()
                    .and_then(|it| it.state.clone())
            }
        ),
        "CallFunction" => {
            let pb::call_function::Response { result, error } = read!(call_function);
            assert_ne!(result.is_some(), error.is_some(), "one of both");
            let as_diagnostic = |it: pb::FunctionError| pb::Diagnostic {
                severity: pb::diagnostic::Severity::Error.into(),
                summary: "a function's error".to_owned(),
                detail: it.text,
                ..Default::default()
            };
            Reply {
                diagnostics: error.into_iter().map(as_diagnostic).collect(),
                state: result,
            }
        }
        "Stop" => {
            assert_eq!(read!(stop).error, "");
            Reply::default()
        }
        other => panic!("`{other}` is not served"),
    }
}

/// A status that may answer bytes that are not a request of the protocol.
pub(crate) fn is_refusal(code: Code) -> bool {
    matches!(
        code,
        Code::Internal | Code::InvalidArgument | Code::OutOfRange | Code::ResourceExhausted
    )
}

pub(crate) fn msgpack(bytes: Vec<u8>) -> DynamicValue {
    DynamicValue {
        msgpack: bytes.into(),
        ..Default::default()
    }
}

pub(crate) fn json(bytes: Vec<u8>) -> DynamicValue {
    DynamicValue {
        json: bytes.into(),
        ..Default::default()
    }
}

pub(crate) fn null() -> DynamicValue {
    msgpack(vec![0xc0])
}
