//! The worked table of reviews, in words.

use super::*;

#[test]
fn too_many_peers_are_said_by_subtraction() {
    let rest = crate::model::blocks::subtracted([cidr("10.0.0.0/16")], [cidr("10.0.0.0/24")]);
    let traffic = TrafficSet::new(services("tcp/443"), EndpointSet::these(rest, []));
    let it = one(
        difference(Kind::Wider, &[traffic]),
        &[wanted("tcp/443", "10.0.0.0/24")],
        &[found("sgr-1", "tcp/443", "10.0.0.0/16")],
        &[],
    );
    reads(
        &it,
        "tcp/443 from 10.0.0.0/16 except 10.0.0.0/24",
        "`sgr-1` allows tcp/443 from 10.0.0.0/16 at `sg-1` (zone `dmz`), where only 10.0.0.0/24 is wanted",
    );
    assert_eq!(it.remedy, "narrow `sgr-1` to tcp/443 from 10.0.0.0/24");
    assert_eq!(
        (&it.ids[..], &it.keys[..]),
        (&["sgr-1".to_owned()][..], &["key-1".to_owned()][..])
    );
}

#[test]
fn too_many_ports_for_too_few_peers_are_two_findings() {
    let differences = vec![
        difference(Kind::Narrower, &[extent("tcp/443", "10.0.0.128/25")]),
        difference(Kind::Wider, &[extent("tcp/440-442,444-450", "10.0.0.0/25")]),
    ];
    let all = findings(
        differences,
        &[wanted("tcp/443", "10.0.0.0/24")],
        &[found("sgr-1", "tcp/440-450", "10.0.0.0/25")],
        &[],
    );
    reads(
        &all[0],
        "tcp/440-442, tcp/444-450 from 10.0.0.0/25",
        "`sgr-1` allows tcp/440-450 from 10.0.0.0/25 at `sg-1` (zone `dmz`), where only tcp/443 is wanted",
    );
    reads(
        &all[1],
        "tcp/443 from 10.0.0.128/25",
        "`key-1` expects tcp/443 from 10.0.0.0/24 at `sg-1` (zone `dmz`), but 10.0.0.128/25 is not allowed; `sgr-1` allows the rest",
    );
}

#[test]
fn everything_is_said_beside_what_is_wanted() {
    let rest = services("tcp/443").complement();
    let it = one(
        difference(Kind::Wider, &[TrafficSet::new(rest, ends("10.0.0.0/24"))]),
        &[wanted("tcp/443", "10.0.0.0/24")],
        &[found("sgr-1", "any", "10.0.0.0/24")],
        &[],
    );
    reads(
        &it,
        "everything except tcp/443, from 10.0.0.0/24",
        "`sgr-1` allows everything from 10.0.0.0/24 at `sg-1` (zone `dmz`), where only tcp/443 is wanted",
    );
    assert!(
        it.meaning.starts_with("includes tcp/22, SSH; "),
        "{}",
        it.meaning
    );
}

#[test]
fn wider_in_both_ways_is_said_by_subtraction_too() {
    let without = crate::model::blocks::subtracted([cidr("10.0.0.0/8")], [cidr("10.99.0.0/16")]);
    let pieces = [
        TrafficSet::new(services("tcp/443").complement(), ends("10.0.0.0/8")),
        TrafficSet::new(services("tcp/443"), EndpointSet::these(without, [])),
    ];
    let it = one(
        difference(Kind::Wider, &pieces),
        &[wanted("tcp/443", "10.99.0.0/16")],
        &[found("sgr-1", "any", "10.0.0.0/8")],
        &[],
    );
    assert_eq!(
        it.traffic,
        "everything from 10.0.0.0/8 except tcp/443 from 10.99.0.0/16"
    );
    assert!(
        it.message
            .ends_with("where only tcp/443 from 10.99.0.0/16 is wanted"),
        "{}",
        it.message
    );
}

