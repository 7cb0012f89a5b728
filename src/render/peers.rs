//! By which addresses a rule names its peer, and what its traffic is in one family: the same on every platform.

use crate::model::address::{Addresses, Cidr, Family};
use crate::model::cell::{ByName, MaybeKnownText};
use crate::model::platform::PeerBy;
use crate::model::rules::{RuleKey, Rules};
use crate::model::traffic::Traffic;
use crate::model::words::Direction;
use std::sync::Arc;

/// Whether the rule is about what its zone connects to, and addresses are translated between the two.
pub(super) fn uses_advertised(key: &RuleKey, peer: &Addresses) -> bool {
    key.direction == Direction::Egress && peer.is_advertised()
}

/// A security group by which rules name a zone: its own one, or another with its name.
pub(super) type NamedGroup<'z> = (Option<&'z Arc<str>>, &'z MaybeKnownText);

/// The security groups by which rules name a zone, if they do.
pub(super) fn groups<'z>(
    by: PeerBy,
    own: Option<&'z MaybeKnownText>,
    others: &'z ByName<Arc<str>>,
) -> impl Iterator<Item = NamedGroup<'z>> {
    let own = own.map(|id| (None, id));
    let others = others.iter().map(|(name, id)| (Some(name), id));
    own.into_iter()
        .chain(others)
        .filter(move |_| by.uses_group())
}

/// The blocks of a family that represent the peer zone of a rule.
pub(super) fn blocks<'z>(key: &RuleKey, peer: &'z Addresses, family: Family) -> &'z ByName<Cidr> {
    if uses_advertised(key, peer) {
        peer.advertised(family)
    } else {
        peer.family(family)
    }
}

/// The traffic as it is in one family; `None` if there is no such traffic.
pub(super) const fn in_family(traffic: Traffic, family: Family) -> Option<Traffic> {
    match (traffic, family) {
        (Traffic::Icmp(None), Family::V6) => Some(Traffic::Icmpv6(None)),
        // Types are numbered by family, so there is nothing of it in the other one.
        (Traffic::Icmp(Some(_)), Family::V6) | (Traffic::Icmpv6(_), Family::V4) => None,
        _ => Some(traffic),
    }
}

/// The traffic with a peer that is named whole, whatever its addresses: ICMP of both families is told apart where one of the two
/// zones has IPv6.
pub(super) fn in_families(
    traffic: Traffic,
    zone: &Addresses,
    peer: &Addresses,
) -> impl Iterator<Item = Traffic> {
    let six = !zone.ipv6.is_empty() || !peer.ipv6.is_empty();
    let both = traffic == Traffic::Icmp(None) && six;
    [traffic]
        .into_iter()
        .chain(both.then_some(Traffic::Icmpv6(None)))
}

/// ICMP of both families and `ICMPv6` alone become the same rows for IPv6: the rule for the latter makes them, for both.
pub(super) fn icmp_sibling(key: &RuleKey) -> Option<RuleKey> {
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

/// Whether another rule between the same ends, one that the platform can express, allows the traffic too.
pub(super) fn is_covered(key: &RuleKey, rules: &Rules, can_express: fn(Traffic) -> bool) -> bool {
    let wide = [Traffic::Any, Traffic::Icmp(None), Traffic::Icmpv6(None)];
    let mut wider = wide
        .into_iter()
        .filter(|it| it.covers(key.traffic) && can_express(*it));
    wider.any(|traffic| {
        rules.contains_key(&RuleKey {
            traffic,
            ..key.clone()
        })
    })
}
