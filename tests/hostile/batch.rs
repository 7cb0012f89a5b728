//! Cases by the thousand against one process, which must answer a good call as before all the while.

use crate::hostile::block_on;
use crate::hostile::good::{self, Good};
use crate::hostile::host::{Answer, Caller, Host};
use crate::hostile::rpc::{Parts, msgpack, null, request};
use std::panic::{AssertUnwindSafe, catch_unwind};
use tokio::task::JoinSet;
use tonic::codegen::Bytes;

/// One call, and what must hold for its answer.
pub(crate) struct Case {
    /// What it is, for the reader of its failure.
    pub(crate) label: String,
    pub(crate) path: String,
    pub(crate) request: Bytes,
    pub(crate) check: Box<dyn FnOnce(&Answer)>,
}

impl Case {
    pub(crate) fn new(
        label: String,
        rpc: &str,
        request: Bytes,
        check: impl FnOnce(&Answer) + 'static,
    ) -> Self {
        Case {
            label,
            path: format!("/tfplugin5.Provider/{rpc}"),
            request,
            check: Box::new(check),
        }
    }
}

/// Calls that are in flight at one time.
const AT_ONCE: usize = 32;
/// Failures after which the rest need not be tried.
const ENOUGH: usize = 12;

/// Sends all, and fails with what went wrong.
pub(crate) fn send_all(cases: impl IntoIterator<Item = Case>) {
    let host = Host::start();
    let mut failures = Vec::new();
    block_on(async {
        let caller = host.caller().await;
        let before = probe(&caller).await;
        let mut cases = cases.into_iter();
        loop {
            let some: Vec<Case> = cases.by_ref().take(AT_ONCE).collect();
            if some.is_empty() || failures.len() >= ENOUGH {
                break;
            }
            let mut calls = JoinSet::new();
            let mut checks = Vec::new();
            for (
                at,
                Case {
                    label,
                    path,
                    request,
                    check,
                },
            ) in some.into_iter().enumerate()
            {
                checks.push(Some((label, check)));
                let caller = caller.clone();
                calls.spawn(async move { (at, caller.send(&path, request).await) });
            }
            while let Some(done) = calls.join_next().await {
                let (at, answer) = done.expect("an answer");
                let (label, check) = checks[at].take().expect("one answer each");
                if let Err(panic) = catch_unwind(AssertUnwindSafe(|| check(&answer))) {
                    let text = panic.downcast_ref::<String>().cloned();
                    let text =
                        text.or_else(|| panic.downcast_ref::<&str>().map(|it| (*it).to_owned()));
                    failures.push(format!("{label:.300}: {:.1000}", text.unwrap_or_default()));
                }
            }
            if probe(&caller).await != before {
                failures.push("a good call is answered otherwise than before".to_owned());
            }
        }
        host.farewell().await;
    });
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// The answers to good calls, the provider block as it is when nothing is set.
pub(crate) async fn probe(caller: &Caller) -> Vec<Answer> {
    let empty = msgpack(good::no_settings().bytes());
    let configure = Parts {
        config: Some(empty),
        ..Parts::default()
    };
    let office = good::office("office");
    let plan = request("PlanResourceChange", create(&office, office.bytes()));
    vec![
        caller
            .call("Configure", request("Configure", configure))
            .await,
        caller.call("PlanResourceChange", plan).await,
    ]
}

/// The request of a create.
pub(crate) fn create(good: &Good, config: Vec<u8>) -> Parts {
    let config = msgpack(config);
    Parts {
        kind: good.kind.to_owned(),
        prior: Some(null()),
        planned: Some(config.clone()),
        config: Some(config),
        private: b"{}".to_vec(),
        ..Parts::default()
    }
}
