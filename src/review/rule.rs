//! Rules, wanted and found, in one form: where they stand, what they speak of, and whether they allow or deny it.

use super::services::Services;
use crate::model::address::Cidr;
use crate::model::blocks::aggregated;
use crate::model::ports::PortRange;
use crate::model::words::{Direction, Plane, Trust};
use std::fmt;

/// Where rules are enforced. Names are in the form in which the platform compares them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EnforcementPoint {
    /// An AWS security group, by its id without an account in front.
    SecurityGroup(String),
    /// An Azure network security group; both names in lower case, since Azure ignores case.
    NetworkSecurityGroup {
        /// Its resource group.
        resource_group: String,
        /// Its name.
        name: String,
    },
    /// A network of Google Cloud.
    Network {
        /// Its project, where one is given.
        project: Option<String>,
        /// Its name.
        name: String,
    },
}

/// What a point belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Platform {
    /// AWS security groups.
    Aws,
    /// Azure network security groups.
    Azure,
    /// Firewall rules of Google Cloud.
    Gcp,
}

impl EnforcementPoint {
    /// What it belongs to.
    pub const fn platform(&self) -> Platform {
        match self {
            EnforcementPoint::SecurityGroup(_) => Platform::Aws,
            EnforcementPoint::NetworkSecurityGroup { .. } => Platform::Azure,
            EnforcementPoint::Network { .. } => Platform::Gcp,
        }
    }

    /// A network as one names it who leaves its project open; any other point as it is.
    #[must_use]
    pub fn without_project(&self) -> EnforcementPoint {
        match self {
            EnforcementPoint::Network { name, .. } => EnforcementPoint::Network {
                project: None,
                name: name.clone(),
            },
            it => it.clone(),
        }
    }
}

impl fmt::Display for EnforcementPoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            EnforcementPoint::SecurityGroup(id) => f.write_str(id),
            EnforcementPoint::NetworkSecurityGroup {
                resource_group: first,
                name,
            }
            | EnforcementPoint::Network {
                project: Some(first),
                name,
            } => write!(f, "{first}/{name}"),
            EnforcementPoint::Network {
                project: None,
                name,
            } => f.write_str(name),
        }
    }
}

/// An end that stands for addresses which the rule does not name. What is behind it cannot be compared with addresses.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reference {
    /// An AWS security group, by its id without an account in front.
    SecurityGroup(String),
    /// A managed prefix list, by its id.
    PrefixList(String),
    /// An Azure service tag, in lower case.
    ServiceTag(String),
    /// An Azure application security group, by its id in lower case.
    ApplicationSecurityGroup(String),
    /// A network tag of Google Cloud.
    NetworkTag(String),
    /// A service account of Google Cloud.
    ServiceAccount(String),
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reference::SecurityGroup(it) => write!(f, "group {it}"),
            Reference::PrefixList(it) => write!(f, "prefix list {it}"),
            Reference::ServiceTag(it) => write!(f, "service tag {it}"),
            Reference::ApplicationSecurityGroup(it) => write!(f, "application security group {it}"),
            Reference::NetworkTag(it) => write!(f, "tag {it}"),
            Reference::ServiceAccount(it) => write!(f, "service account {it}"),
        }
    }
}

/// One end of a rule, as a set.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EndpointSet {
    /// Whoever there is: Azure's `*`, a security group's own side.
    Any,
    /// These and no others.
    Only {
        /// Addresses, as the fewest blocks.
        blocks: Vec<Cidr>,
        /// Whatever stands for addresses, sorted, each once.
        named: Vec<Reference>,
    },
}

impl EndpointSet {
    /// These and no others, in canonical form.
    pub fn these(
        blocks: impl IntoIterator<Item = Cidr>,
        named: impl IntoIterator<Item = Reference>,
    ) -> EndpointSet {
        let mut named: Vec<Reference> = named.into_iter().collect();
        named.sort_unstable();
        named.dedup();
        EndpointSet::Only {
            blocks: aggregated(blocks),
            named,
        }
    }
}

/// What a rule speaks of: each service, from each source port, between each own end and each peer.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TrafficSet {
    /// Protocols with their destination ports.
    pub services: Services,
    /// Source ports; all of them but on Azure.
    pub source_ports: Vec<PortRange>,
    /// The end at which the rule stands.
    pub own: EndpointSet,
    /// The other end.
    pub peers: EndpointSet,
}

impl TrafficSet {
    /// What most platforms can say: services and peers, whatever the source port and whoever behind the point.
    pub fn new(services: Services, peers: EndpointSet) -> TrafficSet {
        TrafficSet {
            services,
            source_ports: vec![PortRange::ALL],
            own: EndpointSet::Any,
            peers,
        }
    }
}

/// What a rule does with what it speaks of, and before which others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Precedence {
    /// The lower goes first; 0 where the platform knows no order.
    pub priority: u32,
    /// Whether it denies.
    pub denies: bool,
}

impl Precedence {
    /// Where rules only allow, and none goes before another.
    pub const NONE: Precedence = Precedence {
        priority: 0,
        denies: false,
    };
}

/// A rule, wanted or found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// What people find it by: the id or name of a found rule, the key of a wanted one.
    pub id: String,
    /// Where it is enforced.
    pub point: EnforcementPoint,
    /// Seen from there.
    pub direction: Direction,
    /// What it speaks of.
    pub extent: TrafficSet,
    /// Whether it allows or denies that, and its rank.
    pub order: Precedence,
    /// The zone at which it stands and the one at its other end; of wanted rules only.
    pub zones: Option<Zones>,
}

/// The zones of a wanted rule, as its key names them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Zones {
    /// The zone at which the rule stands.
    pub own: String,
    /// The zone at its other end, or `<label>.<component>` for a fixed address.
    pub peer: String,
}

/// A row of `rules`: why traffic between two zones is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Intent {
    /// The zone at which it is enforced.
    pub zone: String,
    /// Seen from there.
    pub direction: Direction,
    /// The zone at the other end.
    pub peer_zone: String,
    /// How far that is trusted; `None` for a fixed address.
    pub peer_trust: Option<Trust>,
    /// What is permitted.
    pub services: Services,
    /// The most sensitive plane of its flows.
    pub plane: Plane,
    /// Whether a flow needs it.
    pub required: bool,
    /// `label.flow`, sorted.
    pub flows: Vec<String>,
}
