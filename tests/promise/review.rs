//! Rows read back as rules for the review: they decide every packet of the small world as the rules from which they came.

use crate::promise::{azure, compiled, gcp, openstack, permitted_by_rules, rendered};
use crate::support::random::spec;
use crate::support::spec::{Member, PORTS, PROTOCOLS, Packet, Spec};
use portmatrix::compile::Compiled;
use portmatrix::model::address::{Addresses, Cidr, Family};
use portmatrix::model::platform::PlatformId;
use portmatrix::model::ports::PortRange;
use portmatrix::model::services::Services;
use portmatrix::model::traffic::{Traffic, Transport};
use portmatrix::model::words::Direction;
use portmatrix::render;
use portmatrix::render::RowCell;
use portmatrix::render::gcp::Gcp;
use portmatrix::render::platform::Row as _;
use portmatrix::review::read::mistake::Mistake;
use portmatrix::review::read::{
    aws as read_aws, azure as read_azure, gcp as read_gcp, openstack as read_openstack,
};
use portmatrix::review::rule::{EndpointSet, EnforcementPoint, Reference, Rule};
use proptest::prelude::*;
use std::collections::BTreeMap;

fn texts(cell: RowCell) -> Vec<String> {
    match cell {
        RowCell::Null => Vec::new(),
        RowCell::Text(text) => vec![text.to_string()],
        RowCell::Texts(cells) => cells.into_iter().flat_map(texts).collect(),
        other => panic!("{other:?}"),
    }
}

fn text(cell: RowCell) -> Option<String> {
    texts(cell).pop()
}

fn number(cell: RowCell) -> Option<i64> {
    match cell {
        RowCell::Null => None,
        RowCell::Number(number) => Some(number),
        other => panic!("{other:?}"),
    }
}

fn aws_row(key: &str, row: &render::aws::Row, direction: Direction) -> read_aws::Row {
    let all = |column| texts(row.cell(column));
    read_aws::Row {
        id: key.to_owned(),
        security_group_id: text(row.cell("security_group_id")),
        direction: Some(direction),
        ip_protocol: text(row.cell("ip_protocol")),
        from_port: number(row.cell("from_port")),
        to_port: number(row.cell("to_port")),
        cidr_ipv4: all("cidr_ipv4"),
        cidr_ipv6: all("cidr_ipv6"),
        prefix_list_id: all("prefix_list_id"),
        referenced_security_group_id: all("referenced_security_group_id"),
        itself: false,
    }
}

/// The same as the data source prints it elsewhere: protocols by number, groups with their account, no port as -1.
fn spelt_aws(row: &read_aws::Row) -> read_aws::Row {
    let spelt = |id: &String| format!("123456789012/{id}");
    let number = |name: String| match name.as_str() {
        "tcp" => "6".to_owned(),
        "udp" => "UDP".to_owned(),
        "icmp" => "1".to_owned(),
        "icmpv6" => "58".to_owned(),
        "-1" => "all".to_owned(),
        _ => name,
    };
    let groups = row.referenced_security_group_id.iter();
    read_aws::Row {
        security_group_id: row.security_group_id.as_ref().map(spelt),
        ip_protocol: row.ip_protocol.clone().map(number),
        from_port: row.from_port.or(Some(-1)),
        to_port: row.to_port.or(Some(-1)),
        referenced_security_group_id: groups.map(spelt).collect(),
        ..row.clone()
    }
}

