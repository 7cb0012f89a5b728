//! AWS security groups: rows for `aws_vpc_security_group_ingress_rule` and `aws_vpc_security_group_egress_rule`.

use super::{Column, ColumnKind, RowCell};
use crate::model::address::{Addresses, Aws, Cell, Cidr, Family, PeerBy};
use crate::model::finding::{Code, Finding, Place};
use crate::model::name::quoted;
use crate::model::rules::{Rule, RuleKey, Rules};
use crate::model::traffic::{IcmpType, Ported, Traffic};
use crate::model::words::Direction;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write;
use std::sync::Arc;

/// Rules that a group holds in each direction and family, unless the account's quota was raised.
/// Source: Amazon VPC User Guide, "Amazon VPC quotas", inbound or outbound rules per security group.
pub const MAX_RULES: u32 = 60;

/// Characters of a rule's description.
/// Source: Amazon EC2 API Reference, IpRange, Description.
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

/// How full the groups of a zone are in one family.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Entries that ingress rules count for.
    pub ingress: u32,
    /// Entries that egress rules count for.
    pub egress: u32,
    /// Entries that a group may hold in each direction.
    pub limit: u32,
}

impl Count {
    /// What is left in the fuller direction; below zero where it is too full.
    pub fn headroom(self) -> i64 {
        i64::from(self.limit) - i64::from(self.ingress.max(self.egress))
    }
}

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
}

/// The zones as AWS can name them.
#[derive(Clone, Copy)]
pub struct Zones<'z> {
    /// By name.
    pub addresses: &'z BTreeMap<String, Addresses>,
    /// Peers that are no zones.
    pub fixed: &'z BTreeMap<Arc<str>, Cidr>,
}

/// Renders the rules at the zones that have a security group. One peer per row.
pub fn render(rules: &Rules, zones: Zones<'_>) -> Rendered {
    let mut rendered = Rendered::default();
    let mut problems = Problems::default();
    let mut descriptions: HashMap<&BTreeSet<Arc<str>>, Arc<str>> = HashMap::new();
    for (zone, it) in zones.addresses {
        let Some(aws) = it.aws.as_ref().filter(|it| it.group.is_some()) else {
            continue;
        };
        let limit = aws.max_rules.unwrap_or(MAX_RULES);
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
            problems
                .inexpressible
                .entry((Arc::clone(&key.zone), key.traffic))
                .or_default()
                .extend(rule.flows.iter().cloned());
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
        for (traffic, tail, peer) in rows(key, rule, zones, &mut problems) {
            if traffic != key.traffic && sibling.is_some() {
                continue;
            }
            let row = Row {
                group: group.clone(),
                peer,
                traffic,
                description: Arc::clone(&description),
            };
            let mut text = String::with_capacity(64);
            // Writing to a string does not fail.
            let _ = write!(text, "{}/{}/{}:{tail}", key.zone, traffic.key(), key.peer);
            count(&mut rendered.counts, key, &row, zones);
            let map = match key.direction {
                Direction::Ingress => &mut rendered.ingress,
                Direction::Egress => &mut rendered.egress,
            };
            let twice = map.insert(text, row);
            assert!(twice.is_none(), "two AWS rows have one key: {}", key.text());
        }
    }
    duplicates(&rendered, &mut problems);
    rendered.findings = problems.findings(zones.addresses);
    rendered
}

/// AWS takes ports with TCP, UDP and ICMP only; with any other protocol number it opens all of them.
/// Source: Amazon EC2 API Reference, `AuthorizeSecurityGroupIngress`, `IpProtocol`.
const fn expressible(traffic: Traffic) -> bool {
    !matches!(traffic, Traffic::Ports(Ported::Sctp, _))
}

