//! AWS security groups: rows for `aws_vpc_security_group_ingress_rule` and `aws_vpc_security_group_egress_rule`.

mod columns;
mod count;
mod identity;
mod peer_group;
mod platform;
mod problems;
mod quota;
mod row;
mod spread;
mod zone;

pub use columns::COLUMNS;
pub use peer_group::with_peer_group;
pub use platform::Platform;
pub use quota::{MAX_PER_INTERFACE, quota};
pub use row::{Peer, Row};
pub use spread::PriorGroups;
pub use zone::Aws;

use super::describe::Descriptions;
use super::peers::{blocks, icmp_sibling, in_families, in_family, is_covered, uses_advertised};
use super::unfiltered::is_unfiltered;
use super::{Count, Zones};
use crate::model::address::{Addresses, Cidr, Family};
use crate::model::cell::{MaybeKnown, MaybeKnownText};
use crate::model::finding::Finding;
use crate::model::key::RowKey;
use crate::model::rules::{Rule, RuleKey, Rules};
use crate::model::traffic::{Traffic, Transport};
use crate::model::words::Direction;
use crate::render::fixed_blocks;
use count::Loads;
use problems::Problems;
use std::collections::BTreeMap;
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

/// Rows by key.
pub type Rows = BTreeMap<String, Row>;

/// What rendering for AWS produces.
#[derive(Clone, Debug, Default)]
pub struct Rendered {
    /// For `aws_vpc_security_group_ingress_rule`.
    pub ingress: Rows,
    /// For `aws_vpc_security_group_egress_rule`.
    pub egress: Rows,
    /// By `<zone>/aws/<family>`.
    pub counts: BTreeMap<String, Count>,
    /// What AWS cannot express or would reject.
    pub findings: Vec<Finding>,
    /// Whether ids of groups that are not known yet may change what [`quota`] finds.
    pub findings_may_change: bool,
    /// What [`quota`] looks at.
    loads: Loads,
}

/// Renders the rules at the zones that have a security group. One peer per row.
///
/// `kept` are the groups that rows had in the last state, for zones with several: of ingress rows, then of egress rows.
pub fn render(rules: &Rules, zones: Zones<'_>, kept: [&PriorGroups; 2]) -> Rendered {
    let mut rendered = Rendered {
        counts: count::empty(zones.addresses),
        ..Rendered::default()
    };
    let mut problems = Problems::default();
    let mut descriptions = Descriptions::new(MAX_DESCRIPTION, is_allowed);
    for (key, rule) in rules {
        let aws = zones
            .addresses
            .get(&*key.zone)
            .and_then(|it| it.enforced_by::<Aws>());
        let Some(group) = aws.and_then(|it| it.group.as_ref()) else {
            continue;
        };
        if !can_express(key.traffic) {
            if !is_covered(key, rules, can_express) {
                problems.unsupported(key, rule);
            }
            continue;
        }
        let sibling = icmp_sibling(key).and_then(|it| rules.get(&it));
        let description = descriptions.of_rule(key.traffic, rule, sibling);
        for draft in drafts(key, rule, zones, &mut problems) {
            if draft.traffic != key.traffic && sibling.is_some() {
                continue;
            }
            rendered.push(key, group, draft, &description);
        }
    }
    rendered.spread(zones.addresses, kept);
    rendered.findings_may_change = quota::may_change(zones.addresses, &rendered);
    problems.duplicates(&rendered);
    rendered.findings = problems.findings(zones.addresses);
    rendered
}

impl Rendered {
    fn rows(&mut self, direction: Direction) -> &mut Rows {
        match direction {
            Direction::Ingress => &mut self.ingress,
            Direction::Egress => &mut self.egress,
        }
    }

    fn push(
        &mut self,
        key: &RuleKey,
        group: &MaybeKnownText,
        draft: Draft,
        description: &Arc<str>,
    ) {
        let traffic = draft.traffic;
        let text = RowKey {
            zone: &key.zone,
            direction: None,
            traffic: traffic.key(),
            peer: &key.peer,
            kind: draft.kind,
            name: draft.name.as_deref(),
        }
        .text();
        let row = Row {
            group: group.clone(),
            peer: draft.peer,
            traffic,
            entries: draft.entries,
            description: Arc::clone(description),
        };
        count::count(&mut self.counts, key, &row);
        let twice = self.rows(key.direction).insert(text, row);
        assert!(twice.is_none(), "two AWS rows have one key: {}", key.text());
    }

    /// Gives the rows of zones with several groups one of them, and counts what each group takes.
    fn spread(&mut self, addresses: &BTreeMap<String, Addresses>, kept: [&PriorGroups; 2]) {
        for (direction, kept) in [Direction::Ingress, Direction::Egress]
            .into_iter()
            .zip(kept)
        {
            let mut names = BTreeMap::new();
            for (zone, it) in addresses {
                let Some(aws) = it.enforced_by::<Aws>().filter(|it| it.groups.len() > 1) else {
                    continue;
                };
                let rows = self.rows(direction);
                names.extend(spread::spread(
                    rows,
                    zone,
                    &aws.groups,
                    max_rules(aws),
                    kept,
                ));
            }
            let rows = match direction {
                Direction::Ingress => &self.ingress,
                Direction::Egress => &self.egress,
            };
            self.loads.add(direction, rows, &names, addresses);
        }
    }
}

/// What a group of a zone holds in each direction and family.
fn max_rules(aws: &Aws) -> u32 {
    aws.max_rules.unwrap_or(MAX_RULES)
}

