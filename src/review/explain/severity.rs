//! The severity of a difference: who can reach what.

use super::known::{Known, KnownListeners};
use super::words::union;
use crate::model::address::{Cidr, Family, covers_all_addresses};
use crate::model::blocks::{aggregated, subtracted};
use crate::model::words::{Direction, Plane, Severity, Trust};
use crate::review::read::{PLATFORMS, platform};
use crate::review::rule::{EndpointSet, EnforcementPoint, Intent, Reference, Rule};
use crate::review::{Difference, Kind};
use std::collections::{BTreeMap, BTreeSet};

/// Addresses that are never on the internet. Sources: RFC 1918, RFC 3927, RFC 4193, RFC 4291, RFC 6598.
const PRIVATE: [&str; 7] = [
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "169.254.0.0/16",
    "100.64.0.0/10",
    "fc00::/7",
    "fe80::/10",
];

/// The addresses and references of zones, as in the wanted rules.
///
/// An address is *public* if a zone of trust `public` has it and no other zone does. A zone of all addresses has all except
/// private ones: the internet is `0.0.0.0/0`, but 10.1.2.3 is not on it. A reference is public if rules use it for a zone of trust
/// `public`.
pub(super) struct ZoneAddresses<'p> {
    zones: BTreeMap<&'p str, AddressSet>,
    public: AddressSet,
    /// Found rules with large CIDR blocks, a few of which may be everyone together.
    large: BTreeMap<(&'p EnforcementPoint, Direction), Vec<&'p Rule>>,
}

/// CIDR blocks with a prefix as short as this may be all addresses together with others.
const LARGE: u8 = 8;

/// Whether a rule has such a large CIDR block.
fn has_large_block(rule: &Rule) -> bool {
    matches!(&rule.extent.peers, EndpointSet::Only { blocks, .. } if blocks.iter().any(|it| it.length() <= LARGE))
}

/// CIDR blocks, sorted and without overlap, and references.
#[derive(Debug, Default)]
struct AddressSet {
    blocks: Vec<Cidr>,
    named: BTreeSet<Reference>,
}

impl AddressSet {
    fn add(&mut self, it: &EndpointSet) {
        if let EndpointSet::Only { blocks, named } = it {
            self.blocks.extend(blocks.iter().copied());
            self.named.extend(named.iter().cloned());
        }
    }

    /// Whether it has a reference, or that of both families.
    fn has(&self, it: &Reference) -> bool {
        let both = || Reference::new(it.kind, it.id.clone());
        self.named.contains(it) || (it.family.is_some() && self.named.contains(&both()))
    }

    /// Whether part of an end is in this set.
    fn meets(&self, it: &EndpointSet) -> bool {
        match it {
            EndpointSet::Any => !self.blocks.is_empty() || !self.named.is_empty(),
            EndpointSet::Only { blocks, named } => {
                named.iter().any(|it| self.has(it))
                    || blocks.iter().any(|it| touches(&self.blocks, *it))
            }
        }
    }

    /// Whether all of an end is in this set.
    fn holds(&self, it: &EndpointSet) -> bool {
        match it {
            EndpointSet::Any => false,
            EndpointSet::Only { blocks, named } => {
                let own = self.blocks.iter().copied();
                named.iter().all(|it| self.has(it))
                    && (blocks.is_empty() || subtracted(blocks.iter().copied(), own).is_empty())
            }
        }
    }
}

impl<'p> ZoneAddresses<'p> {
    pub(super) fn new(
        wanted: &'p [Rule],
        intents: &'p [Intent],
        found: &'p [Rule],
    ) -> ZoneAddresses<'p> {
        let mut large: BTreeMap<_, Vec<&Rule>> = BTreeMap::new();
        for it in found
            .iter()
            .filter(|it| !it.order.denies && has_large_block(it))
        {
            large.entry((&it.point, it.direction)).or_default().push(it);
        }
        let mut zones: BTreeMap<&str, AddressSet> = BTreeMap::new();
        for rule in wanted.iter().filter(|it| !it.order.denies) {
            if let Some(names) = &rule.zones {
                zones
                    .entry(&names.peer)
                    .or_default()
                    .add(&rule.extent.peers);
            }
        }
        for place in zones.values_mut() {
            place.blocks = aggregated(place.blocks.iter().copied());
        }
        let trusts = intents
            .iter()
            .filter(|it| it.peer_trust == Some(Trust::Public));
        let names: BTreeSet<&str> = trusts.map(|it| it.peer_zone.as_str()).collect();
        let public = public(&zones, &names);
        ZoneAddresses {
            zones,
            public,
            large,
        }
    }

    /// Whether an end includes everyone, or a zone of trust `public`.
    fn is_open(&self, it: &EndpointSet) -> bool {
        is_anyone(it) || self.public.meets(it)
    }

    /// Whether a rule and others at its point together allow everyone to reach the traffic that differs.
    fn is_open_to_everyone(&self, it: &Difference, rule: &Rule) -> bool {
        if !has_large_block(rule) {
            return false;
        }
        let traffic = union(it.traffic.iter().map(|it| &it.services));
        let there = self.large.get(&(&it.point, it.direction));
        let there = there.into_iter().flatten();
        let same = there.filter(|it| it.extent.services.covers(&traffic));
        covers_all_addresses(same.flat_map(|it| match &it.extent.peers {
            EndpointSet::Only { blocks, .. } => blocks.clone(),
            EndpointSet::Any => Vec::new(),
        }))
    }

    /// Whether an end is within one of some zones, or is the point's own group.
    fn is_own(&self, it: &EndpointSet, zones: &[&str], point: &EnforcementPoint) -> bool {
        let members = platform(point.platform).facts.members;
        let own_group = |it: &Reference| Some(it.kind) == members && it.id == point.name;
        let group = matches!(it, EndpointSet::Only { blocks, named } if blocks.is_empty() && named.iter().all(own_group));
        group || (zones.iter().filter_map(|it| self.zones.get(it))).any(|zone| zone.holds(it))
    }
}

