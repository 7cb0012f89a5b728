//! How a call reaches the provider, and how it can end: with an answer, a panic, a stop, or a value that does not fit.

use super::diagnostic::{Diagnostic, Level};
use super::proto::tfplugin5::{self as pb, DynamicValue};
use super::value::{Type, Value};
use super::wire::ValueError;
use super::{Provider, from_proto, log, to_proto};
use std::sync::Arc;
use tokio::sync::watch;
use tokio::task::{JoinError, spawn_blocking};

/// The largest message, received or sent, in bytes. A state of many thousand rules is one message. A larger one is rejected before
/// it is read.
pub(super) const LARGEST_MESSAGE: usize = 256 << 20;

/// The largest value that is sent, in bytes: the rest of the message is for its other fields.
const LARGEST_VALUE: usize = LARGEST_MESSAGE - (1 << 20);

/// The provider as the CLI sees it.
pub(super) struct Server {
    provider: Arc<dyn Provider>,
    pub(super) stopped: watch::Sender<bool>,
}

/// The result of a call: a value, unless it failed, and the diagnostics.
pub(super) struct Reply {
    value: Option<DynamicValue>,
    diagnostics: Vec<Diagnostic>,
}

impl Reply {
    /// Without the value when there is an error: the CLI would store it.
    pub(super) fn new(
        value: &Value,
        ty: &Type,
        diagnostics: Vec<Diagnostic>,
    ) -> Result<Self, Diagnostic> {
        let failed = diagnostics.iter().any(|it| it.severity == Level::Error);
        let value = if failed {
            None
        } else {
            let value = to_proto::value(value, ty).map_err(|it| unsendable(&it))?;
            if value.msgpack.len() > LARGEST_VALUE {
                return Err(too_large(value.msgpack.len()));
            }
            Some(value)
        };
        Ok(Reply { value, diagnostics })
    }

    pub(super) fn words(diagnostics: Vec<Diagnostic>) -> Self {
        Reply {
            value: None,
            diagnostics,
        }
    }

    /// The state after a destroy.
    pub(super) fn nothing() -> Self {
        Reply {
            value: Some(DynamicValue {
                msgpack: from_proto::NIL.into(),
                ..Default::default()
            }),
            diagnostics: Vec::new(),
        }
    }

    fn into_parts(self) -> (Option<DynamicValue>, Vec<pb::Diagnostic>) {
        (self.value, to_proto::diagnostics(self.diagnostics))
    }
}

impl Server {
    pub(super) fn new(provider: impl Provider) -> Self {
        Server {
            provider: Arc::new(provider),
            stopped: watch::Sender::new(false),
        }
    }

    /// The only way to the provider. A call runs on a thread of its own, not on the runtime's; it is given up when the user stops
    /// the run, and a panic becomes a diagnostic.
    pub(super) async fn call<T: Send + 'static>(
        &self,
        call: &'static str,
        subject: &str,
        question: impl FnOnce(&dyn Provider) -> T + Send + 'static,
    ) -> Result<T, Diagnostic> {
        log::trace("asked", &[("call", &call), ("subject", &subject)]);
        let provider = Arc::clone(&self.provider);
        let mut stopped = self.stopped.subscribe();
        tokio::select! {
            biased;
            _ = stopped.wait_for(|it| *it) => Err(cut_off(call, subject)),
            // The runtime catches a panic of the call and returns it as an error. Inside a block of its own, the call does not
            // even start once the run is stopped.
            answer = async { spawn_blocking(move || question(&*provider)).await } => {
                answer.map_err(|error| panicked(call, subject, error))
            }
        }
    }

    pub(super) async fn reply(
        &self,
        call: &'static str,
        subject: &str,
        question: impl FnOnce(&dyn Provider) -> Result<Reply, Diagnostic> + Send + 'static,
    ) -> (Option<DynamicValue>, Vec<pb::Diagnostic>) {
        let answer = self.call(call, subject, question).await.and_then(|it| it);
        answer
            .unwrap_or_else(|diagnostic| Reply::words(vec![diagnostic]))
            .into_parts()
    }
}

/// Owns the message and drops it, so that its bytes are freed once there is a value.
fn decode(message: Option<DynamicValue>, ty: &Type) -> Result<Value, Diagnostic> {
    let value = from_proto::value(message.as_ref(), ty).map_err(|it| unreadable(&it));
    drop(message);
    value
}

/// A state: an object, or null if there is none.
pub(super) fn decode_state(message: Option<DynamicValue>, ty: &Type) -> Result<Value, Diagnostic> {
    match decode(message, ty)? {
        Value::Unknown => Err(unreadable(&ValueError::expected(ty, "an unknown value"))),
        state => Ok(state),
    }
}

/// A configuration: always an object. Null or unknown as a whole would look like one in which nothing is set.
pub(super) fn decode_config(message: Option<DynamicValue>, ty: &Type) -> Result<Value, Diagnostic> {
    match decode_state(message, ty)? {
        Value::Null => Err(unreadable(&ValueError::expected(ty, "null"))),
        config => Ok(config),
    }
}

pub(super) fn unreadable(misfit: &ValueError) -> Diagnostic {
    Diagnostic::error(
        "The CLI sent a value that does not fit the schema",
        misfit.to_string(),
    )
    .at(misfit.path())
}

pub(super) fn unsendable(misfit: &ValueError) -> Diagnostic {
    let detail = format!(
        "{misfit}. This is a bug in the provider; please report it with the configuration that shows it."
    );
    Diagnostic::error(
        "The provider produced a value that does not fit its schema",
        detail,
    )
    .at(misfit.path())
}

fn too_large(bytes: usize) -> Diagnostic {
    let [bytes, most] = [bytes, LARGEST_VALUE].map(|it| it >> 20);
    Diagnostic::error(
        "The result is too large",
        format!(
            "It has {bytes} MiB, but at most {most} MiB can be sent to the CLI. Split the configuration into several resources."
        ),
    )
}

fn cut_off(call: &str, subject: &str) -> Diagnostic {
    Diagnostic::error(
        "Stopped",
        format!(
            "The run was stopped before {} answered.",
            Call(call, subject)
        ),
    )
}

fn panicked(call: &str, subject: &str, error: JoinError) -> Diagnostic {
    let payload = error
        .try_into_panic()
        .unwrap_or_else(|it| Box::new(it.to_string()));
    let detail = format!(
        "The provider panicked in {}: {}\n\nThis is a bug in the provider; please report it with the configuration that shows it.",
        Call(call, subject),
        log::panic_text(&*payload)
    );
    Diagnostic::error("The provider panicked", detail)
}

struct Call<'a>(&'a str, &'a str);

impl std::fmt::Display for Call<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Call(call, "") => write!(f, "`{call}`"),
            Call(call, subject) => write!(f, "`{call}` of `{subject}`"),
        }
    }
}
