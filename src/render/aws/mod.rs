//! AWS security groups: rows for `aws_vpc_security_group_ingress_rule` and `aws_vpc_security_group_egress_rule`.

mod count;
mod face;
mod problems;
mod quota;
mod spread;

pub use face::faced;
pub use quota::{MAX_PER_INTERFACE, quota};
pub use spread::Kept;

use super::peers::{blocks, dials_advertised, in_family, is_covered};
use super::unfiltered::is_unfiltered;
use super::{Column, ColumnKind, Count, RowCell, Zones, describe};
use crate::model::address::{Cidr, Family};
use crate::model::cell::Cell;
use crate::model::finding::Finding;
use crate::model::platform::PeerBy;
use crate::model::rules::{Rule, RuleKey, Rules};
use crate::model::traffic::{IcmpType, Ported, Traffic};
use crate::model::words::Direction;
use count::Loads;
use problems::Problems;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write;
use std::sync::Arc;

/// Rules that a group holds in each direction and family, unless the account's quota was raised.
/// Source: Amazon VPC User Guide, "Amazon VPC quotas", inbound or outbound rules per security group.
pub const MAX_RULES: u32 = 60;

/// Groups on one network interface, unless the account's quota was raised.
/// Source: Amazon VPC User Guide, "Amazon VPC quotas", security groups per network interface.
pub const MAX_GROUPS: u32 = 5;

/// Characters of a rule's description.
/// Source: Amazon EC2 API Reference, `IpRange`, `Description`.
pub const MAX_DESCRIPTION: usize = 255;

/// The columns: every argument of the two resources but `tags` and `region`.
pub const COLUMNS: &[Column] = &[
    Column {
        name: "security_group_id",
        kind: ColumnKind::Text,
        description: "The group at which the rule is enforced.",
    },
    Column {
        name: "cidr_ipv4",
        kind: ColumnKind::Text,
        description: "The peer as an IPv4 block in canonical form.",
    },
    Column {
        name: "cidr_ipv6",
        kind: ColumnKind::Text,
        description: "The peer as an IPv6 block in canonical form (RFC 5952).",
    },
    Column {
        name: "referenced_security_group_id",
        kind: ColumnKind::Text,
        description: "The peer as a security group; the rule's own group where its members talk among themselves.",
    },
    Column {
        name: "prefix_list_id",
        kind: ColumnKind::Text,
        description: "The peer as a managed prefix list.",
    },
    Column {
        name: "ip_protocol",
        kind: ColumnKind::Text,
        description: "`tcp`, `udp`, `icmp`, `icmpv6`, a protocol number, or `-1` for everything.",
    },
    Column {
        name: "from_port",
        kind: ColumnKind::Number,
        description: "The lowest port; for ICMP the type, `-1` for all; `-1` for protocols without ports; null with `ip_protocol = \"-1\"`.",
    },
    Column {
        name: "to_port",
        kind: ColumnKind::Number,
        description: "The highest port; for ICMP the code, `-1` for all; `-1` for protocols without ports; null with `ip_protocol = \"-1\"`.",
    },
    Column {
        name: "description",
        kind: ColumnKind::Text,
        description: "The flows that the rule is there for.",
    },
];

/// The peer of a row; its kind decides which column it fills.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Peer {
    /// `cidr_ipv4` or `cidr_ipv6`.
    Block(Family, Cell<Cidr>),
    /// `referenced_security_group_id`.
    Group(Cell<Arc<str>>),
    /// `prefix_list_id`.
    PrefixList(Cell<Arc<str>>),
}

/// One security-group rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The group.
    pub group: Cell<Arc<str>>,
    /// The other end.
    pub peer: Peer,
    /// What is permitted. ICMP is of one family here.
    pub traffic: Traffic,
    /// What it counts for against the quota of its group, in each family that it counts in.
    pub entries: u32,
    /// Flow ids in AWS's alphabet.
    pub description: Arc<str>,
}

