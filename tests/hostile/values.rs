//! Good configurations and states with one place made into something else, or two.

use crate::hostile::batch::{Case, create, send_all};
use crate::hostile::check::{check_answer, no_bug};
use crate::hostile::good::{self, Good, Role};
use crate::hostile::host::Host;
use crate::hostile::odd::harms;
use crate::hostile::random::Random;
use crate::hostile::rpc::{Parts, json, msgpack, reply, request};
use crate::hostile::tree::{Place, Tree};
use crate::hostile::{Test, block_on, budget};
use portmatrix::terraform::msgpack as wire;
use portmatrix::terraform::schema::{Block, Mode};
use portmatrix::terraform::value::Value;
use std::collections::BTreeSet;

pub(crate) const TESTS: &[Test] = &[
    (
        "every_argument_is_set_somewhere",
        every_argument_is_set_somewhere,
    ),
    ("one_place_is_odd", one_place_is_odd),
    ("two_places_are_odd", two_places_are_odd),
    ("a_state_is_odd", a_state_is_odd),
    ("a_stored_state_is_odd", a_stored_state_is_odd),
];

/// Otherwise some places would never be harmed.
fn every_argument_is_set_somewhere() {
    fn walk(block: &Block, values: &[&Value], place: &str, unset: &mut BTreeSet<String>) {
        let below = |name: &str| -> Vec<&Value> {
            let found = values.iter().map(|it| it.get(name));
            found.filter(|it| !it.is_null()).collect()
        };
        for it in block
            .attributes
            .iter()
            .filter(|it| it.mode != Mode::Computed)
        {
            if below(it.name).is_empty() {
                unset.insert(format!("{place}.{}", it.name));
            }
        }
        for it in &block.blocks {
            let blocks: Vec<&Value> = below(it.name)
                .into_iter()
                .flat_map(|it| match it {
                    Value::List(items) => items.iter().collect(),
                    Value::Map(map) => map.values().collect(),
                    one => vec![one],
                })
                .collect();
            walk(&it.block, &blocks, &format!("{place}.{}", it.name), unset);
        }
    }
    let all = good::all();
    let mut unset = BTreeSet::new();
    let schemas = portmatrix::provider::schemas();
    let objects = schemas.resources.iter().chain(&schemas.data_sources);
    for (kind, schema) in objects.chain(&[("portmatrix", schemas.provider.clone())]) {
        let configs: Vec<&Value> = all
            .iter()
            .filter(|it| it.kind == *kind)
            .map(|it| &it.config)
            .collect();
        walk(&schema.block, &configs, kind, &mut unset);
    }
    assert_eq!(unset, BTreeSet::new());
}

/// The good configurations, each with its places and the state that comes of it.
struct Ground {
    good: Good,
    places: Vec<Place>,
    state: Vec<u8>,
}

fn grounds() -> Vec<Ground> {
    let host = Host::start();
    block_on(async {
        let caller = host.caller().await;
        let mut grounds = Vec::new();
        for good in good::all() {
            let mut state = Vec::new();
            for rpc in good.rpcs() {
                let parts = Parts {
                    planned: Some(msgpack(state.clone())),
                    ..create(&good, good.bytes())
                };
                let parts = if *rpc == "ApplyResourceChange" {
                    parts
                } else {
                    create(&good, good.bytes())
                };
                let answer = caller.call(rpc, request(rpc, parts)).await;
                let reply = check_answer(rpc, &good, &good.bytes(), &[], &answer);
                assert!(
                    !reply.failed(),
                    "{rpc} of a good {}: {:?}",
                    good.kind,
                    reply.diagnostics
                );
                state = reply.state.map_or(state, |it| it.msgpack.to_vec());
            }
            grounds.push(Ground {
                places: good.tree().places(),
                good,
                state,
            });
        }
        host.farewell().await;
        grounds
    })
}

fn one_place_is_odd() {
    let harms = harms();
    for ground in grounds() {
        let all = ground.places.len() * harms.len() * ground.good.rpcs().len();
        let mut numbers: Vec<usize> = (0..all).collect();
        Random::new(1).shuffle(&mut numbers);
        // Every harm comes once before any comes again, so that the short run has them all.
        let mut times = vec![0; harms.len()];
        numbers.sort_by_cached_key(|number| {
            let harm = number / ground.places.len() % harms.len();
            times[harm] += 1;
            times[harm]
        });
        numbers.truncate(budget(ground.share()).max(harms.len()));
        send_all(numbers.into_iter().filter_map(|number| {
            let (place, number) = (number % ground.places.len(), number / ground.places.len());
            let (harm, rpc) = (number % harms.len(), number / harms.len());
            ground.case(rpc, &[(place, harm)])
        }));
    }
}

fn two_places_are_odd() {
    let sides = harms().len();
    for ground in grounds() {
        let mut random = Random::new(2);
        let cases = budget(ground.share() / 3);
        send_all((0..cases).filter_map(|_| {
            let mut one = || (random.below(ground.places.len()), random.below(sides));
            let both = [one(), one()];
            let rpc = random.below(ground.good.rpcs().len());
            ground.case(rpc, &both)
        }));
    }
}

impl Ground {
    /// How many of the cases are of this configuration: those of resources have the most places.
    fn share(&self) -> usize {
        match self.good.role {
            Role::Resource => 1000,
            Role::DataSource | Role::Provider => 300,
        }
    }

