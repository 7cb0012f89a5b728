//! The worked examples of what counts as a difference.

use crate::review::rules::{between, deny, found, rule, wanted};
use portmatrix::review::rule::Rule;
use portmatrix::review::{Kind, compare};
use std::fmt::Write;

/// 10.0.0.0/8 without 10.0.0.0/24.
const REST: &str = "10.0.1.0/24 10.0.2.0/23 10.0.4.0/22 10.0.8.0/21 10.0.16.0/20 10.0.32.0/19 10.0.64.0/18 \
                    10.0.128.0/17 10.1.0.0/16 10.2.0.0/15 10.4.0.0/14 10.8.0.0/13 10.16.0.0/12 10.32.0.0/11 10.64.0.0/10 \
                    10.128.0.0/9";

/// Each difference as kind, rules and traffic.
fn said(wanted: &[Rule], found: &[Rule]) -> Vec<String> {
    let ids = |places: &[usize], rules: &[Rule]| {
        let ids: Vec<&str> = places.iter().map(|it| &*rules[*it].id).collect();
        ids.join(" ")
    };
    compare(wanted, found)
        .iter()
        .map(|it| {
            let about = match it.kind {
                Kind::Missing | Kind::Narrower => ids(&it.wanted, wanted),
                _ => ids(&it.found, found),
            };
            let mut text = format!("{} {about}", it.kind);
            for extent in &it.traffic {
                let said = crate::review::rules::text(extent);
                let _ = write!(text, "; {}", said.replace(REST, "REST"));
            }
            if !it.others.is_empty() {
                let _ = write!(text, " (also {})", ids(&it.others, found));
            }
            if !it.blocked_by.is_empty() {
                let _ = write!(text, " (blocked by {})", ids(&it.blocked_by, found));
            }
            text
        })
        .collect()
}

/// Found rules as services and peers, and what is said of them.
type Case = (
    &'static [(&'static str, &'static str)],
    &'static [&'static str],
);

#[test]
fn the_worked_examples() {
    let w = [wanted("w", "tcp/443", "10.0.0.0/24")];
    let cases: &[Case] = &[
        (
            &[("tcp/443", "10.0.0.0/25"), ("tcp/443", "10.0.0.128/25")],
            &[],
        ),
        (
            &[
                ("tcp/443", "10.0.0.0/30"),
                ("tcp/443", "10.0.0.0/24"),
                ("tcp/443", "10.0.0.0/24"),
            ],
            &["duplicate c (also b)", "shadowed a (also b)"],
        ),
        (
            &[("tcp/443", "10.0.0.0/16")],
            &[
                "wider a; tcp/443 from 10.0.1.0/24 10.0.2.0/23 10.0.4.0/22 10.0.8.0/21 10.0.16.0/20 10.0.32.0/19 10.0.64.0/18 10.0.128.0/17",
            ],
        ),
        (
            &[("tcp/440-450", "10.0.0.0/25")],
            &[
                "wider a; tcp/440-442, tcp/444-450 from 10.0.0.0/25",
                "narrower w; tcp/443 from 10.0.0.128/25",
            ],
        ),
        (
            &[("any", "10.0.0.0/24")],
            &["wider a; any except tcp/443 from 10.0.0.0/24"],
        ),
        (
            &[("tcp/443", "10.0.0.0/24"), ("tcp/0-65535", "10.0.0.0/8")],
            &["wider b; tcp/1-442, tcp/444-65535 from 10.0.0.0/8; tcp/443 from REST"],
        ),
        (
            &[("tcp/443", "10.0.0.0/24"), ("tcp/443", "10.0.0.7/32")],
            &["shadowed b (also a)"],
        ),
        (
            &[
                ("tcp/443", "10.0.0.0/24"),
                ("tcp/8001", "0.0.0.0/0"),
                ("tcp/8001", "0.0.0.0/0"),
            ],
            &["extra b; tcp/8001 from 0.0.0.0/0 (also c)"],
        ),
        (
            &[("tcp/443", "::/0")],
            &[
                "extra a; tcp/443 from ::/0",
                "missing w; tcp/443 from 10.0.0.0/24",
            ],
        ),
        (
            &[("tcp/443", "10.0.0.0/24"), ("icmp", "::/0")],
            &["shadowed b"],
        ),
    ];
    for (rules, expected) in cases {
        let ids = ["a", "b", "c"];
        let rules: Vec<Rule> = (rules.iter().zip(ids))
            .map(|((services, peers), id)| found(id, services, peers))
            .collect();
        let said = said(&w, &rules);
        assert_eq!(said, *expected, "{rules:#?}");
    }
    let icmp = [wanted("w", "icmp", "10.0.0.0/24")];
    assert_eq!(
        said(&icmp, &[found("a", "icmp/8", "10.0.0.0/24")])[0]
            .split(';')
            .next(),
        Some("narrower w")
    );
}

