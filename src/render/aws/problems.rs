//! What AWS cannot express or would refuse, gathered while rendering.

use super::{Peer, Rendered};
use crate::model::address::Addresses;
use crate::model::cell::Cell;
use crate::model::code::Code;
use crate::model::finding::{Finding, Place};
use crate::model::name::quoted;
use crate::model::platform::PeerBy;
use crate::model::rules::{Rule, RuleKey};
use crate::model::traffic::Traffic;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// What went wrong, gathered so that each thing is said once.
#[derive(Default)]
pub(super) struct Problems {
    inexpressible: BTreeMap<(Arc<str>, Traffic), BTreeSet<Arc<str>>>,
    pub(super) unfiltered: BTreeMap<Arc<str>, BTreeSet<Arc<str>>>,
    pub(super) nameless: BTreeMap<Arc<str>, BTreeSet<Arc<str>>>,
    pub(super) grouped: BTreeSet<Arc<str>>,
    pub(super) named_by_address: BTreeSet<Arc<str>>,
    /// Pairs of key heads, each with the rules that would be the same.
    duplicates: BTreeMap<(String, String), (Place, Vec<String>)>,
}

impl Problems {
    /// Traffic that no row could say, such as ICMP of the one family towards addresses of the other.
    pub(super) fn inexpressible(&mut self, key: &RuleKey, rule: &Rule) {
        let flows = self
            .inexpressible
            .entry((Arc::clone(&key.zone), key.traffic))
            .or_default();
        flows.extend(rule.flows.iter().cloned());
    }

    /// Rows of one group that say the same. Groups and peers that are not known yet are compared by where they come from: the
    /// same zone is the same group.
    pub(super) fn duplicates(&mut self, rendered: &Rendered) {
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
                    let (pair, place) = differing(first, key);
                    let duplicates = self.duplicates.entry(pair).or_insert((place, Vec::new()));
                    duplicates.1.push(key.clone());
                }
            }
        }
    }

    pub(super) fn findings(self, addresses: &BTreeMap<String, Addresses>) -> Vec<Finding> {
        let place = |zone: &str| Place::default().field("zone").key(zone);
        let list = |names: &BTreeSet<Arc<str>>| quoted(names.iter().map(|it| &**it));
        let mut findings = Vec::new();
        for ((zone, traffic), flows) in &self.inexpressible {
            let message = format!(
                "AWS has no rule for just `{traffic}` at zone `{zone}` and these peers, which {} needs",
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
            let here = &addresses[&**peer];
            let by_cidr = here
                .aws
                .as_ref()
                .is_some_and(|it| it.peer_by == PeerBy::Cidr && it.group.is_some());
            let by = if by_cidr {
                "it has a group, and `peer_by = \"cidr\"` keeps rules from naming it; add `ipv4` or `ipv6`"
            } else if here.is_advertised() {
                "`advertised_ipv4` and `advertised_ipv6` are what peers dial; add `ipv4` or `ipv6` for what it dials from"
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
            let message = format!(
                "zone `{peer}` is named by its group, so no rule of AWS uses its addresses"
            );
            findings
                .push(Finding::new(Code::AddressesUnused, &**peer, message).point(&place(peer)));
        }
        for ((a, b), (place, keys)) in &self.duplicates {
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
            let finding = Finding::new(Code::DuplicateAddress, format!("{a}, {b}"), message);
            findings.push(finding.point(place));
        }
        for (zone, it) in addresses {
            let Some(aws) = &it.aws else { continue };
            for name in aws
                .prefix_lists
                .keys()
                .filter(|it| !aws.prefix_list_sizes.contains_key(*it))
            {
                let place = place(zone)
                    .field("aws")
                    .index(0)
                    .field("prefix_list_ids")
                    .key(name);
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

#[derive(PartialEq, Eq, Hash)]
enum Point<'p> {
    Group(&'p str),
    Zone(&'p str),
}

/// The zone of a key.
fn head(key: &str) -> &str {
    key.split('/').next().unwrap_or_default()
}

/// The parts of two keys that differ, in words: two zones with one group, or two names of one address; and the place of the
/// second.
fn differing(a: &str, b: &str) -> ((String, String), Place) {
    let zone_place = |zone: &str| Place::default().field("zone").key(zone);
    let aws = |zone: &str| zone_place(zone).field("aws").index(0);
    if head(a) != head(b) {
        let words = (
            format!("the groups of the zones `{}`", head(a)),
            format!("`{}`", head(b)),
        );
        return (words, aws(head(b)).field("security_group_id"));
    }
    let peer = |key: &str| {
        let tail = key.splitn(3, '/').nth(2).unwrap_or_default();
        let mut parts = tail.splitn(3, ':').map(str::to_owned);
        let mut next = || parts.next().unwrap_or_default();
        (next(), next(), next())
    };
    let words = |(zone, kind, name): &(String, String, String)| match name.as_str() {
        "" => format!("the {kind} of zone `{zone}`"),
        name => format!("`{name}` in `{kind}` of zone `{zone}`"),
    };
    let (first, second) = (peer(a), peer(b));
    let (zone, kind, name) = &second;
    let place = match kind.as_str() {
        "ipv4" => zone_place(zone).field("ipv4").key(name),
        "ipv6" => zone_place(zone).field("ipv6").key(name),
        "prefix-list" => aws(zone).field("prefix_list_ids").key(name),
        _ => aws(zone).field("security_group_id"),
    };
    ((words(&first), words(&second)), place)
}
