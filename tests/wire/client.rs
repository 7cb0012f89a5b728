//! The CLI's part: starts the plugin, reads its line, connects, calls.

use crate::wire::certificate::Identity;
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use hyper_util::rt::TokioIo;
use proto::plugin::grpc_controller_client::GrpcControllerClient;
use proto::tfplugin5::provider_client::ProviderClient;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::sign::SingleCertAndKey;
use std::ffi::{OsStr, OsString};
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};
use tokio::net::UnixStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tonic::transport::{Channel, Endpoint};

/// The client's half of what the build script generates.
#[allow(
    missing_docs,
    dead_code,
    unreachable_pub,
    clippy::pedantic,
    clippy::allow_attributes_without_reason,
    reason = "generated"
)]
pub(crate) mod proto {
    pub(crate) mod tfplugin5 {
        include!(concat!(env!("OUT_DIR"), "/client/tfplugin5.rs"));
    }
    pub(crate) mod plugin {
        include!(concat!(env!("OUT_DIR"), "/client/plugin.rs"));
    }
    pub(crate) mod health {
        include!(concat!(env!("OUT_DIR"), "/client/grpc.health.v1.rs"));
    }
}

/// Set for a process that is to be the provider.
pub(crate) const AS_PROVIDER: &str = "WIRE_TEST_AS_PROVIDER";
/// What a CLI sets to say that it is one.
pub(crate) const COOKIE: (&str, &str) = (
    "TF_PLUGIN_MAGIC_COOKIE",
    "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
);
/// Far more than anything here takes.
pub(crate) const LONG: Duration = Duration::from_secs(20);

/// How a plugin is started.
pub(crate) struct Start {
    command: Command,
    identity: Identity,
    /// Where the socket lies; gone with the test.
    folder: tempfile::TempDir,
}

impl Start {
    /// As a CLI does, with a certificate.
    pub(crate) fn new() -> Self {
        Start::of(std::env::current_exe().expect("this executable"))
    }

    /// The same of another program.
    pub(crate) fn of(program: impl AsRef<OsStr>) -> Self {
        let identity = Identity::new();
        let folder = tempfile::tempdir().expect("a folder");
        let mut start = Start {
            command: Start::bare(program),
            identity,
            folder,
        };
        let pem = start.identity.pem();
        let folder = start.folder.path().to_owned();
        start
            .command
            .env(COOKIE.0, COOKIE.1)
            .env("PLUGIN_MIN_PORT", "10000")
            .env("PLUGIN_MAX_PORT", "25000")
            .env("PLUGIN_PROTOCOL_VERSIONS", "6,5")
            .env("PLUGIN_CLIENT_CERT", pem)
            .env("TMPDIR", folder);
        start
    }

    /// As a person does who does not know better.
    pub(crate) fn by_hand() -> Self {
        Start {
            command: Start::bare(std::env::current_exe().expect("this executable")),
            identity: Identity::new(),
            folder: tempfile::tempdir().expect("a folder"),
        }
    }

    fn bare(program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        for (name, _) in std::env::vars_os() {
            let name = name.to_string_lossy().into_owned();
            if name.starts_with("TF_") || name.starts_with("PLUGIN_") || name.starts_with("RUST_") {
                command.env_remove(name);
            }
        }
        command
            .env(AS_PROVIDER, "1")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    pub(crate) fn env(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.command.env(name, value.into());
        self
    }

    pub(crate) fn without(mut self, name: &str) -> Self {
        self.command.env_remove(name);
        self
    }

    pub(crate) fn arg(mut self, arg: &str) -> Self {
        self.command.arg(arg);
        self
    }

    /// The folder where temporary files go.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn stdout(mut self, stdout: impl Into<Stdio>) -> Self {
        self.command.stdout(stdout);
        self
    }

    /// Starts it and reads its line.
    pub(crate) fn plugin(self) -> Plugin {
        let mut plugin = self.plugin_without_line();
        let mut stdout = BufReader::new(plugin.child.stdout.take().expect("its stdout"));
        stdout.read_line(&mut plugin.line).expect("a line");
        plugin.rest = drain(stdout);
        plugin
    }

    /// Starts it.
    pub(crate) fn plugin_without_line(mut self) -> Plugin {
        let mut child = self.command.spawn().expect("a process");
        // The parent's copy of its stdout goes with the command.
        drop(self.command);
        let stderr = drain(child.stderr.take().expect("its stderr"));
        Plugin {
            child,
            line: String::new(),
            rest: Arc::default(),
            stderr,
            identity: self.identity,
            _folder: self.folder,
        }
    }

    /// Starts it and waits for its end: status, stdout, stderr.
    pub(crate) fn output(mut self) -> (ExitStatus, String, String) {
        let output = self.command.output().expect("a process");
        let text = |bytes| String::from_utf8(bytes).expect("text");
        (output.status, text(output.stdout), text(output.stderr))
    }
}

