//! Who may connect, and who gets no answer.

use crate::wire::Test;
use crate::wire::certificate::Identity;
use crate::wire::client::proto::health::HealthCheckRequest;
use crate::wire::client::proto::health::health_client::HealthClient;
use crate::wire::client::proto::plugin::grpc_stdio_client::GrpcStdioClient;
use crate::wire::client::proto::tfplugin5::get_provider_schema;
use crate::wire::client::proto::tfplugin5::provider_client::ProviderClient;
use crate::wire::client::{LONG, Plugin, Start, block_on, channel};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::UnixStream;

pub(crate) const TESTS: &[Test] = &[
    (
        "the_clis_own_certificate_is_let_in",
        the_clis_own_certificate_is_let_in,
    ),
    ("h2_is_chosen_by_alpn", h2_is_chosen_by_alpn),
    ("every_client_gets_a_response", every_client_gets_a_response),
    (
        "another_certificate_of_the_same_name_gets_no_answer",
        another_certificate_gets_no_answer,
    ),
    (
        "the_right_certificate_without_its_key_gets_no_answer",
        the_right_certificate_without_its_key_gets_no_answer,
    ),
    (
        "plaintext_on_a_tls_socket_gets_no_answer",
        plaintext_on_a_tls_socket_gets_no_answer,
    ),
    (
        "a_silent_client_does_not_block_others",
        a_silent_client_does_not_block_others,
    ),
    (
        "without_a_certificate_the_socket_is_plain",
        without_a_certificate_the_socket_is_plain,
    ),
    ("health_and_output_are_there", health_and_output_are_there),
];

/// The most harmless call there is.
async fn schema<S: AsyncRead + AsyncWrite + Send + Unpin + 'static>(
    stream: S,
) -> Result<usize, String> {
    let channel = channel(stream, LONG)
        .await
        .map_err(|error| error.to_string())?;
    let answer = ProviderClient::new(channel)
        .get_schema(get_provider_schema::Request {})
        .await;
    answer
        .map(|it| it.into_inner().resource_schemas.len())
        .map_err(|error| error.to_string())
}

async fn tls_schema(plugin: &Plugin, identity: Option<&Identity>) -> Result<usize, String> {
    schema(
        plugin
            .tls(identity, &[b"h2"])
            .await
            .map_err(|error| error.to_string())?,
    )
    .await
}

/// Failed attempts of other clients do not harm the plugin.
async fn still_serves(plugin: &Plugin) {
    assert_eq!(tls_schema(plugin, Some(&plugin.identity)).await, Ok(1));
}

fn the_clis_own_certificate_is_let_in() {
    block_on(async { still_serves(&Plugin::start()).await });
}

fn h2_is_chosen_by_alpn() {
    let plugin = Plugin::start();
    block_on(async {
        let stream = plugin
            .tls(Some(&plugin.identity), &[b"h2", b"http/1.1"])
            .await
            .expect("a connection");
        let (_, connection) = stream.get_ref();
        assert_eq!(connection.alpn_protocol(), Some(&b"h2"[..]));
        assert_eq!(
            connection.protocol_version(),
            Some(rustls::ProtocolVersion::TLSv1_3)
        );
        // A client that offers something else only is refused.
        assert!(
            plugin
                .tls(Some(&plugin.identity), &[b"http/1.1"])
                .await
                .is_err()
        );
    });
}

fn every_client_gets_a_response() {
    let plugin = Start::new().env("TF_LOG", "warn").plugin();
    block_on(async {
        assert!(tls_schema(&plugin, None).await.is_err());
        still_serves(&plugin).await;
    });
    plugin.says("a connection was refused");
}

fn another_certificate_gets_no_answer() {
    let plugin = Plugin::start();
    block_on(async {
        assert!(tls_schema(&plugin, Some(&Identity::new())).await.is_err());
        still_serves(&plugin).await;
    });
}

fn the_right_certificate_without_its_key_gets_no_answer() {
    let plugin = Plugin::start();
    let thief = plugin.identity.with_key_of(&Identity::new());
    block_on(async {
        assert!(tls_schema(&plugin, Some(&thief)).await.is_err());
        still_serves(&plugin).await;
    });
}

fn plaintext_on_a_tls_socket_gets_no_answer() {
    let plugin = Plugin::start();
    block_on(async {
        assert!(
            schema(
                UnixStream::connect(plugin.socket())
                    .await
                    .expect("a connection")
            )
            .await
            .is_err()
        );
        still_serves(&plugin).await;
    });
}

fn a_silent_client_does_not_block_others() {
    let plugin = Plugin::start();
    block_on(async {
        let silent = UnixStream::connect(plugin.socket())
            .await
            .expect("a connection");
        still_serves(&plugin).await;
        drop(silent);
    });
}

fn without_a_certificate_the_socket_is_plain() {
    let plugin = Start::new().without("PLUGIN_CLIENT_CERT").plugin();
    assert_eq!(plugin.fields()[5], "");
    block_on(async {
        let stream = UnixStream::connect(plugin.socket())
            .await
            .expect("a connection");
        assert_eq!(schema(stream).await, Ok(1));
    });
}

fn health_and_output_are_there() {
    let plugin = Plugin::start();
    block_on(async {
        let channel = plugin.channel().await;
        let mut health = HealthClient::new(channel.clone());
        let answer = health
            .check(HealthCheckRequest {
                service: "plugin".to_owned(),
            })
            .await
            .expect("an answer");
        assert_eq!(answer.into_inner().status, 1);
        assert!(
            health
                .check(HealthCheckRequest {
                    service: "other".to_owned()
                })
                .await
                .is_err()
        );
        GrpcStdioClient::new(channel)
            .stream_stdio(())
            .await
            .expect("a stream");
    });
}
