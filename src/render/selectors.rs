//! Zones that share instances or pods: what one may, members of the other may too.

use super::gcp::{NetworkMatch, by_instances, same};
use super::kubernetes::NAMESPACE_NAME;
use super::problems::first_few;
use crate::model::address::Addresses;
use crate::model::cell::{ByName, MaybeKnownText};
use crate::model::code::Code;
use crate::model::finding::{ConfigPath, Finding};
use crate::model::platform::{Gcp, Kubernetes};
use crate::model::rules::{RuleKey, Rules};
use crate::model::traffic::Traffic;
use crate::model::words::Direction;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What shared tags, service accounts and labels grant beyond the matrix: one finding for each thing that is
/// shared, whatever the number of zones.
pub fn overlaps(rules: &Rules, zones: &BTreeMap<String, Addresses>) -> Vec<Finding> {
    found(rules, zones, false).0
}

/// Whether something that is not known yet may change these findings.
pub fn may_change(rules: &Rules, zones: &BTreeMap<String, Addresses>) -> bool {
    let (findings, open) = found(rules, zones, false);
    open || findings != found(rules, zones, true).0
}

/// A platform that names members of zones by what they carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Platform {
    GoogleCloud,
    Kubernetes,
}

/// Whether all that is wanted of a member is there, in the order of `and`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Match {
    No,
    /// Only an apply will tell.
    Open,
    Yes,
}

/// What makes members of one zone members of another.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum OverlapCause {
    /// A tag or a service account in common.
    Carried(&'static str, Arc<str>),
    /// The labels of this zone, which those of the others hold.
    Labels(Arc<str>),
}

/// Members of one zone that are members of another too.
struct Shared {
    platform: Platform,
    /// Whether rules at the other hold for them.
    as_zone: Match,
    /// Whether rules that name the other name them.
    as_peer: Match,
    /// By what they are.
    by: OverlapCause,
    /// Whether an apply may change what is named of it.
    open: bool,
}

/// Who reaches whom, by what.
type Reachability = BTreeSet<(Arc<str>, Arc<str>, Traffic)>;

/// The findings, and whether what is shared is open for some pair. `widest` takes zones for everybody that may turn out so.
fn found(rules: &Rules, zones: &BTreeMap<String, Addresses>, widest: bool) -> (Vec<Finding>, bool) {
    let mut pairs: Vec<(&str, &str, Shared)> = Vec::new();
    let selected = |(_, it): &(&String, &Addresses)| it.gcp.is_some() || it.kubernetes.is_some();
    let selected: Vec<_> = zones.iter().filter(selected).collect();
    for (wider, a) in &selected {
        for (narrower, b) in selected.iter().filter(|(it, _)| it != wider) {
            let shared = shared(wider, a, b).into_iter();
            pairs.extend(shared.map(|it| (wider.as_str(), narrower.as_str(), it)));
        }
    }
    if pairs.is_empty() {
        return (Vec::new(), false);
    }
    let permitted = Permitted::of(rules, zones, widest);
    let mut open = false;
    let mut granted: BTreeMap<OverlapCause, (BTreeSet<&str>, Reachability)> = BTreeMap::new();
    for (wider, narrower, shared) in pairs {
        let reached = |least| permitted.beyond(wider, narrower, &shared, least);
        let (surely, perhaps) = (reached(Match::Yes), reached(Match::Open));
        open |= perhaps != surely || (shared.open && !surely.is_empty());
        if !surely.is_empty() {
            let both = matches!(shared.by, OverlapCause::Carried(..));
            let (zones, found) = granted.entry(shared.by).or_default();
            zones.insert(narrower);
            zones.extend(both.then_some(wider));
            found.extend(surely);
        }
    }
    let findings = granted
        .into_iter()
        .map(|(by, (zones, reached))| finding(&by, &zones, &reached));
    (findings.collect(), open)
}

