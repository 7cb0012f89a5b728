//! What becomes of rules on OpenStack, by the rules of its own: families, groups, zeros, whole ranges, default rules.

use super::*;
use crate::model::code::Code;
use crate::model::platform::Parts;
use crate::model::traffic::Transport;
use crate::model::words::Plane;

const TCP: Traffic = Traffic::Ports(Transport::Tcp, PortRange::single(443));

fn group(id: &str) -> OpenStack {
    OpenStack {
        group: Some(MaybeKnown::Known(id.into())),
        ..OpenStack::default()
    }
}

fn zone(openstack: OpenStack, blocks: &[&str]) -> Addresses {
    let of = |family| {
        let blocks = blocks.iter().enumerate();
        let blocks = blocks.filter_map(move |(at, it)| Some((at, Cidr::parse(it, family).ok()?)));
        blocks
            .map(|(at, it)| (format!("n{at}").into(), MaybeKnown::Known(it)))
            .collect()
    };
    Addresses {
        ipv4: of(Family::V4),
        ipv6: of(Family::V6),
        parts: Parts::of(openstack),
        ..Addresses::default()
    }
}

fn key(direction: Direction, traffic: Traffic, peer: &str) -> RuleKey {
    RuleKey {
        zone: "a".into(),
        direction,
        traffic,
        peer: peer.into(),
    }
}

/// What becomes of rules of zone `a`.
fn rows<const N: usize>(zones: [(&str, &Addresses); N], keys: &[RuleKey]) -> Rendered {
    let rule = Rule {
        peer_trust: None,
        plane: Plane::Data,
        required: false,
        public: false,
        flows: BTreeSet::from(["x.y".into()]),
    };
    let rules = keys.iter().map(|it| (it.clone(), rule.clone())).collect();
    let zones = zones.map(|(name, it)| (name.to_owned(), it.clone())).into();
    let fixed = BTreeMap::from([(
        "x.meta".into(),
        BTreeMap::from([("address".into(), Cidr::meant_by("169.254.169.254").unwrap())]),
    )]);
    let zones = Zones {
        addresses: &zones,
        fixed: &fixed,
    };
    let directions = keys.iter().map(|it| it.direction).collect();
    render(&rules, zones, &directions)
}

fn keys(rendered: &Rendered) -> Vec<&str> {
    rendered.rows.keys().map(String::as_str).collect()
}

fn codes(rendered: &Rendered) -> Vec<Code> {
    rendered.findings.iter().map(|it| it.code).collect()
}

#[test]
fn rules_between_groups_are_of_the_families_of_both_zones() {
    let (four, six) = ("10.0.0.0/24", "2001:db8::/48");
    let all: &[&str] = &["group", "group-ipv6"];
    for (here, peer, kinds) in [
        (&[][..], &[][..], all),
        (&[four], &[], &["group"]),
        (&[], &[six], &["group-ipv6"]),
        (&[four, six], &[four], &["group"]),
        (&[four, six], &[six, four], all),
        (&[four], &[six], all),
    ] {
        let (here, peer) = (zone(group("a"), here), zone(group("b"), peer));
        let key = key(Direction::Ingress, TCP, "b");
        let found = rows([("a", &here), ("b", &peer)], &[key]);
        let kind = |it: &str| it.rsplit_once(':').unwrap().1.to_owned();
        let found: Vec<String> = keys(&found).into_iter().map(kind).collect();
        assert_eq!(found, kinds);
    }
}

#[test]
fn a_zone_is_named_by_all_of_its_groups_and_so_is_it_to_itself() {
    let mut openstack = group("a");
    openstack.peer_groups = [("z".into(), MaybeKnown::Known("c".into()))].into();
    let itself = zone(openstack.clone(), &["10.0.0.0/24"]);
    let found = rows([("a", &itself)], &[key(Direction::Ingress, TCP, "a")]);
    assert_eq!(
        keys(&found),
        ["a/ingress/tcp-443/a:group", "a/ingress/tcp-443/a:group:z"]
    );
    let found = found.rows.values().map(|it| it.peer.clone());
    let named = ["a", "c"].map(|it| Peer::Group(MaybeKnown::Known(it.into())));
    assert_eq!(found.collect::<Vec<_>>(), named);
    // No rule is created for a zone that has nothing but groups of others.
    openstack.group = None;
    let peer = zone(openstack, &["10.0.0.0/24"]);
    let here = zone(group("b"), &[]);
    let found = rows(
        [("a", &here), ("b", &peer)],
        &[key(Direction::Ingress, TCP, "b")],
    );
    assert_eq!(keys(&found), ["a/ingress/tcp-443/b:group:z"]);
    let found = rows([("a", &peer)], &[key(Direction::Ingress, TCP, "a")]);
    assert!(found.rows.is_empty() && found.counts.is_empty());
}

