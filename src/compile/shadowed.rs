//! Rules that another one makes superfluous: two products or flows that need the same, one of them more widely.

use crate::model::code::Code;
use crate::model::finding::Finding;
use crate::model::layout::Layout;
use crate::model::name::backticked;
use crate::model::rules::{RuleKey, Rules};
use crate::model::traffic::Traffic;
use crate::model::words::Direction;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// One info for each rule that lies within a wider one between the same two ends. It stays: when the flows of the wider rule go,
/// those of this one still need it.
pub(super) fn shadowed(layout: &Layout, rules: &Rules, findings: &mut Vec<Finding>) {
    let mut ends: BTreeMap<(&str, Direction, &str), Vec<&RuleKey>> = BTreeMap::new();
    for key in rules.keys() {
        let ends = ends.entry((&key.zone, key.direction, &key.peer));
        ends.or_default().push(key);
    }
    for mut keys in ends.into_values().filter(|it| it.len() > 1) {
        keys.sort_by_key(|it| order(it.traffic));
        // In this order, a rule comes after those that cover it: after the range that reaches farthest, or a rule without ports.
        let mut farthest: Option<&RuleKey> = None;
        let mut whole: Vec<&RuleKey> = Vec::new();
        for key in keys {
            let covers = |it: &&RuleKey| it.traffic.covers(key.traffic);
            let wider = farthest
                .filter(covers)
                .or(whole.iter().copied().find(covers));
            if let Some(wider) = wider {
                findings.push(finding(layout, rules, key, wider));
            } else if key.traffic.ports().is_some() {
                farthest = Some(key);
            } else {
                whole.push(key);
            }
        }
    }
}

/// What has no ports first, the widest of it before the rest; then ranges by transport and first port, the longest first.
fn order(traffic: Traffic) -> (u8, Option<(Traffic, Reverse<u16>)>) {
    match traffic {
        Traffic::Any => (0, None),
        Traffic::Icmp(None) | Traffic::Icmpv6(None) => (1, None),
        Traffic::Ports(transport, range) => {
            let first = crate::model::ports::PortRange::single(range.from);
            (
                3,
                Some((Traffic::Ports(transport, first), Reverse(range.to))),
            )
        }
        _ => (2, None),
    }
}

fn finding(layout: &Layout, rules: &Rules, key: &RuleKey, wider: &RuleKey) -> Finding {
    let flows = |key: &RuleKey| backticked(rules[key].flows.iter().map(|it| &**it));
    let message = format!(
        "`{}` (needed by {}) is covered by `{}` (needed by {})",
        key.text(),
        flows(key),
        wider.text(),
        flows(wider),
    );
    Finding::new(Code::RuleShadowed, key.text(), message).at(&layout.zones[&*key.zone].place)
}
