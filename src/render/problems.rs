//! Findings that several platforms have, so that the words are the same.

use crate::model::code::Code;
use crate::model::finding::{ConfigPath, Finding};
use crate::model::name::backticked;
use crate::model::rules::RuleKey;
use crate::model::traffic::Traffic;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Names of zones or flows.
pub(super) type Names = BTreeSet<Arc<str>>;

/// Traffic that a platform cannot express, by zone, with the flows that need it.
#[derive(Default)]
pub(super) struct UnsupportedTraffic(BTreeMap<(Arc<str>, Traffic), Names>);

impl UnsupportedTraffic {
    pub(super) fn add(&mut self, zone: &Arc<str>, traffic: Traffic, flows: &Names) {
        let known = self.0.entry((Arc::clone(zone), traffic)).or_default();
        known.extend(flows.iter().cloned());
    }

    /// `none` begins the sentence and says that there is no rule; `at` follows the name of the zone.
    pub(super) fn findings(
        &self,
        platform: &str,
        none: &str,
        at: &str,
    ) -> impl Iterator<Item = Finding> {
        self.0.iter().map(move |((zone, traffic), flows)| {
            let message = format!(
                "{none} for exactly `{traffic}` in zone `{zone}`{at}, as needed by {}",
                backticked(flows)
            );
            let subject = format!("{zone}/{platform}/{}", traffic.key());
            Finding::new(Code::NotExpressible, subject, message).at(&ConfigPath::zone(zone))
        })
    }
}

/// Peers that a platform's rules cannot name, each with the zones that it is a peer of.
#[derive(Default)]
pub(super) struct UnmatchablePeers(BTreeMap<Arc<str>, Names>);

impl UnmatchablePeers {
    pub(super) fn add(&mut self, key: &RuleKey) {
        let zones = self.0.entry(Arc::clone(&key.peer)).or_default();
        zones.insert(Arc::clone(&key.zone));
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &Names)> {
        self.0.iter().map(|(peer, zones)| (&**peer, zones))
    }
}

/// What to do for a peer that connects, but has only advertised addresses.
pub(super) const ADD_OWN_ADDRESSES: &str = "`advertised_ipv4` and `advertised_ipv6` are where peers connect to it; add `ipv4` or `ipv6` for where it connects from";

/// What to do for a peer that has no address, but what rules would name it by if `peer_by` allowed it.
pub(super) const ADD_ADDRESSES_OR_GROUP: &str = "`peer_by = \"cidr\"` keeps rules from using its group, tags or labels; add `ipv4` or `ipv6`, or remove `peer_by`";

/// A zone whose addresses no rule of a platform uses. `group` is what rules refer to it by.
pub(super) fn addresses_unused(
    peer: &str,
    subject: String,
    platform: &str,
    group: &str,
) -> Finding {
    let message = format!(
        "no {platform} rule uses the addresses of zone `{peer}`, because rules refer to it by its {group}"
    );
    Finding::new(Code::AddressesUnused, subject, message).at(&ConfigPath::zone(peer))
}

/// The share of a limit, in percent, from which it is nearly reached.
const NEAR: u64 = 90;

/// What there is to say of a limit: that it is passed, or nearly reached.
pub(crate) fn quota_level(used: u32, limit: u32) -> Option<Code> {
    if used > limit {
        Some(Code::QuotaExceeded)
    } else if u64::from(used) * 100 >= u64::from(limit) * NEAR {
        Some(Code::QuotaNear)
    } else {
        None
    }
}

/// Items of a list that a message names.
pub(super) const SHOWN: usize = 3;

/// The first few, and how many more there are.
pub(super) fn first_few(texts: impl ExactSizeIterator<Item = String>) -> String {
    let more = match texts.len().saturating_sub(SHOWN) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    texts.take(SHOWN).collect::<Vec<_>>().join(", ") + &more
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_near_before_it_is_reached() {
        assert_eq!(quota_level(899, 1000), None);
        assert_eq!(quota_level(900, 1000), Some(Code::QuotaNear));
        assert_eq!(quota_level(1000, 1000), Some(Code::QuotaNear));
        assert_eq!(quota_level(1001, 1000), Some(Code::QuotaExceeded));
        assert_eq!(quota_level(u32::MAX, u32::MAX), Some(Code::QuotaNear));
    }

    #[test]
    fn a_long_list_is_cut_and_counted() {
        let texts = |count: usize| first_few((0..count).map(|it| it.to_string()));
        assert_eq!(texts(3), "0, 1, 2");
        assert_eq!(texts(5), "0, 1, 2 and 2 more");
    }
}
