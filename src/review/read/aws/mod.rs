//! AWS security groups: what is read of them, and how.

mod owner;
mod rule;
mod unread;

pub use rule::{Row, prefix_list, read, security_group};

use super::attributes::{Attributes, Marks};
use super::platform::{
    Actual, Counted, DefaultEgress, ExistingRead, Facts, Found, Import, Links, Place, Platform,
    Quota, RuleRead, Wanted, Words,
};
use crate::model::platform::PlatformId;
use crate::model::words::Direction;
use crate::render::aws::{COLUMNS, MAX_RULES};
use crate::review::rule::{Element, EnforcementPoint};

/// The row of AWS.
pub const PLATFORM: Platform = Platform {
    id: PlatformId::Aws,
    wanted: &[
        wanted("aws_ingress", Direction::Ingress),
        wanted("aws_egress", Direction::Egress),
    ],
    actual: Actual {
        argument: "actual_aws",
        description: "Existing rules: what `data \"aws_vpc_security_group_rule\"` returns, as `tolist(values(data.aws_vpc_security_group_rule.all))`. \
            Every group that these or the wanted rules name is reviewed.",
        by_group: false,
        columns: COLUMNS,
        omitted: &[],
        texts: &[(
            "security_group_rule_id",
            "The id of the rule, which findings and `import` blocks name.",
        )],
        flags: &[("is_egress", "Whether it is an egress rule.")],
        required: &["security_group_id", "is_egress", "ip_protocol"],
    },
    resources: &[
        "aws_default_security_group",
        "aws_security_group",
        "aws_security_group_rule",
        "aws_vpc_security_group_egress_rule",
        "aws_vpc_security_group_ingress_rule",
        "aws_vpc_security_group_rule",
    ],
    unread: unread::UNREAD,
    network_of: |kind, of| {
        let is_group = kind.ends_with("_security_group");
        let (group, vpc) = unread::network_of(of).filter(|_| is_group)?;
        Some((rule::point(&group), vpc))
    },
    zone_block: "aws",
    owners: owner::OWNERS,
    words: Words {
        point: "security group",
        scope: "region",
        defaults: "the platform's defaults apply",
    },
    facts: Facts {
        ignores_case: false,
        has_unique_rules: true,
        shares_points: false,
        members: Some(rule::GROUP),
        default_egress: Some(DefaultEgress {
            meaning: "the rule that AWS adds to a new group",
            removal: "`aws_security_group` removes it when it creates a group",
        }),
        is_internet: |_| false,
        quota: Quota {
            limit: MAX_RULES,
            counted: Counted::DirectionAndFamily,
        },
    },
    links: &Links {
        types: &["aws_default_security_group", "aws_security_group"],
        name: "id",
        attributes: &["id"],
        own: &["security_group_id"],
        peers: &["referenced_security_group_id", "source_security_group_id"],
        spread: Some("spread_security_group_ids"),
    },
    read_wanted,
    read_actual,
    check_groups: |_| Vec::new(),
    read_resource,
    read_zone,
};

const fn wanted(argument: &'static str, direction: Direction) -> Wanted {
    Wanted {
        argument,
        direction: Some(direction),
        columns: COLUMNS,
        required: &["security_group_id", "ip_protocol"],
    }
}

fn read_wanted(key: &str, direction: Option<Direction>, row: &mut dyn Attributes) -> RuleRead {
    read(&one_peer(key, direction, row)).map(Some)
}

fn read_actual(at: &str, _: Option<&str>, row: &mut dyn Attributes) -> ExistingRead {
    let id = row.text("security_group_rule_id");
    let direction = direction(row);
    let rule = read(&one_peer(id.as_deref().unwrap_or(at), direction, row))?;
    Ok(Some((rule, Import { id, name: None })))
}

fn read_zone(block: &mut dyn Attributes) -> Vec<Place> {
    let groups = block.texts(&["security_group_id", "spread_security_group_ids"]);
    let places = groups.iter().map(|it| Place {
        point: rule::point(it),
        targets: Vec::new(),
    });
    places.collect()
}

fn read_resource(kind: &str, address: &str, resource: &mut dyn Attributes) -> Vec<Found> {
    match kind {
        "aws_vpc_security_group_ingress_rule" => {
            vec![separate(address, Some(Direction::Ingress), resource)]
        }
        "aws_vpc_security_group_egress_rule" => {
            vec![separate(address, Some(Direction::Egress), resource)]
        }
        "aws_vpc_security_group_rule" => {
            let direction = direction(resource);
            vec![Found {
                mirrors: true,
                ..separate(address, direction, resource)
            }]
        }
        "aws_security_group_rule" => older(address, resource),
        _ => inline(address, resource),
    }
}

/// The direction of a rule that a data source returns.
fn direction(row: &mut dyn Attributes) -> Option<Direction> {
    row.flag("is_egress").map(|is_egress| {
        if is_egress {
            Direction::Egress
        } else {
            Direction::Ingress
        }
    })
}

