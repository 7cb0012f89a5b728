//! The inventory against brute force: every packet that a rule allows, and no other.

use crate::review::rules::{block, rule, traffic};
use crate::review::world::{Packet, Who, World, permitted_by, speaks_of};
use portmatrix::catalog::Catalog;
use portmatrix::review::inventory::{InventoryInput, inventory};
use portmatrix::review::rule::Rule;
use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::TestRunner;
use std::collections::BTreeSet;

/// Each packet that a rule allows is in exactly one entry of the inventory with that rule, and no other packet is.
#[test]
fn the_inventory_is_a_partition_of_what_each_rule_allows() {
    let mut runner = TestRunner::deterministic();
    let (catalog, hidden) = (Catalog::default(), BTreeSet::new());
    for case in 0..16 {
        let (world, rules) = inventory_case(&mut runner, case);
        let input = InventoryInput {
            rules: &rules,
            ignore: &[],
            hidden: &hidden,
            unknown: 0,
        };
        let found = inventory(input, &catalog, "en");
        for packet in &world {
            for (at, rule) in rules.iter().enumerate() {
                let entries = found.entries.iter().filter(|it| it.kind.is_traffic());
                let parts = entries.flat_map(|it| it.rules.iter().zip(&it.parts));
                let parts = parts.filter(|(it, part)| it.at == Some(at) && speaks_of(part, packet));
                let expected = usize::from(permitted_by(&rules, at, packet));
                assert_eq!(parts.count(), expected, "{rule:?} {packet:?} {rules:?}");
            }
        }
    }
}

/// Random rules of one place, and packets to judge them by.
fn inventory_case(runner: &mut TestRunner, case: usize) -> (World, Vec<Rule>) {
    let peers = [
        "0.0.0.0/0",
        "10.0.0.0/8",
        "10.1.0.0/16",
        "2001:db8::/32",
        "*",
        "sg-1",
    ];
    let services = ["any", "tcp/22", "tcp/22-443", "udp/53", "icmp"];
    let ordered = case.is_multiple_of(2);
    let strategy = proptest::collection::vec(
        (
            0..services.len(),
            0..peers.len(),
            0..4_u32,
            proptest::bool::ANY,
        ),
        1..7,
    );
    let rows = strategy.new_tree(runner).unwrap().current();
    let rules = rows
        .into_iter()
        .enumerate()
        .map(|(at, (service, peer, priority, denies))| {
            let (priority, denies) = if ordered {
                (100 + priority, denies)
            } else {
                (0, false)
            };
            rule(
                &format!("r{at}"),
                services[service],
                peers[peer],
                priority,
                denies,
            )
        });
    let whos = [
        "10.1.0.1/32",
        "10.2.0.1/32",
        "198.51.100.1/32",
        "2001:db8::1/128",
    ];
    let mut world = World::new();
    for service in ["tcp/22", "tcp/80", "tcp/444", "udp/53"] {
        for who in whos {
            world.push(Packet {
                service: traffic(service),
                source: 1024,
                own: Who::Address(block(if who.contains(':') {
                    "2001:db8::9/128"
                } else {
                    "10.9.0.1/32"
                })),
                peer: Who::Address(block(who)),
            });
        }
    }
    (world, rules.collect())
}
