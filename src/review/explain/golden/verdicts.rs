//! What the table does not have: deny rules, source ports, AWS's own rule, severity and order.

use super::*;

#[test]
fn by_group_and_by_address_is_unproven() {
    let it = one(
        difference(Kind::Unproven, &[extent("tcp/443", "10.0.0.0/24")]),
        &[wanted("tcp/443", "sg-2")],
        &[found("sgr-1", "tcp/443", "10.0.0.0/24")],
        &[],
    );
    assert_eq!(
        it.message,
        "`sgr-1` allows zone `app` at `sg-1` (zone `dmz`) as address 10.0.0.0/24, but it is wanted as group sg-2 (`key-1`); members and addresses cannot be compared here"
    );
    assert_eq!(it.severity, Severity::Warning);
    assert!(it.remedy.contains("`peer_by = \"cidr\"`"));
}

#[test]
fn the_rule_that_aws_adds_is_one_finding_for_both_families() {
    let egress = |id: &str, peers: &str| Rule {
        direction: Direction::Egress,
        ..found(id, "any", peers)
    };
    let rules = [egress("sgr-1", "0.0.0.0/0"), egress("sgr-2", "::/0")];
    let of = |kind: Kind, at: usize, peers: &str| Difference {
        direction: Direction::Egress,
        found: vec![at],
        ..difference(kind, &[extent("any", peers)])
    };
    let both = vec![of(Kind::Extra, 0, "0.0.0.0/0"), of(Kind::Extra, 1, "::/0")];
    let all = findings(both, &[], &rules, &[]);
    assert_eq!(all.len(), 1);
    reads(
        &all[0],
        "everything to 0.0.0.0/0, ::/0",
        "`sgr-1`, `sgr-2` allow everything to 0.0.0.0/0, ::/0 at `sg-1`, which is not part of any declared flow",
    );
    assert_eq!(
        (all[0].severity, &all[0].ids[..]),
        (
            Severity::Warning,
            &["sgr-1".to_owned(), "sgr-2".to_owned()][..]
        )
    );
    assert!(all[0].meaning.starts_with("the rule that AWS adds"));
}

#[test]
fn a_deny_in_front_is_named_with_its_rank() {
    let deny = Rule {
        order: Precedence {
            priority: 200,
            denies: true,
        },
        ..found("deny-x", "any", "*")
    };
    let blocked = Difference {
        blocked_by: vec![0],
        ..difference(Kind::Missing, &[extent("tcp/443", "10.0.0.0/24")])
    };
    let it = one(blocked, &[wanted("tcp/443", "10.0.0.0/24")], &[deny], &[]);
    assert!(
        it.message
            .ends_with("but it is blocked by `deny-x` (priority 200)"),
        "{}",
        it.message
    );
    assert_eq!(
        (&it.ids[..], &*it.remedy),
        (
            &["deny-x".to_owned()][..],
            "delete `deny-x`, or move it after `key-1`"
        )
    );
}

#[test]
fn a_source_port_asks_whether_it_is_swapped() {
    let mut swapped = found("allow-x", "tcp/443", "10.0.0.0/24");
    swapped.extent.source_ports = vec![PortRange::single(443)];
    let mut rest = extent("tcp/443", "10.0.0.0/24");
    rest.source_ports = vec![
        PortRange { from: 0, to: 442 },
        PortRange {
            from: 444,
            to: 65535,
        },
    ];
    let it = one(
        difference(Kind::Narrower, &[rest]),
        &[wanted("tcp/443", "10.0.0.0/24")],
        &[swapped],
        &[],
    );
    assert!(
        it.message
            .ends_with("; `allow-x` allows the rest; source port 443: swapped?"),
        "{}",
        it.message
    );
}

#[test]
fn the_last_deny_that_is_missing_says_what_holds_instead() {
    let point = EnforcementPoint::new(PlatformId::Azure, "nsg").within("rg");
    assert_eq!(point.platform, PlatformId::Azure);
    let deny = Rule {
        point: point.clone(),
        order: Precedence {
            priority: 4096,
            denies: true,
        },
        ..wanted("any", "*")
    };
    let missing = Difference {
        point,
        ..difference(Kind::Missing, &[extent("any", "*")])
    };
    let it = one(missing, &[deny], &[], &[]);
    assert_eq!(
        it.message,
        "`key-1` should deny everything from anyone at `rg/nsg` (zone `dmz`) but does not exist: VNet and internet defaults apply"
    );
}

