//! Functions agree with naive sets, and with the objects that know the same.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use crate::support::core::{Core, value};
use portmatrix::terraform::Provider;
use portmatrix::terraform::schema::Signature;
use portmatrix::terraform::value::Value;
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;

/// The result of a function as JSON, or its error.
fn call(name: &str, arguments: &[Json]) -> Result<Json, (String, Option<usize>)> {
    let core = Core::default();
    let schemas = core.provider.schemas();
    let found = schemas.functions.iter().find(|(it, _)| *it == name);
    let Signature {
        parameters,
        variadic,
        ..
    } = &found.unwrap().1;
    let types = parameters
        .iter()
        .chain(std::iter::repeat(variadic).flatten());
    let arguments: Vec<Value> = arguments
        .iter()
        .zip(types)
        .map(|(it, of)| value(&of.ty, it))
        .collect();
    let answer = core.provider.call_function(name, &arguments);
    answer
        .map(|it| it.to_json())
        .map_err(|it| (it.text, it.argument))
}

fn texts(json: &Json) -> Vec<String> {
    let items = json.as_array().unwrap().iter();
    items.map(|it| it.as_str().unwrap().to_owned()).collect()
}

/// The addresses of blocks below 10.0.0.0/27, in a world of 32.
fn addresses(blocks: &[String]) -> BTreeSet<u8> {
    let mut all = BTreeSet::new();
    for block in blocks {
        let (address, length) = block.split_once('/').unwrap();
        let first: u8 = address.rsplit('.').next().unwrap().parse().unwrap();
        let length: u32 = length.parse().unwrap();
        all.extend(first..first + (1 << (32 - length)));
    }
    all
}

fn block() -> impl Strategy<Value = String> {
    (0..6u32, 0..32u32)
        .prop_map(|(bits, at)| format!("10.0.0.{}/{}", at >> bits << bits & 31, 32 - bits))
}

fn blocks() -> impl Strategy<Value = Vec<String>> {
    vec(block(), 0..6)
}

fn ports() -> impl Strategy<Value = Vec<String>> {
    let range = (1..40u16, 0..5u16).prop_map(|(from, more)| match more {
        0 => from.to_string(),
        more => format!("{from}-{}", from + more),
    });
    vec(range, 0..6)
}

fn numbers(ports: &[String]) -> BTreeSet<u16> {
    let range = |it: &String| {
        let (from, to) = it.split_once('-').unwrap_or((it, it));
        from.parse::<u16>().unwrap()..=to.parse::<u16>().unwrap()
    };
    ports.iter().flat_map(range).collect()
}

