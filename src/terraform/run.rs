//! The life of the process: from the handshake line to its end.

use super::connect::accept;
use super::dispatch::{LARGEST_MESSAGE, Server};
use super::handshake::{Address, Client, PROTOCOL};
use super::listen::Listener;
use super::proto::health::health_server::HealthServer;
use super::proto::plugin::grpc_broker_server::GrpcBrokerServer;
use super::proto::plugin::grpc_controller_server::GrpcControllerServer;
use super::proto::plugin::grpc_stdio_server::GrpcStdioServer;
use super::proto::tfplugin5::provider_server::ProviderServer;
use super::services::{Broker, Controller, Health, Stdio};
use super::shutdown::{Parent, Signals};
use super::{Provider, log, tls};
use serde_json::json;
use std::io::{self, Write};
use std::process::{self, ExitCode};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Notify, mpsc};
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;
use tokio_stream::wrappers::ReceiverStream;

/// How long the CLI may take to close its connection after it asked for the end; it kills the process after two seconds.
const FAREWELL: Duration = Duration::from_millis(200);

/// Serves the provider to the CLI that started this process, or with `debug` to any CLI that has the address, until the end.
///
/// `address` is the provider's, without a host: `example/thing`.
pub fn serve(address: &str, provider: impl Provider, debug: bool) -> ExitCode {
    log::start(address.rsplit('/').next().unwrap_or(address));
    let client = if debug {
        Ok(Client::default())
    } else {
        Client::from_environment()
    };
    match client.and_then(|client| run(&client, address, provider, debug)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            let _ = writeln!(io::stderr(), "{message}");
            ExitCode::FAILURE
        }
    }
}

fn run(client: &Client, address: &str, provider: impl Provider, debug: bool) -> Result<(), String> {
    // Two threads, so that a stop or an end gets through while a large message is being read.
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build();
    let runtime = runtime.map_err(|error| format!("cannot start: {error}"))?;
    let result = runtime.block_on(listen_and_serve(client, address, provider, debug));
    // Do not wait for a call that was given up.
    runtime.shutdown_background();
    result
}

async fn listen_and_serve(
    client: &Client,
    address: &str,
    provider: impl Provider,
    debug: bool,
) -> Result<(), String> {
    // Before the line is written: otherwise, a signal right after it would leave the socket behind.
    let signals =
        Signals::new(debug).map_err(|error| format!("cannot listen for signals: {error}"))?;
    let parent = Parent::new();
    let tls = client.certificate.clone().map(tls::server).transpose()?;
    let (tls, certificate) = tls.unzip();
    let listener = Listener::bind(client).map_err(|error| format!("cannot listen: {error}"))?;
    let place = listener
        .address()
        .map_err(|error| format!("cannot listen: {error}"))?;

    let line = if debug {
        reattach(address, &place)
    } else {
        client.answer(&place, certificate.as_ref())
    };
    announce(&line).map_err(|error| format!("cannot write to stdout: {error}"))?;
    log::debug(
        "serving",
        &[("network", &place.network), ("address", &place.place)],
    );

    let over = Arc::new(Notify::new());
    let alive = Arc::new(());
    let (connections, incoming) = mpsc::channel(1);
    let accepting = tokio::spawn(accept(
        listener,
        tls.map(TlsAcceptor::from),
        connections,
        Arc::clone(&alive),
    ));
    let largest = LARGEST_MESSAGE;
    let server = tonic::transport::Server::builder()
        .initial_stream_window_size(16 << 20)
        .initial_connection_window_size(16 << 20)
        .max_frame_size(1 << 20)
        .add_service(
            ProviderServer::new(Server::new(provider))
                .max_decoding_message_size(largest)
                .max_encoding_message_size(largest),
        )
        .add_service(GrpcControllerServer::new(Controller(Arc::clone(&over))))
        .add_service(GrpcStdioServer::new(Stdio))
        .add_service(GrpcBrokerServer::new(Broker))
        .add_service(HealthServer::new(Health))
        .serve_with_incoming(ReceiverStream::new(incoming));

    tokio::pin!(server);
    let result = tokio::select! {
        ended = &mut server => ended.map_err(|error| format!("cannot serve: {error}")),
        () = signals.end() => Ok(()),
        () = parent.gone(), if !debug => Ok(()),
        () = over.notified() => {
            // The streams for output and broker never end by themselves, so neither would a graceful end of the server.
            // Go on only until the answer is out and the CLI has hung up.
            let hung_up = async { while Arc::strong_count(&alive) > 2 { sleep(Duration::from_millis(1)).await } };
            tokio::select! { _ = &mut server => {}, _ = timeout(FAREWELL, hung_up) => {} }
            Ok(())
        }
    };
    accepting.abort();
    // The task owns the listener, and dropping it removes the socket.
    let _ = accepting.await;
    log::debug("over", &[]);
    result
}

/// One line, and from then on nothing more: whatever is printed by mistake goes to stderr, because the CLI stops reading.
fn announce(line: &str) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(line.as_bytes())?;
    stdout.flush()?;
    #[cfg(unix)]
    rustix::stdio::dup2_stdout(io::stderr())?;
    Ok(())
}

/// What a user sets so that a CLI uses this process instead of starting one. If the address has no host, the CLI adds its own.
fn reattach(address: &str, place: &Address) -> String {
    let Address { network, place } = place;
    let this = json!({
        "Protocol": "grpc",
        "ProtocolVersion": PROTOCOL.parse().unwrap_or(5),
        "Pid": process::id(),
        "Test": true,
        "Addr": { "Network": network, "String": place },
    });
    let all = json!({ address: this });
    format!(
        "Serving until interrupted. For the terminal that runs the CLI:\n\n\tTF_REATTACH_PROVIDERS='{all}'\n\n"
    )
}
