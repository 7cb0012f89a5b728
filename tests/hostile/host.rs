//! The real program under attack: started as a CLI starts it, and called with whatever bytes.

use crate::hostile::count;
use crate::support::program::under_test;
use crate::wire::client::{Plugin, Start, channel};
use std::fs;
use std::path::Path;
use std::time::Duration;
use tonic::client::Grpc;
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::codegen::Bytes;
use tonic::codegen::http::uri::PathAndQuery;
use tonic::transport::Channel;
use tonic::{Code, Request, Status};

/// In which any call must be answered: no measure of speed, only of being alive on a machine with much else to do.
pub(crate) const BOUND: Duration = Duration::from_secs(120);

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    Message(Bytes),
    Status(Code, String),
}

impl Answer {
    /// The message, where there must be one.
    pub(crate) fn message(self) -> Bytes {
        match self {
            Answer::Message(bytes) => bytes,
            Answer::Status(code, text) => panic!("{code:?} instead of an answer: {text}"),
        }
    }
}

/// A running provider, whose end this waits for.
pub(crate) struct Host {
    pub(crate) plugin: Plugin,
}

impl Host {
    pub(crate) fn start() -> Self {
        let start = Start::of(under_test());
        Host {
            plugin: start.plugin(),
        }
    }

    /// A connection of its own.
    pub(crate) async fn caller(&self) -> Caller {
        let stream = self
            .plugin
            .tls(Some(&self.plugin.identity), &[b"h2"])
            .await
            .expect("a connection");
        Caller(channel(stream, BOUND).await.expect("a channel"))
    }

    /// The most memory that the process has had so far, in bytes; `None` where the system does not say.
    pub(crate) fn peak_memory(&self) -> Option<usize> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.plugin.child.id())).ok()?;
        let line = status.lines().find_map(|it| it.strip_prefix("VmHWM:"))?;
        let kibibytes: usize = line.trim().trim_end_matches(" kB").parse().ok()?;
        Some(kibibytes << 10)
    }

    /// Ends it as the CLI does: it goes at once, takes its socket away, and has not panicked.
    pub(crate) async fn farewell(mut self) {
        let socket = self.plugin.socket();
        let caller = self.caller().await;
        self.plugin.shut_down(caller.0).await;
        assert!(self.plugin.ended().success());
        is_clean(&socket);
        let said = self.plugin.last_words();
        assert!(!said.contains("panic:"), "{said}");
    }
}

/// Socket and folder are gone.
pub(crate) fn is_clean(socket: &Path) {
    assert!(!socket.exists());
    assert!(!socket.parent().expect("a folder").exists());
}

/// One connection to a provider.
#[derive(Clone)]
pub(crate) struct Caller(pub(crate) Channel);

impl Caller {
    /// One call of the provider's service.
    pub(crate) async fn call(&self, rpc: &str, request: impl Into<Bytes>) -> Answer {
        self.send(&format!("/tfplugin5.Provider/{rpc}"), request)
            .await
    }

    /// One call of any path.
    pub(crate) async fn send(&self, path: &str, request: impl Into<Bytes>) -> Answer {
        count::one();
        let path: PathAndQuery = path.parse().expect("a path");
        let mut grpc = Grpc::new(self.0.clone())
            .max_decoding_message_size(usize::MAX)
            .max_encoding_message_size(usize::MAX);
        let called = async {
            grpc.ready()
                .await
                .map_err(|it| Status::unavailable(it.to_string()))?;
            grpc.unary(Request::new(request.into()), path.clone(), Raw)
                .await
        };
        match tokio::time::timeout(BOUND, called).await {
            Ok(Ok(answer)) => Answer::Message(answer.into_inner()),
            Ok(Err(status)) => Answer::Status(status.code(), status.message().to_owned()),
            Err(late) => panic!("{path} has no answer after {BOUND:?}: {late}"),
        }
    }
}

/// Messages as the bytes that they are.
struct Raw;

impl Codec for Raw {
    type Encode = Bytes;
    type Decode = Bytes;
    type Encoder = Raw;
    type Decoder = Raw;

    fn encoder(&mut self) -> Raw {
        Raw
    }

    fn decoder(&mut self) -> Raw {
        Raw
    }
}

impl Encoder for Raw {
    type Item = Bytes;
    type Error = Status;

    fn encode(&mut self, item: Bytes, into: &mut EncodeBuf<'_>) -> Result<(), Status> {
        use prost::bytes::BufMut;
        into.put(item);
        Ok(())
    }
}

impl Decoder for Raw {
    type Item = Bytes;
    type Error = Status;

    fn decode(&mut self, from: &mut DecodeBuf<'_>) -> Result<Option<Bytes>, Status> {
        use prost::bytes::Buf;
        Ok(Some(from.copy_to_bytes(from.remaining())))
    }
}
