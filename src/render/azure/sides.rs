//! The two sides of the rows of one rule: by what the peer is named, and by what the zone itself.

use super::super::Zones;
use super::super::peers::{blocks, is_covered, uses_advertised};
use super::super::unfiltered::is_unfiltered;
use super::problems::{Listed, Problems};
use super::row::Endpoint;
use super::{Azure, Own};
use crate::model::address::{Addresses, Cidr, Family};
use crate::model::cell::{ByName, MaybeKnownText};
use crate::model::rules::{Rule, RuleKey, Rules};
use crate::model::traffic::{Traffic, Transport};
use crate::model::words::Direction;
use crate::render::fixed_blocks;

/// What tells the rows of one rule apart.
pub(super) struct Draft {
    /// By what the row names the peer.
    pub(super) kind: &'static str,
    /// `ipv6` for the second row of a peer named whole, which is for the zone's own IPv6 blocks; `frontends` and `frontends-ipv6` for
    /// frontends of a zone whose own side is application security groups.
    pub(super) name: Option<&'static str>,
    pub(super) protocol: &'static str,
    pub(super) peer: Endpoint,
    pub(super) own: Endpoint,
}

/// A protocol as the resource spells it; `None` if it has no word for the traffic, or only one that matches more.
/// Source: hashicorp/terraform-provider-azurerm, `azurerm_network_security_rule`, `protocol`. ICMP has no types there, and
/// `ICMPv6` no word (issue 30751).
const fn protocol(traffic: Traffic) -> Option<&'static str> {
    match traffic {
        Traffic::Ports(Transport::Tcp, _) => Some("Tcp"),
        Traffic::Ports(Transport::Udp, _) => Some("Udp"),
        Traffic::Icmp(None) => Some("Icmp"),
        Traffic::Ip(50) => Some("Esp"),
        Traffic::Ip(51) => Some("Ah"),
        Traffic::Any => Some("*"),
        _ => None,
    }
}

/// The rows of one rule.
pub(super) fn drafts(
    key: &RuleKey,
    rule: &Rule,
    rules: &Rules,
    zones: Zones<'_>,
    problems: &mut Problems,
) -> Vec<Draft> {
    let Some(protocol) = protocol(key.traffic) else {
        if !is_carried(key.traffic, key, rules) {
            problems.unsupported(key, key.traffic, rule);
        }
        return Vec::new();
    };
    let here = &zones.addresses[&*key.zone];
    let mut build = Build {
        key,
        rule,
        rules,
        protocol,
        here,
        problems,
        drafts: Vec::new(),
    };
    if let Some(fixed) = zones.fixed.get(&key.peer) {
        let mut filtered = fixed.clone();
        filtered.retain(|_, it| !is_unfiltered(*it));
        if filtered.len() < fixed.len() {
            build.problems.unfiltered(key, rule);
        }
        for family in Family::ALL {
            let blocks: Vec<_> = fixed_blocks(&filtered, family).into_values().collect();
            if !blocks.is_empty() {
                build.by_address(family, Endpoint::Blocks(blocks));
            }
        }
        return build.drafts;
    }
    let peer = &zones.addresses[&*key.peer];
    let azure = peer.part::<Azure>();
    let azure = azure.filter(|_| !uses_advertised(key, peer));
    let whole = azure.and_then(whole);
    let mut unmatchable = whole.is_none();
    if let Some((kind, side)) = whole {
        build.whole(kind, &side, peer);
    }
    if azure.is_some_and(|it| !it.is_named_by_addresses()) {
        if !(peer.ipv4.is_empty() && peer.ipv6.is_empty()) {
            build.problems.grouped(key);
        }
        return build.drafts;
    }
    for family in Family::ALL {
        let named = blocks(key, peer, family);
        if named.is_empty() {
            continue;
        }
        unmatchable = false;
        let listed = if uses_advertised(key, peer) {
            Listed::Advertised
        } else {
            Listed::Own
        };
        build.problems.listed(&key.peer, family, listed);
        build.by_address(family, all(named));
    }
    if unmatchable {
        build.problems.unmatchable(key);
    }
    build.drafts
}

/// Whether a wider rule between the same ends allows the traffic. A rule for ICMP does not allow `ICMPv6`.
fn is_carried(traffic: Traffic, key: &RuleKey, rules: &Rules) -> bool {
    let can_express: fn(Traffic) -> bool = match traffic {
        Traffic::Icmpv6(_) => |it| it == Traffic::Any,
        _ => |it| protocol(it).is_some(),
    };
    let key = RuleKey {
        traffic,
        ..key.clone()
    };
    is_covered(&key, rules, can_express)
}

/// Whether a zone has addresses, and none of IPv6.
fn lacks_six(zone: &Addresses) -> bool {
    zone.ipv6.is_empty() && !zone.ipv4.is_empty()
}

/// What names a peer whole, whatever the family: a service tag wins, then application security groups. Peers connect to neither
/// if addresses are translated.
fn whole(azure: &Azure) -> Option<(&'static str, Endpoint)> {
    if let Some(tag) = &azure.service_tag {
        return Some(("tag", Endpoint::Tag(tag.clone())));
    }
    Some(("group", Endpoint::Groups(azure.peer_groups()?)))
}

struct Build<'b> {
    key: &'b RuleKey,
    rule: &'b Rule,
    rules: &'b Rules,
    protocol: &'static str,
    here: &'b Addresses,
    problems: &'b mut Problems,
    drafts: Vec<Draft>,
}