#[test]
fn the_same_extra_twice_is_one_finding_and_says_what_listens() {
    let rules = [
        found("sgr-1", "tcp/8001", "0.0.0.0/0"),
        found("sgr-2", "tcp/8001", "0.0.0.0/0"),
    ];
    let twice = Difference {
        others: vec![1],
        ..difference(Kind::Extra, &[extent("tcp/8001", "0.0.0.0/0")])
    };
    let kong = intent("tcp/8000", Plane::Data, "kong.proxy-http");
    let it = one(twice, &[wanted("tcp/8000", "10.0.0.0/24")], &rules, &[kong]);
    reads(
        &it,
        "tcp/8001 from 0.0.0.0/0",
        "`sgr-1` allows tcp/8001 from 0.0.0.0/0 at `sg-1` (zone `dmz`), which is not part of any declared flow; so does `sgr-2`",
    );
    assert_eq!(it.ids, ["sgr-1", "sgr-2"]);
    assert_eq!(it.severity, Severity::Error);
    assert_eq!(
        it.meaning,
        "tcp/8001 is Kong Gateway: Admin API over HTTP (`kong.admin-http`)"
    );
    assert_eq!(
        it.remedy,
        "delete `sgr-1`, `sgr-2`, or declare the flow that needs it"
    );
}

#[test]
fn the_other_family_is_extra_and_missing_with_a_hint() {
    let differences = vec![
        difference(Kind::Extra, &[extent("tcp/443", "::/0")]),
        difference(Kind::Missing, &[extent("tcp/443", "10.0.0.0/24")]),
    ];
    let all = findings(
        differences,
        &[wanted("tcp/443", "10.0.0.0/24")],
        &[found("sgr-1", "tcp/443", "::/0")],
        &[intent("tcp/443", Plane::Data, "shop.web")],
    );
    reads(
        &all[0],
        "tcp/443 from 10.0.0.0/24",
        "`key-1` expects tcp/443 from 10.0.0.0/24 at `sg-1` (zone `dmz`), but nothing allows it: not applied yet, or removed",
    );
    assert_eq!(all[0].meaning, "needed by `shop.web` (tcp/443 with `app`)");
    assert_eq!(all[0].severity, Severity::Error);
    assert!(all[0].remedy.contains("`sgr-1`") && all[1].remedy.contains("`key-1`"));
    assert_eq!(
        all[1].meaning,
        "wanted here only for `shop.web` (tcp/443 with `app`)"
    );
}

#[test]
fn one_icmp_type_of_all_is_narrower() {
    let rest = services("icmp").difference(&services("icmp/8"));
    let it = one(
        difference(
            Kind::Narrower,
            &[TrafficSet::new(rest, ends("10.0.0.0/24"))],
        ),
        &[wanted("icmp", "10.0.0.0/24")],
        &[found("sgr-1", "icmp/8", "10.0.0.0/24")],
        &[],
    );
    assert_eq!(it.traffic, "icmp except icmp/8, from 10.0.0.0/24");
    assert!(
        it.message.contains("but icmp except icmp/8 is not allowed"),
        "{}",
        it.message
    );
    assert_eq!(it.severity, Severity::Warning);
}

#[test]
fn a_shadowed_rule_names_the_rule_that_covers_it() {
    let rules = [
        found("sgr-1", "tcp/443", "10.0.0.7/32"),
        found("sgr-2", "tcp/443", "10.0.0.0/24"),
    ];
    let shadowed = Difference {
        others: vec![1],
        ..difference(Kind::Shadowed, &[])
    };
    let it = one(shadowed, &[], &rules, &[]);
    reads(
        &it,
        "tcp/443 from 10.0.0.7/32",
        "`sgr-1` is redundant at `sg-1`: tcp/443 from 10.0.0.7/32 is also allowed by `sgr-2`",
    );
    let nothing = [found("sgr-1", "icmp", "2001:db8::/32")];
    let it = one(difference(Kind::Shadowed, &[]), &[], &nothing, &[]);
    assert!(it.message.ends_with("but has no effect"), "{}", it.message);
    assert_eq!(
        (it.severity, &*it.remedy),
        (Severity::Info, "delete `sgr-1`")
    );
}