fn finding(by: &OverlapCause, zones: &BTreeSet<&str>, reached: &Reachability) -> Finding {
    let passages = reached
        .iter()
        .map(|(from, to, traffic)| format!("`{traffic}` from `{from}` to `{to}`"));
    let last = zones.last().copied().unwrap_or_default();
    let zones = first_few(zones.iter().map(|it| format!("`{it}`")));
    let (subject, at, why) = match by {
        OverlapCause::Carried(what, which) => (
            format!("gcp/{which}"),
            last,
            format!("zones {zones} share the {what} `{which}`, so Google Cloud"),
        ),
        OverlapCause::Labels(wider) => (
            format!("{wider}/kubernetes"),
            &**wider,
            format!("zone `{wider}` also selects the pods of {zones}, so Kubernetes"),
        ),
    };
    let message = format!("{why} allows what no flow needs: {}", first_few(passages));
    Finding::new(Code::SelectorsOverlap, subject, message).at(&ConfigPath::zone(at))
}

/// A zone, and a direction seen from it.
type Point = (Arc<str>, Direction);

/// The rules, by where they are enforced.
struct Permitted<'r> {
    zones: &'r BTreeMap<String, Addresses>,
    /// Those of which a zone is one end.
    of: BTreeMap<&'r str, Vec<&'r RuleKey>>,
    /// With joined ports, as a rule may be covered by several together.
    at: BTreeMap<Point, Vec<(Arc<str>, Traffic)>>,
    everybody: BTreeSet<&'r str>,
}

impl<'r> Permitted<'r> {
    fn of(rules: &'r Rules, zones: &'r BTreeMap<String, Addresses>, widest: bool) -> Self {
        let mut at: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for key in super::merge::ports(rules).into_keys() {
            let peers = at.entry((key.zone, key.direction)).or_default();
            peers.push((key.peer, key.traffic));
        }
        let mut of: BTreeMap<&str, Vec<&RuleKey>> = BTreeMap::new();
        for key in rules.keys() {
            of.entry(&key.zone).or_default().push(key);
            if key.peer != key.zone {
                of.entry(&key.peer).or_default().push(key);
            }
        }
        let everybody = zones
            .iter()
            .filter(|(_, it)| it.covers_all_addresses() || (widest && it.is_pending()));
        Permitted {
            zones,
            of,
            at,
            everybody: everybody.map(|(name, _)| name.as_str()).collect(),
        }
    }

    /// What `narrower` gets of the rules for `wider`, and of those that name it, beyond its own.
    fn beyond(&self, wider: &str, narrower: &str, shared: &Shared, least: Match) -> Reachability {
        let enforced = |zone: &str| shared.platform.enforces(&self.zones[zone]);
        let at_both = shared.as_zone >= least && enforced(wider) && enforced(narrower);
        let mut reached = Reachability::new();
        for key in self.of.get(wider).into_iter().flatten().copied() {
            let at_zone = (at_both && *key.zone == *wider).then(|| RuleKey {
                zone: narrower.into(),
                ..key.clone()
            });
            let by_name = shared.as_peer >= least && *key.peer == *wider && enforced(&key.zone);
            let by_name = (by_name && shared.platform.selects(key, self.zones)).then(|| RuleKey {
                peer: narrower.into(),
                ..key.clone()
            });
            let beyond = [at_zone, by_name].into_iter().flatten();
            reached.extend(
                beyond
                    .filter(|it| !self.permits(it))
                    .map(|it| match it.direction {
                        Direction::Ingress => (it.peer, it.zone, it.traffic),
                        Direction::Egress => (it.zone, it.peer, it.traffic),
                    }),
            );
        }
        reached
    }

    fn permits(&self, key: &RuleKey) -> bool {
        let at = (Arc::clone(&key.zone), key.direction);
        let rules = self.at.get(&at).into_iter().flatten();
        let mut of_peer =
            rules.filter(|(peer, _)| *peer == key.peer || self.everybody.contains(&**peer));
        of_peer.any(|(_, traffic)| traffic.covers(key.traffic))
    }
}

impl Platform {
    fn enforces(self, zone: &Addresses) -> bool {
        match self {
            Platform::GoogleCloud => zone.gcp.as_ref().is_some_and(|it| it.network.is_some()),
            Platform::Kubernetes => {
                (zone.kubernetes.as_ref()).is_some_and(|it| it.namespace.is_some())
            }
        }
    }