/// ICMP of both families and `ICMPv6` alone become the same rows for IPv6: the rule for the latter makes them, for both.
fn icmp_sibling(key: &RuleKey) -> Option<RuleKey> {
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

/// The rows of one rule: traffic of one family, the tail of the key, the peer.
fn rows(
    key: &RuleKey,
    rule: &Rule,
    zones: Zones<'_>,
    problems: &mut Problems,
) -> Vec<(Traffic, String, Peer)> {
    if let Some(cidr) = zones.fixed.get(&key.peer) {
        let unfiltered = is_unfiltered(*cidr);
        if unfiltered {
            problems
                .unfiltered
                .entry(Arc::clone(&key.peer))
                .or_default()
                .extend(rule.flows.iter().cloned());
        }
        let blocks = if unfiltered {
            Vec::new()
        } else {
            vec![("address".into(), Cell::Known(*cidr))]
        };
        return blocks_of(
            key.traffic,
            cidr.family(),
            blocks
                .iter()
                .map(|(name, cell): &(Arc<str>, _)| (name, cell)),
        );
    }
    let (here, peer) = (&zones.addresses[&*key.zone], &zones.addresses[&*key.peer]);
    let dials_advertised = key.direction == Direction::Egress && peer.is_advertised();
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
        return families(key.traffic, six)
            .into_iter()
            .map(|it| (it, "group".to_owned(), Peer::Group(group.clone())))
            .collect();
    }
    let mut rows = Vec::new();
    for family in Family::ALL {
        let blocks = if dials_advertised {
            peer.advertised(family)
        } else {
            peer.family(family)
        };
        rows.extend(blocks_of(key.traffic, family, blocks));
    }
    let lists = aws.filter(|_| !dials_advertised).map(|it| &it.prefix_lists);
    for (name, id) in lists.into_iter().flatten() {
        let six = !here.ipv6.is_empty() || !peer.ipv6.is_empty();
        rows.extend(families(key.traffic, six).into_iter().map(|it| {
            (
                it,
                format!("prefix-list:{name}"),
                Peer::PrefixList(id.clone()),
            )
        }));
    }
    let named = !rows.is_empty()
        || Family::ALL
            .iter()
            .any(|it| !peer.family(*it).is_empty() || !peer.advertised(*it).is_empty());
    if !named {
        problems
            .nameless
            .entry(Arc::clone(&key.peer))
            .or_default()
            .insert(Arc::clone(&key.zone));
    } else if !dials_advertised {
        problems.named_by_address.insert(Arc::clone(&key.peer));
    }
    rows
}