/// Reads in the background, so that the process never waits for its reader.
fn drain(mut from: impl Read + Send + 'static) -> Arc<Mutex<Vec<u8>>> {
    let text = Arc::new(Mutex::new(Vec::new()));
    let into = Arc::clone(&text);
    thread::spawn(move || {
        let mut buffer = [0; 4096];
        while let Ok(length @ 1..) = from.read(&mut buffer) {
            into.lock().expect("no panic").extend(&buffer[..length]);
        }
    });
    text
}

fn text(of: &Mutex<Vec<u8>>) -> String {
    String::from_utf8(of.lock().expect("no panic").clone()).expect("text")
}

/// A running plugin. It is killed with the test.
pub(crate) struct Plugin {
    pub(crate) child: Child,
    /// The first line on its stdout.
    pub(crate) line: String,
    rest: Arc<Mutex<Vec<u8>>>,
    stderr: Arc<Mutex<Vec<u8>>>,
    pub(crate) identity: Identity,
    _folder: tempfile::TempDir,
}

impl Drop for Plugin {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Plugin {
    pub(crate) fn start() -> Self {
        Start::new().plugin()
    }

    pub(crate) fn fields(&self) -> Vec<&str> {
        self.line.trim_end().split('|').collect()
    }

    pub(crate) fn socket(&self) -> PathBuf {
        PathBuf::from(self.fields()[3])
    }

    pub(crate) fn certificate(&self) -> CertificateDer<'static> {
        STANDARD_NO_PAD
            .decode(self.fields()[5])
            .expect("base64 without padding")
            .into()
    }

    pub(crate) fn stdout_after_the_line(&self) -> String {
        text(&self.rest)
    }

    pub(crate) fn stderr(&self) -> String {
        text(&self.stderr)
    }

    /// All that a process which has ended left on stderr.
    pub(crate) fn last_words(&self) -> String {
        eventually("the end of stderr", || Arc::strong_count(&self.stderr) == 1);
        self.stderr()
    }

    /// Waits for a text on stderr.
    pub(crate) fn says(&self, needle: &str) {
        eventually(&format!("`{needle}` on stderr"), || {
            self.stderr().contains(needle)
        });
    }

    /// Waits for the end.
    pub(crate) fn ended(&mut self) -> ExitStatus {
        let mut status = None;
        eventually("the end of the process", || {
            status = self.child.try_wait().expect("a status");
            status.is_some()
        });
        status.expect("a status")
    }

    pub(crate) fn signal(&self, name: &str) {
        let status = Command::new("kill")
            .args(["-s", name, &self.child.id().to_string()])
            .status();
        assert!(status.expect("kill").success());
    }

    /// TLS to the socket, as `identity`, or without a certificate.
    pub(crate) async fn tls(
        &self,
        identity: Option<&Identity>,
        alpn: &[&[u8]],
    ) -> std::io::Result<TlsStream<UnixStream>> {
        let mut roots = rustls::RootCertStore::empty();
        roots.add(self.certificate()).expect("a certificate");
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions();
        let config = config.expect("versions").with_root_certificates(roots);
        let mut config = match identity {
            Some(it) => {
                config.with_client_cert_resolver(Arc::new(SingleCertAndKey::from(it.certified())))
            }
            None => config.with_no_client_auth(),
        };
        config.alpn_protocols = alpn.iter().map(|it| it.to_vec()).collect();
        let stream = UnixStream::connect(self.socket()).await?;
        let name = ServerName::try_from("localhost").expect("a name");
        TlsConnector::from(Arc::new(config))
            .connect(name, stream)
            .await
    }

    /// A channel as the CLI has it.
    pub(crate) async fn channel(&self) -> Channel {
        let stream = self
            .tls(Some(&self.identity), &[b"h2"])
            .await
            .expect("a connection");
        channel(stream, LONG).await.expect("a channel")
    }

    pub(crate) async fn provider(&self) -> ProviderClient<Channel> {
        ProviderClient::new(self.channel().await)
            .max_decoding_message_size(1 << 30)
            .max_encoding_message_size(1 << 30)
    }

    pub(crate) async fn shut_down(&self, channel: Channel) {
        let answer = GrpcControllerClient::new(channel)
            .shutdown(proto::plugin::Empty {})
            .await;
        answer.expect("an answer to Shutdown");
    }
}

/// HTTP/2 over a stream, with a time in which every call must be answered.
pub(crate) async fn channel<S>(
    stream: S,
    patience: Duration,
) -> Result<Channel, tonic::transport::Error>
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Send + Unpin + 'static,
{
    let mut stream = Some(stream);
    let connector = tower::service_fn(move |_| {
        let stream = stream
            .take()
            .map(TokioIo::new)
            .ok_or_else(|| std::io::Error::other("one connection only"));
        async { stream }
    });
    Endpoint::from_static("http://localhost")
        .timeout(patience)
        .connect_with_connector(connector)
        .await
}

/// Runs the asynchronous part of a test.
pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        tokio::time::timeout(3 * LONG, future)
            .await
            .expect("the test takes too long")
    })
}

/// Waits until something is so.
pub(crate) fn eventually(what: &str, mut is_so: impl FnMut() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < LONG, "still waiting for {what}");
        thread::sleep(Duration::from_millis(2));
    }
}