fn azure_row(key: &str, row: &render::azure::Row) -> read_azure::Row {
    let one = |column| text(row.cell(column));
    let both =
        |column: &str, plural: &str| [texts(row.cell(column)), texts(row.cell(plural))].concat();
    let all = |column| texts(row.cell(column));
    read_azure::Row {
        id: key.to_owned(),
        resource_group_name: one("resource_group_name"),
        network_security_group_name: one("network_security_group_name"),
        direction: one("direction"),
        access: one("access"),
        priority: number(row.cell("priority")),
        protocol: one("protocol"),
        source_port_ranges: both("source_port_range", "source_port_ranges"),
        destination_port_ranges: both("destination_port_range", "destination_port_ranges"),
        source_address_prefixes: both("source_address_prefix", "source_address_prefixes"),
        destination_address_prefixes: both(
            "destination_address_prefix",
            "destination_address_prefixes",
        ),
        source_application_security_group_ids: all("source_application_security_group_ids"),
        destination_application_security_group_ids: all(
            "destination_application_security_group_ids",
        ),
    }
}

/// The same in capitals, and with empty texts for what is not given.
fn spelt_azure(row: &read_azure::Row) -> read_azure::Row {
    let capitals = |text: &Option<String>| text.as_deref().map(str::to_uppercase);
    let padded = |texts: &[String]| {
        let texts = texts.iter().rev().map(|it| it.to_uppercase());
        texts.chain([String::new()]).collect()
    };
    read_azure::Row {
        id: row.id.clone(),
        resource_group_name: capitals(&row.resource_group_name),
        network_security_group_name: capitals(&row.network_security_group_name),
        direction: capitals(&row.direction),
        access: capitals(&row.access),
        priority: row.priority,
        protocol: capitals(&row.protocol),
        source_port_ranges: padded(&row.source_port_ranges),
        destination_port_ranges: padded(&row.destination_port_ranges),
        source_address_prefixes: padded(&row.source_address_prefixes),
        destination_address_prefixes: padded(&row.destination_address_prefixes),
        source_application_security_group_ids: padded(&row.source_application_security_group_ids),
        destination_application_security_group_ids: padded(
            &row.destination_application_security_group_ids,
        ),
    }
}

fn gcp_row(key: &str, row: &render::gcp::Row) -> read_gcp::Row {
    let one = |column| text(row.cell(column));
    let all = |column| texts(row.cell(column));
    let blocks = |column| {
        let RowCell::Blocks(blocks) = row.cell(column) else {
            panic!("{row:?}")
        };
        let cell = |block: &[(&str, RowCell)], name| {
            let found = block.iter().find(|it| it.0 == name);
            texts(found.unwrap().1.clone())
        };
        let block = |it: Vec<_>| read_gcp::Block {
            protocol: cell(&it, "protocol").pop(),
            ports: cell(&it, "ports"),
        };
        blocks.into_iter().map(block).collect()
    };
    read_gcp::Row {
        id: key.to_owned(),
        network: one("network"),
        project: one("project"),
        direction: one("direction"),
        priority: number(row.cell("priority")),
        disabled: false,
        source_ranges: all("source_ranges"),
        destination_ranges: all("destination_ranges"),
        source_tags: all("source_tags"),
        source_service_accounts: all("source_service_accounts"),
        target_tags: all("target_tags"),
        target_service_accounts: all("target_service_accounts"),
        allow: blocks("allow"),
        deny: blocks("deny"),
    }
}

fn openstack_row(key: &str, row: &render::openstack::Row) -> read_openstack::Row {
    let one = |column| text(row.cell(column));
    read_openstack::Row {
        id: key.to_owned(),
        security_group_id: one("security_group_id"),
        direction: one("direction"),
        ethertype: one("ethertype"),
        protocol: one("protocol"),
        port_range_min: number(row.cell("port_range_min")),
        port_range_max: number(row.cell("port_range_max")),
        remote_ip_prefix: one("remote_ip_prefix"),
        remote_group_id: one("remote_group_id"),
        remote_address_group_id: None,
    }
}

