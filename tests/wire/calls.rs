//! What there is, and the calls that change nothing.

use crate::wire::Test;
use crate::wire::client::proto::tfplugin5::{self as pb};
use crate::wire::provider::{ECHO, ECHO_ALL, TABLE, TestProvider};
use crate::wire::request::{
    Client, act, create, error, msgpack, plan, read, steps, table, with_client,
};
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
    (
        "functions_are_the_same_in_every_answer",
        functions_are_the_same_in_every_answer,
    ),
    ("functions_are_called", functions_are_called),
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

fn functions_are_the_same_in_every_answer() {
    with_client(async |mut client| {
        let answer = client
            .get_functions(pb::get_functions::Request {})
            .await
            .expect("an answer")
            .into_inner();
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
        assert_eq!(answer.functions, schema.functions);
        let names: Vec<_> = metadata.functions.iter().map(|it| &it.name).collect();
        assert_eq!(names, answer.functions.keys().collect::<Vec<_>>());
        let function = &answer.functions[ECHO_ALL];
        assert_eq!(&function.parameters[0].r#type[..], b"\"dynamic\"");
        let more = function.variadic_parameter.as_ref().expect("a parameter");
        assert_eq!(&more.r#type[..], b"[\"list\",\"string\"]");
        assert!(!more.allow_null_value && !more.allow_unknown_values);
    });
}

/// The result of a call, or the text and the argument of its error.
async fn called(
    client: &mut Client,
    name: &str,
    arguments: &[&[u8]],
) -> Result<Vec<u8>, (String, Option<i64>)> {
    let arguments = arguments.iter().map(|it| msgpack(it.to_vec())).collect();
    let name = name.to_owned();
    let request = pb::call_function::Request { name, arguments };
    let answer = client.call_function(request).await.expect("an answer");
    let pb::call_function::Response { result, error } = answer.into_inner();
    match (result, error) {
        (Some(result), None) => Ok(result.msgpack.to_vec()),
        (None, Some(it)) => Err((it.text, it.function_argument)),
        other => panic!("neither one nor the other: {other:?}"),
    }
}

/// A text of dynamic type.
const TEXT: &[u8] = b"\x92\xc4\x08\"string\"\xa1x";
/// A list with a text that is not known yet.
const OPEN: &[u8] = b"\x92\xa1a\xd4\x00\x00";

fn functions_are_called() {
    with_client(async |mut client| {
        let mut call = async |arguments: &[&[u8]]| called(&mut client, ECHO_ALL, arguments).await;
        let failed = |text: &str, at| Err((text.to_owned(), at));
        assert_eq!(call(&[TEXT]).await, Ok(TEXT.to_vec()));
        assert_eq!(
            call(&[TEXT, b"\x91\xa1a", b"\x90"]).await,
            Ok(TEXT.to_vec())
        );
        // Unknown anywhere in an argument, by itself and with its type.
        for unknown in [
            &[0xd4, 0, 0][..],
            b"\x92\xc4\x13[\"list\",[\"list\",\"x\"]]",
        ] {
            let answer = call(&[unknown]).await;
            assert!(
                answer.is_err() || answer == Ok(vec![0xd4, 0, 0]),
                "{answer:?}"
            );
        }
        let nested = b"\x92\xc4\x1c[\"tuple\",[\"dynamic\",\"bool\"]]\x92\xd4\x00\x00\xc3";
        assert_eq!(call(&[nested]).await, Ok(vec![0xd4, 0, 0]));
        assert_eq!(call(&[TEXT, OPEN]).await, Ok(vec![0xd4, 0, 0]));
        assert_eq!(
            call(&[b"\xc0"]).await,
            failed("the argument must not be null", Some(0))
        );
        assert_eq!(
            call(&[b"\x92\xc4\x08\"string\"\xa4fail"]).await,
            failed("as asked", Some(0))
        );
        let (text, at) = call(&[TEXT, b"\xc3"]).await.expect_err("a misfit");
        assert!(at == Some(1) && !text.is_empty());
        let (text, _) = call(&[]).await.expect_err("too few");
        assert!(text.contains("1 parameters, but 0"), "{text}");
        let (text, _) = call(&[b"\x92\xc4\x08\"string\"\xa5panic"])
            .await
            .expect_err("a panic");
        assert!(text.contains("the test asked for it"), "{text}");
        assert_eq!(call(&[TEXT]).await, Ok(TEXT.to_vec()));
        let unknown = called(&mut client, "nothing", &[]).await;
        assert_eq!(
            unknown,
            failed("this provider has no function `nothing`", None)
        );
    });
}
