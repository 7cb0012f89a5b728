//! What ends the process besides the CLI's own word: signals, and the death of the CLI.

use std::io;

#[cfg(unix)]
pub(super) use unix::{Parent, Signals};

#[cfg(unix)]
mod unix {
    use super::io;
    use rustix::process::{Pid, getppid};
    use std::time::Duration;
    use tokio::signal::unix::{Signal, SignalKind, signal};
    use tokio::time::sleep;

    /// How often to look whether the CLI is still there.
    const WATCH: Duration = Duration::from_secs(1);

    /// Caught from the moment this exists.
    pub(in super::super) struct Signals {
        interrupt: Signal,
        terminate: Signal,
        hang_up: Signal,
        interrupt_ends: bool,
    }

    impl Signals {
        /// An interrupt from the keyboard reaches the whole group; the CLI then says itself what is to be done, so it is
        /// ignored unless a person runs this process.
        pub(in super::super) fn new(interrupt_ends: bool) -> io::Result<Self> {
            Ok(Signals {
                interrupt: signal(SignalKind::interrupt())?,
                terminate: signal(SignalKind::terminate())?,
                hang_up: signal(SignalKind::hangup())?,
                interrupt_ends,
            })
        }

        /// Returns when a signal ends the process.
        pub(in super::super) async fn end(mut self) {
            tokio::select! {
                _ = self.interrupt.recv(), if self.interrupt_ends => {}
                _ = self.terminate.recv() => {}
                _ = self.hang_up.recv() => {}
            }
        }
    }

    /// The process that started this one. Nothing tells a child that its parent was killed, so it looks.
    pub(in super::super) struct Parent(Option<Pid>);

    impl Parent {
        pub(in super::super) fn new() -> Self {
            Parent(getppid())
        }

        /// Returns when it is gone.
        pub(in super::super) async fn gone(self) {
            while getppid() == self.0 {
                sleep(WATCH).await;
            }
        }
    }
}

/// Without such signals there is only the interrupt; the CLI ends its plugins by killing them.
#[cfg(not(unix))]
mod other {
    use super::io;
    use std::future::pending;

    pub(in super::super) struct Signals {
        interrupt_ends: bool,
    }

    impl Signals {
        pub(in super::super) fn new(interrupt_ends: bool) -> io::Result<Self> {
            Ok(Signals { interrupt_ends })
        }

        pub(in super::super) async fn end(self) {
            while tokio::signal::ctrl_c().await.is_ok() {
                if self.interrupt_ends {
                    return;
                }
            }
            pending().await
        }
    }

    pub(in super::super) struct Parent;

    impl Parent {
        pub(in super::super) fn new() -> Self {
            Parent
        }

        pub(in super::super) async fn gone(self) {
            pending().await
        }
    }
}

#[cfg(not(unix))]
pub(super) use other::{Parent, Signals};
