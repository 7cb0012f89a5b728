//! Connections as they come in: each through its TLS handshake, then on to the server.

use super::listen::{Listener, Stream};
use super::log;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::mpsc;
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;
use tonic::transport::server::Connected;

/// How long a client may need for the TLS handshake.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// Accepts connections, each with its own TLS handshake, so that a slow or faulty client does not block the others.
pub(super) async fn accept(
    listener: Listener,
    tls: Option<TlsAcceptor>,
    connections: mpsc::Sender<io::Result<Connection>>,
    alive: Arc<()>,
) {
    loop {
        let stream = match listener.accept().await {
            Ok(stream) => stream,
            Err(error) => {
                log::warn("a connection failed", &[("error", &error)]);
                sleep(Duration::from_millis(10)).await;
                continue;
            }
        };
        let (tls, connections, alive) = (tls.clone(), connections.clone(), Arc::clone(&alive));
        tokio::spawn(async move {
            match secure(stream, tls).await {
                Ok(stream) => {
                    // The receiver is gone when the process is about to end.
                    let _ = connections
                        .send(Ok(Connection {
                            stream,
                            _alive: alive,
                        }))
                        .await;
                }
                Err(error) => log::warn("a connection was refused", &[("error", &error)]),
            }
        });
    }
}

async fn secure(stream: Box<dyn Stream>, tls: Option<TlsAcceptor>) -> io::Result<Box<dyn Stream>> {
    let Some(tls) = tls else { return Ok(stream) };
    let stream = timeout(HANDSHAKE, tls.accept(stream)).await??;
    Ok(Box::new(stream))
}

/// One connection, counted as long as it lives.
pub(super) struct Connection {
    stream: Box<dyn Stream>,
    _alive: Arc<()>,
}

impl Connected for Connection {
    type ConnectInfo = ();

    fn connect_info(&self) {}
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
