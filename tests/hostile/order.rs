//! Calls out of their order, after Stop, and after Shutdown.

use crate::hostile::batch::{create, probe};
use crate::hostile::check::{check_answer, no_bug};
use crate::hostile::good::{self, Good, Role};
use crate::hostile::host::{Answer, Host, is_clean};
use crate::hostile::random::Random;
use crate::hostile::rpc::{Parts, SERVED, msgpack, null, reply, request};
use crate::hostile::{Test, block_on, budget};
use crate::wire::client::proto::plugin::Empty;
use crate::wire::client::proto::plugin::grpc_controller_client::GrpcControllerClient;
use portmatrix::terraform::msgpack as wire;
use std::time::Duration;
use tokio::task::JoinSet;
use tonic::codegen::Bytes;

pub(crate) const TESTS: &[Test] = &[
    (
        "no_call_needs_another_before_it",
        no_call_needs_another_before_it,
    ),
    (
        "what_is_applied_follows_the_configuration",
        what_is_applied_follows_the_configuration,
    ),
    ("a_destroy_needs_no_state", a_destroy_needs_no_state),
    (
        "nothing_is_computed_after_stop",
        nothing_is_computed_after_stop,
    ),
    (
        "every_call_ends_with_the_process",
        every_call_ends_with_the_process,
    ),
];

/// A good request of every call but Stop, with a provider block that sets nothing.
fn good_calls() -> Vec<(&'static str, Bytes)> {
    let office = good::office("office");
    let mut calls = Vec::new();
    for rpc in SERVED.into_iter().filter(|it| *it != "Stop") {
        let goods: Vec<Good> = match rpc {
            "PrepareProviderConfig" | "Configure" => vec![good::no_settings()],
            "ValidateDataSourceConfig" | "ReadDataSource" => good::all()
                .into_iter()
                .filter(|it| it.role == Role::DataSource)
                .collect(),
            _ => vec![office.clone()],
        };
        for it in goods {
            let parts = Parts {
                stored: Some(b"{\"name\":\"x\"}".to_vec()),
                id: "edge".to_owned(),
                ..create(&it, it.bytes())
            };
            calls.push((rpc, request(rpc, parts)));
        }
    }
    calls
}

/// In any order, before Configure and after it, once and again: the answers are the same.
fn no_call_needs_another_before_it() {
    let calls = good_calls();
    let mut random = Random::new(7);
    let mut known: Vec<Option<Answer>> = vec![None; calls.len()];
    for _ in 0..3 {
        let host = Host::start();
        let mut order: Vec<usize> = (0..calls.len()).cycle().take(budget(40)).collect();
        random.shuffle(&mut order);
        block_on(async {
            let caller = host.caller().await;
            for at in order {
                let (rpc, request) = calls[at].clone();
                let answer = caller.call(rpc, request).await;
                no_bug(&reply(rpc, &answer));
                let first = known[at].get_or_insert_with(|| answer.clone());
                // Schemas and functions are maps on the wire, in any order.
                assert!(
                    *first == answer || matches!(rpc, "GetSchema" | "GetFunctions"),
                    "{rpc} is answered otherwise than before"
                );
            }
            host.farewell().await;
        });
    }
}

/// With the plan of another layout, of another time, or none at all. That is the CLI's mistake; what is stored is still what the
/// configuration says.
fn what_is_applied_follows_the_configuration() {
    let host = Host::start();
    block_on(async {
        let caller = host.caller().await;
        let (ours, other) = (good::office("office"), good::office("elsewhere"));
        let planned = async |good: &Good| {
            let answer = caller
                .call(
                    "PlanResourceChange",
                    request("PlanResourceChange", create(good, good.bytes())),
                )
                .await;
            check_answer("PlanResourceChange", good, &good.bytes(), &[], &answer)
                .state
                .expect("a state")
        };
        let (right, wrong) = (planned(&ours).await, planned(&other).await);
        let expected = wire::decode(&right.msgpack, &ours.ty);
        for (prior, plan) in [
            (null(), right.clone()),
            (null(), wrong.clone()),
            (wrong.clone(), wrong),
            (right.clone(), msgpack(vec![0xd4, 0, 0])),
        ] {
            let parts = Parts {
                prior: Some(prior),
                planned: Some(plan.clone()),
                ..create(&ours, ours.bytes())
            };
            let answer = caller
                .call("ApplyResourceChange", request("ApplyResourceChange", parts))
                .await;
            let reply = check_answer("ApplyResourceChange", &ours, &ours.bytes(), &[], &answer);
            if reply.failed() {
                assert_eq!(
                    reply.state.map(|it| it.msgpack),
                    Some(right.msgpack.clone()),
                    "a failure keeps the state"
                );
            } else {
                let state = reply.state.expect("a state");
                assert_eq!(wire::decode(&state.msgpack, &ours.ty), expected);
            }
        }
        host.farewell().await;
    });
}

