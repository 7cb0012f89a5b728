//! Requests whose fields are missing or belong elsewhere, and bytes that are not a request at all.

use crate::hostile::batch::{Case, create, send_all};
use crate::hostile::check::no_bug;
use crate::hostile::good::{self, Role};
use crate::hostile::host::Answer;
use crate::hostile::random::Random;
use crate::hostile::rpc::{Parts, SERVED, UNSERVED, is_refusal, json, msgpack, reply, request};
use crate::hostile::{Test, budget};
use tonic::Code;
use tonic::codegen::Bytes;

pub(crate) const TESTS: &[Test] = &[
    (
        "every_call_of_the_protocol_is_known_here",
        every_call_of_the_protocol_is_known_here,
    ),
    (
        "fields_are_missing_or_of_something_else",
        fields_are_missing_or_of_something_else,
    ),
    ("a_configuration_is_an_object", a_configuration_is_an_object),
    ("bytes_are_damaged", bytes_are_damaged),
    ("calls_that_are_not_served", calls_that_are_not_served),
];

/// Held against the protocol as it is written down.
fn every_call_of_the_protocol_is_known_here() {
    let proto = include_str!("../../proto/tfplugin5.proto");
    let (_, service) = proto.split_once("service Provider").expect("the service");
    let service = service.split("\n}").next().expect("its end");
    let mut known: Vec<&str> = SERVED.iter().chain(&UNSERVED).copied().collect();
    let calls = service
        .lines()
        .filter_map(|it| it.trim().strip_prefix("rpc "));
    let mut calls: Vec<&str> = calls.filter_map(|it| it.split('(').next()).collect();
    known.sort_unstable();
    calls.sort_unstable();
    assert_eq!(known, calls);
}

/// All but the one after which nothing is answered any more.
fn rpcs() -> impl Iterator<Item = &'static str> {
    SERVED.into_iter().filter(|it| *it != "Stop")
}

/// A good request of each call.
fn good_parts(rpc: &str) -> Parts {
    let role = match rpc {
        "PrepareProviderConfig" | "Configure" => Role::Provider,
        "ValidateDataSourceConfig" | "ReadDataSource" => Role::DataSource,
        _ => Role::Resource,
    };
    let good = good::all()
        .into_iter()
        .find(|it| it.role == role)
        .expect("one of each");
    Parts {
        stored: Some(b"{\"name\":\"x\"}".to_vec()),
        id: "edge".to_owned(),
        ..create(&good, good.bytes())
    }
}

type Change = Box<dyn Fn(&mut Parts)>;

fn changes() -> Vec<Change> {
    let kinds = [
        "",
        "portmatrix_rules",
        "portmatrix_product",
        "portmatrix_products",
        "portmatrix_review",
        "aws_instance",
        "portmatrix_rules\0",
        "`${x}`\n",
    ];
    let kind = |it: String| -> Change { Box::new(move |parts| parts.kind.clone_from(&it)) };
    let mut changes: Vec<Change> = kinds.iter().map(|it| kind((*it).to_owned())).collect();
    changes.push(kind("x".repeat(1 << 20)));
    let mut values = vec![
        None,
        Some(msgpack(Vec::new())),
        Some(msgpack(vec![0xc0])),
        Some(msgpack(vec![0xd4, 0, 0])),
        Some(msgpack(vec![0xc7, 3, 12, 0x81, 1, 0xc2])),
        Some(msgpack(vec![0x80])),
        Some(msgpack(vec![0xc0, 0xc0])),
        Some(msgpack(
            [vec![0xdd, 0, 1, 0, 0], vec![0x91; 1 << 16], vec![0xc0]].concat(),
        )),
        Some(msgpack(vec![0x91; 1 << 20])),
        Some(json(b"null".to_vec())),
        Some(json(b"{}".to_vec())),
        Some(json(b"{\"name\": \"x\", \"zone\": null}".to_vec())),
        Some(json(
            b"{\"zone\": {\"a\": {\"components\": [\"kong.node\"]}}}".to_vec(),
        )),
        Some(json(b"\xff\xfe".to_vec())),
        Some(json(vec![b'['; 1 << 20])),
        Some(json(b"{\"zone\":".repeat(1 << 16))),
    ];
    for good in good::all() {
        let text = good.config.to_json().to_string().into_bytes();
        let mut both = msgpack(good.bytes());
        both.json = b"{}".as_slice().into();
        values.extend([Some(msgpack(good.bytes())), Some(json(text)), Some(both)]);
    }
    for value in values {
        let (a, b, c) = (value.clone(), value.clone(), value);
        changes.push(Box::new(move |it| it.config.clone_from(&a)));
        changes.push(Box::new(move |it| it.prior.clone_from(&b)));
        changes.push(Box::new(move |it| it.planned.clone_from(&c)));
    }
    let long = vec![b'x'; 1 << 16];
    let private: [&[u8]; 4] = [b"", b"\xff\0\xc3\x28", b"{\"portmatrix\":", &long];
    changes.extend(private.map(|bytes| -> Change {
        let bytes = bytes.to_vec();
        Box::new(move |it| it.private.clone_from(&bytes))
    }));
    changes.extend(
        [i64::MIN, -1, 1, i64::MAX]
            .map(|version| -> Change { Box::new(move |it| it.version = version) }),
    );
    let ids = ["", "*", "../..", "a\nb", "{\"a\":1}", "\u{202e}"];
    changes.extend(ids.map(|id| -> Change { Box::new(move |it| id.clone_into(&mut it.id)) }));
    let stored: [Option<&[u8]>; 6] = [
        None,
        Some(b""),
        Some(b"null"),
        Some(b"[]"),
        Some(b"\xff"),
        Some(b"{\"zone\":{\"a\":null},\"accept\":[null]}"),
    ];
    changes.extend(
        stored.map(|bytes| -> Change { Box::new(move |it| it.stored = bytes.map(<[u8]>::to_vec)) }),
    );
    changes
}

