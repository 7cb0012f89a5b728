//! Functions with arguments that no CLI sends, and with what is unknown at every depth.

use crate::hostile::batch::{Case, send_all};
use crate::hostile::check::no_bug;
use crate::hostile::odd::harms;
use crate::hostile::random::Random;
use crate::hostile::rpc::{msgpack, reply};
use crate::hostile::tree::{Place, Tree};
use crate::hostile::{Test, budget};
use crate::support::core;
use crate::wire::client::proto::tfplugin5::{self as pb, DynamicValue};
use portmatrix::provider::schemas;
use portmatrix::terraform::msgpack as wire;
use portmatrix::terraform::schema::Signature;
use portmatrix::terraform::value::{Type, Value};
use prost::Message;
use serde_json::{Value as Json, json};
use tonic::codegen::Bytes;

pub(crate) const TESTS: &[Test] = &[
    (
        "unknown_at_any_depth_is_unknown",
        unknown_at_any_depth_is_unknown,
    ),
    ("an_argument_is_odd", an_argument_is_odd),
];

/// A good call of each function.
fn good() -> Vec<(&'static str, Vec<Json>)> {
    let rules = json!({
        "dmz/egress/tcp-5432/db": { "zone": "dmz", "direction": "egress", "peer_zone": "db", "transport": "tcp", "from_port": 5432, "to_port": 5432 },
        "db/ingress/icmp/dmz": { "zone": "db", "direction": "ingress", "peer_zone": "dmz", "transport": "icmp" },
    });
    vec![
        (
            "merge_cidrs",
            vec![
                json!(["10.0.0.0/25", "10.0.0.128/25"]),
                json!(["2001:db8::/32"]),
            ],
        ),
        (
            "subtract_cidrs",
            vec![json!(["10.0.0.0/8"]), json!(["10.1.0.0/16"])],
        ),
        (
            "overlaps",
            vec![json!(["10.0.0.0/8"]), json!(["10.1.0.0/16", "::/0"])],
        ),
        (
            "merge_ports",
            vec![json!(["80", "81-90"]), json!(["443, 444"])],
        ),
        (
            "allows",
            vec![rules, json!("dmz"), json!("db"), json!("tcp/5432")],
        ),
        ("matrix", vec![json!("kong"), json!("3.9")]),
    ]
}

fn signature(name: &str) -> Signature {
    let mut functions = schemas().functions.into_iter();
    let (_, found) = functions.find(|(it, _)| *it == name).expect("a function");
    found
}

/// The arguments of a function with their types.
fn arguments(name: &str, values: &[Json]) -> Vec<(Type, Value)> {
    let signature = signature(name);
    let types = signature
        .parameters
        .iter()
        .chain(std::iter::repeat(&signature.variadic).flatten());
    let given = values.iter().zip(types);
    given
        .map(|(value, it)| (it.ty.clone(), core::value(&it.ty, value)))
        .collect()
}

fn request(name: &str, arguments: Vec<Vec<u8>>) -> Bytes {
    let arguments: Vec<DynamicValue> = arguments.into_iter().map(msgpack).collect();
    let name = name.to_owned();
    pb::call_function::Request { name, arguments }
        .encode_to_vec()
        .into()
}

fn returns(name: &str) -> Type {
    signature(name).returns
}

/// A function, its arguments as trees, and each of their places.
type Ground = (&'static str, Vec<Tree>, Vec<(usize, Place)>);

fn grounds() -> Vec<Ground> {
    let of_function = |(name, values): (&'static str, Vec<Json>)| {
        let trees: Vec<Tree> = arguments(name, &values)
            .iter()
            .map(|(_, it)| Tree::of(it))
            .collect();
        let places = trees
            .iter()
            .enumerate()
            .flat_map(|(at, it)| it.places().into_iter().map(move |place| (at, place)));
        let places = places.collect();
        (name, trees, places)
    };
    let functions = good();
    assert_eq!(
        functions.len(),
        schemas().functions.len(),
        "one good call of each"
    );
    functions.into_iter().map(of_function).collect()
}

fn bytes(trees: &[Tree]) -> Vec<Vec<u8>> {
    trees.iter().map(Tree::bytes).collect()
}

fn unknown_at_any_depth_is_unknown() {
    let mut cases = Vec::new();
    for (name, trees, places) in grounds() {
        let good = request(name, bytes(&trees));
        cases.push(Case::new(
            format!("a good {name}"),
            "CallFunction",
            good,
            move |answer| {
                let reply = reply("CallFunction", answer);
                assert!(!reply.failed(), "{name}: {:?}", reply.diagnostics);
                let result = wire::decode(&reply.state.expect("a result").msgpack, &returns(name));
                assert!(result.expect("of its type").is_wholly_known());
            },
        ));
        for (at, place) in places {
            let mut harmed = trees.clone();
            *harmed[at].at(&place).expect("a place") = Tree::of(&Value::Unknown);
            let label = format!("{name} with an unknown at {place:?} of argument {at}");
            cases.push(Case::new(
                label,
                "CallFunction",
                request(name, bytes(&harmed)),
                move |answer| {
                    let reply = reply("CallFunction", answer);
                    assert!(!reply.failed(), "{name}: {:?}", reply.diagnostics);
                    assert_eq!(reply.state.expect("a result").msgpack[..], [0xd4, 0, 0]);
                },
            ));
        }
    }
    send_all(cases);
}

fn an_argument_is_odd() {
    let (grounds, harms) = (grounds(), harms());
    let mut random = Random::new(11);
    let mut cases = Vec::new();
    for _ in 0..budget(4000) {
        let (name, trees, places) = random.pick(&grounds);
        let (at, place) = random.pick(places).clone();
        let mut harmed = trees.clone();
        let spot = harmed[at].at(&place).expect("a place");
        let number = random.below(harms.len());
        let Some(odd) = harms[number](spot) else {
            continue;
        };
        *spot = odd;
        let (name, label) = (
            *name,
            format!("{name} with harm {number} at {place:?} of argument {at}"),
        );
        cases.push(Case::new(
            label,
            "CallFunction",
            request(name, bytes(&harmed)),
            move |answer| {
                let reply = reply("CallFunction", answer);
                no_bug(&reply);
                if let Some(result) = reply.state {
                    wire::decode(&result.msgpack, &returns(name)).expect("a result of its type");
                }
            },
        ));
    }
    send_all(cases);
}