/// A rule with one peer.
fn one_peer(id: &str, direction: Option<Direction>, row: &mut dyn Attributes) -> Row {
    Row {
        id: id.to_owned(),
        security_group_id: row.text("security_group_id"),
        direction,
        ip_protocol: row.text("ip_protocol"),
        from_port: row.number("from_port"),
        to_port: row.number("to_port"),
        cidr_ipv4: row.texts(&["cidr_ipv4"]),
        cidr_ipv6: row.texts(&["cidr_ipv6"]),
        prefix_list_id: row.texts(&["prefix_list_id"]),
        referenced_security_group_id: row.texts(&["referenced_security_group_id"]),
        itself: false,
    }
}

fn separate(address: &str, direction: Option<Direction>, resource: &mut dyn Attributes) -> Found {
    let row = one_peer(address, direction, resource);
    let name = resource.label("security_group_rule_id");
    found(&row, name, false, resource.marks().clone())
}

fn found(row: &Row, name: Option<String>, mirrors: bool, marks: Marks) -> Found {
    Found {
        id: row.id.clone(),
        detail: None,
        element: None,
        name,
        mirrors,
        marks,
        rule: read(row).map(Some),
        point: point(row),
    }
}

fn point(row: &Row) -> Option<EnforcementPoint> {
    let group = row.security_group_id.as_deref()?;
    (!group.is_empty()).then(|| rule::point(group))
}

/// `aws_security_group_rule`, which may have several peers.
fn older(address: &str, resource: &mut dyn Attributes) -> Vec<Found> {
    let direction = resource.text("type");
    let direction = direction.as_deref().and_then(Direction::parse);
    let group = resource.text("security_group_id");
    let rows = by_peer(address, group, direction, resource);
    let name = resource.label("security_group_rule_id");
    let name = name.or_else(|| resource.label("id"));
    let marks = resource.marks();
    let found = |(row, element): &RowOf| Found {
        element: element.clone(),
        ..found(row, name.clone(), false, marks.clone())
    };
    rows.iter().map(found).collect()
}

/// The inline blocks of a group.
fn inline(address: &str, group: &mut dyn Attributes) -> Vec<Found> {
    let id = group.text("id");
    let marks = group.marks().clone();
    let mut all = Vec::new();
    for direction in Direction::ALL {
        let address = format!("{address}.{direction}");
        for mut block in group.nested(direction.as_str()) {
            let rows = by_peer(&address, id.clone(), Some(*direction), &mut *block);
            let marks = marks.with(block.marks());
            all.extend(rows.iter().map(|(row, element)| Found {
                detail: Some(detail(row, *direction)),
                element: element.clone(),
                ..found(row, None, true, marks.clone())
            }));
        }
    }
    all
}

/// The list of a row for peers of one kind.
type Peers = fn(&mut Row) -> &mut Vec<String>;

/// A row, and the element that it comes from if there are several.
type RowOf = (Row, Option<Element>);

/// A row for each peer, as AWS has them. If no peer is known, one row without a peer.
fn by_peer(
    id: &str,
    group: Option<String>,
    direction: Option<Direction>,
    of: &mut dyn Attributes,
) -> Vec<RowOf> {
    let row = Row {
        id: id.to_owned(),
        security_group_id: group,
        direction,
        ip_protocol: of.text("protocol"),
        from_port: of.number("from_port"),
        to_port: of.number("to_port"),
        ..Row::default()
    };
    let source = of.texts_if_known("source_security_group_id");
    let lists: [(&str, Peers); 4] = [
        ("cidr_blocks", |it| &mut it.cidr_ipv4),
        ("ipv6_cidr_blocks", |it| &mut it.cidr_ipv6),
        ("prefix_list_ids", |it| &mut it.prefix_list_id),
        ("security_groups", |it| &mut it.referenced_security_group_id),
    ];
    let mut rows: Vec<RowOf> = Vec::new();
    for (argument, list) in lists {
        for peer in of.texts(&[argument]) {
            let mut row = row.clone();
            let value = Some(peer.clone());
            list(&mut row).push(peer);
            rows.push((row, Some(Element { argument, value })));
        }
    }
    let flag = |argument| {
        Some(Element {
            argument,
            value: None,
        })
    };
    for group in source.iter().flatten() {
        let mut row = row.clone();
        row.referenced_security_group_id.push(group.clone());
        rows.push((row, flag("source_security_group_id")));
    }
    if of.flag("self") == Some(true) {
        let itself = Row {
            itself: true,
            ..row.clone()
        };
        rows.push((itself, flag("self")));
    }
    of.marks().unknown |= rows.is_empty() && source.is_none();
    if rows.is_empty() {
        rows.push((row, None));
    }
    if let [(_, element)] = &mut rows[..] {
        *element = None; // The whole resource or block.
    }
    rows
}

/// The traffic of a block in few words: `tcp/443 from 10.0.0.0/24`.
fn detail(row: &Row, direction: Direction) -> String {
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
