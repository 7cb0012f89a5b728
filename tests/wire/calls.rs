//! What there is, and the calls that change nothing.

use crate::wire::Test;
use crate::wire::client::proto::tfplugin5::{self as pb};
use crate::wire::provider::{ECHO, TABLE, TestProvider};
use crate::wire::request::{act, create, error, msgpack, plan, read, steps, table, with_client};
use pb::attribute_path::step::Selector;
use portmatrix::terraform::value::Value;
use portmatrix::terraform::{Provider, schema};

pub(crate) const TESTS: &[Test] = &[
    ("the_schema_is_sound", the_schema_is_sound),
    (
        "schema_and_metadata_say_the_same",
        schema_and_metadata_say_the_same,
    ),
    (
        "calls_do_not_depend_on_a_schema_call",
        calls_do_not_depend_on_a_schema_call,
    ),
    (
        "the_provider_block_comes_back",
        the_provider_block_comes_back,
    ),
    (
        "validation_points_at_the_argument",
        validation_points_at_the_argument,
    ),
    (
        "moving_is_rejected_with_a_message",
        moving_is_rejected_with_a_message,
    ),
    ("a_data_source_is_read", a_data_source_is_read),
    ("there_are_no_functions", there_are_no_functions),
];

fn the_schema_is_sound() {
    assert_eq!(schema::problems(TestProvider::new().schemas()), [""; 0]);
}

fn schema_and_metadata_say_the_same() {
    with_client(async |mut client| {
        let schema = client
            .get_schema(pb::get_provider_schema::Request {})
            .await
            .expect("an answer")
            .into_inner();
        let metadata = client
            .get_metadata(pb::get_metadata::Request {})
            .await
            .expect("an answer")
            .into_inner();
        let capabilities = schema.server_capabilities.expect("capabilities");
        assert!(capabilities.plan_destroy && capabilities.get_provider_schema_optional);
        assert!(!capabilities.move_resource_state && !capabilities.generate_resource_config);
        assert_eq!(metadata.server_capabilities, Some(capabilities));
        let names: Vec<_> = metadata.resources.iter().map(|it| &it.type_name).collect();
        assert_eq!(names, schema.resource_schemas.keys().collect::<Vec<_>>());
        let names: Vec<_> = metadata
            .data_sources
            .iter()
            .map(|it| &it.type_name)
            .collect();
        assert_eq!(names, schema.data_source_schemas.keys().collect::<Vec<_>>());

        let table = schema.resource_schemas[TABLE].clone();
        assert_eq!(table.version, 1);
        let block = table.block.expect("a block");
        let attribute = |name| {
            block
                .attributes
                .iter()
                .find(|it| it.name == name)
                .expect("an attribute")
        };
        assert!(
            attribute("name").required && attribute("act").optional && attribute("rows").computed
        );
        assert_eq!(
            attribute("settings").r#type,
            &br#"["map",["object",{"note":"string","port":"number"}]]"#[..]
        );
        assert_eq!(
            attribute("name").description_kind,
            i32::from(pb::StringKind::Markdown)
        );
        let nesting: Vec<_> = block
            .block_types
            .iter()
            .map(|it| (&*it.type_name, it.nesting))
            .collect();
        assert_eq!(nesting, [("zone", 4), ("step", 2)]);
    });
}

/// The capability means that most processes are never asked for the schema.
fn calls_do_not_depend_on_a_schema_call() {
    with_client(async |mut client| {
        let planned = plan(&mut client, create(table(&[]))).await;
        assert_eq!(planned.diagnostics, []);
        assert_eq!(
            read(planned.planned_state).get("digest"),
            &Value::string("constant")
        );
    });
}

fn the_provider_block_comes_back() {
    with_client(async |mut client| {
        let config = Some(msgpack(b"\x81\xa8language\xa2tr".to_vec()));
        let request = pb::prepare_provider_config::Request {
            config: config.clone(),
        };
        let answer = client
            .prepare_provider_config(request)
            .await
            .expect("an answer")
            .into_inner();
        assert_eq!(answer.prepared_config, config);
        assert_eq!(answer.diagnostics, []);
        let request = pb::configure::Request {
            config,
            ..Default::default()
        };
        let answer = client
            .configure(request)
            .await
            .expect("an answer")
            .into_inner();
        assert_eq!(answer.diagnostics, []);
    });
}

fn validation_points_at_the_argument() {
    with_client(async |mut client| {
        let mut validate = async |config| {
            let config = Some(config);
            let request = pb::validate_resource_type_config::Request {
                type_name: TABLE.into(),
                config,
                ..Default::default()
            };
            client
                .validate_resource_type_config(request)
                .await
                .expect("an answer")
                .into_inner()
                .diagnostics
        };
        assert_eq!(validate(table(&[])).await, []);
        let diagnostics = validate(act("invalid")).await;
        assert_eq!(
            steps(error(&diagnostics)),
            [Selector::AttributeName("act".to_owned())]
        );
    });
}

fn moving_is_rejected_with_a_message() {
    with_client(async |mut client| {
        let request = pb::move_resource_state::Request {
            source_type_name: "terraform_data".to_owned(),
            target_type_name: TABLE.to_owned(),
            ..Default::default()
        };
        let answer = client
            .move_resource_state(request)
            .await
            .expect("an answer")
            .into_inner();
        assert!(
            error(&answer.diagnostics)
                .detail
                .contains("`terraform_data`")
        );
    });
}

fn a_data_source_is_read() {
    with_client(async |mut client| {
        let config = Some(msgpack(b"\x82\xa2in\x92\x01\xa30.1\xa3out\xc0".to_vec()));
        let request = pb::validate_data_source_config::Request {
            type_name: ECHO.to_owned(),
            config: config.clone(),
        };
        let answer = client
            .validate_data_source_config(request)
            .await
            .expect("an answer")
            .into_inner();
        assert_eq!(answer.diagnostics, []);
        let request = pb::read_data_source::Request {
            type_name: ECHO.to_owned(),
            config,
            ..Default::default()
        };
        let answer = client
            .read_data_source(request)
            .await
            .expect("an answer")
            .into_inner();
        assert_eq!(answer.diagnostics, []);
        assert_eq!(
            &answer.state.expect("state").msgpack[..],
            b"\x82\xa2in\x92\x01\xa30.1\xa3out\x92\x01\xa30.1"
        );
    });
}

fn there_are_no_functions() {
    with_client(async |mut client| {
        let answer = client
            .get_functions(pb::get_functions::Request {})
            .await
            .expect("an answer")
            .into_inner();
        assert!(answer.functions.is_empty() && answer.diagnostics.is_empty());
        let status = client
            .call_function(pb::call_function::Request::default())
            .await
            .expect_err("a status");
        assert_eq!(status.code(), tonic::Code::Unimplemented);
    });
}