#[test]
fn severity_is_who_is_let_in_and_to_what() {
    let severity = |service: &str, peers: &str| {
        let rules = [
            wanted("tcp/9000", "10.0.0.0/24"),
            Rule {
                zones: Some(Zones {
                    own: "dmz".to_owned(),
                    peer: "internet".to_owned(),
                }),
                ..wanted("tcp/9000", "0.0.0.0/0")
            },
        ];
        let public = Intent {
            peer_zone: "internet".to_owned(),
            peer_trust: Some(Trust::Public),
            ..intent("tcp/9000", Plane::Data, "shop.web")
        };
        one(
            difference(Kind::Extra, &[extent(service, peers)]),
            &rules,
            &[found("sgr-1", service, peers)],
            &[public],
        )
        .severity
    };
    // 5432 is the database's own, 977 has no listener, 8000 is Kong's for everyone.
    for (service, peers, expected) in [
        ("tcp/5432", "0.0.0.0/0", Severity::Error),
        ("tcp/5432", "0.0.0.0/1 128.0.0.0/1", Severity::Error),
        ("tcp/5432", "203.0.113.7/32", Severity::Error),
        ("tcp/5432", "10.7.0.0/16", Severity::Warning),
        ("tcp/977", "0.0.0.0/0", Severity::Warning),
        ("tcp/977", "203.0.113.7/32", Severity::Warning),
        ("tcp/977", "10.7.0.0/16", Severity::Info),
        ("tcp/5432", "sg-1", Severity::Info),
    ] {
        assert_eq!(severity(service, peers), expected, "{service} from {peers}");
    }
}

#[test]
fn findings_come_by_place_direction_and_kind() {
    let rules = [
        found("b", "tcp/9999", "10.0.0.0/24"),
        found("a", "tcp/9998", "10.0.0.0/24"),
    ];
    let extra = |at: usize, service: &str| Difference {
        found: vec![at],
        ..difference(Kind::Extra, &[extent(service, "10.0.0.0/24")])
    };
    let missing = difference(Kind::Missing, &[extent("tcp/443", "10.0.0.0/24")]);
    let all = findings(
        vec![extra(0, "tcp/9999"), extra(1, "tcp/9998"), missing],
        &[wanted("tcp/443", "10.0.0.0/24")],
        &rules,
        &[],
    );
    let order: Vec<(Kind, BTreeSet<String>)> = all
        .into_iter()
        .map(|it| (it.kind, it.ids.into_iter().collect()))
        .collect();
    let ids = |it: &str| BTreeSet::from([it.to_owned()]);
    assert_eq!(
        order,
        [
            (Kind::Missing, BTreeSet::new()),
            (Kind::Extra, ids("a")),
            (Kind::Extra, ids("b"))
        ]
    );
}

#[test]
fn a_listener_of_another_line_is_named_with_its_release() {
    let extra = |service: &str| {
        let rules = [found("sgr-1", service, "10.7.0.0/16")];
        let of_kind = difference(Kind::Extra, &[extent(service, "10.7.0.0/16")]);
        let kong = intent("tcp/9000", Plane::Data, "kong.proxy-http");
        one(
            of_kind,
            &[wanted("tcp/9000", "10.0.0.0/24")],
            &rules,
            &[kong],
        )
    };
    // Kong stopped talking among its nodes on this port.
    let old = extra("tcp/7946");
    assert!(
        old.meaning.contains("Kong Gateway 0.10: "),
        "{}",
        old.meaning
    );
    assert_eq!(old.severity, Severity::Warning);
    assert!(!extra("tcp/8001").meaning.contains("0.10"));
    let ssh = extra("tcp/22");
    assert_eq!(ssh.meaning, "tcp/22 is SSH");
}

#[test]
fn a_flow_of_the_layout_says_who_its_listener_is_for() {
    let severity = |flow: &str| {
        let rules = [found("sgr-1", "tcp/443", "0.0.0.0/0")];
        let extra = difference(Kind::Extra, &[extent("tcp/443", "0.0.0.0/0")]);
        let kong = intent("tcp/443", Plane::Data, flow);
        one(extra, &[wanted("tcp/443", "10.0.0.0/24")], &rules, &[kong]).severity
    };
    assert_eq!(severity("kong.proxy-https"), Severity::Warning);
    assert_eq!(severity("kong.admin-https"), Severity::Error);
}

#[test]
fn anyone_but_some_is_said_so() {
    let all = [cidr("0.0.0.0/0"), cidr("::/0")];
    let rest = crate::model::blocks::subtracted(all, [cidr("10.0.0.0/24")]);
    let it = one(
        difference(
            Kind::Wider,
            &[TrafficSet::new(
                services("tcp/443"),
                EndpointSet::these(rest, []),
            )],
        ),
        &[wanted("tcp/443", "10.0.0.0/24")],
        &[found("allow-x", "tcp/443", "*")],
        &[],
    );
    assert_eq!(it.traffic, "tcp/443 from anyone except 10.0.0.0/24");
}
