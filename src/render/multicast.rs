//! IP protocols whose daemons find each other by multicast. A rule for such a protocol means these packets as well; a platform that
//! does not carry or match them says so.

use super::problems::Names;
use crate::model::address::{Addresses, Cidr, Family};
use crate::model::cell::MaybeKnown;
use crate::model::code::Code;
use crate::model::finding::{ConfigPath, Finding};
use crate::model::name::backticked;
use crate::model::rules::Rules;
use crate::model::traffic::Traffic;
use crate::model::words::Direction;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The groups that the daemons of a protocol send to.
pub(super) struct Groups {
    /// The number of the protocol.
    pub(super) protocol: u8,
    four: &'static [&'static str],
    six: &'static [&'static str],
    /// Whether receivers take only packets whose time to live or hop limit is 255: those that no router forwarded.
    pub(super) is_hop_limited: bool,
}

/// Source: RFC 9568, "Virtual Router Redundancy Protocol (VRRP) Version 3 for IPv4 and IPv6", section 5.1; RFC 2328, "OSPF Version 2",
/// appendix A.1; RFC 5340, "OSPF for IPv6", appendix A.1; RFC 7868, "Cisco's Enhanced Interior Gateway Routing Protocol (EIGRP)",
/// section 6; RFC 7761, "Protocol Independent Multicast - Sparse Mode (PIM-SM)", section 4.9.
const GROUPS: [Groups; 4] = [
    Groups {
        protocol: 112,
        four: &["224.0.0.18"],
        six: &["ff02::12"],
        is_hop_limited: true,
    },
    Groups {
        protocol: 89,
        four: &["224.0.0.5", "224.0.0.6"],
        six: &["ff02::5", "ff02::6"],
        is_hop_limited: false,
    },
    Groups {
        protocol: 88,
        four: &["224.0.0.10"],
        six: &["ff02::a"],
        is_hop_limited: false,
    },
    Groups {
        protocol: 103,
        four: &["224.0.0.13"],
        six: &["ff02::d"],
        is_hop_limited: false,
    },
];

impl Groups {
    /// Those of a piece of traffic.
    pub(super) fn of(traffic: Traffic) -> Option<&'static Groups> {
        let Traffic::Ip(number) = traffic else {
            return None;
        };
        GROUPS.iter().find(|it| it.protocol == number)
    }

    /// Their addresses in one family, at least one.
    pub(super) const fn addresses(&self, family: Family) -> &'static [&'static str] {
        match family {
            Family::V4 => self.four,
            Family::V6 => self.six,
        }
    }

    /// Whether a zone has one of the groups' addresses: the user's own way to allow them.
    fn are_among(&self, zone: &Addresses) -> bool {
        let mut groups = Family::ALL
            .into_iter()
            .flat_map(|family| self.addresses(family).iter().map(move |it| (family, *it)));
        groups.any(|(family, it)| {
            let group = Cidr::parse(&format!("{it}/{}", family.width()), family).ok();
            let mut blocks = zone.family(family).values().filter_map(MaybeKnown::known);
            group.is_some_and(|group| blocks.any(|it| it.contains(group)))
        })
    }
}

/// What a platform does not do for the multicast packets of a rule.
pub(super) struct Unreached {
    /// The platform's block of a zone.
    pub(super) block: &'static str,
    /// The directions in which they do not arrive.
    pub(super) directions: &'static [Direction],
    /// Why they do not arrive, as the end of a sentence.
    pub(super) why: &'static str,
    /// What to do.
    pub(super) remedy: &'static str,
    /// Whether a rule that names the group lets them through.
    pub(super) can_be_named: bool,
}

impl Unreached {
    /// A platform whose networks carry no multicast packets.
    pub(super) const fn not_carried(block: &'static str) -> Unreached {
        Unreached {
            block,
            directions: Direction::ALL,
            why: "which this platform's network does not carry; a rule is created for unicast only",
            remedy: "have the daemons speak to each other by unicast, e.g. with `unicast_peer` of keepalived, and add an `accept` block",
            can_be_named: false,
        }
    }

    /// A warning for each zone and protocol whose multicast packets do not arrive.
    pub(super) fn findings(
        &self,
        rules: &Rules,
        zones: &BTreeMap<String, Addresses>,
        is_enforced: impl Fn(&Addresses) -> bool,
    ) -> Vec<Finding> {
        let mut found: BTreeMap<(&str, Traffic), (Names, bool)> = BTreeMap::new();
        for (key, rule) in rules {
            let (Some(groups), Some(here), Some(peer)) = (
                Groups::of(key.traffic),
                zones.get(&*key.zone),
                zones.get(&*key.peer),
            ) else {
                continue;
            };
            if is_enforced(here) && self.directions.contains(&key.direction) {
                let (flows, is_named) = found.entry((&key.zone, key.traffic)).or_default();
                flows.extend(rule.flows.iter().map(Arc::clone));
                *is_named |= self.can_be_named && groups.are_among(peer);
            }
        }
        found.retain(|_, (_, is_named)| !*is_named);
        let finding = |((zone, traffic), (flows, _)): (&(&str, Traffic), &(Names, bool))| {
            let message = format!(
                "`{traffic}` of zone `{zone}`, as needed by {}, also goes to a multicast group, {}",
                backticked(flows),
                self.why
            );
            let subject = format!("{zone}/{}/{}", self.block, traffic.key());
            let finding = Finding::new(Code::NotExpressible, subject, message);
            finding.remedy(self.remedy).at(&ConfigPath::zone(zone))
        };
        found.iter().map(finding).collect()
    }
}
