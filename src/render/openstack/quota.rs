//! How full the project is, as OpenStack counts, and what combining rules would save.

use super::super::problems::quota_level;
use super::super::{Count, total};
use super::{MAX_RULES, OpenStack, enforced};
use crate::model::address::Addresses;
use crate::model::finding::{ConfigPath, Finding};
use crate::model::name::backticked;
use crate::model::rules::RuleKey;
use std::collections::BTreeMap;

const REMEDY: &str =
    "combine rules with `merge = \"ports\"` or `\"all\"`; with a higher quota, set `max_rules`";

/// Nothing yet, for each zone with a security group.
pub(super) fn empty(zones: &BTreeMap<String, Addresses>) -> BTreeMap<String, Count> {
    let limit = limit(zones);
    let zones = zones.iter().filter(|(_, it)| enforced(Some(it)).is_some());
    let count = Count {
        limit,
        together: true,
        ..Count::default()
    };
    zones.map(|(zone, _)| (of(zone), count)).collect()
}

/// Adds one row of a rule to the count of its zone.
pub(super) fn count(counts: &mut BTreeMap<String, Count>, key: &RuleKey) {
    if let Some(count) = counts.get_mut(&of(&key.zone)) {
        count.add(key.direction, 1);
    }
}

/// The key of a zone's count.
fn of(zone: &str) -> String {
    format!("{zone}/openstack/rules")
}

/// What the project of all zones has room for: the least that one of them says, else OpenStack's default.
fn limit(zones: &BTreeMap<String, Addresses>) -> u32 {
    let given = zones
        .values()
        .filter_map(|it| it.part::<OpenStack>()?.max_rules);
    given.min().unwrap_or(MAX_RULES)
}

/// What there is to say of the project. `merged` are the counts with combined ports, if they are not yet.
pub fn quota(
    zones: &BTreeMap<String, Addresses>,
    counts: &BTreeMap<String, Count>,
    merged: Option<&BTreeMap<String, Count>>,
) -> Option<Finding> {
    let sum = |counts: &BTreeMap<String, Count>| total(counts.values().map(|it| it.used()));
    let (used, limit) = (sum(counts), limit(zones));
    let code = quota_level(used, limit)?;
    let is_used = |zone: &&String| counts.get(&of(zone)).is_some_and(|it| it.used() > 0);
    let names: Vec<&str> = zones.keys().filter(is_used).map(String::as_str).collect();
    let merging = match merged.map(sum) {
        Some(joined) if joined < used => {
            format!("; `merge = \"ports\"` reduces this to {joined}")
        }
        _ => String::new(),
    };
    let (who, verb, whose) = match &names[..] {
        [zone] => (format!("zone `{zone}`"), "needs", "its"),
        _ => (
            format!("zones {}", backticked(names.iter().copied())),
            "need",
            "their",
        ),
    };
    let message = format!(
        "{who} {verb} {used} security group rules, and {whose} project has room for {limit}; all other rules of the project count too, \
            those of its `default` group and default egress rules included{merging}"
    );
    let block = ConfigPath::zone(names.first()?).field("openstack").index(0);
    let finding = Finding::new(code, "openstack/rules", message);
    Some(finding.remedy(REMEDY).at(&block))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::cell::MaybeKnown;
    use crate::model::code::Code;
    use crate::model::platform::Parts;

    #[test]
    fn all_zones_and_both_directions_fill_one_project() {
        let zone = |max_rules| Addresses {
            parts: Parts::of(OpenStack {
                group: Some(MaybeKnown::Unknown),
                max_rules,
                ..OpenStack::default()
            }),
            ..Addresses::default()
        };
        let code = |most: [Option<u32>; 2], ingress, egress| {
            let zones = ["a", "b"].map(str::to_owned).into_iter();
            let zones: BTreeMap<_, _> = zones.zip(most.map(zone)).collect();
            let mut counts = empty(&zones);
            counts.get_mut("a/openstack/rules")?.ingress = ingress;
            counts.get_mut("b/openstack/rules")?.egress = egress;
            quota(&zones, &counts, None).map(|it| it.code)
        };
        assert_eq!(code([None, None], 45, 44), None);
        assert_eq!(code([None, None], 45, 45), Some(Code::QuotaNear));
        assert_eq!(code([None, None], 50, 50), Some(Code::QuotaNear));
        assert_eq!(code([None, None], 50, 51), Some(Code::QuotaExceeded));
        assert_eq!(code([Some(200), None], 50, 51), None);
        assert_eq!(
            code([Some(50), Some(200)], 50, 51),
            Some(Code::QuotaExceeded)
        );
        assert_eq!(code([None, None], u32::MAX, 1), Some(Code::QuotaExceeded));
    }
}
