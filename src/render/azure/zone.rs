//! What Azure knows about a zone.

use crate::model::address::{Cidr, Family};
use crate::model::cell::{ByName, MaybeKnown, MaybeKnownText};
use crate::model::platform::{Part, PeerBy};
use std::sync::Arc;

/// What Azure knows about a zone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Azure {
    /// The network security group; a zone without one is not enforced on Azure.
    pub security_group: Option<MaybeKnownText>,
    /// The resource group that it is in.
    pub resource_group: Option<MaybeKnownText>,
    /// Application security groups of the zone's network interfaces, by name.
    pub application_groups: ByName<Arc<str>>,
    /// The service tag that represents the zone as a peer.
    pub service_tag: Option<MaybeKnownText>,
    /// How rules name this zone if it has application security groups.
    pub peer_by: PeerBy,
    /// How its own rules name this zone.
    pub own: Own,
    /// IPv4 addresses of balancers in front of the zone that are still the destination when a packet arrives.
    /// Source: Microsoft Learn, "Azure Load Balancer Floating IP configuration".
    pub frontends: ByName<Cidr>,
    /// IPv6 addresses of such balancers.
    pub frontends_ipv6: ByName<Cidr>,
}

/// How the rules of a zone name the zone itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Own {
    /// By its application security groups, else by its addresses, else as below.
    #[default]
    Members,
    /// As everything that the network security group protects.
    Any,
}

impl Own {
    /// The words of the argument.
    pub const WORDS: [&'static str; 2] = ["members", "any"];

    /// The value with this spelling.
    pub fn parse(word: &str) -> Option<Own> {
        match word {
            "members" => Some(Own::Members),
            "any" => Some(Own::Any),
            _ => None,
        }
    }
}

impl Azure {
    /// The application security groups by which the zone's own rules name it, if they do.
    pub(super) fn own_groups(&self) -> Option<Vec<MaybeKnownText>> {
        let is_used = self.own == Own::Members && !self.application_groups.is_empty();
        is_used.then(|| self.application_groups.values().cloned().collect())
    }

    /// The frontends of one family.
    pub const fn frontends(&self, family: Family) -> &ByName<Cidr> {
        match family {
            Family::V4 => &self.frontends,
            Family::V6 => &self.frontends_ipv6,
        }
    }

    /// The application security groups by which rules name this zone, if they do.
    pub(super) fn peer_groups(&self) -> Option<Vec<MaybeKnownText>> {
        let is_used = self.peer_by.uses_group() && !self.application_groups.is_empty();
        is_used.then(|| self.application_groups.values().cloned().collect())
    }

    /// Whether rules name this zone by its addresses.
    pub(super) fn is_named_by_addresses(&self) -> bool {
        let is_whole = self.service_tag.is_some();
        !is_whole && (self.peer_by.uses_addresses() || self.peer_groups().is_none())
    }
}

impl Part for Azure {
    fn is_enforced(&self) -> bool {
        self.security_group.is_some()
    }

    /// Azure's tag for the internet means every address.
    fn covers_all_addresses(&self) -> bool {
        let tag = self.service_tag.as_ref().and_then(MaybeKnown::known);
        tag.is_some_and(|it| it.eq_ignore_ascii_case("Internet"))
    }

    /// Azure's tag for its whole cloud, or a region of it, has the machines of all customers.
    fn is_anyones(&self) -> bool {
        let tag = self.service_tag.as_ref().and_then(MaybeKnown::known);
        let cloud = tag.and_then(|it| it.split('.').next());
        cloud.is_some_and(|it| it.eq_ignore_ascii_case("AzureCloud"))
    }

    fn is_pending(&self) -> bool {
        let tag = self.service_tag.as_ref();
        tag.is_some_and(|it| it.known().is_none())
    }

    fn has_own_services(&self) -> bool {
        true
    }
}