impl Row {
    /// The cell of a column.
    pub fn cell(&self, column: &str) -> RowCell {
        let text = |cell: &Cell<Arc<str>>| match cell {
            Cell::Known(text) => RowCell::Text(Arc::clone(text)),
            Cell::Pending => RowCell::Pending,
        };
        let block = |family: Family| match &self.peer {
            Peer::Block(found, Cell::Known(cidr)) if *found == family => {
                RowCell::Text(cidr.to_string().into())
            }
            Peer::Block(found, Cell::Pending) if *found == family => RowCell::Pending,
            _ => RowCell::Null,
        };
        match column {
            "security_group_id" => text(&self.group),
            "cidr_ipv4" => block(Family::V4),
            "cidr_ipv6" => block(Family::V6),
            "referenced_security_group_id" => match &self.peer {
                Peer::Group(id) => text(id),
                _ => RowCell::Null,
            },
            "prefix_list_id" => match &self.peer {
                Peer::PrefixList(id) => text(id),
                _ => RowCell::Null,
            },
            "ip_protocol" => RowCell::Text(protocol(self.traffic).0),
            "from_port" => protocol(self.traffic)
                .1
                .map_or(RowCell::Null, RowCell::Number),
            "to_port" => protocol(self.traffic)
                .2
                .map_or(RowCell::Null, RowCell::Number),
            "description" => RowCell::Text(Arc::clone(&self.description)),
            other => unreachable!("`{other}` is in no row of COLUMNS"),
        }
    }
}

/// `ip_protocol`, `from_port` and `to_port`.
fn protocol(traffic: Traffic) -> (Arc<str>, Option<i64>, Option<i64>) {
    let icmp = |kind: Option<IcmpType>| match kind {
        None => (Some(-1), Some(-1)),
        Some(kind) => (
            Some(i64::from(kind.number)),
            Some(kind.code.map_or(-1, i64::from)),
        ),
    };
    let (name, (from, to)) = match traffic {
        Traffic::Ports(transport, range) => (
            transport.as_str().into(),
            (Some(i64::from(range.from)), Some(i64::from(range.to))),
        ),
        Traffic::Icmp(kind) => ("icmp".into(), icmp(kind)),
        Traffic::Icmpv6(kind) => ("icmpv6".into(), icmp(kind)),
        Traffic::Ip(number) => (number.to_string().into(), (Some(-1), Some(-1))),
        Traffic::Any => ("-1".into(), (None, None)),
    };
    (name, from, to)
}

/// Rows by key.
pub type Rows = BTreeMap<String, Row>;

/// Everything that AWS makes of the rules.
#[derive(Clone, Debug, Default)]
pub struct Rendered {
    /// For `aws_vpc_security_group_ingress_rule`.
    pub ingress: Rows,
    /// For `aws_vpc_security_group_egress_rule`.
    pub egress: Rows,
    /// By `<zone>/aws/<family>`.
    pub counts: BTreeMap<String, Count>,
    /// What AWS cannot express or would refuse.
    pub findings: Vec<Finding>,
    /// Whether ids of groups that are not known yet may change what [`quota`] finds.
    pub findings_may_change: bool,
    /// What [`quota`] looks at.
    loads: Loads,
}

