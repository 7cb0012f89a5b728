//! What Azure cannot express or would reject, collected while rendering.

use super::super::problems::{
    ADD_ADDRESSES_OR_GROUP, ADD_OWN_ADDRESSES, Names, UnmatchablePeers, UnsupportedTraffic,
    addresses_unused, first_few, quota_level,
};
use super::point::points;
use super::row::Row;
use super::{Azure, Options};
use crate::model::address::{Addresses, Cidr, Family};
use crate::model::cell::ByName;
use crate::model::code::Code;
use crate::model::finding::{ConfigPath, Finding};
use crate::model::name::{backticked, nearest};
use crate::model::rules::{Rule, RuleKey};
use crate::model::traffic::Traffic;
use crate::model::words::Severity;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Blocks of a zone that are together in one row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Listed {
    /// Those that peers connect to.
    Advertised,
    /// Its own, with its frontends.
    Own,
    /// Its frontends alone.
    Frontends,
}

/// Where a final rule found no number.
#[derive(Clone, Copy)]
pub(super) enum NoFreePriority {
    /// After the last permitting rule.
    After(u16),
    /// Before the first deny rule.
    Before(u16),
}

/// A rule with a number that another would have too.
pub(super) struct Taker<'k> {
    /// Its key.
    pub(super) key: &'k str,
    /// What the apply does to it, if it has the number only until then.
    pub(super) until: Option<&'static str>,
}

/// What went wrong, collected so that each problem is reported once.
#[derive(Default)]
pub(super) struct Problems {
    unsupported: UnsupportedTraffic,
    unfiltered: BTreeMap<Arc<str>, Names>,
    unmatchable: UnmatchablePeers,
    grouped: Names,
    /// Zones, each with a peer, whose application security groups are in two virtual networks.
    apart: BTreeSet<(Arc<str>, Arc<str>)>,
    /// Zones whose CIDR blocks of a family are together in one row.
    listed: BTreeSet<(Arc<str>, Family, Listed)>,
    /// Keys that found no number, by zone and the last number that there was.
    full: BTreeMap<(Arc<str>, u16), Vec<String>>,
    said: Vec<Finding>,
}

impl Problems {
    pub(super) fn unsupported(&mut self, key: &RuleKey, traffic: Traffic, rule: &Rule) {
        self.unsupported.add(&key.zone, traffic, &rule.flows);
    }

    pub(super) fn unfiltered(&mut self, key: &RuleKey, rule: &Rule) {
        let flows = self.unfiltered.entry(Arc::clone(&key.peer)).or_default();
        flows.extend(rule.flows.iter().cloned());
    }

    pub(super) fn unmatchable(&mut self, key: &RuleKey) {
        self.unmatchable.add(key);
    }

    pub(super) fn grouped(&mut self, key: &RuleKey) {
        self.grouped.insert(Arc::clone(&key.peer));
    }

    pub(super) fn apart(&mut self, key: &RuleKey) {
        self.apart
            .insert((Arc::clone(&key.zone), Arc::clone(&key.peer)));
    }

    pub(super) fn listed(&mut self, zone: &Arc<str>, family: Family, what: Listed) {
        self.listed.insert((Arc::clone(zone), family, what));
    }

    pub(super) fn full(&mut self, key: &str, row: &Row, last: u16) {
        let keys = self.full.entry((Arc::clone(&row.zone), last)).or_default();
        keys.push(key.to_owned());
    }

    /// Two rules of one group with the same number.
    pub(super) fn taken(
        &mut self,
        first: &Taker<'_>,
        second: &str,
        row: &Row,
        (number, options): (u16, &Options),
    ) {
        let done = |what: &str| format!(" until the apply has {what} `{}`", first.key);
        let until = first.until.map_or_else(String::new, done);
        let first = first.key;
        let message = format!(
            "`{first}` and `{second}` would both have priority {number} in the same network security group{until}"
        );
        let finding = Finding::new(Code::PriorityTaken, second, message);
        let given = [second, first].into_iter();
        let mut given = given.filter(|it| options.priorities.get(*it) == Some(&number));
        let place = given.next();
        let place = place.map_or_else(|| ConfigPath::zone(&row.zone), |it| set().key(it));
        self.said.push(finding.at(&place));
    }

