//! Groups that are full or nearly so, and what joining rules would save.

use super::super::Count;
use crate::model::code::Code;
use crate::model::finding::{Finding, Place};
use std::collections::BTreeMap;

/// Rules of all groups on one network interface in each direction: groups on it times rules in a group.
/// Source: Amazon VPC User Guide, "Amazon VPC quotas", inbound or outbound rules per security group.
pub const MAX_PER_INTERFACE: u32 = 1000;

/// The share of a limit, in percent, from which a group is nearly full.
const NEAR: u64 = 90;

/// What there is to say of groups, one finding for each. `merged` are the counts with ports joined, if they are not yet.
///
/// The finding holds no number that hangs on an address, or it would change when the address becomes known.
pub fn quota(
    counts: &BTreeMap<String, Count>,
    merged: Option<&BTreeMap<String, Count>>,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (subject, count) in counts {
        let zone = subject.split('/').next().unwrap_or_default();
        for (direction, used) in [("ingress", count.ingress), ("egress", count.egress)] {
            let (code, verb) = if used > count.limit {
                (Code::QuotaExceeded, "needs")
            } else if u64::from(used) * 100 >= u64::from(count.limit) * NEAR {
                (Code::QuotaNear, "takes")
            } else {
                continue;
            };
            let joined = merged
                .and_then(|it| it.get(subject))
                .map(|it| match direction {
                    "ingress" => it.ingress,
                    _ => it.egress,
                });
            let merging = match joined {
                Some(joined) if joined < used => {
                    format!("; `merge = \"ports\"` makes it {joined}")
                }
                _ => String::new(),
            };
            let message = format!(
                "zone `{zone}` {verb} {used} {direction} entries in its group in {}, which holds {}{merging}",
                subject.rsplit('/').next().unwrap_or_default(),
                count.limit
            );
            let remedy = "`merge = \"ports\"` or `\"all\"` joins rules; `security_group_ids` spreads them over several groups; zones that share a group are better one zone; \
                          with a higher quota set `max_rules`";
            let place = Place::default()
                .field("zone")
                .key(zone)
                .field("aws")
                .index(0);
            let subject = format!("{subject}/{direction}");
            findings.push(
                Finding::new(code, subject, message)
                    .remedy(remedy)
                    .point(&place),
            );
        }
    }
    findings
}
