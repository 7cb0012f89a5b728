//! The firewall rules that a resource or a data source holds.

use super::node::{Fields, FoundAttributes, Node};
use super::{place, rows};
use crate::model::words::Direction;
use crate::review::read::mistake::Mistake;
use crate::review::read::{aws, azure, gcp};
use crate::review::rule::{EnforcementPoint, Rule};

/// A rule, and where it was found.
pub(super) struct Found {
    /// The address of its resource, and within that of its block.
    pub(super) id: String,
    /// What tells it from other blocks of one address: its traffic in few words.
    pub(super) detail: Option<String>,
    /// The platform's own id of it, or its name there.
    pub(super) name: Option<String>,
    /// Whether it stands in what mirrors the platform's rules, and may be a separate one.
    pub(super) mirrors: bool,
    /// What there was among its attributes.
    pub(super) met: FoundAttributes,
    /// The rule; none where it is switched off.
    pub(super) rule: Result<Option<Rule>, Mistake>,
    /// Where a rule is enforced that cannot be read, as far as that can be told.
    pub(super) unread_at: Option<EnforcementPoint>,
}

/// The types of resources and data sources that hold rules.
pub(super) const KINDS: [&str; 9] = [
    "aws_default_security_group",
    "aws_security_group",
    "aws_security_group_rule",
    "aws_vpc_security_group_egress_rule",
    "aws_vpc_security_group_ingress_rule",
    "aws_vpc_security_group_rule",
    "azurerm_network_security_group",
    "azurerm_network_security_rule",
    "google_compute_firewall",
];

/// The rules of a resource of one of these types.
pub(super) fn rules(kind: &str, address: &str, node: Node) -> Vec<Found> {
    let of = node.fields();
    match kind {
        "aws_vpc_security_group_ingress_rule" => {
            vec![aws_rule(address, Some(Direction::Ingress), of)]
        }
        "aws_vpc_security_group_egress_rule" => {
            vec![aws_rule(address, Some(Direction::Egress), of)]
        }
        "aws_vpc_security_group_rule" => {
            let egress = of.at("is_egress").value.map(|it| it.get() == "true");
            let direction = egress.map(|it| {
                if it {
                    Direction::Egress
                } else {
                    Direction::Ingress
                }
            });
            vec![Found {
                mirrors: true,
                ..aws_rule(address, direction, of)
            }]
        }
        "aws_security_group_rule" => aws_listed_rule(address, of),
        "aws_security_group" | "aws_default_security_group" => aws_group(address, &of),
        "azurerm_network_security_rule" => vec![azure_rule(address, None, of)],
        "azurerm_network_security_group" => azure_group(address, &of),
        "google_compute_firewall" => vec![gcp_rule(address, of)],
        _ => Vec::new(),
    }
}

fn aws_rule(address: &str, direction: Option<Direction>, mut of: Fields) -> Found {
    let row = rows::aws(address, direction, &mut of);
    let rule = aws::read(&row).map(Some);
    Found {
        id: address.to_owned(),
        detail: None,
        name: shown(&of, "security_group_rule_id"),
        mirrors: false,
        unread_at: aws_point(&rule, &row),
        rule,
        met: of.met,
    }
}

fn aws_listed_rule(address: &str, mut of: Fields) -> Vec<Found> {
    let (group, kind) = (of.text("security_group_id"), of.text("type"));
    let direction = kind.as_deref().and_then(Direction::parse);
    let rows = rows::aws_lists(address, group, direction, &mut of);
    let name = shown(&of, "security_group_rule_id").or_else(|| shown(&of, "id"));
    listed(address, &rows, name.as_ref(), false, &of.met)
}

/// The inline blocks of a group.
fn aws_group(address: &str, of: &Fields) -> Vec<Found> {
    let mut found = Vec::new();
    for direction in Direction::ALL {
        let id = format!("{address}.{direction}");
        for block in of.at(direction.as_str()).items() {
            let mut block = block.fields();
            let group = block.outer(of, "id");
            let rows = rows::aws_lists(&id, group, Some(*direction), &mut block);
            let blocks = listed(&id, &rows, None, true, &block.met);
            found.extend(blocks.into_iter().enumerate().map(|(at, it)| Found {
                detail: rows.get(at).map(|row| detail(row, *direction)),
                ..it
            }));
        }
    }
    found
}

