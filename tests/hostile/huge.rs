//! What is far too much. It is answered, and memory stays in proportion to what was sent.

use crate::hostile::batch::{create, probe};
use crate::hostile::check::no_bug;
use crate::hostile::good::{self, Good, SHOP};
use crate::hostile::host::{Answer, Caller, Host};
use crate::hostile::rpc::{Parts, json, msgpack, reply, request};
use crate::hostile::tree::{Tree, text};
use crate::hostile::{Test, block_on};
use crate::wire::client::proto::tfplugin5::DynamicValue;
use tokio::task::JoinSet;
use tonic::Code;

pub(crate) const TESTS: &[Test] = &[
    ("a_message_beyond_the_limit", a_message_beyond_the_limit),
    ("nesting_without_end", nesting_without_end),
    ("private_bytes_of_100_mib", private_bytes_of_100_mib),
];

/// Those that take long.
pub(crate) const LONG: &[Test] = &[
    ("a_text_of_100_mib", a_text_of_100_mib),
    ("a_million_elements", a_million_elements),
    ("many_large_calls_at_once", many_large_calls_at_once),
];

const MIB: usize = 1 << 20;
/// What the process takes before anything is asked of it, and what the allocator may keep.
const BASE: usize = 64 * MIB;

/// Sends it to a process of its own, which may take `times` the bytes sent, and must answer a good call after it.
fn send(what: &str, rpc: &'static str, parts: Parts, times: usize) -> Answer {
    let host = Host::start();
    let request = request(rpc, parts);
    let sent = request.len();
    block_on(async {
        let caller: Caller = host.caller().await;
        let before = probe(&caller).await;
        let answer = caller.call(rpc, request).await;
        if let Answer::Message(bytes) = &answer {
            no_bug(&reply(rpc, &Answer::Message(bytes.clone())));
        }
        if let Some(peak) = host.peak_memory() {
            eprintln!(
                "{what}: {} MiB sent, {} MiB at most taken",
                sent / MIB,
                peak / MIB
            );
            assert!(
                peak < BASE + times * sent,
                "{what}: {} MiB for {} MiB",
                peak / MIB,
                sent / MIB
            );
        }
        assert!(
            probe(&caller).await == before,
            "{what}: a good call is answered otherwise than before"
        );
        host.farewell().await;
        answer
    })
}

/// A good layout with one argument replaced, given as the steps to it.
fn layout(steps: &[&str], with: Tree) -> (Good, Tree) {
    let good = good::office("office");
    let mut tree = good.tree();
    let mut at = &mut tree;
    for step in steps {
        at = match at {
            Tree::Map(entries) => {
                &mut entries
                    .iter_mut()
                    .find(|(key, _)| *key == text(step))
                    .expect("an argument")
                    .1
            }
            _ => panic!("`{step}` is in no map"),
        };
    }
    *at = with;
    (good, tree)
}

fn plan(steps: &[&str], with: Tree) -> Parts {
    let (good, tree) = layout(steps, with);
    create(&good, tree.bytes())
}

fn words(text: &str) -> Tree {
    Tree::Raw(crate::hostile::tree::text(text))
}

fn list(items: Vec<Tree>) -> Tree {
    Tree::List(items)
}

fn a_text_of_100_mib() {
    let long = "x".repeat(100 * MIB);
    let answer = send(
        "a name",
        "PlanResourceChange",
        plan(&["name"], words(&long)),
        8,
    );
    assert!(!reply("PlanResourceChange", &answer).failed());
    // It comes back twice, as the name and as the id, which is more than a message holds.
    let parts = plan(&["name"], words(&"x".repeat(130 * MIB)));
    let parts = Parts {
        planned: Some(msgpack(vec![0x80])),
        ..parts
    };
    let answer = send(
        "a name that comes back twice",
        "PlanResourceChange",
        parts,
        10,
    );
    let reply = reply("PlanResourceChange", &answer);
    assert_eq!(reply.diagnostics[0].summary, "The result is too large");
    send(
        "a word",
        "PlanResourceChange",
        plan(&["fail_on"], words(&long)),
        12,
    );
    send(
        "a component",
        "PlanResourceChange",
        plan(&["zone", "dmz", "components"], list(vec![words(&long)])),
        12,
    );
    send(
        "an address",
        "PlanResourceChange",
        plan(
            &["zone", "dmz", "ipv4"],
            Tree::Map(vec![(text("a"), words(&long))]),
        ),
        12,
    );
    send(
        "a zone",
        "PlanResourceChange",
        plan(
            &["zone"],
            Tree::Map(vec![(text(&long), Tree::Raw(vec![0xd4, 0, 0]))]),
        ),
        12,
    );
}

/// It is refused by the protocol's own means, before it is in memory.
fn a_message_beyond_the_limit() {
    let answer = send(
        "257 MiB",
        "PlanResourceChange",
        plan(&["name"], words(&"x".repeat(257 * MIB))),
        1,
    );
    assert!(
        matches!(answer, Answer::Status(Code::OutOfRange, _)),
        "{answer:?}"
    );
}