proptest! {
    #[test]
    fn blocks_are_sets_of_addresses(a in blocks(), b in blocks()) {
        let (of_a, of_b) = (addresses(&a), addresses(&b));
        let merged = texts(&call("merge_cidrs", &[json!(a), json!(b)]).unwrap());
        let both: BTreeSet<u8> = of_a.union(&of_b).copied().collect();
        prop_assert_eq!(addresses(&merged), both);
        // No two are halves of one, and none is in another: the same again changes nothing.
        prop_assert_eq!(&texts(&call("merge_cidrs", &[json!(merged)]).unwrap()), &merged);
        let rest = texts(&call("subtract_cidrs", &[json!(a), json!(b)]).unwrap());
        prop_assert_eq!(addresses(&rest), of_a.difference(&of_b).copied().collect::<BTreeSet<u8>>());
        let shared = call("overlaps", &[json!(a), json!(b)]).unwrap();
        prop_assert_eq!(shared, json!(!of_a.is_disjoint(&of_b)));
    }

    #[test]
    fn ports_are_sets_of_numbers(a in ports(), b in ports()) {
        let merged = texts(&call("merge_ports", &[json!(a), json!(b)]).unwrap());
        let both: BTreeSet<u16> = numbers(&a).union(&numbers(&b)).copied().collect();
        prop_assert_eq!(numbers(&merged), both);
        let numbers = merged.iter().map(|it| numbers(std::slice::from_ref(it)));
        let ends: Vec<(u16, u16)> = numbers.map(|it| (*it.first().unwrap(), *it.last().unwrap())).collect();
        prop_assert!(ends.windows(2).all(|it| it[0].1 + 1 < it[1].0), "{:?}", merged);
    }

    /// What `merge = "all"` makes of one peer is what the function makes of its addresses.
    #[test]
    fn merging_addresses_is_what_rules_do(blocks in vec(block(), 1..6)) {
        let named: serde_json::Map<String, Json> =
            blocks.iter().enumerate().map(|(at, it)| (format!("b{at}"), json!(it))).collect();
        let layout = json!({
            "merge": "all", "fail_on": "never",
            "zone": {
                "client": { "components": [], "ipv4": named },
                "server": { "components": [], "aws": { "security_group_id": "sg-1" } },
            },
            "flow": { "web": { "from": ["client"], "to": ["server"], "services": ["tcp/443"] } },
        });
        let planned = Core::default().plan(&Value::Null, &layout);
        let Value::Map(rows) = planned.state.get("aws_ingress") else { panic!("rows") };
        let rows: BTreeSet<String> =
            rows.values().map(|it| it.get("cidr_ipv4").as_str().unwrap().to_owned()).collect();
        let merged = texts(&call("merge_cidrs", &[json!(blocks)]).unwrap());
        prop_assert_eq!(rows, merged.into_iter().collect::<BTreeSet<_>>());
    }

    /// A connection is allowed exactly where a flow of the layout needs it.
    #[test]
    fn allows_agrees_with_the_layout(
        flows in vec((0..3usize, 0..3usize, prop::sample::select(&SERVICES[..])), 1..6),
        directions in prop::sample::select(vec![json!(["ingress", "egress"]), json!(["ingress"]), json!(["egress"])]),
    ) {
        let zones: serde_json::Map<String, Json> = (0..3)
            .map(|at| {
                let zone = json!({ "components": [], "ipv4": { "a": format!("10.0.{at}.0/24") }, "aws": { "security_group_id": format!("sg-{at}") } });
                (format!("z{at}"), zone)
            })
            .collect();
        let named: serde_json::Map<String, Json> = flows
            .iter()
            .enumerate()
            .map(|(at, (from, to, service))| (format!("f{at}"), json!({ "from": [format!("z{from}")], "to": [format!("z{to}")], "services": [service] })))
            .collect();
        let layout = json!({ "zone": zones, "flow": named, "directions": directions, "fail_on": "never" });
        let state = Core::default().plan(&Value::Null, &layout).state;
        let rules = state.get("rules").to_json();
        let count = directions.as_array().unwrap().len();
        for from in 0..3 {
            for to in 0..3 {
                for service in SERVICES {
                    // A zone without any rule is not known to be filtered.
                    let has_rules = |zone: usize| rules.as_object().unwrap().values().any(|it| it["zone"] == format!("z{zone}"));
                    if !has_rules(from) || !has_rules(to) {
                        continue;
                    }
                    let needed = flows.iter().filter(|it| (it.0, it.1) == (from, to));
                    let needed: Vec<&str> = needed.map(|it| it.2).collect();
                    let answer = call("allows", &[rules.clone(), json!(format!("z{from}")), json!(format!("z{to}")), json!(service)]);
                    let keys = texts(&answer.unwrap());
                    prop_assert_eq!(!keys.is_empty(), covered(service, &needed), "{} of {:?}", service, needed);
                    let is_key = |it: &String| rules.get(it).is_some();
                    prop_assert!(keys.iter().all(is_key) && (keys.is_empty() || keys.len() >= count));
                }
            }
        }
    }
}

const SERVICES: [&str; 9] = [
    "tcp/80",
    "tcp/80-82",
    "tcp/81-90",
    "tcp/80-90",
    "udp/53",
    "icmp",
    "icmp/8",
    "esp",
    "any",
];

