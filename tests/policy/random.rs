//! Random zones, flows, matrices and exceptions: the provider says what the oracle says, connection by connection.

use super::oracle::{self, Cell, Exception, Zones, holding, judge};
use super::{Found, found, planned};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Value as Json, json};
use std::collections::{BTreeMap, BTreeSet};

const TRUSTS: [&str; 5] = ["public", "partner", "dmz", "internal", "restricted"];
const SERVICES: [&str; 14] = [
    "tcp/22",
    "tcp/80",
    "tcp/443",
    "tcp/5432",
    "tcp/80-443",
    "tcp/5432-6432",
    "tcp/0-65535",
    "udp/53",
    "tcp+udp/53",
    "icmp",
    "icmp/8",
    "icmpv6/128",
    "esp",
    "any",
];

#[derive(Clone, Debug)]
struct World {
    zones: Zones,
    cells: Vec<Cell>,
    exceptions: Vec<Exception>,
    flows: Vec<(String, String, String)>,
    day: Option<&'static str>,
}

fn world() -> impl Strategy<Value = World> {
    let zone = (
        select(&TRUSTS[..]),
        prop::option::weighted(0.4, select(vec!["Red", "Blue"])),
    );
    let ends = || (any::<Index>(), any::<Index>());
    let services = || vec(select(&SERVICES[..]), 0..3);
    let access = select(vec!["allow", "block", "allow-only", "block-only"]);
    let day = || select(vec!["2027-01-31", "2027-02-01", "2027-02-02"]);
    (
        vec(zone, 2..5),
        vec((ends(), access, services()), 0..8),
        vec(
            (
                ends(),
                vec(select(&SERVICES[..]), 1..3),
                prop::option::weighted(0.9, day()),
            ),
            0..4,
        ),
        vec((ends(), select(&SERVICES[..])), 1..7),
        prop::option::weighted(0.9, day()),
    )
        .prop_map(|(zones, cells, exceptions, flows, day)| {
            let zones: Zones = zones
                .into_iter()
                .enumerate()
                .map(|(at, (trust, segment))| {
                    (format!("z{at}"), (Some(trust), segment.map(str::to_owned)))
                })
                .collect();
            let names: Vec<String> = zones.keys().cloned().collect();
            let mut ends = names.clone();
            ends.extend(zones.values().filter_map(|(_, segment)| segment.clone()));
            ends.extend(
                zones
                    .values()
                    .filter_map(|(trust, _)| trust.map(|it| format!("trust:{it}"))),
            );
            ends.push("*".to_owned());
            let texts = |it: Vec<&str>| it.into_iter().map(str::to_owned).collect::<Vec<_>>();
            let mut seen = BTreeSet::new();
            let cells = cells
                .into_iter()
                .map(|((from, to), access, services)| Cell {
                    from: from.get(&ends).clone(),
                    to: to.get(&ends).clone(),
                    access,
                    services: if access.ends_with("only") {
                        texts(services)
                    } else {
                        Vec::new()
                    },
                });
            let cells = cells
                .filter(|it| seen.insert((it.from.clone(), it.to.clone())))
                .collect();
            let exceptions = exceptions
                .into_iter()
                .map(|((from, to), services, expires)| Exception {
                    from: from.get(&ends).clone(),
                    to: to.get(&ends).clone(),
                    services: texts(services),
                    expires: expires.map(str::to_owned),
                });
            let flows = flows.into_iter().map(|((from, to), service)| {
                (
                    from.get(&names).clone(),
                    to.get(&names).clone(),
                    service.to_owned(),
                )
            });
            World {
                exceptions: exceptions.collect(),
                flows: flows.collect(),
                zones,
                cells,
                day,
            }
        })
}

fn layout(world: &World) -> Json {
    let zones = world.zones.iter().enumerate().map(|(at, (name, (trust, segment)))| {
        let zone = json!({
            "trust": trust, "segment": segment, "components": [],
            "ipv4": { "a": format!("10.0.{at}.0/24") }, "aws": { "security_group_id": format!("sg-{at}") },
        });
        (name.clone(), zone)
    });
    let flows = world.flows.iter().enumerate();
    let flows = flows.map(|(at, (from, to, service))| {
        (
            format!("f{at}"),
            json!({ "from": [from], "to": [to], "services": [service] }),
        )
    });
    let cells = world.cells.iter().map(
        |it| json!({ "from": it.from, "to": it.to, "access": it.access, "services": it.services }),
    );
    let exceptions = world.exceptions.iter().map(|it| {
        json!({ "from": it.from, "to": it.to, "services": it.services, "reason": "r", "expires": it.expires })
    });
    json!({
        "zone": zones.collect::<serde_json::Map<_, _>>(),
        "flow": flows.collect::<serde_json::Map<_, _>>(),
        "policy": cells.collect::<Vec<_>>(),
        "exception": exceptions.collect::<Vec<_>>(),
    })
}

