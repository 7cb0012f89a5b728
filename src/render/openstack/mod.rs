//! OpenStack security groups: rows for `openstack_networking_secgroup_rule_v2`. Stateless groups are out of scope: their rules do
//! not allow replies.

mod columns;
mod platform;
mod problems;
mod quota;
mod row;
#[cfg(test)]
mod tests;
mod zone;

pub use columns::COLUMNS;
pub use platform::Platform;
pub use quota::quota;
pub use row::{Peer, Row};
pub use zone::OpenStack;

use super::describe::{Descriptions, is_plain};
use super::dns::no_dns;
use super::peers::{blocks, icmp_sibling, in_family, is_covered, uses_advertised};
use super::{Count, Zones};
use crate::model::address::{Addresses, Cidr, Family};
use crate::model::cell::{MaybeKnown, MaybeKnownText};
use crate::model::finding::Finding;
use crate::model::key::RowKey;
use crate::model::ports::PortRange;
use crate::model::rules::{Rule, RuleKey, Rules};
use crate::model::traffic::{IcmpType, Traffic};
use crate::model::words::Direction;
use problems::Problems;
use row::{can_express, is_whole};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Security-group rules of a project, of all its groups and in both directions, unless its quota was raised.
/// Source: OpenStack Networking, "Networking service quotas" (<https://docs.openstack.org/neutron/latest/admin/ops-quotas.html>);
/// neutron, `conf/quota.py`, `quota_security_group_rule`.
pub const MAX_RULES: u32 = 100;

/// Characters of a rule's description.
/// Source: neutron-lib, `db/constants.py`, `DESCRIPTION_FIELD_SIZE`.
const MAX_DESCRIPTION: usize = 255;

/// Rows by key.
pub type Rows = BTreeMap<String, Row>;

/// What rendering for OpenStack produces.
#[derive(Clone, Debug, Default)]
pub struct Rendered {
    /// For `openstack_networking_secgroup_rule_v2`.
    pub rows: Rows,
    /// By `<zone>/openstack/rules`.
    pub counts: BTreeMap<String, Count>,
    /// What OpenStack cannot express or would reject.
    pub findings: Vec<Finding>,
}

/// Renders the rules at the zones that have a security group: one peer and one family per row.
pub fn render(rules: &Rules, zones: Zones<'_>, directions: &BTreeSet<Direction>) -> Rendered {
    let mut rendered = Rendered {
        counts: quota::empty(zones.addresses),
        ..Rendered::default()
    };
    let mut problems = Problems::default();
    let mut descriptions = Descriptions::new(MAX_DESCRIPTION, is_plain);
    for (key, rule) in rules {
        let Some(group) = enforced(zones.addresses.get(&*key.zone)).map(|it| it.1) else {
            continue;
        };
        if !can_express(key.traffic) {
            if !is_covered(key, rules, can_express) && !has_every_code(key, rules) {
                problems.unsupported(key, rule);
            }
            continue;
        }
        if whole_range(key).is_some_and(|it| rules.contains_key(&it)) {
            continue;
        }
        let sibling = icmp_sibling(key).and_then(|it| rules.get(&it));
        let description = descriptions.of_rule(key.traffic, rule, sibling);
        for draft in drafts(key, rule, zones, &mut problems) {
            // ICMP of both families and `ICMPv6` alone make one row for IPv6; the rule for the latter makes it, for both.
            if draft.traffic != key.traffic && sibling.is_some() {
                continue;
            }
            rendered.push(key, group, draft, &description);
        }
    }
    problems.duplicates(&rendered.rows);
    if directions.contains(&Direction::Egress) {
        let (closed, open) = zones_by_egress(zones.addresses);
        problems.open(open, &rendered.rows);
        rendered.findings = no_dns(rules, closed, "openstack");
    }
    let problems = problems.findings(zones.addresses);
    rendered.findings.extend(problems);
    rendered
}

/// What OpenStack knows about a zone that has a security group, and the group.
fn enforced(zone: Option<&Addresses>) -> Option<(&OpenStack, &MaybeKnownText)> {
    let openstack = zone?.enforced_by::<OpenStack>()?;
    Some((openstack, openstack.group.as_ref()?))
}

/// The zones with a security group: those where only rules of ours allow egress, and those that have the default rules too.
fn zones_by_egress(zones: &BTreeMap<String, Addresses>) -> (Vec<&str>, Vec<&str>) {
    let zones = zones.iter();
    let groups = zones.filter_map(|(zone, it)| Some((zone.as_str(), enforced(Some(it))?.0)));
    let (closed, open): (Vec<_>, Vec<_>) = groups.partition(|(_, it)| it.default_rules_deleted);
    let names = |zones: Vec<(_, _)>| zones.into_iter().map(|it| it.0).collect();
    (names(closed), names(open))
}

/// Whether another rule between the same ends allows every code of the type.
fn has_every_code(key: &RuleKey, rules: &Rules) -> bool {
    let every = |kind: IcmpType| Some(IcmpType { code: None, ..kind });
    let traffic = match key.traffic {
        Traffic::Icmp(Some(kind)) => Traffic::Icmp(every(kind)),
        Traffic::Icmpv6(Some(kind)) => Traffic::Icmpv6(every(kind)),
        _ => return false,
    };
    let wider = RuleKey {
        traffic,
        ..key.clone()
    };
    traffic != key.traffic && can_express(traffic) && rules.contains_key(&wider)
}