#[test]
fn traffic_is_never_widened() {
    let here = zone(group("a"), &["10.0.0.0/24", "2001:db8::/48"]);
    let icmp = |number, code| Traffic::Icmp(Some(IcmpType { number, code }));
    let found = |wanted: &[Traffic]| {
        let wanted = wanted.iter();
        let wanted: Vec<_> = wanted.map(|it| key(Direction::Ingress, *it, "a")).collect();
        let found = rows([("a", &here)], &wanted);
        let mut codes = codes(&found);
        codes.retain(|it| *it != Code::AddressesUnused);
        (found.rows.len(), codes)
    };
    let not = vec![Code::NotExpressible];
    assert_eq!(found(&[icmp(8, None)]), (1, vec![]));
    assert_eq!(found(&[icmp(0, None)]), (0, not.clone()));
    assert_eq!(found(&[icmp(3, Some(0))]), (0, not));
    assert_eq!(found(&[icmp(3, Some(0)), icmp(3, None)]), (1, vec![]));
    assert_eq!(found(&[icmp(0, None), Traffic::Icmp(None)]), (2, vec![]));
    // Neutron rejects the encapsulation of IPv6 with IPv4.
    assert_eq!(found(&[Traffic::Ip(41)]), (1, vec![]));
    // Ports 0 to 65535 and 1 to 65535 are one rule.
    let tcp = |from| Traffic::Ports(Transport::Tcp, PortRange { from, to: u16::MAX });
    assert_eq!(found(&[tcp(0), tcp(1)]), (2, vec![]));
    assert_eq!(found(&[tcp(1)]), (2, vec![]));
    let four = zone(group("a"), &["10.0.0.0/24"]);
    let only = [key(Direction::Ingress, Traffic::Icmpv6(None), "a")];
    let found = rows([("a", &four)], &only);
    assert!(found.rows.is_empty() && codes(&found).contains(&Code::NotExpressible));
}

#[test]
fn the_same_rule_under_two_names_is_reported() {
    let here = zone(group("a"), &[]);
    let mut twice = zone(group("b"), &["10.0.0.0/24", "10.0.0.0/24"]);
    twice.parts = Parts::default();
    let found = rows(
        [("a", &here), ("b", &twice)],
        &[key(Direction::Ingress, TCP, "b")],
    );
    assert_eq!(codes(&found), [Code::DuplicateAddress]);
    let same = zone(group("a"), &[]);
    let both = [
        key(Direction::Ingress, TCP, "a"),
        key(Direction::Ingress, TCP, "b"),
    ];
    let found = rows([("a", &here), ("b", &same)], &both);
    assert_eq!(codes(&found), [Code::DuplicateAddress]);
}

#[test]
fn default_egress_rules_are_reported_until_they_are_deleted() {
    let mut openstack = group("a");
    let mut internet = zone(group("b"), &["0.0.0.0/0"]);
    internet.parts = Parts::default();
    let everything = key(Direction::Egress, Traffic::Any, "b");
    let found = |openstack: &OpenStack, wanted: RuleKey| {
        let here = zone(openstack.clone(), &[]);
        codes(&rows([("a", &here), ("b", &internet)], &[wanted]))
    };
    let open = found(&openstack, everything.clone());
    assert_eq!(open, [Code::DefaultOpen, Code::DuplicateAddress]);
    let ingress = key(Direction::Ingress, TCP, "b");
    assert_eq!(found(&openstack, ingress), []);
    let egress = key(Direction::Egress, TCP, "b");
    assert_eq!(found(&openstack, egress.clone()), [Code::DefaultOpen]);
    openstack.default_rules_deleted = true;
    assert_eq!(found(&openstack, everything), []);
    assert_eq!(found(&openstack, egress), [Code::NoDns]);
}

#[test]
fn addresses_are_used_where_groups_are_not() {
    let mut by_cidr = group("b");
    by_cidr.peer_by = crate::model::platform::PeerBy::Cidr;
    let (here, peer) = (zone(group("a"), &[]), zone(by_cidr, &["10.0.0.0/24"]));
    let found = rows(
        [("a", &here), ("b", &peer)],
        &[key(Direction::Ingress, TCP, "b")],
    );
    assert_eq!(keys(&found), ["a/ingress/tcp-443/b:ipv4:n0"]);
    // Security groups filter link-local addresses too.
    let found = rows([("a", &here)], &[key(Direction::Ingress, TCP, "x.meta")]);
    assert_eq!(keys(&found), ["a/ingress/tcp-443/x.meta:ipv4:address"]);
    // Floating IPs are where peers connect to, so the group is not.
    let mut translated = zone(group("b"), &["10.0.0.0/24"]);
    translated.advertised_ipv4 = zone(group("b"), &["192.0.2.1/32"]).ipv4;
    let found = rows(
        [("a", &here), ("b", &translated)],
        &[
            key(Direction::Egress, TCP, "b"),
            key(Direction::Ingress, TCP, "b"),
        ],
    );
    let wanted = ["a/egress/tcp-443/b:ipv4:n0", "a/ingress/tcp-443/b:group"];
    assert_eq!(keys(&found), wanted);
    assert_eq!(found.counts["a/openstack/rules"].used(), 2);
    let nowhere = zone(OpenStack::default(), &[]);
    let found = rows(
        [("a", &here), ("b", &nowhere)],
        &[key(Direction::Ingress, TCP, "b")],
    );
    assert_eq!(codes(&found), [Code::ZoneEmpty]);
}