/// A rule for each peer, as AWS holds them. What names no peer that is known is one rule that is unknown.
fn listed(
    id: &str,
    rows: &[aws::Row],
    name: Option<&String>,
    mirrors: bool,
    met: &FoundAttributes,
) -> Vec<Found> {
    let none = [aws::Row {
        id: id.to_owned(),
        ..aws::Row::default()
    }];
    let rows = if rows.is_empty() { &none } else { rows };
    rows.iter()
        .map(|row| {
            let rule = aws::read(row).map(Some);
            Found {
                id: id.to_owned(),
                detail: None,
                name: name.cloned(),
                mirrors,
                met: met.clone(),
                unread_at: aws_point(&rule, row),
                rule,
            }
        })
        .collect()
}

fn aws_point(rule: &Result<Option<Rule>, Mistake>, row: &aws::Row) -> Option<EnforcementPoint> {
    rule.as_ref().err()?;
    Some(place::aws(row.security_group_id.clone()?)?.point)
}

/// The traffic of a block in few words: `tcp/443 from 10.0.0.0/24`.
fn detail(row: &aws::Row, direction: Direction) -> String {
    let protocol = match row.ip_protocol.as_deref() {
        Some("-1" | "all") | None => "all",
        Some(protocol) => protocol,
    };
    let ports = match (row.from_port, row.to_port) {
        _ if protocol == "all" => String::new(),
        (Some(-1) | None, _) | (_, None) => String::new(),
        (Some(from), Some(to)) if from == to => format!("/{from}"),
        (Some(from), Some(to)) => format!("/{from}-{to}"),
    };
    let peers = [
        &row.cidr_ipv4,
        &row.cidr_ipv6,
        &row.prefix_list_id,
        &row.referenced_security_group_id,
    ];
    let peer = peers.into_iter().flatten().next().map(String::as_str);
    let word = match direction {
        Direction::Ingress => "from",
        Direction::Egress => "to",
    };
    format!("{protocol}{ports} {word} {}", peer.unwrap_or("self"))
}

fn azure_rule(address: &str, group: Option<(String, String)>, mut of: Fields) -> Found {
    let row = rows::azure(address, group, &mut of);
    let rule = azure::read(&row).map(Some);
    let place = rule.is_err().then(|| place::azure(row)).flatten();
    Found {
        id: address.to_owned(),
        detail: None,
        name: shown(&of, "name"),
        mirrors: false,
        unread_at: place.map(|it| it.point),
        rule,
        met: of.met,
    }
}

/// The inline blocks of a network security group.
fn azure_group(address: &str, of: &Fields) -> Vec<Found> {
    let blocks = of.at("security_rule").items().into_iter();
    blocks
        .map(|block| {
            let mut block = block.fields();
            let id = match shown(&block, "name") {
                Some(name) => format!("{address}.security_rule[{name:?}]"),
                None => format!("{address}.security_rule"),
            };
            let group = block.outer(of, "resource_group_name");
            let group = group.zip(block.outer(of, "name"));
            Found {
                mirrors: true,
                ..azure_rule(&id, Some(group.unwrap_or_default()), block)
            }
        })
        .collect()
}

fn gcp_rule(address: &str, mut of: Fields) -> Found {
    let row = rows::gcp(address, &mut of);
    let rule = gcp::read(&row);
    let whole = gcp::Row {
        network: row.network,
        project: row.project,
        ..gcp::Row::default()
    };
    let place = rule.is_err().then(|| place::gcp(whole)).flatten();
    Found {
        id: address.to_owned(),
        detail: None,
        name: shown(&of, "name"),
        mirrors: false,
        unread_at: place.map(|it| it.point),
        rule,
        met: of.met,
    }
}

/// A text that everyone may see.
fn shown(of: &Fields, name: &str) -> Option<String> {
    let node = of.at(name);
    node.text().filter(|_| !node.is_sensitive())
}