/// The same as the provider reads it elsewhere: protocols by number, families in lower case, 0 for no port.
fn spelt_openstack(row: &read_openstack::Row) -> read_openstack::Row {
    let number = |name: String| match name.as_str() {
        "tcp" => "6".to_owned(),
        "udp" => "17".to_owned(),
        "icmp" => "1".to_owned(),
        "ipv6-icmp" => "58".to_owned(),
        _ => name,
    };
    read_openstack::Row {
        ethertype: row.ethertype.as_ref().map(|it| it.to_lowercase()),
        protocol: row.protocol.clone().map(number),
        port_range_min: row.port_range_min.or(Some(0)),
        port_range_max: row.port_range_max.or(Some(0)),
        ..row.clone()
    }
}

/// A member of a zone as OpenStack's rules may name it: by an address of its block, or by one of its groups in a family.
fn openstack_end(member: &str, family: Family) -> End {
    let address = Cidr::parse(member, family).ok();
    let group = || Reference::new("group", member).of(family);
    let named = address.is_none().then(group);
    End {
        address,
        named: named.into_iter().collect(),
    }
}

/// Somewhere in a zone: an address, and the names that stand for it.
struct End {
    address: Option<Cidr>,
    named: Vec<Reference>,
}

/// The first packet of a connection, at the point that decides it.
struct Probe {
    point: EnforcementPoint,
    direction: Direction,
    service: Services,
    own: End,
    peer: End,
}

fn service(protocol: &str, port: u16) -> Services {
    let single = PortRange::single(port);
    Services::of([match protocol {
        "tcp" => Traffic::Ports(Transport::Tcp, single),
        "udp" => Traffic::Ports(Transport::Udp, single),
        "icmp" => Traffic::Icmp(None),
        "icmpv6" => Traffic::Icmpv6(None),
        "esp" => Traffic::Ip(50),
        "gre" => Traffic::Ip(47),
        other => unreachable!("{other}"),
    }])
}

fn is_at(ends: &EndpointSet, end: &End) -> bool {
    match ends {
        EndpointSet::Any => true,
        EndpointSet::Only { blocks, named } => {
            let has = |it: Cidr| blocks.iter().any(|block| block.contains(it));
            end.address.is_some_and(has) || end.named.iter().any(|it| named.contains(it))
        }
    }
}

/// Whether the rules allow a packet: the first by priority says, and of equals the one that denies. None may say anything.
fn allowed(rules: &[Rule], probe: &Probe) -> Option<bool> {
    let meets = |it: &&Rule| {
        it.point == probe.point
            && it.direction == probe.direction
            && is_at(&it.extent.own, &probe.own)
            && is_at(&it.extent.peers, &probe.peer)
            && it.extent.source_ports == [PortRange::ALL]
            && it.extent.services.overlaps(&probe.service)
    };
    let first = rules.iter().filter(meets);
    let first = first.min_by_key(|it| (it.order.priority, !it.order.denies));
    first.map(|it| !it.order.denies)
}

/// What is read, with zones that are those of a rule, or of one that is for the rest of a zone's traffic.
fn checked(compiled: &Compiled, read: Result<Rule, Mistake>) -> Rule {
    let rule = read.unwrap().into_wanted();
    let zones = rule.zones.as_ref().expect("every key names its zones");
    let is_of = |own: &str, peer: &str| own == zones.own && peer == zones.peer;
    let is_rest = ["*", "AzureLoadBalancer"].contains(&zones.peer.as_str());
    let known = |it: &portmatrix::model::rules::RuleKey| is_of(&it.zone, &it.peer);
    assert!(is_rest || compiled.rules.keys().any(known), "{}", rule.id);
    rule
}

fn address(zone: usize, family: Family) -> Cidr {
    let text = match family {
        Family::V4 => format!("10.0.{zone}.1/32"),
        Family::V6 => format!("2001:db8:{zone}::1/128"),
    };
    Cidr::parse(&text, family).unwrap()
}