/// The rule for ports 0 to 65535 of one for 1 to 65535: the two are the same to OpenStack, so only the former has rows.
fn whole_range(key: &RuleKey) -> Option<RuleKey> {
    match key.traffic {
        Traffic::Ports(transport, range) if is_whole(range) && range != PortRange::ALL => {
            Some(RuleKey {
                traffic: Traffic::Ports(transport, PortRange::ALL),
                ..key.clone()
            })
        }
        _ => None,
    }
}

impl Rendered {
    fn push(
        &mut self,
        key: &RuleKey,
        group: &MaybeKnownText,
        draft: Draft<'_>,
        description: &Arc<str>,
    ) {
        let text = RowKey {
            zone: &key.zone,
            direction: Some(key.direction),
            traffic: draft.traffic.key(),
            peer: &key.peer,
            kind: draft.kind,
            name: draft.name,
        }
        .text();
        let row = Row {
            direction: key.direction,
            family: draft.family,
            group: group.clone(),
            peer: draft.peer,
            traffic: draft.traffic,
            description: Arc::clone(description),
        };
        quota::count(&mut self.counts, key);
        let twice = self.rows.insert(text, row);
        assert!(
            twice.is_none(),
            "two rows of OpenStack have one key: {twice:?}"
        );
    }
}

/// What tells the rows of one rule apart.
struct Draft<'z> {
    family: Family,
    /// Of that family.
    traffic: Traffic,
    kind: &'static str,
    name: Option<&'z str>,
    peer: Peer,
}

/// The rows of one rule.
fn drafts<'z>(
    key: &RuleKey,
    rule: &Rule,
    zones: Zones<'z>,
    problems: &mut Problems,
) -> Vec<Draft<'z>> {
    if let Some(fixed) = zones.fixed.get(&key.peer) {
        let mut drafts: Vec<Draft<'_>> = Vec::new();
        for (name, cidr) in fixed {
            let block = (&**name, &MaybeKnown::Known(*cidr));
            drafts.extend(by_blocks(key.traffic, cidr.family(), [block]));
        }
        if drafts.is_empty() {
            problems.unsupported(key, rule);
        }
        return drafts;
    }
    let (here, peer) = (&zones.addresses[&*key.zone], &zones.addresses[&*key.peer]);
    // Peers do not connect to members of a group if addresses are translated between them.
    let openstack = peer.part::<OpenStack>();
    let openstack = openstack.filter(|_| !uses_advertised(key, peer));
    let named = openstack.filter(|it| it.named_by().next().is_some());
    let mut drafts = Vec::new();
    if let Some(openstack) = named {
        for family in common_families(here, peer) {
            drafts.extend(by_groups(key.traffic, family, openstack));
        }
    }
    let mut has_blocks = false;
    if openstack.is_none_or(OpenStack::is_named_by_addresses) {
        let by_groups = drafts.len();
        for family in Family::ALL {
            let blocks = blocks(key, peer, family);
            has_blocks |= !blocks.is_empty();
            let blocks = blocks.iter().map(|(name, cell)| (&**name, cell));
            drafts.extend(by_blocks(key.traffic, family, blocks));
        }
        if drafts.len() > by_groups && !uses_advertised(key, peer) {
            problems.named_by_address(key);
        }
    } else if !(peer.ipv4.is_empty() && peer.ipv6.is_empty()) {
        problems.grouped(key);
    }
    if drafts.is_empty() {
        if named.is_some() || has_blocks {
            problems.unsupported(key, rule);
        } else {
            problems.unmatchable(key);
        }
    }
    drafts
}

fn by_groups(
    traffic: Traffic,
    family: Family,
    openstack: &OpenStack,
) -> impl Iterator<Item = Draft<'_>> {
    let kind = match family {
        Family::V4 => "group",
        Family::V6 => "group-ipv6",
    };
    let traffic = of_family(traffic, family);
    let traffic = traffic.into_iter();
    traffic.flat_map(move |traffic| {
        openstack.named_by().map(move |(name, id)| Draft {
            family,
            traffic,
            kind,
            name: name.map(|it| &**it),
            peer: Peer::Group(id.clone()),
        })
    })
}

fn by_blocks<'z, 'c>(
    traffic: Traffic,
    family: Family,
    blocks: impl IntoIterator<Item = (&'z str, &'c MaybeKnown<Cidr>)>,
) -> impl Iterator<Item = Draft<'z>> {
    let traffic = of_family(traffic, family);
    let blocks = blocks.into_iter();
    blocks.filter_map(move |(name, cell)| {
        Some(Draft {
            family,
            traffic: traffic?,
            kind: family.as_str(),
            name: Some(name),
            peer: Peer::Block(cell.clone()),
        })
    })
}

/// The families of the rules between two zones that name groups, which have no family of their own: those in which both zones
/// have addresses, as far as that can be told.
fn common_families(here: &Addresses, peer: &Addresses) -> Vec<Family> {
    let may_have = |zone: &Addresses, family| {
        !zone.family(family).is_empty() || (zone.ipv4.is_empty() && zone.ipv6.is_empty())
    };
    let both = |it: &Family| may_have(here, *it) && may_have(peer, *it);
    let families: Vec<Family> = Family::ALL.into_iter().filter(both).collect();
    if families.is_empty() {
        Family::ALL.to_vec()
    } else {
        families
    }
}

/// The traffic as it is in one family; `None` if there is no such traffic, or Neutron rejects it there.
/// Source: neutron, `securitygroups_db.py`, `_validate_ethertype_and_protocol`.
const fn of_family(traffic: Traffic, family: Family) -> Option<Traffic> {
    match (traffic, family) {
        // Encapsulation, routing, fragment, no next header, and options of IPv6.
        (Traffic::Ip(41 | 43 | 44 | 59 | 60), Family::V4) => None,
        _ => in_family(traffic, family),
    }
}