/// Whether some services together have all of one, in words that this small world needs.
fn covered(service: &str, by: &[&str]) -> bool {
    let parts: &[&str] = match service {
        "tcp/80" => &["a"],
        "tcp/80-82" => &["a", "b"],
        "tcp/81-90" => &["b", "c"],
        "tcp/80-90" => &["a", "b", "c"],
        "udp/53" => &["u"],
        "icmp" => &["8", "i"],
        "icmp/8" => &["8"],
        "esp" => &["e"],
        _ => &["rest"],
    };
    let has = |part: &str| {
        by.iter().any(|it| match *it {
            "any" => true,
            "tcp/80" => part == "a",
            "tcp/80-82" => part == "a" || part == "b",
            "tcp/81-90" => part == "b" || part == "c",
            "tcp/80-90" => ["a", "b", "c"].contains(&part),
            "udp/53" => part == "u",
            "icmp" => part == "8" || part == "i",
            "icmp/8" => part == "8",
            "esp" => part == "e",
            _ => false,
        })
    };
    parts.iter().all(|it| has(it))
}

#[test]
fn a_matrix_is_that_of_the_data_source() {
    for (name, version) in [
        ("kong", Some("3.9")),
        ("kong", None),
        ("aiven", None),
        ("exchange-server", Some("2019")),
    ] {
        let arguments: Vec<Json> = [Some(name), version]
            .into_iter()
            .flatten()
            .map(|it| json!(it))
            .collect();
        let config = json!({ "name": name, "version": version });
        let data = Core::default().read("portmatrix_product", &config).state;
        assert_eq!(
            call("matrix", &arguments).unwrap(),
            data.get("matrix").to_json(),
            "{name}"
        );
    }
}

#[test]
fn mistakes_name_the_argument_and_what_to_write() {
    for (name, arguments, argument, words) in [
        (
            "merge_cidrs",
            vec![json!(["10.0.0.0/8"]), json!(["10.0.0.1/8"])],
            1,
            "10.0.0.0/8",
        ),
        (
            "merge_cidrs",
            vec![json!(["10.0.0.0/8", null])],
            0,
            "element 1 is null",
        ),
        ("merge_cidrs", vec![json!([""])], 0, "empty"),
        (
            "merge_cidrs",
            vec![json!(["::ffff:10.0.0.1/128"])],
            0,
            "write `10.0.0.1",
        ),
        (
            "subtract_cidrs",
            vec![json!([]), json!(["web"])],
            1,
            "not a CIDR block",
        ),
        (
            "overlaps",
            vec![json!(["fe80::1%eth0/64"]), json!([])],
            0,
            "zone id",
        ),
        (
            "merge_ports",
            vec![json!(["80"]), json!(["http"])],
            1,
            "http",
        ),
        ("merge_ports", vec![json!(["0"])], 0, "port 0"),
        ("matrix", vec![json!("kng")], 0, "kong"),
        ("matrix", vec![json!("kong"), json!("99")], 1, "99"),
        (
            "matrix",
            vec![json!("kong"), json!("3.9"), json!("3.9")],
            2,
            "at most one",
        ),
        (
            "allows",
            vec![json!({}), json!("a"), json!("b"), json!("443")],
            3,
            "tcp/443",
        ),
        (
            "allows",
            vec![json!({}), json!(""), json!("b"), json!("tcp/443")],
            1,
            "empty",
        ),
        (
            "allows",
            vec![
                json!({ "k": { "zone": "frontend", "direction": "egress", "peer_zone": "db", "transport": "tcp", "from_port": 1, "to_port": 1 } }),
                json!("Frontend"),
                json!("db"),
                json!("tcp/1"),
            ],
            1,
            "frontend",
        ),
        (
            "allows",
            vec![
                json!({ "k": { "zone": "a" } }),
                json!("a"),
                json!("b"),
                json!("tcp/1"),
            ],
            0,
            "rule `k` has no",
        ),
    ] {
        let (text, at) = call(name, &arguments).unwrap_err();
        assert_eq!(at, Some(argument), "{name}: {text}");
        assert!(text.contains(words), "{name}: {text}");
    }
}