fn a_destroy_needs_no_state() {
    let host = Host::start();
    block_on(async {
        let caller = host.caller().await;
        for rpc in ["PlanResourceChange", "ApplyResourceChange"] {
            for prior in [None, Some(null()), Some(msgpack(vec![0xc1]))] {
                let parts = Parts {
                    kind: "portmatrix_rules".to_owned(),
                    prior,
                    planned: Some(null()),
                    config: Some(null()),
                    ..Parts::default()
                };
                let reply = reply(rpc, &caller.call(rpc, request(rpc, parts)).await);
                assert_eq!((reply.diagnostics, reply.state), (Vec::new(), Some(null())));
            }
        }
        host.farewell().await;
    });
}

/// Every call says that it was stopped, or gives back what it was given. The process goes on until it is told to end.
fn nothing_is_computed_after_stop() {
    let host = Host::start();
    block_on(async {
        let caller = host.caller().await;
        assert!(matches!(
            caller.call("Stop", Bytes::new()).await,
            Answer::Message(_)
        ));
        for (rpc, request) in good_calls() {
            let reply = reply(rpc, &caller.call(rpc, request).await);
            no_bug(&reply);
            let computed = [
                "GetMetadata",
                "GetSchema",
                "PrepareProviderConfig",
                "Configure",
                "PlanResourceChange",
                "ApplyResourceChange",
                "ReadDataSource",
                "UpgradeResourceState",
            ];
            if computed.contains(&rpc) {
                assert_eq!(reply.diagnostics[0].summary, "Stopped", "{rpc}");
                assert!(reply.state.is_none_or(|it| it == null()), "{rpc}");
            }
        }
        // Also from another connection.
        let plan = probe(&host.caller().await).await.pop().expect("the plan");
        assert_eq!(
            reply("PlanResourceChange", &plan).diagnostics[0].summary,
            "Stopped"
        );
        host.farewell().await;
    });
}

/// Those in flight when the end comes, and those that come after it.
fn every_call_ends_with_the_process() {
    let mut host = Host::start();
    let socket = host.plugin.socket();
    block_on(async {
        let caller = host.caller().await;
        let plan = create(&good::office("office"), good::office("office").bytes());
        let mut calls = JoinSet::new();
        for _ in 0..100 {
            let (caller, plan) = (caller.clone(), plan.clone());
            calls.spawn(async move {
                caller
                    .call("PlanResourceChange", request("PlanResourceChange", plan))
                    .await
            });
        }
        tokio::task::yield_now().await;
        GrpcControllerClient::new(caller.0.clone())
            .shutdown(Empty {})
            .await
            .expect("an answer to Shutdown");
        while let Some(done) = calls.join_next().await {
            if let answer @ Answer::Message(_) = done.expect("an end") {
                no_bug(&reply("PlanResourceChange", &answer));
            }
        }
        let late = || {
            caller.call(
                "PlanResourceChange",
                request("PlanResourceChange", plan.clone()),
            )
        };
        let mut answer = late().await;
        // The process answers what reached it before it ended, and it ends at once.
        for _ in 0..100 {
            if let Answer::Status(..) = answer {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
            answer = late().await;
        }
        assert!(
            matches!(answer, Answer::Status(..)),
            "an answer after the end"
        );
    });
    assert!(host.plugin.ended().success());
    is_clean(&socket);
    assert!(!host.plugin.last_words().contains("panic:"));
}