#[test]
fn one_zone_named_in_two_ways_is_not_compared() {
    let by_group = between("web", "app", wanted("app", "tcp/443", "sg-2"));
    let mut elsewhere = between("db", "app", wanted("egress", "tcp/5432", "10.0.5.0/24"));
    elsewhere.point = rule("x", "tcp/1", "10.0.0.0/8", 0, false).point;
    let w = [by_group, elsewhere.clone()];
    let e = Rule {
        zones: None,
        ..elsewhere
    };
    let f = [found("a", "tcp/440-443", "10.0.5.0/25"), e.clone()];
    assert_eq!(
        said(&w, &f),
        [
            "unproven a; tcp/443 from sg-2",
            "wider a; tcp/440-442 from 10.0.5.0/25"
        ]
    );
    let f = [found("a", "tcp/443", "10.0.6.0/25"), e];
    assert_eq!(
        said(&w, &f),
        [
            "extra a; tcp/443 from 10.0.6.0/25",
            "missing app; tcp/443 from sg-2"
        ]
    );
}

#[test]
fn several_groups_of_a_peer_are_not_compared_together() {
    let groups =
        ["sg-2", "sg-3", "sg-4"].map(|it| between("web", "app", wanted(it, "tcp/443", it)));
    let mut elsewhere = between("db", "app", wanted("egress", "tcp/5432", "10.0.5.0/24"));
    elsewhere.point = rule("x", "tcp/1", "10.0.0.0/8", 0, false).point;
    let e = Rule {
        zones: None,
        ..elsewhere.clone()
    };
    let w = [&groups[..], &[elsewhere]].concat();
    let f = [found("a", "tcp/443", "10.0.5.0/25"), e];
    assert_eq!(said(&w, &f), ["unproven a; tcp/443 from sg-2 sg-3 sg-4"]);
}

#[test]
fn where_rules_have_an_order_the_first_decides() {
    let w = [
        rule("w", "tcp/443", "10.0.0.0/24", 100, false),
        deny("rest", "any", "*", 4096),
    ];
    let f = [
        rule("a", "tcp/443", "10.0.0.0/24", 300, false),
        deny("d", "tcp/443", "10.0.0.0/25", 200),
        rule("all", "tcp/443", "10.0.0.0/24", 400, false),
        deny("end", "any", "*", 4000),
    ];
    assert_eq!(
        said(&w, &f),
        [
            "narrower w; tcp/443 from 10.0.0.0/25 (blocked by d end)",
            "duplicate all (also a)",
        ]
    );
    // By tag: it is unknown whether it blocks the traffic.
    let f = [
        rule("a", "tcp/443", "10.0.0.0/24", 300, false),
        deny("d", "tcp/440-450", "tag", 200),
        deny("end", "any", "*", 4000),
    ];
    assert_eq!(
        said(&w, &f),
        ["unproven d; tcp/443 from 10.0.0.0/24 (blocked by d)"]
    );
    // Without the last of them, what nothing decides is up to the platform.
    assert_eq!(
        said(&w, &f[..1]),
        [
            "missing rest; any except tcp/443 from 0.0.0.0/0; any from ::/0; tcp/443 from 0.0.0.0/5 8.0.0.0/7 REST 11.0.0.0/8 \
          12.0.0.0/6 16.0.0.0/4 32.0.0.0/3 64.0.0.0/2 128.0.0.0/1"
        ]
    );
}
