//! Rules, wanted and existing, in one form: where they are enforced, which traffic they match, and whether they allow or deny it.

use crate::model::address::{Cidr, Family};
use crate::model::blocks::aggregated;
use crate::model::key::RowKey;
use crate::model::platform::PlatformId;
use crate::model::ports::PortRange;
use crate::model::services::Services;
use crate::model::words::{Direction, Plane, Trust};
use std::fmt;

/// Where rules are enforced: a group or a network. Names are in the form in which the platform compares them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EnforcementPoint {
    /// The platform that it belongs to.
    pub platform: PlatformId,
    /// What its name is unique in, such as a resource group or a project. `None` if the name is unique by itself, or if the
    /// rule leaves it to the provider.
    pub scope: Option<String>,
    /// Its id or name.
    pub name: String,
}

impl EnforcementPoint {
    /// A point whose name is unique by itself.
    pub fn new(platform: PlatformId, name: impl Into<String>) -> EnforcementPoint {
        EnforcementPoint {
            platform,
            scope: None,
            name: name.into(),
        }
    }

    /// The same point in a scope.
    #[must_use]
    pub fn within(self, scope: impl Into<String>) -> EnforcementPoint {
        EnforcementPoint {
            scope: Some(scope.into()),
            ..self
        }
    }

    /// The point as a rule that leaves its scope to the provider names it.
    #[must_use]
    pub fn without_scope(&self) -> EnforcementPoint {
        EnforcementPoint::new(self.platform, self.name.clone())
    }
}

impl fmt::Display for EnforcementPoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.scope {
            Some(scope) => write!(f, "{scope}/{}", self.name),
            None => f.write_str(&self.name),
        }
    }
}

/// An end that represents addresses which the rule does not list, of both families. Which addresses these are is unknown, so they
/// can be compared with every address of a family only: `0.0.0.0/0` includes the IPv4 addresses of every reference.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reference {
    /// What it refers to, in words: `group`, `prefix list`, `service tag`. Only references of one kind can be equal.
    pub kind: &'static str,
    /// The id or name, in the form in which the platform compares it.
    pub id: String,
    /// The family, if it represents the addresses of one only: OpenStack's rules are for one family each.
    pub family: Option<Family>,
}

impl Reference {
    /// A reference of a kind, with its addresses of both families.
    pub fn new(kind: &'static str, id: impl Into<String>) -> Reference {
        Reference {
            kind,
            id: id.into(),
            family: None,
        }
    }

    /// Its addresses of one family.
    #[must_use]
    pub fn of(self, family: Family) -> Reference {
        Reference {
            family: Some(family),
            ..self
        }
    }

    /// The families of its addresses.
    pub fn families(&self) -> impl Iterator<Item = Family> {
        let only = self.family;
        let all = Family::ALL.into_iter();
        all.filter(move |it| only.is_none_or(|only| only == *it))
    }

    /// Whether both refer to the same, in whatever family.
    pub fn is_same(&self, other: &Reference) -> bool {
        (self.kind, &self.id) == (other.kind, &other.id)
    }

    /// Whether both have addresses in common.
    pub fn overlaps(&self, other: &Reference) -> bool {
        self.is_same(other)
            && self
                .families()
                .any(|it| other.families().any(|of| of == it))
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.family {
            Some(Family::V4) => f.write_str("IPv4 addresses of ")?,
            Some(Family::V6) => f.write_str("IPv6 addresses of ")?,
            None => {}
        }
        write!(f, "{} {}", self.kind, self.id)
    }
}

/// One end of a rule, as a set.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EndpointSet {
    /// Every address and every reference: Azure's `*`, or the own end of a rule in a security group.
    Any,
    /// These and no others.
    Only {
        /// Addresses, as the fewest CIDR blocks.
        blocks: Vec<Cidr>,
        /// References to addresses, sorted, each once.
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
        // One without a family comes first and includes the others; both families together are one without.
        named.dedup_by(|next, before| {
            let is_same = next.is_same(before);
            if is_same && next.family != before.family {
                before.family = None;
            }
            is_same
        });
        EndpointSet::Only {
            blocks: aggregated(blocks),
            named,
        }
    }

    /// Whether every address of a family is in it, and so every address of a reference of that family.
    pub fn has_all(&self, family: Family) -> bool {
        match self {
            EndpointSet::Any => true,
            EndpointSet::Only { blocks, .. } => {
                (blocks.iter()).any(|it| it.length() == 0 && it.family() == family)
            }
        }
    }

    /// Whether a reference is in it as far as its addresses in one family at least.
    pub fn covers_part_of(&self, reference: &Reference) -> bool {
        reference.families().any(|it| self.has_all(it))
    }
}