/// AWS takes ports with TCP, UDP and ICMP only; with any other protocol number it opens all of them.
/// Source: Amazon EC2 API Reference, `AuthorizeSecurityGroupIngress`, `IpProtocol`.
const fn can_express(traffic: Traffic) -> bool {
    !matches!(traffic, Traffic::Ports(Transport::Sctp, _))
}

/// What tells the rows of one rule apart.
struct Draft {
    /// Of one family.
    traffic: Traffic,
    /// By what the row names the peer.
    kind: &'static str,
    /// Which of several.
    name: Option<Arc<str>>,
    peer: Peer,
    /// What it counts for against the quota, in each family that it counts in.
    entries: u32,
}

impl Draft {
    fn new(
        traffic: Traffic,
        kind: &'static str,
        name: impl Into<Option<Arc<str>>>,
        peer: Peer,
    ) -> Self {
        Draft {
            traffic,
            kind,
            name: name.into(),
            peer,
            entries: 1,
        }
    }
}

/// The rows of one rule.
fn drafts(key: &RuleKey, rule: &Rule, zones: Zones<'_>, problems: &mut Problems) -> Vec<Draft> {
    if let Some(fixed) = zones.fixed.get(&key.peer) {
        let mut filtered = fixed.clone();
        filtered.retain(|_, it| !is_unfiltered(*it));
        if filtered.len() < fixed.len() {
            problems.unfiltered(key, rule);
        }
        let of = |family| by_blocks(key.traffic, family, &fixed_blocks(&filtered, family));
        let drafts: Vec<Draft> = Family::ALL.into_iter().flat_map(of).collect();
        if drafts.is_empty() && !filtered.is_empty() {
            problems.unsupported(key, rule);
        }
        return drafts;
    }
    let (here, peer) = (&zones.addresses[&*key.zone], &zones.addresses[&*key.peer]);
    // If addresses are translated, peers connect to neither a group nor a prefix list.
    let aws = peer.part::<Aws>().filter(|_| !uses_advertised(key, peer));
    let mut drafts: Vec<Draft> = aws
        .into_iter()
        .flat_map(|aws| by_groups(key.traffic, here, peer, aws))
        .collect();
    if let Some(aws) = aws.filter(|it| !it.is_named_by_addresses()) {
        if !(peer.ipv4.is_empty() && peer.ipv6.is_empty() && aws.prefix_lists.is_empty()) {
            problems.grouped(key);
        }
        return drafts;
    }
    let by_groups = drafts.len();
    for family in Family::ALL {
        drafts.extend(by_blocks(key.traffic, family, blocks(key, peer, family)));
    }
    drafts.extend(
        aws.into_iter()
            .flat_map(|aws| by_lists(key.traffic, here, peer, aws)),
    );
    let has_blocks = Family::ALL
        .iter()
        .any(|it| !blocks(key, peer, *it).is_empty());
    if drafts.len() > by_groups {
        if !uses_advertised(key, peer) {
            problems.named_by_address(key);
        }
    } else if has_blocks && by_groups == 0 {
        problems.unsupported(key, rule);
    } else if by_groups == 0 {
        problems.unmatchable(key);
    }
    drafts
}

fn by_groups(traffic: Traffic, here: &Addresses, peer: &Addresses, aws: &Aws) -> Vec<Draft> {
    let mut drafts = Vec::new();
    for (name, id) in aws.named_by() {
        for traffic in in_families(traffic, here, peer) {
            let peer = Peer::Group(id.clone());
            drafts.push(Draft::new(traffic, "group", name.cloned(), peer));
        }
    }
    drafts
}

fn by_blocks<'b>(
    traffic: Traffic,
    family: Family,
    blocks: impl IntoIterator<Item = (&'b Arc<str>, &'b MaybeKnown<Cidr>)>,
) -> Vec<Draft> {
    let Some(traffic) = in_family(traffic, family) else {
        return Vec::new();
    };
    blocks
        .into_iter()
        .map(|(name, cell)| {
            let peer = Peer::Block(family, cell.clone());
            Draft::new(traffic, family.as_str(), Arc::clone(name), peer)
        })
        .collect()
}

fn by_lists(traffic: Traffic, here: &Addresses, peer: &Addresses, aws: &Aws) -> Vec<Draft> {
    let mut drafts = Vec::new();
    for (name, id) in &aws.prefix_lists {
        let entries = aws.prefix_list_sizes.get(name).copied().unwrap_or(1);
        for traffic in in_families(traffic, here, peer) {
            let (peer, name) = (Peer::PrefixList(id.clone()), Arc::clone(name));
            drafts.push(Draft {
                entries,
                ..Draft::new(traffic, "prefix-list", name, peer)
            });
        }
    }
    drafts
}

/// The group of `<account>/<group>`, which is how AWS names a group of another account.
/// Source: Amazon EC2 API Reference, `UserIdGroupPair`; terraform-provider-aws, `aws_vpc_security_group_ingress_rule`,
/// `referenced_security_group_id`.
pub fn without_account(id: &str) -> &str {
    id.rsplit_once('/').map_or(id, |(_, group)| group)
}

/// Source: Amazon EC2 API Reference, `IpRange`, `Description`.
fn is_allowed(it: char) -> bool {
    it.is_ascii_alphanumeric() || " ._-:/()#,@[]+=&;{}!$*".contains(it)
}