impl Build<'_> {
    /// A row for the peer's blocks of one family.
    fn by_address(&mut self, family: Family, peer: Endpoint) {
        if self.is_icmp() && family == Family::V6 {
            return self.no_icmpv6();
        }
        if let Some(frontends) = self.frontends_beside_groups(family) {
            self.push(family.as_str(), Some("frontends"), peer.clone(), frontends);
        }
        let own = self.own(family);
        self.push(family.as_str(), None, peer, own);
    }

    /// Rows for a peer that is named whole. One row cannot hold blocks of both families, so the zone's own IPv6 blocks have
    /// a row of their own, and adding them renames nothing.
    fn whole(&mut self, kind: &'static str, side: &Endpoint, peer: &Addresses) {
        let is_one = self.groups().is_some() || self.is_any();
        let (four, six) = (self.has_own(Family::V4), self.has_own(Family::V6));
        if self.is_icmp() && (six || !peer.ipv6.is_empty()) && !lacks_six(peer) {
            self.no_icmpv6();
        }
        if let Some(frontends) = self.frontends_beside_groups(Family::V4) {
            self.push(kind, Some("frontends"), side.clone(), frontends);
        }
        if let Some(frontends) = self.frontends_beside_groups(Family::V6)
            && !self.is_icmp()
        {
            self.push(kind, Some("frontends-ipv6"), side.clone(), frontends);
        }
        if is_one || four || !six {
            let own = self.own(Family::V4);
            self.push(kind, None, side.clone(), own);
        }
        if !is_one && six && !self.is_icmp() {
            let own = self.own(Family::V6);
            self.push(kind, Some(Family::V6.as_str()), side.clone(), own);
        }
    }

    /// The zone itself: its application security groups, else its blocks of the family with the frontends through which packets
    /// arrive, else all that the network security group guards.
    fn own(&mut self, family: Family) -> Endpoint {
        if let Some(groups) = self.groups() {
            return Endpoint::Groups(groups);
        }
        if !self.has_own(family) || self.is_any() {
            return Endpoint::Any;
        }
        let named = self.here.family(family);
        self.problems.listed(&self.key.zone, family, Listed::Own);
        let frontends = self.frontends(family).into_iter();
        let frontends = frontends.flat_map(|it| it.values().cloned());
        Endpoint::Blocks(named.values().cloned().chain(frontends).collect())
    }

    /// Whether a row can name the zone by addresses of a family.
    fn has_own(&self, family: Family) -> bool {
        !self.here.family(family).is_empty() || self.frontends(family).is_some()
    }

    fn azure(&self) -> Option<&Azure> {
        self.here.part()
    }

    fn groups(&self) -> Option<Vec<MaybeKnownText>> {
        self.azure()?.own_groups()
    }

    fn is_any(&self) -> bool {
        self.azure().is_some_and(|it| it.own == Own::Any)
    }

    /// Where packets for the zone arrive in addition to its own addresses.
    fn frontends(&self, family: Family) -> Option<&ByName<Cidr>> {
        let frontends = self.azure()?.frontends(family);
        let is_used = self.key.direction == Direction::Ingress && !frontends.is_empty();
        is_used.then_some(frontends)
    }

    /// The frontends, if they need a row of their own: one side of a rule is groups or addresses.
    fn frontends_beside_groups(&mut self, family: Family) -> Option<Endpoint> {
        self.groups()?;
        let frontends = self.frontends(family).map(all)?;
        self.problems
            .listed(&self.key.zone, family, Listed::Frontends);
        Some(frontends)
    }

    fn is_icmp(&self) -> bool {
        matches!(self.key.traffic, Traffic::Icmp(None))
    }

    /// There is no word for it, which is worth saying where both ends may have IPv6, and no wider rule carries it.
    fn no_icmpv6(&mut self) {
        let traffic = Traffic::Icmpv6(None);
        if !lacks_six(self.here) && !is_carried(traffic, self.key, self.rules) {
            self.problems.unsupported(self.key, traffic, self.rule);
        }
    }

    fn push(
        &mut self,
        kind: &'static str,
        name: Option<&'static str>,
        peer: Endpoint,
        own: Endpoint,
    ) {
        if let (Endpoint::Groups(a), Endpoint::Groups(b)) = (&peer, &own)
            && are_in_two_networks(a, b)
        {
            self.problems.apart(self.key);
        }
        self.drafts.push(Draft {
            kind,
            name,
            protocol: self.protocol,
            peer,
            own,
        });
    }
}

fn all(named: &ByName<Cidr>) -> Endpoint {
    Endpoint::Blocks(named.values().cloned().collect())
}

/// Whether the members of application security groups are surely in two virtual networks, because the groups are in two subscriptions.
/// A network interface is in the subscription of its groups and of its virtual network.
/// Source: Microsoft Learn, "Application security groups", constraints.
fn are_in_two_networks(a: &[MaybeKnownText], b: &[MaybeKnownText]) -> bool {
    let subscription = |it: &MaybeKnownText| {
        let mut parts = it.known()?.split('/');
        parts.find(|it| it.eq_ignore_ascii_case("subscriptions"))?;
        parts.next().map(str::to_lowercase)
    };
    let mut known = a.iter().chain(b).filter_map(subscription);
    let first = known.next();
    first.is_some_and(|first| known.any(|it| it != first))
}
