//! Groups that are full or nearly so, and what joining rules would save.

use super::super::problems::quota_level;
use super::super::total;
use super::Aws;
use super::count::{Group, Load};
use super::{MAX_RULES, Rendered};
use crate::model::address::{Addresses, Family};
use crate::model::finding::{ConfigPath, Finding};
use crate::model::name::backticked;
use crate::model::words::Direction;
use std::collections::BTreeMap;

/// Rules of all groups on one network interface in each direction: groups on it times rules in a group.
/// Source: Amazon VPC User Guide, "Amazon VPC quotas", inbound or outbound rules per security group.
pub const MAX_PER_INTERFACE: u32 = 1000;

const REMEDY: &str = "combine rules with `merge = \"ports\"` or `\"all\"`, spread them over several groups with `spread_security_group_ids`, or make zones that share a group one \
    zone; with a higher quota, set `max_rules`";

/// For one group of several.
const STAYS: &str = "combine rules with `merge = \"ports\"` or `\"all\"`, or add a group to `spread_security_group_ids`; a rule that stays keeps its group, so if `max_rules` was \
    lowered, remove some rules, apply, and add them back; with a higher quota, set `max_rules`";

type Zones = BTreeMap<String, Addresses>;

/// What there is to say of groups. Zones that share one fill it together; a zone with several is nearly full where all of them
/// are. `merged` is the result with combined ports, if they are not combined yet.
///
/// A finding contains no id and no number that depends on an address, or it would change when those become known.
pub fn quota(zones: &Zones, rendered: &Rendered, merged: Option<&Rendered>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for ((family, direction, _), load) in &rendered.loads.of {
        let names: Vec<&str> = load.zones.keys().map(String::as_str).collect();
        let totals =
            |it: &Rendered| total(names.iter().map(|zone| used(it, zone, *family, *direction)));
        let spread = names.iter().any(|it| groups(zones, it) > 1);
        let fill = QuotaUsage {
            zones: &names,
            family: *family,
            direction: *direction,
            place: match (&names[..], &*load.name) {
                ([_], "") => "its group".to_owned(),
                ([_], name) => format!("its group `{name}`"),
                _ => "the group that they share".to_owned(),
            },
            used: load.used(),
            limit: limit(zones, load.zones.keys()),
            joined: merged.map(totals).filter(|_| !spread),
            remedy: if spread { STAYS } else { REMEDY },
        };
        // One of several is full before the next is used.
        if !spread || fill.used > fill.limit {
            findings.extend(fill.finding());
        }
    }
    for zone in zones.keys().filter(|it| groups(zones, it) > 1) {
        for family in Family::ALL {
            for direction in Direction::ALL.iter().copied() {
                let count = groups(zones, zone);
                let fill = QuotaUsage {
                    zones: &[zone],
                    family,
                    direction,
                    place: format!("its {count} groups"),
                    used: used(rendered, zone, family, direction),
                    limit: limit(zones, [zone]).saturating_mul(count),
                    joined: merged.map(|it| used(it, zone, family, direction)),
                    remedy: REMEDY,
                };
                findings.extend(fill.finding());
            }
        }
    }
    // Ids give loads their order.
    findings.sort();
    findings
}

/// Whether groups that are not known yet may bring or change a finding of [`quota`]: they could if they were all one.
pub(super) fn may_change(zones: &Zones, rendered: &Rendered) -> bool {
    let loads = &rendered.loads;
    let limits = zones.keys().map(|it| limit(zones, [it]));
    let limit = limits.min().unwrap_or(MAX_RULES);
    let mut pending: BTreeMap<(Family, Direction), BTreeMap<&str, u32>> = BTreeMap::new();
    let mut known: BTreeMap<(Family, Direction), Vec<&Load>> = BTreeMap::new();
    for ((family, direction, group), load) in &loads.of {
        match group {
            Group::Known(_) => known.entry((*family, *direction)).or_default().push(load),
            Group::Own(zone, _) => {
                let pending = pending.entry((*family, *direction)).or_default();
                let most = pending.entry(zone).or_default();
                *most = load.used().max(*most);
            }
        }
    }
    let may_be_near = |of: &(Family, Direction), pending: &BTreeMap<&str, u32>| {
        let all = total(pending.values().copied());
        let mut with_known = known.get(of).into_iter().flatten();
        (pending.len() > 1 && quota_level(all, limit).is_some())
            || with_known.any(|it| {
                let others = pending
                    .iter()
                    .filter(|(zone, _)| !it.zones.contains_key(**zone));
                let others: Vec<u32> = others.map(|(_, used)| *used).collect();
                let all = total(others.iter().copied().chain([it.used()]));
                !others.is_empty() && quota_level(all, limit).is_some()
            })
    };
    loads.is_open || pending.iter().any(|(of, pending)| may_be_near(of, pending))
}