    pub(super) fn no_final(&mut self, key: &str, none: NoFreePriority) {
        let (where_, remedy) = match none {
            NoFreePriority::After(last) => (
                format!("after {last} (that of the last allow rule)"),
                "give allow rules lower numbers in `priorities`",
            ),
            NoFreePriority::Before(first) => (
                format!("before {first} (that of the first deny rule)"),
                "give the deny rule a higher number in `priorities`",
            ),
        };
        let message = format!("no priority {where_} is free for `{key}`");
        let finding = Finding::new(Code::PriorityBandFull, key, message);
        self.said.push(finding.remedy(remedy).at(&set()));
    }

    /// Rules with a higher number than a deny rule, which is evaluated before them.
    pub(super) fn denied_before(
        &mut self,
        zone: &str,
        (denial, first): (&str, u16),
        behind: Vec<(&str, u16)>,
        options: &Options,
    ) {
        let shown = behind.iter();
        let shown = shown.map(|(key, it)| format!("`{key}` at {it}"));
        let message = format!(
            "`{denial}` at priority {first} would deny what is only allowed later: {}",
            first_few(shown)
        );
        let is_given = |(key, number): &(&str, u16)| options.priorities.get(*key) == Some(number);
        let place = behind.into_iter().chain([(denial, first)]).find(is_given);
        let place = place.map_or_else(|| ConfigPath::zone(zone), |(key, _)| set().key(key));
        let finding = Finding::new(Code::PriorityAfterDeny, denial, message);
        self.said.push(finding.at(&place));
    }

    /// Numbers for keys that no rule has.
    pub(super) fn unused(&mut self, rows: &BTreeMap<String, Row>, options: &Options) {
        let keys = options.priorities.keys();
        for key in keys.filter(|it| !rows.contains_key(*it)) {
            let message =
                format!("`priorities` sets a number for `{key}`, but no rule has that key");
            let near = nearest(key, rows.keys().map(String::as_str));
            let remedy = near.map_or_else(
                || "remove it, or use a key of `azure_rules`".to_owned(),
                |it| format!("did you mean `{it}`?"),
            );
            let finding = Finding::new(Code::PriorityUnused, key, message);
            self.said.push(finding.remedy(remedy).at(&set().key(key)));
        }
    }

    pub(super) fn findings(
        self,
        addresses: &BTreeMap<String, Addresses>,
        options: &Options,
    ) -> Vec<Finding> {
        let mut findings: Vec<Finding> = self
            .unsupported
            .findings(
                "azure",
                "a network security group cannot express a rule",
                "",
            )
            .collect();
        for (peer, flows) in &self.unfiltered {
            let message = format!(
                "network security groups do not filter traffic to platform addresses of `{peer}`; no rule is created for them in {}",
                backticked(flows)
            );
            findings.push(Finding::new(Code::LinkLocalSkipped, &**peer, message));
        }
        for (peer, zones) in self.unmatchable.iter() {
            findings.push(unmatchable_peer(peer, zones, &addresses[peer]));
        }
        let unused = self.grouped.iter();
        findings.extend(unused.map(|it| {
            let subject = format!("{it}/azure");
            addresses_unused(it, subject, "Azure", "application security groups")
        }));
        for (zone, peer) in &self.apart {
            let message = format!(
                "a rule of zone `{zone}` refers to both ends by application security groups, but those of `{zone}` and `{peer}` are in different subscriptions, and so \
                    in different virtual networks; Azure rejects such a rule"
            );
            let finding = Finding::new(
                Code::NotExpressible,
                format!("{zone}/azure/{peer}"),
                message,
            );
            let remedy =
                "set `peer_by = \"cidr\"` in the `azure` block of the peer, and give it `ipv4`";
            findings.push(
                finding
                    .severity(Severity::Error)
                    .remedy(remedy)
                    .at(&ConfigPath::zone(peer)),
            );
        }
        for (zone, family, what) in &self.listed {
            let here = &addresses[&**zone];
            let is_four = *family == Family::V4;
            let pick = |four, six| if is_four { four } else { six };
            let advertised = pick("advertised_ipv4", "advertised_ipv6");
            let frontends = here.part::<Azure>().map(|it| {
                let argument = pick("frontends", "frontends_ipv6");
                (argument, it.frontends(*family))
            });
            let own = (family.as_str(), here.family(*family));
            let lists = match what {
                Listed::Advertised => vec![(advertised, here.advertised(*family))],
                Listed::Own => [Some(own), frontends].into_iter().flatten().collect(),
                Listed::Frontends => frontends.into_iter().collect(),
            };
            findings.extend(overlap(zone, &lists));
        }
        for ((zone, last), keys) in &self.full {
            findings.push(full(zone, *last, keys, options));
        }
        findings.extend(self.said);
        if !options.deny_rest {
            findings.extend(points(addresses).flat_map(|(zone, _)| open(zone, options)));
        }
        findings
    }
}