/// What the oracle expects of each connection: one transport and port range of a flow is one.
fn expected(world: &World) -> Found {
    let mut connections: BTreeMap<String, (String, String, String)> = BTreeMap::new();
    for (from, to, service) in &world.flows {
        let (transports, ports) = service.split_once('/').unwrap_or((service, ""));
        for transport in transports.split('+') {
            let (one, key) = match ports {
                "" => (transport.to_owned(), transport.to_owned()),
                ports => (
                    format!("{transport}/{ports}"),
                    format!("{transport}-{ports}"),
                ),
            };
            let subject = format!("{from}/{to}/{key}");
            connections.insert(subject, (from.clone(), to.clone(), one));
        }
    }
    let mut found = Found::new();
    let mut add = |code: &str, severity: &str, subject: &str| {
        found.insert((code.to_owned(), severity.to_owned(), subject.to_owned()));
    };
    let mut used = BTreeSet::new();
    for (subject, (from, to, service)) in &connections {
        let policy = (&world.cells[..], &world.exceptions[..]);
        let traffic = oracle::points(service);
        let [rest, covered, over] = judge(policy, (from, to), &traffic, &world.zones, world.day);
        for (code, severity, points) in [
            ("policy-violated", "error", &rest),
            ("policy-excepted", "info", &covered),
            ("exception-expired", "error", &over),
        ] {
            if !points.is_empty() {
                add(code, severity, subject);
            }
        }
        let [refused, ..] = judge(
            (&world.cells, &[]),
            (from, to),
            &traffic,
            &world.zones,
            None,
        );
        for (at, it) in world.exceptions.iter().enumerate() {
            let alone = judge(
                (&world.cells, std::slice::from_ref(it)),
                (from, to),
                &traffic,
                &world.zones,
                None,
            );
            if alone[0] != refused {
                used.insert(at);
            }
        }
        let holding = holding(&world.cells, from, to, &world.zones);
        for (at, a) in holding.iter().enumerate() {
            for b in &holding[at + 1..] {
                add(
                    "policy-overlap",
                    "info",
                    &format!("{}/{}, {}/{}", a.from, a.to, b.from, b.to),
                );
            }
        }
    }
    for (at, it) in world.exceptions.iter().enumerate() {
        let subject = format!("{}/{}", it.from, it.to);
        let valid = it
            .expires
            .as_deref()
            .zip(world.day)
            .filter(|(last, day)| day <= last);
        if !used.contains(&at) {
            add("exception-unused", "warning", &subject);
        } else if valid.is_some() {
            add("exception-expiring", "warning", &subject);
        }
    }
    if world.day.is_none() && world.exceptions.iter().any(|it| it.expires.is_some()) {
        add("dates-not-judged", "warning", "as_of");
    }
    found
}

/// Pairs of cells are unordered.
fn unordered(found: Found) -> Found {
    let found = found.into_iter().map(|(code, severity, subject)| {
        let mut parts: Vec<&str> = subject.split(", ").collect();
        parts.sort_unstable();
        let subject = parts.join(", ");
        (code, severity, subject)
    });
    found.collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if std::env::var_os("PORTMATRIX_LONG").is_some() { 2000 } else { 400 }))]

    #[test]
    fn policies_are_judged_as_the_oracle_judges_them(world in world()) {
        let provider = json!({ "as_of": world.day });
        let (state, _) = planned(&provider, &layout(&world));
        prop_assert_eq!(unordered(found(&state)), unordered(expected(&world)));
    }

    /// The same matrix as data, in another order and in the provider block, says the same.
    #[test]
    fn where_and_in_which_order_a_matrix_is_written_does_not_matter(world in world()) {
        let blocks = layout(&world);
        let (state, _) = planned(&json!({ "as_of": world.day }), &blocks);
        let mut bare = blocks.clone();
        let reversed = |name: &str| {
            let mut items = blocks[name].as_array().unwrap().clone();
            items.reverse();
            Json::Array(items)
        };
        let bare_blocks = bare.as_object_mut().unwrap();
        bare_blocks.remove("policy");
        bare_blocks.remove("exception");
        let data = json!({ "policies": reversed("policy"), "exceptions": reversed("exception") });
        let mut here = bare.clone();
        here["policies"] = data["policies"].clone();
        here["exceptions"] = data["exceptions"].clone();
        let mut provider = data;
        provider["as_of"] = json!(world.day);
        prop_assert_eq!(unordered(found(&planned(&provider, &bare).0)), unordered(found(&state)));
        let provider = json!({ "as_of": world.day });
        prop_assert_eq!(unordered(found(&planned(&provider, &here).0)), unordered(found(&state)));
    }
}
