//! Joining rules: the same packets, the fewest ranges, whatever the order.

use crate::promise::{compiled, permitted_by_rules};
use crate::support::random::spec;
use portmatrix::model::address::{Addresses, Cidr, Family};
use portmatrix::model::blocks::aggregated;
use portmatrix::model::cell::MaybeKnown;
use portmatrix::model::code::Code;
use portmatrix::model::rules::{RuleKey, Rules};
use portmatrix::model::traffic::{Traffic, Transport};
use portmatrix::model::words::Direction;
use portmatrix::render::merge;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// Ranges of one transport between two ends.
type Ends = (String, Direction, String, Transport);

fn by_ends(rules: &Rules) -> BTreeMap<Ends, Vec<(u16, u16)>> {
    let mut found: BTreeMap<Ends, Vec<(u16, u16)>> = BTreeMap::new();
    for key in rules.keys() {
        if let Traffic::Ports(transport, range) = key.traffic {
            let ends = (
                key.zone.to_string(),
                key.direction,
                key.peer.to_string(),
                transport,
            );
            found.entry(ends).or_default().push((range.from, range.to));
        }
    }
    found
}

proptest! {
    #![proptest_config(crate::support::properties!(1000))]

    #[test]
    fn joined_ports_permit_the_same_in_the_fewest_ranges(spec in spec()) {
        let rules = compiled(&spec).rules;
        let merged = merge::ports(&rules);
        prop_assert_eq!(permitted_by_rules(&merged), permitted_by_rules(&rules));
        prop_assert_eq!(&merge::ports(&merged), &merged, "once is enough");
        for (ends, mut ranges) in by_ends(&merged) {
            ranges.sort_unstable();
            // Ranges that neither meet nor touch cannot be fewer.
            for pair in ranges.windows(2) {
                prop_assert!(u32::from(pair[0].1) + 1 < u32::from(pair[1].0), "{:?}: {:?}", ends, ranges);
            }
        }
        // Each flow is still at every packet that it was there for.
        let serves = |rules: &Rules, key: &RuleKey| -> BTreeSet<String> {
            let wider = rules.iter().filter(|(it, _)| {
                it.zone == key.zone && it.direction == key.direction && it.peer == key.peer && it.traffic.covers(key.traffic)
            });
            wider.flat_map(|(_, it)| it.flows.iter().map(ToString::to_string)).collect()
        };
        for (key, rule) in &rules {
            let flows = serves(&merged, key);
            prop_assert!(rule.flows.iter().all(|it| flows.contains(&**it)), "{}", key.text());
        }
    }

    #[test]
    fn a_rule_within_another_is_found(spec in spec()) {
        let compiled = compiled(&spec);
        let within = |key: &RuleKey| compiled.rules.keys().any(|it| {
            let same = it.zone == key.zone && it.direction == key.direction && it.peer == key.peer;
            same && it.traffic != key.traffic && it.traffic.covers(key.traffic)
        });
        let wanted: BTreeSet<String> = compiled.rules.keys().filter(|it| within(it)).map(RuleKey::text).collect();
        let found = compiled.findings.iter().filter(|it| it.code == Code::RuleShadowed);
        prop_assert_eq!(found.map(|it| it.subject.clone()).collect::<BTreeSet<_>>(), wanted);
    }

    #[test]
    fn joined_addresses_are_the_same_in_the_fewest_blocks(blocks in proptest::collection::btree_map("[a-d+~]{1,3}", (0..16u32, 28..=32u8), 0..8)) {
        let block = |(bits, length): &(u32, u8)| {
            let mask = u32::MAX << (32 - length);
            let text = format!("{}/{length}", std::net::Ipv4Addr::from((0x0a00_0000 + bits) & mask));
            Cidr::parse(&text, Family::V4).unwrap()
        };
        let ipv4 = blocks.iter().map(|(name, it)| (name.as_str().into(), MaybeKnown::Known(block(it)))).collect();
        let zone = Addresses { ipv4, ..Addresses::default() };
        let joined = merge::addresses(&BTreeMap::from([("z".to_owned(), zone.clone())])).remove("z").unwrap();
        let known = |it: &Addresses| it.ipv4.values().filter_map(|it| it.known().copied()).collect::<Vec<_>>();
        let mut found = known(&joined);
        found.sort_unstable();
        prop_assert_eq!(found, aggregated(known(&zone)));
        // A block that nothing joins keeps its name, and with it the key of its rule.
        for (name, it) in &joined.ipv4 {
            let alone = zone.ipv4.iter().filter(|(_, other)| it.known().unwrap().contains(*other.known().unwrap()));
            if alone.clone().count() == 1 {
                prop_assert!(alone.into_iter().all(|(it, _)| it == name));
            }
        }
    }
}

#[test]
fn keys_have_the_names_of_what_was_merged() {
    let block = |text: &str| MaybeKnown::Known(Cidr::parse(text, Family::V4).unwrap());
    let zone = |blocks: &[(&str, &str)]| Addresses {
        ipv4: blocks
            .iter()
            .map(|(name, it)| ((*name).into(), block(it)))
            .collect(),
        ..Addresses::default()
    };
    let names = |blocks: &[(&str, &str)]| -> Vec<String> {
        let joined = merge::addresses(&BTreeMap::from([("z".to_owned(), zone(blocks))]));
        joined["z"].ipv4.keys().map(ToString::to_string).collect()
    };
    assert_eq!(
        names(&[
            ("b", "10.0.0.128/25"),
            ("a", "10.0.0.0/25"),
            ("c", "10.0.2.0/24")
        ]),
        ["a+b", "c"]
    );
    // A name of the user's own is never met.
    let met = names(&[
        ("a", "10.0.0.0/25"),
        ("b", "10.0.0.128/25"),
        ("a+b", "10.0.2.0/24"),
    ]);
    assert_eq!(met.len(), 2);
    assert!(
        met.contains(&"a+b".to_owned()) && met.iter().any(|it| it.starts_with("a+b~")),
        "{met:?}"
    );
    let pending = Addresses {
        ipv4: [
            ("a".into(), MaybeKnown::Unknown),
            ("b".into(), block("10.0.0.0/24")),
        ]
        .into(),
        ..Addresses::default()
    };
    assert!(merge::is_pending(&pending));
    assert!(!merge::is_pending(&zone(&[
        ("a", "10.0.0.0/24"),
        ("b", "10.0.1.0/24")
    ])));
}