fn blocks_of<'b>(
    traffic: Traffic,
    family: Family,
    blocks: impl IntoIterator<Item = (&'b Arc<str>, &'b Cell<Cidr>)>,
) -> Vec<(Traffic, String, Peer)> {
    let traffic = match (traffic, family) {
        (Traffic::Icmp(None), Family::V6) => Traffic::Icmpv6(None),
        // Types are numbered by family, so there is nothing of it in the other one.
        (Traffic::Icmp(Some(_)), Family::V6) | (Traffic::Icmpv6(_), Family::V4) => {
            return Vec::new();
        }
        _ => traffic,
    };
    blocks
        .into_iter()
        .map(|(name, cell)| {
            (
                traffic,
                format!("{}:{name}", family.as_str()),
                Peer::Block(family, cell.clone()),
            )
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

/// Link-local addresses and Azure's platform address are reached whatever a group says.
/// Source: Amazon VPC User Guide, "Control traffic to your AWS resources using security groups", unfiltered services.
fn is_unfiltered(cidr: Cidr) -> bool {
    match cidr {
        Cidr::V4(address, _) => address.is_link_local() || address.octets() == [168, 63, 129, 16],
        Cidr::V6(address, _) => (address.segments()[0] & 0xffc0) == 0xfe80,
    }
}

/// Whole flow ids in AWS's alphabet, as many as fit, then the number of the rest.
/// Alphabet: Amazon EC2 API Reference, IpRange, Description.
fn describe(flows: &BTreeSet<Arc<str>>) -> Arc<str> {
    let allowed = |it: char| it.is_ascii_alphanumeric() || " ._-:/()#,@[]+=&;{}!$*".contains(it);
    let ids: Vec<String> = flows
        .iter()
        .map(|it| {
            it.chars()
                .map(|it| if allowed(it) { it } else { '-' })
                .collect()
        })
        .collect();
    let mut text = String::new();
    for (at, id) in ids.iter().enumerate() {
        let comma = if at == 0 { "" } else { ", " };
        let rest = ids.len() - at - 1;
        let reserve = if rest == 0 {
            0
        } else {
            format!(", +{rest} more").len()
        };
        if text.len() + comma.len() + id.len() + reserve > MAX_DESCRIPTION {
            let _ = write!(text, "{comma}+{} more", ids.len() - at);
            break;
        }
        text.push_str(comma);
        text.push_str(id);
    }
    text.into()
}

/// A block counts once in its family, a group once in both, a prefix list with its size in both.
fn count(counts: &mut BTreeMap<String, Count>, key: &RuleKey, row: &Row, zones: Zones<'_>) {
    let weight = |family: Family| match &row.peer {
        Peer::Block(found, _) => u32::from(*found == family),
        Peer::Group(_) => 1,
        Peer::PrefixList(id) => zones
            .addresses
            .get(&*key.peer)
            .and_then(|it| it.aws.as_ref())
            .map_or(1, |it| size(it, id)),
    };
    for family in Family::ALL {
        if let Some(count) = counts.get_mut(&format!("{}/aws/{}", key.zone, family.as_str())) {
            match key.direction {
                Direction::Ingress => count.ingress += weight(family),
                Direction::Egress => count.egress += weight(family),
            }
        }
    }
}

fn size(aws: &Aws, id: &Cell<Arc<str>>) -> u32 {
    let name = aws
        .prefix_lists
        .iter()
        .find(|(_, it)| *it == id)
        .map(|(name, _)| name);
    name.and_then(|it| aws.prefix_list_sizes.get(it))
        .copied()
        .unwrap_or(1)
}

/// What went wrong, gathered so that each thing is said once.
#[derive(Default)]
struct Problems {
    inexpressible: BTreeMap<(Arc<str>, Traffic), BTreeSet<Arc<str>>>,
    unfiltered: BTreeMap<Arc<str>, BTreeSet<Arc<str>>>,
    nameless: BTreeMap<Arc<str>, BTreeSet<Arc<str>>>,
    grouped: BTreeSet<Arc<str>>,
    named_by_address: BTreeSet<Arc<str>>,
    /// Pairs of key heads, each with the rules that would be the same.
    duplicates: BTreeMap<(String, String), Vec<String>>,
}

impl Problems {
    fn findings(self, addresses: &BTreeMap<String, Addresses>) -> Vec<Finding> {
        let place = |zone: &str| Place::default().field("zone").key(zone);
        let list = |names: &BTreeSet<Arc<str>>| quoted(names.iter().map(|it| &**it));
        let mut findings = Vec::new();
        for ((zone, traffic), flows) in &self.inexpressible {
            let message = format!(
                "AWS has no rule for `{traffic}` alone, which {} needs at zone `{zone}`",
                list(flows)
            );
            findings.push(
                Finding::new(
                    Code::NotExpressible,
                    format!("{zone}/aws/{}", traffic.key()),
                    message,
                )
                .point(&place(zone)),
            );
        }
        for (peer, flows) in &self.unfiltered {
            let message = format!(
                "`{peer}` is at an address that security groups do not filter; no rule for {}",
                list(flows)
            );
            findings.push(Finding::new(Code::LinkLocalSkipped, &**peer, message));
        }
        for (peer, zones) in &self.nameless {
            let message = format!(
                "zone `{peer}` is a peer of {}, and has no address, group or prefix list by which a rule could name it",
                list(zones)
            );
            let by = if addresses[&**peer]
                .aws
                .as_ref()
                .is_some_and(|it| it.peer_by == PeerBy::Cidr && it.group.is_some())
            {
                "it has a group, and `peer_by = \"cidr\"` keeps rules from naming it; add `ipv4` or `ipv6`"
            } else {
                "add `ipv4 = { name = \"…\" }`, `ipv6` or `aws { security_group_id = … }` to it, or take its components out"
            };
            findings.push(
                Finding::new(Code::ZoneEmpty, format!("{peer}/aws"), message)
                    .remedy(by)
                    .point(&place(peer)),
            );
        }
        for peer in self.grouped.difference(&self.named_by_address) {
            let message =
                format!("zone `{peer}` is named by its group, so no rule uses its addresses");
            findings
                .push(Finding::new(Code::AddressesUnused, &**peer, message).point(&place(peer)));
        }
        for ((a, b), keys) in &self.duplicates {
            let (shown, more) = (
                keys.iter().take(3).map(String::as_str),
                keys.len().saturating_sub(3),
            );
            let more = if more == 0 {
                String::new()
            } else {
                format!(" and {more} more")
            };
            let message = format!(
                "{a} and {b} are one place to AWS, so it would refuse one of the rules {}{more}",
                quoted(shown)
            );
            findings.push(Finding::new(
                Code::DuplicateAddress,
                format!("{a}, {b}"),
                message,
            ));
        }
        for (zone, it) in addresses {
            let Some(aws) = &it.aws else { continue };
            for name in aws
                .prefix_lists
                .keys()
                .filter(|it| !aws.prefix_list_sizes.contains_key(*it))
            {
                let place = place(zone).field("aws").field("prefix_list_ids").key(name);
                let message = format!(
                    "prefix list `{name}` of zone `{zone}` is counted as one entry; AWS counts its maximum number of entries"
                );
                let remedy = format!("add `prefix_list_sizes = {{ {name} = … }}`");
                findings.push(Finding::at(Code::PrefixListUnsized, &place, message).remedy(remedy));
            }
        }
        findings
    }
}

/// Rows of one group that say the same. Groups and peers that are not known yet are compared by where they come from: the
/// same zone is the same group.
fn duplicates(rendered: &Rendered, problems: &mut Problems) {
    for rows in [&rendered.ingress, &rendered.egress] {
        let mut seen: HashMap<(Point<'_>, &Peer, Traffic), &str> =
            HashMap::with_capacity(rows.len());
        for (key, row) in rows {
            if matches!(
                row.peer,
                Peer::Block(_, Cell::Pending)
                    | Peer::Group(Cell::Pending)
                    | Peer::PrefixList(Cell::Pending)
            ) {
                continue;
            }
            let point = row
                .group
                .known()
                .map_or_else(|| Point::Zone(head(key)), |it| Point::Group(it));
            if let Some(first) = seen.insert((point, &row.peer, row.traffic), key) {
                let pair = differing(first, key);
                problems
                    .duplicates
                    .entry(pair)
                    .or_default()
                    .push(key.clone());
            }
        }
    }
}

#[derive(PartialEq, Eq, Hash)]
enum Point<'p> {
    Group(&'p str),
    Zone(&'p str),
}

/// The zone of a key.
fn head(key: &str) -> &str {
    key.split('/').next().unwrap_or_default()
}

/// The parts of two keys that differ, in words: two zones with one group, or two names of one address.
fn differing(a: &str, b: &str) -> (String, String) {
    if head(a) != head(b) {
        return (
            format!("the groups of the zones `{}`", head(a)),
            format!("`{}`", head(b)),
        );
    }
    let peer = |key: &str| {
        let tail = key.splitn(3, '/').nth(2).unwrap_or_default();
        let mut parts = tail.splitn(3, ':');
        let (zone, kind, name) = (
            parts.next().unwrap_or_default(),
            parts.next().unwrap_or_default(),
            parts.next(),
        );
        name.map_or_else(
            || format!("the {kind} of zone `{zone}`"),
            |name| format!("`{name}` in `{kind}` of zone `{zone}`"),
        )
    };
    (peer(a), peer(b))
}
