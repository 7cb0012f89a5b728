//! What each platform knows of a zone: where its rules are enforced, and by what the rules of other zones can name it.

use super::cell::{ByName, MaybeKnownText};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A platform that enforces rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PlatformId {
    /// AWS security groups.
    Aws,
    /// Azure network security groups.
    Azure,
    /// Firewall rules of Google Cloud.
    Gcp,
    /// Kubernetes network policies.
    Kubernetes,
    /// nftables on a host.
    Host,
}

/// How other zones name a zone that has a group.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PeerBy {
    /// By its group where it has one, else by its addresses.
    #[default]
    Group,
    /// By its addresses and prefix lists, never by its group.
    Cidr,
}

impl PeerBy {
    /// The words of the argument.
    pub const WORDS: [&'static str; 2] = ["group", "cidr"];

    /// The value with this spelling.
    pub fn parse(word: &str) -> Option<PeerBy> {
        match word {
            "group" => Some(PeerBy::Group),
            "cidr" => Some(PeerBy::Cidr),
            _ => None,
        }
    }
}

/// What AWS knows of a zone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Aws {
    /// The security group; a zone without one is not enforced on AWS.
    pub group: Option<MaybeKnownText>,
    /// All of its groups by name, where the rules are spread over several; `group` is the first of them.
    pub groups: ByName<Arc<str>>,
    /// Managed prefix lists that hold the zone's addresses.
    pub prefix_lists: ByName<Arc<str>>,
    /// The number of entries that each of them counts for against the quota of a group.
    pub prefix_list_sizes: BTreeMap<Arc<str>, u32>,
    /// How the rules of other zones name this one.
    pub peer_by: PeerBy,
    /// Rules that the group may hold in each direction; `None` is AWS's default.
    pub max_rules: Option<u32>,
}

impl Aws {
    /// The group by which the rules of other zones name this one, if they do.
    pub fn peer_group(&self) -> Option<&MaybeKnownText> {
        self.group
            .as_ref()
            .filter(|_| self.peer_by == PeerBy::Group)
    }
}

/// What Azure knows of a zone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Azure {
    /// The network security group; a zone without one is not enforced on Azure.
    pub security_group: Option<MaybeKnownText>,
    /// The resource group that holds it.
    pub resource_group: Option<MaybeKnownText>,
    /// Application security groups that hold the zone's network interfaces, by name.
    pub application_groups: ByName<Arc<str>>,
    /// The service tag that stands for the zone as a peer.
    pub service_tag: Option<MaybeKnownText>,
}

/// What Google Cloud knows of a zone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gcp {
    /// The VPC network; a zone without one is not enforced on Google Cloud.
    pub network: Option<MaybeKnownText>,
    /// The project of the network; the provider's own when absent.
    pub project: Option<MaybeKnownText>,
    /// Network tags of the zone's instances.
    pub target_tags: Vec<MaybeKnownText>,
    /// Service accounts of the zone's instances.
    pub service_accounts: Vec<MaybeKnownText>,
}

/// What Kubernetes knows of a zone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kubernetes {
    /// The namespace; a zone without one is not enforced on Kubernetes.
    pub namespace: Option<MaybeKnownText>,
    /// Labels of the namespace by which peers name it, in place of its name.
    pub namespace_labels: ByName<Arc<str>>,
    /// Labels of the zone's pods; all pods of the namespace where there are none.
    pub pod_labels: ByName<Arc<str>>,
}