/// Whether an end is every address of a family, or refers to the internet as a whole.
pub(super) fn is_anyone(it: &EndpointSet) -> bool {
    let internet = |it: &Reference| PLATFORMS.iter().any(|of| (of.facts.is_internet)(it));
    match it {
        EndpointSet::Any => true,
        EndpointSet::Only { blocks, named } => {
            covers_all_addresses(blocks.iter().copied()) || named.iter().any(internet)
        }
    }
}

/// The public part of the members of zones.
fn public(zones: &BTreeMap<&str, AddressSet>, names: &BTreeSet<&str>) -> AddressSet {
    let (mut found, mut others) = (AddressSet::default(), Vec::new());
    let private = PRIVATE.iter().filter_map(|it| {
        let family = if it.contains(':') {
            Family::V6
        } else {
            Family::V4
        };
        Cidr::parse(it, family).ok()
    });
    let private: Vec<Cidr> = private.collect();
    for (name, place) in zones {
        let blocks = place.blocks.iter().copied();
        if !names.contains(name) {
            others.extend(blocks);
            continue;
        }
        found.named.extend(place.named.iter().cloned());
        if covers_all_addresses(blocks.clone()) {
            found
                .blocks
                .extend(subtracted(blocks, private.iter().copied()));
        } else {
            found.blocks.extend(blocks);
        }
    }
    found.blocks = subtracted(found.blocks, others);
    found
}

/// Whether a CIDR block shares addresses with one of a sorted list without overlap.
fn touches(sorted: &[Cidr], block: Cidr) -> bool {
    let (first, last) = block.bounds();
    let before = |it: &Cidr| (it.family(), it.bounds().1) < (block.family(), first);
    let next = sorted.get(sorted.partition_point(before));
    next.is_some_and(|it| it.family() == block.family() && it.bounds().0 <= last)
}

/// The severity of unwanted traffic.
///
/// - *Error*: an ingress rule allows everyone, or a zone of trust `public`, and a known listener there is not for everyone. The
///   listener behind an egress rule is not part of the layout, as with `exposed`.
/// - *Warning*: other rules that allow everyone or the public, and rules whose flows or listeners are for administration, control, a
///   cluster or a database, unless the peer is in the zone itself.
/// - *Info*: the rest.
///
/// Whether a rule allows everyone is decided by the whole rule, since the unwanted part of `0.0.0.0/0` is less than everyone.
pub(super) fn severity_of_extra(
    it: &Difference,
    rule: &Rule,
    places: &ZoneAddresses<'_>,
    known: &Known<'_>,
    intents: &[&Intent],
    listeners: &KnownListeners,
) -> Severity {
    let open = is_anyone(&rule.extent.peers)
        || it.traffic.iter().any(|it| places.is_open(&it.peers))
        || places.is_open_to_everyone(it, rule);
    if open {
        return if listeners.private && it.direction == Direction::Ingress {
            Severity::Error
        } else {
            Severity::Warning
        };
    }
    let sensitive = |it: &Plane| {
        matches!(
            it,
            Plane::Admin | Plane::Control | Plane::Cluster | Plane::Database
        )
    };
    let purposes: BTreeSet<Plane> = if intents.is_empty() {
        listeners.planes.clone()
    } else {
        intents.iter().map(|it| it.plane).collect()
    };
    let zones = known.zones(&it.point, it.direction);
    let own = || {
        it.traffic
            .iter()
            .all(|piece| places.is_own(&piece.peers, &zones, &it.point))
    };
    if purposes.iter().any(sensitive) && !own() {
        Severity::Warning
    } else {
        Severity::Info
    }
}

/// The severity of wanted traffic that is not allowed: an error if a flow requires it.
pub(super) fn severity_of_missing(it: &Difference, intents: &[&Intent]) -> Severity {
    let traffic = union(it.traffic.iter().map(|it| &it.services));
    let needed = |it: &&Intent| it.required && it.services.overlaps(&traffic);
    let lacks = matches!(it.kind, Kind::Missing | Kind::Narrower);
    if lacks && intents.iter().any(needed) {
        Severity::Error
    } else {
        Severity::Warning
    }
}
