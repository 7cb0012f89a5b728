//! Random groups as configuration.

use super::generated::{Group, Kind, Separate};
use std::collections::BTreeSet;
use std::fmt::Write as _;

pub(super) const DIRECTIONS: [&str; 2] = ["ingress", "egress"];

/// Protocols and ports of which each rule may have one.
pub(super) const SERVICES: [(&str, u16, u16); 6] = [
    ("tcp", 53, 53),
    ("tcp", 443, 443),
    ("tcp", 8443, 8450),
    ("udp", 53, 53),
    ("udp", 443, 443),
    ("icmp", 8, 0),
];

/// Those of two peers: a rule there would cover all others.
const EVERYTHING: [(&str, u16, u16); 2] = [("tcp", 80, 80), ("-1", 0, 0)];

/// Every port of every protocol, which a separate rule has without ports.
const ALL: usize = SERVICES.len() + 1;

/// What is at the other end.
pub(super) struct Peer {
    /// The argument of a separate rule.
    pub(super) argument: &'static str,
    /// The argument of a list.
    list: &'static str,
    value: &'static str,
    /// The only service that it has.
    pub(super) service: Option<usize>,
}

const fn peer(argument: &'static str, list: &'static str, value: &'static str) -> Peer {
    Peer {
        argument,
        list,
        value,
        service: None,
    }
}

const SOURCE: &str = "referenced_security_group_id";

pub(super) const PEERS: [Peer; 8] = [
    peer("cidr_ipv4", "cidr_blocks", "\"10.0.1.0/24\""),
    peer("cidr_ipv4", "cidr_blocks", "\"10.0.2.0/24\""),
    peer("cidr_ipv6", "ipv6_cidr_blocks", "\"2001:db8::/32\""),
    peer(
        "prefix_list_id",
        "prefix_list_ids",
        "aws_ec2_managed_prefix_list.office.id",
    ),
    Peer {
        service: Some(SERVICES.len()),
        ..peer("cidr_ipv4", "cidr_blocks", "\"0.0.0.0/0\"")
    },
    peer(SOURCE, "security_groups", "aws_security_group.client.id"),
    Peer {
        service: Some(ALL),
        ..peer(SOURCE, "security_groups", "aws_security_group.server.id")
    },
    peer(SOURCE, "self", "true"),
];

/// The number of peers that a list of an older rule may have together; others are alone in one.
pub(super) const LISTED: usize = 4;

/// What one rule of AWS allows: places in the lists of services and peers.
pub(super) type Element = (usize, usize);

impl Group {
    /// Its resources in a configuration.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        let name = &self.name;
        let kind = if self.kind.is_default() {
            "aws_default_security_group"
        } else {
            "aws_security_group"
        };
        if self.is_managed() {
            let head = if self.kind.is_default() {
                format!("  vpc_id = aws_vpc.{name}.id\n")
            } else {
                let replaced = self.replaced;
                let overlaps = self.kind == Kind::Overlapping;
                format!(
                    "  name = \"{name}-{replaced}\"\n  vpc_id = aws_vpc.net.id\n  \
                     lifecycle {{\n    create_before_destroy = {overlaps}\n  }}\n"
                )
            };
            let _ = write!(text, "resource \"{kind}\" \"{name}\" {{\n{head}");
            for (direction, blocks) in DIRECTIONS.iter().zip(&self.blocks) {
                let Some(blocks) = blocks else { continue };
                if blocks.is_empty() {
                    let _ = writeln!(text, "  {direction} = []");
                }
                let services: BTreeSet<usize> = blocks.iter().map(|it| it.0).collect();
                for service in services {
                    let peers = blocks.iter().filter(|it| it.0 == service);
                    let peers: Vec<usize> = peers.map(|it| it.1).collect();
                    let _ = write!(text, "  {direction} {{\n{}  }}\n", listed(service, &peers));
                }
            }
            text.push_str("}\n");
        }
        let group = if self.is_managed() {
            format!("{kind}.{name}.id")
        } else {
            format!("aws_vpc.{name}.default_security_group_id")
        };
        let rules = self.rules.iter().map(|it| it.text(&group));
        text.extend(rules);
        text
    }
}

impl Separate {
    fn text(&self, group: &str) -> String {
        let direction = DIRECTIONS[self.direction];
        let (service, peer) = self.elements[0];
        let (kind, of) = if self.is_older {
            let peers: Vec<usize> = self.elements.iter().map(|it| it.1).collect();
            let lists = listed(service, &peers);
            // One group is not a list here.
            let one = |it: &str| match it.strip_prefix("  security_groups = [") {
                Some(it) => format!(
                    "  source_security_group_id = {}\n",
                    it.trim_end_matches(']')
                ),
                None => format!("{it}\n"),
            };
            let lists: String = lists.lines().map(one).collect();
            (
                "aws_security_group_rule".to_owned(),
                format!("  type = \"{direction}\"\n{lists}"),
            )
        } else {
            let Peer {
                argument,
                list,
                value,
                ..
            } = PEERS[peer];
            let value = if list == "self" { group } else { value };
            let of = served(service, "ip_protocol");
            let of = of
                .split_inclusive('\n')
                .filter(|it| service != ALL || !it.contains("_port"));
            let of: String = of.collect();
            let kind = format!("aws_vpc_security_group_{direction}_rule");
            (kind, format!("{of}  {argument} = {value}\n"))
        };
        let name = &self.name;
        format!("resource \"{kind}\" \"{name}\" {{\n  security_group_id = {group}\n{of}}}\n")
    }
}

fn served(service: usize, argument: &str) -> String {
    let mut all = SERVICES.iter().chain(&EVERYTHING);
    let (protocol, from, to) = all.nth(service).expect("a service");
    format!("  {argument} = \"{protocol}\"\n  from_port = {from}\n  to_port = {to}\n")
}

/// A service with peers in lists.
fn listed(service: usize, peers: &[usize]) -> String {
    let mut text = served(service, "protocol");
    let peers: Vec<&Peer> = peers.iter().map(|it| &PEERS[*it]).collect();
    let lists: BTreeSet<&str> = peers.iter().map(|it| it.list).collect();
    for list in lists {
        let values = peers.iter().filter(|it| it.list == list).map(|it| it.value);
        let values = values.collect::<Vec<&str>>().join(", ");
        let _ = if list == "self" {
            writeln!(text, "  self = true")
        } else {
            writeln!(text, "  {list} = [{values}]")
        };
    }
    text
}