/// Where a user gives numbers.
fn set() -> ConfigPath {
    let options = ConfigPath::default().field("azure_options").index(0);
    options.field("priorities")
}

fn unmatchable_peer(peer: &str, zones: &Names, here: &Addresses) -> Finding {
    let message = format!(
        "zone `{peer}` is a peer of {} on Azure, but has no address, application security group or service tag for a rule to match",
        backticked(zones)
    );
    let has_group = |it: &Azure| !it.application_groups.is_empty();
    let remedy = if here.part::<Azure>().is_some_and(has_group) {
        ADD_ADDRESSES_OR_GROUP
    } else if here.is_advertised() {
        ADD_OWN_ADDRESSES
    } else {
        "add `ipv4 = { name = \"…\" }`, `ipv6`, or `azure { application_security_group_ids = { name = … } }` to it, or remove its components"
    };
    Finding::new(Code::ZoneEmpty, format!("{peer}/azure"), message)
        .remedy(remedy)
        .at(&ConfigPath::zone(peer))
}

/// Azure rejects a rule with overlapping blocks on one side: `OverlappingSubnetsNotPermittedInSecurityRule`.
/// Source: kubernetes-sigs/cloud-provider-azure, issue 6775.
fn overlap(zone: &str, lists: &[(&'static str, &ByName<Cidr>)]) -> Option<Finding> {
    let mut blocks: Vec<(Cidr, &Arc<str>, &'static str)> = Vec::new();
    for (argument, named) in lists {
        let known = named
            .iter()
            .filter_map(|(name, it)| Some((*it.known()?, name, *argument)));
        blocks.extend(known);
    }
    // Two blocks are nested or disjoint, so a block that contains the next contains its first address. Of equal ones, the first argument
    // holds the other.
    let at = |argument: &str| lists.iter().position(|it| it.0 == argument);
    blocks.sort_by_key(|(it, name, argument)| {
        (it.bounds().0, Reverse(it.bounds().1), at(argument), *name)
    });
    let mut pairs = Vec::new();
    let mut widest: Option<(Cidr, &Arc<str>, &'static str)> = None;
    for (block, name, argument) in blocks {
        match widest {
            Some((wide, holder, of)) if block.bounds().0 <= wide.bounds().1 => {
                pairs.push(((holder, of), (name, argument)));
            }
            _ => widest = Some((block, name, argument)),
        }
    }
    let ((holder, argument), (inner, of_inner)) = *pairs.first()?;
    let elsewhere = if argument == of_inner {
        String::new()
    } else {
        format!(" in `{of_inner}`")
    };
    let more = match pairs.len() - 1 {
        0 => String::new(),
        more => format!(", and {more} more overlap"),
    };
    let message = format!(
        "`{holder}` in `{argument}` of zone `{zone}` contains all of `{inner}`{elsewhere}{more}; Azure rejects a rule that names both"
    );
    let finding = Finding::new(
        Code::DuplicateAddress,
        format!("{zone}/azure/{argument}"),
        message,
    );
    let is_frontend = |argument: &str| argument.starts_with("frontends");
    let remedy = if is_frontend(of_inner) || is_frontend(argument) {
        format!("remove `{inner}`, or list only what is needed in `{argument}`")
    } else {
        format!(
            "remove `{inner}`, give it a zone of its own, or combine CIDR blocks of a zone with `merge = \"all\"`"
        )
    };
    let zone = ConfigPath::zone(zone);
    let block = if is_frontend(of_inner) {
        zone.field("azure").index(0)
    } else {
        zone
    };
    Some(finding.remedy(remedy).at(&block.field(of_inner).key(inner)))
}

fn full(zone: &str, last: u16, keys: &[String], options: &Options) -> Finding {
    let keys = first_few(keys.iter().map(|it| format!("`{it}`")));
    let (first, subject) = (options.priority_first, format!("{zone}/azure/priorities"));
    if last >= options.priority_last {
        let message = format!("no priority from {first} to {last} is free for {keys}");
        let finding = Finding::new(Code::PriorityBandFull, subject, message);
        return finding.at(&ConfigPath::zone(zone));
    }
    // A final rule has a number within the range, and allow rules come before it.
    let end = last + 1;
    let message = format!(
        "no priority from {first} up and before {end}, the number of a final rule, is free for {keys}"
    );
    let finding = Finding::new(Code::PriorityBandFull, subject, message);
    let mut given = options.priorities.iter();
    match given.find(|(_, number)| **number == end) {
        Some((key, _)) => finding
            .remedy(format!(
                "give `{key}` a number above all allow rules, or set `priority_first` lower"
            ))
            .at(&set().key(key)),
        None => finding.at(&ConfigPath::zone(zone)),
    }
}

fn open<'o>(zone: &'o str, options: &'o Options) -> impl Iterator<Item = Finding> + 'o {
    options.directions.iter().map(move |direction| {
        let message = format!(
            "`deny_rest` is off, so Azure's default rules allow {direction} traffic in zone `{zone}` that no flow needs, unless another rule of the network \
                security group denies the rest"
        );
        Finding::new(
            Code::DefaultOpen,
            format!("{zone}/azure/{direction}"),
            message,
        )
        .at(&ConfigPath::zone(zone))
    })
}

/// A limit that is reached or nearly so by the rules of zones that share a network security group.
pub(super) fn quota(zones: &[&str], what: &str, used: u32, limit: u32) -> Option<Finding> {
    let code = quota_level(used, limit)?;
    let first = zones.first()?;
    let whose = match zones {
        [_] => format!("zone `{first}`"),
        _ => format!("zones {} together", backticked(zones.iter().copied())),
    };
    let message = format!(
        "the rules of {whose} use {used} of the {limit} {what} that a network security group can have"
    );
    let finding = Finding::new(code, format!("{first}/azure/{what}"), message);
    Some(finding.at(&ConfigPath::zone(first)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::cell::MaybeKnown;

    fn named(blocks: &[(&str, &str)]) -> ByName<Cidr> {
        let cidr = |text: &str| MaybeKnown::Known(Cidr::parse(text, Family::V4).unwrap());
        let blocks = blocks.iter();
        blocks
            .map(|(name, text)| (Arc::from(*name), cidr(text)))
            .collect()
    }

    #[test]
    fn blocks_that_overlap_are_named() {
        let message = |blocks: &[(&str, &str)]| {
            overlap("a", &[("ipv4", &named(blocks))]).map(|it| it.message)
        };
        assert_eq!(message(&[("a", "10.0.0.0/24"), ("b", "10.0.1.0/24")]), None);
        for (blocks, holder, inner) in [
            (vec![("a", "10.0.0.7/32"), ("b", "10.0.0.0/24")], "b", "a"),
            (vec![("a", "10.0.0.0/24"), ("b", "10.0.0.0/24")], "a", "b"),
            (
                vec![
                    ("a", "0.0.0.0/0"),
                    ("b", "10.0.0.0/24"),
                    ("c", "11.0.0.0/24"),
                ],
                "a",
                "b",
            ),
        ] {
            let said = message(&blocks).expect("a finding");
            let words = format!("`{holder}` in `ipv4` of zone `a` contains all of `{inner}`");
            assert!(said.starts_with(&words), "{said}");
        }
    }
}