    /// The call with the configuration harmed; none where nothing can be done there.
    fn case(&self, rpc: usize, harmed: &[(usize, usize)]) -> Option<Case> {
        let rpc = self.good.rpcs()[rpc];
        let mut tree = self.good.tree();
        for (place, harm) in harmed {
            HARMS.with(|harms| harmed_at(&mut tree, &self.places[*place], &harms[*harm]))?;
        }
        let sent = tree.bytes();
        let mut parts = create(&self.good, sent.clone());
        if rpc == "ApplyResourceChange" {
            parts.planned = Some(msgpack(self.state.clone()));
        } else if harmed[0].0 % 2 == 1 {
            parts.prior = Some(msgpack(self.state.clone()));
        }
        let label = format!(
            "{rpc} of {} with {} sent as {}",
            self.good.kind,
            self.words(harmed),
            hex(&sent)
        );
        let good = self.good.clone();
        let prior = if parts.prior.is_some() {
            self.state.clone()
        } else {
            Vec::new()
        };
        Some(Case::new(label, rpc, request(rpc, parts), move |answer| {
            check_answer(rpc, &good, &sent, &prior, answer);
        }))
    }

    fn words(&self, harmed: &[(usize, usize)]) -> String {
        let words = harmed
            .iter()
            .map(|(place, harm)| format!("harm {harm} at {:?}", self.places[*place]));
        words.collect::<Vec<_>>().join(" and ")
    }
}

thread_local! {
    static HARMS: Vec<crate::hostile::odd::Harm> = harms();
}

fn harmed_at(tree: &mut Tree, place: &[usize], harm: &crate::hostile::odd::Harm) -> Option<()> {
    let found = tree.at(place)?;
    *found = harm(found)?;
    Some(())
}

fn hex(bytes: &[u8]) -> String {
    format!("{:02x?}", &bytes[..bytes.len().min(60)])
}

/// Of another shape, of another time, or invented: the prior state and the planned one.
fn a_state_is_odd() {
    let harms = harms();
    for ground in grounds()
        .into_iter()
        .filter(|it| it.good.role == Role::Resource)
    {
        let state = wire::decode(&ground.state, &ground.good.ty).expect("a state");
        let tree = Tree::of(&state);
        let places = tree.places();
        let mut random = Random::new(3);
        let config = ground.good.bytes();
        send_all((0..budget(500)).filter_map(|_| {
            let mut tree = tree.clone();
            let (place, harm) = (random.pick(&places), random.below(harms.len()));
            harmed_at(&mut tree, place, &harms[harm])?;
            let bytes = tree.bytes();
            let odd = Some(msgpack(bytes.clone()));
            let mut parts = create(&ground.good, config.clone());
            parts.planned = Some(msgpack(ground.state.clone()));
            let rpc = *random.pick(&["PlanResourceChange", "ApplyResourceChange", "ReadResource"]);
            if rpc == "ApplyResourceChange" && random.below(2) == 0 {
                parts.planned = odd;
            } else {
                parts.prior = odd;
            }
            let label = format!("{rpc} with harm {harm} at {place:?} of the state");
            let (good, config) = (ground.good.clone(), config.clone());
            Some(Case::new(label, rpc, request(rpc, parts), move |answer| {
                check_answer(rpc, &good, &config, &bytes, answer);
            }))
        }));
    }
}

/// As JSON, in the state file and in place of MessagePack.
fn a_stored_state_is_odd() {
    const ODD: [&str; 25] = [
        "null",
        "true",
        "0",
        "-0",
        "1e999",
        "-1.5e-400",
        "123456789012345678901234567890",
        "\"\"",
        "\"x\"",
        "\"\\ud800\"",
        "\"\\u0000\"",
        "[]",
        "[null]",
        "[[[[]]]]",
        "{}",
        "{\"a\":1}",
        "{\"a\":1,\"a\":2}",
        "{\"\":null}",
        "NaN",
        "'x'",
        "{",
        "]",
        "",
        "// x\n1",
        "\u{feff}1",
    ];
    for ground in grounds()
        .into_iter()
        .filter(|it| it.good.role == Role::Resource)
    {
        let state = wire::decode(&ground.state, &ground.good.ty)
            .expect("a state")
            .to_json();
        let text = state.to_string();
        // Where a value may begin.
        let starts: Vec<usize> = text
            .bytes()
            .enumerate()
            .filter(|(_, it)| b":[,".contains(it))
            .map(|(at, _)| at + 1)
            .collect();
        let mut random = Random::new(4);
        let deep = "[".repeat(100_000) + &"]".repeat(100_000);
        let long = format!("\"{}\"", "x".repeat(1 << 20));
        send_all((0..budget(400)).map(|at| {
            let start = *random.pick(&starts);
            let odd = match random.below(30) {
                0 => deep.as_str(),
                1 => long.as_str(),
                _ => random.pick(&ODD),
            };
            // In place of what was there, up to some comma or the end.
            let rest = text[start..]
                .find([',', '}', ']'])
                .map_or("", |it| &text[start + it..]);
            let stored = [&text[..start], odd, rest].concat().into_bytes();
            let mut parts = create(&ground.good, ground.good.bytes());
            let rpc = *random.pick(&[
                "UpgradeResourceState",
                "PlanResourceChange",
                "ApplyResourceChange",
                "ReadResource",
            ]);
            parts.version = i64::try_from(random.below(3)).expect("small") - 1;
            parts.prior = Some(json(stored.clone()));
            parts.stored = Some(stored);
            let good = ground.good.clone();
            Case::new(
                format!("{rpc} {at} with {odd:.50} at {start} of the stored state"),
                rpc,
                request(rpc, parts),
                move |answer| {
                    let reply = reply(rpc, answer);
                    no_bug(&reply);
                    if rpc == "UpgradeResourceState" && !reply.failed() {
                        let state = reply.state.expect("a state");
                        wire::decode(&state.msgpack, &good.ty).expect("a state that fits");
                    }
                },
            )
        }));
    }
}
