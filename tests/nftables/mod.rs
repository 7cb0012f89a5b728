//! Every ruleset is one that `nft` takes. Where there is no `nft`, the tests are shown as ignored, and a line that begins with
//! `SKIPPED` says what is missing.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

pub(crate) mod nft;

use crate::support::random;
use libtest_mimic::Trial;
use nft::Nft;
use portmatrix::compile::compile;
use portmatrix::model::address::{Addresses, Cidr, Family};
use portmatrix::model::cell::{ByName, MaybeKnown};
use portmatrix::model::platform::Parts;
use portmatrix::model::rules::{Forwarding, Rule, RuleKey, Rules};
use portmatrix::model::traffic::{PortSpec, Service, Traffic};
use portmatrix::model::words::{Direction, Plane};
use portmatrix::render::nftables::{Host, Options, Translated, render};
use portmatrix::render::{RowCell, Zones};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

type Test = (&'static str, fn(&Nft));

const TESTS: [Test; 6] = [
    ("the_small_world", the_small_world),
    ("every_traffic", every_traffic),
    ("hostile_names", hostile_names),
    ("blocks_that_overlap", blocks_that_overlap),
    ("many_blocks", many_blocks),
    ("nft_does_refuse", nft_does_refuse),
];

pub(crate) fn trials() -> Vec<Trial> {
    let nft = Nft::find().map(Arc::new);
    if let Err(why) = &nft {
        eprintln!("SKIPPED: {} tests of rulesets because {why}", TESTS.len());
    }
    let trials = TESTS.map(|(name, test)| (format!("nftables::{name}"), test));
    let trials = trials.map(|(name, test)| match &nft {
        Ok(nft) => {
            let nft = Arc::clone(nft);
            Trial::test(name, move || {
                test(&nft);
                Ok(())
            })
        }
        Err(why) => {
            let why = why.clone();
            Trial::test(name, move || Err(why.into())).with_ignored_flag(true)
        }
    });
    trials.into()
}

/// The rulesets of some hosts, each of which `nft` has taken.
fn taken(
    nft: &Nft,
    rules: &Rules,
    addresses: &BTreeMap<String, Addresses>,
    options: &Options,
) -> String {
    let fixed = [(
        "it.clock".into(),
        [("address".into(), block("169.254.169.123/32"))].into(),
    )]
    .into();
    let zones = Zones {
        addresses,
        fixed: &fixed,
    };
    let rendered = render(rules, &Rules::new(), zones, options);
    let texts = rendered.rulesets.into_values().map(|it| match it {
        RowCell::Text(text) => text.to_string(),
        other => panic!("{other:?}"),
    });
    // One at a time: what the kernel takes in one piece is little where this user is not root.
    let texts = texts.inspect(|text| {
        if let Err(said) = nft.check(text) {
            panic!("{said}\n{text}");
        }
    });
    texts.collect()
}

fn block(text: &str) -> Cidr {
    let family = if text.contains(':') {
        Family::V6
    } else {
        Family::V4
    };
    Cidr::parse(text, family).unwrap()
}

fn host(blocks: &[(&str, &str)]) -> Addresses {
    let of = |family: Family| -> ByName<Cidr> {
        let cells = blocks.iter().map(|(name, it)| ((*name).into(), block(it)));
        cells
            .filter(|(_, it)| it.family() == family)
            .map(|(name, it)| (name, MaybeKnown::Known(it)))
            .collect()
    };
    Addresses {
        ipv4: of(Family::V4),
        ipv6: of(Family::V6),
        parts: Parts::of(Host::default()),
        ..Addresses::default()
    }
}

/// Rules of a zone in both directions for each of these services.
fn rules(zone: &str, peer: &str, services: &[&str], flows: &[&str]) -> Rules {
    let rule = Rule {
        public: false,
        peer_trust: None,
        plane: Plane::Data,
        required: false,
        flows: flows.iter().map(|it| Arc::from(*it)).collect(),
    };
    let traffic = services.iter().flat_map(|it| traffic(it));
    let keys = traffic.flat_map(|it| Direction::ALL.iter().map(move |direction| (it, *direction)));
    keys.map(|(traffic, direction)| {
        let key = RuleKey {
            zone: zone.into(),
            direction,
            traffic,
            peer: peer.into(),
        };
        (key, rule.clone())
    })
    .collect()
}

fn traffic(service: &str) -> Vec<Traffic> {
    match Service::parse(service).unwrap() {
        Service::Fixed(it) => vec![it],
        Service::Ports(transports, specs) => match specs[..] {
            [PortSpec::Range(range)] => transports
                .iter()
                .map(|it| Traffic::Ports(*it, range))
                .collect(),
            _ => panic!("{service}"),
        },
    }
}

fn options(rejecting: &[&str]) -> Options {
    Options {
        directions: Direction::ALL.iter().copied().collect(),
        rejecting: rejecting.iter().map(ToString::to_string).collect(),
        forwarding: Forwarding::new(),
    }
}

/// Random layouts, as the promise is tried with.
fn the_small_world(nft: &Nft) {
    let mut runner = TestRunner::deterministic();
    let mut all = String::new();
    for at in 0..150 {
        let translated = [None, Some(Translated::Ingress), Some(Translated::Both)][at % 3];
        let spec = random::spec().new_tree(&mut runner).unwrap().current();
        let compiled = compile(&spec.layout(), &spec.catalog());
        let mut addresses = spec.addresses();
        for it in addresses.values_mut() {
            it.parts = if it.is_enforced() {
                Parts::of(Host { translated })
            } else {
                Parts::default()
            };
        }
        let options = Options {
            directions: spec.directions.clone(),
            rejecting: BTreeSet::from(["z0".to_owned()]),
            forwarding: Forwarding::new(),
        };
        all.push_str(&taken(nft, &compiled.rules, &addresses, &options));
    }
    let rules = all.matches(" accept comment ").count();
    assert!(rules > 100, "{rules}");
}

fn every_traffic(nft: &Nft) {
    let mut services: Vec<String> = [
        "tcp/443",
        "udp/7000-7999",
        "sctp/3868",
        "tcp+udp+sctp/0-65535",
        "icmp",
        "icmpv6",
        "icmpv6/128",
        "icmpv6/1.255",
        "any",
    ]
    .map(str::to_owned)
    .into();
    services.extend((0..=255).map(|it| format!("icmp/{it}")));
    services.extend((0..=255).map(|it| format!("icmpv6/{it}.0")));
    services.push("icmp/3.4".to_owned());
    let own_word = [1, 6, 17, 58, 132];
    let numbers = (0..=255).filter(|it| !own_word.contains(it));
    services.extend(numbers.map(|it| format!("ip/{it}")));
    let services: Vec<&str> = services.iter().map(String::as_str).collect();
    let both = host(&[("a", "10.1.0.0/24"), ("b", "2001:db8::/32")]);
    let everyone = host(&[("a", "0.0.0.0/0"), ("b", "::/0")]);
    let addresses = [("a", both), ("everyone", everyone)];
    let addresses = addresses.map(|(name, it)| (name.to_owned(), it)).into();
    for peer in ["a", "everyone", "it.clock"] {
        for services in services.chunks(50) {
            let rules = rules("a", peer, services, &["it.flow"]);
            taken(nft, &rules, &addresses, &options(&["a"]));
        }
    }
}

/// Words of nftables, names that are as long as they may be, and addresses with names of free text.
fn hostile_names(nft: &Nft) {
    let longest = format!("z{}", "-9".repeat(15));
    assert!(portmatrix::model::name::is_name(&longest) && longest.len() == 31);
    let long = "z".repeat(32);
    let text_64 = "\u{e9}".repeat(64);
    let peers = [
        "counter", "table", "set", "accept", "drop", "ip", "inet", "s", "pm", "lo", "a-b", "ab",
        &longest, &long,
    ];
    let mut addresses = BTreeMap::new();
    for (at, name) in peers.iter().enumerate() {
        let blocks = [
            ("\"; drop; #", format!("10.{at}.0.0/24")),
            ("a b\\", format!("10.{at}.1.0/24")),
            ("} flush ruleset {", format!("2001:db8:{at}::/48")),
            (&text_64, format!("10.{at}.2.1/32")),
            ("10.0.0.0/8:443", format!("2001:db8:{at}:1::1/128")),
        ];
        let blocks: Vec<(&str, &str)> = blocks.iter().map(|(a, b)| (*a, b.as_str())).collect();
        let mut zone = host(&blocks);
        zone.advertised_ipv4 = zone.ipv4.clone();
        addresses.insert((*name).to_owned(), zone);
    }
    // More flows than a comment has room for, and one that no configuration can hold.
    let flows: Vec<String> = (0..40).map(|it| format!("{long}.flow-{it}")).collect();
    let mut flows: Vec<&str> = flows.iter().map(String::as_str).collect();
    flows.push("a \" quote \\ and \u{1f642}");
    let mut all = Rules::new();
    for zone in peers {
        for peer in peers {
            all.extend(rules(zone, peer, &["tcp/443", "icmp"], &flows));
        }
    }
    let text = taken(nft, &all, &addresses, &options(&[]));
    for line in text.lines().filter(|it| it.contains(" comment ")) {
        let comment = line.split('"').nth(1).unwrap();
        assert!(comment.len() <= 128 && comment.ends_with(" more"), "{line}");
    }
    let tables: BTreeSet<&str> = text.lines().filter(|it| it.starts_with("delete")).collect();
    assert_eq!(tables.len(), peers.len());
}

/// A host in its subnet, one block under two names, everything in halves.
fn blocks_that_overlap(nft: &Nft) {
    let addresses = [
        (
            "a",
            host(&[
                ("net", "10.0.0.0/8"),
                ("one", "10.1.2.3/32"),
                ("same", "10.1.2.3/32"),
                ("next", "11.0.0.0/8"),
            ]),
        ),
        (
            "b",
            host(&[
                ("low", "0.0.0.0/1"),
                ("high", "128.0.0.0/1"),
                ("six", "::/0"),
                ("part", "2001:db8::/32"),
            ]),
        ),
        ("c", host(&[("low", "::/1"), ("next", "8000::/2")])),
        (
            "d",
            host(&[
                ("last", "255.255.255.255/32"),
                ("first", "0.0.0.0/32"),
                ("six", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128"),
            ]),
        ),
    ];
    let addresses = addresses.map(|(name, it)| (name.to_owned(), it)).into();
    let mut all = Rules::new();
    for peer in ["a", "b", "c", "d"] {
        all.extend(rules("a", peer, &["tcp/443"], &["it.flow"]));
    }
    taken(nft, &all, &addresses, &options(&["a"]));
}

fn many_blocks(nft: &Nft) {
    let blocks: Vec<(String, String)> = (0..1000)
        .map(|it| (it.to_string(), format!("10.{}.{}.0/25", it / 256, it % 256)))
        .collect();
    let blocks: Vec<(&str, &str)> = blocks
        .iter()
        .map(|(a, b)| (a.as_str(), b.as_str()))
        .collect();
    let addresses = [("a".to_owned(), host(&blocks))].into();
    let rules = rules("a", "a", &["tcp/443"], &["it.flow"]);
    taken(nft, &rules, &addresses, &options(&[]));
}

/// The measure measures: each of the traps that the rendering avoids is one.
fn nft_does_refuse(nft: &Nft) {
    for trap in [
        "table inet counter { }\n",
        "table inet pm_a { set s_a { type ipv4_addr; flags interval; elements = { }; }; }\n",
        "table inet pm_a { chain input { type filter hook input priority filter; policy reject; }; }\n",
        &format!(
            "table inet pm_a {{\nchain a {{\naccept comment \"{}\"\n}}\n}}\n",
            "x".repeat(129)
        ),
        "table inet pm_a {\nchain a {\nip saddr @s_a accept\n}\n}\n",
    ] {
        assert!(nft.check(trap).is_err(), "{trap}");
    }
}