/// The groups of a zone.
fn groups(zones: &Zones, zone: &str) -> u32 {
    let aws = zones.get(zone).and_then(|it| it.part::<Aws>());
    aws.map_or(0, |it| u32::try_from(it.groups.len()).unwrap_or(u32::MAX))
}

/// What a group of these zones holds: the least that one of them says, else AWS's default.
fn limit<'z>(zones: &Zones, names: impl IntoIterator<Item = &'z String>) -> u32 {
    let given = names
        .into_iter()
        .filter_map(|it| zones.get(it)?.part::<Aws>()?.max_rules);
    given.min().unwrap_or(MAX_RULES)
}

/// What the rules of a zone take in all of its groups.
fn used(rendered: &Rendered, zone: &str, family: Family, direction: Direction) -> u32 {
    let count = rendered
        .counts
        .get(&format!("{zone}/aws/{}", family.as_str()));
    count.map_or(0, |it| it.of(direction))
}

/// How full something is.
struct QuotaUsage<'f> {
    zones: &'f [&'f str],
    family: Family,
    direction: Direction,
    /// What is full, in words.
    place: String,
    used: u32,
    limit: u32,
    /// What would be used if ports were joined.
    joined: Option<u32>,
    remedy: &'static str,
}

impl QuotaUsage<'_> {
    fn finding(&self) -> Option<Finding> {
        let QuotaUsage {
            zones,
            family,
            direction,
            place,
            used,
            limit,
            ..
        } = self;
        let code = quota_level(*used, *limit)?;
        let verb = if used > limit { "need" } else { "use" };
        let merging = match self.joined {
            Some(joined) if joined < *used => {
                format!("; `merge = \"ports\"` reduces this to {joined}")
            }
            _ => String::new(),
        };
        let first = zones.first()?;
        let (who, s) = match zones {
            [zone] => (format!("zone `{zone}`"), "s"),
            _ => (format!("zones {}", backticked(zones.iter().copied())), ""),
        };
        let message = format!(
            "{who} {verb}{s} {used} {} {direction} entries in {place}, which has room for {limit}{merging}",
            family.title()
        );
        let subject = format!("{first}/aws/{}/{direction}", family.as_str());
        let finding = Finding::new(code, subject, message).remedy(self.remedy);
        let zone = ConfigPath::zone(first);
        Some(finding.at(&zone.field("aws").index(0)))
    }
}

#[cfg(test)]
mod tests {
    use super::super::{PriorGroups, render};
    use super::*;
    use crate::model::cell::MaybeKnown;
    use crate::model::code::Code;
    use crate::model::platform::Parts;
    use crate::model::ports::PortRange;
    use crate::model::rules::{Rule, RuleKey, Rules};
    use crate::model::traffic::{Traffic, Transport};
    use crate::model::words::Plane;
    use crate::render;
    use std::collections::BTreeSet;

    fn zone(aws: Aws) -> Addresses {
        Addresses {
            parts: Parts::of(aws),
            ..Addresses::default()
        }
    }

    #[test]
    fn huge_lists_fill_a_group_and_do_not_overflow() {
        let known = |it: &str| MaybeKnown::Known(it.into());
        let groups = |names: &[&str]| {
            let group = |it: &&str| ((*it).into(), known(it));
            names.iter().map(group).collect()
        };
        let list = zone(Aws {
            prefix_lists: BTreeMap::from([("l".into(), known("pl-1"))]),
            prefix_list_sizes: BTreeMap::from([("l".into(), u32::MAX)]),
            ..Aws::default()
        });
        let rule = |port| {
            let key = RuleKey {
                zone: "a".into(),
                direction: Direction::Egress,
                traffic: Traffic::Ports(Transport::Tcp, PortRange::single(port)),
                peer: "b".into(),
            };
            let rule = Rule {
                peer_trust: None,
                plane: Plane::Data,
                required: false,
                public: false,
                flows: BTreeSet::from(["x.y".into()]),
            };
            (key, rule)
        };
        let rules: Rules = [1, 2, 3].map(rule).into();
        for names in [&["sg-1"][..], &["sg-1", "sg-2"]] {
            let here = zone(Aws {
                group: Some(known("sg-1")),
                groups: groups(names),
                ..Aws::default()
            });
            let zones = Zones::from([("a".to_owned(), here), ("b".to_owned(), list.clone())]);
            let both = render::Zones {
                addresses: &zones,
                fixed: &BTreeMap::new(),
            };
            let rendered = render(&rules, both, [&PriorGroups::new(), &PriorGroups::new()]);
            assert_eq!(rendered.counts["a/aws/ipv4"].egress, u32::MAX);
            let found = quota(&zones, &rendered, Some(&rendered));
            assert!(!found.is_empty(), "{names:?}");
            assert!(found.iter().all(|it| it.code == Code::QuotaExceeded));
        }
    }
}