/// One change to each call, then two at random.
fn fields_are_missing_or_of_something_else() {
    let changes = changes();
    let case = |rpc: &'static str, which: &[usize]| {
        let mut parts = good_parts(rpc);
        for it in which {
            changes[*it](&mut parts);
        }
        Case::new(
            format!("{rpc} with changes {which:?}"),
            rpc,
            request(rpc, parts),
            move |answer| no_bug(&reply(rpc, answer)),
        )
    };
    let mut cases: Vec<(&str, Vec<usize>)> = rpcs()
        .flat_map(|rpc| (0..changes.len()).map(move |it| (rpc, vec![it])))
        .collect();
    let mut random = Random::new(5);
    let all: Vec<&str> = rpcs().collect();
    cases.extend((0..budget(500)).map(|_| {
        (
            *random.pick(&all),
            vec![random.below(changes.len()), random.below(changes.len())],
        )
    }));
    send_all(cases.iter().map(|(rpc, which)| case(rpc, which)));
}

/// Null or unknown as a whole it would be taken for one in which nothing is set, and a rule would go.
fn a_configuration_is_an_object() {
    let configs = [
        None,
        Some(msgpack(vec![0xc0])),
        Some(msgpack(vec![0xd4, 0, 0])),
        Some(json(b"null".to_vec())),
    ];
    send_all(good::all().into_iter().flat_map(|good| {
        let configs = configs.clone();
        let cases = good.rpcs().iter().flat_map(move |rpc| {
            let good = good.clone();
            configs.clone().map(|config| {
                let parts = Parts {
                    config,
                    ..create(&good, good.bytes())
                };
                let label = format!("{rpc} of {}", good.kind);
                Case::new(label, rpc, request(rpc, parts), move |answer| {
                    let reply = reply(rpc, answer);
                    assert_eq!(reply.diagnostics.len(), 1, "{:?}", reply.diagnostics);
                    let what = "The CLI sent a value that does not fit the schema";
                    assert_eq!(reply.diagnostics[0].summary, what);
                })
            })
        });
        cases.collect::<Vec<_>>()
    }));
}

/// Cut short, changed, doubled: what still is a message is answered, the rest is refused.
fn bytes_are_damaged() {
    let all: Vec<(&str, Bytes)> = rpcs()
        .map(|rpc| (rpc, request(rpc, good_parts(rpc))))
        .collect();
    let mut random = Random::new(6);
    send_all((0..budget(1500)).map(|at| {
        let (rpc, good) = random.pick(&all).clone();
        let mut bytes = good.to_vec();
        if bytes.is_empty() {
            bytes = vec![0; 8];
        }
        for _ in 0..=random.below(3) {
            // Half of the time where the fields of the message itself begin.
            let range = if random.below(2) == 0 {
                bytes.len()
            } else {
                bytes.len().min(40)
            };
            let place = random.below(range);
            match random.below(4) {
                0 => bytes.truncate(place.max(1)),
                1 => bytes[place] = u8::try_from(random.below(256)).expect("a byte"),
                2 => bytes[place] ^= 1 << random.below(8),
                _ => {
                    let again = bytes[place..].to_vec();
                    bytes.extend(again);
                }
            }
        }
        Case::new(
            format!("{rpc}, damage {at}"),
            rpc,
            bytes.into(),
            move |answer| match answer {
                Answer::Status(code, text) => assert!(is_refusal(*code), "{code:?}: {text}"),
                Answer::Message(_) => no_bug(&reply(rpc, answer)),
            },
        )
    }));
}

/// Of the protocol, of others, and of none.
fn calls_that_are_not_served() {
    let others = [
        "/tfplugin5.Provider/NoSuchCall",
        "/tfplugin5.Provider/",
        "/tfplugin5.Provisioner/GetSchema",
        "/tfplugin6.Provider/GetProviderSchema",
        "/",
        "/x",
        "/plugin.GRPCController/Nothing",
        "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
        "/tfplugin5.provider/GetSchema",
    ];
    let paths = UNSERVED
        .iter()
        .map(|it| format!("/tfplugin5.Provider/{it}"))
        .chain(others.map(str::to_owned));
    let requests: [Bytes; 5] = [
        Bytes::new(),
        request("ReadDataSource", good_parts("ReadDataSource")),
        vec![0xff; 64].into(),
        vec![0; 1 << 20].into(),
        vec![0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f].into(),
    ];
    send_all(paths.flat_map(|path| {
        requests.clone().map(|request| {
            // Bytes that are not a message of a known call are rejected as such.
            let check = |answer: &Answer| {
                let refused = |code| code == Code::Unimplemented || code == Code::Internal;
                assert!(
                    matches!(answer, Answer::Status(code, _) if refused(*code)),
                    "{answer:?}"
                );
            };
            Case {
                label: path.clone(),
                path: path.clone(),
                request,
                check: Box::new(check),
            }
        })
    }));
}