/// Renders the rules at the zones that have a security group. One peer per row.
///
/// `kept` are the groups that rows had in the last state, for zones with several.
pub fn render(rules: &Rules, zones: Zones<'_>, kept: [&Kept; 2]) -> Rendered {
    let mut rendered = Rendered::default();
    let mut problems = Problems::default();
    let mut descriptions: HashMap<&BTreeSet<Arc<str>>, Arc<str>> = HashMap::new();
    for (zone, it) in zones.addresses {
        let Some(aws) = it.aws.as_ref().filter(|it| it.group.is_some()) else {
            continue;
        };
        let groups = u32::try_from(aws.groups.len()).unwrap_or(u32::MAX).max(1);
        let limit = aws.max_rules.unwrap_or(MAX_RULES).saturating_mul(groups);
        for family in Family::ALL {
            rendered.counts.insert(
                format!("{zone}/aws/{}", family.as_str()),
                Count {
                    limit,
                    ..Count::default()
                },
            );
        }
    }
    for (key, rule) in rules {
        let Some(group) = zones
            .addresses
            .get(&*key.zone)
            .and_then(|it| it.aws.as_ref())
            .and_then(|it| it.group.as_ref())
        else {
            continue;
        };
        if !expressible(key.traffic) {
            if !is_covered(key, rules, expressible) {
                problems.inexpressible(key, rule);
            }
            continue;
        }
        let mut description = Arc::clone(
            descriptions
                .entry(&rule.flows)
                .or_insert_with(|| describe(&rule.flows)),
        );
        let sibling = icmp_sibling(key).and_then(|it| rules.get(&it));
        if let (Traffic::Icmpv6(None), Some(sibling)) = (key.traffic, sibling) {
            description = describe(&rule.flows.union(&sibling.flows).cloned().collect());
        }
        for Draft {
            traffic,
            tail,
            peer,
            entries,
        } in rows(key, rule, zones, &mut problems)
        {
            if traffic != key.traffic && sibling.is_some() {
                continue;
            }
            let row = Row {
                group: group.clone(),
                peer,
                traffic,
                entries,
                description: Arc::clone(&description),
            };
            let mut text = String::with_capacity(64);
            // Writing to a string does not fail.
            let _ = write!(text, "{}/{}/{}:{tail}", key.zone, traffic.key(), key.peer);
            count::count(&mut rendered.counts, key, &row.peer, entries);
            let map = match key.direction {
                Direction::Ingress => &mut rendered.ingress,
                Direction::Egress => &mut rendered.egress,
            };
            let twice = map.insert(text, row);
            assert!(twice.is_none(), "two AWS rows have one key: {}", key.text());
        }
    }
    for (direction, kept) in [Direction::Ingress, Direction::Egress]
        .into_iter()
        .zip(kept)
    {
        let rows = match direction {
            Direction::Ingress => &mut rendered.ingress,
            Direction::Egress => &mut rendered.egress,
        };
        let mut names = BTreeMap::new();
        for (zone, it) in zones.addresses {
            let Some(aws) = it.aws.as_ref().filter(|it| it.groups.len() > 1) else {
                continue;
            };
            let limit = aws.max_rules.unwrap_or(MAX_RULES);
            names.extend(spread::spread(rows, zone, &aws.groups, limit, kept));
        }
        rendered.loads.add(direction, rows, &names, zones.addresses);
    }
    rendered.findings_may_change = quota::may_change(zones.addresses, &rendered);
    problems.duplicates(&rendered);
    rendered.findings = problems.findings(zones.addresses);
    rendered
}

/// AWS takes ports with TCP, UDP and ICMP only; with any other protocol number it opens all of them.
/// Source: Amazon EC2 API Reference, `AuthorizeSecurityGroupIngress`, `IpProtocol`.
const fn expressible(traffic: Traffic) -> bool {
    !matches!(traffic, Traffic::Ports(Ported::Sctp, _))
}

/// ICMP of both families and `ICMPv6` alone become the same rows for IPv6: the rule for the latter makes them, for both.
pub(super) fn icmp_sibling(key: &RuleKey) -> Option<RuleKey> {
    let traffic = match key.traffic {
        Traffic::Icmp(None) => Traffic::Icmpv6(None),
        Traffic::Icmpv6(None) => Traffic::Icmp(None),
        _ => return None,
    };
    Some(RuleKey {
        traffic,
        ..key.clone()
    })
}

/// What tells the rows of one rule apart.
struct Draft {
    /// Of one family.
    traffic: Traffic,
    /// The end of the key: the kind of the peer and its name.
    tail: String,
    peer: Peer,
    /// What it counts for against the quota, in each family that it counts in.
    entries: u32,
}

impl Draft {
    fn new(traffic: Traffic, tail: String, peer: Peer) -> Self {
        Draft {
            traffic,
            tail,
            peer,
            entries: 1,
        }
    }
}

