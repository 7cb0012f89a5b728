//! Remedies that are followed in the order given never refuse what is wanted, and end where nothing differs.

use crate::review::rules::{block, rule};
use crate::review::world::{World, addresses, anyone, named, permits, tcp, world};
use portmatrix::catalog::Catalog;
use portmatrix::model::platform::PlatformId;
use portmatrix::model::services::Services;
use portmatrix::model::words::Direction;
use portmatrix::review::explain::{Step, with_steps};
use portmatrix::review::read::aws;
use portmatrix::review::rule::{Element, EndpointSet, Precedence, Rule, TrafficSet, Written};
use portmatrix::review::{Report, ReviewInput, compare};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use std::collections::BTreeSet;

const PEERS: &[&str] = &[
    "0.0.0.0/0",
    "::/0",
    "10.0.0.0/29",
    "10.0.0.0/30",
    "10.0.0.4/30",
    "10.0.0.2/32",
    "10.0.0.7/32",
    "2001:db8::/126",
    "2001:db8::1/128",
    "sg-2",
    "sg-3",
];

fn ends(text: &str) -> EndpointSet {
    match text.strip_prefix("sg-") {
        Some(_) => EndpointSet::these([], [aws::security_group(text)]),
        None => EndpointSet::these([block(text)], []),
    }
}

/// A range of ports with some peers, each of which is a rule.
fn lists() -> impl Strategy<Value = Vec<((u16, u16), Vec<&'static str>)>> {
    let ports = (2..=5u16, 0..=2u16).prop_map(|(from, more)| (from, (from + more).min(5)));
    let ports = prop_oneof![6 => ports, 1 => Just((0, u16::MAX))];
    vec((ports, proptest::sample::subsequence(PEERS, 1..4)), 0..5)
}

/// The rules of such lists, as the AWS provider has them: one for each peer, all with the address of their resource.
fn rules(lists: &[((u16, u16), Vec<&'static str>)], prefix: &str) -> Vec<Rule> {
    let mut all = Vec::new();
    for (at, ((from, to), peers)) in lists.iter().enumerate() {
        for peer in peers {
            let element = (peers.len() > 1).then(|| Element {
                argument: "cidr_blocks",
                value: Some((*peer).to_owned()),
            });
            let address = format!("{prefix}{at}");
            all.push(Rule {
                extent: TrafficSet::new(Services::of([tcp(*from, *to)]), ends(peer)),
                written: Some(Written {
                    address: address.len(),
                    element: element.map(Box::new),
                }),
                order: Precedence::NONE,
                ..rule(&address, "tcp/1", "*", 0, false)
            });
        }
    }
    all
}

/// Wanted rules have one peer each, and keys of their own.
fn wanted(lists: &[((u16, u16), Vec<&'static str>)]) -> Vec<Rule> {
    let rules = rules(lists, "w").into_iter().enumerate();
    let own = |(at, it): (usize, Rule)| Rule {
        id: format!("key-{at}"),
        written: None,
        ..it
    };
    rules.map(own).collect()
}

/// What follows from a step. Removing the resource removes every rule that has its id.
fn follow(step: &Step, wanted: &[Rule], all: &[Rule], rules: &mut Vec<Option<Rule>>) {
    match step {
        Step::Create(places) => {
            for it in places.iter().map(|at| &wanted[*at]) {
                if !rules.iter().flatten().any(|existing| existing.id == it.id) {
                    rules.push(Some(it.clone()));
                }
            }
        }
        Step::Remove(places) => {
            for at in places {
                let is_element = (all[*at].written.as_ref()).is_some_and(|it| it.element.is_some());
                for (other, it) in rules.iter_mut().enumerate() {
                    let same_id = it.as_ref().is_some_and(|it| it.id == all[*at].id);
                    if other == *at || (!is_element && same_id) {
                        *it = None;
                    }
                }
            }
        }
        Step::Narrow(at, to) => {
            if let Some(it) = &mut rules[*at] {
                it.extent = to.clone();
            }
        }
    }
}

fn left(rules: &[Option<Rule>]) -> Vec<Rule> {
    rules.iter().flatten().cloned().collect()
}

/// Wanted packets of the world that are allowed.
fn allowed(world: &World, wanted: &[Rule], rules: &[Rule]) -> BTreeSet<usize> {
    let all = 0..world.len();
    let is_kept = |it: &usize| permits(wanted, &world[*it]) && permits(rules, &world[*it]);
    all.filter(is_kept).collect()
}

fn reviewed(wanted: &[Rule], found: &[Rule]) -> (Report, Vec<Vec<Step>>) {
    let estate = ReviewInput {
        wanted: wanted.to_vec(),
        found: found.to_vec(),
        reviewed: BTreeSet::from([(PlatformId::Aws, Direction::Ingress)]),
        ..ReviewInput::default()
    };
    with_steps(&estate, &Catalog::default(), "en")
}

proptest! {
    #![proptest_config(crate::support::properties!(60))]

    #[test]
    fn a_remedy_never_refuses_what_is_wanted(
        of_wanted in lists(),
        of_found in lists(),
        both in vec(any::<Index>(), 0..4),
        order in select(vec![false, true]),
    ) {
        let wanted = wanted(&of_wanted);
        let mut found = rules(&of_found, "f");
        // Some wanted rules exist as they are, each with a resource of its own.
        for (at, it) in both.iter().enumerate().filter(|_| !wanted.is_empty()) {
            let it = it.get(&wanted);
            found.push(Rule { id: format!("same-{at}"), ..it.clone() });
        }
        if order {
            found.reverse();
        }
        let services: Vec<_> = (1..=6).map(|it| tcp(it, it)).collect();
        let peers = [addresses(), named(&["sg-2", "sg-3"])].concat();
        let world = world(&services, &[1], &anyone(), &peers);
        // A rule whose unwanted traffic another allows too is reported once that one is gone, and of equal wanted rules one can go.
        for _ in 0..=found.len() + wanted.len() {
            let (report, steps) = reviewed(&wanted, &found);
            prop_assert_eq!(report.findings.len(), steps.len());
            let mut rules: Vec<Option<Rule>> = found.iter().cloned().map(Some).collect();
            for (finding, steps) in report.findings.iter().zip(&steps) {
                for step in steps {
                    let before = allowed(&world, &wanted, &left(&rules));
                    follow(step, &wanted, &found, &mut rules);
                    let after = allowed(&world, &wanted, &left(&rules));
                    prop_assert!(before.is_subset(&after), "{}: {}", finding.message, finding.remedy);
                }
            }
            found = left(&rules);
        }
        let rest = compare(&wanted, &found);
        prop_assert!(rest.is_empty(), "{rest:#?}");
    }
}