/// Every packet between two zones of a family that both have, and which one with a group decides.
fn aws_world(spec: &Spec) -> Vec<(Packet, Family)> {
    let has = |zone: usize, family| family == Family::V4 || spec.zones[zone].six;
    let zones = 0..spec.zones.len();
    let mut world = Vec::new();
    for zone in zones.clone().filter(|it| spec.zones[*it].is_enforced()) {
        for (peer, family) in (zones.clone()).flat_map(|it| Family::ALL.map(|family| (it, family)))
        {
            let other = match family {
                Family::V4 => "icmpv6",
                Family::V6 => "icmp",
            };
            for protocol in PROTOCOLS.into_iter().filter(|it| *it != other) {
                let ported = protocol == "tcp" || protocol == "udp";
                for port in if ported { 1..=PORTS } else { 0..=0 } {
                    for direction in spec.directions.iter().copied() {
                        if has(zone, family) && has(peer, family) {
                            let packet = Packet {
                                zone,
                                direction,
                                peer,
                                protocol,
                                port,
                            };
                            world.push((packet, family));
                        }
                    }
                }
            }
        }
    }
    world
}

fn gcp_end(zones: &BTreeMap<String, Addresses>, zone: usize, family: Family, network: &str) -> End {
    let gcp = zones[&format!("z{zone}")].part::<Gcp>();
    // Tags and accounts mean instances of one network only.
    let gcp = gcp.filter(|it| {
        let own = it.network.as_ref().and_then(|it| it.known());
        own.is_none_or(|it| **it == *network)
    });
    let known = |it: &portmatrix::model::cell::MaybeKnownText| it.known().unwrap().to_string();
    let tags = gcp.iter().flat_map(|it| &it.target_tags);
    let accounts = gcp.iter().flat_map(|it| &it.service_accounts);
    End {
        address: Some(address(zone, family)),
        named: tags
            .map(|it| read_gcp::network_tag(&known(it)))
            .chain(accounts.map(|it| read_gcp::service_account(&known(it))))
            .collect(),
    }
}

