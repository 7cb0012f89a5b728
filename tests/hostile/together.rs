//! Hundreds of calls in flight: each gets its own answer, and nothing of another's.

use crate::hostile::batch::create;
use crate::hostile::check::no_bug;
use crate::hostile::good;
use crate::hostile::host::{Answer, Host};
use crate::hostile::rpc::{msgpack, reply, request};
use crate::hostile::{Test, block_on};
use tokio::task::JoinSet;
use tonic::codegen::Bytes;

pub(crate) const TESTS: &[Test] = &[(
    "responses_never_contain_data_of_other_calls",
    responses_never_contain_data_of_other_calls,
)];

const CALLS: usize = 300;
const CONNECTIONS: usize = 4;

/// A zone that only this call names.
fn mark(number: usize) -> String {
    format!("mark-{number:06}-end")
}

/// Three kinds of calls in turn: a plan, a mistake, and bytes that are not a value. Each has its mark in the configuration, in the
/// private bytes, and where it fails in what it fails over.
fn call(number: usize) -> (&'static str, Bytes) {
    let good = good::office(&mark(number));
    let mut tree = good.tree();
    match number % 3 {
        0 => {}
        1 => replace(
            &mut tree,
            "name",
            crate::hostile::tree::Tree::List(Vec::new()),
        ),
        _ => replace(
            &mut tree,
            "merge",
            crate::hostile::tree::Tree::Raw(crate::hostile::tree::text(&mark(number))),
        ),
    }
    let mut parts = create(&good, tree.bytes());
    parts.private = mark(number).into_bytes();
    if number % 3 == 1 {
        parts.kind = mark(number);
        parts.prior = Some(msgpack(mark(number).into_bytes()));
    }
    ("PlanResourceChange", request("PlanResourceChange", parts))
}

fn replace(tree: &mut crate::hostile::tree::Tree, name: &str, with: crate::hostile::tree::Tree) {
    let crate::hostile::tree::Tree::Map(entries) = tree else {
        panic!("a configuration is an object")
    };
    let name = crate::hostile::tree::text(name);
    let (_, found) = entries
        .iter_mut()
        .find(|(key, _)| *key == name)
        .expect("an argument");
    *found = with;
}

/// The numbers of the marks in an answer.
fn marks(answer: &Answer) -> Vec<usize> {
    let Answer::Message(bytes) = answer else {
        panic!("{answer:?}")
    };
    let text = String::from_utf8_lossy(bytes);
    let found = text
        .split("mark-")
        .skip(1)
        .filter_map(|it| it.get(..6)?.parse().ok());
    found.collect()
}

fn responses_never_contain_data_of_other_calls() {
    let host = Host::start();
    block_on(async {
        let mut callers = Vec::new();
        for _ in 0..CONNECTIONS {
            callers.push(host.caller().await);
        }
        let mut calls = JoinSet::new();
        for number in 0..CALLS {
            let caller = callers[number % CONNECTIONS].clone();
            calls.spawn(async move {
                let (rpc, request) = call(number);
                (number, caller.call(rpc, request).await)
            });
        }
        let mut answers = vec![None; CALLS];
        while let Some(done) = calls.join_next().await {
            let (number, answer) = done.expect("an answer");
            let found = marks(&answer);
            assert!(
                !found.is_empty() && found.iter().all(|it| *it == number),
                "call {number} is told of {found:?}"
            );
            let reply = reply("PlanResourceChange", &answer);
            no_bug(&reply);
            assert_eq!(reply.failed(), number % 3 != 0, "{:?}", reply.diagnostics);
            answers[number] = Some(answer);
        }
        // Alone, a call is answered as in the crowd.
        for number in (0..CALLS).step_by(10) {
            let (rpc, request) = call(number);
            assert_eq!(
                Some(callers[0].call(rpc, request).await),
                answers[number],
                "call {number}"
            );
        }
        host.farewell().await;
    });
}