/// The traffic that a rule matches: each service, from each source port, between each own end and each peer.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TrafficSet {
    /// Protocols with their destination ports.
    pub services: Services,
    /// Source ports; all of them except on Azure.
    pub source_ports: Vec<PortRange>,
    /// The end where the rule is enforced.
    pub own: EndpointSet,
    /// The other end.
    pub peers: EndpointSet,
}

impl TrafficSet {
    /// Traffic as most platforms describe it: services and peers, with any source port and any own end.
    pub fn new(services: Services, peers: EndpointSet) -> TrafficSet {
        TrafficSet {
            services,
            source_ports: vec![PortRange::ALL],
            own: EndpointSet::Any,
            peers,
        }
    }
}

/// What a rule does with its traffic, and which rules it comes before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Precedence {
    /// Lower numbers come first; 0 if the platform has no order.
    pub priority: u32,
    /// Whether it denies.
    pub denies: bool,
}

impl Precedence {
    /// For platforms whose rules only allow, in no order.
    pub const NONE: Precedence = Precedence {
        priority: 0,
        denies: false,
    };
}

/// A rule, wanted or found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The id or name of an existing rule, the key of a wanted one.
    pub id: String,
    /// Where it is enforced.
    pub point: EnforcementPoint,
    /// Seen from there.
    pub direction: Direction,
    /// The traffic that it matches.
    pub extent: TrafficSet,
    /// Whether it allows or denies that, and its priority.
    pub order: Precedence,
    /// Its own zone and its peer zone; of wanted rules only.
    pub zones: Option<Zones>,
    /// Where the configuration writes it; of existing rules of managed resources only.
    pub written: Option<Written>,
}

/// Where the configuration writes an existing rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The length of the address of the resource, and of the block in it, with which the id begins.
    pub address: usize,
    /// The element that the rule comes from, if the resource or block has other rules too.
    pub element: Option<Box<Element>>,
}

/// The element of a resource or block that one of its rules comes from: an entry of a list, or a flag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Element {
    /// The name of the argument.
    pub argument: &'static str,
    /// The entry; `None` if the argument has one value only, such as `self`.
    pub value: Option<String>,
}

impl Rule {
    /// The element that the rule comes from, with the address of the resource or block.
    pub fn element(&self) -> Option<(&str, &Element)> {
        let Written { address, element } = self.written.as_ref()?;
        Some((&self.id[..*address], element.as_ref()?))
    }

    /// The rule as a wanted one, whose id is the key of a row: with the zones of the key.
    #[must_use]
    pub fn into_wanted(self) -> Rule {
        let zones = RowKey::parse(&self.id).map(|key| Zones {
            own: key.zone.to_owned(),
            peer: key.peer.to_owned(),
        });
        Rule { zones, ..self }
    }
}

/// The zones of a wanted rule, as in its key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Zones {
    /// The zone where the rule is enforced.
    pub own: String,
    /// The peer zone, or `<label>.<component>` for a fixed address.
    pub peer: String,
}

/// A row of `rules`: why traffic between two zones is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Intent {
    /// The zone where it is enforced.
    pub zone: String,
    /// Seen from there.
    pub direction: Direction,
    /// The peer zone.
    pub peer_zone: String,
    /// How far the peer is trusted; `None` for a fixed address.
    pub peer_trust: Option<Trust>,
    /// The services that are allowed.
    pub services: Services,
    /// The most sensitive plane of its flows.
    pub plane: Plane,
    /// Whether a flow needs it.
    pub required: bool,
    /// `label.flow`, sorted.
    pub flows: Vec<String>,
}
