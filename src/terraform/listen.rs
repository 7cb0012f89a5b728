//! Where the CLI connects: a unix socket in its own folder, or a port of the loopback address if there are no unix sockets.

use super::handshake::{Address, Client};
use super::log;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};

/// A byte stream in both directions.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// A listening socket. Dropping it removes what it created in the file system.
pub(super) enum Listener {
    #[cfg(unix)]
    Unix(unix::Socket),
    Tcp(TcpListener),
}

impl Listener {
    /// A unix socket, if the system has them.
    pub(super) fn bind(client: &Client) -> io::Result<Self> {
        #[cfg(unix)]
        for folder in unix::folders(client) {
            match unix::Socket::bind(&folder) {
                Ok(socket) => return Ok(Listener::Unix(socket)),
                // The path may be too long for a socket, or not writable.
                Err(error) => log::debug(
                    "no socket here",
                    &[("folder", &folder.display()), ("error", &error)],
                ),
            }
        }
        if client.certificate.is_none() {
            log::warn(
                "anyone on this machine can connect: neither TLS nor a private socket is in use",
                &[],
            );
        }
        tcp(client).map(Listener::Tcp)
    }

    pub(super) fn address(&self) -> io::Result<Address> {
        Ok(match self {
            #[cfg(unix)]
            Listener::Unix(socket) => Address {
                network: "unix",
                place: socket.place(),
            },
            Listener::Tcp(listener) => Address {
                network: "tcp",
                place: listener.local_addr()?.to_string(),
            },
        })
    }

    pub(super) async fn accept(&self) -> io::Result<Box<dyn Stream>> {
        match self {
            #[cfg(unix)]
            Listener::Unix(socket) => socket.accept().await,
            Listener::Tcp(listener) => Ok(Box::new(accept_tcp(listener).await?)),
        }
    }
}

async fn accept_tcp(listener: &TcpListener) -> io::Result<TcpStream> {
    let (stream, _) = listener.accept().await?;
    // Each call would wait 40 ms for the other side's acknowledgement.
    stream.set_nodelay(true)?;
    Ok(stream)
}

fn tcp(client: &Client) -> io::Result<TcpListener> {
    // Any free port when the CLI does not say.
    let ports = client.ports.clone().unwrap_or(0..=0);
    let mut last = io::Error::other("the range of ports is empty");
    for port in ports {
        let bound = std::net::TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
        match bound.and_then(|it| {
            it.set_nonblocking(true)
                .and_then(|()| TcpListener::from_std(it))
        }) {
            Ok(listener) => return Ok(listener),
            Err(error) => last = error,
        }
    }
    Err(last)
}

#[cfg(unix)]
mod unix {
    use super::{Client, Stream};
    use std::fs::{self, Permissions};
    use std::os::unix::fs::PermissionsExt;
    use std::path::{Path, PathBuf, absolute};
    use std::{env, io};
    use tempfile::{Builder, TempDir};
    use tokio::net::UnixListener;

    /// Where a socket may lie, best first: `TMPDIR` may be too long a path for one, `/tmp` never is.
    pub(super) fn folders(client: &Client) -> impl Iterator<Item = PathBuf> {
        client
            .socket_folder
            .clone()
            .into_iter()
            .chain([env::temp_dir(), PathBuf::from("/tmp")])
    }

    /// A socket in a folder that only this user can enter.
    pub(in super::super) struct Socket {
        listener: UnixListener,
        place: String,
        /// Taken away with the socket.
        _folder: TempDir,
    }

    impl Socket {
        pub(super) fn bind(parent: &Path) -> io::Result<Self> {
            let private = Permissions::from_mode(0o700);
            let folder = Builder::new()
                .prefix("plugin")
                .permissions(private.clone())
                .tempdir_in(absolute(parent)?)?;
            // The mask may remove more than the rights of others.
            fs::set_permissions(folder.path(), private)?;
            let path = folder.path().join("socket");
            let listener = UnixListener::bind(&path)?;
            fs::set_permissions(&path, Permissions::from_mode(0o600))?;
            // The line has no way to write any other path.
            let place = path.to_str().filter(|it| !it.contains(['|', '\n']));
            let place = place.ok_or(io::ErrorKind::InvalidFilename)?.to_owned();
            Ok(Socket {
                listener,
                place,
                _folder: folder,
            })
        }

        pub(super) fn place(&self) -> String {
            self.place.clone()
        }

        pub(super) async fn accept(&self) -> io::Result<Box<dyn Stream>> {
            let (stream, _) = self.listener.accept().await?;
            Ok(Box::new(stream))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_first_free_port_of_the_range_is_taken() {
        let taken = tcp(&Client::default()).expect("a port");
        let first = taken.local_addr().expect("an address").port();
        let client = |last| Client {
            ports: Some(first..=last),
            ..Client::default()
        };
        assert!(tcp(&client(first)).is_err());
        let next = tcp(&client(first.saturating_add(200))).expect("a port");
        let address = next.local_addr().expect("an address");
        assert!(address.ip().is_loopback() && address.port() > first);
        let (ours, _theirs) = tokio::join!(accept_tcp(&next), TcpStream::connect(address));
        assert!(ours.expect("a connection").nodelay().expect("an option"));
        let listener = Listener::Tcp(next);
        assert_eq!(
            listener.address().expect("an address").place,
            address.to_string()
        );
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn nothing_is_left_of_a_socket() {
        let parent = tempfile::tempdir().expect("a folder");
        let socket = unix::Socket::bind(parent.path()).expect("a socket");
        assert!(std::path::Path::new(&socket.place()).exists());
        drop(socket);
        assert!(unix::Socket::bind(&parent.path().join("x".repeat(200))).is_err());
        assert_eq!(parent.path().read_dir().expect("a folder").count(), 0);
        // A path that would break the line.
        let strange = parent.path().join("a|b");
        std::fs::create_dir(&strange).expect("a folder");
        assert!(unix::Socket::bind(&strange).is_err());
        assert_eq!(strange.read_dir().expect("a folder").count(), 0);
    }
}