/// The rows of one rule.
fn rows(key: &RuleKey, rule: &Rule, zones: Zones<'_>, problems: &mut Problems) -> Vec<Draft> {
    if let Some(cidr) = zones.fixed.get(&key.peer) {
        if is_unfiltered(*cidr) {
            let flows = problems
                .unfiltered
                .entry(Arc::clone(&key.peer))
                .or_default();
            flows.extend(rule.flows.iter().cloned());
            return Vec::new();
        }
        let block = (&"address".into(), &Cell::Known(*cidr));
        let rows = blocks_of(key.traffic, cidr.family(), [block]);
        if rows.is_empty() {
            problems.inexpressible(key, rule);
        }
        return rows;
    }
    let (here, peer) = (&zones.addresses[&*key.zone], &zones.addresses[&*key.peer]);
    let dials_advertised = dials_advertised(key, peer);
    let aws = peer.aws.as_ref();
    let group = aws
        .filter(|it| it.peer_by == PeerBy::Group)
        .and_then(|it| it.group.as_ref())
        .filter(|_| !dials_advertised);
    if let Some(group) = group {
        if !peer.ipv4.is_empty()
            || !peer.ipv6.is_empty()
            || aws.is_some_and(|it| !it.prefix_lists.is_empty())
        {
            problems.grouped.insert(Arc::clone(&key.peer));
        }
        let six = !here.ipv6.is_empty() || !peer.ipv6.is_empty();
        let peer = |it| Draft::new(it, "group".to_owned(), Peer::Group(group.clone()));
        return families(key.traffic, six).into_iter().map(peer).collect();
    }
    let mut rows = Vec::new();
    for family in Family::ALL {
        rows.extend(blocks_of(key.traffic, family, blocks(key, peer, family)));
    }
    let lists = aws.filter(|_| !dials_advertised).map(|it| &it.prefix_lists);
    for (name, id) in lists.into_iter().flatten() {
        let six = !here.ipv6.is_empty() || !peer.ipv6.is_empty();
        let entries = aws
            .and_then(|it| it.prefix_list_sizes.get(name))
            .copied()
            .unwrap_or(1);
        rows.extend(families(key.traffic, six).into_iter().map(|it| Draft {
            entries,
            ..Draft::new(
                it,
                format!("prefix-list:{name}"),
                Peer::PrefixList(id.clone()),
            )
        }));
    }
    let has_blocks = Family::ALL
        .iter()
        .any(|it| !blocks(key, peer, *it).is_empty());
    if !rows.is_empty() {
        if !dials_advertised {
            problems.named_by_address.insert(Arc::clone(&key.peer));
        }
    } else if has_blocks {
        problems.inexpressible(key, rule);
    } else {
        problems
            .nameless
            .entry(Arc::clone(&key.peer))
            .or_default()
            .insert(Arc::clone(&key.zone));
    }
    rows
}

fn blocks_of<'b>(
    traffic: Traffic,
    family: Family,
    blocks: impl IntoIterator<Item = (&'b Arc<str>, &'b Cell<Cidr>)>,
) -> Vec<Draft> {
    let Some(traffic) = in_family(traffic, family) else {
        return Vec::new();
    };
    blocks
        .into_iter()
        .map(|(name, cell)| {
            let tail = format!("{}:{name}", family.as_str());
            Draft::new(traffic, tail, Peer::Block(family, cell.clone()))
        })
        .collect()
}

/// Family-neutral ICMP, by group or list: one row for each family that there is.
fn families(traffic: Traffic, six: bool) -> Vec<Traffic> {
    match traffic {
        Traffic::Icmp(None) if six => vec![traffic, Traffic::Icmpv6(None)],
        _ => vec![traffic],
    }
}

/// Alphabet: Amazon EC2 API Reference, `IpRange`, `Description`.
fn describe(flows: &BTreeSet<Arc<str>>) -> Arc<str> {
    let allowed = |it: char| it.is_ascii_alphanumeric() || " ._-:/()#,@[]+=&;{}!$*".contains(it);
    describe::describe(flows, MAX_DESCRIPTION, allowed)
}