fn a_million_elements() {
    let million = 1_000_000;
    let nulls = list(vec![Tree::Raw(vec![0xc0]); million]);
    send(
        "nulls",
        "PlanResourceChange",
        plan(&["zone", "dmz", "components"], nulls),
        30,
    );
    let texts = list(
        (0..million)
            .map(|it| words(&format!("kong.x{it}")))
            .collect(),
    );
    send(
        "components",
        "PlanResourceChange",
        plan(&["zone", "dmz", "components"], texts),
        30,
    );
    let unknown = (0..million).map(|it| (text(&it.to_string()), Tree::Raw(vec![0xd4, 0, 0])));
    send(
        "unknown zones",
        "PlanResourceChange",
        plan(&["zone"], Tree::Map(unknown.collect())),
        30,
    );
    // Nothing takes less room on the wire.
    let most = [vec![0xdd, 1, 0, 0, 0], vec![0xc0; 16 * MIB]].concat();
    let answer = send(
        "16 Mi nulls",
        "PlanResourceChange",
        plan(&["directions"], Tree::Raw(most)),
        4,
    );
    assert!(reply("PlanResourceChange", &answer).failed());
}

/// In the wire's own values, and in texts that hold values. A stack that overflows takes the whole process.
fn nesting_without_end() {
    let depth = MIB;
    let msgpacked = Some(msgpack(vec![0x91; depth]));
    let maps = Some(msgpack([0x81, 0xa0].repeat(depth)));
    let arrays = Some(json(
        ["[".repeat(depth), "]".repeat(depth)].concat().into_bytes(),
    ));
    let objects = Some(json("{\"zone\":".repeat(depth).into_bytes()));
    let good = good::office("office");
    let with = |config: Option<DynamicValue>| Parts {
        config,
        ..create(&good, good.bytes())
    };
    for value in [msgpacked, maps, arrays, objects] {
        send(
            "nested values",
            "PlanResourceChange",
            with(value.clone()),
            40,
        );
        let prior = Parts {
            prior: value,
            ..create(&good, good.bytes())
        };
        send("a nested state", "PlanResourceChange", prior, 40);
    }
    let stored = Parts {
        kind: "portmatrix_rules".to_owned(),
        stored: Some("[".repeat(depth).into_bytes()),
        version: -1,
        ..Parts::default()
    };
    send("a nested stored state", "UpgradeResourceState", stored, 40);
    let files = [
        "[".repeat(depth),
        "{".repeat(depth),
        "{\"a\":".repeat(depth),
        format!("{{\"a\": {}1{}}}", "[".repeat(depth), "]".repeat(depth)),
        format!("{SHOP}\nx = {}1{}", "[".repeat(depth), "]".repeat(depth)),
        format!("x = {}1{}", "{ a = ".repeat(depth), " }".repeat(depth)),
        format!("{}x = 1", "a.".repeat(depth)),
        format!("[{}x]", "a.".repeat(depth)),
        "[[a.b]]\n".repeat(depth / 16),
    ];
    for file in files {
        let what = format!("a file that begins {:.12}", file.replace('\n', " "));
        let (good, tree) = definition(&file);
        send(&what, "ReadDataSource", create(&good, tree.bytes()), 100);
    }
}

/// A data source of a product file.
fn definition(file: &str) -> (Good, Tree) {
    let find =
        |it: &Good| it.kind == "portmatrix_product" && !it.config.get("definition").is_null();
    let good = good::all().into_iter().find(find).expect("a product file");
    let Tree::Map(mut entries) = good.tree() else {
        panic!("a configuration is an object")
    };
    let (_, found) = entries
        .iter_mut()
        .find(|(key, _)| *key == text("definition"))
        .expect("an argument");
    *found = words(file);
    (good, Tree::Map(entries))
}

fn private_bytes_of_100_mib() {
    let good = good::office("office");
    let parts = Parts {
        private: vec![b'x'; 100 * MIB],
        ..create(&good, good.bytes())
    };
    send("private bytes", "PlanResourceChange", parts, 6);
}

/// Memory is that of what is in flight, and is given back.
fn many_large_calls_at_once() {
    let host = Host::start();
    let (calls, each) = (40, 2 * MIB);
    let parts = plan(&["name"], words(&"x".repeat(each)));
    let request = request("PlanResourceChange", parts);
    block_on(async {
        let caller = host.caller().await;
        for _ in 0..3 {
            let mut together = JoinSet::new();
            for _ in 0..calls {
                let (caller, request) = (caller.clone(), request.clone());
                together.spawn(async move { caller.call("PlanResourceChange", request).await });
            }
            while let Some(answer) = together.join_next().await {
                assert!(matches!(answer.expect("an answer"), Answer::Message(_)));
            }
        }
        if let Some(peak) = host.peak_memory() {
            let (sent, peak) = (calls * request.len() / MIB, peak / MIB);
            eprintln!("many calls: {sent} MiB sent at once, {peak} MiB at most taken");
            assert!(peak < BASE / MIB + 8 * sent, "{peak} MiB for {sent} MiB");
        }
        host.farewell().await;
    });
}