proptest! {
    #![proptest_config(crate::support::properties!(150))]

    #[test]
    fn rows_of_aws_are_read_back(spec in spec()) {
        let compiled = compiled(&spec);
        let rendered = rendered(&compiled, &spec.addresses());
        let ingress = rendered.ingress.iter().map(|(key, row)| aws_row(key, row, Direction::Ingress));
        let egress = rendered.egress.iter().map(|(key, row)| aws_row(key, row, Direction::Egress));
        let rows: Vec<_> = ingress.chain(egress).collect();
        let rules: Vec<Rule> = rows.iter().map(|it| checked(&compiled, read_aws::read(it))).collect();
        for (row, rule) in rows.iter().zip(&rules) {
            let spelt = read_aws::read(&spelt_aws(row)).unwrap().into_wanted();
            prop_assert_eq!(&spelt, rule);
        }
        let wanted = permitted_by_rules(&compiled.rules);
        for (packet, family) in aws_world(&spec) {
            let end = |zone: usize| End {
                address: Some(address(zone, family)),
                named: [(spec.zones[zone].grouped, "sg-"), (spec.zones[zone].foreign, "sg-f")]
                    .into_iter()
                    .filter(|it| it.0)
                    .map(|(_, prefix)| read_aws::security_group(&format!("{prefix}{zone}")))
                    .collect(),
            };
            let probe = Probe {
                point: EnforcementPoint::new(PlatformId::Aws, format!("sg-{}", packet.zone)),
                direction: packet.direction,
                service: service(packet.protocol, packet.port),
                own: end(packet.zone),
                peer: end(packet.peer),
            };
            prop_assert_eq!(allowed(&rules, &probe).is_some(), wanted.contains(&packet), "{:?} {:?}", packet, family);
        }
    }

    #[test]
    fn rows_of_azure_are_read_back(spec in spec()) {
        let compiled = compiled(&spec);
        let rendered = azure::rendered(&compiled, &azure::addresses(&spec), &spec);
        let rows: Vec<_> = rendered.rows.iter().map(|(key, row)| azure_row(key, row)).collect();
        let rules: Vec<Rule> = rows.iter().map(|it| checked(&compiled, read_azure::read(it))).collect();
        for (row, rule) in rows.iter().zip(&rules) {
            let spelt = read_azure::read(&spelt_azure(row)).unwrap().into_wanted();
            prop_assert_eq!(&spelt, rule);
        }
        let wanted = azure::wanted(&spec, &compiled);
        for (packet, own, peer) in azure::world(&spec) {
            let end = |it: azure::End| {
                let tag = it.tag.then(|| read_azure::service_tag(&format!("tag{}", it.zone)));
                let group = it.groups.then(|| read_azure::application_security_group(&format!("asg-{}", it.zone)));
                End { address: it.address, named: tag.into_iter().chain(group).collect() }
            };
            let probe = Probe {
                point: EnforcementPoint::new(PlatformId::Azure, azure::nsg(&spec, packet.zone)).within("net"),
                direction: packet.direction,
                service: service(packet.protocol, packet.port),
                own: end(own),
                peer: end(peer),
            };
            prop_assert_eq!(allowed(&rules, &probe), Some(wanted.contains(&packet)), "{:?}", packet);
        }
    }

    #[test]
    fn rows_of_google_cloud_are_read_back((spec, instances) in (spec(), gcp::instances())) {
        let compiled = compiled(&spec);
        let zones = gcp::zones(&spec, &instances);
        let rendered = gcp::rendered(&spec, &compiled, &zones);
        let read = |(key, row): (&String, _)| {
            let read = read_gcp::read(&gcp_row(key, row));
            checked(&compiled, read.map(|it| it.expect("no rule is disabled")))
        };
        let rules: Vec<Rule> = rendered.rows.iter().map(read).collect();
        for packet in gcp::world(&spec).into_iter().filter(|it| spec.zones[it.zone].is_enforced() && it.member == Member::All) {
            let network = if instances[packet.zone].1 { "other" } else { "one" };
            let probe = Probe {
                point: EnforcementPoint::new(PlatformId::Gcp, network),
                direction: packet.direction,
                service: service(packet.protocol, packet.port),
                own: gcp_end(&zones, packet.zone, packet.family, network),
                peer: gcp_end(&zones, packet.peer, packet.family, network),
            };
            let wanted = compiled.rules.keys().any(|it| gcp::needs(it, &packet));
            // Without a rule Google Cloud admits egress only.
            let found = allowed(&rules, &probe).unwrap_or(packet.direction == Direction::Egress);
            prop_assert_eq!(found, wanted, "{:?}", packet);
        }
    }

    #[test]
    fn rows_of_openstack_are_read_back((spec, shapes) in (spec(), openstack::shapes())) {
        let compiled = compiled(&spec);
        let rendered = openstack::rendered(&spec, &compiled, &openstack::zones(&spec, &shapes));
        let rows: Vec<_> = rendered.rows.iter().map(|(key, row)| openstack_row(key, row)).collect();
        let rules: Vec<Rule> = rows.iter().map(|it| checked(&compiled, read_openstack::read(it))).collect();
        for (row, rule) in rows.iter().zip(&rules) {
            let spelt = read_openstack::read(&spelt_openstack(row)).unwrap().into_wanted();
            prop_assert_eq!(&spelt, rule);
        }
        for (packet, member) in openstack::world(&spec, &shapes) {
            let group = format!("own-{}", packet.zone);
            let probe = Probe {
                point: EnforcementPoint::new(PlatformId::OpenStack, group.clone()),
                direction: packet.direction,
                service: service(packet.protocol, packet.port),
                own: openstack_end(&group, packet.family),
                peer: openstack_end(&member, packet.family),
            };
            let wanted = compiled.rules.keys().any(|it| gcp::needs(it, &packet));
            prop_assert_eq!(allowed(&rules, &probe).is_some(), wanted, "{:?} {}", packet, member);
        }
    }
}