    /// Whether a rule names its peer by what its members carry.
    fn selects(self, key: &RuleKey, zones: &BTreeMap<String, Addresses>) -> bool {
        let gcp = |zone: &str| zones.get(zone).and_then(|it| it.gcp.as_ref());
        match self {
            Platform::GoogleCloud if key.direction == Direction::Egress => false,
            Platform::GoogleCloud => {
                let ends = gcp(&key.zone).zip(gcp(&key.peer));
                ends.is_some_and(|(here, peer)| by_instances(here, peer) != NetworkMatch::No)
            }
            Platform::Kubernetes => true,
        }
    }
}

/// What makes members of `narrower` members of `wider`, on each platform.
fn shared(wider: &str, a: &Addresses, b: &Addresses) -> Vec<Shared> {
    let carried = a.gcp.as_ref().zip(b.gcp.as_ref());
    let labelled = a.kubernetes.as_ref().zip(b.kubernetes.as_ref());
    carried
        .and_then(|(a, b)| carried_by_both(a, b))
        .into_iter()
        .chain(labelled.and_then(|(a, b)| labelled_as_both(wider, a, b)))
        .collect()
}

/// Instances carry any of the tags or service accounts that stand for a zone, so one in common makes instances of both.
fn carried_by_both(a: &Gcp, b: &Gcp) -> Option<Shared> {
    let kinds = [
        ("network tag", &a.target_tags, &b.target_tags),
        ("service account", &a.service_accounts, &b.service_accounts),
    ];
    let (what, a_has, b_has) = kinds
        .into_iter()
        .find(|(_, a, b)| !a.is_empty() && !b.is_empty())?;
    let common = a_has
        .iter()
        .filter_map(MaybeKnownText::known)
        .filter(|it| b_has.iter().any(|other| other.known() == Some(it)))
        .min();
    let open = a_has.iter().chain(b_has).any(|it| it.known().is_none());
    let carried = match common {
        Some(_) => Match::Yes,
        None if open => Match::Open,
        None => return None,
    };
    let network = match same(a, b) {
        NetworkMatch::Yes => Match::Yes,
        NetworkMatch::Open => Match::Open,
        NetworkMatch::No => return None,
    };
    Some(Shared {
        platform: Platform::GoogleCloud,
        as_zone: carried.min(network),
        as_peer: carried.min(network),
        by: OverlapCause::Carried(what, common.cloned().unwrap_or_default()),
        open,
    })
}

/// Pods that have all the labels of one zone, in its namespace, are its pods, whatever labels they have besides.
fn labelled_as_both(wider: &str, a: &Kubernetes, b: &Kubernetes) -> Option<Shared> {
    let pods = all_of(labels(&a.pod_labels), |it| b.pod_labels.get(it));
    let of_namespace = |it: &str| match &b.namespace {
        Some(name) if it == NAMESPACE_NAME => Some(name),
        _ => b.namespace_labels.get(it),
    };
    let by_name = a.namespace.iter().map(|it| (NAMESPACE_NAME, it));
    let as_zone = all_of(by_name, of_namespace);
    let as_peer = if a.namespace_labels.is_empty() {
        as_zone
    } else {
        all_of(labels(&a.namespace_labels), of_namespace)
    };
    let (as_zone, as_peer) = (as_zone.min(pods), as_peer.min(pods));
    (as_zone.max(as_peer) > Match::No).then(|| Shared {
        platform: Platform::Kubernetes,
        as_zone,
        as_peer,
        by: OverlapCause::Labels(wider.into()),
        open: false,
    })
}

fn labels(named: &ByName<Arc<str>>) -> impl Iterator<Item = (&str, &MaybeKnownText)> {
    named.iter().map(|(name, value)| (&**name, value))
}

fn all_of<'z>(
    wanted: impl Iterator<Item = (&'z str, &'z MaybeKnownText)>,
    has: impl Fn(&str) -> Option<&'z MaybeKnownText>,
) -> Match {
    let one = |(name, value): (&str, &MaybeKnownText)| {
        let Some(here) = has(name) else {
            return Match::No;
        };
        match value.known().zip(here.known()) {
            Some((a, b)) if a == b => Match::Yes,
            Some(_) => Match::No,
            None => Match::Open,
        }
    };
    wanted.map(one).min().unwrap_or(Match::Yes)
}
